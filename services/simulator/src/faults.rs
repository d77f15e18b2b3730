//! What goes wrong on purpose.

use serde::{Deserialize, Serialize};

use crate::model::Misbehaviour;

/// Which stand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Avito.
    Avito,
    /// Telegram.
    Telegram,
    /// The language model, its embeddings and its transcription.
    Model,
    /// Spreadsheets that are shared by link.
    Sheets,
}

impl Provider {
    /// The wire name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avito => "avito",
            Self::Telegram => "telegram",
            Self::Model => "model",
            Self::Sheets => "sheets",
        }
    }
}

/// One order to misbehave. The first group of fields says which calls, the second what happens to them, the third
/// sets switches that stay as they are until set again or cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Only calls to this provider.
    pub provider: Option<Provider>,
    /// Only this operation: `token`, `send`, `history`, `voice` (the links), `voice_file`, … at Avito, the method's name
    /// or `file` at Telegram, `chat`, `embeddings` or `transcriptions` at the model.
    pub operation: Option<String>,
    /// Only calls about this chat.
    pub chat: Option<String>,
    /// For how many calls; absent: until cleared.
    pub count: Option<u32>,

    /// The answer comes that much later.
    pub slow_ms: u64,
    /// The answer is withheld until released.
    pub hold: bool,
    /// Nothing is done, this status is answered. `token` with 200: an error body under a good status.
    pub status: Option<u16>,
    /// Goes with status 429, seconds.
    pub retry_after: Option<u64>,
    /// What the error says.
    pub description: Option<String>,
    /// The error is an HTML page, as from an anti-bot edge.
    pub html: bool,
    /// Nothing is done and the connection ends without an answer.
    pub drop_before_apply: bool,
    /// The call is carried out and the connection ends without an answer.
    pub drop_after_apply: bool,
    /// The model misbehaves in this way, in calls where that is possible.
    pub model: Option<Misbehaviour>,

    /// All tokens given out so far are refused from now on, with this status (401 or 403).
    pub token_expired: Option<u16>,
    /// Avito's history is `{"messages": […]}` and not a bare list.
    pub history_object: Option<bool>,
    /// How many times more each webhook is delivered: Avito's under new envelope ids, Telegram's behind its good answer.
    pub duplicate_webhooks: Option<u32>,
    /// Avito's webhooks overtake each other.
    pub shuffle: Option<bool>,
    /// How many of a hundred Avito webhooks are never delivered.
    pub drop_percent: Option<u8>,
    /// How often Avito tries again when a webhook is not answered with 2xx within 2 seconds.
    pub webhook_retries: Option<u32>,
}

impl Fault {
    fn changes_calls(&self) -> bool {
        self.slow_ms > 0
            || self.hold
            || self.status.is_some()
            || self.drop_before_apply
            || self.drop_after_apply
            || self.model.is_some()
    }

    fn fits(&self, provider: Provider, operation: &str, chat: Option<&str>) -> bool {
        self.provider.is_none_or(|only| only == provider)
            && self
                .operation
                .as_deref()
                .is_none_or(|only| only.eq_ignore_ascii_case(operation))
            && self.chat.as_deref().is_none_or(|only| chat == Some(only))
            && self
                .model
                .is_none_or(|how| provider == Provider::Model && how.concerns(operation))
    }
}

/// How Avito's webhooks are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) duplicates: u32,
    pub(crate) shuffle: bool,
    pub(crate) drop_percent: u8,
    pub(crate) retries: u32,
}

/// All orders in force.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Fault>,
    pub(crate) delivery: Delivery,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            delivery: Delivery {
                duplicates: 0,
                shuffle: false,
                drop_percent: 0,
                retries: 3,
            },
        }
    }
}

impl Faults {
    /// Takes an order; its switches for tokens and history are the caller's to turn.
    pub(crate) fn add(&mut self, fault: Fault) {
        let delivery = &mut self.delivery;
        delivery.duplicates = fault.duplicate_webhooks.unwrap_or(delivery.duplicates);
        delivery.shuffle = fault.shuffle.unwrap_or(delivery.shuffle);
        delivery.drop_percent = fault.drop_percent.unwrap_or(delivery.drop_percent);
        delivery.retries = fault.webhook_retries.unwrap_or(delivery.retries);
        if fault.changes_calls() {
            self.rules.push(fault);
        }
    }

    /// What happens to this call: the oldest order that fits and is not used up.
    pub(crate) fn take(
        &mut self,
        provider: Provider,
        operation: &str,
        chat: Option<&str>,
    ) -> Option<Fault> {
        let at = self
            .rules
            .iter()
            .position(|rule| rule.count != Some(0) && rule.fits(provider, operation, chat))?;
        let rule = self.rules.get_mut(at)?;
        rule.count = rule.count.map(|left| left.saturating_sub(1));
        let taken = rule.clone();
        self.rules.retain(|rule| rule.count != Some(0));
        Some(taken)
    }

    pub(crate) fn rules(&self) -> &[Fault] {
        &self.rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_used_up_and_only_by_calls_that_fit() {
        let mut faults = Faults::default();
        faults.add(Fault {
            operation: Some("send".to_owned()),
            chat: Some("a".to_owned()),
            status: Some(429),
            count: Some(1),
            ..Fault::default()
        });
        assert!(faults.take(Provider::Avito, "history", Some("a")).is_none());
        assert!(faults.take(Provider::Avito, "send", Some("b")).is_none());
        assert!(faults.take(Provider::Avito, "send", Some("a")).is_some());
        assert!(faults.take(Provider::Avito, "send", Some("a")).is_none());
    }

    #[test]
    fn a_switch_alone_leaves_calls_as_they_are() {
        let mut faults = Faults::default();
        faults.add(Fault {
            duplicate_webhooks: Some(2),
            ..Fault::default()
        });
        assert!(faults.rules().is_empty());
        assert_eq!(faults.delivery.duplicates, 2);
    }
}
