//! The parts of the crate that need the language model, or the whole surface.
//!
//! The model is fetched by `make setup`; without it these tests fail and say so.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod classifier;
mod encoder;
mod entities;
mod laws;
mod messages;
mod own_lines;
mod projection;

use std::path::{Path, PathBuf};

/// Where `make setup` puts the language model.
fn model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../.torg/runtime/use-multilingual-v3")
}
