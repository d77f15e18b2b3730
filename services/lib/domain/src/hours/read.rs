//! Reading opening hours as sellers write them. A text is read whole or not at all: hours that are half understood would
//! promise buyers an answer at a time when nobody is there.

use std::{fmt, mem};

use super::{
    DAY, Hours, Stretch,
    tokens::{Token, WEEKEND_DAYS, span, tokens},
};

/// A stretch past midnight that is longer is a slip: "9-5" is an office day and not twenty hours.
const LONGEST_NIGHT: u16 = 16 * 60;
/// Why a text is no opening hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursProblem {
    /// The part that is not understood, as it is written.
    pub part: String,
    /// What is wrong with it.
    what: &'static str,
}

impl HoursProblem {
    pub(super) fn new(part: &str, what: &'static str) -> Self {
        let part = part.trim().to_owned();
        Self { part, what }
    }
}

impl fmt::Display for HoursProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "«{}»: {}; понятны, например, «пн-пт 10:00-19:00, сб 11-16, вс выходной», «ежедневно с 9 до 21», \
             «круглосуточно»",
            self.part, self.what
        )
    }
}

impl std::error::Error for HoursProblem {}

/// Days, or what holds on days.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Days([bool; 7]),
    Except([bool; 7]),
    Opens(Opens),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Opens {
    Stretch(Stretch),
    Break(Stretch),
    Closed,
}

/// Reads a week.
pub(super) fn hours(text: &str) -> Result<Hours, HoursProblem> {
    let mut week = Week::default();
    let parts = text
        .split([',', ';', '\n', '\r'])
        .filter(|part| !part.trim().is_empty());
    for part in parts {
        let items = items(part)?;
        if items.is_empty() {
            return Err(HoursProblem::new(part, "здесь нет ни дней, ни часов"));
        }
        week.take(items);
    }
    week.close(text)
}

/// Reads a list of days.
pub(super) fn days(text: &str) -> Result<[bool; 7], HoursProblem> {
    let mut all = [false; 7];
    for part in text
        .split([',', ';', '\n', '\r'])
        .filter(|part| !part.trim().is_empty())
    {
        for item in items(part)? {
            match item {
                Item::Days(days) => all = either(all, days),
                Item::Except(days) => all = but(all, days),
                Item::Opens(_) => {
                    return Err(HoursProblem::new(part, "нужны дни недели без часов"));
                }
            }
        }
    }
    if all == [false; 7] {
        return Err(HoursProblem::new(text, "здесь нет дней недели"));
    }
    Ok(all)
}

/// What has been read of a week.
#[derive(Default)]
struct Week {
    days: [Option<Vec<Stretch>>; 7],
    unnamed: [bool; 7],
    /// Days that wait for their hours.
    waiting: Option<[bool; 7]>,
    /// The days that the last hours are of; `None`: before the first.
    last: Option<([bool; 7], bool)>,
}

impl Week {
    /// Takes over what stands between two commas.
    fn take(&mut self, items: Vec<Item>) {
        // «с 9 до 21 ежедневно», «выходной воскресенье»: the days stand behind what holds on them.
        let behind = matches!(items.first(), Some(Item::Opens(_)))
            && matches!(items.last(), Some(Item::Days(_)))
            && self.waiting.is_none();
        let mut held: Vec<Opens> = Vec::new();
        for item in items {
            match item {
                Item::Opens(opens) if behind => held.push(opens),
                Item::Days(days) if behind => {
                    self.waiting = Some(days);
                    held.drain(..).for_each(|opens| self.open(opens));
                }
                Item::Days(days) => {
                    self.waiting = Some(self.waiting.map_or(days, |before| either(before, days)));
                }
                Item::Except(days) => match (self.waiting, self.last) {
                    (None, Some(last)) => {
                        self.waiting = Some(days);
                        self.open(Opens::Closed);
                        self.last = Some(last);
                    }
                    (waiting, _) => self.waiting = Some(but(waiting.unwrap_or([true; 7]), days)),
                },
                Item::Opens(opens) => self.open(opens),
            }
        }
    }

    fn open(&mut self, opens: Opens) {
        let anew = self.waiting.is_some() || self.last.is_none();
        let (days, unnamed) = match (self.waiting.take(), self.last) {
            (Some(days), _) => (days, false),
            (None, Some(last)) => last,
            (None, None) => ([true; 7], true),
        };
        self.last = Some((days, unnamed));
        for ((day, is_unnamed), named) in self.days.iter_mut().zip(&mut self.unnamed).zip(days) {
            if !named {
                continue;
            }
            *is_unnamed = unnamed;
            let stretches = day.get_or_insert_default();
            match &opens {
                Opens::Break(pause) => *stretches = without(stretches, *pause),
                Opens::Closed => stretches.clear(),
                Opens::Stretch(stretch) => {
                    if anew {
                        stretches.clear();
                    }
                    stretches.push(*stretch);
                    stretches.sort_unstable();
                }
            }
        }
    }

    fn close(mut self, text: &str) -> Result<Hours, HoursProblem> {
        match (self.waiting.take(), self.last) {
            // «10:00-19:00, пн-пт»
            (Some(named), Some((_, true))) => {
                for ((day, unnamed), named) in
                    self.days.iter_mut().zip(&mut self.unnamed).zip(named)
                {
                    if mem::take(unnamed) && !named {
                        *day = None;
                    }
                }
            }
            // «пн-пт 10-19, выходные»
            (Some(named), Some(_)) if named == WEEKEND_DAYS => {}
            (Some(_), _) => return Err(HoursProblem::new(text, "есть дни без часов")),
            (None, _) => {}
        }
        let week = self.days.map(Option::unwrap_or_default);
        let overlap = |day: &Vec<Stretch>| {
            day.windows(2)
                .any(|pair| matches!(pair, [one, next] if next.from < one.to))
        };
        if week.iter().any(overlap) {
            return Err(HoursProblem::new(text, "часы одного дня пересекаются"));
        }
        if week.iter().all(Vec::is_empty) {
            return Err(HoursProblem::new(text, "выходит, что открыто не бывает"));
        }
        let unnamed = self.unnamed;
        Ok(Hours { week, unnamed })
    }
}

fn either(one: [bool; 7], other: [bool; 7]) -> [bool; 7] {
    let mut all = one;
    for (day, other) in all.iter_mut().zip(other) {
        *day |= other;
    }
    all
}

fn but(mut all: [bool; 7], gone: [bool; 7]) -> [bool; 7] {
    for (day, gone) in all.iter_mut().zip(gone) {
        *day &= !gone;
    }
    all
}

/// Stretches with a pause cut out.
fn without(stretches: &[Stretch], pause: Stretch) -> Vec<Stretch> {
    let cut = |stretch: &Stretch| {
        let (before, after) = (
            Stretch {
                from: stretch.from,
                to: stretch.to.min(pause.from),
            },
            Stretch {
                from: stretch.from.max(pause.to),
                to: stretch.to,
            },
        );
        [before, after]
            .into_iter()
            .filter(|left| left.from < left.to)
    };
    stretches.iter().flat_map(cut).collect()
}

/// What one part says, in order.
fn items(part: &str) -> Result<Vec<Item>, HoursProblem> {
    let tokens = tokens(part)?;
    let mut items: Vec<Item> = Vec::new();
    let (mut except, mut pause) = (false, false);
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match token {
            Token::Days(first) => {
                let mut days = *first;
                if let [Token::Dash | Token::To, Token::Days(last), after @ ..] = after
                    && let (Some(from), Some(to)) = (only(days), only(*last))
                {
                    (days, rest) = (span(from, to), after);
                }
                name(&mut items, days, except);
            }
            // «сб, вс — выходные» are days off, «выходные 11–15» are days.
            Token::Weekend if matches!(items.last(), Some(Item::Days(_))) && !except => {
                items.push(Item::Opens(Opens::Closed));
            }
            Token::Weekend => name(&mut items, WEEKEND_DAYS, except),
            Token::Closed => items.push(Item::Opens(Opens::Closed)),
            Token::RoundTheClock => items.push(Item::Opens(Opens::Stretch(Stretch::WHOLE_DAY))),
            Token::Time(from, exact) => {
                let [Token::Dash | Token::To, Token::Time(to, also), after @ ..] = after else {
                    return Err(HoursProblem::new(part, "нужны часы с и до"));
                };
                (rest, except) = (after, false);
                let stretch = stretch(*from, *to, *exact && *also);
                let stretch =
                    stretch.ok_or_else(|| HoursProblem::new(part, "таких часов не бывает"))?;
                items.push(Item::Opens(if mem::take(&mut pause) {
                    Opens::Break(stretch)
                } else {
                    Opens::Stretch(stretch)
                }));
            }
            Token::Except => except = true,
            Token::Break => pause = true,
            Token::Dash | Token::To => {}
        }
    }
    if pause || matches!(tokens.last(), Some(Token::Except)) {
        return Err(HoursProblem::new(part, "не хватает того, что исключается"));
    }
    Ok(items)
}

/// Adds days to those just named, or says which are meant not to be.
fn name(items: &mut Vec<Item>, days: [bool; 7], except: bool) {
    match items.last_mut() {
        Some(Item::Days(known)) if !except => *known = either(*known, days),
        Some(_) | None if except => items.push(Item::Except(days)),
        Some(_) | None => items.push(Item::Days(days)),
    }
}

fn only(days: [bool; 7]) -> Option<usize> {
    let mut named = days.iter().enumerate().filter(|(_, named)| **named);
    let first = named.next()?.0;
    named.next().is_none().then_some(first)
}

/// `None` when the two times make no sense together.
fn stretch(from: u16, to: u16, exact: bool) -> Option<Stretch> {
    if from >= DAY || from == to {
        return None;
    }
    if from < to {
        return Some(Stretch { from, to });
    }
    let to = to.checked_add(DAY)?;
    let short = to.saturating_sub(from) <= LONGEST_NIGHT || to == DAY || exact;
    short.then_some(Stretch { from, to })
}
