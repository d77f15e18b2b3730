//! `torg orders`: what was ordered, as the rows of the cart service have it.

mod csv;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use cart::orders::{self, Filter, OrderRow, STAGES};
use clap::{Args, Subcommand, builder::PossibleValuesParser};
use comfy_table::{ContentArrangement, Table, presets};
use eventlog::project::Reader;
use schemas::{Personal, ShopId, conversation::Delivery};

use crate::{output, places::Where};

/// What to do with orders.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List a shop's orders, the newest first
    List(List),
    /// Show one order with everything that is known of it
    Show(Show),
    /// Write all orders as a table for a spreadsheet, one line for each article (CSV)
    Export(Export),
}

/// Which orders are meant.
#[derive(Args)]
struct Which {
    /// The shop
    shop: ShopId,
    /// Only orders at this stage; may be given several times
    #[arg(long = "stage", value_name = "STAGE", value_parser = PossibleValuesParser::new(STAGES))]
    stages: Vec<String>,
}

/// Options of `torg orders list`.
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    which: Which,
    /// At most so many
    #[arg(long, value_name = "N", default_value = "50")]
    limit: u32,
    /// Print each order as a JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `torg orders show`.
#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// The order: its code, as K4T-9QD, or its id
    order: String,
    /// Print it as a JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `torg orders export`.
#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    which: Which,
    /// Into this file, which must not be there yet; unset: print it
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// What stands between cells; spreadsheets set up in Russian expect a semicolon
    #[arg(long, value_name = "CHAR", default_value = ",", value_parser = separator)]
    separator: char,
}

fn separator(text: &str) -> Result<char, String> {
    match text {
        "," => Ok(','),
        ";" => Ok(';'),
        _ => Err("write \",\" or \";\"".to_owned()),
    }
}

/// Lists, shows or exports.
pub(crate) fn run(command: Command) -> ExitCode {
    output::finish(async move {
        match command {
            Command::List(list) => print_list(&list).await?,
            Command::Show(show) => print_one(&show).await?,
            Command::Export(export) => write_all(&export).await?,
        }
        Ok(0)
    })
}

/// How many orders are asked for at once.
const PAGE: u32 = 500;

async fn page(
    reader: &Reader,
    which: &Which,
    last: Option<&OrderRow>,
    limit: u32,
) -> anyhow::Result<Vec<OrderRow>> {
    let filter = Filter {
        stages: which.stages.clone(),
        after: last.map(|row| (row.submitted_at, row.id)),
        ..Filter::default()
    };
    let rows = orders::list(reader, &which.shop, &filter, limit).await;
    rows.context("while reading the orders; has the cart service ever run on this database?")
}

async fn print_list(list: &List) -> anyhow::Result<()> {
    let reader = cart::reader(list.place.pool().await?);
    let rows = page(&reader, &list.which, None, list.limit).await?;
    if list.json {
        return rows.iter().try_for_each(output::json);
    }
    if rows.is_empty() {
        return output::line("no orders");
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header([
            "order", "when", "stage", "what", "total", "buyer", "invoice",
        ]);
    for row in &rows {
        table.add_row([
            row.code.clone(),
            minute(&row.submitted_at),
            stage(row),
            what(row),
            row.terms.total.to_string(),
            open(row.recipient.name.as_ref()),
            number(row.invoice),
        ]);
    }
    output::line(&table.to_string())
}

async fn print_one(show: &Show) -> anyhow::Result<()> {
    let reader = cart::reader(show.place.pool().await?);
    let found = orders::find(&reader, &show.shop, &show.order).await;
    let found = found
        .context("while reading the orders; has the cart service ever run on this database?")?;
    let row = found.with_context(|| {
        format!(
            "shop {} has no order {:?}; `torg orders list {}` lists them",
            show.shop, show.order, show.shop
        )
    })?;
    if show.json {
        return output::json(&row);
    }
    output::line(&format!("{}  {}", row.code, row.id))?;
    output::line(&format!("  stage         {}", stage(&row)))?;
    output::line(&format!("  conversation  {}", row.conversation))?;
    output::line(&format!("  ordered       {}", row.submitted_at))?;
    for line in &row.terms.lines {
        let sum = line.sum().unwrap_or_default();
        output::line(&format!(
            "  {} × {} ({}) at {} = {sum}",
            line.pieces, line.name, line.sku, line.price
        ))?;
    }
    output::line(&format!(
        "  delivery      {}",
        delivery(&row.terms.delivery)
    ))?;
    output::line(&format!("  total         {}", row.terms.total))?;
    for (name, value) in [
        ("name", &row.recipient.name),
        ("phone", &row.recipient.phone),
        ("e-mail", &row.recipient.email),
    ] {
        if value.is_some() {
            output::line(&format!("  {name:<12}  {}", open(value.as_ref())))?;
        }
    }
    for (name, value) in [("because", &row.because), ("reason", &row.reason)] {
        if let Some(value) = value {
            output::line(&format!("  {name:<12}  {value}"))?;
        }
    }
    for short in &row.short {
        output::line(&format!(
            "  missing       {}: {} wanted, {} left",
            short.sku, short.wanted, short.left
        ))?;
    }
    for mark in &row.marks {
        output::line(&format!("  noted         {mark}"))?;
    }
    match row.invoice {
        Some(invoice) => output::line(&format!("  invoice       {invoice}")),
        None => Ok(()),
    }
}

const HEADER: [&str; 17] = [
    "order",
    "ordered_at",
    "stage",
    "sku",
    "name",
    "pieces",
    "price",
    "list_price",
    "sum",
    "delivery",
    "delivery_price",
    "order_total",
    "buyer",
    "phone",
    "email",
    "invoice",
    "conversation",
];

async fn write_all(export: &Export) -> anyhow::Result<()> {
    let reader = cart::reader(export.place.pool().await?);
    let mut out: Box<dyn Write + Send> = match &export.file {
        Some(path) => {
            let file = File::create_new(path);
            Box::new(file.with_context(|| format!("{} cannot be written", path.display()))?)
        }
        None => Box::new(std::io::stdout()),
    };
    let mut out = BufWriter::new(&mut out);
    // The mark by which spreadsheets know that it is UTF-8.
    out.write_all("\u{feff}".as_bytes())?;
    let header = HEADER.map(str::to_owned);
    out.write_all(csv::row(&header, export.separator).as_bytes())?;
    let mut last: Option<OrderRow> = None;
    loop {
        let rows = page(&reader, &export.which, last.as_ref(), PAGE).await?;
        for row in &rows {
            for cells in table_rows(row) {
                out.write_all(csv::row(&cells, export.separator).as_bytes())?;
            }
        }
        match rows.into_iter().next_back() {
            Some(row) => last = Some(row),
            None => break,
        }
    }
    out.flush()?;
    Ok(())
}

/// An order as lines of the table, one for each article.
fn table_rows(row: &OrderRow) -> impl Iterator<Item = [String; 17]> {
    row.terms.lines.iter().map(|line| {
        [
            row.code.clone(),
            row.submitted_at.to_string(),
            row.stage.clone(),
            line.sku.to_string(),
            line.name.clone(),
            line.pieces.to_string(),
            line.price.to_string(),
            line.list_price.to_string(),
            line.sum().unwrap_or_default().to_string(),
            delivery(&row.terms.delivery),
            row.terms.delivery.price().to_string(),
            row.terms.total.to_string(),
            open(row.recipient.name.as_ref()),
            open(row.recipient.phone.as_ref()),
            open(row.recipient.email.as_ref()),
            number(row.invoice),
            row.conversation.to_string(),
        ]
    })
}

fn what(row: &OrderRow) -> String {
    let lines = row.terms.lines.iter();
    let lines = lines.map(|line| format!("{} × {}", line.pieces, line.name));
    lines.collect::<Vec<_>>().join(", ")
}

/// The stage, and the newest of what was noted since.
fn stage(row: &OrderRow) -> String {
    let newest = row.marks.last().and_then(|mark| mark.get("what")?.as_str());
    match newest {
        Some(mark) => format!("{}, {mark}", row.stage),
        None => row.stage.clone(),
    }
}

fn delivery(delivery: &Delivery) -> String {
    match delivery {
        Delivery::Pickup => "pickup".to_owned(),
        Delivery::Shipped { place, address, .. } => match open(address.as_ref()) {
            address if address.is_empty() => place.clone(),
            address => format!("{place}, {address}"),
        },
    }
}

fn open(value: Option<&Personal<String>>) -> String {
    value.map_or_else(String::new, |value| value.text().to_owned())
}

fn number(invoice: Option<u64>) -> String {
    invoice.map_or_else(String::new, |number| number.to_string())
}

/// To the minute, in UTC.
fn minute(at: &jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
