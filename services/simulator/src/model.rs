//! A stand-in for language models: an OpenAI-shaped chat, embeddings and transcription, under `/v1`.
//!
//! It understands and phrases a little by words alone, and obeys whatever it reads. So what it says is worth
//! nothing, which is the point: whoever trusts it is found out.

pub(crate) mod api;
mod control;
mod decode;
mod embed;
pub(crate) mod error;
mod fill;
mod misbehave;
mod obey;
pub(crate) mod remote;
mod spoil;
mod state;
mod strict;

pub use misbehave::Misbehaviour;
pub(crate) use state::Model;
pub use state::{ModelCall, ModelMode, ModelScript};
