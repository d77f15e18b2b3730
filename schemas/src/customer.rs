//! Events of one customer of a shop: a person as a provider knows them, over all their chats.
//!
//! Who confirmed a mail address is kept with the customer; a history of the address itself says who did, so that they
//! find each other, and how many letters it got (decision 0027).

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    conversation::{Language, OrderTerms, Recipient},
    envelope::EventData,
    id::{ConversationId, CustomerId, EventId, OrderId},
    personal::Personal,
    subject::Kind,
};

/// What happened to a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data")]
pub enum CustomerEvent {
    /// The customer placed an order.
    #[serde(rename = "torg.customer.customer_ordered.v1")]
    CustomerOrdered(Box<CustomerOrdered>),
    /// An order of theirs was agreed on other terms than before.
    #[serde(rename = "torg.customer.customer_order_changed.v1")]
    CustomerOrderChanged(Box<CustomerOrderChanged>),
    /// They want to show that a mail address is theirs.
    #[serde(rename = "torg.customer.code_asked.v1")]
    CodeAsked(CodeAsked),
    /// A code for that was drawn, and is about to be mailed.
    #[serde(rename = "torg.customer.code_made.v1")]
    CodeMade(CodeMade),
    /// The mail server took it.
    #[serde(rename = "torg.customer.code_mailed.v1")]
    CodeMailed(CodeMailed),
    /// It was not mailed, or nobody can know.
    #[serde(rename = "torg.customer.code_failed.v1")]
    CodeFailed(CodeFailed),
    /// They typed something that is not the code.
    #[serde(rename = "torg.customer.code_missed.v1")]
    CodeMissed(CodeMissed),
    /// They typed the code: the address is theirs.
    #[serde(rename = "torg.customer.contact_confirmed.v1")]
    ContactConfirmed(ContactConfirmed),
    /// They want to be a customer of their own again.
    #[serde(rename = "torg.customer.customer_parted.v1")]
    CustomerParted(CustomerParted),
    /// In the history of an address: a letter to it is about to be written.
    #[serde(rename = "torg.customer.letter_counted.v1")]
    LetterCounted(LetterCounted),
    /// In the history of an address: this customer has confirmed it, and is one person with all others who have.
    #[serde(rename = "torg.customer.customers_joined.v1")]
    CustomersJoined(CustomersJoined),
}

/// The customer placed an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerOrdered {
    /// The order.
    pub order: OrderId,
    /// Where.
    pub conversation: ConversationId,
    /// When every piece was reserved.
    pub placed_at: Timestamp,
    /// What was ordered.
    pub terms: OrderTerms,
    /// Who bought.
    pub recipient: Recipient,
}

/// A seller changed an order, and every piece of it is reserved again: this is what is bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerOrderChanged {
    /// The order.
    pub order: OrderId,
    /// Which of its terms, from 2.
    pub revision: u32,
    /// What is ordered now.
    pub terms: OrderTerms,
}

/// They want to show that a mail address is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeAsked {
    /// The address's own history.
    pub contact: CustomerId,
    /// The address.
    pub email: Personal<String>,
    /// Where: only there the code can be typed.
    pub conversation: ConversationId,
    /// What the letter is written in.
    pub language: Language,
}

/// A code was drawn. It is written nowhere but in the letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeMade {
    /// The `code_asked` event.
    pub ask: EventId,
    /// See [`code_digest`].
    pub digest: String,
    /// Until when it can be typed.
    pub expires_at: Timestamp,
}

/// The mail server took it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeMailed {
    /// The `code_asked` event.
    pub ask: EventId,
}

/// It was not mailed, or nobody can know. It is not mailed again: the buyer may ask anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeFailed {
    /// The `code_asked` event.
    pub ask: EventId,
    /// Why, without the address.
    pub reason: String,
}

/// They typed something that is not the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeMissed {
    /// The `code_asked` event.
    pub ask: EventId,
}

/// They typed the code: the address is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactConfirmed {
    /// The address's own history.
    pub contact: CustomerId,
    /// The `code_asked` event.
    pub ask: EventId,
}

/// They want to be a customer of their own again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerParted {
    /// Where they said so.
    pub conversation: ConversationId,
}

/// A letter to the address is about to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LetterCounted {
    /// The `code_asked` event.
    pub ask: EventId,
}

/// This customer has confirmed the address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomersJoined {
    /// The customer.
    pub customer: CustomerId,
}

/// What a code is known by: SHA-256, in hex, of the ask and the code. A code has six digits, so whoever reads the log
/// within the ten minutes that it holds can find it; they can also read the chat.
#[must_use]
pub fn code_digest(ask: EventId, code: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(ask.to_string());
    hash.update([0]);
    hash.update(code);
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl EventData for CustomerEvent {
    const KIND: Kind = Kind::Customer;

    fn type_name(&self) -> &'static str {
        match self {
            Self::CustomerOrdered(_) => "torg.customer.customer_ordered.v1",
            Self::CustomerOrderChanged(_) => "torg.customer.customer_order_changed.v1",
            Self::CodeAsked(_) => "torg.customer.code_asked.v1",
            Self::CodeMade(_) => "torg.customer.code_made.v1",
            Self::CodeMailed(_) => "torg.customer.code_mailed.v1",
            Self::CodeFailed(_) => "torg.customer.code_failed.v1",
            Self::CodeMissed(_) => "torg.customer.code_missed.v1",
            Self::ContactConfirmed(_) => "torg.customer.contact_confirmed.v1",
            Self::CustomerParted(_) => "torg.customer.customer_parted.v1",
            Self::LetterCounted(_) => "torg.customer.letter_counted.v1",
            Self::CustomersJoined(_) => "torg.customer.customers_joined.v1",
        }
    }
}
