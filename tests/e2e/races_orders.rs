//! Who decides about an order: a seller, another seller, the buyer, or the time. One of them does.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Mutex, PoisonError},
};

use domain::{
    Conversation,
    conversation::{OrderAction, OrderRefusal},
};
use jiff::Timestamp;
use schemas::{
    Cause, Decision, EventId, OrderId,
    conversation::{
        Actor, ConversationEvent as Event, OrderCancelled, OrderPlaced, OrderSubmitted, Recipient,
    },
};

use crate::{
    ordered::usual,
    races::{Chat, RACES, Table},
};

const DECIDED: [&str; 4] = [
    "order_approved",
    "order_rejected",
    "order_cancelled",
    "order_expired",
];

impl Chat<'_> {
    fn order(&self) -> OrderId {
        OrderId::derive(&[&self.key.to_string()])
    }

    /// The buyer's order waits for a yes, until this moment.
    async fn ordered(&self, expires_at: Timestamp) {
        let _new = self.buyer("first").await;
        let order = self.order();
        let submitted = OrderSubmitted {
            order,
            messages: Vec::new(),
            terms: usual(),
            recipient: Recipient::default(),
        };
        let cause = Cause::outside(EventId::derive(&["yes", &self.key.to_string()]));
        self.sure(|_| {
            let event = Event::OrderSubmitted(Box::new(submitted.clone()));
            Decision::new(cause, vec![event])
        })
        .await;
        let placed = OrderPlaced {
            order,
            revision: 1,
            approval: true,
            because: "policy: always".to_owned(),
            expires_at,
        };
        self.sure(|state| state.place(&placed)).await;
    }

    async fn decides(
        &self,
        seller: i64,
        action: OrderAction,
        now: Timestamp,
    ) -> Result<bool, OrderRefusal> {
        let log = if seller == 555 {
            &self.table.one
        } else {
            &self.table.other
        };
        let id = EventId::derive(&["tap", &self.key.to_string(), &seller.to_string()]);
        let cause = Cause {
            id,
            correlation: Some(id),
        };
        let by = Actor::Telegram(seller);
        let decided = self.decide(log, |state: &Conversation| {
            state.act_on_order(self.order(), &action, &by, cause, now)
        });
        decided.await.map(|events| !events.is_empty())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_1000_races_of_sellers_a_buyer_and_the_time_an_order_is_decided_once() {
    let table = Table::set().await;
    let winners: Mutex<BTreeMap<&str, u64>> = Mutex::default();
    let won = &winners;
    table
        .run("order", |chat| async move {
            // Whoever taps has looked at the clock before it was time, one in seven too late; the timer after that.
            let expires_at = boot::clock::now();
            chat.ordered(expires_at).await;
            let second = jiff::SignedDuration::from_secs(1);
            let in_time = expires_at - second;
            let tapped_at = if chat.number.is_multiple_of(7) {
                expires_at
            } else {
                in_time
            };
            let (approved, rejected, cancelled, expired) = tokio::join!(
                async {
                    chat.pause(1).await;
                    let approve = OrderAction::Approve { revision: 1 };
                    chat.decides(555, approve, tapped_at).await
                },
                async {
                    chat.pause(2).await;
                    let reason = String::new();
                    let reject = OrderAction::Reject { reason };
                    chat.decides(556, reject, in_time).await
                },
                async {
                    chat.pause(3).await;
                    let cancelled = OrderCancelled {
                        order: chat.order(),
                        messages: Vec::new(),
                    };
                    let log = &chat.table.other;
                    let decided = chat.decide(log, |state| state.cancel(&cancelled)).await;
                    decided.map(|events| !events.is_empty())
                },
                async {
                    chat.pause(4).await;
                    let log = &chat.table.one;
                    let decided = chat.decide(log, |state| {
                        Ok::<_, Infallible>(state.expire(chat.order(), expires_at))
                    });
                    !decided.await.unwrap().is_empty()
                },
            );
            let told = chat.told().await;
            let outcomes = DECIDED.map(|name| told.iter().filter(|one| *one == name).count());
            let did =
                [&approved, &rejected, &cancelled].map(|who| who.as_ref().is_ok_and(|did| *did));
            let did = [did[0], did[1], did[2], expired].map(usize::from);
            assert_eq!(did, outcomes, "{told:?}");
            let decided: usize = outcomes.iter().sum();
            assert_eq!(decided, 1, "{told:?}");
            let stage = chat
                .state()
                .await
                .order(chat.order())
                .unwrap()
                .stage
                .clone();
            // Who came too late is told what it was, or that the time is over.
            for refused in [approved, rejected, cancelled]
                .into_iter()
                .filter_map(Result::err)
            {
                match refused {
                    OrderRefusal::Decided(how, _) => assert_eq!(how, stage),
                    OrderRefusal::TooLate => assert_eq!(tapped_at, expires_at),
                    other => panic!("{other:?}"),
                }
            }
            let place = outcomes.iter().position(|count| *count == 1).unwrap();
            let name = DECIDED[place];
            let mut won = won.lock().unwrap_or_else(PoisonError::into_inner);
            *won.entry(name).or_default() += 1;
        })
        .await;
    let winners = winners.into_inner().unwrap();
    println!("{winners:?}");
    assert_eq!(winners.values().sum::<u64>(), RACES);
    for name in DECIDED {
        assert!(winners.get(name).is_some_and(|won| *won > 0), "{winners:?}");
    }
}
