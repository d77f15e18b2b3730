//! What holds for every history.

use proptest::prelude::*;
use schemas::conversation::{HandoffReason, Intent, ReplyKind, ReplyWay};

use super::{Chat, DAY, Figures, Handovers, Period, Tally, figures, figures_of, history::History};

/// A history that follows from a number: anything that can happen, in any order.
pub(super) fn any_history(seed: u64) -> History {
    let mut history = History::new(u32::try_from(seed % 1_000_000).unwrap());
    let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut leaving = Vec::new();
    for _ in 0..next(30) {
        history.wait(next(5_000));
        match next(14) {
            0 => {
                history.buyer("есть?");
            }
            1 => {
                let turn = history.turn(&[(Intent::StockInquiry, 0.9)]);
                leaving.push(history.composed(turn, ReplyKind::Answer));
            }
            2 => {
                history.asks(Intent::DeliveryQuestion, 3);
            }
            3 => {
                history.asks(Intent::Thanks, 3);
            }
            4 => {
                history.stops(HandoffReason::LowConfidence, None);
            }
            5 => {
                history.stops(HandoffReason::Complaint, Some("есть"));
            }
            6 => {
                history.writes_outside();
            }
            7 => leaving.push(history.replies(ReplyWay::Draft)),
            8 => leaving.push(history.replies(ReplyWay::EditedDraft)),
            9 => {
                if let Some(reply) = leaving.pop() {
                    history.sent(reply);
                }
            }
            10 => {
                history.gives_back();
            }
            11 => {
                history.closes();
            }
            12 => {
                // Only what is settled is judged.
                let told: Handovers = history.fold();
                let settled = told.all().iter().rev().find(|one| one.ended.is_some());
                if let Some(id) = settled.map(|one| one.id) {
                    history.judges(id, seed.is_multiple_of(2));
                }
            }
            _ => {
                history.wait(DAY);
            }
        }
    }
    history
}

fn sum(figures: &Figures) -> [usize; 6] {
    [
        figures.messages,
        figures.turns,
        figures.talks,
        figures.autonomy.asked,
        figures.handovers.handovers,
        figures.answers.by_people.count,
    ]
}

proptest! {
    #[test]
    fn the_order_and_the_grouping_of_shards_do_not_matter(
        seeds in prop::collection::vec(any::<u64>(), 0..12),
        cut in 0usize..12,
        turn in 0usize..12,
    ) {
        let histories: Vec<History> = seeds.into_iter().map(any_history).collect();
        let whole = figures(&histories);
        let mut turned = histories.clone();
        turned.rotate_left(turn.min(histories.len()));
        turned.reverse();
        let (one, other) = turned.split_at(cut.min(turned.len()));
        let count = |part: &[History]| {
            let mut tally = Tally::default();
            for history in part {
                tally.add(&history.fold::<Chat>(), Period::default());
            }
            tally
        };
        let mut merged = count(other);
        merged.merge(count(one));
        let merged = merged.figures();
        prop_assert_eq!(&merged, &whole);
        let bytes = |figures: &Figures| serde_json::to_string(figures).unwrap();
        prop_assert_eq!(bytes(&merged), bytes(&whole));
    }

    #[test]
    fn nothing_is_counted_twice_or_forgotten(seed in any::<u64>()) {
        let told = figures(&[any_history(seed)]);
        let autonomy = told.autonomy;
        let tiers = autonomy.contained.part + autonomy.assisted.part + autonomy.unanswered.part;
        prop_assert_eq!(tiers, autonomy.asked);
        prop_assert!(autonomy.confirmed.part <= autonomy.contained.part);
        let answers = &told.answers;
        let fates = answers.by_bot.count + answers.by_people.count + answers.unanswered;
        prop_assert_eq!(fates + answers.taken_back, told.messages);
        let ends: usize = told.handovers.ended.values().sum();
        prop_assert_eq!(ends, told.handovers.handovers);
        let by_reason: usize = told.reasons.iter().map(|one| one.figures.handovers).sum();
        prop_assert_eq!(by_reason, told.handovers.handovers);
    }

    #[test]
    fn two_periods_that_follow_each_other_add_up(seed in any::<u64>(), cut in 0i64..20) {
        let histories = [any_history(seed)];
        let begin: jiff::Timestamp = "2026-10-05T09:00:00Z".parse().unwrap();
        let cut = begin + jiff::SignedDuration::from_hours(cut * 6);
        let before = figures_of(&histories, Period { from: None, to: Some(cut) });
        let after = figures_of(&histories, Period { from: Some(cut), to: None });
        let whole = sum(&figures(&histories));
        let (before, after) = (sum(&before), sum(&after));
        for (place, whole) in whole.iter().enumerate() {
            prop_assert_eq!(before[place] + after[place], *whole);
        }
    }
}
