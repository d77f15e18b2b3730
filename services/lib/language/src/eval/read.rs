//! Labelled lines out of a tab-separated file.

use schemas::conversation::{Intent, Language};

/// A message with the intent that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The language that it is written in.
    pub language: Language,
    /// The message.
    pub text: String,
    /// What it wants.
    pub intent: Intent,
}

/// Why a file cannot be read. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file has no labelled line.
    #[error("no labelled line: each is language, text, intent, separated by tabs")]
    Empty,
    /// The header does not name a column that is needed.
    #[error(
        "line {line}: the header names no column {column:?}; it has to name lang, text and intent"
    )]
    Column {
        /// The header's line.
        line: usize,
        /// What is missing.
        column: &'static str,
    },
    /// A line ends before a column.
    #[error(
        "line {line}: no {column}; write language, text, intent with one tab between them, \
         or name the columns in a header line"
    )]
    Short {
        /// The line.
        line: usize,
        /// What is missing.
        column: &'static str,
    },
    /// The language is none that Torg speaks.
    #[error("line {line}: language {found:?} is unknown; write ru, en or es")]
    Language {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// The intent is none.
    #[error("line {line}: intent {found:?} is unknown; write one of {}", labels())]
    Intent {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
}

fn labels() -> String {
    Intent::ALL.map(Intent::as_str).join(", ")
}

/// Where the columns stand, counted from 0.
#[derive(Clone, Copy)]
struct Columns {
    language: usize,
    text: usize,
    intent: usize,
}

/// Without a header: language, text, intent, and anything behind them.
const PLAIN: Columns = Columns {
    language: 0,
    text: 1,
    intent: 2,
};

/// Reads tab-separated lines: language, text, intent, and others that are left alone.
///
/// A first line that names columns (`lang`, `text`, `intent`) may put them in any order, as the
/// bank's does. Blank lines are skipped.
///
/// # Errors
/// [`ReadError`]: the first line that cannot be read, with what to write instead; show it.
pub fn read(file: &str) -> Result<Vec<Labelled>, ReadError> {
    let lines = numbered(file)?.into_iter();
    Ok(lines.map(|(_, line)| line).collect())
}

/// As [`read`], each line with its number, from 1.
pub(crate) fn numbered(file: &str) -> Result<Vec<(usize, Labelled)>, ReadError> {
    let file = file.strip_prefix('\u{FEFF}').unwrap_or(file);
    let mut lines = file
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty())
        .peekable();
    let header = lines.next_if(|(line, _)| is_header(line));
    let columns = match header {
        Some((line, number)) => columns(line, number)?,
        None => PLAIN,
    };
    let labelled: Vec<(usize, Labelled)> = lines
        .map(|(line, number)| Ok((number, labelled(line, number, columns)?)))
        .collect::<Result<_, _>>()?;
    match labelled.is_empty() {
        true => Err(ReadError::Empty),
        false => Ok(labelled),
    }
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split('\t').map(str::trim)
}

/// Whether a line names columns: an intent is never spelled `intent`.
fn is_header(line: &str) -> bool {
    cells(line).any(|cell| cell.eq_ignore_ascii_case("intent"))
}

fn columns(header: &str, line: usize) -> Result<Columns, ReadError> {
    let find = |names: &[&str], column: &'static str| {
        cells(header)
            .position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)))
            .ok_or(ReadError::Column { line, column })
    };
    Ok(Columns {
        language: find(&["lang", "language"], "lang")?,
        text: find(&["text"], "text")?,
        intent: find(&["intent"], "intent")?,
    })
}

fn labelled(line: &str, number: usize, columns: Columns) -> Result<Labelled, ReadError> {
    let cell = |at: usize, column: &'static str| {
        cells(line)
            .nth(at)
            .filter(|cell| !cell.is_empty())
            .ok_or(ReadError::Short {
                line: number,
                column,
            })
    };
    let language = cell(columns.language, "language")?;
    let text = cell(columns.text, "text")?;
    let intent = cell(columns.intent, "intent")?;
    Ok(Labelled {
        language: Language::parse(language).ok_or_else(|| ReadError::Language {
            line: number,
            found: language.to_owned(),
        })?,
        text: text.to_owned(),
        intent: Intent::parse(intent).ok_or_else(|| ReadError::Intent {
            line: number,
            found: intent.to_owned(),
        })?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(language: Language, text: &str, intent: Intent) -> Labelled {
        Labelled {
            language,
            text: text.to_owned(),
            intent,
        }
    }

    #[test]
    fn a_header_is_optional_and_may_name_another_order() {
        let thanks = vec![one(Language::Es, "gracias", Intent::Thanks)];
        for file in [
            "es\tgracias\tthanks",
            "\u{FEFF}es\tgracias\tthanks\tqty=1\r\n\r\n",
            "lang\ttext\tintent\nes\tgracias\tthanks\n",
            "lang\tintent\tsecondary\tentities\ttext\nes\tthanks\t\t\tgracias\n",
        ] {
            assert_eq!(read(file).as_ref(), Ok(&thanks), "{file:?}");
        }
    }

    #[test]
    fn the_bank_can_be_evaluated() {
        let bank = include_str!("../../data/intents_bank.tsv");
        assert_eq!(read(bank).unwrap().len(), bank.lines().count() - 1);
    }

    #[test]
    fn a_bad_line_is_named_with_what_to_write() {
        for (file, said) in [
            ("", "no labelled line"),
            ("lang\ttext\tintent\n", "no labelled line"),
            (
                "lang\tintent\nru\tthanks",
                "line 1: the header names no column \"text\"",
            ),
            (
                "ru\tспасибо\tthanks\n\nru спасибо thanks",
                "line 3: no text",
            ),
            ("ru\t\tthanks", "line 1: no text"),
            (
                "fr\tmerci\tthanks",
                "line 1: language \"fr\" is unknown; write ru, en or es",
            ),
            (
                "ru\tспасибо\tthank",
                "line 1: intent \"thank\" is unknown; write one of greeting,",
            ),
        ] {
            let message = read(file).unwrap_err().to_string();
            assert!(message.contains(said), "{message}");
        }
    }
}
