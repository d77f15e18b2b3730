//! Prices, discounts and foreign money.

use schemas::Kopecks;

use super::{
    Currency, EntityValue,
    amounts::{Amount, ONE},
    counts,
    reading::Reading,
};

/// Below this many rubles a bare number beside a preposition is a count: «за 3», «по 5».
const LEAST: u64 = 50 * ONE;
/// The same where the talk is about the price, in English and Spanish.
const LEAST_HAGGLING: u64 = 10 * ONE;

/// Finds prices, discounts and foreign money.
pub(super) fn prices(reading: &mut Reading<'_>) {
    for amount in reading.free_amounts() {
        let is_free = (amount.first..=amount.last).all(|at| !reading.is_taken(at));
        if is_free && !foreign(reading, &amount) {
            rubles(reading, &amount);
        }
    }
}

/// `$20`, «20 евро».
fn foreign(reading: &mut Reading<'_>, amount: &Amount) -> bool {
    let (before, after) = (amount.first.wrapping_sub(1), amount.last + 1);
    let (currency, pieces) = if let Some(currency) = sign(reading.word(before)) {
        (currency, before..=amount.last)
    } else if let Some(currency) = money(reading.word(after)) {
        (currency, amount.first..=after)
    } else {
        return false;
    };
    match hundredths(amount.milli) {
        Some(hundredths) => {
            let value = EntityValue::ForeignPrice {
                hundredths,
                currency,
            };
            reading.take(pieces, value);
        }
        None => reading.hide(pieces),
    }
    true
}

fn sign(word: &str) -> Option<Currency> {
    Some(match word {
        "$" | "usd" => Currency::Dollar,
        "€" | "eur" => Currency::Euro,
        "£" | "gbp" => Currency::Pound,
        "₸" => Currency::Tenge,
        "₴" => Currency::Hryvnia,
        _ => return None,
    })
}

fn money(word: &str) -> Option<Currency> {
    const STEMS: [(&str, Currency); 8] = [
        ("доллар", Currency::Dollar),
        ("бакс", Currency::Dollar),
        ("тенге", Currency::Tenge),
        ("юан", Currency::Yuan),
        ("гривн", Currency::Hryvnia),
        ("dollar", Currency::Dollar),
        ("dolar", Currency::Dollar),
        ("euro", Currency::Euro),
    ];
    let found = STEMS.iter().find(|(stem, _)| word.starts_with(stem));
    let currency = match word {
        "евро" => Currency::Euro,
        "buck" | "bucks" => Currency::Dollar,
        "yuan" => Currency::Yuan,
        "peso" | "pesos" => Currency::Peso,
        "quid" => Currency::Pound,
        _ => return sign(word).or(found.map(|(_, currency)| *currency)),
    };
    Some(currency)
}

fn hundredths(milli: u64) -> Option<i64> {
    milli
        .is_multiple_of(10)
        .then(|| i64::try_from(milli / 10).ok())
        .flatten()
}

/// A word for rubles, behind the number.
fn is_ruble(word: &str) -> bool {
    matches!(word, "₽" | "р" | "руб" | "рэ" | "rub" | "rur" | "rublos")
        || word.starts_with("рубл")
        || word.starts_with("rubl")
        || word.starts_with("roubl")
}

fn rubles(reading: &mut Reading<'_>, amount: &Amount) {
    let (before, after) = (amount.first.wrapping_sub(1), amount.last + 1);
    let named = is_ruble(reading.word(after));
    let led = matches!(reading.word(before), "₽" | "руб" | "rub");
    let (mut amount, mut named) = (amount.clone(), named);
    if !named && !amount.thousands {
        named = with_ton(reading, &mut amount);
    }
    let around = Around::of(reading, &amount);
    if !named && !led {
        join_hundreds(reading, &mut amount, around);
        widen(&mut amount, around);
    }
    let is_price = named || led || (amount.thousands && !is_counted(reading, &amount)) || {
        !is_counted(reading, &amount) && !glued_to_more(reading, &amount) && around.mean(&amount)
    };
    if !is_price || amount.ranged {
        return;
    }
    let first = amount.first - usize::from(led);
    let mut last = amount.last;
    if named && is_ruble(reading.word(last + 1)) {
        last += 1;
        last += usize::from(is_short(reading, last) && reading.word(last + 1) == ".");
    }
    let Some(value) = hundredths(amount.milli).map(Kopecks::new) else {
        return reading.hide(first..=last);
    };
    let is_off = matches!(
        reading.word(last + 1),
        "off" | "скидки" | "скидку" | "скидка" | "menos"
    );
    let value = if (around.is_discount && !around.is_offer) || is_off {
        EntityValue::Discount(value)
    } else {
        EntityValue::Price(value)
    };
    reading.take(first..=last, value);
}

fn is_short(reading: &Reading<'_>, at: usize) -> bool {
    matches!(reading.word(at), "р" | "руб") && reading.is_glued(at + 1)
}

/// «2т»: a thousand where the price is spoken of; elsewhere it may be a ton.
fn with_ton(reading: &Reading<'_>, amount: &mut Amount) -> bool {
    let is_ton = reading.word(amount.last + 1) == "т";
    let around = Around::of(reading, amount);
    if is_ton && (around.has_offer_word || around.is_haggling || around.is_offer || around.strong) {
        amount.milli = amount.milli.saturating_mul(1000);
        amount.last += 1;
        amount.thousands = true;
        return true;
    }
    false
}

/// «две пятьсот» is 2500 where a price is meant.
fn join_hundreds(reading: &Reading<'_>, amount: &mut Amount, around: Around) {
    let is_unit = amount.whole().is_some_and(|whole| whole < 100) && !amount.thousands;
    let Some(rest) = reading.amount_at(amount.last + 1) else {
        return;
    };
    let is_hundreds = (100 * ONE..1000 * ONE).contains(&rest.milli) && rest.spelled;
    if is_unit && amount.spelled && is_hundreds && around.is_any() {
        amount.milli = amount.milli * 1000 + rest.milli;
        amount.last = rest.last;
        amount.thousands = true;
    }
}

/// «за полторы», «две с половиной»: thousands, where a price is meant.
fn widen(amount: &mut Amount, around: Around) {
    let is_small = amount.milli < LEAST && amount.is_broken();
    let is_meant = around.is_haggling || around.strong || around.has_offer_word;
    if is_small && (is_meant || (around.is_offer && amount.spelled)) {
        amount.milli *= 1000;
        amount.thousands = true;
    }
}

/// The number counts what follows it: pieces, or a noun in the case that follows a number.
fn is_counted(reading: &Reading<'_>, amount: &Amount) -> bool {
    let at = amount.last + 1;
    let word = reading.word(at);
    counts::is_piece(word)
        || (reading.is_word(at) && !is_about_price(word) && counts::agrees(amount, word))
}

fn glued_to_more(reading: &Reading<'_>, amount: &Amount) -> bool {
    let dash = |at: usize| reading.word(at) == "-" && reading.is_glued(at);
    let after = amount.last + 1;
    (reading.is_word(after) && reading.is_glued(after))
        || (dash(after) && reading.is_glued(after + 1))
        || (dash(amount.first.wrapping_sub(1)) && reading.is_glued(amount.first))
}

/// What stands around a number that makes it a price.
#[derive(Clone, Copy, Default)]
struct Around {
    /// «бюджет», «предлагаю», "offer" shortly before.
    strong: bool,
    /// «за», «по», «до», "for" right before.
    is_offer: bool,
    /// «отдадите», «уступите» in the clause.
    has_offer_word: bool,
    /// The talk is about the price.
    is_haggling: bool,
    /// «скиньте», «скидку» shortly before.
    is_discount: bool,
    /// Nothing in the message but the number and words of assent.
    is_alone: bool,
    /// A word of an offer stands right before or behind.
    touches: bool,
}

impl Around {
    fn of(reading: &Reading<'_>, amount: &Amount) -> Self {
        let clause = reading.clause(amount.first);
        let before = amount.first.wrapping_sub(1);
        let near = || {
            (1..=3)
                .map(|back| amount.first.wrapping_sub(back))
                .take_while(|at| clause.contains(at) && !reading.is_taken(*at))
        };
        let has = |is: fn(&str) -> bool| clause.clone().any(|at| is(reading.word(at)));
        let next = reading.word(amount.last + 1);
        Self {
            strong: near().any(|at| is_strong(reading.word(at))),
            is_offer: is_preposition(reading.word(before)),
            has_offer_word: has(is_offer_word),
            is_haggling: reading.context.haggling,
            is_discount: near().any(|at| is_discount_word(reading.word(at)))
                || matches!(next, "off" | "menos"),
            is_alone: super::ordinals::is_alone(reading, amount),
            touches: is_offer_word(reading.word(before)) || is_offer_word(next) || next == "off",
        }
    }

    const fn is_any(self) -> bool {
        self.strong || self.is_offer || self.has_offer_word || self.is_haggling
    }

    /// Whether a number without a currency is a price here.
    fn mean(self, amount: &Amount) -> bool {
        if amount.group && amount.milli < LEAST {
            return false;
        }
        let is_large = amount.milli >= LEAST;
        let is_fair = is_large || (self.is_haggling && amount.milli >= LEAST_HAGGLING);
        if self.strong || self.touches {
            return is_fair || (self.strong && amount.milli >= LEAST_HAGGLING);
        }
        (is_large && (self.is_offer || self.is_discount))
            || (is_fair && self.is_haggling && (self.is_alone || self.is_offer))
            || (is_large && self.is_haggling && self.has_offer_word)
    }
}

fn is_about_price(word: &str) -> bool {
    is_offer_word(word) || is_strong(word) || is_discount_word(word)
}

fn is_strong(word: &str) -> bool {
    const STEMS: [&str; 11] = [
        "бюджет",
        "предлага",
        "предлож",
        "дороже",
        "дешевле",
        "ценник",
        "стоимост",
        "заплач",
        "оплач",
        "ofrez",
        "presupuest",
    ];
    const WORDS: [&str; 18] = [
        "цена",
        "цену",
        "цене",
        "ценой",
        "стоит",
        "стоил",
        "дам",
        "offer",
        "pay",
        "budget",
        "price",
        "pago",
        "precio",
        "максимум",
        "max",
        "готов",
        "готова",
        "costs",
    ];
    WORDS.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem))
}

fn is_preposition(word: &str) -> bool {
    const WORDS: [&str; 20] = [
        "за",
        "по",
        "до",
        "от",
        "около",
        "менее",
        "более",
        "больше",
        "меньше",
        "в",
        "под",
        "for",
        "under",
        "to",
        "por",
        "below",
        "than",
        "hasta",
        "чем",
        "around",
    ];
    WORDS.contains(&word)
}

/// Verbs of giving for a price.
fn is_offer_word(word: &str) -> bool {
    const STEMS: [&str; 10] = [
        "отда",
        "уступ",
        "продад",
        "подвин",
        "торг",
        "скин",
        "сброс",
        "сбав",
        "договор",
        "снизи",
    ];
    const WORDS: [&str; 6] = ["deal", "vende", "deja", "dejas", "lower", "haggle"];
    WORDS.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem))
}

fn is_discount_word(word: &str) -> bool {
    const STEMS: [&str; 6] = ["скин", "сброс", "скидк", "скидоч", "сбав", "descuent"];
    matches!(
        word,
        "минус" | "discount" | "rebaja" | "уступите" | "уступи" | "уступишь" | "knock"
    ) || STEMS.iter().any(|stem| word.starts_with(stem))
}
