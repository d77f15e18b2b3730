//! Races between sellers, the buyer and the bot, a thousand of each, through a real broker: two hands reach for the same
//! chat at the same moment, each with a log of its own, and there is exactly one outcome and never two who talk.

use std::{
    convert::Infallible,
    fmt::Debug,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use domain::{
    Conversation, Owner,
    conversation::{
        Action, ActionRefusal, Composition, Draft, Incoming, Notice, Part, Routing, Settled,
        Understood,
    },
};
use e2e::{Broker, shop};
use eventlog::{AppendError, EventLog};
use futures::StreamExt as _;
use schemas::{
    AggregateKey, Cause, ConversationId, Decision, EventId, ProviderId,
    conversation::{
        Actor, AnswerGiven, Ask, ChannelKind, ChatAddress, Content, ConversationEvent as Event,
        HandoffReason, Intent, Language, MessageReceived, ReplyKind, ReplyWay, Specialist,
        TurnRouted,
    },
};

/// How many of each race are run, and how many at the same time.
pub(crate) const RACES: u64 = 1_000;
const AT_ONCE: usize = 24;

/// Two processes that work on the same log.
pub(crate) struct Table {
    _broker: Broker,
    pub(crate) one: EventLog,
    pub(crate) other: EventLog,
}

impl Table {
    pub(crate) async fn set() -> Self {
        boot::install_tls();
        let broker = Broker::start().await;
        let open = |service: &'static str| {
            let mut config =
                eventlog::Config::new(broker.url(), boot::clock::now, service, "0.0.0");
            config.monitor_urls = vec![broker.monitor_url()];
            config.shards = 4;
            EventLog::open(config)
        };
        Self {
            one: open("escalation").await.unwrap(),
            other: open("router").await.unwrap(),
            _broker: broker,
        }
    }

    /// Runs the race a thousand times.
    pub(crate) async fn run<'a, F>(&'a self, name: &'static str, race: impl Fn(Chat<'a>) -> F)
    where
        F: Future<Output = ()>,
    {
        let races = (0..RACES).map(|number| {
            race(Chat {
                table: self,
                key: AggregateKey::conversation(
                    &shop(),
                    ConversationId::of(&shop(), "avito", name, &number.to_string()),
                ),
                number,
            })
        });
        let ran = futures::stream::iter(races)
            .buffer_unordered(AT_ONCE)
            .count();
        assert_eq!(ran.await, usize::try_from(RACES).unwrap());
    }
}

/// One chat of one race.
#[derive(Clone)]
pub(crate) struct Chat<'a> {
    pub(crate) table: &'a Table,
    pub(crate) key: AggregateKey,
    pub(crate) number: u64,
}

impl Chat<'_> {
    pub(crate) async fn decide<R: Debug>(
        &self,
        log: &EventLog,
        decide: impl FnMut(&Conversation) -> Result<Decision<Event>, R>,
    ) -> Result<Vec<&'static str>, R> {
        use schemas::EventData as _;
        let decided = log.decide::<Conversation, R>(&self.key, decide).await;
        if let Err(AppendError::Refused(refusal)) = decided {
            return Err(refusal);
        }
        let recorded = decided.unwrap().recorded;
        Ok(recorded.iter().map(|one| one.event.type_name()).collect())
    }

    pub(crate) async fn sure(&self, decide: impl FnMut(&Conversation) -> Decision<Event>) {
        let mut decide = decide;
        let decided = self.decide(&self.table.other, |state| {
            Ok::<_, Infallible>(decide(state))
        });
        assert!(!decided.await.unwrap().is_empty());
    }

    pub(crate) async fn state(&self) -> Conversation {
        let loaded = self
            .table
            .one
            .load::<Conversation>(&self.key)
            .await
            .unwrap();
        (*loaded.state).clone()
    }

    pub(crate) async fn buyer(&self, id: &str) -> Result<Vec<&'static str>, Infallible> {
        let message = message(&format!("{} {id}", self.number));
        self.decide(&self.table.other, |state| Ok(state.receive(&message)))
            .await
    }

    /// The buyer wrote, and specialists are asked or the chat is handed over.
    async fn routed(&self, handed_over: bool) {
        let _new = self.buyer("first").await;
        self.sure(|state| state.route(&understood(state, handed_over)).unwrap())
            .await;
    }

    /// What the bot would have said lies on the desk; returns the matter.
    async fn with_draft(&self) -> EventId {
        self.routed(true).await;
        self.sure(|state| state.answer(&answer(state)).unwrap())
            .await;
        let draft = Draft {
            text: "Есть, 3 штуки".to_owned(),
            ..Draft::default()
        };
        self.sure(|state| {
            let open = state.handoff().unwrap();
            let turn = open.suggesting.as_ref().unwrap().id;
            state.suggest(turn, Some(&draft)).unwrap()
        })
        .await;
        self.state().await.handoff().unwrap().id
    }

    /// The bot's answer is ready to leave.
    async fn composed(&self) {
        self.routed(false).await;
        self.sure(|state| state.answer(&answer(state)).unwrap())
            .await;
        self.sure(|state| state.compose(&composition(state)).unwrap())
            .await;
    }

    /// Somebody of the shop acts; the tap is an event of the desk before it is anything else.
    async fn act(
        &self,
        log: &EventLog,
        matter: Option<EventId>,
        action: &Action,
        seller: i64,
    ) -> Result<Vec<&'static str>, ActionRefusal> {
        let id = EventId::derive(&["tap", &self.key.to_string(), &seller.to_string()]);
        let cause = Cause {
            id,
            correlation: Some(id),
        };
        let by = Actor::Telegram(seller);
        self.decide(log, |state| state.act(matter, action, &by, cause))
            .await
    }

    /// The dispatcher begins to send whatever is first in the outbox and may leave.
    async fn start(&self) -> bool {
        let started = self
            .decide(&self.table.other, |state| {
                let reply = state.outbox().iter().find(|reply| reply.by.is_none());
                let Some(reply) = reply else {
                    return Err(());
                };
                let words = Part {
                    text: reply.text.clone(),
                    last: true,
                };
                state.start_sending(reply.id, 0, &words).map_err(drop)
            })
            .await;
        started.is_ok()
    }

    /// The types of the chat's events, in order.
    pub(crate) async fn told(&self) -> Vec<String> {
        let events = e2e::events(&self.table.one, &self.key).await;
        let names = events.iter().map(|event| {
            let name = event["type"].as_str().unwrap();
            name.trim_start_matches("torg.conversation.")
                .trim_end_matches(".v1")
                .to_owned()
        });
        names.collect()
    }

    /// A pause of its own for each hand of each race, so that now one is first and now the other.
    pub(crate) async fn pause(&self, hand: u64) {
        let mixed = (self.number ^ (hand << 17)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        tokio::time::sleep(Duration::from_micros((mixed >> 40) % 3_000)).await;
    }
}

fn place(told: &[String], name: &str) -> Option<usize> {
    told.iter().position(|one| one == name)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_1000_races_two_sellers_who_tap_at_once_are_one_who_did_and_one_who_is_told() {
    let table = Table::set().await;
    let first_won = AtomicU64::new(0);
    let won = &first_won;
    table
        .run("two sellers", |chat| async move {
            let matter = chat.with_draft().await;
            let reply = |number: u64| Action::Reply {
                text: format!("Отвечаю {number}"),
                way: ReplyWay::OwnWords,
            };
            let actions = [
                [Action::SendDraft { seen: 1 }, Action::SendDraft { seen: 1 }],
                [Action::TakeOver, Action::TakeOver],
                [reply(1), reply(2)],
                [Action::SendDraft { seen: 1 }, reply(2)],
                [Action::TakeOver, Action::SendDraft { seen: 1 }],
            ];
            let [first, second] = &actions[usize::try_from(chat.number).unwrap() % actions.len()];
            let (one, other) = tokio::join!(
                async {
                    chat.pause(1).await;
                    chat.act(&chat.table.one, Some(matter), first, 555).await
                },
                async {
                    chat.pause(2).await;
                    chat.act(&chat.table.other, Some(matter), second, 556).await
                },
            );
            assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
            won.fetch_add(u64::from(one.is_ok()), Ordering::Relaxed);
            let told = chat.told().await;
            let deeds = told
                .iter()
                .filter(|name| ["seller_replied", "chat_taken"].contains(&name.as_str()));
            assert_eq!(deeds.count(), 1, "{told:?}");
        })
        .await;
    let won = first_won.into_inner();
    assert!(won > 0 && won < RACES, "no race: the first won {won} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_1000_races_a_seller_who_answers_while_the_bot_thinks_is_the_only_one_who_talks_from_then_on()
 {
    let table = Table::set().await;
    table
        .run("bot thinks", |chat| async move {
            chat.routed(false).await;
            chat.sure(|state| state.answer(&answer(state)).unwrap())
                .await;
            let words = Action::Reply {
                text: "Отвечу сам".to_owned(),
                way: ReplyWay::OwnWords,
            };
            let (bot, seller) = tokio::join!(
                async {
                    chat.pause(1).await;
                    let composed = chat.decide(&chat.table.other, |state| {
                        if state.turn().is_none() {
                            return Err(());
                        }
                        state.compose(&composition(state)).map_err(drop)
                    });
                    composed.await.is_ok() && chat.start().await
                },
                async {
                    chat.pause(2).await;
                    chat.act(&chat.table.one, None, &words, 555).await
                },
            );
            seller.unwrap();
            let told = chat.told().await;
            let replied = place(&told, "seller_replied").unwrap();
            let sending = place(&told, "reply_sending");
            assert_eq!(bot, sending.is_some(), "{told:?}");
            assert!(sending.is_none_or(|sending| sending < replied), "{told:?}");
            assert_eq!(chat.state().await.owner(), Owner::Seller);
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_1000_races_a_draft_is_not_sent_to_a_buyer_who_has_just_written_something_else() {
    let table = Table::set().await;
    table
        .run("buyer writes", |chat| async move {
            let matter = chat.with_draft().await;
            let (wrote, sent) = tokio::join!(
                async {
                    chat.pause(1).await;
                    chat.buyer("second").await
                },
                async {
                    chat.pause(2).await;
                    let action = Action::SendDraft { seen: 1 };
                    chat.act(&chat.table.one, Some(matter), &action, 555).await
                },
            );
            assert_eq!(wrote.unwrap().len(), 1);
            let told = chat.told().await;
            let second = told.iter().rposition(|name| name == "message_received");
            match sent {
                Ok(_) => assert!(place(&told, "seller_replied") < second, "{told:?}"),
                Err(refusal) => {
                    assert_eq!(refusal, ActionRefusal::BuyerWrote { unanswered: 2 });
                    assert_eq!(place(&told, "seller_replied"), None);
                }
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_1000_races_nothing_of_the_bots_begins_to_leave_after_a_takeover() {
    let table = Table::set().await;
    table
        .run("in flight", |chat| async move {
            chat.composed().await;
            let (left, taken) = tokio::join!(
                async {
                    chat.pause(1).await;
                    chat.start().await
                },
                async {
                    chat.pause(2).await;
                    chat.act(&chat.table.one, None, &Action::TakeOver, 555)
                        .await
                },
            );
            taken.unwrap();
            let told = chat.told().await;
            let sending = place(&told, "reply_sending");
            assert_eq!(left, sending.is_some(), "{told:?}");
            assert!(
                sending.is_none_or(|sending| Some(sending) < place(&told, "chat_taken")),
                "{told:?}"
            );
            assert!(!chat.start().await, "it left after the takeover");
        })
        .await;
}

fn message(id: &str) -> Incoming {
    Incoming::Message(MessageReceived {
        address: ChatAddress {
            channel: ChannelKind::Avito,
            account: "94000311".to_owned(),
            chat: "u2i-1".to_owned(),
            connection: None,
        },
        provider_id: ProviderId::new(id),
        buyer: "121000841".to_owned().into(),
        buyer_name: None,
        language_hint: None,
        listing: None,
        sent_at: boot::clock::now(),
        content: Content::Text("есть рюкзак?".to_owned().into()),
    })
}

fn understood(state: &Conversation, handed_over: bool) -> Understood {
    let notice = Notice {
        text: "Передал вопрос продавцу".to_owned(),
        facts: Vec::new(),
        away_since: None,
    };
    let messages = state.pending().iter().map(|message| message.id);
    Understood {
        turn: TurnRouted {
            messages: messages.collect(),
            asks: vec![Ask {
                text: "есть рюкзак?".to_owned().into(),
                intent: Intent::StockInquiry,
                confidence: 0.5,
                by: "model".to_owned(),
                runners_up: Vec::new(),
                ordinal: None,
                entities: Vec::new(),
                specialist: Some(Specialist::Stock),
            }],
            language: Language::Ru,
            greeted: false,
            anew: false,
            threshold: 0.8,
            model: "model".to_owned(),
            bank: "bank".to_owned(),
        },
        settled: if handed_over {
            Settled::Seller(Routing {
                reason: HandoffReason::LowConfidence,
                detail: String::new(),
                notice,
            })
        } else {
            Settled::Specialists
        },
        calls: Vec::new(),
    }
}

fn answer(state: &Conversation) -> AnswerGiven {
    let asks = state.open_asks(Specialist::Stock);
    let (turn, place, _) = asks[0];
    AnswerGiven {
        turn: turn.id,
        ask: place,
        text: "Есть, 3 штуки".to_owned(),
        facts: Vec::new(),
        focus: None,
        list: None,
        offer: None,
        asked: None,
        deal: None,
        how: None,
        degraded: None,
        calls: Vec::new(),
    }
}

fn composition(state: &Conversation) -> Composition {
    Composition {
        turn: state.turn().unwrap().id,
        kind: ReplyKind::Answer,
        text: "Есть, 3 штуки".to_owned(),
        facts: Vec::new(),
        focus: None,
        list: None,
        offers: Vec::new(),
        asked: None,
        deal: None,
        draft: None,
        calls: Vec::new(),
        handoff: None,
        away_since: None,
    }
}
