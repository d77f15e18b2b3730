//! Between the orders of `torg.desk.v1` and those of the log. No rules.

use std::collections::BTreeSet;

use domain::conversation::{Order, OrderAction, OrderRefusal, Stage};
use proto::desk::{self as wire, act_on_order_request::Deed};
use schemas::{
    Kopecks, OrderId, Sku,
    conversation::{ConversationEvent as Event, Delivery, OrderMark, OrderTerms},
};
use tonic::Status;

use crate::contract::{by, person, settled, wire_name};

/// What somebody wants done with an order.
pub(super) enum Wish {
    /// As the conversation decides it.
    Act(OrderAction),
    /// A change, of the terms of this revision.
    Amend(Amendment),
}

/// Lines and delivery from now on.
pub(super) struct Amendment {
    pub(super) revision: u32,
    /// Article, pieces, price of one.
    lines: Vec<(Sku, u32, Kopecks)>,
    delivery: Option<Kopecks>,
}

pub(super) fn order_id(id: &str) -> Result<OrderId, Status> {
    id.parse()
        .map_err(|_| Status::invalid_argument(format!("order_id {id:?} is not a uuid")))
}

pub(super) fn wish(deed: Option<Deed>) -> Result<Wish, Status> {
    Ok(match deed {
        None => {
            return Err(Status::invalid_argument(
                "no deed: give one of approve, reject, amend, mark",
            ));
        }
        Some(Deed::Approve(wire::Approve { revision })) => {
            Wish::Act(OrderAction::Approve { revision })
        }
        Some(Deed::Reject(wire::Reject { reason })) => Wish::Act(OrderAction::Reject { reason }),
        Some(Deed::Amend(amend)) => Wish::Amend(amendment(amend)?),
        Some(Deed::Mark(mark)) => Wish::Act(OrderAction::Mark(noted(&mark)?)),
    })
}

fn noted(mark: &wire::Mark) -> Result<OrderMark, Status> {
    let tracking = mark.tracking.trim();
    if !tracking.is_empty() && mark.what != "shipped" {
        return Err(Status::invalid_argument(format!(
            "tracking is of what was shipped, and not of {:?}",
            mark.what
        )));
    }
    match mark.what.as_str() {
        "paid" => Ok(OrderMark::Paid),
        "shipped" => Ok(OrderMark::Shipped {
            tracking: (!tracking.is_empty()).then(|| tracking.to_owned()),
        }),
        "delivered" => Ok(OrderMark::Delivered),
        "returned" => Ok(OrderMark::Returned),
        other => Err(Status::invalid_argument(format!(
            "no mark {other:?}; there are paid, shipped, delivered, returned"
        ))),
    }
}

fn amendment(amend: wire::Amend) -> Result<Amendment, Status> {
    if amend.lines.is_empty() {
        return Err(Status::invalid_argument(
            "no lines: an order of nothing is rejected, and not amended",
        ));
    }
    let mut seen = BTreeSet::new();
    let mut lines = Vec::with_capacity(amend.lines.len());
    for line in amend.lines {
        let sku = line.sku;
        if line.pieces == 0 || line.price_kopecks <= 0 {
            return Err(Status::invalid_argument(format!(
                "line {sku:?}: pieces and price_kopecks have to be more than 0"
            )));
        }
        if !seen.insert(sku.clone()) {
            return Err(Status::invalid_argument(format!("line {sku:?} twice")));
        }
        lines.push((Sku::new(sku), line.pieces, Kopecks::new(line.price_kopecks)));
    }
    if amend.delivery_kopecks.is_some_and(|cost| cost < 0) {
        return Err(Status::invalid_argument("delivery_kopecks is below 0"));
    }
    Ok(Amendment {
        revision: amend.revision,
        lines,
        delivery: amend.delivery_kopecks.map(Kopecks::new),
    })
}

impl Amendment {
    /// The terms as this changes them.
    pub(super) fn of(&self, terms: &OrderTerms) -> Result<OrderTerms, Status> {
        let mut lines = Vec::with_capacity(self.lines.len());
        for (sku, pieces, price) in &self.lines {
            let known = terms.lines.iter().find(|line| line.sku == *sku);
            let Some(known) = known else {
                return Err(Status::invalid_argument(format!(
                    "article {sku} is not in the order; a seller changes what was ordered, and adds nothing"
                )));
            };
            let mut line = known.clone();
            (line.pieces, line.price) = (*pieces, *price);
            lines.push(line);
        }
        let mut delivery = terms.delivery.clone();
        if let Some(cost) = self.delivery {
            let Delivery::Shipped { price, source, .. } = &mut delivery else {
                return Err(Status::invalid_argument(
                    "delivery_kopecks: the buyer fetches this order",
                ));
            };
            if *price != cost {
                (*price, *source) = (cost, None);
            }
        }
        OrderTerms::new(lines, delivery)
            .ok_or_else(|| Status::invalid_argument("the total does not fit"))
    }

    fn is(&self, terms: &OrderTerms) -> bool {
        let lines = terms.lines.iter();
        let lines = lines.map(|line| (&line.sku, line.pieces, line.price));
        let wanted = self.lines.iter();
        let wanted = wanted.map(|(sku, pieces, price)| (sku, *pieces, *price));
        lines.eq(wanted)
            && self
                .delivery
                .is_none_or(|cost| cost == terms.delivery.price())
    }
}

impl Wish {
    /// Whether `event` is what this becomes of an order.
    pub(super) fn becomes(&self, order: OrderId, event: &Event) -> bool {
        match (self, event) {
            (Self::Act(OrderAction::Approve { .. }), Event::OrderApproved(event)) => {
                event.order == order
            }
            (Self::Act(OrderAction::Reject { reason }), Event::OrderRejected(event)) => {
                event.order == order && event.reason == reason.trim()
            }
            (Self::Act(OrderAction::Mark(mark)), Event::OrderMarked(event)) => {
                event.order == order && event.mark == *mark
            }
            (Self::Amend(amendment), Event::OrderAmended(event)) => {
                event.order == order && amendment.is(&event.terms)
            }
            _ => false,
        }
    }
}

pub(crate) fn order(order: &Order) -> wire::Order {
    let (stage, expires_at) = match &order.stage {
        Stage::Submitted => ("reserving", None),
        Stage::Placed { expires_at } => ("waiting", Some(expires_at)),
        Stage::Declined(_) => ("declined", None),
        Stage::Approved => ("approved", None),
        Stage::Rejected(_) => ("rejected", None),
        Stage::Cancelled => ("cancelled", None),
        Stage::Expired => ("expired", None),
    };
    let marks = order.marks.iter().map(|(_, mark)| match mark {
        OrderMark::Paid => "paid",
        OrderMark::Shipped { .. } => "shipped",
        OrderMark::Delivered => "delivered",
        OrderMark::Returned => "returned",
    });
    wire::Order {
        id: order.id.to_string(),
        code: order.id.code(),
        revision: order.revision,
        stage: stage.to_owned(),
        total_kopecks: order.terms.total.kopecks(),
        expires_at: expires_at.map_or_else(String::new, ToString::to_string),
        marks: marks.map(str::to_owned).collect(),
    }
}

pub(crate) fn terms(order: &Order) -> wire::OrderTerms {
    let text = |known: &Option<schemas::Personal<String>>| {
        let known = known.as_ref();
        known.map_or_else(String::new, |known| known.text().to_owned())
    };
    let terms = &order.terms;
    let lines = terms.lines.iter().map(|line| wire::OrderLine {
        sku: line.sku.to_string(),
        name: line.name.clone(),
        pieces: line.pieces,
        price_kopecks: line.price.kopecks(),
        list_price_kopecks: line.list_price.kopecks(),
    });
    let mut told = wire::OrderTerms {
        lines: lines.collect(),
        pickup: terms.delivery == Delivery::Pickup,
        delivery_kopecks: terms.delivery.price().kopecks(),
        total_kopecks: terms.total.kopecks(),
        agreed_kopecks: order.agreed.total.kopecks(),
        name: text(&order.recipient.name),
        phone: text(&order.recipient.phone),
        email: text(&order.recipient.email),
        because: order.because.clone(),
        ..wire::OrderTerms::default()
    };
    if let Delivery::Shipped {
        place,
        address,
        days,
        ..
    } = &terms.delivery
    {
        told.place.clone_from(place);
        told.address = text(address);
        told.days = days.clone().unwrap_or_default();
    }
    told
}

pub(super) fn refused(refusal: OrderRefusal) -> wire::Refused {
    let mut told = wire::Refused::default();
    let (why, what) = match refusal {
        OrderRefusal::NoOrder | OrderRefusal::NotAsShown => (
            "no_order",
            "there is no such order in this chat, or it is long forgotten".to_owned(),
        ),
        OrderRefusal::Decided(stage, who) => {
            let how = stage.settlement();
            let whom = who.as_ref().map_or_else(String::new, by);
            let what = how.map_or("it is decided", settled);
            told.how = how.as_ref().map_or_else(String::new, wire_name);
            told.by = who.map(person);
            ("decided", format!("{what}{whom}"))
        }
        OrderRefusal::TooLate => ("too_late", "nobody decided in time".to_owned()),
        OrderRefusal::Changed { revision } => {
            told.revision = revision;
            let what = format!("the order was changed: its revision is {revision} now");
            ("changed", what)
        }
        OrderRefusal::Reserving => (
            "reserving",
            "its pieces are just being reserved: try again in a moment".to_owned(),
        ),
        OrderRefusal::DearerThanAgreed { agreed } => {
            told.agreed_kopecks = agreed.kopecks();
            let what = format!("it would cost more than the {agreed} that the buyer agreed to");
            ("dearer", what)
        }
        OrderRefusal::NotApproved => ("not_approved", "the order is not approved".to_owned()),
        OrderRefusal::AlreadySo => ("already_so", "it is so already".to_owned()),
    };
    wire::Refused {
        why: why.to_owned(),
        what_happened: what,
        ..told
    }
}
