//! Experiments: who gets which arm, what holds for whom, and what is refused.

use std::collections::BTreeMap;

use domain::{Shop, shop::ExperimentRefusal};
use proptest::prelude::*;
use schemas::{
    ConversationId, Decision, EventId, Fold as _, Meta, Recorded, ShopId,
    conversation::{Actor, ArmAssigned, Intent},
    shop::{
        Arm, BankLine, ExperimentStarted, Metric, Planned, Policy, Rule, SheetAddress,
        ShopConfigured, ShopEvent, Variant,
    },
};

use crate::world::{World, ids};

fn by() -> Actor {
    Actor::Console("anna".into())
}

fn shop() -> Shop {
    let mut shop = Shop::default();
    let settings = ShopConfigured {
        id: ShopId::new("ryukzaki").unwrap(),
        name: "Рюкзаки".into(),
        timezone: "Europe/Moscow".into(),
        currency: "RUB".into(),
        languages: vec!["ru".into()],
        sheet: SheetAddress::Folder("x".into()),
        channels: Vec::new(),
        sellers: Vec::new(),
        policy: Policy::default(),
        requisites: BTreeMap::new(),
        secret_digests: BTreeMap::new(),
        webhooks: Vec::new(),
    };
    let decided = shop.configure(&settings);
    record(&mut shop, decided);
    shop
}

fn record(shop: &mut Shop, decision: Decision<ShopEvent>) -> usize {
    let added = decision.events.len();
    for event in decision.events {
        let cause = decision.cause;
        let id = EventId::derive(&["test", &cause.id.to_string()]);
        shop.evolve(&Recorded {
            seq: 1,
            version: 1,
            meta: Meta {
                id,
                time: "2026-11-01T00:00:00Z".parse().unwrap(),
                source: "torg".into(),
                correlation: id,
                causation: None,
                traceparent: None,
            },
            event,
        });
    }
    added
}

fn arm(name: &str, weight: u32) -> Arm {
    Arm {
        name: name.into(),
        weight,
        variant: Variant::default(),
        hold_out: false,
    }
}

fn experiment(name: &str, arms: Vec<Arm>) -> ExperimentStarted {
    ExperimentStarted {
        name: name.into(),
        arms,
        share_percent: 100,
        metric: Metric::Contained,
        window_hours: 24,
        planned: Planned {
            baseline: 0.6,
            lift: 0.05,
            power: 0.8,
            alpha: 0.05,
            per_arm: 1_500,
        },
        started_by: by(),
    }
}

fn generous() -> Arm {
    Arm {
        variant: Variant {
            confidence: Some(0.6),
            rules: vec![Rule::MaxDiscountPercent(15)],
            bank: Some(vec![BankLine {
                text: "мерси".into(),
                intent: Intent::Thanks,
            }]),
            ..Variant::default()
        },
        ..arm("generous", 1)
    }
}

fn running(experiment: &ExperimentStarted) -> Shop {
    let mut shop = shop();
    let started = shop.start_experiment(experiment).unwrap();
    assert_eq!(record(&mut shop, started), 1);
    shop
}

fn conversation(number: u64) -> ConversationId {
    ConversationId::derive(&["test", &number.to_string()])
}

fn given(shop: &Shop, number: u64) -> Option<String> {
    let due = shop.arm_due(conversation(number), &[])?;
    Some(due.arm)
}

#[test]
fn a_conversation_gets_its_arm_once_and_the_same_one_whoever_counts() {
    let one = running(&experiment("e", vec![arm("a", 1), arm("b", 1)]));
    let other = running(&experiment("e", vec![arm("a", 1), arm("b", 1)]));
    let mut differs = false;
    let renamed = running(&experiment("f", vec![arm("a", 1), arm("b", 1)]));
    for number in 0..200 {
        let due = one.arm_due(conversation(number), &[]).unwrap();
        assert_eq!(Some(due.arm.clone()), given(&other, number));
        differs |= given(&renamed, number) != Some(due.arm.clone());
        assert_eq!(one.arm_due(conversation(number), &[due]), None);
    }
    assert!(differs, "another experiment deals the cards anew");
}

/// Three standard deviations of a binomial: about three in a thousand would fail by chance, and the hash is fixed.
#[test]
fn weights_and_share_are_kept_within_binomial_bounds() {
    let (tries, share) = (40_000_u32, 30_u32);
    let mut told = experiment("weights", vec![arm("a", 1), arm("b", 2), arm("c", 5)]);
    told.share_percent = share;
    let shop = running(&told);
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for number in 0..u64::from(tries) {
        if let Some(arm) = given(&shop, number) {
            *counts.entry(arm).or_default() += 1;
        }
    }
    let within = |count: u32, of: u32, expected: f64| {
        let spread = (f64::from(of) * expected * (1.0 - expected)).sqrt();
        let off = (f64::from(count) - f64::from(of) * expected).abs();
        assert!(off < 3.0 * spread, "{count} of {of}, expected {expected}");
    };
    let taking_part: u32 = counts.values().sum();
    within(taking_part, tries, f64::from(share) / 100.0);
    for (name, weight) in [("a", 1.0), ("b", 2.0), ("c", 5.0)] {
        within(counts[name], taking_part, weight / 8.0);
    }
}

#[test]
fn an_arm_changes_the_shop_for_those_who_have_it_only_and_only_while_the_experiment_runs() {
    let mut shop = running(&experiment("e", vec![arm("a", 1), generous()]));
    let of = |arm: &str| ArmAssigned {
        experiment: "e".into(),
        arm: arm.into(),
        window_hours: 24,
    };
    assert_eq!(*shop.as_tried(&[]), shop);
    assert_eq!(*shop.as_tried(&[of("a")]), shop);
    assert_eq!(shop.bank_tried(&[of("a")]), None);
    let tried = shop.as_tried(&[of("generous")]).into_owned();
    assert_eq!(tried.rules().rows[0].rule, Rule::MaxDiscountPercent(15));
    assert_eq!(tried.rules().revision, "+e/generous");
    assert_eq!(shop.bank_tried(&[of("generous")]).unwrap().len(), 1);
    let stopped = shop.stop_experiment("e", "enough", Some("generous"), &by());
    assert_eq!(record(&mut shop, stopped.unwrap()), 1);
    assert_eq!(*shop.as_tried(&[of("generous")]), shop);
    assert_eq!(shop.bank_tried(&[of("generous")]), None);
    assert_eq!(shop.arm_due(conversation(1), &[]), None);
    let again = shop.stop_experiment("e", "enough", None, &by()).unwrap();
    assert!(again.events.is_empty(), "stopping twice adds nothing");
}

#[test]
fn an_arm_of_an_earlier_experiment_says_nothing_about_the_next_one() {
    let mut shop = running(&experiment("first", vec![arm("a", 1), generous()]));
    let stopped = shop.stop_experiment("first", "done", None, &by()).unwrap();
    record(&mut shop, stopped);
    let next = experiment("second", vec![arm("a", 1), generous()]);
    let started = shop.start_experiment(&next).unwrap();
    record(&mut shop, started);
    let old = ArmAssigned {
        experiment: "first".into(),
        arm: "generous".into(),
        window_hours: 24,
    };
    let arms = [old];
    assert_eq!(*shop.as_tried(&arms), shop);
    let due = shop.arm_due(conversation(1), &arms).unwrap();
    assert_eq!(due.experiment, "second");
}

#[test]
fn two_experiments_at_a_time_and_used_names_are_refused() {
    let first = experiment("first", vec![arm("a", 1), arm("b", 1)]);
    let mut shop = running(&first);
    let again = shop.start_experiment(&first).unwrap();
    assert!(again.events.is_empty(), "the same again adds nothing");
    let second = experiment("second", vec![arm("a", 1), arm("b", 1)]);
    let refused = shop.start_experiment(&second).unwrap_err();
    assert_eq!(refused, ExperimentRefusal::AnotherRuns("first".into()));
    let stopped = shop.stop_experiment("first", "done", None, &by()).unwrap();
    record(&mut shop, stopped);
    let refused = shop.start_experiment(&first).unwrap_err();
    assert_eq!(refused, ExperimentRefusal::NameTaken("first".into()));
    let unknown = shop.stop_experiment("third", "", None, &by()).unwrap_err();
    assert_eq!(unknown, ExperimentRefusal::Unknown("third".into()));
    let started = shop.start_experiment(&second).unwrap();
    record(&mut shop, started);
    let none = shop.stop_experiment("second", "", Some("z"), &by());
    assert_eq!(none.unwrap_err(), ExperimentRefusal::NoSuchArm("z".into()));
}

#[test]
fn what_cannot_be_an_experiment_is_refused_with_what_to_write_instead() {
    let good = experiment("e", vec![arm("a", 1), arm("b", 1)]);
    let wrong = |change: &dyn Fn(&mut ExperimentStarted), says: &str| {
        let mut bad = good.clone();
        change(&mut bad);
        let refused = shop().start_experiment(&bad).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    };
    wrong(&|e| e.name = "Большая скидка".into(), "1 to 32 of a-z");
    wrong(&|e| e.arms.truncate(1), "two arms at least");
    wrong(&|e| e.arms[1].name = "a".into(), "two arms are called a");
    wrong(&|e| e.arms[0].weight = 0, "write 1 or more");
    wrong(&|e| e.share_percent = 0, "from 1 to 100");
    wrong(&|e| e.share_percent = 101, "from 1 to 100");
    wrong(&|e| e.window_hours = 0, "window_hours");
    wrong(&|e| e.planned.power = 1.0, "power is a share");
    wrong(&|e| e.planned.baseline = f64::NAN, "baseline is a share");
    wrong(
        &|e| {
            e.arms[1] = Arm {
                hold_out: true,
                ..generous()
            }
        },
        "cannot try anything",
    );
    wrong(&|e| e.arms[1].variant.confidence = Some(1.5), "from 0 to 1");
    let nowhere = Shop::default().start_experiment(&good).unwrap_err();
    assert_eq!(nowhere, ExperimentRefusal::NoShop);
}

#[test]
fn an_experiment_that_follows_another_while_a_message_waits_is_a_fact_of_its_own() {
    let mut world = World::default();
    world.buyer("a", "есть?");
    for name in ["first", "second"] {
        let arm = ArmAssigned {
            experiment: name.into(),
            arm: "a".into(),
            window_hours: 24,
        };
        assert_eq!(world.once(|state| state.assign(&arm)), ["arm_assigned"]);
    }
    let mut all = ids(&world.history);
    all.sort();
    all.dedup();
    assert_eq!(
        all.len(),
        3,
        "an event id that is there already is not written"
    );
    assert_eq!(world.state.arms().len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever takes part is given an arm of the experiment, whatever the weights.
    #[test]
    fn the_arm_is_always_one_of_the_experiments(
        weights in prop::collection::vec(1u32..100_000, 2..6),
        share in 1u32..=100,
        number: u64,
    ) {
        let arms = weights.iter().zip('a'..).map(|(weight, name)| arm(&name.to_string(), *weight));
        let mut told = experiment("any", arms.collect());
        told.share_percent = share;
        let shop = running(&told);
        let all = shop.running_experiment().unwrap();
        let chosen = all.arm_of(conversation(number));
        prop_assert!(share < 100 || chosen.is_some());
        let same = chosen.map(|arm| arm.name.clone());
        prop_assert_eq!(same, given(&shop, number));
    }
}

#[test]
fn an_order_waits_as_long_as_the_rules_tab_says() {
    let shop = shop();
    assert_eq!(shop.ordering_policy(), Policy::default());
    let tried = shop.with(
        "soon",
        &Variant {
            rules: vec![Rule::ReserveHours(6)],
            ..Variant::default()
        },
    );
    assert_eq!(tried.ordering_policy().order_expires_hours, 6);
}
