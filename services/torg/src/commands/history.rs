//! `torg why` and `torg history`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use console::story::{Story, Until, find_conversation, find_event};
use schemas::{AggregateKey, EventId};

use crate::{output, places::Where};

/// Options of `torg why`.
#[derive(Args)]
pub(crate) struct Why {
    #[command(flatten)]
    place: Where,
    /// An event's id (`Torg-Event-Id`), a message's id at its provider, or a conversation (its last turn)
    message: String,
    /// Print one JSON object a step
    #[arg(long)]
    json: bool,
}

/// Options of `torg history`.
#[derive(Args)]
pub(crate) struct History {
    #[command(flatten)]
    place: Where,
    /// The conversation's id, its chat's id at the provider, or the id of any event in it
    conversation: String,
    /// As it was behind this position of the log, or at this moment (RFC 3339)
    #[arg(long, value_name = "SEQ|TIME", value_parser = until)]
    at: Option<Until>,
    /// Print every event instead of the transcript, one JSON object a line
    #[arg(long)]
    json: bool,
}

fn until(text: &str) -> Result<Until, String> {
    if let Ok(seq) = text.parse() {
        return Ok(Until::Seq(seq));
    }
    let time = text.parse().map_err(|error| {
        format!("neither a position nor a moment like 2026-11-21T10:00:00Z: {error}")
    })?;
    Ok(Until::Time(time))
}

/// Tells why.
pub(crate) fn why(command: Why) -> ExitCode {
    output::finish(async move {
        let (key, id) = find(&command.place, &command.message).await?;
        let story = Story::read(&command.place.log().await?, &key, Until::Now).await?;
        let last = || story.events.last().map(|recorded| recorded.meta.id);
        let turn = id
            .and_then(|id| story.turn_of(id))
            .or_else(|| {
                story
                    .events
                    .iter()
                    .rev()
                    .find_map(|recorded| story.turn_of(recorded.meta.id))
            })
            .with_context(|| {
                format!(
                    "no turn answers {} yet; last event {:?}",
                    command.message,
                    last()
                )
            })?;
        for (label, lines) in story.why(turn) {
            if command.json {
                output::json(&serde_json::json!({ "step": label, "lines": lines }))?;
                continue;
            }
            let text = lines.join("\n");
            let mut lines = text.lines();
            output::line(&format!("{label:<10} {}", lines.next().unwrap_or_default()))?;
            for line in lines {
                output::line(&format!("{:<10} {line}", ""))?;
            }
        }
        Ok(0)
    })
}

/// Tells what was said, and the state that it led to.
pub(crate) fn history(command: History) -> ExitCode {
    output::finish(async move {
        let (key, _) = find(&command.place, &command.conversation).await?;
        let log = command.place.log().await?;
        let story = Story::read(&log, &key, command.at.unwrap_or_default()).await?;
        if command.json {
            for recorded in &story.events {
                output::json(&serde_json::json!({
                    "seq": recorded.seq,
                    "version": recorded.version,
                    "id": recorded.meta.id,
                    "time": recorded.meta.time,
                    "source": recorded.meta.source,
                    "correlation": recorded.meta.correlation,
                    "causation": recorded.meta.causation,
                    "event": recorded.event,
                }))?;
            }
            return Ok(0);
        }
        for line in story.transcript() {
            let time = line.time.strftime("%Y-%m-%d %H:%M:%S");
            output::line(&format!(
                "{:>7}  {time}  {:<12} {}",
                line.seq, line.who, line.text
            ))?;
        }
        let state = &story.state;
        let text = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
        let list = state.list().map(|list| {
            let items: Vec<String> = list.items.iter().map(ToString::to_string).collect();
            items.join(", ")
        });
        output::line("")?;
        output::line(&format!("owner     {}", state.owner().as_str()))?;
        output::line(&format!(
            "language  {}",
            text(state.language().map(|one| one.as_str().to_owned()))
        ))?;
        output::line(&format!(
            "focus     {}",
            text(state.focus().map(ToString::to_string))
        ))?;
        output::line(&format!("list      {}", text(list)))?;
        output::line(&format!("pending   {}", state.pending().len()))?;
        output::line(&format!(
            "version   {}",
            story.events.last().map_or(0, |last| last.version)
        ))?;
        Ok(0)
    })
}

/// The conversation that a name means, and the event if it names one.
async fn find(place: &Where, name: &str) -> anyhow::Result<(AggregateKey, Option<EventId>)> {
    let pool = place.pool().await?;
    if let Ok(id) = name.parse::<EventId>()
        && let Some(key) = find_event(&pool, id).await?
    {
        return Ok((key, Some(id)));
    }
    let key = find_conversation(&pool, name).await?;
    let key =
        key.with_context(|| format!("no event, message or conversation is called {name:?}"))?;
    Ok((key, None))
}
