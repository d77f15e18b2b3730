//! Invoices: got and sent again over gRPC, and letters on their way to a mail server that is slow, away or a stranger.

use domain::Invoices;
use e2e::{Channel, MailRoute, Mailed, Service, Setup, World, events, shop, until};
use proto::invoice::{
    GetInvoiceRequest, GetInvoiceResponse, ListInvoicesRequest, ResendInvoiceRequest,
    get_invoice_request::Which, invoices_client::InvoicesClient,
};
use schemas::{AggregateKey, conversation::Recipient};
use serde_json::Value;
use tonic::{Code, Status, transport::Channel as Connection};

use crate::ordered::{Ordered, usual};

const BY_MAIL: Setup = Setup {
    mail: true,
    ..Setup::USUAL
};

/// The invoicer over gRPC.
struct Client(InvoicesClient<Connection>);

impl Client {
    async fn of(world: &World) -> Self {
        let client = InvoicesClient::connect(world.grpc(Service::Invoicer)).await;
        Self(client.unwrap())
    }

    async fn get(&mut self, shop: &str, which: Which) -> Result<GetInvoiceResponse, Status> {
        let asked = GetInvoiceRequest {
            shop: shop.to_owned(),
            which: Some(which),
            without_pdf: false,
        };
        Ok(self.0.get_invoice(asked).await?.into_inner())
    }

    /// Whether something changed.
    async fn resend(&mut self, shop: &str, number: u64, id: &str) -> Result<bool, Status> {
        let asked = ResendInvoiceRequest {
            shop: shop.to_owned(),
            number,
            by: "Анна".to_owned(),
            request_id: id.to_owned(),
        };
        Ok(self.0.resend_invoice(asked).await?.into_inner().changed)
    }
}

/// Orders need nobody's yes.
async fn world() -> World {
    let world = World::with(BY_MAIL).await;
    world.change_shop("order_approval = \"always\"", "order_approval = \"never\"");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    world
}

/// A buyer of this number has ordered, and left an address.
async fn orders(world: &World, number: u32) -> Ordered {
    let recipient = Recipient {
        name: Some("Анна Смирнова".to_owned().into()),
        phone: None,
        email: Some(address(number).into()),
    };
    Ordered::by(world, Channel::Avito, number, usual(), recipient).await
}

fn address(number: u32) -> String {
    format!("buyer{number}@example.org")
}

/// Waits for so many letters to this buyer.
async fn letters(world: &World, number: u32, count: usize) -> Vec<Mailed> {
    let to = address(number);
    until(&format!("{count} letters to {to}"), || async {
        let mut letters = world.mail.as_ref().unwrap().letters();
        letters.retain(|letter| letter.to == to);
        (letters.len() >= count).then_some(letters)
    })
    .await
}

/// The letter without what makes a copy of it another letter.
fn without_id(letter: &Mailed) -> String {
    let lines = letter.text.lines();
    let kept = lines.filter(|line| !line.starts_with("Message-ID: "));
    // The border between parts is drawn from the whole letter, its id among it.
    let kept: Vec<&str> = kept.collect();
    let borders = kept.iter().filter(|line| line.starts_with("--"));
    let border = borders.map(|line| line.trim_matches('-')).next();
    let text = kept.join("\n");
    border.map_or_else(|| text.clone(), |border| text.replace(border, "border"))
}

async fn history(world: &World, name: &str) -> Vec<Value> {
    let name = format!("torg.invoice.{name}.v1");
    let mut all = events(&world.log, &AggregateKey::invoices(&shop())).await;
    all.retain(|event| event["type"] == name);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_got_and_sent_again_once_for_each_request_with_the_same_bytes() {
    let world = world().await;
    let ordered = orders(&world, 1).await;
    let first = letters(&world, 1, 1).await;
    let mut client = Client::of(&world).await;
    let own = shop().to_string();
    let got = client.get(&own, Which::Number(1)).await.unwrap();
    let id = Which::OrderId(ordered.id.to_string());
    let same = client.get(&own, id).await.unwrap();
    assert_eq!(got.pdf, same.pdf);
    assert!(got.pdf.starts_with(b"%PDF-") && got.file_name.ends_with(".pdf"));
    let invoice = got.invoice.unwrap();
    assert_eq!((invoice.number, invoice.order), (1, ordered.code()));
    until("the letter is known to have gone", || async {
        let mut client = Client::of(&world).await;
        let got = client.get(&own, Which::Number(1)).await.unwrap();
        (got.invoice?.letter == "mailed").then_some(())
    })
    .await;

    assert!(client.resend(&own, 1, "once more").await.unwrap());
    assert!(!client.resend(&own, 1, "once more").await.unwrap());
    let both = letters(&world, 1, 2).await;
    assert!(!client.resend(&own, 1, "once more").await.unwrap());
    world.until_idle().await;
    assert_eq!(
        letters(&world, 1, 2).await.len(),
        2,
        "one letter for a request"
    );
    assert_eq!(without_id(&both[1]), without_id(&first[0]));
    let ids = both.iter().map(|letter| {
        let mut lines = letter.text.lines();
        lines.find(|line| line.starts_with("Message-ID: ")).unwrap()
    });
    let ids: Vec<&str> = ids.collect();
    assert_ne!(ids[0], ids[1], "a copy has a name of its own");
    assert!(client.resend(&own, 1, "and again").await.unwrap());
    letters(&world, 1, 3).await;

    for (shop, number) in [(own.as_str(), 2), (own.as_str(), 0), ("elsewhere", 1)] {
        let missing = client.get(shop, Which::Number(number)).await.unwrap_err();
        assert_eq!(missing.code(), Code::NotFound, "{missing}");
        let missing = client.resend(shop, number, "no").await.unwrap_err();
        assert_eq!(missing.code(), Code::NotFound, "{missing}");
    }
    let theirs = Which::OrderId(ordered.id.to_string());
    let missing = client.get("elsewhere", theirs).await.unwrap_err();
    assert_eq!(missing.code(), Code::NotFound, "{missing}");
    let listed = ListInvoicesRequest {
        shop: "elsewhere".to_owned(),
        ..ListInvoicesRequest::default()
    };
    let listed = client.0.list_invoices(listed).await.unwrap().into_inner();
    assert!(listed.invoices.is_empty());
    let nobody = client.resend(&own, 1, " ").await.unwrap_err();
    assert_eq!(nobody.code(), Code::InvalidArgument);
    assert_eq!(history(&world, "invoice_resend_asked").await.len(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_the_server_is_slow_with_holds_up_no_other() {
    let world = world().await;
    let mail = world.mail.as_ref().unwrap();
    mail.is_slow_to(Some(&address(1)));
    orders(&world, 1).await;
    until("the first letter is on its way", || async {
        (history(&world, "invoice_mailing").await.len() == 1).then_some(())
    })
    .await;
    // Both later ones go while the first is not answered.
    for number in [2, 3] {
        orders(&world, number).await;
        letters(&world, number, 1).await;
    }
    assert_eq!(mail.letters().len(), 2);
    mail.is_slow_to(None);
    letters(&world, 1, 1).await;
    world.end().await;
    assert_eq!(history(&world, "invoice_mailed").await.len(), 3);
    assert_eq!(history(&world, "invoice_mailing").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_with_a_strange_certificate_gets_nothing_until_its_authority_is_named() {
    let mut world = world().await;
    world.mail_by(MailRoute::Stranger).await;
    orders(&world, 1).await;
    let failed = until("the letter is not handed over", || async {
        history(&world, "invoice_mail_failed")
            .await
            .into_iter()
            .next()
    })
    .await;
    let reason = failed["data"]["reason"].as_str().unwrap();
    for part in [
        "certificate is not trusted",
        "UnknownIssuer",
        "TORG_SMTP_CA",
    ] {
        assert!(reason.contains(part), "no {part:?} in {reason}");
    }
    assert_eq!(failed["data"]["retryable"], true);
    assert!(world.mail.as_ref().unwrap().letters().is_empty());

    world.mail_by(MailRoute::Trusted).await;
    orders(&world, 2).await;
    let arrived = letters(&world, 2, 1).await;
    assert!(arrived[0].encrypted);
    let mailed = until("it is known that it arrived", || async {
        history(&world, "invoice_mailed").await.into_iter().next()
    })
    .await;
    assert_eq!(mailed["data"]["receipt"], "250");
    // The first one is tried again by itself, half a minute after it failed.
    letters(&world, 1, 1).await;
    world.end().await;
    let key = AggregateKey::invoices(&shop());
    let invoices = world.log.load::<Invoices>(&key).await.unwrap().state;
    assert_eq!(invoices.all().count(), 2);
}
