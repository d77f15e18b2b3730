//! What the shop says about itself, each with its row of the settings tab.

use language::{Arg, SayError, say};
use schemas::{
    conversation::{Fact, FactSource, Language},
    shop::{Setting, SettingRow, SettingsRecorded},
    stock::SheetRow,
};

/// Words with the facts in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) facts: Vec<Fact>,
}

/// The settings tab, to be told from.
#[derive(Clone, Copy)]
pub(crate) struct About<'a>(pub(crate) &'a SettingsRecorded);

impl<'a> About<'a> {
    fn row(self, setting: Setting) -> Option<&'a SettingRow> {
        let mut rows = self.0.rows.iter();
        rows.find(|row| row.setting == setting && !row.value.trim().is_empty())
    }

    /// A setting as the seller wrote it, with its fact.
    pub(crate) fn told(self, setting: Setting) -> Option<(&'a str, Fact)> {
        let row = self.row(setting)?;
        let fact = Fact {
            name: format!("shop.{}", name(setting)),
            value: row.value.clone(),
            sku: None,
            source: FactSource::Sheet(SheetRow {
                tab: "settings".to_owned(),
                revision: self.0.revision.clone(),
                row: row.row,
            }),
        };
        Some((row.value.trim(), fact))
    }

    /// Where the shop is, as the seller wrote it.
    pub(crate) fn address_text(self) -> Option<&'a str> {
        self.row(Setting::Address).map(|row| row.value.trim())
    }

    /// When somebody is there; `None` when the settings do not say.
    pub(crate) fn hours(self, language: Language) -> Result<Option<Said>, SayError> {
        let (id, days, hours) = match (self.told(Setting::WorkDays), self.told(Setting::WorkHours))
        {
            (Some(days), Some(hours)) => ("general-days-and-hours", Some(days), Some(hours)),
            (Some(days), None) => ("general-days", Some(days), None),
            (None, Some(hours)) => ("general-hours", None, Some(hours)),
            (None, None) => return Ok(None),
        };
        let mut args = Vec::new();
        let mut facts = Vec::new();
        for (name, told) in [("days", days), ("hours", hours)] {
            if let Some((value, fact)) = told {
                args.push((name, Arg::Text(value)));
                facts.push(fact);
            }
        }
        let text = say(language, id, &args)?;
        Ok(Some(Said { text, facts }))
    }

    /// Where the shop is.
    pub(crate) fn address(self, language: Language) -> Result<Option<Said>, SayError> {
        self.one(language, Setting::Address, "general-address", "address")
    }

    /// The shop's telephone.
    pub(crate) fn phone(self, language: Language) -> Result<Option<Said>, SayError> {
        self.one(language, Setting::Phone, "general-phone", "phone")
    }

    fn one(
        self,
        language: Language,
        setting: Setting,
        id: &str,
        arg: &str,
    ) -> Result<Option<Said>, SayError> {
        let Some((value, fact)) = self.told(setting) else {
            return Ok(None);
        };
        let text = say(language, id, &[(arg, Arg::Text(value))])?;
        let facts = vec![fact];
        Ok(Some(Said { text, facts }))
    }
}

const fn name(setting: Setting) -> &'static str {
    match setting {
        Setting::ShopName => "name",
        Setting::Greeting => "greeting",
        Setting::Signature => "signature",
        Setting::Address => "address",
        Setting::WorkDays => "work_days",
        Setting::WorkHours => "work_hours",
        Setting::Holidays => "holidays",
        Setting::Phone => "phone",
        Setting::Tone => "tone",
    }
}

/// Several things said one after the other.
pub(crate) fn together(parts: impl IntoIterator<Item = Said>) -> Said {
    let mut texts = Vec::new();
    let mut facts = Vec::new();
    for part in parts {
        texts.push(part.text);
        facts.extend(part.facts);
    }
    Said {
        text: texts.join(" "),
        facts,
    }
}
