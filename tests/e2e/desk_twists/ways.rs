//! Each way of replying, and each way in which the chat comes back to the bot by hand.

use domain::Owner;
use e2e::{Channel, Service, shop, until};
use futures::future::join;
use proto::desk::{
    ActRequest, Actor, Done, GiveBack, Reply,
    act_request::{Deed, Subject},
    act_response::Outcome,
    actor::Who,
    desk_client::DeskClient,
};

use super::stage::{AUTOREPLY, Stage, Twist};
use crate::desk::{BUNDLE, PERSON};

const STOCK: &str = "Красный рюкзак 20 л есть?";

/// By answering the card; back by its button.
pub(super) async fn by_answering_the_card(stage: &mut Stage) {
    let seller = stage.first();
    let mut chat = stage.chat();
    stage.handed_over(&mut chat, BUNDLE).await;
    let card = stage.card(&seller, &chat).await;
    let words = "Да, от десяти штук скину 5 %";
    stage.does(async || seller.replies(&card, words)).await;
    chat.expect_reply(&[words]).await;
    let card = seller.sees_change(card.message_id, &["Отвечено"]).await;
    assert_eq!(chat.state().await.owner(), Owner::Seller);
    stage.taps(&seller, &card, "Боту").await;
    chat.until_event("chat_given_back").await;
    stage.buyer(&chat, STOCK).await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    let events = [
        ("handoff_requested", 1),
        ("seller_replied", 1),
        ("chat_given_back", 1),
    ];
    stage.went(&chat, 3, &events).await;
}

/// By sending what the bot would have said; the bot goes on by itself.
pub(super) async fn by_sending_the_draft(stage: &mut Stage) {
    let seller = stage.first();
    let mut chat = stage.chat();
    stage.handed_over(&mut chat, PERSON).await;
    let card = stage.card(&seller, &chat).await;
    let card = seller.sees_change(card.message_id, &["3 штуки"]).await;
    stage
        .does(async || seller.taps_twice(&card, "Отправить"))
        .await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    let card = seller
        .sees_change(card.message_id, &["Отправлен ответ бота"])
        .await;
    stage.taps(&seller, &card, "Мог сам").await;
    seller
        .sees_change(card.message_id, &["Мог не спрашивать"])
        .await;
    stage.buyer(&chat, "а синий?").await;
    chat.expect_reply(&["синий", "5 штук"]).await;
    let events = [
        ("handoff_requested", 1),
        ("seller_replied", 1),
        ("handoff_judged", 1),
    ];
    stage.went(&chat, 3, &events).await;
}

/// By changing it first; back by closing.
pub(super) async fn by_changing_the_draft(stage: &mut Stage) {
    let seller = stage.first();
    let mut chat = stage.chat();
    stage.handed_over(&mut chat, PERSON).await;
    let card = stage.card(&seller, &chat).await;
    let card = seller.sees_change(card.message_id, &["3 штуки"]).await;
    stage.taps(&seller, &card, "Изменить").await;
    let prompt = stage.post(&seller, &chat, "prompt").await;
    let words = "Есть три красных, приезжайте до восьми";
    stage.does(async || seller.replies(&prompt, words)).await;
    chat.expect_reply(&[words]).await;
    let events = chat.events().await.into_iter();
    let mut replied = events.filter(|event| event["type"] == "torg.conversation.seller_replied.v1");
    assert_eq!(replied.next().unwrap()["data"]["way"], "edited_draft");
    let card = seller.sees_change(card.message_id, &["Отвечено"]).await;
    stage.taps(&seller, &card, "Закрыть").await;
    chat.until_event("chat_closed").await;
    assert_eq!(chat.state().await.owner(), Owner::Closed);
    stage.buyer(&chat, STOCK).await;
    chat.expect_reply(&["3 штуки"]).await;
    let events = [
        ("handoff_requested", 1),
        ("seller_replied", 1),
        ("chat_closed", 1),
    ];
    stage.went(&chat, 3, &events).await;
}

/// In the Avito app, or in the seller's own Telegram.
pub(super) async fn in_the_app(stage: &mut Stage) {
    let seller = stage.first();
    let mut chat = stage.chat_with_an_app();
    stage.handed_over(&mut chat, PERSON).await;
    let card = stage.card(&seller, &chat).await;
    let words = "Здравствуйте, это я, слушаю";
    stage.does(async || chat.seller(words)).await;
    let card = seller
        .sees_change(card.message_id, &["Отвечено в приложении"])
        .await;
    assert_eq!(chat.state().await.owner(), Owner::Seller);
    stage.taps(&seller, &card, "Боту").await;
    chat.until_event("chat_given_back").await;
    stage.buyer(&chat, STOCK).await;
    chat.expect_reply(&["3 штуки"]).await;
    let events = [
        ("handoff_requested", 1),
        ("seller_wrote", 1),
        ("seller_replied", 0),
        ("chat_given_back", 1),
    ];
    stage.went(&chat, 2, &events).await;
}

/// By a program, for somebody who is not in Telegram. A call that nobody answered is made again.
pub(super) async fn over_grpc(stage: &mut Stage) {
    let seller = stage.first();
    let mut chat = stage.chat();
    stage.handed_over(&mut chat, PERSON).await;
    let card = stage.card(&seller, &chat).await;
    let words = "Скину, пишите адреса";
    let reply = Deed::Reply(Reply {
        text: words.to_owned(),
        edited_draft: false,
    });
    acts(stage, chat.key.id(), "reply", reply).await;
    chat.expect_reply(&[words]).await;
    seller
        .sees_change(card.message_id, &["Отвечено", "Анна"])
        .await;
    let back = Deed::GiveBack(GiveBack {});
    acts(stage, chat.key.id(), "back", back).await;
    stage.buyer(&chat, STOCK).await;
    chat.expect_reply(&["3 штуки"]).await;
    let events = [
        ("handoff_requested", 1),
        ("seller_replied", 1),
        ("chat_given_back", 1),
    ];
    stage.went(&chat, 3, &events).await;
}

/// Does something about a chat, as often as it takes, and then once more.
async fn acts(stage: &mut Stage, conversation: &str, request_id: &str, deed: Deed) {
    let request = ActRequest {
        shop: shop().to_string(),
        subject: Some(Subject::ConversationId(conversation.to_owned())),
        by: Some(Actor {
            who: Some(Who::Name("Анна".to_owned())),
        }),
        request_id: request_id.to_owned(),
        deed: Some(deed),
    };
    let act = |url: String| {
        let request = request.clone();
        async move {
            let mut desk = DeskClient::connect(url).await.ok()?;
            let answer = desk.act(request).await.ok()?;
            answer.into_inner().outcome
        }
    };
    let url = stage.world.grpc(Service::Escalation);
    let twice = stage.twist == Twist::Doubled;
    let first = stage
        .does(async || {
            if !twice {
                return vec![act(url).await];
            }
            let (one, other) = join(act(url.clone()), act(url)).await;
            vec![one, other]
        })
        .await;
    let outcome = until("the call is answered", || {
        act(stage.world.grpc(Service::Escalation))
    })
    .await;
    let last = done(outcome);
    for first in first.into_iter().flatten() {
        assert_eq!(done(first).event_id, last.event_id);
        assert!(last.again);
    }
}

fn done(outcome: Outcome) -> Done {
    let done = match outcome {
        Outcome::Done(done) => Ok(done),
        Outcome::Refused(refused) => Err(refused),
    };
    done.unwrap()
}

/// What a provider says by itself in the seller's name takes nothing over. Only Avito does such a thing.
pub(super) async fn an_autoreply_is_nobody(stage: &mut Stage) {
    if stage.channel != Channel::Avito {
        return;
    }
    let mut chat = stage.chat();
    stage.buyer(&chat, STOCK).await;
    stage.does(async || chat.seller(AUTOREPLY)).await;
    chat.until_event("notice_received").await;
    chat.expect_reply(&["3 штуки"]).await;
    stage.buyer(&chat, "А синий?").await;
    chat.expect_reply(&["5 штук"]).await;
    let events = [
        ("notice_received", 1),
        ("seller_wrote", 0),
        ("handoff_requested", 0),
    ];
    stage.went(&chat, 2, &events).await;
    // Any other words are the seller's own.
    stage
        .does(async || chat.seller("Здравствуйте, я тут"))
        .await;
    chat.until_event("seller_wrote").await;
}
