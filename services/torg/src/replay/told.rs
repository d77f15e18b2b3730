//! What a turn came to, or would have: read off its events, whoever recorded them.

use schemas::{
    Kopecks, OrderId, Recorded, TurnId,
    conversation::{ConversationEvent as Event, HandoffReason, OrderTerms, ReplyKind, TurnRouted},
};
use serde::{Deserialize, Serialize};

/// What a turn came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// What the words were taken for, in order.
    pub(crate) asks: Vec<Ask>,
    /// The confidence from which the bot acted.
    pub(crate) threshold: f64,
    /// The classifier: name and digest of the model, digest of the bank.
    pub(crate) model: String,
    pub(crate) bank: String,
    /// What the reply is for.
    pub(crate) kind: Option<ReplyKind>,
    /// The buyer's reply, as it was before a model phrased it; `None`: there was none.
    pub(crate) reply: Option<String>,
    /// That reply in a model's words, which are shown and never compared: they are not the same twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phrased: Option<String>,
    pub(crate) handover: Option<Handover>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) order: Option<Order>,
    /// Something made this worse than it should be: a search without vectors, a model that was asked.
    pub(crate) helped: Vec<String>,
    /// Newer words or another owner came before a reply.
    pub(crate) withdrawn: bool,
    /// Why it could not be told, when that is so.
    pub(crate) problem: Option<String>,
}

/// An ask, and who is to answer it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) intent: String,
    pub(crate) confidence: f64,
    pub(crate) by: String,
    pub(crate) specialist: Option<String>,
}

/// That the seller has to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Handover {
    pub(crate) reason: HandoffReason,
    pub(crate) detail: String,
}

/// A price that was offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) sku: String,
    pub(crate) from_pieces: u32,
    pub(crate) price: Kopecks,
    pub(crate) list_price: Kopecks,
}

/// What was ordered or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// `submitted`, `placed`, `declined` or `cancelled`.
    pub(crate) became: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) delivery: Kopecks,
    pub(crate) total: Kopecks,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) pieces: u32,
    pub(crate) price: Kopecks,
}

impl Told {
    /// Why nothing can be told.
    pub(crate) fn problem(problem: impl ToString) -> Self {
        Self {
            problem: Some(problem.to_string()),
            ..Self::default()
        }
    }

    /// Reads a turn off the commits from the one that routed it on, up to its reply.
    pub(crate) fn of<'a>(
        turn: TurnId,
        commits: impl IntoIterator<Item = &'a [Recorded<Event>]>,
    ) -> Self {
        let mut told = Self::default();
        let mut reading = Reading::default();
        for commit in commits {
            for recorded in commit {
                told.read(turn, recorded, &mut reading);
            }
            if told.reply.is_some() || told.withdrawn {
                break;
            }
        }
        told
    }

    fn read(&mut self, turn: TurnId, recorded: &Recorded<Event>, reading: &mut Reading) {
        match &recorded.event {
            Event::TurnRouted(routed) if TurnId::from(recorded.meta.id) == turn => {
                reading.messages.clone_from(&routed.messages);
                self.routed(routed);
            }
            Event::ModelCalled(called) if reading.messages.contains(&called.message) => {
                let call = &called.call;
                self.helped.push(format!("model {}", call.model));
            }
            Event::AnswerGiven(answer) if answer.turn == turn => {
                self.helped.extend(answer.degraded.clone());
                let models = answer.calls.iter();
                self.helped
                    .extend(models.map(|call| format!("model {}", call.model)));
            }
            Event::HandoffRequested(handoff) if handoff.turn == Some(turn) => {
                self.handover = Some(Handover {
                    reason: handoff.reason,
                    detail: handoff.detail.clone(),
                });
            }
            Event::ReplyComposed(reply) if reply.turn == turn => {
                self.kind = Some(reply.kind);
                let words = reply.draft.as_ref().unwrap_or(&reply.text);
                self.reply = Some(words.clone());
                self.phrased = reply.draft.as_ref().map(|_| reply.text.clone());
                let offers = reply.offers.iter();
                self.offers = offers
                    .map(|offer| Offer {
                        sku: offer.sku.to_string(),
                        from_pieces: offer.from_pieces,
                        price: offer.price,
                        list_price: offer.list_price,
                    })
                    .collect();
            }
            Event::ReplyWithdrawn(withdrawn) if withdrawn.turn == turn => self.withdrawn = true,
            Event::OrderSubmitted(order) if order.messages == reading.messages => {
                reading.order = Some(order.order);
                self.order = Some(Order::of("submitted", &order.terms));
            }
            Event::OrderPlaced(placed) if Some(placed.order) == reading.order => {
                self.became("placed");
            }
            Event::OrderDeclined(declined) if Some(declined.order) == reading.order => {
                self.became("declined");
            }
            Event::OrderCancelled(_) if !reading.messages.is_empty() => {
                self.order = Some(Order {
                    became: "cancelled".to_owned(),
                    lines: Vec::new(),
                    delivery: Kopecks::new(0),
                    total: Kopecks::new(0),
                });
            }
            _ => {}
        }
    }

    fn routed(&mut self, routed: &TurnRouted) {
        self.threshold = routed.threshold;
        self.model.clone_from(&routed.model);
        self.bank.clone_from(&routed.bank);
        let asks = routed.asks.iter();
        self.asks = asks
            .map(|ask| Ask {
                intent: ask.intent.as_str().to_owned(),
                confidence: ask.confidence,
                by: ask.by.clone(),
                specialist: ask.specialist.map(|who| who.as_str().to_owned()),
            })
            .collect();
    }

    fn became(&mut self, what: &str) {
        if let Some(order) = &mut self.order {
            what.clone_into(&mut order.became);
        }
    }

    /// What the offers give away of the list prices, in kopecks: each for as many pieces as it needs.
    pub(crate) fn discount(&self) -> i64 {
        let offers = self.offers.iter();
        offers
            .map(|offer| {
                let off = offer.list_price.kopecks() - offer.price.kopecks();
                off.saturating_mul(i64::from(offer.from_pieces.max(1)))
            })
            .sum()
    }
}

#[derive(Default)]
struct Reading {
    messages: Vec<schemas::EventId>,
    order: Option<OrderId>,
}

impl Order {
    fn of(became: &str, terms: &OrderTerms) -> Self {
        let lines = terms.lines.iter().map(|line| Line {
            sku: line.sku.to_string(),
            name: line.name.clone(),
            pieces: line.pieces,
            price: line.price,
        });
        Self {
            became: became.to_owned(),
            lines: lines.collect(),
            delivery: terms.delivery.price(),
            total: terms.total,
        }
    }
}
