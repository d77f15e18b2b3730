//! The rules tab: what the bot may decide by itself. A rule that is not understood to the letter is not in force.

use std::collections::BTreeSet;

use schemas::{
    Kopecks,
    shop::{Rule, RuleRow, SheetProblem},
    stock::Quantity,
};

use super::{
    Table, TableError, cell,
    cells::Cells,
    header::{Tab, column},
    price::{PriceFault, price},
    quantity::quantity,
    reading::{self, Reading, Understood},
    sku,
    table::Row,
};

/// The rules tab and its columns.
pub const TAB: Tab = Tab {
    name: "rules",
    columns: &[
        column(
            "name",
            &["name", "название", "правило", "параметр", "rule"],
            true,
        ),
        column("value", &["value", "значение"], true),
    ],
};
/// Largest discount that is believed, percent.
const MOST_PERCENT: u32 = 90;
/// Most pieces and hours that are believed.
const MOST_PIECES: u32 = 1_000_000;
const MOST_HOURS: u32 = 8_760;
/// Most regions in one rule.
const MOST_REGIONS: usize = 200;
/// The names that are shown where one is not known.
const KNOWN: &str = "«максимальная скидка, %», «скидка от 3 шт, %», «бесплатная доставка от», \
     «города бесплатной доставки», «опт от, шт», «минимальный заказ», «резерв, часов», «подарок от», «подарок»";

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    MaxDiscount,
    Quantity(u32),
    FreeFrom,
    FreeRegions,
    Wholesale,
    MinOrder,
    Reserve,
    GiftFrom,
    Gift,
}

/// Names as [`words`] leaves them. Units are part of a name: a discount in rubles is not one in percent.
const NAMES: [(&str, Name); 32] = [
    ("max discount percent", Name::MaxDiscount),
    ("max discount", Name::MaxDiscount),
    ("максимальная скидка", Name::MaxDiscount),
    ("максимальная скидка процентов", Name::MaxDiscount),
    ("макс скидка", Name::MaxDiscount),
    ("free delivery from", Name::FreeFrom),
    ("бесплатная доставка от", Name::FreeFrom),
    ("бесплатная доставка от руб", Name::FreeFrom),
    ("бесплатная доставка от рублей", Name::FreeFrom),
    ("free delivery regions", Name::FreeRegions),
    ("города бесплатной доставки", Name::FreeRegions),
    ("регионы бесплатной доставки", Name::FreeRegions),
    ("wholesale from pieces", Name::Wholesale),
    ("опт от", Name::Wholesale),
    ("опт от шт", Name::Wholesale),
    ("опт от штук", Name::Wholesale),
    ("min order", Name::MinOrder),
    ("минимальный заказ", Name::MinOrder),
    ("минимальный заказ руб", Name::MinOrder),
    ("минимальная сумма заказа", Name::MinOrder),
    ("минимальная сумма заказа руб", Name::MinOrder),
    ("reserve hours", Name::Reserve),
    ("резерв часов", Name::Reserve),
    ("резерв ч", Name::Reserve),
    ("резерв в часах", Name::Reserve),
    ("gift from", Name::GiftFrom),
    ("подарок от", Name::GiftFrom),
    ("подарок от руб", Name::GiftFrom),
    ("gift sku", Name::Gift),
    ("подарок", Name::Gift),
    ("подарок артикул", Name::Gift),
    ("артикул подарка", Name::Gift),
];

/// Why a row is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("такого правила нет; есть {KNOWN}")]
    Unknown,
    #[error("нужно целое число процентов от 0 до {MOST_PERCENT}, например 5")]
    Percent,
    #[error("нужно целое число от {least} до {most}, например {example}")]
    Number { least: u32, most: u32, example: u32 },
    #[error("скидка от одной штуки — это просто другая цена; впишите её в таблицу товаров")]
    OnePiece,
    #[error("нужны города или регионы через точку с запятой, например «Москва; Казань»")]
    Regions,
    #[error("нужна одна сумма в рублях, например 5000")]
    Amount,
    #[error(transparent)]
    Price(PriceFault),
    #[error(transparent)]
    Sku(sku::SkuFault),
}

/// Reads the content of the rules tab.
///
/// When the regions of free delivery are set aside, so is the sum from which it is free: without them it would be so
/// everywhere.
///
/// # Errors
/// [`TableError`] when it is no table with the columns that it needs; keep the last good reading.
pub fn parse(bytes: &[u8]) -> Result<Reading<RuleRow>, TableError> {
    Table::parse(bytes, &TAB).map(|table| read(&table))
}

/// Reads every row of a table of [`TAB`].
#[must_use]
pub fn read(table: &Table) -> Reading<RuleRow> {
    let same = |one: &RuleRow, other: &RuleRow| one.rule == other.rule;
    let mut reading = reading::read(table, "name", understand, same);
    hold_back_free_delivery(table, &mut reading);
    reading
}

fn understand(row: &Row<'_>) -> Result<Understood<RuleRow>, Vec<SheetProblem>> {
    let mut cells = Cells::new(row);
    let Some(name) = cells.required("name", |cell| named(&words(cell))) else {
        return Err(cells.problems);
    };
    match cells.required("value", |cell| rule(name, cell)) {
        Some(rule) => Ok(Understood {
            remark: None,
            value: RuleRow {
                row: row.number,
                rule,
            },
            keys: BTreeSet::from([format!("{name:?}")]),
        }),
        None => Err(cells.problems),
    }
}

/// A name's words and numbers: case, signs and underscores do not matter.
pub(super) fn words(name: &str) -> String {
    let folded = cell::fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn named(words: &str) -> Result<Name, Fault> {
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == words) {
        return Ok(*name);
    }
    let from = [
        ("discount from ", &["pieces", "piece", "pcs"][..]),
        ("скидка от ", &["шт", "штук", "штуки"][..]),
    ];
    let pieces = from.iter().find_map(|(before, units)| {
        let (pieces, unit) = words.strip_prefix(before)?.split_once(' ')?;
        let percent = unit.split_once(' ').map_or(unit, |(unit, percent)| {
            if matches!(percent, "percent" | "процентов") {
                unit
            } else {
                ""
            }
        });
        units.contains(&percent).then_some(pieces)
    });
    match pieces.ok_or(Fault::Unknown)?.parse() {
        Ok(1) => Err(Fault::OnePiece),
        Ok(pieces) if (2..=MOST_PIECES).contains(&pieces) => Ok(Name::Quantity(pieces)),
        _ => Err(Fault::Unknown),
    }
}

fn rule(name: Name, cell: &str) -> Result<Rule, Fault> {
    Ok(match name {
        Name::MaxDiscount => Rule::MaxDiscountPercent(percent(cell)?),
        Name::Quantity(from_pieces) => Rule::QuantityDiscount {
            from_pieces,
            percent: percent(cell)?,
        },
        Name::FreeFrom => Rule::FreeDeliveryFrom(amount(cell)?),
        Name::FreeRegions => Rule::FreeDeliveryRegions(regions(cell)?),
        Name::Wholesale => Rule::WholesaleFromPieces(pieces(cell)?),
        Name::MinOrder => Rule::MinOrder(amount(cell)?),
        Name::Reserve => Rule::ReserveHours(hours(cell)?),
        Name::GiftFrom => Rule::GiftFrom(amount(cell)?),
        Name::Gift => Rule::GiftSku(sku::read(cell).map_err(Fault::Sku)?),
    })
}

fn percent(cell: &str) -> Result<u32, Fault> {
    let folded = cell::fold(cell);
    let bare = ["%", "процентов", "процента", "процент", "percent"]
        .iter()
        .find_map(|unit| folded.strip_suffix(unit));
    let number = bare.unwrap_or(&folded).trim();
    whole(number)
        .filter(|percent| *percent <= MOST_PERCENT)
        .ok_or(Fault::Percent)
}

/// Digits, and a fraction of zeros at the most: `5`, `5,00`.
fn whole(number: &str) -> Option<u32> {
    let (whole, fraction) = number.split_once([',', '.']).unwrap_or((number, "0"));
    let zeros = (1..=2).contains(&fraction.len()) && fraction.bytes().all(|b| b == b'0');
    let digits = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    whole.parse().ok().filter(|_| zeros && digits)
}

/// A sum from which something holds; 0 is always.
fn amount(cell: &str) -> Result<Kopecks, Fault> {
    match price(cell) {
        Ok(price) => Ok(price),
        Err(PriceFault::Zero) => Ok(Kopecks::default()),
        Err(PriceFault::Empty | PriceFault::Words | PriceFault::Range) => Err(Fault::Amount),
        Err(fault) => Err(Fault::Price(fault)),
    }
}

fn pieces(cell: &str) -> Result<u32, Fault> {
    match quantity(cell) {
        Ok(Quantity::Pieces(pieces)) if pieces >= 2 => Ok(pieces),
        Ok(_) | Err(_) => Err(Fault::Number {
            least: 2,
            most: MOST_PIECES,
            example: 10,
        }),
    }
}

fn hours(cell: &str) -> Result<u32, Fault> {
    let folded = cell::fold(cell);
    let bare = ["часов", "часа", "час", "ч.", "ч", "hours", "h"]
        .iter()
        .find_map(|unit| folded.strip_suffix(unit));
    whole(bare.unwrap_or(&folded).trim())
        .filter(|hours| (1..=MOST_HOURS).contains(hours))
        .ok_or(Fault::Number {
            least: 1,
            most: MOST_HOURS,
            example: 24,
        })
}

fn regions(cell: &str) -> Result<Vec<String>, Fault> {
    if cell::is_formula_error(&cell::fold(cell)) {
        return Err(Fault::Regions);
    }
    let regions = cell.split([';', ',', '\n', '\r']).map(cell::clean);
    let regions: Vec<String> = regions.filter(|region| !region.is_empty()).collect();
    let named = |region: &String| region.contains(char::is_alphabetic);
    if regions.is_empty() || regions.len() > MOST_REGIONS || !regions.iter().all(named) {
        return Err(Fault::Regions);
    }
    Ok(regions)
}

fn hold_back_free_delivery(table: &Table, reading: &mut Reading<RuleRow>) {
    let is_regions = |row: &Row<'_>| {
        let name = row.cell("name").map(words).unwrap_or_default();
        named(&name) == Ok(Name::FreeRegions)
    };
    let set_aside: BTreeSet<u32> = reading.problems.iter().map(|one| one.row).collect();
    let mut broken = table.rows().filter(|row| set_aside.contains(&row.number));
    let Some(broken) = broken.find(is_regions) else {
        return;
    };
    let is_sum = |one: &RuleRow| matches!(one.rule, Rule::FreeDeliveryFrom(_));
    let Some(at) = reading.rows.iter().position(is_sum) else {
        return;
    };
    let held = reading.rows.remove(at);
    let row = table.rows().find(|row| row.number == held.row);
    reading.problems.extend(row.map(|row| {
        let problem = format!(
            "{} не действует, пока не исправлена строка {}: иначе доставка станет бесплатной везде",
            cell::quoted(row.cell("name").unwrap_or_default()),
            broken.number,
        );
        row.problem("name", problem)
    }));
    reading.problems.sort_by_key(|problem| problem.row);
}
