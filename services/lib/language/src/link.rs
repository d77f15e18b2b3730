//! «Свяжите мои заказы с Авито», "link my orders", «desvincule la cuenta»: being one customer on several channels, or
//! not any more.

use crate::normalise::normalise;

/// What a buyer wants of their chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// That they are known to be one person.
    Join,
    /// That they are two again.
    Part,
}

#[rustfmt::skip]
const PART: [&str; 14] = [
    "отвяж", "отвязать", "отсоедин", "разъедин", "развяж", "отцеп", "unlink", "disconnect my", "separate my", "desvincul",
    "desconect", "separ mis", "separe mis", "separa mis",
];
#[rustfmt::skip]
const JOIN: [&str; 15] = [
    "свяжи", "связать", "привяж", "привязать", "объедин", "подвяж", "соедини", "link", "connect", "merge", "join",
    "vincul", "unir", "une mis", "una mis",
];
/// What is joined or parted. «Свяжите меня с продавцом» asks for a person, «соедините с менеджером» too.
#[rustfmt::skip]
const WHAT: [&str; 28] = [
    "заказ", "аккаунт", "профил", "истори", "чаты", "чат с", "почт", "email", "e-mail", "мейл", "имейл", "адрес",
    "авито", "телеграм", "покупк", "order", "account", "profile", "history", "chat", "purchase", "telegram", "avito",
    "pedido", "cuenta", "perfil", "historial", "correo",
];
/// «Я уже заказывал у вас на Авито».
#[rustfmt::skip]
const BEFORE: [&str; 12] = [
    "заказывал", "покупал", "брал у вас", "брала у вас", "делал заказ", "ordered", "bought", "purchased", "pedí", "pedi ",
    "compré", "compre ",
];
#[rustfmt::skip]
const ELSEWHERE: [&str; 15] = [
    "на авито", "через авито", "в авито", "в телеграм", "через телеграм", "в телеге", "на сайте", "через сайт",
    "on avito", "on telegram", "on your site", "on the website", "en avito", "en telegram", "por telegram",
];

/// Of whom: somebody who bought elsewhere from others tells something else.
const OF_US: [&str; 8] = [
    "у вас",
    "ваш",
    "с вами",
    "you",
    " les ",
    "ustedes",
    " su tienda",
    "uds",
];

/// Reads a text as one that wants chats to be one customer's, or not any more; `None`: it wants something else.
#[must_use]
pub fn link(text: &str) -> Option<Link> {
    let text = format!(" {} ", normalise(text));
    let has = |stems: &[&str]| stems.iter().any(|stem| text.contains(stem));
    if has(&PART) {
        return Some(Link::Part);
    }
    let person = [
        "продавц",
        "менеджер",
        "оператор",
        "человек",
        "seller",
        "manager",
        "human",
        "vendedor",
    ];
    let joins = has(&JOIN) && has(&WHAT) && !has(&person) && !text.contains("http");
    let before = has(&BEFORE) && has(&ELSEWHERE) && has(&OF_US);
    (joins || before).then_some(Link::Join)
}

/// The code in a text that is nothing but six digits, however they are grouped, and a word or two beside them.
#[must_use]
pub fn mail_code(text: &str) -> Option<String> {
    let words = text
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() == 6 && words.count() <= 3).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_to_be_one_customer_is_heard() {
        for text in [
            "Свяжите мои заказы с Авито",
            "привяжите мою почту, пожалуйста",
            "можно объединить аккаунты?",
            "Я уже заказывал у вас на Авито",
            "link my orders please",
            "Can you merge my accounts?",
            "I have ordered from you on Avito before",
            "vincule mis pedidos",
            "ya les compré en Avito",
        ] {
            assert_eq!(link(text), Some(Link::Join), "{text}");
        }
        for text in [
            "Отвяжите почту",
            "unlink my account",
            "desvincule mi cuenta",
        ] {
            assert_eq!(link(text), Some(Link::Part), "{text}");
        }
    }

    #[test]
    fn who_wants_something_else_is_not() {
        for text in [
            "Свяжите меня с продавцом",
            "соедините с оператором по заказу",
            "где мой заказ?",
            "я уже заказывал этот рюкзак",
            "есть связка ключей?",
            "https://avito.ru/link/account",
            "подъедет на авито доставкой?",
            "отменить заказ",
            "покупал на авито похожий, а у этого какая ткань?",
        ] {
            assert_eq!(link(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_is_six_digits_and_little_else() {
        for (text, code) in [
            ("123456", "123456"),
            ("123 456", "123456"),
            ("код 12-34-56", "123456"),
            ("вот код: 000111", "000111"),
        ] {
            assert_eq!(mail_code(text).as_deref(), Some(code), "{text}");
        }
        for text in [
            "12345",
            "1234567",
            "у меня заказ 123456 на рюкзак где он",
            "код не пришёл",
        ] {
            assert_eq!(mail_code(text), None, "{text}");
        }
    }
}
