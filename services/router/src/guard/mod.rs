//! The guard: no number leaves that is not in a fact of its turn.
//!
//! Owner and freshness are the conversation's own rules; the words are judged here. What a model makes of them has to
//! say the same in [`phrased`], too.

mod phrased;

pub(crate) use phrased::judge as judge_phrased;

use language::digits_in;
use schemas::conversation::{Fact, ProductList};

/// Why words may not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Objection {
    /// A number stands in no fact.
    InventedNumber(String),
    /// Nothing is said.
    Empty,
    /// A model left something out, or added something: what, and which.
    Changed(&'static str, String),
}

impl std::fmt::Display for Objection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InventedNumber(number) => write!(f, "the number {number} stands in no fact"),
            Self::Empty => f.write_str("nothing is said"),
            Self::Changed(what, which) => write!(f, "the model changed {what}: {which}"),
        }
    }
}

/// Judges the words of a reply. The places of a list that it shows, 1 to its length at the head of a line, are not
/// numbers of their own.
pub(crate) fn judge(
    text: &str,
    facts: &[Fact],
    list: Option<&ProductList>,
) -> Result<(), Objection> {
    if text.trim().is_empty() {
        return Err(Objection::Empty);
    }
    let known: Vec<String> = facts
        .iter()
        .flat_map(|fact| digits_in(&fact.value))
        .collect();
    let places = list.map_or(0, |list| list.items.len());
    for line in text.lines() {
        let said = digits_in(without_place(line, places));
        if let Some(invented) = said.into_iter().find(|number| !known.contains(number)) {
            return Err(Objection::InventedNumber(invented));
        }
    }
    Ok(())
}

fn without_place(line: &str, places: usize) -> &str {
    let Some((head, rest)) = line.trim_start().split_once(". ") else {
        return line;
    };
    match head.parse::<usize>() {
        Ok(place) if (1..=places).contains(&place) => rest,
        Ok(_) | Err(_) => line,
    }
}

#[cfg(test)]
mod tests {
    use schemas::{Sku, conversation::FactSource};

    use super::*;

    fn fact(value: &str) -> Fact {
        Fact {
            name: "price".into(),
            value: value.into(),
            sku: None,
            source: FactSource::Counted,
        }
    }

    #[test]
    fn a_number_that_is_in_no_fact_does_not_leave() {
        let facts = [fact("2490"), fact("Рюкзак 20 л"), fact("3")];
        assert_eq!(
            judge("Рюкзак 20 л есть: 3 шт. по 2\u{a0}490 ₽", &facts, None),
            Ok(())
        );
        assert_eq!(
            judge("Есть 4 шт.", &facts, None),
            Err(Objection::InventedNumber("4".into()))
        );
        assert_eq!(
            judge("Отдам за 1 990", &facts, None),
            Err(Objection::InventedNumber("1990".into()))
        );
    }

    #[test]
    fn places_of_a_list_are_allowed_only_where_they_stand() {
        let list = ProductList {
            items: vec![Sku::new("a"), Sku::new("b")],
        };
        assert_eq!(judge("1. Синий\n2. Красный", &[], Some(&list)), Ok(()));
        assert!(judge("3. Зелёный", &[], Some(&list)).is_err());
        assert!(judge("Осталось 2. Берите", &[], Some(&list)).is_err());
    }

    #[test]
    fn silence_is_not_a_reply() {
        assert_eq!(judge(" \n", &[], None), Err(Objection::Empty));
    }
}
