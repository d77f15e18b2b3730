//! `torg search-eval`: how well the search by meaning finds.

use std::{path::PathBuf, process::ExitCode};

use agents::{Figures, SearchReport};
use clap::Args;
use comfy_table::{Table, presets};
use serde_json::{Value, json};

use crate::output;

/// Options of `torg search-eval`.
#[derive(Args)]
pub(crate) struct SearchEval {
    /// Folder with catalogue.tsv (shop, sku, category, name, description) and queries.tsv (lang, kind, shop, text,
    /// expected: SKUs by comma, or `-`)
    folder: PathBuf,
    /// Directory of fetched binaries and weights
    #[arg(long, env = "TORG_RUNTIME_DIR", default_value = "./.torg/runtime")]
    runtime_dir: PathBuf,
    /// Search with an embeddings endpoint, as the agents would
    #[command(flatten)]
    embeddings: llm::EmbeddingsOptions,
    /// Name the questions that are not answered well
    #[arg(long)]
    missed: bool,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Searches for every question, and prints how often the right article comes first or among the first five.
pub(crate) fn run(command: SearchEval) -> ExitCode {
    output::finish(async move {
        let weights = command.runtime_dir.join("use-multilingual-v3");
        let report =
            agents::measure_search(&weights, command.embeddings.connect()?, &command.folder)
                .await?;
        if command.json {
            output::json(&as_json(&report))?;
            return Ok(0);
        }
        output::line(&table(&report.groups).to_string())?;
        output::line(&format!(
            "shown at once: something for {:.0} % of these questions, the right thing for {:.0} %",
            report.answered * 100.0,
            report.answered_rightly * 100.0
        ))?;
        output::line(&format!(
            "{} questions for what no shop here has: nothing is shown for {:.0} %",
            report.without_answer,
            report.refused * 100.0
        ))?;
        output::line(&format!(
            "{} articles, {:.1} ms for a question",
            report.articles, report.milliseconds
        ))?;
        output::line(&format!(
            "texts that have nothing in common: usual cosine {:.3}, nearest {:.3}",
            report.noise.usual, report.noise.nearest
        ))?;
        if command.missed {
            for missed in &report.missed {
                output::line(missed)?;
            }
        }
        Ok(0)
    })
}

fn table(groups: &[Figures]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["", "questions", "hit@1", "hit@5", "MRR"]);
    for figures in groups {
        table.add_row([
            figures.name.to_owned(),
            figures.questions.to_string(),
            format!("{:.2}", figures.hit_1),
            format!("{:.2}", figures.hit_5),
            format!("{:.2}", figures.mrr),
        ]);
    }
    table
}

fn as_json(report: &SearchReport) -> Value {
    let group = |figures: &Figures| {
        json!({
            "name": figures.name,
            "questions": figures.questions,
            "hit_1": figures.hit_1,
            "hit_5": figures.hit_5,
            "mrr": figures.mrr,
        })
    };
    json!({
        "articles": report.articles,
        "noise": {"usual": report.noise.usual, "nearest": report.noise.nearest},
        "groups": report.groups.iter().map(group).collect::<Vec<_>>(),
        "answered": report.answered,
        "answered_rightly": report.answered_rightly,
        "without_answer": report.without_answer,
        "refused": report.refused,
        "mistaken": report.mistaken,
        "milliseconds": report.milliseconds,
        "missed": report.missed,
    })
}
