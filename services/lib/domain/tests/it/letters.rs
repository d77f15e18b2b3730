//! Which letters with invoices are to be handed over, and that no other is looked at.

use domain::{
    Invoices,
    invoice::{Letter, MailStep, Mailing},
};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    Cause, ConversationId, Decision, EventId, Fold as _, Kopecks, Meta, OrderId, Recorded, ShopId,
    conversation::{Actor, Recipient},
    invoice::{InvoiceEvent, InvoiceIssued, Payee},
};

const LONG: SignedDuration = SignedDuration::from_secs(300);

/// A shop's invoices, with a clock of their own.
#[derive(Default)]
struct Office {
    known: Invoices,
    seconds: i64,
    version: u64,
}

impl Office {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + self.seconds).unwrap()
    }

    fn record(&mut self, decision: &Decision<InvoiceEvent>) {
        for event in &decision.events {
            self.version += 1;
            let id = EventId::derive(&["letters", &self.version.to_string()]);
            self.known.evolve(&Recorded {
                seq: self.version,
                version: self.version,
                meta: Meta {
                    id,
                    time: self.now(),
                    source: "invoicer".to_owned(),
                    correlation: id,
                    causation: Some(decision.cause.id),
                    traceparent: None,
                },
                event: event.clone(),
            });
        }
    }

    fn issue(&mut self, order: &str, email: bool) {
        let decision = self.known.issue(&invoice(order, email));
        self.record(&decision);
    }

    fn begins(&mut self, number: u64) {
        let decision = self.known.start_mailing(number, self.now());
        assert_eq!(decision.events.len(), 1);
        self.record(&decision);
    }

    fn ends(&mut self, number: u64, how: &Mailing) {
        let decision = self.known.mailing_ended(number, how);
        self.record(&decision);
    }

    /// The letters that can be handed over, those that somebody has to look into, and how many have to wait.
    fn due(&self) -> (Vec<u64>, Vec<u64>, usize) {
        let (mut mail, mut lost, mut waiting) = (Vec::new(), Vec::new(), 0);
        for step in self.known.mail_steps(self.now(), LONG) {
            match step {
                MailStep::Mail { number, .. } => mail.push(number),
                MailStep::FindOut { number } => lost.push(number),
                MailStep::Wait(_) => waiting += 1,
            }
        }
        (mail, lost, waiting)
    }
}

fn invoice(order: &str, email: bool) -> InvoiceIssued {
    let shop = ShopId::new("lavka").unwrap();
    let day = "2026-11-21".parse().unwrap();
    InvoiceIssued {
        number: 0,
        order: OrderId::derive(&[order]),
        conversation: ConversationId::of(&shop, "avito", "1", order),
        issued_on: day,
        ordered_on: day,
        payee: Payee {
            name: "ИП Иванов И. И.".to_owned(),
            inn: "500100732259".to_owned(),
            bank: "Банк".to_owned(),
            bik: "044525225".to_owned(),
            account: "40802810938000000001".to_owned(),
            correspondent_account: "30101810400000000225".to_owned(),
            kpp: None,
            address: None,
            signatory: None,
        },
        payer: Recipient {
            email: email.then(|| "ivan@example.org".to_owned().into()),
            ..Recipient::default()
        },
        address: None,
        lines: Vec::new(),
        vat_percent: None,
        vat: Kopecks::new(0),
        total: Kopecks::new(100),
        currency: "RUB".to_owned(),
        shop_name: "Лавка".to_owned(),
        language: "ru".to_owned(),
    }
}

#[test]
fn a_letter_is_looked_at_until_it_is_at_its_end_and_again_when_somebody_wants_it() {
    let mut office = Office::default();
    for (order, email) in [("a", true), ("b", false), ("c", true), ("d", true)] {
        office.issue(order, email);
    }
    // Without an address there is no letter.
    assert_eq!(office.due(), (vec![1, 3, 4], vec![], 0));
    office.begins(1);
    assert_eq!(office.due(), (vec![3, 4], vec![], 1));
    office.ends(1, &Mailing::Accepted("250".to_owned()));
    office.begins(3);
    let later = Mailing::Failed {
        reason: "away".to_owned(),
        retryable: true,
    };
    office.ends(3, &later);
    assert_eq!(
        office.due(),
        (vec![4], vec![], 1),
        "not before half a minute"
    );
    office.seconds += 30;
    assert_eq!(office.due(), (vec![3, 4], vec![], 0));
    office.begins(4);
    office.seconds += 301;
    assert_eq!(office.due(), (vec![3], vec![4], 0));
    office.ends(4, &Mailing::Uncertain("nobody knows".to_owned()));
    office.begins(3);
    let never = Mailing::Failed {
        reason: "no such user".to_owned(),
        retryable: false,
    };
    office.ends(3, &never);
    assert_eq!(office.due(), (vec![], vec![], 0));

    let by = Actor::Console("Анна".to_owned());
    for number in 1..=4 {
        let cause = Cause::outside(EventId::derive(&["again", &number.to_string()]));
        let decision = office.known.resend(number, &by, cause).unwrap();
        office.record(&decision);
    }
    assert_eq!(office.due(), (vec![1, 2, 3, 4], vec![], 0));
    assert_eq!(office.known.get(1).unwrap().copy, 2);
    office.begins(2);
    let copy = office.known.get(2).unwrap();
    assert!(matches!(copy.letter, Letter::Mailing { attempt: 1, .. }));
}

#[test]
fn a_hundred_letters_that_arrived_are_not_looked_at() {
    let mut office = Office::default();
    for number in 1..=100 {
        office.issue(&number.to_string(), true);
        office.begins(number);
        office.ends(number, &Mailing::Accepted("250".to_owned()));
    }
    office.issue("last", true);
    assert_eq!(office.due(), (vec![101], vec![], 0));
    assert_eq!(office.known.all().count(), 101);
}
