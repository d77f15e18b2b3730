//! What a person says that handed-over words want.

use domain::conversation::{Action, LabelRefusal};
use schemas::{
    Cause, EventId,
    conversation::{Actor, ConversationEvent as Event, Intent},
};

use crate::world::{World, ids, replay};

fn anna() -> Actor {
    Actor::Console("anna".into())
}

/// A chat in which the bot stopped once; with the id of the handover.
fn stopped() -> (World, EventId) {
    let mut world = World::default();
    world.buyer("a", "а чё по чём тут");
    world.hand_over();
    let asked = world.history.iter();
    let mut asked = asked.filter(|one| matches!(one.event, Event::HandoffRequested(_)));
    let id = asked.next().unwrap().meta.id;
    (world, id)
}

fn label(world: &mut World, id: EventId, intent: Intent) -> Vec<&'static str> {
    world.once(|state| state.label(id, intent, &anna()).unwrap())
}

#[test]
fn a_handled_handover_is_labelled_once_and_can_be_labelled_anew() {
    let (mut world, id) = stopped();
    world.own("b", "1900 за штуку");
    assert_eq!(label(&mut world, id, Intent::Thanks), ["handoff_labelled"]);
    assert!(label(&mut world, id, Intent::Thanks).is_empty());
    // Back and forth: each is a fact of its own, with an id of its own.
    for intent in [Intent::ProductQuestion, Intent::Thanks] {
        assert_eq!(label(&mut world, id, intent), ["handoff_labelled"]);
    }
    let mut all = ids(&world.history);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), world.history.len());
    assert_eq!(replay(&world.history), world.state);
}

#[test]
fn a_handover_that_nobody_has_handled_is_not_labelled() {
    let (mut world, id) = stopped();
    let refused = world.state.label(id, Intent::Thanks, &anna());
    assert_eq!(refused, Err(LabelRefusal::Open(id)));
    world.own("b", "1900 за штуку");
    let other = ids(&world.history)[0];
    let refused = world.state.label(other, Intent::Thanks, &anna());
    assert_eq!(refused, Err(LabelRefusal::Unknown(other)));
}

#[test]
fn a_handover_is_labelled_after_many_newer_ones() {
    let (mut world, id) = stopped();
    for round in 0..40 {
        world.own(&format!("s{round}"), "отвечаю сам");
        world.buyer(&format!("b{round}"), "а чё по чём тут");
        let tap = Cause {
            id: EventId::derive(&["tap", &round.to_string()]),
            correlation: Some(id),
        };
        world.once(|state| state.act(None, &Action::GiveBack, &anna(), tap).unwrap());
        world.hand_over();
    }
    assert_eq!(label(&mut world, id, Intent::Thanks), ["handoff_labelled"]);
}
