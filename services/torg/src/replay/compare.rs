//! Three lanes of one turn beside each other, and what they come to over all turns.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemas::ConversationId;
use serde::{Deserialize, Serialize};

use super::told::{Ask, Told};

/// One turn of the past, in three lanes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Turn {
    pub(crate) conversation: ConversationId,
    /// The position of the commit that routed it then.
    pub(crate) seq: u64,
    pub(crate) time: Timestamp,
    /// What the buyer wrote.
    pub(crate) words: Vec<String>,
    /// What the log says.
    pub(crate) observed: Told,
    /// What this build makes of it, by the facts of then.
    pub(crate) baseline: Told,
    /// What the candidate makes of it, by the facts of then.
    pub(crate) candidate: Told,
    /// In what the candidate differs from the baseline.
    pub(crate) changed: Vec<Difference>,
    /// In what the baseline differs from the log.
    pub(crate) drifted: Vec<Difference>,
    /// What is known to make this build differ from the log.
    pub(crate) because: Vec<String>,
}

/// In what two lanes differ; the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Difference {
    Problem,
    Order,
    HandoverGained,
    HandoverLost,
    HandoverReason,
    Discount,
    Reply,
    Route,
}

/// In what `after` differs from `before`, most important first. Confidence alone is no difference.
pub(crate) fn differences(before: &Told, after: &Told) -> Vec<Difference> {
    let route = |told: &Told| -> Vec<(String, Option<String>)> {
        let pair = |ask: &Ask| (ask.intent.clone(), ask.specialist.clone());
        told.asks.iter().map(pair).collect()
    };
    let mut found = Vec::new();
    let mut differs = |difference, differs: bool| {
        if differs {
            found.push(difference);
        }
    };
    if before.problem.is_some() || after.problem.is_some() {
        differs(Difference::Problem, before.problem != after.problem);
        return found;
    }
    // What newer words overtook was never finished: only the route can be held against it.
    let whole = !before.withdrawn || before.reply.is_some();
    differs(Difference::Order, whole && before.order != after.order);
    let reason = |told: &Told| told.handover.as_ref().map(|one| one.reason);
    match (reason(before), reason(after)) {
        (None, Some(_)) => differs(Difference::HandoverGained, whole),
        (Some(_), None) => differs(Difference::HandoverLost, whole),
        (one, other) => differs(Difference::HandoverReason, one != other),
    }
    differs(Difference::Discount, whole && before.offers != after.offers);
    differs(Difference::Reply, whole && before.reply != after.reply);
    differs(Difference::Route, route(before) != route(after));
    found
}

/// What is known to make this build differ from what was observed.
pub(crate) fn known_causes(observed: &Told, baseline: &Told) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    if observed.model != baseline.model {
        known.push(format!("classifier {} then", observed.model));
    }
    if observed.bank != baseline.bank {
        known.push(format!("bank {} then", observed.bank));
    }
    if (observed.threshold - baseline.threshold).abs() > f64::EPSILON {
        known.push(format!("threshold {} then", observed.threshold));
    }
    for helped in &observed.helped {
        let told = format!("then: {helped}");
        if !known.contains(&told) {
            known.push(told);
        }
    }
    if observed.withdrawn {
        known.push("newer words or another owner came first".to_owned());
    }
    known
}

/// What all turns come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) conversations: u64,
    pub(crate) turns: u64,
    pub(crate) same: u64,
    pub(crate) changed: u64,
    pub(crate) drifted: u64,
    /// Of the drifted, those for which a cause is known.
    pub(crate) drift_explained: u64,
    pub(crate) handovers_baseline: u64,
    pub(crate) handovers_candidate: u64,
    pub(crate) handovers_gained: u64,
    pub(crate) handovers_lost: u64,
    pub(crate) gained_by_reason: BTreeMap<String, u64>,
    pub(crate) lost_by_reason: BTreeMap<String, u64>,
    pub(crate) routes_changed: u64,
    pub(crate) orders_baseline: u64,
    pub(crate) orders_candidate: u64,
    pub(crate) orders_changed: u64,
    /// What orders come to, in kopecks.
    pub(crate) orders_total_baseline: i64,
    pub(crate) orders_total_candidate: i64,
    /// What offers give away of the list prices, in kopecks.
    pub(crate) discounts_baseline: i64,
    pub(crate) discounts_candidate: i64,
    pub(crate) problems: u64,
}

impl Summary {
    /// Counts turns. `conversations` is how many they are of.
    pub(crate) fn of(conversations: u64, turns: &[Turn]) -> Self {
        let mut sum = Self {
            conversations,
            ..Self::default()
        };
        turns.iter().for_each(|turn| sum.add(turn));
        sum
    }

    fn add(&mut self, turn: &Turn) {
        let one = |yes: bool| u64::from(yes);
        let has = |difference| turn.changed.contains(&difference);
        self.turns += 1;
        self.same += one(turn.changed.is_empty());
        self.changed += one(!turn.changed.is_empty());
        self.drifted += one(!turn.drifted.is_empty());
        self.drift_explained += one(!turn.drifted.is_empty() && !turn.because.is_empty());
        self.handovers_baseline += one(turn.baseline.handover.is_some());
        self.handovers_candidate += one(turn.candidate.handover.is_some());
        self.routes_changed += one(has(Difference::Route));
        self.orders_changed += one(has(Difference::Order));
        self.problems += one(turn.baseline.problem.is_some() || turn.candidate.problem.is_some());
        if has(Difference::HandoverGained) {
            self.handovers_gained += 1;
            *self
                .gained_by_reason
                .entry(reason(&turn.candidate))
                .or_default() += 1;
        }
        if has(Difference::HandoverLost) {
            self.handovers_lost += 1;
            *self
                .lost_by_reason
                .entry(reason(&turn.baseline))
                .or_default() += 1;
        }
        let ordered = |told: &Told| {
            let order = told.order.as_ref();
            order
                .filter(|order| order.became == "placed" || order.became == "submitted")
                .cloned()
        };
        let total = |told: &Told| ordered(told).map_or(0, |order| order.total.kopecks());
        self.orders_baseline += one(ordered(&turn.baseline).is_some());
        self.orders_candidate += one(ordered(&turn.candidate).is_some());
        self.orders_total_baseline += total(&turn.baseline);
        self.orders_total_candidate += total(&turn.candidate);
        self.discounts_baseline += turn.baseline.discount();
        self.discounts_candidate += turn.candidate.discount();
    }
}

/// The wire name of why a turn was handed over.
fn reason(told: &Told) -> String {
    let handover = told.handover.as_ref();
    handover.map_or_else(String::new, |one| one.reason.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use schemas::{Kopecks, conversation::HandoffReason};

    use super::{
        super::told::{Handover, Offer},
        *,
    };

    fn said(reply: &str) -> Told {
        Told {
            reply: Some(reply.to_owned()),
            ..Told::default()
        }
    }

    fn handed(reason: HandoffReason) -> Told {
        Told {
            handover: Some(Handover {
                reason,
                detail: String::new(),
            }),
            ..said("Передал")
        }
    }

    fn offered(rubles: i64) -> Told {
        Told {
            offers: vec![Offer {
                sku: "A".to_owned(),
                from_pieces: 3,
                price: Kopecks::from_rubles(rubles).unwrap(),
                list_price: Kopecks::from_rubles(100).unwrap(),
            }],
            ..said("Отдам")
        }
    }

    fn turn(baseline: Told, candidate: Told) -> Turn {
        Turn {
            conversation: ConversationId::derive(&["one"]),
            seq: 1,
            time: Timestamp::UNIX_EPOCH,
            words: Vec::new(),
            observed: baseline.clone(),
            changed: differences(&baseline, &candidate),
            baseline,
            candidate,
            drifted: Vec::new(),
            because: Vec::new(),
        }
    }

    #[test]
    fn confidence_alone_is_no_difference_and_another_intent_is() {
        let ask = |intent: &str, confidence| Told {
            asks: vec![Ask {
                intent: intent.to_owned(),
                confidence,
                by: "classifier".to_owned(),
                specialist: None,
            }],
            ..said("Да")
        };
        assert!(differences(&ask("thanks", 0.8), &ask("thanks", 0.9)).is_empty());
        let found = differences(&ask("thanks", 0.8), &ask("greeting", 0.8));
        assert_eq!(found, [Difference::Route]);
    }

    #[test]
    fn handovers_are_gained_lost_or_for_another_reason() {
        use HandoffReason::{CannotAnswer, LowConfidence};
        let one = |before: &Told, after: &Told| differences(before, after)[0];
        let bot = said("Передал");
        assert_eq!(
            one(&bot, &handed(LowConfidence)),
            Difference::HandoverGained
        );
        assert_eq!(one(&handed(LowConfidence), &bot), Difference::HandoverLost);
        let other = one(&handed(LowConfidence), &handed(CannotAnswer));
        assert_eq!(other, Difference::HandoverReason);
        let sum = Summary::of(1, &[turn(bot, handed(LowConfidence))]);
        assert_eq!(
            (sum.handovers_gained, sum.handovers_lost, sum.same),
            (1, 0, 0)
        );
        assert_eq!(sum.gained_by_reason["low_confidence"], 1);
    }

    #[test]
    fn a_discount_counts_for_as_many_pieces_as_the_offer_needs() {
        let turn = turn(offered(90), offered(95));
        assert_eq!(turn.changed, [Difference::Discount]);
        let sum = Summary::of(1, &[turn]);
        assert_eq!(
            (sum.discounts_baseline, sum.discounts_candidate),
            (3_000, 1_500)
        );
    }

    #[test]
    fn what_was_overtaken_by_newer_words_is_held_against_its_route_only() {
        let overtaken = Told {
            withdrawn: true,
            ..Told::default()
        };
        assert!(differences(&overtaken, &said("Есть")).is_empty());
        let why = known_causes(&overtaken, &said("Есть"));
        assert_eq!(why, ["newer words or another owner came first"]);
    }

    #[test]
    fn a_turn_that_could_not_be_told_is_one_difference_and_no_lost_order() {
        let broken = Told::problem("nothing was pending");
        assert_eq!(differences(&offered(90), &broken), [Difference::Problem]);
        assert!(differences(&broken, &broken).is_empty());
    }
}
