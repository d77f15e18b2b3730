//! Thousands of experiments that are looked at every day.

use super::super::{
    Counted, NoPlan, Wish, compare, is_enough, plan, sample_ratio,
    sequential::{normal, quantile},
};

/// A generator that any other machine can run, too: xorshift64*, by Vigna.
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What an experiment that is looked at every evening says at last: the first evening on which a difference was clear,
/// with how many conversations the smaller arm then had.
struct Days {
    sequential: Option<usize>,
    /// The same by the usual test for one look, at 95 %.
    naive: Option<usize>,
}

fn run(seed: u64, shares: [f64; 2], per_day: usize, days: usize, spread: f64) -> Days {
    let mut chance = Chance::new(seed);
    let mut arms = [Counted::default(); 2];
    let mut told = Days {
        sequential: None,
        naive: None,
    };
    for _ in 0..days {
        for _ in 0..per_day {
            let which = usize::from(chance.next() < 0.5);
            arms[which].of += 1;
            arms[which].yes += usize::from(chance.next() < shares[which]);
        }
        let [base, other] = arms;
        let size = base.of.min(other.of);
        let difference = compare(other, base, spread, 0.05);
        if is_enough(base, other) && difference.is_clear() {
            told.sequential.get_or_insert(size);
        }
        let share = |arm: Counted| arm.yes as f64 / arm.of.max(1) as f64;
        let spread = |arm: Counted| share(arm) * (1.0 - share(arm)) / arm.of.max(1) as f64;
        let z = (share(other) - share(base)) / (spread(base) + spread(other)).sqrt();
        if is_enough(base, other) && z.abs() > 1.96 {
            told.naive.get_or_insert(size);
        }
    }
    told
}

/// A thousand experiments with nothing in them, looked at on each of sixty evenings.
fn false_winners(share: f64, spread: f64) -> (usize, usize) {
    let all = (0..1_000).map(|seed| run(seed, [share; 2], 100, 60, spread));
    all.fold((0, 0), |(sequential, naive), days| {
        (
            sequential + usize::from(days.sequential.is_some()),
            naive + usize::from(days.naive.is_some()),
        )
    })
}

#[test]
fn of_a_thousand_experiments_without_a_difference_looked_at_daily_at_most_fifty_have_a_winner() {
    for (share, spread) in [(0.62, 0.05), (0.2, 0.05), (0.05, 0.02), (0.5, 0.2)] {
        let (sequential, naive) = false_winners(share, spread);
        println!("share {share}: {sequential} false winners of 1000; by the usual test {naive}");
        assert!(sequential <= 50, "{sequential} at {share}");
        // The same experiments are not harmless: whoever looks daily with the usual test is fooled often.
        assert!(naive >= 150, "{naive} at {share}");
    }
}

#[test]
fn a_difference_that_is_there_is_found_at_the_planned_size() {
    let wish = Wish {
        baseline: 0.62,
        lift: 0.05,
        power: 0.8,
        alpha: 0.05,
        arms: 2,
    };
    let size = plan(wish).unwrap();
    let (per_day, planned) = (100, size.per_arm as usize);
    let days = planned * 2 / per_day;
    let mut found: Vec<usize> = (0..400)
        .filter_map(|seed| run(seed, [0.62, 0.67], per_day, days, wish.lift).sequential)
        .collect();
    found.sort_unstable();
    let share = found.len() as f64 / 400.0;
    let half = found[found.len() / 2];
    println!(
        "planned {planned} per arm, {} at one look; found {share:.3}, half of them by {half}",
        size.looked_at_once
    );
    // Four hundred tries are right to two percent; a plan that asks for far too many would find nearly all.
    assert!((0.76..=0.92).contains(&share), "{share}");
    assert!(half < planned * 3 / 4, "{half} of {planned}");
}

#[test]
fn a_real_sample_size_is_what_the_textbook_says() {
    let wish = Wish {
        baseline: 0.62,
        lift: 0.05,
        power: 0.8,
        alpha: 0.05,
        arms: 2,
    };
    // Fleiss, Levin, Paik, "Statistical methods for rates and proportions", equation 4.14, worked out by hand: pooled
    // share 0.645, (1.959964 · 0.676720 + 0.841621 · 0.675796)² / 0.0025 = 1436.6.
    let size = plan(wish).unwrap();
    assert_eq!(size.looked_at_once, 1_437);
    assert!(
        size.per_arm > size.looked_at_once,
        "looking daily has a price"
    );
    let more = plan(Wish { arms: 4, ..wish }).unwrap();
    assert!(
        more.per_arm > size.per_arm,
        "three comparisons share one alpha"
    );
    let fall = plan(Wish {
        lift: -0.05,
        ..wish
    })
    .unwrap();
    assert!(fall.per_arm > 1_000);
    for (wrong, says) in [
        (
            Wish {
                baseline: 1.2,
                ..wish
            },
            "baseline is a share",
        ),
        (Wish { lift: 0.5, ..wish }, "together"),
        (Wish { power: 0.0, ..wish }, "power"),
        (Wish { arms: 1, ..wish }, "two arms"),
    ] {
        let refused = plan(wrong).unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
    }
    let tiny = plan(Wish {
        lift: 0.000_01,
        ..wish
    });
    assert!(matches!(tiny, Err(NoPlan::TooSmall(_))), "{tiny:?}");
}

#[test]
fn the_normal_distribution_is_the_one_of_the_tables() {
    for (z, share) in [
        (0.0, 0.5),
        (1.0, 0.841_344_7),
        (-1.959_964, 0.025),
        (3.0, 0.998_650_1),
    ] {
        assert!((normal(z) - share).abs() < 2e-7, "{z}");
    }
    assert!((quantile(0.975) - 1.959_964).abs() < 1e-5);
    assert!((quantile(0.2) + 0.841_621).abs() < 1e-5);
}

#[test]
fn chance_alone_seldom_makes_arms_look_unequal_however_often_they_are_looked_at() {
    let mut alarms = 0;
    for seed in 0..1_000 {
        let (mut chance, mut counts) = (Chance::new(seed), [0_usize; 2]);
        let mut alarmed = false;
        for _ in 0..60 {
            for _ in 0..50 {
                counts[usize::from(chance.next() < 0.5)] += 1;
            }
            alarmed |= sample_ratio(&counts, &[1, 1]) < 0.01;
        }
        alarms += usize::from(alarmed);
    }
    assert!(alarms <= 10, "{alarms}");
}

#[test]
fn an_interval_holds_the_truth_at_every_look() {
    let mut missed = 0;
    for seed in 0..500 {
        let (mut chance, mut arms) = (Chance::new(seed), [Counted::default(); 2]);
        let mut out = false;
        for _ in 0..40 {
            for _ in 0..100 {
                let which = usize::from(chance.next() < 0.5);
                arms[which].of += 1;
                arms[which].yes += usize::from(chance.next() < [0.3, 0.4][which]);
            }
            let told = compare(arms[1], arms[0], 0.1, 0.05);
            out |= is_enough(arms[0], arms[1]) && !(told.low..=told.high).contains(&0.1);
        }
        missed += usize::from(out);
    }
    assert!(missed <= 25, "{missed} of 500");
}
