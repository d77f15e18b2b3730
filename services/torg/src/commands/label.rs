//! `torg label`: what the words that were handed over want, said by a person, recorded, and written down as bank lines.

mod ask;
mod case;
mod lines;

use std::{fs, io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use console::figures::{self, Handover, Handovers};
use domain::{Conversation, conversation::LabelRefusal};
use eventlog::{AppendError, EventLog};
use schemas::{
    AggregateKey, EventId, ShopId,
    conversation::{Actor, Intent},
};

use crate::{
    output::{self, FOUND_FAULTS, Progress},
    places::Where,
};

/// Options of `torg label`.
///
/// Without a handover: on a terminal it asks for the intent of each handled handover that has none yet.
/// Exit codes: 0 done · 1 failed · 2 wrong usage · 3 done, but commits that cannot be read are left out.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Label {
    #[command(flatten)]
    place: Where,
    /// The handover to label, by its id as --list tells it
    #[arg(requires = "intent", conflicts_with_all = ["list", "export"])]
    handoff: Option<EventId>,
    /// What its words want
    #[arg(long, value_name = "NAME", requires = "handoff", value_parser = intent)]
    intent: Option<Intent>,
    /// Who labels; unset: the user of this machine
    #[arg(long, env = "USER", value_name = "NAME", hide_env_values = true)]
    by: Option<String>,
    /// Only handovers of this shop; unset: of all shops
    #[arg(long, value_name = "SHOP")]
    shop: Option<ShopId>,
    /// List handled handovers: the words, what the bot made of them and would have said, what people did
    #[arg(long)]
    list: bool,
    /// Print one JSON object a handover
    #[arg(long, requires = "list")]
    json: bool,
    /// Write the labelled words as bank lines, without contacts and repeats; the router's --bank takes them
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    export: Option<PathBuf>,
}

fn intent(name: &str) -> Result<Intent, String> {
    Intent::parse(name).ok_or_else(|| {
        let all = Intent::ALL.map(Intent::as_str).join(", ");
        format!("no such intent; write one of {all}")
    })
}

/// A handover and the chat that it happened in.
struct Found {
    key: AggregateKey,
    handover: Handover,
}

/// Labels, lists or exports.
pub(crate) fn run(command: Label) -> ExitCode {
    output::finish(async move {
        // The desk's gRPC interface records labels too; an event has one writer, whoever speaks for it.
        let log = command.place.log_as("escalation").await?;
        if let Some(shop) = &command.shop {
            super::stats::is_known(&log, shop).await?;
        }
        let (found, unreadable) = handled(&log, command.shop.as_ref()).await?;
        match (&command.export, command.handoff.zip(command.intent)) {
            (Some(path), _) => export(path, &found)?,
            (None, Some((handoff, intent))) => {
                let one = found.iter().find(|one| one.handover.id == handoff);
                let one = one.with_context(|| {
                    format!("{handoff} is no handled handover; `torg label --list` names them")
                })?;
                let told = match label(&log, &one.key, handoff, intent, &command.actor()?).await? {
                    true => "labelled",
                    false => "it has this label already",
                };
                output::line(told)?;
            }
            (None, None) if command.list => list(&found, command.json)?,
            (None, None) => {
                anyhow::ensure!(
                    std::io::stdin().is_terminal(),
                    "nobody to ask: this is no terminal; use `torg label --list`, and then \
                     `torg label HANDOFF --intent NAME`"
                );
                ask_all(&command, &log, &found).await?;
            }
        }
        if unreadable == 0 {
            return Ok(0);
        }
        tracing::warn!("{unreadable} commits cannot be read and are left out");
        Ok(FOUND_FAULTS)
    })
}

impl Label {
    fn actor(&self) -> anyhow::Result<Actor> {
        let by = self.by.as_deref().map(str::trim);
        let by = by.filter(|by| !by.is_empty());
        let by = by.context("who labels is recorded; say it with --by NAME")?;
        Ok(Actor::Console(by.to_owned()))
    }
}

/// Every handled handover, oldest first.
async fn handled(log: &EventLog, shop: Option<&ShopId>) -> anyhow::Result<(Vec<Found>, u64)> {
    let progress = Progress::new("reading");
    let folded =
        figures::read::<Handovers>(log, shop, |done, total| progress.at(done, total)).await;
    progress.done();
    let folded = folded?;
    let mut found: Vec<Found> = Vec::new();
    for (key, handovers) in &folded.conversations {
        let handled = handovers.all().iter().filter(|one| one.is_handled());
        found.extend(handled.map(|handover| Found {
            key: key.clone(),
            handover: handover.clone(),
        }));
    }
    found.sort_by_key(|one| (one.handover.at, one.handover.id));
    Ok((found, folded.unreadable))
}

/// Records a label; whether that was anything new.
async fn label(
    log: &EventLog,
    key: &AggregateKey,
    handoff: EventId,
    intent: Intent,
    by: &Actor,
) -> anyhow::Result<bool> {
    let decided = log
        .decide::<Conversation, LabelRefusal>(key, |state| state.label(handoff, intent, by))
        .await;
    match decided {
        Ok(appended) => Ok(!appended.recorded.is_empty()),
        Err(AppendError::Refused(LabelRefusal::Open(id))) => {
            anyhow::bail!(
                "{id} is not handled yet; it can be labelled once somebody has settled it"
            )
        }
        Err(AppendError::Refused(LabelRefusal::Unknown(id))) => {
            anyhow::bail!("{id} is no handover of {key}")
        }
        Err(error) => Err(anyhow::Error::new(error).context("while recording the label")),
    }
}

fn list(found: &[Found], json: bool) -> anyhow::Result<()> {
    for one in found {
        if json {
            output::json(&case::Case::new(&one.key, &one.handover))?;
        } else {
            for line in case::told(&one.key, &one.handover)? {
                output::line(&line)?;
            }
            output::line("")?;
        }
    }
    if found.is_empty() && !json {
        output::line("no handover has been handled yet")?;
    }
    Ok(())
}

fn export(path: &PathBuf, found: &[Found]) -> anyhow::Result<()> {
    let bank = lines::bank(found.iter().map(|one| &one.handover));
    anyhow::ensure!(
        bank.count > 0,
        "no handover with words is labelled yet; `torg label` asks for labels"
    );
    fs::write(path, &bank.text).with_context(|| format!("cannot write {}", path.display()))?;
    output::line(&format!(
        "{} lines in {}; read them, then start the router with --bank (TORG_BANK)",
        bank.count,
        path.display()
    ))?;
    if bank.overruled > 0 {
        output::line(&format!(
            "{} labels were left out: the same words were labelled otherwise later",
            bank.overruled
        ))?;
    }
    Ok(())
}

/// Asks for a label of everything that has words and none yet.
async fn ask_all(command: &Label, log: &EventLog, found: &[Found]) -> anyhow::Result<()> {
    let by = command.actor()?;
    let open = found.iter();
    let open = open.filter(|one| one.handover.label.is_none() && !one.handover.words().is_empty());
    let open: Vec<&Found> = open.collect();
    output::line(&format!("{} handovers without a label", open.len()))?;
    let mut labelled = 0_usize;
    for one in open {
        output::line("")?;
        for line in case::told(&one.key, &one.handover)? {
            output::line(&line)?;
        }
        match ask::intent()? {
            ask::Said::Label(intent) => {
                label(log, &one.key, one.handover.id, intent, &by).await?;
                labelled = labelled.saturating_add(1);
            }
            ask::Said::Skip => {}
            ask::Said::Quit => break,
        }
    }
    output::line(&format!(
        "{labelled} labelled; `torg label --export FILE` writes them as bank lines"
    ))
}
