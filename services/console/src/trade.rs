//! Carts and orders in one line each, for stories.

use schemas::{
    OrderId,
    conversation::{Cart, CartLine, OrderMark, OrderTerms},
};

/// A cart in one line.
pub(crate) fn cart(cart: &Cart) -> String {
    match cart.total() {
        Some(total) if !cart.is_empty() => format!("{} = {total}", lines(&cart.lines)),
        Some(_) | None => "empty".to_owned(),
    }
}

/// An order in one line.
pub(crate) fn order(id: OrderId, terms: &OrderTerms) -> String {
    format!("{}: {} = {}", id.code(), lines(&terms.lines), terms.total)
}

fn lines(lines: &[CartLine]) -> String {
    let lines = lines.iter();
    let lines = lines.map(|line| format!("{} × {} at {}", line.pieces, line.name, line.price));
    lines.collect::<Vec<_>>().join(", ")
}

/// What a seller noted, in a word or two.
pub(crate) fn mark(mark: &OrderMark) -> String {
    match mark {
        OrderMark::Paid => "paid".to_owned(),
        OrderMark::Shipped { tracking: None } => "shipped".to_owned(),
        OrderMark::Shipped {
            tracking: Some(number),
        } => format!("shipped, {number}"),
        OrderMark::Delivered => "delivered".to_owned(),
        OrderMark::Returned => "returned".to_owned(),
    }
}
