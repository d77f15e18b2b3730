//! Telegram without a webhook's secret: the bot asks for its updates.

use e2e::{Channel, Service, Setup, World};

use crate::told::Sale;

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_without_a_webhook_secret_asks_for_its_updates() {
    let setup = Setup {
        polling: true,
        ..Setup::default()
    };
    let mut world = World::with(setup).await;
    let mut sale = Sale::new(&world, Channel::Telegram, 1);
    sale.asks().await;
    sale.is_answered().await;
    // What comes while nobody asks waits at Telegram's.
    world.kill(Service::Ingest).await;
    sale.follows_up().await;
    world.run(Service::Ingest).await;
    sale.is_followed_up().await;
    sale.asks_the_price().await;
    sale.ends(&world).await;
}
