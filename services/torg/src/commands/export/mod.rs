//! `torg export`: what happened as flat tables, for analysts, without what a person could be known or reached by.
//!
//! Everything is folded from the log; the read models only say which conversations there are. Ids of buyers, chats and
//! orders are digests under a key of this installation: the same buyer is the same digest in every export, and nobody
//! without the key can tell whose it is. Names, telephone numbers, e-mail and postal addresses are never exported. Words
//! are, when they are asked for, and then without telephone numbers, e-mail addresses, and what the buyer gave as name and
//! address; what else a buyer tells of himself in his own words stays in them.

mod pseudonym;
mod rows;
mod sink;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use console::{
    listing,
    story::{Story, Until},
};
use schemas::{AggregateKey, ShopId};

use crate::{
    output::{self, Progress},
    places::Where,
};
use pseudonym::Pseudonyms;
use rows::Told;
use sink::Sink;

/// Conversations that are asked for at once.
const PAGE: u32 = 500;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Table {
    /// What was said, one row a message
    Messages,
    /// How each turn was understood, and what came of it
    Turns,
    /// What was ordered, and how far it came
    Orders,
    /// That something happened, without what it says
    Events,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// JSON Lines: one object a row
    Jsonl,
    /// Apache Parquet, compressed by Snappy
    Parquet,
}

/// What becomes of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Texts {
    /// None is exported
    Drop,
    /// Masked: without telephone numbers, addresses, and the names that the buyer gave
    Mask,
}

/// Options of `torg export`.
#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    place: Where,
    /// What to export
    #[arg(long, value_enum, default_value_t = Table::Messages)]
    table: Table,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Where to write it; a file that is there is replaced once the new one is whole
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Only of this shop; unset: of all
    #[arg(long)]
    shop: Option<ShopId>,
    /// What becomes of words
    #[arg(long, value_enum, default_value_t = Texts::Drop)]
    texts: Texts,
    /// The key of the digests; unset: `export.key` in the state directory, made at the first export
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Exports one table.
pub(crate) fn run(command: Export) -> ExitCode {
    output::finish(async move {
        let key_file = command.key_file.clone();
        let key_file = key_file.unwrap_or_else(|| command.place.state_dir.join("export.key"));
        let pseudonyms = Pseudonyms::open(&key_file)?;
        let log = command.place.log().await?;
        let reader = console::reader(command.place.pool().await?);
        let shops = match &command.shop {
            Some(shop) => vec![shop.clone()],
            None => listing::shops(&reader).await?,
        };
        let mut sink = Sink::create(&command.out, command.format, rows::columns(command.table))?;
        let progress = Progress::new("exporting");
        let mut done = 0;
        for shop in shops {
            let mut after = None;
            loop {
                let page = listing::by_age(&reader, &shop, after, PAGE).await?;
                for (_, id) in &page {
                    let key = AggregateKey::conversation(&shop, *id);
                    let story = Story::read(&log, &key, Until::Now).await?;
                    let told = Told {
                        shop: &shop,
                        key: &key,
                        story: &story,
                        pseudonyms: &pseudonyms,
                        texts: command.texts,
                    };
                    for row in rows::rows(command.table, &told) {
                        sink.add(row)?;
                    }
                    done += 1;
                    progress.at(done, done);
                }
                match page.last() {
                    Some(last) if page.len() as u64 >= u64::from(PAGE) => {
                        after = Some(*last);
                    }
                    Some(_) | None => break,
                }
            }
        }
        let rows = sink
            .finish()
            .with_context(|| format!("while writing {}", command.out.display()))?;
        progress.done();
        output::line(&format!(
            "{rows} rows of {done} conversations in {}",
            command.out.display()
        ))?;
        Ok(0)
    })
}
