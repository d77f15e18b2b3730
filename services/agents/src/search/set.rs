//! Questions whose answers are known, and a catalogue that is not for sale, as tables.

use std::collections::BTreeMap;

use anyhow::Context as _;
use schemas::{
    Kopecks, ShopId, Sku,
    conversation::Language,
    stock::{Product, Quantity},
};

/// A question.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) language: Language,
    /// `need`, `direct` or `none`.
    pub(crate) kind: String,
    pub(crate) shop: ShopId,
    pub(crate) text: String,
    /// The right articles; none, when the shop has nothing of the kind.
    pub(crate) expected: Vec<Sku>,
}

/// Articles out of a table of shop, sku, category, name, description.
///
/// # Errors
/// When a line is none; the error has its number.
pub(crate) fn catalogue(table: &str) -> anyhow::Result<Vec<(ShopId, Product)>> {
    rows(table, product)
}

/// Questions out of a table of lang, kind, shop, text, expected: SKUs by comma, or `-`.
///
/// # Errors
/// When a line is none; the error has its number.
pub(crate) fn questions(table: &str) -> anyhow::Result<Vec<Question>> {
    rows(table, question)
}

type Row<'a> = BTreeMap<&'a str, &'a str>;

/// The rows of a table below its header, each made into a value.
fn rows<T>(table: &str, read: impl Fn(&Row) -> anyhow::Result<T>) -> anyhow::Result<Vec<T>> {
    let mut lines = (1..).zip(table.lines());
    let (_, header) = lines.next().context("the table is empty")?;
    let names: Vec<&str> = header.split('\t').collect();
    lines
        .map(|(number, line)| {
            let row = names.iter().copied().zip(line.split('\t')).collect();
            read(&row).with_context(|| format!("in line {number}"))
        })
        .collect()
}

fn cell<'a>(row: &Row<'a>, name: &str) -> anyhow::Result<&'a str> {
    row.get(name)
        .copied()
        .with_context(|| format!("there is no {name:?}"))
}

fn product(row: &Row) -> anyhow::Result<(ShopId, Product)> {
    let text = |name: &str| cell(row, name).map(str::to_owned);
    let product = Product {
        sku: Sku::new(text("sku")?),
        name: text("name")?,
        quantity: Quantity::Some,
        price: Kopecks::new(0),
        min_price: None,
        category: Some(text("category")?),
        description: Some(text("description")?),
        url: None,
        listing: None,
    };
    Ok((ShopId::new(text("shop")?)?, product))
}

fn question(row: &Row) -> anyhow::Result<Question> {
    let language = cell(row, "lang")?;
    let expected = cell(row, "expected")?.split(',').filter(|sku| *sku != "-");
    Ok(Question {
        language: Language::parse(language).with_context(|| format!("no language {language:?}"))?,
        kind: cell(row, "kind")?.to_owned(),
        shop: ShopId::new(cell(row, "shop")?)?,
        text: cell(row, "text")?.to_owned(),
        expected: expected.map(Sku::new).collect(),
    })
}
