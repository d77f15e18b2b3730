//! What a buyer makes of "shall we?": yes, no, a change, a question, or nothing clear.
//!
//! A yes is a whole answer: every word of it is one that agrees, or one that may stand beside such a word. So no letters
//! inside a word and no half of a sentence are ever taken for one; whatever else is said is at worst asked again.

use schemas::conversation::Language;

use crate::{lexicon, normalise::normalise, tokens::tokens};

/// What an answer to a question for agreement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Consent {
    /// Yes, and nothing else.
    Yes,
    /// No, or not now.
    No,
    /// Something of it is to be different.
    Change,
    /// Something is asked in return.
    Question,
    /// None of these for sure.
    Unclear,
}

/// Words that agree.
const YES: &str = "да da ага угу верно именно конечно точно ок окей окай оки хорошо отлично давайте давай подтверждаю \
    подтвердить оформляйте оформляем оформляй оформляю оформить оформи оформите согласен согласна правильно подходит \
    устраивает годится ладно беру заказываю идет договорились погнали плюс yes yep yeah yup yea sure right ok okay okey \
    correct confirm confirmed agreed absolutely fine perfect great si claro exacto vale correcto confirmo confirmado \
    perfecto dale adelante bueno bien listo seguro acepto";

/// Words that say nothing of their own beside one that agrees.
const BESIDE: &str = "все это так там вот я мы за и то можно оформлять пожалуйста спасибо будьте добры уже тогда ну заказ мне нам его их \
    можно можем нормально супер а же the it that is all s m please thanks thank you i am are we order place with ahead \
    looks look everything to go me let lets for this good es esta todo por favor gracias el la lo pedido asi de acuerdo \
    muy que hazlo hagalo y con";

/// Whole answers that agree, though none of their words does so alone, or one of them says the opposite.
const YES_WHOLE: [&str; 14] = [
    "без проблем",
    "почему нет",
    "почему бы и нет",
    "так точно",
    "все так",
    "do it",
    "go ahead",
    "please do",
    "looks good",
    "no problem",
    "why not",
    "por que no",
    "de acuerdo",
    "sin problema",
];

/// Words that agree, and in these company do not.
const NOT_AGREEING: [&str; 5] = ["да ну", "да ладно", "да так", "ну да ну да", "si si claro"];

/// Phrases that give the whole thing up.
const DROPS: [&str; 34] = [
    "не надо",
    "не нужно",
    "не нужен",
    "не нужна",
    "не хочу",
    "не буду",
    "не оформля",
    "не стоит",
    "передума",
    "отмен",
    "отказ",
    "забудь",
    "расхоте",
    "ничего не над",
    "не интересу",
    "cancel",
    "never mind",
    "nevermind",
    "forget it",
    "forget about it",
    "changed my mind",
    "change my mind",
    "don t want",
    "do not want",
    "don t need",
    "no longer",
    "not interested",
    "olvida",
    "cancela",
    "ya no",
    "no quiero",
    "no lo quiero",
    "no hace falta",
    "dejalo",
];

/// Words that refuse.
const NO: &str = "нет не неа нету no nope not nah nunca tampoco don";

/// What sounds like a refusal and is none.
const NOT_REFUSING: [&str; 12] = [
    "не знаю",
    "не уверен",
    "не понял",
    "не понимаю",
    "нет все верно",
    "нет все правильно",
    "not sure",
    "don t know",
    "don t understand",
    "no se",
    "no estoy segur",
    "no entiendo",
];

/// Stems of words by which something is to be different.
const CHANGE: [&str; 62] = [
    "поменя",
    "смени",
    "сменит",
    "измени",
    "замени",
    "исправ",
    "другой",
    "другая",
    "другое",
    "другую",
    "другие",
    "другого",
    "другом",
    "не тот",
    "не та",
    "не те",
    "не туда",
    "не мой",
    "не моя",
    "неверн",
    "неправильн",
    "не верн",
    "не правильн",
    "ошиб",
    "опечат",
    "но",
    "только",
    "вместо",
    "кроме",
    "добав",
    "убер",
    "убра",
    "лучше",
    "change",
    "instead",
    "but",
    "wrong",
    "different",
    "another",
    "incorrect",
    "mistake",
    "typo",
    "update",
    "remove",
    "add",
    "except",
    "only",
    "not my",
    "not right",
    "rather",
    "cambi",
    "pero",
    "otra",
    "otro",
    "equivoc",
    "incorrect",
    "quita",
    "anad",
    "agreg",
    "mejor",
    "en vez",
    "solo",
];

/// Changes that are a word of their own: «но» begins «ноль», and "add" begins "address".
const WHOLE: [&str; 7] = ["но", "but", "add", "only", "pero", "solo", "rather"];

/// What an order is made of: named in an answer without a question, it is to be different.
const PARTS: [&str; 18] = [
    "адрес",
    "телефон",
    "номер",
    "почт",
    "имя",
    "фамили",
    "доставк",
    "количеств",
    "штук",
    "address",
    "phone",
    "email",
    "quantity",
    "direccion",
    "telefono",
    "correo",
    "nombre",
    "unidades",
];

/// Words that begin a question.
const ASKS: &str = "сколько когда где как какой какая какие каким какое куда чем почему зачем кто чего можете what when \
    where how which who why can could does will would cuanto cuando donde como cual cuales puedo puede pueden hay tienen";

/// Words that ask wherever they stand.
const ASKS_ANYWHERE: &str = "ли сколько когда cuanto cuando";

/// Reads an answer to a question for agreement.
#[must_use]
pub fn consent(text: &str) -> Consent {
    if let Some(sign) = sign(text) {
        return sign;
    }
    let asks = text.contains('?');
    let said = Said::of(text);
    if said.is_empty() {
        return if asks {
            Consent::Question
        } else {
            Consent::Unclear
        };
    }
    if !asks && said.agrees() {
        return Consent::Yes;
    }
    if said.has(&NOT_REFUSING) {
        return Consent::Unclear;
    }
    if said.has(&DROPS) && !asks {
        return Consent::No;
    }
    if said.changes() {
        return Consent::Change;
    }
    if asks || said.asks() {
        return Consent::Question;
    }
    if said.names_part() {
        return Consent::Change;
    }
    if said.refuses() {
        return Consent::No;
    }
    Consent::Unclear
}

/// Whether an answer gives the whole thing up: «не надо, передумал», and not only a "no" to what was shown.
#[must_use]
pub fn gives_up(text: &str) -> bool {
    let said = Said::of(text);
    // "I changed my mind" changes nothing of the order.
    let rest = DROPS.iter().fold(said.text.clone(), |rest, drop| {
        rest.replace(&format!(" {drop}"), " ")
    });
    !text.contains('?')
        && said.has(&DROPS)
        && !said.has(&NOT_REFUSING)
        && !Said::of(&rest).changes()
}

/// An answer without words.
fn sign(text: &str) -> Option<Consent> {
    const FOR: [char; 7] = ['+', '👍', '👌', '✅', '💯', '🤝', '✔'];
    const AGAINST: [char; 4] = ['👎', '❌', '🚫', '✖'];
    let is_mark = |c: char| matches!(c, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}');
    let signs: Vec<char> = text
        .chars()
        .filter(|c| !c.is_whitespace() && !is_mark(*c))
        .collect();
    let all = |of: &[char]| !signs.is_empty() && signs.iter().all(|sign| of.contains(sign));
    if all(&FOR) {
        Some(Consent::Yes)
    } else if signs.iter().any(|sign| AGAINST.contains(sign)) {
        Some(if all(&AGAINST) {
            Consent::No
        } else {
            Consent::Unclear
        })
    } else {
        None
    }
}

/// The words of an answer, in one spelling, and apart from each other.
struct Said {
    words: Vec<String>,
    /// The same with a space on both sides of each word.
    text: String,
}

impl Said {
    fn of(text: &str) -> Self {
        let text = text.replace(['👍', '👌', '✅'], " ");
        let words: Vec<String> = tokens(&normalise(&text), Language::Ru)
            .into_iter()
            .map(|token| lexicon::without_accents(&token.word))
            .collect();
        let text = format!(" {} ", words.join(" "));
        Self { words, text }
    }

    const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn agrees(&self) -> bool {
        let whole = self.text.trim();
        if NOT_AGREEING.contains(&whole) {
            return false;
        }
        let is = |list: &str, word: &str| list.split_ascii_whitespace().any(|one| one == word);
        YES_WHOLE.contains(&whole)
            || (self.words.iter().any(|word| is(YES, word))
                && self
                    .words
                    .iter()
                    .all(|word| is(YES, word) || is(BESIDE, word)))
    }

    /// Whether words that follow each other begin with one of these phrases.
    fn has(&self, phrases: &[&str]) -> bool {
        phrases
            .iter()
            .any(|phrase| self.text.contains(&format!(" {phrase}")))
    }

    fn is_word(&self, list: &str, word: &str) -> bool {
        !self.is_empty() && list.split_ascii_whitespace().any(|one| one == word)
    }

    fn changes(&self) -> bool {
        let (whole, stems): (Vec<&str>, Vec<&str>) =
            CHANGE.iter().partition(|stem| WHOLE.contains(stem));
        self.has(&stems)
            || self.words.iter().any(|word| whole.contains(&word.as_str()))
            || self.has_value()
    }

    /// A number or the host of a mail address: a value that is to be taken over.
    fn has_value(&self) -> bool {
        self.words
            .iter()
            .any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            && !self.asks()
    }

    fn names_part(&self) -> bool {
        self.has(&PARTS)
    }

    fn asks(&self) -> bool {
        // «а сколько», "and how".
        let mut words = self
            .words
            .iter()
            .skip_while(|word| self.is_word("а и ну and so y да нет yes no si ok ок", word));
        words.next().is_some_and(|word| self.is_word(ASKS, word))
            || self
                .words
                .iter()
                .any(|word| self.is_word(ASKS_ANYWHERE, word))
    }

    /// «нет», «да нет, не надо», "no thanks": a refusal of few words. In a longer answer it may be about anything.
    fn refuses(&self) -> bool {
        const SHORT: usize = 6;
        let mut words = self.words.iter();
        self.words.len() <= SHORT && words.any(|word| self.is_word(NO, word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: &str = include_str!("../data/consent_development.tsv");

    fn label(consent: Consent) -> &'static str {
        match consent {
            Consent::Yes => "yes",
            Consent::No => "no",
            Consent::Change => "change",
            Consent::Question => "question",
            Consent::Unclear => "unclear",
        }
    }

    fn lines() -> Vec<(&'static str, &'static str)> {
        let lines = SET.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split_once('\t')).collect()
    }

    #[test]
    fn a_yes_is_never_heard_where_none_was_said_and_nearly_everything_is_heard_right() {
        let lines = lines();
        assert!(lines.len() >= 120, "{} lines", lines.len());
        let wrong: Vec<String> = lines
            .iter()
            .map(|(expected, text)| (*expected, label(consent(text)), *text))
            .filter(|(expected, heard, _)| expected != heard)
            .map(|(expected, heard, text)| format!("{text}: {heard}, and is {expected}"))
            .collect();
        let false_yes: Vec<&String> = wrong
            .iter()
            .filter(|line| line.contains(": yes,"))
            .collect();
        assert!(false_yes.is_empty(), "{false_yes:#?}");
        let right = lines.len() - wrong.len();
        println!("{right} of {} right; {wrong:#?}", lines.len());
        assert!(right * 100 >= lines.len() * 97, "{wrong:#?}");
    }

    #[test]
    fn a_word_with_a_yes_inside_confirms_nothing() {
        for text in [
            "no, necesito cambiar la dirección",
            "дайте подумать",
            "давление",
            "окно",
            "yesterday",
            "sinceramente",
            "Clarodia",
            "invaleable",
            "угуу нет",
            "дада",
        ] {
            assert_ne!(consent(text), Consent::Yes, "{text}");
        }
    }

    #[test]
    fn giving_up_is_more_than_a_no() {
        for text in [
            "не надо, передумал",
            "отмените",
            "never mind",
            "olvídalo",
            "cancel it, I changed my mind",
        ] {
            assert!(gives_up(text), "{text}");
        }
        for text in [
            "нет",
            "нет, другой адрес",
            "no",
            "не знаю",
            "а отменить потом можно?",
        ] {
            assert!(!gives_up(text), "{text}");
        }
    }
}
