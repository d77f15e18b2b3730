//! A history to test with: articles recorded from outside, and withdrawn by a reactor, one for one.

use std::convert::Infallible;

use eventlog::{AppendError, Appended, EventLog};
use schemas::{
    AggregateKey, Cause, Decision, EventId, Fold, Kopecks, Recorded, ShopId, Sku,
    stock::{Product, ProductRecorded, ProductWithdrawn, Quantity, SheetRow, StockEvent},
    topology::Reactor,
};

pub(crate) const RECORDED: &str = "torg.stock.product_recorded.v1";

pub(crate) const REACTOR: Reactor = Reactor {
    consumer: "tester",
    service: "tester",
    reacts_to: &[RECORDED],
};

/// How many were recorded and withdrawn, and whether versions ran without a gap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) recorded: Vec<EventId>,
    pub(crate) withdrawn: usize,
    pub(crate) version: u64,
    pub(crate) gaps: u32,
}

impl Fold for Tally {
    type Event = StockEvent;

    fn evolve(&mut self, recorded: &Recorded<StockEvent>) {
        self.gaps += u32::from(recorded.version != self.version + 1);
        self.version = recorded.version;
        match &recorded.event {
            StockEvent::ProductRecorded(_) => self.recorded.push(recorded.meta.id),
            StockEvent::ProductWithdrawn(_) => self.withdrawn += 1,
            StockEvent::StockReserved(_)
            | StockEvent::ReservationKept(_)
            | StockEvent::ReservationReleased(_) => {}
        }
    }
}

pub(crate) fn key(sku: &str) -> AggregateKey {
    AggregateKey::stock(&ShopId::new("lavka").unwrap(), &Sku::new(sku))
}

/// A cause outside the log.
pub(crate) fn outside(name: &str) -> Cause {
    Cause::outside(EventId::derive(&["test", name]))
}

pub(crate) fn recorded(pieces: u32) -> StockEvent {
    StockEvent::ProductRecorded(ProductRecorded {
        product: Product {
            sku: Sku::new("A-1"),
            name: "Рюкзак".to_owned(),
            quantity: Quantity::Pieces(pieces),
            price: Kopecks::new(390_000),
            min_price: None,
            category: None,
            description: None,
            url: None,
            listing: None,
        },
        source: SheetRow {
            tab: "products".to_owned(),
            revision: "0123456789abcdef".to_owned(),
            row: 2,
        },
        read_at: jiff::Timestamp::UNIX_EPOCH,
    })
}

pub(crate) fn withdrawn() -> StockEvent {
    StockEvent::ProductWithdrawn(ProductWithdrawn {
        sku: Sku::new("A-1"),
        revision: "0123456789abcdef".to_owned(),
    })
}

/// Records one article, whatever the state; as ingest does, also past poison.
pub(crate) async fn record(
    log: &EventLog,
    key: &AggregateKey,
    name: &str,
) -> Result<Appended<Tally>, AppendError<Infallible>> {
    log.decide_past_poison::<Tally, Infallible>(key, |_| {
        Ok(Decision::new(outside(name), vec![recorded(1)]))
    })
    .await
}

/// Withdraws what is recorded and not withdrawn, each because of its own record.
pub(crate) fn withdraw_rest(tally: &Tally) -> Result<Decision<StockEvent>, Infallible> {
    let Some(cause) = tally.recorded.get(tally.withdrawn) else {
        return Ok(Decision::nothing());
    };
    let cause = Cause {
        id: *cause,
        correlation: Some(*cause),
    };
    Ok(Decision::new(cause, vec![withdrawn()]))
}
