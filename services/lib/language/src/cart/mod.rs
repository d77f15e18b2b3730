//! What a message wants done to a cart: put in, take out, more, less, so many, only this.
//!
//! Words in, wishes out; which articles they mean is for whoever knows the shop and the cart. Rules and word lists, no
//! model. A clause without a verb takes that of its neighbour («термос и фонарь убери»); a verb that is denied
//! («не убирайте термос») does nothing.

mod clauses;
mod marks;
#[cfg(test)]
mod tests;
mod wishes;
mod words;

use schemas::conversation::Language;

use crate::entities::Place;

/// What a message says about a cart, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartWish {
    /// What is to be done.
    pub deed: CartDeed,
    /// With what.
    pub target: CartTarget,
    /// Whether a word says so, beyond naming an article: a verb, a count, a place.
    pub plain: bool,
    /// The words, with the verb that they took from a neighbour: read alone, they say the same.
    pub text: String,
}

/// What is to be done to a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartDeed {
    /// So many pieces more. `again`: of what is there («ещё один»).
    Add {
        /// How many.
        pieces: u32,
        /// Whether more of the same is asked for.
        again: bool,
    },
    /// It is wanted, in whatever number; one when there is none.
    Take,
    /// So many pieces in all. `fresh`: a verb of buying says so, and it need not be in the cart yet.
    Set {
        /// How many; 0 takes it out.
        pieces: u32,
        /// Whether it may be new.
        fresh: bool,
    },
    /// So many pieces less. `counted`: a word for pieces stands there; else the number may be a place.
    Less {
        /// How many.
        pieces: u32,
        /// Whether it can be nothing but a count.
        counted: bool,
    },
    /// So many times as many.
    Times(u32),
    /// Half of the pieces.
    Half,
    /// As many as there are of what was talked about.
    AsMany,
    /// None of it.
    Remove,
    /// It stays. `only`: and nothing else does.
    Keep {
        /// Whether all the rest goes.
        only: bool,
    },
    /// Something else in its place, as many pieces, or so many.
    Swap {
        /// What comes.
        to: CartTarget,
        /// How many of it.
        pieces: Option<u32>,
    },
    /// Everything goes.
    Clear,
    /// What is in the cart.
    Show,
}

/// What a wish is about. Nothing set: what was talked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CartTarget {
    /// An article number, as typed.
    pub code: Option<String>,
    /// Places of the list on screen, or of the cart.
    pub places: Vec<Place>,
    /// Words that may name an article.
    pub words: String,
    /// More than one thing is meant: «титановые», "the red ones", «обе».
    pub many: bool,
    /// Everything there is: «все», «каждого».
    pub all: bool,
}

impl CartTarget {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_unsaid(&self) -> bool {
        self.code.is_none() && self.places.is_empty() && self.words.is_empty() && !self.all
    }
}

/// What the words alone do not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct CartContext<'a> {
    /// The language of the conversation.
    pub language: Option<Language>,
    /// Words that stand before a number in articles' names, and the number: `штиль`, `3`.
    pub numbered: &'a [(String, String)],
    /// The shop's article numbers.
    pub codes: &'a [String],
    /// Whether places can be named at all: a list is on screen, or something is in the cart.
    pub has_places: bool,
}

/// Reads what a message wants done to a cart; empty when it says nothing of the kind.
#[must_use]
pub fn cart_wishes(text: &str, context: &CartContext<'_>) -> Vec<CartWish> {
    let marks = marks::marks(text, context);
    let clauses = clauses::clauses(marks);
    wishes::wishes(text, &clauses, context)
}

/// Whether a message changes a cart that has something in it, as far as its words alone tell: it has a verb of a cart,
/// or says how many more, fewer or in all.
#[must_use]
pub fn changes_cart(text: &str, language: Option<Language>) -> Option<CartChange> {
    let context = CartContext {
        language,
        has_places: true,
        ..CartContext::default()
    };
    let marks = marks::marks(text, &context);
    clauses::change(&clauses::clauses(marks))
}

/// Which way a message changes a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartChange {
    /// In, or to another number.
    In,
    /// Out, or fewer.
    Out,
}
