//! Buyers, sellers and services of the random world, as far as they buy and sell.

use domain::conversation::{OrderAction, OrderStep, SendStep, Stage};
use jiff::Timestamp;
use schemas::{
    Cause, EventId, Kopecks, OrderId, Sku,
    conversation::{
        Actor, Cart, CartLine, Checkout, Deal, Delivery, OrderCancelled, OrderDeclined,
        OrderInvoiced, OrderMark, OrderPlaced, OrderSubmitted, OrderTerms, Recipient, Shortage,
    },
};

use crate::world::{LIMITS, World};

fn line(pieces: u32) -> CartLine {
    CartLine {
        sku: Sku::new("R-1"),
        name: "Рюкзак".into(),
        pieces,
        price: Kopecks::new(249_000),
        list_price: Kopecks::new(249_000),
        valid_until: Timestamp::MAX,
    }
}

pub(crate) fn terms(pieces: u32) -> OrderTerms {
    OrderTerms::new(vec![line(pieces)], Delivery::Pickup).unwrap()
}

/// A deal that an answer proposes: nothing, a cart, or a summary to say yes to.
pub(crate) fn deal(turn: EventId, what: u8) -> Option<Deal> {
    let lines = vec![line(1 + u32::from(what % 3))];
    let checkout = Checkout {
        id: turn,
        recipient: Recipient::default(),
        delivery: Some(Delivery::Pickup),
        as_last_time: false,
        summary: Some(terms(1 + u32::from(what % 3))),
    };
    match what {
        0..3 => None,
        3 => Some(Deal::default()),
        4..6 => Some(Deal {
            cart: Cart { lines },
            checkout: None,
        }),
        _ => Some(Deal {
            cart: Cart { lines },
            checkout: Some(checkout),
        }),
    }
}

/// The buyer says yes to what is on the screen, if anything is.
pub(crate) fn submit(world: &mut World) {
    let deal = world.state.deal().clone();
    let Some(checkout) = deal.checkout else {
        return;
    };
    let Some(terms) = checkout.summary else {
        return;
    };
    let submitted = OrderSubmitted {
        order: OrderId::derive(&[&checkout.id.to_string()]),
        messages: Vec::new(),
        terms,
        recipient: Recipient::default(),
    };
    if let Ok(decision) = world.state.submit(&submitted) {
        world.record(decision);
        let again = world.state.submit(&submitted).unwrap();
        assert!(again.events.is_empty(), "an order is submitted once");
        assert!(world.state.deal().checkout.is_none(), "its cart is used up");
    }
}

/// The cart service does its next step: places, or declines, or lets expire.
pub(crate) fn orders(world: &mut World, enough: bool, approval: bool) {
    let now = world.now();
    let step = world
        .state
        .order_steps(now)
        .into_iter()
        .find_map(|step| match step {
            OrderStep::Reserve(order) => Some((order.id, Some(order.revision))),
            OrderStep::Expire(order) => Some((order.id, None)),
            OrderStep::Arm(at) => {
                assert!(at > now);
                None
            }
        });
    let recorded = match step {
        None => return,
        Some((id, None)) => world.once(|state| state.expire(id, now)),
        Some((order, Some(revision))) if enough => {
            let expires_at = now + jiff::SignedDuration::from_secs(3_000);
            let placed = OrderPlaced {
                order,
                revision,
                approval,
                because: String::new(),
                expires_at,
            };
            world.once(|state| state.place(&placed))
        }
        Some((order, Some(revision))) => {
            let short = vec![Shortage {
                sku: Sku::new("R-1"),
                wanted: 1,
                left: 0,
            }];
            let declined = OrderDeclined {
                order,
                revision,
                short,
            };
            // An order that is as it was before a change is reserved again, under another revision.
            world.once(|state| state.decline(&declined))
        }
    };
    assert_eq!(recorded.len(), 1, "what the state asks for can be done");
}

/// Somebody of the shop acts on one of the last orders, and the same tap comes again.
pub(crate) fn seller(world: &mut World, what: u8, who: i64, tap: u16) {
    let orders = world.state.orders();
    let Some(order) = orders.get(orders.len().saturating_sub(1 + usize::from(tap % 2))) else {
        return;
    };
    let (order, revision) = (order.id, order.revision);
    let action = match what {
        0 | 1 => OrderAction::Approve { revision },
        2 => OrderAction::Reject {
            reason: "нет".into(),
        },
        3 => OrderAction::Amend {
            revision,
            terms: terms(1),
        },
        4 => OrderAction::Mark(OrderMark::Paid),
        5 => OrderAction::Mark(OrderMark::Shipped { tracking: None }),
        6 => OrderAction::Mark(OrderMark::Delivered),
        7 => OrderAction::Mark(OrderMark::Returned),
        _ => OrderAction::Approve {
            revision: revision + 1,
        },
    };
    let id = EventId::derive(&["order tap", &tap.to_string()]);
    let cause = Cause {
        id,
        correlation: Some(id),
    };
    let (by, now) = (Actor::Telegram(who), world.now());
    if let Ok(decision) = world.state.act_on_order(order, &action, &by, cause, now) {
        world.record(decision);
        let again = world.state.act_on_order(order, &action, &by, cause, now);
        assert!(again.unwrap().events.is_empty(), "the same tap again");
    }
}

/// The buyer takes the last order back.
pub(crate) fn cancel(world: &mut World) {
    let Some(order) = world.state.orders().last().map(|order| order.id) else {
        return;
    };
    let cancelled = OrderCancelled {
        order,
        messages: Vec::new(),
    };
    if let Ok(decision) = world.state.cancel(&cancelled) {
        world.record(decision);
        assert!(world.state.cancel(&cancelled).unwrap().events.is_empty());
    }
}

/// The invoicer does its next step.
pub(crate) fn invoice(world: &mut World) {
    let due = world.state.to_be_invoiced().next().map(|order| order.id);
    if let Some(order) = due {
        let invoiced = OrderInvoiced {
            order,
            invoice: 1,
            payment: String::new(),
        };
        assert_eq!(world.once(|state| state.invoiced(&invoiced)).len(), 1);
    }
}

/// The dispatcher tells what the cart is, when a reply arrived and did not say so.
pub(crate) fn announce(world: &mut World) {
    if matches!(
        world.state.send_step(world.now(), LIMITS),
        SendStep::Announce
    ) {
        assert!(!world.once(domain::Conversation::announce).is_empty());
    }
}

/// Whether nothing can become of an order any more.
pub(crate) fn decided(stage: &Stage) -> bool {
    match stage {
        Stage::Submitted | Stage::Placed { .. } => false,
        Stage::Declined(_)
        | Stage::Approved
        | Stage::Rejected(_)
        | Stage::Cancelled
        | Stage::Expired => true,
    }
}
