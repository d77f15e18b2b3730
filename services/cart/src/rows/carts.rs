//! Rows of carts: what is in each now.

use schemas::conversation::{CartLine as Line, ConversationEvent as Event};

use super::{Chat, Fold, moment, tables::CartLine};

/// Applies one event of a conversation.
pub(super) fn apply(fold: &mut Fold, chat: &Chat, event: &Event) {
    match event {
        Event::CartChanged(event) => {
            empty(fold, chat);
            fill(fold, chat, &event.cart.lines);
        }
        // What is ordered is in the cart no more.
        Event::OrderSubmitted(_) => empty(fold, chat),
        _ => {}
    }
}

/// What could not be had is in the cart again, unless something else is by now.
pub(super) fn give_back(fold: &mut Fold, chat: &Chat, lines: &[Line]) {
    let id = chat.id;
    if fold.carts.rows().all(|row| row.conversation != id) {
        fill(fold, chat, lines);
    }
}

fn empty(fold: &mut Fold, chat: &Chat) {
    let id = chat.id;
    fold.carts.forget(|row| row.conversation == id);
    fold.emptied.insert(id);
}

fn fill(fold: &mut Fold, chat: &Chat, lines: &[Line]) {
    for (place, line) in (1_i32..).zip(lines) {
        fold.carts.put(CartLine {
            shop: chat.shop.clone(),
            conversation: chat.id,
            place,
            sku: line.sku.to_string(),
            name: line.name.clone(),
            pieces: i64::from(line.pieces),
            price: line.price.kopecks(),
            list_price: line.list_price.kopecks(),
            valid_until: moment(line.valid_until),
        });
    }
}
