//! What each event of a cart or an order changes.

use std::collections::VecDeque;

use schemas::{
    OrderId, Recorded, ReplyId, Sku,
    conversation::{
        Cart, Checkout, ConversationEvent as Event, Deal, OrderAmended, OrderDeclined,
        OrderInvoiced, OrderMark, OrderMarked, OrderNews, OrderPlaced, OrderSubmitted, OrderTerms,
        Told,
    },
};

use super::{
    Answered, Conversation,
    order::{Order, REMEMBERED, Stage},
};

impl Conversation {
    /// A reply that changes the cart has reached the buyer.
    pub(super) fn deal_arrived(&mut self, reply: ReplyId, deal: Deal) {
        // Orders are made of the deal as it was shown: one that was made meanwhile has used it up.
        if deal != self.deal {
            self.deal_due = Some((reply, deal));
        }
    }

    pub(super) fn cart_changed(&mut self, cart: &Cart) {
        self.deal.cart = cart.clone();
        self.deal_done();
    }

    pub(super) fn checkout_changed(&mut self, checkout: Option<&Checkout>) {
        self.deal.checkout = checkout.cloned();
        self.deal_done();
    }

    fn deal_done(&mut self) {
        let known = &self.deal;
        self.deal_due.take_if(|(_, due)| due == known);
    }

    pub(super) fn order_submitted(&mut self, recorded: &Recorded<Event>, event: &OrderSubmitted) {
        (self.deal, self.deal_due) = (Deal::default(), None);
        self.forget_proposals();
        // An order that somebody still waits for is never forgotten: nobody would let its pieces go.
        if self.orders.len() >= REMEMBERED
            && let Some(oldest) = self.orders.iter().position(Order::is_over)
        {
            self.orders.remove(oldest);
        }
        self.orders.push(Order {
            id: event.order,
            event: recorded.meta.id,
            submitted_at: recorded.meta.time,
            terms: event.terms.clone(),
            before: None,
            touched: skus(&event.terms).collect(),
            agreed: event.terms.clone(),
            recipient: event.recipient.clone(),
            revision: 1,
            stage: Stage::Submitted,
            placed_at: None,
            because: String::new(),
            by: None,
            marks: Vec::new(),
            invoice: None,
            news: VecDeque::new(),
            last: recorded.meta.as_cause(),
        });
    }

    /// What is ordered is in no cart any more: replies that are on their way, and answers that no reply is made of yet, were
    /// made of the cart that is used up.
    fn forget_proposals(&mut self) {
        for reply in &mut self.outbox {
            reply.deal = None;
        }
        let suggesting = self.handoff.as_mut();
        let suggesting = suggesting.and_then(|open| open.suggesting.as_mut());
        for turn in self.turn.iter_mut().chain(suggesting) {
            for answer in turn.answers.iter_mut().flatten() {
                if let Answered::Given(given) = answer {
                    given.deal = None;
                }
            }
        }
    }

    pub(super) fn order_placed(&mut self, recorded: &Recorded<Event>, event: &OrderPlaced) {
        let expires_at = event.expires_at;
        self.on_order(recorded, event.order, |order| {
            order.before = None;
            order.placed_at.get_or_insert(recorded.meta.time);
            order.because.clone_from(&event.because);
            order.stage = if event.approval {
                Stage::Placed { expires_at }
            } else {
                Stage::Approved
            };
        });
    }

    /// Of a seller's change: the order stays as it was. Of the order itself: the cart is the buyer's again.
    pub(super) fn order_declined(&mut self, recorded: &Recorded<Event>, event: &OrderDeclined) {
        let mut again = None;
        self.on_order(recorded, event.order, |order| {
            if let Some(before) = order.before.take() {
                order.terms = before;
                // Which moment it expires is told by the next `order_placed`; until then it is being reserved.
                order.revision = order.revision.saturating_add(1);
                return;
            }
            order.stage = Stage::Declined(event.short.clone());
            again = Some(Cart {
                lines: order.terms.lines.clone(),
            });
        });
        if let Some(cart) = again
            && self.deal.cart.is_empty()
        {
            self.deal.cart = cart;
        }
    }

    pub(super) fn order_amended(&mut self, recorded: &Recorded<Event>, event: &OrderAmended) {
        self.acted(recorded);
        self.on_order(recorded, event.order, |order| {
            order.touched.extend(skus(&event.terms));
            let before = std::mem::replace(&mut order.terms, event.terms.clone());
            order.before.get_or_insert(before);
            order.revision = order.revision.saturating_add(1);
            order.stage = Stage::Submitted;
        });
    }

    /// The order is decided; what the buyer has not heard from the bot's own answer is news.
    pub(super) fn order_decided(
        &mut self,
        recorded: &Recorded<Event>,
        id: OrderId,
        stage: Stage,
        news: Option<OrderNews>,
    ) {
        self.on_order(recorded, id, |order| {
            order.stage = stage;
            order.news.extend(news);
        });
    }

    pub(super) fn order_marked(&mut self, recorded: &Recorded<Event>, event: &OrderMarked) {
        self.acted(recorded);
        let at = recorded.meta.time;
        self.on_order(recorded, event.order, |order| {
            order.marks.push((at, event.mark.clone()));
            order.news.push_back(match event.mark {
                OrderMark::Paid => OrderNews::Paid,
                OrderMark::Shipped { .. } => OrderNews::Shipped,
                OrderMark::Delivered => OrderNews::Delivered,
                OrderMark::Returned => OrderNews::Returned,
            });
        });
    }

    pub(super) fn order_invoiced(&mut self, recorded: &Recorded<Event>, event: &OrderInvoiced) {
        self.on_order(recorded, event.order, |order| {
            order.invoice = Some((event.invoice, event.payment.clone()));
            order.news.push_back(OrderNews::Invoiced);
        });
    }

    /// The buyer is being told: that news is news no more.
    pub(super) fn news_told(&mut self, told: &Told) {
        if let Some(order) = self.order_mut(told.order) {
            order.news.pop_front_if(|next| *next == told.news);
        }
    }

    pub(super) fn order_by(&mut self, id: OrderId, by: schemas::conversation::Actor) {
        if let Some(order) = self.order_mut(id) {
            order.by = Some(by);
        }
    }

    fn on_order(
        &mut self,
        recorded: &Recorded<Event>,
        id: OrderId,
        change: impl FnOnce(&mut Order),
    ) {
        if let Some(order) = self.order_mut(id) {
            change(order);
            order.last = recorded.meta.as_cause();
        }
    }

    fn order_mut(&mut self, id: OrderId) -> Option<&mut Order> {
        self.orders.iter_mut().find(|order| order.id == id)
    }
}

fn skus(terms: &OrderTerms) -> impl Iterator<Item = Sku> {
    terms.lines.iter().map(|line| line.sku.clone())
}
