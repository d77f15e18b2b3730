//! The desk without a card: matters are seen and settled over gRPC.

mod hold;
mod invite;
mod label;
mod orders;
mod wrong;

use domain::Owner;
use e2e::{Channel, Chat, Service, World, shop, until};
use futures::future::join_all;
use proto::desk::{
    ActRequest, ActResponse, Actor, Close, Done, GetMatterRequest, GiveBack, HoldRequest, Judge,
    ListMattersRequest, Matter, Mute, Refused, Reply, SendDraft, Snooze, TakeAway, TakeOver,
    Unmute, WatchMattersRequest,
    act_request::{Deed, Subject},
    act_response::Outcome,
    actor::Who,
    desk_client::DeskClient,
};
use tonic::{Code, Status, transport::Channel as Connection};

/// Something that only the seller can weigh.
const BUNDLE: &str = "если возьму 10 красных рюкзаков 20 л, скинете? и отправьте на три адреса";
/// Something that the bot can answer.
const STOCK: &str = "Красный рюкзак 20 л есть?";

/// The desk over gRPC.
#[derive(Clone)]
struct Client(DeskClient<Connection>);

impl Client {
    async fn of(world: &World) -> Self {
        let client = DeskClient::connect(world.grpc(Service::Escalation)).await;
        Self(client.unwrap())
    }

    async fn list(&mut self, include_settled: bool) -> Vec<Matter> {
        let request = ListMattersRequest {
            shop: shop().to_string(),
            include_settled,
        };
        let answer = self.0.list_matters(request).await.unwrap();
        answer.into_inner().matters
    }

    /// Waits for the one open matter that `fits`.
    async fn one(&mut self, fits: impl Fn(&Matter) -> bool) -> Matter {
        until("the matter is on the desk", || {
            let mut client = self.clone();
            let fits = &fits;
            async move {
                let open = client.list(false).await;
                assert!(open.len() < 2, "{open:?}");
                open.into_iter().find(fits)
            }
        })
        .await
    }

    async fn act(&mut self, request: ActRequest) -> Result<ActResponse, Status> {
        let answer = self.0.act(request).await;
        answer.map(tonic::Response::into_inner)
    }

    async fn outcome(&mut self, request: ActRequest) -> Result<Done, Refused> {
        match self.act(request).await.unwrap().outcome.unwrap() {
            Outcome::Done(done) => Ok(done),
            Outcome::Refused(refused) => Err(refused),
        }
    }

    async fn done(&mut self, request: ActRequest) -> Done {
        self.outcome(request).await.unwrap()
    }

    async fn refused(&mut self, request: ActRequest) -> Refused {
        self.outcome(request).await.unwrap_err()
    }

    async fn code(&mut self, request: ActRequest) -> (Code, String) {
        let status = self.act(request).await.unwrap_err();
        (status.code(), status.message().to_owned())
    }
}

fn person(name: &str) -> Option<Actor> {
    Some(Actor {
        who: Some(Who::Name(name.to_owned())),
    })
}

fn about(subject: Subject, who: &str, request_id: &str, deed: Deed) -> ActRequest {
    ActRequest {
        shop: shop().to_string(),
        subject: Some(subject),
        by: person(who),
        request_id: request_id.to_owned(),
        deed: Some(deed),
    }
}

fn on(matter: &Matter, who: &str, request_id: &str, deed: Deed) -> ActRequest {
    about(Subject::Matter(matter.id.clone()), who, request_id, deed)
}

fn reply(text: &str) -> Deed {
    Deed::Reply(Reply {
        text: text.to_owned(),
        edited_draft: false,
    })
}

fn hold(hold: &str) -> HoldRequest {
    HoldRequest {
        shop: shop().to_string(),
        hold: hold.to_owned(),
        by: person("Анна"),
        request_id: String::new(),
    }
}

async fn handed_over(world: &World, words: &str) -> Chat {
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer(words).await;
    chat.expect_reply(&["продавц"]).await;
    chat
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_answered_without_a_card_and_whoever_comes_second_is_told_who_was_first() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    assert_eq!(client.list(true).await, []);
    let request = WatchMattersRequest {
        shop: shop().to_string(),
    };
    let mut watch = client.0.watch_matters(request).await.unwrap().into_inner();
    let mut chat = handed_over(&world, BUNDLE).await;
    let appeared = watch.message().await.unwrap().unwrap();
    let matter = client.one(|_| true).await;
    assert_eq!(appeared.matter.unwrap().id, matter.id);
    assert_eq!(matter.conversation_id, chat.key.id());
    assert_eq!(
        (matter.reason.as_str(), matter.state.as_str()),
        ("complex_bundle", "open")
    );
    assert_eq!(matter.unanswered, 1);

    let whole = GetMatterRequest {
        shop: shop().to_string(),
        matter: matter.id.clone(),
        wait_ms: 0,
        messages: 0,
    };
    let shown = client
        .0
        .get_matter(whole.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(shown.owner, "waiting_for_seller");
    assert_eq!(shown.holder, None);
    let last = shown.messages.last().unwrap();
    assert_eq!((last.from.as_str(), last.text.as_str()), ("buyer", BUNDLE));

    let words = "Да, от десяти штук скину 5 %.";
    let first = client.done(on(&matter, "Анна", "1", reply(words))).await;
    assert_eq!(first.r#type, "torg.conversation.seller_replied.v1");
    chat.expect_reply(&[words]).await;
    // At once, and again after the world has gone on.
    let again = client.done(on(&matter, "Анна", "1", reply(words))).await;
    assert_eq!((again.event_id, again.again), (first.event_id, true));
    let (code, what) = client.code(on(&matter, "Анна", "1", reply("другое"))).await;
    assert_eq!(code, Code::InvalidArgument, "{what}");
    assert!(what.contains("seller_replied"), "{what}");
    assert_eq!(chat.count("seller_replied").await, 1);

    let late = client
        .refused(on(&matter, "Борис", "2", reply("Нет")))
        .await;
    assert_eq!(
        (late.why.as_str(), late.by),
        ("answered", person("Анна")),
        "{}",
        late.what_happened
    );
    let late = client
        .refused(on(
            &matter,
            "Борис",
            "3",
            Deed::SendDraft(SendDraft { seen: 9 }),
        ))
        .await;
    assert_eq!(
        (late.why.as_str(), late.how.as_str(), late.by),
        ("settled", "answered", person("Анна"))
    );
    assert!(
        late.what_happened.contains("Анна"),
        "{}",
        late.what_happened
    );
    assert_eq!(
        chat.replies().await.len(),
        2,
        "the notice, and Anna's words"
    );

    assert_eq!(client.list(false).await, []);
    let settled = client.list(true).await;
    assert_eq!((settled.len(), settled[0].state.as_str()), (1, "settled"));
    let seen = async {
        loop {
            let change = watch.message().await.unwrap().unwrap().matter.unwrap();
            if change.state == "settled" {
                break change;
            }
        }
    };
    let seen = tokio::time::timeout(e2e::PATIENCE, seen).await.unwrap();
    assert_eq!((seen.how.as_str(), seen.by), ("answered", person("Анна")));
    let shown = client.0.get_matter(whole).await.unwrap().into_inner();
    assert_eq!(
        (shown.owner.as_str(), shown.holder),
        ("seller", person("Анна"))
    );

    let judged = Deed::Judge(Judge { needed: true });
    client.done(on(&matter, "Анна", "4", judged)).await;
    assert_eq!(client.list(true).await[0].needed, Some(true));
    client
        .done(on(&matter, "Анна", "5", Deed::GiveBack(GiveBack {})))
        .await;
    chat.buyer(STOCK).await;
    chat.expect_reply(&["3 штуки", "2 490"]).await;
    assert_eq!(chat.count("handoff_requested").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_would_have_said_is_sent_only_to_messages_that_were_seen_beside_it() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    client.0.hold(hold("paused")).await.unwrap();
    let mut chat = handed_over(&world, STOCK).await;
    let matter = client.one(|matter| !matter.draft.is_empty()).await;
    assert_eq!(matter.reason, "paused");
    assert!(
        matter.draft.contains("2 490") || matter.draft.contains("2\u{a0}490"),
        "{}",
        matter.draft
    );
    client.0.hold(hold("released")).await.unwrap();
    chat.buyer("Здравствуйте!").await;
    let newer = client.one(|now| now.unanswered > matter.unanswered).await;
    let send = |seen| Deed::SendDraft(SendDraft { seen });
    let unseen = client
        .refused(on(&matter, "Анна", "1", send(matter.unanswered)))
        .await;
    assert_eq!(
        (unseen.why.as_str(), unseen.unanswered),
        ("buyer_wrote", newer.unanswered)
    );
    let chat_itself = Subject::ConversationId(matter.conversation_id.clone());
    let sent = about(chat_itself, "Анна", "2", send(newer.unanswered));
    let answer = client.act(sent).await.unwrap();
    assert_eq!(
        answer.matter.unwrap().how,
        "draft_sent",
        "read your own write"
    );
    chat.expect_reply(&["2 490"]).await;
    // What it does not answer, the bot does.
    chat.expect_reply(&["Здравствуйте"]).await;
    assert_eq!(chat.count("handoff_requested").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_take_a_chat_over_at_once_one_has_it_and_each_other_is_told_who() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    let chat = handed_over(&world, BUNDLE).await;
    let matter = client.one(|_| true).await;
    let names: Vec<String> = (0..16).map(|number| format!("seller {number}")).collect();
    let tries = names.iter().map(|name| {
        let (mut client, request) = (
            client.clone(),
            on(&matter, name, name, Deed::TakeOver(TakeOver {})),
        );
        async move { client.act(request).await.unwrap().outcome.unwrap() }
    });
    let mut winners = Vec::new();
    let mut told = Vec::new();
    for (name, outcome) in names.iter().zip(join_all(tries).await) {
        match outcome {
            Outcome::Done(done) => {
                assert!(!done.again);
                winners.push(name.clone());
            }
            Outcome::Refused(refused) => {
                assert_eq!(refused.why, "taken", "{refused:?}");
                told.push(refused.by);
            }
        }
    }
    assert_eq!((winners.len(), told.len()), (1, 15), "{winners:?}");
    assert!(told.iter().all(|by| *by == person(&winners[0])), "{told:?}");
    assert_eq!(chat.count("chat_taken").await, 1);
    assert_eq!(chat.state().await.owner(), Owner::Seller);

    let away = on(&matter, "Борис", "away", Deed::TakeAway(TakeAway {}));
    client.done(away).await;
    let close = on(&matter, "Борис", "close", Deed::Close(Close {}));
    client.done(close.clone()).await;
    assert!(client.done(close).await.again);
    let mute = on(&matter, "Борис", "mute", Deed::Mute(Mute {}));
    client.done(mute.clone()).await;
    let muted = client
        .refused(on(&matter, "Борис", "mute 2", Deed::Mute(Mute {})))
        .await;
    assert_eq!(muted.why, "already_so");
    client
        .done(on(&matter, "Борис", "unmute", Deed::Unmute(Unmute {})))
        .await;
    assert!(
        client.done(mute).await.again,
        "a request is carried out once, whatever came after"
    );
    assert_eq!(chat.count("buyer_muted").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matter_is_snoozed_and_the_bot_held_each_once() {
    let world = World::start().await;
    let mut client = Client::of(&world).await;
    let mut chat = handed_over(&world, BUNDLE).await;
    let matter = client.one(|_| true).await;
    let snooze = |id: &str, until: &str| {
        let until = until.to_owned();
        on(&matter, "Анна", id, Deed::Snooze(Snooze { until }))
    };
    let first = client.done(snooze("1", "2100-01-01T10:00:00Z")).await;
    assert_eq!(first.r#type, "torg.desk.matter_snoozed.v1");
    client.done(snooze("2", "2100-01-01T11:00:00Z")).await;
    assert!(client.done(snooze("1", "2100-01-01T10:00:00Z")).await.again);
    let known = client.list(false).await;
    assert_eq!(known[0].snoozed_until, "2100-01-01T11:00:00Z");
    for until in ["2001-01-01T10:00:00Z", "tomorrow"] {
        let (code, what) = client.code(snooze("3", until)).await;
        assert_eq!(code, Code::InvalidArgument);
        assert!(what.contains("until"), "{what}");
    }

    for (how, changed) in [("paused", true), ("paused", false), ("released", true)] {
        let held = client.0.hold(hold(how)).await.unwrap().into_inner();
        assert_eq!((held.hold.as_str(), held.changed), (how, changed));
    }
    let odd = client.0.hold(hold("asleep")).await.unwrap_err();
    assert_eq!(odd.code(), Code::InvalidArgument);
    assert!(odd.message().contains("stopped"), "{odd}");
    client
        .done(on(&matter, "Анна", "4", Deed::GiveBack(GiveBack {})))
        .await;
    chat.buyer(STOCK).await;
    chat.expect_reply(&["3 штуки"]).await;
    let late = client.refused(snooze("5", "2100-01-01T12:00:00Z")).await;
    assert_eq!(
        (late.why.as_str(), late.how.as_str()),
        ("settled", "given_back")
    );
    world.end().await;
}
