//! Which models there are, as the command line and the environment say; checked as a whole at the start.
//!
//! Every kind is off without its base URL. An empty text means "not set", as in many deployment files; an
//! empty number is a mistake.

mod read;

use std::{fmt, path::PathBuf};

use clap::{
    Args,
    builder::{OsStringValueParser, RangedU64ValueParser, TypedValueParser},
};

use crate::{
    chat::{AnswerFormat, Chat, ChatConfig, TokenParameter},
    embeddings::{Embeddings, EmbeddingsConfig, MOST_TEXTS},
    secret::Secret,
    transcriber::{Transcriber, TranscriberConfig},
    usage::Prices,
};

use read::Given;

/// A path that may be empty, which clap's own parser refuses.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// Everything that is wrong with the options of one kind of model, with the fix of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Faults {}

/// All three kinds; flatten this, or those that a service uses, into its own options.
#[derive(Args, Clone, Debug)]
#[group(id = "models")]
pub struct Options {
    /// The chat model.
    #[command(flatten)]
    pub chat: ChatOptions,
    /// The embeddings model.
    #[command(flatten)]
    pub embeddings: EmbeddingsOptions,
    /// The transcription model.
    #[command(flatten)]
    pub transcription: TranscriptionOptions,
}

/// A chat model that proposes how to understand and how to phrase.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Language model")]
#[group(id = "llm")]
pub struct ChatOptions {
    /// OpenAI-compatible endpoint, up to and without /chat/completions; unset: no language model
    #[arg(long, env = "TORG_LLM_BASE_URL", value_name = "URL")]
    pub llm_base_url: Option<String>,
    /// Its key
    #[arg(long, env = "TORG_LLM_KEY", value_name = "KEY", hide_env_values = true)]
    pub llm_key: Option<Secret>,
    /// File that holds the key instead
    #[arg(long, env = "TORG_LLM_KEY_FILE", value_name = "FILE", value_parser = path())]
    pub llm_key_file: Option<PathBuf>,
    /// Model, as the endpoint names it
    #[arg(long, env = "TORG_LLM_MODEL", value_name = "NAME")]
    pub llm_model: Option<String>,
    /// What it calls the limit of an answer's length; OpenAI's reasoning models want the second
    #[arg(long, env = "TORG_LLM_TOKEN_PARAMETER", value_enum, default_value_t = TokenParameter::MaxTokens)]
    pub llm_token_parameter: TokenParameter,
    /// How it is told the shape of an answer; checked here in every case
    #[arg(long, env = "TORG_LLM_ANSWER_FORMAT", value_enum, default_value_t = AnswerFormat::JsonSchema)]
    pub llm_answer_format: AnswerFormat,
    /// Whether temperature 0 is sent; some reasoning models reject it
    #[arg(long, env = "TORG_LLM_TEMPERATURE", value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub llm_temperature: bool,
    /// How long a call may take as a whole, milliseconds
    #[arg(long, env = "TORG_LLM_DEADLINE_MS", value_name = "MS", default_value = "8000",
          value_parser = RangedU64ValueParser::<u64>::new().range(100..=60_000))]
    pub llm_deadline_ms: u64,
    /// PEM file with root certificates that are trusted beside the system's
    #[arg(long, env = "TORG_LLM_ROOT_CERT", value_name = "FILE", value_parser = path())]
    pub llm_root_cert: Option<PathBuf>,
    /// Further headers, separated by semicolons: `OpenAI-Project: b1g…; X-Team: shop`
    #[arg(
        long,
        env = "TORG_LLM_HEADERS",
        value_name = "HEADERS",
        hide_env_values = true
    )]
    pub llm_headers: Option<Secret>,
    /// Price of a million tokens of what is asked, kopecks; unset: cost is not known
    #[arg(long, env = "TORG_LLM_PRICE_INPUT", value_name = "KOPECKS")]
    pub llm_price_input: Option<u32>,
    /// Price of a million tokens of what is answered, kopecks; unset: cost is not known
    #[arg(long, env = "TORG_LLM_PRICE_OUTPUT", value_name = "KOPECKS")]
    pub llm_price_output: Option<u32>,
}

impl ChatOptions {
    /// The model that the options name, or none when they name no endpoint. Calls nobody.
    ///
    /// # Errors
    /// [`Faults`]: do not start.
    pub fn connect(&self) -> Result<Option<Chat>, Faults> {
        let given = Given {
            prefix: "TORG_LLM",
            base_url: self.llm_base_url.as_deref(),
            key: self.llm_key.as_ref(),
            key_file: self.llm_key_file.as_deref(),
            model: self.llm_model.as_deref(),
            root_cert: self.llm_root_cert.as_deref(),
            headers: self.llm_headers.as_ref(),
            deadline_ms: self.llm_deadline_ms,
        };
        let mut faults = Vec::new();
        let prices = match (self.llm_price_input, self.llm_price_output) {
            (Some(input), Some(output)) => Some(Prices { input, output }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                let text = "only one of TORG_LLM_PRICE_INPUT and TORG_LLM_PRICE_OUTPUT is set: set both, 0 for free, or neither";
                faults.push(text.to_owned());
                None
            }
        };
        let found = given.read(&mut faults);
        read::finish(found, faults, given.prefix, |(endpoint, model)| {
            Chat::new(ChatConfig {
                endpoint,
                model,
                token_parameter: self.llm_token_parameter,
                answer_format: self.llm_answer_format,
                temperature: self.llm_temperature,
                prices,
            })
        })
    }
}

/// A model that turns texts into vectors, for search by meaning.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Embeddings")]
#[group(id = "embeddings")]
pub struct EmbeddingsOptions {
    /// OpenAI-compatible endpoint, up to and without /embeddings; unset: the built-in encoder. Buyers' words that look
    /// for an article and the articles' texts go there. Intents, the seller's questions and answers, and quotations keep
    /// the built-in encoder, because what decides there was trained on its vectors
    #[arg(long, env = "TORG_EMBEDDINGS_BASE_URL", value_name = "URL")]
    pub embeddings_base_url: Option<String>,
    /// Its key
    #[arg(
        long,
        env = "TORG_EMBEDDINGS_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub embeddings_key: Option<Secret>,
    /// File that holds the key instead
    #[arg(long, env = "TORG_EMBEDDINGS_KEY_FILE", value_name = "FILE", value_parser = path())]
    pub embeddings_key_file: Option<PathBuf>,
    /// Model, as the endpoint names it
    #[arg(long, env = "TORG_EMBEDDINGS_MODEL", value_name = "NAME")]
    pub embeddings_model: Option<String>,
    /// How many numbers its vectors have; needed with an endpoint
    #[arg(long, env = "TORG_EMBEDDINGS_DIMENSIONS", value_name = "N",
          value_parser = clap::value_parser!(u16).range(2..=16_384))]
    pub embeddings_dimensions: Option<u16>,
    /// Whether the number of dimensions is sent; some servers reject it although it is what they give
    #[arg(long, env = "TORG_EMBEDDINGS_ASK_DIMENSIONS", value_name = "BOOL", default_value_t = true, action = clap::ArgAction::Set)]
    pub embeddings_ask_dimensions: bool,
    /// Most texts in one call
    #[arg(long, env = "TORG_EMBEDDINGS_BATCH", value_name = "N", default_value = "96",
          value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_TEXTS)))]
    pub embeddings_batch: u16,
    /// How long a call may take as a whole, milliseconds
    #[arg(long, env = "TORG_EMBEDDINGS_DEADLINE_MS", value_name = "MS", default_value = "8000",
          value_parser = RangedU64ValueParser::<u64>::new().range(100..=60_000))]
    pub embeddings_deadline_ms: u64,
    /// PEM file with root certificates that are trusted beside the system's
    #[arg(long, env = "TORG_EMBEDDINGS_ROOT_CERT", value_name = "FILE", value_parser = path())]
    pub embeddings_root_cert: Option<PathBuf>,
    /// Further headers, separated by semicolons
    #[arg(
        long,
        env = "TORG_EMBEDDINGS_HEADERS",
        value_name = "HEADERS",
        hide_env_values = true
    )]
    pub embeddings_headers: Option<Secret>,
}

impl EmbeddingsOptions {
    /// The model that the options name, or none when they name no endpoint. Calls nobody.
    ///
    /// # Errors
    /// [`Faults`]: do not start.
    pub fn connect(&self) -> Result<Option<Embeddings>, Faults> {
        let given = Given {
            prefix: "TORG_EMBEDDINGS",
            base_url: self.embeddings_base_url.as_deref(),
            key: self.embeddings_key.as_ref(),
            key_file: self.embeddings_key_file.as_deref(),
            model: self.embeddings_model.as_deref(),
            root_cert: self.embeddings_root_cert.as_deref(),
            headers: self.embeddings_headers.as_ref(),
            deadline_ms: self.embeddings_deadline_ms,
        };
        let mut faults = Vec::new();
        if given.is_on() && self.embeddings_dimensions.is_none() {
            let text = "TORG_EMBEDDINGS_DIMENSIONS is not set: say how many numbers a vector of the model has";
            faults.push(text.to_owned());
        }
        if !given.is_on() && self.embeddings_dimensions.is_some() {
            faults.push(given.without_base_url("DIMENSIONS"));
        }
        let found = given.read(&mut faults).zip(self.embeddings_dimensions);
        read::finish(
            found,
            faults,
            given.prefix,
            |((endpoint, model), dimensions)| {
                Embeddings::new(EmbeddingsConfig {
                    endpoint,
                    model,
                    dimensions,
                    ask_dimensions: self.embeddings_ask_dimensions,
                    batch: self.embeddings_batch,
                })
            },
        )
    }
}

/// A model that writes down what a voice note says.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Transcription")]
#[group(id = "transcription")]
pub struct TranscriptionOptions {
    /// OpenAI-compatible endpoint, up to and without /audio/transcriptions; unset: voice notes go to the seller
    #[arg(long, env = "TORG_TRANSCRIPTION_BASE_URL", value_name = "URL")]
    pub transcription_base_url: Option<String>,
    /// Its key
    #[arg(
        long,
        env = "TORG_TRANSCRIPTION_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub transcription_key: Option<Secret>,
    /// File that holds the key instead
    #[arg(long, env = "TORG_TRANSCRIPTION_KEY_FILE", value_name = "FILE", value_parser = path())]
    pub transcription_key_file: Option<PathBuf>,
    /// Model, as the endpoint names it
    #[arg(long, env = "TORG_TRANSCRIPTION_MODEL", value_name = "NAME")]
    pub transcription_model: Option<String>,
    /// How long a call may take as a whole, milliseconds; a buyer waits for it
    #[arg(long, env = "TORG_TRANSCRIPTION_DEADLINE_MS", value_name = "MS", default_value = "8000",
          value_parser = RangedU64ValueParser::<u64>::new().range(100..=10_000))]
    pub transcription_deadline_ms: u64,
    /// PEM file with root certificates that are trusted beside the system's
    #[arg(long, env = "TORG_TRANSCRIPTION_ROOT_CERT", value_name = "FILE", value_parser = path())]
    pub transcription_root_cert: Option<PathBuf>,
    /// Further headers, separated by semicolons
    #[arg(
        long,
        env = "TORG_TRANSCRIPTION_HEADERS",
        value_name = "HEADERS",
        hide_env_values = true
    )]
    pub transcription_headers: Option<Secret>,
}

impl TranscriptionOptions {
    /// The model that the options name, or none when they name no endpoint. Calls nobody.
    ///
    /// # Errors
    /// [`Faults`]: do not start.
    pub fn connect(&self) -> Result<Option<Transcriber>, Faults> {
        let given = Given {
            prefix: "TORG_TRANSCRIPTION",
            base_url: self.transcription_base_url.as_deref(),
            key: self.transcription_key.as_ref(),
            key_file: self.transcription_key_file.as_deref(),
            model: self.transcription_model.as_deref(),
            root_cert: self.transcription_root_cert.as_deref(),
            headers: self.transcription_headers.as_ref(),
            deadline_ms: self.transcription_deadline_ms,
        };
        let mut faults = Vec::new();
        let found = given.read(&mut faults);
        read::finish(found, faults, given.prefix, |(endpoint, model)| {
            Transcriber::new(TranscriberConfig { endpoint, model })
        })
    }
}

#[cfg(test)]
mod tests;
