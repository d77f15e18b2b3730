//! Showing that a mail address is one's own, and everything that does not show it.

use domain::{
    Customer,
    customer::{CODE_HOLDS, Contact, ContactRefusal, Tried},
};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    Cause, ConversationId, CustomerId, Decision, EventData as _, EventId, Fold, Meta, Recorded,
    ShopId,
    conversation::Language,
    customer::{CodeAsked, CodeMade, CustomerEvent, code_digest},
    envelope::following_id,
};

struct World<S> {
    state: S,
    version: u64,
    now: Timestamp,
}

impl<S: Fold<Event = CustomerEvent>> World<S> {
    fn new() -> Self {
        Self {
            state: S::default(),
            version: 0,
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
        }
    }

    fn record(&mut self, decision: Decision<CustomerEvent>) -> usize {
        let count = decision.events.len();
        for (index, event) in decision.events.into_iter().enumerate() {
            self.version += 1;
            let id = following_id(decision.cause.id, "agents", event.type_name(), index);
            self.state.evolve(&Recorded {
                seq: self.version,
                version: self.version,
                meta: Meta {
                    id,
                    time: self.now,
                    source: "agents".into(),
                    correlation: id,
                    causation: Some(decision.cause.id),
                    traceparent: None,
                },
                event,
            });
        }
        count
    }
}

fn turn(number: u32) -> Cause {
    let id = EventId::derive(&["turn", &number.to_string()]);
    Cause {
        id,
        correlation: Some(id),
    }
}

fn chat(name: &str) -> ConversationId {
    ConversationId::derive(&[name])
}

fn contact() -> CustomerId {
    CustomerId::of_email(&ShopId::new("lavka").unwrap(), "anna@example.org")
}

fn asked(name: &str) -> CodeAsked {
    CodeAsked {
        contact: contact(),
        email: "anna@example.org".to_owned().into(),
        conversation: chat(name),
        language: Language::Ru,
    }
}

const CODE: &str = "042517";

/// Asked for in turn 1, drawn and mailed.
fn waiting() -> World<Customer> {
    let mut world = World::<Customer>::new();
    ask(&mut world, 1);
    world
}

fn ask(world: &mut World<Customer>, number: u32) {
    let decision = world
        .state
        .ask_code(&asked("here"), turn(number), world.now);
    world.record(decision.unwrap());
    let ask = world.state.proof().unwrap().ask;
    let made = CodeMade {
        ask,
        digest: code_digest(ask, CODE),
        expires_at: world.now + CODE_HOLDS,
    };
    let decision = world.state.make_code(&made);
    assert_eq!(world.record(decision), 1);
    let again = world.state.make_code(&made);
    assert_eq!(world.record(again), 0, "a code is drawn once");
    let decision = world.state.code_letter_ended(ask, Ok(()));
    assert_eq!(world.record(decision), 1);
    let again = world.state.code_letter_ended(ask, Err("lost".into()));
    assert_eq!(world.record(again), 0);
}

fn types(
    world: &mut World<Customer>,
    name: &str,
    code: &str,
    number: u32,
) -> Result<Tried, ContactRefusal> {
    let ask = world.state.proof().unwrap().ask;
    let digest = code_digest(ask, code);
    let decision = world
        .state
        .try_code(chat(name), &digest, turn(number), world.now)?;
    world.record(decision);
    let again = world
        .state
        .try_code(chat(name), &digest, turn(number), world.now)?;
    assert_eq!(world.record(again), 0, "deciding twice adds nothing");
    Ok(world.state.tried(turn(number).id).unwrap())
}

#[test]
fn whoever_types_the_code_in_the_chat_has_the_address() {
    let mut world = waiting();
    assert_eq!(
        world.state.contacts().count(),
        0,
        "a typed address is nobody's"
    );
    assert_eq!(
        types(&mut world, "here", CODE, 2),
        Ok(Tried::Right(contact()))
    );
    assert_eq!(world.state.contacts().collect::<Vec<_>>(), [contact()]);
    let parting = world.state.part(chat("here"), turn(3));
    assert_eq!(world.record(parting), 1);
    assert_eq!(world.state.contacts().count(), 0);
    let again = world.state.part(chat("here"), turn(3));
    assert_eq!(world.record(again), 0);
}

#[test]
fn a_code_from_another_chat_is_none() {
    let mut world = waiting();
    assert_eq!(
        types(&mut world, "elsewhere", CODE, 2),
        Err(ContactRefusal::NoCode)
    );
    assert_eq!(world.state.contacts().count(), 0);
    assert!(types(&mut world, "here", CODE, 3).is_ok());
}

#[test]
fn five_wrong_codes_end_it_and_the_right_one_comes_too_late() {
    let mut world = waiting();
    for (number, left) in (2..).zip([4, 3, 2, 1, 0]) {
        let wrong = format!("{number:06}");
        assert_eq!(
            types(&mut world, "here", &wrong, number),
            Ok(Tried::Wrong(left))
        );
    }
    assert_eq!(
        types(&mut world, "here", CODE, 9),
        Err(ContactRefusal::NoCode)
    );
    assert_eq!(world.state.contacts().count(), 0);
}

#[test]
fn a_code_holds_ten_minutes_and_is_used_once() {
    let mut late = waiting();
    late.now += SignedDuration::from_mins(10);
    assert_eq!(
        types(&mut late, "here", CODE, 2),
        Err(ContactRefusal::NoCode)
    );

    let mut world = waiting();
    world.now += SignedDuration::from_mins(9);
    assert!(types(&mut world, "here", CODE, 2).is_ok());
    let parting = world.state.part(chat("here"), turn(3));
    world.record(parting);
    // Nobody comes back with an old letter.
    let digest = code_digest(EventId::derive(&["any"]), CODE);
    let replayed = world
        .state
        .try_code(chat("here"), &digest, turn(4), world.now);
    assert_eq!(replayed, Err(ContactRefusal::NoCode));
}

#[test]
fn only_the_newest_letters_code_counts() {
    let mut world = waiting();
    let first = world.state.proof().unwrap().ask;
    ask(&mut world, 2);
    let old = code_digest(first, CODE);
    let decision = world.state.try_code(chat("here"), &old, turn(3), world.now);
    world.record(decision.unwrap());
    assert_eq!(world.state.tried(turn(3).id), Some(Tried::Wrong(4)));
}

#[test]
fn nobody_asks_for_more_than_three_codes_in_a_day() {
    let mut world = World::<Customer>::new();
    for number in 1..=3 {
        ask(&mut world, number);
        world.now += SignedDuration::from_hours(1);
    }
    let fourth = world.state.ask_code(&asked("here"), turn(4), world.now);
    assert_eq!(fourth, Err(ContactRefusal::TooOften));
    world.now += SignedDuration::from_hours(22);
    assert!(
        world
            .state
            .ask_code(&asked("here"), turn(5), world.now)
            .is_ok()
    );
}

#[test]
fn an_address_gets_five_letters_in_a_day_whoever_asks_for_them() {
    let mut world = World::<Contact>::new();
    for number in 1..=5 {
        let ask = EventId::derive(&["ask", &number.to_string()]);
        let counted = world.state.count_letter(ask, world.now).unwrap();
        assert_eq!(world.record(counted), 1);
        let again = world.state.count_letter(ask, world.now).unwrap();
        assert_eq!(world.record(again), 0);
    }
    let sixth = EventId::derive(&["ask", "6"]);
    assert!(world.state.count_letter(sixth, world.now).is_none());
    world.now += SignedDuration::from_hours(24);
    assert!(world.state.count_letter(sixth, world.now).is_some());
}

#[test]
fn who_has_confirmed_an_address_stands_in_its_history_once() {
    let mut world = World::<Contact>::new();
    let customer = CustomerId::derive(&["anna on telegram"]);
    let joined = world.state.join(customer, turn(1));
    assert_eq!(world.record(joined), 1);
    let again = world.state.join(customer, turn(2));
    assert_eq!(world.record(again), 0);
    assert_eq!(world.state.members().collect::<Vec<_>>(), [customer]);
}
