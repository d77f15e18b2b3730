//! Changing one section of a seller's file and nothing else.
//!
//! What the new text has to say is computed apart from the text itself; a text that says anything else is never
//! returned. So the editing of lines may be simple: where it does not do, the whole is written anew, without its
//! comments.

use toml::{Table, Value};

/// What changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// These fields of an account's section are so; the section is made where there is none.
    Channel {
        kind: &'static str,
        /// The field that names the account.
        named_by: &'static str,
        account: String,
        fields: Table,
    },
    /// The section has these fields and no others.
    Section { name: &'static str, fields: Table },
}

/// Where the lines of a section are.
enum Place {
    /// The so-and-so-many-th `[[channel]]`, from 0.
    Channel(usize),
    Section(&'static str),
    /// There is none yet.
    Missing(&'static str),
}

impl Change {
    /// Makes the change in what a file says. `false`: the file has something else in that place.
    pub(super) fn apply(&self, file: &mut Table) -> bool {
        match self {
            Self::Channel { fields, .. } => {
                let channels = file
                    .entry("channel")
                    .or_insert_with(|| Value::Array(Vec::new()));
                let Value::Array(channels) = channels else {
                    return false;
                };
                let known = channels.iter().position(|channel| self.is_account(channel));
                let known = known.and_then(|at| channels.get_mut(at));
                match known.and_then(Value::as_table_mut) {
                    Some(section) => section.extend(fields.clone()),
                    None => channels.push(Value::Table(fields.clone())),
                }
                true
            }
            Self::Section { name, fields } => {
                file.insert((*name).to_owned(), Value::Table(fields.clone()));
                true
            }
        }
    }

    /// Makes the change in the text of a file; `None` when it has something else in that place, or is no TOML.
    pub(super) fn edit(&self, text: &str) -> Option<String> {
        let before: Table = text.parse().ok()?;
        let mut wanted = before.clone();
        if !self.apply(&mut wanted) {
            return None;
        }
        if wanted == before {
            return Some(text.to_owned());
        }
        let edited = self.edit_lines(text, &before);
        if edited.parse::<Table>().is_ok_and(|says| says == wanted) {
            return Some(edited);
        }
        toml::to_string(&wanted).ok()
    }

    fn is_account(&self, channel: &Value) -> bool {
        let Self::Channel {
            kind,
            named_by,
            account,
            ..
        } = self
        else {
            return false;
        };
        let names = match channel.get(named_by) {
            Some(Value::String(name)) => name == account,
            Some(Value::Integer(number)) => number.to_string() == *account,
            _ => false,
        };
        names && channel.get("kind").and_then(Value::as_str) == Some(kind)
    }

    fn place(&self, before: &Table) -> Place {
        match self {
            Self::Channel { .. } => {
                let channels = before.get("channel").and_then(Value::as_array);
                let mut channels = channels.into_iter().flatten();
                channels
                    .position(|channel| self.is_account(channel))
                    .map_or(Place::Missing("[[channel]]"), Place::Channel)
            }
            Self::Section { name, .. } => Place::Section(name),
        }
    }

    fn edit_lines(&self, text: &str, before: &Table) -> String {
        let (fields, only) = match self {
            Self::Channel { fields, .. } => (fields, false),
            Self::Section { fields, .. } => (fields, true),
        };
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        match find(&lines, &self.place(before)) {
            Found::Lines(from, to) => {
                let old = lines.get(from..to).unwrap_or_default();
                let new = replaced(old, fields, only);
                lines.splice(from..to, new);
            }
            Found::Nowhere(header) => {
                lines.push(String::new());
                lines.push(header);
                lines.extend(fields.iter().map(written));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

enum Found {
    /// The lines behind the header, up to the next one.
    Lines(usize, usize),
    Nowhere(String),
}

fn find(lines: &[String], place: &Place) -> Found {
    let (header, skip) = match place {
        Place::Channel(number) => ("[[channel]]".to_owned(), *number),
        Place::Section(name) => (format!("[{name}]"), 0),
        Place::Missing(header) => return Found::Nowhere((*header).to_owned()),
    };
    let headers = lines.iter().enumerate();
    let headers = headers.filter_map(|(at, line)| Some((at, header_of(line)?)));
    let mut ours = headers.clone().filter(|(_, told)| *told == header);
    let Some((at, _)) = ours.nth(skip) else {
        return Found::Nowhere(header);
    };
    let mut behind = headers.map(|(next, _)| next).filter(|next| *next > at);
    let to = behind.next().unwrap_or(lines.len());
    Found::Lines(at.saturating_add(1), to)
}

/// The header that a line is, without spaces in it.
fn header_of(line: &str) -> Option<String> {
    let line = line.split('#').next().unwrap_or(line);
    let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    (plain.starts_with('[') && plain.ends_with(']')).then_some(plain)
}

/// The lines of a section with `fields` in them. `only`: no other field stays, but comments do.
fn replaced(old: &[String], fields: &Table, only: bool) -> Vec<String> {
    let mut missing = fields.clone();
    let mut new: Vec<String> = Vec::with_capacity(old.len());
    for line in old {
        let key = line.split_once('=').map(|(key, _)| key.trim());
        match key.filter(|key| !key.starts_with('#')) {
            Some(key) => match missing.remove_entry(key) {
                Some((key, value)) => new.push(written((&key, &value))),
                None if only => {}
                None => new.push(line.clone()),
            },
            None => new.push(line.clone()),
        }
    }
    let end = new.iter().rposition(|line| !line.trim().is_empty());
    let end = end.map_or(0, |last| last.saturating_add(1));
    new.splice(end..end, missing.iter().map(written));
    new
}

fn written((key, value): (&String, &Value)) -> String {
    format!("{key} = {value}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = r#"# The shop of Anna.
id = "lavka" # never change it
name = "Лавка"

[sheet]
# exported every evening
folder = "./sheet"

[[channel]] # the old account
kind = "avito"
user_id = 94000311
client_id = "old"
client_secret = "old"
webhook_secret = "avito-webhook-secret-1"
autoreply = "Скоро ответим" # as in the app

[[channel]]
kind = "web"

[requisites]
seller = """
[[channel]]
[sheet]"""
"#;

    fn fields(pairs: &[(&str, &str)]) -> Table {
        let pairs = pairs.iter();
        pairs
            .map(|(key, text)| ((*key).to_owned(), Value::from(*text)))
            .collect()
    }

    fn account(account: &str, secret: &str) -> Change {
        let mut all = fields(&[("kind", "avito"), ("user_id", account)]);
        let file = Value::Table(fields(&[("file", secret)]));
        all.insert("client_secret".to_owned(), file);
        Change::Channel {
            kind: "avito",
            named_by: "user_id",
            account: account.to_owned(),
            fields: all,
        }
    }

    #[test]
    fn a_new_account_is_written_below_and_every_line_above_it_stays() {
        let edited = account("94000312", "lavka/secret").edit(FILE).unwrap();
        assert!(edited.starts_with(FILE), "{edited}");
        let says: Table = edited.parse().unwrap();
        let added = says["channel"].as_array().unwrap().last().unwrap();
        assert_eq!(
            added["client_secret"]["file"].as_str(),
            Some("lavka/secret")
        );
    }

    #[test]
    fn an_account_that_is_there_keeps_its_other_fields_and_their_comments() {
        let edited = account("94000311", "lavka/secret").edit(FILE).unwrap();
        for kept in [
            "[[channel]] # the old account",
            "webhook_secret = \"avito-webhook-secret-1\"",
            "autoreply = \"Скоро ответим\" # as in the app",
            "id = \"lavka\" # never change it",
        ] {
            assert!(edited.contains(kept), "{edited}");
        }
        assert!(!edited.contains("client_secret = \"old\""), "{edited}");
        assert_eq!(
            edited.parse::<Table>().unwrap()["channel"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
    }

    #[test]
    fn a_section_says_what_it_is_told_and_nothing_of_what_it_said() {
        let change = Change::Section {
            name: "sheet",
            fields: fields(&[("link", "https://docs.google.com/spreadsheets/d/1")]),
        };
        let edited = change.edit(FILE).unwrap();
        assert!(
            edited.contains("# exported every evening\nlink = "),
            "{edited}"
        );
        assert!(!edited.contains("folder"), "{edited}");
        assert_eq!(change.edit(&edited).as_deref(), Some(edited.as_str()));
    }

    #[test]
    fn accounts_in_one_line_are_changed_although_no_line_can_be_added() {
        let text = "channel = [{ kind = \"web\" }]\n";
        let edited = account("94000312", "s").edit(text).unwrap();
        assert_eq!(
            edited.parse::<Table>().unwrap()["channel"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        assert_eq!(account("94000312", "s").edit("channel = 1"), None);
        assert_eq!(account("94000312", "s").edit("channel ="), None);
    }

    fn word() -> impl Strategy<Value = String> {
        "[a-z\\[\\]=#\"' \n]{0,12}"
    }

    proptest! {
        #[test]
        fn whatever_else_a_file_says_it_says_afterwards(
            other in word(),
            accounts in prop::collection::vec((94_000_311_i64..94_000_315, word()), 0..4),
            chosen in 94_000_311_i64..94_000_315,
            secret in word(),
            shown in prop::bool::ANY,
        ) {
            let mut file = fields(&[("name", &other)]);
            file.insert("requisites".to_owned(), Value::Table(fields(&[("seller", &other)])));
            let mut channels = Vec::new();
            for (number, text) in &accounts {
                let mut channel = fields(&[("kind", "avito"), ("autoreply", text)]);
                channel.insert("user_id".to_owned(), Value::from(*number));
                channels.push(Value::Table(channel));
            }
            file.insert("channel".to_owned(), Value::Array(channels));
            let text = if shown { toml::to_string_pretty(&file) } else { toml::to_string(&file) };
            let change = account(&chosen.to_string(), &secret);
            let says: Table = change.edit(&text.unwrap()).unwrap().parse().unwrap();
            let mut wanted = file.clone();
            prop_assert!(change.apply(&mut wanted));
            prop_assert_eq!(&says, &wanted);
            // Nothing but that account's section is another.
            for (key, value) in &file {
                prop_assert!(key == "channel" || says.get(key) == Some(value));
            }
            let others = |table: &Table| -> Vec<Value> {
                let channels = table["channel"].as_array().unwrap().iter();
                channels.filter(|one| !change.is_account(one)).cloned().collect()
            };
            prop_assert_eq!(others(&says), others(&file));
        }
    }
}
