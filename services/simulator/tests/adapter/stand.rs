//! What most tests begin with: a simulator, clients of it, a buyer who asks.

use std::time::Duration;

use channels::{
    Url,
    avito::{AvitoClient, AvitoConfig},
    desk::DeskBot,
    telegram::{TelegramClient, TelegramConfig},
};
use simulator::{AvitoAccount, AvitoMessage, Config, Filter, Simulator, TelegramBot};

pub(crate) const ACCOUNT: u64 = 94_000_311;
pub(crate) const CHAT: &str = "u2i-Zq~7_aB-cD3e";
pub(crate) const BOT: i64 = 123_456;
pub(crate) const TOKEN: &str = "123456:AAbbCC";
pub(crate) const DESK: i64 = 654_321;
pub(crate) const DESK_TOKEN: &str = "654321:DDeeFF";

/// A simulator with one account, a bot for buyers, one for sellers, and quick repeats.
pub(crate) async fn simulator() -> Simulator {
    start(Config::default()).await
}

async fn start(config: Config) -> Simulator {
    Simulator::start(Config {
        accounts: vec![AvitoAccount {
            user_id: ACCOUNT,
            name: "Рюкзаки".to_owned(),
            credentials: Some(("client-1".to_owned(), "secret-1".to_owned())),
            webhook: None,
        }],
        bots: [TOKEN, DESK_TOKEN]
            .map(|token| TelegramBot {
                token: token.to_owned(),
                ..TelegramBot::default()
            })
            .to_vec(),
        retry_pause: Duration::from_millis(40),
        ..config
    })
    .await
    .expect("a simulator")
}

fn url(sim: &Simulator) -> Url {
    sim.url().parse().expect("a URL")
}

/// A client that is in no hurry about limits and in a hurry about deadlines.
pub(crate) fn avito(sim: &Simulator) -> AvitoClient {
    avito_with(sim, "secret-1")
}

pub(crate) fn avito_with(sim: &Simulator, secret: &str) -> AvitoClient {
    let mut config = AvitoConfig::new(url(sim), ACCOUNT.to_string(), "client-1", secret.into());
    config.per_second = 1000.try_into().expect("not zero");
    config.deadline = Duration::from_secs(1);
    AvitoClient::new(config).expect("a client")
}

pub(crate) fn telegram(sim: &Simulator) -> TelegramClient {
    telegram_with(sim, TOKEN)
}

pub(crate) fn telegram_with(sim: &Simulator, token: &str) -> TelegramClient {
    TelegramClient::new(hasty(sim, token)).expect("a client")
}

pub(crate) fn desk(sim: &Simulator) -> DeskBot {
    desk_with(sim, DESK_TOKEN)
}

pub(crate) fn desk_with(sim: &Simulator, token: &str) -> DeskBot {
    DeskBot::new(hasty(sim, token)).expect("a bot")
}

fn hasty(sim: &Simulator, token: &str) -> TelegramConfig {
    let mut config = TelegramConfig::new(url(sim), token.into());
    config.per_chat = 1000.try_into().expect("not zero");
    config.per_second = 1000.try_into().expect("not zero");
    config.deadline = Duration::from_secs(1);
    config
}

/// A buyer asks about a listing.
pub(crate) fn ask(sim: &Simulator, text: &str) -> String {
    let message = AvitoMessage {
        item_id: Some(3_363_000_577),
        title: Some("Рюкзак 20 л".to_owned()),
        price: Some("2 490 ₽".to_owned()),
        buyer_name: Some("Иван".to_owned()),
        ..AvitoMessage::text(text)
    };
    sim.control().avito_write(ACCOUNT, CHAT, &message)
}

/// The texts that were really accepted.
pub(crate) fn accepted(sim: &Simulator) -> Vec<String> {
    let entries = sim.control().ledger(&Filter::default());
    entries.into_iter().map(|entry| entry.text).collect()
}

/// How often `operation` was answered with `status`.
pub(crate) fn calls(sim: &Simulator, operation: &str, status: u16) -> u64 {
    let calls = sim.control().calls();
    let found = calls
        .iter()
        .find(|row| row.operation == operation && row.status == status);
    found.map_or(0, |row| row.count)
}
