//! All articles of all shops, folded from their histories: what a search looks through.
//!
//! A read model in memory. It finds candidates; what is said of one is loaded from its own history.

use std::collections::BTreeMap;

use schemas::{AggregateKey, Fold as _, Recorded, ShopId, Sku, stock::StockEvent};

use crate::stock::{Article, Shown};

/// The articles of every shop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    shops: BTreeMap<ShopId, BTreeMap<Sku, Article>>,
}

impl Catalogue {
    /// Applies an event of the article that `key` names; keys of other kinds change nothing.
    pub fn apply(&mut self, key: &AggregateKey, recorded: &Recorded<StockEvent>) {
        let Some(sku) = key.sku() else { return };
        let shop = self.shops.entry(key.shop_id().clone()).or_default();
        shop.entry(sku).or_default().evolve(recorded);
    }

    /// The articles that a shop's sheet shows, by SKU.
    pub fn shown(&self, shop: &ShopId) -> impl Iterator<Item = &Shown> {
        self.shops
            .get(shop)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(Article::shown)
    }

    /// Every article that a sheet shows, of all shops.
    pub fn keys(&self) -> impl Iterator<Item = (&ShopId, &Sku)> {
        self.shops.iter().flat_map(|(shop, articles)| {
            let shown = articles
                .iter()
                .filter(|(_, article)| article.shown().is_some());
            shown.map(move |(sku, _)| (shop, sku))
        })
    }

    /// One article.
    #[must_use]
    pub fn get(&self, shop: &ShopId, sku: &Sku) -> Option<&Article> {
        self.shops.get(shop)?.get(sku)
    }
}
