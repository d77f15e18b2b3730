//! Asking a model for an answer of a given shape.

use std::{
    fmt::{self, Write as _},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    answer::{self, Learnt},
    endpoint::{BuildError, Endpoint, EndpointConfig},
    failure::Failure,
    message::{Message, Request, Role},
    schema::Schema,
    usage::{Prices, Usage},
};

/// Largest answer that is read: a thousand times what a turn needs, thinking included.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// Most that is asked at once, in bytes; no conversation of ours comes near.
const LARGEST_INPUT: usize = 1024 * 1024;

/// What the endpoint calls the limit of the answer's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TokenParameter {
    /// Understood nearly everywhere; rejected by OpenAI's reasoning models.
    #[value(name = "max_tokens")]
    MaxTokens,
    /// OpenAI's newer name. Servers that do not know it may ignore it in silence.
    #[value(name = "max_completion_tokens")]
    MaxCompletionTokens,
}

/// How the endpoint is told which shape the answer must have. It is checked here in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AnswerFormat {
    /// By `response_format` with the strict schema.
    #[value(name = "json_schema")]
    JsonSchema,
    /// By `response_format` that says JSON, and the schema in words, for endpoints without schemas.
    #[value(name = "json_object")]
    JsonObject,
    /// Only in words.
    #[value(name = "text")]
    Text,
}

/// A chat endpoint and its habits.
#[derive(Clone, Debug)]
pub struct ChatConfig {
    /// Where it is.
    pub endpoint: EndpointConfig,
    /// Which model.
    pub model: String,
    /// What it calls the limit of the answer's length.
    pub token_parameter: TokenParameter,
    /// How it is told the shape of the answer.
    pub answer_format: AnswerFormat,
    /// Whether `temperature: 0` is sent; some reasoning models reject it.
    pub temperature: bool,
    /// What tokens cost, when that is known.
    pub prices: Option<Prices>,
}

impl ChatConfig {
    /// An endpoint of the common kind.
    #[must_use]
    pub fn new(endpoint: EndpointConfig, model: impl Into<String>) -> Self {
        Self {
            endpoint,
            model: model.into(),
            token_parameter: TokenParameter::MaxTokens,
            answer_format: AnswerFormat::JsonSchema,
            temperature: true,
            prices: None,
        }
    }
}

/// An answer of the right shape. `Debug` leaves the answer out, because it repeats a buyer's words.
#[derive(Clone, PartialEq)]
pub struct Completion {
    /// The answer. Its shape is right; whether it is true is for the caller to find out.
    pub value: Value,
    /// What it took.
    pub usage: Usage,
    /// What it cost in millionths of the currency's unit (micro-rubles); `None` when no prices are set.
    pub cost_micros: Option<i64>,
    /// The model, as the endpoint names it.
    pub model: String,
    /// How long it took.
    pub took: Duration,
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion")
            .field("usage", &self.usage)
            .field("cost_micros", &self.cost_micros)
            .field("model", &self.model)
            .field("took", &self.took)
            .finish_non_exhaustive()
    }
}

/// A call that gave nothing usable, and what it cost all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model gave no usable answer")]
pub struct Failed {
    /// Why.
    #[source]
    pub failure: Failure,
    /// What it took; `None` when the endpoint said nothing about it.
    pub usage: Option<Usage>,
    /// What that cost in millionths of the currency's unit; `None` without usage or prices.
    pub cost_micros: Option<i64>,
    /// How long it took.
    pub took: Duration,
}

impl Failed {
    /// Whether the same call may succeed a little later, with nobody doing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.failure.is_transient()
    }
}

/// A chat model.
#[derive(Debug)]
pub struct Chat {
    endpoint: Endpoint,
    model: String,
    token_parameter: TokenParameter,
    answer_format: AnswerFormat,
    temperature: bool,
    prices: Option<Prices>,
}

impl Chat {
    /// Makes the client; calls nobody.
    ///
    /// # Errors
    /// [`BuildError`]: do not start.
    pub fn new(config: ChatConfig) -> Result<Self, BuildError> {
        Ok(Self {
            endpoint: Endpoint::new("chat", config.endpoint)?,
            model: config.model,
            token_parameter: config.token_parameter,
            answer_format: config.answer_format,
            temperature: config.temperature,
            prices: config.prices,
        })
    }

    /// The model's name, as it is set.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether the endpoint is being left alone, so that calls fail at once.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.endpoint.is_resting()
    }

    /// Asks once, and checks the answer's shape.
    ///
    /// # Errors
    /// [`Failed`]: go on without a model; never ask again while a buyer waits.
    pub async fn complete(&self, request: &Request<'_>) -> Result<Completion, Failed> {
        let begun = Instant::now();
        let mut learnt = Learnt::default();
        let asked: usize = request
            .messages
            .iter()
            .map(|message| message.content.len())
            .sum();
        let outcome = if asked > LARGEST_INPUT {
            Err(Failure::InputTooLarge)
        } else {
            let call = self
                .endpoint
                .post(&["chat", "completions"])
                .json(&self.body(request));
            let read = |body: &[u8]| answer::read(body, request, &mut learnt);
            self.endpoint.call(call, LARGEST_ANSWER, read).await
        };
        let took = begun.elapsed();
        let cost = |usage: Usage| Some(usage.cost_micros(self.prices?));
        match outcome {
            Ok((value, usage)) => Ok(Completion {
                value,
                usage,
                cost_micros: cost(usage),
                model: learnt.model.unwrap_or_else(|| self.model.clone()),
                took,
            }),
            Err(failure) => Err(Failed {
                failure,
                usage: learnt.usage,
                cost_micros: learnt.usage.and_then(cost),
                took,
            }),
        }
    }

    fn body(&self, request: &Request<'_>) -> Value {
        let words = match self.answer_format {
            AnswerFormat::JsonSchema => None,
            AnswerFormat::JsonObject | AnswerFormat::Text => Some(in_words(request.schema)),
        };
        let limit = match self.token_parameter {
            TokenParameter::MaxTokens => "max_tokens",
            TokenParameter::MaxCompletionTokens => "max_completion_tokens",
        };
        let mut body = json!({
            "model": self.model,
            "messages": messages(&request.messages, words.as_deref()),
            limit: request.max_tokens,
        });
        if self.temperature {
            set(&mut body, "temperature", json!(0));
        }
        let format = match self.answer_format {
            AnswerFormat::JsonSchema => json!({"type": "json_schema", "json_schema": {
                "name": request.schema.name(), "strict": true, "schema": request.schema.wire(),
            }}),
            AnswerFormat::JsonObject => json!({"type": "json_object"}),
            AnswerFormat::Text => return body,
        };
        set(&mut body, "response_format", format);
        body
    }
}

fn set(body: &mut Value, key: &str, value: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

fn in_words(schema: &Schema) -> String {
    let schema = schema.wire();
    format!(
        "Answer with one JSON object and nothing else. It must match this JSON Schema: {schema}"
    )
}

/// The messages as they are sent; `words` join the first system message, because some endpoints take only one.
fn messages(messages: &[Message], words: Option<&str>) -> Vec<Value> {
    let mut words = words;
    let mut sent = Vec::with_capacity(messages.len() + 1);
    if words.is_some()
        && messages
            .first()
            .is_none_or(|first| first.role != Role::System)
    {
        sent.push(json!({"role": "system", "content": words.take()}));
    }
    for message in messages {
        let mut content = message.content.clone();
        if let Some(words) = words.take() {
            // Writing to a string cannot fail.
            write!(content, "\n\n{words}").ok();
        }
        sent.push(json!({"role": message.role.as_str(), "content": content}));
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_in_words_joins_the_one_system_message_or_becomes_it() {
        let user = Message::user("u");
        let sent = messages(&[Message::system("s"), user.clone()], Some("w"));
        assert_eq!(sent[0]["content"], "s\n\nw");
        assert_eq!(sent.len(), 2);
        let sent = messages(std::slice::from_ref(&user), Some("w"));
        assert_eq!(
            (sent[0]["role"].as_str(), sent[0]["content"].as_str()),
            (Some("system"), Some("w"))
        );
        assert_eq!(sent[1]["content"], "u");
        assert_eq!(messages(&[user], None).len(), 1);
    }
}
