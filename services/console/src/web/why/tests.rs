use schemas::{
    EventId, OrderId, ProviderId, Sku, TurnId,
    conversation::{
        AnswerGiven, CannotAnswer, Entity, HandoffReason, Intent, Language, ModelCalled, Purpose,
        ReplyEchoed, ReplyFailed, ReplyKind, ReplySending, ReplySent, ReplyUncertain,
        ReplyWithdrawn, Specialist,
    },
    stock::SheetRow,
};

use super::*;
use crate::{figures::tests::history::History, story::Story, web::words};

fn fact(name: &str, value: &str, source: FactSource) -> Fact {
    Fact {
        name: name.to_owned(),
        value: value.to_owned(),
        sku: Some(Sku::new("RG-20-RED")),
        source,
    }
}

fn row(tab: &str) -> FactSource {
    FactSource::Sheet(SheetRow {
        tab: tab.to_owned(),
        revision: "9a35c0de".to_owned(),
        row: 3,
    })
}

fn call(outcome: &str) -> ModelCall {
    ModelCall {
        purpose: Purpose::Phrase,
        endpoint: "llm.example.org".to_owned(),
        model: "gpt-9".to_owned(),
        input_tokens: 120,
        output_tokens: 30,
        microrubles: Some(12_345),
        took_ms: 800,
        outcome: outcome.to_owned(),
    }
}

fn ask(by: &str, specialist: Option<Specialist>) -> Ask {
    Ask {
        text: "сколько за три?".to_owned().into(),
        intent: Intent::PriceNegotiation,
        confidence: 0.93,
        by: by.to_owned(),
        runners_up: vec![(Intent::ProductQuestion, 0.04)],
        ordinal: Some(2),
        entities: vec![
            Entity::Quantity(3),
            Entity::Last,
            Entity::Percent(10),
            Entity::Measure("20 litre".to_owned()),
            Entity::Measure("42 size".to_owned()),
        ],
        specialist,
    }
}

/// A turn in which everything happens that an explanation tells of.
fn eventful() -> (Story, TurnId, EventId) {
    let mut history = History::new(1);
    history.buyer("сколько за три?");
    let message = history.events[0].meta.id;
    let routed = Event::TurnRouted(TurnRouted {
        messages: vec![message],
        asks: vec![
            ask("model", Some(Specialist::Pricing)),
            ask("llm:gpt-9", Some(Specialist::Cart)),
            ask("rule:of_tomorrow", None),
        ],
        language: Language::Ru,
        greeted: false,
        anew: false,
        threshold: 0.7,
        model: "use-multilingual-v3/384".to_owned(),
        bank: "0f3a".to_owned(),
    });
    let turn = TurnId::from(history.push(routed));
    let order = OrderId::derive(&["order"]);
    let computed = |how: &str| FactSource::Computed(how.to_owned());
    let facts = vec![
        fact("product.name", "Рюкзак", row("products")),
        fact("stock.quantity", "on order", row("products")),
        fact(
            "stock.left",
            "2",
            computed("3 in products@9a35 row 3 − 1 promised to orders"),
        ),
        fact(
            "price.each",
            "2241",
            computed("2490 × 90 / 100, rounded up"),
        ),
        fact("delivery.price", "400", row("delivery")),
        fact(
            "offer.valid_hours",
            "24",
            FactSource::Settings("policy.offer_valid_hours".into()),
        ),
        fact("cart.pieces", "3", FactSource::Buyer(message)),
        fact("offer.price", "2241", FactSource::Seller(message)),
        fact("list.length", "3", FactSource::Counted),
        fact("price.total", "6723", FactSource::Offer(turn)),
        fact("order.total", "6723", FactSource::Order(order)),
        fact("of.tomorrow", "5", computed("by the stars")),
    ];
    let answer = AnswerGiven {
        turn,
        ask: 0,
        text: "За три — 6 723 ₽".to_owned(),
        facts,
        focus: None,
        list: None,
        offer: None,
        asked: None,
        deal: None,
        how: Some("rule: discount_from_3_pieces, row 5".to_owned()),
        degraded: Some("the vector store is away; searched by words".to_owned()),
        calls: vec![call("used")],
    };
    let reply = ReplyComposed {
        turn,
        kind: ReplyKind::Answer,
        text: "За три будет 6 723 ₽".to_owned(),
        facts: Vec::new(),
        focus: None,
        list: None,
        offers: Vec::new(),
        asked: None,
        deal: None,
        told: None,
        draft: Some("За три — 6 723 ₽".to_owned()),
        away_since: None,
    };
    for event in [
        Event::ModelCalled(ModelCalled {
            message,
            call: call("not used: unsure, or not what the words say"),
        }),
        Event::VoiceTranscribed(VoiceTranscribed {
            message,
            text: None,
            reason: Some("no transcription endpoint is configured".to_owned()),
            call: None,
        }),
        Event::AnswerGiven(answer),
        Event::CannotAnswer(CannotAnswer {
            turn,
            ask: 1,
            reason: "the delivery table is empty".to_owned(),
        }),
        Event::HandoffRequested(HandoffRequested {
            turn: Some(turn),
            reason: HandoffReason::LowConfidence,
            detail: "complaint 0.45 by model".to_owned(),
        }),
        Event::ReplyWithdrawn(ReplyWithdrawn {
            turn,
            reason: WithdrawReason::NewerMessage,
        }),
    ] {
        history.push(event);
    }
    let reply = schemas::ReplyId::from(history.push(Event::ReplyComposed(reply)));
    let provider_id = ProviderId::new("p-1");
    for event in [
        Event::ReplySending(ReplySending {
            reply,
            part: 0,
            attempt: 1,
            text: "За три будет 6 723 ₽".to_owned(),
            last: true,
        }),
        Event::ReplySent(ReplySent {
            reply,
            part: 0,
            provider_id: provider_id.clone(),
            evidence: Evidence::History,
        }),
        Event::ReplyEchoed(ReplyEchoed {
            reply,
            part: 0,
            provider_id,
        }),
        Event::ReplyFailed(ReplyFailed {
            reply,
            part: 0,
            attempt: 1,
            reason: "403 Forbidden: bot was blocked by the user".to_owned(),
            retryable: false,
        }),
        Event::ReplyUncertain(ReplyUncertain {
            reply,
            part: 0,
            reason: "no outcome of the call is known".to_owned(),
        }),
    ] {
        history.push(event);
    }
    let story = Story {
        events: history.events,
        state: domain::Conversation::default(),
    };
    (story, turn, message)
}

fn told(language: &str) -> Vec<Step> {
    let (story, turn, _) = eventful();
    let clock = Clock::new(Some("Asia/Yekaterinburg"), words::in_language(language));
    Teller::new(&clock, "shop").tell(&story.steps(turn))
}

/// Every word of the steps, without what stands apart from them.
fn words(steps: &[Step]) -> Vec<String> {
    let of = |step: &Step| {
        let ids = step.ids.iter().map(|(what, _)| (*what).to_owned());
        let lines = step.lines.iter().flat_map(|line| {
            let place = line.place.as_ref().map(|place| place.text.clone());
            [Some(line.text.clone()), place].into_iter().flatten()
        });
        let label = [step.label.to_owned(), step.moment.full.clone()];
        ids.chain(lines).chain(label).collect::<Vec<_>>()
    };
    steps.iter().flat_map(of).collect()
}

#[test]
fn a_russian_explanation_has_no_latin_word_and_an_english_one_no_russian_word_of_ours() {
    let russian = told("ru");
    assert_eq!(russian.len(), 14, "a step for each event");
    for words in words(&russian) {
        let latin = words.contains(|one: char| one.is_ascii_alphabetic());
        assert!(!latin, "{words}");
    }
    let english = words(&told("en"));
    let said = ["сколько за три", "За три", "Рюкзак", "место"];
    for words in english {
        let ours = words.contains(|one| ('а'..='я').contains(&one));
        assert!(
            !ours || said.iter().any(|said| words.contains(said)),
            "{words}"
        );
    }
}

#[test]
fn each_figure_has_the_place_where_it_stands_and_moments_are_the_shops() {
    let (_, _, message) = eventful();
    let steps = told("ru");
    assert_eq!(steps[0].moment.full, "5 окт 2026 14:00:00");
    let asked = &steps[1].lines[1].text;
    assert!(asked.contains("размер: 20\u{a0}л · размер: 42"), "{asked}");
    let answer = steps.iter().find(|step| step.label == "Ответ и факты");
    let lines = &answer.unwrap().lines;
    let line = |begin: &str| {
        let mut lines = lines.iter();
        lines.find(|line| line.text.starts_with(begin)).unwrap()
    };
    let place = |begin: &str| line(begin).place.as_ref().unwrap().text.as_str();
    let link = |begin: &str| line(begin).place.as_ref().unwrap().link.clone();
    assert_eq!(lines.iter().filter(|line| line.place.is_some()).count(), 12);
    assert_eq!(line("Остаток").text, "Остаток: под заказ");
    assert_eq!(place("Товар"), "таблица «Товары», строка 3");
    assert_eq!(line("Товар").ids, ["RG-20-RED", "products@9a35c0de"]);
    assert_eq!(
        place("Осталось"),
        "таблица «Товары»: 3 (строка 3), минус 1 обещано в заказах"
    );
    assert_eq!(
        place("Цена за штуку"),
        "2490 × 90 / 100, с округлением вверх"
    );
    assert_eq!(link("В корзине"), Some(format!("#e{message}")));
    let order = OrderId::derive(&["order"]);
    assert_eq!(link("Заказ всего"), Some(format!("/orders/shop/{order}")));
    // What has no words is there as it was written, apart from them.
    assert_eq!(place("Факт"), "запись службы");
    assert_eq!(
        line("Факт").ids,
        ["of.tomorrow", "RG-20-RED", "by the stars"]
    );
    assert!(
        line("как найдено")
            .text
            .ends_with("правило: скидка от 3 штук, строка 5")
    );
    let call = line("Языковая модель");
    assert!(call.text.contains("0,0123\u{a0}₽"), "{}", call.text);
    assert_eq!(call.ids, ["gpt-9", "llm.example.org"]);
}
