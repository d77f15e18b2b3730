//! A buyer who has said yes: the order is put into the log as the agents write it, and everything from there on is real.

use std::convert::Infallible;

use domain::conversation::Stage;
use e2e::{Channel, Chat, World, plain, until};
use eventlog::EventLog;
use schemas::{
    Cause, Decision, EventId, Kopecks, OrderId, Sku,
    conversation::{
        CartLine, ConversationEvent as Event, Delivery, OrderSubmitted, OrderTerms, Recipient,
    },
};

fn line(sku: &str, name: &str, pieces: u32, price: i64, list_price: i64) -> CartLine {
    CartLine {
        sku: Sku::new(sku),
        name: name.to_owned(),
        pieces,
        price: Kopecks::from_rubles(price).unwrap(),
        list_price: Kopecks::from_rubles(list_price).unwrap(),
        valid_until: jiff::Timestamp::MAX,
    }
}

/// Two flasks, a little cheaper than in the sheet, and a lamp, sent to Kazan: 3 990 ₽ instead of 4 170 ₽.
pub(crate) fn usual() -> OrderTerms {
    let lines = vec![
        line("TH-05-BLU", "Термос «Полярник»", 2, 1_200, 1_290),
        line("FN-200", "Фонарь «Светляк»", 1, 1_190, 1_190),
    ];
    let delivery = Delivery::Shipped {
        region: "Казань".to_owned(),
        place: "Казань".to_owned(),
        address: Some("Баумана, 1".to_owned().into()),
        price: Kopecks::from_rubles(400).unwrap(),
        days: Some("3-5".to_owned()),
        source: None,
    };
    OrderTerms::new(lines, delivery).unwrap()
}

/// Who buys in most stories.
fn anna() -> Recipient {
    Recipient {
        name: Some("Анна Смирнова".to_owned().into()),
        phone: Some("+79001234567".to_owned().into()),
        email: None,
    }
}

/// An order of a chat.
pub(crate) struct Ordered {
    pub(crate) chat: Chat,
    pub(crate) id: OrderId,
}

impl Ordered {
    /// A buyer has talked with the bot, and says yes to these terms.
    pub(crate) async fn of(
        world: &World,
        channel: Channel,
        number: u32,
        terms: OrderTerms,
    ) -> Self {
        Self::by(world, channel, number, terms, anna()).await
    }

    /// The same, and this is who buys.
    pub(crate) async fn by(
        world: &World,
        channel: Channel,
        number: u32,
        terms: OrderTerms,
        recipient: Recipient,
    ) -> Self {
        let mut chat = world.chat(channel, number);
        chat.buyer("Красный рюкзак 20 л есть?").await;
        chat.expect_reply(&["2 490"]).await;
        Self::says_yes(world, chat, "first", terms, recipient).await
    }

    /// The buyer says yes once more.
    pub(crate) async fn again(world: &World, chat: Chat, name: &str, terms: OrderTerms) -> Self {
        Self::says_yes(world, chat, name, terms, anna()).await
    }

    async fn says_yes(
        world: &World,
        chat: Chat,
        name: &str,
        terms: OrderTerms,
        recipient: Recipient,
    ) -> Self {
        let url = world.broker.url();
        let mut config = eventlog::Config::new(url, boot::clock::now, "agents", "0.0.0");
        config.monitor_urls = vec![world.broker.monitor_url()];
        let agents = EventLog::open(config).await.unwrap();
        let key = chat.key.to_string();
        let id = OrderId::derive(&[&key, name]);
        let submitted = OrderSubmitted {
            order: id,
            messages: Vec::new(),
            terms,
            recipient,
        };
        let cause = Cause::outside(EventId::derive(&["yes", &key, name]));
        let events = vec![Event::OrderSubmitted(Box::new(submitted))];
        let said = agents.decide::<domain::Conversation, _>(&chat.key, |_| {
            Ok::<_, Infallible>(Decision::new(cause, events.clone()))
        });
        said.await.unwrap();
        Self { chat, id }
    }

    pub(crate) fn code(&self) -> String {
        self.id.code()
    }

    pub(crate) async fn stage(&self) -> Stage {
        let state = self.chat.state().await;
        state.order(self.id).unwrap().stage.clone()
    }

    /// What the buyer was told that holds every part. The invoice, which repeats the order, only when it is asked for.
    pub(crate) async fn heard(&self, parts: &[&str]) -> Vec<String> {
        let replies = self.chat.replies().await.into_iter();
        let replies = replies.map(|reply| plain(&reply));
        let bill = parts.iter().any(|part| part.starts_with("Счёт"));
        let asked = |reply: &String| bill || !reply.starts_with("Счёт №");
        let holds = |reply: &String| parts.iter().all(|part| reply.contains(part));
        replies.filter(asked).filter(holds).collect()
    }

    /// Waits until the buyer is told.
    pub(crate) async fn hears(&self, parts: &[&str]) {
        until(&format!("the buyer hears {parts:?}"), || async {
            (!self.heard(parts).await.is_empty()).then_some(())
        })
        .await;
    }

    /// The buyer was told exactly once.
    pub(crate) async fn heard_once(&self, parts: &[&str]) {
        let heard = self.heard(parts).await;
        assert_eq!(
            heard.len(),
            1,
            "{parts:?} in {:?}",
            self.chat.replies().await
        );
    }
}
