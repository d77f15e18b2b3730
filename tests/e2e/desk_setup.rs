//! A seller sets the shop up from the phone: pastes Avito's keys, the link of a sheet, and is told what came of it.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use e2e::{AVITO, Channel, DESK, Seller, Service, Setup, Sheet, World, plain, shop, until};
use serde_json::Value;
use simulator::{AvitoAccount, AvitoMessage, Fault, Filter, Provider};

const DESK_BOT: Setup = Setup {
    desk: true,
    ..Setup::USUAL
};
/// The account that the shop gets.
const OTHER: u64 = 94_000_312;
const KEY: &str = "xQ7-pLm2Vb_9sTzKd4Wa";
const SECRET: &str = "b8Nq_ZrT5yHc-0LmXw2EvJ7sPk9DgUa4FtRiOo1M";
const SHEET: &str = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789";

/// A world in which Avito knows the shop's account and another one of the seller's.
async fn world() -> (World, Seller) {
    let world = World::with(DESK_BOT).await;
    let account = |user_id, name: &str, id: &str, secret: &str| AvitoAccount {
        user_id,
        name: name.to_owned(),
        credentials: Some((id.to_owned(), secret.to_owned())),
        webhook: None,
    };
    let control = world.control();
    control.avito_account(account(AVITO, "", "stories", "stories"));
    control.avito_account(account(OTHER, "Рюкзаки опт", KEY, SECRET));
    let seller = world.seller(0);
    (world, seller)
}

fn keys() -> String {
    format!("Client_id {KEY}\nClient_secret {SECRET}")
}

fn fault(operation: &str) -> Fault {
    Fault {
        provider: Some(Provider::Avito),
        operation: Some(operation.to_owned()),
        ..Fault::default()
    }
}

/// Nothing of what the seller pasted is where somebody could find it.
async fn no_trace(world: &World) {
    until("the keys are no longer kept", || async {
        let kept = fs::read_dir(world.state_dir().join("desk").join(shop().as_str()));
        (kept.ok()?.count() == 0).then_some(())
    })
    .await;
    let shown = world.control().telegram_shown(DESK, world.seller(0).id);
    let pasted = shown.iter().find(|message| message.text.contains(KEY));
    assert!(pasted.is_none(), "{pasted:?}");
    let raw = world.raw_log().await;
    assert!(raw.contains("seller_said") && !raw.contains(SECRET) && !raw.contains(KEY));
}

/// What came of the seller's words, oldest first.
async fn outcomes(world: &World) -> Vec<String> {
    let mut events = world.desk_events().await;
    events.retain(|event| event["type"] == "torg.desk.input_handled.v1");
    let outcomes = events.iter().map(|event| &event["data"]["outcome"]);
    let outcomes = outcomes.filter_map(Value::as_str).map(str::to_owned);
    outcomes.filter(|outcome| outcome != "helped").collect()
}

async fn until_outcome(world: &World, wanted: &str) {
    until(wanted, || async {
        let outcomes = outcomes(world).await;
        outcomes.iter().any(|one| one == wanted).then_some(())
    })
    .await;
}

/// A buyer asks on the new account, and is answered there.
async fn a_buyer_is_answered_on_the_new_account(world: &World, chat: &str) {
    let question = AvitoMessage::text("Красный рюкзак 20 л есть?");
    world.control().avito_write(OTHER, chat, &question);
    until("the buyer of the new account is answered", || async {
        let ledger = world.control().ledger(&Filter {
            account: Some(OTHER.to_string()),
            chat: Some(chat.to_owned()),
            ..Filter::default()
        });
        let answered = ledger
            .iter()
            .any(|entry| plain(&entry.text).contains("3 штуки"));
        answered.then_some(())
    })
    .await;
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_keys_are_pasted_is_connected_and_answers_buyers() {
    let (world, seller) = world().await;
    seller.writes(&keys());
    seller
        .sees(&[
            "«Рюкзаки опт» (94000312) подключён",
            "увижу сразу",
            "из чата убрал",
        ])
        .await;
    until_outcome(&world, "account_connected").await;
    no_trace(&world).await;
    a_buyer_is_answered_on_the_new_account(&world, "u2i-77").await;

    let shops = world.state_dir().join("shops");
    let file = fs::read_to_string(shops.join("ryukzaki.toml")).unwrap();
    assert!(
        file.contains("94000312") && !file.contains(SECRET),
        "{file}"
    );
    assert_eq!(mode(&shops.join("ryukzaki.toml")), 0o600);
    let beside: Vec<_> = fs::read_dir(shops.join("ryukzaki")).unwrap().collect();
    assert_eq!(beside.len(), 4);
    for secret in beside {
        assert_eq!(mode(&secret.unwrap().path()), 0o600);
    }
    let told = world.until_shop_event("shop_reconfigured").await;
    assert_eq!(told["data"]["by"]["telegram"], seller.id);
    assert!(told["source"].as_str().unwrap().starts_with("escalation/"));

    // The same keys again change nothing; the shop's file, added again with other settings, takes nothing away.
    seller.writes(&keys());
    until("the keys are seen to again", || async {
        let outcomes = outcomes(&world).await;
        let connected = outcomes.iter().filter(|one| *one == "account_connected");
        (connected.count() == 2).then_some(())
    })
    .await;
    world.change_shop("confidence = 0.80", "confidence = 0.81");
    let events = world.shop_events().await;
    let of = |name: &str| {
        let name = format!("torg.shop.{name}.v1");
        events
            .iter()
            .filter(|event| event["type"] == name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("shop_reconfigured").len(), 1);
    let last = of("shop_configured").pop().unwrap();
    let channels = last["data"]["channels"].as_array().unwrap();
    assert!(
        channels.iter().any(|one| one["account"] == "94000312"),
        "{last}"
    );
    a_buyer_is_answered_on_the_new_account(&world, "u2i-78").await;
    let mut old = world.chat(Channel::Avito, 1);
    old.buyer("Красный рюкзак 20 л есть?").await;
    old.expect_reply(&["3 штуки"]).await;

    seller.writes("/status");
    seller
        .sees(&[
            "Подключено: Авито 94000311",
            "Подключено: Авито 94000312",
            "products: 8 строк",
        ])
        .await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_pasted_keys_is_said_in_plain_words_and_the_shop_stays_as_it_is() {
    let (world, seller) = world().await;
    let shops = world.state_dir().join("shops");
    let before = fs::read_to_string(shops.join("ryukzaki.toml")).unwrap();

    seller.writes(&keys().replace(SECRET, &SECRET.replace('b', "c")));
    seller.sees(&["не принимает", "убрал"]).await;
    seller.writes(&format!("{}\nпрофиль {AVITO}", keys()));
    seller
        .sees(&["от аккаунта 94000312, а вы написали 94000311"])
        .await;
    seller.writes(&format!("Client_secret: {SECRET}"));
    seller.sees(&["половину ключей", "убрал"]).await;
    world.control().fault(Fault {
        status: Some(402),
        ..fault("chats")
    });
    seller.writes(&keys());
    seller.sees(&["Максимальный"]).await;
    world.control().clear_faults();

    until_outcome(&world, "no_messenger").await;
    assert_eq!(
        outcomes(&world).await,
        [
            "keys_refused",
            "keys_of_another_account",
            "half_of_the_keys",
            "no_messenger"
        ]
    );
    no_trace(&world).await;
    let after = fs::read_to_string(shops.join("ryukzaki.toml")).unwrap();
    assert_eq!(after, before);
    assert!(!shops.join("ryukzaki").exists());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_wait_while_avito_is_away_and_hold_up_nobody() {
    let (mut world, seller) = world().await;
    world.control().fault(Fault {
        status: Some(503),
        count: Some(1),
        ..fault("token")
    });
    seller.writes(&keys());
    seller.sees(&["Авито сейчас не отвечает"]).await;
    // The desk goes on.
    seller.writes("/status");
    seller.sees(&["Бот работает"]).await;
    until_outcome(&world, "status").await;
    assert_eq!(outcomes(&world).await, ["status"]);
    // And escalation may die while Avito is asked.
    world.control().fault(Fault {
        hold: true,
        count: Some(1),
        ..fault("self")
    });
    until("Avito is asked again", || async {
        let calls = world.control().calls();
        let asked = calls
            .iter()
            .any(|call| call.operation == "token" && call.status == 200);
        asked.then_some(())
    })
    .await;
    world.kill_and_run(Service::Escalation).await;
    world.control().release();
    seller.sees(&["«Рюкзаки опт» (94000312) подключён"]).await;
    until_outcome(&world, "account_connected").await;
    no_trace(&world).await;
    let away = seller.shown().into_iter();
    assert_eq!(
        away.filter(|one| one.text.contains("не отвечает")).count(),
        1
    );
    a_buyer_is_answered_on_the_new_account(&world, "u2i-77").await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_whose_link_is_pasted_is_read_from_there() {
    let (world, seller) = world().await;
    let control = world.control();
    let csv = fs::read_to_string(world.sheet.path()).unwrap();
    control.sheet_save(SHEET, 0, "Чужой лист\n");
    control.sheet_save(SHEET, 7, &csv.replace(",3,2490,", ",3,2390,"));
    let link = format!("Вот: https://docs.google.com/spreadsheets/d/{SHEET}/edit#gid=7");

    seller.writes(&link);
    seller.sees(&["Таблица закрыта", "Читатель"]).await;
    control.sheet_share(SHEET, true);
    seller.writes(&link.replace("gid=7", "gid=8"));
    seller.sees(&["не Google Таблица"]).await;
    seller.writes(&link);
    seller.sees(&["Таблица открывается"]).await;
    let told = world.until_shop_event("shop_reconfigured").await;
    let address = format!("https://docs.google.com/spreadsheets/d/{SHEET}/edit#gid=7");
    assert_eq!(told["data"]["settings"]["sheet"]["link"], address);
    until("the price of the linked sheet is known", || async {
        let products = world.products().await;
        let mut red = products
            .iter()
            .filter(|one| one.product.sku.as_str() == "RG-20-RED");
        (red.next()?.product.price.kopecks() == 239_000).then_some(())
    })
    .await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки", "2 390"]).await;

    // A sheet that is closed again changes nothing but what /readyz says.
    control.sheet_share(SHEET, false);
    until("ingest says that the sheet is closed", || async {
        let told = world.readyz(Service::Ingest, "sheets").await;
        let reason = told["reason"].as_str()?.to_owned();
        reason.contains("not shared by link").then_some(())
    })
    .await;
    chat.buyer("А синий?").await;
    chat.expect_reply(&["5 штук"]).await;
    assert_eq!(world.products().await.len(), Sheet::rows().len());
    world.end().await;
}
