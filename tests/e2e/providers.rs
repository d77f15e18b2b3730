//! Providers that refuse, throttle, cut the line, or want to be paid.

use e2e::{Channel, Setup, World};
use simulator::{Fault, Filter, Provider};

use crate::told::{Sale, record};

/// An order for the next message to `provider`.
fn next_message(provider: Provider) -> Fault {
    let operation = match provider {
        Provider::Avito => "send",
        Provider::Telegram => "sendMessage",
        Provider::Model => "chat",
        Provider::Sheets => "export",
    };
    Fault {
        provider: Some(provider),
        operation: Some(operation.to_owned()),
        count: Some(1),
        ..Fault::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_throttles_gets_the_reply_later_and_once() {
    let world = World::start().await;
    for (channel, provider) in [
        (Channel::Avito, Provider::Avito),
        (Channel::Telegram, Provider::Telegram),
    ] {
        world.control().fault(Fault {
            status: Some(429),
            retry_after: Some(1),
            ..next_message(provider)
        });
        let sale = Sale::new(&world, channel, 1);
        sale.tell(&world).await;
    }
    let calls = world.control().calls();
    assert_eq!(calls.iter().filter(|call| call.status == 429).count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_paid_for_is_paused_and_goes_on_afterwards() {
    let world = World::start().await;
    world.control().fault(Fault {
        status: Some(402),
        ..next_message(Provider::Avito)
    });
    let mut sale = Sale::new(&world, Channel::Avito, 1);
    sale.asks().await;
    let paused = world.until_shop_event("channel_paused").await;
    assert!(sale.chat().replies().await.is_empty());
    assert_eq!(paused["data"]["kind"], "avito");
    sale.is_answered().await;
    world.until_shop_event("channel_resumed").await;
    sale.goes_on().await;
    sale.ends(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_replaced_without_anybody_noticing() {
    let world = World::start().await;
    for (number, status) in [(1, 401), (2, 403)] {
        let mut sale = Sale::new(&world, Channel::Avito, number);
        sale.asks().await;
        sale.is_answered().await;
        world.control().fault(Fault {
            token_expired: Some(status),
            ..Fault::default()
        });
        sale.goes_on().await;
        assert_eq!(sale.chat().count("reply_failed").await, 0);
        sale.ends(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_cut_behind_the_message_is_one_message() {
    let world = World::start().await;
    world.control().fault(Fault {
        drop_after_apply: true,
        ..next_message(Provider::Avito)
    });
    Sale::new(&world, Channel::Avito, 1).tell(&world).await;
    assert!(cut(&world));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_cut_behind_the_message_without_an_echo_is_one_message_too() {
    let setup = Setup {
        send_deadline_ms: 1_500,
        quiet_window_ms: 500,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.control().fault(Fault {
        drop_after_apply: true,
        ..next_message(Provider::Avito)
    });
    let mut sale = Sale::new(&world, Channel::Avito, 1);
    sale.asks().await;
    sale.chat().until_event("message_received").await;
    world.control().fault(Fault {
        drop_percent: Some(100),
        ..Fault::default()
    });
    sale.is_answered().await;
    world.control().clear_faults();
    assert!(cut(&world));
    sale.goes_on().await;
    sale.ends(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_cut_before_the_message_is_one_message() {
    let setup = Setup {
        send_deadline_ms: 1_500,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.control().fault(Fault {
        drop_before_apply: true,
        ..next_message(Provider::Avito)
    });
    Sale::new(&world, Channel::Avito, 1).tell(&world).await;
    assert!(cut(&world));
}

fn cut(world: &World) -> bool {
    world.control().calls().iter().any(|call| call.status == 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_cut_behind_the_message_is_told_to_the_seller_and_not_repeated() {
    let setup = Setup {
        send_deadline_ms: 1_500,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.control().fault(Fault {
        drop_after_apply: true,
        ..next_message(Provider::Telegram)
    });
    let sale = Sale::new(&world, Channel::Telegram, 1);
    sale.asks().await;
    sale.chat().until_event("handoff_requested").await;
    world.end().await;
    assert_eq!(sale.chat().replies().await.len(), 1);
    record("uncertain", &sale.chat().record().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_blocked_the_bot_is_left_to_the_seller() {
    let world = World::start().await;
    let mut chat = world.chat(Channel::Telegram, 1);
    chat.buyer("Здравствуйте!").await;
    chat.expect_reply(&["Здравствуйте"]).await;
    world.control().fault(Fault {
        status: Some(403),
        description: Some("Forbidden: bot was blocked by the user".to_owned()),
        ..next_message(Provider::Telegram)
    });
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.until_event("handoff_requested").await;
    world.end().await;
    let filter = Filter {
        provider: Some(Provider::Telegram),
        ..Filter::default()
    };
    assert_eq!(world.control().ledger(&filter).len(), 1);
    record("blocked", &chat.record().await);
}
