//! One look at a conversation: issue the invoice of each approved order, and say so in the conversation.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use boot::CrashPoint;
use domain::{Conversation, Invoices, Shop, conversation::Order};
use eventlog::{AppendError, EventLog, Outcome};
use jiff::{Timestamp, tz::TimeZone};
use language::{Arg, SayError, say};
use schemas::{
    AggregateKey, ConversationId, ShopId,
    conversation::{Delivery, Language, OrderInvoiced},
    invoice::{InvoiceIssued, InvoiceLine},
    shop::ShopConfigured,
};

use crate::requisites::{self, NoRequisites};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// How long until requisites that are wrong are looked at again.
const WRONG: Duration = Duration::from_secs(60);

/// Issues invoices.
#[derive(Clone)]
pub(crate) struct Bills {
    log: EventLog,
    /// Shops with orders that cannot be invoiced, and why.
    problems: Arc<Mutex<BTreeMap<ShopId, String>>>,
}

/// Why an order has no invoice yet.
enum Trouble {
    /// The log does not answer.
    Log,
    /// A history cannot be read.
    Poison(String),
    /// The shop's file has to be put right first.
    Shop(String),
    /// The shop wants no invoices.
    Unwanted,
    /// A message is missing: a bug.
    Words(SayError),
}

impl Bills {
    pub(crate) fn new(log: EventLog) -> Self {
        Self {
            log,
            problems: Arc::default(),
        }
    }

    /// Shops with orders that wait for their file to be put right, a line each.
    pub(crate) fn problems(&self) -> Vec<String> {
        let problems = self.problems.lock();
        let problems = problems.unwrap_or_else(PoisonError::into_inner);
        let lines = problems.iter();
        lines
            .map(|(shop, what)| format!("shop {shop}: no invoice can be made: {what}"))
            .collect()
    }

    fn note(&self, shop: &ShopId, problem: Option<String>) {
        let problems = self.problems.lock();
        let mut problems = problems.unwrap_or_else(PoisonError::into_inner);
        match problem {
            Some(problem) => problems.insert(shop.clone(), problem),
            None => problems.remove(shop),
        };
    }

    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let Some(conversation) = key.conversation_id() else {
            return Outcome::Done;
        };
        match self.bill(&key, conversation).await {
            Ok(()) => Outcome::Done,
            Err(Trouble::Unwanted) => Outcome::Done,
            Err(Trouble::Log) => Outcome::RetryIn(OUTAGE),
            Err(Trouble::Poison(reason)) => Outcome::Park(reason),
            Err(Trouble::Words(error)) => Outcome::Park(error.to_string()),
            Err(Trouble::Shop(what)) => {
                tracing::warn!(shop.id = %key.shop_id(), "an order waits for its invoice: {what}");
                self.note(key.shop_id(), Some(what));
                Outcome::RetryIn(WRONG)
            }
        }
    }

    async fn bill(&self, key: &AggregateKey, conversation: ConversationId) -> Result<(), Trouble> {
        let loaded = self.log.load::<Conversation>(key).await.map_err(away)?;
        if let Some(poison) = &loaded.poison {
            return Err(Trouble::Poison(poison.to_string()));
        }
        let state = loaded.state;
        for order in state.to_be_invoiced() {
            let shop = AggregateKey::shop(key.shop_id());
            let shop = self.log.load::<Shop>(&shop).await.map_err(away)?.state;
            let Some(settings) = shop.settings() else {
                return Err(Trouble::Shop("its settings are not known".to_owned()));
            };
            let language = state.language().unwrap_or(Language::Ru);
            let now = boot::clock::now();
            let invoice = invoice(settings, conversation, order, language, now)?;
            // What cannot be put on paper gets no number: numbers have no gap.
            let first = InvoiceIssued {
                number: 1,
                ..invoice.clone()
            };
            let page = paper::Invoice::try_from(&first);
            let page = page.map_err(|error| Trouble::Shop(error.to_string()))?;
            let faults = page.faults();
            if !faults.is_empty() {
                let faults = faults.iter().map(ToString::to_string);
                return Err(Trouble::Shop(faults.collect::<Vec<_>>().join("; ")));
            }
            boot::crash_point(CrashPoint::InvoiceIssuedBefore);
            let number = self.issue(key.shop_id(), &invoice).await?;
            boot::crash_point(CrashPoint::InvoiceIssuedAfter);
            let invoiced = OrderInvoiced {
                order: order.id,
                invoice: number,
                payment: payment(&invoice, number, language).map_err(Trouble::Words)?,
            };
            let decided = self
                .log
                .decide::<Conversation, Infallible>(key, |state| Ok(state.invoiced(&invoiced)));
            boot::crash_point(CrashPoint::OrderInvoicedBefore);
            decided.await.map_err(refused)?;
            boot::crash_point(CrashPoint::OrderInvoicedAfter);
            self.note(key.shop_id(), None);
        }
        Ok(())
    }

    /// The invoice's number: the one that it has, or the next one.
    async fn issue(&self, shop: &ShopId, invoice: &InvoiceIssued) -> Result<u64, Trouble> {
        let key = AggregateKey::invoices(shop);
        let decided = self
            .log
            .decide::<Invoices, Infallible>(&key, |known| Ok(known.issue(invoice)));
        let appended = decided.await.map_err(refused)?;
        let known = appended.loaded.state.of_order(invoice.order);
        // It was just issued, or had been: what is not there now was not stored.
        known.map(|(number, _)| number).ok_or(Trouble::Log)
    }
}

fn away(error: eventlog::LogError) -> Trouble {
    tracing::warn!("the log does not answer: {error}");
    Trouble::Log
}

fn refused(error: AppendError<Infallible>) -> Trouble {
    match error {
        AppendError::Poisoned(poison) => Trouble::Poison(poison.to_string()),
        error => {
            tracing::warn!("an invoice was not recorded: {error}");
            Trouble::Log
        }
    }
}

/// Everything that stands on the invoice of an order. Its number is given when it is issued.
fn invoice(
    settings: &ShopConfigured,
    conversation: ConversationId,
    order: &Order,
    language: Language,
    now: Timestamp,
) -> Result<InvoiceIssued, Trouble> {
    let requisites = match requisites::read(&settings.requisites) {
        Ok(requisites) => requisites,
        Err(NoRequisites::Unwanted) => return Err(Trouble::Unwanted),
        Err(wrong) => return Err(Trouble::Shop(wrong.to_string())),
    };
    let zone = TimeZone::get(&settings.timezone)
        .map_err(|error| Trouble::Shop(format!("timezone {:?}: {error}", settings.timezone)))?;
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let too_much = || Trouble::Shop("the sums of an order do not fit".to_owned());
    let mut lines = Vec::with_capacity(order.terms.lines.len().saturating_add(1));
    for line in &order.terms.lines {
        lines.push(InvoiceLine {
            name: line.name.clone(),
            sku: line.sku.as_str().to_owned(),
            pieces: line.pieces,
            price: line.price,
            sum: line.sum().ok_or_else(too_much)?,
        });
    }
    let mut address = None;
    if let Delivery::Shipped {
        place,
        address: street,
        price,
        ..
    } = &order.terms.delivery
    {
        let street = street.as_ref().map_or("", |street| street.text());
        let whole = [place.as_str(), street].into_iter();
        let whole: Vec<_> = whole.filter(|part| !part.is_empty()).collect();
        address = Some(whole.join(", ").into());
        if price.kopecks() > 0 {
            lines.push(InvoiceLine {
                name: format!("Доставка: {place}"),
                sku: String::new(),
                pieces: 1,
                price: *price,
                sum: *price,
            });
        }
    }
    let total = order.terms.total;
    let no_rate = || Trouble::Shop("its VAT is no rate".to_owned());
    let vat = paper::vat(requisites.vat_percent).ok_or_else(no_rate)?;
    Ok(InvoiceIssued {
        number: 0,
        order: order.id,
        conversation,
        issued_on: day(now),
        ordered_on: day(order.submitted_at),
        payee: requisites.payee,
        payer: order.recipient.clone(),
        address,
        lines,
        vat_percent: requisites.vat_percent,
        vat: vat.contained_in(total).ok_or_else(too_much)?,
        total,
        currency: settings.currency.clone(),
        shop_name: settings.name.clone(),
        language: language.as_str().to_owned(),
    })
}

/// How it is paid, for buyers whose channel takes no documents.
fn payment(invoice: &InvoiceIssued, number: u64, language: Language) -> Result<String, SayError> {
    let number = number.to_string();
    let day = invoice.issued_on.strftime("%d.%m.%Y").to_string();
    let payee = &invoice.payee;
    let args = [
        ("payee", Arg::Text(payee.name.as_str())),
        ("inn", Arg::Text(payee.inn.as_str())),
        ("account", Arg::Text(payee.account.as_str())),
        ("bank", Arg::Text(payee.bank.as_str())),
        ("bik", Arg::Text(payee.bik.as_str())),
        (
            "correspondent",
            Arg::Text(payee.correspondent_account.as_str()),
        ),
        ("total", Arg::Money(invoice.total)),
        ("number", Arg::Text(number.as_str())),
        ("day", Arg::Text(day.as_str())),
    ];
    say(language, "invoice-payment", &args)
}
