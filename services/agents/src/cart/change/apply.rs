//! What wishes make of a cart. Pure: the same wishes on the same cart and shop come to the same.

use language::{CartDeed, CartTarget, CartWish};
use schemas::{
    Sku,
    conversation::{Cart, Deal},
};

use super::{
    Known,
    aim::{Among, Meant, Range},
    asked::{self, Said},
    price::Terms,
};
use crate::answer::Question;

/// Something that the buyer is told beside the cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// There are only so many; they are in the cart.
    Short { sku: Sku, there: u32 },
    /// There is none; these are of its kind.
    SoldOut { sku: Sku, instead: Vec<Sku> },
    /// It was to be changed or taken out, and is not in the cart.
    NotThere(Sku),
    /// The shop has nothing that these words name.
    Unknown(String),
    /// The shop no longer has it.
    Gone { name: String },
    /// No list has such a place.
    NoPlace,
    /// So many are more than can be ordered.
    TooMany(Sku),
    /// It was in the cart at a price that no longer holds.
    Repriced(Sku),
}

/// What the buyer is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Back {
    /// What may be meant; empty: nothing was named.
    pub(super) candidates: Vec<Sku>,
    /// None of them is quite what was named.
    pub(super) near: bool,
    /// The words that wait for the answer.
    pub(super) text: String,
}

/// What came of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) cart: Cart,
    pub(super) notes: Vec<Note>,
    pub(super) back: Option<Back>,
    /// The article that was changed last.
    pub(super) focus: Option<Sku>,
    /// All articles that this rests on.
    pub(super) touched: Vec<Sku>,
    /// Words that name nothing, and may mean something.
    pub(super) unknown: Vec<String>,
    /// Why the seller has to decide.
    pub(super) for_seller: Option<String>,
}

impl Changed {
    /// The deal once the buyer has read the answer; `None`: it stays as it is. What was shown to say yes to is no longer
    /// what would be ordered.
    pub(super) fn deal(&self, before: &Deal) -> Option<Deal> {
        (self.cart != before.cart).then(|| {
            let mut checkout = before.checkout.clone();
            if let Some(checkout) = &mut checkout {
                checkout.summary = None;
            }
            Deal {
                cart: self.cart.clone(),
                checkout,
            }
        })
    }
}

/// Changes the cart of a question as its words say.
pub(super) fn change(question: &Question, terms: &Terms, known: &Known) -> Changed {
    let mut work = Work {
        question,
        terms,
        known,
        focus: question.focus.clone().filter(|_| !question.anew),
        waiting: Vec::new(),
        answer: None,
        changed: Changed {
            cart: question.sale.deal.cart.clone(),
            ..Changed::default()
        },
    };
    let (wishes, answer) = asked::wishes(question, known, &work.changed.cart);
    work.answer = answer;
    for wish in &wishes {
        work.wish(wish);
    }
    if wishes.is_empty() {
        work.ask(Vec::new(), false, &question.text);
    }
    work.finish()
}

/// A cart being changed.
pub(super) struct Work<'a> {
    pub(super) question: &'a Question,
    pub(super) terms: &'a Terms,
    pub(super) known: &'a Known,
    pub(super) focus: Option<Sku>,
    /// Words of wishes that wait for an answer.
    pub(super) waiting: Vec<String>,
    /// What the buyer answered, until it is used.
    pub(super) answer: Option<Said>,
    pub(super) changed: Changed,
}

impl Work<'_> {
    fn range(&self) -> Range<'_> {
        Range {
            question: self.question,
            known: self.known,
            cart: &self.changed.cart,
            focus: self.focus.as_ref(),
            like: None,
        }
    }

    fn wish(&mut self, wish: &CartWish) {
        match &wish.deed {
            CartDeed::Clear => return self.changed.cart.lines.clear(),
            CartDeed::Show => return,
            _ => {}
        }
        let among = self.among(&wish.deed);
        let mut wish = wish.clone();
        let mut meant = self.range().meant(&wish.target, among);
        let unclear = matches!(
            meant,
            Meant::OneOf(_) | Meant::Near(_) | Meant::Unsaid | Meant::Unknown(_)
        );
        if unclear && let Some(said) = self.answer.take() {
            meant = self.range().answered(&wish.target, &said.target, among);
            if let (Some(pieces), CartDeed::Add { .. } | CartDeed::Take | CartDeed::Set { .. }) =
                (said.pieces, &wish.deed)
            {
                wish.deed = CartDeed::Set {
                    pieces,
                    fresh: true,
                };
            }
        }
        let skus = match meant {
            Meant::These(skus) => skus,
            Meant::OneOf(found) => return self.ask(found, false, &wish.text),
            Meant::Near(found) if wish.plain => return self.ask(found, true, &wish.text),
            Meant::Near(_) => return,
            Meant::NotInCart(sku) => return self.note(Note::NotThere(sku)),
            Meant::NoPlace => return self.note(Note::NoPlace),
            Meant::Unsaid => return self.unsaid(&wish, among),
            Meant::Unknown(words) => {
                self.changed.unknown.push(words.clone());
                // Chatter beside what was asked for names nothing, and nothing is said of it.
                if wish.plain || !self.has_done() {
                    self.note(Note::Unknown(words));
                }
                return;
            }
        };
        if let (
            CartDeed::Less {
                pieces,
                counted: false,
            },
            [only],
        ) = (&wish.deed, skus.as_slice())
            && self.changed.cart.lines.len() > 1
            && self.pieces(only) <= *pieces
            && let Some(line) = self.line_at(*pieces)
        {
            return self.act(&CartDeed::Remove, &[line], &wish.text);
        }
        self.act(&wish.deed, &skus, &wish.text);
    }

    /// The article of a line, counted from 1.
    fn line_at(&self, nth: u32) -> Option<Sku> {
        let at = usize::try_from(nth).ok()?.checked_sub(1)?;
        self.changed.cart.lines.get(at).map(|line| line.sku.clone())
    }

    fn has_done(&self) -> bool {
        self.changed.cart != self.question.sale.deal.cart
    }

    fn among(&self, deed: &CartDeed) -> Among {
        match deed {
            CartDeed::Add { again: false, .. } => Among::Shop { tie: false },
            CartDeed::Take | CartDeed::Set { fresh: true, .. } => Among::Shop { tie: true },
            CartDeed::Keep { .. } if self.changed.cart.is_empty() => Among::Shop { tie: true },
            CartDeed::Add { again: true, .. } | CartDeed::Set { fresh: false, .. } => {
                Among::LinesFirst
            }
            CartDeed::Less { .. }
            | CartDeed::Times(_)
            | CartDeed::Half
            | CartDeed::AsMany
            | CartDeed::Remove
            | CartDeed::Keep { .. }
            | CartDeed::Swap { .. }
            | CartDeed::Clear
            | CartDeed::Show => Among::Lines,
        }
    }

    /// Nothing is named, and nothing in the cart was talked about.
    fn unsaid(&mut self, wish: &CartWish, among: Among) {
        let lines: Vec<Sku> = self
            .changed
            .cart
            .lines
            .iter()
            .map(|line| line.sku.clone())
            .collect();
        // «убери 2», and no word for pieces: the second line, when it cannot be so many of something.
        if let CartDeed::Less {
            pieces,
            counted: false,
        } = &wish.deed
            && let Some(line) = self.line_at(*pieces)
        {
            return self.act(&CartDeed::Remove, &[line], &wish.text);
        }
        if among == Among::Lines && lines.is_empty() {
            return;
        }
        self.ask(lines, false, &wish.text);
    }

    fn act(&mut self, deed: &CartDeed, skus: &[Sku], text: &str) {
        if let CartDeed::Keep { only: true } = deed
            && !self.changed.cart.is_empty()
        {
            self.changed
                .cart
                .lines
                .retain(|line| skus.contains(&line.sku));
            self.focus = skus.first().cloned();
            return;
        }
        // «столько же»: as what was talked about, else as the only other line.
        let like = self.focus.clone().filter(|sku| !skus.contains(sku));
        let like = like.or_else(|| {
            let mut others = self
                .changed
                .cart
                .lines
                .iter()
                .filter(|line| !skus.contains(&line.sku));
            let only = others.next().map(|line| line.sku.clone());
            only.filter(|_| others.next().is_none())
        });
        if *deed == CartDeed::AsMany && like.is_none() {
            return self.ask(Vec::new(), false, text);
        }
        for sku in skus {
            let pieces = self.pieces(sku);
            match deed {
                CartDeed::Add { pieces: more, .. } => self.put(sku, pieces.saturating_add(*more)),
                CartDeed::Take | CartDeed::Keep { only: true } => self.put(sku, pieces.max(1)),
                CartDeed::Set { pieces, .. } => self.put(sku, *pieces),
                CartDeed::Less { pieces: less, .. } => self.put(sku, pieces.saturating_sub(*less)),
                CartDeed::Times(times) => self.put(sku, pieces.saturating_mul(*times)),
                CartDeed::Half => self.put(sku, pieces.saturating_sub(pieces / 2)),
                CartDeed::AsMany => {
                    let as_many = like.as_ref().map_or(0, |like| self.pieces(like));
                    self.put(sku, as_many.max(1));
                }
                CartDeed::Remove => self.put(sku, 0),
                CartDeed::Swap { to, pieces: wanted } => {
                    self.swap(sku, to, wanted.unwrap_or(pieces), text);
                }
                CartDeed::Keep { only: false } | CartDeed::Clear | CartDeed::Show => {}
            }
            self.focus = Some(sku.clone());
        }
        if let CartDeed::Swap { .. } = deed {
            self.focus = self.changed.focus.clone().or_else(|| self.focus.take());
        }
    }

    fn swap(&mut self, from: &Sku, to: &CartTarget, pieces: u32, text: &str) {
        let among = Among::Shop { tie: false };
        let mut range = self.range();
        range.like = Some(from);
        let mut meant = range.meant(to, among);
        if !matches!(meant, Meant::These(_))
            && let Some(said) = self.answer.take()
        {
            meant = self.range().answered(to, &said.target, among);
        }
        let skus = match meant {
            Meant::These(skus) => skus,
            Meant::OneOf(found) => return self.ask(found, false, text),
            Meant::Near(found) => return self.ask(found, true, text),
            Meant::NotInCart(sku) => vec![sku],
            Meant::NoPlace => return self.note(Note::NoPlace),
            Meant::Unsaid => return self.ask(Vec::new(), false, text),
            Meant::Unknown(words) => {
                self.changed.unknown.push(words.clone());
                return self.note(Note::Unknown(words));
            }
        };
        for sku in skus.iter().filter(|sku| *sku != from) {
            let before = self.pieces(sku);
            self.put(sku, before.saturating_add(pieces));
            // What cannot be had does not take the place of what can.
            if self.pieces(sku) > before {
                self.put(from, 0);
            }
            self.changed.focus = Some(sku.clone());
        }
    }
}
