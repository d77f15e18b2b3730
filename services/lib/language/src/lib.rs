//! Understanding and writing the short messages of a sale, in Russian, English and Spanish.
//!
//! Understanding: one spelling ([`normalise`]), the language ([`detect`]), what is wanted
//! ([`Classifier`]), words ([`tokens`]), colours ([`colours_in`]), numbers ([`digits_in`]),
//! places in a list ([`ordinal`]), and what has a value of its own ([`entities()`]): counts, prices,
//! measures, cities and regions. How well, [`eval`] counts. Writing: [`say`], [`when`]. Everything is a pure function of its input;
//! only opening the model and own lines reads files, and only the classifier's cache writes one.
//! Absent on purpose: any network, any clock, any knowledge of a shop's goods.

pub mod eval;

mod bank;
mod cache;
mod cart;
mod charsmap;
mod classifier;
mod colours;
mod consent;
mod details;
mod digits;
mod encoder;
mod entities;
mod faq;
mod grams;
mod head;
mod language;
mod last_time;
mod latin;
mod layers;
mod lexicon;
mod link;
mod masks;
mod moments;
mod normalise;
mod npz;
mod numbers;
mod own_lines;
mod parallel;
mod prior;
mod projection;
mod regression;
mod say;
mod thresholds;
mod tokenizer;
mod tokens;
mod translit;
mod wire;

pub use cart::{
    CartChange, CartContext, CartDeed, CartTarget, CartWish, cart_wishes, changes_cart,
};
pub use classifier::{Classified, Classifier, ClassifierError, Nearest};
pub use colours::{Colour, colour_of, colours_in};
pub use consent::{Consent, consent, gives_up};
pub use details::{Details, a_name, details};
pub use encoder::{
    DIMENSIONS, Encoder, EncoderError, MODEL_NAME, TOKENIZER_SHA256, WEIGHTS_SHA256,
};
pub use entities::{
    Closeness, Context, Currency, Entity, EntityValue, Place, Settlement, SettlementKind, Unit,
    covers, entities, settlement, settlements,
};
pub use faq::{FaqMatch, FaqMatcher};
pub use language::detect;
pub use last_time::{LastTime, last_time};
pub use link::{Link, link, mail_code};
pub use masks::{is_masked, masked};
pub use moments::when;
pub use normalise::normalise;
pub use numbers::{digits_in, ordinal};
pub use own_lines::{Contradiction, OwnLines, OwnLinesError};
pub use prior::Prior;
pub use projection::{PROJECTED, project};
pub use say::{Arg, SayError, money, say};
pub use tokens::{Token, similarity, tokens};
pub use translit::to_cyrillic;
