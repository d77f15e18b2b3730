//! Every message can be said in every language, with the same arguments.

use std::collections::{BTreeMap, BTreeSet};

use language::{Arg, SayError, digits_in, say};
use schemas::{Kopecks, conversation::Language};

const FILES: [(Language, &str); 3] = [
    (Language::Ru, include_str!("../../messages/ru.ftl")),
    (Language::En, include_str!("../../messages/en.ftl")),
    (Language::Es, include_str!("../../messages/es.ftl")),
];

/// The ids of a file with the names of their arguments.
fn variables(file: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut messages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut id = "";
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =")
            && line.starts_with(char::is_alphabetic)
        {
            id = name;
            assert!(messages.insert(id, BTreeSet::new()).is_none(), "{id} twice");
        }
        for part in line.split('$').skip(1) {
            let end = part.find(|c: char| !c.is_alphanumeric()).unwrap();
            messages.get_mut(id).unwrap().insert(&part[..end]);
        }
    }
    messages
}

fn arg(name: &str, count: u64) -> Arg<'static> {
    match name {
        "quantity" | "count" | "number" | "shown" | "from" | "percent" | "hours" => {
            Arg::Count(count)
        }
        "price" | "full" | "total" => Arg::Money(Kopecks::new(249_050)),
        "name" => Arg::Text("Рюкзак «Сити» 20 л"),
        "alternative" => Arg::Text("Backpack {30}"),
        _ => Arg::Text("в наличии"),
    }
}

#[test]
fn the_three_files_hold_the_same_messages_with_the_same_arguments() {
    let [(_, ru), (_, en), (_, es)] = FILES;
    assert_eq!(variables(ru), variables(en));
    assert_eq!(variables(es), variables(en));
}

#[test]
fn every_message_is_said_in_every_language_and_no_number_is_made_up() {
    for (language, file) in FILES {
        for (id, names) in variables(file) {
            for count in [1, 2, 5, 11, 21, 1200] {
                let args: Vec<(&str, Arg)> = names.iter().map(|n| (*n, arg(n, count))).collect();
                let text = say(language, id, &args).unwrap();
                assert!(
                    !text.trim().is_empty() && !text.contains('\u{2068}'),
                    "{text}"
                );
                let known = [count.to_string(), "2490.5".into(), "20".into(), "30".into()];
                // What sellers read is no promise to a buyer: a button may say how long it waits.
                let to_sellers = id.starts_with("desk-");
                for number in digits_in(&text).into_iter().filter(|_| !to_sellers) {
                    assert!(known.contains(&number), "{number} in {text}");
                }
            }
            if let Some(missing) = names.first() {
                let error = say(language, id, &[]).unwrap_err();
                assert!(
                    matches!(error, SayError::Broken { .. }),
                    "{id} without {missing}"
                );
            }
        }
    }
}

#[test]
fn an_unknown_message_is_an_error() {
    let error = say(Language::Es, "no-such-message", &[]).unwrap_err();
    assert!(matches!(error, SayError::NoMessage { .. }));
}

#[test]
fn a_buyer_reads_natural_sentences() {
    let args = |quantity| {
        [
            ("name", Arg::Text("Рюкзак 20 л")),
            ("quantity", Arg::Count(quantity)),
            ("price", Arg::Money(Kopecks::new(249_000))),
        ]
    };
    let ru = |quantity| say(Language::Ru, "stock-available", &args(quantity)).unwrap();
    assert_eq!(
        ru(21),
        "Да, «Рюкзак 20 л» есть в наличии: 21\u{a0}штука. Цена 2\u{a0}490\u{a0}₽."
    );
    assert!(ru(3).contains("3\u{a0}штуки") && ru(12).contains("12\u{a0}штук."));
    assert_eq!(
        say(Language::En, "stock-available", &args(1)).unwrap(),
        "Yes, “Рюкзак 20 л” is in stock: 1\u{a0}piece. The price is 2,490\u{a0}₽."
    );
    assert_eq!(
        say(Language::Es, "stock-available", &args(2)).unwrap(),
        "Sí, «Рюкзак 20 л» está disponible: 2\u{a0}unidades. El precio es 2\u{a0}490\u{a0}₽."
    );
}
