//! A buyer who comes back another day: greeted anew, and nothing of the earlier talk is taken for granted.

use e2e::{Channel, Setup, Talk, World, until};

const DAYS: Setup = Setup {
    quiet_window_ms: 150,
    demo: true,
    days: true,
    ..Setup::USUAL
};

/// The end of a chat: nothing is left to do, and the transcript is the one that people have read.
async fn ends(world: &World, talk: &Talk, name: &str) {
    world.end().await;
    crate::told::record(name, &talk.transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_the_bot_greets_anew_and_asks_whether_it_is_still_the_same_article() {
    let mut world = World::with(DAYS).await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("термос Полярник 1 л есть в наличии?", &["Термос", "5"])
        .await;
    world.a_day_passes().await;
    let reply = talk
        .asks("а сколько он стоит?", &["Здравствуйте!", "Вы про «Термос"])
        .await;
    assert!(!reply.contains('₽'), "assumed: {reply}");
    talk.asks("да", &["Термос", "₽"]).await;
    talk.asks("а фонарь Светляк 200 лм есть в наличии?", &["Фонарь"])
        .await;
    world.a_day_passes().await;
    let reply = talk
        .asks("такой же ещё есть?", &["Здравствуйте!", "Вы про «Фонарь"])
        .await;
    assert!(!reply.contains('₽'), "assumed: {reply}");
    talk.asks("нет, другой", &["Какой товар"]).await;
    talk.asks("фонарь Светляк 400 лм", &["400 лм", "1 990"])
        .await;
    ends(&world, &talk, "talk_another_day").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_greeting_after_a_day_does_not_bring_the_old_article_back() {
    let mut world = World::with(DAYS).await;
    let mut talk = Talk::new(&world, Channel::Web, 1);
    talk.asks("какие сумки есть?", &["1. ", "2. "]).await;
    talk.asks("расскажите про вторую", &["₽"]).await;
    world.a_day_passes().await;
    talk.asks("Здравствуйте!", &["Здравствуйте!"]).await;
    let reply = talk.asks("а сколько стоит?", &["Вы про «"]).await;
    assert!(!reply.contains('₽'), "assumed: {reply}");
    ends(&world, &talk, "talk_greeting_another_day").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_last_time_is_what_the_last_talk_ended_with_and_is_asked_about() {
    let mut world = World::with(DAYS).await;
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    talk.asks("мне как в прошлый раз", &["в прошлый раз", "Какой товар"])
        .await;
    talk.asks("термос Полярник 1 л", &["Термос"]).await;
    world.a_day_passes().await;
    talk.asks("фонарь Светляк 200 лм есть?", &["Здравствуйте!", "Фонарь"])
        .await;
    // The price and the stock are today's.
    let path = world.sheet.path();
    let rows = std::fs::read_to_string(path).unwrap();
    let row = rows.lines().find(|row| row.contains("«Полярник» 1 л"));
    let row = row.unwrap();
    let changed = row.replacen(",1790,", ",1777,", 1);
    world.sheet.save_text(&rows.replace(row, &changed));
    until("the new price is read", || async {
        let products = world.products().await;
        let new = products
            .iter()
            .find(|shown| shown.product.sku.as_str() == "TH-10-GRN")?;
        (new.product.price.kopecks() == 177_700).then_some(())
    })
    .await;
    let reply = talk
        .asks(
            "давайте как в прошлый раз",
            &["Как в прошлый раз", "«Термос", "1 777", "5"],
        )
        .await;
    assert!(reply.ends_with('.') && reply.contains('?'), "{reply}");
    talk.asks("да", &["Термос", "1 777"]).await;
    ends(&world, &talk, "talk_as_last_time").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_last_time_in_english_and_spanish() {
    let mut world = World::with(DAYS).await;
    let mut english = Talk::new(&world, Channel::Telegram, 1);
    let mut spanish = Talk::new(&world, Channel::Web, 2);
    english
        .asks("Hi! Do you have a thermos?", &["1. Термос"])
        .await;
    english
        .asks("how much is the first one?", &["Термос"])
        .await;
    spanish
        .asks("Hola, ¿tienen la botella para agua?", &["Бутылка"])
        .await;
    world.a_day_passes().await;
    english
        .asks("same as last time please", &["Same as last time", "Термос"])
        .await;
    english.asks("yes", &["Термос"]).await;
    spanish
        .asks(
            "lo mismo de la última vez",
            &["Lo mismo de la última vez", "Бутылка"],
        )
        .await;
    spanish.asks("sí", &["Бутылка"]).await;
    world.end().await;
    crate::told::record(
        "talk_as_last_time_in_two_languages",
        &format!("{}\n\n{}", english.transcript(), spanish.transcript()),
    );
}
