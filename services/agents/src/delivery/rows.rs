//! Which row of the seller's table is meant. The gazetteer knows what a row covers; the table knows the rest.

use language::{Closeness, Settlement, SettlementKind, covers, settlement};
use schemas::{
    conversation::KnownPlace,
    shop::{DeliveryRow, Rule, RuleRow},
};

use crate::general::asks::Words;

/// The row that speaks of a place most closely: of the town, then its region, its part of the country, the country.
pub(crate) fn row_for<'a>(rows: &[&'a DeliveryRow], place: &KnownPlace) -> Option<&'a DeliveryRow> {
    let place = settlement(&place.name)?;
    let close = |row: &'a DeliveryRow| covers(&row.region, &place).map(|how| (how, row));
    let covering = rows.iter().filter_map(|row| close(row));
    let nearest = covering.min_by_key(|(how, _): &(Closeness, _)| *how);
    nearest.map(|(_, row)| row)
}

/// The rows of towns and regions inside a place that is more than a town.
pub(super) fn rows_inside<'a>(
    rows: &[&'a DeliveryRow],
    place: &KnownPlace,
) -> Vec<&'a DeliveryRow> {
    let Some(place) = settlement(&place.name).filter(|it| it.kind() != SettlementKind::City) else {
        return Vec::new();
    };
    let is_inside = |row: &&&DeliveryRow| {
        settlement(&row.region).is_some_and(|inner| inner != place && lies_in(inner, place))
    };
    rows.iter().filter(is_inside).copied().collect()
}

fn lies_in(inner: Settlement, outer: Settlement) -> bool {
    inner.region() == Some(outer)
        || inner.macro_regions().contains(&outer)
        || inner.country() == Some(outer)
}

/// Whether a row is about fetching and not about sending.
pub(crate) fn is_pickup(row: &DeliveryRow) -> bool {
    let words = Words::of(&row.region);
    words.begin(&["самовывоз", "pickup", "recogida"]) || words.follow(&["pick up"])
}

/// From which order sum on delivery is free, and to where.
#[derive(Clone, Copy)]
pub(crate) struct FreeFrom<'a> {
    /// The row of the sum.
    pub(crate) sum: &'a RuleRow,
    pub(crate) from: schemas::Kopecks,
    /// The row of the regions; `None`: to all.
    regions: Option<(&'a RuleRow, &'a [String])>,
}

impl<'a> FreeFrom<'a> {
    /// The rule in force, if there is one.
    pub(crate) fn of(rules: &'a [RuleRow]) -> Option<Self> {
        let (sum, from) = rules.iter().find_map(|row| match &row.rule {
            Rule::FreeDeliveryFrom(from) => Some((row, *from)),
            _ => None,
        })?;
        let regions = rules.iter().find_map(|row| match &row.rule {
            Rule::FreeDeliveryRegions(regions) if !regions.is_empty() => {
                Some((row, regions.as_slice()))
            }
            _ => None,
        });
        Some(Self { sum, from, regions })
    }

    /// Whether it holds for a place; a place that nobody knows has no rule.
    pub(crate) fn holds_for(&self, place: &str) -> bool {
        let Some((_, regions)) = self.regions else {
            return true;
        };
        settlement(place).is_some_and(|place| {
            let mut regions = regions.iter();
            regions.any(|region| covers(region, &place).is_some())
        })
    }

    /// The regions that the seller names, with their row.
    pub(super) const fn regions(&self) -> Option<(&'a RuleRow, &'a [String])> {
        self.regions
    }
}
