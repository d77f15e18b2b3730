//! What messages name, as tables of what buyers write.

mod contacts;
mod coverage;
mod laws;
mod ordinals;
mod places;
mod prices;
mod quantities;
mod sizes;

use language::{Context, EntityValue, Place, entities};
use schemas::conversation::Language;

/// The entities of a text, one word each: `q5`, `#2`, `#last`, `₽2000`, `-₽500`, `Euro20`, `10%`,
/// `10x100`, `20_Litre`, `@Казань`, `?Урюпинск`, `+7…`, an address.
fn said(text: &str, context: &Context) -> String {
    let found = entities(text, context);
    let words: Vec<String> = found.iter().map(|e| short(&e.value)).collect();
    words.join(" ")
}

fn short(value: &EntityValue) -> String {
    match value {
        EntityValue::Quantity(count) => format!("q{count}"),
        EntityValue::Ordinal(Place::Nth(nth)) => format!("#{nth}"),
        EntityValue::Ordinal(Place::Last) => "#last".to_owned(),
        EntityValue::Price(price) => format!("₽{price}"),
        EntityValue::Discount(amount) => format!("-₽{amount}"),
        EntityValue::ForeignPrice {
            hundredths,
            currency,
        } => format!("{currency:?}{}", *hundredths as f64 / 100.0),
        EntityValue::Percent(part) => format!("{part}%"),
        EntityValue::Dimensions(lengths) => lengths.join("x"),
        EntityValue::Measure { value, unit } => format!("{value}_{unit:?}"),
        EntityValue::Place(place) => format!("@{}", place.name(Language::Ru)),
        EntityValue::UnknownPlace(name) => format!("?{name}"),
        EntityValue::Phone(number) => number.clone(),
        EntityValue::Email(address) => address.clone(),
    }
}

fn check(context: &Context, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter(|(text, expected)| said(text, context) != *expected)
        .map(|(text, expected)| {
            format!(
                "{text:?}: expected [{expected}], found [{}]",
                said(text, context)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Nothing was asked and no list is shown.
fn plain(table: &[(&str, &str)]) {
    check(&Context::default(), table);
}
