//! A seller's change of an order, from words on a phone: «2 шт», «1: 3 шт по 1900», "delivery 300", «quitar 2».
//!
//! Every word has to mean something here, else nothing is changed at all: what a seller is not understood in is asked
//! again, and a wrong change would go to a buyer.

use schemas::{
    Kopecks,
    conversation::{CartLine, Delivery, OrderTerms},
};

use super::words::Unclear;

/// How many pieces of one article a seller may write.
const MOST_PIECES: u64 = 100_000;
/// How many rubles.
const MOST_RUBLES: u64 = 1_000_000_000;

const PIECES: &[&str] = &[
    "шт",
    "штук",
    "штуки",
    "штука",
    "штуку",
    "pc",
    "pcs",
    "piece",
    "pieces",
    "ud",
    "uds",
    "unidad",
    "unidades",
    "pieza",
    "piezas",
];
const COUNT: &[&str] = &["количество", "кол-во", "quantity", "qty", "cantidad"];
const PRICE: &[&str] = &["цена", "цену", "по", "price", "at", "precio", "a"];
const EACH: &[&str] = &["за", "per", "por"];
const DELIVERY: &[&str] = &[
    "доставка",
    "доставку",
    "доставки",
    "delivery",
    "shipping",
    "envío",
    "envio",
];
const FREE: &[&str] = &["бесплатно", "бесплатная", "даром", "free", "gratis"];
const REMOVE: &[&str] = &[
    "убрать",
    "убери",
    "уберите",
    "удалить",
    "удали",
    "remove",
    "delete",
    "quitar",
    "quita",
    "eliminar",
];
const LINE: &[&str] = &["строка", "строку", "строки", "line", "línea", "linea"];
const THOUSAND: &[&str] = &["к", "k", "тыс"];
const MONEY: &[&str] = &[
    "р",
    "руб",
    "рубль",
    "рубля",
    "рублей",
    "₽",
    "rub",
    "ruble",
    "rubles",
    "rublo",
    "rublos",
];
const AND: &[&str] = &["и", "and", "y"];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Whole, and hundredths when there are any.
    Number(u64, Option<u64>),
    Word(String),
    Sign(char),
}

/// The terms as `text` leaves them.
///
/// # Errors
/// [`Unclear`]: nothing of it is to be done.
pub(super) fn amended(text: &str, terms: &OrderTerms) -> Result<OrderTerms, Unclear> {
    let unclear = || Unclear::Words(text.to_owned());
    let mut change = Change {
        tokens: tokens(text).ok_or_else(unclear)?,
        at: 0,
        lines: terms.lines.iter().cloned().map(Some).collect(),
        delivery: terms.delivery.clone(),
        line: None,
        unclear: Unclear::Words(text.to_owned()),
    };
    let mut changes = 0;
    while change.at < change.tokens.len() {
        if change.take_separator() {
            continue;
        }
        change.take_line_number()?;
        change.take_change()?;
        changes += 1;
    }
    if changes == 0 {
        return Err(unclear());
    }
    let lines: Vec<CartLine> = change.lines.into_iter().flatten().collect();
    if lines.is_empty() {
        return Err(Unclear::Empty);
    }
    OrderTerms::new(lines, change.delivery).ok_or(Unclear::TooMuch)
}

struct Change {
    tokens: Vec<Token>,
    at: usize,
    /// By their number on the card: what is removed leaves its place empty.
    lines: Vec<Option<CartLine>>,
    delivery: Delivery,
    /// The line that was named.
    line: Option<usize>,
    unclear: Unclear,
}

impl Change {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at.saturating_add(ahead))
    }

    fn is_word(&self, ahead: usize, words: &[&str]) -> bool {
        matches!(self.peek(ahead), Some(Token::Word(word)) if words.contains(&word.as_str()))
    }

    fn is_sign(&self, ahead: usize, signs: &[char]) -> bool {
        matches!(self.peek(ahead), Some(Token::Sign(sign)) if signs.contains(sign))
    }

    fn take_word(&mut self, words: &[&str]) -> bool {
        let taken = self.is_word(0, words);
        self.at += usize::from(taken);
        taken
    }

    fn take_sign(&mut self, signs: &[char]) -> bool {
        let taken = self.is_sign(0, signs);
        self.at += usize::from(taken);
        taken
    }

    /// What stands between two changes. Behind a new row or a semicolon the line has to be named again.
    fn take_separator(&mut self) -> bool {
        if self.take_sign(&['\n', ';']) {
            self.line = None;
            return true;
        }
        self.take_sign(&[',', '.']) || self.take_word(AND)
    }

    /// `1:`, `1)`, `1.`, «строка 1», `№1`.
    fn take_line_number(&mut self) -> Result<(), Unclear> {
        let named = self.take_word(LINE) | self.take_sign(&['№', '#']);
        let prefix =
            matches!(self.peek(0), Some(Token::Number(..))) && self.is_sign(1, &[':', ')', '.']);
        if named || prefix {
            let number = self.whole()?;
            self.take_sign(&[':', ')', '.']);
            self.line = Some(self.place(number)?);
        }
        Ok(())
    }

    fn take_change(&mut self) -> Result<(), Unclear> {
        if self.take_word(REMOVE) {
            let named = self.take_word(LINE) | self.take_sign(&['№', '#']);
            let number = matches!(self.peek(0), Some(Token::Number(..)));
            let place = if named || number {
                let number = self.whole()?;
                self.place(number)?
            } else {
                self.only_line()?
            };
            self.remove(place);
            self.line = None;
            return Ok(());
        }
        if self.take_word(DELIVERY) {
            self.take_sign(&[':', '=']);
            self.take_word(&["за", "for", "por", "по"]);
            let cost = if self.take_word(FREE) {
                Kopecks::new(0)
            } else {
                self.amount()?
            };
            return match &mut self.delivery {
                Delivery::Pickup => Err(Unclear::Pickup),
                Delivery::Shipped { price, source, .. } => {
                    (*price, *source) = (cost, None);
                    Ok(())
                }
            };
        }
        if self.take_word(PRICE) {
            self.take_sign(&[':', '=']);
            let cost = self.amount()?;
            if self.is_word(0, EACH) && self.is_word(1, PIECES) {
                self.at += 2;
            } else {
                self.take_word(&["each", "cada"]);
            }
            if cost == Kopecks::new(0) {
                return Err(self.unclear.clone());
            }
            return self.on_line(|line| line.price = cost);
        }
        let counted = self.take_word(COUNT);
        if counted {
            self.take_sign(&[':', '=']);
        }
        let pieces = self.whole()?;
        if !self.take_word(PIECES) && !counted || pieces > MOST_PIECES {
            return Err(self.unclear.clone());
        }
        let pieces = u32::try_from(pieces).map_err(|_| self.unclear.clone())?;
        if pieces == 0 {
            let place = self.only_line()?;
            self.remove(place);
            return Ok(());
        }
        self.on_line(|line| line.pieces = pieces)
    }

    fn remove(&mut self, place: usize) {
        if let Some(line) = self.lines.get_mut(place) {
            *line = None;
        }
    }

    fn on_line(&mut self, change: impl FnOnce(&mut CartLine)) -> Result<(), Unclear> {
        let place = self.only_line()?;
        match self.lines.get_mut(place) {
            Some(Some(line)) => change(line),
            _ => return Err(self.unclear.clone()),
        }
        Ok(())
    }

    /// The line that was named, else the one that there is.
    fn only_line(&self) -> Result<usize, Unclear> {
        match (self.line, self.lines.len()) {
            (Some(place), _) => Ok(place),
            (None, 1) => Ok(0),
            (None, _) => Err(Unclear::Which),
        }
    }

    fn place(&self, number: u64) -> Result<usize, Unclear> {
        let place = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        match self.lines.get(place) {
            Some(Some(_)) if number > 0 => Ok(place),
            _ => Err(Unclear::NoLine(number)),
        }
    }

    fn whole(&mut self) -> Result<u64, Unclear> {
        match self.peek(0) {
            Some(Token::Number(whole, None)) => {
                let whole = *whole;
                self.at += 1;
                Ok(whole)
            }
            _ => Err(self.unclear.clone()),
        }
    }

    /// `1900`, `1 900,50`, `2к`, with or without its money.
    fn amount(&mut self) -> Result<Kopecks, Unclear> {
        let Some(Token::Number(whole, part)) = self.peek(0).cloned() else {
            return Err(self.unclear.clone());
        };
        self.at += 1;
        let mut kopecks = whole.saturating_mul(100).saturating_add(part.unwrap_or(0));
        if self.take_word(THOUSAND) {
            kopecks = kopecks.saturating_mul(1_000);
        }
        self.take_word(MONEY);
        if kopecks > MOST_RUBLES.saturating_mul(100) {
            return Err(Unclear::TooMuch);
        }
        i64::try_from(kopecks)
            .map(Kopecks::new)
            .map_err(|_| Unclear::TooMuch)
    }
}

/// `None`: there is a number that nobody can mean.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let text = text.trim().to_lowercase();
    let mut rest = text.as_str();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let (token, behind) = number(rest)?;
            tokens.push(token);
            rest = behind;
        } else if first.is_alphabetic() || first == '₽' {
            let inside = |char: char| char.is_alphabetic() || matches!(char, '₽' | '-');
            let (word, behind) = split(rest, inside);
            tokens.push(Token::Word(word.trim_end_matches('-').to_owned()));
            rest = behind;
        } else {
            let aside = first.is_whitespace() || matches!(first, '«' | '»' | '"' | '“' | '”');
            if first == '\n' || !aside {
                tokens.push(Token::Sign(first));
            }
            rest = rest.get(first.len_utf8()..)?;
        }
    }
    Some(tokens)
}

/// `1900`, `1 900`, `1900,50`.
fn number(text: &str) -> Option<(Token, &str)> {
    let digits = |char: char| char.is_ascii_digit();
    let (first, mut rest) = split(text, digits);
    let mut whole = first.to_owned();
    // Groups of three behind at the most three, with any kind of space between.
    while first.len() <= 3 {
        let group = rest.strip_prefix([' ', '\u{a0}', '\u{202f}']);
        match group.map(|group| split(group, digits)) {
            Some((group, behind)) if group.len() == 3 => {
                whole.push_str(group);
                rest = behind;
            }
            _ => break,
        }
    }
    let part = rest.strip_prefix([',', '.']);
    let part = part.map(|part| split(part, digits));
    let whole = whole.parse().ok()?;
    Some(match part {
        Some((part, behind)) if part.len() == 1 => {
            let tenths: u64 = part.parse().ok()?;
            (
                Token::Number(whole, Some(tenths.saturating_mul(10))),
                behind,
            )
        }
        Some((part, behind)) if part.len() == 2 => {
            (Token::Number(whole, Some(part.parse().ok()?)), behind)
        }
        _ => (Token::Number(whole, None), rest),
    })
}

fn split(text: &str, inside: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|char| !inside(char)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use schemas::{Sku, conversation::Delivery};

    use super::*;

    fn line(sku: &str, pieces: u32, rubles: i64) -> CartLine {
        CartLine {
            sku: Sku::new(sku),
            name: sku.to_owned(),
            pieces,
            price: Kopecks::from_rubles(rubles).unwrap(),
            list_price: Kopecks::from_rubles(rubles).unwrap(),
            valid_until: Timestamp::UNIX_EPOCH,
        }
    }

    fn shipped(rubles: i64) -> Delivery {
        Delivery::Shipped {
            region: "Казань".to_owned(),
            place: "Казань".to_owned(),
            address: None,
            price: Kopecks::from_rubles(rubles).unwrap(),
            days: None,
            source: None,
        }
    }

    /// One line of 3 at 2490, and delivery for 500.
    fn one() -> OrderTerms {
        OrderTerms::new(vec![line("A", 3, 2_490)], shipped(500)).unwrap()
    }

    /// Two lines.
    fn two() -> OrderTerms {
        OrderTerms::new(vec![line("A", 3, 2_490), line("B", 1, 1_290)], shipped(500)).unwrap()
    }

    /// What is left of the terms, as `A 3×2490, B 1×1290 +500`.
    fn told(terms: &OrderTerms) -> String {
        let lines = terms.lines.iter();
        let lines = lines.map(|line| format!("{} {}×{}", line.sku, line.pieces, line.price));
        let lines: Vec<String> = lines.collect();
        format!("{} +{}", lines.join(", "), terms.delivery.price())
    }

    fn check(terms: &OrderTerms, cases: &[(&str, &str)]) {
        for (words, expected) in cases {
            let changed = amended(words, terms).map(|terms| told(&terms));
            assert_eq!(changed.as_deref(), Ok(*expected), "{words:?}");
        }
    }

    #[test]
    fn an_order_of_one_line_is_changed_without_a_number_in_three_languages() {
        check(
            &one(),
            &[
                ("2 шт", "A 2×2490 +500"),
                ("2шт.", "A 2×2490 +500"),
                ("«2 шт»", "A 2×2490 +500"),
                ("количество: 5", "A 5×2490 +500"),
                ("Цена 2000", "A 3×2000 +500"),
                ("по 2 000 ₽", "A 3×2000 +500"),
                ("по 1\u{a0}900,50 р.", "A 3×1900.50 +500"),
                ("цена 2к", "A 3×2000 +500"),
                ("цена 1.5к", "A 3×1500 +500"),
                ("цена 2000 за штуку", "A 3×2000 +500"),
                ("2 шт по 1900", "A 2×1900 +500"),
                ("2 шт по 1900, доставка 300", "A 2×1900 +300"),
                ("доставка бесплатно", "A 3×2490 +0"),
                ("доставка: 300 руб", "A 3×2490 +300"),
                ("1: 2 шт по 1900 и доставка за 300", "A 2×1900 +300"),
                ("2 pcs at 1900", "A 2×1900 +500"),
                ("price 1900, delivery free", "A 3×1900 +0"),
                ("qty 1", "A 1×2490 +500"),
                ("2 uds a 1900", "A 2×1900 +500"),
                ("precio 1900 y envío 300", "A 3×1900 +300"),
                ("envío gratis", "A 3×2490 +0"),
            ],
        );
    }

    #[test]
    fn an_order_of_several_lines_is_changed_by_their_numbers() {
        check(
            &two(),
            &[
                ("1: 2 шт", "A 2×2490, B 1×1290 +500"),
                ("2) 4 шт по 1 200", "A 3×2490, B 4×1200 +500"),
                ("1. по 2400\n2. 2 шт", "A 3×2400, B 2×1290 +500"),
                ("1: 3 шт, цена 2400; 2: 2 шт", "A 3×2400, B 2×1290 +500"),
                ("№2 цена 1000", "A 3×2490, B 1×1000 +500"),
                ("строка 2: 0 шт", "A 3×2490 +500"),
                ("убрать 2", "A 3×2490 +500"),
                ("убрать строку 1, доставка 0", "B 1×1290 +0"),
                ("убрать 1, 2: 5 шт", "B 5×1290 +500"),
                ("remove 2", "A 3×2490 +500"),
                ("quitar 1", "B 1×1290 +500"),
                ("line 2: 3 pieces at 1,5", "A 3×2490, B 3×1.50 +500"),
            ],
        );
    }

    #[test]
    fn what_can_be_read_in_two_ways_changes_nothing() {
        let words = [
            "",
            "да",
            "ок, подтверждаю",
            "2",
            "2000",
            "2000 ₽",
            "1.5 шт",
            "по 3 шт",
            "2 шт за 3800",
            "скидка 10%",
            "-1 шт",
            "цена 0",
            "цена 20$",
            "цена 2000 или 2100",
            "доставка завтра",
            "доставка 300 завтра",
            "Здравствуйте! Отправим 2 шт завтра",
            "99999999999999999999999 шт",
            "200000 шт",
        ];
        for words in words {
            let unclear = amended(words, &one());
            assert_eq!(unclear, Err(Unclear::Words(words.to_owned())), "{words:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_told_by_its_reason() {
        let pickup = OrderTerms::new(vec![line("A", 1, 100)], Delivery::Pickup).unwrap();
        let cases = [
            (&two(), "2 шт", Unclear::Which),
            (&two(), "цена 2000", Unclear::Which),
            (&two(), "убрать", Unclear::Which),
            // The next row is about nothing yet.
            (&two(), "1: 2 шт\nцена 2000", Unclear::Which),
            (&two(), "3: 2 шт", Unclear::NoLine(3)),
            (&two(), "0: 2 шт", Unclear::NoLine(0)),
            (&two(), "убрать 2, 2: 5 шт", Unclear::NoLine(2)),
            (&two(), "убрать 1, убрать 2", Unclear::Empty),
            (&one(), "убрать", Unclear::Empty),
            (&one(), "0 шт", Unclear::Empty),
            (&pickup, "доставка 300", Unclear::Pickup),
            (&one(), "цена 99999999999", Unclear::TooMuch),
            (&one(), "убрать 2 шт", Unclear::NoLine(2)),
        ];
        for (terms, words, why) in cases {
            assert_eq!(amended(words, terms), Err(why), "{words:?}");
        }
        let removing = amended("убрать 2 шт", &two());
        assert_eq!(removing, Err(Unclear::Words("убрать 2 шт".to_owned())));
    }

    #[test]
    fn a_delivery_that_a_seller_priced_is_from_no_row_of_the_table() {
        let mut terms = one();
        if let Delivery::Shipped { source, .. } = &mut terms.delivery {
            *source = Some(schemas::stock::SheetRow {
                tab: "delivery".to_owned(),
                revision: "1".to_owned(),
                row: 2,
            });
        }
        let kept = amended("2 шт", &terms).unwrap();
        assert_eq!(kept.delivery, terms.delivery);
        let changed = amended("доставка 300", &terms).unwrap();
        assert_eq!(changed.delivery, shipped(300));
        assert_eq!(
            changed.total,
            Kopecks::from_rubles(3 * 2_490 + 300).unwrap()
        );
    }
}
