//! A question about an article, on every channel.

use e2e::{Channel, Setup, World};

use crate::told::Sale;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_sale_on_avito_telegram_and_the_web_chat() {
    let world = World::start().await;
    for channel in Channel::ALL {
        Sale::new(&world, channel, 1).tell(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_story_with_each_service_in_a_process_of_its_own() {
    let setup = Setup {
        processes: true,
        console: true,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    for channel in Channel::ALL {
        Sale::new(&world, channel, 1).tell(&world).await;
    }
}
