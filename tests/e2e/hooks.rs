//! A shop's other systems are told of every order and invoice: through failures, silence and kill -9.
//!
//! Signatures are verified with the reference implementation of the specification, not with our own.

mod stage;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use domain::{
    Conversation, Deliveries,
    conversation::{Order, OrderAction, Stage},
};
use e2e::{Service, Setup, World, free_port, shop, until};
use eventlog::EventLog;
use schemas::{
    AggregateKey, Cause, EventId, OrderId,
    conversation::{Actor, OrderCancelled, OrderMark},
};

use crate::oversell::{chat, log_of};
use stage::{Mood, OLD_SECRET, Receiver, SALE, SECRET, says_yes, section, with_webhooks};

async fn until_order(world: &World, number: u32, check: impl Fn(&Order) -> bool) {
    until("the order is so far", || async {
        let loaded = world.log.load::<Conversation>(&chat(number).0).await.ok()?;
        loaded.state.orders().first().filter(|order| check(order))?;
        Some(())
    })
    .await;
}

async fn act(sellers: &EventLog, number: u32, order: OrderId, action: OrderAction, tap: &str) {
    let id = EventId::derive(&["tap", &number.to_string(), tap]);
    let cause = Cause {
        id,
        correlation: Some(id),
    };
    let key = chat(number).0;
    let decided = sellers.decide::<Conversation, _>(&key, |state| {
        let now = boot::clock::now();
        state.act_on_order(order, &action, &Actor::Telegram(555), cause, now)
    });
    decided.await.unwrap();
}

/// What becomes of an order, and which types of messages that makes, in order.
async fn live(world: &World, number: u32) -> (OrderId, Vec<&'static str>) {
    let agents = log_of(world, "agents").await;
    let sellers = log_of(world, "escalation").await;
    let order = says_yes(&agents, number, "FN-200").await;
    until_order(world, number, Order::waits_for_approval).await;
    match number % 4 {
        0 => {
            let reason = "нет цвета".to_owned();
            act(
                &sellers,
                number,
                order,
                OrderAction::Reject { reason },
                "no",
            )
            .await;
            (
                order,
                vec!["order.submitted", "order.placed", "order.rejected"],
            )
        }
        1 => {
            let cancelled = OrderCancelled {
                order,
                messages: Vec::new(),
            };
            let key = chat(number).0;
            let decided = agents.decide::<Conversation, _>(&key, |state| state.cancel(&cancelled));
            decided.await.unwrap();
            (
                order,
                vec!["order.submitted", "order.placed", "order.cancelled"],
            )
        }
        _ => {
            act(
                &sellers,
                number,
                order,
                OrderAction::Approve { revision: 1 },
                "yes",
            )
            .await;
            until_order(world, number, |order| order.invoice.is_some()).await;
            let tracking = Some("RA123456785RU".to_owned());
            for (tap, mark) in [
                ("paid", OrderMark::Paid),
                ("shipped", OrderMark::Shipped { tracking }),
                ("delivered", OrderMark::Delivered),
            ] {
                act(&sellers, number, order, OrderAction::Mark(mark), tap).await;
            }
            let told = vec![
                "order.submitted",
                "order.placed",
                "order.approved",
                "order.paid",
                "order.shipped",
                "order.delivered",
            ];
            (order, told)
        }
    }
}

/// Everything came, in the order of each order; a message that came twice is the same message.
fn whole(receiver: &Receiver, orders: &[(OrderId, Vec<&str>)]) {
    let mut bodies: BTreeMap<String, String> = BTreeMap::new();
    let mut firsts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for got in receiver.got() {
        if let Some(known) = bodies.get(&got.id) {
            assert_eq!(*known, got.body, "the same id says something else");
            if !got.taken {
                continue;
            }
        }
        bodies.insert(got.id.clone(), got.body.clone());
        let order = firsts.entry(got.order()).or_default();
        if got.taken && got.what().starts_with("order.") && !order.contains(&got.what()) {
            order.push(got.what());
        }
    }
    for (order, told) in orders {
        assert_eq!(&firsts[&order.to_string()], told, "{order}");
    }
    let ids: BTreeSet<_> = receiver.got().into_iter().map(|got| got.id).collect();
    let facts: BTreeSet<_> = receiver
        .got()
        .iter()
        .map(|got| (got.order(), got.what()))
        .collect();
    assert_eq!(ids.len(), facts.len(), "one id for each fact");
}

fn expected(orders: &[(OrderId, Vec<&'static str>)]) -> BTreeSet<(String, String)> {
    let mut expected = BTreeSet::new();
    for (order, told) in orders {
        let sold = told.contains(&"order.approved");
        let invoice: &[&str] = if sold {
            &["invoice.issued", "invoice.mailed"]
        } else {
            &[]
        };
        for what in told.iter().chain(invoice) {
            expected.insert((order.to_string(), (*what).to_owned()));
        }
    }
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn every_system_is_told_of_everything_though_it_fails_is_slow_or_dead_and_the_sender_is_killed()
 {
    let mut world = World::with(SALE).await;
    let well = Receiver::start(Mood::Well).await;
    let slow = Receiver::start(Mood::Slow).await;
    let failing = Receiver::start(Mood::Failing(7)).await;
    let dead = SocketAddr::from(([127, 0, 0, 1], free_port()));
    with_webhooks(
        &world,
        &[
            section("well", well.address, "personal = true"),
            section("slow", slow.address, "events = [\"order.*\"]"),
            section("failing", failing.address, ""),
            section("dead", dead, ""),
        ],
    );
    tokio::time::sleep(Duration::from_millis(700)).await;

    let mut orders = Vec::new();
    for number in 0..8 {
        orders.push(live(&world, number).await);
        if number % 3 == 1 {
            world.kill_and_run(Service::Dispatcher).await;
        }
    }
    let expected = expected(&orders);
    until(
        "the well one has everything while another is dead",
        || async { (well.taken() == expected).then_some(()) },
    )
    .await;
    until(
        "the dead one is told of, and the well one is not",
        || async {
            let standing = world.readyz(Service::Dispatcher, "webhooks").await;
            let standing = standing.to_string();
            assert!(!standing.contains("webhook well"), "{standing}");
            standing.contains("webhook dead took nothing").then_some(())
        },
    )
    .await;

    world.kill(Service::Dispatcher).await;
    let dead = Receiver::start_at(Mood::Well, dead.port(), SECRET).await;
    world.run(Service::Dispatcher).await;
    for (name, receiver) in [("failing", &failing), ("dead", &dead)] {
        until(&format!("{name} has everything"), || async {
            (receiver.taken() == expected).then_some(())
        })
        .await;
    }
    let of_orders: BTreeSet<_> = expected
        .iter()
        .filter(|(_, what)| what.starts_with("order."))
        .cloned()
        .collect();
    until("the slow one has all about orders", || async {
        (slow.taken() == of_orders).then_some(())
    })
    .await;
    world.end().await;
    for receiver in [&well, &slow, &failing, &dead] {
        whole(receiver, &orders);
    }
    // Who buys is told to whoever asked for it.
    let named = |receiver: &Receiver| {
        let got = receiver.got();
        got.iter()
            .any(|got| got.body.contains("Примерова") || got.body.contains("@example.org"))
    };
    assert!(named(&well) && !named(&failing) && !named(&dead) && !named(&slow));
}

async fn deliveries(world: &World, name: &str, number: u32) -> Option<Arc<Deliveries>> {
    let (key, _) = chat(number);
    let key = AggregateKey::webhook(&shop(), name, key.id());
    Some(world.log.load::<Deliveries>(&key).await.ok()?.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_seen_and_sent_again_and_who_is_gone_is_left_alone_until_somebody_says_otherwise()
 {
    let world = World::with(Setup {
        webhook_retries: "100ms,200ms,300ms",
        ..SALE
    })
    .await;
    let deaf = Receiver::start(Mood::Status(500)).await;
    let gone = Receiver::start(Mood::Status(410)).await;
    with_webhooks(
        &world,
        &[
            section("deaf", deaf.address, "events = [\"order.submitted\"]"),
            section("gone", gone.address, "events = [\"order.*\"]"),
        ],
    );
    tokio::time::sleep(Duration::from_millis(700)).await;
    let agents = log_of(&world, "agents").await;
    says_yes(&agents, 1, "FN-200").await;
    until_order(&world, 1, Order::waits_for_approval).await;

    until(
        "gone is stopped, and what follows is given up unsent",
        || async {
            let known = deliveries(&world, "gone", 1).await?;
            (known.pending().is_empty() && known.given_up().count() == 2).then_some(())
        },
    )
    .await;
    assert_eq!(gone.got().len(), 1, "it is not asked again");
    until("gone is told of where people look", || async {
        let standing = world.readyz(Service::Dispatcher, "webhooks").await;
        let standing = standing.to_string();
        standing
            .contains("torg webhooks resume ryukzaki gone")
            .then_some(())
    })
    .await;
    until("deaf is given up", || async {
        let known = deliveries(&world, "deaf", 1).await?;
        (known.given_up().count() == 1).then_some(())
    })
    .await;
    assert_eq!(deaf.got().len(), 4, "one attempt and three more");

    for receiver in [&deaf, &gone] {
        receiver.feels(Mood::Well);
    }
    world.torg(&["webhooks", "resume", "ryukzaki", "gone"]);
    for name in ["deaf", "gone"] {
        world.torg(&["webhooks", "retry", "ryukzaki", name]);
    }
    until("both have it", || async {
        (deaf.taken().len() == 1 && gone.taken().len() == 2).then_some(())
    })
    .await;
    let ids: BTreeSet<_> = deaf.got().into_iter().map(|got| got.id).collect();
    assert_eq!(ids.len(), 1, "an attempt by hand is the same message");
    let tested = world.torg(&["webhooks", "test", "ryukzaki", "deaf"]);
    assert!(tested.contains("deaf answered 204"), "{tested}");
    let listed = world.torg(&["webhooks", "list", "ryukzaki"]);
    assert!(
        listed.contains("deaf") && !listed.contains("given_up"),
        "{listed}"
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_a_secret_is_changed_and_what_happened_before_is_not_told() {
    let world = World::with(SALE).await;
    let agents = log_of(&world, "agents").await;
    says_yes(&agents, 1, "FN-200").await;
    until_order(&world, 1, Order::waits_for_approval).await;
    // One knows the old secret, the other the new one; every message bears both signatures.
    let old = Receiver::start_at(Mood::Well, 0, OLD_SECRET).await;
    let new = Receiver::start(Mood::Well).await;
    let both = |name: &str, address| {
        let section = section(name, address, "");
        let secrets = format!("secret = [\"{SECRET}\", \"{OLD_SECRET}\"]");
        section.replace(&format!("secret = \"{SECRET}\""), &secrets)
    };
    with_webhooks(
        &world,
        &[both("old", old.address), both("new", new.address)],
    );
    tokio::time::sleep(Duration::from_millis(700)).await;
    let second = says_yes(&agents, 2, "FN-200").await;
    for receiver in [&old, &new] {
        until("both have the second order", || async {
            (receiver.taken().len() == 2).then_some(())
        })
        .await;
        let orders: BTreeSet<_> = receiver
            .taken()
            .into_iter()
            .map(|(order, _)| order)
            .collect();
        assert_eq!(orders, BTreeSet::from([second.to_string()]));
    }
    world.end().await;
    let loaded = world.log.load::<Conversation>(&chat(2).0).await.unwrap();
    assert!(matches!(
        loaded.state.orders()[0].stage,
        Stage::Placed { .. }
    ));
}
