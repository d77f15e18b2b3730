//! What the dispatcher can be told.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::{Args, builder::RangedU64ValueParser};

/// Options of `torg dispatcher`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Directory of this installation's state; `shops/` in it holds the sellers' files.
    #[arg(long, env = "TORG_STATE_DIR", default_value = "./.torg/state")]
    pub state_dir: PathBuf,
    /// Conversations that are sent to at the same time.
    #[arg(long, env = "TORG_DISPATCHER_LANES", default_value = "64")]
    pub dispatcher_lanes: NonZeroUsize,
    /// How long a provider may take to answer, milliseconds. What took longer is looked up before it is sent again.
    #[arg(long, env = "TORG_SEND_DEADLINE_MS", default_value = "10000",
          value_parser = RangedU64ValueParser::<u64>::new().range(200..=60_000))]
    pub send_deadline_ms: u64,
    /// How long an account that its provider has shut (not paid, not authorised) is left alone, milliseconds.
    #[arg(long, env = "TORG_CHANNEL_PAUSE_MS", default_value = "300000",
          value_parser = RangedU64ValueParser::<u64>::new().range(1_000..=86_400_000))]
    pub channel_pause_ms: u64,
    /// The log.
    #[command(flatten)]
    pub log: eventlog::Options,
    /// Where providers are.
    #[command(flatten)]
    pub providers: channels::Options,
    /// Who writes down voice notes: optional.
    #[command(flatten)]
    pub transcription: llm::TranscriptionOptions,
}

impl Config {
    /// How long a call may take.
    #[must_use]
    pub const fn send_deadline(&self) -> Duration {
        Duration::from_millis(self.send_deadline_ms)
    }

    /// How long an account that its provider has shut is left alone.
    #[must_use]
    pub const fn channel_pause(&self) -> Duration {
        Duration::from_millis(self.channel_pause_ms)
    }
}
