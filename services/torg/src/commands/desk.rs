//! `torg desk`: what waits for a person.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use domain::Shop;
use escalation::matters::{self, Seen};
use jiff::Timestamp;
use schemas::{
    AggregateKey, ShopId,
    conversation::Actor,
    desk::{Face, MatterState},
};
use serde::Serialize;

use crate::{output, places::Where};

/// Options of `torg desk`.
#[derive(Args)]
pub(crate) struct Desk {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// With what is done, as far back as the desk remembers
    #[arg(long)]
    settled: bool,
    /// Print each matter as a JSON object
    #[arg(long)]
    json: bool,
}

/// A matter as JSON has it: the words of events.
#[derive(Serialize)]
struct Line<'a> {
    matter: schemas::EventId,
    conversation: schemas::ConversationId,
    reason: schemas::conversation::HandoffReason,
    since: Timestamp,
    #[serde(flatten)]
    face: &'a Face,
    draft_text: Option<&'a str>,
    order: Option<schemas::OrderId>,
    order_code: Option<String>,
    snoozed_until: Option<Timestamp>,
}

/// Prints what lies on a shop's desk, the oldest first.
pub(crate) fn run(command: Desk) -> ExitCode {
    output::finish(async move {
        let (shop, log) = (&command.shop, command.place.log().await?);
        let known = log.load::<Shop>(&AggregateKey::shop(shop)).await?.state;
        known
            .settings()
            .with_context(|| format!("shop {shop} was never added"))?;
        let seen = matters::on_desk(&log, shop, command.settled).await?;
        if command.json {
            for one in &seen {
                output::json(&line(one))?;
            }
            return Ok(0);
        }
        if seen.is_empty() {
            output::line("nothing waits for a person")?;
            return Ok(0);
        }
        let now = boot::clock::now();
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header([
                "waits",
                "why",
                "state",
                "unanswered",
                "would have said",
                "conversation",
            ]);
        for one in &seen {
            table.add_row(row(one, now));
        }
        output::line(&table.to_string())?;
        Ok(0)
    })
}

fn line(seen: &Seen) -> Line<'_> {
    let Seen {
        matter,
        draft,
        order,
    } = seen;
    Line {
        matter: matter.id,
        conversation: matter.conversation,
        reason: matter.reason,
        since: matter.since,
        face: &matter.face,
        draft_text: draft.as_deref(),
        order: matter.order,
        order_code: order.as_ref().map(|order| order.id.code()),
        snoozed_until: matter.snoozed.map(|(until, _)| until),
    }
}

fn row(seen: &Seen, now: Timestamp) -> [String; 6] {
    let Seen {
        matter,
        draft,
        order,
    } = seen;
    let why = match order {
        Some(order) => format!("order {} for {}", order.id.code(), order.terms.total),
        None => word(&matter.reason),
    };
    let minutes = now.duration_since(matter.since).as_mins();
    let state = match &matter.face.state {
        MatterState::Open => "open".to_owned(),
        MatterState::Taken(by) => format!("taken by {}", name(by)),
        MatterState::Settled { how, by } => match by {
            Some(by) => format!("{} by {}", word(how), name(by)),
            None => word(how),
        },
    };
    [
        format!("{} h {:02} min", minutes / 60, minutes % 60),
        why,
        state,
        matter.face.unanswered.to_string(),
        draft.clone().unwrap_or_default(),
        matter.conversation.to_string(),
    ]
}

/// The name under which a value stands in events, with its words apart.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    let text = value.as_ref().and_then(serde_json::Value::as_str);
    text.unwrap_or_default().replace('_', " ")
}

fn name(by: &Actor) -> String {
    match by {
        Actor::Telegram(seller) => seller.to_string(),
        Actor::Console(name) => name.clone(),
    }
}
