//! Questions over gRPC: the same functions that answer conversations, asked by hand. Nothing is recorded by asking.

use e2e::{Service, Setup, Sheet, World, until};
use proto::{
    agent::{AnswerRequest, Offer, answer_response::Outcome, specialist_client::SpecialistClient},
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
async fn pricing_asked_by_hand_is_never_worse_than_an_offer_already_made() {
    let setup = Setup {
        demo: true,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let agents = SpecialistClient::connect(world.grpc(Service::Agents))
        .await
        .unwrap();
    let ask = async |intent: &str, text: &str, offers: Vec<Offer>| {
        let request = AnswerRequest {
            shop: SHOP.to_owned(),
            specialist: "pricing".to_owned(),
            intent: intent.to_owned(),
            text: text.to_owned(),
            focus: "RG-20-RED".to_owned(),
            offers,
            ..AnswerRequest::default()
        };
        let answer = agents.clone().answer(request).await;
        answer.map(|answer| match answer.into_inner().outcome.unwrap() {
            Outcome::Answer(answer) => answer,
            Outcome::CannotAnswer(reason) => unreachable!("{reason}"),
        })
    };
    let first = ask("price_negotiation", "скидку сделаете?", Vec::new());
    let first = first.await.unwrap().offer.unwrap();
    assert!(first.price_kopecks < 249_000 && first.list_price_kopecks == 249_000);
    let price = async |offers: Vec<Offer>| {
        let answer = ask("product_question", "сколько стоит?", offers).await;
        answer.unwrap().text.replace(['\u{a0}', '\u{202f}'], " ")
    };
    assert!(price(Vec::new()).await.contains("2 490 ₽"));
    let rubles = format!("2 {:03} ₽", first.price_kopecks / 100 - 2_000);
    let told = price(vec![first.clone()]).await;
    assert!(told.contains(&rubles), "{told} without {rubles}");
    // Haggling goes on where it was, and never back up.
    let second = ask("price_negotiation", "а ещё дешевле?", vec![first.clone()]);
    let second = second.await.unwrap().offer.unwrap();
    assert!(second.price_kopecks < first.price_kopecks);
    let last = ask(
        "price_negotiation",
        "и ещё чуть-чуть?",
        vec![first.clone(), second.clone()],
    );
    let last = last.await.unwrap();
    assert_eq!(last.offer, None, "{}", last.text);
    // A broken offer is refused by name, and not left out.
    for (broken, name) in [
        (
            Offer {
                sku: String::new(),
                ..first.clone()
            },
            "sku",
        ),
        (
            Offer {
                valid_until: "tomorrow".to_owned(),
                ..first.clone()
            },
            "valid_until",
        ),
        (
            Offer {
                price_kopecks: 0,
                ..first.clone()
            },
            "price_kopecks",
        ),
        (
            Offer {
                list_price_kopecks: 1,
                ..first.clone()
            },
            "list_price_kopecks",
        ),
    ] {
        let refused = ask("product_question", "сколько стоит?", vec![broken]).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        assert!(refused.message().contains(name), "{refused}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalog_asked_by_hand_finds_by_need_and_quotes_the_sheet_or_says_that_it_does_not_say()
{
    let world = World::start().await;
    let header = "Артикул,Название,Категория,Остаток,Цена,Объявление,Описание";
    let mut lines = vec![header.to_owned()];
    lines.extend(Sheet::rows());
    lines[1].push_str(",\"Два кармана, вес 620 г\"");
    let added = "RS-18-BLU,Рюкзак школьный «Отличник» 18 л,Рюкзаки,7,2190,,для 1–4 классов";
    lines.push(added.to_owned());
    world.sheet.save_text(&lines.join("\n"));
    let agents = SpecialistClient::connect(world.grpc(Service::Agents))
        .await
        .unwrap();
    let question = |intent: &str, text: &str, focus: &str| AnswerRequest {
        shop: SHOP.to_owned(),
        specialist: "catalog".to_owned(),
        intent: intent.to_owned(),
        text: text.to_owned(),
        focus: focus.to_owned(),
        ..AnswerRequest::default()
    };
    let ask = async |request: AnswerRequest| {
        let answer = agents.clone().answer(request).await.unwrap();
        answer.into_inner().outcome.unwrap()
    };
    let needed = question("product_search", "с чем ходить в школу первокласснику", "");
    let answer = until("the new row is read and found", || async {
        match ask(needed.clone()).await {
            Outcome::Answer(answer) => answer.text.contains("Отличник").then_some(answer),
            Outcome::CannotAnswer(_) => None,
        }
    })
    .await;
    assert!(
        answer.text.contains("школьный „Отличник“ 18 л"),
        "{}",
        answer.text
    );
    assert!(answer.facts.iter().any(|fact| fact.name == "product.price"));
    let nothing = ask(question("product_search", "нужна видеокарта", "")).await;
    assert!(matches!(nothing, Outcome::CannotAnswer(_)), "{nothing:?}");

    let weight = ask(question(
        "product_question",
        "а сколько он весит?",
        "RG-20-RED",
    ))
    .await;
    let Outcome::Answer(answer) = weight else {
        unreachable!("{weight:?}")
    };
    assert!(
        answer.text.ends_with("В описании: «вес 620 г»."),
        "{}",
        answer.text
    );
    let told = answer
        .facts
        .iter()
        .find(|fact| fact.name == "product.description");
    let told = told.unwrap();
    assert_eq!(
        (told.value.as_str(), told.sku.as_str()),
        ("вес 620 г", "RG-20-RED")
    );
    assert!(
        told.source.starts_with("sheet products@"),
        "{}",
        told.source
    );
    let unsaid = ask(question("product_question", "какая гарантия?", "RG-20-RED")).await;
    let Outcome::CannotAnswer(reason) = unsaid else {
        unreachable!("{unsaid:?}")
    };
    assert!(reason.contains("does not say"), "{reason}");
    let other = ask(question(
        "product_question",
        "how much does the thermos weigh?",
        "",
    ))
    .await;
    assert!(!format!("{other:?}").contains("620"), "{other:?}");
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
        ..WaitRequest::default()
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
