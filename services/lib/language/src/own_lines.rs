//! Labelled messages of an installation's own, beside the compiled-in bank.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use schemas::{conversation::Intent, shop::BankLine};

use crate::{
    bank::Example,
    eval::{ReadError, numbered},
    normalise::normalise,
};

/// Labelled messages that are learnt beside those of the bank. None by default.
///
/// Their order in the file does not matter, and neither do repeats. A line with the words of one of the bank takes its
/// place: whoever runs the shop knows better what its buyers mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnLines {
    /// Sorted by their words in one spelling, which none shares with another.
    examples: Vec<Example>,
}

/// Why own lines cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OwnLinesError {
    /// The file is not there, or no UTF-8 text.
    #[error("cannot read {} as UTF-8 text", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line cannot be read.
    #[error("{} is no bank of labelled lines", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which, and what to write instead.
        #[source]
        source: ReadError,
    },
    /// Two lines contradict each other.
    #[error(
        "{}: line {line} says {}, and line {earlier} says {} for the same words; keep one of the two",
        path.display(), intent.as_str(), before.as_str()
    )]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// The later line, from 1.
        line: usize,
        /// What it says.
        intent: Intent,
        /// The line before.
        earlier: usize,
        /// What that one says.
        before: Intent,
    },
}

/// Two lines that say different things for the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} says {}, and line {earlier} says {} for the same words; keep one of the two",
    intent.as_str(), before.as_str()
)]
pub struct Contradiction {
    /// The later line, from 1.
    pub line: usize,
    /// What it says.
    pub intent: Intent,
    /// The line before.
    pub earlier: usize,
    /// What that one says.
    pub before: Intent,
}

impl OwnLines {
    /// Reads a file of tab-separated lines: language, text, intent, or with a header that names these columns, as the
    /// bank has. `torg label --export` writes such a file, and [`crate::eval::read`] reads it.
    ///
    /// # Errors
    /// [`OwnLinesError`] names the line and what to write instead; show it with its source.
    pub fn open(path: &Path) -> Result<Self, OwnLinesError> {
        let text = fs::read_to_string(path).map_err(|source| OwnLinesError::File {
            path: path.to_owned(),
            source,
        })?;
        let lines = numbered(&text).map_err(|source| OwnLinesError::Line {
            path: path.to_owned(),
            source,
        })?;
        let lines = lines
            .into_iter()
            .map(|(line, labelled)| (line, labelled.text, labelled.intent));
        Self::gather(lines).map_err(|found| OwnLinesError::Contradiction {
            path: path.to_owned(),
            line: found.line,
            intent: found.intent,
            earlier: found.earlier,
            before: found.before,
        })
    }

    /// The lines of a variant.
    ///
    /// # Errors
    /// [`Contradiction`], when two lines say different things for the same words; lines are counted from 1.
    pub fn of(lines: &[BankLine]) -> Result<Self, Contradiction> {
        let lines = lines.iter().zip(1..);
        Self::gather(lines.map(|(line, place)| (place, line.text.clone(), line.intent)))
    }

    /// The lines, in the order of their words.
    #[must_use]
    pub fn lines(&self) -> Vec<BankLine> {
        let examples = self.examples.iter();
        examples
            .map(|example| BankLine {
                text: example.text.clone(),
                intent: example.intent,
            })
            .collect()
    }

    fn gather(
        lines: impl IntoIterator<Item = (usize, String, Intent)>,
    ) -> Result<Self, Contradiction> {
        let mut known: HashMap<String, (usize, Intent)> = HashMap::new();
        let mut examples = Vec::new();
        for (line, text, intent) in lines {
            let spelled = normalise(&text);
            let (earlier, before) = *known.entry(spelled.clone()).or_insert((line, intent));
            if before != intent {
                return Err(Contradiction {
                    line,
                    intent,
                    earlier,
                    before,
                });
            }
            examples.push((spelled, Example { intent, text }));
        }
        examples.sort_by(|one, other| (&one.0, &one.1.text).cmp(&(&other.0, &other.1.text)));
        examples.dedup_by(|later, kept| later.0 == kept.0);
        let examples = examples.into_iter().map(|(_, example)| example).collect();
        Ok(Self { examples })
    }

    /// Puts own lines into the bank, and returns what they add to its identity: nothing when they say nothing new.
    pub(crate) fn join(&self, bank: &mut Vec<Example>) -> Option<String> {
        if self.examples.is_empty() {
            return None;
        }
        let spelled: HashMap<String, Intent> = bank
            .iter()
            .map(|example| (normalise(&example.text), example.intent))
            .collect();
        let new: Vec<(String, &Example)> = self
            .examples
            .iter()
            .map(|own| (normalise(&own.text), own))
            .filter(|(words, own)| spelled.get(words) != Some(&own.intent))
            .collect();
        if new.is_empty() {
            return None;
        }
        let replaced: HashSet<&str> = new.iter().map(|(words, _)| words.as_str()).collect();
        bank.retain(|example| !replaced.contains(normalise(&example.text).as_str()));
        bank.extend(new.iter().map(|(_, own)| (*own).clone()));
        let lines = new.iter();
        Some(
            lines
                .map(|(words, own)| format!("{}\t{words}\n", own.intent.as_str()))
                .collect(),
        )
    }
}
