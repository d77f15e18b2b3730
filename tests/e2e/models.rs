//! A language model that misbehaves in every way that is known: the buyer is told the same facts.

use domain::Owner;
use e2e::{Channel, Setup, World};
use serde_json::{Value, json};
use simulator::{Fault, Misbehaviour};

const WITH_MODEL: Setup = Setup {
    quiet_window_ms: 50,
    demo: true,
    model: true,
    model_deadline_ms: 500,
    ..Setup::USUAL
};
/// Words that the classifier is not sure of, so that a model is asked what they want.
const UNCLEAR: &str = "термос Полярник 1 л есть?";

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
async fn a_model_is_shown_the_talk_so_far_and_like_lines_of_the_bank_and_no_contacts() {
    let world = World::with(WITH_MODEL).await;
    let mut chat = world.chat(Channel::Web, 1);
    chat.buyer("Здравствуйте!").await;
    let greeting = chat.expect_reply(&["Здравствуйте!"]).await;
    chat.buyer(&format!("{UNCLEAR} +7 916 123-45-67")).await;
    chat.expect_reply(&[]).await;
    world.end().await;
    let calls = world.control().model_calls();
    let asked: Vec<&Value> = calls
        .iter()
        .filter(|call| call.schema.as_deref() == Some("understanding"))
        .map(|call| &call.request["messages"])
        .collect();
    let last = asked.last().unwrap();
    let rules = last[0]["content"].as_str().unwrap();
    let labelled = rules.lines().filter(|line| line.starts_with('{'));
    assert_eq!(labelled.count(), 8, "{rules}");
    let material: Value = serde_json::from_str(last[1]["content"].as_str().unwrap()).unwrap();
    assert_eq!(
        material["before"],
        json!([
            {"by": "buyer", "text": "Здравствуйте!"},
            {"by": "shop", "text": greeting},
        ])
    );
    assert_eq!(material["messages"], json!([format!("{UNCLEAR} [phone]")]));
    for call in calls {
        let request = call.request.to_string();
        assert!(!request.contains("123-45-67"));
    }
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
    let mut unclear = world.chat(Channel::Web, 2);
    unclear.buyer(UNCLEAR).await;
    unclear.expect_reply(&["Термос"]).await;
    let understood = facts(&unclear).await;
    assert!(!understood.is_empty());
    let mut handed_over = 0;
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
        // Words that are not clear: the model's proposal, if it can be used, else what becomes of them without one.
        world.control().fault(Fault {
            model: Some(*how),
            count: Some(1),
            ..Fault::default()
        });
        let mut chat = world.chat(Channel::Web, number + 1_000);
        chat.buyer(UNCLEAR).await;
        chat.expect_reply(&[]).await;
        let told = facts(&chat).await;
        let waits = chat.state().await.owner() == Owner::WaitingForSeller;
        assert!(
            if waits {
                told.is_empty()
            } else {
                told == understood
            },
            "{how:?}: {told:?}"
        );
        handed_over += usize::from(waits);
        world.control().clear_faults();
    }
    world.end().await;
    let calls = world.control().model_calls();
    let unmet = |schema: &str| {
        let met = |how: &&Misbehaviour| {
            calls.iter().any(|call| {
                call.schema.as_deref() == Some(schema) && call.misbehaviour == Some(**how)
            })
        };
        ways.iter().filter(|how| !met(how)).count()
    };
    let unmet = (unmet("understanding"), unmet("phrasing"));
    assert_eq!(unmet, (0, 0), "ways that a kind of call did not meet");
    // Most of what goes wrong leaves the words to the seller, and some answers are still good.
    assert!((15..ways.len()).contains(&handed_over), "{handed_over}");
    let ways = ways.len() + last.len();
    println!(
        "{ways} ways to misbehave, the same facts each time; the calls ended so: {outcomes:?}"
    );
    assert!(ways >= 20 && outcomes.len() >= 8, "{ways}: {outcomes:?}");
}
