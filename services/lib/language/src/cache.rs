//! The trained head in a file, so that a restart does not train again.
//!
//! The file is written beside its place and renamed, so a reader sees all of it or none. A file
//! that is torn, or of another bank, model or head, is no error: it reads as absent.

use std::{
    fs, io,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use sha2::{Digest as _, Sha256};

use crate::{
    encoder::DIMENSIONS,
    grams::BUCKETS,
    head::Head,
    regression::{CLASSES, LANES, Lanes, Weights},
    thresholds::Thresholds,
};

const DIGEST: usize = 32;

/// The head in `path`, if it is whole.
pub(crate) fn load(path: &Path) -> Option<Head> {
    let bytes = fs::read(path).ok()?;
    let (digest, body) = bytes.split_first_chunk::<DIGEST>()?;
    (Sha256::digest(body).as_slice() == digest)
        .then(|| decode(body))
        .flatten()
}

/// Writes the head to `path`, whole or not at all.
pub(crate) fn store(path: &Path, head: &Head) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{count}.tmp", std::process::id()));
    let body = encode(head);
    let mut bytes = Sha256::digest(&body).to_vec();
    bytes.extend(body);
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(&temporary, bytes)?;
    fs::rename(&temporary, path).inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// Number of examples, temperature, thresholds, labels, then the three tables; all little-endian.
pub(crate) fn encode(head: &Head) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend((head.labels.len() as u32).to_le_bytes());
    out.extend(head.temperature.to_le_bytes());
    let thresholds = head.thresholds.derived.iter();
    let thresholds = thresholds.chain([&head.thresholds.least]);
    out.extend(thresholds.flat_map(|value| value.to_le_bytes()));
    out.extend(head.labels.iter().map(|label| *label as u8));
    let tables = head.on_vectors.iter().chain(&head.on_grams).flatten();
    out.extend(
        tables
            .chain(&head.examples)
            .flat_map(|value| value.to_le_bytes()),
    );
    out
}

fn decode(body: &[u8]) -> Option<Head> {
    let (count, rest) = body.split_first_chunk::<4>()?;
    let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
    let (temperature, mut rest) = rest.split_first_chunk::<4>()?;
    let thresholds = Thresholds {
        derived: *floats(&mut rest, CLASSES)?.first_chunk::<CLASSES>()?,
        least: *floats(&mut rest, 1)?.first()?,
    };
    let (labels, mut rest) = rest.split_at_checked(count)?;
    let on_vectors = weights(&mut rest, DIMENSIONS + 1)?;
    let on_grams = weights(&mut rest, BUCKETS + 1)?;
    let examples = floats(&mut rest, count.checked_mul(DIMENSIONS)?)?;
    rest.is_empty().then(|| Head {
        on_vectors,
        on_grams,
        examples,
        labels: labels.iter().map(|label| usize::from(*label)).collect(),
        temperature: f32::from_le_bytes(*temperature),
        thresholds,
    })
}

fn weights(rest: &mut &[u8], rows: usize) -> Option<Weights> {
    let values = floats(rest, rows * LANES)?;
    let rows = values.chunks_exact(LANES);
    Some(
        rows.filter_map(|row| row.first_chunk::<LANES>().copied())
            .collect::<Vec<Lanes>>(),
    )
}

fn floats(rest: &mut &[u8], count: usize) -> Option<Vec<f32>> {
    let (bytes, tail) = rest.split_at_checked(count.checked_mul(4)?)?;
    *rest = tail;
    let fours = bytes.chunks_exact(4);
    Some(
        fours
            .filter_map(|four| four.first_chunk::<4>().copied().map(f32::from_le_bytes))
            .collect(),
    )
}
