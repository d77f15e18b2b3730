//! The seller's sheet: changes are answered at once, mistakes never cost an article.

use std::time::{Duration, Instant};

use e2e::{Channel, Sheet, World, shop, until};
use schemas::{AggregateKey, Sku};
use serde_json::Value;

/// How soon a saved sheet is what buyers are told.
const SOON: Duration = Duration::from_secs(2);

/// The last thing that the article's history says.
async fn article(world: &World, sku: &str) -> Value {
    let key = AggregateKey::stock(&shop(), &Sku::new(sku));
    let events = e2e::events(&world.log, &key).await;
    events.last().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_change_is_answered_within_two_seconds() {
    let world = World::start().await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;

    world.sheet.change("RG-20-RED", ",3,2490,", ",7,2310,");
    let saved = Instant::now();
    until("the article has changed", || async {
        let now = article(&world, "RG-20-RED").await;
        now["data"].to_string().contains("2310").then_some(())
    })
    .await;
    assert!(saved.elapsed() < SOON, "{:?}", saved.elapsed());
    chat.buyer("красный рюкзак 20 л в наличии?").await;
    chat.expect_reply(&["7 штук", "2 310"]).await;
    world.end().await;
    assert_eq!(chat.replies().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_row_is_listed_and_its_article_stays_as_it_was() {
    let world = World::start().await;
    world.sheet.change("RG-20-RED", ",3,2490,", ",3,дорого,");
    let told = world
        .until_sheet("the broken row is listed", |told| {
            let problems = told["data"]["problems"].as_array();
            problems.is_some_and(|problems| !problems.is_empty())
        })
        .await;
    assert_eq!(told["type"], "torg.shop.sheet_read.v1");
    assert_eq!(told["data"]["problems"].as_array().unwrap().len(), 1);
    assert_eq!(told["data"]["rows"], 7);
    assert_eq!(
        article(&world, "RG-20-RED").await["type"],
        "torg.stock.product_recorded.v1"
    );
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_or_shrunken_sheet_never_means_sold_out() {
    let world = World::start().await;
    world.sheet.empty();
    world.until_shop_event("sheet_refused").await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;

    world.sheet.save(&Sheet::rows()[..1]);
    until("the shrunken sheet is refused", || async {
        let events = world.shop_events().await;
        let refused = events
            .iter()
            .filter(|event| event["type"] == "torg.shop.sheet_refused.v1");
        (refused.count() == 2).then_some(())
    })
    .await;
    chat.buyer("а синий?").await;
    chat.expect_reply(&["5 штук"]).await;

    world.sheet.save(&Sheet::rows()[..7]);
    until("an article that is gone is withdrawn", || async {
        let now = article(&world, "ST-02-GRN").await;
        (now["type"] == "torg.stock.product_withdrawn.v1").then_some(())
    })
    .await;
    world.end().await;
}
