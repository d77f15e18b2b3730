//! Every talk once more with a model that misbehaves at each call in another way: the buyer is told the same facts.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use e2e::{Chat, World};
use futures::StreamExt as _;
use jiff::Timestamp;
use serde_json::Value;
use simulator::{Fault, Misbehaviour};

use crate::talks::{self, Story};

/// How long a call of the model may take here: those that hang take all of it.
const MODEL_DEADLINE_MS: u64 = 500;
/// How long a buyer waits for words at the most, whatever a model does: the deadline of one call in production.
const ANSWERED_WITHIN: Duration = Duration::from_secs(8);
/// How often a talk is told at the most until every way to misbehave has been met.
const ROUNDS: usize = 4;

/// What one reply told: what it was, and the names and values of its facts.
type Told = (String, Vec<(String, String)>);

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Every reply of a chat with its facts, in order.
async fn told(chat: &Chat) -> Vec<Told> {
    let events = chat.events().await;
    let replies = events
        .iter()
        .filter(|event| event["type"] == "torg.conversation.reply_composed.v1");
    replies
        .map(|reply| {
            let facts = reply["data"]["facts"].as_array().unwrap();
            let facts = facts
                .iter()
                .map(|fact| (text(&fact["name"]), text(&fact["value"])));
            (text(&reply["data"]["kind"]), facts.collect())
        })
        .collect()
}

/// The longest time between a message and the reply to it, as recorded; and how the calls of models ended.
async fn waited(chat: &Chat) -> (Duration, Vec<String>) {
    let events = chat.events().await;
    let time = |event: &Value| -> Timestamp { text(&event["time"]).parse().unwrap() };
    let known: HashMap<String, &Value> = events
        .iter()
        .map(|event| (text(&event["id"]), event))
        .collect();
    let (mut longest, mut outcomes) = (Duration::ZERO, Vec::new());
    for event in &events {
        match text(&event["type"]).as_str() {
            "torg.conversation.reply_composed.v1" => {
                let turn = known[&text(&event["data"]["turn"])];
                let messages = turn["data"]["messages"].as_array().unwrap();
                let last = messages.iter().map(|id| time(known[&text(id)])).max();
                let wait = time(event).duration_since(last.unwrap());
                longest = longest.max(Duration::try_from(wait).unwrap());
            }
            "torg.conversation.model_called.v1" => {
                outcomes.push(text(&event["data"]["call"]["outcome"]));
            }
            _ => {}
        }
    }
    (longest, outcomes)
}

/// What the talks tell without a model.
async fn without_a_model(
    world: &World,
    stories: &[&'static Story],
) -> HashMap<&'static str, Vec<Told>> {
    let numbered = stories.iter().zip(1u32..);
    let talks = numbered.map(|(story, number)| async move {
        let talk = story.told(world, number).await;
        (story.record, told(&talk.chat).await)
    });
    let known = futures::stream::iter(talks).buffer_unordered(4).collect();
    known.await
}

/// The ways to misbehave, those that were not met yet in front.
struct Ways(VecDeque<Misbehaviour>, usize);

impl Ways {
    fn all() -> Self {
        let ways: VecDeque<Misbehaviour> = Misbehaviour::ALL
            .into_iter()
            .filter(|how| how.concerns("chat"))
            .collect();
        let unmet = ways.len();
        Self(ways, unmet)
    }

    /// The next calls of the model go wrong, each in another way.
    fn order(&self, world: &World) {
        world.control().clear_faults();
        for how in &self.0 {
            world.control().fault(Fault {
                model: Some(*how),
                count: Some(1),
                ..Fault::default()
            });
        }
    }

    /// Puts the ways that were met behind the others.
    fn met(&mut self, world: &World) {
        let left = world.control().faults().len();
        let met = self.0.len() - left;
        self.0.rotate_left(met);
        self.1 = self.1.saturating_sub(met);
    }
}

/// Tells the talks with a model that misbehaves; the outcomes of its calls.
async fn with_a_misbehaving_model(
    world: &mut World,
    stories: &[&'static Story],
    known: &HashMap<&'static str, Vec<Told>>,
    ways: &mut Ways,
) -> Vec<String> {
    let (mut number, mut outcomes) = (1_000, Vec::new());
    for round in 0..ROUNDS {
        if round > 0 && ways.1 == 0 {
            break;
        }
        for story in stories {
            // Each talk has a client that does not rest after what the last one went through.
            world.get_a_model(MODEL_DEADLINE_MS).await;
            number += 1;
            ways.order(world);
            let talk = story.told(world, number).await;
            ways.met(world);
            let name = story.record;
            assert_eq!(told(&talk.chat).await, known[name], "{name}");
            let (longest, ended) = waited(&talk.chat).await;
            assert!(longest < ANSWERED_WITHIN, "{name}: {longest:?}");
            outcomes.extend(ended);
            world.until_idle().await;
        }
    }
    world.control().clear_faults();
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn every_talk_tells_the_same_facts_while_the_model_misbehaves_in_every_way() {
    let begun = Instant::now();
    let (bursts, others): (Vec<_>, Vec<_>) =
        talks::ALL.into_iter().partition(|story| story.in_bursts);
    assert!(talks::ALL.len() >= 20);
    let mut ways = Ways::all();
    let (mut outcomes, mut calls) = (Vec::new(), Vec::new());
    for stories in [others, bursts] {
        let mut world = World::with(stories[0].setup()).await;
        let known = without_a_model(&world, &stories).await;
        assert_eq!(world.control().model_calls(), []);
        assert!(known.values().flatten().any(|(_, facts)| !facts.is_empty()));
        let ended = with_a_misbehaving_model(&mut world, &stories, &known, &mut ways).await;
        outcomes.extend(ended);
        world.end().await;
        calls.extend(world.control().model_calls());
    }
    for how in &ways.0 {
        let met = calls.iter().any(|call| call.misbehaviour == Some(*how));
        assert!(met, "{how:?} was never met");
    }
    let asked_for = |schema: &str| {
        let of = calls.iter();
        of.filter(|call| call.schema.as_deref() == Some(schema))
            .count()
    };
    let (understood, phrased) = (asked_for("understanding"), asked_for("phrasing"));
    let count = outcomes.len();
    outcomes.sort();
    outcomes.dedup();
    println!(
        "{} talks, {} ways to misbehave, {count} calls ({understood} to understand, {phrased} to phrase), {:.0?}; they \
         ended so: {outcomes:#?}",
        talks::ALL.len(),
        ways.0.len(),
        begun.elapsed(),
    );
    assert!(
        understood > 0 && phrased > 0,
        "{understood} and {phrased} calls"
    );
}
