//! Histories written by hand, minute by minute.

use std::time::Duration;

use jiff::Timestamp;
use schemas::{
    EventId, Fold, Meta, ProviderId, Recorded, ReplyId, TurnId,
    conversation::{
        Actor, ArmAssigned, Ask, ChannelKind, ChatAddress, ChatClosed, ChatGivenBack, Content,
        ConversationEvent as Event, DraftSuggested, Evidence, HandoffJudged, HandoffReason,
        HandoffRequested, Intent, Language, MessageDeleted, MessageReceived, ReplyComposed,
        ReplyKind, ReplySent, ReplyWay, SellerReplied, SellerWrote, Specialist, TurnRouted,
    },
};

/// One conversation in the making.
#[derive(Clone, Default)]
pub(crate) struct History {
    name: u32,
    seconds: i64,
    pub(crate) events: Vec<Recorded<Event>>,
    /// Messages since the last turn.
    open: Vec<EventId>,
}

impl History {
    pub(crate) fn new(name: u32) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Folds it.
    pub(crate) fn fold<S: Fold<Event = Event>>(&self) -> S {
        let mut state = S::default();
        for recorded in &self.events {
            state.evolve(recorded);
        }
        state
    }

    pub(crate) fn wait(&mut self, seconds: u64) -> &mut Self {
        self.seconds += i64::try_from(seconds).unwrap();
        self
    }

    pub(crate) fn push(&mut self, event: Event) -> EventId {
        let number = self.events.len() as u64 + 1;
        let id = EventId::derive(&["test", &self.name.to_string(), &number.to_string()]);
        let begin: Timestamp = "2026-10-05T09:00:00Z".parse().unwrap();
        let time = begin + Duration::from_secs(u64::try_from(self.seconds).unwrap());
        self.events.push(Recorded {
            seq: number,
            version: number,
            meta: Meta {
                id,
                time,
                source: "test".into(),
                correlation: id,
                causation: None,
                traceparent: None,
            },
            event,
        });
        id
    }

    pub(crate) fn buyer(&mut self, text: &str) -> &mut Self {
        let provider_id = ProviderId::new(format!("m{}", self.events.len()));
        let id = self.push(Event::MessageReceived(MessageReceived {
            address: address(),
            provider_id,
            buyer: "7".to_owned().into(),
            buyer_name: None,
            language_hint: None,
            listing: None,
            sent_at: Timestamp::UNIX_EPOCH,
            content: Content::Text(text.to_owned().into()),
        }));
        self.open.push(id);
        self
    }

    /// Takes back the message that was written as event `number`, from 0.
    pub(crate) fn takes_back(&mut self, number: usize) -> &mut Self {
        self.push(Event::MessageDeleted(MessageDeleted {
            provider_id: ProviderId::new(format!("m{number}")),
        }));
        self
    }

    pub(crate) fn turn(&mut self, asks: &[(Intent, f64)]) -> TurnId {
        let asks = asks.iter().map(|(intent, confidence)| Ask {
            text: format!("{} {confidence}", intent.as_str()).into(),
            intent: *intent,
            confidence: *confidence,
            by: "model".into(),
            runners_up: vec![],
            ordinal: None,
            entities: vec![],
            specialist: Some(Specialist::Stock),
        });
        self.routed(asks.collect())
    }

    fn routed(&mut self, asks: Vec<Ask>) -> TurnId {
        let turn = TurnRouted {
            messages: std::mem::take(&mut self.open),
            asks,
            language: Language::Ru,
            greeted: false,
            anew: false,
            threshold: 0.8,
            model: "model".into(),
            bank: "bank".into(),
        };
        self.push(Event::TurnRouted(turn)).into()
    }

    /// One ask with these words.
    pub(crate) fn turn_of(&mut self, words: &str, intent: Intent) -> TurnId {
        let ask = Ask {
            text: words.to_owned().into(),
            intent,
            confidence: 0.9,
            by: "model".into(),
            runners_up: vec![],
            ordinal: None,
            entities: vec![],
            specialist: Some(Specialist::Stock),
        };
        self.routed(vec![ask])
    }

    pub(crate) fn composed(&mut self, turn: TurnId, kind: ReplyKind) -> ReplyId {
        let reply = ReplyComposed {
            turn,
            kind,
            text: "слова".into(),
            facts: vec![],
            focus: None,
            list: None,
            offers: vec![],
            asked: None,
            deal: None,
            told: None,
            draft: None,
            away_since: None,
        };
        self.push(Event::ReplyComposed(reply)).into()
    }

    pub(crate) fn sent(&mut self, reply: ReplyId) -> &mut Self {
        self.push(Event::ReplySent(ReplySent {
            reply,
            part: 0,
            provider_id: ProviderId::new("p"),
            evidence: Evidence::Receipt,
        }));
        self
    }

    /// Asks, and is answered by the bot `seconds` later.
    pub(crate) fn asks(&mut self, intent: Intent, seconds: u64) -> &mut Self {
        self.buyer("есть?");
        let turn = self.turn(&[(intent, 0.95)]);
        let kind = match intent {
            Intent::Greeting | Intent::Thanks => ReplyKind::Courtesy,
            _ => ReplyKind::Answer,
        };
        let reply = self.composed(turn, kind);
        self.wait(seconds).sent(reply)
    }

    /// Asks, and the bot stops; with a draft if there is one.
    pub(crate) fn stops(&mut self, reason: HandoffReason, draft: Option<&str>) -> EventId {
        self.buyer("а чё по чём");
        let turn = self.turn(&[(Intent::ProductQuestion, 0.4)]);
        let id = self.push(Event::HandoffRequested(HandoffRequested {
            turn: Some(turn),
            reason,
            detail: String::new(),
        }));
        let notice = self.composed(turn, ReplyKind::HandoffNotice);
        self.sent(notice);
        if draft.is_some() {
            self.push(Event::DraftSuggested(DraftSuggested {
                turn,
                text: draft.map(str::to_owned),
                facts: vec![],
                focus: None,
                list: None,
                offers: vec![],
                asked: None,
                deal: None,
            }));
        }
        id
    }

    pub(crate) fn writes_outside(&mut self) -> &mut Self {
        self.push(Event::SellerWrote(SellerWrote {
            address: address(),
            provider_id: ProviderId::new("s"),
            sent_at: Timestamp::UNIX_EPOCH,
            content: Content::Text("сам отвечу".to_owned().into()),
        }));
        self
    }

    pub(crate) fn replies(&mut self, way: ReplyWay) -> ReplyId {
        let reply = SellerReplied {
            by: anna(),
            text: "1900".to_owned().into(),
            way,
            handoff: None,
        };
        self.push(Event::SellerReplied(reply)).into()
    }

    pub(crate) fn gives_back(&mut self) -> &mut Self {
        self.push(Event::ChatGivenBack(ChatGivenBack { by: anna() }));
        self
    }

    pub(crate) fn closes(&mut self) -> &mut Self {
        self.push(Event::ChatClosed(ChatClosed { by: anna() }));
        self
    }

    /// Gets an arm.
    pub(crate) fn takes_part(&mut self, arm: &ArmAssigned) -> &mut Self {
        self.push(Event::ArmAssigned(arm.clone()));
        self
    }

    pub(crate) fn judges(&mut self, handoff: EventId, needed: bool) -> &mut Self {
        self.push(Event::HandoffJudged(HandoffJudged {
            handoff,
            needed,
            by: anna(),
        }));
        self
    }
}

pub(crate) fn anna() -> Actor {
    Actor::Telegram(555)
}

fn address() -> ChatAddress {
    ChatAddress {
        channel: ChannelKind::Avito,
        account: "94000311".into(),
        chat: "u2i-1".into(),
        connection: None,
    }
}
