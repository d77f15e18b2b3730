//! The bot is held back over gRPC.

use e2e::{Service, World};
use futures::future::join_all;
use proto::desk::HoldRequest;
use tonic::Code;

use super::{Client, hold};

fn named(how: &str, request_id: &str) -> HoldRequest {
    HoldRequest {
        request_id: request_id.to_owned(),
        ..hold(how)
    }
}

/// How it is, whether that changed, and whether this was asked before.
async fn held(client: &mut Client, request: HoldRequest) -> (String, bool, bool) {
    let held = client.0.hold(request).await.unwrap().into_inner();
    (held.hold, held.changed, held.again)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_is_asked_for_again_does_not_undo_what_came_after_it() {
    let mut world = World::start().await;
    let mut client = Client::of(&world).await;
    // Many at once are one.
    let tries = (0..8).map(|_| {
        let mut client = client.clone();
        async move { held(&mut client, named("paused", "1")).await }
    });
    let all = join_all(tries).await;
    assert!(all.iter().all(|(how, ..)| how == "paused"), "{all:?}");
    assert_eq!(all.iter().filter(|(_, changed, _)| *changed).count(), 1);
    assert_eq!(all.iter().filter(|(.., again)| *again).count(), 7);

    let as_text = |how: &str, changed, again| (how.to_owned(), changed, again);
    let released = held(&mut client, named("released", "2")).await;
    assert_eq!(released, as_text("released", true, false));
    // The first one comes late once more, here and at an instance that has only the log to know it by.
    let late = held(&mut client, named("paused", "1")).await;
    assert_eq!(late, as_text("released", false, true));
    world.kill_and_run(Service::Escalation).await;
    client = Client::of(&world).await;
    let late = held(&mut client, named("paused", "1")).await;
    assert_eq!(late, as_text("released", false, true));
    let other = client.0.hold(named("stopped", "1")).await.unwrap_err();
    assert_eq!(other.code(), Code::InvalidArgument, "{other}");
    assert!(other.message().contains("paused"), "{other}");
    // Without an id each request is its own, and so is a new one.
    let unnamed = held(&mut client, hold("paused")).await;
    assert_eq!(unnamed, as_text("paused", true, false));
    let same = held(&mut client, named("paused", "3")).await;
    assert_eq!(same, as_text("paused", false, false));
    let last = held(&mut client, named("released", "4")).await;
    assert_eq!(last, as_text("released", true, false));

    let told = world.shop_events().await.into_iter();
    let told = told.filter_map(|event| event["type"].as_str().map(str::to_owned));
    let told = told.filter(|name| name.contains("bot_"));
    let held_back = "torg.shop.bot_held.v1";
    let let_go = "torg.shop.bot_released.v1";
    assert_eq!(
        told.collect::<Vec<_>>(),
        [held_back, let_go, held_back, let_go]
    );
    world.end().await;
}
