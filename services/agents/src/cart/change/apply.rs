//! What wishes make of a cart. Pure: the same wishes on the same cart and shop come to the same.

use language::{CartContext, CartDeed, CartTarget, CartWish, Place, cart_wishes};
use schemas::{
    Sku,
    conversation::{Asked, Cart, Deal, Intent},
    stock::Quantity,
};

use super::{
    Known,
    aim::{Among, Meant, Range},
    price::Terms,
};
use crate::{answer::Question, goods, pricing};

/// Nobody orders more pieces of an article in a chat.
const MOST_PIECES: u32 = 100_000;
/// How many articles of its kind are named in place of one that is sold out.
const ALTERNATIVES: usize = 3;

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
        changed: Changed {
            cart: question.sale.deal.cart.clone(),
            ..Changed::default()
        },
    };
    let (wishes, mut answer) = work.wishes();
    for wish in &wishes {
        work.wish(wish, &mut answer);
    }
    if wishes.is_empty() {
        work.ask(Vec::new(), false, &question.text);
    }
    work.finish()
}

/// A cart being changed.
struct Work<'a> {
    question: &'a Question,
    terms: &'a Terms,
    known: &'a Known,
    focus: Option<Sku>,
    /// Words of wishes that wait for an answer.
    waiting: Vec<String>,
    changed: Changed,
}

/// What the buyer answered to which article is meant.
struct Said {
    target: CartTarget,
    pieces: Option<u32>,
}

impl Work<'_> {
    /// The wishes, and what the buyer answered about the one that was not clear.
    fn wishes(&self) -> (Vec<CartWish>, Option<Said>) {
        let numbered = numbered(self.question, self.known);
        let context = CartContext {
            language: Some(self.question.language),
            numbered: &numbered,
            has_places: !self.question.list.is_empty() || !self.changed.cart.is_empty(),
        };
        let text = self.question.text.as_str();
        let asked = match &self.question.asked {
            Some(Asked::Product {
                intent: Intent::CartAdd | Intent::CartRemove,
                text: asked,
            }) => text
                .strip_prefix(asked.text())
                .map(|said| (asked.text(), said.trim())),
            _ => None,
        };
        let Some((asked, said)) = asked.filter(|(_, said)| !said.is_empty()) else {
            return (cart_wishes(text, &context), None);
        };
        let answers = cart_wishes(said, &context);
        // A bare number is a place of the list that was shown.
        let place = said.trim_end_matches(['.', '!', ')']).parse::<u32>().ok();
        let place = place
            .filter(|place| usize::try_from(*place).is_ok_and(|p| p <= self.question.list.len()));
        let said = match (place, answers.into_iter().next()) {
            (Some(place), _) => Said {
                target: CartTarget {
                    places: vec![Place::Nth(place)],
                    ..CartTarget::default()
                },
                pieces: None,
            },
            (None, Some(answer)) => Said {
                pieces: match answer.deed {
                    CartDeed::Set { pieces, .. } => Some(pieces),
                    _ => None,
                },
                target: answer.target,
            },
            (None, None) => return (cart_wishes(text, &context), None),
        };
        (cart_wishes(asked, &context), Some(said))
    }

    fn range(&self) -> Range<'_> {
        Range {
            question: self.question,
            known: self.known,
            cart: &self.changed.cart,
            focus: self.focus.as_ref(),
        }
    }

    fn wish(&mut self, wish: &CartWish, answer: &mut Option<Said>) {
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
        if unclear && let Some(said) = answer.take() {
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
            return self.act(&CartDeed::Remove, &[line]);
        }
        self.act(&wish.deed, &skus);
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
            return self.act(&CartDeed::Remove, &[line]);
        }
        if among == Among::Lines && lines.is_empty() {
            return;
        }
        self.ask(lines, false, &wish.text);
    }

    fn act(&mut self, deed: &CartDeed, skus: &[Sku]) {
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
        let like = self.focus.clone();
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
                    self.swap(sku, to, wanted.unwrap_or(pieces));
                }
                CartDeed::Keep { only: false } | CartDeed::Clear | CartDeed::Show => {}
            }
            self.focus = Some(sku.clone());
        }
        if let CartDeed::Swap { .. } = deed {
            self.focus = self.changed.focus.clone().or_else(|| self.focus.take());
        }
    }

    fn swap(&mut self, from: &Sku, to: &CartTarget, pieces: u32) {
        let mut range = self.range();
        range.focus = Some(from);
        let skus = match range.meant(to, Among::Shop { tie: false }) {
            Meant::These(skus) => skus,
            Meant::OneOf(found) => return self.ask_for(found, false, from, pieces),
            Meant::Near(found) => return self.ask_for(found, true, from, pieces),
            Meant::NotInCart(sku) => vec![sku],
            Meant::NoPlace => return self.note(Note::NoPlace),
            Meant::Unsaid => return self.ask(Vec::new(), false, &self.question.text),
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

    /// Which one is to take the place of another: it goes when it is known.
    fn ask_for(&mut self, found: Vec<Sku>, near: bool, from: &Sku, pieces: u32) {
        let name = self.changed.cart.line(from).map(|line| line.name.clone());
        tracing::debug!(name = name.is_some(), pieces, "asked what to swap for");
        self.ask(found, near, &self.question.text);
    }

    fn pieces(&self, sku: &Sku) -> u32 {
        self.changed.cart.line(sku).map_or(0, |line| line.pieces)
    }

    /// So many pieces of an article in all, as far as there are.
    fn put(&mut self, sku: &Sku, pieces: u32) {
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

    fn touch(&mut self, sku: &Sku) {
        if !self.changed.touched.contains(sku) {
            self.changed.touched.push(sku.clone());
        }
    }

    fn note(&mut self, note: Note) {
        if let Note::NotThere(sku) = &note {
            self.touch(sku);
        }
        if !self.changed.notes.contains(&note) {
            self.changed.notes.push(note);
        }
    }

    /// Only the first unclear wish is asked about; the others wait in the words.
    fn ask(&mut self, candidates: Vec<Sku>, near: bool, text: &str) {
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

    fn finish(mut self) -> Changed {
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

/// Words and the numbers behind them in the shop's names: «Штиль 3».
fn numbered(question: &Question, known: &Known) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for shown in &known.articles {
        let tokens = language::tokens(&shown.product.name, question.language);
        for pair in tokens.windows(2) {
            if let [word, number] = pair
                && number.is_number()
                && !word.is_number()
            {
                found.push((word.word.clone(), number.word.clone()));
            }
        }
    }
    found
}

impl Range<'_> {
    /// What an answer says of a wish that was not clear: a place, one of the candidates by its words, or by the words
    /// of both together.
    fn answered(&self, asked: &CartTarget, said: &CartTarget, among: Among) -> Meant {
        if said.words.is_empty() || !said.places.is_empty() || said.code.is_some() {
            return self.meant(said, among);
        }
        let both = CartTarget {
            words: format!("{} {}", asked.words, said.words).trim().to_owned(),
            ..said.clone()
        };
        match self.meant(&both, among) {
            Meant::These(found) => Meant::These(found),
            unclear => match self.meant(said, among) {
                Meant::These(found) => Meant::These(found),
                _ if goods::terms(&said.words, self.question.language).is_empty() => {
                    self.meant(asked, among)
                }
                _ => unclear,
            },
        }
    }
}
