//! Marks cut into clauses, each with the verb that governs it, its own or a neighbour's.

use std::ops::Range;

use super::{
    CartChange,
    marks::{Mark, Marked, Verb},
};

/// A part of a message that asks one thing of the cart.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    /// What is done; `None`: nothing says so.
    pub(super) verb: Option<Verb>,
    /// The verb is a neighbour's.
    pub(super) lent: bool,
    /// Where the verb stands.
    pub(super) verb_at: Option<Range<usize>>,
    /// The marks but verbs.
    pub(super) marks: Vec<Marked>,
    /// What stands before it.
    pub(super) joint: Joint,
    /// The verb stands behind what it is about.
    verb_last: bool,
    /// The verb is denied.
    denied: bool,
}

/// What joins a clause to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    Start,
    And,
    /// Something else is said of another thing.
    But,
    Comma,
    Stop,
}

impl Clause {
    /// What the clause covers, without the verb.
    pub(super) fn span(&self) -> Option<Range<usize>> {
        let first = self.marks.first()?.at.start;
        let last = self.marks.last()?.at.end;
        Some(first..last)
    }

    fn has(&self, of: impl Fn(&Mark) -> bool) -> bool {
        self.marks.iter().any(|marked| of(&marked.mark))
    }
}

/// Whether a mark can be what a verb is about.
pub(super) const fn is_object(mark: &Mark) -> bool {
    matches!(
        mark,
        Mark::Word(_)
            | Mark::Code(_)
            | Mark::Place(_)
            | Mark::Few(..)
            | Mark::Whole
            | Mark::Both
            | Mark::Each
            | Mark::Rest
            | Mark::Count { .. }
    )
}

/// A verb that says by itself what is to be done; those of wanting only say that something is.
fn is_strong(verb: Verb) -> bool {
    verb != Verb::Take
}

/// The clauses of a text; those whose verb is denied are left out.
pub(super) fn clauses(marks: Vec<Marked>) -> Vec<Clause> {
    let mut clauses = Vec::new();
    for (joint, part) in parts(marks) {
        for (nth, part) in at_verbs(part).into_iter().enumerate() {
            let joint = if nth == 0 { joint } else { Joint::And };
            clauses.push(clause(joint, part));
        }
    }
    joined(&mut clauses);
    clauses.retain(|clause| !clause.denied && (clause.verb.is_some() || !clause.marks.is_empty()));
    lend(&mut clauses);
    clauses
}

/// Cuts at the words and signs between clauses.
fn parts(marks: Vec<Marked>) -> Vec<(Joint, Vec<Marked>)> {
    let mut parts = vec![(Joint::Start, Vec::new())];
    for marked in marks {
        let joint = match marked.mark {
            Mark::And => Joint::And,
            Mark::But => Joint::But,
            Mark::Plus => {
                let verb = Marked {
                    mark: Mark::Verb(Verb::Add),
                    at: marked.at,
                };
                parts.push((Joint::And, vec![verb]));
                continue;
            }
            Mark::Comma => Joint::Comma,
            Mark::Stop => Joint::Stop,
            _ => {
                if let Some((_, part)) = parts.last_mut() {
                    part.push(marked);
                }
                continue;
            }
        };
        match parts.last_mut() {
            // «, а»: the word says more than the comma; the end of a sentence says the most.
            Some((before, part)) if part.is_empty() && *before != Joint::Start => {
                if *before != Joint::Stop {
                    *before = joint;
                }
            }
            _ => parts.push((joint, Vec::new())),
        }
    }
    parts
}

/// Cuts a part that has two verbs of its own: «убери термос добавь коврик», «термос убери коврик добавь».
fn at_verbs(part: Vec<Marked>) -> Vec<Vec<Marked>> {
    let mut found: Vec<Vec<Marked>> = vec![Vec::new()];
    for marked in part {
        if let (Mark::Verb(verb), Some(known)) = (&marked.mark, found.last_mut()) {
            let first = known
                .iter()
                .position(|marked| matches!(marked.mark, Mark::Verb(verb) if is_strong(verb)));
            let after = first.map(|first| known.iter().skip(first).any(|m| is_object(&m.mark)));
            if let (Some(first), Some(true), true) = (first, after, is_strong(*verb)) {
                let before = known.iter().take(first).any(|m| is_object(&m.mark));
                let rest = if before {
                    known.split_off(first.saturating_add(1))
                } else {
                    Vec::new()
                };
                found.push(rest);
            }
        }
        if let Some(known) = found.last_mut() {
            known.push(marked);
        }
    }
    found
}

fn clause(joint: Joint, part: Vec<Marked>) -> Clause {
    let verbs = part
        .iter()
        .enumerate()
        .filter_map(|(at, marked)| match marked.mark {
            Mark::Verb(verb) => Some((at, verb)),
            _ => None,
        });
    let main = verbs
        .clone()
        .max_by_key(|(at, verb)| (*verb, std::cmp::Reverse(*at)));
    let denied = main.is_some_and(|(at, verb)| {
        is_strong(verb)
            && at
                .checked_sub(1)
                .and_then(|before| part.get(before))
                .is_some_and(|before| before.mark == Mark::Not)
    });
    let before = |at: usize| part.iter().take(at).any(|m| is_object(&m.mark));
    let after = |at: usize| part.iter().skip(at).any(|m| is_object(&m.mark));
    let verb_last = main.is_some_and(|(at, _)| before(at) && !after(at));
    let verb_at = main
        .and_then(|(at, _)| part.get(at))
        .map(|marked| marked.at.clone());
    let verb = main.map(|(_, verb)| verb);
    Clause {
        verb,
        lent: false,
        verb_at,
        marks: part
            .into_iter()
            .filter(|marked| !matches!(marked.mark, Mark::Verb(_)))
            .collect(),
        joint,
        verb_last,
        denied,
    }
}

/// «всё, кроме термоса»: what is excepted belongs to what it is excepted from.
fn joined(clauses: &mut Vec<Clause>) {
    let mut at = 1;
    while at < clauses.len() {
        let begins = |clause: &Clause| clause.marks.first().map(|marked| marked.mark.clone());
        let excepted = clauses.get(at).and_then(begins) == Some(Mark::Except);
        if excepted {
            let rest = clauses.remove(at);
            if let Some(before) = clauses.get_mut(at.saturating_sub(1)) {
                before.marks.extend(rest.marks);
                if before.verb < rest.verb {
                    (before.verb, before.verb_at) = (rest.verb, rest.verb_at);
                }
            }
        } else {
            at = at.saturating_add(1);
        }
    }
}

/// Gives clauses without a verb that of a neighbour.
fn lend(clauses: &mut [Clause]) {
    for at in 0..clauses.len() {
        let Some(clause) = clauses.get(at) else {
            return;
        };
        if clause.verb.is_some() || says_itself(clause) {
            continue;
        }
        let left = at.checked_sub(1).and_then(|left| clauses.get(left));
        let right = clauses.get(at.saturating_add(1)..).unwrap_or_default();
        let right = right
            .iter()
            .take_while(|next| !matches!(next.joint, Joint::Stop))
            .find(|next| next.verb.is_some());
        let next_is_near = clauses
            .get(at.saturating_add(1))
            .is_some_and(|next| next.joint == Joint::And && next.verb_last);
        let from_right =
            right.filter(|right| right.verb_last || left.and_then(|l| l.verb).is_none());
        let from_left = left.filter(|left| left.verb.is_some());
        // «термос не надо, а кружек пять»: the others do not go as well.
        let is_other = clause.joint == Joint::But
            && clause.has(|mark| matches!(mark, Mark::Count { .. }))
            && from_left.is_some_and(|left| {
                matches!(left.verb, Some(Verb::Remove | Verb::Clear | Verb::Down))
            });
        if is_other {
            continue;
        }
        let lender = match (from_left, from_right) {
            (Some(_), Some(right)) if next_is_near && clause.joint != Joint::And => Some(right),
            (Some(left), _) => Some(left),
            (None, right) => right,
        };
        let lent = lender.map(|lender| (lender.verb, lender.verb_at.clone()));
        if let (Some((verb, verb_at)), Some(clause)) = (lent, clauses.get_mut(at)) {
            (clause.verb, clause.verb_at, clause.lent) = (verb, verb_at, true);
        }
    }
}

/// A clause that says without a verb what is to be done: «на два меньше», «только термос».
fn says_itself(clause: &Clause) -> bool {
    clause.has(|mark| {
        matches!(
            mark,
            Mark::More
                | Mark::Less
                | Mark::Only
                | Mark::Double
                | Mark::Half
                | Mark::Times(_)
                | Mark::To(_)
        )
    })
}

/// Which way the clauses change a cart that has something in it; `None`: they may well be about something else.
pub(super) fn change(clauses: &[Clause]) -> Option<CartChange> {
    let counted = |clause: &Clause| {
        clause.has(|mark| matches!(mark, Mark::Count { .. } | Mark::To(_) | Mark::Times(_)))
    };
    let placed = |clause: &Clause| {
        clause.has(|mark| matches!(mark, Mark::Place(_) | Mark::Few(..) | Mark::Code(_)))
    };
    let of = |clause: &Clause| {
        let relative = clause.has(|mark| matches!(mark, Mark::More | Mark::Less));
        let out = clause.has(|mark| *mark == Mark::Less);
        match clause.verb {
            Some(Verb::Remove | Verb::Clear | Verb::Down) => Some(CartChange::Out),
            Some(Verb::Add | Verb::Swap | Verb::Up | Verb::Show) => Some(CartChange::In),
            Some(Verb::Keep) => Some(CartChange::Out),
            Some(Verb::Set | Verb::Take) if counted(clause) || placed(clause) => {
                Some(CartChange::In)
            }
            _ if relative && counted(clause) && out => Some(CartChange::Out),
            _ if relative && counted(clause) => Some(CartChange::In),
            _ if clause.has(|mark| matches!(mark, Mark::Double)) => Some(CartChange::In),
            Some(Verb::Set | Verb::Take) | None => None,
        }
    };
    clauses.iter().find_map(of)
}
