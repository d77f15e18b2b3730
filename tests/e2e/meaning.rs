//! The search by meaning with somebody else's vectors: found by what words mean, by the words themselves while the
//! endpoint is away, and by another model's vectors after a change.

use std::{collections::BTreeMap, path::Path, time::Duration};

use e2e::{Channel, Chat, Service, Setup, World, until};
use llm::{Embeddings, EmbeddingsConfig, EndpointConfig};
use serde_json::Value;
use simulator::{Fault, Misbehaviour, ModelCall, Simulator};

const FIRST: &str = "stand-in-1";
const SECOND: &str = "stand-in-2";
const REMOTE: Setup = Setup {
    quiet_window_ms: 50,
    demo: true,
    embeddings: Some(FIRST),
    ..Setup::USUAL
};
/// No word of it stands in the sheet but «рюкзак»; the stand-in is told what it means.
const MEANT: &str = "ищу рюкзак первокласснику";
/// Words that stand in one description.
const WORDS: &str = "ищу рюкзак со свистком на лямке";
const AWAY: &str = "the embeddings endpoint is away; searched by words";

/// Why the last answer is worse than it should be.
async fn degraded(chat: &Chat) -> Option<String> {
    let mut events = chat.events().await.into_iter().rev();
    let given = events.find(|event| event["type"] == "torg.conversation.answer_given.v1");
    let degraded = given.unwrap()["data"]["degraded"].take();
    degraded.as_str().map(str::to_owned)
}

/// Waits until `/readyz` says this of the search, and returns the reason that it gives.
async fn until_search_is(world: &World, state: &str) -> String {
    until(&format!("the search is {state}"), || async {
        let told = world.readyz(Service::Agents, "search").await;
        let reason = told["reason"].as_str().unwrap_or_default().to_owned();
        (told["state"] == state).then_some(reason)
    })
    .await
}

fn embeddings_are(world: &World, how: Misbehaviour, count: Option<u32>) {
    world.control().fault(Fault {
        operation: Some("embeddings".to_owned()),
        model: Some(how),
        count,
        ..Fault::default()
    });
}

fn texts(call: &ModelCall) -> Vec<String> {
    let texts = call.request["input"].as_array().into_iter().flatten();
    let text = |text: &Value| text.as_str().unwrap_or_default().to_owned();
    texts.map(text).collect()
}

/// How often each text of an article was sent under this model's name.
fn articles(world: &World, model: &str) -> BTreeMap<String, usize> {
    let mut sent = BTreeMap::new();
    let calls = world.control().model_calls();
    for text in calls
        .iter()
        .filter(|call| call.model == model)
        .flat_map(texts)
    {
        // The measure of the scale has articles of other shops.
        if text.contains("«Отличник»") || text.contains("«Полярник»") {
            *sent.entry(text).or_default() += 1;
        }
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_is_found_by_meaning_by_words_while_the_endpoint_is_away_and_by_meaning_again() {
    let mut world = World::with(REMOTE).await;
    let alike = ["первокласснику", "школьный", "для 1–4 классов"];
    world
        .control()
        .model_alike(vec![alike.map(str::to_owned).to_vec()]);
    // What was embedded before the stand-in knew what is alike is of no use.
    world.kill_and_run(Service::Agents).await;
    until_search_is(&world, "ready").await;

    let mut chat = world.chat(Channel::Web, 1);
    chat.buyer(MEANT).await;
    chat.expect_reply(&["Отличник", "2 190"]).await;
    assert_eq!(degraded(&chat).await, None);
    let calls = world.control().model_calls();
    assert!(
        calls
            .iter()
            .all(|call| (1..=50).contains(&texts(call).len()))
    );
    assert!(
        calls.iter().any(|call| texts(call).len() > 20),
        "no batches"
    );

    // Limited for a moment: it comes back when the endpoint said.
    embeddings_are(&world, Misbehaviour::RateLimited, Some(1));
    let mut limited = world.chat(Channel::Web, 2);
    limited.buyer(WORDS).await;
    limited.expect_reply(&["Лисёнок", "1 490"]).await;
    assert_eq!(degraded(&limited).await.as_deref(), Some(AWAY));
    until_search_is(&world, "ready").await;

    // Away: the answer does not wait for it, and both the event and `/readyz` say so.
    embeddings_are(&world, Misbehaviour::Hang, None);
    for number in 3..6 {
        let mut chat = world.chat(Channel::Web, number);
        chat.buyer(WORDS).await;
        chat.expect_reply(&["Лисёнок", "1 490"]).await;
        assert_eq!(degraded(&chat).await.as_deref(), Some(AWAY));
    }
    let reason = until_search_is(&world, "degraded").await;
    assert!(
        reason.starts_with("the embeddings endpoint is away (") && reason.contains("by words"),
        "{reason}"
    );
    world.control().clear_faults();
    world.control().release();
    until_search_is(&world, "ready").await;
    let mut back = world.chat(Channel::Web, 6);
    back.buyer(MEANT).await;
    back.expect_reply(&["Отличник"]).await;
    assert_eq!(degraded(&back).await, None);

    // Another model: every article anew, with nothing of the first one's.
    let before = articles(&world, FIRST);
    assert!(before.len() >= 4, "{before:?}");
    world.kill(Service::Agents).await;
    world.embed_with(SECOND);
    world.run(Service::Agents).await;
    until_search_is(&world, "ready").await;
    let mut changed = world.chat(Channel::Web, 7);
    changed.buyer(MEANT).await;
    changed.expect_reply(&["Отличник"]).await;
    assert_eq!(degraded(&changed).await, None);
    let after = articles(&world, SECOND);
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    assert!(after.values().all(|times| *times == 1), "{after:?}");

    // A changed row is one more text, and no other.
    let sheet = std::fs::read_to_string(world.sheet.path()).unwrap();
    let changed = sheet.replace("Держит тепло до 24 часов", "Держит тепло сутки");
    assert_ne!(sheet, changed);
    world.sheet.save_text(&changed);
    until("the changed text is sent", || async {
        let now = articles(&world, SECOND);
        let fresh: Vec<&String> = now
            .keys()
            .filter(|text| !after.contains_key(*text))
            .collect();
        assert!(now.values().all(|times| *times == 1), "{now:?}");
        (fresh.len() == 1 && fresh[0].ends_with("Держит тепло сутки")).then_some(())
    })
    .await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_with_a_scale_of_its_own_shows_nothing_in_vain_although_nobody_set_a_threshold() {
    boot::install_tls();
    let sim = Simulator::start(simulator::Config::default())
        .await
        .unwrap();
    let address = sim.model_url().parse().unwrap();
    let endpoint = Embeddings::new(EmbeddingsConfig {
        endpoint: EndpointConfig::new(address, Duration::from_secs(8)),
        model: FIRST.to_owned(),
        dimensions: 1024,
        ask_dimensions: true,
        batch: 96,
    });
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../services/lib/language/data");
    let folder = root.join("search_development");
    let weights = Path::new("there is no encoder here");
    let report = agents::measure_search(weights, Some(endpoint.unwrap()), &folder).await;
    let report = report.unwrap();
    // Vectors of letters find less than those of meaning, and must not show more that is wrong for it.
    assert!(report.groups[0].hit_5 >= 0.5, "{report:#?}");
    assert!(report.answered_rightly >= 0.35, "{report:#?}");
    assert!(report.refused >= 0.8, "{report:#?}");
    assert!(report.mistaken == 0.0, "{report:#?}");
}
