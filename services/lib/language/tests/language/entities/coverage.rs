//! Rows of a seller's delivery table.

use language::{Closeness, Settlement, SettlementKind, covers, settlement, settlements};

fn place(name: &str) -> Settlement {
    settlement(name).unwrap_or_else(|| panic!("{name} is in the gazetteer"))
}

#[test]
fn the_closest_row_is_the_least() {
    use Closeness::{Country, MacroRegion, Region, Rest, Same, World};
    for (row, name, closeness) in [
        ("Казань", "Казань", Some(Same)),
        ("г. Казань", "казани", Some(Same)),
        ("казань", "Kazan", Some(Same)),
        ("Татарстан", "Казань", Some(Region)),
        ("Республика Татарстан", "Казань", Some(Region)),
        ("Поволжье", "Казань", Some(MacroRegion)),
        ("Вся Россия", "Казань", Some(Country)),
        ("Россия", "Казань", Some(Country)),
        ("по России", "Казань", Some(Country)),
        ("Russia", "Казань", Some(Country)),
        ("РФ", "Казань", Some(Country)),
        ("остальные регионы", "Казань", Some(Rest)),
        ("Другие города", "Казань", Some(Rest)),
        ("Весь мир", "Казань", Some(World)),
        ("Самовывоз", "Казань", None),
        ("Самовывоз, Казань", "Казань", None),
        ("Москва", "Казань", None),
        ("Москва", "Московская область", None),
        ("Московская область", "Химки", Some(Region)),
        ("Московская область", "Москва", None),
        ("Москва и МО", "Химки", Some(Region)),
        ("Москва и область", "Химки", Some(Region)),
        ("СПб и область", "Выборг", Some(Region)),
        ("Екатеринбург и область", "Тагил", Some(Region)),
        ("Москва, Санкт-Петербург", "питер", Some(Same)),
        ("Химки (Московская область)", "Мытищи", None),
        ("Сибирь", "Омск", Some(MacroRegion)),
        ("Сибирь", "Сибирь", Some(Same)),
        ("Омск", "Сибирь", None),
        ("Урал и Сибирь", "Тюмень", Some(MacroRegion)),
        ("Урал", "Пермь", Some(MacroRegion)),
        ("Дальний Восток", "Якутск", Some(MacroRegion)),
        ("Центр", "Тула", Some(MacroRegion)),
        ("центр города", "Тула", None),
        ("Россия", "Сибирь", Some(Country)),
        ("Вся Россия, кроме Крыма", "Ялта", None),
        ("Вся Россия, кроме Крыма", "Омск", Some(Country)),
        ("Вся Россия", "Минск", None),
        ("остальные регионы", "Минск", None),
        ("Беларусь", "Минск", Some(Country)),
        ("СНГ", "Минск", Some(MacroRegion)),
        ("СНГ", "Омск", None),
        ("Весь мир", "Минск", Some(World)),
        ("Санкт-Петербург", "Колпино", Some(Region)),
        ("", "Омск", None),
        ("бесплатно", "Омск", None),
    ] {
        assert_eq!(covers(row, &place(name)), closeness, "{row}: {name}");
    }
    assert!(Same < Region && Region < MacroRegion && MacroRegion < Country && Country < Rest);
}

#[test]
fn every_place_has_its_region_and_the_table_is_whole() {
    let of = |kind| settlements().filter(|p| p.kind() == kind).count();
    assert!(of(SettlementKind::City) >= 250);
    assert!(of(SettlementKind::Region) + 3 >= 85);
    for place in settlements() {
        let ru = place.name(schemas::conversation::Language::Ru);
        assert_eq!(settlement(ru), Some(place), "{ru}");
        if place.kind() != SettlementKind::Country && ru != "СНГ" {
            assert!(place.country().is_some(), "{ru}");
        }
        let is_ours = place.country() == settlement("Россия");
        if matches!(place.kind(), SettlementKind::City | SettlementKind::Region) && is_ours {
            assert!(!place.macro_regions().is_empty(), "{ru}");
            assert_eq!(
                covers("Вся Россия", &place),
                Some(Closeness::Country),
                "{ru}"
            );
        }
        assert_eq!(covers(ru, &place), Some(Closeness::Same), "{ru}");
    }
}
