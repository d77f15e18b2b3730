//! `torg experiment`: try something on a part of the buyers, and find out whether it is better.

mod file;
mod tables;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use console::experiments::{self, Size, Wish};
use domain::{Shop, shop::ExperimentRefusal};
use eventlog::{AppendError, EventLog};
use jiff::{SignedDuration, Timestamp};
use schemas::{AggregateKey, ShopId, conversation::Actor, shop::ShopEvent};
use serde::Serialize;

use super::stats::moment;
use crate::{
    output::{self, FOUND_FAULTS, Progress},
    places::Where,
};

/// Over how many days the rate of conversations is taken.
const RATE_DAYS: i64 = 28;

/// What to do with experiments.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// How many conversations, and how many days, an experiment needs
    Plan(Plan),
    /// Begin an experiment: from the next message on, conversations get an arm each
    Start(Start),
    /// Stop an experiment: no arm holds any more; what buyers were offered still does
    Stop(Stop),
    /// List a shop's experiments, the newest first
    List(List),
    /// What came of an experiment so far: looking every day is allowed
    Show(Show),
}

/// Options of `torg experiment plan`.
#[derive(Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    place: Where,
    /// The share without a change, 0 to 1: `torg stats` tells how many talks are contained
    #[arg(long, value_name = "SHARE")]
    baseline: f64,
    /// The difference that is worth finding, as a share: 0.05 is five of a hundred; below 0 for a share that shall fall
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    lift: f64,
    /// How probable it shall be to find it, when it is there
    #[arg(long, value_name = "SHARE", default_value = "0.8")]
    power: f64,
    /// How probable a winner may be, when there is no difference
    #[arg(long, value_name = "SHARE", default_value = "0.05")]
    alpha: f64,
    /// How many arms there are, the present way included
    #[arg(long, value_name = "N", default_value = "2")]
    arms: u32,
    /// How many of a hundred conversations take part
    #[arg(long, value_name = "PERCENT", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=100))]
    share_percent: u32,
    /// How many conversations a day there are; unset: those of --shop in the last 28 days
    #[arg(long, value_name = "N", conflicts_with = "shop")]
    per_day: Option<f64>,
    /// The shop whose rate counts; unset, and without --per-day: days are not told
    #[arg(long, value_name = "SHOP")]
    shop: Option<ShopId>,
    /// Print it as a JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `torg experiment start`.
///
/// The file says what is tried:
///
///   name = "bigger-discount"      # a-z, 0-9 and -, never used before in this shop
///   metric = "ordered"            # contained, ordered, paid, handed_over
///   baseline = 0.2                # what is expected without a change ...
///   lift = 0.05                   # ... and the difference that is worth finding
///   share_percent = 100           # how many of a hundred conversations take part
///   window_hours = 72             # when a conversation is read, after it got its arm
///   [[arm]]                       # the first is what the others are compared with
///   name = "as-it-is"
///   [[arm]]
///   name = "ten-percent"
///   weight = 1
///   [arm.variant.rules]           # as in a file for `torg replay --variant`
///   `max_discount_percent` = 10
///   [[arm]]
///   name = "no-bot"
///   `hold_out` = true               # every message goes to the seller
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Start {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// What is tried
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Who begins it; unset: the user of this machine
    #[arg(long, env = "USER", value_name = "NAME", hide_env_values = true)]
    by: Option<String>,
}

/// Options of `torg experiment stop`.
#[derive(Args)]
pub(crate) struct Stop {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// The experiment
    name: String,
    /// Why it is stopped
    #[arg(long, value_name = "WORDS")]
    why: String,
    /// The arm that won. Nothing is changed by it: write what it tried into the sheet
    #[arg(long, value_name = "ARM")]
    winner: Option<String>,
    /// Who stops it; unset: the user of this machine
    #[arg(long, env = "USER", value_name = "NAME", hide_env_values = true)]
    by: Option<String>,
}

/// Options of `torg experiment list`.
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// Print each experiment as a JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `torg experiment show`.
///
/// Intervals of differences hold however often they are looked at; the same log and moment give the same bytes.
/// Exit codes: 0 done · 1 failed · 2 wrong usage · 3 printed, but commits that cannot be read are left out.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Show {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// The experiment
    name: String,
    /// As it was at this moment: RFC 3339, or a date, which begins at midnight UTC; unset: now
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Timestamp>,
    /// Print everything as JSON, with the conversations behind each arm
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(crate) fn run(command: Command) -> ExitCode {
    output::finish(async move {
        match command {
            Command::Plan(command) => plan(command).await,
            Command::Start(command) => start(command).await,
            Command::Stop(command) => stop(command).await,
            Command::List(command) => list(command).await,
            Command::Show(command) => show(command).await,
        }
    })
}

/// A plan as it is printed.
#[derive(Serialize)]
struct Planned {
    #[serde(flatten)]
    size: Size,
    /// Conversations of all arms together.
    all: u64,
    /// Conversations a day that take part.
    per_day: Option<f64>,
    /// Days until there are enough.
    days: Option<u64>,
}

async fn plan(command: Plan) -> anyhow::Result<u8> {
    let size = experiments::plan(Wish {
        baseline: command.baseline,
        lift: command.lift,
        power: command.power,
        alpha: command.alpha,
        arms: command.arms,
    })?;
    let per_day = match (&command.shop, command.per_day) {
        (_, Some(per_day)) => Some(per_day),
        (Some(shop), None) => Some(rate(&command.place, shop).await?),
        (None, None) => None,
    };
    let per_day = per_day.map(|per_day| per_day * f64::from(command.share_percent) / 100.0);
    let all = u64::from(size.per_arm).saturating_mul(u64::from(command.arms));
    let days = per_day.filter(|per_day| *per_day > 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "days are positive, and nobody plans for so many that a digit is lost"
    )]
    let days = days.map(|per_day| (all as f64 / per_day).ceil() as u64);
    let planned = Planned {
        size,
        all,
        per_day,
        days,
    };
    if command.json {
        output::json(&planned)?;
    } else {
        tables::plan(&planned)?;
    }
    Ok(0)
}

/// Conversations a day in which a buyer wrote, over the last weeks.
async fn rate(place: &Where, shop: &ShopId) -> anyhow::Result<f64> {
    let log = place.log().await?;
    super::stats::is_known(&log, shop).await?;
    let progress = Progress::new("counting");
    let folded =
        console::figures::read::<console::figures::Chat>(&log, Some(shop), |done, total| {
            progress.at(done, total);
        });
    let folded = folded.await;
    progress.done();
    let since = boot::clock::now().checked_sub(SignedDuration::from_hours(24 * RATE_DAYS))?;
    let folded = folded?;
    let lately = folded.conversations.iter();
    let lately = lately.filter(|(_, chat)| chat.was_written_to_since(since));
    Ok(f64::from(u32::try_from(lately.count())?) / 28.0)
}

fn actor(by: Option<&str>) -> anyhow::Result<Actor> {
    let by = by.map(str::trim).filter(|by| !by.is_empty());
    let by = by.context("who does it is recorded; say it with --by NAME")?;
    Ok(Actor::Console(by.to_owned()))
}

async fn start(command: Start) -> anyhow::Result<u8> {
    let by = actor(command.by.as_deref())?;
    let experiment = file::read(&command.file, by)?;
    let log = command.place.log().await?;
    let new = decide(&log, &command.shop, |shop| {
        shop.start_experiment(&experiment)
    })
    .await?;
    let name = &experiment.name;
    output::line(&match new {
        true => format!(
            "experiment {name} runs: {} conversations in each of {} arms are planned; \
             `torg experiment show {} {name}` tells what comes of it",
            experiment.planned.per_arm,
            experiment.arms.len(),
            command.shop,
        ),
        false => format!("experiment {name} runs already"),
    })?;
    Ok(0)
}

async fn stop(command: Stop) -> anyhow::Result<u8> {
    let by = actor(command.by.as_deref())?;
    let log = command.place.log().await?;
    let (name, why) = (&command.name, &command.why);
    let winner = command.winner.as_deref();
    let new = decide(&log, &command.shop, |shop| {
        shop.stop_experiment(name, why, winner, &by)
    });
    output::line(&match new.await? {
        true => format!("experiment {name} is stopped; everybody has the shop as it is"),
        false => format!("experiment {name} was stopped before"),
    })?;
    Ok(0)
}

/// Records what a rule of the shop answers; whether that was anything new.
async fn decide(
    log: &EventLog,
    shop: &ShopId,
    rule: impl Fn(&Shop) -> Result<schemas::Decision<ShopEvent>, ExperimentRefusal> + Send,
) -> anyhow::Result<bool> {
    let key = AggregateKey::shop(shop);
    match log.decide::<Shop, _>(&key, |shop| rule(shop)).await {
        Ok(appended) => Ok(!appended.recorded.is_empty()),
        Err(AppendError::Refused(ExperimentRefusal::NoShop)) => {
            anyhow::bail!("shop {shop} was never added; `torg shop add` adds one")
        }
        Err(AppendError::Refused(refusal)) => Err(refusal.into()),
        Err(AppendError::Poisoned(poison)) => anyhow::bail!("{poison}"),
        Err(AppendError::Contended(_)) => {
            anyhow::bail!("the shop changes all the time; try again")
        }
        Err(AppendError::Log(error)) => Err(error).context("while recording it"),
    }
}

async fn list(command: List) -> anyhow::Result<u8> {
    let log = command.place.log().await?;
    super::stats::is_known(&log, &command.shop).await?;
    let shop = log.load::<Shop>(&AggregateKey::shop(&command.shop)).await?;
    let all = shop.state.experiments().rev();
    if command.json {
        for one in all {
            output::json(&tables::Listed::new(one))?;
        }
    } else {
        tables::list(&all.collect::<Vec<_>>())?;
    }
    Ok(0)
}

async fn show(command: Show) -> anyhow::Result<u8> {
    let log = command.place.log().await?;
    super::stats::is_known(&log, &command.shop).await?;
    let shop = log.load::<Shop>(&AggregateKey::shop(&command.shop)).await?;
    let experiment = shop.state.experiment(&command.name).with_context(|| {
        format!(
            "there is no experiment {}; `torg experiment list {}` names them",
            command.name, command.shop
        )
    })?;
    let at = command.at.unwrap_or_else(boot::clock::now);
    let progress = Progress::new("reading");
    let folded = experiments::read(&log, &command.shop, |done, total| progress.at(done, total));
    let folded = folded.await;
    progress.done();
    let folded = folded?;
    let conversations = folded.conversations.iter();
    let conversations =
        conversations.filter_map(|(key, taking)| Some((key.conversation_id()?, taking)));
    let analysis = experiments::analyse(experiment, conversations, at);
    if command.json {
        output::json(&analysis)?;
    } else {
        tables::analysis(&analysis)?;
    }
    if folded.unreadable == 0 {
        return Ok(0);
    }
    tracing::warn!(
        "{} commits cannot be read and are left out",
        folded.unreadable
    );
    Ok(FOUND_FAULTS)
}
