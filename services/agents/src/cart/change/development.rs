//! How often a cart comes out right: utterances over one small shop.

use std::fmt::Write as _;

use boot::Harness;
use domain::stock::Shown;
use jiff::Timestamp;
use schemas::{
    EventId, ShopId, Sku, TurnId,
    conversation::{Cart, Deal, Intent, Language, Specialist},
    stock::{ProductRecorded, Quantity, StockEvent},
};

use super::{Known, apply, price::Terms};
use crate::{
    answer::{Question, Sale},
    catalogue::Live,
    goods::tests::{article, question},
    search::{Pending, Search, tests::embedder},
};

const SET: &str = include_str!("development.tsv");
/// The share that has to come out right.
const ENOUGH: f64 = 0.97;

/// The shop: a letter for each article, its number, name, pieces, price in rubles, category.
#[rustfmt::skip]
const SHOP: [(char, &str, &str, Quantity, i64, &str); 16] = [
    ('r', "RG-20-RED", "Рюкзак городской «Вектор» 20 л красный", Quantity::Pieces(8), 2490, "Рюкзаки"),
    ('b', "RG-20-BLU", "Рюкзак городской «Вектор» 20 л синий", Quantity::Pieces(12), 2490, "Рюкзаки"),
    ('k', "RG-30-BLK", "Рюкзак городской «Вектор» 30 л чёрный", Quantity::Pieces(2), 3190, "Рюкзаки"),
    ('g', "RT-60-GRN", "Рюкзак походный «Перевал» 60 л зелёный", Quantity::Pieces(3), 7900, "Рюкзаки"),
    ('t', "TR-05-BLU", "Термос «Полярник» 0,5 л синий", Quantity::Pieces(15), 1290, "Термосы"),
    ('T', "TR-10-STL", "Термос «Полярник» 1 л стальной", Quantity::Pieces(20), 1690, "Термосы"),
    ('m', "KR-TI-450", "Кружка титановая «Пик» 450 мл", Quantity::Pieces(25), 1450, "Посуда"),
    ('l', "LZ-TI", "Ложка-вилка титановая «Пик»", Quantity::Pieces(40), 690, "Посуда"),
    ('e', "KR-EM", "Кружка эмалированная 400 мл", Quantity::Pieces(30), 450, "Посуда"),
    ('f', "FN-300", "Фонарь налобный «Искра» 300 лм", Quantity::Pieces(0), 990, "Фонари"),
    ('F', "FN-600", "Фонарь налобный «Искра Про» 600 лм", Quantity::Some, 1990, "Фонари"),
    ('p', "PL-3", "Палатка «Штиль 3» трёхместная", Quantity::Pieces(4), 12_900, "Палатки"),
    ('s', "SP-M10", "Спальник «Байкал» −10 °C", Quantity::OnOrder, 5400, "Спальники"),
    ('v', "KV-FOAM", "Коврик туристический складной", Quantity::Pieces(100), 890, "Коврики"),
    ('z', "GZ-230", "Баллон газовый 230 г", Quantity::Pieces(60), 350, "Топливо"),
    ('n', "NS-3", "Носки трекинговые шерстяные 43-45", Quantity::Pieces(18), 590, "Одежда"),
];

pub(super) fn shop() -> Vec<Shown> {
    let rows = (2..).zip(SHOP);
    rows.map(|(row, (_, sku, name, quantity, rubles, category))| {
        let mut shown = article(row, sku, name, 1, rubles);
        shown.product.quantity = quantity;
        shown.product.category = Some(category.to_owned());
        shown
    })
    .collect()
}

fn sku(letter: char) -> Sku {
    let found = SHOP.iter().find(|one| one.0 == letter);
    Sku::new(found.unwrap_or_else(|| panic!("no article {letter}")).1)
}

pub(super) fn terms() -> Terms {
    Terms {
        rules: Vec::new(),
        offers: Vec::new(),
        now: Timestamp::UNIX_EPOCH,
        until: Timestamp::from_second(86_400).unwrap(),
    }
}

/// `r2 t1` as a cart.
pub(super) fn cart(spec: &str) -> Cart {
    let lines = spec
        .split_whitespace()
        .filter(|one| *one != "-")
        .map(|one| {
            let letter = one.chars().next().unwrap();
            let articles = shop();
            let shown = articles
                .iter()
                .find(|shown| shown.product.sku == sku(letter))
                .unwrap();
            terms().line(shown, one[1..].parse().unwrap())
        });
    Cart {
        lines: lines.collect(),
    }
}

/// A cart as `r2 t1`, in the order of the shop.
pub(super) fn spelled(cart: &Cart) -> String {
    let mut spelled = String::new();
    for (letter, ..) in SHOP {
        if let Some(line) = cart.line(&sku(letter)) {
            write!(spelled, "{letter}{} ", line.pieces).unwrap();
        }
    }
    let spelled = spelled.trim().to_owned();
    if spelled.is_empty() {
        "-".to_owned()
    } else {
        spelled
    }
}

/// One line of the set.
struct Line {
    language: Language,
    before: String,
    question: Question,
    right: String,
}

fn lines() -> Vec<Line> {
    let lines = SET
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let [language, before, screen, focus, text, right] =
                line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            let letters = |spec: &str| -> Vec<Sku> {
                let spec = spec.split_whitespace().filter(|one| *one != "-");
                spec.map(|one| sku(one.chars().next().unwrap())).collect()
            };
            let language = Language::parse(language).unwrap();
            Line {
                language,
                before: before.to_owned(),
                question: Question {
                    specialist: Specialist::Cart,
                    intent: Intent::CartAdd,
                    language,
                    list: letters(screen),
                    focus: letters(focus).pop(),
                    sale: Box::new(sale(cart(before))),
                    ..question(text)
                },
                right: right.to_owned(),
            }
        })
        .collect()
}

pub(super) fn sale(cart: Cart) -> Sale {
    let message = EventId::derive(&["message"]);
    Sale {
        turn: Some((TurnId::from(message), vec![message])),
        deal: Deal {
            cart,
            checkout: None,
        },
        ..Sale::default()
    }
}

/// What becomes of a question: the cart as [`spelled`], `?` in front when something is asked.
async fn outcome(question: &Question, search: &Search) -> String {
    let (terms, mut known) = (terms(), Known::new(shop()));
    let mut changed = apply::change(question, &terms, &known);
    for _ in 0..super::LOOKS {
        let (articles, unknown) = known.missing(&changed);
        for shown in articles {
            let sku = shown.product.sku.clone();
            known.learn(&sku, Some(shown));
        }
        for words in unknown {
            let hits = search.find(&question.shop, &words, question.language).await;
            assert_eq!(hits.degraded, None);
            known.take_for(words, &hits);
        }
        changed = apply::change(question, &terms, &known);
    }
    let said = super::words::said(question, &terms, &known, &changed).unwrap();
    assert_eq!(said.asked.is_some(), changed.back.is_some());
    let mark = if changed.back.is_some() { "?" } else { "" };
    format!("{mark}{}", spelled(&changed.cart))
}

async fn search() -> (Search, Harness) {
    let shop_id: ShopId = question("").shop;
    let pending = Pending::default();
    let live = Live::alone(pending.clone());
    let search = Search::in_memory(embedder(), pending);
    for shown in shop() {
        let event = StockEvent::ProductRecorded(ProductRecorded {
            product: shown.product.clone(),
            source: shown.source.clone(),
            read_at: shown.read_at,
        });
        live.apply_event(&shop_id, &shown.product.sku, event);
    }
    let keeping = search.clone();
    let process = Harness::start(move |tasks| async move {
        keeping.keep(&live, &tasks);
        Ok(())
    });
    let process = process.await.unwrap();
    for _ in 0..2_000 {
        if search
            .find(&shop_id, "рюкзак", Language::Ru)
            .await
            .degraded
            .is_none()
        {
            return (search, process);
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the search never took the articles in");
}

fn right(line: &Line) -> String {
    let before = spelled(&cart(&line.before));
    match line.right.as_str() {
        "?" => format!("?{before}"),
        "=" => before,
        right => match right.strip_prefix('?') {
            Some(asked) => format!("?{}", spelled(&cart(asked))),
            None => spelled(&cart(right)),
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn carts_come_out_as_buyers_mean_them() {
    let (search, _process) = search().await;
    let lines = lines();
    let count = |language| {
        lines
            .iter()
            .filter(|line| line.language == language)
            .count()
    };
    assert!(count(Language::Ru) >= 100 && count(Language::En) >= 30 && count(Language::Es) >= 30);
    let (mut wrong, mut held_out) = (Vec::new(), (0, 0));
    for (nth, line) in lines.iter().enumerate() {
        let (got, right) = (outcome(&line.question, &search).await, right(line));
        let is_held_out = nth % 3 == 2;
        held_out.1 += usize::from(is_held_out);
        if got != right {
            held_out.0 += usize::from(is_held_out);
            let text = &line.question.text;
            let which = if is_held_out { "held out" } else { "tuned" };
            wrong.push(format!(
                "{which}: {text:?} on {}: {got}, not {right}",
                line.before
            ));
        }
    }
    let share = |wrong: usize, of: usize| 1.0 - wrong as f64 / of as f64;
    let all = share(wrong.len(), lines.len());
    let tuned = share(wrong.len() - held_out.0, lines.len() - held_out.1);
    let figures = format!(
        "{all:.3} of {} right; {tuned:.3} of {} tuned, {:.3} of {} held out",
        lines.len(),
        lines.len() - held_out.1,
        share(held_out.0, held_out.1),
        held_out.1
    );
    eprintln!("{figures}\n{}", wrong.join("\n"));
    assert!(all >= ENOUGH, "{figures}\n{}", wrong.join("\n"));
}
