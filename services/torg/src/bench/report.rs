//! What was measured, as a table for people and as JSON lines for programs.

use std::io::IsTerminal as _;

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde::Serialize;

use super::machine::Machine;
use crate::output;

/// One figure beside its target and its baseline.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    bench: &'static str,
    what: String,
    unit: &'static str,
    measured: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<bool>,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

#[derive(Debug, Serialize)]
struct Baseline {
    what: &'static str,
    value: f64,
}

/// What the design wants.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    /// The figure is at the most this.
    AtMost(f64),
    /// The figure is at least this.
    AtLeast(f64),
    /// The ratio to the baseline is at the most this.
    RatioAtMost(f64),
    /// The ratio to the baseline is at least this.
    RatioAtLeast(f64),
}

impl Row {
    pub(super) const fn new(
        bench: &'static str,
        what: String,
        unit: &'static str,
        measured: f64,
    ) -> Self {
        Self {
            bench,
            what,
            unit,
            measured,
            target: None,
            baseline: None,
            ratio: None,
            met: None,
            note: String::new(),
        }
    }

    /// Compares it with something of the same unit, measured in the same run.
    pub(super) fn against(mut self, what: &'static str, value: f64) -> Self {
        self.ratio = (value > 0.0).then(|| self.measured / value);
        self.baseline = Some(Baseline { what, value });
        self
    }

    /// As [`Row::against`], with a ratio that was found in another way than by dividing the two.
    pub(super) fn against_ratio(mut self, what: &'static str, value: f64, ratio: f64) -> Self {
        self.baseline = Some(Baseline { what, value });
        self.ratio = Some(ratio);
        self
    }

    /// Says whether the target is met; a target for the ratio comes behind the baseline.
    pub(super) fn target(mut self, target: Target) -> Self {
        self.met = match target {
            Target::AtMost(most) => Some(self.measured <= most),
            Target::AtLeast(least) => Some(self.measured >= least),
            Target::RatioAtMost(most) => self.ratio.map(|ratio| ratio <= most),
            Target::RatioAtLeast(least) => self.ratio.map(|ratio| ratio >= least),
        };
        self.target = Some(target);
        self
    }

    /// Adds what else has to be known.
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// Says where all this was measured.
pub(super) fn machine(machine: &Machine, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(machine);
    }
    output::line(&machine.to_string())
}

/// Prints rows at once where programs read.
pub(super) fn as_lines(rows: &[Row], json: bool) -> anyhow::Result<()> {
    if json {
        rows.iter().try_for_each(output::json)?;
    }
    Ok(())
}

/// Prints all rows where people read.
pub(super) fn as_table(rows: &[Row], json: bool) -> anyhow::Result<()> {
    if json {
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if !std::io::stdout().is_terminal() {
        table.set_width(150);
    }
    let head = [
        "bench", "what", "measured", "target", "baseline", "ratio", "verdict",
    ];
    table.set_header(head);
    for row in rows {
        let number = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        let what = match row.note.as_str() {
            "" => row.what.clone(),
            note => format!("{}\n  {note}", row.what),
        };
        table.add_row(vec![
            Cell::new(row.bench),
            Cell::new(what),
            number(figure(row.measured, row.unit)),
            number(
                row.target
                    .map_or_else(String::new, |target| goal(target, row.unit)),
            ),
            number(row.baseline.as_ref().map_or_else(String::new, |baseline| {
                format!("{}\n{}", figure(baseline.value, row.unit), baseline.what)
            })),
            number(
                row.ratio
                    .map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            ),
            Cell::new(match row.met {
                Some(true) => "met",
                Some(false) => "not met",
                None => "",
            }),
        ]);
    }
    output::line(&table.to_string())
}

fn goal(target: Target, unit: &str) -> String {
    match target {
        Target::AtMost(most) => format!("≤ {}", figure(most, unit)),
        Target::AtLeast(least) => format!("≥ {}", figure(least, unit)),
        Target::RatioAtMost(most) => format!("ratio ≤ {most}"),
        Target::RatioAtLeast(least) => format!("ratio ≥ {least}"),
    }
}

fn figure(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        value if value >= 100.0 || value.fract() == 0.0 => 0,
        value if value >= 1.0 => 1,
        _ => 3,
    };
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_about_the_figure_or_about_the_ratio() {
        let row = || Row::new("ack", "p99".to_owned(), "ms", 40.0).against("raw", 20.0);
        assert_eq!(row().target(Target::AtMost(50.0)).met, Some(true));
        assert_eq!(row().target(Target::RatioAtMost(1.5)).met, Some(false));
        assert_eq!(row().target(Target::RatioAtLeast(0.8)).met, Some(true));
    }
}
