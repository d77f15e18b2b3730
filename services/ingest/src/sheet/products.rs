//! The products tab: rows to articles.

use std::collections::BTreeSet;

use schemas::{
    Kopecks, ListingId, Sku,
    shop::SheetProblem,
    stock::{Product, Quantity},
};

use super::{
    Table, TableError, cell,
    cells::Cells,
    duplicates,
    header::{Tab, column},
    price::price,
    quantity::quantity,
    sku,
    table::Row,
};

/// The products tab and its columns.
pub const TAB: Tab = Tab {
    name: "products",
    columns: &[
        column("sku", &["артикул", "sku"], true),
        column(
            "name",
            &["название", "name", "товар", "product", "наименование"],
            true,
        ),
        column(
            "quantity",
            &["остаток", "quantity", "количество", "qty", "колво"],
            true,
        ),
        column("price", &["цена", "price"], true),
        column(
            "min_price",
            &["минцена", "minprice", "минимальнаяцена"],
            false,
        ),
        column("category", &["категория", "category"], false),
        column("description", &["описание", "description"], false),
        column("url", &["ссылка", "url"], false),
        column("avito_item", &["объявление", "avitoitem"], false),
    ],
};
/// Longest name, in characters: it stands in replies, which channels limit to 1,000 and more.
const LONGEST_NAME: usize = 300;
/// Longest text of any other cell, in characters.
const LONGEST_TEXT: usize = 10_000;
/// First words of a row that sums others up.
const TOTALS: [&str; 5] = ["итого", "всего", "сумма", "total", "totals"];
/// What formulas and check boxes leave in rows that nobody filled.
const PREFILLED: [&str; 10] = [
    "0", "0,00", "0.00", "0,00 ₽", "0 ₽", "₽0.00", "false", "ложь", "-", "—",
];

/// Why a row was passed over without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// It stands before the header.
    BeforeHeader,
    /// It is the header, or the header once more.
    Header,
    /// No known column holds anything, or only what formulas and check boxes leave there.
    Blank,
    /// One cell alone, the title of a section.
    Section,
    /// It sums others up.
    Totals,
    /// It says again what this row says.
    Repeat {
        /// The first row that says it, from 1.
        of: u32,
    },
}

/// What the products tab says. Every row of the table is in exactly one of `products`, `problems` and `skipped`,
/// but for the header, which has a problem of its own when it names a column twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Products {
    /// The articles with the numbers of their rows, in order.
    pub products: Vec<(Product, u32)>,
    /// What is wrong with the rows that were set aside; several for one row where several cells are to blame.
    pub problems: Vec<SheetProblem>,
    /// The rows that were passed over, and why.
    pub skipped: Vec<(u32, Skipped)>,
    /// The articles that rows set aside are about. The sheet still shows them, so they are not withdrawn.
    pub set_aside: BTreeSet<Sku>,
}

/// Reads the content of the products tab.
///
/// # Errors
/// [`TableError`] when it is no table with the columns that it needs; keep the last good reading.
pub fn parse(bytes: &[u8]) -> Result<Products, TableError> {
    Table::parse(bytes, &TAB).map(|table| read(&table))
}

/// Reads every row of a table of [`TAB`].
#[must_use]
pub fn read(table: &Table) -> Products {
    let mut products = Products {
        problems: table.doubled_columns(),
        ..Products::default()
    };
    let mut found = Vec::new();
    for row in table.rows() {
        if let Some(why) = skipped(&row) {
            products.skipped.push((row.number, why));
            continue;
        }
        match product(&row) {
            Ok(product) => found.push((product, row)),
            Err(problems) => {
                products.problems.extend(problems);
                products
                    .set_aside
                    .extend(row.all("sku").filter_map(|cell| sku::read(cell).ok()));
            }
        }
    }
    duplicates::settle(found, &mut products);
    products
}

fn skipped(row: &Row<'_>) -> Option<Skipped> {
    if row.is_before_header() {
        return Some(Skipped::BeforeHeader);
    }
    if row.is_header() {
        return Some(Skipped::Header);
    }
    let filled: Vec<_> = row.filled().collect();
    let first_word = |cell: &str| {
        let folded = cell::fold(cell);
        let word = folded.split([' ', ':', '.', ',']).next();
        word.is_some_and(|word| TOTALS.contains(&word))
    };
    let numbered = |(key, cell): &(&str, &str)| *key == "sku" && !first_word(cell);
    match filled.as_slice() {
        cells if cells.iter().all(is_prefilled) => Some(Skipped::Blank),
        [(_, first), ..] if first_word(first) && !filled.iter().any(numbered) => {
            Some(Skipped::Totals)
        }
        [("quantity" | "price" | "min_price", _)] => None,
        [("sku", number)] if sku::is_likely(number) => None,
        [_] => Some(Skipped::Section),
        _ => None,
    }
}

fn is_prefilled((key, cell): &(&str, &str)) -> bool {
    matches!(*key, "quantity" | "price" | "min_price")
        && PREFILLED.contains(&cell::fold(cell).as_str())
}

fn product(row: &Row<'_>) -> Result<Product, Vec<SheetProblem>> {
    let mut cells = Cells::new(row);
    let sku = cells.required("sku", sku::read);
    let name = cells.required("name", |cell| cell::text(cell, LONGEST_NAME));
    let quantity: Option<Quantity> = cells.required("quantity", quantity);
    let price = cells.required("price", price);
    let min_price = cells.optional("min_price", self::price);
    let category = cells.optional("category", |cell| cell::text(cell, LONGEST_TEXT));
    let description = cells.optional("description", |cell| cell::text(cell, LONGEST_TEXT));
    let url = cells.optional("url", |cell| cell::text(cell, LONGEST_TEXT));
    let listing = cells.optional("avito_item", listing);
    check_bargain(&mut cells, price, min_price);
    match (sku, name, quantity, price) {
        (Some(sku), Some(name), Some(quantity), Some(price)) if cells.problems.is_empty() => {
            Ok(Product {
                sku,
                name,
                quantity,
                price,
                min_price,
                category,
                description,
                url,
                listing,
            })
        }
        _ => Err(cells.problems),
    }
}

/// A lowest price above the price is a slip in one of the two.
fn check_bargain(cells: &mut Cells<'_>, price: Option<Kopecks>, min_price: Option<Kopecks>) {
    if let Some((price, least)) = price.zip(min_price).filter(|(price, least)| least > price) {
        let problem = format!("«{least}» больше цены {price}; исправьте одну из двух");
        cells.fault("min_price", problem);
    }
}

/// An advertisement: its number, or a link that ends in `_<number>`.
fn listing(text: &str) -> Result<ListingId, &'static str> {
    let text = cell::clean(text);
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('_').next();
    let linked = last.filter(|_| text.contains("avito.ru/"));
    let number = linked.map_or_else(|| text.replace(' ', ""), str::to_owned);
    if (5..=15).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) {
        Ok(ListingId::new(number))
    } else {
        Err("нужен номер объявления цифрами, например 3363000577, или ссылка на него")
    }
}
