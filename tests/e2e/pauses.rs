//! An account that its provider has shut, and what is said of it once it is open again.

use domain::Shop;
use e2e::{AVITO, Channel, Service, Setup, World, shop, until};
use eventlog::EventLog;
use schemas::{AggregateKey, conversation::ChannelKind};
use simulator::{Fault, Provider};

use crate::told::Sale;

const APART: Setup = Setup {
    processes: true,
    quiet_window_ms: 200,
    send_deadline_ms: 1_500,
    ..Setup::USUAL
};

/// An order for messages to Avito.
fn sends(fault: Fault) -> Fault {
    Fault {
        provider: Some(Provider::Avito),
        operation: Some("send".to_owned()),
        ..fault
    }
}

/// Avito wants to be paid, until faults are cleared.
fn shut(world: &World) {
    world.control().fault(sends(Fault {
        status: Some(402),
        ..Fault::default()
    }));
}

/// Why the account may not send, as the shop's history has it.
async fn recorded(log: &EventLog) -> Option<String> {
    let loaded = log
        .load::<Shop>(&AggregateKey::shop(&shop()))
        .await
        .unwrap();
    let paused = loaded.state.paused(ChannelKind::Avito, &AVITO.to_string());
    paused.map(str::to_owned)
}

/// Waits until the shop's history and the dispatcher's `/readyz` say that the account is shut, or that it is open.
async fn until_told(world: &World, paused: bool) {
    until(&format!("paused: {paused}"), || async {
        let told = world.readyz(Service::Dispatcher, "channels").await;
        let fits = match told["state"].as_str() {
            Some("degraded") => {
                let reason = told["reason"].as_str().unwrap_or_default();
                assert!(reason.contains(&AVITO.to_string()), "{reason}");
                paused
            }
            _ => !paused,
        };
        (fits && recorded(&world.log).await.is_some() == paused).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_open_again_is_not_told_as_paused() {
    let world = World::start().await;
    until_told(&world, false).await;
    shut(&world);
    let mut sale = Sale::new(&world, Channel::Avito, 1);
    sale.asks().await;
    until_told(&world, true).await;
    world.control().clear_faults();
    sale.is_answered().await;
    until_told(&world, false).await;
    sale.goes_on().await;
    sale.ends(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_with_the_first_message_that_goes_through_after_a_kill() {
    let mut world = World::with(APART).await;
    shut(&world);
    let first = world.chat(Channel::Avito, 1);
    first.buyer("Красный рюкзак 20 л есть?").await;
    until_told(&world, true).await;
    world.kill(Service::Dispatcher).await;
    // What was to be sent is sent no more: whatever goes through next is nobody's second attempt.
    first.seller("Да, есть");
    first.until_event("reply_withdrawn").await;
    world.control().clear_faults();
    world.run(Service::Dispatcher).await;
    until_told(&world, true).await;

    Sale::new(&world, Channel::Avito, 2).tell(&world).await;
    until_told(&world, false).await;
    assert_eq!(first.replies().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_with_a_message_that_is_found_in_the_history_after_a_kill() {
    let mut world = World::with(APART).await;
    shut(&world);
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    until_told(&world, true).await;
    // The account is open again and takes the message, and nobody hears of it: neither receipt nor echo.
    world.control().clear_faults();
    world.control().fault(sends(Fault {
        hold: true,
        count: Some(1),
        ..Fault::default()
    }));
    world.control().fault(Fault {
        drop_percent: Some(100),
        ..Fault::default()
    });
    until("the provider has it", || async {
        (!chat.replies().await.is_empty()).then_some(())
    })
    .await;
    world.kill(Service::Dispatcher).await;
    world.control().clear_faults();
    world.run(Service::Dispatcher).await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    until_told(&world, false).await;
    world.end().await;
    assert_eq!(chat.replies().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_another_instance_recorded_ends_too() {
    let world = World::start().await;
    // This one has sent before, and never saw a pause of its own.
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Здравствуйте!").await;
    chat.expect_reply(&["Здравствуйте"]).await;
    let pause = schemas::shop::ChannelPaused {
        kind: ChannelKind::Avito,
        account: AVITO.to_string(),
        reason: "402 of another instance, which is gone".to_owned(),
    };
    let decide = |state: &Shop| Ok::<_, std::convert::Infallible>(state.pause_channel(&pause));
    let key = AggregateKey::shop(&shop());
    world.log.decide::<Shop, _>(&key, decide).await.unwrap();
    until_told(&world, true).await;
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки"]).await;
    until_told(&world, false).await;
    world.end().await;
}
