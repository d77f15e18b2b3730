//! What holds for any text.

use language::{Context, EntityValue, entities};
use proptest::prelude::*;

use super::said;

fn contexts() -> impl Strategy<Value = Context> {
    (0_u32..6, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(list_length, asked_place, asked_quantity, haggling)| Context {
            list_length,
            asked_place,
            asked_quantity,
            haggling,
        },
    )
}

/// Texts out of the words that rules look at, which any text seldom holds.
fn wordy() -> impl Strategy<Value = String> {
    const WORDS: [&str; 60] = [
        "2",
        "15",
        "2000",
        "1 200,50",
        "3.5",
        "два",
        "двадцать",
        "пять",
        "тысяча",
        "тысячи",
        "тыс",
        "к",
        "полторы",
        "с",
        "половиной",
        "пару",
        "десяток",
        "half",
        "a",
        "dozen",
        "un",
        "par",
        "hundred",
        "one",
        "y",
        "and",
        "шт",
        "штук",
        "л",
        "см",
        "х",
        "на",
        "%",
        "₽",
        "$",
        "руб",
        "за",
        "по",
        "до",
        "от",
        "в",
        "г",
        ".",
        ",",
        "-",
        "?",
        "\n",
        "Казань",
        "нижний",
        "новгород",
        "Урюпинск",
        "отправите",
        "возьму",
        "скинь",
        "вторую",
        "последний",
        "№",
        "й",
        "+7",
        "9261234567",
    ];
    let word = proptest::sample::select(WORDS.to_vec());
    let gap = proptest::sample::select(vec!["", " ", " "]);
    proptest::collection::vec((word, gap), 0..14)
        .prop_map(|parts| parts.into_iter().flat_map(|(a, b)| [a, b]).collect())
}

fn are_in_order(text: &str, context: &Context) {
    let mut from = 0;
    for entity in entities(text, context) {
        assert!(entity.range.start >= from, "{text:?} {entity:?}");
        assert!(entity.range.start < entity.range.end, "{text:?} {entity:?}");
        assert!(
            text.get(entity.range.clone()).is_some(),
            "{text:?} {entity:?}"
        );
        from = entity.range.end;
    }
}

#[rustfmt::skip]
const HUNDREDS: [[&str; 5]; 9] = [
    ["сто", "ста", "ста", "ста", "ста"],
    ["двести", "двухсот", "двумстам", "двумястами", "двухстах"],
    ["триста", "трёхсот", "трёмстам", "тремястами", "трёхстах"],
    ["четыреста", "четырёхсот", "четырёмстам", "четырьмястами", "четырёхстах"],
    ["пятьсот", "пятисот", "пятистам", "пятьюстами", "пятистах"],
    ["шестьсот", "шестисот", "шестистам", "шестьюстами", "шестистах"],
    ["семьсот", "семисот", "семистам", "семьюстами", "семистах"],
    ["восемьсот", "восьмисот", "восьмистам", "восемьюстами", "восьмистах"],
    ["девятьсот", "девятисот", "девятистам", "девятьюстами", "девятистах"],
];
#[rustfmt::skip]
const TENS: [[&str; 5]; 8] = [
    ["двадцать", "двадцати", "двадцати", "двадцатью", "двадцати"],
    ["тридцать", "тридцати", "тридцати", "тридцатью", "тридцати"],
    ["сорок", "сорока", "сорока", "сорока", "сорока"],
    ["пятьдесят", "пятидесяти", "пятидесяти", "пятьюдесятью", "пятидесяти"],
    ["шестьдесят", "шестидесяти", "шестидесяти", "шестьюдесятью", "шестидесяти"],
    ["семьдесят", "семидесяти", "семидесяти", "семьюдесятью", "семидесяти"],
    ["восемьдесят", "восьмидесяти", "восьмидесяти", "восемьюдесятью", "восьмидесяти"],
    ["девяносто", "девяноста", "девяноста", "девяноста", "девяноста"],
];
#[rustfmt::skip]
const SMALL: [[&str; 5]; 19] = [
    ["одна", "одной", "одной", "одной", "одной"], ["две", "двух", "двум", "двумя", "двух"],
    ["три", "трёх", "трём", "тремя", "трёх"],
    ["четыре", "четырёх", "четырём", "четырьмя", "четырёх"],
    ["пять", "пяти", "пяти", "пятью", "пяти"], ["шесть", "шести", "шести", "шестью", "шести"],
    ["семь", "семи", "семи", "семью", "семи"], ["восемь", "восьми", "восьми", "восемью", "восьми"],
    ["девять", "девяти", "девяти", "девятью", "девяти"],
    ["десять", "десяти", "десяти", "десятью", "десяти"],
    ["одиннадцать", "одиннадцати", "одиннадцати", "одиннадцатью", "одиннадцати"],
    ["двенадцать", "двенадцати", "двенадцати", "двенадцатью", "двенадцати"],
    ["тринадцать", "тринадцати", "тринадцати", "тринадцатью", "тринадцати"],
    ["четырнадцать", "четырнадцати", "четырнадцати", "четырнадцатью", "четырнадцати"],
    ["пятнадцать", "пятнадцати", "пятнадцати", "пятнадцатью", "пятнадцати"],
    ["шестнадцать", "шестнадцати", "шестнадцати", "шестнадцатью", "шестнадцати"],
    ["семнадцать", "семнадцати", "семнадцати", "семнадцатью", "семнадцати"],
    ["восемнадцать", "восемнадцати", "восемнадцати", "восемнадцатью", "восемнадцати"],
    ["девятнадцать", "девятнадцати", "девятнадцати", "девятнадцатью", "девятнадцати"],
];

/// A number from 1 to 999 in Russian words, in one of five cases.
fn in_words(number: usize, case: usize) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    let (tens, units) = if rest < 20 {
        (0, rest)
    } else {
        (rest / 10, rest % 10)
    };
    let word = |forms: &[[&str; 5]], at: Option<usize>| at.map(|at| forms[at][case].to_owned());
    [
        word(&HUNDREDS, hundreds.checked_sub(1)),
        word(&TENS, tens.checked_sub(2)),
        word(&SMALL, units.checked_sub(1)),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

#[test]
fn a_number_does_not_reach_into_the_number_before_it() {
    are_in_order("тысяча one тысяча", &Context::default());
    are_in_order("one hundred a hundred a dozen", &Context::default());
}

#[test]
fn every_count_to_a_thousand_is_read_in_digits_and_in_every_case() {
    let plain = Context::default();
    for number in 1..=999 {
        let expected = format!("q{number}");
        assert_eq!(said(&format!("{number} шт"), &plain), expected);
        assert_eq!(said(&format!("{number}шт"), &plain), expected);
        for case in 0..5 {
            let text = format!("{} штук", in_words(number, case));
            assert_eq!(said(&text, &plain), expected, "{text}");
        }
    }
}

proptest! {
    #[test]
    fn entities_of_any_text_are_in_order_and_on_character_boundaries(
        text in any::<String>(), context in contexts(),
    ) {
        are_in_order(&text, &context);
    }

    #[test]
    fn entities_of_texts_made_of_telling_words_are_in_order(
        text in wordy(), context in contexts(),
    ) {
        are_in_order(&text, &context);
    }

    #[test]
    fn dimensions_are_never_a_count_or_a_place(
        lengths in proptest::collection::vec((1_u32..3000, 0_u32..10), 2..4),
        sign in proptest::sample::select(vec!["х", "x", " х ", " x ", "*", "×", "X", "Х", " на "]),
        before in proptest::sample::select(vec!["", "дайте ", "возьму ", "есть ", "add "]),
        context in contexts(),
    ) {
        let lengths: Vec<String> = lengths
            .into_iter()
            .map(|(whole, part)| if part == 0 { whole.to_string() } else { format!("{whole}.{part}") })
            .collect();
        let text = format!("{before}{}", lengths.join(sign));
        let values: Vec<EntityValue> =
            entities(&text, &context).into_iter().map(|e| e.value).collect();
        prop_assert_eq!(values, vec![EntityValue::Dimensions(lengths)], "{}", text);
    }

    #[test]
    fn telephone_digits_are_nothing_else(
        code in 900_u32..1000, number in 0_u32..10_000_000, context in contexts(),
        style in 0_usize..5,
    ) {
        let (a, b, c) = (number / 10_000, number / 100 % 100, number % 100);
        let text = match style {
            0 => format!("8{code}{number:07}"),
            1 => format!("+7 ({code}) {a:03}-{b:02}-{c:02}"),
            2 => format!("8 {code} {a:03} {b:02} {c:02}"),
            3 => format!("звоните 8-{code}-{a:03}-{b:02}-{c:02}, заберу"),
            _ => format!("7{code}{number:07} возьму"),
        };
        prop_assert_eq!(said(&text, &context), format!("+7{code}{number:07}"), "{}", text);
    }
}
