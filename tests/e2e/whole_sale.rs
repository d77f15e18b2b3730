//! One whole sale, through every service: from the first question to the invoice in the buyer's mail, and the next one a
//! week later.

use domain::conversation::Stage;
use e2e::{Channel, Seller, Service, Setup, Talk, World, until};
use proto::invoice::{
    GetInvoiceRequest, get_invoice_request::Which, invoices_client::InvoicesClient,
};

const SALE: Setup = Setup {
    quiet_window_ms: 150,
    demo: true,
    desk: true,
    days: true,
    ..Setup::USUAL
};

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sale_on_telegram_from_the_first_question_to_the_next_order() {
    sale(Channel::Telegram, "sale_on_telegram").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_sale_on_avito_from_the_first_question_to_the_next_order() {
    sale(Channel::Avito, "sale_on_avito").await;
}

async fn sale(channel: Channel, name: &str) {
    let mut world = World::with(SALE).await;
    let seller = world.seller(0);
    let mut talk = Talk::new(&world, channel, 1);
    let code = orders(&mut talk).await;
    approves_a_lower_price(&seller, &mut talk, &code).await;
    // Where a file can be sent, the words go with it.
    let bill = match channel {
        Channel::Telegram => "schet-1-",
        Channel::Avito | Channel::Web => "Счёт № 1 на 5 200",
    };
    talk.hears(&[bill]).await;
    let first = pdf(&world, 1).await;
    assert!(first.starts_with(b"%PDF-"), "no PDF");
    assert_eq!(first, pdf(&world, 1).await, "made again it is the same");
    let letter = letter(&world).await;
    assert!(letter.contains("To: ivan@example.org"), "{letter}");
    assert_eq!(letter.matches("application/pdf").count(), 1);

    talk.asks("где мой заказ?", &[&code, "счёт № 1"]).await;
    let card = seller.find(&[&code, "Заказ подтверждён"]).unwrap();
    seller.taps(&card, "Оплачен");
    talk.hears(&[&code, "Оплата", "получена"]).await;
    let card = seller.sees_change(card.message_id, &["💰 Оплачен"]).await;
    seller.taps(&card, "Отправлен");
    let prompt = seller.sees(&["Номер для отслеживания", &code]).await;
    seller.replies(&prompt, "RA123456785RU");
    talk.hears(&[&code, "отправлен", "RA123456785RU"]).await;
    talk.asks("а где мой заказ сейчас?", &[&code, "RA123456785RU"])
        .await;

    for _ in 0..7 {
        world.a_day_passes().await;
    }
    talk.asks(
        "Здравствуйте! давайте как в прошлый раз",
        &["Как в прошлый раз", "Термос", "Баумана 5", "Всё верно?"],
    )
    .await;
    talk.asks("да", &["принят"]).await;
    let state = talk.chat.state().await;
    let again = state.orders().last().unwrap().id.code();
    assert_eq!(state.orders().len(), 2);
    seller.sees(&[&again, "2-й заказ покупателя"]).await;
    world.end().await;
    assert_eq!(talk.chat.count("order_submitted").await, 2);
    assert_eq!(talk.chat.count("order_invoiced").await, 1);
    assert_eq!(talk.chat.count("handoff_requested").await, 0);
    // Numbers that chance or the calendar give stand for themselves.
    let told = talk.transcript().replace(&code, "AAA-AAA");
    crate::told::record(name, &undated(&told.replace(&again, "BBB-BBB")));
}

/// From the first question to the yes; what the order is called.
async fn orders(talk: &mut Talk) -> String {
    talk.asks("Здравствуйте! какие термосы есть?", &["1. ", "2. "])
        .await;
    talk.asks("расскажите про второй", &["1 790"]).await;
    talk.asks("сколько держит тепло?", &["24 часов"]).await;
    talk.asks(
        "добавьте 2 штуки и один фонарь Светляк 200",
        &["В корзине", "2 шт.", "Фонарь"],
    )
    .await;
    talk.asks("фонарь уберите, а термосов три", &["3 шт."])
        .await;
    talk.asks("а дешевле отдадите?", &["1 "]).await;
    talk.asks("хорошо, оформляем", &["в какой город"]).await;
    talk.asks("а гарантия есть?", &["Вернёмся к заказу"]).await;
    talk.asks("Казань", &["адрес"]).await;
    let next = talk.asks("Баумана 5, кв. 12", &[]).await;
    if next.contains("чьё имя") {
        talk.asks("Иван Петров", &["телефон или почту"]).await;
    }
    talk.asks(
        "8 916 123-45-67, ivan@example.org",
        &["Казань, Баумана 5, кв. 12", "Итого", "Всё верно?"],
    )
    .await;
    talk.asks("да, всё верно", &["принят", "Продавец подтвердит"])
        .await;
    let state = talk.chat.state().await;
    let order = state.orders().last().unwrap();
    assert!(matches!(order.stage, Stage::Placed { .. }), "{order:?}");
    order.id.code()
}

async fn approves_a_lower_price(seller: &Seller, talk: &mut Talk, code: &str) {
    let card = seller.sees(&[code, "Решите до"]).await;
    seller.replies(&card, "1: 3 шт по 1 600");
    let card = seller
        .sees_change(card.message_id, &["Итого: 5 200", "Решите до"])
        .await;
    seller.taps(&card, "Подтвердить");
    talk.hears(&[
        "Продавец изменил заказ",
        code,
        "1 600",
        "подтверждён",
        "5 200",
    ])
    .await;
}

/// The PDF of an invoice, as a program gets it.
async fn pdf(world: &World, number: u64) -> Vec<u8> {
    let url = world.grpc(Service::Invoicer);
    let mut invoices = InvoicesClient::connect(url).await.unwrap();
    let asked = GetInvoiceRequest {
        shop: e2e::shop().to_string(),
        which: Some(Which::Number(number)),
        without_pdf: false,
    };
    let answer = invoices.get_invoice(asked).await.unwrap();
    answer.into_inner().pdf
}

/// The one letter in the outbox.
async fn letter(world: &World) -> String {
    let outbox = world.state_dir().join("outbox");
    let letters = until("a letter lies in the outbox", || async {
        let letters: Vec<_> = std::fs::read_dir(&outbox).ok()?.collect();
        let whole = letters.iter().flatten();
        let whole: Vec<_> = whole
            .map(std::fs::DirEntry::path)
            .filter(|path| path.extension().is_some_and(|is| is == "eml"))
            .collect();
        (!whole.is_empty()).then_some(whole)
    })
    .await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    std::fs::read_to_string(&letters[0]).unwrap()
}

/// The same words on any day, at any hour.
fn undated(text: &str) -> String {
    let words = text.split_inclusive([' ', '\n']).map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let bare = word.trim_end_matches(['.', ' ', '\n']);
        let behind = word.strip_prefix(bare).unwrap_or_default();
        let day = digits == 8 && bare.matches('.').count() == 2;
        let hour =
            bare.split(':').count() == 2 && (3..=4).contains(&digits) && !bare.ends_with(':');
        match (day, hour, bare.starts_with("schet-1-")) {
            (true, _, _) => format!("<день>{behind}"),
            (_, true, _) => format!("<час>{behind}"),
            (_, _, true) => format!("schet-1-<день>.pdf{behind}"),
            _ => word.to_owned(),
        }
    });
    words.collect()
}
