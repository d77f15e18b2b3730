//! One person on several channels: known as one once a mail address is confirmed in each, and never before.

use std::path::PathBuf;

use domain::Customer;
use e2e::{Channel, Service, Setup, Talk, World, until};
use schemas::{AggregateKey, CustomerId};
use serde_json::Value;

const SALE: Setup = Setup {
    quiet_window_ms: 150,
    demo: true,
    console: true,
    ..Setup::USUAL
};
const ADDRESS: &str = "anna@example.org";

/// The letters with codes, oldest first.
fn letters(world: &World) -> Vec<PathBuf> {
    let Ok(outbox) = std::fs::read_dir(world.state_dir().join("outbox")) else {
        return Vec::new();
    };
    let paths = outbox.map(|entry| entry.unwrap().path());
    let mut letters: Vec<_> = paths
        .filter(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            path.extension().is_some_and(|is| is == "eml") && text.contains("Message-ID: <code-")
        })
        .collect();
    letters.sort_by_key(|path| std::fs::metadata(path).unwrap().modified().unwrap());
    letters
}

/// What the newest of so many letters says.
async fn letter(world: &World, count: usize) -> String {
    let path = until("a letter with a code lies in the outbox", || async {
        let letters = letters(world);
        assert!(letters.len() <= count, "{letters:?}");
        (letters.len() == count).then(|| letters.last().cloned())?
    })
    .await;
    std::fs::read_to_string(path).unwrap()
}

/// The code in a letter: six digits on their own.
fn code(letter: &str) -> String {
    let body = decoded(letter);
    let words = body.split_whitespace();
    let mut codes =
        words.filter(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    codes.next().unwrap().to_owned()
}

/// The text of a letter whose body is base64 or quoted-printable: what is ASCII in it is enough.
fn decoded(letter: &str) -> String {
    if !letter.contains("Content-Transfer-Encoding: base64") {
        return letter.replace("=\r\n", "").replace("=\n", "");
    }
    let body: String = letter
        .lines()
        .skip_while(|line| !line.contains("Content-Transfer-Encoding: base64"))
        .skip(1)
        .filter(|line| {
            line.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
        })
        .collect();
    let mut bits = 0_u32;
    let mut held = 0;
    let mut bytes = Vec::new();
    for byte in body.bytes().take_while(|byte| *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        (bits, held) = ((bits << 6) | u32::from(value), held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn customer(world: &World, talk: &Talk) -> std::sync::Arc<Customer> {
    let state = talk.chat.state().await;
    let (buyer, _) = state.buyer().unwrap();
    let channel = state.address().unwrap().channel;
    let id = CustomerId::of(&e2e::shop(), channel.as_str(), buyer.get().unwrap());
    let key = AggregateKey::customer(&e2e::shop(), id);
    world.log.load::<Customer>(&key).await.unwrap().state
}

/// Confirms the address in this chat; what the bot says then.
async fn confirms(world: &World, talk: &mut Talk, address: &str, letters: usize) -> String {
    talk.asks("Свяжите мои заказы из других чатов", &["подтвердите почту"])
        .await;
    talk.asks(address, &["письмо с кодом"]).await;
    let letter = letter(world, letters).await;
    assert!(letter.contains(&format!("To: {address}")), "{letter}");
    talk.asks(&code(&letter), &["Спасибо, почта подтверждена"])
        .await
}

/// Buys a thermos; what the order is called.
async fn buys(talk: &mut Talk) -> String {
    talk.asks("Здравствуйте! какие термосы есть?", &["1. ", "2. "])
        .await;
    talk.asks("расскажите про второй", &["1 790"]).await;
    talk.asks("добавьте 2 штуки", &["В корзине", "2 шт."]).await;
    talk.asks("оформляем", &["в какой город"]).await;
    talk.asks("Казань", &["адрес"]).await;
    let next = talk.asks("Баумана 5, кв. 12", &[]).await;
    if next.contains("чьё имя") {
        talk.asks("Анна Примерова", &["телефон или почту"]).await;
    }
    talk.asks(ADDRESS, &["Итого", "Всё верно?"]).await;
    talk.asks("да", &["принят"]).await;
    talk.chat.state().await.orders().last().unwrap().id.code()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_confirms_an_address_on_every_channel_is_one_customer_and_can_be_two_again() {
    let mut world = World::with(SALE).await;
    let mut telegram = Talk::new(&world, Channel::Telegram, 1);
    let mut avito = Talk::new(&world, Channel::Avito, 2);
    let mut web = Talk::new(&world, Channel::Web, 3);
    let order = buys(&mut telegram).await;

    // The address was typed for the order, and confirmed nowhere.
    avito.says("где мой заказ?").await;
    world.until_idle().await;
    assert!(!avito.transcript().contains(&order));

    let first = confirms(&world, &mut telegram, ADDRESS, 1).await;
    assert!(first.contains("в другом чате"), "{first}");
    let mut avito = Talk::new(&world, Channel::Avito, 4);
    let second = confirms(&world, &mut avito, ADDRESS, 2).await;
    assert!(second.contains("вижу ваши заказы"), "{second}");
    avito
        .asks("где мой заказ?", &[&order, "ждёт подтверждения"])
        .await;
    let third = confirms(&world, &mut web, ADDRESS, 3).await;
    assert!(third.contains("вижу ваши заказы"), "{third}");
    web.asks(
        "давайте как в прошлый раз",
        &["Как в прошлый раз", "Термос", "Баумана 5", "Всё верно?"],
    )
    .await;

    avito
        .asks("Отвяжите почту, пожалуйста", &["больше не связан"])
        .await;
    avito.says("где мой заказ?").await;
    world.until_idle().await;
    let behind = avito.transcript();
    let behind = behind.rsplit("больше не связан").next().unwrap();
    assert!(!behind.contains(&order), "{behind}");
    // The others are one still.
    web.asks("а где мой заказ?", &[&order]).await;
    world.end().await;
    rows_follow(&mut world).await;
}

/// Rows of customers are the same when they are made anew.
async fn rows_follow(world: &mut World) {
    let url = world.database.as_ref().unwrap().url();
    let before = until("both addresses are rows", || async {
        let dump = world.torg(&["dump", "--canonical", "--database-url", &url]);
        let lines = dump
            .lines()
            .filter(|line| line.contains("customer_contact"));
        (lines.count() == 2).then_some(dump)
    })
    .await;
    // With nobody beside it who builds as well.
    world.kill(Service::Console).await;
    world.kill(Service::Cart).await;
    world.torg(&["rebuild", "--database-url", &url]);
    assert_eq!(
        world.torg(&["dump", "--canonical", "--database-url", &url]),
        before
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_address_opens_nothing_and_tells_nothing() {
    let world = World::with(Setup {
        console: false,
        ..SALE
    })
    .await;
    let mut victim = Talk::new(&world, Channel::Telegram, 1);
    let order = buys(&mut victim).await;
    confirms(&world, &mut victim, ADDRESS, 1).await;

    let mut thief = Talk::new(&world, Channel::Avito, 2);
    thief
        .asks("Я уже заказывал у вас в телеграме", &["подтвердите почту"])
        .await;
    let known = thief.asks(ADDRESS, &["письмо с кодом"]).await;
    let letter_to_victim = letter(&world, 2).await;
    let right = code(&letter_to_victim);

    // The same words for an address that nobody has ever heard of.
    let mut other = Talk::new(&world, Channel::Avito, 3);
    other
        .asks("Я уже заказывал у вас в телеграме", &["подтвердите почту"])
        .await;
    let unknown = other.asks("nobody@example.org", &["письмо с кодом"]).await;
    assert_eq!(known, unknown);
    letter(&world, 3).await;
    // A code that was mailed for another chat is none here, though it is a right one there.
    let foreign = other.asks(&right, &["Код не подошёл"]).await;
    assert!(!foreign.contains(&order), "{foreign}");

    // Guessing ends behind the fifth wrong code, and the right one comes too late then.
    let wrong = |number: u32| {
        let guess = format!("{number:06}");
        if guess == right {
            "999999".to_owned()
        } else {
            guess
        }
    };
    for number in 1..=4 {
        thief.asks(&wrong(number), &["Код не подошёл"]).await;
    }
    thief.asks(&wrong(5), &["уже не действует"]).await;
    thief.says(&right).await;
    world.until_idle().await;
    thief.says("где мой заказ?").await;
    world.until_idle().await;
    assert!(
        !thief.transcript().contains(&order),
        "{}",
        thief.transcript()
    );
    assert_eq!(customer(&world, &thief).await.contacts().count(), 0);
    assert_eq!(customer(&world, &victim).await.contacts().count(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_mailed_once_though_the_sender_is_killed_and_no_code_is_in_the_log() {
    let mut world = World::with(Setup {
        console: false,
        apart: Some(Service::Invoicer),
        ..SALE
    })
    .await;
    let mut talk = Talk::new(&world, Channel::Telegram, 1);
    talk.asks("link my orders please", &["e-mail address"])
        .await;
    world.kill(Service::Invoicer).await;
    talk.asks(ADDRESS, &["letter with a code"]).await;
    world.run(Service::Invoicer).await;
    let code = code(&letter(&world, 1).await);
    for _ in 0..2 {
        world.kill_and_run(Service::Invoicer).await;
    }
    let state = talk.chat.state().await;
    let (buyer, _) = state.buyer().unwrap();
    let id = CustomerId::of(&e2e::shop(), "telegram", buyer.get().unwrap());
    let key = AggregateKey::customer(&e2e::shop(), id);
    for commit in world.log.history(&key).await.unwrap() {
        let body: Value = serde_json::from_slice(&commit.body).unwrap();
        let data: Vec<_> = body
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["data"].clone())
            .collect();
        let told = data.iter().any(|data| {
            let fields = data.as_object().unwrap().iter();
            let mut fields = fields.filter(|(name, _)| *name != "digest");
            fields.any(|(_, value)| value.as_str() == Some(&code))
        });
        assert!(!told, "{data:?}");
    }
    talk.asks(&code, &["the address is confirmed"]).await;
    world.end().await;
    assert_eq!(letters(&world).len(), 1);
}
