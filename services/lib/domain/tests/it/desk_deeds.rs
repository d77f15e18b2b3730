//! What is asked for at the console: recorded once, done once, and remembered for whoever asked.

use domain::{
    Desk,
    conversation::{Action, ActionRefusal, SettledMatter},
    desk::{Said, WhyNot},
};
use jiff::Timestamp;
use schemas::{
    ConversationId, Decision, EventData as _, EventId, Fold as _, Meta, ProviderId, Recorded,
    RequestId,
    conversation::{Actor, ReplyWay},
    desk::{ChatDeed, DeedAsked, DeskEvent, SellerTapped, Settlement},
    envelope::following_id,
    topology,
};

#[derive(Default)]
struct World {
    desk: Desk,
    version: u64,
}

impl World {
    fn record(&mut self, decision: Decision<DeskEvent>) -> usize {
        let count = decision.events.len();
        for (index, event) in decision.events.into_iter().enumerate() {
            let name = event.type_name();
            let mut known = topology::EVENTS.iter();
            let writer = known.find(|known| known.name == name).unwrap().writer;
            let id = following_id(decision.cause.id, writer, name, index);
            self.version += 1;
            self.desk.evolve(&Recorded {
                seq: self.version,
                version: self.version,
                meta: Meta {
                    id,
                    time: Timestamp::from_second(1_700_000_000).unwrap(),
                    source: writer.to_owned(),
                    correlation: decision.cause.correlation.unwrap_or(id),
                    causation: decision.cause.correlation.map(|_| decision.cause.id),
                    traceparent: None,
                },
                event,
            });
        }
        count
    }
}

fn reply(request: &str, words: &str) -> DeedAsked {
    DeedAsked {
        request: RequestId::derive(&[request]),
        by: Actor::Console("Анна".to_owned()),
        conversation: ConversationId::derive(&["chat"]),
        matter: None,
        deed: ChatDeed::Reply {
            text: words.to_owned().into(),
            way: ReplyWay::OwnWords,
        },
    }
}

#[test]
fn the_same_request_is_recorded_once_and_its_outcome_is_found_again() {
    let mut world = World::default();
    let (first, second) = (reply("one", "да"), reply("two", "нет"));
    assert_eq!(world.record(world.desk.ask(&first)), 1);
    assert_eq!(world.record(world.desk.ask(&second)), 1);
    assert_eq!(world.record(world.desk.ask(&first)), 0, "it waits already");
    let asked: Vec<_> = world.desk.asked().to_vec();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].what, first, "in the order in which they came");
    assert!(world.desk.outcome(first.request).is_none());
    let why = WhyNot::default();
    let decision = world.desk.carried_out(&asked[0], "replied", &why);
    assert_eq!(world.record(decision), 1);
    let again = world.desk.carried_out(&asked[0], "replied", &why);
    assert_eq!(world.record(again), 0);
    let (asked, outcome) = world.desk.outcome(first.request).unwrap();
    assert_eq!((asked, outcome.outcome.as_str()), (&first, "replied"));
    assert_eq!(world.record(world.desk.ask(&first)), 0, "it is done");
    assert!(world.desk.knows(first.request) && world.desk.knows(second.request));
    assert_eq!(world.desk.asked().len(), 1);
}

#[test]
fn what_is_asked_for_at_the_console_is_no_tap_and_the_other_way_round() {
    let mut world = World::default();
    world.record(world.desk.ask(&reply("one", "да")));
    assert!(world.desk.inputs().is_empty(), "Telegram is not asked");
    let tap = Said::Tapped(SellerTapped {
        callback: ProviderId::new("1"),
        seller: 555,
        message: 1,
        data: String::new(),
    });
    world.record(world.desk.receive(&tap));
    assert_eq!(world.desk.asked().len(), 1);
    let input = world.desk.inputs()[0].clone();
    world.record(world.desk.handled(&input, "taken"));
    assert_eq!(world.desk.asked().len(), 1, "another's outcome is not ours");
}

#[test]
fn whoever_comes_second_is_told_who_was_first_and_how_it_ended() {
    let by = Actor::Telegram(555);
    let settled = ActionRefusal::Settled(SettledMatter {
        matter: EventId::derive(&["matter"]),
        how: Settlement::Answered,
        by: Some(by.clone()),
        judged: None,
    });
    let why = WhyNot::of(&settled);
    assert_eq!(why.first, Some(by.clone()));
    assert_eq!(why.settled, Some(Settlement::Answered));
    let taken = WhyNot::of(&ActionRefusal::TakenBy(by.clone()));
    assert_eq!((taken.first, taken.settled), (Some(by), None));
    assert_eq!(WhyNot::of(&ActionRefusal::NoDraft), WhyNot::default());
}

#[test]
fn what_the_log_says_is_what_the_rules_are_asked() {
    let judge = Action::of(&ChatDeed::Judge { needed: false }).unwrap();
    assert_eq!(judge, Action::Judge { needed: false });
    let draft = Action::of(&ChatDeed::SendDraft { seen: 3 }).unwrap();
    assert_eq!(draft, Action::SendDraft { seen: 3 });
}
