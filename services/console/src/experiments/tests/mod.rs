//! Experiments that were counted by hand, and a thousand in which nothing differs.

mod simulated;

use domain::shop::Experiment;
use jiff::Timestamp;
use schemas::{
    ConversationId, OrderId,
    conversation::{
        Actor, ArmAssigned, ConversationEvent as Event, HandoffReason, Intent, OrderMark,
        OrderMarked, OrderPlaced,
    },
    shop::{Arm, ExperimentStarted, ExperimentStopped, Metric, Planned, Variant},
};

use super::{Analysis, Outcome, Taking, Verdict, analyse, sample_ratio};
use crate::figures::tests::history::History;

const HOUR: u64 = 3_600;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn experiment(metric: Metric, arms: &[(&str, u32)]) -> Experiment {
    let arms = arms.iter().map(|(name, weight)| Arm {
        name: (*name).into(),
        weight: *weight,
        variant: Variant::default(),
        hold_out: false,
    });
    Experiment {
        started: ExperimentStarted {
            name: "e".into(),
            arms: arms.collect(),
            share_percent: 100,
            metric,
            window_hours: 24,
            planned: Planned {
                baseline: 0.6,
                lift: 0.05,
                power: 0.8,
                alpha: 0.05,
                per_arm: 2_700,
            },
            started_by: Actor::Console("anna".into()),
        },
        at: at("2026-10-05T08:00:00Z"),
        stopped: None,
    }
}

fn arm(name: &str) -> ArmAssigned {
    ArmAssigned {
        experiment: "e".into(),
        arm: name.into(),
        window_hours: 24,
    }
}

/// A conversation that begins at nine and gets an arm with its first message.
fn begun(number: u32, name: &str) -> History {
    let mut history = History::new(number);
    history.asks(Intent::Greeting, 1).takes_part(&arm(name));
    history
}

fn order(history: &mut History, mark: Option<OrderMark>) {
    let order = OrderId::derive(&["test"]);
    history.push(match mark {
        None => Event::OrderPlaced(OrderPlaced {
            order,
            revision: 1,
            approval: true,
            because: "policy: always".into(),
            expires_at: at("2026-10-06T09:00:00Z"),
        }),
        Some(mark) => Event::OrderMarked(OrderMarked {
            order,
            mark,
            by: Actor::Telegram(1),
        }),
    });
}

fn outcome(history: &History, moment: &str) -> Option<Outcome> {
    let taken = history.fold::<Taking>().part("e", at(moment)).unwrap();
    taken.outcome
}

#[test]
fn an_outcome_is_read_when_its_window_is_over_and_never_changes_after() {
    let mut history = begun(1, "a");
    history.wait(HOUR).asks(Intent::StockInquiry, 5);
    order(&mut history, None);
    assert_eq!(
        outcome(&history, "2026-10-06T08:59:00Z"),
        None,
        "its window is open"
    );
    let read = Outcome {
        contained: true,
        ordered: true,
        paid: false,
        handed_over: false,
    };
    assert_eq!(outcome(&history, "2026-10-06T09:01:00Z"), Some(read));
    // What happens later belongs to nobody's window.
    history
        .wait(25 * HOUR)
        .stops(HandoffReason::Complaint, None);
    order(&mut history, Some(OrderMark::Paid));
    assert_eq!(outcome(&history, "2026-10-09T00:00:00Z"), Some(read));
    let before = history.fold::<Taking>();
    assert_eq!(
        before.part("e", at("2026-10-05T08:59:00Z")),
        None,
        "it had no arm yet"
    );
}

#[test]
fn a_conversation_in_which_nothing_is_asked_is_no_success_and_counts_all_the_same() {
    let history = begun(1, "a");
    assert_eq!(
        outcome(&history, "2026-10-07T00:00:00Z"),
        Some(Outcome::default())
    );
}

#[test]
fn what_a_person_did_before_the_arm_was_given_is_not_held_against_it() {
    let mut history = History::new(1);
    history.stops(HandoffReason::Complaint, None);
    history.wait(HOUR).writes_outside();
    history.wait(HOUR).buyer("а синий?").takes_part(&arm("a"));
    let taking = history.fold::<Taking>();
    let read = taking
        .part("e", at("2026-10-07T00:00:00Z"))
        .unwrap()
        .outcome
        .unwrap();
    assert!(!read.handed_over);
    assert!(!read.contained, "that talk was a person's already");
    history.wait(30).buyer("да?");
    history.wait(1).writes_outside();
    assert!(
        outcome(&history, "2026-10-07T00:00:00Z")
            .unwrap()
            .handed_over
    );
}

fn analysed(experiment: &Experiment, all: &[History], moment: &str) -> Analysis {
    let folded: Vec<(ConversationId, Taking)> = all
        .iter()
        .zip(0_u32..)
        .map(|(history, number)| {
            let id = ConversationId::derive(&["test", &number.to_string()]);
            (id, history.fold())
        })
        .collect();
    let folded = folded.iter().map(|(id, taking)| (*id, taking));
    analyse(experiment, folded, at(moment))
}

/// Six conversations on paper: of arm a two contained and one handed over, of arm b one with a paid order, one handed
/// over, and one that is too young.
#[test]
fn an_analysis_is_what_was_counted_by_hand() {
    let mut all = Vec::new();
    for number in 0..2 {
        let mut one = begun(number, "a");
        one.wait(60).asks(Intent::StockInquiry, 2);
        all.push(one);
    }
    for (number, name) in [(2, "a"), (3, "b")] {
        let mut one = begun(number, name);
        one.wait(60).stops(HandoffReason::LowConfidence, None);
        all.push(one);
    }
    let mut bought = begun(4, "b");
    bought.wait(60).asks(Intent::Checkout, 2);
    order(&mut bought, None);
    order(&mut bought, Some(OrderMark::Paid));
    let mut young = History::new(5);
    young.wait(20 * HOUR).buyer("есть?").takes_part(&arm("b"));
    all.extend([bought, young]);
    let told = analysed(
        &experiment(Metric::Contained, &[("a", 1), ("b", 1)]),
        &all,
        "2026-10-06T10:00:00Z",
    );
    let [a, b] = told.arms.as_slice() else {
        panic!()
    };
    assert_eq!((a.assigned, a.young, b.assigned, b.young), (3, 0, 3, 1));
    let part = |metric: &str| {
        let of = |arm: &super::ArmFigures| (arm.shares[metric].part, arm.shares[metric].of);
        (of(a), of(b))
    };
    assert_eq!(part("contained"), ((2, 3), (1, 2)));
    assert_eq!(part("ordered"), ((0, 3), (1, 2)));
    assert_eq!(part("paid"), ((0, 3), (1, 2)));
    assert_eq!(part("handed_over"), ((1, 3), (1, 2)));
    assert_eq!((a.conversations.len(), b.too_young.len()), (3, 1));
    assert!((told.differences[0].difference.by - (0.5 - 2.0 / 3.0)).abs() < 1e-12);
    assert_eq!(told.verdict, Verdict::TooFew);
}

#[test]
fn what_was_not_read_when_an_experiment_ended_is_never_read() {
    let mut stopped = experiment(Metric::Contained, &[("a", 1), ("b", 1)]);
    let end = at("2026-10-06T08:00:00Z");
    let how = ExperimentStopped {
        name: "e".into(),
        why: "enough".into(),
        winner: None,
        stopped_by: Actor::Console("anna".into()),
    };
    stopped.stopped = Some((how, end));
    let mut one = begun(1, "a");
    one.wait(60).asks(Intent::StockInquiry, 2);
    let told = analysed(&stopped, &[one.clone()], "2026-11-01T00:00:00Z");
    assert_eq!((told.at, told.ended), (end, Some(end)));
    assert_eq!(
        (told.arms[0].young, told.arms[0].shares["contained"].of),
        (1, 0)
    );
    // Asked about a moment before its end, it ran.
    let told = analysed(&stopped, &[one], "2026-10-05T20:00:00Z");
    assert_eq!(told.ended, None);
}

#[test]
fn arms_that_are_not_as_large_as_chance_makes_them_are_told_and_nobody_wins() {
    assert!(sample_ratio(&[500, 500], &[1, 1]) > 0.5);
    assert!(sample_ratio(&[1_030, 970], &[1, 1]) > 0.2);
    assert!(sample_ratio(&[100, 205, 495], &[1, 2, 5]) > 0.2);
    assert!(sample_ratio(&[600, 400], &[1, 1]) < 0.001);
    assert!(sample_ratio(&[0, 60], &[1, 1]) < 0.01);
    let all: Vec<History> = (0..200).map(|number| begun(number, "b")).collect();
    let told = analysed(
        &experiment(Metric::Contained, &[("a", 1), ("b", 1)]),
        &all,
        "2026-10-07T00:00:00Z",
    );
    assert!(told.sample_ratio.suspicious);
    assert_eq!(told.verdict, Verdict::NotByChance);
}

/// So many of an arm, some of which are a success.
fn many(name: &str, from: u32, of: u32, good: u32) -> Vec<History> {
    let one = |number: u32| {
        let mut one = begun(number, name);
        one.wait(60);
        if number - from < good {
            one.asks(Intent::StockInquiry, 2);
        } else {
            one.stops(HandoffReason::LowConfidence, None);
        }
        one
    };
    (from..from + of).map(one).collect()
}

#[test]
fn a_clear_difference_has_a_winner_and_fewer_handovers_are_the_better_ones() {
    let mut all = many("a", 0, 400, 200);
    all.extend(many("b", 1_000, 400, 320));
    let later = "2026-10-07T00:00:00Z";
    let arms = [("a", 1), ("b", 1)];
    let told = analysed(&experiment(Metric::Contained, &arms), &all, later);
    assert_eq!(told.verdict, Verdict::Winner { arm: "b".into() });
    let told = analysed(&experiment(Metric::HandedOver, &arms), &all, later);
    assert!(told.differences[0].difference.high < 0.0);
    assert_eq!(told.verdict, Verdict::Winner { arm: "b".into() });
    // And when the arm that is tried is clearly the worse one, it is the first that wins.
    let told = analysed(
        &experiment(Metric::Contained, &[("b", 1), ("a", 1)]),
        &all,
        later,
    );
    assert_eq!(told.verdict, Verdict::Winner { arm: "b".into() });
    let told = analysed(&experiment(Metric::Ordered, &arms), &all, later);
    assert_eq!(told.verdict, Verdict::TooFew, "nobody has ordered anything");
}

#[test]
fn the_order_of_conversations_does_not_matter() {
    let mut all = many("a", 0, 60, 20);
    all.extend(many("b", 1_000, 70, 44));
    let told = experiment(Metric::Contained, &[("a", 1), ("b", 1)]);
    let ids = |number: usize| ConversationId::derive(&["test", &number.to_string()]);
    let folded: Vec<Taking> = all.iter().map(History::fold).collect();
    let later = at("2026-10-07T00:00:00Z");
    let forwards = analyse(
        &told,
        folded.iter().enumerate().map(|(n, t)| (ids(n), t)),
        later,
    );
    let backwards = folded.iter().enumerate().rev().map(|(n, t)| (ids(n), t));
    assert_eq!(forwards, analyse(&told, backwards, later));
    assert_eq!(forwards.verdict, Verdict::NoDifferenceYet);
}
