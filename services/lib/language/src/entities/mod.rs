//! What a message names: how many, which one, for how much, how large, where to, and how to reach
//! somebody.
//!
//! Rules and word lists, no model: what is not certain is left out, because a missing value is
//! asked for and a wrong one is acted on. Ranges (`2-3 шт`), dates, durations, article numbers and
//! addresses of the web hold nothing on purpose. Absent: any knowledge of a shop's goods.

pub(crate) mod amounts;
mod contacts;
pub(crate) mod counts;
mod coverage;
mod declension;
mod gazetteer;
#[cfg(test)]
mod laws;
pub(crate) mod lists;
mod numerals;
mod ordinals;
pub(crate) mod pieces;
mod places;
mod prices;
mod reading;
mod sizes;

use std::ops::Range;

use schemas::Kopecks;

pub use coverage::{Closeness, covers};
pub use gazetteer::{Settlement, SettlementKind, settlement, settlements};

use crate::language::detect;
use reading::Reading;

/// Something in a text that has a value of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The bytes of the text that it stands in, on character boundaries.
    pub range: Range<usize>,
    /// What it says.
    pub value: EntityValue,
}

/// What a part of a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityValue {
    /// So many pieces: «5 шт», «пару», "a dozen", «по 3»; a bare number beside a word of the cart.
    Quantity(u32),
    /// A place in a list: «второй», `#2`, "the last one".
    Ordinal(Place),
    /// A price in the shop's rubles: «за 2000», «2к», «полторы тысячи».
    Price(Kopecks),
    /// An amount to be taken off a price: «скиньте 500», "300 off".
    Discount(Kopecks),
    /// A price in another money, which Torg does not convert: `$20`, «20 евро».
    ForeignPrice {
        /// In hundredths: cents.
        hundredths: i64,
        /// The money, as far as the buyer named it.
        currency: Currency,
    },
    /// Whole per cents: `10%`.
    Percent(u32),
    /// Two or more lengths, as [`digits_in`](crate::digits_in) spells them: `10х100`.
    Dimensions(Vec<String>),
    /// A number with a unit, never a count: `20 л`, "14 inches", «размер 42».
    Measure {
        /// As [`digits_in`](crate::digits_in) spells it.
        value: String,
        /// What it is counted in.
        unit: Unit,
    },
    /// A city, region, part of the country or country that the gazetteer knows.
    Place(Settlement),
    /// A place by its position in the sentence, as typed; the gazetteer does not know it.
    UnknownPlace(String),
    /// A telephone number: `+` and digits; Russian ones begin with `+7`.
    Phone(String),
    /// An e-mail address in lower case.
    Email(String),
}

/// A place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Counted from 1.
    Nth(u32),
    /// The last one, however long the list is.
    Last,
}

/// Money that is not rubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the moneys")]
pub enum Currency {
    Dollar,
    Euro,
    Pound,
    Tenge,
    Yuan,
    Peso,
    Hryvnia,
}

/// What a measure is counted in; [`Unit::Size`] is the size of clothes and shoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the units")]
pub enum Unit {
    Litre,
    Millilitre,
    Kilogram,
    Gram,
    Tonne,
    Millimetre,
    Centimetre,
    Metre,
    Kilometre,
    Inch,
    Foot,
    Ounce,
    Pound,
    Watt,
    Kilowatt,
    Volt,
    Ampere,
    AmpereHour,
    MilliampereHour,
    Megabyte,
    Gigabyte,
    Terabyte,
    Degree,
    Size,
}

/// What the conversation knows and a message leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// How many entries the list on the buyer's screen has; 0 when none is shown.
    pub list_length: u32,
    /// The bot's last question was where to.
    pub asked_place: bool,
    /// The bot's last question was how many.
    pub asked_quantity: bool,
    /// The talk is about the price.
    pub haggling: bool,
}

/// All entities of a text, in order and not overlapping.
#[must_use]
pub fn entities(text: &str, context: &Context) -> Vec<Entity> {
    let contacts = contacts::contacts(text);
    let claimed: Vec<Range<usize>> = contacts.iter().map(|e| e.range.clone()).collect();
    let pieces = pieces::pieces(text, &claimed);
    let amounts = amounts::amounts(&pieces, detect(text, None));
    let mut reading = Reading::new(text, context, pieces, amounts, contacts);
    sizes::sizes(&mut reading);
    counts::counted_pieces(&mut reading);
    prices::prices(&mut reading);
    ordinals::ordinals(&mut reading);
    counts::counts(&mut reading);
    ordinals::bare(&mut reading);
    places::places(&mut reading);
    reading.finish()
}
