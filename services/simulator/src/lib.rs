//! Stand-ins for the outside world: Avito, Telegram and a language model, with a ledger of what they really accepted,
//! a remote control, and faults on order. For demos and tests; nothing of Torg's services depends on it.
//!
//! One module per provider. Deliberately absent: any rule of Torg's, and any of Torg's own types.

mod avito;
mod chance;
mod control;
mod desk;
mod faults;
mod ledger;
mod line;
mod model;
mod post;
mod remote;
mod sheets;
mod telegram;
mod transcript;
mod world;

use std::{io, net::SocketAddr, time::Duration};

use axum::extract::DefaultBodyLimit;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use avito::AvitoAccount;
pub use control::{AvitoMessage, Control, ControlError, Filter, TelegramMessage};
pub use faults::{Fault, Provider};
pub use ledger::{Calls, Delivered, Entry};
pub use model::{Misbehaviour, ModelCall, ModelMode, ModelScript};
pub use telegram::{Shown, ShownButton, TelegramBot};

/// How a simulator starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens; port 0: a free one.
    pub listen: SocketAddr,
    /// Where Avito's webhooks of accounts go that registered none.
    pub avito_webhook: Option<String>,
    /// Where updates of bots go that set no webhook; `None`: they wait to be asked for.
    pub telegram_webhook: Option<String>,
    /// What comes in the secret header then.
    pub telegram_secret: Option<String>,
    /// Avito accounts that exist from the start.
    pub accounts: Vec<AvitoAccount>,
    /// Bots that exist from the start.
    pub bots: Vec<TelegramBot>,
    /// Pause before a webhook's second repeat; Telegram's doubles each time. The real one is about 2 seconds.
    pub retry_pause: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            avito_webhook: None,
            telegram_webhook: None,
            telegram_secret: None,
            accounts: Vec::new(),
            bots: Vec::new(),
            retry_pause: Duration::from_secs(2),
        }
    }
}

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("could not listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// There is no HTTP client to deliver webhooks with.
    #[error("could not make an HTTP client")]
    Client(#[from] reqwest::Error),
}

/// A running simulator. Dropping it stops it at once; [`Simulator::stop`] waits.
pub struct Simulator {
    addr: SocketAddr,
    control: Control,
}

impl Simulator {
    /// Starts on the current Tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] when the address cannot be had.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        // Whoever comes first installs it; a second time is no fault.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let failed = |error| StartError::Listen(config.listen, error);
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let default = config.telegram_webhook.map(|url| telegram::Webhook {
            url,
            secret: config.telegram_secret,
        });
        let world = world::World::new(
            avito::Accounts::new(config.accounts, config.avito_webhook),
            telegram::Bots::new(config.bots, default),
            post::Post::new(config.retry_pause)?,
        );
        let app = remote::routes()
            .merge(avito::api::routes())
            .merge(telegram::api::routes())
            .merge(model::api::routes())
            .merge(model::remote::routes())
            .merge(sheets::routes())
            .fallback(async || avito::error::Refusal::from(axum::http::StatusCode::NOT_FOUND))
            .layer(DefaultBodyLimit::max(telegram::api::LARGEST_UPLOAD))
            .with_state(world.clone())
            .into_make_service_with_connect_info::<line::Line>();
        let stop = world.stop().clone();
        world.tasks().spawn(async move {
            let serving = axum::serve(line::CuttableListener(listener), app);
            let stopped = stop.cancelled_owned();
            if let Err(error) = serving.with_graceful_shutdown(stopped).await {
                tracing::error!(%error, "the simulator stopped serving");
            }
        });
        world.tasks().close();
        Ok(Self {
            addr,
            control: Control { world },
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL, for Avito and Telegram alike: their paths do not meet. The model's is [`Simulator::model_url`].
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The base URL of the language model, its embeddings and its transcription.
    #[must_use]
    pub fn model_url(&self) -> String {
        format!("http://{}/v1", self.addr)
    }

    /// The remote control.
    #[must_use]
    pub const fn control(&self) -> &Control {
        &self.control
    }

    /// Ends when the simulator is told to stop.
    pub async fn stopped(&self) {
        self.token().cancelled().await;
    }

    /// Stops: lets go of withheld answers, ends deliveries, finishes calls. Gives up on open connections after a second.
    pub async fn stop(self) {
        self.token().cancel();
        let drained = self.control.world.tasks().wait();
        tokio::time::timeout(Duration::from_secs(1), drained)
            .await
            .ok();
    }

    fn token(&self) -> &CancellationToken {
        self.control.world.stop()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.token().cancel();
    }
}
