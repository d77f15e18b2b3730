//! Sums and places that a card shows.

use schemas::{
    Cause, ConversationId, EventId, Fold as _, Meta, Recorded, Sku,
    conversation::Recipient,
    customer::{CustomerEvent, CustomerOrdered},
};

use super::*;

fn terms(pieces: u32, price: i64, list_price: i64, delivery: i64) -> OrderTerms {
    let line = CartLine {
        sku: Sku::new("A"),
        name: "A".to_owned(),
        pieces,
        price: Kopecks::new(price),
        list_price: Kopecks::new(list_price),
        valid_until: Timestamp::MAX,
    };
    let delivery = Delivery::Shipped {
        region: "Казань".to_owned(),
        place: "Казань".to_owned(),
        address: None,
        price: Kopecks::new(delivery),
        days: None,
        source: None,
    };
    OrderTerms::new(vec![line], delivery).unwrap()
}

#[test]
fn a_discount_is_of_the_goods_and_never_of_their_delivery() {
    let told = |terms: &OrderTerms| discount(terms).map(|(less, per)| (less.kopecks(), per));
    assert_eq!(
        told(&terms(2, 9_000, 10_000, 50_000)),
        Some((2_000, "10".to_owned()))
    );
    assert_eq!(
        told(&terms(3, 6_667, 10_000, 0)),
        Some((9_999, "33.3".to_owned()))
    );
    assert_eq!(told(&terms(1, 9_999, 10_000, 0)), Some((1, "0".to_owned())));
    assert_eq!(told(&terms(1, 10_000, 10_000, 50_000)), None);
    // Dearer than in the sheet, which has become cheaper since.
    assert_eq!(told(&terms(1, 11_000, 10_000, 0)), None);
    assert_eq!(told(&terms(1, 0, 0, 0)), None);
}

fn order(number: usize) -> OrderId {
    OrderId::derive(&["order", &number.to_string()])
}

/// A customer with so many orders; the n-th costs n rubles.
fn customer(orders: usize) -> Customer {
    let mut customer = Customer::default();
    for number in 1..=orders {
        let cost = i64::try_from(number).unwrap() * 100;
        let id = EventId::derive(&["ordered", &number.to_string()]);
        customer.evolve(&Recorded {
            seq: 1,
            version: 1,
            meta: Meta {
                id,
                time: Timestamp::UNIX_EPOCH,
                source: "cart".to_owned(),
                correlation: Cause::outside(id).id,
                causation: None,
                traceparent: None,
            },
            event: CustomerEvent::CustomerOrdered(Box::new(CustomerOrdered {
                order: order(number),
                conversation: ConversationId::derive(&["chat"]),
                placed_at: Timestamp::UNIX_EPOCH,
                terms: terms(1, cost, cost, 0),
                recipient: Recipient::default(),
            })),
        });
    }
    customer
}

#[test]
fn an_order_is_counted_among_all_of_its_buyer() {
    let told = |orders: usize, id: usize| {
        place(&customer(orders), order(id))
            .map(|(number, before)| (number, before.map(|(_, total)| total.kopecks() / 100)))
    };
    assert_eq!(told(0, 1), Some((1, None)));
    assert_eq!(told(1, 1), Some((1, None)));
    assert_eq!(told(3, 3), Some((3, Some(2))));
    assert_eq!(told(3, 2), Some((2, Some(1))));
    // Placed, and not noted yet.
    assert_eq!(told(3, 4), Some((4, Some(3))));
    // More than are remembered.
    assert_eq!(told(30, 30), Some((30, Some(29))));
}
