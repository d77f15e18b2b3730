//! Laws: for every history that buyers, sellers, providers, crashes and repeats can make.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Conversation, Owner,
    conversation::{Action, Composition, Draft, Outcome, Part, Progress, RouterStep, SendStep},
};
use proptest::{prelude::*, strategy::ValueTree as _};
use schemas::{
    Cause, Decision, EventData as _, EventId, Fold as _, ProviderId,
    conversation::{
        Actor, AnswerGiven, ArmAssigned, ConversationEvent as Event, Evidence, HandoffReason,
        OrderMark, OrderNews, ReplyKind, ReplyWay, Specialist,
    },
};

use crate::trading;
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
    Agent { deal: u8 },
    Start,
    End(u8),
    People { what: u8, who: i64, tap: u16 },
    Talk { deal: u8 },
    Yes { at_once: bool },
    Orders { enough: bool, approval: bool },
    Trade { what: u8, who: i64, tap: u16 },
    Cancel,
    Invoice,
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
        4 => (0u8..12).prop_map(|deal| Act::Agent { deal }),
        4 => Just(Act::Start),
        4 => (0u8..8).prop_map(Act::End),
        3 => (0u8..9, 1i64..3, 0u16..400).prop_map(|(what, who, tap)| Act::People { what, who, tap }),
        4 => (0u8..12).prop_map(|deal| Act::Talk { deal }),
        5 => any::<bool>().prop_map(|at_once| Act::Yes { at_once }),
        5 => (prop::bool::weighted(0.8), any::<bool>())
            .prop_map(|(enough, approval)| Act::Orders { enough, approval }),
        6 => (0u8..9, 1i64..3, 0u16..400).prop_map(|(what, who, tap)| Act::Trade { what, who, tap }),
        1 => Just(Act::Cancel),
        1 => Just(Act::Invoice),
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
        Act::Agent { deal } => agent(world, *deal),
        Act::Start => start(world),
        Act::End(outcome) => end(world, *outcome),
        Act::People { what, who, tap } => people(world, *what, *who, *tap),
        Act::Talk { deal } => talk(world, *deal),
        Act::Yes { at_once } => {
            // Most of the time there is nothing on the screen to say yes to.
            if *at_once {
                talk(world, 7);
            }
            asks(world, "да");
            trading::submit(world);
        }
        Act::Orders { enough, approval } => trading::orders(world, *enough, *approval),
        Act::Trade { what, who, tap } => trading::seller(world, *what, *who, *tap),
        Act::Cancel => trading::cancel(world),
        Act::Invoice => trading::invoice(world),
    }
}

/// The buyer writes something new, and it is understood.
fn asks(world: &mut World, words: &str) {
    world.buyer(&format!("n{}", world.history.len()), words);
    world.wait(1_000);
    router(world, false);
}

/// A question that is answered before anything else happens.
fn talk(world: &mut World, deal: u8) {
    asks(world, "добавь");
    agent(world, deal);
    router(world, false);
    start(world);
    end(world, 7);
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
            // Experiments come and go meanwhile.
            let arm = ArmAssigned {
                experiment: format!("e{}", world.history.len() / 12),
                arm: "b".to_owned(),
                window_hours: 24,
            };
            world.once(|state| state.assign(&arm));
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
                deal: Some(world.state.deal_in(turn.id))
                    .filter(|deal| *deal != world.state.deal())
                    .cloned(),
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

fn agent(world: &mut World, deal: u8) {
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
            deal: trading::deal(EventId::from_uuid(turn.uuid()), deal),
            how: None,
            degraded: None,
            calls: vec![],
        };
        world.once(|state| state.answer(&answer).unwrap());
    }
}

fn start(world: &mut World) {
    trading::announce(world);
    if let SendStep::Send { reply, part, .. } = world.state.send_step(world.now(), LIMITS) {
        let (id, text, owner, kind) = (
            reply.id,
            reply.text.clone(),
            world.state.owner(),
            reply.kind,
        );
        assert!(
            owner == Owner::Bot
                || matches!(kind, ReplyKind::Seller | ReplyKind::OrderNews)
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
            agent(&mut world, 0);
            start(&mut world);
            end(&mut world, 7);
            end(&mut world, 7);
            trading::orders(&mut world, true, true);
            trading::invoice(&mut world);
        }
        world.wait(4_000_000);
        for _ in 0..200 {
            world.wait(11_000);
            router(&mut world, false);
            agent(&mut world, 0);
            start(&mut world);
            end(&mut world, 7);
            trading::orders(&mut world, true, true);
        }
        let open = world.state.orders().iter().find(|order| order.is_open());
        prop_assert!(open.is_none(), "{open:?}");
        let untold = world.state.untold();
        prop_assert!(untold.is_none(), "{untold:?}");
        prop_assert!(world.state.pending().is_empty(), "{:?}", world.state);
        // What went wrong in a chat that somebody closed stays as it was until the buyer writes again.
        let closed = world.state.owner() == Owner::Closed;
        prop_assert!(closed || world.state.outbox().is_empty(), "{:?}", world.state);
        let moving = |reply: &domain::conversation::Outgoing| {
            matches!(reply.progress, Progress::Ready { .. } | Progress::Sending { .. })
        };
        prop_assert!(!world.state.outbox().iter().any(moving), "{:?}", world.state);
    }

    #[test]
    fn an_order_is_decided_once_and_stays_so(acts in acts()) {
        let world = played(&acts);
        let (mut state, mut decided) = (Conversation::default(), BTreeMap::new());
        for recorded in &world.history {
            state.evolve(recorded);
            for order in state.orders().iter().filter(|order| trading::decided(&order.stage)) {
                let first = decided.entry(order.id).or_insert_with(|| order.stage.clone());
                prop_assert_eq!(&*first, &order.stage);
            }
        }
        // A yes is said to what was on the screen, and to nothing twice.
        let mut submitted = BTreeSet::new();
        for recorded in &world.history {
            if let Event::OrderSubmitted(event) = &recorded.event {
                prop_assert!(submitted.insert(event.order));
            }
        }
    }

    #[test]
    fn each_piece_of_news_is_told_once(acts in acts()) {
        let world = played(&acts);
        let mut told: BTreeMap<_, usize> = BTreeMap::new();
        let mut happened: BTreeMap<_, usize> = BTreeMap::new();
        for recorded in &world.history {
            let news = match &recorded.event {
                Event::ReplyComposed(reply) => {
                    if let Some(what) = reply.told {
                        *told.entry((what.order, what.news)).or_default() += 1;
                    }
                    continue;
                }
                Event::OrderApproved(event) => (event.order, OrderNews::Approved),
                Event::OrderRejected(event) => (event.order, OrderNews::Rejected),
                Event::OrderExpired(event) => (event.order, OrderNews::Expired),
                Event::OrderInvoiced(event) => (event.order, OrderNews::Invoiced),
                Event::OrderMarked(event) => (event.order, match event.mark {
                    OrderMark::Paid => OrderNews::Paid,
                    OrderMark::Shipped { .. } => OrderNews::Shipped,
                    OrderMark::Delivered => OrderNews::Delivered,
                    OrderMark::Returned => OrderNews::Returned,
                }),
                _ => continue,
            };
            *happened.entry(news).or_default() += 1;
        }
        for (news, times) in told {
            prop_assert!(times <= happened.get(&news).copied().unwrap_or(0), "{news:?}");
        }
    }
}

/// The random world does buy and sell: a law about orders that never come about would hold of itself.
#[test]
fn the_random_world_knows_orders_of_every_kind() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..600 {
        let tree = acts().new_tree(&mut runner).unwrap();
        for recorded in &played(&tree.current()).history {
            seen.insert(recorded.event.type_name());
        }
    }
    let of_trade = schemas::topology::EVENTS.iter().map(|event| event.name);
    let trade = [
        "conversation.order_",
        "conversation.cart_",
        "conversation.checkout_",
    ];
    let of_trade = of_trade.filter(|name| trade.iter().any(|part| name.contains(part)));
    let missing: Vec<_> = of_trade.filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
