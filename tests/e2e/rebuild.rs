//! The read models are what the log says: built anew, into another database or in place, they are the same bytes.

use e2e::{Channel, Setup, World, until};
use eventlog::{EventLog, Projection, project};
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

/// Waits until the live read models are what a rebuild from the log into an empty database gives.
pub(crate) async fn until_caught_up(world: &World) {
    let database = world.database.as_ref().unwrap();
    let expected = rebuilt(&world.log, &database.another("anew").await).await;
    until("the live read models are those of a rebuild", || async {
        (dump(&database.url()).await == expected).then_some(())
    })
    .await;
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

    until_caught_up(&world).await;
    let url = world.database.as_ref().unwrap().url();
    let live = dump(&url).await;
    assert!(live.len() > 60, "{}", live.len());
    // In place, with nobody beside it who builds as well.
    world.kill(e2e::Service::Console).await;
    world.kill(e2e::Service::Cart).await;
    assert_eq!(rebuilt(&world.log, &url).await, live);
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
