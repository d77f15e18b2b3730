//! Experiments as tables for people.

use std::io::IsTerminal as _;

use comfy_table::{Cell, Table, presets};
use console::experiments::{Against, Analysis, Verdict};
use domain::shop::Experiment;
use jiff::Timestamp;
use schemas::shop::{ExperimentStarted, ExperimentStopped};
use serde::Serialize;

use super::Planned;
use crate::{commands::stats::share, output};

fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    if !std::io::stdout().is_terminal() {
        table.set_width(150);
    }
    table.set_header(head);
    table
}

/// Prints a plan.
pub(super) fn plan(planned: &Planned) -> anyhow::Result<()> {
    output::line(&format!(
        "{} conversations in each arm, {} in all; looking every day is allowed.\n\
         {} in each arm would do for whoever looks once, at the end, and never before.",
        planned.size.per_arm, planned.all, planned.size.looked_at_once
    ))?;
    match (planned.days, planned.per_day) {
        (Some(days), Some(per_day)) => output::line(&format!(
            "At {per_day:.1} conversations a day that is {days} days at the most; half of the experiments with such a \
             difference are clear much earlier."
        )),
        (None, Some(_)) => output::line("Nobody writes at present, so it would never be over."),
        (_, None) => output::line("With --shop or --per-day it tells how many days that takes."),
    }
}

/// An experiment as it is listed.
#[derive(Serialize)]
pub(super) struct Listed<'a> {
    began: Timestamp,
    ended: Option<Timestamp>,
    #[serde(flatten)]
    started: &'a ExperimentStarted,
    stopped: Option<&'a ExperimentStopped>,
}

impl<'a> Listed<'a> {
    pub(super) fn new(one: &'a Experiment) -> Self {
        Self {
            began: one.at,
            ended: one.stopped.as_ref().map(|(_, at)| *at),
            started: &one.started,
            stopped: one.stopped.as_ref().map(|(how, _)| how),
        }
    }
}

/// Prints a shop's experiments.
pub(super) fn list(all: &[&Experiment]) -> anyhow::Result<()> {
    if all.is_empty() {
        return output::line("there has been no experiment; `torg experiment start` begins one");
    }
    let mut table = table(&["experiment", "began", "metric", "arms", "ended"]);
    for one in all {
        let arms = one.started.arms.iter();
        let arms: Vec<&str> = arms.map(|arm| arm.name.as_str()).collect();
        let ended = one.stopped.as_ref().map_or_else(
            || "runs".to_owned(),
            |(how, at)| match &how.winner {
                Some(winner) => format!("{at}: {winner} won; {}", how.why),
                None => format!("{at}: {}", how.why),
            },
        );
        table.add_row(vec![
            Cell::new(&one.started.name),
            Cell::new(one.at),
            Cell::new(one.started.metric.as_str()),
            Cell::new(arms.join(", ")),
            Cell::new(ended),
        ]);
    }
    output::line(&table.to_string())
}

/// Prints what is known of an experiment.
pub(super) fn analysis(told: &Analysis) -> anyhow::Result<()> {
    let until = told
        .ended
        .map_or_else(String::new, |at| format!(", ended {at}"));
    output::line(&format!(
        "{}: began {}{until}; as of {}\nJudged by: {}, read {} hours after a conversation got its arm; {} in each arm \
         were planned\n",
        told.name,
        told.began,
        told.at,
        told.metric.as_str(),
        told.window_hours,
        told.planned_per_arm
    ))?;
    let mut arms = table(&[
        "arm",
        "conversations",
        "contained",
        "ordered",
        "paid",
        "handed over",
    ]);
    for arm in &told.arms {
        let of = |metric: &str| {
            arm.shares
                .get(metric)
                .map_or_else(String::new, |one| share(*one))
        };
        let counts = match arm.young {
            0 => arm.assigned.to_string(),
            young => format!("{}, {young} of them not over", arm.assigned),
        };
        arms.add_row(vec![
            arm.name.clone(),
            counts,
            of("contained"),
            of("ordered"),
            of("paid"),
            of("handed_over"),
        ]);
    }
    output::line(&arms.to_string())?;
    output::line("")?;
    for one in &told.differences {
        output::line(&difference(one))?;
    }
    output::line(&format!(
        "Sizes of the arms: {}",
        match told.sample_ratio.suspicious {
            false => format!("as chance makes them (p {:.3})", told.sample_ratio.p),
            true => format!("not as chance makes them (p {:.6})", told.sample_ratio.p),
        }
    ))?;
    output::line(&match &told.verdict {
        Verdict::TooFew => "Too few conversations have been read to say anything.".to_owned(),
        Verdict::NoDifferenceYet => "No clear difference so far.".to_owned(),
        Verdict::Winner { arm } => format!("Clear: {arm} is the best one."),
        Verdict::NotByChance => {
            "Something other than chance deals the arms; nothing can be said.".to_owned()
        }
    })
}

/// `b against a: +0.050 (-0.010 to +0.110), p 0.210`.
fn difference(one: &Against) -> String {
    let Against {
        arm,
        base,
        difference,
        enough,
    } = one;
    if !enough {
        return format!("{arm} against {base}: too few");
    }
    format!(
        "{arm} against {base}: {:+.3} ({:+.3} to {:+.3} at every look), p {:.3}",
        difference.by, difference.low, difference.high, difference.p
    )
}
