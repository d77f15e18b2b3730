//! A conversation with a clock of its own: decisions become history as the log would record them.

use std::time::Duration;

use domain::{
    Conversation,
    conversation::{
        Composition, Incoming, Limits, Notice, Outcome, OwnMessage, Pace, Part, Routing, Settled,
        Understood,
    },
};
use jiff::Timestamp;
use schemas::{
    Decision, EventData as _, EventId, Fold as _, Meta, ProviderId, Recorded,
    conversation::{
        AnswerGiven, Ask, ChannelKind, ChatAddress, Content, ConversationEvent as Event, Evidence,
        HandoffReason, Intent, Language, MessageDeleted, MessageEdited, MessageReceived, ReplyKind,
        Specialist, TurnRouted,
    },
    envelope::following_id,
    topology,
};

pub(crate) const PACE: Pace = Pace {
    quiet_window: Duration::from_millis(800),
    seller_silent: Duration::from_secs(3600),
    hearing: Duration::from_secs(15),
    somebody_there: true,
    messages_per_day: 100,
};
pub(crate) const LIMITS: Limits = Limits {
    deadline: Duration::from_secs(10),
    messages_per_day: 100,
};

#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) state: Conversation,
    pub(crate) history: Vec<Recorded<Event>>,
    clock: i64,
}

impl World {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + self.clock).unwrap()
    }

    pub(crate) fn wait(&mut self, millis: i64) {
        self.clock += millis;
    }

    /// Records a decision and returns the names of its events.
    pub(crate) fn record(&mut self, decision: Decision<Event>) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut first = None;
        for (index, event) in decision.events.into_iter().enumerate() {
            let name = event.type_name();
            let writer = topology::EVENTS
                .iter()
                .find(|known| known.name == name)
                .unwrap()
                .writer;
            let id = following_id(decision.cause.id, writer, name, index);
            let origin = *first.get_or_insert(id);
            let recorded = Recorded {
                seq: self.history.len() as u64 + 1,
                version: self.history.len() as u64 + 1,
                meta: Meta {
                    id,
                    time: self.now(),
                    source: writer.to_owned(),
                    correlation: decision.cause.correlation.unwrap_or(origin),
                    causation: decision.cause.correlation.map(|_| decision.cause.id),
                    traceparent: None,
                },
                event,
            };
            self.state.evolve(&recorded);
            self.history.push(recorded);
            names.push(short(name));
        }
        names
    }

    /// Records what `decide` answers, then asks again and expects nothing.
    pub(crate) fn once(
        &mut self,
        decide: impl Fn(&Conversation) -> Decision<Event>,
    ) -> Vec<&'static str> {
        let names = self.record(decide(&self.state));
        let again = decide(&self.state).events;
        assert!(again.is_empty(), "deciding twice added {again:?}");
        names
    }

    pub(crate) fn buyer(&mut self, id: &str, text: &str) -> Vec<&'static str> {
        let message = message(id, text, self.now());
        self.once(|state| state.receive(&message))
    }

    pub(crate) fn edit(&mut self, id: &str, text: &str) -> Vec<&'static str> {
        let edit = Incoming::Edited(MessageEdited {
            provider_id: ProviderId::new(id),
            edited_at: self.now(),
            content: Content::Text(text.to_owned().into()),
        });
        self.once(|state| state.receive(&edit))
    }

    pub(crate) fn delete(&mut self, id: &str) -> Vec<&'static str> {
        let deletion = Incoming::Deleted(MessageDeleted {
            provider_id: ProviderId::new(id),
        });
        self.once(|state| state.receive(&deletion))
    }

    pub(crate) fn own(&mut self, id: &str, text: &str) -> Vec<&'static str> {
        let own = Incoming::Own(OwnMessage {
            address: address(),
            provider_id: ProviderId::new(id),
            sent_at: self.now(),
            content: Content::Text(text.to_owned().into()),
        });
        self.once(|state| state.receive(&own))
    }

    pub(crate) fn understood(&self, handoff: Option<HandoffReason>) -> Understood {
        Understood {
            turn: TurnRouted {
                messages: self
                    .state
                    .pending()
                    .iter()
                    .map(|message| message.id)
                    .collect(),
                asks: vec![ask(Specialist::Stock)],
                language: Language::Ru,
                greeted: false,
                anew: self.state.is_anew(),
                threshold: 0.8,
                model: "model".into(),
                bank: "bank".into(),
            },
            settled: handoff.map_or(Settled::Specialists, |reason| {
                Settled::Seller(Routing {
                    reason,
                    detail: String::new(),
                    notice: Notice {
                        text: "Передал вопрос продавцу".into(),
                        facts: vec![],
                        away_since: None,
                    },
                })
            }),
            calls: vec![],
        }
    }

    /// Lets the quiet window pass and opens a turn.
    pub(crate) fn route(&mut self) -> Vec<&'static str> {
        self.wait(1_000);
        let understood = self.understood(None);
        self.once(|state| state.route(&understood).unwrap())
    }

    pub(crate) fn hand_over(&mut self) -> Vec<&'static str> {
        self.wait(1_000);
        let understood = self.understood(Some(HandoffReason::LowConfidence));
        let decision = self.state.route(&understood).unwrap();
        self.record(decision)
    }

    pub(crate) fn answer(&mut self, text: &str) -> Vec<&'static str> {
        let (turn, place) = {
            let asks = self.state.open_asks(Specialist::Stock);
            let (turn, place, _) = asks.first().expect("an open ask");
            (turn.id, *place)
        };
        let answer = AnswerGiven {
            turn,
            ask: place,
            text: text.into(),
            facts: vec![],
            focus: None,
            list: None,
            offer: None,
            asked: None,
            deal: None,
            how: None,
            degraded: None,
            calls: vec![],
        };
        self.once(|state| state.answer(&answer).unwrap())
    }

    /// The reply of the open turn.
    pub(crate) fn composition(&self, text: &str) -> Composition {
        Composition {
            turn: self.state.turn().expect("a turn").id,
            kind: ReplyKind::Answer,
            text: text.into(),
            facts: vec![],
            focus: None,
            list: None,
            offers: vec![],
            asked: None,
            deal: None,
            draft: None,
            calls: vec![],
            away_since: None,
            handoff: None,
        }
    }

    pub(crate) fn compose(&mut self, text: &str) -> Vec<&'static str> {
        let composition = self.composition(text);
        self.once(|state| state.compose(&composition).unwrap())
    }

    pub(crate) fn start(&mut self) -> Vec<&'static str> {
        let reply = self.state.outbox().first().expect("a reply");
        let (id, words) = (
            reply.id,
            Part {
                text: reply.text.clone(),
                last: true,
            },
        );
        let decision = self.state.start_sending(id, 0, &words).unwrap();
        self.record(decision)
    }

    pub(crate) fn end(&mut self, outcome: &Outcome) -> Vec<&'static str> {
        let id = self.state.outbox().first().expect("a reply").id;
        self.once(|state| state.sending_ended(id, 0, outcome))
    }

    pub(crate) fn sent(&mut self, id: &str) -> Vec<&'static str> {
        self.end(&Outcome::Sent(ProviderId::new(id), Evidence::Receipt))
    }
}

pub(crate) fn short(name: &'static str) -> &'static str {
    name.trim_start_matches("torg.conversation.")
        .trim_end_matches(".v1")
}

pub(crate) fn address() -> ChatAddress {
    ChatAddress {
        channel: ChannelKind::Avito,
        account: "94000311".into(),
        chat: "u2i-1".into(),
        connection: None,
    }
}

pub(crate) fn message(id: &str, text: &str, sent_at: Timestamp) -> Incoming {
    Incoming::Message(MessageReceived {
        address: address(),
        provider_id: ProviderId::new(id),
        buyer: "121000841".to_owned().into(),
        buyer_name: None,
        language_hint: None,
        listing: None,
        sent_at,
        content: Content::Text(text.to_owned().into()),
    })
}

pub(crate) fn ask(specialist: Specialist) -> Ask {
    Ask {
        text: "есть?".to_owned().into(),
        intent: Intent::StockInquiry,
        confidence: 0.95,
        by: "model".into(),
        runners_up: vec![],
        ordinal: None,
        entities: vec![],
        specialist: Some(specialist),
    }
}

/// Folds a history from nothing.
pub(crate) fn replay(history: &[Recorded<Event>]) -> Conversation {
    let mut state = Conversation::default();
    for recorded in history {
        state.evolve(recorded);
    }
    state
}

pub(crate) fn ids(history: &[Recorded<Event>]) -> Vec<EventId> {
    history.iter().map(|recorded| recorded.meta.id).collect()
}
