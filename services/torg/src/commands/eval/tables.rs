//! The report of `torg eval` as tables for people.

use std::io::IsTerminal as _;

use comfy_table::{Cell, CellAlignment, Table, presets};
use language::eval::{Figures, Report, Share};
use schemas::conversation::Intent;

use super::{COVERAGE, PRECISION, Printed};
use crate::output;

/// Prints everything, the most important first.
pub(super) fn print(printed: &Printed<'_>) -> anyhow::Result<()> {
    let report = printed.report;
    let acts = printed.threshold.map_or_else(
        || "each intent's own threshold".to_owned(),
        |threshold| format!("threshold {threshold}"),
    );
    output::line(&format!(
        "{} messages, {acts}, model {}, bank {}\n",
        report.lines, printed.model, printed.bank
    ))?;
    output::line(&whole(report).to_string())?;
    output::line("\nEvery intent: taken for it, acted on as it\n")?;
    output::line(&intents(report).to_string())?;
    output::line("\nProbability against truth\n")?;
    output::line(&bins(report).to_string())?;
    output::line("\nRows are what was meant, columns what it was taken for\n")?;
    output::line(&confusion(report).to_string())
}

fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    if !std::io::stdout().is_terminal() {
        table.set_width(150);
    }
    table.set_header(head);
    table
}

fn number(text: impl ToString) -> Cell {
    Cell::new(text.to_string()).set_alignment(CellAlignment::Right)
}

/// `0.972`, and nothing when there was nothing to count.
fn ratio(share: Option<f64>) -> Cell {
    number(share.map_or_else(String::new, |share| format!("{share:.3}")))
}

/// `344 of 354 · 0.972 (0.949–0.985)`.
fn counted(share: Share) -> Cell {
    let Share {
        part,
        of,
        share,
        low,
        high,
    } = share;
    number(share.map_or_else(
        || "none".to_owned(),
        |share| format!("{part} of {of} · {share:.3} ({low:.3}–{high:.3})"),
    ))
}

fn whole(report: &Report) -> Table {
    let mut table = table(&[
        "",
        "right",
        "acted on",
        "right of those acted on",
        "off-topic acted on as an ask",
    ]);
    let mut add = |name: &str, figures: &Figures| {
        table.add_row(vec![
            Cell::new(name),
            counted(figures.accuracy),
            counted(figures.coverage),
            counted(figures.precision),
            counted(figures.off_topic_acted_on),
        ]);
    };
    add("all", &report.figures);
    for row in &report.languages {
        add(row.language.as_str(), &row.figures);
    }
    table.add_row(vec![
        Cell::new("wanted"),
        Cell::new(""),
        number(format!("at least {COVERAGE}")),
        number(format!("at least {PRECISION}")),
        number(format!("calibration error {:.3}", report.calibration_error)),
    ]);
    table
}

fn intents(report: &Report) -> Table {
    let mut table = table(&[
        "intent",
        "lines",
        "precision",
        "recall",
        "threshold",
        "acted on",
        "right of those acted on as it",
    ]);
    for row in &report.intents {
        table.add_row(vec![
            Cell::new(row.intent.as_str()),
            number(row.recall.of),
            ratio(row.precision.share),
            ratio(row.recall.share),
            ratio(row.threshold),
            ratio(row.coverage.share),
            counted(row.precision_acted_on),
        ]);
    }
    table
}

fn bins(report: &Report) -> Table {
    let mut table = table(&["probability", "lines", "mean", "right"]);
    for bin in report.bins.iter().filter(|bin| bin.accuracy.of > 0) {
        table.add_row(vec![
            Cell::new(format!("{:.1}–{:.1}", bin.from, bin.to)),
            number(bin.accuracy.of),
            ratio(bin.confidence),
            ratio(bin.accuracy.share),
        ]);
    }
    table
}

fn confusion(report: &Report) -> Table {
    let short = |intent: Intent| intent.as_str().replace('_', "\n");
    let mut head = vec![String::new()];
    head.extend(Intent::ALL.map(short));
    let mut table = table(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for (intent, row) in Intent::ALL.into_iter().zip(&report.confusion) {
        let mut cells = vec![Cell::new(intent.as_str())];
        cells.extend(row.iter().map(|count| match count {
            0 => number("·"),
            count => number(count),
        }));
        table.add_row(cells);
    }
    table
}
