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
    /// How long one of a shop's other systems may take to answer a webhook, milliseconds.
    #[arg(long, env = "TORG_WEBHOOK_DEADLINE_MS", default_value = "15000",
          value_parser = RangedU64ValueParser::<u64>::new().range(200..=60_000))]
    pub webhook_deadline_ms: u64,
    /// The pauses behind the attempts at a webhook, each up to a fifth longer; behind the last attempt it is given up.
    #[arg(long, env = "TORG_WEBHOOK_RETRIES", value_name = "PAUSES", value_delimiter = ',',
          default_value = "5s,5m,30m,2h,5h,10h,10h", value_parser = pause)]
    pub webhook_retries: Vec<Duration>,
    /// Let webhooks go to addresses of the own machine and network, and without TLS to those of the own machine. Whoever
    /// can change a shop's file can then reach what stands there.
    #[arg(long, env = "TORG_WEBHOOK_ALLOW_PRIVATE")]
    pub webhook_allow_private: bool,
    /// Webhooks that are sent at the same time; at most four to one endpoint.
    #[arg(long, env = "TORG_WEBHOOK_LANES", default_value = "32")]
    pub webhook_lanes: NonZeroUsize,
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

    /// How long an answer to a webhook may take.
    #[must_use]
    pub const fn webhook_deadline(&self) -> Duration {
        Duration::from_millis(self.webhook_deadline_ms)
    }

    /// How long an account that its provider has shut is left alone.
    #[must_use]
    pub const fn channel_pause(&self) -> Duration {
        Duration::from_millis(self.channel_pause_ms)
    }
}

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(7 * 86_400);

/// Reads a pause: a whole number and `ms`, `s`, `m` or `h`.
fn pause(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no pause: write 500ms, 5s, 30m or 10h, at most a week");
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit = match unit {
        "ms" => Duration::from_millis(1),
        "s" => Duration::from_secs(1),
        "m" => Duration::from_secs(60),
        "h" => Duration::from_secs(3_600),
        _ => return Err(wrong()),
    };
    let number = u32::try_from(number).map_err(|_| wrong())?;
    let pause = unit.checked_mul(number).ok_or_else(wrong)?;
    if pause > LONGEST_PAUSE {
        return Err(wrong());
    }
    Ok(pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_read_and_what_is_none_is_refused() {
        assert_eq!(pause("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(pause(" 5m"), Ok(Duration::from_secs(300)));
        assert_eq!(pause("10h"), Ok(Duration::from_secs(36_000)));
        for wrong in ["", "5", "h", "5d", "-5s", "1.5h", "169h", "99999999999h"] {
            assert!(pause(wrong).is_err(), "{wrong}");
        }
    }
}
