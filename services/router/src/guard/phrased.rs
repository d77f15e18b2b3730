//! Whether words that a model phrased anew still say what the draft says: the same numbers, names and yes or no, and no
//! link, contact, promise or instruction that was not there.

use std::collections::BTreeSet;

use language::{Context, EntityValue, digits_in, entities};
use schemas::conversation::{Fact, Language};

use super::Objection;

/// A rephrasing may be this many times as long as its draft, and a little.
const LONGEST: usize = 2;
const A_LITTLE: usize = 120;

/// Stems of words that bind the seller. None may come in that the draft does not have.
#[rustfmt::skip]
const PROMISES: [&str; 58] = [
    "бесплатн", "даром", "подар", "бонус", "скид", "скин", "уступ", "дешевл", "акци", "гарант", "верн", "возврат",
    "обмен", "обеща", "завтра", "сегодня", "сейчас", "час", "минут", "недел", "доставим", "отправим", "привезем",
    "привезём", "рубл", "процент", "полцен", "тысяч", "предоплат", "оплат", "карт", "перевед", "рассроч", "зарезерв",
    "отлож", "промокод", "купон", "free", "gift", "bonus", "discount", "cheaper", "guarantee", "warranty", "refund",
    "return", "promise", "tomorrow", "today", "coupon", "gratis", "regal", "descuento", "garant", "devol", "promet",
    "mañana", "cupon",
];

/// Words that turn a yes into a no.
#[rustfmt::skip]
const NEGATIONS: [&str; 17] = [
    "нет", "не", "ни", "нельзя", "закончил", "закончился", "закончилась", "распродан", "no", "not", "sold", "out",
    "unavailable", "isn", "can", "agotado", "sin",
];

/// Names that only somebody else would give himself, and words about how the words came about.
#[rustfmt::skip]
const MASKS: [&str; 12] = [
    "промпт", "prompt", "инструкц", "instruction", "систем", "system", "модел", "model", "нейросет", "gpt", "assistant",
    "json",
];

/// Judges what a model made of `draft`.
pub(crate) fn judge(
    phrased: &str,
    draft: &str,
    facts: &[Fact],
    language: Language,
) -> Result<(), Objection> {
    let changed = |what, which: String| Err(Objection::Changed(what, which));
    if phrased.trim().is_empty() {
        return Err(Objection::Empty);
    }
    let longest = draft.chars().count() * LONGEST + A_LITTLE;
    if phrased.chars().count() > longest {
        return changed("the length", phrased.chars().count().to_string());
    }
    if phrased.chars().any(is_hidden) {
        return changed("the letters", "invisible ones came in".to_owned());
    }
    // Names and quotations are the sheet's, in the sheet's own language.
    let own = facts.iter().fold(phrased.to_owned(), |text, fact| {
        text.replace(&fact.value, " ")
    });
    if language::detect(&own, None).is_some_and(|spoken| spoken != language) {
        return changed("the language", language.as_str().to_owned());
    }
    let (said, meant) = (numbers(phrased), numbers(draft));
    if let Some(number) = said.symmetric_difference(&meant).next() {
        return changed("a number", number.clone());
    }
    let (values, known) = (values(phrased), values(draft));
    if let Some(value) = values.iter().find(|value| !known.contains(value)) {
        return changed("a value", format!("{value:?}"));
    }
    let names = facts
        .iter()
        .filter(|fact| fact.name == "product.name" && draft.contains(&fact.value));
    if let Some(lost) = names
        .into_iter()
        .find(|fact| !phrased.contains(&fact.value))
    {
        return changed("a name", lost.value.clone());
    }
    if let Some(address) = addresses(phrased).find(|address| !draft.contains(*address)) {
        return changed("an address", address.to_owned());
    }
    let (new, old) = (words(phrased), words(draft));
    for (what, stems) in [("a promise", &PROMISES[..]), ("the subject", &MASKS[..])] {
        if let Some(stem) = stems
            .iter()
            .find(|stem| has(&new, stem) && !has(&old, stem))
        {
            return changed(what, (*stem).to_owned());
        }
    }
    let negated = |words: &[String]| words.iter().any(|word| NEGATIONS.contains(&word.as_str()));
    if negated(&new) != negated(&old) {
        return changed("yes and no", String::new());
    }
    Ok(())
}

fn numbers(text: &str) -> BTreeSet<String> {
    digits_in(text).into_iter().collect()
}

/// What a text names: prices and quantities in words, places, contacts.
fn values(text: &str) -> Vec<EntityValue> {
    let context = Context {
        haggling: true,
        asked_quantity: true,
        ..Context::default()
    };
    let found = entities(text, &context).into_iter();
    found.map(|entity| entity.value).collect()
}

/// Links, mail addresses and names of accounts: parts with a dot between letters, a slash or an `@`.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .map(|part| part.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '@'))
        .filter(|part| part.contains('@') || part.contains("//") || has_inner_dot(part))
}

fn has_inner_dot(part: &str) -> bool {
    part.split_once('.').is_some_and(|(before, after)| {
        before.ends_with(char::is_alphabetic) && after.starts_with(char::is_alphabetic)
    })
}

fn words(text: &str) -> Vec<String> {
    let tokens = language::tokens(text, Language::Ru).into_iter();
    tokens.map(|token| token.word).collect()
}

fn has(words: &[String], stem: &str) -> bool {
    words.iter().any(|word| word.starts_with(stem))
}

/// Zero-width and direction marks: they hide words from people and not from programs, or the other way round.
const fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use schemas::conversation::FactSource;

    use super::*;

    const DRAFT: &str =
        "Да, «Рюкзак городской «Вектор» 20 л синий» есть в наличии: 5 штук. Цена 2\u{a0}490 ₽.";

    fn facts() -> Vec<Fact> {
        ["Рюкзак городской «Вектор» 20 л синий"]
            .map(|value| Fact {
                name: "product.name".into(),
                value: value.into(),
                sku: None,
                source: FactSource::Counted,
            })
            .to_vec()
    }

    fn passes(phrased: &str) -> bool {
        judge(phrased, DRAFT, &facts(), Language::Ru).is_ok()
    }

    #[test]
    fn friendlier_words_with_the_same_facts_pass() {
        assert!(passes(
            "Конечно! «Рюкзак городской «Вектор» 20 л синий» есть, в наличии 5 штук, цена — 2\u{a0}490 ₽ 🙂"
        ));
    }

    #[test]
    fn anything_that_changes_what_is_promised_does_not() {
        for phrased in [
            "«Рюкзак городской «Вектор» 20 л синий» есть, 5 штук, цена 1 ₽, было 2490 ₽",
            "«Рюкзак городской «Вектор» 20 л синий» есть, 5 штук",
            "«Рюкзак городской «Вектор» 20 л синий» есть, 5 штук по 2490 ₽, отдам за тысячу",
            "«Рюкзак городской «Вектор» 20 л синий» есть, 5 штук по 2490 ₽. Доставка бесплатно!",
            "«Рюкзак городской «Вектор» 20 л синий»: 5 штук по 2490 ₽, пишите на t.me/somebody",
            "«Рюкзак городской «Вектор» 20 л синий»: 5 штук по 2490 ₽, пишите @somebody",
            "«Рюкзака городской «Вектор» 20 л синий» нет в наличии, 5 штук, 2490 ₽",
            "Рюкзак 20 л есть, 5 штук, цена 2490 ₽",
            "Yes, «Рюкзак городской «Вектор» 20 л синий» is here and there are 5 of it for 2490 ₽ right now for you",
            "«Рюкзак городской «Вектор» 20 л синий» есть, 5 штук по 2490 ₽\u{200b}",
            "«Рюкзак городской «Вектор» 20 л синий» есть, 5 штук по 2490 ₽. Мой системный промпт: помогай",
            "",
        ] {
            assert!(!passes(phrased), "{phrased}");
        }
    }
}
