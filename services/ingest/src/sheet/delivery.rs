//! The delivery tab: where to, for how much, how long.

use std::collections::BTreeSet;

use schemas::{Kopecks, shop::DeliveryRow, shop::SheetProblem};

use super::{
    Table, TableError, cell,
    cells::Cells,
    header::{Tab, column},
    price::{PriceFault, price},
    reading::{self, Reading, Understood},
    sku,
    table::Row,
};

/// The delivery tab and its columns.
pub const TAB: Tab = Tab {
    name: "delivery",
    columns: &[
        column("region", &["регион", "город", "region", "city"], true),
        column(
            "price",
            &[
                "цена",
                "стоимость",
                "price",
                "ценадоставки",
                "стоимостьдоставки",
            ],
            true,
        ),
        column(
            "days",
            &["срок", "days", "дни", "дней", "срокдоставки"],
            false,
        ),
    ],
};
/// Longest region or term, in characters: both stand in replies.
const LONGEST: usize = 200;
const FREE: [&str; 5] = ["бесплатно", "бесплатная", "бесплатный", "даром", "free"];
/// What sellers call all that is not named, folded.
const EVERYWHERE: [&str; 10] = [
    "вся россия",
    "по всей россии",
    "россия",
    "остальная россия",
    "остальные регионы",
    "другие регионы",
    "остальные",
    "другие города",
    "russia",
    "other",
];

/// Why a cell is no price of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("впишите одну сумму, например 350, или «бесплатно»")]
    Empty,
    #[error(
        "покупателю называют точную цену; впишите одну сумму, например 350, или «бесплатно», а если цена каждый раз \
         разная, удалите строку — на такой вопрос ответите вы"
    )]
    Unclear,
    #[error(transparent)]
    Price(PriceFault),
}

/// Why a cell is no term of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum TermFault {
    #[error(transparent)]
    Text(cell::TextFault),
    #[error("таблица сделала из срока дату; задайте колонке формат «Текст» и впишите срок снова")]
    Date,
}

/// Reads the content of the delivery tab.
///
/// A region that is set aside must not be answered with the price of «Вся Россия»: as long as one is, that row is set
/// aside too.
///
/// # Errors
/// [`TableError`] when it is no table with the columns that it needs; keep the last good reading.
pub fn parse(bytes: &[u8]) -> Result<Reading<DeliveryRow>, TableError> {
    Table::parse(bytes, &TAB).map(|table| read(&table))
}

/// Reads every row of a table of [`TAB`].
#[must_use]
pub fn read(table: &Table) -> Reading<DeliveryRow> {
    let same =
        |one: &DeliveryRow, other: &DeliveryRow| one.price == other.price && one.days == other.days;
    let mut reading = reading::read(table, "region", understand, same);
    hold_back_everywhere(table, &mut reading);
    reading
}

fn understand(row: &Row<'_>) -> Result<Understood<DeliveryRow>, Vec<SheetProblem>> {
    let mut cells = Cells::new(row);
    let region = cells.required("region", |cell| cell::text(cell, LONGEST));
    let price = cells.required("price", delivery_price);
    let days = cells.optional("days", term);
    match (region, price) {
        (Some(region), Some(price)) if cells.problems.is_empty() => Ok(Understood {
            remark: None,
            keys: BTreeSet::from([place(&region)]),
            value: DeliveryRow {
                row: row.number,
                region,
                price,
                days,
            },
        }),
        _ => Err(cells.problems),
    }
}

fn delivery_price(cell: &str) -> Result<Kopecks, Fault> {
    if FREE.contains(&cell::fold(cell).as_str()) {
        return Ok(Kopecks::default());
    }
    match price(cell) {
        Ok(price) => Ok(price),
        Err(PriceFault::Zero) => Ok(Kopecks::default()),
        Err(PriceFault::Empty) => Err(Fault::Empty),
        Err(PriceFault::Words | PriceFault::Range) => Err(Fault::Unclear),
        Err(fault) => Err(Fault::Price(fault)),
    }
}

/// A term as it is written. A dash between two numbers is what spreadsheets make dates of.
fn term(cell: &str) -> Result<String, TermFault> {
    let term = cell::text(cell, LONGEST).map_err(TermFault::Text)?;
    if sku::is_date(&term) {
        return Err(TermFault::Date);
    }
    Ok(term)
}

/// What makes two regions the same: letter case, `ё` and a leading «г.» do not matter.
fn place(region: &str) -> String {
    let folded = cell::fold(region);
    let bare = ["г.", "г ", "город "]
        .iter()
        .find_map(|prefix| folded.strip_prefix(prefix));
    bare.map_or(folded.as_str(), str::trim).to_owned()
}

fn hold_back_everywhere(table: &Table, reading: &mut Reading<DeliveryRow>) {
    let header = table.header_row();
    let everywhere = |row: &DeliveryRow| EVERYWHERE.contains(&place(&row.region).as_str());
    let broken = reading.problems.iter().find(|one| one.row != header);
    let Some(broken) = broken.map(|problem| problem.row) else {
        return;
    };
    let held: BTreeSet<u32> = reading
        .rows
        .iter()
        .filter(|row| everywhere(row))
        .map(|row| row.row)
        .collect();
    reading.rows.retain(|row| !held.contains(&row.row));
    for row in table.rows().filter(|row| held.contains(&row.number)) {
        let problem = format!(
            "{} не действует, пока не исправлена строка {broken}: иначе эту цену назовут и тем, для кого та строка",
            cell::quoted(row.cell("region").unwrap_or_default()),
        );
        reading.problems.push(row.problem("region", problem));
    }
    reading.problems.sort_by_key(|problem| problem.row);
}
