//! Language models behind OpenAI-compatible endpoints: a chat whose answer is checked against a schema by
//! ourselves, embeddings, and transcription of voice notes. All three are optional; none is ever needed.
//!
//! A model only proposes. Deliberately absent: what to ask, what to do with an answer, budgets, and any retry
//! inside a call; a buyer waits, so the caller falls back to its rules at once. What a call was about is in no
//! error and no log line.
//!
//! Against the stand-in of `simulator` the whole crate is tested in `services/simulator/tests`.

mod answer;
mod breaker;
mod chat;
mod embeddings;
mod endpoint;
mod failure;
mod message;
mod options;
mod rejection;
mod schema;
mod secret;
mod transcriber;
mod usage;

pub use breaker::{Breaker, Limits, Outcome, Ticket};
pub use chat::{AnswerFormat, Chat, ChatConfig, Completion, Failed, TokenParameter};
pub use embeddings::{Embeddings, EmbeddingsConfig};
pub use endpoint::{BuildError, EndpointConfig};
pub use failure::Failure;
pub use message::{Message, Request, Role};
pub use options::{ChatOptions, EmbeddingsOptions, Faults, Options, TranscriptionOptions};
pub use reqwest::{Certificate, Url};
pub use schema::{Mismatch, Schema, SchemaError};
pub use secret::Secret;
pub use transcriber::{Transcriber, TranscriberConfig};
pub use usage::{Prices, Usage};
