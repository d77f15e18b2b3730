//! What the log says of the shop, for stories.

use futures::StreamExt as _;
use schemas::{AggregateKey, stock::StockEvent};

use crate::{World, shop, until};

impl World {
    /// The events of the desk's history, whole.
    pub async fn desk_events(&self) -> Vec<serde_json::Value> {
        crate::events(&self.log, &AggregateKey::desk(&shop())).await
    }

    /// Every commit of the log as it is stored, one text.
    pub async fn raw_log(&self) -> String {
        let mut raw = String::new();
        for shard in 0..self.log.shards() {
            let scope = eventlog::Scope::Shard(shard);
            let last = self.log.last_seq(shard).await.unwrap();
            let mut commits = std::pin::pin!(self.log.read(&scope, 1, last).await.unwrap());
            while let Some(commit) = commits.next().await {
                raw.push_str(&String::from_utf8_lossy(&commit.unwrap().body));
            }
        }
        raw
    }

    /// The events of the shop's own history, whole.
    pub async fn shop_events(&self) -> Vec<serde_json::Value> {
        crate::events(&self.log, &AggregateKey::shop(&shop())).await
    }

    /// Waits until the shop's history has an event of this type, as `channel_paused`, and returns the last one.
    pub async fn until_shop_event(&self, name: &str) -> serde_json::Value {
        let name = format!("torg.shop.{name}.v1");
        until(&name, || async {
            let mut events = self.shop_events().await.into_iter().rev();
            events.find(|event| event["type"] == name.as_str())
        })
        .await
    }

    /// Waits until the last reading of the products is one that `fits`, and returns it.
    pub async fn until_sheet(
        &self,
        what: &str,
        fits: impl Fn(&serde_json::Value) -> bool,
    ) -> serde_json::Value {
        until(what, || async {
            let events = self.shop_events().await;
            let told = events.into_iter().rev().find(|event| {
                let name = event["type"].as_str().unwrap_or_default();
                name.starts_with("torg.shop.sheet_") && event["data"]["tab"] == "products"
            })?;
            fits(&told).then_some(told)
        })
        .await
    }

    /// Every article of the shop as the log has it.
    pub async fn products(&self) -> Vec<domain::stock::Shown> {
        let mut catalogue = domain::Catalogue::default();
        for shard in 0..self.log.shards() {
            let scope = eventlog::Scope::Kind(shard, schemas::Kind::Stock);
            let last = self.log.last_seq(shard).await.unwrap();
            let mut commits = std::pin::pin!(self.log.read(&scope, 1, last).await.unwrap());
            while let Some(commit) = commits.next().await {
                let commit = commit.unwrap();
                for recorded in commit.decode::<StockEvent>().unwrap() {
                    catalogue.apply(&commit.key, &recorded);
                }
            }
        }
        catalogue.shown(&shop()).cloned().collect()
    }
}
