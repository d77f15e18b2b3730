//! Orders of a chat: what there is to know of one, and what can be wanted of it.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;
use schemas::{
    Cause, EventId, Kopecks, OrderId, Sku,
    conversation::{Actor, OrderMark, OrderNews, OrderTerms, Recipient, Shortage},
    desk::Settlement,
};

/// How many orders of a chat are remembered.
pub(super) const REMEMBERED: usize = 32;

/// How far an order is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The buyer said yes, or a seller changed it; the pieces are being reserved.
    Submitted,
    /// Every piece is reserved; a seller has to say yes.
    Placed {
        /// Until when it waits for that.
        expires_at: Timestamp,
    },
    /// Something is no longer there.
    Declined(Vec<Shortage>),
    /// It is sold.
    Approved,
    /// A seller said no, for this reason.
    Rejected(String),
    /// The buyer took it back.
    Cancelled,
    /// Nobody said anything in time.
    Expired,
}

/// An order of this chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The `order_submitted` event: the matter on the desk is known by it.
    pub event: EventId,
    /// When the buyer said yes.
    pub submitted_at: Timestamp,
    /// What is ordered.
    pub terms: OrderTerms,
    /// What was agreed before a seller's change that is not reserved yet.
    pub before: Option<OrderTerms>,
    /// Every article that any of its terms named: pieces of it may be held.
    pub touched: BTreeSet<Sku>,
    /// What the buyer said yes to.
    pub agreed: OrderTerms,
    /// Who buys.
    pub recipient: Recipient,
    /// Which of its terms these are, from 1.
    pub revision: u32,
    /// How far it is.
    pub stage: Stage,
    /// When every piece was reserved for the first time.
    pub placed_at: Option<Timestamp>,
    /// Why a seller had to say yes, or not.
    pub because: String,
    /// Who decided, when a seller did.
    pub by: Option<Actor>,
    /// What a seller noted since, oldest first.
    pub marks: Vec<(Timestamp, OrderMark)>,
    /// Its invoice, and how it can be paid.
    pub invoice: Option<(u64, String)>,
    /// What the buyer has not been told yet, oldest first.
    pub news: VecDeque<OrderNews>,
    /// The last event about it.
    pub last: Cause,
}

impl Order {
    /// Whether a seller has to say something.
    #[must_use]
    pub const fn waits_for_approval(&self) -> bool {
        matches!(self.stage, Stage::Placed { .. })
    }

    /// Whether nobody said anything in time.
    pub(super) fn is_overdue(&self, now: Timestamp) -> bool {
        match self.stage {
            Stage::Placed { expires_at } => expires_at <= now,
            Stage::Submitted
            | Stage::Declined(_)
            | Stage::Approved
            | Stage::Rejected(_)
            | Stage::Cancelled
            | Stage::Expired => false,
        }
    }

    /// Whether its pieces are held, or on the way to be.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Submitted | Stage::Placed { .. })
    }

    /// Whether nothing can be left to do about it: nobody decides, is told, or writes an invoice.
    pub(super) fn is_over(&self) -> bool {
        let invoiced = self.stage != Stage::Approved || self.invoice.is_some();
        !self.is_open() && self.news.is_empty() && invoiced
    }

    /// Whether it was noted of the order.
    #[must_use]
    pub fn is_marked(&self, mark: fn(&OrderMark) -> bool) -> bool {
        self.marks.iter().any(|(_, noted)| mark(noted))
    }
}

impl Stage {
    /// Its name, as it is told outside.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Placed { .. } => "placed",
            Self::Declined(_) => "declined",
            Self::Approved => "approved",
            Self::Rejected(_) => "rejected",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// What came of it at the desk; `None`: it waits there.
    #[must_use]
    pub const fn settlement(&self) -> Option<Settlement> {
        match self {
            Self::Submitted | Self::Placed { .. } => None,
            Self::Approved => Some(Settlement::OrderApproved),
            Self::Rejected(_) => Some(Settlement::OrderRejected),
            Self::Cancelled | Self::Declined(_) => Some(Settlement::OrderCancelled),
            Self::Expired => Some(Settlement::OrderExpired),
        }
    }
}

/// What the state asks of the cart service.
#[derive(Clone, Debug, PartialEq)]
pub enum OrderStep<'a> {
    /// Reserve these terms instead of those before, then place or decline.
    Reserve(&'a Order),
    /// It waits for a seller until this moment.
    Arm(Timestamp),
    /// Nobody said anything in time.
    Expire(&'a Order),
}

/// What somebody of the shop wants done with an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderAction {
    /// Say yes to the terms that were seen.
    Approve {
        /// Which of its terms were seen.
        revision: u32,
    },
    /// Say no.
    Reject {
        /// Why, in words for the buyer; empty: without a word.
        reason: String,
    },
    /// Change what is ordered, what it costs or how it is delivered.
    Amend {
        /// Which of its terms were seen.
        revision: u32,
        /// The terms from now on.
        terms: OrderTerms,
    },
    /// Note how far it is.
    Mark(OrderMark),
}

/// Why nothing changes about an order. Whoever acted is told so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderRefusal {
    /// This chat has no such order.
    NoOrder,
    /// It is not what the buyer was shown.
    NotAsShown,
    /// It is decided already: how, and by whom when it was a seller.
    Decided(Stage, Option<Actor>),
    /// It waited too long.
    TooLate,
    /// It was changed since it was seen.
    Changed {
        /// Which of its terms these are now.
        revision: u32,
    },
    /// Its pieces are just being reserved: try again in a moment.
    Reserving,
    /// It would cost the buyer more than they said yes to.
    DearerThanAgreed {
        /// What they said yes to.
        agreed: Kopecks,
    },
    /// Only an approved order has that.
    NotApproved,
    /// It is so already.
    AlreadySo,
}

impl Order {
    /// Whether a seller can still decide about the terms that were seen.
    pub(super) fn is_undecided(
        &self,
        seen: Option<u32>,
        now: Timestamp,
    ) -> Result<(), OrderRefusal> {
        match &self.stage {
            Stage::Submitted => Err(OrderRefusal::Reserving),
            Stage::Placed { .. } if self.is_overdue(now) => Err(OrderRefusal::TooLate),
            Stage::Placed { .. } => match seen {
                Some(seen) if seen != self.revision => Err(OrderRefusal::Changed {
                    revision: self.revision,
                }),
                Some(_) | None => Ok(()),
            },
            decided @ (Stage::Declined(_)
            | Stage::Approved
            | Stage::Rejected(_)
            | Stage::Cancelled
            | Stage::Expired) => Err(OrderRefusal::Decided(decided.clone(), self.by.clone())),
        }
    }
}
