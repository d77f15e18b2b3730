//! The words and signs of opening hours.

use super::{DAY, read::HoursProblem};

/// Words that name a day, Monday first: whole, or with any ending from the stem on.
const DAYS: [(&[&str], &[&str]); 7] = [
    (
        &["пн", "пнд", "пон", "mo", "mon", "mondays"],
        &["понедельник", "monday"],
    ),
    (
        &["вт", "втр", "tu", "tue", "tues", "tuesdays"],
        &["вторник", "tuesday"],
    ),
    (
        &["ср", "срд", "we", "wed", "wednesdays"],
        &["сред", "wednesday"],
    ),
    (
        &["чт", "чтв", "th", "thu", "thur", "thurs"],
        &["четверг", "thursday"],
    ),
    (
        &["пт", "птн", "fr", "fri", "fridays"],
        &["пятниц", "friday"],
    ),
    (&["сб", "сбт", "суб", "sa", "sat"], &["суббот", "saturday"]),
    (
        &["вс", "вск", "воскр", "su", "sun"],
        &["воскресен", "sunday"],
    ),
];
const EVERY_DAY: [&str; 5] = ["ежедневно", "ежедневный", "daily", "everyday", "always"];
const WORKDAYS: [&str; 6] = ["будни", "будням", "буднях", "будние", "weekdays", "weekday"];
const WEEKEND: [&str; 5] = ["выходные", "выходным", "выходных", "weekends", "weekend"];
const CLOSED: [&str; 8] = [
    "выходной",
    "закрыто",
    "закрыты",
    "нерабочий",
    "нерабочие",
    "closed",
    "off",
    "отдыхаем",
];
const ROUND_THE_CLOCK: [&str; 2] = ["круглосуточно", "nonstop"];
const TO: [&str; 6] = ["до", "по", "to", "till", "until", "through"];
const EXCEPT: [&str; 2] = ["кроме", "except"];
const BREAK: [&str; 5] = ["перерыв", "обед", "перерывом", "lunch", "break"];
/// Words that say nothing of their own.
const FILLERS: [&str; 32] = [
    "с",
    "со",
    "и",
    "в",
    "на",
    "мы",
    "from",
    "and",
    "on",
    "we",
    "are",
    "at",
    "the",
    "day",
    "days",
    "час",
    "часы",
    "часов",
    "работы",
    "работаем",
    "работает",
    "время",
    "режим",
    "график",
    "дни",
    "день",
    "open",
    "hours",
    "opening",
    "working",
    "ч",
    "without",
];

pub(super) const WEEKEND_DAYS: [bool; 7] = [false, false, false, false, false, true, true];
pub(super) const WORK_DAYS: [bool; 7] = [true, true, true, true, true, false, false];

/// A word or a sign of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Days([bool; 7]),
    Weekend,
    /// Minutes, and whether they were written.
    Time(u16, bool),
    Dash,
    To,
    Closed,
    RoundTheClock,
    Except,
    Break,
}

/// Lower case, `ё` as `е`, one dash, plain spaces.
pub(super) fn fold(text: &str) -> String {
    let folded: String = text
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'ё' => 'е',
            '–' | '—' | '−' | '‑' | '‐' => '-',
            other if other.is_whitespace() => ' ',
            other => other,
        })
        .collect();
    folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The days from one to another, over Sunday if need be.
pub(super) fn span(from: usize, to: usize) -> [bool; 7] {
    let mut days = [false; 7];
    for (day, named) in days.iter_mut().enumerate() {
        *named = if from <= to {
            (from..=to).contains(&day)
        } else {
            day >= from || day <= to
        };
    }
    days
}

/// The words and signs of one part.
pub(super) fn tokens(part: &str) -> Result<Vec<Token>, HoursProblem> {
    let folded = fold(part)
        .replace("24/7", " ежедневно круглосуточно ")
        .replace("24 часа", "круглосуточно")
        .replace("24 hours", "круглосуточно")
        .replace("around the clock", "круглосуточно")
        .replace("каждый день", "ежедневно")
        .replace("every day", "ежедневно")
        .replace("все дни", "ежедневно")
        .replace("без выходных", "ежедневно")
        .replace("рабочие дни", "будни")
        .replace("не работаем", "закрыто");
    let mut tokens = Vec::new();
    let mut rest = folded.as_str();
    while let Some(letter) = rest.chars().next() {
        let end = |inside: fn(char) -> bool| rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let length = match letter {
            '0'..='9' => end(|c| c.is_ascii_digit() || c == ':' || c == '.'),
            letter if letter.is_alphabetic() => end(char::is_alphabetic),
            letter => letter.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        match letter {
            '-' => tokens.push(Token::Dash),
            '0'..='9' => {
                let time = time(piece.trim_end_matches(['.', ':']));
                let (minutes, exact) =
                    time.ok_or_else(|| HoursProblem::new(piece, "это не время суток"))?;
                tokens.push(Token::Time(minutes, exact));
            }
            letter if letter.is_alphabetic() => word(piece, &mut tokens)?,
            ' ' | ':' | '.' | '(' | ')' | '!' => {}
            _ => return Err(HoursProblem::new(piece, "непонятный знак")),
        }
    }
    Ok(with_dashed_minutes(tokens))
}

fn word(word: &str, tokens: &mut Vec<Token>) -> Result<(), HoursProblem> {
    let is = |list: &[&str]| list.contains(&word);
    let day = DAYS.iter().position(|(whole, stems)| {
        whole.contains(&word) || stems.iter().any(|stem| word.starts_with(stem))
    });
    // «по» is the end of a span only behind its begin: «с 9 по 18», but «по будням».
    let begun = matches!(tokens.last(), Some(Token::Time(..) | Token::Days(_)));
    match word {
        _ if is(&["am", "утра", "ночи"]) => half_of_day(tokens, false),
        _ if is(&["pm", "вечера", "дня"]) => half_of_day(tokens, true),
        _ if is(&TO) && begun => tokens.push(Token::To),
        "по" => {}
        _ if is(&EVERY_DAY) => tokens.push(Token::Days([true; 7])),
        _ if is(&WORKDAYS) => tokens.push(Token::Days(WORK_DAYS)),
        _ if is(&WEEKEND) => tokens.push(Token::Weekend),
        _ if is(&CLOSED) => tokens.push(Token::Closed),
        _ if is(&ROUND_THE_CLOCK) => tokens.push(Token::RoundTheClock),
        _ if is(&EXCEPT) => tokens.push(Token::Except),
        _ if is(&BREAK) => tokens.push(Token::Break),
        _ if is(&FILLERS) => {}
        _ => match day {
            Some(day) => tokens.push(Token::Days(span(day, day))),
            None => return Err(HoursProblem::new(word, "это слово здесь непонятно")),
        },
    }
    Ok(())
}

/// «10 утра», "7 pm".
fn half_of_day(tokens: &mut [Token], afternoon: bool) {
    if let Some(Token::Time(minutes, _)) = tokens.last_mut() {
        let noon = DAY / 2;
        match (*minutes / 60, afternoon) {
            (0..12, true) => *minutes = minutes.saturating_add(noon),
            (12, false) => *minutes = minutes.saturating_sub(noon),
            _ => {}
        }
    }
}

/// `10`, `9:30`, `09.30`, `24:00`: minutes, and whether they were written.
fn time(text: &str) -> Option<(u16, bool)> {
    let (hour, minute) = match text.split_once([':', '.']) {
        Some((hour, minute)) => (hour, Some(minute)),
        None => (text, None),
    };
    let number = |text: &str, most: u16| {
        let short = (1..=2).contains(&text.len());
        text.parse::<u16>()
            .ok()
            .filter(|number| short && *number <= most)
    };
    let minutes = match minute {
        Some(minute) if minute.len() == 2 => number(minute, 59)?,
        Some(_) => return None,
        None => 0,
    };
    let at = number(hour, 24)?.checked_mul(60)?.checked_add(minutes)?;
    (at <= DAY).then_some((at, minute.is_some()))
}

/// «с 10-00 до 19-00»: a dash in front of minutes is no span when another such time follows.
fn with_dashed_minutes(tokens: Vec<Token>) -> Vec<Token> {
    let dashed = |tokens: &[Token]| match tokens {
        [
            Token::Time(hour, false),
            Token::Dash,
            Token::Time(0, false),
            ..,
        ] => Some(*hour),
        _ => None,
    };
    if let [_, _, _, Token::Dash | Token::To, ends @ ..] = tokens.as_slice()
        && let (Some(from), Some(to)) = (dashed(&tokens), dashed(ends))
    {
        let mut plain = vec![Token::Time(from, true), Token::Dash, Token::Time(to, true)];
        plain.extend(ends.iter().skip(3).cloned());
        return plain;
    }
    match tokens.split_first() {
        Some((first, rest)) => {
            let mut all = vec![first.clone()];
            all.extend(with_dashed_minutes(rest.to_vec()));
            all
        }
        None => tokens,
    }
}
