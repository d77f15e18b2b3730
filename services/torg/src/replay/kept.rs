//! Reports that are kept: what stands in which file, and how they are read again.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use console::names::LANGUAGES;
use eventlog::EventLog;
use proto::history::{Replay, ReplayReport, ReplayReportRequest, ReplayState, StartReplayRequest};
use schemas::ShopId;
use tonic::Status;

use super::{html, look::Look, people::People, report::Report, runs::summary, write};

/// What is in the directory for each replay: how it went, its report, and whom that is about. Earlier builds kept a page as
/// well; pages are made when they are asked for.
pub(crate) const KINDS: [&str; 4] = ["run", "json", "people", "html"];

/// Where a replay's file is.
pub(crate) fn file(dir: &Path, id: &str, kind: &str) -> PathBuf {
    dir.join(format!("{id}.{kind}"))
}

/// Keeps a report, and whom it is about.
///
/// # Errors
/// When the log does not answer or a file cannot be written.
pub(crate) async fn keep(
    log: &EventLog,
    dir: &Path,
    id: &str,
    report: &Report,
) -> anyhow::Result<()> {
    let people = People::of(log, report).await?;
    write(&file(dir, id, "people"), &serde_json::to_string(&people)?)?;
    write(&file(dir, id, "json"), &report.json()?)
}

/// A report that was kept, its page in the language that is asked for.
///
/// # Errors
/// What is wrong with the question, or that the report is gone.
pub(crate) async fn report(
    log: &EventLog,
    dir: &Path,
    run: &Replay,
    asked: &ReplayReportRequest,
) -> Result<ReplayReport, Status> {
    let gone = |error: &dyn std::fmt::Display| {
        Status::data_loss(format!("the report of {} is gone: {error}", run.id))
    };
    let language = match asked.language.as_str() {
        "" => None,
        known if LANGUAGES.contains(&known) => Some(known),
        other => {
            let problem = format!("language {other:?} is none of {}", LANGUAGES.join(", "));
            return Err(Status::invalid_argument(problem));
        }
    };
    let leads = asked.conversations.as_str();
    if !leads.is_empty() && (!leads.starts_with('/') || leads.starts_with("//")) {
        let problem = format!("conversations {leads:?} is no address of this site");
        return Err(Status::invalid_argument(problem));
    }
    let json = std::fs::read_to_string(file(dir, &run.id, "json"));
    let json = json.map_err(|error| gone(&error))?;
    let report: Report = serde_json::from_str(&json).map_err(|error| gone(&error))?;
    // Reports of earlier builds know nobody's name.
    let people = match std::fs::read_to_string(file(dir, &run.id, "people")) {
        Ok(people) => serde_json::from_str(&people).map_err(|error| gone(&error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => People::default(),
        Err(error) => return Err(gone(&error)),
    };
    let shop = ShopId::new(run.shop.clone()).map_err(|error| gone(&error))?;
    let mut look = Look::of(log, &shop, language, people)
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    look.conversations.clone_from(&asked.conversations);
    Ok(ReplayReport {
        summary: run.summary,
        html: html::page(&report, &look),
        json,
    })
}

/// What is kept of a run beside its report, as lines.
pub(crate) fn noted(run: &Replay) -> String {
    let asked = run.asked.clone().unwrap_or_default();
    serde_json::json!({
        "id": run.id, "shop": run.shop, "state": run.state().as_str_name(), "problem": run.problem,
        "conversations_done": run.conversations_done, "conversations": run.conversations,
        "started_at": run.started_at, "ended_at": run.ended_at,
        "from": asked.from, "to": asked.to, "conversation_id": asked.conversation_id,
        "variant": asked.variant, "name": asked.name,
    })
    .to_string()
}

/// What was kept before a restart. What cannot be read is left out and told.
pub(crate) fn read(dir: &Path) -> BTreeMap<String, Replay> {
    let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let paths = files.map(|file| file.path());
    let runs = paths.filter(|path| path.extension().is_some_and(|kind| kind == "run"));
    let mut known = BTreeMap::new();
    for path in runs {
        match read_one(&path) {
            Ok(run) => {
                known.insert(run.id.clone(), run);
            }
            Err(error) => tracing::warn!("{} is left out: {error:#}", path.display()),
        }
    }
    known
}

fn read_one(path: &Path) -> anyhow::Result<Replay> {
    let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let text = |name: &str| {
        let text = value.get(name).and_then(serde_json::Value::as_str);
        text.map(str::to_owned)
            .with_context(|| format!("there is no {name}"))
    };
    let number = |name: &str| {
        value
            .get(name)
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(0)
    };
    let state = ReplayState::from_str_name(&text("state")?).context("no state")?;
    let summary = match state {
        ReplayState::Done => {
            let report = std::fs::read_to_string(path.with_extension("json"))?;
            let report: Report = serde_json::from_str(&report)?;
            Some(summary(&report.summary))
        }
        ReplayState::Unspecified
        | ReplayState::Running
        | ReplayState::Failed
        | ReplayState::Stopped => None,
    };
    let shop = text("shop")?;
    Ok(Replay {
        id: text("id")?,
        state: state.into(),
        problem: text("problem")?,
        conversations_done: number("conversations_done"),
        conversations: number("conversations"),
        started_at: text("started_at")?,
        ended_at: text("ended_at")?,
        asked: Some(StartReplayRequest {
            shop: shop.clone(),
            from: text("from")?,
            to: text("to")?,
            conversation_id: text("conversation_id")?,
            variant: text("variant")?,
            name: text("name")?,
        }),
        shop,
        summary,
    })
}
