//! A shop as it would be if something were otherwise.

use schemas::shop::{RuleRow, SettingRow, Variant};

use super::Shop;

/// The row of what stands in no sheet.
const NOWHERE: u32 = 0;

impl Shop {
    /// The shop with what `variant` says otherwise. `name` is put behind the revision of every tab that it changes, so
    /// that a fact taken from it never passes for one of the seller's sheet.
    #[must_use]
    pub fn with(&self, name: &str, variant: &Variant) -> Self {
        let mut shop = self.clone();
        let named = |revision: &str| format!("{revision}+{name}");
        if let (Some(settings), Some(confidence)) = (&mut shop.settings, variant.confidence) {
            settings.policy.confidence = confidence;
        }
        for rule in &variant.rules {
            let row = shop.rules.rows.iter_mut();
            match row.into_iter().find(|row| row.rule.is_about_same(rule)) {
                Some(row) => row.rule = rule.clone(),
                None => shop.rules.rows.push(RuleRow {
                    row: NOWHERE,
                    rule: rule.clone(),
                }),
            }
        }
        if !variant.rules.is_empty() {
            shop.rules.revision = named(&shop.rules.revision);
        }
        for (setting, value) in &variant.settings {
            let row = shop.about.rows.iter_mut();
            match row.into_iter().find(|row| row.setting == *setting) {
                Some(row) => row.value.clone_from(value),
                None => shop.about.rows.push(SettingRow {
                    row: NOWHERE,
                    setting: *setting,
                    value: value.clone(),
                }),
            }
        }
        if !variant.settings.is_empty() {
            shop.about.revision = named(&shop.about.revision);
        }
        if let Some(rows) = &variant.delivery {
            shop.delivery.rows.clone_from(rows);
            shop.delivery.revision = named(&shop.delivery.revision);
        }
        shop
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemas::{
        Kopecks,
        shop::{DeliveryRow, Rule, RuleRow, RulesRecorded, Setting},
    };

    use super::*;

    fn shop() -> Shop {
        Shop {
            rules: RulesRecorded {
                revision: "r1".to_owned(),
                rows: vec![
                    RuleRow {
                        row: 2,
                        rule: Rule::MaxDiscountPercent(5),
                    },
                    RuleRow {
                        row: 3,
                        rule: Rule::QuantityDiscount {
                            from_pieces: 3,
                            percent: 5,
                        },
                    },
                ],
            },
            ..Shop::default()
        }
    }

    #[test]
    fn a_variant_that_says_nothing_leaves_the_shop_as_it_is() {
        assert_eq!(shop().with("same", &Variant::default()), shop());
        assert!(Variant::default().is_empty());
    }

    #[test]
    fn a_rule_takes_the_place_of_its_namesake_only_and_is_no_row_of_the_sheets_revision() {
        let variant = Variant {
            rules: vec![
                Rule::MaxDiscountPercent(10),
                Rule::QuantityDiscount {
                    from_pieces: 5,
                    percent: 8,
                },
            ],
            ..Variant::default()
        };
        let tried = shop().with("generous", &variant);
        let rules: Vec<&Rule> = tried.rules().rows.iter().map(|row| &row.rule).collect();
        assert_eq!(rules[0], &Rule::MaxDiscountPercent(10));
        assert_eq!(rules.len(), 3, "three pieces and five are two rules");
        assert_eq!(tried.rules().revision, "r1+generous");
        assert_eq!(tried.delivery(), shop().delivery());
    }

    #[test]
    fn settings_and_the_delivery_table_are_replaced() {
        let row = DeliveryRow {
            row: 2,
            region: "Казань".to_owned(),
            price: Kopecks::from_rubles(100).unwrap(),
            days: None,
        };
        let variant = Variant {
            settings: BTreeMap::from([(Setting::Greeting, "Приветствуем!".to_owned())]),
            delivery: Some(vec![row.clone()]),
            ..Variant::default()
        };
        let tried = shop().with("b", &variant);
        let greeting = tried.setting(Setting::Greeting).unwrap();
        assert_eq!(greeting.value, "Приветствуем!");
        assert_eq!(tried.delivery().rows, [row]);
        assert_eq!(tried.rules().revision, "r1");
    }
}
