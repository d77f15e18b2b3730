//! Which pieces an order needs, and whether a seller has to say yes to it.

use domain::{
    Article,
    conversation::{Order, Stage},
};
use jiff::{SignedDuration, Timestamp};
use schemas::{Kopecks, Sku, conversation::OrderMark, stock::Quantity};

/// What is wanted of one article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Want {
    /// The article.
    pub(crate) sku: Sku,
    /// How many pieces the order's terms name; 0: it is no longer wanted.
    pub(crate) pieces: u32,
    /// How many were agreed before a seller's change; 0 for a new order.
    pub(crate) before: u32,
}

/// What is wanted of every article that any of the order's terms named, by article number: two orders that want the same
/// articles reach for them in the same order, so that one of them gets them all.
pub(crate) fn wants(order: &Order) -> Vec<Want> {
    let skus = order.touched.iter();
    let wants = skus.map(|sku| Want {
        sku: sku.clone(),
        pieces: order.terms.pieces(sku),
        before: order.before.as_ref().map_or(0, |terms| terms.pieces(sku)),
    });
    wants.collect()
}

/// What has to be true of the pieces of an order at the articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// They are just being reserved.
    Reserving,
    /// They are held, and no more of them.
    Held,
    /// They are sold.
    Kept,
    /// None is held, for this reason.
    Released(&'static str),
}

/// What has to be true of the pieces of an order.
pub(crate) fn due(order: &Order) -> Due {
    match order.stage {
        Stage::Submitted => Due::Reserving,
        Stage::Placed { .. } => Due::Held,
        Stage::Approved if order.is_marked(|mark| matches!(mark, OrderMark::Returned)) => {
            Due::Released("returned")
        }
        Stage::Approved => Due::Kept,
        Stage::Declined(_) => Due::Released("declined"),
        Stage::Rejected(_) => Due::Released("rejected"),
        Stage::Cancelled => Due::Released("cancelled"),
        Stage::Expired => Due::Released("expired"),
    }
}

/// Whether the sheet counts an article's pieces.
pub(crate) fn is_counted(article: &Article) -> bool {
    let shown = article.shown();
    shown.is_some_and(|shown| match shown.product.quantity {
        Quantity::Pieces(_) => true,
        Quantity::Some | Quantity::OnOrder => false,
    })
}

/// Until when an order waits for a seller.
pub(crate) fn expiry(now: Timestamp, hours: u64) -> Timestamp {
    let hours = i64::try_from(hours).unwrap_or(i64::MAX);
    let wait = SignedDuration::from_secs(hours.saturating_mul(3600));
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// Whether a seller has to say yes, and why.
///
/// `rule` is `order_approval` of the shop's policy. A rule that cannot be read is taken for the strictest one.
pub(crate) fn approval(rule: &str, order: &Order, uncounted: &[Sku]) -> (bool, String) {
    if order.revision > 1 {
        // The buyer waits for a seller's word, and does not know yet what was changed.
        return (true, "a seller changed it".to_owned());
    }
    if let [first, ..] = uncounted {
        return (true, format!("the sheet does not count {first}"));
    }
    let (needed, rule) = match Rule::read(rule) {
        Some(Rule::Always) => (true, "policy: always".to_owned()),
        Some(Rule::Never) => (false, "policy: never".to_owned()),
        Some(Rule::Over(most)) => (
            order.terms.total > most,
            format!("policy: over {}", most.kopecks() / KOPECKS),
        ),
        None => (true, format!("policy: {rule:?} is not a rule")),
    };
    (needed, rule)
}

/// Kopecks in a ruble.
const KOPECKS: i64 = 100;

enum Rule {
    Always,
    Never,
    Over(Kopecks),
}

impl Rule {
    fn read(text: &str) -> Option<Self> {
        match text.trim() {
            "always" => Some(Self::Always),
            "never" => Some(Self::Never),
            over => {
                let rubles: u32 = over.strip_prefix("over:")?.trim().parse().ok()?;
                Some(Self::Over(Kopecks::new(
                    i64::from(rubles).checked_mul(KOPECKS)?,
                )))
            }
        }
    }
}
