//! The numbers of a text with their value: digits, words of three languages, and both mixed.

use schemas::conversation::Language;

use super::{
    lists::{begins, one_of},
    numerals::{Numeral, Tongue, numeral},
    pieces::{Kind, Piece},
};

/// One, in the thousandths that amounts are counted in.
pub(crate) const ONE: u64 = 1000;
/// More than anybody writes to a seller.
const LARGEST: u64 = 1_000_000_000_000 * ONE;

/// A number and the pieces that it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// In thousandths.
    pub(crate) milli: u64,
    /// In words, at least in part.
    pub(crate) spelled: bool,
    /// It names thousands itself: «2к», «полторы тысячи».
    pub(crate) thousands: bool,
    /// A word for so many: «пара», "dozen".
    pub(crate) group: bool,
    /// One end of a range: `2-3`.
    pub(crate) ranged: bool,
}

impl Amount {
    /// The whole number that it is, from 1.
    pub(crate) fn whole(&self) -> Option<u32> {
        let whole = self.milli.is_multiple_of(ONE).then_some(self.milli / ONE)?;
        u32::try_from(whole).ok().filter(|whole| *whole > 0)
    }

    /// It has a part behind the point.
    pub(crate) const fn is_broken(&self) -> bool {
        !self.milli.is_multiple_of(ONE)
    }

    /// As [`digits_in`](crate::digits_in) spells it.
    pub(crate) fn spelling(&self) -> String {
        let (whole, rest) = (self.milli / ONE, self.milli % ONE);
        let text = format!("{whole}.{rest:03}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// All numbers, in order.
pub(crate) fn amounts(pieces: &[Piece], language: Option<Language>) -> Vec<Amount> {
    let reader = Reader { pieces, language };
    let mut found: Vec<Amount> = Vec::new();
    let (mut at, mut from) = (0, 0);
    while at < pieces.len() {
        match reader.amount(at) {
            Some(mut amount) => {
                // An article before a number may be the end of the number before it.
                amount.first = amount.first.max(from);
                at = amount.last + 1;
                from = at;
                found.push(amount);
            }
            None => at += 1,
        }
    }
    mark_ranges(&mut found, pieces);
    found
}

/// `2-3`, «две-три», «от 5 до 10»: neither end is a number that was decided on.
fn mark_ranges(found: &mut [Amount], pieces: &[Piece]) {
    let word = |at: usize| pieces.get(at).map_or("", |piece| piece.word.as_str());
    for at in 1..found.len() {
        let Some([left, right]) = found.get_mut(at - 1..=at) else {
            continue;
        };
        let between = right.first - left.last - 1;
        let sign = word(left.last + 1);
        let is_dash = between == 1 && sign == "-";
        let is_next = between == 0 && left.spelled && right.milli == left.milli + ONE;
        let is_from = matches!(
            word(left.first.wrapping_sub(1)),
            "от" | "from" | "between" | "entre"
        ) && between == 1
            && matches!(sign, "до" | "to" | "and" | "y");
        let is_from = is_from
            || (between == 1
                && sign == "по"
                && matches!(word(left.first.wrapping_sub(1)), "с" | "со"));
        if is_dash || is_next || is_from {
            left.ranged = true;
            right.ranged = true;
        }
    }
}

struct Reader<'p> {
    pieces: &'p [Piece],
    language: Option<Language>,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.pieces.get(at).map_or("", |piece| piece.word.as_str())
    }

    fn is_glued(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.glued)
    }

    fn numeral(&self, at: usize) -> Option<Numeral> {
        let piece = self.pieces.get(at).filter(|p| p.kind == Kind::Word)?;
        let (numeral, tongue) = numeral(&piece.word).or_else(|| numeral(&piece.typed))?;
        let fits = match tongue {
            Tongue::Russian => true,
            Tongue::English => self.language != Some(Language::Es),
            Tongue::Spanish if matches!(piece.typed.as_str(), "once" | "un" | "una" | "uno") => {
                self.language == Some(Language::Es)
            }
            Tongue::Spanish => self.language != Some(Language::En),
        };
        fits.then_some(numeral)
    }

    fn amount(&self, at: usize) -> Option<Amount> {
        let piece = self.pieces.get(at)?;
        match piece.kind {
            Kind::Number => self.in_digits(at, &piece.word),
            Kind::Word => self.grouped(at).or_else(|| self.in_words(at)),
            Kind::Sign => None,
        }
    }

    fn in_digits(&self, at: usize, digits: &str) -> Option<Amount> {
        let mut amount = Amount {
            first: at,
            last: at,
            milli: parse(digits)?,
            spelled: false,
            thousands: false,
            group: false,
            ranged: false,
        };
        amount.last += self.numeral_ending(at + 1);
        self.with_half(&mut amount);
        self.with_thousands(&mut amount)?;
        self.times_group(&mut amount)?;
        Some(amount)
    }

    /// How many pieces the ending of `2-х` or `25ти` takes.
    fn numeral_ending(&self, at: usize) -> usize {
        const ENDINGS: &str = "х ух ех ти и мя ми м";
        let is_ending = |at| self.is_glued(at) && one_of(ENDINGS, self.word(at));
        let is_dash = self.word(at) == "-" && self.is_glued(at);
        if is_dash && is_ending(at + 1) {
            return 2;
        }
        usize::from(self.is_glued(at) && matches!(self.word(at), "ти" | "ух" | "ех" | "мя"))
    }

    /// «с половиной».
    fn with_half(&self, amount: &mut Amount) {
        let next = amount.last + 1;
        let russian = matches!(self.word(next), "с" | "c") && self.word(next + 1) == "половиной";
        let spanish = self.word(next) == "y" && matches!(self.word(next + 1), "medio" | "media");
        if russian || spanish {
            amount.milli += ONE / 2;
            amount.last += 2;
            amount.spelled = true;
        } else if self.word(next) == "and"
            && self.word(next + 1) == "a"
            && self.word(next + 2) == "half"
        {
            amount.milli += ONE / 2;
            amount.last += 3;
            amount.spelled = true;
        }
    }

    /// Multiplies by a thousand or a million that follows, and adds what follows that.
    fn with_thousands(&self, amount: &mut Amount) -> Option<()> {
        let next = amount.last + 1;
        let times = match self.numeral(next) {
            Some(Numeral::Thousand) => 1000,
            Some(Numeral::Million) => 1_000_000,
            _ if self.is_short_thousand(next) => 1000,
            _ => return Some(()),
        };
        amount.milli = amount.milli.checked_mul(times).filter(|m| *m < LARGEST)?;
        amount.last = next;
        amount.thousands = true;
        if self.word(next + 1) == "." && matches!(self.word(next), "тыс" | "тр") {
            amount.last += 1;
        }
        self.with_rest(amount);
        Some(())
    }

    /// `2к`: a letter behind a number, unless a screen is spoken of.
    fn is_short_thousand(&self, at: usize) -> bool {
        const SCREENS: &str = "монитор телевизор телек видео камер экран разреш tv video monitor";
        if !matches!(self.word(at), "к" | "k") {
            return false;
        }
        let after = self.pieces.get(at + 1);
        let is_end = after.is_none_or(|piece| piece.kind == Kind::Sign);
        let is_screen = |word: &str| begins(SCREENS, word);
        let before = self.word(at.wrapping_sub(2));
        (self.is_glued(at) || is_end)
            && !is_screen(self.word(at + 1))
            && !is_screen(before)
            && !matches!(before, "в" | "in")
    }

    /// The hundreds behind thousands: «две тысячи пятьсот», «2 тыс 500».
    fn with_rest(&self, amount: &mut Amount) {
        let at = amount.last + 1;
        let rest = match self.pieces.get(at) {
            Some(piece) if piece.kind == Kind::Number && piece.word.len() == 3 => {
                parse(&piece.word).map(|milli| (milli, at))
            }
            Some(_) => self
                .small(at)
                .map(|(value, last)| (u64::from(value) * ONE, last)),
            None => None,
        };
        let Some((milli, last)) = rest else { return };
        // «за две тысячи три штуки»: the rest counts something else.
        let counts = super::counts::is_piece(self.word(last + 1)) && milli < 100 * ONE;
        if milli < 1000 * ONE && milli.is_multiple_of(ONE) && !counts {
            amount.milli += milli;
            amount.last = last;
        }
    }

    fn in_words(&self, at: usize) -> Option<Amount> {
        let (milli, last, thousands) = match self.numeral(at)? {
            Numeral::Small(_) => {
                let (value, last) = self.small(at)?;
                (u64::from(value) * ONE, last, false)
            }
            Numeral::OneAndHalf => (ONE + ONE / 2, at, false),
            Numeral::HalfThousand => (500 * ONE, at, true),
            Numeral::Thousand => (1000 * ONE, at, true),
            Numeral::Million => (1_000_000 * ONE, at, true),
            Numeral::Hundred => (100 * ONE, at, false),
            Numeral::Group(_) => return None,
        };
        let is_article = matches!(self.word(at.wrapping_sub(1)), "a" | "one");
        let magnitude = matches!(
            self.numeral(at),
            Some(Numeral::Hundred | Numeral::Thousand | Numeral::Million)
        );
        let mut amount = Amount {
            first: at - usize::from(is_article && magnitude),
            last,
            milli,
            spelled: true,
            thousands,
            group: false,
            ranged: false,
        };
        if thousands {
            self.with_rest(&mut amount);
        } else {
            self.with_half(&mut amount);
            self.with_thousands(&mut amount)?;
            self.times_group(&mut amount)?;
        }
        Some(amount)
    }

    /// 1 to 999 in words: its value and last piece.
    fn small(&self, at: usize) -> Option<(u32, usize)> {
        let Some(Numeral::Small(mut value)) = self.numeral(at) else {
            return None;
        };
        let mut last = at;
        let mut room = room_after(value);
        if self.numeral(at + 1) == Some(Numeral::Hundred) && value < 10 {
            (value, last, room) = (value * 100, at + 1, 100);
        }
        while room > 1 {
            let next = last + 1;
            let skip = usize::from(match self.word(next) {
                "-" => self.is_glued(next) && self.is_glued(next + 1) && room == 10,
                "and" => room == 100,
                "y" => room == 10,
                _ => false,
            });
            match self.numeral(next + skip) {
                Some(Numeral::Small(more)) if more < room && !is_teen(more, room) => {
                    value += more;
                    room = room_after(more);
                    last = next + skip;
                }
                _ => break,
            }
        }
        Some((value, last))
    }

    /// «пару», «полдюжины», "half a dozen", "un par", with a number of tens behind it: «пара десятков».
    fn grouped(&self, at: usize) -> Option<Amount> {
        let is_pair =
            |at: usize| matches!(self.word(at), "un" | "el") && matches!(self.word(at + 1), "par");
        let (each, word) = match self.numeral(at) {
            Some(Numeral::Group(each)) => (each, at),
            _ if is_pair(at) => (2, at + 1),
            _ => {
                let step = usize::from(matches!(self.word(at), "half" | "media" | "a" | "una"));
                let step = step + usize::from(step == 1 && self.word(at + 1) == "a");
                match self.numeral(at + step) {
                    Some(Numeral::Group(each)) if step > 0 => (each, at + step),
                    _ => return None,
                }
            }
        };
        let is_half = matches!(self.word(at), "half" | "media");
        let mut amount = Amount {
            first: at,
            last: word,
            milli: u64::from(if is_half { each / 2 } else { each }) * ONE,
            spelled: true,
            thousands: false,
            group: true,
            ranged: false,
        };
        if matches!(self.word(word + 1), "of") {
            amount.last += 1;
        }
        if each == 2 {
            self.times_group(&mut amount)?;
            self.with_thousands(&mut amount)?;
        }
        Some(amount)
    }

    /// «два десятка», "two dozen"; «две пары» stay two, and the pair is their piece.
    fn times_group(&self, amount: &mut Amount) -> Option<()> {
        if let Some(Numeral::Group(each)) = self.numeral(amount.last + 1)
            && each > 2
        {
            amount.milli = amount.milli.checked_mul(u64::from(each))?;
            amount.last += 1;
            amount.group = true;
            amount.spelled = true;
        }
        Some(())
    }
}

/// What may be added to a number of this size by the next word: less than this.
const fn room_after(value: u32) -> u32 {
    match value {
        100.. if value.is_multiple_of(100) => 100,
        20..100 if value.is_multiple_of(10) => 10,
        _ => 1,
    }
}

/// `двадцать двенадцать` is two numbers; so is `сто сто`.
const fn is_teen(more: u32, room: u32) -> bool {
    room == 10 && more >= 10
}

/// Thousandths of a number as `digits_in` spells it; `None` when it is too large or too fine.
fn parse(digits: &str) -> Option<u64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = match part.len() {
        0 => 0,
        length @ 1..=3 => part.parse::<u64>().ok()? * 10_u64.pow(3 - length as u32),
        _ => return None,
    };
    whole
        .checked_mul(ONE)?
        .checked_add(part)
        .filter(|milli| *milli < LARGEST)
}
