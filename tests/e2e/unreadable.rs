//! Commits that this build cannot read: one history stops, everything else goes on.

use std::time::{Duration, Instant};

use domain::Owner;
use e2e::{Channel, Chat, Service, Setup, Sheet, World, shop, until};
use schemas::{AggregateKey, Sku};
use serde_json::Value;

use crate::rebuild::{as_rebuilt, dump};

/// Within which a saved sheet is in the log, however many rows it changes and however busy the machine is.
const SOON: Duration = Duration::from_secs(5);

fn article(sku: &str) -> AggregateKey {
    AggregateKey::stock(&shop(), &Sku::new(sku))
}

/// Makes the history of an article unreadable.
async fn damage(world: &World, sku: &str) {
    world.broker.damage(&world.log, &article(sku)).await;
}

/// How many readable and other commits an article has.
async fn commits(world: &World, sku: &str) -> usize {
    world.log.history(&article(sku)).await.unwrap().len()
}

/// Waits until the last commit of each of these articles holds its word.
async fn until_recorded(world: &World, wanted: &[(&str, &str)]) {
    let saved = Instant::now();
    for (sku, word) in wanted {
        until(sku, || async {
            let last = world.log.history(&article(sku)).await.unwrap().pop()?;
            String::from_utf8_lossy(&last.body)
                .contains(word)
                .then_some(())
        })
        .await;
    }
    assert!(saved.elapsed() < SOON, "{:?}", saved.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_article_does_not_hold_up_the_sheet_for_the_others() {
    let world = World::start().await;
    damage(&world, "RG-20-BLU").await;
    world.sheet.change("RG-20-RED", ",3,2490,", ",7,2310,");
    until_recorded(&world, &[("RG-20-RED", "231000")]).await;
    world
        .until_sheet("the sheet is read", |told| {
            told["type"] == "torg.shop.sheet_read.v1" && told["data"]["rows"] == 8
        })
        .await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["7 штук", "2 310"]).await;
    world.end_but_for(&[&article("RG-20-BLU")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_an_unreadable_article_does_not_hold_up_the_changes_to_the_others() {
    let world = World::start().await;
    // One that was known before, and one of which nobody could ever read anything.
    for sku in ["RG-20-BLU", "NEW-0"] {
        damage(&world, sku).await;
    }
    let before = (
        commits(&world, "RG-20-BLU").await,
        commits(&world, "NEW-0").await,
    );
    let revision =
        world.until_sheet("the sheet is read", |_| true).await["data"]["revision"].clone();
    // More than are written at the same time, with the unreadable ones before them.
    let mut rows = vec!["NEW-0,Фляга 0,Посуда,5,1000,".to_owned()];
    rows.extend(
        Sheet::rows()
            .iter()
            .map(|row| row.replace(",2590,", ",2600,").replace(",2490,", ",2310,")),
    );
    rows.extend((1..60).map(|number| format!("NEW-{number},Фляга {number},Посуда,5,777{number},")));
    world.sheet.save(&rows);
    until_recorded(
        &world,
        &[
            ("RG-20-RED", "231000"),
            ("NEW-1", "777100"),
            ("NEW-59", "7775900"),
        ],
    )
    .await;
    let told = world
        .until_sheet("the sheet is read", |told| {
            told["data"]["revision"] != revision
        })
        .await;
    assert_eq!(told["type"], "torg.shop.sheet_read.v1");
    until("it is told which ones are not written", || async {
        let told = world.readyz(Service::Ingest, "sheets").await;
        let reason = told["reason"].as_str().unwrap_or_default();
        let named = reason.contains("RG-20-BLU") && reason.contains("NEW-0");
        (told["state"] == "degraded" && named).then_some(())
    })
    .await;
    // Nothing is written behind what nobody can read, and once is enough for everything else.
    let after = (
        commits(&world, "RG-20-BLU").await,
        commits(&world, "NEW-0").await,
    );
    assert_eq!(after, before);
    assert_eq!(commits(&world, "NEW-59").await, 1);
    let damaged = [&article("RG-20-BLU"), &article("NEW-0")];
    world.end_but_for(&damaged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_price_is_told_from_an_article_that_cannot_be_read() {
    let world = World::start().await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    damage(&world, "RG-20-RED").await;

    chat.buyer("сколько стоит?").await;
    let reply = chat.expect_reply(&["продавцу"]).await;
    assert!(!reply.contains("490"), "{reply}");
    assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);
    assert_eq!(chat.count("cannot_answer").await, 1);

    // Others are answered, and a list leaves it out.
    let mut other = world.chat(Channel::Avito, 2);
    other.buyer("есть рюкзаки?").await;
    let list = other.expect_reply(&["синий"]).await;
    assert!(!list.contains("красный"), "{list}");
    world.end_but_for(&[&article("RG-20-RED")]).await;
}

/// A chat whose history is in the same shard as that of `other`.
fn neighbour(world: &World, other: &Chat) -> Chat {
    let shards = world.log.shards();
    let mut chats = (100..).map(|number| world.chat(Channel::Avito, number));
    let near = chats.find(|chat| chat.key.shard(shards) == other.key.shard(shards));
    near.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_commit_does_not_stop_the_read_models_of_its_shard() {
    let setup = Setup {
        console: true,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut bad = world.chat(Channel::Avito, 1);
    bad.buyer("Здравствуйте!").await;
    bad.expect_reply(&["Здравствуйте"]).await;
    world.broker.damage(&world.log, &bad.key).await;
    let place = world.log.history(&bad.key).await.unwrap().pop().unwrap();

    // Behind it, in its own history and in another of the shard.
    bad.buyer("Есть кто-нибудь?").await;
    let mut good = neighbour(&world, &bad);
    good.buyer("Красный рюкзак 20 л есть?").await;
    good.expect_reply(&["3 штуки"]).await;
    assert!(good.state().await.pending().is_empty());
    let url = world.database.as_ref().unwrap().url();
    let rows = until("later commits are in the read models", || async {
        let rows = dump(&url).await;
        let said = |text: &str| rows.iter().any(|row| row.contains(text));
        (said("Есть кто-нибудь?") && said("3\u{a0}штуки")).then_some(rows)
    })
    .await;

    let rows = rows
        .iter()
        .map(|row| serde_json::from_str::<Value>(row).unwrap());
    let unreadable: Vec<Value> = rows.filter(|row| row["table"] == "unreadable").collect();
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert_eq!(unreadable[0]["key"], bad.key.to_string());
    assert_eq!(unreadable[0]["shard"], place.shard);
    assert_eq!(unreadable[0]["seq"], place.seq);
    until("the console says that something is left out", || async {
        let told = world.readyz(Service::Console, "database").await;
        let reason = told["reason"].as_str().unwrap_or_default();
        (told["state"] == "degraded" && reason.contains("could not be read")).then_some(())
    })
    .await;
    // Nothing is said in a chat that cannot be read, and its message waits for a person.
    let parked = world.log.parked(Some("router")).await.unwrap();
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert_eq!(bad.replies().await.len(), 1);
    world.end_but_for(&[&bad.key]).await;
    as_rebuilt(&world).await;
}
