//! Field for field what Avito's own description says of its answers.

use serde_json::{Value, json};
use simulator::Simulator;

use crate::stand::{ACCOUNT, CHAT, ask, simulator};

struct Raw {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Raw {
    async fn new(sim: &Simulator) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "client-1"),
            ("client_secret", "secret-1"),
        ];
        let url = format!("{}/token", sim.url());
        let answer = http.post(url).form(&form).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(keys(&body), ["access_token", "expires_in", "token_type"]);
        let token = body["access_token"].as_str().unwrap().to_owned();
        let base = sim.url();
        Self { http, base, token }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.base));
        Self::read(request.bearer_auth(&self.token)).await
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.post(format!("{}{path}", self.base)).json(&body);
        Self::read(request.bearer_auth(&self.token)).await
    }

    async fn read(request: reqwest::RequestBuilder) -> (u16, Value) {
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn at(version: &str, rest: &str) -> String {
    format!("/messenger/{version}/accounts/{ACCOUNT}{rest}")
}

#[tokio::test]
async fn sending_and_history_have_the_fields_of_the_description() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let raw = Raw::new(&sim).await;
    let path = at("v1", &format!("/chats/{CHAT}/messages"));
    let body = json!({"message": {"text": "Да"}, "type": "text"});
    let (status, sent) = raw.post(&path, body.clone()).await;
    assert_eq!(
        (status, keys(&sent)),
        (200, vec!["content", "created", "direction", "id", "type"])
    );
    assert_eq!(sent["direction"], "out");
    assert_eq!(sent["id"].as_str().unwrap().len(), 32);
    assert_eq!(raw.post(&format!("{path}/"), body).await.0, 404);

    let path = at("v3", &format!("/chats/{CHAT}/messages"));
    assert_eq!(
        raw.get(&path).await.0,
        404,
        "the slash at the end is needed"
    );
    let (_, history) = raw.get(&format!("{path}/")).await;
    let expected = [
        "author_id",
        "content",
        "created",
        "direction",
        "id",
        "is_read",
        "read",
        "type",
    ];
    assert_eq!(keys(&history[0]), expected);
    assert_eq!(history[0]["id"], sent["id"], "the newest is the first");
}

#[tokio::test]
async fn a_chat_has_the_fields_of_the_description() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let raw = Raw::new(&sim).await;
    let (_, list) = raw
        .get(&at("v2", "/chats?unread_only=true&chat_types=u2i"))
        .await;
    let (_, chat) = raw.get(&at("v2", &format!("/chats/{CHAT}"))).await;
    assert_eq!(list["chats"][0], chat);
    assert_eq!(
        keys(&chat),
        [
            "context",
            "created",
            "id",
            "last_message",
            "updated",
            "users"
        ]
    );
    let item = &chat["context"]["value"];
    assert_eq!(item["price_string"], "2\u{a0}490\u{a0}₽");
    assert_eq!(item["user_id"], ACCOUNT);
    assert_eq!(chat["users"].as_array().unwrap().len(), 2);
    let (_, others) = raw.get(&at("v2", "/chats?chat_types=u2u")).await;
    assert_eq!(others["chats"], json!([]));
    let (_, others) = raw.get(&at("v2", "/chats?item_ids=1,2")).await;
    assert_eq!(others["chats"], json!([]));
}

#[tokio::test]
async fn errors_have_the_shape_of_their_section() {
    let sim = simulator().await;
    ask(&sim, "Есть?");
    let raw = Raw::new(&sim).await;
    let (status, body) = raw.get(&at("v2", "/chats?offset=1001")).await;
    assert_eq!(status, 400);
    assert_eq!(body["error"]["message"], "Validation error");
    assert!(body["error"]["fields"]["offset"].is_string());
    let (status, body) = raw.get(&at("v2", "/chats/u2i-nobody")).await;
    assert_eq!((status, body["error"]["code"].as_u64()), (404, Some(404)));
    let (status, _) = raw.get("/messenger/v2/accounts/500/chats").await;
    assert_eq!(status, 403, "a token opens its own account only");
    let (status, body) = raw.post("/messenger/v1/subscriptions", json!({})).await;
    assert_eq!((status, body), (200, json!({"subscriptions": []})));
    let (status, body) = raw
        .post(&at("v2", "/blacklist"), json!({"users": []}))
        .await;
    assert_eq!((status, body), (200, Value::Null), "an empty answer");
    let (_, me) = raw.get("/core/v1/accounts/self").await;
    assert_eq!(
        keys(&me),
        ["email", "id", "name", "phone", "phones", "profile_url"]
    );
}

#[tokio::test]
async fn a_message_can_be_taken_back_for_an_hour_and_only_our_own() {
    let sim = simulator().await;
    let theirs = ask(&sim, "Есть?");
    let raw = Raw::new(&sim).await;
    let (_, history) = raw
        .get(&at("v3", &format!("/chats/{CHAT}/messages/")))
        .await;
    let now = history[0]["created"].as_i64().unwrap();
    let ours = |created| simulator::AvitoMessage {
        author: Some(ACCOUNT),
        created: Some(created),
        ..simulator::AvitoMessage::text("Да")
    };
    let old = sim.control().avito_write(ACCOUNT, CHAT, &ours(now - 3700));
    let new = sim.control().avito_write(ACCOUNT, CHAT, &ours(now));
    for (id, expected) in [
        (theirs, 403),
        (old, 400),
        (new, 200),
        ("nothing".to_owned(), 404),
    ] {
        let path = at("v1", &format!("/chats/{CHAT}/messages/{id}"));
        assert_eq!(raw.post(&path, json!({})).await.0, expected, "{id}");
    }
}
