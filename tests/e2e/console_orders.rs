//! Orders at the console: found, decided about once, noted how far they are, and told when somebody was faster. Looking
//! changes nothing.

use domain::{
    Conversation,
    conversation::{Order, Stage},
};
use e2e::{Page, Service, Setup, World, shop, until};
use schemas::conversation::{Actor, OrderMark, OrderTerms};

use crate::oversell::{chat, log_of, says_yes, terms};

const COUNTER: Setup = Setup {
    console: true,
    only: &[
        Service::Cart,
        Service::Invoicer,
        Service::Escalation,
        Service::Console,
        Service::Ingest,
    ],
    ..Setup::USUAL
};

async fn order(world: &World, number: u32, check: impl Fn(&Order) -> bool) -> Order {
    until("the order is so far", || async {
        let loaded = world.log.load::<Conversation>(&chat(number).0).await.ok()?;
        let order = loaded.state.orders().first()?.clone();
        check(&order).then_some(order)
    })
    .await
}

/// An order of two pieces at 1 450 ₽ that waits for a yes.
async fn placed(world: &World, number: u32) -> Order {
    let mut lines = terms(&["RG-20-BLU"]).lines;
    lines[0].pieces = 2;
    let terms = OrderTerms::new(lines, schemas::conversation::Delivery::Pickup).unwrap();
    says_yes(&log_of(world, "agents").await, number, terms).await;
    order(world, number, Order::waits_for_approval).await
}

fn address(order: &Order) -> String {
    format!("/orders/{}/{}", shop(), order.id)
}

/// The fields of the form behind `after`, with what is to be done.
fn form(page: &Page, after: &str, deed: &str) -> Vec<(&'static str, String)> {
    let mut form = vec![
        ("nonce", page.field_after(after, "nonce")),
        ("deed", deed.to_owned()),
    ];
    if page.html.contains("name=\"revision\"") {
        form.push((
            "revision",
            page.field_after("id=\"acts-title\"", "revision"),
        ));
    }
    form
}

fn pairs<'a>(form: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let pairs = form.iter();
    pairs.map(|(name, value)| (*name, value.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_found_approved_once_noted_and_its_invoice_opened() {
    let world = World::with(COUNTER).await;
    let waits = placed(&world, 1).await;
    let code = waits.id.code();
    let anna = world.browser_of("Анна").await;
    for list in ["/orders", "/orders?stage=waiting", "/orders?q=rg-20"] {
        anna.sees(list, &[&code, "2 900 ₽", "Ждёт подтверждения"])
            .await;
    }
    let found = anna
        .opens(&format!("/orders?q={code}&channel=telegram"))
        .await;
    assert!(found.text().contains(&code), "{}", found.text());
    for list in [
        "/orders?stage=paid",
        "/orders?q=термос",
        "/orders?channel=web",
    ] {
        let page = anna.opens(list).await;
        assert!(!page.text().contains(&code), "{list}: {}", page.text());
    }

    let at = address(&waits);
    let deeds = format!("{at}/deeds");
    let page = anna.opens(&at).await;
    let approve = form(&page, "id=\"acts-title\"", "approve");
    let approve = pairs(&approve);
    let (first, again) = tokio::join!(anna.sends(&deeds, &approve), anna.sends(&deeds, &approve));
    for told in [first, again] {
        assert!(told.text().contains("Заказ подтверждён"), "{}", told.text());
    }
    let approved = order(&world, 1, |order| order.invoice.is_some()).await;
    assert_eq!(approved.stage, Stage::Approved);
    assert_eq!(approved.by, Some(Actor::Console("Анна".to_owned())));
    // The page that somebody else still has open.
    let late = form(&page, "id=\"amend\"", "approve");
    let told = anna.sends(&deeds, &pairs(&late)).await.text();
    assert!(
        told.contains("заказ уже решён") && told.contains("Анна"),
        "{told}"
    );

    let page = anna.sees(&at, &["Выставлен счёт", "Подтверждён"]).await;
    let mut shipped = form(&page, "id=\"acts-title\"", "shipped");
    shipped.push(("tracking", " RA123456785RU ".to_owned()));
    let told = anna.sends(&deeds, &pairs(&shipped)).await;
    assert!(told.text().contains("Отмечено"), "{}", told.text());
    let marked = order(&world, 1, |order| !order.marks.is_empty()).await;
    let tracking = Some("RA123456785RU".to_owned());
    assert_eq!(marked.marks[0].1, OrderMark::Shipped { tracking });
    anna.sees(&at, &["RA123456785RU", "Анна"]).await;
    let pdf = anna.opens(&format!("/invoices/{}/1", shop())).await;
    assert!(pdf.html.starts_with("%PDF-"), "{}", pdf.status);
    assert_eq!(anna.opens("/invoices/ryukzaki/2").await.status, 404);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_changed_but_never_dearer_and_rejected_with_a_reason() {
    let world = World::with(COUNTER).await;
    let waits = placed(&world, 1).await;
    let anna = world.browser_of("Анна").await;
    let (at, deeds) = (address(&waits), format!("{}/deeds", address(&waits)));
    let amend = |page: &Page, pieces: &str, price: &str| {
        let mut form = form(page, "id=\"amend\"", "amend");
        form.push(("sku", "RG-20-BLU".to_owned()));
        form.push(("pieces", pieces.to_owned()));
        form.push(("price", price.to_owned()));
        form
    };
    let page = anna.sees(&at, &["2 900 ₽"]).await;
    let told = anna
        .sends(&deeds, &pairs(&amend(&page, "2", "1 500")))
        .await;
    assert!(
        told.text().contains("дороже, чем согласился"),
        "{}",
        told.text()
    );
    for wrong in [("2", "дёшево"), ("0", "1400"), ("-1", "1400"), ("2", "1e3")] {
        let told = anna
            .sends(&deeds, &pairs(&amend(&page, wrong.0, wrong.1)))
            .await;
        assert_eq!(told.status, 400, "{wrong:?}");
    }
    let page = anna.opens(&at).await;
    let told = anna
        .sends(&deeds, &pairs(&amend(&page, "2", "1 400,50")))
        .await;
    assert!(told.text().contains("Заказ изменён"), "{}", told.text());
    let changed = order(&world, 1, |order| {
        order.revision == 2 && order.waits_for_approval()
    })
    .await;
    assert_eq!(changed.terms.total.kopecks(), 280_100);

    // What an older page showed is not what is approved.
    let told = anna
        .sends(&deeds, &pairs(&form(&page, "id=\"acts-title\"", "approve")))
        .await;
    assert!(told.text().contains("заказ стал другим"), "{}", told.text());
    let page = anna.sees(&at, &["2 801 ₽"]).await;
    let mut reject = form(&page, "id=\"reject\"", "reject");
    reject.push(("reason", "Последний треснул".to_owned()));
    let told = anna.sends(&deeds, &pairs(&reject)).await;
    assert!(told.text().contains("Заказ отклонён"), "{}", told.text());
    let rejected = order(&world, 1, |order| !order.is_open()).await;
    assert_eq!(
        rejected.stage,
        Stage::Rejected("Последний треснул".to_owned())
    );
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_from_outside_and_looking_changes_nothing() {
    let world = World::with(COUNTER).await;
    let waits = placed(&world, 1).await;
    let anna = world.browser_of("Анна").await;
    let (at, deeds) = (address(&waits), format!("{}/deeds", address(&waits)));
    let page = anna.sees(&at, &["Ждёт подтверждения"]).await;
    world.until_idle().await;
    let positions = || async {
        let mut all = Vec::new();
        for shard in 0..world.log.shards() {
            all.push(world.log.last_seq(shard).await.unwrap());
        }
        all
    };
    let before = positions().await;
    for place in [
        "/",
        "/orders",
        "/orders?stage=waiting&q=x",
        &at,
        "/products",
        "/figures",
        "/experiments",
        "/parked",
        "/settings",
        "/orders/ryukzaki/nowhere",
        "/orders/other/1",
        "/invoices/ryukzaki/7",
    ] {
        anna.opens(place).await;
    }
    // A stranger, and a page of somebody else's.
    let stranger = world.browser();
    let approve = form(&page, "id=\"acts-title\"", "approve");
    let seen = stranger.opens(&at).await;
    assert!(seen.at.starts_with("/sign-in"), "{}", seen.at);
    stranger.posts(&deeds, &pairs(&approve)).await;
    let forged = anna
        .posts_from(&deeds, &pairs(&approve), Some("https://evil.example"))
        .await;
    assert_eq!(forged.status(), 403);
    let foreign = anna
        .posts(&deeds.replace("ryukzaki", "other"), &pairs(&approve))
        .await;
    assert_eq!(foreign.status(), 404);
    assert_eq!(positions().await, before);
    let still = order(&world, 1, |_| true).await;
    assert!(still.waits_for_approval());
}
