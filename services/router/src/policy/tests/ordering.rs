//! What is said while an order is being made.

use schemas::conversation::Detail;

use super::*;

fn being_asked(asked: Asked) -> Situation {
    Situation {
        asked: Some(asked),
        cart_filled: true,
        ordering: true,
        ..situation()
    }
}

#[test]
fn what_an_order_needs_is_told_to_whoever_asked_for_it() {
    for (detail, text) in [
        (Detail::Delivery, "Казань"),
        (Detail::Delivery, "Иван, 8 916 123-45-67, Казань, Баумана 5"),
        (Detail::Delivery, "самовывоз"),
        (Detail::Address, "Баумана 5, кв. 12"),
        (Detail::Name, "Иван"),
        (Detail::Name, "my name is John"),
        (Detail::Contact, "8 916 123-45-67"),
        (Detail::Contact, "ana@example.org"),
        (Detail::Contact, "не надо, передумал"),
    ] {
        let asked = being_asked(Asked::Detail { detail });
        assert_eq!(reading(&[text], &asked), ["cart checkout"], "{text}");
    }
}

#[test]
fn a_question_in_the_middle_of_an_order_is_its_own_specialists() {
    let asked = being_asked(Asked::Detail {
        detail: Detail::Delivery,
    });
    for (text, expected) in [
        ("сколько стоит доставка в Казань?", "delivery"),
        ("а гарантия есть?", "general"),
    ] {
        let read = reading(&[text], &asked);
        assert!(
            read.iter().all(|ask| ask.starts_with(expected)),
            "{text}: {read:?}"
        );
    }
    let both = reading(&["в Казань", "а гарантия есть?"], &asked);
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(both[0], "cart checkout");
}

#[test]
fn a_yes_goes_to_the_order_and_a_change_of_the_cart_beside_it_makes_it_none() {
    let asked = being_asked(Asked::Confirm);
    for text in [
        "да",
        "ок",
        "sí",
        "no, necesito cambiar la dirección",
        "да, но адрес другой",
        "👍",
    ] {
        assert_eq!(reading(&[text], &asked), ["cart checkout"], "{text}");
    }
    for burst in [&["да", "и добавьте ещё фонарь"][..], &["убери термос"]]
    {
        let read = reading(burst, &asked);
        assert!(
            !read.contains(&"cart checkout".to_owned()),
            "{burst:?}: {read:?}"
        );
    }
    let cancel = being_asked(Asked::Cancel {
        order: schemas::OrderId::derive(&["one"]),
    });
    assert_eq!(reading(&["да"], &cancel), ["cart order_status"]);
}

#[test]
fn below_a_cart_only_a_yes_or_a_no_is_about_ordering() {
    let shown = Situation {
        ordering: false,
        ..being_asked(Asked::Confirm)
    };
    assert_eq!(reading(&["да"], &shown), ["cart checkout"]);
    assert_eq!(reading(&["нет"], &shown), ["cart checkout"]);
    for text in ["убери второй", "три сделай"] {
        assert_eq!(reading(&[text], &shown).len(), 1, "{text}");
        assert_ne!(reading(&[text], &shown), ["cart checkout"], "{text}");
    }
}
