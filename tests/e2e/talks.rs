//! Chats as buyers see them, with the demo shop: told by `transcripts`, and once more by `models`.

use e2e::{Channel, Setup, Talk, World};
use futures::future::BoxFuture;

/// One chat.
pub(crate) struct Story {
    /// The name of its transcript.
    pub(crate) record: &'static str,
    channel: Channel,
    /// The advertisement that it is about.
    about: Option<u64>,
    /// Whether the buyer writes several messages for one answer.
    pub(crate) in_bursts: bool,
    tell: for<'a> fn(&'a mut Talk) -> BoxFuture<'a, ()>,
}

impl Story {
    /// What its world needs.
    pub(crate) const fn setup(&self) -> Setup {
        Setup {
            quiet_window_ms: if self.in_bursts { 1_200 } else { 150 },
            demo: true,
            ..Setup::USUAL
        }
    }

    /// Tells it as the buyer of this number.
    pub(crate) async fn told(&self, world: &World, number: u32) -> Talk {
        let mut talk = Talk::new(world, self.channel, number);
        if let Some(item) = self.about {
            talk = talk.about(item);
        }
        (self.tell)(&mut talk).await;
        talk
    }
}

/// Every chat.
pub(crate) const ALL: [&Story; 22] = [
    &COLOUR_VARIANTS,
    &SIBERIA_AND_STOCK_IN_ONE_MESSAGE,
    &HAGGLING_ENDS_AT_THE_FLOOR,
    &A_NEED_IS_DESCRIBED,
    &A_PLACE_OF_THE_LIST_STAYS_WHAT_IT_WAS,
    &TYPING_MISTAKES_AND_SLANG,
    &RUSSIAN_IN_LATIN_LETTERS,
    &ENGLISH,
    &SPANISH,
    &TWO_LANGUAGES_IN_ONE_MESSAGE,
    &A_BURST_WITH_TWO_ASKS,
    &A_CORRECTION_IN_MID_FLIGHT,
    &OFF_TOPIC_IS_ASKED_BACK_ONCE_AND_THEN_THE_SELLERS,
    &ABUSE_IS_ANSWERED_CALMLY,
    &THE_PRICE_OF_SOMETHING_THAT_DOES_NOT_EXIST,
    &SOLD_OUT_WITH_AN_ALTERNATIVE,
    &TECHNICAL_QUESTIONS_WITH_AND_WITHOUT_AN_ANSWER_IN_THE_TEXT,
    &TWO_PRODUCTS_IN_ONE_MESSAGE,
    &AN_UNKNOWN_TOWN,
    &THE_SELLERS_OWN_QUESTIONS_AND_ANSWERS,
    &SEVERAL_CONDITIONS_AT_ONCE_GO_TO_THE_SELLER_WHOLE,
    &WHICH_ARTICLE_IS_ASKED_AND_ANSWERED,
];

pub(crate) const COLOUR_VARIANTS: Story = Story {
    record: "talk_colour_variants",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(colour_variants(talk)),
};

async fn colour_variants(talk: &mut Talk) {
    talk.asks(
        "Здравствуйте! Рюкзак Вектор 20 л красный есть?",
        &["Здравствуйте!", "красный", "3 штуки", "2 490"],
    )
    .await;
    talk.asks("а синий?", &["синий", "5 штук"]).await;
    talk.asks("а чёрный?", &["чёрный", "нет в наличии"]).await;
    talk.asks("хорошо, а зелёный есть?", &["зелёный", "2 штуки"])
        .await;
}

pub(crate) const SIBERIA_AND_STOCK_IN_ONE_MESSAGE: Story = Story {
    record: "talk_siberia",
    channel: Channel::Avito,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(siberia_and_stock_in_one_message(talk)),
};

async fn siberia_and_stock_in_one_message(talk: &mut Talk) {
    talk.asks(
        "есть синий рюкзак Вектор 30 л и отправите в Сибирь?",
        &["последняя штука", "3 190", "700", "14"],
    )
    .await;
    talk.asks("а в Новосибирск?", &["Новосибирск", "600", "5-7"])
        .await;
}

pub(crate) const HAGGLING_ENDS_AT_THE_FLOOR: Story = Story {
    record: "talk_haggling",
    channel: Channel::Avito,
    about: Some(3_363_000_577),
    in_bursts: false,
    tell: |talk| Box::pin(haggling_ends_at_the_floor(talk)),
};

async fn haggling_ends_at_the_floor(talk: &mut Talk) {
    talk.asks("Сколько стоит?", &["2 490"]).await;
    talk.asks("торг уместен?", &["2 3"]).await;
    talk.asks("а за 2000 отдадите?", &["2 290"]).await;
    let reply = talk.asks("а последняя цена какая?", &["2 290"]).await;
    assert!(
        !reply.contains("2 100") && !reply.contains("2 000"),
        "{reply}"
    );
}

pub(crate) const A_NEED_IS_DESCRIBED: Story = Story {
    record: "talk_need",
    channel: Channel::Web,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(a_need_is_described(talk)),
};

async fn a_need_is_described(talk: &mut Talk) {
    talk.asks("ищу рюкзак первокласснику", &["Отличник"]).await;
    talk.asks(
        "подскажите, что взять от дождя на рюкзак",
        &["Чехол от дождя"],
    )
    .await;
}

pub(crate) const A_PLACE_OF_THE_LIST_STAYS_WHAT_IT_WAS: Story = Story {
    record: "talk_list",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(a_place_of_the_list_stays_what_it_was(talk)),
};

async fn a_place_of_the_list_stays_what_it_was(talk: &mut Talk) {
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
}

pub(crate) const TYPING_MISTAKES_AND_SLANG: Story = Story {
    record: "talk_slang",
    channel: Channel::Avito,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(typing_mistakes_and_slang(talk)),
};

async fn typing_mistakes_and_slang(talk: &mut Talk) {
    talk.asks("дд, скок стоит рюгзак тропа 45 черный", &["Тропа", "5 490"])
        .await;
    talk.asks("а в нск скок доставка", &["Новосибирск", "600"])
        .await;
    talk.asks("спс", &["Пожалуйста"]).await;
}

pub(crate) const RUSSIAN_IN_LATIN_LETTERS: Story = Story {
    record: "talk_latin",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(russian_in_latin_letters(talk)),
};

async fn russian_in_latin_letters(talk: &mut Talk) {
    talk.asks(
        "privet! est v nalichii krasnyj ryukzak vektor 20?",
        &["красный", "3 штуки"],
    )
    .await;
    talk.asks("skolko dostavka v Kazan?", &["Казань", "400"])
        .await;
}

pub(crate) const ENGLISH: Story = Story {
    record: "talk_english",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(english(talk)),
};

async fn english(talk: &mut Talk) {
    talk.asks("Hi! Do you have a thermos?", &["Термос", "in stock"])
        .await;
    talk.asks("how much is the first one?", &["₽"]).await;
    talk.asks("do you ship to Kazan?", &["400"]).await;
    talk.asks("thanks!", &["welcome"]).await;
}

pub(crate) const SPANISH: Story = Story {
    record: "talk_spanish",
    channel: Channel::Web,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(spanish(talk)),
};

async fn spanish(talk: &mut Talk) {
    talk.asks("Hola, ¿tienen una botella para agua?", &["Бутылка"])
        .await;
    talk.asks("¿cuánto cuesta el envío a Moscú?", &["300"])
        .await;
}

pub(crate) const TWO_LANGUAGES_IN_ONE_MESSAGE: Story = Story {
    record: "talk_mixed",
    channel: Channel::Web,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(two_languages_in_one_message(talk)),
};

async fn two_languages_in_one_message(talk: &mut Talk) {
    talk.asks(
        "привет, do you have термос 1 л?",
        &["Термос «Полярник» 1 л", "5"],
    )
    .await;
}

pub(crate) const A_BURST_WITH_TWO_ASKS: Story = Story {
    record: "talk_burst",
    channel: Channel::Avito,
    about: Some(3_363_000_577),
    in_bursts: true,
    tell: |talk| Box::pin(a_burst_with_two_asks(talk)),
};

async fn a_burst_with_two_asks(talk: &mut Talk) {
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
}

pub(crate) const A_CORRECTION_IN_MID_FLIGHT: Story = Story {
    record: "talk_correction",
    channel: Channel::Telegram,
    about: None,
    in_bursts: true,
    tell: |talk| Box::pin(a_correction_in_mid_flight(talk)),
};

async fn a_correction_in_mid_flight(talk: &mut Talk) {
    talk.says("есть рюкзак вектор 20 красный?").await;
    talk.says("ой, синий").await;
    talk.hears(&["синий", "5 штук"]).await;
}

pub(crate) const OFF_TOPIC_IS_ASKED_BACK_ONCE_AND_THEN_THE_SELLERS: Story = Story {
    record: "talk_off_topic",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(off_topic_is_asked_back_once_and_then_the_sellers(talk)),
};

async fn off_topic_is_asked_back_once_and_then_the_sellers(talk: &mut Talk) {
    talk.asks("какая завтра погода в Сочи?", &["помощник магазина"])
        .await;
    talk.asks("а кто победит в футбол", &["Передал"]).await;
}

pub(crate) const ABUSE_IS_ANSWERED_CALMLY: Story = Story {
    record: "talk_abuse",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(abuse_is_answered_calmly(talk)),
};

async fn abuse_is_answered_calmly(talk: &mut Talk) {
    talk.asks("ты тупая железка", &["помощник магазина"]).await;
    talk.asks("позови живого человека", &["Передал"]).await;
}

pub(crate) const THE_PRICE_OF_SOMETHING_THAT_DOES_NOT_EXIST: Story = Story {
    record: "talk_no_such_thing",
    channel: Channel::Avito,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(the_price_of_something_that_does_not_exist(talk)),
};

async fn the_price_of_something_that_does_not_exist(talk: &mut Talk) {
    let reply = talk
        .asks("сколько стоит велосипед горный?", &["продавцу"])
        .await;
    assert!(!reply.contains('₽'), "{reply}");
}

pub(crate) const SOLD_OUT_WITH_AN_ALTERNATIVE: Story = Story {
    record: "talk_sold_out",
    channel: Channel::Web,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(sold_out_with_an_alternative(talk)),
};

async fn sold_out_with_an_alternative(talk: &mut Talk) {
    talk.asks(
        "поясная сумка Пробежка зелёная есть?",
        &["нет в наличии", "чёрная", "690"],
    )
    .await;
}

pub(crate) const TECHNICAL_QUESTIONS_WITH_AND_WITHOUT_AN_ANSWER_IN_THE_TEXT: Story = Story {
    record: "talk_technical",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| {
        Box::pin(technical_questions_with_and_without_an_answer_in_the_text(
            talk,
        ))
    },
};

async fn technical_questions_with_and_without_an_answer_in_the_text(talk: &mut Talk) {
    talk.asks("рюкзак Тропа 45 л зелёный есть?", &["6 штук"])
        .await;
    talk.asks("а сколько он весит?", &["1,4 кг"]).await;
    talk.asks("а питьевая система в него встаёт?", &["продавцу"])
        .await;
}

pub(crate) const TWO_PRODUCTS_IN_ONE_MESSAGE: Story = Story {
    record: "talk_two_products",
    channel: Channel::Avito,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(two_products_in_one_message(talk)),
};

async fn two_products_in_one_message(talk: &mut Talk) {
    talk.asks(
        "термос полярник 1 л и фонарь светляк 200 лм есть?",
        &["Термос «Полярник» 1 л", "Фонарь налобный «Светляк» 200 лм"],
    )
    .await;
}

pub(crate) const AN_UNKNOWN_TOWN: Story = Story {
    record: "talk_unknown_town",
    channel: Channel::Avito,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(an_unknown_town(talk)),
};

async fn an_unknown_town(talk: &mut Talk) {
    let reply = talk.asks("в Кукуево отправите?", &["продавцу"]).await;
    assert!(!reply.contains('₽'), "{reply}");
}

pub(crate) const THE_SELLERS_OWN_QUESTIONS_AND_ANSWERS: Story = Story {
    record: "talk_faq",
    channel: Channel::Telegram,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(the_sellers_own_questions_and_answers(talk)),
};

async fn the_sellers_own_questions_and_answers(talk: &mut Talk) {
    talk.asks("а гарантия на рюкзаки есть?", &["12 месяцев"])
        .await;
    talk.asks("как оплатить можно?", &["картой при получении"])
        .await;
    talk.asks("спасибо", &["Пожалуйста"]).await;
}

pub(crate) const SEVERAL_CONDITIONS_AT_ONCE_GO_TO_THE_SELLER_WHOLE: Story = Story {
    record: "talk_bundle",
    channel: Channel::Avito,
    about: Some(3_363_000_577),
    in_bursts: false,
    tell: |talk| Box::pin(several_conditions_at_once_go_to_the_seller_whole(talk)),
};

async fn several_conditions_at_once_go_to_the_seller_whole(talk: &mut Talk) {
    let words = "если возьму 10, скинете? и чтобы отправить на три адреса";
    let reply = talk.asks(words, &["Передал"]).await;
    assert!(!reply.contains('₽'), "{reply}");
    assert_eq!(talk.chat.replies().await.len(), 1);
}

pub(crate) const WHICH_ARTICLE_IS_ASKED_AND_ANSWERED: Story = Story {
    record: "talk_which",
    channel: Channel::Web,
    about: None,
    in_bursts: false,
    tell: |talk| Box::pin(which_article_is_asked_and_answered(talk)),
};

async fn which_article_is_asked_and_answered(talk: &mut Talk) {
    talk.asks("сколько стоит?", &["Какой товар"]).await;
    talk.asks("гермомешок 20 литров", &["990"]).await;
    talk.asks("а подешевле?", &["790"]).await;
}
