//! Each reason to stop.

use e2e::{Chat, until};

use super::stage::{Stage, Twist};
use crate::desk::BUNDLE;

const REASONS: [(&str, &str); 6] = [
    (BUNDLE, "complex_bundle"),
    ("Let me talk to a human, please", "human_requested"),
    (
        "вы меня обманули, верните деньги, это безобразие",
        "complaint",
    ),
    ("а что с тем, о чём мы вчера говорили?", "ambiguous"),
    (
        "а вот если на троих и чтоб не промокло куда лучше",
        "low_confidence",
    ),
    (
        "сколько туда влезет ноутбуков и как с дождём",
        "cannot_answer",
    ),
];

/// All at once: each chat stops for its own reason, its buyer is told once, and it lies on the desk once.
pub(super) async fn each_reason_is_told_once(stage: &mut Stage) {
    let mut chats: Vec<(Chat, &str)> = Vec::new();
    for (_, reason) in REASONS {
        let chat = stage.chat();
        chats.push((chat, reason));
    }
    stage
        .does(async || {
            for ((chat, _), (words, _)) in chats.iter().zip(REASONS) {
                chat.buyer(words).await;
            }
        })
        .await;
    let seller = stage.first();
    for (chat, reason) in &mut chats {
        chat.expect_reply(&[]).await;
        let events = chat.events().await.into_iter();
        let handed =
            events.filter(|event| event["type"] == "torg.conversation.handoff_requested.v1");
        let reasons: Vec<_> = handed
            .map(|event| event["data"]["reason"].clone())
            .collect();
        assert_eq!(reasons, [*reason]);
        let matter = stage.matter(chat).await;
        until("the matter is on the phone", || async {
            let posts = stage.posts(seller.id, &matter).await;
            (!posts.is_empty()).then_some(())
        })
        .await;
    }
    stage.world.until_idle().await;
    for (chat, reason) in &chats {
        let matter = stage.matter(chat).await;
        let desk = stage.world.desk_events().await.into_iter();
        let opened = desk.filter(|event| event["type"] == "torg.desk.matter_opened.v1");
        let opened = opened.filter(|event| event["data"]["matter"] == matter.as_str());
        assert_eq!(opened.count(), 1, "{reason}");
        let posts = stage.posts(seller.id, &matter).await;
        assert_eq!(posts.len(), 1, "{reason}: {posts:?}");
        // Between Telegram's answer and the note of it a crash shows a card twice (decision 0004).
        if stage.twist != Twist::Killed {
            let shown = seller.shown().into_iter();
            let shown = shown.filter(|one| posts[0]["message"] == one.message_id);
            assert_eq!(shown.count(), 1, "{reason}");
        }
        stage.went(chat, 1, &[("handoff_requested", 1)]).await;
    }
}
