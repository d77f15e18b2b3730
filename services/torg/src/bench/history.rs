//! What a long log can be asked: building the read models from it, searching them, and going back in time.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use console::{ReadModels, search, story::Until, then::Then};
use eventlog::{
    EventLog, Projection, Scope,
    project::{self, Build},
};
use futures::StreamExt as _;
use schemas::{AggregateKey, conversation::ConversationEvent};
use sqlx::{PgPool, types::Uuid};

use super::{
    Bench, What,
    figures::Spread,
    memory,
    report::{Row, Target},
    sample, site, talk,
};
use crate::{
    embedded::{Embedded, Which},
    output::Progress,
};

/// Rows in one statement of the baseline.
const AT_ONCE: usize = 4_000;
/// What is searched for: in most replies, in a few messages, in no more than one, in both languages.
const WORDS: [&str; 8] = [
    "наличии",
    "доставка",
    "скидка",
    "возврат товара",
    "delivery",
    "красный рюкзак",
    "\"сколько стоит\"",
    "оплата -доставка",
];

/// Fills a log, and measures on embedded stores of its own.
pub(super) async fn measure(options: &Bench, folder: &Path) -> anyhow::Result<Vec<Row>> {
    let site = site::Lazy::start(options, folder).await?;
    let which = Which {
        nats: false,
        postgres: true,
    };
    let stores = Embedded::start(folder, &options.runtime_dir, which).await;
    let stores = stores.context("while starting a database")?;
    let measured = on(options, &site, &stores).await;
    stores.stop().await?;
    site.stop().await;
    measured
}

async fn on(options: &Bench, site: &site::Lazy, stores: &Embedded) -> anyhow::Result<Vec<Row>> {
    let url = stores.places.database_url.as_deref();
    let pool = console::connect(url.context("there is no database")?, 20).await?;
    let filler = site.remembering().await?;
    let begun = Instant::now();
    let (events, conversations) =
        talk::fill(&filler, &talk::shop()?, &sample::texts(), options.events).await?;
    let rate = events as f64 / begun.elapsed().as_secs_f64();
    tracing::info!("{events} events written, {rate:.0} a second");
    let mut rows = Vec::new();
    if options.wants(What::Rebuild) {
        rows.extend(rebuild(&site.log, &pool, events).await?);
    } else {
        build(&site.log, &pool, ReadModels).await?;
    }
    if options.wants(What::History) {
        rows.extend(ask(options, &site.log, &pool, events, conversations).await?);
    }
    pool.close().await;
    Ok(rows)
}

async fn rebuild(log: &EventLog, pool: &PgPool, events: u64) -> anyhow::Result<Vec<Row>> {
    let (read, ids) = read_and_decode(log).await?;
    let read_rate = events as f64 / read.as_secs_f64();
    let inserted = insert_ids(pool, &ids).await?;
    let inserted_rate = events as f64 / inserted.as_secs_f64();
    drop(ids);
    let before = memory::resident()?;
    let begun = Instant::now();
    build(log, pool, ReadModels).await?;
    let console = begun.elapsed();
    build(log, pool, cart::Rows).await?;
    let all = begun.elapsed();
    let grown = memory::resident()? - before;
    let rate = |took: Duration| events as f64 / took.as_secs_f64();
    let row = |what: &str, measured: f64| Row::new("rebuild", what.to_owned(), "/s", measured);
    Ok(vec![
        row("events a second, all read models", rate(all))
            .against("reading and decoding alone", read_rate)
            .target(Target::AtLeast(20_000.0))
            .note(format!(
                "{events} events, with indexes and statistics; the process grew by {grown:.0} MiB"
            )),
        row("events a second, all read models", rate(all))
            .against("one row an event, id and position, alone", inserted_rate),
        row("events a second, the console's alone", rate(console))
            .against("reading and decoding alone", read_rate),
    ])
}

async fn build<P: Projection + Copy>(
    log: &EventLog,
    pool: &PgPool,
    projection: P,
) -> anyhow::Result<Build> {
    let build = project::begin::<P>(pool).await?;
    let progress = Progress::new(P::NAME);
    project::catch_up(log, pool, projection, &build, |so_far| {
        progress.at(so_far.commits, so_far.total);
    })
    .await?;
    project::complete::<P>(pool, &build).await?;
    project::switch::<P>(pool, &build).await?;
    progress.done();
    Ok(build)
}

/// Reads every shard, one after the other beside as many as there are, and decodes it; the ids of the events.
async fn read_and_decode(log: &EventLog) -> anyhow::Result<(Duration, Vec<Uuid>)> {
    let begun = Instant::now();
    let shards = futures::stream::iter(0..log.shards()).map(|shard| async move {
        let commits = log.read(&Scope::Shard(shard), 1, u64::MAX).await?;
        let mut commits = std::pin::pin!(commits);
        let mut ids = Vec::new();
        while let Some(commit) = commits.next().await {
            let events = commit?.decode::<ConversationEvent>()?;
            ids.extend(events.iter().map(|recorded| recorded.meta.id.uuid()));
        }
        anyhow::Ok(ids)
    });
    let mut shards = shards.buffer_unordered(6);
    let mut all = Vec::new();
    while let Some(ids) = shards.next().await {
        all.extend(ids?);
    }
    Ok((begun.elapsed(), all))
}

/// Writes nothing but the ids and a number each, in large statements without a sync, into a table with that key.
async fn insert_ids(pool: &PgPool, ids: &[Uuid]) -> anyhow::Result<Duration> {
    sqlx::query("CREATE TABLE public.baseline (id uuid PRIMARY KEY, seq bigint NOT NULL)")
        .execute(pool)
        .await?;
    let begun = Instant::now();
    for some in ids.chunks(AT_ONCE) {
        let mut tx = pool.begin().await?;
        sqlx::query("SET LOCAL synchronous_commit TO off")
            .execute(&mut *tx)
            .await?;
        let seqs: Vec<i64> = (0_i64..).take(some.len()).collect();
        sqlx::query("INSERT INTO public.baseline SELECT * FROM unnest($1::uuid[], $2::bigint[])")
            .bind(some)
            .bind(seqs)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    let took = begun.elapsed();
    sqlx::query("DROP TABLE public.baseline")
        .execute(pool)
        .await?;
    Ok(took)
}

async fn ask(
    options: &Bench,
    log: &EventLog,
    pool: &PgPool,
    events: u64,
    conversations: u64,
) -> anyhow::Result<Vec<Row>> {
    let shop = talk::shop()?;
    let reader = console::reader(pool.clone());
    let (mut searches, mut pings) = (Vec::new(), Vec::new());
    let progress = Progress::new("searching");
    let begun = Instant::now();
    let mut found = 0;
    // The first round warms the database up.
    for round in 0_u64.. {
        progress.at(begun.elapsed().as_secs(), options.seconds);
        for words in WORDS {
            let start = Instant::now();
            drop(reader.of(&shop).await?);
            let ping = start.elapsed();
            let start = Instant::now();
            let hits = search::search(&reader, &shop, words, 50, 0).await?;
            if round > 0 {
                pings.push(ping);
                searches.push(start.elapsed());
                found += hits.len();
            }
        }
        if round > 0 && begun.elapsed() > options.load() {
            break;
        }
    }
    progress.done();
    anyhow::ensure!(found > 0, "nothing was found");
    let (travels, reads) = travel(options, log, &shop, conversations).await?;
    let (searches, pings) = (Spread::new(searches), Spread::new(pings));
    let (travels, reads) = (Spread::new(travels), Spread::new(reads));
    let mut rows = Vec::new();
    for percent in [50.0, 95.0] {
        rows.push(
            Row::new(
                "history",
                format!("search among {events} events, p{percent:.0}"),
                "ms",
                searches.ms(percent),
            )
            .against("an empty transaction of a reader", pings.ms(percent))
            .note(format!(
                "{} searches, 50 hits each at the most",
                searches.count()
            )),
        );
        rows.push(
            Row::new(
                "history",
                format!("a conversation as it was, p{percent:.0}"),
                "ms",
                travels.ms(percent),
            )
            .against("one direct-get batch of it", reads.ms(percent))
            .note(format!(
                "{} moments; transcript, state, articles, rules and versions, folded from the log",
                travels.count()
            )),
        );
    }
    Ok(rows)
}

/// Goes back to the middle of conversations all over the log.
async fn travel(
    options: &Bench,
    log: &EventLog,
    shop: &schemas::ShopId,
    conversations: u64,
) -> anyhow::Result<(Vec<Duration>, Vec<Duration>)> {
    let (mut travels, mut reads) = (Vec::new(), Vec::new());
    let progress = Progress::new("going back");
    let begun = Instant::now();
    let step = (conversations / 211).max(1);
    for number in 0_u64.. {
        progress.at(begun.elapsed().as_secs(), options.seconds);
        let key: AggregateKey = sample::conversation(shop, number * step % conversations);
        let start = Instant::now();
        log.direct_read(&key).await?;
        let read = start.elapsed();
        let history = log.history(&key).await?;
        let middle = history
            .get(history.len() / 2)
            .context("an empty conversation")?;
        let start = Instant::now();
        let then = Then::read(log, &key, Until::Seq(middle.seq)).await?;
        let took = start.elapsed();
        anyhow::ensure!(!then.transcript.is_empty(), "{key} was not there");
        if number >= 20 {
            travels.push(took);
            reads.push(read);
        }
        if number > 40 && begun.elapsed() > options.load() {
            break;
        }
    }
    progress.done();
    Ok((travels, reads))
}
