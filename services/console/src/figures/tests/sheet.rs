//! The sheet: counted by hand, and held against the other way of counting.

use jiff::tz::TimeZone;
use schemas::{
    ConversationId, Kopecks, OrderId, Sku,
    conversation::{
        Actor, AnswerGiven, CannotAnswer, Cart, CartChanged, CartLine, ConversationEvent as Event,
        Delivery, Fact, FactSource, HandoffReason, Intent, OrderApproved, OrderCancelled,
        OrderMark, OrderMarked, OrderPlaced, OrderSubmitted, OrderTerms, Recipient, ReplyKind,
    },
};

use super::{
    DAY,
    history::{History, anna},
    laws::any_history,
};
use crate::figures::{Account, Figure, Meaning, Period, Sheet, Tally, Unit};

fn moscow() -> TimeZone {
    TimeZone::get("Europe/Moscow").unwrap()
}

fn id(number: usize) -> ConversationId {
    ConversationId::derive(&["test", &number.to_string()])
}

fn sheet_of(histories: &[History], period: Period, meaning: Option<&mut Meaning>) -> Sheet {
    let accounts: Vec<Account> = histories.iter().map(History::fold).collect();
    let accounts = accounts.iter().enumerate();
    let accounts = accounts.map(|(number, account)| (id(number), account));
    Sheet::of(accounts, period, &moscow(), meaning)
}

fn sheet(histories: &[History]) -> Sheet {
    sheet_of(histories, Period::default(), None)
}

fn figure<'a>(sheet: &'a Sheet, name: &str) -> &'a Figure {
    sheet.figure(name).unwrap_or_else(|| panic!("{name}"))
}

fn value(sheet: &Sheet, name: &str) -> f64 {
    figure(sheet, name).value.unwrap()
}

fn parts(figure: &Figure) -> Vec<(&str, f64)> {
    let parts = figure.parts.iter();
    parts.map(|part| (part.id.as_str(), part.value)).collect()
}

/// Asks for an article, and is told how many there are.
fn wants(history: &mut History, sku: &str, quantity: &str) {
    history.buyer("есть?");
    let turn = history.turn(&[(Intent::StockInquiry, 0.95)]);
    let fact = |name: &str, value: &str| Fact {
        name: name.into(),
        value: value.into(),
        sku: Some(Sku::new(sku)),
        source: FactSource::Counted,
    };
    history.push(Event::AnswerGiven(AnswerGiven {
        turn,
        ask: 0,
        text: "вот".into(),
        facts: vec![fact("product.name", sku), fact("stock.quantity", quantity)],
        focus: Some(Sku::new(sku)),
        list: None,
        offer: None,
        asked: None,
        deal: None,
        how: None,
        degraded: None,
        calls: vec![],
    }));
    let reply = history.composed(turn, ReplyKind::Answer);
    history.wait(1).sent(reply);
}

fn fills_cart(history: &mut History) {
    let line = CartLine {
        sku: Sku::new("A"),
        name: "A".into(),
        pieces: 1,
        price: Kopecks::from_rubles(100).unwrap(),
        list_price: Kopecks::from_rubles(100).unwrap(),
        valid_until: jiff::Timestamp::UNIX_EPOCH,
    };
    let reply = schemas::ReplyId::derive(&["test"]);
    let cart = Cart { lines: vec![line] };
    history.push(Event::CartChanged(CartChanged { reply, cart }));
}

fn order(history: &History) -> OrderId {
    OrderId::derive(&["test", &history.events.len().to_string()])
}

/// Goes through the stages of an order up to this one.
fn orders(history: &mut History, rubles: i64, stages: usize) -> OrderId {
    let order = order(history);
    history.push(Event::OrderSubmitted(Box::new(OrderSubmitted {
        order,
        messages: vec![],
        terms: OrderTerms {
            lines: vec![],
            delivery: Delivery::Pickup,
            total: Kopecks::from_rubles(rubles).unwrap(),
        },
        recipient: Recipient {
            name: None,
            phone: None,
            email: None,
        },
    })));
    let placed = OrderPlaced {
        order,
        revision: 1,
        approval: true,
        because: "policy: always".into(),
        expires_at: jiff::Timestamp::UNIX_EPOCH,
    };
    let by = || Actor::Telegram(555);
    let all = [
        Event::OrderPlaced(placed),
        Event::OrderApproved(OrderApproved { order, by: by() }),
        Event::OrderMarked(OrderMarked {
            order,
            mark: OrderMark::Paid,
            by: by(),
        }),
    ];
    for event in all.into_iter().take(stages) {
        history.push(event);
    }
    order
}

#[test]
fn the_funnel_and_the_revenue_are_what_was_counted_by_hand() {
    let mut all = Vec::new();
    for number in 0..6 {
        let mut one = History::new(number);
        wants(&mut one, "A", "3");
        all.push(one);
    }
    // One only greets; five fill a cart, four order, three are approved, two paid and one of these comes back.
    let mut greets = History::new(9);
    greets.asks(Intent::Greeting, 1);
    for one in &mut all[1..6] {
        fills_cart(one);
    }
    orders(&mut all[2], 100, 1);
    let cancelled = orders(&mut all[3], 200, 2);
    orders(&mut all[4], 400, 3);
    let back = orders(&mut all[5], 800, 3);
    all[5].push(Event::OrderMarked(OrderMarked {
        order: back,
        mark: OrderMark::Returned,
        by: anna(),
    }));
    all.push(greets);
    let told = sheet(&all);
    let funnel = figure(&told, "funnel");
    assert_eq!(
        parts(funnel),
        [
            ("asked", 6.0),
            ("cart", 5.0),
            ("ordered", 4.0),
            ("approved", 3.0),
            ("paid", 2.0)
        ]
    );
    let share = funnel.share.unwrap();
    assert_eq!((share.part, share.of), (2, 6));
    assert_eq!(funnel.parts[1].share.unwrap().of, 6);
    assert_eq!(value(&told, "sold"), 60_000.0);
    assert_eq!(value(&told, "paid"), 40_000.0);
    assert_eq!(figure(&told, "paid").conversations, [id(4)]);
    // An order that is taken back after its approval is no sale.
    all[3].push(Event::OrderCancelled(OrderCancelled {
        order: cancelled,
        messages: vec![],
    }));
    assert_eq!(value(&sheet(&all), "sold"), 40_000.0);
}

#[test]
fn what_was_asked_after_and_not_there_is_lost_demand() {
    let mut all: Vec<History> = (0..3).map(History::new).collect();
    wants(&mut all[0], "TENT", "0");
    wants(&mut all[1], "TENT", "0");
    wants(&mut all[1], "CUP", "5");
    wants(&mut all[2], "CUP", "some");
    wants(&mut all[2], "CUP", "4");
    let told = sheet(&all);
    let asked = figure(&told, "products_asked");
    assert_eq!(parts(asked), [("CUP", 3.0), ("TENT", 2.0)]);
    assert_eq!((asked.value, asked.conversations.len()), (Some(2.0), 3));
    let missing = figure(&told, "products_missing");
    assert_eq!(parts(missing), [("TENT", 2.0)]);
    let mut both = vec![id(0), id(1)];
    both.sort_unstable();
    assert_eq!(missing.parts[0].conversations, both);
}

fn gap(number: u32, words: &str) -> History {
    let mut history = History::new(number);
    history.buyer(words);
    let turn = history.turn_of(words, Intent::ProductQuestion);
    history.push(Event::CannotAnswer(CannotAnswer {
        turn,
        ask: 0,
        reason: "no article in the sheet fits the words".into(),
    }));
    history.push(Event::HandoffRequested(
        schemas::conversation::HandoffRequested {
            turn: Some(turn),
            reason: HandoffReason::CannotAnswer,
            detail: String::new(),
        },
    ));
    history
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where the weights are by the Makefile"
)]
fn questions_without_an_answer_stand_together_by_what_they_mean_and_show_no_contacts() {
    let runtime = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.torg/runtime");
    let runtime = std::env::var_os("TORG_RUNTIME_DIR").map_or(runtime, Into::into);
    let encoder = language::Encoder::shared(&runtime.join("use-multilingual-v3")).unwrap();
    let words = [
        "а палатки у вас есть?",
        "палатки продаёте?",
        "А палатки у вас есть?",
        "можно ли заказать вышивку логотипа?",
        "нанесёте логотип на заказ?",
        "вы ремонтируете молнии? +7 916 123-45-67",
    ];
    let mut all: Vec<History> = words.iter().zip(0..).map(|(one, n)| gap(n, one)).collect();
    let mut meaning = Meaning::new(encoder);
    let told = sheet_of(&all, Period::default(), Some(&mut meaning));
    let gaps = figure(&told, "questions_without_answer");
    assert_eq!(
        gaps.value,
        Some(6.0),
        "each once, though it was handed over as well"
    );
    let sizes: Vec<f64> = gaps.parts.iter().map(|part| part.value).collect();
    assert_eq!(sizes, [3.0, 2.0, 1.0], "{:?}", gaps.parts);
    assert!(gaps.parts[0].id.contains("палатки"), "{:?}", gaps.parts[0]);
    assert_eq!(gaps.parts[0].conversations.len(), 3);
    let printed = serde_json::to_string(&told).unwrap();
    assert!(!printed.contains("123-45-67") && printed.contains("[phone]"));
    // Another order of the conversations makes no difference to the groups.
    all.reverse();
    let again = sheet_of(&all, Period::default(), Some(&mut meaning));
    let gaps_again = figure(&again, "questions_without_answer");
    assert_eq!(parts(gaps), parts(gaps_again));
}

#[test]
fn days_are_those_of_the_shop_and_add_up() {
    let mut one = History::new(1);
    one.asks(Intent::StockInquiry, 2);
    // Half past nine in the evening in London is past midnight in Moscow.
    one.wait(12 * 3_600 + 1_800).asks(Intent::StockInquiry, 2);
    one.wait(3 * DAY).asks(Intent::StockInquiry, 4);
    let told = sheet(&[one]);
    let messages = figure(&told, "messages");
    let days: Vec<String> = messages
        .days
        .iter()
        .map(|day| day.date.to_string())
        .collect();
    assert_eq!(days, ["2026-10-05", "2026-10-06", "2026-10-09"]);
    assert_eq!((messages.value, messages.unit), (Some(3.0), Unit::Count));
    assert_eq!(value(&told, "conversations"), 1.0);
    assert_eq!(figure(&told, "conversations").days.len(), 3);
    let times = figure(&told, "answer_time_bot");
    assert_eq!(
        parts(times),
        [("p50", 2_000.0), ("p95", 4_000.0), ("p99", 4_000.0)]
    );
}

/// Both ways of counting read the same log: what `torg stats` prints and what the console shows cannot differ.
#[test]
fn the_sheet_and_the_tally_count_the_same() {
    let all: Vec<History> = (0..150).map(any_history).collect();
    let mut tally = Tally::default();
    for history in &all {
        tally.add(&history.fold(), Period::default());
    }
    let (told, counted) = (sheet(&all), tally.figures());
    let same = |name: &str, count: usize| assert_eq!(value(&told, name), count as f64, "{name}");
    same("conversations", counted.conversations);
    same("messages", counted.messages);
    same("talks", counted.talks);
    same("talks_with_ask", counted.autonomy.asked);
    same("handovers", counted.handovers.handovers);
    same("waiting", counted.answers.unanswered);
    for (name, share) in [
        ("contained", counted.autonomy.contained),
        ("confirmed", counted.autonomy.confirmed),
        ("assisted", counted.autonomy.assisted),
        ("unanswered", counted.autonomy.unanswered),
    ] {
        assert_eq!(figure(&told, name).share, Some(share), "{name}");
    }
    let p95 = figure(&told, "answer_time_bot").parts[1].value;
    assert_eq!(Some(p95 as u64), counted.answers.by_bot.p95_ms);
    for one in &told.figures {
        assert!(
            !one.told.name_ru.is_empty() && !one.told.means_en.is_empty(),
            "{}",
            one.id
        );
        let days: f64 = one.days.iter().map(|day| day.value).sum();
        if one.unit == Unit::Count && !one.days.is_empty() && one.id != "conversations" {
            assert_eq!(Some(days), one.value, "the days of {} add up", one.id);
        }
        let parts = one.parts.iter().flat_map(|part| &part.conversations);
        for conversation in parts.filter(|_| one.id != "funnel") {
            assert!(one.conversations.contains(conversation), "{}", one.id);
        }
    }
}

#[test]
fn two_periods_that_follow_each_other_add_up() {
    let all: Vec<History> = (0..80).map(any_history).collect();
    let middle = Some("2026-10-05T15:00:00Z".parse().unwrap());
    let halves = [
        Period {
            from: None,
            to: middle,
        },
        Period {
            from: middle,
            to: None,
        },
    ];
    let [first, second] = halves.map(|period| sheet_of(&all, period, None));
    let whole = sheet(&all);
    for name in ["messages", "talks", "talks_with_ask", "handovers", "sold"] {
        assert_eq!(
            value(&first, name) + value(&second, name),
            value(&whole, name),
            "{name}"
        );
    }
}

/// Not a bound, but what is to be known of it: how long the page takes once the log is read.
#[test]
fn a_hundred_thousand_messages_are_counted_while_a_page_opens() {
    let accounts: Vec<Account> = (0..10_000_u32)
        .map(|number| {
            let mut history = History::new(number);
            for _ in 0..10 {
                history.wait(u64::from(number) * 7 % 90_000);
                wants(&mut history, "A", "3");
            }
            history.fold()
        })
        .collect();
    let begun = std::time::Instant::now();
    let all = accounts.iter().enumerate();
    let told = Sheet::of(
        all.map(|(n, one)| (id(n), one)),
        Period::default(),
        &moscow(),
        None,
    );
    let took = begun.elapsed();
    println!("100000 messages counted in {took:?}");
    assert_eq!(value(&told, "messages"), 100_000.0);
    assert!(took.as_secs() < 20, "{took:?}");
}
