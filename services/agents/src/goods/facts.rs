//! What may be told of an article, each with the row that it stands in.

use domain::stock::Shown;
use language::{Arg, SayError, say};
use schemas::{
    conversation::{Fact, FactSource, Language},
    stock::Quantity,
};

/// How much there is of something, in words.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(crate) fn availability(language: Language, quantity: Quantity) -> Result<String, SayError> {
    match quantity {
        Quantity::Pieces(0) => say(language, "availability-sold-out", &[]),
        Quantity::Pieces(pieces) => {
            let count = Arg::Count(u64::from(pieces));
            say(language, "availability-in-stock", &[("quantity", count)])
        }
        Quantity::Some => say(language, "availability-some", &[]),
        Quantity::OnOrder => say(language, "availability-on-order", &[]),
    }
}

/// A name for use inside the quotation marks that a language puts around it: its own become inner ones.
pub(crate) fn quotable(language: Language, name: &str) -> String {
    let (open, close) = match language {
        Language::Ru => ("„", "“"),
        Language::Es => ("“", "”"),
        Language::En => ("‘", "’"),
    };
    name.replace('«', open).replace('»', close)
}

/// Name, quantity and price of an article, each with the row that it stands in.
pub(crate) fn facts(article: &Shown) -> Vec<Fact> {
    let product = &article.product;
    let fact = |name: &str, value: String| Fact {
        name: name.to_owned(),
        value,
        sku: Some(product.sku.clone()),
        source: FactSource::Sheet(article.source.clone()),
    };
    let quantity = match product.quantity {
        Quantity::Pieces(pieces) => pieces.to_string(),
        Quantity::Some => "some".to_owned(),
        Quantity::OnOrder => "on order".to_owned(),
    };
    vec![
        fact("product.name", product.name.clone()),
        fact("stock.quantity", quantity),
        fact("product.price", product.price.to_string()),
    ]
}
