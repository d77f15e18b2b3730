//! Between the contract's messages and ours: nothing is decided here.

use jiff::Timestamp;
use proto::cart as wire;
use schemas::{
    AggregateKey, ConversationId, OrderId, Personal, ShopId,
    conversation::{CartLine, Deal, Delivery},
};
use tonic::Status;

use crate::orders::{OrderRow, STAGES};

/// A shop's id.
pub(crate) fn shop(id: &str) -> Result<ShopId, Status> {
    ShopId::new(id).map_err(|error| Status::invalid_argument(error.to_string()))
}

/// A chat's history.
pub(crate) fn chat(id: &str, name: &str) -> Result<AggregateKey, Status> {
    let named = conversation(name)?;
    let named = named.ok_or_else(|| Status::invalid_argument("conversation is missing"))?;
    Ok(AggregateKey::conversation(&shop(id)?, named))
}

/// A conversation's id; empty: none is named.
pub(crate) fn conversation(id: &str) -> Result<Option<ConversationId>, Status> {
    if id.is_empty() {
        return Ok(None);
    }
    let parsed = id.parse();
    parsed
        .map(Some)
        .map_err(|_| Status::invalid_argument(format!("conversation {id:?} is not a uuid")))
}

/// Stages that are known.
pub(crate) fn stages(names: Vec<String>) -> Result<Vec<String>, Status> {
    match names.iter().find(|name| !STAGES.contains(&name.as_str())) {
        Some(wrong) => Err(Status::invalid_argument(format!(
            "stage {wrong:?} is unknown; write one of {}",
            STAGES.join(", ")
        ))),
        None => Ok(names),
    }
}

/// A place in a list of orders, as [`after`] reads it.
pub(crate) fn place(row: &OrderRow) -> String {
    format!("{}/{}", row.submitted_at, row.id)
}

/// The place after which a list goes on; empty: from its beginning.
pub(crate) fn after(text: &str) -> Result<Option<(Timestamp, OrderId)>, Status> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text.split_once('/');
    let parsed = parts.and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    parsed.map(Some).ok_or_else(|| {
        Status::invalid_argument("after is not what ListOrders answered as next; leave it empty")
    })
}

/// A cart with its sums.
pub(crate) fn cart(deal: &Deal, seq: u64) -> wire::Cart {
    let Deal { cart, checkout } = deal;
    let pieces = cart.lines.iter().map(|line| u64::from(line.pieces));
    let checkout = checkout.as_ref().map(|checkout| &checkout.summary);
    wire::Cart {
        lines: cart.lines.iter().map(line).collect(),
        total: cart.total().unwrap_or_default().kopecks(),
        pieces: pieces.sum(),
        seq,
        checkout: match checkout {
            None => "none",
            Some(None) => "asking",
            Some(Some(_)) => "summary",
        }
        .to_owned(),
    }
}

/// Whether two carts look alike to whoever watches.
pub(crate) fn same(one: &wire::Cart, other: &wire::Cart) -> bool {
    one.lines == other.lines && one.checkout == other.checkout
}

fn line(line: &CartLine) -> wire::Line {
    wire::Line {
        sku: line.sku.to_string(),
        name: line.name.clone(),
        pieces: line.pieces,
        price: line.price.kopecks(),
        list_price: line.list_price.kopecks(),
        sum: line.sum().unwrap_or_default().kopecks(),
        valid_until: line.valid_until.to_string(),
    }
}

/// An order.
pub(crate) fn order(row: &OrderRow) -> wire::Order {
    let text = |value: &Option<Personal<String>>| {
        let value = value.as_ref();
        value.map_or_else(String::new, |value| value.text().to_owned())
    };
    let recipient = wire::Recipient {
        name: text(&row.recipient.name),
        phone: text(&row.recipient.phone),
        email: text(&row.recipient.email),
    };
    let short = row.short.iter().map(|short| wire::Shortage {
        sku: short.sku.to_string(),
        wanted: short.wanted,
        left: short.left,
    });
    wire::Order {
        id: row.id.to_string(),
        code: row.code.clone(),
        conversation: row.conversation.to_string(),
        stage: row.stage.clone(),
        revision: row.revision,
        lines: row.terms.lines.iter().map(line).collect(),
        delivery: Some(delivery(&row.terms.delivery)),
        total: row.terms.total.kopecks(),
        list_total: row.terms.at_list_prices().unwrap_or_default().kopecks(),
        recipient: Some(recipient),
        because: row.because.clone().unwrap_or_default(),
        reason: row.reason.clone().unwrap_or_default(),
        expires_at: row.expires_at.map_or_else(String::new, |at| at.to_string()),
        invoice: row.invoice.unwrap_or_default(),
        marks: row.marks.iter().map(mark).collect(),
        short: short.collect(),
        submitted_at: row.submitted_at.to_string(),
        changed_at: row.changed_at.to_string(),
        version: row.version,
    }
}

fn mark(noted: &serde_json::Value) -> wire::Mark {
    let field = |name: &str| {
        let value = noted.get(name).and_then(serde_json::Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    wire::Mark {
        what: field("what"),
        tracking: field("tracking"),
        at: field("at"),
    }
}

fn delivery(delivery: &Delivery) -> wire::Delivery {
    let price = delivery.price().kopecks();
    match delivery {
        Delivery::Pickup => wire::Delivery {
            way: "pickup".to_owned(),
            price,
            ..wire::Delivery::default()
        },
        Delivery::Shipped {
            region,
            place,
            address,
            ..
        } => {
            let address = address.as_ref().map(Personal::text);
            wire::Delivery {
                way: "shipped".to_owned(),
                place: place.clone(),
                region: region.clone(),
                address: address.unwrap_or_default().to_owned(),
                price,
            }
        }
    }
}
