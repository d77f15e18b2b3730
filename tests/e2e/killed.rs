//! Each service is killed in the middle and started again: a process of its own, signal 9.

use e2e::{Channel, Service, Setup, World};
use simulator::{Fault, Filter, Provider};

use crate::told::{Sale, record};

const APART: Setup = Setup {
    processes: true,
    quiet_window_ms: 400,
    send_deadline_ms: 2_000,
    ..Setup::USUAL
};

#[tokio::test(flavor = "multi_thread")]
async fn ingest_killed_in_the_middle() {
    let mut world = World::with(APART).await;
    for channel in [Channel::Avito, Channel::Telegram] {
        let mut sale = Sale::new(&world, channel, 1);
        // Nobody answers the webhook, so it comes again.
        world.kill(Service::Ingest).await;
        sale.asks().await;
        world.run(Service::Ingest).await;
        sale.is_answered().await;
        // On its way, answered or not, when the door falls shut.
        sale.follows_up().await;
        world.kill_and_run(Service::Ingest).await;
        sale.is_followed_up().await;
        sale.asks_the_price().await;
        sale.ends(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn router_killed_in_the_middle() {
    let mut world = World::with(APART).await;
    for channel in Channel::ALL {
        let mut sale = Sale::new(&world, channel, 1);
        sale.asks().await;
        sale.chat().until_event("message_received").await;
        // Within the quiet window.
        world.kill_and_run(Service::Router).await;
        sale.is_answered().await;
        sale.follows_up().await;
        sale.chat().until_events("turn_routed", 2).await;
        world.kill_and_run(Service::Router).await;
        sale.is_followed_up().await;
        sale.asks_the_price().await;
        sale.ends(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_killed_in_the_middle() {
    let mut world = World::with(APART).await;
    for channel in Channel::ALL {
        let mut sale = Sale::new(&world, channel, 1);
        sale.asks().await;
        sale.chat().until_event("turn_routed").await;
        world.kill_and_run(Service::Agents).await;
        sale.is_answered().await;
        // Nobody there to be asked.
        world.kill(Service::Agents).await;
        sale.follows_up().await;
        sale.chat().until_events("turn_routed", 2).await;
        world.run(Service::Agents).await;
        sale.is_followed_up().await;
        sale.asks_the_price().await;
        sale.ends(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dispatcher_killed_before_it_calls() {
    let mut world = World::with(APART).await;
    for channel in Channel::ALL {
        let mut sale = Sale::new(&world, channel, 1);
        world.kill(Service::Dispatcher).await;
        sale.asks().await;
        sale.chat().until_event("reply_composed").await;
        world.run(Service::Dispatcher).await;
        sale.is_answered().await;
        sale.goes_on().await;
        sale.ends(&world).await;
    }
}

/// Withholds the provider's answer to the next message: it has arrived, and nobody knows.
fn hold(world: &World, provider: Provider, operation: &str) {
    world.control().fault(Fault {
        provider: Some(provider),
        operation: Some(operation.to_owned()),
        count: Some(1),
        hold: true,
        ..Fault::default()
    });
}

async fn until_accepted(world: &World, provider: Provider) {
    e2e::until("the provider has it", || async {
        let filter = Filter {
            provider: Some(provider),
            ..Filter::default()
        };
        (!world.control().ledger(&filter).is_empty()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dispatcher_killed_while_avito_holds_the_call_finds_the_message_in_the_history() {
    let mut world = World::with(APART).await;
    hold(&world, Provider::Avito, "send");
    let mut sale = Sale::new(&world, Channel::Avito, 1);
    sale.asks().await;
    sale.chat().until_event("message_received").await;
    // From here on no echo comes: only the history can tell.
    world.control().fault(Fault {
        drop_percent: Some(100),
        ..Fault::default()
    });
    until_accepted(&world, Provider::Avito).await;
    world.kill(Service::Dispatcher).await;
    world.control().clear_faults();
    world.run(Service::Dispatcher).await;
    sale.is_answered().await;
    let events = sale.chat().events().await;
    let sent = events
        .iter()
        .find(|event| event["type"] == "torg.conversation.reply_sent.v1");
    assert_eq!(sent.unwrap()["data"]["evidence"], "history");
    sale.goes_on().await;
    sale.ends(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dispatcher_killed_while_telegram_holds_the_call_never_repeats_a_promise() {
    let mut world = World::with(APART).await;
    hold(&world, Provider::Telegram, "sendMessage");
    let sale = Sale::new(&world, Channel::Telegram, 1);
    sale.asks().await;
    until_accepted(&world, Provider::Telegram).await;
    world.kill(Service::Dispatcher).await;
    world.control().clear_faults();
    world.run(Service::Dispatcher).await;
    sale.chat().until_event("handoff_requested").await;
    world.end().await;
    assert_eq!(sale.chat().replies().await.len(), 1);
    record("uncertain", &sale.chat().record().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn dispatcher_killed_while_it_writes_to_the_web_chat() {
    let mut world = World::with(APART).await;
    let mut sale = Sale::new(&world, Channel::Web, 1);
    sale.asks().await;
    sale.chat().until_event("reply_sending").await;
    world.kill_and_run(Service::Dispatcher).await;
    sale.is_answered().await;
    sale.goes_on().await;
    sale.ends(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_of_each_reactor_share_the_work() {
    let mut world = World::start().await;
    for service in [Service::Router, Service::Agents, Service::Dispatcher] {
        world.run_second(service).await;
    }
    for channel in Channel::ALL {
        Sale::new(&world, channel, 1).tell(&world).await;
    }
}
