//! What an order needs to know of a buyer, in the buyer's words: who, how to reach them, where to.
//!
//! Several of these in one message are told apart by what stands between commas. Whatever is not certain is left out: it
//! is asked for, and a wrong one would be written on a parcel.

mod names;
mod parts;
#[cfg(test)]
mod tests;

use schemas::{Personal, conversation::Detail};

pub use names::a_name;

use crate::{
    consent::{Consent, consent},
    entities::{Context, EntityValue, Settlement, SettlementKind, entities},
};
use names::{is_a_name, named, says_something_else};
use parts::{Label, is_address, is_carrier, is_filler, is_pickup, label, parts, without_lead};

/// What a message tells of a buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The name.
    pub name: Option<Personal<String>>,
    /// Digits with a leading `+`.
    pub phone: Option<Personal<String>>,
    /// A mail address in lower case.
    pub email: Option<Personal<String>>,
    /// Whether the buyer fetches the goods.
    pub pickup: bool,
    /// The town or region.
    pub place: Option<Settlement>,
    /// A place that nobody knows.
    pub unknown_place: Option<Personal<String>>,
    /// Street and house, or a pick-up point.
    pub address: Option<Personal<String>>,
    /// What is named without a value: «адрес другой», "the phone is wrong".
    pub mentioned: Vec<Detail>,
}

impl Details {
    /// Whether it tells nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it has a value, and not only names what is to be different.
    #[must_use]
    pub fn has_value(&self) -> bool {
        let without = Self {
            mentioned: Vec::new(),
            ..self.clone()
        };
        !without.is_empty()
    }
}

/// Reads a message that may answer the question for `asked`.
#[must_use]
pub fn details(text: &str, asked: Option<Detail>) -> Details {
    let mut told = Details::default();
    let context = Context {
        asked_place: asked == Some(Detail::Delivery),
        ..Context::default()
    };
    // What is no contact is read part by part, a contact parts like a comma.
    let mut rest = text.to_owned();
    let found = entities(text, &context);
    for entity in found.iter().rev() {
        match &entity.value {
            EntityValue::Phone(phone) => told.phone = Some(Personal::new(phone.clone())),
            EntityValue::Email(email) => told.email = Some(Personal::new(email.clone())),
            _ => continue,
        }
        rest.replace_range(entity.range.clone(), " , ");
    }
    let mut reader = Reader {
        asked,
        context,
        contact: told.phone.is_some() || told.email.is_some(),
        told,
        address: Vec::new(),
        names: Vec::new(),
        labels: Vec::new(),
        alone: false,
    };
    reader.read(&rest);
    reader.finish()
}

/// A message under reading.
struct Reader {
    asked: Option<Detail>,
    context: Context,
    /// Whether a phone or a mail address was found.
    contact: bool,
    told: Details,
    /// Street, house, flat, as they were typed.
    address: Vec<String>,
    /// What may be a name, when the rest of the message says that this is who buys.
    names: Vec<String>,
    labels: Vec<Label>,
    /// Whether the message is one part: the answer to one question.
    alone: bool,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let mut under = None;
        let parts = parts(text);
        self.alone = parts.len() == 1 && !self.contact;
        for part in parts {
            let (said, part) = label(&part);
            if let Some(said) = said {
                self.labels.push(said);
                under = Some(said);
            }
            let part = without_lead(part);
            if part.is_empty() || is_filler(part) {
                continue;
            }
            self.part(part, under);
        }
    }

    fn part(&mut self, part: &str, under: Option<Label>) {
        if let Some(name) = named(part) {
            self.told.name = Some(Personal::new(name));
            return;
        }
        let name =
            under == Some(Label::Name) || (self.asked == Some(Detail::Name) && under.is_none());
        if name && is_a_name(part) {
            self.told.name.get_or_insert(Personal::new(capitals(part)));
            return;
        }
        if is_pickup(part) && !is_carrier(part) {
            self.told.pickup = true;
            return;
        }
        if self.is_name_like_a_town(part) {
            self.names.push(part.to_owned());
            return;
        }
        let rest = self.without_place(part);
        let place_was_named = rest != part;
        let rest = without_lead(&rest);
        if rest.is_empty() || is_filler(rest) {
            return;
        }
        let wanted = under == Some(Label::Address);
        if is_address(rest) || is_carrier(rest) || wanted {
            self.address.push(rest.to_owned());
        } else if !place_was_named && is_a_name(rest) {
            self.names.push(rest.to_owned());
        } else if self.asked == Some(Detail::Address) && is_short(rest) {
            self.address.push(rest.to_owned());
        }
    }

    /// «Пётр Иванов» lives in no Ivanovo: a surname behind a first name, each with its capital.
    fn is_name_like_a_town(&self, part: &str) -> bool {
        let mut words = part.split_whitespace();
        let capitals = words.all(|word| word.starts_with(char::is_uppercase));
        let behind = entities(part, &self.context)
            .iter()
            .any(|entity| matches!(entity.value, EntityValue::Place(_)) && entity.range.start > 0);
        behind && capitals && self.asked != Some(Detail::Address) && is_a_name(part)
    }

    /// The part without the place in it, which is kept; the whole part when it names none.
    fn without_place(&mut self, part: &str) -> String {
        let mut rest = part.to_owned();
        for entity in entities(part, &self.context).iter().rev() {
            match &entity.value {
                // «ул. Казанская», «Московский проспект 5»: a street is no town.
                EntityValue::Place(place) if !parts::is_of_street(part, &entity.range) => {
                    let known = self.told.place.map(Settlement::kind);
                    if known != Some(SettlementKind::City) {
                        self.told.place = Some(*place);
                    }
                }
                EntityValue::UnknownPlace(place)
                    if self.asked == Some(Detail::Delivery) && self.alone && !is_address(part) =>
                {
                    self.told.unknown_place = Some(Personal::new(place.clone()));
                }
                _ => continue,
            }
            rest.replace_range(entity.range.clone(), " ");
        }
        rest
    }

    fn finish(mut self) -> Details {
        if self.told.place.is_some() || self.told.pickup {
            self.told.unknown_place = None;
        }
        // A name in front of an address is part of it when that is what was asked: «Баумана, 5».
        let asked_address = self.asked == Some(Detail::Address);
        if asked_address && self.told.name.is_none() && !self.contact {
            let agrees = |name: &String| consent(name) == Consent::Unclear;
            let mut streets: Vec<String> = self.names.drain(..).filter(agrees).collect();
            streets.append(&mut self.address);
            self.address = streets;
        }
        let is_whole = self.contact || self.told.place.is_some() || !self.address.is_empty();
        let capital = |name: &&String| name.starts_with(char::is_uppercase);
        if self.told.name.is_none()
            && is_whole
            && let Some(name) = self.names.iter().find(capital)
        {
            self.told.name = Some(Personal::new(name.clone()));
        }
        if !self.address.is_empty() {
            self.told.address = Some(Personal::new(self.address.join(", ")));
        }
        for label in &self.labels {
            let detail = label.detail();
            if !self.told.mentioned.contains(&detail) && !self.has(detail) {
                self.told.mentioned.push(detail);
            }
        }
        self.told
    }

    fn has(&self, detail: Detail) -> bool {
        match detail {
            Detail::Delivery => {
                self.told.pickup || self.told.place.is_some() || self.told.unknown_place.is_some()
            }
            Detail::Address => self.told.address.is_some(),
            Detail::Name => self.told.name.is_some(),
            Detail::Contact => self.contact,
        }
    }
}

/// Whether it is an answer and not a talk.
fn is_short(part: &str) -> bool {
    const LONGEST: usize = 12;
    let house = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let words = part.split_whitespace().count();
    house || (words <= LONGEST && consent(part) == Consent::Unclear && !says_something_else(part))
}

/// A name as it is written: «иван петров» is «Иван Петров».
fn capitals(name: &str) -> String {
    let words = name.split_whitespace().map(|word| {
        let mut letters = word.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        first + letters.as_str()
    });
    words.collect::<Vec<_>>().join(" ")
}
