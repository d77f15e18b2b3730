//! `torg rebuild` and `torg dump`.

use std::{
    io::{BufWriter, Write as _},
    process::ExitCode,
};

use clap::Args;
use eventlog::project;

use crate::{
    output::{self, Progress},
    places::Where,
};

/// Options of `torg rebuild`.
#[derive(Args)]
pub(crate) struct Rebuild {
    #[command(flatten)]
    place: Where,
    /// Build into this database instead, and leave the live one alone
    #[arg(long, value_name = "URL")]
    into: Option<String>,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Builds the read models anew.
pub(crate) fn rebuild(command: Rebuild) -> ExitCode {
    output::finish(async move {
        let log = command.place.log().await?;
        let pool = match &command.into {
            Some(url) => console::connect(url, 20).await?,
            None => command.place.pool().await?,
        };
        console::forget(&pool).await?;
        cart::forget(&pool).await?;
        let progress = Progress::new("rebuilding");
        let begun = std::time::Instant::now();
        let done = project::catch_up(&log, &pool, console::ReadModels, |so_far| {
            progress.at(so_far.commits, so_far.total);
        })
        .await?;
        // Nearly all that is said in a log is about no order: this is over soon.
        project::catch_up(&log, &pool, cart::Rows, |so_far| {
            progress.at(so_far.commits, so_far.total);
        })
        .await?;
        progress.done();
        let seconds = begun.elapsed().as_secs_f64();
        if command.json {
            output::json(&serde_json::json!({ "commits": done.commits, "seconds": seconds }))?;
        } else {
            output::line(&format!("{} commits in {seconds:.1} s", done.commits))?;
        }
        Ok(0)
    })
}

/// Options of `torg dump`.
#[derive(Args)]
pub(crate) struct Dump {
    #[command(flatten)]
    place: Where,
    /// Every row, in the order of its key: the only form there is
    #[arg(long)]
    canonical: bool,
}

/// Prints the read models.
pub(crate) fn dump(command: Dump) -> ExitCode {
    output::finish(async move {
        anyhow::ensure!(
            command.canonical,
            "say `torg dump --canonical`: there is no other form"
        );
        let pool = command.place.pool().await?;
        let mut out = BufWriter::new(std::io::stdout().lock());
        let tables = [&console::TABLES[..], &cart::TABLES[..]].concat();
        console::canonical(&pool, &tables, |line| Ok(writeln!(out, "{line}")?)).await?;
        out.flush()?;
        Ok(0)
    })
}
