//! What sellers press and write about orders, and what follows from it.

use boot::CrashPoint;
use channels::desk::MessageRef;
use domain::{
    Conversation,
    conversation::{OrderAction, OrderRefusal},
    desk::{Input, Matter, Post},
};
use eventlog::AppendError;
use schemas::{
    AggregateKey, Decision, OrderId,
    conversation::{Actor, ConversationEvent as Event, OrderMark},
    desk::{PostKind, SellerSaid, SellerTapped},
};

use super::{
    amend,
    words::{self, Unclear},
};
use crate::{
    card::Painter,
    deeds::Deed,
    desk::Trouble,
    hands::{Answer, Hands},
};

/// Why a seller's words change nothing.
enum WhyNot {
    Refused(OrderRefusal),
    Unclear(Unclear),
}

impl From<OrderRefusal> for WhyNot {
    fn from(refusal: OrderRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Hands<'_> {
    /// A button under the card of an order.
    pub(crate) async fn order_tapped(
        &self,
        matter: &Matter,
        deed: Deed,
        input: &Input,
        tap: &SellerTapped,
    ) -> Result<Answer, Trouble> {
        let Some(order) = matter.order else {
            return self.answer("desk-forgotten", "no_such_order");
        };
        let post = self.desk.post(tap.seller, tap.message);
        let seen = post.and_then(|post| self.desk.terms_on(post));
        // Terms are counted from 1: what nobody knows to have been seen is none of them.
        let revision = seen.unwrap_or(0);
        let (action, asks) = match deed {
            Deed::Approve => (OrderAction::Approve { revision }, None),
            Deed::Paid => (OrderAction::Mark(OrderMark::Paid), None),
            Deed::Delivered => (OrderAction::Mark(OrderMark::Delivered), None),
            Deed::Returned => (OrderAction::Mark(OrderMark::Returned), None),
            Deed::Shipped => {
                let shipped = OrderMark::Shipped { tracking: None };
                (OrderAction::Mark(shipped), Some(TRACKING))
            }
            // Whoever may say no may change as well.
            Deed::Amend => (reject(""), Some(AMEND)),
            Deed::Reject => (reject(""), Some(REJECT)),
            _ => return self.ask(matter, order, &WRITE, tap).await,
        };
        if let Some(asks) = asks {
            let possible = self.try_on(matter, order, &action, input).await?;
            return match possible {
                Ok(()) => self.ask(matter, order, &asks, tap).await,
                Err(refusal) => self.order_refused(&refusal),
            };
        }
        let approves = deed == Deed::Approve;
        if approves {
            boot::crash_point(CrashPoint::OrderApprovedBefore);
        }
        let done = self
            .on_order(matter, input, |state| {
                let by = Actor::Telegram(tap.seller);
                Ok(state.act_on_order(order, &action, &by, input.cause, input.at)?)
            })
            .await?;
        if approves {
            boot::crash_point(CrashPoint::OrderApprovedAfter);
        }
        match done {
            Ok(()) => self.answer(deed.told(), deed.done()),
            Err(WhyNot::Unclear(unclear)) => self.unclear(&unclear),
            Err(WhyNot::Refused(refusal)) => {
                let frozen = post.is_some_and(|post| post.frozen);
                if frozen && matches!(refusal, OrderRefusal::Changed { .. }) {
                    // That card will never show it: here is one that does.
                    self.look.post_card(self.desk, matter, tap.seller).await?;
                }
                self.order_refused(&refusal)
            }
        }
    }

    /// Words that answer the card of an order, or what it asked.
    pub(crate) async fn order_words(
        &self,
        input: &Input,
        said: &SellerSaid,
        post: &Post,
        (matter, order): (&Matter, OrderId),
    ) -> Result<Answer, Trouble> {
        let text = said.text.text();
        let action = match post.kind {
            PostKind::RejectPrompt => reject(words::reason(text)),
            PostKind::TrackingPrompt => match words::tracking(text) {
                Ok(tracking) => OrderAction::Mark(OrderMark::Shipped { tracking }),
                Err(()) => return self.answer("desk-order-tracking-odd", "no_tracking_number"),
            },
            _ => return self.amend(input, said, post, (matter, order)).await,
        };
        let done = self
            .on_order(matter, input, |state| {
                let by = Actor::Telegram(said.seller);
                Ok(state.act_on_order(order, &action, &by, input.cause, input.at)?)
            })
            .await?;
        match (done, &action) {
            (Ok(()), OrderAction::Reject { .. }) => {
                self.answer("desk-order-done-rejected", "order_rejected")
            }
            (Ok(()), _) => self.answer("desk-order-done-marked", "order_shipped"),
            (Err(WhyNot::Refused(refusal)), _) => self.order_refused(&refusal),
            (Err(WhyNot::Unclear(unclear)), _) => self.unclear(&unclear),
        }
    }

    /// Changes what stood on the message that the words answer.
    async fn amend(
        &self,
        input: &Input,
        said: &SellerSaid,
        post: &Post,
        (matter, order): (&Matter, OrderId),
    ) -> Result<Answer, Trouble> {
        let revision = self.desk.terms_on(post).unwrap_or(0);
        let done = self
            .on_order(matter, input, |state| {
                // What was carried out before would not be understood a second time.
                if state.has_acted(input.cause) {
                    return Ok(Decision::nothing());
                }
                let by = Actor::Telegram(said.seller);
                let known = state.order(order).ok_or(OrderRefusal::NoOrder)?;
                state.act_on_order(order, &reject(""), &by, input.cause, input.at)?;
                let terms = amend::amended(said.text.text(), &known.terms);
                let terms = terms.map_err(WhyNot::Unclear)?;
                let action = OrderAction::Amend { revision, terms };
                Ok(state.act_on_order(order, &action, &by, input.cause, input.at)?)
            })
            .await?;
        match done {
            Ok(()) => self.answer("desk-order-done-amended", "order_amended"),
            Err(WhyNot::Refused(refusal)) => self.order_refused(&refusal),
            Err(WhyNot::Unclear(unclear)) => self.unclear(&unclear),
        }
    }

    async fn on_order(
        &self,
        matter: &Matter,
        input: &Input,
        decide: impl FnMut(&Conversation) -> Result<Decision<Event>, WhyNot> + Send,
    ) -> Result<Result<(), WhyNot>, Trouble> {
        tracing::debug!(matter.id = %matter.id, input.id = %input.id, "a seller decides about an order");
        let key = AggregateKey::conversation(self.look.shop, matter.conversation);
        let decided = self
            .look
            .log
            .decide::<Conversation, WhyNot>(&key, decide)
            .await;
        match decided {
            Ok(_) => Ok(Ok(())),
            Err(AppendError::Refused(why)) => Ok(Err(why)),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether something would be possible now; nothing is recorded.
    async fn try_on(
        &self,
        matter: &Matter,
        order: OrderId,
        action: &OrderAction,
        input: &Input,
    ) -> Result<Result<(), OrderRefusal>, Trouble> {
        let key = AggregateKey::conversation(self.look.shop, matter.conversation);
        let state = self.look.log.load::<Conversation>(&key).await?.state;
        let by = Actor::Telegram(input.what.seller());
        let decided = state.act_on_order(order, action, &by, input.cause, input.at);
        Ok(decided.map(drop))
    }

    /// Asks the seller for words about an order.
    async fn ask(
        &self,
        matter: &Matter,
        order: OrderId,
        asks: &Asks,
        tap: &SellerTapped,
    ) -> Result<Answer, Trouble> {
        let words = self.look.words;
        let text = words.with(asks.text, "order", &order.code())?;
        let at: MessageRef = self
            .look
            .bot
            .prompt(
                tap.seller,
                &text,
                &words.plain(asks.placeholder)?,
                Some(tap.message),
            )
            .await
            .map_err(|error| Trouble::Telegram(tap.seller, error))?;
        self.look
            .posted(at, asks.kind, &[matter], None, None)
            .await?;
        self.answer(Deed::Amend.told(), Deed::Amend.done())
    }

    fn order_refused(&self, refusal: &OrderRefusal) -> Result<Answer, Trouble> {
        let painter = Painter::new(self.look, self.desk);
        let told = |by: &Actor| painter.name(by);
        Ok(Answer {
            text: self.look.words.order_refusal(refusal, told)?,
            outcome: words::outcome(refusal).to_owned(),
        })
    }

    fn unclear(&self, unclear: &Unclear) -> Result<Answer, Trouble> {
        Ok(Answer {
            text: self.look.words.unclear(unclear)?,
            outcome: "not_understood".to_owned(),
        })
    }
}

fn reject(reason: &str) -> OrderAction {
    OrderAction::Reject {
        reason: reason.to_owned(),
    }
}

/// What a seller is asked for.
struct Asks {
    kind: PostKind,
    text: &'static str,
    placeholder: &'static str,
}

const AMEND: Asks = Asks {
    kind: PostKind::AmendPrompt,
    text: "desk-order-prompt-amend",
    placeholder: "desk-order-prompt-amend-short",
};
const REJECT: Asks = Asks {
    kind: PostKind::RejectPrompt,
    text: "desk-order-prompt-reject",
    placeholder: "desk-order-prompt-reject-short",
};
const TRACKING: Asks = Asks {
    kind: PostKind::TrackingPrompt,
    text: "desk-order-prompt-tracking",
    placeholder: "desk-order-prompt-tracking-short",
};
const WRITE: Asks = Asks {
    kind: PostKind::Prompt,
    text: "desk-order-prompt-write",
    placeholder: "desk-prompt-placeholder",
};
