//! What is read of what buyers write.

use super::*;

fn read(text: &str) -> Vec<String> {
    let context = CartContext {
        has_places: true,
        ..CartContext::default()
    };
    let wishes = cart_wishes(text, &context);
    wishes
        .iter()
        .map(|wish| {
            let target = &wish.target;
            let mut said: Vec<String> = target.places.iter().map(|p| format!("{p:?}")).collect();
            said.extend(target.code.clone());
            said.extend((!target.words.is_empty()).then(|| target.words.clone()));
            said.extend(target.all.then(|| "all".to_owned()));
            format!("{:?}: {}", wish.deed, said.join(" "))
        })
        .collect()
}

#[test]
fn one_sentence_may_add_change_and_remove() {
    assert_eq!(
        read("добавь 5 второго и два красных рюкзака, а термос убери"),
        [
            "Add { pieces: 5, again: false }: Nth(2)",
            "Add { pieces: 2, again: false }: красных рюкзака",
            "Remove: термос",
        ]
    );
}

#[test]
fn a_verb_that_is_denied_does_nothing() {
    for text in [
        "не убирайте термос",
        "don't remove the mug",
        "no quites el termo",
    ] {
        assert_eq!(read(text), [""; 0], "{text}");
    }
}

#[test]
fn measures_are_part_of_a_name_and_never_a_count() {
    assert_eq!(
        read("добавь рюкзак 20 л"),
        ["Add { pieces: 1, again: false }: рюкзак 20 л"]
    );
    assert_eq!(
        read("3 термоса 0,5 л"),
        ["Set { pieces: 3, fresh: false }: термоса 0.5 л"]
    );
}

#[test]
fn what_stays_of_everything_is_one_wish() {
    for text in [
        "очисти корзину, но оставь последнее",
        "clear but keep the last",
        "vacía el carrito pero deja el último",
        "убери всё, кроме последнего",
    ] {
        assert_eq!(read(text), ["Keep { only: true }: Last"], "{text}");
    }
}

#[test]
fn words_alone_tell_whether_a_cart_is_changed() {
    let change = |text: &str| changes_cart(text, None);
    for text in ["десять сделай", "make it ten", "добавь коврик", "ещё два"]
    {
        assert_eq!(change(text), Some(CartChange::In), "{text}");
    }
    for text in [
        "убери титановые",
        "quita la segunda",
        "two less",
        "на два меньше",
    ] {
        assert_eq!(change(text), Some(CartChange::Out), "{text}");
    }
    for text in [
        "а синий есть?",
        "сколько стоит доставка?",
        "привет",
        "спасибо",
        "when can you ship?",
    ] {
        assert_eq!(change(text), None, "{text}");
    }
}
