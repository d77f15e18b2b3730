//! Chats as buyers see them, with the demo shop. Each ends with its transcript, read by people.

use e2e::{Channel, Setup, Talk, World};

const DEMO: Setup = Setup {
    quiet_window_ms: 150,
    demo: true,
    ..Setup::USUAL
};

async fn demo() -> World {
    World::with(DEMO).await
}

/// The end of a chat: nothing is left to do, and the transcript is the one that people have read.
async fn ends(world: &World, talk: &Talk, name: &str) {
    world.end().await;
    crate::told::record(name, &talk.transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn colour_variants() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks(
        "Здравствуйте! Рюкзак Вектор 20 л красный есть?",
        &["Здравствуйте!", "красный", "3 штуки", "2 490"],
    )
    .await;
    talk.asks("а синий?", &["синий", "5 штук"]).await;
    talk.asks("а чёрный?", &["чёрный", "нет в наличии"]).await;
    talk.asks("хорошо, а зелёный есть?", &["зелёный", "2 штуки"])
        .await;
    ends(&world, &talk, "talk_colour_variants").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn siberia_and_stock_in_one_message() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    talk.asks(
        "есть синий рюкзак Вектор 30 л и отправите в Сибирь?",
        &["последняя штука", "3 190", "700", "14"],
    )
    .await;
    talk.asks("а в Новосибирск?", &["Новосибирск", "600", "5-7"])
        .await;
    ends(&world, &talk, "talk_siberia").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn haggling_ends_at_the_floor() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Avito, 1).about(3_363_000_577);
    talk.asks("Сколько стоит?", &["2 490"]).await;
    talk.asks("торг уместен?", &["2 3"]).await;
    talk.asks("а за 2000 отдадите?", &["2 290"]).await;
    let reply = talk.asks("а последняя цена какая?", &["2 290"]).await;
    assert!(
        !reply.contains("2 100") && !reply.contains("2 000"),
        "{reply}"
    );
    ends(&world, &talk, "talk_haggling").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_is_described() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Web, 1);
    talk.asks("ищу рюкзак первокласснику", &["Отличник"]).await;
    talk.asks(
        "подскажите, что взять от дождя на рюкзак",
        &["Чехол от дождя"],
    )
    .await;
    ends(&world, &talk, "talk_need").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_of_the_list_stays_what_it_was() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    let list = talk.asks("какие сумки есть?", &["1. ", "2. ", "3. "]).await;
    let place = |number: usize| {
        let head = format!("{number}. ");
        let line = list.lines().find(|line| line.starts_with(&head)).unwrap();
        line[head.len()..].split(" — ").next().unwrap().to_owned()
    };
    let (second, third) = (place(2), place(3));
    talk.asks("расскажите про третью", &[&third]).await;
    talk.asks("а доставка в Казань сколько?", &["400"]).await;
    talk.asks("сколько стоит вторая?", &[&second]).await;
    ends(&world, &talk, "talk_list").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_mistakes_and_slang() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    talk.asks("дд, скок стоит рюгзак тропа 45 черный", &["Тропа", "5 490"])
        .await;
    talk.asks("а в нск скок доставка", &["Новосибирск", "600"])
        .await;
    talk.asks("спс", &["Пожалуйста"]).await;
    ends(&world, &talk, "talk_slang").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn russian_in_latin_letters() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks(
        "privet! est v nalichii krasnyj ryukzak vektor 20?",
        &["красный", "3 штуки"],
    )
    .await;
    talk.asks("skolko dostavka v Kazan?", &["Казань", "400"])
        .await;
    ends(&world, &talk, "talk_latin").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn english() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("Hi! Do you have a thermos?", &["Термос", "in stock"])
        .await;
    talk.asks("how much is the first one?", &["₽"]).await;
    talk.asks("do you ship to Kazan?", &["400"]).await;
    talk.asks("thanks!", &["welcome"]).await;
    ends(&world, &talk, "talk_english").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spanish() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Web, 1);
    talk.asks("Hola, ¿tienen una botella para agua?", &["Бутылка"])
        .await;
    talk.asks("¿cuánto cuesta el envío a Moscú?", &["300"])
        .await;
    ends(&world, &talk, "talk_spanish").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_languages_in_one_message() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Web, 1);
    talk.asks(
        "привет, do you have термос 1 л?",
        &["Термос «Полярник» 1 л", "5"],
    )
    .await;
    ends(&world, &talk, "talk_mixed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_with_two_asks() {
    let setup = Setup {
        quiet_window_ms: 1_200,
        ..DEMO
    };
    let world = World::with(setup).await;
    let mut talk = Talk::new(&world, Channel::Avito, 1).about(3_363_000_577);
    for words in [
        "Здравствуйте",
        "ещё актуально?",
        "и доставка в Казань сколько?",
    ] {
        talk.says(words).await;
    }
    talk.hears(&["Здравствуйте!", "3 штуки", "Казань", "400"])
        .await;
    // Two short messages, two articles: both are answered.
    talk.says("синий рюкзак Вектор 30 есть?").await;
    talk.says("термокружка есть?").await;
    talk.hears(&["30 л синий", "Термокружка"]).await;
    ends(&world, &talk, "talk_burst").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_in_mid_flight() {
    let setup = Setup {
        quiet_window_ms: 1_200,
        ..DEMO
    };
    let world = World::with(setup).await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.says("есть рюкзак вектор 20 красный?").await;
    talk.says("ой, синий").await;
    talk.hears(&["синий", "5 штук"]).await;
    ends(&world, &talk, "talk_correction").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn off_topic_is_asked_back_once_and_then_the_sellers() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("какая завтра погода в Сочи?", &["помощник магазина"])
        .await;
    talk.asks("а кто победит в футбол", &["Передал"]).await;
    ends(&world, &talk, "talk_off_topic").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn abuse_is_answered_calmly() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("ты тупая железка", &["помощник магазина"]).await;
    talk.asks("позови живого человека", &["Передал"]).await;
    ends(&world, &talk, "talk_abuse").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_of_something_that_does_not_exist() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    let reply = talk
        .asks("сколько стоит велосипед горный?", &["продавцу"])
        .await;
    assert!(!reply.contains('₽'), "{reply}");
    ends(&world, &talk, "talk_no_such_thing").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sold_out_with_an_alternative() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Web, 1);
    talk.asks(
        "поясная сумка Пробежка зелёная есть?",
        &["нет в наличии", "чёрная", "690"],
    )
    .await;
    ends(&world, &talk, "talk_sold_out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn technical_questions_with_and_without_an_answer_in_the_text() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("рюкзак Тропа 45 л зелёный есть?", &["6 штук"])
        .await;
    talk.asks("а сколько он весит?", &["1,4 кг"]).await;
    talk.asks("а питьевая система в него встаёт?", &["продавцу"])
        .await;
    ends(&world, &talk, "talk_technical").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_products_in_one_message() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    talk.asks(
        "термос полярник 1 л и фонарь светляк 200 лм есть?",
        &["Термос «Полярник» 1 л", "Фонарь налобный «Светляк» 200 лм"],
    )
    .await;
    ends(&world, &talk, "talk_two_products").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_town() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Avito, 1);
    let reply = talk.asks("в Кукуево отправите?", &["продавцу"]).await;
    assert!(!reply.contains('₽'), "{reply}");
    ends(&world, &talk, "talk_unknown_town").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sellers_own_questions_and_answers() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("а гарантия на рюкзаки есть?", &["12 месяцев"])
        .await;
    talk.asks("как оплатить можно?", &["картой при получении"])
        .await;
    talk.asks("спасибо", &["Пожалуйста"]).await;
    ends(&world, &talk, "talk_faq").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_conditions_at_once_go_to_the_seller_whole() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Avito, 1).about(3_363_000_577);
    let words = "если возьму 10, скинете? и чтобы отправить на три адреса";
    talk.asks(words, &["Передал"]).await;
    assert_eq!(talk.chat.count("answer_given").await, 0);
    ends(&world, &talk, "talk_bundle").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn which_article_is_asked_and_answered() {
    let world = demo().await;
    let mut talk = Talk::new(&world, Channel::Web, 1);
    talk.asks("сколько стоит?", &["Какой товар"]).await;
    talk.asks("гермомешок 20 литров", &["990"]).await;
    talk.asks("а подешевле?", &["790"]).await;
    ends(&world, &talk, "talk_which").await;
}
