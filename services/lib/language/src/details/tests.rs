//! What buyers answer when an order needs to know something.

use schemas::conversation::{Detail, Language};

use super::*;

/// Name, phone or mail, place, address; a dash for nothing.
fn read(text: &str, asked: Option<Detail>) -> [String; 4] {
    let told = details(text, asked);
    let open = |value: &Option<Personal<String>>| {
        value
            .as_ref()
            .map_or("-".to_owned(), |value| value.text().to_owned())
    };
    let contact = match (&told.phone, &told.email) {
        (None, email) => open(email),
        (phone, None) => open(phone),
        (phone, email) => format!("{} {}", open(phone), open(email)),
    };
    let place = if told.pickup {
        "pickup".to_owned()
    } else {
        let known = told.place.map(|place| place.name(Language::Ru).to_owned());
        let unknown = told
            .unknown_place
            .as_ref()
            .map(|place| format!("? {}", place.text()));
        known.or(unknown).unwrap_or_else(|| "-".to_owned())
    };
    [open(&told.name), contact, place, open(&told.address)]
}

#[test]
fn several_details_in_one_message_are_told_apart() {
    use Detail::{Address, Contact, Delivery, Name};
    let mut wrong = Vec::new();
    for (asked, text, expected) in [
        (
            Some(Delivery),
            "Иван, 8 916 123-45-67, Казань, Баумана 5",
            ["Иван", "+79161234567", "Казань", "Баумана 5"],
        ),
        (
            None,
            "Иван, 8 916 123-45-67, Казань, Баумана 5",
            ["Иван", "+79161234567", "Казань", "Баумана 5"],
        ),
        (
            Some(Delivery),
            "Пётр Иванов, 8 916 000-11-22, самовывоз",
            ["Пётр Иванов", "+79160001122", "pickup", "-"],
        ),
        (
            Some(Address),
            "Баумана 5, кв. 12",
            ["-", "-", "-", "Баумана 5, кв. 12"],
        ),
        (Some(Delivery), "в Казань", ["-", "-", "Казань", "-"]),
        (
            Some(Delivery),
            "Казань, ул. Баумана, д. 5, кв. 12",
            ["-", "-", "Казань", "ул. Баумана, д. 5, кв. 12"],
        ),
        (
            Some(Delivery),
            "г. Казань ул Баумана 5",
            ["-", "-", "Казань", "ул Баумана 5"],
        ),
        (Some(Delivery), "Самовывоз", ["-", "-", "pickup", "-"]),
        (Some(Delivery), "заберу сам", ["-", "-", "pickup", "-"]),
        (Some(Delivery), "I'll pick it up", ["-", "-", "pickup", "-"]),
        (
            Some(Delivery),
            "lo recojo yo, recogida",
            ["-", "-", "pickup", "-"],
        ),
        (
            Some(Delivery),
            "Ship it to Kazan please",
            ["-", "-", "Казань", "-"],
        ),
        (Some(Delivery), "a Moscú", ["-", "-", "Москва", "-"]),
        (Some(Delivery), "Урюпинск", ["-", "-", "? Урюпинск", "-"]),
        (Some(Address), "Баумана 5", ["-", "-", "-", "Баумана 5"]),
        (Some(Address), "Баумана, 5", ["-", "-", "-", "Баумана, 5"]),
        (
            Some(Address),
            "улица Московская, дом 7",
            ["-", "-", "-", "улица Московская, дом 7"],
        ),
        (
            Some(Address),
            "ПВЗ СДЭК на Баумана 5",
            ["-", "-", "-", "ПВЗ СДЭК на Баумана 5"],
        ),
        (
            Some(Address),
            "420111, Казань, Баумана 5",
            ["-", "-", "Казань", "420111, Баумана 5"],
        ),
        (
            Some(Address),
            "15 Bauman Street, apt 3",
            ["-", "-", "-", "15 Bauman Street, apt 3"],
        ),
        (
            Some(Address),
            "calle Bauman 5, piso 2",
            ["-", "-", "-", "calle Bauman 5, piso 2"],
        ),
        (Some(Name), "Иван", ["Иван", "-", "-", "-"]),
        (Some(Name), "иван петров", ["Иван Петров", "-", "-", "-"]),
        (
            Some(Name),
            "Меня зовут Анна-Мария",
            ["Анна-Мария", "-", "-", "-"],
        ),
        (
            Some(Name),
            "my name is John Smith",
            ["John Smith", "-", "-", "-"],
        ),
        (Some(Name), "soy Ana García", ["Ana García", "-", "-", "-"]),
        (Some(Name), "Владимир", ["Владимир", "-", "-", "-"]),
        (
            Some(Name),
            "Пётр, +7 916 123 45 67",
            ["Пётр", "+79161234567", "-", "-"],
        ),
        (
            Some(Contact),
            "89161234567",
            ["-", "+79161234567", "-", "-"],
        ),
        (
            Some(Contact),
            "ivan@example.org",
            ["-", "ivan@example.org", "-", "-"],
        ),
        (
            Some(Contact),
            "почта Ivan@Example.org",
            ["-", "ivan@example.org", "-", "-"],
        ),
        (
            Some(Contact),
            "+34 612 345 678",
            ["-", "+34612345678", "-", "-"],
        ),
        (
            None,
            "Адрес другой: Казань, Ленина 5",
            ["-", "-", "Казань", "Ленина 5"],
        ),
        (None, "адрес: ул. Ленина 5", ["-", "-", "-", "ул. Ленина 5"]),
        (
            None,
            "Получатель: Пётр Иванов",
            ["Пётр Иванов", "-", "-", "-"],
        ),
        (
            None,
            "телефон не тот, правильный 8 916 000-11-22",
            ["-", "+79160001122", "-", "-"],
        ),
        (None, "да, но адрес Ленина 7", ["-", "-", "-", "Ленина 7"]),
    ] {
        let told = read(text, asked);
        if told != expected {
            wrong.push(format!("{text} ({asked:?}): {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_tells_nothing_is_left_out() {
    for (asked, text) in [
        (Some(Detail::Name), "не знаю"),
        (Some(Detail::Name), "подумаю"),
        (Some(Detail::Contact), "нет почты"),
        (Some(Detail::Delivery), "да"),
        (Some(Detail::Delivery), "хорошо"),
        (Some(Detail::Address), "не знаю"),
        (Some(Detail::Address), "да"),
        (None, "Отлично, 2 шт."),
        (None, "Спасибо"),
        (None, ""),
    ] {
        assert!(
            !details(text, asked).has_value(),
            "{text}: {:?}",
            read(text, asked)
        );
    }
}

#[test]
fn a_part_that_is_to_be_different_is_named_without_a_value() {
    for (text, expected) in [
        ("адрес другой", Detail::Address),
        ("no, necesito cambiar la dirección", Detail::Address),
        ("телефон не тот", Detail::Contact),
        ("the phone is wrong", Detail::Contact),
        ("имя неправильное", Detail::Name),
        ("поменяйте доставку", Detail::Delivery),
    ] {
        let told = details(text, None);
        assert!(!told.has_value(), "{text}: {:?}", read(text, None));
        assert_eq!(told.mentioned, [expected], "{text}");
    }
}

#[test]
fn a_providers_name_is_used_only_when_it_can_be_a_persons() {
    for (shown, name) in [
        ("Иван", Some("Иван")),
        ("Иван 🌞", Some("Иван")),
        ("Анна К.", Some("Анна К")),
        ("John Smith", Some("John Smith")),
        ("Покупатель", None),
        ("Deleted Account", None),
        ("user12345", None),
        ("xX_killer_Xx", None),
        ("🌞🌞", None),
        ("иванко", None),
        ("", None),
    ] {
        assert_eq!(a_name(shown).as_deref(), name, "{shown}");
    }
}

#[test]
fn debug_shows_nothing_of_a_person() {
    let told = details(
        "Иван, 8 916 123-45-67, ivan@example.org, Казань, Баумана 5",
        None,
    );
    let shown = format!("{told:?}");
    for secret in ["Иван", "916", "ivan", "Баумана"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
