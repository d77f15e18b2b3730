//! The rules of an article.

use domain::Article;
use jiff::Timestamp;
use schemas::{
    Decision, EventData as _, EventId, Fold as _, Kopecks, Meta, Recorded, Sku,
    envelope::following_id,
    stock::{Product, Quantity, SheetRow, StockEvent},
};

#[derive(Default)]
struct World {
    article: Article,
    version: u64,
    ids: Vec<EventId>,
}

impl World {
    fn record(&mut self, decision: Decision<StockEvent>) -> usize {
        let count = decision.events.len();
        for (index, event) in decision.events.into_iter().enumerate() {
            self.version += 1;
            let id = following_id(decision.cause.id, "ingest", event.type_name(), index);
            self.ids.push(id);
            self.article.evolve(&Recorded {
                seq: self.version,
                version: self.version,
                meta: Meta {
                    id,
                    time: Timestamp::UNIX_EPOCH,
                    source: "ingest".into(),
                    correlation: id,
                    causation: None,
                    traceparent: None,
                },
                event,
            });
        }
        count
    }

    fn show(&mut self, pieces: u32, revision: &str) -> usize {
        let product = product(pieces);
        let row = row(revision, 2);
        self.record(self.article.record(&product, &row, Timestamp::UNIX_EPOCH))
    }
}

fn product(pieces: u32) -> Product {
    Product {
        sku: Sku::new("R-1"),
        name: "Рюкзак красный".into(),
        quantity: Quantity::Pieces(pieces),
        price: Kopecks::new(249_000),
        min_price: None,
        category: None,
        description: None,
        url: None,
        listing: None,
    }
}

fn row(revision: &str, row: u32) -> SheetRow {
    SheetRow {
        tab: "products".into(),
        revision: revision.into(),
        row,
    }
}

#[test]
fn an_unchanged_row_adds_nothing_wherever_it_now_stands() {
    let mut world = World::default();
    assert_eq!(world.show(3, "a"), 1);
    assert_eq!(world.show(3, "b"), 0);
    assert_eq!(world.article.shown().unwrap().source.revision, "a");
}

#[test]
fn a_sheet_that_goes_back_to_an_earlier_content_is_a_new_fact() {
    let mut world = World::default();
    world.show(3, "a");
    world.show(2, "b");
    assert_eq!(world.show(3, "a"), 1);
    assert_eq!(
        world.article.shown().unwrap().product.quantity,
        Quantity::Pieces(3)
    );
    world.ids.sort();
    world.ids.dedup();
    assert_eq!(world.ids.len(), 3);
}

#[test]
fn a_withdrawn_article_comes_back_when_the_sheet_shows_it_again() {
    let mut world = World::default();
    world.show(3, "a");
    assert_eq!(world.record(world.article.withdraw("b")), 1);
    assert_eq!(world.record(world.article.withdraw("c")), 0);
    assert!(world.article.shown().is_none());
    assert_eq!(world.show(3, "d"), 1);
    assert!(world.article.shown().is_some());
}
