//! What is decided about carts and orders, by agents, the cart service, sellers, the invoicer and the router.

use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, OrderId, TurnId,
    conversation::{
        Actor, ConversationEvent as Event, Deal, Fact, OrderAmended, OrderApproved, OrderCancelled,
        OrderDeclined, OrderExpired, OrderInvoiced, OrderMarked, OrderNews, OrderPlaced,
        OrderRejected, OrderSubmitted, ReplyComposed, ReplyKind, Told,
    },
    desk::{Face, MatterState},
};

use super::{
    Conversation,
    order::{Order, OrderAction, OrderRefusal, OrderStep, Stage},
};

impl Conversation {
    /// The orders of this chat, oldest first.
    #[must_use]
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// One order.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == id)
    }

    /// The cart, and the order in the making, as the buyer sees them.
    #[must_use]
    pub fn deal(&self) -> &Deal {
        match &self.deal_due {
            Some((_, due)) => due,
            None => &self.deal,
        }
    }

    /// The same as the turn's own answers leave it so far: an ask reads what the one before it changed.
    #[must_use]
    pub fn deal_in(&self, turn: TurnId) -> &Deal {
        let suggesting = self.handoff.as_ref();
        let suggesting = suggesting.and_then(|open| open.suggesting.as_ref());
        let open = self.turn.iter().chain(suggesting);
        let mut open = open.filter(|open| open.id == turn);
        let answers = open.next().into_iter().flat_map(|open| open.answers.iter());
        let mut changed = answers.filter_map(|answer| match answer {
            Some(super::Answered::Given(given)) => given.deal.as_ref(),
            Some(super::Answered::Cannot(_)) | None => None,
        });
        changed.next_back().unwrap_or_else(|| self.deal())
    }

    /// Records the buyer's yes.
    ///
    /// # Errors
    /// [`OrderRefusal::NotAsShown`] when the buyer was shown something else.
    pub fn submit(&self, submitted: &OrderSubmitted) -> Result<Decision<Event>, OrderRefusal> {
        if self.order(submitted.order).is_some() {
            return Ok(Decision::nothing());
        }
        let checkout = self.deal().checkout.as_ref();
        let shown = checkout.and_then(|checkout| checkout.summary.as_ref());
        let cause = self.turn.as_ref().map(|turn| turn.last);
        match cause {
            Some(cause) if shown == Some(&submitted.terms) => Ok(Decision::new(
                cause,
                vec![Event::OrderSubmitted(Box::new(submitted.clone()))],
            )),
            Some(_) | None => Err(OrderRefusal::NotAsShown),
        }
    }

    /// Records that the buyer takes an order back, as long as no seller said yes.
    ///
    /// # Errors
    /// [`OrderRefusal`] when it cannot be taken back any more.
    pub fn cancel(&self, cancelled: &OrderCancelled) -> Result<Decision<Event>, OrderRefusal> {
        let order = self.order(cancelled.order).ok_or(OrderRefusal::NoOrder)?;
        match &order.stage {
            Stage::Cancelled => Ok(Decision::nothing()),
            Stage::Submitted | Stage::Placed { .. } => Ok(Decision::new(
                order.last,
                vec![Event::OrderCancelled(cancelled.clone())],
            )),
            decided @ (Stage::Declined(_)
            | Stage::Approved
            | Stage::Rejected(_)
            | Stage::Expired) => Err(OrderRefusal::Decided(decided.clone(), order.by.clone())),
        }
    }

    /// What the cart service has to do now.
    #[must_use]
    pub fn order_steps(&self, now: Timestamp) -> Vec<OrderStep<'_>> {
        let steps = self.orders.iter().filter_map(|order| match order.stage {
            Stage::Submitted => Some(OrderStep::Reserve(order)),
            Stage::Placed { expires_at } if expires_at <= now => Some(OrderStep::Expire(order)),
            Stage::Placed { expires_at } => Some(OrderStep::Arm(expires_at)),
            Stage::Declined(_)
            | Stage::Approved
            | Stage::Rejected(_)
            | Stage::Cancelled
            | Stage::Expired => None,
        });
        steps.collect()
    }

    /// Records that every piece is reserved. What is no longer being reserved adds nothing.
    #[must_use]
    pub fn place(&self, placed: &OrderPlaced) -> Decision<Event> {
        self.reserved(placed.order, placed.revision)
            .map_or_else(Decision::nothing, |order| {
                Decision::new(order.last, vec![Event::OrderPlaced(placed.clone())])
            })
    }

    /// Records that something is no longer there.
    #[must_use]
    pub fn decline(&self, declined: &OrderDeclined) -> Decision<Event> {
        self.reserved(declined.order, declined.revision)
            .map_or_else(Decision::nothing, |order| {
                Decision::new(order.last, vec![Event::OrderDeclined(declined.clone())])
            })
    }

    fn reserved(&self, id: OrderId, revision: u32) -> Option<&Order> {
        self.order(id)
            .filter(|order| order.stage == Stage::Submitted && order.revision == revision)
    }

    /// Records that nobody said anything in time.
    #[must_use]
    pub fn expire(&self, id: OrderId, now: Timestamp) -> Decision<Event> {
        match self.order(id) {
            Some(order) if order.is_overdue(now) => Decision::new(
                order.last,
                vec![Event::OrderExpired(OrderExpired { order: id })],
            ),
            Some(_) | None => Decision::nothing(),
        }
    }

    /// Whether this tap, message or call has been carried out already.
    #[must_use]
    pub fn has_acted(&self, cause: Cause) -> bool {
        self.acted.contains(&cause.id)
    }

    /// Does with an order what somebody of the shop wants. `cause` names the tap, the message or the call: the same one
    /// again adds nothing.
    ///
    /// # Errors
    /// [`OrderRefusal`]: nothing changes, and whoever acted is told why.
    pub fn act_on_order(
        &self,
        id: OrderId,
        action: &OrderAction,
        by: &Actor,
        cause: Cause,
        now: Timestamp,
    ) -> Result<Decision<Event>, OrderRefusal> {
        if self.has_acted(cause) {
            return Ok(Decision::nothing());
        }
        let order = self.order(id).ok_or(OrderRefusal::NoOrder)?;
        let event = match action {
            OrderAction::Approve { revision } => {
                order.is_undecided(Some(*revision), now)?;
                Event::OrderApproved(OrderApproved {
                    order: id,
                    by: by.clone(),
                })
            }
            OrderAction::Reject { reason } => {
                order.is_undecided(None, now)?;
                Event::OrderRejected(OrderRejected {
                    order: id,
                    by: by.clone(),
                    reason: reason.trim().to_owned(),
                })
            }
            OrderAction::Amend { revision, terms } => {
                order.is_undecided(Some(*revision), now)?;
                if *terms == order.terms {
                    return Err(OrderRefusal::AlreadySo);
                }
                if terms.total > order.agreed.total {
                    let agreed = order.agreed.total;
                    return Err(OrderRefusal::DearerThanAgreed { agreed });
                }
                Event::OrderAmended(Box::new(OrderAmended {
                    order: id,
                    by: by.clone(),
                    terms: terms.clone(),
                }))
            }
            OrderAction::Mark(mark) => {
                if order.stage != Stage::Approved {
                    return Err(OrderRefusal::NotApproved);
                }
                if order.marks.iter().any(|(_, noted)| noted == mark) {
                    return Err(OrderRefusal::AlreadySo);
                }
                Event::OrderMarked(OrderMarked {
                    order: id,
                    mark: mark.clone(),
                    by: by.clone(),
                })
            }
        };
        Ok(Decision::new(cause, vec![event]))
    }

    /// Approved orders that have no invoice yet.
    pub fn to_be_invoiced(&self) -> impl Iterator<Item = &Order> {
        let approved = self.orders.iter();
        approved.filter(|order| order.stage == Stage::Approved && order.invoice.is_none())
    }

    /// Records the invoice of an approved order.
    #[must_use]
    pub fn invoiced(&self, invoiced: &OrderInvoiced) -> Decision<Event> {
        let mut due = self.to_be_invoiced();
        due.find(|order| order.id == invoiced.order)
            .map_or_else(Decision::nothing, |order| {
                Decision::new(order.last, vec![Event::OrderInvoiced(invoiced.clone())])
            })
    }

    /// The oldest news that the buyer has not been told.
    #[must_use]
    pub fn untold(&self) -> Option<(&Order, OrderNews)> {
        if self.muted || self.address.is_none() {
            return None;
        }
        let mut orders = self.orders.iter();
        orders.find_map(|order| Some((order, *order.news.front()?)))
    }

    /// Tells the buyer the oldest news of an order. Adds nothing when they were told meanwhile.
    #[must_use]
    pub fn tell(
        &self,
        id: OrderId,
        news: OrderNews,
        text: &str,
        facts: &[Fact],
    ) -> Decision<Event> {
        let Some((order, _)) = self
            .untold()
            .filter(|(order, next)| order.id == id && *next == news)
        else {
            return Decision::nothing();
        };
        let invoice = order.invoice.as_ref().map(|(number, _)| *number);
        let told = Told {
            order: id,
            news,
            invoice: invoice.filter(|_| news == OrderNews::Invoiced),
        };
        // The order's last event is the cause; what is told of it makes the turn's name.
        let turn = EventId::derive(&["order news", &id.to_string(), news_name(news)]);
        let cause = Cause {
            id: EventId::derive(&[
                "tell",
                &order.last.id.to_string(),
                news_name(news),
                &order.news.len().to_string(),
            ]),
            correlation: None,
        };
        let reply = ReplyComposed {
            facts: facts.to_vec(),
            told: Some(told),
            ..super::route::bare(TurnId::from(turn), ReplyKind::OrderNews, text)
        };
        Decision::new(cause, vec![Event::ReplyComposed(reply)])
    }

    /// What the desk sees of an order; `None` before a seller has anything to see of it.
    #[must_use]
    pub fn order_face(&self, id: OrderId) -> Option<Face> {
        let order = self.order(id)?;
        let state = match order.stage.settlement() {
            None => MatterState::Open,
            Some(how) => MatterState::Settled {
                how,
                by: order.by.clone(),
            },
        };
        Some(Face {
            state,
            unanswered: 0,
            draft: false,
            judged: None,
            revision: order.revision,
            reserving: order.stage == Stage::Submitted,
            marks: u32::try_from(order.marks.len()).unwrap_or(u32::MAX),
        })
    }
}

const fn news_name(news: OrderNews) -> &'static str {
    match news {
        OrderNews::Approved => "approved",
        OrderNews::Rejected => "rejected",
        OrderNews::Expired => "expired",
        OrderNews::Invoiced => "invoiced",
        OrderNews::Paid => "paid",
        OrderNews::Shipped => "shipped",
        OrderNews::Delivered => "delivered",
        OrderNews::Returned => "returned",
    }
}
