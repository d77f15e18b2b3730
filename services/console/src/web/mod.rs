//! The pages of the console: who may see them, where they are, and what becomes of a failure.
//!
//! Every page is rendered here, from the read models or folded from the log, and works without a script. Looking changes
//! nothing. What a person wants done is recorded at the shop's desk (`deeds`) and done by escalation.

mod assets;
mod charts;
mod chat;
mod deeds;
mod door;
mod experiments;
mod frame;
mod guard;
mod inbox;
#[cfg(test)]
mod markup;
pub(crate) mod moments;
mod neighbours;
mod news;
mod numbers;
mod order;
mod orders;
mod parked;
mod products;
mod replays;
mod sessions;
mod settings;
pub(crate) mod state;
mod transcript;
mod why;
pub(crate) mod words;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts},
    http::{StatusCode, request::Parts},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use eventlog::{
    EventLog,
    project::{Reader, Reading},
};
use schemas::ShopId;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use crate::Config;
use crate::figures::Ledger;
use neighbours::Neighbours;
use news::News;
use sessions::Sessions;

pub use sessions::{token, token_file};

/// The largest form.
const BODY_LIMIT: usize = 64 * 1024;
/// How many pages may listen at once.
const STREAMS: usize = 512;

/// What every page has.
#[derive(Clone)]
pub(crate) struct Site {
    log: EventLog,
    /// The one way to the read models.
    reader: Reader,
    sessions: Arc<Sessions>,
    news: News,
    streams: Arc<Semaphore>,
    stop: CancellationToken,
    https: bool,
    ledger: Ledger,
    neighbours: Neighbours,
    analysed: Arc<experiments::Analysed>,
    /// The only shop that whoever asks may see; see [`guard::Person`].
    only: Option<ShopId>,
}

/// The site as whoever asks may see it.
pub(crate) struct Seen(pub(crate) Site);

impl FromRequestParts<Site> for Seen {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        // The guard lets nobody through without.
        let person = parts.extensions.get::<guard::Person>();
        let person = person.ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Self(Site {
            only: person.shop.clone(),
            ..site.clone()
        }))
    }
}

impl Site {
    /// The rows of one shop; with an empty name those of all that may be seen, for pages that show all shops.
    async fn rows(&self, shop: &str) -> Result<Reading, Failure> {
        match (&self.only, shop) {
            (None, "") => Ok(self.reader.everything().await?),
            (Some(only), "") => Ok(self.reader.of(only).await?),
            (_, shop) => Ok(self.reader.of(&self.admits(shop)?).await?),
        }
    }

    /// The shop of this name, if it may be seen.
    fn admits(&self, shop: &str) -> Result<ShopId, Failure> {
        let shop = ShopId::new(shop).map_err(|_| Failure::NotFound)?;
        match &self.only {
            Some(only) if *only != shop => Err(Failure::NotFound),
            _ => Ok(shop),
        }
    }

    /// The name of the session's cookie. With its prefix, browsers refuse one that another host or a page without TLS
    /// would set.
    const fn cookie(&self) -> &'static str {
        if self.https {
            "__Host-torg-session"
        } else {
            "torg-session"
        }
    }

    /// A cookie for this console alone. The session's is out of reach for scripts.
    fn set_cookie(&self, name: &str, value: &str, secret: bool) -> String {
        let hidden = if secret { "; HttpOnly" } else { "" };
        let secure = if self.https { "; Secure" } else { "" };
        // Two weeks, as long as a session may last.
        format!("{name}={value}; Path=/; SameSite=Strict; Max-Age=1209600{hidden}{secure}")
    }
}

/// Serves the pages until told to stop.
pub(crate) async fn serve(
    config: &Config,
    log: EventLog,
    pool: PgPool,
    tasks: &boot::Tasks,
) -> anyhow::Result<()> {
    let token = sessions::token(&config.state_dir)?;
    sessions::migrate(&pool)
        .await
        .context("while making the table of sessions")?;
    let listener = tasks.bind("http", config.console_listen).await?;
    let site = Site {
        log: log.clone(),
        reader: crate::reader(pool.clone()),
        sessions: Arc::new(Sessions::new(pool, &token)),
        news: news::news(),
        streams: Arc::new(Semaphore::new(STREAMS)),
        stop: tasks.stop(),
        https: config.console_https,
        ledger: Ledger::new(log.clone(), config.runtime_dir.clone()),
        analysed: Arc::default(),
        only: None,
        neighbours: Neighbours::at(&config.cart_url, &config.invoice_url, &config.replay_url)?,
    };
    let (told, reader, stop) = (site.news.clone(), site.reader.clone(), tasks.stop());
    tasks.spawn("news", async move {
        news::run(log, reader, told, stop).await;
        Ok(())
    });
    let stop = tasks.stop();
    let app = routes(site).into_make_service_with_connect_info::<SocketAddr>();
    tasks.spawn("pages", async move {
        axum::serve(listener, app)
            .with_graceful_shutdown(stop.cancelled_owned())
            .await
            .context("while serving the console's pages")
    });
    Ok(())
}

fn routes(site: Site) -> Router {
    Router::new()
        .route("/", get(inbox::show))
        .route("/c/{shop}/{id}", get(chat::show))
        .route("/c/{shop}/{id}/deeds", post(deeds::ask))
        .route("/orders", get(orders::show))
        .route("/orders/{shop}/{order}", get(order::show))
        .route("/orders/{shop}/{order}/deeds", post(order::ask))
        .route("/invoices/{shop}/{number}", get(order::invoice))
        .route("/products", get(products::show))
        .route("/figures", get(numbers::show))
        .route("/replays", get(replays::show).post(replays::start))
        .route("/replays/{shop}/{id}", get(replays::one))
        .route("/replays/{shop}/{id}/stop", post(replays::stop))
        .route("/replays/{shop}/{id}/report", get(replays::report))
        .route("/replays/{shop}/{id}/report.json", get(replays::json))
        .route("/experiments", get(experiments::show))
        .route("/parked", get(parked::show))
        .route("/parked/retry", post(parked::retry))
        .route("/settings", get(settings::show))
        .route("/news", get(news::listen))
        .route("/sign-in", get(door::show).post(door::enter))
        .route("/sign-in/code", post(door::enter_by_code))
        .route("/sign-out", post(door::leave))
        .route("/language", post(door::language))
        .route("/assets/{name}", get(assets::asset))
        .fallback(async || Failure::NotFound)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(site.clone(), guard::guard))
        .layer(CatchPanicLayer::new())
        .with_state(site)
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// There is nothing at this address.
    #[error("nothing is here")]
    NotFound,
    /// What was sent makes no sense.
    #[error("{0}")]
    BadRequest(&'static str),
    /// A change that no page of this console asked for.
    #[error("a change has to come from a page of this console")]
    Forbidden,
    /// Too many pages listen.
    #[error("too many pages are open")]
    Busy,
    /// The database does not answer.
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
    /// The log does not answer, or cannot be read.
    #[error("the log does not answer")]
    Log(#[source] anyhow::Error),
    /// Another service does not answer.
    #[error("another service does not answer")]
    Neighbour(#[source] Box<tonic::Status>),
    /// A template failed.
    #[error("the page cannot be made")]
    Page(#[from] askama::Error),
}

impl From<eventlog::LogError> for Failure {
    fn from(error: eventlog::LogError) -> Self {
        Self::Log(error.into())
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct Sorry {
    code: u16,
    russian: &'static str,
    english: String,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, russian) = match &self {
            Self::NotFound => (StatusCode::NOT_FOUND, "Здесь ничего нет"),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "Запрос не понят"),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "Менять что-либо можно только со страниц консоли",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Открыто слишком много страниц",
            ),
            Self::Database(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "База данных не отвечает, обновите страницу чуть позже",
            ),
            Self::Log(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Журнал не отвечает, обновите страницу чуть позже",
            ),
            Self::Neighbour(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Соседняя служба не отвечает, обновите страницу чуть позже",
            ),
            Self::Page(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Страница не получилась, это ошибка Торга",
            ),
        };
        if status.is_server_error() {
            let error = anyhow::Error::from(self);
            tracing::warn!("a page was not shown: {error:#}");
            let sorry = Sorry {
                code: status.as_u16(),
                russian,
                english: error.to_string(),
            };
            return (status, Html(sorry.render().unwrap_or_default())).into_response();
        }
        let sorry = Sorry {
            code: status.as_u16(),
            russian,
            english: self.to_string(),
        };
        (status, Html(sorry.render().unwrap_or_default())).into_response()
    }
}

/// A template as an answer.
fn page(template: &impl Template) -> Result<Response, Failure> {
    Ok(Html(template.render()?).into_response())
}

/// A text as a part of an address.
fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut whole, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _written = write!(whole, "%{byte:02X}");
        }
        whole
    })
}
