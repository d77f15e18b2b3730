//! `torg eval`: how well labelled messages are understood, and whether that is good enough to ship.

mod plot;
mod tables;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use language::{
    Classifier, Encoder, OwnLines,
    eval::{self, Judged, Labelled, Report},
};
use serde::Serialize;

use crate::output;

/// The confidence that a shop's policy has unless it says otherwise.
const POLICY: f64 = 0.80;
/// The least share of right ones among the messages that are acted on.
const PRECISION: f64 = 0.95;
/// The least share of messages that are acted on.
const COVERAGE: f64 = 0.55;

/// Options of `torg eval`.
///
/// Exit codes: 0 good enough · 1 the file cannot be read, or the model is not there · 2 wrong usage ·
/// 3 judged, and precision among the messages acted on is under 0.95, or coverage under 0.55.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Eval {
    /// Labelled messages, separated by tabs: lang, text, intent; or a first line that names these columns in any order
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// Draw probability against accuracy, as SVG, into this file
    #[arg(long, value_name = "OUT")]
    svg: Option<PathBuf>,
    /// Act from this probability on, whatever the intent; unset: each intent's own threshold, at a policy of 0.80
    #[arg(long, value_name = "T", value_parser = probability)]
    threshold: Option<f64>,
    /// Labelled messages to learn beside the built-in ones, as the router's --bank: try them before they are in force
    #[arg(long, env = "TORG_BANK", value_name = "FILE")]
    bank: Option<PathBuf>,
    /// Directory of fetched binaries and weights
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        default_value = "./.torg/runtime",
        value_name = "DIR"
    )]
    runtime_dir: PathBuf,
}

fn probability(text: &str) -> Result<f64, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| "not a number; write one from 0 to 1".to_owned())?;
    match (0.0..=1.0).contains(&number) {
        true => Ok(number),
        false => Err("write a number from 0 to 1".to_owned()),
    }
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Printed<'a> {
    model: &'a str,
    bank: &'a str,
    /// The one threshold for all intents; absent when each has its own.
    threshold: Option<f64>,
    #[serde(flatten)]
    report: &'a Report,
}

/// Judges every line of the file.
pub(crate) fn run(command: Eval) -> ExitCode {
    output::finish(async move { judge_file(&command) })
}

fn judge_file(command: &Eval) -> anyhow::Result<u8> {
    let name = command.file.display();
    let text = fs::read_to_string(&command.file)
        .with_context(|| format!("cannot read {name} as UTF-8 text"))?;
    let lines = eval::read(&text).with_context(|| format!("cannot judge {name}"))?;
    let classifier = open(command)?;
    let judged: Vec<Judged> = lines
        .iter()
        .map(|line| judge(&classifier, line, command.threshold))
        .collect();
    let report = Report::new(&judged);
    if let Some(path) = &command.svg {
        fs::write(path, plot::reliability(&report))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let printed = Printed {
        model: classifier.model_id(),
        bank: classifier.bank_id(),
        threshold: command.threshold,
        report: &report,
    };
    if command.json {
        output::json(&printed)?;
    } else {
        tables::print(&printed)?;
    }
    Ok(verdict(&report))
}

fn open(command: &Eval) -> anyhow::Result<Classifier> {
    let (runtime, bank) = (&command.runtime_dir, command.bank.as_deref());
    let own = bank.map(OwnLines::open).transpose()?.unwrap_or_default();
    let encoder = Encoder::open(&runtime.join("use-multilingual-v3"))?;
    let heads = runtime.join("heads");
    Classifier::open_with(encoder, &own, Some(&heads)).context("while opening the classifier")
}

fn judge(classifier: &Classifier, line: &Labelled, threshold: Option<f64>) -> Judged {
    let (predicted, probability) = classifier.classify(&line.text).best();
    Judged {
        language: line.language,
        expected: line.intent,
        predicted,
        probability,
        threshold: threshold.unwrap_or_else(|| classifier.threshold(predicted, POLICY)),
    }
}

/// The exit code: nothing acted on is as bad as too much.
fn verdict(report: &Report) -> u8 {
    let reaches = |share: Option<f64>, least: f64| share.is_some_and(|share| share >= least);
    let figures = &report.figures;
    let good =
        reaches(figures.precision.share, PRECISION) && reaches(figures.coverage.share, COVERAGE);
    if good { 0 } else { output::FOUND_FAULTS }
}

#[cfg(test)]
mod tests {
    use schemas::conversation::{Intent, Language};

    use super::*;

    fn report(right: usize, wrong: usize, unsure: usize) -> Report {
        let line = |predicted, probability| Judged {
            language: Language::Ru,
            expected: Intent::Thanks,
            predicted,
            probability,
            threshold: 0.8,
        };
        let mut lines = vec![line(Intent::Thanks, 0.9); right];
        lines.extend(vec![line(Intent::Other, 0.9); wrong]);
        lines.extend(vec![line(Intent::Other, 0.5); unsure]);
        Report::new(&lines)
    }

    #[test]
    fn the_exit_code_says_whether_the_targets_are_met() {
        assert_eq!(verdict(&report(57, 3, 40)), 0);
        assert_eq!(verdict(&report(56, 4, 40)), output::FOUND_FAULTS);
        assert_eq!(verdict(&report(50, 0, 50)), output::FOUND_FAULTS);
        assert_eq!(verdict(&report(0, 0, 0)), output::FOUND_FAULTS);
    }

    #[test]
    fn a_threshold_is_a_probability() {
        assert_eq!(probability("0.8"), Ok(0.8));
        for wrong in ["80", "-0.1", "NaN", "half"] {
            assert!(probability(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_plot_has_a_bar_for_every_bin_that_has_lines() {
        let drawn = plot::reliability(&report(57, 3, 40));
        assert!(drawn.starts_with("<svg ") && drawn.trim_end().ends_with("</svg>"));
        assert_eq!(drawn.matches("class=\"bar\"").count(), 2);
        assert!(drawn.contains(">60<") && drawn.contains(">40<"));
        assert!(drawn.contains("prefers-color-scheme: dark"));
    }
}
