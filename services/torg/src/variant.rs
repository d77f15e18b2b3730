//! Files that say what to try otherwise than a shop has it.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use ingest::sheet::{delivery, rules, settings};
use language::OwnLines;
use schemas::shop::{SheetProblem, Variant};
use serde::Deserialize;

/// A variant as it is written in a file.
///
/// ```toml
/// confidence = 0.7
/// delivery = "delivery.csv"      # a table as the sheet has it; paths are those beside this file
/// bank = "lines.tsv"             # as `torg label --export` writes it
/// [rules]                        # names and values as in the sheet's tabs, Russian or English
/// max_discount_percent = 10
/// [settings]
/// greeting = "Добрый день!"
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct VariantFile {
    confidence: Option<f64>,
    rules: toml::Table,
    settings: toml::Table,
    delivery: Option<String>,
    bank: Option<String>,
}

/// Reads a variant.
///
/// # Errors
/// When the file, or one that it names, cannot be read or understood; the error says where and what to write instead.
pub(crate) fn read(path: &Path) -> anyhow::Result<Variant> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {} as UTF-8 text", path.display()))?;
    let file: VariantFile =
        toml::from_str(&text).with_context(|| format!("{} is no variant", path.display()))?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    file.variant(folder)
        .with_context(|| format!("in {}", path.display()))
}

/// Reads a variant that stands in no file: it can name no file either.
///
/// # Errors
/// As [`read`], and when it names a file.
pub(crate) fn parse(text: &str) -> anyhow::Result<Variant> {
    let file: VariantFile = toml::from_str(text).context("this is no variant")?;
    for (name, path) in [("delivery", &file.delivery), ("bank", &file.bank)] {
        ensure!(
            path.is_none(),
            "{name} names a file, and files are read only by `torg replay --variant FILE`"
        );
    }
    file.variant(Path::new("."))
}

impl VariantFile {
    /// The variant; paths are relative to `folder`.
    ///
    /// # Errors
    /// As [`read`].
    pub(crate) fn variant(&self, folder: &Path) -> anyhow::Result<Variant> {
        if let Some(confidence) = self.confidence {
            ensure!(
                (0.0..=1.0).contains(&confidence),
                "confidence = {confidence} is no probability; write a number from 0 to 1"
            );
        }
        let rules = rules::parse(&tab("rules", &self.rules)?)?;
        told("rules", &rules.problems)?;
        let settings = settings::parse(&tab("settings", &self.settings)?)?;
        told("settings", &settings.problems)?;
        let delivery = match &self.delivery {
            None => None,
            Some(name) => {
                let path = folder.join(name);
                let bytes = std::fs::read(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let table = delivery::parse(&bytes)
                    .with_context(|| format!("{} is no delivery table", path.display()))?;
                told(name, &table.problems)?;
                Some(table.rows)
            }
        };
        let bank = match &self.bank {
            None => None,
            Some(name) => Some(OwnLines::open(&folder.join(name))?.lines()),
        };
        Ok(Variant {
            confidence: self.confidence,
            rules: rules.rows.into_iter().map(|row| row.rule).collect(),
            settings: settings
                .rows
                .into_iter()
                .map(|row| (row.setting, row.value))
                .collect(),
            delivery,
            bank,
        })
    }
}

/// A table of names and values as the sheet's tab would have it, so that both are read by the same rules.
fn tab(name: &str, table: &toml::Table) -> anyhow::Result<Vec<u8>> {
    let mut csv = String::from("name,value\n");
    for (key, value) in table {
        let value = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(_) | toml::Value::Float(_) => value.to_string(),
            other => bail!(
                "[{name}] {key} is a {}; write a text or a number, as in the sheet",
                other.type_str()
            ),
        };
        csv.push_str(&format!("{},{}\n", quoted(key), quoted(&value)));
    }
    Ok(csv.into_bytes())
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// In a sheet a broken row is set aside; here nothing is tried that was not meant.
fn told(what: &str, problems: &[SheetProblem]) -> anyhow::Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let all: Vec<&str> = problems
        .iter()
        .map(|problem| problem.problem.as_str())
        .collect();
    bail!("{what}: {}", all.join("; "))
}

#[cfg(test)]
mod tests {
    use schemas::{
        conversation::Intent,
        shop::{BankLine, Rule, Setting},
    };

    use super::*;

    fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let folder =
            std::env::temp_dir().join(format!("torg-variant-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, content) in files {
            std::fs::write(folder.join(name), content).unwrap();
        }
        folder
    }

    #[test]
    fn a_file_says_what_is_tried_in_the_words_of_the_sheet() {
        let folder = folder(
            "whole",
            &[
                (
                    "b.toml",
                    "confidence = 0.7\ndelivery = \"delivery.csv\"\nbank = \"lines.tsv\"\n[rules]\nmax_discount_percent = 10\n\
                     [settings]\ngreeting = \"Здравствуйте, «друзья»!\"\n",
                ),
                ("delivery.csv", "регион,цена,срок\nКазань,300,3-5 дней\n"),
                ("lines.tsv", "ru\tмерси\tthanks\n"),
            ],
        );
        let variant = read(&folder.join("b.toml")).unwrap();
        assert_eq!(variant.confidence, Some(0.7));
        assert_eq!(variant.rules, [Rule::MaxDiscountPercent(10)]);
        assert_eq!(
            variant.settings[&Setting::Greeting],
            "Здравствуйте, «друзья»!"
        );
        assert_eq!(variant.delivery.unwrap()[0].region, "Казань");
        let line = BankLine {
            text: "мерси".to_owned(),
            intent: Intent::Thanks,
        };
        assert_eq!(variant.bank.unwrap(), [line]);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name_and_nothing_of_it_is_tried() {
        for (content, part) in [
            ("confidence = 7", "confidence = 7 is no probability"),
            ("[rules]\nmax_discount = \"many\"", "rules: "),
            (
                "[rules]\nmax_discount_percent = [1]",
                "[rules] max_discount_percent is a array",
            ),
            ("[settings]\nmood = \"good\"", "settings: "),
            ("delivery = \"nowhere.csv\"", "nowhere.csv"),
            ("treshold = 0.5", "treshold"),
        ] {
            let folder = folder("broken", &[("b.toml", content)]);
            let error = format!("{:#}", read(&folder.join("b.toml")).unwrap_err());
            assert!(error.contains(part), "{content}: {error}");
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
}
