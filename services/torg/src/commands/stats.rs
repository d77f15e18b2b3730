//! `torg stats`: how much the bot does alone, how long buyers wait, what becomes of what it hands over.

mod sheet;
mod tables;

pub(crate) use tables::{share, wire_name};

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use console::figures::{self, Chat, Figures, Folded, Period, Tally};
use domain::Shop;
use eventlog::EventLog;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use schemas::{AggregateKey, ShopId};
use serde::Serialize;

use crate::{
    output::{self, FOUND_FAULTS, Progress},
    places::Where,
};

/// Options of `torg stats`.
///
/// What begins in the period counts there, and is followed to the end of the log. The same log gives the same bytes.
/// Exit codes: 0 done · 1 failed · 2 wrong usage · 3 printed, but commits that cannot be read are left out.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Stats {
    #[command(flatten)]
    place: Where,
    /// The shop; unset: each of all shops
    shop: Option<ShopId>,
    /// From this moment on: RFC 3339, or a date, which begins at midnight UTC
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<Timestamp>,
    /// Until before this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<Timestamp>,
    /// Every figure with what it means: funnel, revenue, what is asked after, what nobody could answer. With --json also
    /// its days and the conversations behind it
    #[arg(long, requires = "shop")]
    sheet: bool,
    /// Directory of fetched weights: questions are put together by what they mean
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        value_name = "DIR",
        default_value = "./.torg/runtime"
    )]
    runtime_dir: PathBuf,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

/// A date or a moment.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(date) = text.parse::<Date>()
        && !text.contains(['T', 't', ' '])
    {
        let midnight = date.to_zoned(TimeZone::UTC);
        return midnight
            .map(|midnight| midnight.timestamp())
            .map_err(|error| error.to_string());
    }
    text.parse()
        .map_err(|_| "write a date like 2026-11-21, or a moment like 2026-11-21T10:00:00Z".into())
}

/// What is printed.
#[derive(Serialize)]
struct Printed {
    #[serde(flatten)]
    period: Period,
    shops: Vec<OfShop>,
    /// Commits that are left out.
    unreadable: u64,
}

#[derive(Serialize)]
struct OfShop {
    shop: ShopId,
    #[serde(flatten)]
    figures: Figures,
}

/// Counts and prints.
pub(crate) fn run(command: Stats) -> ExitCode {
    output::finish(async move {
        let period = Period {
            from: command.from,
            to: command.to,
        };
        if let (Some(from), Some(to)) = (period.from, period.to) {
            anyhow::ensure!(from < to, "--from {from} is not before --to {to}");
        }
        let log = command.place.log().await?;
        if let Some(shop) = &command.shop {
            is_known(&log, shop).await?;
        }
        if let (Some(shop), true) = (&command.shop, command.sheet) {
            return sheet::print(&log, shop, period, command.runtime_dir, command.json).await;
        }
        let progress = Progress::new("counting");
        let shop = command.shop.as_ref();
        let folded = figures::read(&log, shop, |done, total| progress.at(done, total)).await;
        progress.done();
        let printed = count(&folded?, command.shop, period);
        if command.json {
            output::json(&printed)?;
        } else {
            tables::print(&printed)?;
        }
        Ok(match printed.unreadable {
            0 => 0,
            _ => FOUND_FAULTS,
        })
    })
}

/// A misspelt shop has no figures, and zeros would not say so.
pub(crate) async fn is_known(log: &EventLog, shop: &ShopId) -> anyhow::Result<()> {
    let known = log.load::<Shop>(&AggregateKey::shop(shop)).await?;
    known
        .state
        .settings()
        .map(|_| ())
        .with_context(|| format!("shop {shop} was never added; `torg shop add` adds one"))
}

fn count(folded: &Folded<Chat>, shop: Option<ShopId>, period: Period) -> Printed {
    let mut tallies: BTreeMap<ShopId, Tally> = BTreeMap::new();
    tallies.extend(shop.map(|shop| (shop, Tally::default())));
    for (key, chat) in &folded.conversations {
        let tally = tallies.entry(key.shop_id().clone()).or_default();
        tally.add(chat, period);
    }
    let shops = tallies.into_iter().map(|(shop, tally)| OfShop {
        shop,
        figures: tally.figures(),
    });
    Printed {
        period,
        shops: shops.collect(),
        unreadable: folded.unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_told_in_dates_or_moments() {
        let told = |text| moment(text).map(|moment| moment.to_string());
        assert_eq!(told("2026-11-21"), Ok("2026-11-21T00:00:00Z".into()));
        let zoned = told("2026-11-21T10:00:00+03:00");
        assert_eq!(zoned, Ok("2026-11-21T07:00:00Z".into()));
        for wrong in ["yesterday", "2026-13-01", "2026-11-21T10:00", ""] {
            assert!(told(wrong).is_err(), "{wrong}");
        }
    }
}
