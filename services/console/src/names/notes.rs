//! The notes that services write into the log in English, for people: each as it is written and in Russian.
//!
//! A note is matched whole. `{}` stands for any words, which are kept; `{n}` for figures; `{id}` for something that is
//! told apart; `{time}` for a moment; `{intent}`, `{by}` and `{tab}` for wire names; `{note}` for a note of its own. They
//! come in the same order in both languages. A note that is none of these is shown as it is written.

use jiff::{Timestamp, Zoned};
use schemas::conversation::Intent;

use super::{Names, Phrase};

mod answers;
mod outside;

/// A note as it is written, and in Russian.
type Row = (&'static str, &'static str);

/// Those that are told otherwise in English, too: without what is told apart.
const IN_ENGLISH: [Row; 2] = [
    (
        "{n} in {tab}@{id} row {n} − {n} promised to orders",
        "{n} in {tab}, row {n}, less {n} promised to orders",
    ),
    (
        "a person of the shop agreed on it: {id}",
        "a person of the shop agreed on it",
    ),
];

impl Names {
    /// A note that a service has written down.
    #[must_use]
    pub fn note(&self, note: &str) -> Phrase {
        match self.known(note) {
            Some(phrase) => phrase,
            None if self.code() == "en" => Phrase::plain(note),
            None => Phrase::with(self.n.as_written, note),
        }
    }

    fn known(&self, note: &str) -> Option<Phrase> {
        let note = note.trim();
        if !note.contains(|one: char| one.is_ascii_alphabetic()) {
            return Some(Phrase::plain(note));
        }
        // `2 x 1790`: an arithmetic of figures alone.
        let sum = note.replace(" x ", " × ");
        if !sum.contains(|one: char| one.is_ascii_alphabetic()) {
            return Some(Phrase::plain(sum));
        }
        let rows = answers::NOTES.iter().chain(outside::NOTES);
        rows.copied()
            .find_map(|(written, russian)| self.told(note, written, russian))
    }

    fn told(&self, note: &str, written: &str, russian: &str) -> Option<Phrase> {
        let gaps = gaps(written, note)?;
        let own = IN_ENGLISH.iter().find(|(known, _)| *known == written);
        let template = match self.code() {
            "en" => own.map_or(written, |(_, english)| *english),
            _ => russian,
        };
        let mut phrase = Phrase::default();
        let mut words = Vec::new();
        for (kind, text) in gaps {
            if kind == "id" && !template.contains("{id}") {
                phrase.ids.push(text.to_owned());
                continue;
            }
            let part = self.part(kind, text)?;
            phrase.ids.extend(part.ids);
            words.push((kind, part.text));
        }
        phrase.text = filled(template, words);
        Some(phrase)
    }

    /// What stands in a gap, in words; `None`: nothing of that kind.
    fn part(&self, kind: &str, text: &str) -> Option<Phrase> {
        match kind {
            "" | "id" => Some(Phrase::plain(text)),
            "n" => {
                let figures = !text.contains(char::is_alphabetic);
                let told = match self.code() {
                    "en" => text.to_owned(),
                    _ => text.replace('.', ","),
                };
                figures.then(|| Phrase::plain(told))
            }
            "time" => moment(text).map(|at| Phrase::plain(self.moment(at))),
            "intent" => Intent::parse(text).map(|intent| Phrase::plain(self.quoted(intent))),
            "by" => Some(self.by(text)),
            "tab" => self.tab(text).map(Phrase::plain),
            "note" => self.known(text),
            _ => None,
        }
    }

    fn quoted(&self, intent: Intent) -> String {
        match self.code() {
            "en" => format!("“{}”", self.intent(intent)),
            _ => format!("«{}»", self.intent(intent)),
        }
    }
}

/// A moment, with its time zone or without.
fn moment(text: &str) -> Option<Timestamp> {
    let zoned = || text.parse::<Zoned>().ok().map(|at| at.timestamp());
    text.parse().ok().or_else(zoned)
}

/// What stands in the gaps of a pattern, each with its kind; `None`: the text is not of this pattern.
fn gaps<'a>(pattern: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (head, mut rest) = pattern.split_once('{').unwrap_or((pattern, ""));
    let mut text = text.strip_prefix(head)?;
    let mut gaps = Vec::new();
    if head.len() == pattern.len() {
        return text.is_empty().then_some(gaps);
    }
    loop {
        let (kind, behind) = rest.split_once('}')?;
        let (fixed, next) = match behind.split_once('{') {
            Some((fixed, next)) => (fixed, Some(next)),
            None => (behind, None),
        };
        let (gap, left) = match next {
            Some(_) => text.split_once(fixed)?,
            None => (text.strip_suffix(fixed)?, ""),
        };
        if gap.is_empty() {
            return None;
        }
        gaps.push((kind, gap));
        text = left;
        match next {
            Some(next) => rest = next,
            None => return Some(gaps),
        }
    }
}

/// A template with its gaps filled: each takes the first words of its kind that are left.
fn filled(template: &str, mut words: Vec<(&str, String)>) -> String {
    let mut parts = template.split('{');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (kind, behind) = part.split_once('}').unwrap_or((part, ""));
        if let Some(place) = words.iter().position(|(known, _)| *known == kind) {
            whole.push_str(&words.remove(place).1);
        }
        whole.push_str(behind);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn russian() -> Names {
        Names::new("ru", Some("Europe/Moscow"))
    }

    #[test]
    fn each_note_has_the_same_gaps_in_both_languages_and_no_latin_word_in_russian() {
        let kinds = |template: &str| {
            let parts = template.split('{').skip(1);
            let kinds = parts.map(|part| part.split('}').next().unwrap().to_owned());
            let mut kinds: Vec<String> = kinds.filter(|kind| kind != "id").collect();
            kinds.sort();
            kinds
        };
        for (written, russian) in answers::NOTES.iter().chain(outside::NOTES) {
            assert_eq!(kinds(written), kinds(russian), "{written}");
            let words: String = russian
                .split('{')
                .map(|part| part.split_once('}').map_or(part, |(_, behind)| behind))
                .collect();
            let latin = words.contains(|one: char| one.is_ascii_alphabetic());
            assert!(!latin, "{russian}");
        }
        for (written, english) in IN_ENGLISH {
            assert_eq!(kinds(written), kinds(english));
            let mut rows = answers::NOTES.iter();
            assert!(rows.any(|(known, _)| *known == written), "{written}");
        }
    }

    #[test]
    fn what_stands_in_the_gaps_is_told_and_ids_are_told_apart() {
        let told = |note: &str| russian().note(note);
        let words = |note: &str| told(note).text;
        assert_eq!(
            words("stock_inquiry 0.45 by model"),
            "похоже на «Есть ли в наличии», 0,45 (классификатор)"
        );
        let held = told("3 in products@9a35 row 7 − 1 promised to orders");
        assert_eq!(
            held.text,
            "таблица «Товары»: 3 (строка 7), минус 1 обещано в заказах"
        );
        assert_eq!(held.ids, ["9a35"]);
        assert_eq!(words("2 x 1790 + 400"), "2 × 1790 + 400");
        assert_eq!(
            words("shown to the buyer before, valid until 2026-11-21T20:30:00Z"),
            "покупатель уже видел эту цену; держится до 21 ноя 2026 23:30:00"
        );
        assert_eq!(
            words("not used: the number 7 stands in no fact"),
            "не использовано: числа 7 нет ни в одном факте"
        );
        assert_eq!(
            words(
                "the text of RG-20 does not say what is asked; the search is stopping; searched by words"
            ),
            "в описании нет ответа на вопрос; поиск останавливается; искали по словам"
        );
        assert_eq!(words("complaint"), "о чём: «Жалоба»");
    }

    #[test]
    fn a_note_without_words_is_shown_as_it_is_written_apart_from_the_words() {
        let note = "the moon is in the wrong house";
        let told = russian().note(note);
        assert_eq!(
            (told.text.as_str(), told.ids.as_slice()),
            ("запись службы", &[note.to_owned()][..])
        );
        let told = Names::new("en", None).note(note);
        assert_eq!((told.text.as_str(), told.ids.len()), (note, 0));
        let agreed = Names::new("en", None).note("a person of the shop agreed on it: 018f");
        assert_eq!(agreed.text, "a person of the shop agreed on it");
        assert_eq!(agreed.ids, ["018f"]);
    }
}
