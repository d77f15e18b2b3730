//! `torg why` and `torg history`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use console::{
    story::{Story, Until, find_conversation, find_event},
    then::{Known, Then},
};
use schemas::{AggregateKey, EventId, stock::Quantity};

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
        let then = Then::read(&log, &key, command.at.unwrap_or_default()).await?;
        if command.json {
            for recorded in &then.story.events {
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
        for line in &then.transcript {
            let time = line.time.strftime("%Y-%m-%d %H:%M:%S");
            output::line(&format!(
                "{:>7}  {time}  {:<12} {}",
                line.seq, line.who, line.text
            ))?;
        }
        output::line("")?;
        for (name, value) in known(&then) {
            output::line(&format!("{name:<9} {value}"))?;
        }
        Ok(0)
    })
}

/// Everything that was known then, line by line.
fn known(then: &Then) -> Vec<(&'static str, String)> {
    let state = &then.story.state;
    let text = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let list = state.list().map(|list| {
        let items: Vec<String> = list.items.iter().map(ToString::to_string).collect();
        items.join(", ")
    });
    let owner = match state.handoff() {
        Some(open) => format!("{}: {:?}", state.owner().as_str(), open.reason),
        None => state.owner().as_str().to_owned(),
    };
    let mut lines = vec![
        ("owner", owner),
        (
            "language",
            text(state.language().map(|one| one.as_str().to_owned())),
        ),
        ("focus", text(state.focus().map(ToString::to_string))),
        ("list", text(list)),
        ("pending", state.pending().len().to_string()),
    ];
    if let Some(turn) = state.turn() {
        lines.extend(turn.answered().map(|(ask, answer)| {
            let waits = if answer.is_some() { "answered" } else { "open" };
            let text = ask.text.text();
            (
                "ask",
                format!("«{text}» → {}, {waits}", ask.intent.as_str()),
            )
        }));
    }
    let cart = state.deal().cart.lines.iter();
    lines.extend(cart.map(|line| {
        let (pieces, name, price) = (line.pieces, &line.name, line.price);
        ("cart", format!("{pieces} × {name} at {price}"))
    }));
    lines.extend(state.offers().iter().map(|offer| {
        let (sku, from, price) = (&offer.sku, offer.from_pieces, offer.price);
        (
            "offer",
            format!("{sku} from {from} at {price} until {}", offer.valid_until),
        )
    }));
    lines.extend(then.orders().into_iter().map(|order| {
        let total = schemas::Kopecks::new(order.total);
        ("order", format!("{}: {}, {total}", order.code, order.stage))
    }));
    lines.extend(
        then.articles
            .iter()
            .map(|article| ("article", told(article))),
    );
    let versions = &then.versions;
    lines.push((
        "answers",
        format!(
            "model {}, bank {}, threshold {:.2}",
            versions.model, versions.bank, versions.threshold
        ),
    ));
    let sheet = versions.sheet.iter();
    let sheet: Vec<String> = sheet.map(|(tab, at)| format!("{tab}@{at}")).collect();
    lines.push(("sheet", sheet.join(", ")));
    lines.push(("services", versions.services.join(", ")));
    lines.push((
        "version",
        then.story
            .events
            .last()
            .map_or(0, |last| last.version)
            .to_string(),
    ));
    lines
}

fn told(article: &Known) -> String {
    let (Some(name), Some(price)) = (&article.name, article.price) else {
        return format!("{}: not in the sheet", article.sku);
    };
    let quantity = match article.quantity {
        Some(Quantity::Pieces(pieces)) => format!("{pieces} pieces"),
        Some(Quantity::Some) => "some".to_owned(),
        Some(Quantity::OnOrder) => "on order".to_owned(),
        None => "none".to_owned(),
    };
    let held = match article.held {
        0 => String::new(),
        held => format!(", {held} promised"),
    };
    format!(
        "{} {name}: {}, {quantity}{held} ← products@{} row {}",
        article.sku,
        schemas::Kopecks::new(price),
        article.revision.as_deref().unwrap_or_default(),
        article.row.unwrap_or_default()
    )
}

/// The conversation that a name means, and the event if it names one.
async fn find(place: &Where, name: &str) -> anyhow::Result<(AggregateKey, Option<EventId>)> {
    let reader = console::reader(place.pool().await?);
    if let Ok(id) = name.parse::<EventId>()
        && let Some(key) = find_event(&reader, None, id).await?
    {
        return Ok((key, Some(id)));
    }
    let key = find_conversation(&reader, name).await?;
    let key =
        key.with_context(|| format!("no event, message or conversation is called {name:?}"))?;
    Ok((key, None))
}
