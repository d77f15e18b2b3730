//! Nothing is sold twice: many buyers say yes to the same few pieces in one moment.
//!
//! The buyers' yes is put into the log as the agents write it; from there on everything is real: the broker, the cart
//! service, the sheet. What every one of them is told then is for the stories of orders.

use std::convert::Infallible;

use domain::{Article, Conversation, conversation::Stage};
use e2e::{Service, Setup, World, shop, until};
use eventlog::EventLog;
use futures::future::join_all;
use schemas::{
    AggregateKey, Cause, ConversationId, Decision, EventId, Fold as _, Kopecks, OrderId,
    ProviderId, Sku,
    conversation::{
        CartLine, ChannelKind, ChatAddress, Content, ConversationEvent, Delivery, MessageReceived,
        OrderSubmitted, OrderTerms, Recipient,
    },
    stock::{Quantity, StockEvent},
};

pub(crate) const SALE: Setup = Setup {
    only: &[Service::Cart, Service::Ingest],
    ..Setup::USUAL
};
const APART: Setup = Setup {
    processes: true,
    ..SALE
};

/// An article of the sheet, and so many pieces of it are there.
const ONE: (&str, u32) = ("ST-02-GRN", 1);
const FIVE: (&str, u32) = ("RG-20-BLU", 5);

/// A buyer's chat: every other one on the other channel.
pub(crate) fn chat(number: u32) -> (AggregateKey, ChatAddress) {
    let channel = match number % 2 {
        0 => ChannelKind::Avito,
        _ => ChannelKind::Telegram,
    };
    let address = ChatAddress {
        channel,
        account: "rush".to_owned(),
        chat: number.to_string(),
        connection: None,
    };
    let id = ConversationId::of(&shop(), channel.as_str(), &address.account, &address.chat);
    (AggregateKey::conversation(&shop(), id), address)
}

/// One piece of each of these.
pub(crate) fn terms(skus: &[&str]) -> OrderTerms {
    let lines = skus.iter().map(|sku| CartLine {
        sku: Sku::new(*sku),
        name: (*sku).to_owned(),
        pieces: 1,
        price: Kopecks::new(145_000),
        list_price: Kopecks::new(145_000),
        valid_until: jiff::Timestamp::MAX,
    });
    OrderTerms::new(lines.collect(), Delivery::Pickup).unwrap()
}

/// A buyer says yes, and the agents record it.
pub(crate) async fn says_yes(agents: &EventLog, number: u32, terms: OrderTerms) -> OrderId {
    let (key, address) = chat(number);
    let order = OrderId::derive(&[&key.to_string(), "rush"]);
    let message = MessageReceived {
        provider_id: ProviderId::new(format!("yes-{number}")),
        buyer: address.chat.clone().into(),
        buyer_name: None,
        language_hint: None,
        listing: None,
        sent_at: boot::clock::now(),
        content: Content::Text("да".to_owned().into()),
        address,
    };
    let submitted = OrderSubmitted {
        order,
        messages: Vec::new(),
        terms,
        recipient: Recipient::default(),
    };
    let cause = Cause::outside(EventId::derive(&["yes", &number.to_string()]));
    let events = vec![
        ConversationEvent::MessageReceived(message),
        ConversationEvent::OrderSubmitted(Box::new(submitted)),
    ];
    let said = agents.decide::<Conversation, _>(&key, |_| {
        Ok::<_, Infallible>(Decision::new(cause, events.clone()))
    });
    said.await.unwrap();
    order
}

/// What came of each order so far; `None`: that buyer waits.
async fn so_far(log: &EventLog, buyers: u32) -> Vec<Option<Stage>> {
    let loads = (0..buyers).map(|number| async move {
        let loaded = log.load::<Conversation>(&chat(number).0).await.ok()?;
        let order = loaded.state.orders().first()?;
        (order.stage != Stage::Submitted).then(|| order.stage.clone())
    });
    join_all(loads).await
}

/// What came of everybody's order; `None` while somebody waits.
async fn stages(log: &EventLog, buyers: u32) -> Option<Vec<Stage>> {
    so_far(log, buyers).await.into_iter().collect()
}

/// The log as `service` writes it.
pub(crate) async fn log_of(world: &World, service: &'static str) -> EventLog {
    let url = world.broker.url();
    let mut config = eventlog::Config::new(url, boot::clock::now, service, "0.0.0");
    config.monitor_urls = vec![world.broker.monitor_url()];
    EventLog::open(config).await.unwrap()
}

async fn all_say_yes(world: &World, buyers: u32, skus: &[&str]) {
    let agents = log_of(world, "agents").await;
    join_all((0..buyers).map(|number| says_yes(&agents, number, terms(skus)))).await;
}

/// Everybody has an answer, and it adds up.
#[expect(clippy::print_stdout, reason = "a race says how it ended")]
async fn adds_up(world: &World, what: &str, buyers: u32, (sku, pieces): (&str, u32)) {
    let told = until("everybody has an answer", || stages(&world.log, buyers)).await;
    world.end().await;
    let placed = told
        .iter()
        .filter(|stage| matches!(stage, Stage::Placed { .. }));
    let placed = placed.count();
    let declined = told.iter().filter(|stage| match stage {
        Stage::Declined(short) => short[0].wanted == 1 && short[0].left == 0,
        _ => false,
    });
    let declined = declined.count();
    let lowest = lowest(&world.log, sku).await;
    println!(
        "{what}: {buyers} buyers, {pieces} pieces: {placed} placed, {declined} declined, never fewer than {lowest} left"
    );
    let all = usize::try_from(buyers).unwrap();
    let expected = usize::try_from(pieces).unwrap();
    assert_eq!((placed, declined), (expected, all - expected));
    assert_eq!(lowest, 0);

    let article = world.log.load::<Article>(&stock(sku)).await.unwrap().state;
    assert_eq!(article.held().len(), expected);
    let left = article.on_offer().unwrap();
    assert_eq!(left.held, pieces);
    assert_eq!(left.product.quantity, Quantity::Pieces(0));
}

pub(crate) fn stock(sku: &str) -> AggregateKey {
    AggregateKey::stock(&shop(), &Sku::new(sku))
}

/// The least that was ever left of an article, counted anew from its history; no order ever has more than one hold.
async fn lowest(log: &EventLog, sku: &str) -> i64 {
    let mut article = Article::default();
    let mut lowest = i64::MAX;
    for commit in log.history(&stock(sku)).await.unwrap() {
        for recorded in commit.decode::<StockEvent>().unwrap() {
            article.evolve(&recorded);
            let held: i64 = article
                .held()
                .iter()
                .map(|held| i64::from(held.counted))
                .sum();
            let mut orders: Vec<_> = article.held().iter().map(|held| held.order).collect();
            orders.sort();
            orders.dedup();
            assert_eq!(orders.len(), article.held().len());
            if let Some(Quantity::Pieces(there)) = article.shown().map(|one| one.product.quantity) {
                lowest = lowest.min(i64::from(there) - held);
            }
        }
    }
    lowest
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_buyers_say_yes_to_one_piece_and_one_has_it() {
    let world = World::with(SALE).await;
    all_say_yes(&world, 20, &[ONE.0]).await;
    adds_up(&world, "at once", 20, ONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_buyers_on_two_channels_and_two_instances_for_five_pieces() {
    let mut world = World::with(SALE).await;
    world.run_second(Service::Cart).await;
    all_say_yes(&world, 200, &[FIVE.0]).await;
    adds_up(&world, "two instances", 200, FIVE).await;
}

/// Kills the cart service in the middle of its work whenever `every` more buyers have their answer.
async fn killing(world: &mut World, buyers: u32, every: usize) -> u32 {
    let (mut killed, mut before) = (0, 0);
    loop {
        let (log, least) = (&world.log, before + every);
        let answered = until("some more have an answer", || async move {
            let told = so_far(log, buyers).await;
            let answered = told.iter().flatten().count();
            (answered == told.len() || answered >= least).then_some(answered)
        })
        .await;
        if answered == usize::try_from(buyers).unwrap() {
            return killed;
        }
        world.kill_and_run(Service::Cart).await;
        (killed, before) = (killed + 1, answered);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_buyers_for_one_piece_while_the_cart_service_is_killed() {
    let mut world = World::with(APART).await;
    world.kill(Service::Cart).await;
    all_say_yes(&world, 20, &[ONE.0]).await;
    world.run(Service::Cart).await;
    let killed = killing(&mut world, 20, 3).await;
    adds_up(&world, &format!("killed {killed} times"), 20, ONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_buyers_for_five_pieces_while_the_cart_service_is_killed() {
    let mut world = World::with(APART).await;
    world.kill(Service::Cart).await;
    all_say_yes(&world, 200, &[FIVE.0]).await;
    world.run(Service::Cart).await;
    let killed = killing(&mut world, 200, 25).await;
    adds_up(&world, &format!("killed {killed} times"), 200, FIVE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_orders_for_the_same_two_articles_one_gets_both() {
    let world = World::with(SALE).await;
    let agents = log_of(&world, "agents").await;
    // The other article is plenty; whoever has one of the first has both.
    join_all((0..20).map(|number| {
        let skus = match number % 4 {
            0 | 1 => ["RG-20-RED", ONE.0],
            _ => [ONE.0, "RG-20-RED"],
        };
        let agents = &agents;
        async move { says_yes(agents, number, terms(&skus)).await }
    }))
    .await;
    let told = until("everybody has an answer", || stages(&world.log, 20)).await;
    world.end().await;
    let placed = told
        .iter()
        .filter(|stage| matches!(stage, Stage::Placed { .. }));
    assert_eq!(placed.count(), 1);
    // Nobody of the others holds anything of what there was plenty of.
    let plenty = world.log.load::<Article>(&stock("RG-20-RED")).await;
    assert_eq!(plenty.unwrap().state.held().len(), 1);
}
