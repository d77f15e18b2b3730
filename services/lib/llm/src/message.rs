//! What a model is asked.

use std::fmt;

use crate::schema::Schema;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// We, with the rules. Some endpoints take only one of these, as the first message.
    System,
    /// Whoever the model should work for, with the material.
    User,
    /// The model itself, in examples.
    Assistant,
}

impl Role {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message to a model. `Debug` tells its length and not its words.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// The words.
    pub content: String,
}

impl Message {
    /// The rules.
    #[must_use]
    pub fn system(content: impl Into<String>) -> Self {
        Self {
            role: Role::System,
            content: content.into(),
        }
    }

    /// The material.
    #[must_use]
    pub fn user(content: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            content: content.into(),
        }
    }

    /// An example of an answer.
    #[must_use]
    pub fn assistant(content: impl Into<String>) -> Self {
        Self {
            role: Role::Assistant,
            content: content.into(),
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chars = self.content.chars().count();
        write!(f, "Message({}, {chars} characters)", self.role.as_str())
    }
}

/// One question to a model, and the shape that the answer must have.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The shape of the answer.
    pub schema: &'a Schema,
    /// What is said, in order.
    pub messages: Vec<Message>,
    /// How long the answer may be, in tokens. Reasoning models need room to think in.
    pub max_tokens: u32,
}
