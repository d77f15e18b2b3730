//! What holds for every name of the gazetteer in every form that was generated for it.

use super::{Context, EntityValue, entities, gazetteer};

#[test]
fn every_form_of_every_name_is_found_behind_a_preposition() {
    let context = Context::default();
    let mut tried = 0;
    for place in gazetteer::settlements() {
        for (form, found) in gazetteer::forms_of(place) {
            let leads: &[&str] = if found.weak || found.person {
                &["отправите в", "доставка до", "привезёте из"]
            } else {
                &["в", "до", "из", "доставка"]
            };
            for lead in leads {
                let text = format!("{lead} {form}?");
                let values: Vec<EntityValue> = entities(&text, &context)
                    .into_iter()
                    .map(|entity| entity.value)
                    .collect();
                assert_eq!(values, [EntityValue::Place(place)], "{text}");
                tried += 1;
            }
        }
    }
    assert!(tried > 10_000, "{tried} forms");
}
