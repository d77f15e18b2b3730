//! A text under reading: what it is made of, and what was already found in it.

use std::ops::RangeInclusive;

use super::{
    Context, Entity, EntityValue,
    amounts::Amount,
    pieces::{Kind, Piece},
};

/// What the finders share. Each takes pieces, so that the next finds other ones.
pub(super) struct Reading<'t> {
    pub(super) text: &'t str,
    pub(super) context: &'t Context,
    pub(super) pieces: Vec<Piece>,
    pub(super) amounts: Vec<Amount>,
    taken: Vec<bool>,
    found: Vec<Entity>,
}

impl<'t> Reading<'t> {
    pub(super) fn new(
        text: &'t str,
        context: &'t Context,
        pieces: Vec<Piece>,
        amounts: Vec<Amount>,
        found: Vec<Entity>,
    ) -> Self {
        Self {
            text,
            context,
            taken: vec![false; pieces.len()],
            pieces,
            amounts,
            found,
        }
    }

    /// The word, number or sign at a place, in lower case; empty outside of the text.
    pub(super) fn word(&self, at: usize) -> &str {
        self.pieces.get(at).map_or("", |piece| piece.word.as_str())
    }

    pub(super) fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.kind == Kind::Word)
    }

    pub(super) fn is_glued(&self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.glued)
    }

    pub(super) fn is_taken(&self, at: usize) -> bool {
        self.taken.get(at).copied().unwrap_or(true)
    }

    /// The amounts that nobody has taken, copied so that they can be taken while one looks.
    pub(super) fn free_amounts(&self) -> Vec<Amount> {
        let is_free = |a: &&Amount| (a.first..=a.last).all(|at| !self.is_taken(at));
        self.amounts.iter().filter(is_free).cloned().collect()
    }

    /// The amount that begins at a piece.
    pub(super) fn amount_at(&self, at: usize) -> Option<&Amount> {
        self.amounts.iter().find(|amount| amount.first == at)
    }

    /// Makes pieces unreadable for the finders that follow.
    pub(super) fn hide(&mut self, pieces: RangeInclusive<usize>) {
        for at in pieces {
            if let Some(taken) = self.taken.get_mut(at) {
                *taken = true;
            }
        }
    }

    /// Takes free pieces for a value; nothing happens when one of them is taken.
    pub(super) fn take(&mut self, pieces: RangeInclusive<usize>, value: EntityValue) {
        let (first, last) = (*pieces.start(), *pieces.end());
        let (Some(from), Some(to)) = (self.piece(first), self.piece(last)) else {
            return;
        };
        let range = from.range.start..to.range.end;
        if pieces.clone().any(|at| self.is_taken(at)) {
            return;
        }
        self.hide(pieces);
        self.found.push(Entity { range, value });
    }

    /// The pieces of the clause that a piece stands in: signs end it, commas and dashes do not.
    pub(super) fn clause(&self, at: usize) -> std::ops::Range<usize> {
        let ends = |at: usize| matches!(self.word(at), "." | "!" | "?" | ";" | "\n");
        let start = (0..at).rev().find(|at| ends(*at)).map_or(0, |at| at + 1);
        let end = (at..self.pieces.len()).find(|at| ends(*at));
        start..end.unwrap_or(self.pieces.len())
    }

    /// Whether a word of a clause meets a condition.
    pub(super) fn clause_has(&self, at: usize, is: impl Fn(&str) -> bool) -> bool {
        self.clause(at).any(|at| is(self.word(at)))
    }

    /// All that was found, in order.
    pub(super) fn finish(mut self) -> Vec<Entity> {
        self.found.sort_by_key(|entity| entity.range.start);
        self.found
    }
}
