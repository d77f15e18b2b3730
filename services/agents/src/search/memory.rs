//! Vectors in this process: every one is looked at. A small shop has some thousand articles.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use schemas::{ShopId, Sku};

use super::embedder::{Vector, cosine};

/// The vectors of a shop's articles, each with the hash of the text that it was made of.
type Articles = HashMap<Sku, (String, Vector)>;

/// The vectors of all shops.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    shops: RwLock<HashMap<ShopId, Articles>>,
}

impl Memory {
    /// The hash of the text that an article's vector was made of.
    pub(crate) fn hash(&self, shop: &ShopId, sku: &Sku) -> Option<String> {
        let shops = self.shops.read().unwrap_or_else(PoisonError::into_inner);
        let (hash, _) = shops.get(shop)?.get(sku)?;
        Some(hash.clone())
    }

    /// Takes a vector in, in place of the one the article had.
    pub(crate) fn put(&self, shop: &ShopId, sku: &Sku, hash: String, vector: Vector) {
        let mut shops = self.shops.write().unwrap_or_else(PoisonError::into_inner);
        let shop = shops.entry(shop.clone()).or_default();
        shop.insert(sku.clone(), (hash, vector));
    }

    /// Forgets an article.
    pub(crate) fn remove(&self, shop: &ShopId, sku: &Sku) {
        let mut shops = self.shops.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(shop) = shops.get_mut(shop) {
            shop.remove(sku);
        }
    }

    /// The cosine of every article of the shop.
    pub(crate) fn cosines(&self, shop: &ShopId, vector: &[f32]) -> HashMap<Sku, f64> {
        let shops = self.shops.read().unwrap_or_else(PoisonError::into_inner);
        let articles = shops.get(shop).into_iter().flatten();
        articles
            .map(|(sku, (_, own))| (sku.clone(), cosine(vector, own)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(id: &str) -> ShopId {
        ShopId::new(id).unwrap()
    }

    #[test]
    fn a_shop_finds_its_own_articles_and_nobody_elses() {
        let memory = Memory::default();
        let put = |id: &str, sku: &str, vector: [f32; 2]| {
            memory.put(&shop(id), &Sku::new(sku), sku.to_owned(), vector.into());
        };
        put("one", "A", [1.0, 0.0]);
        put("one", "B", [0.6, 0.8]);
        put("two", "A", [0.0, 1.0]);
        let found = memory.cosines(&shop("one"), &[1.0, 0.0]);
        assert_eq!(found.len(), 2);
        assert!((found[&Sku::new("A")] - 1.0).abs() < 1e-6);
        assert!((found[&Sku::new("B")] - 0.6).abs() < 1e-6);
        put("one", "A", [0.0, 1.0]);
        memory.remove(&shop("one"), &Sku::new("B"));
        let found = memory.cosines(&shop("one"), &[1.0, 0.0]);
        assert_eq!(found, HashMap::from([(Sku::new("A"), 0.0)]));
        assert_eq!(memory.hash(&shop("one"), &Sku::new("B")), None);
        assert!(memory.cosines(&shop("three"), &[1.0, 0.0]).is_empty());
    }
}
