//! What handed-over words wanted, as people say over gRPC.

use e2e::{Service, World, shop};
use proto::desk::{Close, LabelRequest, act_request::Deed};
use tonic::Code;

use super::{BUNDLE, Client, handed_over, on, person};

#[tokio::test(flavor = "multi_thread")]
async fn a_handled_matter_is_labelled_anew_and_the_same_label_again_changes_nothing() {
    let mut world = World::start().await;
    let mut client = Client::of(&world).await;
    let chat = handed_over(&world, BUNDLE).await;
    let matter = client.one(|_| true).await;
    let label = |intent: &str, who: &str| LabelRequest {
        shop: shop().to_string(),
        matter: matter.id.clone(),
        intent: intent.to_owned(),
        by: person(who),
    };

    let early = client.0.label(label("price_negotiation", "Анна")).await;
    let early = early.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "{early}");
    assert!(early.message().contains("not handled yet"), "{early}");
    assert_eq!(chat.count("handoff_labelled").await, 0);
    client
        .done(on(&matter, "Анна", "1", Deed::Close(Close {})))
        .await;

    for (intent, who, changed) in [
        ("price_negotiation", "Анна", true),
        ("price_negotiation", "Борис", false),
        ("delivery_question", "Борис", true),
        ("price_negotiation", "Анна", true),
    ] {
        let labelled = client.0.label(label(intent, who)).await.unwrap();
        assert_eq!(labelled.into_inner().changed, changed, "{who}: {intent}");
    }
    // Another instance has only the log to know it by.
    world.kill_and_run(Service::Escalation).await;
    client = Client::of(&world).await;
    let same = client.0.label(label("price_negotiation", "Анна")).await;
    assert!(!same.unwrap().into_inner().changed);

    let events = chat.events().await.into_iter();
    let labels = events.filter(|event| event["type"] == "torg.conversation.handoff_labelled.v1");
    let labels: Vec<_> = labels.map(|event| event["data"].clone()).collect();
    assert!(
        labels
            .iter()
            .all(|one| one["handoff"] == matter.id.as_str())
    );
    let intents: Vec<_> = labels
        .iter()
        .filter_map(|one| one["intent"].as_str())
        .collect();
    let wanted = [
        "price_negotiation",
        "delivery_question",
        "price_negotiation",
    ];
    assert_eq!(intents, wanted);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_that_nobody_can_give_is_refused_and_says_why() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    let chat = handed_over(&world, BUNDLE).await;
    let matter = client.one(|_| true).await;
    client
        .done(on(&matter, "Анна", "1", Deed::Close(Close {})))
        .await;
    let good = LabelRequest {
        shop: shop().to_string(),
        matter: matter.id.clone(),
        intent: "delivery_question".to_owned(),
        by: person("Анна"),
    };
    let unknown = "01890000-0000-7000-8000-000000000000";
    let wrong = [
        (
            Code::InvalidArgument,
            "\"нытьё\" is no intent",
            LabelRequest {
                intent: "нытьё".to_owned(),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "\"\" is no intent",
            LabelRequest {
                intent: String::new(),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "matter \"7\"",
            LabelRequest {
                matter: "7".to_owned(),
                ..good.clone()
            },
        ),
        (
            Code::NotFound,
            "matter 0189",
            LabelRequest {
                matter: unknown.to_owned(),
                ..good.clone()
            },
        ),
        (
            Code::NotFound,
            "shop nowhere",
            LabelRequest {
                shop: "nowhere".to_owned(),
                ..good.clone()
            },
        ),
        (
            Code::InvalidArgument,
            "by is empty",
            LabelRequest {
                by: None,
                ..good.clone()
            },
        ),
    ];
    for (code, names, request) in wrong {
        let refused = client.0.label(request).await.unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
        assert!(refused.message().contains(names), "{refused}");
    }
    assert_eq!(chat.count("handoff_labelled").await, 0);
    assert!(client.0.label(good).await.unwrap().into_inner().changed);
    world.end().await;
}
