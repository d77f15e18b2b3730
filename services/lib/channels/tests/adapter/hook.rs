//! Webhooks over a real connection: what a stranger's server can and cannot do to us.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use channels::hook::{HookClient, HookCredentials, HookError, Key, Message, address::Reach};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};

const MESSAGE: Message<'_> = Message {
    id: "msg",
    timestamp: 1_614_265_330,
    body: "{}",
};

/// Answers every call with these bytes; how often it was called.
struct Server {
    port: u16,
    calls: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
async fn server(answer: String) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let mut heard = vec![0; 4096];
            drop(stream.read(&mut heard).await);
            drop(stream.write_all(answer.as_bytes()).await);
        }
    });
    Server {
        port,
        calls,
        _tasks: tasks,
    }
}

#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
fn to(url: &str) -> HookCredentials {
    HookCredentials {
        name: "crm".to_owned(),
        address: url.into(),
        keys: vec![Key::read(&Key::write(&[7; 32]).into()).unwrap()],
    }
}

#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
fn client(reach: Reach) -> HookClient {
    boot_tls();
    HookClient::new(reach, Duration::from_millis(800)).unwrap()
}

fn boot_tls() {
    // Whoever was first has installed the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
}

fn answer(status: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n")
}

async fn post(server: &Server, reach: Reach) -> Result<u16, HookError> {
    let url = format!("http://127.0.0.1:{}/hook", server.port);
    client(reach).post(&to(&url), &MESSAGE).await
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let canary = server(answer("200 OK", "")).await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let location = format!("location: http://127.0.0.1:{}/\r\n", canary.port);
        let redirecting = server(answer(status, &location)).await;
        let ended = post(&redirecting, Reach::Private).await.unwrap_err();
        assert!(
            matches!(ended, HookError::Later { .. }),
            "{status}: {ended:?}"
        );
        assert_eq!(redirecting.calls.load(Ordering::SeqCst), 1);
    }
    assert_eq!(canary.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn nothing_inside_is_reached_by_number_or_by_name() {
    let canary = server(answer("200 OK", "")).await;
    let port = canary.port;
    let client = client(Reach::Public);
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "0.0.0.0",
        "localhost",
        "localhost.",
        "LOCALHOST",
    ] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{port}/hook");
            let ended = client.post(&to(&url), &MESSAGE).await;
            let forbidden = matches!(ended, Err(HookError::Forbidden(_)));
            // `localhost.` may be known to nobody.
            let unknown = host == "localhost." && matches!(ended, Err(HookError::Later { .. }));
            assert!(forbidden || unknown, "{url}: {ended:?}");
        }
    }
    assert_eq!(canary.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_answer_says_what_to_do_next() {
    let taken = server(answer("204 No Content", "")).await;
    assert_eq!(post(&taken, Reach::Private).await, Ok(204));
    let gone = server(answer("410 Gone", "")).await;
    assert_eq!(post(&gone, Reach::Private).await, Err(HookError::Gone));
    let busy = server(answer("429 Too Many Requests", "retry-after: 7\r\n")).await;
    let later = HookError::Later {
        reason: "it answered 429".to_owned(),
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(post(&busy, Reach::Private).await, Err(later));
}

#[tokio::test]
async fn an_endless_answer_and_none_at_all_hold_nobody_up() {
    // A head without an end: it is given up at the deadline.
    let silent = server(String::new()).await;
    let ended = post(&silent, Reach::Private).await.unwrap_err();
    assert!(matches!(ended, HookError::Later { .. }), "{ended:?}");
    let huge = server(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{}",
        "x".repeat(1 << 20)
    ))
    .await;
    assert_eq!(
        post(&huge, Reach::Private).await,
        Ok(200),
        "the body is never read"
    );
}

#[tokio::test]
async fn an_error_never_repeats_the_address() {
    let client = client(Reach::Public);
    let to = to("https://crm.invalid/hook?token=s3cret");
    let ended = client.post(&to, &MESSAGE).await.unwrap_err();
    let told = format!("{ended} {ended:?} {to:?}");
    assert!(
        !told.contains("s3cret") && !told.contains("crm.invalid"),
        "{told}"
    );
}
