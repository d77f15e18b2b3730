//! What is said of delivery, each number with its row.

use language::{Arg, SayError, money, say, settlement};
use schemas::{
    Kopecks,
    conversation::{Fact, FactSource, Language},
    shop::{DeliveryRow, RuleRow},
    stock::SheetRow,
};

use super::{
    Tables,
    rows::{FreeFrom, is_pickup},
};
use crate::general::about::Said;

/// What the answer begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    Price,
    Days,
}

/// A place with the row that holds for it.
pub(super) struct Line<'a> {
    pub(super) place: String,
    pub(super) row: &'a DeliveryRow,
}

impl<'a> Line<'a> {
    /// A row for itself, under the name that it has.
    pub(super) fn of_row(language: Language, row: &'a DeliveryRow) -> Self {
        Self {
            place: place_name(language, &row.region),
            row,
        }
    }
}

/// A place in the buyer's language when the gazetteer knows it, else as it is written.
pub(crate) fn place_name(language: Language, name: &str) -> String {
    match settlement(name) {
        Some(place) if language != Language::Ru => place.name(language).to_owned(),
        Some(_) | None => name.trim().to_owned(),
    }
}

/// The speaker of one answer.
#[derive(Clone, Copy)]
pub(super) struct Speaker<'a> {
    pub(super) language: Language,
    pub(super) tables: Tables<'a>,
}

impl Speaker<'_> {
    /// Price and days of several places; one sentence for one, a line each for more.
    pub(super) fn lines(self, lines: &[Line<'_>], first: First) -> Result<Said, SayError> {
        let mut said = Vec::with_capacity(lines.len());
        let mut facts = Vec::new();
        for line in lines {
            said.push(self.line(line, first)?);
            facts.extend(self.row_facts(line.row));
        }
        let intro = match first {
            First::Price => "delivery-intro",
            First::Days => "delivery-intro-days",
        };
        let intro = say(self.language, intro, &[])?;
        let text = match said.as_slice() {
            [only] => format!("{intro} {only}."),
            several => format!("{intro}\n{}", several.join("\n")),
        };
        Ok(Said { text, facts })
    }

    fn line(self, line: &Line<'_>, first: First) -> Result<String, SayError> {
        let price = self.price(line.row.price)?;
        let args = [
            ("place", Arg::Text(&line.place)),
            ("cost", Arg::Text(&price)),
        ];
        match (days(line.row), first) {
            (None, _) => say(self.language, "delivery-line-no-days", &args),
            (Some(days), first) => {
                let [place, cost] = args;
                let id = match first {
                    First::Price => "delivery-line",
                    First::Days => "delivery-line-days-first",
                };
                say(self.language, id, &[place, cost, ("days", Arg::Text(days))])
            }
        }
    }

    fn price(self, price: Kopecks) -> Result<String, SayError> {
        if price == Kopecks::new(0) {
            say(self.language, "delivery-free", &[])
        } else {
            Ok(money(self.language, price))
        }
    }

    /// What fetching costs and when; the row's own words.
    pub(super) fn pickup(self, row: &DeliveryRow) -> Result<Said, SayError> {
        let price = self.price(row.price)?;
        let cost = ("cost", Arg::Text(&price));
        let text = match days(row) {
            Some(terms) => {
                let terms = ("terms", Arg::Text(terms));
                say(self.language, "delivery-pickup", &[cost, terms])?
            }
            None => say(self.language, "delivery-pickup-no-terms", &[cost])?,
        };
        let facts = self.row_facts(row);
        Ok(Said { text, facts })
    }

    /// From which sum on it is free to these places; `None` when it is to none of them, or always.
    pub(super) fn free_from(
        self,
        free: &FreeFrom<'_>,
        lines: &[Line<'_>],
    ) -> Result<Option<Said>, SayError> {
        let paid = lines
            .iter()
            .filter(|line| line.row.price > Kopecks::new(0) && !is_pickup(line.row));
        let paid: Vec<&Line<'_>> = paid.collect();
        let holds = |line: &&&Line<'_>| free.holds_for(&line.place);
        let some: Vec<&str> = paid
            .iter()
            .filter(holds)
            .map(|line| line.place.as_str())
            .collect();
        if some.is_empty() {
            return Ok(None);
        }
        let places = (some.len() < paid.len()).then(|| some.join(", "));
        self.free_rule(free, places.as_deref()).map(Some)
    }

    /// The rule by itself, for all of its regions.
    pub(super) fn free_anywhere(self, free: &FreeFrom<'_>) -> Result<Said, SayError> {
        let places = free.regions().map(|(_, regions)| {
            let names = regions.iter().map(|name| place_name(self.language, name));
            names.collect::<Vec<_>>().join(", ")
        });
        self.free_rule(free, places.as_deref())
    }

    fn free_rule(self, free: &FreeFrom<'_>, places: Option<&str>) -> Result<Said, SayError> {
        let price = ("price", Arg::Money(free.from));
        let text = match places {
            None => say(self.language, "delivery-free-from", &[price])?,
            Some(places) => {
                let places = ("places", Arg::Text(places));
                say(self.language, "delivery-free-from-to", &[price, places])?
            }
        };
        let sum = self.rule_fact("rule.free_delivery_from", free.from.to_string(), free.sum);
        let mut facts = vec![sum];
        if let Some((row, regions)) = free.regions() {
            facts.push(self.rule_fact("rule.free_delivery_regions", regions.join("; "), row));
        }
        Ok(Said { text, facts })
    }

    fn rule_fact(self, name: &str, value: String, row: &RuleRow) -> Fact {
        fact(name, value, "rules", &self.tables.rules.revision, row.row)
    }

    fn row_facts(self, row: &DeliveryRow) -> Vec<Fact> {
        let revision = &self.tables.delivery.revision;
        let of_row = |name: &str, value: String| fact(name, value, "delivery", revision, row.row);
        let mut facts = vec![
            of_row("delivery.region", row.region.clone()),
            of_row("delivery.price", row.price.to_string()),
        ];
        facts.extend(days(row).map(|days| of_row("delivery.days", days.to_owned())));
        facts
    }
}

fn days(row: &DeliveryRow) -> Option<&str> {
    let days = row.days.as_deref().map(str::trim);
    days.filter(|days| !days.is_empty())
}

fn fact(name: &str, value: String, tab: &str, revision: &str, row: u32) -> Fact {
    Fact {
        name: name.to_owned(),
        value,
        sku: None,
        source: FactSource::Sheet(SheetRow {
            tab: tab.to_owned(),
            revision: revision.to_owned(),
            row,
        }),
    }
}
