//! `llm::Embeddings` and `llm::Transcriber` against the model, clients made from options, and the remote control.

use clap::Parser;
use llm::{
    Embeddings, EmbeddingsConfig, EndpointConfig, Failure, Message, Options, Request, Transcriber,
    TranscriberConfig,
};
use simulator::{Misbehaviour, ModelCall, Simulator};

use crate::{
    model::{deadline, endpoint, misbehave, understanding},
    stand::simulator,
};

fn embeddings(sim: &Simulator, batch: u16) -> Embeddings {
    embeddings_at(endpoint(sim), batch)
}

fn embeddings_at(endpoint: EndpointConfig, batch: u16) -> Embeddings {
    Embeddings::new(EmbeddingsConfig {
        endpoint,
        model: "vectors".to_owned(),
        dimensions: 64,
        ask_dimensions: true,
        batch,
    })
    .expect("a client")
}

/// The endpoint for a call that meets this.
fn endpoint_for(sim: &Simulator, how: Misbehaviour) -> EndpointConfig {
    let mut endpoint = endpoint(sim);
    endpoint.deadline = deadline(how);
    endpoint
}

fn transcriber(sim: &Simulator) -> Transcriber {
    transcriber_at(endpoint(sim))
}

fn transcriber_at(endpoint: EndpointConfig) -> Transcriber {
    Transcriber::new(TranscriberConfig {
        endpoint,
        model: "whisper-1".to_owned(),
    })
    .expect("a client")
}

fn last(sim: &Simulator) -> ModelCall {
    sim.control().model_calls().pop().expect("a call")
}

#[tokio::test]
async fn vectors_come_in_order_and_of_length_one_whatever_the_batches() {
    let sim = simulator().await;
    let texts = [
        "синий рюкзак",
        "рюкзак",
        "палатка",
        "доставка",
        "синий рюкзак",
    ];
    let whole = embeddings(&sim, 96).embed(&texts).await.unwrap();
    let cut = embeddings(&sim, 2).embed(&texts).await.unwrap();
    assert_eq!(sim.control().model_calls().len(), 1 + 3);
    assert_eq!(whole, cut);
    assert_eq!(whole[0], whole[4]);
    assert_ne!(whole[0], whole[1]);
    for vector in &whole {
        assert_eq!(vector.len(), 64);
        assert!((vector.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
    }
    assert!(embeddings(&sim, 2).embed(&[]).await.unwrap().is_empty());
    assert_eq!(last(&sim).request["dimensions"], 64);
}

#[tokio::test]
async fn damaged_vectors_are_never_given_out() {
    let sim = simulator().await;
    let client = embeddings(&sim, 96);
    let good = client.embed(&["а", "б"]).await.unwrap();
    for how in Misbehaviour::ALL
        .into_iter()
        .filter(|how| how.concerns("embeddings") && !how.concerns("chat"))
    {
        misbehave(&sim, how);
        let outcome = client.embed(&["а", "б"]).await;
        let problem = match outcome {
            Ok(vectors) if how == Misbehaviour::Unordered => {
                assert_eq!(vectors, good);
                continue;
            }
            Err(Failure::NotJson) if how == Misbehaviour::NotANumber => continue,
            Err(Failure::WrongShape { problem, .. }) => problem,
            other => panic!("{how:?}: {other:?}"),
        };
        let expected = match how {
            Misbehaviour::WrongDimension => "another number of dimensions than is set",
            Misbehaviour::MissingRow => "not one row per text",
            Misbehaviour::RepeatedRow => "the same twice",
            Misbehaviour::ZeroVector => "all zero, or not finite",
            other => panic!("{other:?} has no expectation"),
        };
        assert_eq!(problem, expected, "{how:?}");
    }
    for (how, expected) in [
        (Misbehaviour::Hang, Failure::TimedOut),
        (Misbehaviour::Huge, Failure::AnswerTooLarge),
        (Misbehaviour::Html, Failure::WrongAddress { status: 200 }),
        (Misbehaviour::QuotaUsed, Failure::QuotaUsed),
    ] {
        misbehave(&sim, how);
        let client = embeddings_at(endpoint_for(&sim, how), 96);
        assert_eq!(client.embed(&["а"]).await, Err(expected), "{how:?}");
        sim.control().release();
    }
}

#[tokio::test]
async fn empty_and_endless_texts_are_not_even_sent() {
    let sim = simulator().await;
    let client = embeddings(&sim, 96);
    assert_eq!(
        client.embed(&["а", " "]).await,
        Err(Failure::InputEmpty { index: 1 })
    );
    let endless = "а".repeat(20_000);
    assert_eq!(
        client.embed(&[endless.as_str()]).await,
        Err(Failure::InputTooLarge)
    );
    assert!(sim.control().model_calls().is_empty());
}

#[tokio::test]
async fn a_server_that_knows_no_dimensions_is_not_asked_for_them() {
    let sim = simulator().await;
    let client = Embeddings::new(EmbeddingsConfig {
        endpoint: endpoint(&sim),
        model: "vectors".to_owned(),
        dimensions: 256,
        ask_dimensions: false,
        batch: 96,
    })
    .unwrap();
    assert_eq!(client.embed(&["а"]).await.unwrap()[0].len(), 256);
    assert!(last(&sim).request.get("dimensions").is_none());
}

#[tokio::test]
async fn a_voice_note_becomes_words_and_its_name_stays_here() {
    let sim = simulator().await;
    let client = transcriber(&sim);
    sim.control()
        .model_hears(Some(" Есть синий рюкзак? \n".to_owned()));
    let note = bytes::Bytes::from_static(&[0x4f, 0x67, 0x67, 0x53, 0xff]);
    let words = client
        .transcribe(note.clone(), "Иван +79161234567.oga", Some("ru"))
        .await;
    assert_eq!(words.as_deref(), Ok("Есть синий рюкзак?"));
    let request = last(&sim).request;
    assert_eq!(request["model"], "whisper-1");
    assert_eq!(request["language"], "ru");
    assert_eq!(
        request["file"],
        serde_json::json!({"name": "voice.ogg", "type": "audio/ogg", "size": 5})
    );
    client
        .transcribe(note, "note.mp3", Some("русский"))
        .await
        .unwrap();
    assert!(last(&sim).request.get("language").is_none());
}

#[tokio::test]
async fn a_voice_note_that_gives_no_words_is_a_failure_and_never_an_empty_message() {
    let sim = simulator().await;
    let client = transcriber(&sim);
    let note = || bytes::Bytes::from_static(b"words");
    assert_eq!(
        client.transcribe(note(), "a.ogg", None).await.as_deref(),
        Ok("words")
    );
    for (how, expected) in [
        (Misbehaviour::Silence, Failure::Empty),
        (Misbehaviour::Hang, Failure::TimedOut),
        (Misbehaviour::Html, Failure::WrongAddress { status: 200 }),
        (Misbehaviour::Huge, Failure::AnswerTooLarge),
        (Misbehaviour::Unauthorized, Failure::Unauthorized),
    ] {
        misbehave(&sim, how);
        let client = transcriber_at(endpoint_for(&sim, how));
        assert_eq!(
            client.transcribe(note(), "a.ogg", None).await,
            Err(expected),
            "{how:?}"
        );
        sim.control().release();
    }
    let calls = sim.control().model_calls().len();
    let large = bytes::Bytes::from(vec![0; 20 * 1024 * 1024 + 1]);
    assert_eq!(
        client.transcribe(large, "a.ogg", None).await,
        Err(Failure::InputTooLarge)
    );
    assert_eq!(
        client.transcribe(bytes::Bytes::new(), "a.ogg", None).await,
        Err(Failure::InputEmpty { index: 0 })
    );
    assert_eq!(sim.control().model_calls().len(), calls);
}

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    options: Options,
}

#[tokio::test]
async fn options_lead_to_clients_that_send_the_key_and_the_headers() {
    let sim = simulator().await;
    sim.control().model_key(Some("sk-1".to_owned()));
    let base = sim.model_url();
    let command = Command::try_parse_from([
        "torg",
        &format!("--llm-base-url={base}/"),
        "--llm-key= sk-1 ",
        "--llm-model=m",
        "--llm-headers=OpenAI-Project: b1g; X-Team: shop;",
        &format!("--embeddings-base-url={base}"),
        "--embeddings-key=wrong",
        "--embeddings-model=e",
        "--embeddings-dimensions=16",
        &format!("--transcription-base-url={base}"),
        "--transcription-key=sk-1",
        "--transcription-model=t",
    ]);
    let options = command.expect("arguments").options;
    let chat = options.chat.connect().unwrap().expect("a chat");
    let schema = understanding();
    let request = Request {
        schema: &schema,
        messages: vec![Message::user("есть?")],
        max_tokens: 10,
    };
    chat.complete(&request).await.unwrap();
    let headers = last(&sim).headers;
    assert_eq!(headers["openai-project"], "b1g");
    assert_eq!(headers["x-team"], "shop");
    let embeddings = options.embeddings.connect().unwrap().expect("embeddings");
    assert_eq!(embeddings.embed(&["а"]).await, Err(Failure::Unauthorized));
    let voice = options
        .transcription
        .connect()
        .unwrap()
        .expect("a transcriber");
    let words = voice
        .transcribe(bytes::Bytes::from_static(b"words"), "a.ogg", None)
        .await;
    assert_eq!(words.as_deref(), Ok("words"));
    assert!(!format!("{chat:?} {embeddings:?}").contains("sk-1"));
}

#[tokio::test]
async fn the_remote_control_works_over_http_as_it_does_in_the_program() {
    let sim = simulator().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let at = |path: &str| format!("{}/sim/model{path}", sim.url());
    let script = serde_json::json!({"when": "есть", "answer": {"asks": [], "unsure": true}});
    http.put(at("/scripts"))
        .json(&script)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let switches = serde_json::json!({"mode": "honest", "heard": "слова"});
    http.post(at(""))
        .json(&switches)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let asked =
        serde_json::json!({"model": "m", "messages": [{"role": "user", "content": "есть?"}]});
    let answer = http
        .post(format!("{}/chat/completions", sim.model_url()))
        .json(&asked)
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(
        answer["choices"][0]["message"]["content"],
        r#"{"asks":[],"unsure":true}"#
    );
    let calls: Vec<ModelCall> = http
        .get(at("/calls"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(calls, sim.control().model_calls());
    assert_eq!((calls[0].seq, calls[0].operation.as_str()), (1, "chat"));
    http.delete(at(""))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    assert!(sim.control().model_scripts().is_empty());
}
