//! How a report is shown: in which language, at which place of the world, and with whose names.

use console::names::{LANGUAGES, Names};
use domain::Shop;
use eventlog::EventLog;
use schemas::{AggregateKey, ShopId};

use super::people::People;

/// How a report is shown.
pub(crate) struct Look {
    pub(crate) names: Names,
    pub(crate) people: People,
    /// What the address of a conversation's page is before its id; empty: nothing leads there.
    pub(crate) conversations: String,
}

impl Look {
    /// In this language, or in the first of the shop's languages that there are words in; at the shop's place.
    ///
    /// # Errors
    /// When the log does not answer.
    pub(crate) async fn of(
        log: &EventLog,
        shop: &ShopId,
        language: Option<&str>,
        people: People,
    ) -> Result<Self, eventlog::LogError> {
        let shop = log.load::<Shop>(&AggregateKey::shop(shop)).await?.state;
        let settings = shop.settings();
        let languages = settings.map_or(&[][..], |settings| settings.languages.as_slice());
        let zone = settings.map(|settings| settings.timezone.as_str());
        let own = languages.iter().map(String::as_str);
        let known = own.into_iter().find(|code| LANGUAGES.contains(code));
        let [usual, _] = LANGUAGES;
        Ok(Self {
            names: Names::new(language.or(known).unwrap_or(usual), zone),
            people,
            conversations: String::new(),
        })
    }
}
