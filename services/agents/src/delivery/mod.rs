//! Delivery: where to, for how much and how long, from the seller's delivery table.
//!
//! Price and days are what a row says, never more: nothing is added up, no date is promised, and a way of sending that
//! no row names is a matter for the seller's own answers.

mod asks;
pub(crate) mod rows;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use domain::Shop;
use language::{SayError, say};
use schemas::{
    Personal,
    conversation::{Asked, Delivery, Entity, KnownPlace},
    shop::{DeliveryRecorded, DeliveryRow, RulesRecorded, SettingsRecorded},
};

use crate::{
    answer::{Answer, Answered, Desk, Question, Trouble},
    general::{
        about::{About, Said, together},
        asks::{Words, asks_hours, asks_where},
        faq::Known,
    },
};
use rows::{FreeFrom, is_pickup, row_for, rows_inside};
use words::{First, Line, Speaker, place_name};

/// A table of so few rows is told whole; of more, the town is asked for.
const SHORT_TABLE: usize = 4;

/// The tabs that delivery is answered from.
#[derive(Clone, Copy)]
pub(crate) struct Tables<'a> {
    delivery: &'a DeliveryRecorded,
    rules: &'a RulesRecorded,
    settings: &'a SettingsRecorded,
}

impl<'a> Tables<'a> {
    const fn of(shop: &'a Shop) -> Self {
        Self {
            delivery: shop.delivery(),
            rules: shop.rules(),
            settings: shop.about(),
        }
    }
}

/// Answers where to, for how much and how long.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Answered, Trouble> {
    let shop = desk.shop(question).await?;
    let known = desk
        .faqs()
        .find(&question.shop, &shop, &question.text)
        .await;
    let known = known.filter(|known| known.is_sure_of_delivery(&shop));
    Ok(reply(question, Tables::of(&shop), known.as_ref())?)
}

/// What is said; `known` is the seller's question that surely is asked.
fn reply(
    question: &Question,
    tables: Tables<'_>,
    known: Option<&Known>,
) -> Result<Answered, SayError> {
    let case = Case {
        question,
        words: Words::of(&question.text),
        known,
        speaker: Speaker {
            language: question.language,
            tables,
        },
        about: About(tables.settings),
    };
    let mut places = places(&question.entities);
    if places.is_empty() && asks_hours(&case.words) {
        let hours = case.about.hours(question.language)?;
        return case.seller_or(
            hours.map(given),
            "neither the faq nor the settings tab says when",
        );
    }
    if asks::pickup(&case.words) || (places.is_empty() && asks_where(&case.words)) {
        return case.pickup();
    }
    let mut rows: Vec<&DeliveryRow> = tables.delivery.rows.iter().collect();
    let carriers = asks::carriers(&case.words);
    if !carriers.is_empty() {
        let named = |row: &&DeliveryRow| Words::of(&row.region).begin(&carriers);
        rows.retain(named);
        if rows.is_empty() {
            return case.seller_or(
                None,
                "no row of the delivery table names this way of sending",
            );
        }
    }
    let ordering =
        ordered_to(question).filter(|_| known.is_none() && !has_unknown(&question.entities));
    if places.is_empty() {
        places.extend(&ordering);
    }
    if !places.is_empty() {
        return case.to_places(&rows, &places);
    }
    if has_unknown(&question.entities) {
        return case.seller_or(
            None,
            "the gazetteer does not know the place, so no row speaks of it",
        );
    }
    case.anywhere(&rows)
}

/// One question with what it is answered from.
struct Case<'a> {
    question: &'a Question,
    words: Words,
    /// The seller's own answer, when it surely fits.
    known: Option<&'a Known>,
    speaker: Speaker<'a>,
    about: About<'a>,
}

impl Case<'_> {
    /// The seller's own answer, else `other`, else nothing for the reason given.
    fn seller_or(&self, other: Option<Answer>, reason: &str) -> Result<Answered, SayError> {
        let own = self.known.map(|known| known.answer(self.question.language));
        Ok(match own.transpose()?.or(other) {
            Some(answer) => Answered::Given(answer),
            None => Answered::Cannot(reason.to_owned()),
        })
    }

    /// Fetching it: the row, where, and when somebody is there.
    fn pickup(&self) -> Result<Answered, SayError> {
        let language = self.question.language;
        let mut rows = self.speaker.tables.delivery.rows.iter();
        let row = rows.find(|row| is_pickup(row));
        let row = row.filter(|_| asks::pickup(&self.words) || self.about.address_text().is_none());
        let mut parts: Vec<Said> = Vec::new();
        if let Some(row) = row {
            parts.push(self.speaker.pickup(row)?);
        }
        let told = |address: &str| {
            row.and_then(|row| row.days.as_deref())
                .is_some_and(|terms| terms.contains(address))
        };
        if self
            .about
            .address_text()
            .is_some_and(|address| !told(address))
        {
            parts.extend(self.about.address(language)?);
        }
        if parts.is_empty() {
            let reason =
                "neither a row of the delivery table nor the settings tab says where to fetch";
            return self.seller_or(None, reason);
        }
        parts.extend(self.about.hours(language)?);
        Ok(Answered::Given(given(together(parts))))
    }

    /// Each place that is named, in order.
    fn to_places(
        &self,
        rows: &[&DeliveryRow],
        places: &[&KnownPlace],
    ) -> Result<Answered, SayError> {
        let language = self.question.language;
        let (mut lines, mut without) = (Vec::new(), Vec::new());
        for place in places {
            let name = place_name(language, &place.name);
            let inside = rows_inside(rows, place);
            let own = row_for(rows, place);
            if own.is_none() && inside.is_empty() {
                without.push(name);
                continue;
            }
            lines.extend(own.map(|row| Line { place: name, row }));
            // Only what lies in a region beside its own row is worth telling; all of a country is too much.
            if inside.len() < SHORT_TABLE {
                let other = inside.into_iter().filter(|row| Some(*row) != own);
                lines.extend(other.map(|row| Line::of_row(language, row)));
            } else if own.is_none() {
                return self.ask_where(None);
            }
        }
        if lines.is_empty() {
            let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
            let reason = match rows {
                [] => "the delivery table is empty".to_owned(),
                _ => format!("no row of the delivery table covers {}", names.join(", ")),
            };
            return self.seller_or(None, &reason);
        }
        let mut parts = vec![self.told(&lines)?];
        if !without.is_empty() {
            let names = without.join(", ");
            let args = [("places", language::Arg::Text(&names))];
            parts.push(plain(say(language, "delivery-no-terms", &args)?));
        }
        let unknown = has_unknown(&self.question.entities);
        if unknown {
            parts.push(plain(say(language, "delivery-unknown-place", &[])?));
        }
        let mut answer = given(lines_apart(parts, lines.len()));
        answer.asked = unknown.then(|| self.asked());
        Ok(Answered::Given(answer))
    }

    /// No place is named: the seller's answer, the whole of a short table, or where to?
    fn anywhere(&self, rows: &[&DeliveryRow]) -> Result<Answered, SayError> {
        if self.known.is_some() {
            return self.seller_or(None, "");
        }
        if rows.is_empty() {
            return Ok(Answered::Cannot("the delivery table is empty".to_owned()));
        }
        if asks::abroad(&self.words) {
            let reason = "no country is named, and the table is read by places";
            return Ok(Answered::Cannot(reason.to_owned()));
        }
        if asks::by_a_day(&self.words) {
            let reason = "the delivery table promises no date";
            return Ok(Answered::Cannot(reason.to_owned()));
        }
        if rows.len() <= SHORT_TABLE {
            let language = self.question.language;
            let sent = rows.iter().filter(|row| !is_pickup(row));
            let lines: Vec<Line<'_>> = sent.map(|row| Line::of_row(language, row)).collect();
            let fetched = rows.iter().find(|row| is_pickup(row));
            let mut parts = Vec::new();
            if !lines.is_empty() {
                parts.push(self.told(&lines)?);
            }
            parts.extend(fetched.map(|row| self.speaker.pickup(row)).transpose()?);
            return Ok(Answered::Given(given(lines_apart(parts, lines.len()))));
        }
        let free = FreeFrom::of(&self.speaker.tables.rules.rows);
        let free = free.filter(|_| asks::free(&self.words));
        let free = free.map(|free| self.speaker.free_anywhere(&free));
        self.ask_where(free.transpose()?)
    }

    /// The lines, with the order sum from which delivery is free where it can be.
    fn told(&self, lines: &[Line<'_>]) -> Result<Said, SayError> {
        let first = if asks::how_long(&self.words) {
            First::Days
        } else {
            First::Price
        };
        let mut parts = vec![self.speaker.lines(lines, first)?];
        if let Some(free) = FreeFrom::of(&self.speaker.tables.rules.rows) {
            parts.extend(self.speaker.free_from(&free, lines)?);
        }
        Ok(lines_apart(parts, lines.len()))
    }

    fn ask_where(&self, before: Option<Said>) -> Result<Answered, SayError> {
        let where_to = plain(say(self.question.language, "delivery-where", &[])?);
        let said = together(before.into_iter().chain([where_to]));
        Ok(Answered::Given(Answer {
            asked: Some(self.asked()),
            ..given(said)
        }))
    }

    fn asked(&self) -> Asked {
        Asked::Place {
            text: Personal::new(self.question.text.clone()),
        }
    }
}

/// Where the order in the making goes to: what is asked of delivery meanwhile is about that.
fn ordered_to(question: &Question) -> Option<KnownPlace> {
    let checkout = question.sale.deal.checkout.as_ref()?;
    match checkout.delivery.as_ref()? {
        Delivery::Shipped { place, .. } => Some(KnownPlace {
            name: place.clone(),
            region: String::new(),
        }),
        Delivery::Pickup => None,
    }
}

/// The places that are named, each once, in order.
fn places(entities: &[Entity]) -> Vec<&KnownPlace> {
    let mut places: Vec<&KnownPlace> = Vec::new();
    for entity in entities {
        if let Entity::Place(place) = entity
            && !places.contains(&place)
        {
            places.push(place);
        }
    }
    places
}

fn has_unknown(entities: &[Entity]) -> bool {
    let mut entities = entities.iter();
    entities.any(|entity| matches!(entity, Entity::UnknownPlace(_)))
}

/// Behind several lines a sentence begins a line of its own.
fn lines_apart(parts: Vec<Said>, lines: usize) -> Said {
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    Said {
        text: texts.join(if lines > 1 { "\n" } else { " " }),
        facts: parts.iter().flat_map(|part| part.facts.clone()).collect(),
    }
}

const fn plain(text: String) -> Said {
    Said {
        text,
        facts: Vec::new(),
    }
}

fn given(said: Said) -> Answer {
    Answer {
        text: said.text,
        facts: said.facts,
        ..Answer::default()
    }
}
