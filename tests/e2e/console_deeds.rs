//! The seller at the console: sees who waits, answers, takes over and gives back; and is told when somebody was faster.

use domain::Owner;
use e2e::{Browser, Channel, Chat, Page, Setup, World, until};
use simulator::{Fault, Provider};

use crate::desk::PERSON;

pub(crate) const CONSOLE: Setup = Setup {
    desk: true,
    console: true,
    ..Setup::USUAL
};

/// The page of a chat.
pub(crate) fn address(chat: &Chat) -> String {
    let id = chat.key.conversation_id().unwrap();
    format!("/c/{}/{id}", chat.key.shop_id())
}

/// A button of the page, pressed by whoever looks at it.
async fn press(browser: &Browser, page: &Page, chat: &Chat, deed: &str) -> Page {
    let nonce = page.field_after("id=\"acts-title\"", "nonce");
    let mut form = vec![("nonce", nonce), ("deed", deed.to_owned())];
    if page.html.contains("name=\"seen\"") {
        form.push(("matter", page.field_after("id=\"acts-title\"", "matter")));
        form.push(("seen", page.field_after("id=\"acts-title\"", "seen")));
    }
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.sends(&deeds(chat), &form).await
}

fn deeds(chat: &Chat) -> String {
    format!("{}/deeds", address(chat))
}

/// The reply's form, as it stands on the page.
fn reply<'a>(page: &Page, words: &'a str) -> Vec<(&'static str, String, &'a str)> {
    vec![
        ("nonce", page.field_after("id=\"fields\"", "nonce"), ""),
        ("matter", page.field_after("id=\"fields\"", "matter"), ""),
        ("deed", "reply".to_owned(), ""),
        ("way", "own_words".to_owned(), ""),
        ("text", words.to_owned(), words),
    ]
}

fn pairs<'a>(form: &'a [(&'static str, String, &str)]) -> Vec<(&'a str, &'a str)> {
    form.iter()
        .map(|(name, value, _)| (*name, value.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_from_the_console_reaches_the_buyer_once_and_the_card_settles_itself() {
    let world = World::with(CONSOLE).await;
    let seller = world.seller(0);
    let anna = world.browser_of("Анна").await;
    for (number, channel) in (1..).zip(Channel::ALL) {
        let mut chat = world.chat(channel, number);
        chat.buyer(PERSON).await;
        chat.expect_reply(&["продавц"]).await;
        let card = seller.sees(&["просит позвать", "3 штуки"]).await;
        until("the inbox shows the chat", || async {
            let inbox = anna.opens("/?reason=human_requested").await;
            inbox.html.contains(&address(&chat)).then_some(())
        })
        .await;
        let page = anna
            .sees(
                &address(&chat),
                &["Бот ждёт вас", "Бот ответил бы так", "3 штуки"],
            )
            .await;

        // The same form, sent twice at once, and once more later.
        let words = format!("Да, есть. Отложить? {number}");
        let form = reply(&page, &words);
        let (form, at) = (pairs(&form), deeds(&chat));
        let (first, second) = tokio::join!(anna.sends(&at, &form), anna.sends(&at, &form));
        let third = anna.sends(&at, &form).await;
        for told in [first, second, third] {
            assert!(
                told.text().contains("Ответ отправляется покупателю"),
                "{}",
                told.text()
            );
        }
        chat.expect_reply(&[&words]).await;
        seller
            .sees_change(card.message_id, &["Отвечено", "Анна"])
            .await;
        assert_eq!(chat.state().await.owner(), Owner::Seller);
        assert_eq!(chat.count("seller_replied").await, 1);

        // Gone back to and changed, it is another one.
        let more = format!("И ещё: самовывоз до восьми. {number}");
        let form = reply(&page, &more);
        let told = anna.sends(&at, &pairs(&form)).await;
        assert!(
            told.text().contains("Ответ отправляется"),
            "{}",
            told.text()
        );
        chat.expect_reply(&[&more]).await;
        assert_eq!(chat.replies().await.len(), 3, "the notice and two replies");

        let page = anna
            .sees(&address(&chat), &["Анна (вы)", "Вернуть боту"])
            .await;
        let told = press(&anna, &page, &chat, "give_back").await;
        assert!(told.text().contains("Чат снова у бота"), "{}", told.text());
        chat.buyer("а синий есть?").await;
        chat.expect_reply(&["синий"]).await;
        assert_eq!(chat.count("handoff_requested").await, 1, "no loop");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_second_is_told_who_was_first_and_keeps_the_words() {
    let world = World::with(CONSOLE).await;
    let seller = world.seller(0);
    let (anna, boris) = tokio::join!(world.browser_of("Анна"), world.browser_of("Борис"));
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer(PERSON).await;
    chat.expect_reply(&["продавц"]).await;
    let card = seller.sees(&["3 штуки"]).await;
    let hers = anna.sees(&address(&chat), &["Бот ответил бы так"]).await;
    let his = boris.opens(&address(&chat)).await;
    // Open in another window.
    let also_hers = anna.opens(&address(&chat)).await;

    // Anna takes the chat; the card says so, and Boris is told.
    let told = press(&anna, &hers, &chat, "take_over").await;
    assert!(told.text().contains("Чат ваш"), "{}", told.text());
    seller.sees_change(card.message_id, &["Анна"]).await;
    let told = press(&boris, &his, &chat, "take_over").await;
    assert!(
        told.text().contains("чат уже взят. Первым был(а): Анна."),
        "{}",
        told.text()
    );
    let form = reply(&his, "Здравствуйте, это <Борис>");
    let told = boris.sends(&deeds(&chat), &pairs(&form)).await;
    assert!(
        told.text()
            .contains("другой уже отвечает. Первым был(а): Анна."),
        "{}",
        told.text()
    );
    assert!(
        told.html.contains("это &#60;Борис&#62;</textarea>"),
        "his words are still there"
    );

    // He takes it away, and the matter is closed; Anna's draft comes too late.
    let page = boris.opens(&address(&chat)).await;
    let told = press(&boris, &page, &chat, "take_away").await;
    assert!(told.text().contains("Чат ваш"), "{}", told.text());
    let told = press(&anna, &hers, &chat, "send_draft").await;
    assert!(
        told.text().contains("Первым был(а): Борис."),
        "{}",
        told.text()
    );
    let form = reply(&boris.opens(&address(&chat)).await, "Теперь отвечаю я");
    boris.sends(&deeds(&chat), &pairs(&form)).await;
    chat.expect_reply(&["Теперь отвечаю я"]).await;
    let told = press(&anna, &also_hers, &chat, "send_draft").await;
    let text = told.text();
    assert!(
        text.contains("вопрос уже решён: на него ответили. Первым был(а): Борис."),
        "{text}"
    );
    assert_eq!(chat.replies().await.len(), 2, "the notice and one reply");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bots_draft_is_sent_from_the_console_unless_the_buyer_wrote_meanwhile() {
    let world = World::with(CONSOLE).await;
    let anna = world.browser_of("Анна").await;
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.buyer(PERSON).await;
    chat.expect_reply(&["продавц"]).await;
    let page = anna.sees(&address(&chat), &["Бот ответил бы так"]).await;
    chat.buyer("и ещё вопрос").await;
    chat.until_events("message_received", 2).await;
    let told = press(&anna, &page, &chat, "send_draft").await;
    assert!(
        told.text().contains("покупатель написал ещё"),
        "{}",
        told.text()
    );
    assert_eq!(chat.count("seller_replied").await, 0);
    let told = press(&anna, &told, &chat, "send_draft").await;
    assert!(
        told.text().contains("Ответ бота отправляется"),
        "{}",
        told.text()
    );
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    // The question that came in between is the bot's again.
    let page = anna.sees(&address(&chat), &["Стоило ли звать вас?"]).await;
    let nonce = page.field_after("id=\"acts-title\"", "nonce");
    let matter = page.field_after("id=\"acts-title\"", "matter");
    let form = [
        ("nonce", nonce.as_str()),
        ("matter", &matter),
        ("deed", "needless"),
    ];
    let told = anna.sends(&deeds(&chat), &form).await;
    assert!(told.text().contains("Отмечено"), "{}", told.text());
    assert_eq!(chat.count("handoff_judged").await, 1);
    world.until_idle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_does_not_wait_for_telegram_and_muting_is_undone() {
    let world = World::with(CONSOLE).await;
    let anna = world.browser_of("Анна").await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки"]).await;
    world.control().fault(Fault {
        provider: Some(Provider::Telegram),
        drop_before_apply: true,
        ..Fault::default()
    });
    chat.buyer("Позовите продавца").await;
    chat.expect_reply(&["продавц"]).await;
    // The card is on its way for as long as Telegram is away; the deed is done all the same.
    let page = anna.sees(&address(&chat), &["Бот ждёт вас"]).await;
    let told = press(&anna, &page, &chat, "mute").await;
    assert!(
        told.text().contains("Покупатель заглушён"),
        "{}",
        told.text()
    );
    assert_eq!(chat.state().await.owner(), Owner::Closed);
    let told = press(&anna, &told, &chat, "unmute").await;
    assert!(
        told.text().contains("Покупатель снова слышен"),
        "{}",
        told.text()
    );
    world.control().clear_faults();
    world.end().await;
}
