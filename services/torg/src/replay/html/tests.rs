use jiff::Timestamp;
use schemas::{ConversationId, Kopecks, ShopId, conversation::HandoffReason, shop::Variant};

use super::{
    super::{
        people::People,
        report::{Asked, Report},
        told::{Handover, Line, Offer},
    },
    *,
};

const NASTY: &str = "<script>alert('1')</script>\"&<img src=x onerror=alert(1)>";

fn look(language: &str, conversations: &str, people: &str) -> Look {
    Look {
        names: Names::new(language, Some("Europe/Moscow")),
        people: serde_json::from_str::<People>(people).unwrap(),
        conversations: conversations.to_owned(),
    }
}

fn asked(text: &str) -> Asked {
    Asked {
        shop: ShopId::new("shop").unwrap(),
        name: text.to_owned(),
        from: Some("2026-11-20T21:00:00Z".parse().unwrap()),
        to: None,
        conversation: None,
        variant: Variant::default(),
        baseline: text.to_owned(),
        candidate: Some(text.to_owned()),
    }
}

fn turn(told: Told, candidate: Told) -> Turn {
    Turn {
        conversation: ConversationId::derive(&["one"]),
        seq: 1,
        time: Timestamp::UNIX_EPOCH,
        words: Vec::new(),
        observed: told.clone(),
        baseline: told,
        candidate,
        changed: vec![Difference::HandoverGained],
        drifted: vec![Difference::Route],
        because: Vec::new(),
    }
}

#[test]
fn nothing_that_anybody_wrote_becomes_markup() {
    let told = Told {
        reply: Some(NASTY.to_owned()),
        ..Told::default()
    };
    let mut report = Report::new(asked(NASTY), Vec::new());
    report.turns.push(Turn {
        words: vec![NASTY.to_owned()],
        because: vec![NASTY.to_owned()],
        ..turn(told, Told::problem(NASTY))
    });
    report.unread.push(Unread {
        conversation: NASTY.to_owned(),
        problem: NASTY.to_owned(),
    });
    let id = ConversationId::derive(&["one"]);
    let nasty = serde_json::to_string(NASTY).unwrap();
    let people = format!("{{\"{id}\":{{\"channel\":\"web\",\"name\":{nasty},\"chat\":{nasty}}}}}");
    for language in ["ru", "en"] {
        let page = page(&report, &look(language, "/c/shop/\"><script>", &people));
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)"));
        for tag in ["<script", "<img", "src=", "url("] {
            let bare = page.replace("src=x onerror", "");
            assert!(!bare.contains(tag), "{tag}");
        }
    }
}

fn sold() -> Report {
    let ask = |intent: &str, by: &str, specialist: Option<&str>| Ask {
        intent: intent.to_owned(),
        confidence: 0.91,
        by: by.to_owned(),
        specialist: specialist.map(str::to_owned),
    };
    let order = Order {
        became: "placed".to_owned(),
        lines: vec![Line {
            sku: "RG-20".to_owned(),
            name: "Рюкзак".to_owned(),
            pieces: 2,
            price: Kopecks::new(249_000),
        }],
        delivery: Kopecks::new(40_000),
        total: Kopecks::new(538_000),
    };
    let offer = Offer {
        sku: "RG-20".to_owned(),
        from_pieces: 1,
        price: Kopecks::new(224_100),
        list_price: Kopecks::new(249_000),
    };
    let told = Told {
        reply: Some("Есть".to_owned()),
        phrased: Some("Да, есть".to_owned()),
        asks: vec![
            ask("stock_inquiry", "model", Some("stock")),
            ask("complaint", "rule:complaint", None),
        ],
        offers: vec![offer],
        order: Some(order),
        ..Told::default()
    };
    let handed = Told {
        handover: Some(Handover {
            reason: HandoffReason::LowConfidence,
            detail: "price_negotiation 0.41 by llm:gpt-9".to_owned(),
        }),
        ..Told::default()
    };
    let turn = Turn {
        words: vec!["Есть рюкзак?".to_owned()],
        because: vec![
            "threshold 0.7 then".to_owned(),
            "then: model gpt-9".to_owned(),
        ],
        ..turn(told, handed)
    };
    let summary = super::super::compare::Summary::of(1, std::slice::from_ref(&turn));
    let mut report = Report::new(asked("порог"), Vec::new());
    report.summary = summary;
    report.turns.push(turn);
    report
}

/// What people read of a page: no markup, no style, and nothing that stands as an id.
fn read(page: &str) -> String {
    let body = page.split("<body>").nth(1).unwrap();
    let parts = body.split("<code>");
    let words = parts.map(|part| part.split_once("</code>").map_or(part, |(_, rest)| rest));
    let words: String = words.collect();
    let parts = words.split('<');
    parts
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect::<Vec<_>>()
        .join("|")
}

#[test]
fn a_russian_page_has_no_latin_word_and_leads_to_conversations_by_name() {
    let id = ConversationId::derive(&["one"]);
    let people =
        format!("{{\"{id}\":{{\"channel\":\"avito\",\"name\":\"Мария\",\"chat\":\"77\"}}}}");
    let page = page(&sold(), &look("ru", "/c/shop/", &people));
    let text = read(&page).replace("shop", "");
    let latin = text.contains(|one: char| one.is_ascii_alphabetic());
    assert!(!latin, "{text}");
    for part in [
        "Мария · Авито",
        "ответы с 21 ноя 2026 00:00:00 по конец журнала",
        "1 янв 1970 03:00:00",
        "позвал бы продавца",
        "Не понял вопрос 1",
        "похоже на «Цена и торг», 0,41 (языковая модель)",
        "Есть ли в наличии",
        "специалист по наличию",
        "порог уверенности тогда был 0,7",
        "заказ оформлен: 5\u{a0}380\u{a0}₽",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(page.contains("<html lang=\"ru\">"));
    assert!(page.contains(&format!("<a href=\"/c/shop/{id}\" target=\"_top\">")));
    assert!(page.contains(&format!("<code>{id}</code>")), "to be copied");
}

#[test]
fn an_english_page_is_english_and_a_conversation_without_a_name_has_a_short_id() {
    let id = ConversationId::derive(&["one"]).to_string();
    let page = page(&sold(), &look("en", "", "{}"));
    let text = read(&page);
    for part in [
        "handover gained",
        "Did not understand 1",
        "Whether it is there",
        "threshold 0.7 then",
        "1 Jan 1970 03:00:00",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(page.contains(&format!("<b>{}</b>", &id[..8])), "{text}");
    assert!(!page.contains("href="));
    let said = ["Есть", "Да, есть", "Рюкзак", "порог"];
    let ours = said.iter().fold(text, |text, said| text.replace(said, ""));
    let left = ours.replace("рюкзак", "");
    assert!(!left.contains(|one| ('а'..='я').contains(&one)), "{left}");
}
