//! What sellers press and write to the desk's bot is taken in: by webhook, by asking, through a bot of the desk's own
//! and through one that is the shop's channel as well.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _};

use domain::Desk;
use e2e::{
    AVITO, BOT, Channel, DESK, DESK_SECRET, SELLERS, Service, World, shop, telegram_body, until,
};
use futures::future::join_all;
use schemas::{
    AggregateKey, Cause, Decision, EventId,
    desk::{DeskEvent, SellerBound},
};
use serde_json::{Value, json};
use simulator::{AvitoMessage, Filter, TelegramMessage};

/// The seller whom the shop's file names.
const SELLER: i64 = SELLERS[0];
const STRANGER: i64 = 9_001;
const KEY: &str = "xQ7-pLm2Vb_9sTzKd4Wa";
const SECRET: &str = "b8Nq_ZrT5yHc-0LmXw2EvJ7sPk9DgUa4FtRiOo1M";

/// Gives the desk a bot of its own. `more`: further lines of its section.
fn own_bot(world: &World, more: &str) {
    let section =
        |bot: i64| format!("[desk]\ntoken = \"{bot}:STORY-token-of-the-stand-in-bot-001\"");
    let own = format!("{}\n{more}", section(DESK));
    world.change_shop(&section(BOT), &own);
}

/// What sellers said and pressed, oldest first; what came of it is another story.
async fn heard(world: &World) -> Vec<Value> {
    let mut events = world.desk_events().await;
    let ours = ["torg.desk.seller_said.v1", "torg.desk.seller_tapped.v1"];
    events.retain(|event| ours.iter().any(|name| event["type"] == *name));
    events
}

async fn until_heard(world: &World, count: usize) -> Vec<Value> {
    until(&format!("the desk has heard {count} things"), || async {
        let heard = heard(world).await;
        (heard.len() >= count).then_some(heard)
    })
    .await
}

fn texts(heard: &[Value]) -> Vec<&str> {
    let texts = heard.iter().map(|event| &event["data"]["text"]["open"]);
    texts.filter_map(Value::as_str).collect()
}

fn tap(update: i64, who: i64, id: &str) -> Value {
    let mut body = telegram_body(update, who, "Нужен ответ");
    let message = body["message"].take();
    json!({"update_id": update, "callback_query": {
        "id": id, "from": message["from"], "message": message, "data": "t.0001", "chat_instance": "1",
    }})
}

/// The status with which an update of the desk's own bot is answered.
async fn post(world: &World, body: &Value) -> e2e::Post {
    let url = world.telegram_webhook();
    world.post(&url, body.to_string(), Some(DESK_SECRET)).await
}

async fn world_with_a_desk_bot() -> World {
    let world = World::start().await;
    own_bot(&world, &format!("webhook_secret = \"{DESK_SECRET}\""));
    until("ingest knows the desk's bot", || async {
        (post(&world, &json!({})).await.status == 200).then_some(())
    })
    .await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_of_the_desks_own_bot_is_the_desks_once_and_only_with_its_secret() {
    let world = world_with_a_desk_bot().await;
    // Numbers that the stand-in will not come to.
    let said = telegram_body(4_000_001, SELLER, "Да, отложу");
    for secret in [None, Some("guessed"), Some("")] {
        let url = world.telegram_webhook();
        let wrong = world.post(&url, said.to_string(), secret).await;
        assert_eq!(wrong.status, 401);
    }
    assert_eq!(heard(&world).await.len(), 0);
    for body in [&said, &tap(2, SELLER, "press-1")] {
        let posts = join_all((0..8).map(|_| post(&world, body))).await;
        assert!(posts.iter().all(|post| post.status == 200), "{posts:?}");
        let ids: BTreeSet<_> = posts.into_iter().map(|post| post.event_id).collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        let last = heard(&world).await.pop().unwrap();
        assert_eq!(ids.first().unwrap().as_deref(), last["id"].as_str());
    }
    // An edit, a group and a sticker of a stranger's are nothing.
    let mut edited = telegram_body(3, SELLER, "Нет");
    edited["edited_message"] = edited["message"].take();
    edited.as_object_mut().unwrap().remove("message");
    let mut group = telegram_body(4, SELLER, "Всем привет");
    group["message"]["chat"] = json!({"id": -100, "type": "group"});
    let mut sticker = telegram_body(5, STRANGER, "");
    sticker["message"].as_object_mut().unwrap().remove("text");
    sticker["message"]["sticker"] = json!({"file_id": "1", "file_unique_id": "1"});
    for nothing in [&edited, &group, &sticker] {
        let post = post(&world, nothing).await;
        assert_eq!((post.status, post.event_id), (200, None), "{nothing}");
    }
    let mut sticker = sticker.clone();
    for place in ["chat", "from"] {
        sticker["message"][place]["id"] = json!(SELLER);
    }
    assert_eq!(post(&world, &sticker).await.status, 200);
    // And as Telegram itself brings it, and brings it again.
    let said = TelegramMessage::text("/help");
    world.control().telegram_write(DESK, SELLER, &said).unwrap();
    let all = until_heard(&world, 4).await;
    let delivered = until("the update is delivered", || async {
        let update = world.control().deliveries().pop()?.about;
        update.parse().ok()
    })
    .await;
    world.control().telegram_redeliver(DESK, delivered).unwrap();
    let delivered = until("the update is delivered again", || async {
        let all = world.control().deliveries();
        (all.iter().filter(|one| one.status == Some(200)).count() >= 2).then_some(all)
    })
    .await;
    assert!(
        delivered
            .iter()
            .all(|one| one.event_id.as_deref() == all[3]["id"].as_str()),
        "{delivered:?}"
    );
    let heard = heard(&world).await;
    assert_eq!(texts(&heard), ["Да, отложу", "", "/help"]);
    assert_eq!(heard[1]["data"]["data"], "t.0001");
    assert_eq!(heard[1]["data"]["callback"], "press-1");
    assert_eq!(
        heard[0]["data"]["provider_id"],
        format!("{DESK}:{SELLER}:4000001")
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_at_the_desk_is_heard_and_cannot_fill_its_history() {
    let world = world_with_a_desk_bot().await;
    let long = telegram_body(1, STRANGER, &"ы".repeat(5_000));
    assert_eq!(post(&world, &long).await.status, 200);
    for number in 2..40 {
        let body = telegram_body(number, STRANGER, "/start desk-7F3K9Q");
        // A repeat does not count.
        for _ in 0..2 {
            assert_eq!(post(&world, &body).await.status, 200);
        }
    }
    let seller = telegram_body(100, SELLER, "А я свой");
    assert!(post(&world, &seller).await.event_id.is_some());
    let heard = heard(&world).await;
    let texts = texts(&heard);
    assert_eq!(texts.len(), 20 + 1);
    assert_eq!(texts[0].chars().count(), 4096);
    assert_eq!(texts[20], "А я свой");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pasted_keys_are_kept_beside_the_log_and_never_in_it() {
    let world = world_with_a_desk_bot().await;
    let pasted = format!("Вот: Client_id {KEY}\nClient_secret {SECRET}\nпрофиль 94000311");
    let body = telegram_body(1, SELLER, &pasted);
    // Where the folder should be there is a file: nothing is kept, so nothing is acknowledged or recorded.
    let desk = world.state_dir().join("desk");
    fs::write(&desk, "").unwrap();
    let refused = post(&world, &body).await;
    assert_eq!((refused.status, refused.event_id), (503, None));
    assert_eq!(heard(&world).await.len(), 0);
    fs::remove_file(&desk).unwrap();

    let posts = join_all((0..6).map(|_| post(&world, &body))).await;
    assert!(posts.iter().all(|post| post.status == 200), "{posts:?}");
    let heard = until_heard(&world, 1).await;
    assert_eq!(heard.len(), 1);
    assert_eq!(
        texts(&heard),
        ["Вот: Client_id •••\nClient_secret •••\nпрофиль 94000311"]
    );
    let folder = desk.join(shop().as_str());
    let path = folder.join(heard[0]["data"]["kept"].as_str().unwrap());
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
    let kept: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let keys = json!({"client_id": KEY, "client_secret": SECRET, "user_id": "94000311"});
    assert_eq!(kept, keys);

    // Once the keys are where they belong, a repeat does not bring them back.
    fs::remove_file(&path).unwrap();
    assert_eq!(post(&world, &body).await.event_id, posts[0].event_id);
    // Neither half of them is stored, nor what a stranger pastes.
    let half = telegram_body(2, SELLER, &format!("Client_secret: {SECRET}"));
    let strangers = telegram_body(3, STRANGER, &pasted);
    for body in [&half, &strangers] {
        assert!(post(&world, body).await.event_id.is_some());
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    let raw = world.raw_log().await;
    assert!(raw.contains("Client_secret") && !raw.contains(SECRET) && !raw.contains(KEY));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_bot_without_a_secret_that_is_added_later_is_asked_for_its_updates() {
    let mut world = World::start().await;
    own_bot(&world, "");
    let control = world.control().clone();
    let card = control.telegram_start(DESK, SELLER, "desk-7F3K9Q").unwrap();
    until_heard(&world, 1).await;
    control
        .telegram_press(DESK, SELLER, card, "t.0001", true)
        .unwrap();
    until_heard(&world, 2).await;
    // What comes while nobody asks waits at Telegram's.
    world.kill(Service::Ingest).await;
    let reply = TelegramMessage::reply(card, "Отвечу сам");
    control.telegram_write(DESK, SELLER, &reply).unwrap();
    world.run(Service::Ingest).await;
    let heard = until_heard(&world, 3).await;
    assert_eq!(texts(&heard), ["/start desk-7F3K9Q", "Отвечу сам"]);
    assert_eq!(heard[2]["data"]["reply_to"], card);
    // The buyers' bot goes on beside it.
    let mut buyer = world.chat(Channel::Telegram, 1);
    buyer.buyer("Красный рюкзак 20 л есть?").await;
    buyer.expect_reply(&["3 штуки"]).await;
    world.end().await;
    assert_eq!(until_heard(&world, 3).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_bot_for_both_no_seller_is_taken_for_a_buyer_and_no_buyer_for_a_seller() {
    let world = World::start().await;
    let control = world.control().clone();
    let bound = 777;
    let sits_down = DeskEvent::SellerBound(SellerBound {
        seller: bound,
        name: None,
        digest: "00".repeat(32),
    });
    let cause = Cause::outside(EventId::derive(&["story", "bound"]));
    let decide =
        |_: &Desk| Ok::<_, std::convert::Infallible>(Decision::new(cause, vec![sits_down.clone()]));
    let key = AggregateKey::desk(&shop());
    world.log.decide::<Desk, _>(&key, decide).await.unwrap();

    let mut buyer = world.chat(Channel::Telegram, 1);
    buyer.buyer("Красный рюкзак 20 л есть?").await;
    buyer.expect_reply(&["3 штуки"]).await;
    for seller in [SELLER, bound] {
        let said = TelegramMessage::text(format!("Красный рюкзак есть? {seller}"));
        let number = control.telegram_write(BOT, seller, &said).unwrap();
        let edit = TelegramMessage::text("Красный рюкзак 20 л есть?");
        control.telegram_edit(BOT, seller, number, &edit).unwrap();
        control
            .telegram_press(BOT, seller, number, "t.0001", true)
            .unwrap();
    }
    until_heard(&world, 4).await;
    // A code is the desk's, whoever names it; a shop's own deep link is a buyer's.
    let guest = 700_002;
    control.telegram_start(BOT, guest, "desk-7F3K9Q").unwrap();
    let heard = until_heard(&world, 5).await;
    assert_eq!(heard[4]["data"]["seller"], guest);
    control.telegram_start(BOT, 700_003, "RG-20-RED").unwrap();
    let linked = world.chat(Channel::Telegram, 3);
    linked.until_event("message_received").await;
    let number = control.telegram_shown(BOT, buyer.number())[0].message_id;
    control
        .telegram_press(BOT, buyer.number(), number, "choice:1", true)
        .unwrap();
    buyer.until_event("button_pressed").await;

    world.until_idle().await;
    assert_eq!(
        heard_by(&world).await,
        BTreeSet::from([SELLER, bound, guest])
    );
    for person in [SELLER, bound, guest] {
        let number = u32::try_from(person - 700_000).unwrap_or(0);
        let chat = if number > 0 {
            world.chat(Channel::Telegram, number).key
        } else {
            let account = BOT.to_string();
            let id =
                schemas::ConversationId::of(&shop(), "telegram", &account, &person.to_string());
            AggregateKey::conversation(&shop(), id)
        };
        assert!(e2e::events(&world.log, &chat).await.is_empty(), "{person}");
    }
    world.end().await;
}

/// Of whom the desk has heard.
async fn heard_by(world: &World) -> BTreeSet<i64> {
    let heard = heard(world).await;
    let sellers = heard.iter().map(|event| &event["data"]["seller"]);
    sellers.filter_map(Value::as_i64).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_autoreply_of_avitos_is_no_takeover() {
    let mut world = World::start().await;
    let section = format!("user_id = {AVITO}");
    let autoreply = "autoreply = [\"Здравствуйте! Ответим в течение часа.\", \"\"]";
    world.change_shop(&section, &format!("{section}\n{autoreply}"));
    world.kill_and_run(Service::Ingest).await;
    let mut chat = world.chat(Channel::Avito, 1);
    let own = |text: &str| AvitoMessage {
        author: Some(AVITO),
        ..AvitoMessage::text(text)
    };
    chat.buyer("Красный рюкзак 20 л есть?").await;
    let id = world.control().avito_write(
        AVITO,
        &chat.id,
        &own("Здравствуйте!\nОтветим  в течение часа. "),
    );
    chat.until_event("notice_received").await;
    world.control().avito_redeliver(AVITO, &id).unwrap();
    chat.expect_reply(&["3 штуки"]).await;
    chat.buyer("А синий?").await;
    chat.expect_reply(&["5 штук"]).await;
    chat.until_rest().await;
    assert_eq!(chat.count("notice_received").await, 1);
    assert_eq!(chat.count("seller_wrote").await, 0);
    assert_eq!(chat.count("handoff_requested").await, 0);
    // Any other words are the seller's own.
    let own = own("Здравствуйте! Ответим через час.");
    world.control().avito_write(AVITO, &chat.id, &own);
    chat.until_event("seller_wrote").await;

    // What the bot itself says is no autoreply, even in the same words.
    let said = chat.replies().await.remove(0);
    let both = format!("autoreply = [{}]", Value::from(said));
    world.change_shop(autoreply, &both);
    world.kill_and_run(Service::Ingest).await;
    let mut other = world.chat(Channel::Avito, 2);
    other.buyer("Красный рюкзак 20 л есть?").await;
    other.expect_reply(&["3 штуки"]).await;
    world.end().await;
    let echo = world.control().ledger(&Filter {
        chat: Some(other.id.clone()),
        ..Filter::default()
    });
    world.control().avito_redeliver(AVITO, &echo[0].id).unwrap();
    other.buyer("А синий?").await;
    other.expect_reply(&["5 штук"]).await;
    world.end().await;
    assert_eq!(other.count("notice_received").await, 0);
}
