//! Whether a row of a seller's delivery table speaks of a place.

use super::{
    gazetteer::{Found, Settlement, SettlementKind},
    pieces::{Kind, Piece, pieces},
    places::matched,
};

/// How closely a row meets a place; of several rows the least one is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// The row names the place itself.
    Same,
    /// The row names the region that the city lies in.
    Region,
    /// The row names the part of the country, or the group of countries: «Сибирь», «СНГ».
    MacroRegion,
    /// The row names the whole country.
    Country,
    /// «Остальные регионы»: all of Russia that no other row names.
    Rest,
    /// «Весь мир».
    World,
}

/// How the region cell of a seller's row meets a place; `None` when it does not.
///
/// Cells may name several places («Москва и МО», «Урал, Сибирь»), leave some out («Вся Россия, кроме
/// Крыма»), or say «остальные регионы». «Самовывоз» meets no place.
#[must_use]
pub fn covers(row: &str, place: &Settlement) -> Option<Closeness> {
    let row = Row::read(row)?;
    let meets = |names: &[Settlement]| {
        names
            .iter()
            .filter_map(|name| closeness(*name, *place))
            .min()
    };
    if meets(&row.left_out).is_some() {
        return None;
    }
    let is_home = place.country().is_some_and(is_russia);
    meets(&row.named)
        .or_else(|| (row.is_rest && is_home).then_some(Closeness::Rest))
        .or_else(|| row.is_world.then_some(Closeness::World))
}

fn is_russia(place: Settlement) -> bool {
    place.name(schemas::conversation::Language::Ru) == "Россия"
}

fn closeness(row: Settlement, place: Settlement) -> Option<Closeness> {
    if row == place {
        Some(Closeness::Same)
    } else if place.region() == Some(row) {
        Some(Closeness::Region)
    } else if place.macro_regions().contains(&row) {
        Some(Closeness::MacroRegion)
    } else if place.country() == Some(row) {
        Some(Closeness::Country)
    } else {
        None
    }
}

/// What a cell says.
#[derive(Default)]
struct Row {
    named: Vec<Settlement>,
    left_out: Vec<Settlement>,
    is_rest: bool,
    is_world: bool,
}

impl Row {
    /// `None` when the row is about fetching and not about sending.
    fn read(cell: &str) -> Option<Self> {
        let pieces = pieces(cell, &[]);
        let any = |is: fn(&str) -> bool| pieces.iter().any(|piece| is(&piece.word));
        if any(is_pickup) {
            return None;
        }
        let mut row = Self::default();
        let mut leaves_out = false;
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            leaves_out |= is_except(&piece.word);
            at += match Self::name(&pieces, at) {
                Some((found, length)) => {
                    row.add(found.place, leaves_out, is_bracket(&pieces, at));
                    length
                }
                None => {
                    row.surroundings(&pieces, at);
                    1
                }
            };
        }
        row.is_rest = row.named.is_empty() && any(is_rest);
        row.is_world = row.named.is_empty() && any(is_world);
        Some(row)
    }

    /// The place that a cell names here; one that is also a common word only where it is the whole
    /// part: «Центр», not «центр города».
    fn name(pieces: &[Piece], at: usize) -> Option<(Found, usize)> {
        let (found, length) = matched(pieces, at, true)?;
        let is_end = |at: usize| {
            pieces.get(at).is_none_or(|piece| {
                piece.kind == Kind::Sign
                    || matches!(piece.word.as_str(), "и" | "and" | "y" | "кроме")
            })
        };
        let is_start = at == 0 || is_end(at - 1) || is_lead(pieces, at - 1);
        let is_whole = is_start && is_end(at + length);
        (!(found.weak || found.person) || is_whole).then_some((found, length))
    }

    fn add(&mut self, place: Settlement, leaves_out: bool, in_brackets: bool) {
        // «Химки (Московская область)» is the town only.
        let explains = in_brackets
            && self
                .named
                .last()
                .is_some_and(|last| last.region() == Some(place));
        if leaves_out {
            self.left_out.push(place);
        } else if !explains {
            self.named.push(place);
        }
    }

    /// «и область» behind a city.
    fn surroundings(&mut self, pieces: &[Piece], at: usize) {
        let is_around = pieces.get(at).is_some_and(|piece| {
            matches!(
                piece.word.as_str(),
                "область" | "обл" | "край" | "республика" | "region"
            )
        });
        let last = self.named.last().copied();
        if let Some(city) = last.filter(|last| is_around && last.kind() == SettlementKind::City) {
            let around = match city.name(schemas::conversation::Language::Ru) {
                "Москва" => super::gazetteer::settlement("Московская область"),
                "Санкт-Петербург" => {
                    super::gazetteer::settlement("Ленинградская область")
                }
                _ => city.region(),
            };
            self.named.extend(around);
        }
    }
}

fn is_bracket(pieces: &[Piece], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|at| pieces.get(at))
        .is_some_and(|piece| piece.word == "(")
}

fn is_lead(pieces: &[Piece], at: usize) -> bool {
    pieces.get(at).is_some_and(|piece| {
        let word = piece.word.as_str();
        matches!(word, "г" | "город" | "по" | "в" | "весь" | "вся" | "to")
            || word.starts_with("доставк")
    })
}

fn is_pickup(word: &str) -> bool {
    word.starts_with("самовывоз") || matches!(word, "pickup" | "pick" | "recogida" | "collection")
}

fn is_except(word: &str) -> bool {
    matches!(
        word,
        "кроме" | "исключая" | "без" | "except" | "excepto" | "excluding" | "menos"
    )
}

fn is_rest(word: &str) -> bool {
    ["остальн", "прочи", "други", "регион"]
        .iter()
        .any(|stem| word.starts_with(stem))
        || matches!(
            word,
            "rest" | "other" | "otras" | "otros" | "resto" | "regions" | "elsewhere"
        )
}

fn is_world(word: &str) -> bool {
    matches!(
        word,
        "мир" | "миру" | "worldwide" | "world" | "mundo" | "зарубеж" | "международная"
    )
}
