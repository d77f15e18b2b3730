//! `DeskBot` and a seller who taps, answers and looks.

use std::sync::Arc;

use channels::desk::{self, Button, ButtonAction, Card, DeskBot, DeskUpdate, MessageRef};
use simulator::{Config, Filter, Simulator, TelegramBot, TelegramMessage};

use crate::{
    receiver::Receiver,
    stand::{BOT, DESK, DESK_TOKEN, desk, simulator, telegram, telegram_with},
};

pub(crate) const SELLER: i64 = 555;

pub(crate) fn button(label: &str, data: &str) -> Button {
    Button {
        label: label.to_owned(),
        action: ButtonAction::Callback(data.to_owned()),
    }
}

pub(crate) fn card(text: &str) -> Card {
    Card {
        text: text.to_owned(),
        buttons: vec![
            vec![button("Отправить", "a1"), button("Забрать", "a2")],
            vec![Button {
                label: "Открыть чат".to_owned(),
                action: ButtonAction::Url(desk::avito_chat_link("u2i-Zq~7")),
            }],
        ],
        ..Card::default()
    }
}

/// A simulator in which the seller has opened the desk's bot.
pub(crate) async fn opened() -> (Simulator, DeskBot) {
    let sim = simulator().await;
    sim.control()
        .telegram_start(DESK, SELLER, "desk-7F3K9Q")
        .unwrap();
    let bot = desk(&sim);
    (sim, bot)
}

/// What the desk's bot hears, oldest first.
async fn heard(sim: &Simulator) -> Vec<DeskUpdate> {
    let client = telegram_with(sim, DESK_TOKEN);
    let updates = client.get_updates(None, 100, 0).await.unwrap();
    let parse = |body: &[u8]| desk::parse(body, client.bot_id()).unwrap();
    updates.iter().map(|update| parse(&update.body)).collect()
}

/// What was accepted in the seller's chat: kinds and words.
pub(crate) fn accepted(sim: &Simulator) -> Vec<(String, String)> {
    let filter = Filter {
        account: Some(DESK.to_string()),
        chat: Some(SELLER.to_string()),
        ..Filter::default()
    };
    let entries = sim.control().ledger(&filter).into_iter();
    entries.map(|entry| (entry.kind, entry.text)).collect()
}

#[tokio::test]
async fn a_card_is_shown_tapped_answered_and_settled() {
    let (sim, bot) = opened().await;
    let at = bot
        .send(SELLER, &card("Нужен ответ\nПокупатель: <Иван>"))
        .await
        .unwrap();
    assert_eq!(at.chat, SELLER);
    let shown = sim.control().telegram_shown(DESK, SELLER);
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_eq!(shown[1].message_id, at.message_id);
    assert_eq!(shown[1].text, "Нужен ответ\nПокупатель: <Иван>");
    assert_eq!(shown[1].labels(), ["Отправить", "Забрать", "Открыть чат"]);
    let link = shown[1].buttons[1][0].url.as_deref();
    assert_eq!(
        link,
        Some("https://www.avito.ru/profile/messenger/channel/u2i-Zq~7")
    );
    let tap = sim
        .control()
        .telegram_tap(DESK, SELLER, at.message_id, "Отправить")
        .unwrap();
    let updates = heard(&sim).await;
    let DeskUpdate::Tapped {
        callback_id,
        seller,
        chat,
        message_id,
        data,
        ..
    } = &updates[1]
    else {
        panic!("{updates:?}")
    };
    assert_eq!(
        (callback_id, *seller, *chat, *message_id, data.as_str()),
        (&tap, SELLER, SELLER, at.message_id, "a1")
    );
    bot.answer_callback(callback_id, "Отправляю", false)
        .await
        .unwrap();
    let settled = Card {
        buttons: Vec::new(),
        ..card("Отвечено в 12:40")
    };
    for _ in 0..2 {
        bot.edit(&at, &settled)
            .await
            .expect("being so already is no fault");
    }
    let shown = sim.control().telegram_shown(DESK, SELLER);
    assert_eq!(shown[1].text, "Отвечено в 12:40");
    assert!(shown[1].edited && shown[1].buttons.is_empty());
    let kinds: Vec<String> = accepted(&sim).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["text", "answer", "edit"]);
}

#[tokio::test]
async fn a_prompt_is_answered_in_its_thread() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let long = "Напишите ответ покупателю своими словами, я отправлю его как есть и сразу";
    let prompt = bot
        .prompt(SELLER, "Что ответить?", long, Some(at.message_id))
        .await
        .unwrap();
    let shown = sim.control().telegram_shown(DESK, SELLER);
    assert_eq!(shown[2].reply_to, Some(at.message_id));
    let asks = shown[2].asks.as_deref().unwrap();
    assert!(asks.ends_with('…') && asks.chars().count() <= 64, "{asks}");
    let reply = TelegramMessage::reply(prompt.message_id, "Да, отложу");
    sim.control().telegram_write(DESK, SELLER, &reply).unwrap();
    let updates = heard(&sim).await;
    let DeskUpdate::Said { text, reply_to, .. } = &updates[1] else {
        panic!("{updates:?}")
    };
    assert_eq!(text.text(), "Да, отложу");
    assert_eq!(*reply_to, Some(prompt.message_id));
}

#[tokio::test]
async fn what_is_said_can_be_silent_and_survives_that_its_card_is_gone() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let said = bot.say(SELLER, "Записал", Some(at.message_id), true).await;
    bot.delete(&at).await.unwrap();
    bot.delete(&at).await.expect("being gone is no fault");
    bot.say(SELLER, "Передал", Some(at.message_id), false)
        .await
        .expect("it comes without what it answers");
    let shown = sim.control().telegram_shown(DESK, SELLER);
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert_eq!(shown[1].message_id, said.unwrap().message_id);
    assert!(shown[1].silent && shown[1].reply_to == Some(at.message_id));
    assert!(!shown[2].silent && shown[2].reply_to.is_none());
    let edit = bot.edit(&at, &card("Поздно")).await;
    assert!(
        matches!(&edit, Err(desk::DeskError::Refused(why)) if why.contains("not found")),
        "{edit:?}"
    );
}

#[tokio::test]
async fn a_double_tap_comes_twice_and_each_can_be_answered_once() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let taps = sim
        .control()
        .telegram_tap_twice(DESK, SELLER, at.message_id, "Забрать")
        .unwrap();
    assert_ne!(taps[0], taps[1]);
    assert_eq!(heard(&sim).await.len(), 3);
    bot.answer_callback(&taps[0], "Беру", false).await.unwrap();
    bot.answer_callback(&taps[0], "Беру ещё раз", false)
        .await
        .expect("a second answer is no fault");
    bot.answer_callback(&taps[1], &"Уже забрали. ".repeat(40), true)
        .await
        .unwrap();
    let said = accepted(&sim);
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[1], ("answer".to_owned(), "Беру".to_owned()));
    assert_eq!(said[2].0, "alert");
    assert!(said[2].1.chars().count() <= 200 && said[2].1.ends_with('…'));
}

#[tokio::test]
async fn a_tap_that_is_too_old_is_answered_in_vain_and_without_fault() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let tap = sim
        .control()
        .telegram_tap(DESK, SELLER, at.message_id, "Забрать")
        .unwrap();
    sim.control().telegram_outdate(DESK, &tap).unwrap();
    bot.answer_callback(&tap, "Беру", false).await.unwrap();
    assert_eq!(accepted(&sim).len(), 1, "nothing was shown");
}

#[tokio::test]
async fn only_buttons_that_are_there_can_be_tapped() {
    let (sim, bot) = opened().await;
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let tap = |label| {
        let number = at.message_id;
        sim.control().telegram_tap(DESK, SELLER, number, label)
    };
    let missing = tap("Вернуть").unwrap_err().to_string();
    assert!(missing.contains("Отправить, Забрать"), "{missing}");
    assert!(tap("Открыть чат").is_err(), "the bot never hears of a link");
    let gone = MessageRef {
        message_id: 99,
        ..at
    };
    let tap = sim
        .control()
        .telegram_tap(DESK, SELLER, gone.message_id, "Забрать");
    assert!(tap.is_err());
}

#[tokio::test]
async fn two_bots_know_different_people_and_say_who_they_are() {
    let (sim, bot) = opened().await;
    let me = bot.me().await.unwrap();
    assert_eq!((me.id, me.user_name.as_str()), (DESK, "shop654321_bot"));
    let other = DeskBot::over(Arc::new(telegram(&sim)));
    assert_eq!(other.me().await.unwrap().id, BOT);
    assert_eq!(
        other.send(SELLER, &card("Нужен ответ")).await,
        Err(desk::DeskError::Blocked),
        "the seller never wrote to that one"
    );
    bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
}

#[tokio::test]
async fn taps_come_by_webhook_too() {
    let receiver = Receiver::start().await;
    let sim = Simulator::start(Config {
        bots: vec![TelegramBot {
            token: DESK_TOKEN.to_owned(),
            webhook: Some(receiver.url.clone()),
            secret: Some("s3cret".to_owned()),
        }],
        ..Config::default()
    })
    .await
    .unwrap();
    sim.control()
        .telegram_start(DESK, SELLER, "desk-7F3K9Q")
        .unwrap();
    let bot = desk(&sim);
    let at = bot.send(SELLER, &card("Нужен ответ")).await.unwrap();
    let tap = sim
        .control()
        .telegram_tap(DESK, SELLER, at.message_id, "Забрать")
        .unwrap();
    let came = receiver.wait_for(2).await;
    let start = desk::read(&came[0].1, bot.bot_id());
    assert!(desk::is_desk(&start, &[], true), "{start:?}");
    let tapped = desk::read(&came[1].1, bot.bot_id());
    assert!(
        matches!(&tapped, DeskUpdate::Tapped { callback_id, .. } if *callback_id == tap),
        "{tapped:?}"
    );
    assert_eq!(came[1].0["x-telegram-bot-api-secret-token"], "s3cret");
}
