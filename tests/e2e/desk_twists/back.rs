//! How the chat comes back to the bot by time.

use std::time::Duration;

use e2e::until;

use super::stage::Stage;
use crate::desk::{BUNDLE, PERSON};

const STOCK: &str = "Красный рюкзак 20 л есть?";

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// A card that nobody answers is reminded of, then the next seller has it too; both tap, one has the chat, is silent
/// for an hour, and the bot goes on.
pub(super) async fn two_sellers_and_the_one_who_has_it_is_silent(stage: &mut Stage) {
    let (first, second) = (stage.first(), stage.second());
    let mut chat = stage.chat();
    stage.handed_over(&mut chat, PERSON).await;
    let card = stage.card(&first, &chat).await;
    // Somebody looks at the desk, as the timer would in ten minutes.
    let matter = stage.matter(&chat).await;
    stage.world.passes_at_rest(minutes(11)).await;
    stage.does(async || first.writes("/status")).await;
    until("the first seller is reminded", || async {
        let posts = stage.posts(first.id, &matter).await;
        posts
            .iter()
            .any(|post| post["kind"] == "reminder")
            .then_some(())
    })
    .await;
    assert!(stage.posts(second.id, &matter).await.is_empty());
    stage.world.passes_at_rest(minutes(11)).await;
    stage.does(async || first.writes("/status")).await;
    let other = stage.card(&second, &chat).await;

    stage
        .does(async || {
            first.taps(&card, "Беру чат");
            second.taps(&other, "Беру чат");
        })
        .await;
    chat.until_event("chat_taken").await;
    until("both taps are seen to", || async {
        let desk = stage.world.desk_events().await;
        let outcomes = desk
            .iter()
            .filter_map(|event| event["data"]["outcome"].as_str());
        let taken = outcomes.clone().filter(|one| *one == "taken").count();
        let late = outcomes.filter(|one| *one == "taken_by_another").count();
        (taken == 1 && late == 1).then_some(())
    })
    .await;

    stage.world.passes_at_rest(minutes(61)).await;
    stage.buyer(&chat, STOCK).await;
    chat.until_event("bot_resumed").await;
    chat.expect_reply(&["3 штуки"]).await;
    let events = [
        ("chat_taken", 1),
        ("bot_resumed", 1),
        ("handoff_requested", 1),
    ];
    stage.went(&chat, 2, &events).await;
}

/// Nobody comes at all: the buyer is told so once, the bot goes on, and the card still works.
pub(super) async fn nobody_comes(stage: &mut Stage) {
    let seller = stage.first();
    let mut chat = stage.chat();
    stage.handed_over(&mut chat, BUNDLE).await;
    let card = stage.card(&seller, &chat).await;
    stage.world.passes_at_rest(minutes(61)).await;
    stage.buyer(&chat, STOCK).await;
    chat.expect_reply(&["ещё не подошёл"]).await;
    chat.expect_reply(&["3 штуки"]).await;
    stage
        .does(async || seller.replies(&card, "Да, скину 5 %"))
        .await;
    chat.expect_reply(&["скину 5 %"]).await;
    let events = [("bot_resumed", 1), ("handoff_requested", 1)];
    stage.went(&chat, 4, &events).await;
}
