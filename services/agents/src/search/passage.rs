//! What of an article is searched.

use schemas::stock::Product;
use sha2::{Digest as _, Sha256};

/// The text of an article that stands for it in a search, and a name for exactly this text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) text: String,
    pub(crate) hash: String,
}

impl Passage {
    /// `<category>: <name>. <description>`: the category in front finds more of what is only described.
    pub(crate) fn of(product: &Product) -> Self {
        let mut text = String::new();
        if let Some(category) = &product.category {
            text.push_str(category);
            text.push_str(": ");
        }
        text.push_str(&product.name);
        if let Some(description) = &product.description {
            text.push_str(". ");
            text.push_str(description);
        }
        let digest = Sha256::digest(text.as_bytes());
        let hash = digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self { text, hash }
    }
}
