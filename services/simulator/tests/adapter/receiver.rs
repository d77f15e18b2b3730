//! A program that webhooks are sent to: remembers what came, answers what it is told to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;
use tokio_util::task::TaskTracker;

type Shared = Arc<Mutex<Inner>>;

#[derive(Default)]
struct Inner {
    came: Vec<(HeaderMap, Value)>,
    answers: VecDeque<(u16, u64)>,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    inner: Shared,
    _tasks: TaskTracker,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let inner = Shared::default();
        let app = Router::new()
            .fallback(post(take))
            .with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let tasks = TaskTracker::new();
        tasks.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url,
            inner,
            _tasks: tasks,
        }
    }

    /// The next webhook is answered with `status`, `after_ms` later.
    pub(crate) fn answer_next(&self, status: u16, after_ms: u64) {
        self.inner
            .lock()
            .unwrap()
            .answers
            .push_back((status, after_ms));
    }

    /// Waits until `count` webhooks came, and a moment more in case that too many do.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<(HeaderMap, Value)> {
        let begin = std::time::Instant::now();
        while self.inner.lock().unwrap().came.len() < count {
            assert!(
                begin.elapsed() < Duration::from_secs(10),
                "webhooks do not come"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.inner.lock().unwrap().came.clone()
    }
}

async fn take(State(inner): State<Shared>, headers: HeaderMap, body: String) -> StatusCode {
    let body = serde_json::from_str(&body).unwrap();
    let (status, after) = {
        let mut inner = inner.lock().unwrap();
        inner.came.push((headers, body));
        inner.answers.pop_front().unwrap_or((200, 0))
    };
    tokio::time::sleep(Duration::from_millis(after)).await;
    StatusCode::from_u16(status).unwrap()
}
