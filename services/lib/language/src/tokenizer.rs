//! SentencePiece unigram tokens, as the encoder expects them.
//!
//! The vocabulary is one sorted table searched by narrowing a range byte by byte: small, built in
//! milliseconds, no hashing. The segmentation is the best-scoring one (Viterbi). Sampling and
//! decoding are absent: nothing needs them.

use std::{cmp::Ordering, ops::Range};

use crate::{
    charsmap::{Charsmap, width},
    wire::Fields,
};

const UNKNOWN: u32 = 0;
const START: u32 = 1;
const END: u32 = 2;
/// How much worse than the worst piece an unknown character scores. Source: sentencepiece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// A piece of the vocabulary.
struct Piece {
    text: Box<[u8]>,
    id: u32,
    score: f32,
}

/// Splits a text into the pieces of the encoder's vocabulary.
pub(crate) struct Tokenizer {
    pieces: Vec<Piece>,
    /// For every first byte, where the pieces that start with it stand.
    starts: Vec<Range<usize>>,
    unknown_score: f64,
    charsmap: Charsmap,
}

/// The best way found so far to reach a byte of the text.
#[derive(Clone, Copy)]
struct Step {
    score: f64,
    from: usize,
    id: u32,
}

impl Tokenizer {
    /// Reads `sp.model`; `None` when it is not a SentencePiece model of the expected layout.
    pub(crate) fn read(model: &[u8]) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut charsmap = None;
        for field in Fields::new(model) {
            match field.number {
                1 => {
                    let id = u32::try_from(pieces.len()).ok()?;
                    pieces.extend(read_piece(field.bytes, id));
                }
                3 => {
                    let blob = Fields::new(field.bytes).find(|inner| inner.number == 2)?;
                    charsmap = Charsmap::read(blob.bytes);
                }
                _ => {}
            }
        }
        let lowest = pieces
            .iter()
            .map(|piece| piece.score)
            .min_by(f32::total_cmp)?;
        pieces.sort_unstable_by(|a, b| a.text.cmp(&b.text).then(a.id.cmp(&b.id)));
        let starts = (0..=u8::MAX)
            .map(|byte| narrow(&pieces, 0..pieces.len(), 0, byte))
            .collect();
        Some(Self {
            pieces,
            starts,
            unknown_score: f64::from(lowest) - UNKNOWN_PENALTY,
            charsmap: charsmap?,
        })
    }

    /// The ids of a text, between the start and the end mark.
    pub(crate) fn ids(&self, text: &str) -> Vec<u32> {
        let bytes = self.charsmap.normalise(text);
        let mut ids = self.backward(&self.forward(&bytes));
        if ids.is_empty() {
            ids.push(UNKNOWN);
        }
        ids.push(START);
        ids.reverse();
        ids.push(END);
        ids
    }

    fn forward(&self, bytes: &[u8]) -> Vec<Step> {
        let unreached = Step {
            score: f64::NEG_INFINITY,
            from: 0,
            id: UNKNOWN,
        };
        let mut steps = vec![unreached; bytes.len() + 1];
        if let Some(first) = steps.first_mut() {
            first.score = 0.0;
        }
        for (from, &first) in bytes.iter().enumerate() {
            let base = steps.get(from).map_or(f64::NEG_INFINITY, |step| step.score);
            if base.is_infinite() {
                continue;
            }
            let single = width(first);
            let mut has_single = false;
            let tail = bytes.get(from..).unwrap_or_default();
            self.each_prefix(tail, |length, id, score| {
                has_single |= length == single;
                improve(&mut steps, from, length, id, base + score);
            });
            if !has_single {
                improve(&mut steps, from, single, UNKNOWN, base + self.unknown_score);
            }
        }
        steps
    }

    /// The ids on the best path, last first.
    fn backward(&self, steps: &[Step]) -> Vec<u32> {
        let mut ids = Vec::with_capacity(steps.len() / 4 + 2);
        let mut at = steps.len().saturating_sub(1);
        while at > 0
            && let Some(step) = steps.get(at)
        {
            ids.push(step.id);
            at = step.from.min(at - 1);
        }
        ids
    }

    /// Calls `found(length, id, score)` for every piece that `bytes` starts with, shortest first.
    fn each_prefix(&self, bytes: &[u8], mut found: impl FnMut(usize, u32, f64)) {
        let Some(&first) = bytes.first() else {
            return;
        };
        let mut range = self
            .starts
            .get(usize::from(first))
            .cloned()
            .unwrap_or_default();
        let mut length = 1;
        while !range.is_empty() {
            let exact = self
                .pieces
                .get(range.clone())
                .into_iter()
                .flatten()
                .take_while(|piece| piece.text.len() == length)
                .last();
            if let Some(piece) = exact {
                found(length, piece.id, f64::from(piece.score));
            }
            let Some(&next) = bytes.get(length) else {
                return;
            };
            range = narrow(&self.pieces, range, length, next);
            length += 1;
        }
    }
}

fn improve(steps: &mut [Step], from: usize, length: usize, id: u32, score: f64) {
    if let Some(step) = steps.get_mut(from + length)
        && score > step.score
    {
        *step = Step { score, from, id };
    }
}

fn read_piece(bytes: &[u8], id: u32) -> Option<Piece> {
    let mut text = None;
    let mut score = 0.0;
    for field in Fields::new(bytes) {
        match field.number {
            1 => text = Some(field.bytes.into()),
            2 => score = f32::from_le_bytes(*field.bytes.first_chunk::<4>()?),
            _ => {}
        }
    }
    Some(Piece {
        text: text?,
        id,
        score,
    })
}

/// The part of `range` whose pieces have `byte` at `depth`.
fn narrow(pieces: &[Piece], range: Range<usize>, depth: usize, byte: u8) -> Range<usize> {
    let Some(slice) = pieces.get(range.clone()) else {
        return 0..0;
    };
    let order = |piece: &Piece| {
        piece
            .text
            .get(depth)
            .map_or(Ordering::Less, |found| found.cmp(&byte))
    };
    let low = slice.partition_point(|piece| order(piece) == Ordering::Less);
    let high = slice.partition_point(|piece| order(piece) != Ordering::Greater);
    range.start + low..range.start + high
}
