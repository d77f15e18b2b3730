//! `GET /products`: what the sheet says of each article, and what is wrong in the sheet.

use askama::Template;
use axum::{extract::Query, response::Response};
use domain::Shop;
use schemas::{AggregateKey, Kopecks, ShopId, shop::SheetProblem, stock::Quantity};
use serde::Deserialize;
use sqlx::types::Json;

use super::{
    Failure, Seen,
    frame::{Frame, Visit},
    moments::{Clock, Moment},
    page, state,
};

/// Which shop.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Of {
    #[serde(default)]
    pub(crate) shop: String,
}

struct Product {
    sku: String,
    name: String,
    price: String,
    quantity: String,
    /// Whether there is any.
    there: bool,
    category: String,
    place: String,
    shown: bool,
}

/// One tab of the sheet.
struct Tab {
    name: String,
    rows: u32,
    revision: String,
    read: Option<Moment>,
    problems: Vec<SheetProblem>,
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "products.html")]
struct Products {
    f: Frame,
    shop: String,
    tabs: Vec<Tab>,
    products: Vec<Product>,
    sound: bool,
}

type Row = (
    String,
    String,
    Json<Quantity>,
    i64,
    Option<String>,
    String,
    i32,
    bool,
);

/// `GET /products`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Failure> {
    let f = Frame::new(&site, visit, "products").await?;
    let shop = f.shop(&of.shop).map(|shop| shop.id.clone());
    let shop = shop.unwrap_or_default();
    let mut reading = site.rows(&shop).await?;
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT sku, name, quantity, price, category, revision, row_number, shown FROM product \
         WHERE shop = $1 ORDER BY shown DESC, category NULLS LAST, name, sku",
    )
    .bind(&shop)
    .fetch_all(&mut *reading)
    .await?;
    drop(reading);
    let products = rows.into_iter().map(|row| product(row, &f)).collect();
    let known = match ShopId::new(&shop) {
        Ok(id) => site.log.load::<Shop>(&AggregateKey::shop(&id)).await?.state,
        Err(_) => std::sync::Arc::default(),
    };
    let tabs = tabs(&known, &f.clock(&shop));
    let sound = tabs
        .iter()
        .all(|tab| tab.problems.is_empty() && tab.refused.is_none());
    page(&Products {
        f,
        shop,
        tabs,
        products,
        sound,
    })
}

fn product(row: Row, f: &Frame) -> Product {
    let (sku, name, Json(quantity), price, category, revision, number, shown) = row;
    let revision: String = revision.chars().take(8).collect();
    Product {
        sku,
        name,
        price: state::money(Kopecks::new(price)),
        there: quantity.in_stock(),
        quantity: state::quantity(&quantity, f.w),
        category: category.unwrap_or_default(),
        place: format!("{revision} · {} {number}", f.w.row),
        shown,
    }
}

/// Every tab that was read or refused.
fn tabs(shop: &Shop, clock: &Clock) -> Vec<Tab> {
    let read = shop.sheets().map(|sheet| Tab {
        name: sheet.tab.clone(),
        rows: sheet.rows,
        revision: sheet.revision.chars().take(8).collect(),
        read: Some(clock.tell(sheet.read_at)),
        problems: sheet.problems.clone(),
        refused: shop.refused(&sheet.tab).map(|why| why.reason.clone()),
    });
    let refused = shop.refusals();
    let refused = refused.filter(|why| shop.sheet(&why.tab).is_none());
    let refused = refused.map(|why| Tab {
        name: why.tab.clone(),
        rows: 0,
        revision: why.revision.chars().take(8).collect(),
        read: None,
        problems: Vec::new(),
        refused: Some(why.reason.clone()),
    });
    read.chain(refused).collect()
}
