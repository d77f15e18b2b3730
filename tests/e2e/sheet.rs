//! The seller's sheet: changes are answered at once, mistakes never cost an article.

use std::time::{Duration, Instant};

use domain::Shop;
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

/// The shop as its history says.
async fn told(world: &World) -> Shop {
    let key = AggregateKey::shop(&shop());
    let loaded = world.log.load::<Shop>(&key).await.unwrap();
    (*loaded.state).clone()
}

/// What Moscow is told to pay.
fn to_moscow(shop: &Shop) -> Option<String> {
    let rows = &shop.delivery().rows;
    let moscow = rows.iter().find(|row| row.region == "Москва")?;
    Some(moscow.price.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_delivery_table_is_in_force_within_two_seconds_and_an_emptied_one_never_is() {
    const TABLE: &str =
        "Регион,Цена,Срок\nМосква,300,1 день\nКазань,400,\nПермь,бесплатно,\nВся Россия,700,\n";
    let world = World::start().await;
    let in_force = async |price: &'static str| {
        let saved = Instant::now();
        until("the price of delivery is in force", || async {
            (to_moscow(&told(&world).await)? == price).then_some(())
        })
        .await;
        assert!(saved.elapsed() < SOON, "{:?}", saved.elapsed());
    };
    world.sheet.save_tab("delivery", TABLE);
    in_force("300").await;
    world
        .sheet
        .save_tab("delivery", &TABLE.replace("300", "350"));
    in_force("350").await;

    let refused = async |text: &str| {
        world.sheet.save_tab("delivery", text);
        until("the table is refused", || async {
            let shop = told(&world).await;
            let refused =
                shop.refused("delivery")?.revision == ingest::sheet::revision(text.as_bytes());
            refused.then_some(())
        })
        .await;
        assert_eq!(to_moscow(&told(&world).await).as_deref(), Some("350"));
    };
    refused("").await;
    refused("Регион,Цена\nМосква,1\n").await;

    world
        .sheet
        .save_tab("delivery", &TABLE.replace("300", "350"));
    until("the old content is good again", || async {
        told(&world)
            .await
            .refused("delivery")
            .is_none()
            .then_some(())
    })
    .await;
    let recorded = world.shop_events().await;
    let tables = recorded
        .iter()
        .filter(|event| event["type"] == "torg.shop.delivery_recorded.v1");
    assert_eq!(tables.count(), 2, "the same content again adds nothing");

    world.sheet.remove_tab("delivery");
    world.sheet.save_tab(
        "rules",
        "name,value\nмаксимальная скидка,8\nскидка всем,5\n",
    );
    until("the rules are read", || async {
        let shop = told(&world).await;
        Some(shop.sheet("rules")?.problems.len() == 1 && shop.rules().rows.len() == 1)
            .filter(|read| *read)
    })
    .await;
    assert_eq!(to_moscow(&told(&world).await).as_deref(), Some("350"));
    world.end().await;
}
