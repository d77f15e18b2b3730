//! The rules of a conversation.

use domain::{
    Owner,
    conversation::{Action, Outcome, RouteRefusal, RouterStep, SendRefusal, SendStep},
};
use schemas::{
    Cause,
    conversation::{Actor, HandoffReason, ResumeReason, WithdrawReason},
};

use crate::world::{LIMITS, PACE, World};

fn replied() -> World {
    let mut world = World::default();
    world.buyer("m1", "есть красный рюкзак?");
    world.route();
    world.answer("Есть, 3 штуки");
    world.compose("Есть, 3 штуки");
    world
}

#[test]
fn a_question_becomes_one_sent_reply() {
    let mut world = replied();
    assert_eq!(world.start(), ["reply_sending"]);
    assert_eq!(world.sent("r1"), ["reply_sent"]);
    assert!(world.state.pending().is_empty());
    assert!(world.state.outbox().is_empty());
    assert_eq!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Nothing
    );
}

#[test]
fn a_repeated_webhook_adds_nothing_even_a_year_later() {
    let mut world = replied();
    world.start();
    world.sent("r1");
    world.wait(365 * 24 * 3_600_000);
    assert!(world.buyer("m1", "есть красный рюкзак?").is_empty());
}

#[test]
fn an_older_message_that_arrives_late_is_not_taken_for_a_repeat() {
    let mut world = World::default();
    world.buyer("m2", "а синий?");
    assert_eq!(
        world.buyer("m1", "есть красный рюкзак?"),
        ["message_received"]
    );
}

#[test]
fn a_burst_waits_for_the_quiet_window_and_is_one_turn() {
    let mut world = World::default();
    world.buyer("m1", "здравствуйте");
    world.wait(500);
    world.buyer("m2", "есть рюкзак?");
    let RouterStep::Wait(end) = world.state.router_step(world.now(), PACE) else {
        panic!("the burst may go on");
    };
    assert_eq!(end.duration_since(world.now()).as_millis(), 800);
    world.route();
    assert_eq!(world.state.turn().unwrap().messages.len(), 2);
}

#[test]
fn a_message_during_drafting_withdraws_the_draft() {
    let mut world = replied();
    world.buyer("m2", "или синий");
    let turn = world.state.turn().unwrap().id;
    assert_eq!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Withdraw(turn, WithdrawReason::NewerMessage)
    );
    assert_eq!(
        world.state.send_step(world.now(), LIMITS),
        SendStep::Nothing
    );
    assert_eq!(world.once(|state| state.withdraw()), ["reply_withdrawn"]);
    world.route();
    assert_eq!(world.state.turn().unwrap().messages.len(), 2);
}

#[test]
fn a_message_after_the_intent_to_send_is_a_turn_of_its_own() {
    let mut world = replied();
    world.start();
    world.buyer("m2", "а синий?");
    world.sent("r1");
    world.route();
    assert_eq!(world.state.turn().unwrap().messages.len(), 1);
}

#[test]
fn an_edited_question_is_answered_in_its_new_form() {
    let mut world = replied();
    world.edit("m1", "есть синий рюкзак?");
    world.once(|state| state.withdraw());
    world.route();
    assert_eq!(
        world.state.pending()[0].content.text(),
        "есть синий рюкзак?"
    );
}

#[test]
fn a_question_taken_back_is_not_answered() {
    let mut world = replied();
    world.delete("m1");
    assert_eq!(world.once(|state| state.withdraw()), ["reply_withdrawn"]);
    world.wait(1_000);
    assert_eq!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Nothing
    );
}

#[test]
fn the_sellers_own_words_take_the_chat_over() {
    let mut world = replied();
    assert_eq!(world.own("s1", "Добрый день, это Анна"), ["seller_wrote"]);
    assert_eq!(world.state.owner(), Owner::Seller);
    let reply = world.state.outbox()[0].clone();
    let words = domain::conversation::Part {
        text: reply.text.clone(),
        last: true,
    };
    assert_eq!(
        world.state.start_sending(reply.id, 0, &words),
        Err(SendRefusal::OwnerChanged(Owner::Seller))
    );
    assert_eq!(world.once(|state| state.withdraw()), ["reply_withdrawn"]);
    assert!(world.state.outbox().is_empty());
}

#[test]
fn an_echo_before_its_receipt_is_not_taken_for_the_seller() {
    let mut world = replied();
    world.start();
    assert_eq!(world.own("r1", "Есть,  3 штуки "), ["reply_echoed"]);
    assert_eq!(world.state.owner(), Owner::Bot);
    assert!(world.state.outbox().is_empty());
}

#[test]
fn an_echo_after_its_receipt_adds_nothing() {
    let mut world = replied();
    world.start();
    world.sent("r1");
    assert!(world.own("r1", "Есть, 3 штуки").is_empty());
    assert_eq!(world.state.owner(), Owner::Bot);
}

#[test]
fn a_handoff_tells_the_buyer_and_nothing_else_leaves() {
    let mut world = World::default();
    world.buyer("m1", "если возьму десять, скинете?");
    assert_eq!(
        world.hand_over(),
        ["turn_routed", "handoff_requested", "reply_composed"]
    );
    assert_eq!(world.state.owner(), Owner::WaitingForSeller);
    assert_eq!(world.start(), ["reply_sending"]);
    world.sent("r1");
    world.buyer("m2", "ау");
    world.wait(1_000);
    assert!(matches!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Arm(_)
    ));
    let understood = world.understood(None);
    assert_eq!(
        world.state.route(&understood),
        Err(RouteRefusal::NotTheBots(Owner::WaitingForSeller))
    );
}

#[test]
fn the_notice_is_withdrawn_when_the_seller_is_faster() {
    let mut world = World::default();
    world.buyer("m1", "позовите человека");
    world.hand_over();
    world.own("s1", "Я здесь");
    assert_eq!(
        world.state.send_step(world.now(), LIMITS),
        SendStep::Nothing
    );
    assert_eq!(world.once(|state| state.withdraw()), ["reply_withdrawn"]);
}

#[test]
fn a_silent_seller_gives_the_chat_back_and_what_came_since_is_answered() {
    let mut world = World::default();
    world.buyer("m1", "позовите человека");
    world.hand_over();
    world.start();
    world.sent("r1");
    world.buyer("m2", "есть рюкзак?");
    world.wait(3_600_000);
    assert_eq!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Resume(ResumeReason::SellerSilent)
    );
    let now = world.now();
    assert_eq!(
        world.once(|state| state.resume(now, PACE, None)),
        ["bot_resumed"]
    );
    world.route();
    assert_eq!(world.state.turn().unwrap().messages.len(), 1);
}

#[test]
fn an_uncertain_reply_is_not_sent_again_and_the_seller_sees_to_it() {
    let mut world = replied();
    world.start();
    assert_eq!(
        world.end(&Outcome::Uncertain("read timed out".into())),
        ["reply_uncertain"]
    );
    assert_eq!(
        world.state.send_step(world.now(), LIMITS),
        SendStep::Nothing
    );
    assert!(matches!(
        world.state.router_step(world.now(), PACE),
        RouterStep::HandOver(_, HandoffReason::ReplyUncertain)
    ));
    let world_now = world.now();
    assert_eq!(
        world.once(|state| state.hand_over_stuck(world_now, PACE)),
        ["handoff_requested"]
    );
    assert_eq!(world.own("r1", "Есть, 3 штуки"), ["reply_echoed"]);
}

#[test]
fn a_failed_attempt_is_followed_by_another() {
    let mut world = replied();
    world.start();
    let failed = Outcome::Failed {
        reason: "429".into(),
        retryable: true,
    };
    assert_eq!(world.end(&failed), ["reply_failed"]);
    let SendStep::Send { attempt, .. } = world.state.send_step(world.now(), LIMITS) else {
        panic!("it is to be sent again");
    };
    assert_eq!(attempt, 2);
}

#[test]
fn a_send_that_nobody_finished_is_looked_into_only_after_its_deadline() {
    let mut world = replied();
    world.start();
    assert!(matches!(
        world.state.send_step(world.now(), LIMITS),
        SendStep::Wait(_)
    ));
    world.wait(10_000);
    assert!(matches!(
        world.state.send_step(world.now(), LIMITS),
        SendStep::FindOut { .. }
    ));
}

#[test]
fn two_replies_stopped_by_one_takeover_are_both_withdrawn() {
    let mut world = replied();
    world.start();
    world.end(&Outcome::Failed {
        reason: "503".into(),
        retryable: true,
    });
    world.buyer("m2", "а синий?");
    world.route();
    world.answer("Синих нет");
    world.compose("Синих нет");
    world.own("s1", "Я отвечу сама");
    world.record(world.state.withdraw());
    world.record(world.state.withdraw());
    assert!(world.state.outbox().is_empty());
    let mut ids = crate::world::ids(&world.history);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), world.history.len(), "no two facts share an id");
}

#[test]
fn an_edit_in_a_closed_chat_is_answered_and_not_kept_for_ever() {
    let mut world = World::default();
    world.own("s1", "Я отвечу");
    let (id, by) = (world.history[0].meta.id, Actor::Telegram(1));
    let cause = Cause {
        id,
        correlation: Some(id),
    };
    let decision = world.state.act(None, &Action::Close, &by, cause).unwrap();
    assert_eq!(world.record(decision), ["chat_closed"]);
    assert_eq!(world.state.owner(), Owner::Closed);
    world.edit("m1", "есть синий?");
    assert_eq!(world.state.owner(), Owner::Bot);
    assert_eq!(world.route(), ["turn_routed"]);
}

#[test]
fn a_bot_that_has_said_as_much_as_it_may_in_a_day_asks_for_the_seller() {
    let mut world = World::default();
    for number in 0..100 {
        world.buyer(&format!("m{number}"), "есть красный рюкзак?");
        world.route();
        world.answer("Есть, 3 штуки");
        world.compose("Есть, 3 штуки");
        world.start();
        world.sent(&format!("r{number}"));
    }
    world.buyer("m100", "есть красный рюкзак?");
    world.route();
    world.answer("Есть, 3 штуки");
    world.compose("Есть, 3 штуки");
    assert_eq!(
        world.state.send_step(world.now(), LIMITS),
        SendStep::Nothing
    );
    let now = world.now();
    assert_eq!(
        world.once(|state| state.hand_over_stuck(now, PACE)),
        ["handoff_requested"]
    );
    assert_eq!(
        world.state.handoff().map(|open| open.reason),
        Some(HandoffReason::BudgetSpent)
    );
    world.once(domain::Conversation::withdraw);
    assert!(world.state.outbox().is_empty());
}

#[test]
fn a_reply_that_got_stuck_is_handed_over_once_although_the_chat_was_closed_in_between() {
    let mut world = World::default();
    world.buyer("m1", "есть?");
    let act = |world: &mut World, tap: &str, action: &Action| {
        let id = schemas::EventId::derive(&["tap", tap]);
        let cause = Cause {
            id,
            correlation: Some(id),
        };
        let by = Actor::Telegram(1);
        let decision = world.state.act(None, action, &by, cause).unwrap();
        world.record(decision)
    };
    let reply = Action::Reply {
        text: "Да, есть".into(),
        way: schemas::conversation::ReplyWay::OwnWords,
    };
    act(&mut world, "1", &reply);
    world.start();
    act(&mut world, "2", &Action::GiveBack);
    world.end(&Outcome::Uncertain("timeout".into()));
    let now = world.now();
    let stuck = world.state.hand_over_stuck(now, PACE);
    assert_eq!(world.record(stuck), ["handoff_requested"]);
    act(&mut world, "3", &Action::Close);
    world.buyer("m2", "а синий?");
    assert_eq!(world.route(), ["turn_routed"]);
}

#[test]
fn whoever_waits_for_a_reply_to_arrive_is_woken_by_its_echo_as_by_its_receipt() {
    for reactor in schemas::topology::REACTORS {
        let wakes = |name: &str| reactor.reacts_to.contains(&name);
        // The dispatcher records the receipt itself, and only an echo tells it something new.
        let woken =
            !wakes("torg.conversation.reply_sent.v1") || wakes("torg.conversation.reply_echoed.v1");
        assert!(woken, "{}", reactor.consumer);
    }
}
