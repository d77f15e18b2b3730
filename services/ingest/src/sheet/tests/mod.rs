//! The catalogue of messy sheets, cell by cell and sheet by sheet, and the laws that hold for any input.

mod catalogue;
mod cells;
mod guards;
mod laws;
mod tables;

use schemas::{
    Kopecks, Sku,
    stock::{Product, Quantity},
};

use super::{Products, line, products};

/// A sheet with the usual header in row 1.
fn sheet(rows: &str) -> Products {
    read(&format!("Артикул,Название,Остаток,Цена\n{rows}"))
}

fn read(text: &str) -> Products {
    products::parse(text.as_bytes()).unwrap()
}

fn product(sku: &str, name: &str, pieces: u32, rubles: i64) -> Product {
    Product {
        sku: Sku::new(sku),
        name: name.to_owned(),
        quantity: Quantity::Pieces(pieces),
        price: Kopecks::from_rubles(rubles).unwrap(),
        min_price: None,
        category: None,
        description: None,
        url: None,
        listing: None,
    }
}

/// What the seller is told, one line per problem.
fn told(products: &Products) -> Vec<String> {
    products.problems.iter().map(line).collect()
}

/// Article numbers and their rows.
fn rows(products: &Products) -> Vec<(&str, u32)> {
    let rows = products.products.iter();
    rows.map(|(product, row)| (product.sku.as_str(), *row))
        .collect()
}
