//! From clauses to wishes: what is done, how many, and with what.

use super::{
    CartContext, CartDeed, CartTarget, CartWish,
    clauses::{Clause, Joint},
    marks::{Mark, Marked, Verb},
};
use crate::entities::Place;

/// So many of a list can be named by one word for the first few.
const MOST_FEW: u32 = 20;

/// What a clause says of one thing.
#[derive(Clone, Debug, Default)]
struct Item {
    target: CartTarget,
    count: Option<Count>,
    to: Option<u32>,
    times: Option<u32>,
    more: bool,
    less: bool,
    only: bool,
    half: bool,
    rest: bool,
    /// «все три»: a number behind it says how many there are.
    whole: bool,
    as_many: bool,
    /// What is excepted from everything.
    except: Option<CartTarget>,
    span: Option<std::ops::Range<usize>>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    value: u32,
    pieces: bool,
    each: bool,
}

impl Item {
    fn is_empty(&self) -> bool {
        self.target.is_unsaid()
            && self.count.is_none()
            && self.to.is_none()
            && self.times.is_none()
            && self.except.is_none()
            && !(self.more || self.less || self.only || self.half || self.rest || self.as_many)
            && !self.target.many
    }

    /// What words and places that follow belong to.
    fn aim(&mut self) -> &mut CartTarget {
        match &mut self.except {
            Some(except) => except,
            None => &mut self.target,
        }
    }

    fn covers(&mut self, marked: &Marked) {
        let from = self
            .span
            .as_ref()
            .map_or(marked.at.start, |span| span.start);
        self.span = Some(from..marked.at.end);
    }
}

/// The wishes of all clauses, in order.
pub(super) fn wishes(text: &str, clauses: &[Clause], context: &CartContext<'_>) -> Vec<CartWish> {
    let mut found: Vec<CartWish> = Vec::new();
    let mut each: Option<Count> = None;
    for (nth, clause) in clauses.iter().enumerate() {
        let later = clauses.get(nth.saturating_add(1));
        if let Some(swap) = swap(text, clause) {
            found.push(swap);
            continue;
        }
        let mut items = items(clause);
        let is_bare = |item: &Item| item.target.is_unsaid() && item.count.is_some();
        // «1 и 3 по одной»: numbers beside a «по» are places.
        let shared = later.is_some_and(|later| later.joint != Joint::Stop && spreads(later));
        if let ([item], true, true) = (items.as_mut_slice(), shared, context.has_places)
            && is_bare(item)
            && let Some(count) = item.count.take()
        {
            item.target.places.push(Place::Nth(count.value));
            item.count = later.and_then(shared_count);
        }
        for mut item in items {
            if let (None, Some(shared), true) =
                (item.count, each, clause.lent || clause.verb.is_none())
                && !item.target.is_unsaid()
            {
                item.count = Some(shared);
            }
            let spread = item.count.filter(|count| count.each);
            each = spread.or(each.filter(|_| clause.lent));
            if item.count.is_none() && clause.joint != Joint::Stop && !item.target.places.is_empty()
            {
                item.count = later.filter(|later| spreads(later)).and_then(shared_count);
            }
            found.extend(wish(text, clause, item, &found));
        }
    }
    settle(found)
}

fn spreads(clause: &Clause) -> bool {
    shared_count(clause).is_some()
}

/// The count of «по две» that the clauses before it share.
fn shared_count(clause: &Clause) -> Option<Count> {
    clause.marks.iter().find_map(|marked| match marked.mark {
        Mark::Count {
            value,
            pieces,
            each: true,
        } => Some(Count {
            value,
            pieces,
            each: true,
        }),
        _ => None,
    })
}

/// The things that a clause speaks of.
fn items(clause: &Clause) -> Vec<Item> {
    let mut items = vec![Item::default()];
    let spread = spreads(clause);
    let mut marks = clause.marks.iter().peekable();
    while let Some(marked) = marks.next() {
        let denied = marked.mark == Mark::Not || marked.mark == Mark::Instead;
        if denied
            && matches!(
                marks.peek().map(|next| &next.mark),
                Some(Mark::Count { .. })
            )
        {
            // «не два, а пять», "5 instead of 2".
            marks.next();
            continue;
        }
        if begins_another(items.last(), &marked.mark) {
            items.push(Item::default());
        }
        if let Some(item) = items.last_mut() {
            take(item, marked, spread);
        }
    }
    items.retain(|item| !item.is_empty());
    if items.is_empty() && clause.verb.is_some() && !clause.lent {
        items.push(Item::default());
    }
    items
}

/// «второго 5 третьего 2», «2 термоса 3 коврика».
fn begins_another(item: Option<&Item>, mark: &Mark) -> bool {
    let Some(item) = item else { return false };
    let full = item.count.is_some() && !item.target.is_unsaid();
    match mark {
        Mark::Count { each, .. } => full && !each,
        Mark::Place(_) => full && (!item.target.places.is_empty() || item.target.code.is_some()),
        Mark::Code(_) => item.target.code.is_some(),
        _ => false,
    }
}

fn take(item: &mut Item, marked: &Marked, spread: bool) {
    item.covers(marked);
    match &marked.mark {
        Mark::Count {
            value,
            pieces,
            each,
        } => {
            let is_place = spread && !each && !pieces;
            if item.whole && !each && !pieces {
                item.target.many = false;
            } else if is_place {
                item.aim().places.push(Place::Nth(*value));
            } else {
                item.count = Some(Count {
                    value: *value,
                    pieces: *pieces,
                    each: *each,
                });
            }
        }
        Mark::To(value) => item.to = Some(*value),
        Mark::Times(value) => item.times = Some(*value),
        Mark::Place(place) => item.aim().places.push(*place),
        Mark::Few(few, Place::Last) if *few == 1 => item.aim().places.push(Place::Last),
        Mark::Few(few, place) => {
            let few = (*few).min(MOST_FEW);
            match place {
                Place::Last => item.aim().places.extend(last_few(few)),
                Place::Nth(from) => {
                    let places = (*from..from.saturating_add(few)).map(Place::Nth);
                    item.aim().places.extend(places);
                }
            }
        }
        Mark::Code(code) => item.aim().code = Some(code.clone()),
        Mark::Word(word) => {
            let target = item.aim();
            target.many |= is_plural(word);
            if !target.words.is_empty() {
                target.words.push(' ');
            }
            target.words.push_str(word);
        }
        Mark::More => item.more = true,
        Mark::Less if item.target.all => item.except = Some(CartTarget::default()),
        Mark::Less => item.less = true,
        Mark::Only => item.only = true,
        Mark::Except => item.except = Some(CartTarget::default()),
        Mark::Whole => {
            item.whole = true;
            item.aim().all = true;
        }
        Mark::Each => item.aim().all = true,
        Mark::Both => {
            item.aim().all = true;
            item.aim().many = true;
        }
        Mark::Ones => item.aim().many = true,
        Mark::Rest => item.rest = true,
        Mark::AsMany => item.as_many = true,
        Mark::Double => item.times = Some(2),
        Mark::Half => item.half = true,
        Mark::By | Mark::For | Mark::Instead | Mark::Not | Mark::Verb(_) => {}
        Mark::And | Mark::But | Mark::Plus | Mark::Comma | Mark::Stop | Mark::Filler => {}
    }
}

/// Nobody names more than the last one by its place from the end; several are told apart by the list's length, which
/// is not known here: the last place stands for them, once for each.
fn last_few(few: u32) -> impl Iterator<Item = Place> {
    (0..few).map(|_| Place::Last)
}

/// A word in the form of several things, as far as endings tell.
fn is_plural(word: &str) -> bool {
    let letters = word.chars().count();
    let russian = ["ые", "ие", "ы", "и"].iter().any(|end| word.ends_with(end));
    let latin = word.is_ascii() && word.ends_with('s') && !word.ends_with("ss");
    letters > 3 && (russian || latin)
}

/// «замените красный на синий», «вместо красного синий».
fn swap(text: &str, clause: &Clause) -> Option<CartWish> {
    let marks = clause.marks.as_slice();
    let at = |wanted: &[Mark]| {
        marks
            .iter()
            .position(|marked| wanted.contains(&marked.mark))
    };
    let instead = at(&[Mark::Instead]);
    let by = at(&[Mark::By, Mark::For]);
    let (from, to) = match (clause.verb, instead, by) {
        (Some(Verb::Swap), _, Some(by)) => (marks.get(..by)?, marks.get(by.saturating_add(1)..)?),
        (_, Some(at), _) => {
            let (before, after) = (marks.get(..at)?, marks.get(at.saturating_add(1)..)?);
            let objects = |marks: &[Marked]| {
                marks
                    .iter()
                    .any(|m| matches!(m.mark, Mark::Word(_) | Mark::Place(_) | Mark::Code(_)))
            };
            match (objects(before), clause.verb_at.as_ref()) {
                (true, _) => (after, before),
                // «вместо красного давайте синий»: the verb stands between the two.
                (false, Some(verb)) => {
                    let cut = after.iter().take_while(|m| m.at.end <= verb.start).count();
                    (after.get(..cut)?, after.get(cut..)?)
                }
                (false, None) => return None,
            }
        }
        _ => return None,
    };
    let one = |marks: &[Marked]| {
        let mut item = Item::default();
        for marked in marks {
            take(&mut item, marked, false);
        }
        item
    };
    let (from, to) = (one(from), one(to));
    if to.target.is_unsaid() {
        return None;
    }
    let span = clause.span()?;
    Some(CartWish {
        deed: CartDeed::Swap {
            to: to.target,
            pieces: to.count.map(|count| count.value),
        },
        target: from.target,
        plain: true,
        text: with_verb(text, clause, span),
    })
}

fn wish(text: &str, clause: &Clause, item: Item, before: &[CartWish]) -> Option<CartWish> {
    let span = item.span.clone().or_else(|| clause.verb_at.clone())?;
    let target = match &item.except {
        Some(except) => except.clone(),
        None => item.target.clone(),
    };
    let deed = deed(clause, &item, before)?;
    let plain = !clause.lent && clause.verb.is_some()
        || item.count.is_some()
        || item.to.is_some()
        || !item.target.places.is_empty()
        || item.more
        || item.less;
    Some(CartWish {
        deed,
        target,
        plain: plain || !matches!(clause.joint, Joint::Start | Joint::Stop) && clause.lent,
        text: with_verb(text, clause, span),
    })
}

fn deed(clause: &Clause, item: &Item, before: &[CartWish]) -> Option<CartDeed> {
    let count = item.count.map(|count| count.value);
    let set = |pieces, fresh| CartDeed::Set { pieces, fresh };
    if item.rest {
        return Some(CartDeed::Keep { only: true });
    }
    if item.except.is_some() {
        return Some(CartDeed::Keep { only: true });
    }
    if let Some(times) = item.times {
        return Some(match (item.less, times) {
            (true, 2) => CartDeed::Half,
            (true, _) => return None,
            (false, _) => CartDeed::Times(times),
        });
    }
    if item.half {
        return Some(CartDeed::Half);
    }
    if item.as_many {
        return Some(CartDeed::AsMany);
    }
    if let Some(to) = item.to {
        return Some(set(to, false));
    }
    if item.less {
        return Some(CartDeed::Less {
            pieces: count.unwrap_or(1),
            counted: true,
        });
    }
    let counted = item.count.is_some_and(|count| count.pieces) || !item.target.is_unsaid();
    let add = |again| CartDeed::Add {
        pieces: count.unwrap_or(1),
        again,
    };
    let everything = item.target.all && item.target.words.is_empty() && !item.target.many;
    Some(match clause.verb {
        Some(Verb::Show) => CartDeed::Show,
        Some(Verb::Clear) if item.target.words.is_empty() => CartDeed::Clear,
        Some(Verb::Remove) if everything => CartDeed::Clear,
        Some(Verb::Remove | Verb::Clear) => match count {
            Some(pieces) if !item.more => CartDeed::Less { pieces, counted },
            _ => CartDeed::Remove,
        },
        Some(Verb::Keep) => match count {
            Some(pieces) => set(pieces, false),
            None => CartDeed::Keep { only: item.only },
        },
        Some(Verb::Down) => CartDeed::Less {
            pieces: count.unwrap_or(1),
            counted: true,
        },
        Some(Verb::Up) => add(true),
        Some(Verb::Set | Verb::Swap) => match count {
            Some(_) if item.more => add(true),
            Some(pieces) => set(pieces, false),
            None if item.more => add(true),
            None => CartDeed::Take,
        },
        Some(Verb::Add) if item.only && count.is_some() => set(count.unwrap_or(1), false),
        Some(Verb::Add) => add(item.more),
        Some(Verb::Take) | None => match count {
            _ if item.more => add(true),
            Some(pieces) => set(pieces, clause.verb.is_some() && !item.only),
            None if item.only => CartDeed::Keep { only: true },
            None if clause.verb.is_none() && item.target.is_unsaid() => {
                return None;
            }
            None if clause.verb.is_none() && before.is_empty() && item.target.is_unsaid() => {
                return None;
            }
            None => CartDeed::Take,
        },
    })
}

fn with_verb(text: &str, clause: &Clause, span: std::ops::Range<usize>) -> String {
    let slice = |at: std::ops::Range<usize>| text.get(at).unwrap_or_default();
    match &clause.verb_at {
        None => slice(span).to_owned(),
        Some(verb) if clause.lent => format!("{} {}", slice(verb.clone()), slice(span)),
        Some(verb) => {
            let from = verb.start.min(span.start);
            let to = verb.end.max(span.end);
            slice(from..to).to_owned()
        }
    }
}

/// «Очисти, но оставь последнее»: what stays of everything; and a verb that repeats itself without saying of what.
fn settle(wishes: Vec<CartWish>) -> Vec<CartWish> {
    let clears = wishes.iter().any(|wish| wish.deed == CartDeed::Clear);
    let rest = wishes
        .iter()
        .any(|wish| wish.deed == (CartDeed::Keep { only: true }) && wish.target.is_unsaid());
    let specific = wishes
        .iter()
        .any(|wish| !matches!(wish.deed, CartDeed::Keep { .. } | CartDeed::Clear) && wish.plain);
    let keeps = wishes
        .iter()
        .any(|wish| matches!(wish.deed, CartDeed::Keep { .. }) && !wish.target.is_unsaid());
    let mut settled: Vec<CartWish> = Vec::with_capacity(wishes.len());
    for mut wish in wishes {
        match &mut wish.deed {
            // Said of everything by the wish to keep something.
            CartDeed::Clear if keeps => continue,
            CartDeed::Keep { only: true } if rest && wish.target.is_unsaid() && keeps => continue,
            CartDeed::Keep { only } => *only = *only || clears || rest || !specific,
            _ => {}
        }
        let repeats = settled.last().is_some_and(|last| {
            wish.target.is_unsaid()
                && last.deed == wish.deed
                && matches!(wish.deed, CartDeed::Remove | CartDeed::Take)
        });
        if !repeats {
            settled.push(wish);
        }
    }
    settled
}
