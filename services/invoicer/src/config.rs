//! What the invoicer can be told.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::{Args, builder::RangedU64ValueParser};

/// Options of `torg invoicer`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Directory of this installation's state; without a mail server letters are written to `outbox/` in it.
    #[arg(long, env = "TORG_STATE_DIR", default_value = "./.torg/state")]
    pub state_dir: PathBuf,
    /// The mail server: `smtps://user:password@mail.example.org`, or `smtp://…:587?tls=required`. Unset: letters are
    /// files in the outbox.
    #[arg(
        long,
        env = "TORG_SMTP_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// A PEM file of who signs the mail server's certificate, beside those that this machine trusts.
    #[arg(long, env = "TORG_SMTP_CA", value_name = "FILE")]
    pub smtp_ca: Option<PathBuf>,
    /// The sender of letters, when the shop's requisites name no `email`.
    #[arg(long, env = "TORG_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// After how long a letter that somebody began to hand over and never told of is taken for lost, milliseconds. An
    /// attempt itself takes at most five minutes.
    #[arg(long, env = "TORG_MAIL_DEADLINE_MS", default_value = "300000",
          value_parser = RangedU64ValueParser::<u64>::new().range(500..=3_600_000))]
    pub mail_deadline_ms: u64,
    /// Conversations that are looked at at the same time.
    #[arg(long, env = "TORG_INVOICER_LANES", default_value = "16")]
    pub invoicer_lanes: NonZeroUsize,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
}

impl Config {
    /// After how long a letter whose outcome nobody told is taken for lost.
    #[must_use]
    pub const fn mail_deadline(&self) -> Duration {
        Duration::from_millis(self.mail_deadline_ms)
    }
}
