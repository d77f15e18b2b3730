//! Other systems that take webhooks, each in a mood of its own, and buyers who say yes.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use domain::Conversation;
use e2e::{Service, Setup, World};
use eventlog::EventLog;
use schemas::{
    Cause, Decision, EventId, OrderId, ProviderId,
    conversation::{Content, ConversationEvent, MessageReceived, OrderSubmitted, Recipient},
};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::oversell::{chat, terms};

pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(super) const OLD_SECRET: &str = "whsec_c2VjcmV0LW9mLXRoZS1vbGQtZGF5cy0wMQ==";
pub(super) const SALE: Setup = Setup {
    only: &[
        Service::Cart,
        Service::Dispatcher,
        Service::Invoicer,
        Service::Ingest,
    ],
    apart: Some(Service::Dispatcher),
    ..Setup::USUAL
};

/// What came in.
#[derive(Clone, Debug)]
pub(super) struct Got {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) taken: bool,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(super) fn what(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// The order that it is about.
    pub(super) fn order(&self) -> String {
        let data = &self.json()["data"];
        let order = data["order"]["id"].as_str();
        let order = order.or(data["invoice"]["order"].as_str());
        order.unwrap_or_default().to_owned()
    }
}

#[derive(Clone, Copy)]
pub(super) enum Mood {
    Well,
    Status(u16),
    Slow,
    /// Answers so many with 503, and is well then.
    Failing(usize),
}

#[derive(Clone)]
struct Desk {
    got: Arc<Mutex<Vec<Got>>>,
    mood: Arc<Mutex<Mood>>,
    secret: &'static str,
}

/// Another system.
pub(super) struct Receiver {
    desk: Desk,
    pub(super) address: SocketAddr,
    _server: JoinSet<()>,
}

impl Receiver {
    pub(super) async fn start(mood: Mood) -> Self {
        Self::start_at(mood, 0, SECRET).await
    }

    pub(super) async fn start_at(mood: Mood, port: u16, secret: &'static str) -> Self {
        let desk = Desk {
            got: Arc::default(),
            mood: Arc::new(Mutex::new(mood)),
            secret,
        };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
        let listener = listener.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/hook", post(take))
            .with_state(desk.clone());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            desk,
            address,
            _server: server,
        }
    }

    pub(super) fn feels(&self, mood: Mood) {
        *self.desk.mood.lock().unwrap() = mood;
    }

    pub(super) fn got(&self) -> Vec<Got> {
        self.desk.got.lock().unwrap().clone()
    }

    /// Which types about which orders it has taken.
    pub(super) fn taken(&self) -> BTreeSet<(String, String)> {
        let taken = self.got().into_iter().filter(|got| got.taken);
        taken.map(|got| (got.order(), got.what())).collect()
    }
}

async fn take(State(desk): State<Desk>, headers: HeaderMap, body: String) -> StatusCode {
    let reference = standardwebhooks::Webhook::new(desk.secret).unwrap();
    reference.verify(body.as_bytes(), &headers).unwrap();
    let mood = *desk.mood.lock().unwrap();
    let seen = desk.got.lock().unwrap().len();
    let status = match mood {
        Mood::Well => 204,
        Mood::Slow => {
            tokio::time::sleep(Duration::from_millis(900)).await;
            200
        }
        Mood::Status(status) => status,
        Mood::Failing(first) if seen < first => 503,
        Mood::Failing(_) => 200,
    };
    desk.got.lock().unwrap().push(Got {
        id: headers["webhook-id"].to_str().unwrap().to_owned(),
        body,
        taken: (200..300).contains(&status),
    });
    StatusCode::from_u16(status).unwrap()
}

pub(super) fn section(name: &str, address: SocketAddr, more: &str) -> String {
    format!(
        "[[webhook]]\nname = \"{name}\"\nurl = \"http://{address}/hook\"\nsecret = \"{SECRET}\"\n{more}\n"
    )
}

pub(super) fn with_webhooks(world: &World, sections: &[String]) {
    world.change_shop("[policy]", &format!("{}\n[policy]", sections.concat()));
}

/// A buyer with a mail address says yes, and the agents record it.
pub(super) async fn says_yes(agents: &EventLog, number: u32, sku: &str) -> OrderId {
    let (key, address) = chat(number);
    let order = OrderId::derive(&[&key.to_string(), "hooks"]);
    let message = MessageReceived {
        provider_id: ProviderId::new(format!("yes-{number}")),
        buyer: address.chat.clone().into(),
        buyer_name: None,
        language_hint: None,
        listing: None,
        sent_at: boot::clock::now(),
        content: Content::Text("да".to_owned().into()),
        address,
    };
    let submitted = OrderSubmitted {
        order,
        messages: Vec::new(),
        terms: terms(&[sku]),
        recipient: Recipient {
            name: Some("Анна Примерова".to_owned().into()),
            phone: None,
            email: Some(format!("anna{number}@example.org").into()),
        },
    };
    let cause = Cause::outside(EventId::derive(&["hooks", &number.to_string()]));
    let events = vec![
        ConversationEvent::MessageReceived(message),
        ConversationEvent::OrderSubmitted(Box::new(submitted)),
    ];
    let said = agents.decide::<Conversation, _>(&key, |_| {
        Ok::<_, Infallible>(Decision::new(cause, events.clone()))
    });
    said.await.unwrap();
    order
}
