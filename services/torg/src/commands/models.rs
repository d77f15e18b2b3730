//! `torg rebuild` and `torg dump`.

use std::{
    io::{BufWriter, Write as _},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Args;
use console::ReadModels;
use eventlog::{
    EventLog, Projection,
    project::{self, Build, Difference},
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    output::{self, FOUND_FAULTS, Progress},
    places::Where,
};

/// How often the rows that serve are given a moment to come as far as the new ones.
const PATIENCE: u32 = 20;
/// How long programs that read and write the old rows may take to come over to the new ones.
const COME_OVER: Duration = Duration::from_secs(2);

/// Options of `torg rebuild`.
#[derive(Args)]
pub(crate) struct Rebuild {
    #[command(flatten)]
    place: Where,
    /// Build in this database instead, and leave the live one alone
    #[arg(long, value_name = "URL", hide_env_values = true)]
    into: Option<String>,
    /// Do not compare the new rows with those that serve
    #[arg(long)]
    no_compare: bool,
    /// Leave the old rows serving when the new ones differ, with exit code 3; the next rebuild goes on with the new ones
    #[arg(long, conflicts_with = "no_compare")]
    hold_if_different: bool,
    /// Keep the rows that served until now: `torg rebuild --drop-old` drops them
    #[arg(long)]
    keep_old: bool,
    /// Build nothing; drop rows that served before, and those of older versions
    #[arg(long, conflicts_with_all = ["no_compare", "hold_if_different", "keep_old"])]
    drop_old: bool,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Builds the read models anew, beside those that serve, and lets them take their place.
pub(crate) fn rebuild(command: Rebuild) -> ExitCode {
    output::finish(async move {
        let pool = match &command.into {
            Some(url) => console::connect(url, 20).await?,
            None => command.place.pool().await?,
        };
        if command.drop_old {
            project::migrate(&pool).await?;
            let mut dropped = project::drop_old::<ReadModels>(&pool).await?;
            dropped.extend(project::drop_old::<cart::Rows>(&pool).await?);
            say(
                &command,
                &json!({"dropped": dropped}),
                &format!("{} builds dropped", dropped.len()),
            )?;
            return Ok(0);
        }
        let log = command.place.log().await?;
        let console = one(&command, &log, &pool, ReadModels).await?;
        let cart = one(&command, &log, &pool, cart::Rows).await?;
        if !command.keep_old && (console.replaced || cart.replaced) {
            tokio::time::sleep(COME_OVER).await;
            project::drop_old::<ReadModels>(&pool).await?;
            project::drop_old::<cart::Rows>(&pool).await?;
        }
        Ok(if console.held || cart.held {
            FOUND_FAULTS
        } else {
            0
        })
    })
}

/// What became of one projection.
struct Rebuilt {
    /// Rows that served do so no more.
    replaced: bool,
    /// The new rows differ, and do not serve.
    held: bool,
}

async fn one<P: Projection + Copy>(
    command: &Rebuild,
    log: &EventLog,
    pool: &PgPool,
    projection: P,
) -> anyhow::Result<Rebuilt> {
    let build = project::begin::<P>(pool).await?;
    let begun = Instant::now();
    let progress = Progress::new(P::NAME);
    let done = project::catch_up(log, pool, projection, &build, |so_far| {
        progress.at(so_far.commits, so_far.total);
    })
    .await?;
    project::complete::<P>(pool, &build).await?;
    // What was said meanwhile.
    project::catch_up(log, pool, projection, &build, |_| {}).await?;
    progress.done();
    let seconds = begun.elapsed().as_secs_f64();
    let differences = if command.no_compare {
        None
    } else {
        compared(log, pool, projection, &build).await?
    };
    let held = command.hold_if_different && differences.as_ref().is_some_and(|all| !all.is_empty());
    let replaced = if held {
        None
    } else {
        project::switch::<P>(pool, &build).await?
    };
    let told = json!({
        "projection": P::NAME, "version": P::VERSION, "schema": build.schema, "commits": done.commits,
        "seconds": seconds, "differences": differences, "serves": !held,
    });
    let rate = done.commits as f64 / seconds.max(0.001);
    let mut text = format!(
        "{}: {} commits in {seconds:.1} s, {rate:.0} a second, in {}",
        P::NAME,
        done.commits,
        build.schema
    );
    text.push_str(&in_words(differences.as_deref()));
    text.push_str(match held {
        true => "\n  the old rows go on serving",
        false => "\n  these rows serve from now on",
    });
    say(command, &told, &text)?;
    Ok(Rebuilt {
        replaced: replaced.is_some(),
        held,
    })
}

/// Compares, once the rows that serve have come as far as the new ones. When they never do, nobody keeps them.
async fn compared<P: Projection + Copy>(
    log: &EventLog,
    pool: &PgPool,
    projection: P,
    build: &Build,
) -> anyhow::Result<Option<Vec<Difference>>> {
    for _ in 0..PATIENCE {
        match project::compare(log, pool, projection, build).await {
            Err(error) if error.is::<project::Behind>() => {
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            other => return other.context("while comparing the new rows with those that serve"),
        }
    }
    tracing::warn!("{}: not compared: {}", P::NAME, project::Behind);
    Ok(None)
}

fn in_words(differences: Option<&[Difference]>) -> String {
    let Some(all) = differences else {
        return "\n  compared with nothing".to_owned();
    };
    if all.is_empty() {
        return "\n  row by row what served until now".to_owned();
    }
    let lines = all.iter().map(|one| {
        let columns = match one.columns.as_slice() {
            [] => String::new(),
            columns => format!("; only one has {}", columns.join(", ")),
        };
        format!(
            "\n  {}: {} rows gone, {} new, {} changed{}{columns}",
            one.table,
            one.gone,
            one.added,
            one.changed,
            match one.keys.as_slice() {
                [] => String::new(),
                keys => format!(" (like {})", keys.join(", ")),
            }
        )
    });
    lines.collect()
}

fn say(command: &Rebuild, told: &Value, text: &str) -> anyhow::Result<()> {
    if command.json {
        output::json(told)
    } else {
        output::line(text)
    }
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
        print::<ReadModels>(&pool, &mut out).await?;
        print::<cart::Rows>(&pool, &mut out).await?;
        out.flush()?;
        Ok(0)
    })
}

async fn print<P: Projection>(pool: &PgPool, out: &mut impl std::io::Write) -> anyhow::Result<()> {
    let build = project::serving::<P>(pool).await?;
    let build = build.with_context(|| format!("there are no rows of {} yet", P::NAME))?;
    project::canonical::<P>(pool, &build, |line| Ok(writeln!(out, "{line}")?)).await
}
