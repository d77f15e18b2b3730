//! What the words name, as the log keeps it.

use language::{Context, EntityValue, Place, Settlement, SettlementKind};
use schemas::{
    Personal,
    conversation::{Asked, Entity, KnownPlace, Language},
};

use super::Situation;

/// The entities of a text, in order.
pub(super) fn of(text: &str, situation: &Situation) -> Vec<Entity> {
    let context = Context {
        list_length: situation.list_length,
        asked_place: matches!(situation.asked, Some(Asked::Place { .. })),
        asked_quantity: false,
        haggling: situation.haggling,
    };
    let found = language::entities(text, &context).into_iter();
    found.filter_map(|entity| kept(entity.value)).collect()
}

/// The place of the list on screen that is named.
pub(super) fn place(entities: &[Entity], list_length: u32) -> Option<u32> {
    entities.iter().find_map(|entity| match entity {
        Entity::Ordinal(place) if (1..=list_length).contains(place) => Some(*place),
        Entity::Last if list_length > 0 => Some(list_length),
        _ => None,
    })
}

/// The subject of the federation, or the country, that a place lies in; the place itself when it is one.
fn holder(place: Settlement) -> Settlement {
    let country = || {
        place
            .country()
            .filter(|_| place.kind() == SettlementKind::City)
    };
    place.region().or_else(country).unwrap_or(place)
}

fn kept(value: EntityValue) -> Option<Entity> {
    Some(match value {
        EntityValue::Quantity(pieces) => Entity::Quantity(pieces),
        EntityValue::Ordinal(Place::Nth(place)) => Entity::Ordinal(place),
        EntityValue::Ordinal(Place::Last) => Entity::Last,
        EntityValue::Price(price) => Entity::Price(price),
        EntityValue::Discount(amount) => Entity::Discount(amount),
        // The shop's prices are in rubles; what it is in another money, nobody has said.
        EntityValue::ForeignPrice { .. } => return None,
        EntityValue::Percent(percent) => Entity::Percent(percent),
        EntityValue::Dimensions(sizes) => Entity::Dimensions(sizes),
        EntityValue::Measure { value, unit } => {
            Entity::Measure(format!("{value} {unit:?}").to_lowercase())
        }
        EntityValue::Place(settlement) => Entity::Place(KnownPlace {
            name: settlement.name(Language::Ru).to_owned(),
            region: holder(settlement).name(Language::Ru).to_owned(),
        }),
        EntityValue::UnknownPlace(said) => Entity::UnknownPlace(Personal::new(said)),
        EntityValue::Phone(number) => Entity::Phone(Personal::new(number)),
        EntityValue::Email(address) => Entity::Email(Personal::new(address)),
    })
}
