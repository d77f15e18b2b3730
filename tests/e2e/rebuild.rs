//! The read models are what the log says: built anew, into another database or in place, they are the same bytes.

use std::{cell::Cell, time::Duration};

use console::figures::Handovers;
use e2e::{Channel, Setup, World, shop, until};
use eventlog::{EventLog, Projection, project};
use schemas::AggregateKey;
use serde_json::Value;
use simulator::{Fault, Provider};

use crate::told::Sale;

/// The canonical dump of a database.
pub(crate) async fn dump(url: &str) -> Vec<String> {
    let pool = console::connect(url, 2).await.unwrap();
    let mut lines = dump_of::<console::ReadModels>(&pool).await;
    lines.extend(dump_of::<cart::Rows>(&pool).await);
    pool.close().await;
    lines
}

/// The canonical dump of the rows of one projection that serve.
pub(crate) async fn dump_of<P: Projection>(pool: &sqlx::PgPool) -> Vec<String> {
    let build = project::serving::<P>(pool).await.unwrap().unwrap();
    let mut lines = Vec::new();
    let line = |line: &str| {
        lines.push(line.to_owned());
        Ok(())
    };
    project::canonical::<P>(pool, &build, line).await.unwrap();
    lines
}

/// Builds the read models of a database anew and dumps them.
async fn rebuilt(log: &EventLog, url: &str) -> Vec<String> {
    let pool = console::connect(url, 6).await.unwrap();
    anew(log, &pool, console::ReadModels).await;
    anew(log, &pool, cart::Rows).await;
    pool.close().await;
    dump(url).await
}

async fn anew<P: Projection + Copy>(log: &EventLog, pool: &sqlx::PgPool, projection: P) {
    let build = project::begin::<P>(pool).await.unwrap();
    let caught_up = project::catch_up(log, pool, projection, &build, |_| {}).await;
    caught_up.unwrap();
    project::complete::<P>(pool, &build).await.unwrap();
    project::switch::<P>(pool, &build).await.unwrap();
}

/// Waits until the live read models hold everything that the log holds.
pub(crate) async fn until_caught_up(world: &World) {
    let url = world.database.as_ref().unwrap().url();
    let pool = console::connect(&url, 2).await.unwrap();
    until("the live read models are where the log is", || async {
        let ends = ends(&world.log).await;
        for reached in [
            reached::<console::ReadModels>(&pool).await,
            reached::<cart::Rows>(&pool).await,
        ] {
            let there = |(shard, end): (usize, &u64)| reached.get(shard) >= Some(end);
            if !ends.iter().enumerate().all(there) {
                return None;
            }
        }
        Some(())
    })
    .await;
    pool.close().await;
}

/// The live read models are what a rebuild from the log into an empty database gives.
///
/// # Panics
/// When a line is another.
pub(crate) async fn as_rebuilt(world: &World) {
    let database = world.database.as_ref().unwrap();
    let tries = Cell::new(0);
    until("nothing is written while rows are compared", || async {
        tries.set(tries.get() + 1);
        let anew = format!("anew{}", tries.get());
        let before = ends(&world.log).await;
        let expected = rebuilt(&world.log, &database.another(&anew).await).await;
        until_caught_up(world).await;
        let live = dump(&database.url()).await;
        if ends(&world.log).await != before {
            return None;
        }
        let other = |lines: &[String], than: &[String]| {
            let other = lines.iter().filter(|line| !than.contains(line));
            other.cloned().collect::<Vec<_>>()
        };
        let differences = (other(&live, &expected), other(&expected, &live));
        assert_eq!(differences, (vec![], vec![]), "live, and rebuilt");
        assert_eq!(live.len(), expected.len());
        Some(())
    })
    .await;
}

/// The last position of every shard of the log.
async fn ends(log: &EventLog) -> Vec<u64> {
    let ends = (0..log.shards()).map(|shard| log.last_seq(shard));
    futures::future::try_join_all(ends).await.unwrap()
}

/// The last position of every shard that the rows which serve have reached.
async fn reached<P: Projection>(pool: &sqlx::PgPool) -> Vec<u64> {
    let build = project::serving::<P>(pool).await.unwrap().unwrap();
    let positions = project::positions(pool, &build).await.unwrap();
    positions.into_iter().map(|(_, seq)| seq).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_gives_the_same_bytes_as_living_through_it() {
    let setup = Setup {
        console: true,
        ..Setup::default()
    };
    let mut world = World::with(setup).await;
    world.control().fault(Fault {
        duplicate_webhooks: Some(1),
        ..Fault::default()
    });
    for channel in Channel::ALL {
        Sale::new(&world, channel, 1).tell(&world).await;
    }
    lists_handoffs_refusals_and_sheets(&world).await;
    world.end().await;

    as_rebuilt(&world).await;
    let url = world.database.as_ref().unwrap().url();
    let live = dump(&url).await;
    assert!(live.len() > 60, "{}", live.len());
    // Beside the live ones, which serve and go on until the new ones take their place.
    let place = ["--database-url", &url];
    let told = world.torg(&[&["rebuild", "--json", "--hold-if-different"][..], &place].concat());
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    for one in &told {
        assert_eq!(one["differences"], serde_json::json!([]), "{one}");
        assert_eq!(one["serves"], true, "{one}");
    }
    assert_eq!(dump(&url).await, live);
    let mut later = Sale::new(&world, Channel::Avito, 7);
    later.asks().await;
    later.is_answered().await;
    world.end().await;
    until("the live rows go on in the new ones", || async {
        let now = dump(&url).await;
        (now.len() > live.len()).then_some(())
    })
    .await;
    let live = settled(&url).await;
    handovers_are_those_of_the_figures(&world, &live).await;
    // And with nobody beside it who builds as well.
    world.kill(e2e::Service::Console).await;
    world.kill(e2e::Service::Cart).await;
    assert_eq!(rebuilt(&world.log, &url).await, live);
}

/// The rows of handovers say what the figures fold from the log, and the days add up to as many.
async fn handovers_are_those_of_the_figures(world: &World, rows: &[String]) {
    let rows = rows.iter().map(|row| serde_json::from_str(row).unwrap());
    let rows: Vec<Value> = rows
        .filter(|row: &Value| row["table"] == "handover")
        .collect();
    assert!(rows.len() >= 2, "{rows:?}");
    for row in &rows {
        let id = row["conversation"].as_str().unwrap().parse().unwrap();
        let key = AggregateKey::conversation(&shop(), id);
        let told = world.log.load::<Handovers>(&key).await.unwrap().state;
        let one = told
            .all()
            .iter()
            .find(|one| row["id"] == one.id.to_string());
        let ended = one.unwrap().ended.as_ref();
        let how = ended.map(|ended| serde_json::to_value(ended.how).unwrap());
        assert_eq!(row["ended"], how.unwrap_or_default(), "{row}");
    }
    let url = world.database.as_ref().unwrap().url();
    let pool = console::connect(&url, 1).await.unwrap();
    let mut reading = console::reader(pool).of(&shop()).await.unwrap();
    let counted: i64 = sqlx::query_scalar(
        "SELECT coalesce(sum(value), 0)::bigint FROM daily WHERE figure = 'handovers'",
    )
    .fetch_one(&mut *reading)
    .await
    .unwrap();
    assert_eq!(counted, i64::try_from(rows.len()).unwrap());
}

/// The dump once it is the same for a second: nothing is left to be applied.
async fn settled(url: &str) -> Vec<String> {
    let mut last = dump(url).await;
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = dump(url).await;
        if now == last {
            return now;
        }
        last = now;
    }
}

/// A little of everything else that a read model shows.
async fn lists_handoffs_refusals_and_sheets(world: &World) {
    let mut list = world.chat(Channel::Avito, 2);
    list.buyer("есть рюкзаки?").await;
    list.expect_reply(&["1. Рюкзак"]).await;
    list.buyer("второй").await;
    list.expect_reply(&["шту"]).await;

    let mut handed = world.chat(Channel::Avito, 3);
    handed.buyer("позовите оператора").await;
    handed.expect_reply(&["продавцу"]).await;
    handed.seller("Слушаю вас");
    handed.until_event("seller_wrote").await;

    world.control().fault(Fault {
        provider: Some(Provider::Telegram),
        operation: Some("sendMessage".to_owned()),
        status: Some(403),
        description: Some("Forbidden: bot was blocked by the user".to_owned()),
        count: Some(1),
        ..Fault::default()
    });
    let blocked = world.chat(Channel::Telegram, 4);
    blocked.buyer("Красный рюкзак 20 л есть?").await;
    blocked.until_event("handoff_requested").await;

    world.sheet.change("RG-20-RED", ",3,", ",дорого,");
    world
        .until_sheet("the broken row is listed", |told| {
            told["data"]["problems"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        })
        .await;
    world.sheet.empty();
    world.until_shop_event("sheet_refused").await;
}
