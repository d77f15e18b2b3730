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
mod tests;
