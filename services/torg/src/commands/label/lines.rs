//! Labelled handovers as lines of a bank. Pure.

use std::collections::BTreeMap;

use console::figures::Handover;
use jiff::Timestamp;
use language::{masked, normalise};
use schemas::{
    EventId,
    conversation::{Intent, Language},
};

/// The columns of the built-in bank.
const HEADER: &str = "lang\tintent\tsecondary\tentities\ttext\n";

/// A file of labelled lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bank {
    /// The file.
    pub(super) text: String,
    /// Its lines, without the header.
    pub(super) count: usize,
    /// Labels that a later one of the same words overrules.
    pub(super) overruled: usize,
}

/// A label with when it was given, and of what: of two for the same words the later one counts.
struct Line {
    given: (Timestamp, EventId),
    language: Language,
    intent: Intent,
    text: String,
}

/// The lines of all labelled handovers that have words: contacts masked, none twice, in the order of language, intent and
/// text.
pub(super) fn bank<'a>(handovers: impl Iterator<Item = &'a Handover>) -> Bank {
    let mut known: BTreeMap<String, Line> = BTreeMap::new();
    let mut overruled = 0_usize;
    let mut lines: Vec<Line> = handovers.filter_map(line).collect();
    lines.sort_by_key(|line| line.given);
    for line in lines {
        let intent = line.intent;
        let before = known.insert(normalise(&line.text), line);
        if before.is_some_and(|before| before.intent != intent) {
            overruled = overruled.saturating_add(1);
        }
    }
    let mut rows: Vec<String> = known
        .values()
        .map(|line| {
            let (language, intent) = (line.language.as_str(), line.intent.as_str());
            format!("{language}\t{intent}\t\t\t{}\n", line.text)
        })
        .collect();
    rows.sort_unstable();
    Bank {
        text: format!("{HEADER}{}", rows.concat()),
        count: rows.len(),
        overruled,
    }
}

fn line(handover: &Handover) -> Option<Line> {
    let (label, turn) = (handover.label.as_ref()?, handover.turn.as_ref()?);
    let words = masked(&handover.words());
    // A tab or a line break would end the column.
    let words: Vec<&str> = words.split_whitespace().collect();
    (!words.is_empty()).then(|| Line {
        given: (label.at, handover.id),
        language: turn.language,
        intent: label.intent,
        text: words.join(" "),
    })
}

#[cfg(test)]
mod tests {
    use console::figures::{Label, Stopped};
    use schemas::{
        TurnId,
        conversation::{Actor, Ask, HandoffReason},
    };

    use super::*;

    /// A handover of these words, labelled at this second, or not at all.
    fn handed(words: &str, label: Option<(Intent, i64)>) -> Handover {
        let id = EventId::derive(&[words, &format!("{label:?}")]);
        Handover {
            id,
            at: Timestamp::UNIX_EPOCH,
            reason: HandoffReason::LowConfidence,
            detail: String::new(),
            turn: Some(Stopped {
                id: TurnId::from(id),
                messages: vec![],
                asks: vec![Ask {
                    text: words.to_owned().into(),
                    intent: Intent::Other,
                    confidence: 0.3,
                    by: "model".into(),
                    runners_up: vec![],
                    ordinal: None,
                    entities: vec![],
                    specialist: None,
                }],
                language: Language::Ru,
                threshold: 0.8,
            }),
            draft: None,
            ended: None,
            first_word: None,
            judged: None,
            label: label.map(|(intent, second)| Label {
                intent,
                by: Actor::Console("anna".into()),
                at: Timestamp::from_second(second).unwrap(),
            }),
        }
    }

    #[test]
    fn labelled_words_become_bank_lines_in_an_order_of_their_own() {
        let all = [
            handed("а чё\tпо чём\nтут", Some((Intent::ProductQuestion, 3))),
            handed("без ярлыка", None),
            handed("  ", Some((Intent::Thanks, 1))),
            handed("мерси", Some((Intent::Thanks, 2))),
            handed("Мерси", Some((Intent::Thanks, 5))),
        ];
        let told = bank(all.iter());
        let text = "lang\tintent\tsecondary\tentities\ttext\n\
                    ru\tproduct_question\t\t\tа чё по чём тут\n\
                    ru\tthanks\t\t\tМерси\n";
        assert_eq!(
            (told.text.as_str(), told.count, told.overruled),
            (text, 2, 0)
        );
        assert_eq!(bank(all.iter().rev()), told);
        let read = language::eval::read(&told.text).unwrap();
        assert_eq!(read.len(), told.count);
    }

    #[test]
    fn of_two_labels_for_the_same_words_the_later_one_counts() {
        let all = [
            handed("ну чё там", Some((Intent::OrderStatus, 9))),
            handed("Ну чё там", Some((Intent::Thanks, 2))),
        ];
        let told = bank(all.iter());
        assert_eq!((told.count, told.overruled), (1, 1));
        assert!(told.text.contains("order_status"), "{}", told.text);
    }

    #[test]
    fn a_bank_line_holds_no_contacts() {
        let words = "перезвоните 8 916 123-45-67 или anna.p@example.org";
        let told = bank([handed(words, Some((Intent::HumanRequest, 1)))].iter());
        assert!(told.text.contains("перезвоните [phone] или [e-mail]"));
        assert!(!told.text.contains("123") && !told.text.contains('@'));
    }
}
