//! Questions over gRPC: the same functions that answer conversations, asked by hand. Nothing is recorded by asking.

use e2e::{Service, Setup, World};
use proto::{
    agent::{AnswerRequest, answer_response::Outcome, specialist_client::SpecialistClient},
    history::{EventsRequest, StateRequest, WaitRequest, history_client::HistoryClient},
    ingest::{WriteRequest, ingest_client::IngestClient},
    router::{UnderstandRequest, router_client::RouterClient},
    shop::{ProductsRequest, shops_client::ShopsClient},
};
use tonic::Code;

const SHOP: &str = "ryukzaki";

#[tokio::test(flavor = "multi_thread")]
async fn a_specialist_asked_by_hand_answers_from_the_sheet_with_its_sources() {
    let world = World::start().await;
    let mut agents = SpecialistClient::connect(world.grpc(Service::Agents))
        .await
        .unwrap();
    let question = |text: &str| AnswerRequest {
        shop: SHOP.to_owned(),
        specialist: "stock".to_owned(),
        text: text.to_owned(),
        ..AnswerRequest::default()
    };
    let answer = agents
        .answer(question("красный рюкзак 20 л есть?"))
        .await
        .unwrap()
        .into_inner();
    let Some(Outcome::Answer(answer)) = answer.outcome else {
        unreachable!("{answer:?}")
    };
    assert!(answer.text.contains("3\u{a0}штуки"), "{}", answer.text);
    let quantity = answer
        .facts
        .iter()
        .find(|fact| fact.name == "stock.quantity")
        .unwrap();
    assert_eq!(quantity.value, "3");
    assert!(
        quantity.source.starts_with("sheet products@"),
        "{}",
        quantity.source
    );

    let unknown = agents
        .answer(question("есть велосипед?"))
        .await
        .unwrap()
        .into_inner();
    assert!(
        matches!(unknown.outcome, Some(Outcome::CannotAnswer(_))),
        "{unknown:?}"
    );
    let refused = agents
        .answer(AnswerRequest {
            specialist: "tarot".to_owned(),
            ..question("?")
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_router_says_what_words_would_be_taken_for() {
    let world = World::start().await;
    let mut router = RouterClient::connect(world.grpc(Service::Router))
        .await
        .unwrap();
    let read = |shop: &str, text: &str| UnderstandRequest {
        shop: shop.to_owned(),
        messages: vec![text.to_owned()],
        ..UnderstandRequest::default()
    };
    let read_as = router
        .understand(read(SHOP, "Здравствуйте! Рюкзак есть?"))
        .await
        .unwrap();
    let read_as = read_as.into_inner();
    assert!(read_as.greeted && read_as.handoff.is_empty(), "{read_as:?}");
    assert_eq!(read_as.asks[0].specialist, "stock");
    assert!(
        read_as.model.starts_with("use-multilingual-v3/"),
        "{}",
        read_as.model
    );
    let foreign = router.understand(read("nowhere", "есть?")).await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_tells_events_and_states_and_waits_for_what_was_written() {
    let setup = Setup {
        console: true,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut ingest = IngestClient::connect(world.grpc(Service::Ingest))
        .await
        .unwrap();
    let write = |id: &str| WriteRequest {
        shop: SHOP.to_owned(),
        chat: "asked-by-hand".to_owned(),
        message_id: id.to_owned(),
        text: "красный рюкзак 20 л есть?".to_owned(),
    };
    let written = ingest.write(write("1")).await.unwrap().into_inner();
    let again = ingest.write(write("1")).await.unwrap().into_inner();
    assert_eq!(written, again, "the same message again changes nothing");

    let mut history = HistoryClient::connect(world.grpc(Service::Console))
        .await
        .unwrap();
    let wait = |event: &str| WaitRequest {
        event_id: event.to_owned(),
        timeout_ms: 10_000,
    };
    assert!(
        history
            .wait(wait(&written.event_id))
            .await
            .unwrap()
            .into_inner()
            .there
    );
    world.until_idle().await;

    let request = EventsRequest {
        shop: SHOP.to_owned(),
        conversation_id: written.conversation_id.clone(),
        from_seq: 0,
        follow: false,
    };
    let mut stream = history.events(request).await.unwrap().into_inner();
    let mut events = Vec::new();
    while let Some(event) = stream.message().await.unwrap() {
        events.push(event);
    }
    assert_eq!(events[0].id, written.event_id);
    assert_eq!(
        events.last().unwrap().r#type,
        "torg.conversation.reply_sent.v1"
    );
    assert!(
        events
            .iter()
            .all(|event| event.correlation_id == written.event_id)
    );

    let state = |seq| StateRequest {
        shop: SHOP.to_owned(),
        conversation_id: written.conversation_id.clone(),
        at_seq: seq,
        at_time: String::new(),
    };
    let then = history
        .state(state(events[0].seq))
        .await
        .unwrap()
        .into_inner();
    let pending = std::slice::from_ref(&written.event_id);
    assert_eq!(then.pending, pending, "as it was before the reply");
    let now = history.state(state(0)).await.unwrap().into_inner();
    assert!(now.pending.is_empty() && !now.focus.is_empty(), "{now:?}");

    let mut shops = ShopsClient::connect(world.grpc(Service::Console))
        .await
        .unwrap();
    let products = shops
        .products(ProductsRequest {
            shop: SHOP.to_owned(),
        })
        .await
        .unwrap()
        .into_inner()
        .products;
    assert!(
        products.iter().any(|product| product.sku == now.focus),
        "{products:?}"
    );
    world.end().await;
}
