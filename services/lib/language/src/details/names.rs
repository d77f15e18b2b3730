//! Names of people.

use super::capitals;
use crate::{lexicon, normalise::fold};

/// The most words of a name.
const LONGEST: usize = 4;
/// The most letters of one of them.
const LETTERS: usize = 25;

/// Words before a name, longest first.
const LEADS: [&str; 16] = [
    "на имя",
    "меня зовут",
    "мое имя",
    "зовут",
    "my name is",
    "my name s",
    "i am",
    "i'm",
    "im",
    "me llamo",
    "mi nombre es",
    "a nombre de",
    "soy",
    "это",
    "я",
    "name is",
];

/// What providers show instead of a name, and words that answer something else.
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "покупатель", "клиент", "пользователь", "продавец", "магазин", "аноним", "гость", "админ", "бот", "аккаунт",
    "удаленный", "частное", "лицо", "user", "buyer", "customer", "client", "guest", "shop", "store", "admin", "bot",
    "account", "deleted", "telegram", "avito", "anonymous", "cliente", "usuario", "comprador", "tienda", "null", "none",
    "test", "тест", "самовывоз", "доставка", "доставку", "курьер", "курьером", "почта", "почтой", "сдэк", "привет",
    "здравствуйте", "добрый", "день", "вечер", "утро", "спасибо", "пожалуйста", "хорошо", "да", "нет", "ок", "давайте",
    "конечно", "верно", "оформляйте", "оформляем", "не", "знаю", "нету", "потом", "позже", "подумаю", "минутку", "hello",
    "hi", "hey", "hola", "gracias", "thanks", "please", "yes", "no", "ok", "si", "sí", "vale", "claro", "sure", "wait",
    "later", "адрес", "телефон", "имя", "другой", "другая", "другое", "тот", "та", "то", "же", "как", "где", "что",
    "когда", "сколько", "хочу", "нужно", "надо", "можно", "мне", "вам", "вас", "ваш", "мой", "моя", "есть", "будет",
    "все", "это", "так", "там", "тут", "уже", "еще", "address", "phone", "delivery", "shipping", "pickup", "the", "a",
    "my", "is", "what", "when", "how", "dirección", "teléfono", "mi", "es", "передумал", "передумала", "отмена",
    "отмените", "почте", "номер", "город", "сам", "сама", "заберу", "подожди", "подождите", "секунду", "cancel", "отлично", "супер", "не", "по", "на", "в",
    "во", "до", "с", "и", "или", "но", "а", "to", "at", "in", "for", "en", "para", "con", "россия", "любой", "дом",
];

/// A provider's or a buyer's text as a person's name, when it can be one: `Иван 🌞` is `Иван`.
#[must_use]
pub fn a_name(text: &str) -> Option<String> {
    let kept = text.trim_matches(|c: char| !c.is_alphabetic());
    let known = is_a_name(kept) && kept.starts_with(char::is_uppercase);
    known.then(|| kept.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a text can be the name of a person: a few words of letters, none of which says something else.
pub(super) fn is_a_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_part = |word: &&str| {
        let bare = word.trim_end_matches('.');
        let letters = bare.chars().filter(|c| c.is_alphabetic()).count();
        let plain = bare
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'));
        let folded = fold(bare);
        plain
            && (1..=LETTERS).contains(&letters)
            && (letters > 1 || word.ends_with('.') || words.len() > 1)
            && !NO_NAMES.contains(&folded.as_str())
    };
    let scripts = |is: fn(char) -> bool| text.chars().any(|c| c.is_alphabetic() && is(c));
    let mixed = scripts(lexicon::is_cyrillic) && scripts(|c| c.is_ascii_alphabetic());
    let longest = words.iter().map(|word| word.chars().count()).max();
    (1..=LONGEST).contains(&words.len())
        && longest.is_some_and(|longest| longest >= 2)
        && !mixed
        && words.iter().all(is_part)
}

/// Whether a text begins with a word that answers something else.
pub(super) fn says_something_else(text: &str) -> bool {
    let first = text.split_whitespace().next().map(fold);
    first.is_some_and(|word| NO_NAMES.contains(&word.as_str()))
}

/// The name in «меня зовут Иван», "my name is John", "soy Ana": behind short words it needs its capital.
pub(super) fn named(part: &str) -> Option<String> {
    let folded = fold(part);
    LEADS.iter().find_map(|lead| {
        let behind = folded.strip_prefix(lead)?;
        if !behind.starts_with([' ', ':']) {
            return None;
        }
        // Folding keeps the number of words.
        let skip = lead.split(' ').count();
        let words: Vec<&str> = part.split_whitespace().skip(skip).collect();
        let name = words.join(" ");
        let name = name.trim_matches(|c: char| !c.is_alphabetic() && c != '.');
        let short = matches!(*lead, "это" | "я" | "i am" | "i'm" | "im" | "soy");
        let capital = name.starts_with(char::is_uppercase);
        (is_a_name(name) && (capital || !short)).then(|| capitals(name))
    })
}
