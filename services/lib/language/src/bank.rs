//! The bank of labelled messages that the classifier is trained on.
//!
//! A line is language, intent, second intent, entities, text, separated by tabs. Only intent and
//! text are used here; the rest is kept for people and for later rules.

use schemas::conversation::Intent;
use sha2::{Digest as _, Sha256};

/// The bank, as it was compiled in.
pub(crate) const BANK: &str = include_str!("../data/intents_bank.tsv");

/// One labelled message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Example {
    pub(crate) intent: Intent,
    pub(crate) text: String,
}

/// Reads a bank; the error is the number of the first line that is not one.
pub(crate) fn read(bank: &str) -> Result<Vec<Example>, usize> {
    bank.lines()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| example(line).ok_or(index + 1))
        .collect()
}

fn example(line: &str) -> Option<Example> {
    let mut columns = line.split('\t');
    let intent = Intent::parse(columns.nth(1)?)?;
    let text = columns.nth(2)?.to_owned();
    Some(Example { intent, text })
}

/// The first 12 hex digits of the SHA-256 of everything given, each part closed by a zero byte.
pub(crate) fn digest12(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut hex = format!("{:x}", hasher.finalize());
    hex.truncate(12);
    hex
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::normalise::normalise;

    #[test]
    fn the_bank_is_well_formed_and_every_intent_has_examples() {
        let examples = read(BANK).unwrap();
        for intent in Intent::ALL {
            let count = examples.iter().filter(|e| e.intent == intent).count();
            assert!(count >= 40, "{intent:?} has {count}");
        }
    }

    #[test]
    fn no_message_of_the_bank_has_two_intents() {
        let mut seen: HashMap<String, Intent> = HashMap::new();
        for example in read(BANK).unwrap() {
            let known = seen.insert(normalise(&example.text), example.intent);
            assert!(
                known.is_none_or(|intent| intent == example.intent),
                "{example:?} is also {known:?}"
            );
        }
    }
}
