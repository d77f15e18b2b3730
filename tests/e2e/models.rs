//! A language model that misbehaves in every way that is known: the buyer is told the same facts.

use e2e::{Channel, Setup, World};
use serde_json::Value;
use simulator::{Fault, Misbehaviour};

const WITH_MODEL: Setup = Setup {
    quiet_window_ms: 50,
    demo: true,
    model: true,
    ..Setup::USUAL
};

/// Names and values of all facts of the last answer.
async fn facts(chat: &e2e::Chat) -> Vec<(String, String)> {
    let events = chat.events().await;
    let composed = events
        .iter()
        .rev()
        .find(|event| event["type"] == "torg.conversation.reply_composed.v1");
    let facts = composed.and_then(|event| event["data"]["facts"].as_array());
    let text = |fact: &Value, name: &str| fact[name].as_str().unwrap_or_default().to_owned();
    facts
        .into_iter()
        .flatten()
        .map(|fact| (text(fact, "name"), text(fact, "value")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_model_does_the_facts_are_the_same() {
    let world = World::with(WITH_MODEL).await;
    let question = "Здравствуйте! Рюкзак Вектор 20 л красный есть?";
    let mut first = world.chat(Channel::Web, 1);
    first.buyer(question).await;
    first.expect_reply(&["красный", "2 490"]).await;
    let known = facts(&first).await;
    assert!(!known.is_empty());
    let ways: Vec<Misbehaviour> = Misbehaviour::ALL
        .iter()
        .copied()
        .filter(|how| how.concerns("chat"))
        .collect();
    // What makes the client rest comes last: the others are to reach it.
    let rests = |how: &Misbehaviour| {
        matches!(
            how,
            Misbehaviour::RateLimited | Misbehaviour::ResourceExhausted
        )
    };
    let (last, ways): (Vec<_>, Vec<_>) = ways.into_iter().partition(rests);
    let mut outcomes = std::collections::BTreeSet::new();
    for (number, how) in (10u32..).step_by(2).zip(ways.iter().chain(&last)) {
        world.control().fault(Fault {
            model: Some(*how),
            count: Some(1),
            ..Fault::default()
        });
        for number in [number, number + 1] {
            let mut chat = world.chat(Channel::Web, number);
            chat.buyer(question).await;
            let reply = chat.expect_reply(&["красный", "2 490", "3"]).await;
            assert_eq!(facts(&chat).await, known, "{how:?}: {reply}");
            let events = chat.events().await;
            let calls = events
                .iter()
                .filter(|event| event["type"] == "torg.conversation.model_called.v1");
            outcomes.extend(calls.map(|event| {
                let outcome = event["data"]["call"]["outcome"]
                    .as_str()
                    .unwrap_or_default();
                outcome.to_owned()
            }));
        }
        world.control().release();
    }
    world.end().await;
    let ways = ways.len() + last.len();
    println!(
        "{ways} ways to misbehave, the same facts each time; the calls ended so: {outcomes:?}"
    );
    assert!(ways >= 20 && outcomes.len() >= 8, "{ways}: {outcomes:?}");
}
