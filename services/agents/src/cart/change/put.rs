//! Pieces into a cart and out of it: never more than there are, never at a price that does not hold. Pure.

use schemas::{Sku, stock::Quantity};

use super::apply::{Back, Changed, Note, Work};
use crate::pricing;

/// Nobody orders more pieces of an article in a chat.
const MOST_PIECES: u32 = 100_000;
/// How many articles of its kind are named in place of one that is sold out.
const ALTERNATIVES: usize = 3;

impl Work<'_> {
    pub(super) fn pieces(&self, sku: &Sku) -> u32 {
        self.changed.cart.line(sku).map_or(0, |line| line.pieces)
    }

    /// So many pieces of an article in all, as far as there are.
    pub(super) fn put(&mut self, sku: &Sku, pieces: u32) {
        self.touch(sku);
        let before = self.pieces(sku);
        if pieces == 0 {
            return self.changed.cart.lines.retain(|line| line.sku != *sku);
        }
        let Some(article) = self.known.article(sku) else {
            let name = self.changed.cart.line(sku).map(|line| line.name.clone());
            return self.note(Note::Gone {
                name: name.unwrap_or_else(|| sku.to_string()),
            });
        };
        if let (Some((from, row)), true) = (
            pricing::wholesale(&self.terms.rules, pieces),
            pieces > before,
        ) {
            self.changed.for_seller = Some(format!(
                "wholesale: {pieces} pieces, and from {from} the seller talks about the price (rules, row {row})"
            ));
            return;
        }
        let there = match article.product.quantity {
            Quantity::Pieces(there) => there,
            Quantity::Some | Quantity::OnOrder => u32::MAX,
        };
        if there == 0 && pieces >= before {
            let instead = self.alternatives(sku);
            return self.note(Note::SoldOut {
                sku: sku.clone(),
                instead,
            });
        }
        if pieces > MOST_PIECES && there > MOST_PIECES {
            return self.note(Note::TooMany(sku.clone()));
        }
        let can = if there == 0 {
            pieces
        } else {
            pieces.min(there)
        };
        let line = self.terms.line(article, can);
        let mut cart = self.changed.cart.clone();
        match cart.lines.iter_mut().find(|line| line.sku == *sku) {
            Some(known) => *known = line,
            None => cart.lines.push(line),
        }
        if cart.total().is_none() {
            return self.note(Note::TooMany(sku.clone()));
        }
        self.changed.cart = cart;
        self.changed.focus = Some(sku.clone());
        if can < pieces {
            self.note(Note::Short {
                sku: sku.clone(),
                there: can,
            });
        }
    }

    /// What is of its kind and can be had.
    fn alternatives(&mut self, sku: &Sku) -> Vec<Sku> {
        let Some(article) = self.known.article(sku) else {
            return Vec::new();
        };
        let category = article.product.category.as_ref();
        let others = self.known.articles.iter();
        let found: Vec<Sku> = others
            .filter(|shown| shown.product.sku != *sku && shown.product.quantity.in_stock())
            .filter(|shown| category.is_some() && shown.product.category.as_ref() == category)
            .map(|shown| shown.product.sku.clone())
            .take(ALTERNATIVES)
            .collect();
        for sku in &found {
            self.touch(sku);
        }
        found
    }

    pub(super) fn touch(&mut self, sku: &Sku) {
        if !self.changed.touched.contains(sku) {
            self.changed.touched.push(sku.clone());
        }
    }

    pub(super) fn note(&mut self, note: Note) {
        if let Note::NotThere(sku) = &note {
            self.touch(sku);
        }
        if !self.changed.notes.contains(&note) {
            self.changed.notes.push(note);
        }
    }

    /// Only the first unclear wish is asked about; the others wait in the words.
    pub(super) fn ask(&mut self, candidates: Vec<Sku>, near: bool, text: &str) {
        self.waiting.push(text.trim().to_owned());
        if self.changed.back.is_none() {
            for sku in &candidates {
                self.touch(sku);
            }
            self.changed.back = Some(Back {
                candidates,
                near,
                text: String::new(),
            });
        }
    }

    pub(super) fn finish(mut self) -> Changed {
        let expired: Vec<(Sku, u32)> = self
            .changed
            .cart
            .lines
            .iter()
            .filter(|line| line.valid_until <= self.terms.now)
            .map(|line| (line.sku.clone(), line.pieces))
            .collect();
        for (sku, pieces) in expired {
            self.touch(&sku);
            let Some(article) = self.known.article(&sku) else {
                continue;
            };
            let line = self.terms.line(article, pieces);
            let mut notes = Vec::new();
            for known in self
                .changed
                .cart
                .lines
                .iter_mut()
                .filter(|known| known.sku == sku)
            {
                if known.price != line.price {
                    notes.push(Note::Repriced(sku.clone()));
                }
                *known = line.clone();
            }
            self.changed.notes.extend(notes);
        }
        for sku in self
            .changed
            .cart
            .lines
            .iter()
            .map(|line| line.sku.clone())
            .collect::<Vec<_>>()
        {
            self.touch(&sku);
        }
        if let Some(back) = &mut self.changed.back {
            back.text = self.waiting.join(", ");
        }
        self.changed
    }
}
