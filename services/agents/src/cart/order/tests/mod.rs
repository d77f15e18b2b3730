//! Orders in conversation: what is asked, shown, submitted and told, over one small shop.
//!
//! The orders service is played by folding its events.

mod aftermath;
mod making;
mod returning;

use std::{collections::BTreeMap, sync::Arc};

use domain::{Conversation, Shop, conversation::Order, stock::Shown};
use jiff::{SignedDuration, Timestamp};
use language::digits_in;
use schemas::{
    ConversationId, EventId, Fold as _, Kopecks, Meta, OrderId, Personal, Recorded, ShopId, Sku,
    TurnId,
    conversation::{
        Asked, Cart, CartLine, Checkout, ConversationEvent as Event, Deal, Delivery, Fact, Intent,
        Language, OrderPlaced, OrderSubmitted, OrderTerms, Recipient, Specialist,
    },
    customer::CustomerOrdered,
    shop::{
        DeliveryRecorded, DeliveryRow, Policy, Rule, RuleRow, RulesRecorded, Setting, SettingRow,
        SettingsRecorded, SheetAddress, ShopConfigured, ShopEvent,
    },
    stock::Quantity,
};

use super::{World, answer_of, talk::Talk};
use crate::{
    answer::{Answer, Answered, Question, Step},
    goods::tests::{article, question, shop as shelf},
};

const LANGUAGES: [Language; 3] = [Language::Ru, Language::En, Language::Es];
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn rubles(rubles: i64) -> Kopecks {
    Kopecks::from_rubles(rubles).unwrap()
}

fn meta(seed: &str) -> Meta {
    let id = EventId::derive(&["test", seed]);
    Meta {
        id,
        time: now(),
        source: "test".to_owned(),
        correlation: id,
        causation: None,
        traceparent: None,
    }
}

fn recorded<E>(seed: &str, event: E) -> Recorded<E> {
    Recorded {
        seq: 1,
        version: 1,
        meta: meta(seed),
        event,
    }
}

/// A shop with these rows of delivery, and an address of its own or none.
fn shop(rows: &[(&str, i64, &str)], address: Option<&str>) -> Shop {
    let configured = ShopConfigured {
        id: ShopId::new("lavka").unwrap(),
        name: "Лавка".to_owned(),
        timezone: "Europe/Moscow".to_owned(),
        currency: "RUB".to_owned(),
        languages: vec!["ru".to_owned()],
        sheet: SheetAddress::Folder("lavka".to_owned()),
        channels: Vec::new(),
        sellers: Vec::new(),
        policy: Policy::default(),
        requisites: BTreeMap::new(),
        secret_digests: BTreeMap::new(),
        webhooks: Vec::new(),
    };
    let delivery = DeliveryRecorded {
        revision: "0123456789abcdef".to_owned(),
        rows: (2..)
            .zip(rows)
            .map(|(row, (region, price, days))| DeliveryRow {
                row,
                region: (*region).to_owned(),
                price: rubles(*price),
                days: (!days.is_empty()).then(|| (*days).to_owned()),
            })
            .collect(),
    };
    let rules = RulesRecorded {
        revision: "1111111111111111".to_owned(),
        rows: vec![RuleRow {
            row: 4,
            rule: Rule::FreeDeliveryFrom(rubles(7000)),
        }],
    };
    let settings = SettingsRecorded {
        revision: "2222222222222222".to_owned(),
        rows: address
            .map(|value| SettingRow {
                row: 5,
                setting: Setting::Address,
                value: value.to_owned(),
            })
            .into_iter()
            .collect(),
    };
    let events = [
        ShopEvent::ShopConfigured(Box::new(configured)),
        ShopEvent::DeliveryRecorded(delivery),
        ShopEvent::RulesRecorded(rules),
        ShopEvent::SettingsRecorded(settings),
    ];
    let mut shop = Shop::default();
    for (number, event) in events.into_iter().enumerate() {
        shop.evolve(&recorded(&number.to_string(), event));
    }
    shop
}

fn usual_shop() -> Shop {
    shop(
        &[
            ("Москва", 300, "1-2 дня"),
            ("Казань", 400, "3-4 дня"),
            ("Вся Россия", 700, "до 14 дней"),
            ("Самовывоз", 0, "в день заказа, Москва, Примерная улица, 1"),
        ],
        Some("Москва, Примерная улица, 1"),
    )
}

fn line(shown: &Shown, pieces: u32) -> CartLine {
    CartLine {
        sku: shown.product.sku.clone(),
        name: shown.product.name.clone(),
        pieces,
        price: shown.product.price,
        list_price: shown.product.price,
        valid_until: now() + HOUR,
    }
}

/// A buyer's chat, as far as orders go.
struct Chat {
    question: Question,
    world: World,
    /// Holds the orders.
    orders: Conversation,
    turns: u32,
}

impl Chat {
    /// With two flasks of 1290 in the cart.
    fn new() -> Self {
        let goods: BTreeMap<Sku, Shown> = shelf()
            .into_iter()
            .map(|shown| (shown.product.sku.clone(), shown))
            .collect();
        let flask = line(&goods[&Sku::new("TR-05")], 2);
        let mut question = Question {
            specialist: Specialist::Cart,
            now: now(),
            ..question("")
        };
        question.sale.conversation = Some(ConversationId::derive(&["chat"]));
        question.sale.deal.cart = Cart { lines: vec![flask] };
        Self {
            question,
            world: World {
                shop: Arc::new(usual_shop()),
                goods,
                ..World::default()
            },
            orders: Conversation::default(),
            turns: 0,
        }
    }

    /// What is done about these words.
    fn step(&mut self, text: &str, intent: Intent) -> Step {
        self.turns += 1;
        let turn = EventId::derive(&["turn", &self.turns.to_string()]);
        let message = EventId::derive(&["message", &self.turns.to_string()]);
        self.question.sale.turn = Some((TurnId::from(turn), vec![message]));
        self.question.sale.orders = self.orders.orders().to_vec();
        text.clone_into(&mut self.question.text);
        self.question.intent = intent;
        answer_of(&Talk::new(&self.question, &self.world)).unwrap()
    }

    /// The answer to these words, read by the buyer. Every number in it has its fact.
    #[track_caller]
    fn answered(&mut self, text: &str, intent: Intent) -> Answer {
        match self.step(text, intent) {
            Step::Answer(Answered::Given(answer)) => self.read(answer),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[track_caller]
    fn read(&mut self, answer: Answer) -> Answer {
        has_facts(&answer);
        if let Some(deal) = &answer.deal {
            self.question.sale.deal = deal.clone();
        }
        self.question.asked.clone_from(&answer.asked);
        answer
    }

    #[track_caller]
    fn says(&mut self, text: &str) -> String {
        self.answered(text, Intent::Checkout).text
    }

    #[track_caller]
    fn cannot(&mut self, text: &str, intent: Intent) -> String {
        match self.step(text, intent) {
            Step::Answer(Answered::Cannot(reason)) => reason,
            other => panic!("{text}: {other:?}"),
        }
    }

    /// Everything is told and shown.
    #[track_caller]
    fn up_to_the_summary(&mut self) -> String {
        self.says("оформляем");
        self.says("Иван, 8 916 123-45-67, Казань, Баумана 5")
    }

    #[track_caller]
    fn submits(&mut self, text: &str) -> OrderSubmitted {
        let Step::Submit(submitted) = self.step(text, Intent::Checkout) else {
            panic!("{text} submits nothing");
        };
        self.orders.evolve(&recorded(
            &format!("submitted {}", submitted.order),
            Event::OrderSubmitted(submitted.clone()),
        ));
        self.question.sale.deal = Deal::default();
        *submitted
    }

    /// What the orders service, or a seller, does.
    fn happens(&mut self, event: Event) {
        let seed = format!("{event:?}");
        self.orders.evolve(&recorded(&seed, event));
    }

    fn placed(&mut self, order: OrderId, approval: bool) {
        self.happens(Event::OrderPlaced(OrderPlaced {
            order,
            revision: 1,
            approval,
            because: "policy: always".to_owned(),
            expires_at: now() + HOUR * 24,
        }));
    }

    /// An order that waits for the seller, and is told of.
    #[track_caller]
    fn ordered(&mut self) -> OrderSubmitted {
        self.up_to_the_summary();
        let submitted = self.submits("да");
        self.placed(submitted.order, true);
        self.says("да");
        submitted
    }

    fn order(&self) -> &Order {
        self.orders.orders().last().unwrap()
    }

    fn checkout(&self) -> &Checkout {
        self.question.sale.deal.checkout.as_ref().unwrap()
    }

    fn asks(&self, asked: &Asked) -> bool {
        self.question.asked.as_ref() == Some(asked)
    }
}

/// Every number in the words is in a fact: what the guard will ask for.
#[track_caller]
fn has_facts(answer: &Answer) {
    let known: Vec<String> = answer
        .facts
        .iter()
        .flat_map(|fact: &Fact| digits_in(&fact.value))
        .collect();
    let places = answer.list.as_ref().map_or(0, |list| list.items.len());
    for line in answer.text.lines() {
        let line = match line.split_once(". ") {
            Some((head, rest)) if head.parse::<usize>().is_ok_and(|at| at <= places) => rest,
            _ => line,
        };
        for number in digits_in(line) {
            assert!(
                known.contains(&number),
                "{number} of {line} is in no fact: {:?}",
                answer.facts
            );
        }
    }
}

fn customer_ordered(lines: Vec<CartLine>, delivery: Delivery) -> CustomerOrdered {
    CustomerOrdered {
        order: OrderId::derive(&["last"]),
        conversation: ConversationId::derive(&["another chat"]),
        placed_at: now() - HOUR * 24 * 7,
        terms: OrderTerms::new(lines, delivery).unwrap(),
        recipient: Recipient {
            name: Some(Personal::new("Анна".to_owned())),
            phone: Some(Personal::new("+79031112233".to_owned())),
            email: None,
        },
    }
}

fn shipped(place: &str, address: &str, price: i64) -> Delivery {
    Delivery::Shipped {
        region: place.to_owned(),
        place: place.to_owned(),
        address: Some(Personal::new(address.to_owned())),
        price: rubles(price),
        days: Some("3-4 дня".to_owned()),
        source: None,
    }
}
