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
    let row = &article.source;
    let fact = |name: &str, value: String| Fact {
        name: name.to_owned(),
        value,
        sku: Some(product.sku.clone()),
        source: FactSource::Sheet(row.clone()),
    };
    let mut quantity = fact(
        "stock.quantity",
        match product.quantity {
            Quantity::Pieces(pieces) => pieces.to_string(),
            Quantity::Some => "some".to_owned(),
            Quantity::OnOrder => "on order".to_owned(),
        },
    );
    if let (Quantity::Pieces(left), 1..) = (product.quantity, article.held) {
        let there = left.saturating_add(article.held);
        quantity.source = FactSource::Computed(format!(
            "{there} in {}@{} row {} − {} promised to orders",
            row.tab, row.revision, row.row, article.held
        ));
    }
    vec![
        fact("product.name", product.name.clone()),
        quantity,
        fact("product.price", product.price.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goods::tests::article;

    #[test]
    fn what_is_promised_to_orders_is_told_as_arithmetic_and_not_as_the_sheets_own_number() {
        let mut shown = article(3, "RG-20-RED", "Рюкзак", 2, 2_490);
        let from_sheet = facts(&shown);
        assert_eq!(
            from_sheet[1].source,
            FactSource::Sheet(shown.source.clone())
        );
        shown.held = 1;
        let told = facts(&shown);
        assert_eq!(told[1].value, "2");
        let FactSource::Computed(how) = &told[1].source else {
            panic!("{:?}", told[1].source);
        };
        assert!(how.starts_with("3 in products@"), "{how}");
        assert!(how.ends_with("row 3 − 1 promised to orders"), "{how}");
        assert_eq!(told[2].source, FactSource::Sheet(shown.source.clone()));
    }
}
