//! What a replay found: the same for the same past, letter by letter.

use jiff::Timestamp;
use schemas::{ConversationId, ShopId, shop::Variant};
use serde::{Deserialize, Serialize};

use super::{
    compare::{Difference, Summary, Turn},
    resume::Finished,
};

/// What was asked. Two replays of one past that ask the same find the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) shop: ShopId,
    /// What people call it.
    pub(crate) name: String,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) variant: Variant,
    /// This build: version, model and bank.
    pub(crate) baseline: String,
    /// Another build; `None`: the candidate is this one, with the variant.
    pub(crate) candidate: Option<String>,
}

/// How the lanes are to be read; stands in every report.
pub(crate) const NOTE: &str = "Each turn is judged by itself: every lane begins it with the conversation as it really \
    was, and with the stock, prices, rules and hours of that moment. Drift is where today's build differs from what \
    was really said, change is where the candidate differs from today's build. Words are compared as they were before \
    a language model phrased them.";

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) asked: Asked,
    pub(crate) note: String,
    pub(crate) summary: Summary,
    /// Conversations that could not be replayed, and why.
    pub(crate) unread: Vec<Unread>,
    /// All that changed, the most important first, then all that drifted. What is the same everywhere is only counted.
    pub(crate) turns: Vec<Turn>,
}

/// A conversation that could not be replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unread {
    pub(crate) conversation: String,
    pub(crate) problem: String,
}

impl Report {
    pub(crate) fn new(asked: Asked, mut finished: Vec<Finished>) -> Self {
        finished.sort_by_key(|one| one.key.to_string());
        let conversations = u64::try_from(finished.len()).unwrap_or(u64::MAX);
        let (mut turns, mut unread) = (Vec::new(), Vec::new());
        for one in finished {
            if let Some(problem) = one.problem {
                let conversation = one.key.id().to_owned();
                unread.push(Unread {
                    conversation,
                    problem,
                });
            }
            turns.extend(one.turns);
        }
        let summary = Summary::of(conversations, &turns);
        turns.retain(|turn| !turn.changed.is_empty() || !turn.drifted.is_empty());
        turns.sort_by_cached_key(rank);
        Self {
            asked,
            note: NOTE.to_owned(),
            summary,
            unread,
            turns,
        }
    }

    /// As JSON, for programs and for people.
    ///
    /// # Errors
    /// Never, for these types.
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// The summary in some plain lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let sum = &self.summary;
        let rubles = |kopecks: i64| format!("{}.{:02}", kopecks / 100, kopecks.abs() % 100);
        vec![
            format!("conversations  {}", sum.conversations),
            format!(
                "turns          {}: {} the same, {} changed",
                sum.turns, sum.same, sum.changed
            ),
            format!(
                "drift          {} turns of today's build differ from the log, {} of them with a known cause",
                sum.drifted, sum.drift_explained
            ),
            format!(
                "handovers      {} -> {} ({} gained, {} lost)",
                sum.handovers_baseline,
                sum.handovers_candidate,
                sum.handovers_gained,
                sum.handovers_lost
            ),
            format!(
                "orders         {} -> {}, {} -> {} rubles ({} turns differ)",
                sum.orders_baseline,
                sum.orders_candidate,
                rubles(sum.orders_total_baseline),
                rubles(sum.orders_total_candidate),
                sum.orders_changed
            ),
            format!(
                "discounts      {} -> {} rubles",
                rubles(sum.discounts_baseline),
                rubles(sum.discounts_candidate)
            ),
        ]
    }
}

/// The most important first: what changed before what only drifted, orders before words; then by place.
fn rank(turn: &Turn) -> (bool, Option<Difference>, Option<Difference>, String, u64) {
    let first = |found: &[Difference]| found.iter().min().copied();
    (
        turn.changed.is_empty(),
        first(&turn.changed),
        first(&turn.drifted),
        turn.conversation.to_string(),
        turn.seq,
    )
}
