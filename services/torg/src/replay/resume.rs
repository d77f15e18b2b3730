//! What of a replay is done already, in a file of lines: the first says of what, each other one a conversation.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use schemas::AggregateKey;
use serde::{Deserialize, Serialize};

use super::{compare::Turn, report::Asked, world::Ends};

/// What a replay is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) asked: Asked,
    /// Where the log ended when it began: what came since is of another past.
    pub(crate) ends: Ends,
}

/// A conversation that is done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finished {
    pub(crate) key: AggregateKey,
    pub(crate) turns: Vec<Turn>,
    /// Why it could not be replayed at all.
    pub(crate) problem: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    turns: Vec<Turn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What a file that is to be gone on with is of; `None`: nothing is begun there.
///
/// # Errors
/// When it is the file of something else.
pub(crate) fn begun(path: &Path) -> anyhow::Result<Option<Header>> {
    let shown = path.display();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
    };
    let Some(first) = BufReader::new(file).lines().next().transpose()? else {
        return Ok(None);
    };
    let header = serde_json::from_str(&first)
        .with_context(|| format!("{shown} is no file of a replay; name another"))?;
    Ok(Some(header))
}

/// The file.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    header: Header,
}

impl Journal {
    /// Opens a file to go on with, or begins one. Gives what is done already.
    ///
    /// # Errors
    /// When it is of another replay, cannot be read, or cannot be written.
    pub(crate) fn open(path: &Path, now: Header) -> anyhow::Result<(Self, Vec<Finished>)> {
        let shown = path.display();
        let known = match File::open(path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
        };
        let mut lines = match known {
            Some(file) => BufReader::new(file).lines(),
            None => return Self::begin(path, now),
        };
        let Some(first) = lines.next().transpose()? else {
            return Self::begin(path, now);
        };
        let header: Header = serde_json::from_str(&first)
            .with_context(|| format!("{shown} is no file of a replay; name another"))?;
        ensure!(
            header.asked == now.asked,
            "{shown} is of a replay that asked something else (span, variant, build or bank); name another file"
        );
        let (mut done, mut whole) = (Vec::new(), first.len() + 1);
        for line in lines {
            let line = line.with_context(|| format!("cannot read {shown}"))?;
            // The last line may have been cut off while it was written.
            let Ok(finished) = read(&line) else { break };
            whole += line.len() + 1;
            done.push(finished);
        }
        let file = OpenOptions::new().write(true).open(path);
        let mut file = file.with_context(|| format!("cannot write {shown}"))?;
        file.set_len(u64::try_from(whole)?)?;
        std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0))?;
        let path = path.to_owned();
        Ok((Self { path, file, header }, done))
    }

    fn begin(path: &Path, header: Header) -> anyhow::Result<(Self, Vec<Finished>)> {
        let file = super::private(path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        let path = path.to_owned();
        let mut journal = Self { path, file, header };
        let line = serde_json::to_string(&journal.header)?;
        journal.write(line)?;
        Ok((journal, Vec::new()))
    }

    /// Where the log ended when the replay began.
    pub(crate) const fn ends(&self) -> &Ends {
        &self.header.ends
    }

    /// Notes a conversation that is done.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn note(&mut self, one: &Finished) -> anyhow::Result<()> {
        let line = serde_json::to_string(&Line {
            key: one.key.to_string(),
            turns: one.turns.clone(),
            problem: one.problem.clone(),
        })?;
        self.write(line)
    }

    fn write(&mut self, mut line: String) -> anyhow::Result<()> {
        line.push('\n');
        let written = self.file.write_all(line.as_bytes());
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

fn read(line: &str) -> anyhow::Result<Finished> {
    let Line {
        key,
        turns,
        problem,
    } = serde_json::from_str(line)?;
    let key = AggregateKey::parse_key(&key).context("no key")?;
    Ok(Finished {
        key,
        turns,
        problem,
    })
}

#[cfg(test)]
mod tests {
    use schemas::{ConversationId, ShopId, shop::Variant};

    use super::*;

    fn header(name: &str) -> Header {
        Header {
            asked: Asked {
                shop: ShopId::new("shop").unwrap(),
                name: name.to_owned(),
                from: None,
                to: None,
                conversation: None,
                variant: Variant::default(),
                baseline: "torg".to_owned(),
                candidate: None,
            },
            ends: vec![7, 8],
        }
    }

    fn finished(name: &str) -> Finished {
        let shop = ShopId::new("shop").unwrap();
        Finished {
            key: AggregateKey::conversation(&shop, ConversationId::derive(&[name])),
            turns: Vec::new(),
            problem: Some(name.to_owned()),
        }
    }

    #[test]
    fn a_line_that_was_cut_off_is_done_again_and_the_past_stays_the_one_that_was_begun_with() {
        let path = std::env::temp_dir().join(format!("torg-resume-{}", std::process::id()));
        let (mut journal, done) = Journal::open(&path, header("a")).unwrap();
        assert!(done.is_empty());
        journal.note(&finished("one")).unwrap();
        journal.note(&finished("two")).unwrap();
        drop(journal);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, &text[..text.len() - 9]).unwrap();
        let later = Header {
            ends: vec![9, 9],
            ..header("a")
        };
        let (mut journal, done) = Journal::open(&path, later).unwrap();
        assert_eq!(done, [finished("one")]);
        assert_eq!(*journal.ends(), [7, 8]);
        journal.note(&finished("two")).unwrap();
        drop(journal);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        let other = Journal::open(&path, header("b")).err().unwrap();
        assert!(format!("{other:#}").contains("asked something else"));
        assert_eq!(begun(&path).unwrap(), Some(header("a")));
        std::fs::remove_file(path).unwrap();
    }
}
