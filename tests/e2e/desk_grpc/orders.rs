//! Orders without a card: seen, changed, approved and noted over gRPC.

use e2e::{Channel, World, shop};
use proto::desk::{
    ActOnOrderRequest, ActOnOrderResponse, Amend, AmendedLine, Approve, Done, GetMatterRequest,
    Mark, Matter, OrderOfChat, OrderTerms, Refused, Reject,
    act_on_order_request::{Deed, Subject},
    act_on_order_response::Outcome,
};
use tonic::{Code, Status};

use super::{Client, person};
use crate::ordered::{Ordered, usual};

impl Client {
    async fn order(&mut self, request: ActOnOrderRequest) -> Result<ActOnOrderResponse, Status> {
        let answer = self.0.act_on_order(request).await;
        answer.map(tonic::Response::into_inner)
    }

    /// The event's type, and whether it was there before.
    async fn ordered(&mut self, request: ActOnOrderRequest) -> (String, bool) {
        let done = self.decided(request).await.unwrap();
        (done.r#type, done.again)
    }

    async fn decided(&mut self, request: ActOnOrderRequest) -> Result<Done, Refused> {
        match self.order(request).await.unwrap().outcome.unwrap() {
            Outcome::Done(done) => Ok(done),
            Outcome::Refused(refused) => Err(refused),
        }
    }

    async fn not_ordered(&mut self, request: ActOnOrderRequest) -> Refused {
        self.decided(request).await.unwrap_err()
    }

    async fn terms(&mut self, matter: &Matter) -> OrderTerms {
        let request = GetMatterRequest {
            shop: shop().to_string(),
            matter: matter.id.clone(),
            wait_ms: 0,
            messages: 0,
        };
        let whole = self.0.get_matter(request).await.unwrap().into_inner();
        whole.terms.unwrap()
    }
}

fn on(subject: &Subject, who: &str, request_id: &str, deed: Deed) -> ActOnOrderRequest {
    ActOnOrderRequest {
        shop: shop().to_string(),
        subject: Some(subject.clone()),
        by: person(who),
        request_id: request_id.to_owned(),
        deed: Some(deed),
    }
}

fn amend(revision: u32, lines: &[(&str, u32, i64)], delivery: Option<i64>) -> Deed {
    let lines = lines.iter().map(|(sku, pieces, price)| AmendedLine {
        sku: (*sku).to_owned(),
        pieces: *pieces,
        price_kopecks: *price,
    });
    Deed::Amend(Amend {
        revision,
        lines: lines.collect(),
        delivery_kopecks: delivery,
    })
}

fn mark(what: &str, tracking: &str) -> Deed {
    Deed::Mark(Mark {
        what: what.to_owned(),
        tracking: tracking.to_owned(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_changed_approved_and_noted_each_once_for_each_request() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    let order = Ordered::of(&world, Channel::Telegram, 1, usual()).await;
    let waits = |matter: &Matter, revision: u32| {
        let order = matter.order.as_ref().unwrap();
        order.stage == "waiting" && order.revision == revision
    };
    let matter = client.one(|matter| waits(matter, 1)).await;
    assert_eq!(matter.reason, "order_approval");
    let known = matter.order.clone().unwrap();
    assert_eq!((known.code, known.total_kopecks), (order.code(), 399_000));
    let terms = client.terms(&matter).await;
    assert_eq!((terms.lines.len(), terms.place.as_str()), (2, "Казань"));
    assert_eq!(
        (terms.name.as_str(), terms.address.as_str()),
        ("Анна Смирнова", "Баумана, 1")
    );
    assert_eq!(terms.because, "policy: always");

    let subject = Subject::Matter(matter.id.clone());
    let dearer = amend(1, &[("TH-05-BLU", 9, 120_000)], None);
    let refused = client.not_ordered(on(&subject, "Анна", "1", dearer)).await;
    assert_eq!(
        (refused.why.as_str(), refused.agreed_kopecks),
        ("dearer", 399_000)
    );
    let cheaper = amend(1, &[("TH-05-BLU", 1, 110_000)], Some(30_000));
    let first = client
        .ordered(on(&subject, "Анна", "2", cheaper.clone()))
        .await;
    assert_eq!(
        first,
        ("torg.conversation.order_amended.v1".to_owned(), false)
    );
    let matter = client.one(|matter| waits(matter, 2)).await;
    assert_eq!(client.terms(&matter).await.total_kopecks, 140_000);
    // It is another order now, and the same request again is answered by what it did.
    let again = client.ordered(on(&subject, "Анна", "2", cheaper)).await;
    assert!(again.1);
    let blind = Deed::Approve(Approve { revision: 1 });
    let refused = client.not_ordered(on(&subject, "Анна", "3", blind)).await;
    assert_eq!((refused.why.as_str(), refused.revision), ("changed", 2));
    let early = client
        .not_ordered(on(&subject, "Анна", "4", mark("paid", "")))
        .await;
    assert_eq!(early.why, "not_approved");

    let yes = on(
        &subject,
        "Анна",
        "5",
        Deed::Approve(Approve { revision: 2 }),
    );
    assert!(!client.ordered(yes.clone()).await.1);
    assert!(client.ordered(yes).await.1);
    order.hears(&["подтверждён", &order.code(), "1 400"]).await;
    let no = Deed::Reject(Reject::default());
    let late = client.not_ordered(on(&subject, "Борис", "6", no)).await;
    assert_eq!(
        (late.why.as_str(), late.how.as_str(), late.by),
        ("decided", "order_approved", person("Анна"))
    );
    // By its chat as well: who needed no approval has no matter.
    let subject = Subject::Order(OrderOfChat {
        conversation_id: order.chat.key.id().to_owned(),
        order_id: order.id.to_string(),
    });
    client
        .ordered(on(&subject, "Борис", "7", mark("paid", "")))
        .await;
    let twice = client
        .not_ordered(on(&subject, "Борис", "8", mark("paid", "")))
        .await;
    assert_eq!(twice.why, "already_so");
    let sent = client
        .order(on(&subject, "Борис", "9", mark("shipped", "RA1")))
        .await;
    assert_eq!(sent.unwrap().order.unwrap().marks, ["paid", "shipped"]);
    order.hears(&["отправлен", "RA1"]).await;
    let settled = client.list(true).await;
    assert_eq!(
        (settled.len(), settled[0].how.as_str()),
        (1, "order_approved")
    );
    world.end().await;
    order.heard_once(&["подтверждён", &order.code()]).await;
    assert_eq!(order.chat.count("order_amended").await, 1);
    assert_eq!(order.chat.count("order_marked").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_about_an_order_that_nobody_can_carry_out_is_told_why() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    let order = Ordered::of(&world, Channel::Avito, 1, usual()).await;
    let matter = client.one(|matter| matter.order.is_some()).await;
    let subject = Subject::Matter(matter.id.clone());
    let one = ("TH-05-BLU", 1, 100);
    let wrong = [
        ("no lines", amend(1, &[], None)),
        ("twice", amend(1, &[one, one], None)),
        ("more than 0", amend(1, &[("TH-05-BLU", 0, 100)], None)),
        ("more than 0", amend(1, &[("TH-05-BLU", 1, 0)], None)),
        ("below 0", amend(1, &[one], Some(-1))),
        ("not in the order", amend(1, &[("RG-20-RED", 1, 100)], None)),
        ("no mark", mark("lost", "")),
        ("tracking", mark("paid", "RA1")),
    ];
    for (what, deed) in wrong {
        let status = client
            .order(on(&subject, "Анна", what, deed))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{what}");
        assert!(status.message().contains(what), "{status}");
    }
    let approve = Deed::Approve(Approve { revision: 1 });
    let elsewhere = Subject::Order(OrderOfChat {
        conversation_id: order.chat.key.id().to_owned(),
        order_id: matter.id,
    });
    let none = client
        .not_ordered(on(&elsewhere, "Анна", "1", approve.clone()))
        .await;
    assert_eq!(none.why, "no_order");
    let nobody = ActOnOrderRequest {
        by: None,
        ..on(&subject, "", "2", approve)
    };
    assert_eq!(
        client.order(nobody).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    assert_eq!(order.chat.count("order_approved").await, 0);
    world.end().await;
}
