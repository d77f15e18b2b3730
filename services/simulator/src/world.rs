//! Everything the simulator knows, shared by its handlers, its webhook senders and its remote control.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    avito,
    faults::{Fault, Faults, Provider},
    ledger::{Accepted, Ledger},
    line::Line,
    model,
    post::Post,
    sheets, telegram,
};

/// The shared state; clones are the same world.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

struct Inner {
    avito: Mutex<avito::Accounts>,
    telegram: Mutex<telegram::Bots>,
    model: Mutex<model::Model>,
    sheets: Mutex<sheets::Sheets>,
    ledger: Mutex<Ledger>,
    faults: Mutex<Faults>,
    releases: watch::Sender<u64>,
    post: Post,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Which call is being answered.
pub(crate) struct Call<'a> {
    pub(crate) provider: Provider,
    pub(crate) operation: &'a str,
    pub(crate) chat: Option<&'a str>,
    pub(crate) line: &'a Line,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub(crate) fn new(avito: avito::Accounts, telegram: telegram::Bots, post: Post) -> Self {
        Self(Arc::new(Inner {
            avito: Mutex::new(avito),
            telegram: Mutex::new(telegram),
            model: Mutex::default(),
            sheets: Mutex::default(),
            ledger: Mutex::default(),
            faults: Mutex::default(),
            releases: watch::Sender::new(0),
            post,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }))
    }

    pub(crate) fn avito(&self) -> MutexGuard<'_, avito::Accounts> {
        lock(&self.0.avito)
    }

    pub(crate) fn telegram(&self) -> MutexGuard<'_, telegram::Bots> {
        lock(&self.0.telegram)
    }

    pub(crate) fn model(&self) -> MutexGuard<'_, model::Model> {
        lock(&self.0.model)
    }

    pub(crate) fn sheets(&self) -> MutexGuard<'_, sheets::Sheets> {
        lock(&self.0.sheets)
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.0.ledger)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.0.faults)
    }

    pub(crate) fn post(&self) -> &Post {
        &self.0.post
    }

    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    /// Runs `task` until it ends or the simulator stops.
    pub(crate) fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.0.stop.clone();
        self.0.tasks.spawn(async move {
            stop.run_until_cancelled(task).await;
        });
    }

    /// Writes down an effect.
    pub(crate) fn accept(&self, what: &Accepted<'_>) {
        self.ledger().accept(what);
    }

    /// Obeys an order to misbehave.
    pub(crate) fn misbehave(&self, fault: Fault) {
        if let Some(status) = fault.token_expired {
            self.avito().expire_tokens(status);
        }
        if let Some(object) = fault.history_object {
            self.avito().set_history_object(object);
        }
        self.faults().add(fault);
    }

    /// Behaves again; answers that are held back go out.
    pub(crate) fn behave(&self) {
        *self.faults() = Faults::default();
        self.avito().set_history_object(false);
        self.release();
    }

    /// Lets answers go that are held back now.
    pub(crate) fn release(&self) {
        self.0
            .releases
            .send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Answers a call: carries out `apply` unless a fault says otherwise, and answers as the fault has it.
    pub(crate) async fn answer(
        &self,
        call: Call<'_>,
        apply: impl Future<Output = Response>,
    ) -> Response {
        let fault = self.fault(&call);
        self.answer_under(call, fault, apply).await
    }

    /// The order to misbehave that this call comes under; it is used up by that.
    pub(crate) fn fault(&self, call: &Call<'_>) -> Fault {
        let taken = self.faults().take(call.provider, call.operation, call.chat);
        taken.unwrap_or_default()
    }

    /// Answers a call as `fault` has it.
    pub(crate) async fn answer_under(
        &self,
        call: Call<'_>,
        fault: Fault,
        apply: impl Future<Output = Response>,
    ) -> Response {
        let mut released = self.0.releases.subscribe();
        let response = if fault.drop_before_apply {
            call.line.cut();
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        } else if let Some(status) = fault.status {
            refuse(&call, &fault, status)
        } else {
            apply.await
        };
        let wait = async {
            tokio::time::sleep(Duration::from_millis(fault.slow_ms)).await;
            if fault.hold || fault.model == Some(model::Misbehaviour::Hang) {
                released.changed().await.ok();
            }
        };
        self.0.stop.run_until_cancelled(wait).await;
        if fault.drop_after_apply {
            call.line.cut();
        }
        let cut = fault.drop_after_apply || fault.drop_before_apply;
        let status = if cut { 0 } else { response.status().as_u16() };
        self.ledger().count(call.provider, call.operation, status);
        response
    }
}

/// An error that was ordered, in the provider's own words.
fn refuse(call: &Call<'_>, fault: &Fault, status: u16) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = if fault.html {
        (code, Html("<html><body>Доступ ограничен</body></html>")).into_response()
    } else {
        let description = fault.description.as_deref();
        match call.provider {
            Provider::Avito if call.operation == "token" => avito::error::token(code, description),
            Provider::Avito => avito::error::plain(code, description),
            Provider::Telegram => telegram::error::plain(code, description, fault.retry_after),
            Provider::Model => model::error::plain(code, description),
            Provider::Sheets => code.into_response(),
        }
    };
    if let Some(seconds) = fault.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
