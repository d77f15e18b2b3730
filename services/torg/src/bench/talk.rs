//! Conversations as the services would record them, made up: for measuring what is done with a long log.
//!
//! Every event is a commit of its own, as in life. The words are those that the classifier is developed on, so that a
//! search has something to find and something to pass over.

use std::convert::Infallible;

use anyhow::Context as _;
use domain::conversation::Incoming;
use eventlog::EventLog;
use schemas::{
    AggregateKey, Cause, Decision, EventId, Fold, Kopecks, OrderId, ProviderId, Recorded, ShopId,
    Sku, TurnId,
    conversation::{
        AnswerGiven, Ask, Cart, CartChanged, CartLine, Content, ConversationEvent as Event,
        Delivery, Evidence, Fact, FactSource, HandoffReason, HandoffRequested, Intent, Language,
        ListShown, OrderPlaced, OrderSubmitted, OrderTerms, ProductList, Recipient, ReplyComposed,
        ReplyKind, ReplySending, ReplySent, SellerWrote, Specialist, TurnRouted,
    },
    stock::SheetRow,
};
use tokio::task::JoinSet;

use super::sample;
use crate::output::Progress;

/// Turns of each conversation.
pub(super) const TURNS: u64 = 6;
/// Events of one turn: message, route, answer, reply, intent to send, receipt, list.
pub(super) const PER_TURN: u64 = 7;
/// Conversations that are written to at the same time: their events lie scattered as in life.
const AT_ONCE: usize = 256;
/// One conversation in so many ends with an order, and one in so many with a seller.
const ORDERED: u64 = 8;
const HANDED_OVER: u64 = 10;

/// Knows nothing: what is made up here is decided by nobody.
#[derive(Clone, Default)]
struct Blank;

impl Fold for Blank {
    type Event = Event;

    fn evolve(&mut self, _recorded: &Recorded<Event>) {}
}

/// The shop that all of it is said in.
pub(super) fn shop() -> anyhow::Result<ShopId> {
    ShopId::new("bench").map_err(|_| anyhow::anyhow!("no name of a shop"))
}

/// Writes conversations of a shop until there are about `events` events; returns how many there are, and how many
/// conversations.
pub(super) async fn fill(
    log: &EventLog,
    shop: &ShopId,
    texts: &[&'static str],
    events: u64,
) -> anyhow::Result<(u64, u64)> {
    let conversations = events.div_ceil(TURNS * PER_TURN);
    let progress = Progress::new("writing the log");
    let mut writers = JoinSet::new();
    let mut written = 0;
    for number in 0..conversations {
        if writers.len() >= AT_ONCE
            && let Some(done) = writers.join_next().await
        {
            written += done??;
            progress.at(written, events);
        }
        let talk = Talk {
            log: log.clone(),
            key: sample::conversation(shop, number),
            number,
            said: 0,
        };
        let texts = texts.to_vec();
        writers.spawn(async move { talk.tell(&texts).await });
    }
    while let Some(done) = writers.join_next().await {
        written += done??;
    }
    progress.done();
    Ok((written, conversations))
}

struct Talk {
    log: EventLog,
    key: AggregateKey,
    number: u64,
    said: u64,
}

impl Talk {
    /// Records a commit and returns the id of its first event.
    async fn say(&mut self, events: Vec<Event>) -> anyhow::Result<EventId> {
        let cause = EventId::derive(&["bench", &self.key.to_string(), &self.said.to_string()]);
        let decision = Decision::new(Cause::outside(cause), events);
        let decide = |_: &Blank| Ok::<_, Infallible>(decision.clone());
        let appended = self.log.decide::<Blank, _>(&self.key, decide).await?;
        self.said += appended.recorded.len() as u64;
        let first = appended.recorded.first();
        Ok(first.context("nothing was recorded")?.meta.id)
    }

    async fn tell(mut self, texts: &[&'static str]) -> anyhow::Result<u64> {
        for turn in 0..TURNS {
            self.turn(texts, turn).await?;
        }
        if self.number.is_multiple_of(ORDERED) {
            self.order().await?;
        }
        if self.number.is_multiple_of(HANDED_OVER) {
            let handoff = HandoffRequested {
                turn: None,
                reason: HandoffReason::HumanRequested,
                detail: "the buyer asks for a person".to_owned(),
            };
            self.say(vec![Event::HandoffRequested(handoff)]).await?;
            let Incoming::Message(message) = sample::message(self.number, u64::MAX - self.number)
            else {
                anyhow::bail!("a sample is no message");
            };
            let wrote = SellerWrote {
                address: message.address,
                provider_id: message.provider_id,
                sent_at: message.sent_at,
                content: Content::Text("Здравствуйте, слушаю вас".to_owned().into()),
            };
            self.say(vec![Event::SellerWrote(wrote)]).await?;
        }
        Ok(self.said)
    }

    async fn turn(&mut self, texts: &[&'static str], turn: u64) -> anyhow::Result<()> {
        let number = self.number * TURNS + turn;
        let place = usize::try_from(number).unwrap_or_default() % texts.len().max(1);
        let text = texts.get(place).copied().unwrap_or("есть в наличии?");
        let Incoming::Message(mut message) = sample::message(self.number, number) else {
            anyhow::bail!("a sample is no message");
        };
        message.content = Content::Text(text.to_owned().into());
        let heard = self.say(vec![Event::MessageReceived(message)]).await?;
        let routed = TurnRouted {
            messages: vec![heard],
            asks: vec![Ask {
                text: text.to_owned().into(),
                intent: Intent::StockInquiry,
                confidence: 0.93,
                by: "classifier".to_owned(),
                runners_up: vec![(Intent::ProductSearch, 0.04)],
                ordinal: None,
                entities: Vec::new(),
                specialist: Some(Specialist::Stock),
            }],
            language: Language::Ru,
            greeted: false,
            anew: false,
            threshold: 0.7,
            model: "bench".to_owned(),
            bank: "bench".to_owned(),
        };
        let turn = TurnId::from(self.say(vec![Event::TurnRouted(routed)]).await?);
        let (sku, pieces) = (Sku::new(format!("RG-{}", number % 40)), number % 7);
        let said = format!("Рюкзак {sku} есть в наличии: {pieces} шт. по 2 490 ₽");
        let facts = vec![Fact {
            name: "quantity".to_owned(),
            value: pieces.to_string(),
            sku: Some(sku.clone()),
            source: FactSource::Sheet(SheetRow {
                tab: "products".to_owned(),
                revision: "0123456789abcdef".to_owned(),
                row: 2,
            }),
        }];
        let answer = AnswerGiven {
            turn,
            ask: 0,
            text: said.clone(),
            facts: facts.clone(),
            focus: Some(sku.clone()),
            list: None,
            offer: None,
            asked: None,
            deal: None,
            how: None,
            degraded: None,
            calls: Vec::new(),
        };
        self.say(vec![Event::AnswerGiven(answer)]).await?;
        let list = ProductList { items: vec![sku] };
        let composed = ReplyComposed {
            turn,
            kind: ReplyKind::Answer,
            text: said.clone(),
            facts,
            focus: None,
            list: Some(list.clone()),
            offers: Vec::new(),
            asked: None,
            deal: None,
            told: None,
            draft: None,
            away_since: None,
        };
        let reply = self.say(vec![Event::ReplyComposed(composed)]).await?.into();
        let sending = ReplySending {
            reply,
            part: 0,
            attempt: 1,
            text: said,
            last: true,
        };
        self.say(vec![Event::ReplySending(sending)]).await?;
        let sent = ReplySent {
            reply,
            part: 0,
            provider_id: ProviderId::new(format!("r{number:031x}")),
            evidence: Evidence::Receipt,
        };
        let shown = ListShown { reply, list };
        self.say(vec![Event::ReplySent(sent), Event::ListShown(shown)])
            .await?;
        Ok(())
    }

    async fn order(&mut self) -> anyhow::Result<()> {
        let lines = vec![CartLine {
            sku: Sku::new("RG-1"),
            name: "Рюкзак".to_owned(),
            pieces: 2,
            price: Kopecks::new(249_000),
            list_price: Kopecks::new(249_000),
            valid_until: boot::clock::now(),
        }];
        let id = EventId::derive(&["cart", &self.key.to_string()]);
        let changed = CartChanged {
            reply: id.into(),
            cart: Cart {
                lines: lines.clone(),
            },
        };
        self.say(vec![Event::CartChanged(changed)]).await?;
        let order = OrderId::derive(&[&self.key.to_string()]);
        let terms = OrderTerms::new(lines, Delivery::Pickup).context("a total beyond all")?;
        let submitted = OrderSubmitted {
            order,
            messages: vec![id],
            terms,
            recipient: Recipient {
                name: Some("Анна".to_owned().into()),
                ..Recipient::default()
            },
        };
        self.say(vec![Event::OrderSubmitted(Box::new(submitted))])
            .await?;
        let placed = OrderPlaced {
            order,
            revision: 1,
            approval: false,
            because: "bench".to_owned(),
            expires_at: boot::clock::now(),
        };
        self.say(vec![Event::OrderPlaced(placed)]).await?;
        Ok(())
    }
}
