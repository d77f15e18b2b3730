//! What would be said to an order, over articles that are held in memory: nothing is reserved anywhere.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    Article,
    conversation::{Order, OrderRefusal},
    stock::TooFew,
};
use jiff::Timestamp;
use schemas::{
    AggregateKey, ConversationId, Fold as _, ShopId, Sku,
    conversation::{OrderDeclined, OrderPlaced, Shortage},
    shop::Policy,
};

use crate::policy;

/// What becomes of an order that was just submitted.
#[derive(Clone, Debug, PartialEq)]
pub enum Reserved {
    /// Every piece can be had; the articles, as they are with them held.
    Placed(OrderPlaced, BTreeMap<Sku, Article>),
    /// Something is no longer there.
    Declined(OrderDeclined),
}

/// Who orders, and by which rules.
#[derive(Clone, Copy, Debug)]
pub struct Buying<'a> {
    /// Where.
    pub shop: &'a ShopId,
    /// In which chat.
    pub conversation: ConversationId,
    /// By which policy a seller has to say yes.
    pub policy: &'a Policy,
    /// When.
    pub now: Timestamp,
}

/// Reaches for every piece of an order that nobody changed yet, as the cart service does. `article` is asked for each
/// article once.
///
/// # Errors
/// [`OrderRefusal::Reserving`] for an order that a seller changed: what is held of it already is not known here.
pub fn reserve(
    order: &Order,
    buying: Buying<'_>,
    article: impl Fn(&Sku) -> Arc<Article>,
) -> Result<Reserved, OrderRefusal> {
    if order.revision > 1 || order.before.is_some() {
        return Err(OrderRefusal::Reserving);
    }
    let (mut short, mut uncounted, mut held) = (Vec::new(), Vec::new(), BTreeMap::new());
    for want in policy::wants(order) {
        let known = article(&want.sku);
        match known.reserve(order.id, buying.conversation, want.pieces) {
            Err(TooFew { left }) => short.push(Shortage {
                sku: want.sku,
                wanted: want.pieces,
                left,
            }),
            Ok(decision) => {
                if !policy::is_counted(&known) {
                    uncounted.push(want.sku.clone());
                }
                let key = AggregateKey::stock(buying.shop, &want.sku);
                let mut after = Article::clone(&known);
                for recorded in decision.would_record(&key, "cart", buying.now, (0, 0)) {
                    after.evolve(&recorded);
                }
                held.insert(want.sku, after);
            }
        }
    }
    let (id, revision) = (order.id, order.revision);
    if !short.is_empty() {
        return Ok(Reserved::Declined(OrderDeclined {
            order: id,
            revision,
            short,
        }));
    }
    let (approval, because) = policy::approval(&buying.policy.order_approval, order, &uncounted);
    let placed = OrderPlaced {
        order: id,
        revision,
        approval,
        because,
        expires_at: policy::expiry(buying.now, buying.policy.order_expires_hours),
    };
    Ok(Reserved::Placed(placed, held))
}
