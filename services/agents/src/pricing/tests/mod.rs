//! Prices and haggling: decisions, their laws, and how they are said.

mod agreed;
mod decisions;
mod laws;
mod said;

use std::collections::BTreeMap;

use domain::{Shop, stock::Shown};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    EventId, Fold as _, Kopecks, Meta, Recorded, ShopId, Sku,
    conversation::Offer,
    shop::{Policy, Rule, RuleRow, RulesRecorded, SheetAddress, ShopConfigured, ShopEvent},
};

use super::haggle::{Decision, Named, Wish};
use crate::goods::tests::article;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn rubles(rubles: i64) -> Kopecks {
    Kopecks::from_rubles(rubles).unwrap()
}

/// A rucksack for 2490 that may go for 2290.
fn rucksack() -> Shown {
    let mut shown = article(
        2,
        "RG-20-RED",
        "Рюкзак городской «Вектор» 20 л красный",
        5,
        2490,
    );
    shown.product.min_price = Some(rubles(2290));
    shown
}

/// Rules, one a row from 2 on.
fn rules(rules: &[Rule]) -> Vec<RuleRow> {
    let rows = (2..).zip(rules);
    rows.map(|(row, rule)| RuleRow {
        row,
        rule: rule.clone(),
    })
    .collect()
}

fn break_of(from_pieces: u32, percent: u32) -> Rule {
    Rule::QuantityDiscount {
        from_pieces,
        percent,
    }
}

const fn less() -> Wish {
    Wish {
        pieces: 1,
        named: None,
    }
}

fn named(rubles: i64) -> Wish {
    Wish {
        pieces: 1,
        named: Some(Named::Price(self::rubles(rubles))),
    }
}

fn offer(sku: &Sku, price: Kopecks, from_pieces: u32, until: Timestamp) -> Offer {
    Offer {
        sku: sku.clone(),
        from_pieces,
        price,
        list_price: rubles(2490),
        valid_until: until,
    }
}

/// The offer that a decision makes, as the buyer has it then.
fn made(article: &Shown, decision: &Decision, until: Timestamp) -> Option<Offer> {
    let sku = &article.product.sku;
    let made = offer(sku, decision.price, decision.from_pieces, until);
    decision.kind.is_offer().then_some(made)
}

/// A shop with these rules whose offers hold for a day.
fn shop_with(rules: Vec<RuleRow>) -> Shop {
    let configured = ShopConfigured {
        id: ShopId::new("lavka").unwrap(),
        name: "Лавка".to_owned(),
        timezone: "Europe/Moscow".to_owned(),
        currency: "RUB".to_owned(),
        languages: vec!["ru".to_owned()],
        sheet: SheetAddress::Folder("lavka".to_owned()),
        channels: Vec::new(),
        sellers: Vec::new(),
        policy: Policy::default(),
        requisites: BTreeMap::new(),
        secret_digests: BTreeMap::new(),
        webhooks: Vec::new(),
    };
    let recorded = RulesRecorded {
        revision: "fedcba9876543210".to_owned(),
        rows: rules,
    };
    let events = [
        ShopEvent::ShopConfigured(Box::new(configured)),
        ShopEvent::RulesRecorded(recorded),
    ];
    let mut shop = Shop::default();
    for (version, event) in (1..).zip(events) {
        let id = EventId::derive(&["test", &version.to_string()]);
        shop.evolve(&Recorded {
            seq: version,
            version,
            meta: Meta {
                id,
                time: now(),
                source: "test".to_owned(),
                correlation: id,
                causation: None,
                traceparent: None,
            },
            event,
        });
    }
    shop
}
