//! The Bot API as a program sees it that is not ours, and the remote control over HTTP.

use serde_json::{Value, json};
use simulator::Simulator;

use crate::stand::{TOKEN, simulator};

async fn post(sim: &Simulator, path: &str, body: Value) -> (u16, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(format!("{}{path}", sim.url())).json(&body);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

async fn get(sim: &Simulator, path: &str) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http
        .get(format!("{}{path}", sim.url()))
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn answers_and_errors_come_in_the_usual_envelope() {
    let sim = simulator().await;
    let (status, body) = post(&sim, &format!("/bot{TOKEN}/getMe"), json!({})).await;
    assert_eq!((status, &body["ok"]), (200, &json!(true)));
    assert_eq!(body["result"]["id"], 123_456);
    let fault = json!({"operation": "sendMessage", "status": 429, "retry_after": 5, "count": 1});
    post(&sim, "/sim/faults", fault).await;
    let message = json!({"chat_id": 777, "text": "Да"});
    let (status, body) = post(&sim, &format!("/bot{TOKEN}/sendMessage"), message.clone()).await;
    assert_eq!(status, 429);
    let expected = json!({
        "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 5",
        "parameters": {"retry_after": 5},
    });
    assert_eq!(body, expected);
    let (status, body) = post(&sim, &format!("/bot{TOKEN}/SENDMESSAGE"), message).await;
    assert_eq!(
        (status, &body["description"]),
        (400, &json!("Bad Request: chat not found"))
    );
    let (status, _) = post(&sim, &format!("/bot{TOKEN}/inventMethod"), json!({})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn parameters_come_as_query_and_form_too() {
    let sim = simulator().await;
    let body = json!({"text": "Есть?"});
    post(&sim, "/sim/telegram/123456/chats/777/messages", body).await;
    let sent = get(
        &sim,
        &format!("/bot{TOKEN}/sendMessage?chat_id=777&text=One"),
    )
    .await;
    assert_eq!(sent["result"]["text"], "One");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = [("chat_id", "777"), ("text", "Два")];
    let url = format!("{}/bot{TOKEN}/sendMessage", sim.url());
    let sent: Value = http
        .post(url)
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(sent["result"]["text"], "Два");
    assert_eq!(sent["result"]["chat"]["type"], "private");
}

#[tokio::test]
async fn everything_can_be_done_by_remote_control() {
    let sim = simulator().await;
    let open = json!({"text": "Есть?", "item_id": 7, "buyer_name": "Иван"});
    let (_, opened) = post(&sim, "/sim/avito/94000311/chats", open).await;
    let chat = opened["chat"].as_str().unwrap();
    assert!(chat.starts_with("u2i-"));
    let path = format!("/sim/avito/94000311/chats/{chat}/messages");
    let (status, _) = post(&sim, &path, json!({"text": "Ау", "author": 94_000_311})).await;
    assert_eq!(status, 200);
    let (status, _) = post(&sim, &path, json!({"txt": "опечатка"})).await;
    assert_eq!(status, 422, "an unknown field is told");
    let telegram = "/sim/telegram/123456/chats/777";
    let (_, wrote) = post(
        &sim,
        &format!("{telegram}/messages"),
        json!({"text": "Есть?"}),
    )
    .await;
    assert_eq!(wrote["message_id"], 1);
    let press = json!({"message_id": 9, "data": "x"});
    let (status, body) = post(&sim, &format!("{telegram}/press"), press).await;
    assert_eq!(status, 404);
    assert!(body["error"].is_string());
    let chats = get(&sim, "/sim/chats").await;
    assert_eq!(
        chats["avito"][0]["chats"][0]["messages"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        chats["telegram"][0]["chats"][0]["messages"][0]["text"],
        "Есть?"
    );
    post(
        &sim,
        &format!("/bot{TOKEN}/sendMessage"),
        json!({"chat_id": 777, "text": "Да"}),
    )
    .await;
    post(
        &sim,
        &format!("/bot{TOKEN}/sendMessage"),
        json!({"chat_id": 777, "text": "Да"}),
    )
    .await;
    let ledger = get(&sim, "/ledger?provider=telegram&chat=777").await;
    assert_eq!(ledger.as_array().unwrap().len(), 2);
    assert_eq!(
        (&ledger[0]["attempt"], &ledger[1]["attempt"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(get(&sim, "/ledger?provider=avito").await, json!([]));
}
