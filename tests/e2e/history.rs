//! Looking back: as it was then, found again, exported without anybody's name; and that looking changes nothing.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use console::story::{Story, Until};
use e2e::{Channel, Chat, Service, Setup, World, shop, until};
use futures::TryStreamExt as _;
use proto::{
    cart::{ListOrdersRequest, orders_client::OrdersClient},
    history::{
        EventsRequest, ListRequest, SearchRequest, StateRequest, WaitRequest,
        history_client::HistoryClient,
    },
    shop::{ProductsRequest, shops_client::ShopsClient},
};
use serde_json::Value;
use tonic::Code;

use crate::{
    console_deeds::{CONSOLE, address},
    rebuild::dump,
};

/// The command line on the world's own database.
fn torg(world: &World, command: &[&str]) -> String {
    let url = world.database.as_ref().unwrap().url();
    world.torg(&[command, &["--database-url", &url][..]].concat())
}

fn conversation(chat: &Chat) -> String {
    chat.key.conversation_id().unwrap().to_string()
}

/// Positions of the events of a conversation.
async fn seqs(world: &World, chat: &Chat) -> Vec<u64> {
    let story = Story::read(&world.log, &chat.key, Until::Now)
        .await
        .unwrap();
    story.events.iter().map(|recorded| recorded.seq).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_told_with_the_prices_and_the_words_that_were_known_then() {
    let world = World::with(CONSOLE).await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    world.until_idle().await;
    let before = chat.events().await;
    let seq = seqs(&world, &chat).await;
    world.sheet.change("RG-20-RED", "2490", "2690");
    until("the new price is known", || async {
        let products = world.products().await;
        products
            .iter()
            .any(|shown| shown.product.price.kopecks() == 269_000)
            .then_some(())
    })
    .await;
    chat.buyer("Красный рюкзак 20 л сколько стоит?").await;
    chat.expect_reply(&["2 690"]).await;
    world.until_idle().await;

    let mut history = HistoryClient::connect(world.grpc(Service::Console))
        .await
        .unwrap();
    let id = conversation(&chat);
    let state = |at_seq, shop: &str| StateRequest {
        shop: shop.to_owned(),
        conversation_id: id.clone(),
        at_seq,
        at_time: String::new(),
    };
    let own = shop().to_string();
    let then = history.state(state(*seq.last().unwrap(), &own)).await;
    let then = then.unwrap().into_inner();
    let now = history.state(state(0, &own)).await.unwrap().into_inner();
    let price = |told: &proto::history::StateResponse| {
        let red = told.articles.iter().find(|one| one.sku == "RG-20-RED");
        let red = red.unwrap_or_else(|| panic!("{told:?}"));
        (red.price, red.quantity, red.revision.clone())
    };
    assert_eq!(price(&then).0, 249_000);
    assert_eq!(price(&now).0, 269_000);
    assert_eq!(price(&then).1, Some(3));
    assert_ne!(price(&then).2, price(&now).2, "two prices of one revision");
    assert_eq!(then.version, before.len() as u64);
    assert!(then.transcript.len() < now.transcript.len());
    let versions = then.versions.as_ref().unwrap();
    assert!(
        !versions.model.is_empty() && versions.threshold > 0.0,
        "{versions:?}"
    );
    assert!(versions.sheet.contains_key("products"), "{versions:?}");
    let said = torg(&world, &["history", &id, "--at", &then.seq.to_string()]);
    assert!(said.contains("2490") && !said.contains("2690"), "{said}");

    // The same conversation asked for as another shop's is not there, nor are its words.
    let other = history.state(state(0, "other")).await.unwrap_err();
    assert_eq!(other.code(), Code::NotFound);
    let search = |shop: &str, words: &str| SearchRequest {
        shop: shop.to_owned(),
        words: words.to_owned(),
        page_size: 1,
        page_token: String::new(),
    };
    // The read models follow a moment later.
    let last = now.transcript.last().unwrap().event_id.clone();
    let wait = |shop: &str, timeout_ms| WaitRequest {
        event_id: last.clone(),
        timeout_ms,
        shop: shop.to_owned(),
    };
    assert!(
        history
            .wait(wait(&own, 10_000))
            .await
            .unwrap()
            .into_inner()
            .there
    );
    assert!(
        !history
            .wait(wait("other", 100))
            .await
            .unwrap()
            .into_inner()
            .there
    );
    let found = history
        .search(search(&own, "рюкзаки"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(found.hits[0].conversation_id, id);
    let marked = found.hits[0].snippet.iter().filter(|piece| piece.found);
    assert!(marked.count() > 0, "{found:?}");
    let next = SearchRequest {
        page_token: found.next_page_token.clone(),
        ..search(&own, "рюкзаки")
    };
    let next = history.search(next).await.unwrap().into_inner();
    assert_ne!(next.hits[0].event_id, found.hits[0].event_id);
    let elsewhere = history.search(search("other", "рюкзаки")).await.unwrap();
    assert!(elsewhere.into_inner().hits.is_empty());
    let printed = torg(&world, &["search", "рюкзаками", "--json"]);
    let hit: Value = serde_json::from_str(printed.lines().next().unwrap()).unwrap();
    assert_eq!(hit["conversation"], id);

    let list = |channel: &str| ListRequest {
        shop: own.clone(),
        channel: channel.to_owned(),
        ..ListRequest::default()
    };
    let listed = history.list(list("avito")).await.unwrap().into_inner();
    assert_eq!(listed.conversations.len(), 1);
    assert_eq!(listed.conversations[0].messages, 2);
    let none = history.list(list("web")).await.unwrap().into_inner();
    assert!(none.conversations.is_empty());
    // By words in any form, said by anybody here, or by a part of the buyer's name, as the inbox finds them.
    for (words, found) in [
        ("рюкзаками", 1),
        ("штуки", 1),
        (" \0 ", 1),
        ("рюкзак -красный", 0),
        ("зонтик", 0),
    ] {
        let asked = ListRequest {
            words: words.to_owned(),
            ..list("avito")
        };
        let listed = history.list(asked).await.unwrap().into_inner();
        assert_eq!(listed.conversations.len(), found, "{words}");
    }
    let of_another = ListRequest {
        words: "рюкзак".to_owned(),
        shop: "other".to_owned(),
        ..ListRequest::default()
    };
    let listed = history.list(of_another).await.unwrap().into_inner();
    assert!(listed.conversations.is_empty());
    world.end().await;
}

/// [`everything`], once nothing of it has changed for a while: a card is shown some time after it was asked for.
pub(crate) async fn at_rest(world: &World) -> BTreeMap<String, String> {
    let (mut last, mut since) = (everything(world).await, Instant::now());
    while since.elapsed() < Duration::from_secs(4) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = everything(world).await;
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    last
}

/// Every message of every stream, and how far every consumer is.
async fn everything(world: &World) -> BTreeMap<String, String> {
    let jetstream = async_nats::jetstream::new(world.broker.client().await);
    let mut all = BTreeMap::new();
    let mut streams = jetstream.streams();
    while let Some(info) = streams.try_next().await.unwrap() {
        let name = info.config.name.clone();
        let stream = jetstream.get_stream(&name).await.unwrap();
        let state = &info.state;
        let mut ids = Vec::new();
        for seq in state.first_sequence.max(1)..=state.last_sequence {
            let Ok(message) = stream.get_raw_message(seq).await else {
                continue;
            };
            let id = message.headers.get("Nats-Msg-Id").map(ToString::to_string);
            ids.push(format!("{seq} {} {id:?}", message.subject));
        }
        all.insert(
            name.clone(),
            format!("{} {}", state.messages, ids.join("\n")),
        );
        let mut consumers = stream.consumers();
        while let Some(consumer) = consumers.try_next().await.unwrap() {
            // Those of readers come and go; what they read is not acknowledged.
            if consumer.config.durable_name.is_some() {
                let (delivered, acked) = (&consumer.delivered, &consumer.ack_floor);
                let at = (
                    delivered.stream_sequence,
                    acked.stream_sequence,
                    consumer.num_ack_pending,
                    consumer.num_redelivered,
                );
                all.insert(format!("{name} {}", consumer.name), format!("{at:?}"));
            }
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_every_question_and_opening_every_page_changes_no_message_consumer_or_row() {
    let world = World::with(Setup {
        demo: true,
        ..CONSOLE
    })
    .await;
    let anna = world.browser_of("Анна").await;
    let mut chat = world.chat(Channel::Web, 1);
    chat.buyer("Есть городской рюкзак?").await;
    chat.expect_reply(&["1.", "2.", "2 490"]).await;
    chat.buyer("Позовите продавца").await;
    chat.expect_reply(&["продавц"]).await;
    world.until_idle().await;
    let before = at_rest(&world).await;
    crate::rebuild::until_caught_up(&world).await;
    let url = world.database.as_ref().unwrap().url();
    let rows = dump(&url).await;
    assert!(
        before.len() > 30 && rows.len() > 20,
        "{} {}",
        before.len(),
        rows.len()
    );

    let id = conversation(&chat);
    let own = shop().to_string();
    let channel = world.grpc(Service::Console);
    let mut history = HistoryClient::connect(channel.clone()).await.unwrap();
    let seqs = seqs(&world, &chat).await;
    for at_seq in seqs.iter().copied().chain([0]) {
        let state = StateRequest {
            shop: own.clone(),
            conversation_id: id.clone(),
            at_seq,
            at_time: String::new(),
        };
        history.state(state).await.unwrap();
    }
    let events = EventsRequest {
        shop: own.clone(),
        conversation_id: id.clone(),
        from_seq: 0,
        follow: false,
    };
    let mut events = history.events(events).await.unwrap().into_inner();
    while events.message().await.unwrap().is_some() {}
    let list = ListRequest {
        shop: own.clone(),
        ..ListRequest::default()
    };
    history.list(list).await.unwrap();
    let search = SearchRequest {
        shop: own.clone(),
        words: "рюкзак".to_owned(),
        ..SearchRequest::default()
    };
    history.search(search).await.unwrap();
    let wait = WaitRequest {
        event_id: "00000000-0000-0000-0000-000000000000".to_owned(),
        timeout_ms: 50,
        shop: own.clone(),
    };
    history.wait(wait).await.unwrap();
    let mut shops = ShopsClient::connect(channel).await.unwrap();
    let products = ProductsRequest { shop: own.clone() };
    shops.products(products).await.unwrap();
    let mut orders = OrdersClient::connect(world.grpc(Service::Cart))
        .await
        .unwrap();
    let all = ListOrdersRequest {
        shop: own.clone(),
        ..ListOrdersRequest::default()
    };
    orders.list_orders(all).await.unwrap();
    let at = address(&chat);
    for page in [
        "/",
        "/?q=рюкзак",
        "/?owner=bot",
        "/products",
        "/figures",
        "/parked",
        "/settings",
        &at,
        &format!("{at}?step=2"),
    ] {
        anna.opens(page).await;
    }
    let out = world.state_dir().join("out.jsonl").display().to_string();
    for command in [
        &["history", &id][..],
        &["history", &id, "--json"],
        &["why", &id],
        &["search", "рюкзак"],
        &["stats", &own],
        &["export", "--out", &out],
        &["dump", "--canonical"],
    ] {
        torg(&world, command);
    }
    assert_eq!(everything(&world).await, before);
    assert_eq!(dump(&url).await, rows);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_nobodys_name_number_mail_or_chat() {
    let world = World::with(CONSOLE).await;
    let mut chat = world.chat(Channel::Avito, 1);
    let words = "Красный рюкзак 20 л есть? Я Вениамин, +7 916 123-45-67, veniamin@example.org";
    chat.buyer(words).await;
    chat.expect_reply(&["3 штуки"]).await;
    world.until_idle().await;
    crate::rebuild::until_caught_up(&world).await;
    let out = world.state_dir().join("export");
    let path = out.display().to_string();
    let mut exported = String::new();
    for table in ["messages", "turns", "orders", "events"] {
        torg(
            &world,
            &[
                "export", "--table", table, "--texts", "mask", "--out", &path,
            ],
        );
        exported.push_str(&std::fs::read_to_string(&out).unwrap());
    }
    assert!(exported.contains("рюкзак"), "{exported}");
    let address = chat.state().await;
    let address = address.address().unwrap();
    let (buyer, id) = (chat.state().await, conversation(&chat));
    let buyer = buyer.buyer().unwrap().0.text().to_owned();
    for personal in ["123-45-67", "veniamin@", &address.chat, &buyer, &id] {
        assert!(!exported.contains(personal), "{personal} in {exported}");
    }
    // Without words unless they are asked for; the same digest each time.
    let messages = |texts: &[&str]| {
        let command = [&["export", "--out", &path][..], texts].concat();
        torg(&world, &command);
        let text = std::fs::read_to_string(&out).unwrap();
        let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
        rows.collect::<Vec<Value>>()
    };
    let (without, with) = (messages(&[]), messages(&["--texts", "mask"]));
    assert_eq!(without.len(), 2, "{without:?}");
    assert!(without[0]["text"].is_null() && !with[0]["text"].is_null());
    assert_eq!(without[0]["buyer"], with[0]["buyer"]);
    torg(&world, &["export", "--format", "parquet", "--out", &path]);
    assert!(std::fs::read(&out).unwrap().starts_with(b"PAR1"));
    world.end().await;
}
