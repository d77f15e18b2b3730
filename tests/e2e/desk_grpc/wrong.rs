//! Requests that nobody can carry out, and one that comes too early.

use domain::Owner;
use e2e::{Channel, SELLERS, Service, World, shop};
use proto::desk::{
    ActRequest, Actor, GetMatterRequest, Reply, TakeOver,
    act_request::{Deed, Subject},
    actor::Who,
};
use tonic::Code;

use super::{BUNDLE, Client, handed_over, on, person, reply};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_names_nothing_there_is_told_so() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    // The bot has nothing to say to that itself.
    let chat = handed_over(&world, "Позовите продавца, пожалуйста").await;
    let matter = client.one(|_| true).await;
    let good = on(&matter, "Анна", "1", Deed::TakeOver(TakeOver {}));
    let unknown = "01890000-0000-7000-8000-000000000000".to_owned();
    let wrong = [
        (
            Code::InvalidArgument,
            "shop id",
            ActRequest {
                shop: "Лавка".to_owned(),
                ..good.clone()
            },
        ),
        (
            Code::NotFound,
            "shop nowhere",
            ActRequest {
                shop: "nowhere".to_owned(),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "subject",
            ActRequest {
                subject: None,
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "matter \"7\"",
            ActRequest {
                subject: Some(Subject::Matter("7".to_owned())),
                ..good.clone()
            },
        ),
        (
            Code::NotFound,
            "matter 0189",
            ActRequest {
                subject: Some(Subject::Matter(unknown.clone())),
                ..good.clone()
            },
        ),
        (
            Code::NotFound,
            "conversation 0189",
            ActRequest {
                subject: Some(Subject::ConversationId(unknown.clone())),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "by is empty",
            ActRequest {
                by: person(" "),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "by is empty",
            ActRequest {
                by: None,
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "seller 99",
            ActRequest {
                by: Some(Actor {
                    who: Some(Who::Telegram(99)),
                }),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "request_id is empty",
            ActRequest {
                request_id: String::new(),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "no deed",
            ActRequest {
                deed: None,
                ..good.clone()
            },
        ),
    ];
    for (code, names, request) in wrong {
        let (told, what) = client.code(request).await;
        assert_eq!(told, code, "{what}");
        assert!(what.contains(names), "{what}");
    }
    let empty = client.refused(on(&matter, "Анна", "2", reply("  "))).await;
    assert_eq!(empty.why, "no_words");
    let undrafted = Deed::Reply(Reply {
        text: "Да".to_owned(),
        edited_draft: true,
    });
    let refused = client.refused(on(&matter, "Анна", "3", undrafted)).await;
    assert_eq!(refused.why, "no_draft");
    assert_eq!(
        chat.state().await.owner(),
        Owner::WaitingForSeller,
        "nothing has changed"
    );

    // The seller of the shop's file may act by the Telegram user id.
    let seller = Actor {
        who: Some(Who::Telegram(SELLERS[0])),
    };
    client
        .done(ActRequest {
            by: Some(seller),
            ..good
        })
        .await;
    let get = |matter: &str, wait_ms| GetMatterRequest {
        shop: shop().to_string(),
        matter: matter.to_owned(),
        wait_ms,
        messages: 1,
    };
    let none = client.0.get_matter(get(&unknown, 50)).await.unwrap_err();
    assert_eq!(none.code(), Code::NotFound, "{none}");
    let shown = client
        .0
        .get_matter(get(&matter.id, 0))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(shown.messages.len(), 1);
    assert_eq!(shown.holder.unwrap().who, Some(Who::Telegram(SELLERS[0])));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_is_waited_for_that_the_desk_has_not_been_told_of() {
    let mut world = World::start().await;
    world.kill(Service::Escalation).await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer(BUNDLE).await;
    chat.expect_reply(&["продавц"]).await;
    let matter = chat.state().await.handoff().unwrap().id;
    world.run(Service::Escalation).await;
    let mut client = Client::of(&world).await;
    let request = GetMatterRequest {
        shop: shop().to_string(),
        matter: matter.to_string(),
        wait_ms: 30_000,
        messages: 0,
    };
    let shown = client.0.get_matter(request).await.unwrap().into_inner();
    assert_eq!(shown.matter.unwrap().conversation_id, chat.key.id());
    world.end().await;
}
