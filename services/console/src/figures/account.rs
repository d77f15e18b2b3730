//! One conversation as the sheet of figures sees it: the chat, what was asked after, what was ordered, and what nobody
//! could answer. No words of a buyer are kept but those that were not answered, and these without contacts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use language::masked;
use schemas::{
    Fold, OrderId, Personal, Recorded, Sku, TurnId,
    conversation::{
        AnswerGiven, CannotAnswer, ConversationEvent as Event, HandoffReason, OrderMark, TurnRouted,
    },
};

use super::Chat;

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trade {
    /// When the buyer said yes.
    pub(super) at: Timestamp,
    /// The talk that it was made in: its place.
    pub(super) talk: usize,
    /// Its sum, kopecks.
    pub(super) total: i64,
    /// What it was before a change that may yet fail.
    before: Option<i64>,
    /// Every piece was reserved.
    pub(super) placed: bool,
    /// It is sold.
    pub(super) approved: bool,
    /// It was taken back after that: cancelled or returned.
    pub(super) undone: bool,
    /// The money is there.
    pub(super) paid: bool,
}

/// An article that was asked after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) at: Timestamp,
    pub(super) sku: Sku,
    pub(super) name: String,
    /// Whether there was any of it.
    pub(super) there: bool,
}

/// Something that was asked and that the bot had no answer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) at: Timestamp,
    pub(super) text: String,
}

/// The turn that was routed last.
#[derive(Clone, Debug)]
struct Routed {
    id: TurnId,
    /// Words and confidence of each ask.
    asks: Vec<(Personal<String>, f64)>,
    threshold: f64,
    /// Whether one of its asks is on record as unanswered already.
    gap: bool,
}

/// A conversation, folded for the sheet.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub(super) chat: Chat,
    pub(super) trades: BTreeMap<OrderId, Trade>,
    /// The places of talks in which something was in the cart.
    pub(super) carts: Vec<usize>,
    pub(super) wanted: Vec<Wanted>,
    pub(super) gaps: Vec<Gap>,
    routed: Option<Routed>,
}

impl Account {
    /// Whether something was asked that nobody could answer.
    pub(super) const fn has_gaps(&self) -> bool {
        !self.gaps.is_empty()
    }

    fn talk(&self) -> usize {
        self.chat.talks.len().saturating_sub(1)
    }

    fn turn_routed(&mut self, turn: TurnId, event: &TurnRouted) {
        let asks = event.asks.iter();
        self.routed = Some(Routed {
            id: turn,
            asks: asks.map(|ask| (ask.text.clone(), ask.confidence)).collect(),
            threshold: event.threshold,
            gap: false,
        });
    }

    fn answered(&mut self, at: Timestamp, event: &AnswerGiven) {
        let Some(sku) = &event.focus else {
            return;
        };
        let fact = |name: &str| {
            let mut facts = event.facts.iter();
            facts.find(|fact| fact.name == name && fact.sku.as_ref() == Some(sku))
        };
        // Without a quantity it was only mentioned.
        let Some(quantity) = fact("stock.quantity") else {
            return;
        };
        let name = fact("product.name").map_or(sku.as_str(), |fact| fact.value.as_str());
        self.wanted.push(Wanted {
            at,
            sku: sku.clone(),
            name: name.to_owned(),
            there: quantity.value != "0",
        });
    }

    fn cannot(&mut self, at: Timestamp, event: &CannotAnswer) {
        let turn = self.routed.as_mut().filter(|turn| turn.id == event.turn);
        let place = usize::try_from(event.ask).unwrap_or(usize::MAX);
        if let Some(turn) = turn
            && let Some((text, _)) = turn.asks.get(place)
        {
            turn.gap = true;
            self.gaps.push(Gap {
                at,
                text: masked(text.text()),
            });
        }
    }

    /// The bot stopped for want of an answer: what it stopped at is the ask that it was not sure of, else all of them.
    fn stopped(&mut self, at: Timestamp, turn: Option<TurnId>, reason: HandoffReason) {
        let wanting = matches!(
            reason,
            HandoffReason::LowConfidence
                | HandoffReason::NoSpecialist
                | HandoffReason::ComplexBundle
                | HandoffReason::Ambiguous
                | HandoffReason::CannotAnswer
                | HandoffReason::GuardRefused
        );
        let routed = self.routed.as_ref();
        let routed = routed.filter(|routed| wanting && !routed.gap && Some(routed.id) == turn);
        let Some(routed) = routed else {
            return;
        };
        let unsure = |ask: &&(Personal<String>, f64)| {
            reason != HandoffReason::LowConfidence || ask.1 < routed.threshold
        };
        let mut texts: Vec<&str> = routed
            .asks
            .iter()
            .filter(unsure)
            .map(|(text, _)| text.text())
            .collect();
        if texts.is_empty() {
            texts = routed.asks.iter().map(|(text, _)| text.text()).collect();
        }
        let text = masked(&texts.join(" "));
        if !text.trim().is_empty() {
            self.gaps.push(Gap { at, text });
        }
    }

    fn trade(&mut self, order: OrderId, change: impl FnOnce(&mut Trade)) {
        if let Some(trade) = self.trades.get_mut(&order) {
            change(trade);
        }
    }
}

impl Fold for Account {
    type Event = Event;

    fn evolve(&mut self, recorded: &Recorded<Event>) {
        self.chat.evolve(recorded);
        let at = recorded.meta.time;
        match &recorded.event {
            Event::TurnRouted(event) => self.turn_routed(recorded.meta.id.into(), event),
            Event::AnswerGiven(event) => self.answered(at, event),
            Event::CannotAnswer(event) => self.cannot(at, event),
            Event::HandoffRequested(event) => self.stopped(at, event.turn, event.reason),
            Event::CartChanged(event) if !event.cart.is_empty() => {
                let talk = self.talk();
                if self.carts.last() != Some(&talk) {
                    self.carts.push(talk);
                }
            }
            Event::OrderSubmitted(event) => {
                let trade = Trade {
                    at,
                    talk: self.talk(),
                    total: event.terms.total.kopecks(),
                    before: None,
                    placed: false,
                    approved: false,
                    undone: false,
                    paid: false,
                };
                self.trades.insert(event.order, trade);
            }
            Event::OrderPlaced(event) => self.trade(event.order, |trade| {
                trade.placed = true;
                trade.before = None;
                trade.approved |= !event.approval;
            }),
            Event::OrderDeclined(event) => self.trade(event.order, |trade| {
                trade.total = trade.before.take().unwrap_or(trade.total);
            }),
            Event::OrderAmended(event) => self.trade(event.order, |trade| {
                trade.before.get_or_insert(trade.total);
                trade.total = event.terms.total.kopecks();
            }),
            Event::OrderApproved(event) => self.trade(event.order, |trade| trade.approved = true),
            Event::OrderCancelled(event) => self.trade(event.order, |trade| trade.undone = true),
            Event::OrderMarked(event) => self.trade(event.order, |trade| match event.mark {
                OrderMark::Paid => trade.paid = true,
                OrderMark::Returned => trade.undone = true,
                OrderMark::Shipped { .. } | OrderMark::Delivered => {}
            }),
            _ => {}
        }
    }
}
