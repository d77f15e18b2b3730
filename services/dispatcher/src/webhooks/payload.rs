//! What a message says, as JSON. The README of this service has it field by field.
//!
//! It tells how things stood right behind the event, so that the same message has the same content however late it is
//! sent. Who buys, and where they live, stands there only when the endpoint asked for it.

use domain::{
    conversation::{Order, Stage},
    webhook::announce::{Announcement, Bill, InvoiceAnnouncements, OrderAnnouncements},
};
use eventlog::{EventLog, LogError};
use schemas::{
    AggregateKey, ConversationId, Personal, ShopId,
    conversation::{CartLine, Delivery, OrderMark, OrderTerms, Recipient},
    invoice::{InvoiceEvent, InvoiceIssued},
    webhook::{TEST, WebhookDue},
};
use serde_json::{Map, Value, json};

/// What an endpoint is told of, beside chats.
pub(super) const INVOICES: &str = "invoices";

/// Why a message cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoPayload {
    /// The log does not answer: try again later.
    #[error("the log does not answer")]
    Log(#[from] LogError),
    /// What it tells of cannot be found or read.
    #[error("what it tells of cannot be read: {0}")]
    Gone(String),
}

/// Writes a message.
///
/// # Errors
/// [`NoPayload`].
pub(super) async fn write(
    log: &EventLog,
    shop: &ShopId,
    source: &str,
    due: &WebhookDue,
    personal: bool,
) -> Result<String, NoPayload> {
    let mut data = if due.what == TEST {
        Map::new()
    } else if source == INVOICES {
        invoice(log, shop, due, personal).await?
    } else {
        let chat: Result<ConversationId, _> = source.parse();
        let chat = chat.map_err(|_| NoPayload::Gone(format!("{source:?} is no conversation")))?;
        let key = AggregateKey::conversation(shop, chat);
        let loaded = log.load::<OrderAnnouncements>(&key).await?;
        let told = find(loaded.state.all(), due)?;
        let mut data = Map::new();
        data.insert("conversation".to_owned(), json!(chat));
        data.insert("order".to_owned(), order(&told.about, personal));
        data
    };
    data.insert("shop".to_owned(), json!(shop));
    data.insert("event".to_owned(), json!(due.event));
    data.insert("version".to_owned(), json!(due.version));
    let message = json!({ "type": due.what, "timestamp": due.at, "data": data });
    Ok(message.to_string())
}

fn find<'a, T>(
    told: &'a [Announcement<T>],
    due: &WebhookDue,
) -> Result<&'a Announcement<T>, NoPayload> {
    let mut told = told.iter();
    told.find(|told| told.due.message == due.message)
        .ok_or_else(|| NoPayload::Gone(format!("event {} is not there", due.event)))
}

fn order(order: &Order, personal: bool) -> Value {
    let mut value = json!({
        "id": order.id,
        "code": order.id.code(),
        "stage": order.stage.as_str(),
        "revision": order.revision,
        "submitted_at": order.submitted_at,
        "currency": "RUB",
        "lines": order.terms.lines.iter().map(line).collect::<Vec<_>>(),
        "delivery": delivery(&order.terms, personal),
        "total_kopecks": order.terms.total.kopecks(),
        "marks": order.marks.iter().map(|(at, mark)| marked(*at, mark)).collect::<Vec<_>>(),
        "invoice": order.invoice.as_ref().map(|(number, _)| number),
    });
    match &order.stage {
        Stage::Rejected(reason) => insert(&mut value, "reason", json!(reason)),
        Stage::Declined(short) => insert(&mut value, "short", json!(short)),
        Stage::Placed { expires_at } => insert(&mut value, "expires_at", json!(expires_at)),
        Stage::Submitted | Stage::Approved | Stage::Cancelled | Stage::Expired => {}
    }
    if personal {
        insert(&mut value, "recipient", recipient(&order.recipient));
    }
    value
}

async fn invoice(
    log: &EventLog,
    shop: &ShopId,
    due: &WebhookDue,
    personal: bool,
) -> Result<Map<String, Value>, NoPayload> {
    let key = AggregateKey::invoices(shop);
    let loaded = log.load::<InvoiceAnnouncements>(&key).await?;
    let told = find(loaded.state.all(), due)?;
    let issued = issued(log, &key, &told.about).await?;
    let mut value = json!({
        "number": issued.number,
        "order": issued.order,
        "order_code": issued.order.code(),
        "issued_on": issued.issued_on,
        "currency": issued.currency,
        "lines": issued.lines.iter().map(|line| json!({
            "sku": line.sku,
            "name": line.name,
            "pieces": line.pieces,
            "price_kopecks": line.price.kopecks(),
            "sum_kopecks": line.sum.kopecks(),
        })).collect::<Vec<_>>(),
        "vat_percent": issued.vat_percent,
        "vat_kopecks": issued.vat.kopecks(),
        "total_kopecks": issued.total.kopecks(),
    });
    if let Some(attempt) = told.about.attempt {
        insert(&mut value, "attempt", json!(attempt));
        insert(&mut value, "again", json!(told.about.again));
    }
    if !told.about.reason.is_empty() {
        insert(&mut value, "reason", json!(told.about.reason));
    }
    if personal {
        insert(&mut value, "payer", recipient(&issued.payer));
        insert(&mut value, "address", open(issued.address.as_ref()));
    }
    let mut data = Map::new();
    data.insert("conversation".to_owned(), json!(told.about.conversation));
    data.insert("invoice".to_owned(), value);
    Ok(data)
}

async fn issued(
    log: &EventLog,
    key: &AggregateKey,
    bill: &Bill,
) -> Result<InvoiceIssued, NoPayload> {
    let gone = || NoPayload::Gone(format!("invoice {} is not there", bill.number));
    let commit = log.commit(key, bill.seq).await?.ok_or_else(gone)?;
    let events = commit.decode::<InvoiceEvent>();
    let events = events.map_err(|error| NoPayload::Gone(error.to_string()))?;
    domain::invoice::issued_in(events, bill.number).ok_or_else(gone)
}

fn insert(value: &mut Value, name: &str, field: Value) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(name.to_owned(), field);
    }
}

fn line(line: &CartLine) -> Value {
    json!({
        "sku": line.sku,
        "name": line.name,
        "pieces": line.pieces,
        "price_kopecks": line.price.kopecks(),
        "list_price_kopecks": line.list_price.kopecks(),
        "sum_kopecks": line.sum().map(schemas::Kopecks::kopecks),
    })
}

fn delivery(terms: &OrderTerms, personal: bool) -> Value {
    match &terms.delivery {
        Delivery::Pickup => json!({ "way": "pickup", "price_kopecks": 0 }),
        Delivery::Shipped {
            region,
            place,
            address,
            price,
            days,
            source: _,
        } => {
            let mut value = json!({
                "way": "shipped",
                "region": region,
                "place": place,
                "price_kopecks": price.kopecks(),
                "days": days,
            });
            if personal {
                insert(&mut value, "address", open(address.as_ref()));
            }
            value
        }
    }
}

fn recipient(recipient: &Recipient) -> Value {
    json!({
        "name": open(recipient.name.as_ref()),
        "phone": open(recipient.phone.as_ref()),
        "email": open(recipient.email.as_ref()),
    })
}

fn open(value: Option<&Personal<String>>) -> Value {
    value.map_or(Value::Null, |value| json!(value.text()))
}

fn marked(at: jiff::Timestamp, mark: &OrderMark) -> Value {
    match mark {
        OrderMark::Paid => json!({ "what": "paid", "at": at }),
        OrderMark::Shipped { tracking } => {
            json!({ "what": "shipped", "at": at, "tracking": tracking })
        }
        OrderMark::Delivered => json!({ "what": "delivered", "at": at }),
        OrderMark::Returned => json!({ "what": "returned", "at": at }),
    }
}
