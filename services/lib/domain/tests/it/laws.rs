//! Laws: for every history that buyers, sellers, providers, crashes and repeats can make.

use std::collections::BTreeSet;

use domain::{
    Owner,
    conversation::{Action, Composition, Draft, Outcome, Part, Progress, RouterStep, SendStep},
};
use proptest::prelude::*;
use schemas::{
    Cause, Decision, EventId, ProviderId,
    conversation::{
        Actor, AnswerGiven, ConversationEvent as Event, Evidence, HandoffReason, ReplyKind,
        ReplyWay, Specialist,
    },
};

use crate::world::{LIMITS, PACE, World, ids, replay};

#[derive(Clone, Debug)]
enum Act {
    Buyer(u8),
    Edit(u8),
    Delete(u8),
    Seller(u8),
    EchoOutbox(u8),
    Wait(u32),
    Router { handoff: bool },
    Agent,
    Start,
    End(u8),
    People { what: u8, who: i64, tap: u16 },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0u8..12).prop_map(Act::Buyer),
        1 => (0u8..12).prop_map(Act::Edit),
        1 => (0u8..12).prop_map(Act::Delete),
        1 => (0u8..4).prop_map(Act::Seller),
        1 => (0u8..8).prop_map(Act::EchoOutbox),
        3 => prop_oneof![Just(100u32), Just(900), Just(11_000), Just(4_000_000)].prop_map(Act::Wait),
        6 => prop::bool::weighted(0.15).prop_map(|handoff| Act::Router { handoff }),
        4 => Just(Act::Agent),
        4 => Just(Act::Start),
        4 => (0u8..8).prop_map(Act::End),
        3 => (0u8..9, 1i64..3, 0u16..400).prop_map(|(what, who, tap)| Act::People { what, who, tap }),
    ];
    prop::collection::vec(act, 1..60)
}

/// One step of one service, taken twice: the second time must add nothing.
fn act(world: &mut World, act: &Act) {
    match act {
        Act::Buyer(id) => {
            world.buyer(&format!("m{id}"), "есть рюкзак?");
        }
        Act::Edit(id) => {
            world.edit(&format!("m{id}"), "есть синий?");
        }
        Act::Delete(id) => {
            world.delete(&format!("m{id}"));
        }
        Act::Seller(id) => {
            world.own(&format!("s{id}"), "Я отвечу");
        }
        Act::EchoOutbox(id) => {
            if let Some(text) = world.state.outbox().first().map(|reply| reply.text.clone()) {
                world.own(&format!("r{id}"), &text);
            }
        }
        Act::Wait(millis) => world.wait(i64::from(*millis)),
        Act::Router { handoff } => router(world, *handoff),
        Act::Agent => agent(world),
        Act::Start => start(world),
        Act::End(outcome) => end(world, *outcome),
        Act::People { what, who, tap } => people(world, *what, *who, *tap),
    }
}

/// Somebody of the shop acts, and the same tap comes again.
fn people(world: &mut World, what: u8, who: i64, tap: u16) {
    let open = world.state.handoff().map(|open| open.id);
    let done = world.state.settled().last().map(|done| done.matter);
    let (matter, action) = match what {
        0 => (open, Action::SendDraft { seen: 2 }),
        1 => (
            open.or(done),
            Action::Reply {
                text: "Да, есть".into(),
                way: ReplyWay::OwnWords,
            },
        ),
        2 => (open, Action::TakeOver),
        3 => (open, Action::TakeAway),
        4 => (None, Action::GiveBack),
        5 => (open, Action::Close),
        6 => (None, Action::Mute),
        7 => (None, Action::Unmute),
        _ => (done, Action::Judge { needed: true }),
    };
    // A tap is an event of the desk before it is anything else.
    let id = EventId::derive(&["tap", &tap.to_string()]);
    let cause = Cause {
        id,
        correlation: Some(id),
    };
    let by = Actor::Telegram(who);
    if let Ok(decision) = world.state.act(matter, &action, &by, cause) {
        world.record(decision);
        let again = world.state.act(matter, &action, &by, cause);
        assert!(again.map_or(true, |again| again.events.is_empty()));
    }
}

fn router(world: &mut World, handoff: bool) {
    let now = world.now();
    let handoff = handoff.then_some(HandoffReason::LowConfidence);
    match world.state.router_step(now, PACE) {
        RouterStep::Nothing | RouterStep::Wait(_) | RouterStep::Arm(_) => {}
        RouterStep::Understand(_) => {
            let understood = world.understood(handoff);
            let decision = world.state.route(&understood).unwrap();
            world.record(decision);
            let again = world.state.route(&understood);
            assert!(again.map_or(true, |again| again.events.is_empty()));
        }
        RouterStep::Compose(turn) => {
            let composition = Composition {
                turn: turn.id,
                kind: ReplyKind::Answer,
                text: format!("ответ {}", turn.id),
                facts: vec![],
                focus: None,
                list: None,
                offers: vec![],
                asked: None,
                deal: None,
                draft: None,
                calls: vec![],
                away_since: None,
                handoff: None,
            };
            world.once(|state| state.compose(&composition).unwrap());
        }
        RouterStep::Withdraw(..) => {
            let before = world.state.outbox().len() + usize::from(world.state.turn().is_some());
            assert!(!world.record(world.state.withdraw()).is_empty());
            let after = world.state.outbox().len() + usize::from(world.state.turn().is_some());
            assert!(after < before, "a withdrawal makes progress");
        }
        RouterStep::HandOver(..) => {
            assert!(
                !world
                    .once(|state| state.hand_over_stuck(now, PACE))
                    .is_empty()
            );
        }
        RouterStep::Suggest(turn) => {
            let turn = turn.id;
            let draft = Draft {
                text: "Есть".into(),
                ..Draft::default()
            };
            let decision = world.state.suggest(turn, Some(&draft)).unwrap();
            assert!(!world.record(decision).is_empty());
            assert!(world.state.suggest(turn, Some(&draft)).is_err());
        }
        RouterStep::Tell(order, news) => {
            let id = order.id;
            let told = world.once(|state| state.tell(id, news, "новость", &[]));
            assert!(!told.is_empty());
        }
        RouterStep::Resume(_) => {
            assert!(!world.once(|state| state.resume(now, PACE, None)).is_empty());
        }
    }
}

fn agent(world: &mut World) {
    let ask = world
        .state
        .open_asks(Specialist::Stock)
        .first()
        .map(|(turn, place, _)| (turn.id, *place));
    if let Some((turn, ask)) = ask {
        let answer = AnswerGiven {
            turn,
            ask,
            text: "Есть".into(),
            facts: vec![],
            focus: None,
            list: None,
            offer: None,
            asked: None,
            deal: None,
            how: None,
            degraded: None,
            calls: vec![],
        };
        world.once(|state| state.answer(&answer).unwrap());
    }
}

fn start(world: &mut World) {
    if let SendStep::Send { reply, part, .. } = world.state.send_step(world.now(), LIMITS) {
        let (id, text, owner, kind) = (
            reply.id,
            reply.text.clone(),
            world.state.owner(),
            reply.kind,
        );
        assert!(
            owner == Owner::Bot
                || kind == ReplyKind::Seller
                || (owner == Owner::WaitingForSeller && kind == ReplyKind::HandoffNotice),
            "{kind:?} left under {owner:?}"
        );
        let words = Part {
            text,
            last: part == 1,
        };
        let decision = world.state.start_sending(id, part, &words).unwrap();
        world.record(decision);
        assert!(
            world.state.start_sending(id, part, &words).is_err(),
            "sent twice"
        );
    }
}

fn end(world: &mut World, outcome: u8) {
    let sending = world
        .state
        .outbox()
        .iter()
        .find_map(|reply| match &reply.progress {
            Progress::Sending { part, .. } => Some((reply.id, *part)),
            _ => None,
        });
    let Some((id, part)) = sending else { return };
    let outcome = match outcome {
        0 => Outcome::Uncertain("timeout".into()),
        1 => Outcome::Failed {
            reason: "400".into(),
            retryable: false,
        },
        2 | 3 => Outcome::Failed {
            reason: "429".into(),
            retryable: true,
        },
        _ => Outcome::Sent(ProviderId::new(format!("{id}/{part}")), Evidence::Receipt),
    };
    world.once(|state| state.sending_ended(id, part, &outcome));
}

fn played(acts: &[Act]) -> World {
    let mut world = World::default();
    for one in acts {
        act(&mut world, one);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn replaying_in_halves_is_replaying(acts in acts(), cut in 0usize..200) {
        let world = played(&acts);
        let cut = cut.min(world.history.len());
        let mut halves = replay(&world.history[..cut]);
        for recorded in &world.history[cut..] {
            schemas::Fold::evolve(&mut halves, recorded);
        }
        prop_assert_eq!(&halves, &world.state);
        prop_assert_eq!(&replay(&world.history), &world.state);
    }

    #[test]
    fn no_two_facts_share_an_id(acts in acts()) {
        let world = played(&acts);
        let all: BTreeSet<_> = ids(&world.history).into_iter().collect();
        prop_assert_eq!(all.len(), world.history.len());
    }

    #[test]
    fn a_part_is_begun_again_only_after_it_failed(acts in acts()) {
        let world = played(&acts);
        let mut begun = BTreeSet::new();
        for recorded in &world.history {
            match &recorded.event {
                Event::ReplySending(event) => {
                    prop_assert!(begun.insert((event.reply, event.part)), "{:?}", event.reply);
                }
                Event::ReplyFailed(event) => {
                    begun.remove(&(event.reply, event.part));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn evolve_never_panics_on_any_order_of_any_history(acts in acts(), order in any::<u64>()) {
        let mut history = played(&acts).history;
        let count = history.len();
        for place in 0..count {
            let other = usize::try_from(order.rotate_left(place as u32) % (count as u64)).unwrap();
            history.swap(place, other);
        }
        let state = replay(&history);
        let _ = state.router_step(jiff::Timestamp::MAX, PACE);
        let _ = state.send_step(jiff::Timestamp::MAX, LIMITS);
        let _: Decision<Event> = state.withdraw();
    }

    /// Liveness: when buyers and sellers are quiet, the services bring every conversation to rest.
    #[test]
    fn every_conversation_comes_to_rest(acts in acts()) {
        let mut world = played(&acts);
        for _ in 0..200 {
            world.wait(11_000);
            router(&mut world, false);
            agent(&mut world);
            start(&mut world);
            end(&mut world, 7);
            end(&mut world, 7);
        }
        world.wait(4_000_000);
        for _ in 0..200 {
            world.wait(11_000);
            router(&mut world, false);
            agent(&mut world);
            start(&mut world);
            end(&mut world, 7);
        }
        prop_assert!(world.state.pending().is_empty(), "{:?}", world.state);
        // What went wrong in a chat that somebody closed stays as it was until the buyer writes again.
        let closed = world.state.owner() == Owner::Closed;
        prop_assert!(closed || world.state.outbox().is_empty(), "{:?}", world.state);
        let moving = |reply: &domain::conversation::Outgoing| {
            matches!(reply.progress, Progress::Ready { .. } | Progress::Sending { .. })
        };
        prop_assert!(!world.state.outbox().iter().any(moving), "{:?}", world.state);
    }
}
