//! What an endpoint is told, in which order, and until when.

use domain::{
    Deliveries,
    webhook::{Attempt, Endpoints},
};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    Cause, Decision, EventData as _, EventId, Fold as _, Meta, OrderId, Recorded,
    envelope::following_id,
    shop::{ShopConfigured, ShopEvent, WebhookSettings, WebhookStopped},
    webhook::{WebhookDue, WebhookEvent},
};

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

#[derive(Default)]
struct World {
    state: Deliveries,
    version: u64,
}

impl World {
    fn record(&mut self, decision: Decision<WebhookEvent>) -> usize {
        let count = decision.events.len();
        for (index, event) in decision.events.into_iter().enumerate() {
            self.version += 1;
            let id = following_id(decision.cause.id, "dispatcher", event.type_name(), index);
            self.state.evolve(&Recorded {
                seq: self.version,
                version: self.version,
                meta: Meta {
                    id,
                    time: now(),
                    source: "dispatcher".into(),
                    correlation: id,
                    causation: None,
                    traceparent: None,
                },
                event,
            });
        }
        count
    }

    fn note(&mut self, dues: &[WebhookDue]) -> usize {
        let newest = dues.last().unwrap().message;
        self.record(self.state.note(dues, Cause::outside(newest)))
    }

    fn ends(&mut self, message: EventId, attempt: u32, ended: &Attempt) -> usize {
        let decision = self.state.ended(message, attempt, ended);
        let count = self.record(decision);
        let again = self.state.ended(message, attempt, ended);
        assert!(again.events.is_empty(), "deciding twice adds nothing");
        count
    }

    fn next(&self) -> Vec<EventId> {
        let next = self.state.next();
        next.iter().map(|delivery| delivery.due.message).collect()
    }
}

fn due(version: u64, order: &str) -> WebhookDue {
    let event = EventId::derive(&["event", &version.to_string()]);
    WebhookDue {
        message: EventId::derive(&["message", &version.to_string()]),
        what: "order.placed".to_owned(),
        event,
        version,
        at: now(),
        order: OrderId::derive(&[order]),
    }
}

#[test]
fn what_was_noted_is_not_noted_again_and_what_is_new_is() {
    let mut world = World::default();
    assert_eq!(world.note(&[due(3, "a"), due(5, "a")]), 2);
    assert_eq!(world.note(&[due(3, "a"), due(5, "a")]), 0);
    assert_eq!(world.note(&[due(3, "a"), due(5, "a"), due(9, "a")]), 1);
    assert_eq!(world.state.pending().len(), 3);
}

#[test]
fn one_orders_messages_go_out_one_after_the_other_and_another_order_does_not_wait() {
    let mut world = World::default();
    let (first, second, other) = (due(3, "a"), due(5, "a"), due(6, "b"));
    world.note(&[first.clone(), second.clone(), other.clone()]);
    assert_eq!(world.next(), [first.message, other.message]);
    let again = Attempt::Again {
        reason: "it answered 503".into(),
        at: now() + SignedDuration::from_secs(5),
    };
    assert_eq!(world.ends(first.message, 1, &again), 1);
    assert_eq!(
        world.next(),
        [first.message, other.message],
        "the second waits"
    );
    assert_eq!(world.ends(first.message, 2, &Attempt::Taken(200)), 1);
    assert_eq!(world.next(), [second.message, other.message]);
}

#[test]
fn what_is_given_up_holds_up_nothing_and_can_be_sent_again() {
    let mut world = World::default();
    let (first, second) = (due(3, "a"), due(5, "a"));
    world.note(&[first.clone(), second.clone()]);
    let over = Attempt::Over {
        reason: "no connection".into(),
        tried: true,
    };
    world.ends(first.message, 1, &over);
    assert_eq!(world.next(), [second.message]);
    let given_up: Vec<_> = world.state.given_up().map(|one| one.due.message).collect();
    assert_eq!(given_up, [first.message]);
    assert!(world.state.retry(second.message).unwrap().events.is_empty());
    assert!(world.state.retry(due(7, "a").message).is_none());
    let retry = world.state.retry(first.message).unwrap();
    assert_eq!(world.record(retry), 1);
    assert_eq!(world.state.given_up().count(), 0);
    world.ends(first.message, 1, &Attempt::Taken(204));
    assert_eq!(world.next(), [second.message]);
}

fn settings(events: &[&str], address: &str) -> Vec<WebhookSettings> {
    vec![WebhookSettings {
        name: "crm".into(),
        host: "crm.example.org".into(),
        address: address.into(),
        events: events.iter().map(|pattern| (*pattern).to_owned()).collect(),
        personal: false,
    }]
}

/// A shop whose file says so at these moments.
fn shop(files: &[(i64, Vec<WebhookSettings>)]) -> domain::Shop {
    let mut shop = domain::Shop::default();
    for (at, webhooks) in files {
        let configured: ShopConfigured = ShopConfigured {
            id: schemas::ShopId::new("lavka").unwrap(),
            name: "Лавка".into(),
            timezone: "Europe/Moscow".into(),
            currency: "RUB".into(),
            languages: vec!["ru".into()],
            sheet: schemas::shop::SheetAddress::Folder("lavka".into()),
            channels: Vec::new(),
            sellers: Vec::new(),
            policy: schemas::shop::Policy::default(),
            requisites: std::collections::BTreeMap::new(),
            secret_digests: std::collections::BTreeMap::new(),
            webhooks: webhooks.clone(),
        };
        evolve(
            &mut shop,
            *at,
            ShopEvent::ShopConfigured(Box::new(configured)),
        );
    }
    shop
}

fn evolve(shop: &mut domain::Shop, at: i64, event: ShopEvent) {
    let id = EventId::derive(&["shop", &at.to_string(), event.type_name()]);
    shop.evolve(&Recorded {
        seq: 1,
        version: 1,
        meta: Meta {
            id,
            time: hour(at),
            source: "torg".into(),
            correlation: id,
            causation: None,
            traceparent: None,
        },
        event,
    });
}

fn hour(at: i64) -> Timestamp {
    now() + SignedDuration::from_hours(at)
}

#[test]
fn an_endpoint_is_told_what_happens_from_when_it_asked_for_it() {
    let shop = shop(&[
        (1, settings(&["invoice.*"], "one")),
        (5, settings(&["invoice.*", "order.*"], "one")),
    ]);
    let wants = |what: &str, at| Endpoints::wants(shop.endpoints(), "crm", what, hour(at));
    assert!(!wants("invoice.issued", 0) && wants("invoice.issued", 1));
    assert!(
        !wants("order.paid", 3),
        "what happened before it asked is not told"
    );
    assert!(wants("order.paid", 5) && wants("invoice.issued", 5));
    assert!(!shop.endpoints().wants("other", "order.paid", hour(9)));
}

#[test]
fn whoever_is_gone_is_left_alone_until_somebody_says_otherwise_or_the_address_is_another() {
    let mut shop = shop(&[(1, settings(&["*"], "one"))]);
    let stopped = WebhookStopped {
        name: "crm".into(),
        address: "one".into(),
        reason: "410".into(),
    };
    assert_eq!(shop.stop_webhook(&stopped).events.len(), 1);
    evolve(&mut shop, 2, ShopEvent::WebhookStopped(stopped.clone()));
    assert_eq!(shop.endpoints().stopped("crm"), Some("410"));
    assert!(shop.stop_webhook(&stopped).events.is_empty());
    let resumed = shop.resume_webhook("crm").events.remove(0);
    let mut again = shop.clone();
    evolve(&mut again, 3, resumed);
    assert_eq!(again.endpoints().stopped("crm"), None);
    assert!(again.resume_webhook("crm").events.is_empty());

    let mut configured = shop.settings().unwrap().clone();
    configured.webhooks = settings(&["*"], "another");
    evolve(
        &mut shop,
        4,
        ShopEvent::ShopConfigured(Box::new(configured)),
    );
    assert_eq!(shop.endpoints().stopped("crm"), None);
}
