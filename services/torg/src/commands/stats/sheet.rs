//! `torg stats SHOP --sheet`: the figures of the console's page, each with what it means.

use std::path::PathBuf;

use anyhow::Context as _;
use comfy_table::{Cell, CellAlignment, Table};
use console::figures::{Figure, Ledger, Period, Sheet, Slice, Unit};
use domain::Shop;
use eventlog::EventLog;
use jiff::tz::TimeZone;
use schemas::{AggregateKey, Kopecks, ShopId};

use super::tables::{duration, share, table};
use crate::output::{self, FOUND_FAULTS};

/// Counts and prints.
pub(super) async fn print(
    log: &EventLog,
    shop: &ShopId,
    period: Period,
    runtime: PathBuf,
    json: bool,
) -> anyhow::Result<u8> {
    let known = log.load::<Shop>(&AggregateKey::shop(shop)).await?.state;
    let zone = known.settings().map(|settings| settings.timezone.as_str());
    let zone = zone.context("the shop was never added")?;
    let zone = TimeZone::get(zone).with_context(|| format!("{zone} is no time zone"))?;
    let sheet = Ledger::new(log.clone(), runtime)
        .sheet(shop, period, &zone)
        .await?;
    if json {
        output::json(&sheet)?;
    } else {
        tell(&sheet)?;
    }
    Ok(match sheet.unreadable {
        0 => 0,
        _ => FOUND_FAULTS,
    })
}

fn tell(sheet: &Sheet) -> anyhow::Result<()> {
    let mut all = table(&["figure", "value", "what it means"]);
    for figure in &sheet.figures {
        let value = Cell::new(value(figure)).set_alignment(CellAlignment::Right);
        let name = Cell::new(figure.told.name_en);
        all.add_row(vec![name, value, Cell::new(figure.told.means_en)]);
    }
    output::line(&all.to_string())?;
    for figure in sheet
        .figures
        .iter()
        .filter(|figure| !figure.parts.is_empty())
    {
        output::line(&format!("\n{}\n", figure.told.name_en))?;
        output::line(&parts(figure).to_string())?;
    }
    if sheet.unreadable > 0 {
        let left_out = sheet.unreadable;
        output::line(&format!(
            "\n{left_out} commits cannot be read and are left out; `torg verify` says which"
        ))?;
    }
    Ok(())
}

fn value(figure: &Figure) -> String {
    match (figure.share, figure.value) {
        (Some(of), _) => share(of),
        (None, Some(value)) => amount(value, figure.unit),
        (None, None) => "none".to_owned(),
    }
}

fn amount(value: f64, unit: Unit) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts, milliseconds and sums are whole, and far below the limits"
    )]
    match unit {
        Unit::Count => (value as u64).to_string(),
        Unit::Share => format!("{value:.3}"),
        Unit::Milliseconds => duration(value as u64),
        Unit::Kopecks => Kopecks::new(value as i64).to_string(),
    }
}

fn parts(figure: &Figure) -> Table {
    // A funnel's stages are counted, whatever the figure itself is.
    let unit = match figure.unit {
        Unit::Share => Unit::Count,
        unit => unit,
    };
    let mut all = table(&["", "value", ""]);
    for part in &figure.parts {
        let Slice {
            id,
            name,
            value,
            share: of,
            examples,
            ..
        } = part;
        let beside = match (of, name) {
            (Some(of), _) => share(*of),
            (None, Some(name)) => name.clone(),
            (None, None) => examples.join(" · "),
        };
        let value = Cell::new(amount(*value, unit)).set_alignment(CellAlignment::Right);
        all.add_row(vec![Cell::new(id), value, Cell::new(beside)]);
    }
    all
}
