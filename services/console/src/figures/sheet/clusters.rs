//! Questions without an answer, put together by what they mean.
//!
//! Each group is led by its most frequent wording; a wording joins the first group whose leader it is near enough to.
//! Nothing depends on the order of conversations, and no chance is in it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::civil::Date;
use language::{Encoder, normalise};
use schemas::ConversationId;

use super::{Slice, gather};
use crate::figures::account::Gap;

/// From this cosine on two wordings are taken to ask the same. Found by trying: see the test.
const SAME: f32 = 0.6;
/// Wordings that are looked at, the most frequent and then the newest: each takes a millisecond or two.
const MOST: usize = 1_000;
/// Wordings of a group that are shown beside its leader.
const EXAMPLES: usize = 4;

/// What texts mean: the encoder, and the vectors that it has made already.
#[derive(Debug)]
pub struct Meaning {
    encoder: Arc<Encoder>,
    known: HashMap<String, Arc<[f32]>>,
}

impl Meaning {
    /// With this encoder.
    #[must_use]
    pub fn new(encoder: Arc<Encoder>) -> Self {
        Self {
            encoder,
            known: HashMap::new(),
        }
    }

    fn vector(&mut self, text: &str) -> Arc<[f32]> {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        // What is asked changes with the season; a few thousand vectors are as many as are ever of use again.
        if self.known.len() >= 4 * MOST {
            self.known.clear();
        }
        let vector: Arc<[f32]> = self.encoder.encode(text).into();
        self.known.insert(text.to_owned(), Arc::clone(&vector));
        vector
    }
}

/// A wording, with how often it came and where.
struct Wording<'a> {
    /// As it is compared.
    spelled: String,
    /// As it was written first by the alphabet.
    text: &'a str,
    count: usize,
    newest: Date,
    conversations: BTreeSet<ConversationId>,
}

struct Group<'a> {
    leader: Arc<[f32]>,
    members: Vec<Wording<'a>>,
}

/// The largest groups.
#[must_use]
pub(super) fn clusters(
    gaps: &[(ConversationId, Date, Gap)],
    meaning: Option<&mut Meaning>,
    most: usize,
) -> Vec<Slice> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut meaning = meaning;
    for wording in wordings(gaps) {
        let vector = match &mut meaning {
            Some(meaning) => meaning.vector(&wording.spelled),
            None => Arc::default(),
        };
        let near = |group: &&mut Group<'_>| {
            let cosine: f32 = group.leader.iter().zip(&*vector).map(|(a, b)| a * b).sum();
            cosine >= SAME
        };
        match groups.iter_mut().find(near) {
            Some(group) => group.members.push(wording),
            None => groups.push(Group {
                leader: vector,
                members: vec![wording],
            }),
        }
    }
    let slices = groups.into_iter().filter_map(|group| {
        let (leader, others) = group.members.split_first()?;
        let conversations = group.members.iter();
        let conversations: BTreeSet<ConversationId> = conversations
            .flat_map(|wording| wording.conversations.iter().copied())
            .collect();
        let count: usize = group.members.iter().map(|wording| wording.count).sum();
        let examples = others.iter().take(EXAMPLES);
        Some(Slice {
            id: leader.text.to_owned(),
            name: None,
            value: count as f64,
            share: None,
            examples: examples.map(|wording| wording.text.to_owned()).collect(),
            conversations: conversations.into_iter().collect(),
        })
    });
    gather::largest(slices.collect(), most)
}

/// Every wording once, the most frequent first.
fn wordings(gaps: &[(ConversationId, Date, Gap)]) -> Vec<Wording<'_>> {
    let mut known: BTreeMap<String, Wording<'_>> = BTreeMap::new();
    for (id, date, gap) in gaps {
        let spelled = normalise(&gap.text);
        let wording = known.entry(spelled.clone()).or_insert_with(|| Wording {
            spelled,
            text: &gap.text,
            count: 0,
            newest: *date,
            conversations: BTreeSet::new(),
        });
        wording.count += 1;
        wording.newest = wording.newest.max(*date);
        wording.text = wording.text.min(&gap.text);
        wording.conversations.insert(*id);
    }
    let mut all: Vec<Wording<'_>> = known.into_values().collect();
    all.sort_by(|one, other| {
        let more = other.count.cmp(&one.count);
        let newer = other.newest.cmp(&one.newest);
        more.then(newer)
            .then_with(|| one.spelled.cmp(&other.spelled))
    });
    all.truncate(MOST);
    all
}
