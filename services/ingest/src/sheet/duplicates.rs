//! Two rows about one article, or about two that nobody can tell apart.

use std::collections::BTreeMap;

use schemas::stock::Product;

use super::{
    cell,
    products::{Products, Skipped},
    sku,
    table::Row,
};

/// Decides between rows about the same article, or about articles that look the same.
pub(super) fn settle(found: Vec<(Product, Row<'_>)>, products: &mut Products) {
    let mut alike: BTreeMap<String, Vec<(Product, Row<'_>)>> = BTreeMap::new();
    for (product, row) in found {
        let seen = alike.entry(sku::skeleton(&product.sku)).or_default();
        seen.push((product, row));
    }
    for group in alike.into_values() {
        let first = group
            .first()
            .map(|(product, row)| (product.sku.clone(), row.number));
        let Some((sku, number)) = first else { continue };
        let (same, lookalikes): (Vec<_>, Vec<_>) = group
            .into_iter()
            .partition(|(product, _)| product.sku == sku);
        for (product, row) in lookalikes {
            let problem = format!(
                "{} не отличить на глаз от «{sku}» в строке {number} (русские и латинские буквы, регистр, тире); \
                 дайте товарам разные артикулы или удалите лишнюю строку",
                cell::quoted(product.sku.as_str()),
            );
            products.problems.push(row.problem("sku", problem));
            products.set_aside.insert(product.sku);
        }
        settle_same(same, products);
    }
    products.products.sort_by_key(|(_, row)| *row);
    products.skipped.sort_by_key(|(row, _)| *row);
    products.problems.sort_by_key(|problem| problem.row);
}

/// Rows with one article number: one counts when all say the same, none when they differ.
fn settle_same(same: Vec<(Product, Row<'_>)>, products: &mut Products) {
    let differ = same.windows(2).any(|pair| match pair {
        [(one, _), (other, _)] => one != other,
        _ => false,
    });
    let rows: Vec<u32> = same.iter().map(|(_, row)| row.number).collect();
    let first = rows.first().copied().unwrap_or_default();
    for (product, row) in same {
        if differ {
            let others: Vec<_> = rows.iter().filter(|other| **other != row.number).collect();
            let others: Vec<_> = others.into_iter().map(u32::to_string).collect();
            let problem = format!(
                "{} стоит и в строке {}, но с другими данными; оставьте одну строку",
                cell::quoted(product.sku.as_str()),
                others.join(", "),
            );
            products.problems.push(row.problem("sku", problem));
            products.set_aside.insert(product.sku);
        } else if row.number == first {
            products.products.push((product, first));
        } else {
            products
                .skipped
                .push((row.number, Skipped::Repeat { of: first }));
        }
    }
}
