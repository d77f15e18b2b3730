//! One look at a shop's invoices: hand over the letters that are due, and record what became of them.
//!
//! The intent is recorded first, then the call, then the outcome. After a crash in between nobody can ask a mail server
//! what it has: such a letter is marked as uncertain, shown, and sent again only when somebody of the shop says so. The
//! outbox can be asked: the same letter is the same file.

mod codes;

use std::{collections::BTreeSet, convert::Infallible, time::Duration};

use anyhow::Context as _;
use boot::CrashPoint;
use domain::{
    Invoices, Shop,
    invoice::{MailStep, Mailing},
};
use eventlog::{AppendError, Outcome};
use futures::{StreamExt as _, stream::FuturesUnordered};
use jiff::{SignedDuration, Timestamp};
use mail::{Accepted, MailError, Post, Trouble};
use paper::PaperError;
use schemas::{AggregateKey, ShopId};

use crate::{
    config::Config,
    issued::{Missing, Office},
    letter::{self, NoLetter},
};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// How many letters of a shop are handed over at the same time: one that the server is slow with holds up no other.
const AT_A_TIME: usize = 8;
/// How soon a letter that became due meanwhile is noticed.
const NEWS: Duration = Duration::from_millis(500);
/// How much longer than its deadline a call may have been under way.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);

/// Sends letters.
pub(crate) struct PostOffice {
    office: Office,
    post: Post,
    from: Option<String>,
    deadline: Duration,
}

impl PostOffice {
    pub(crate) fn new(office: Office, config: &Config) -> anyhow::Result<Self> {
        let post = match config.smtp_url.as_deref().filter(|url| !url.is_empty()) {
            Some(url) => {
                let authority = config.smtp_ca.as_ref().map(|file| {
                    std::fs::read(file)
                        .with_context(|| format!("TORG_SMTP_CA: cannot read {}", file.display()))
                });
                Post::smtp(url, authority.transpose()?.as_deref())
                    .context("TORG_SMTP_URL, or TORG_SMTP_CA, cannot be used")?
            }
            None => Post::Outbox(config.state_dir.join("outbox")),
        };
        Ok(Self {
            office,
            post,
            from: config.mail_from.clone(),
            deadline: config.mail_deadline(),
        })
    }

    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let mut under_way = FuturesUnordered::new();
        let mut busy = BTreeSet::new();
        let mut trouble = None;
        loop {
            let mut until = None;
            if trouble.is_none() {
                match self.due(&key).await {
                    Ok(due) => {
                        let mut steps = due.steps;
                        steps.retain(|(number, _)| !busy.contains(number));
                        for (number, step) in steps.into_iter().take(AT_A_TIME - busy.len()) {
                            busy.insert(number);
                            under_way.push(self.take(&key, number, step));
                        }
                        until = due.until;
                    }
                    Err(outcome) => trouble = Some(outcome),
                }
            }
            // A call is never left alone: what it ends in would be known to nobody.
            match tokio::time::timeout(NEWS, under_way.next()).await {
                Ok(Some((number, went))) => {
                    busy.remove(&number);
                    trouble = trouble.or(went.err());
                }
                Err(_) => {}
                Ok(None) => {
                    return trouble.unwrap_or_else(|| match until {
                        Some(until) => Outcome::RetryIn(wait(boot::clock::now(), until)),
                        None => Outcome::Done,
                    });
                }
            }
        }
    }

    /// What there is to do about a shop's letters.
    async fn due(&self, key: &AggregateKey) -> Result<Due, Outcome> {
        let loaded = self.office.log.load::<Invoices>(key).await;
        let loaded = loaded.map_err(|error| {
            tracing::warn!("the log does not answer: {error}");
            Outcome::RetryIn(OUTAGE)
        })?;
        if let Some(poison) = &loaded.poison {
            return Err(Outcome::Park(poison.to_string()));
        }
        let limit = SignedDuration::try_from(self.deadline).unwrap_or(MARGIN);
        let now = boot::clock::now();
        let mut due = Due {
            steps: Vec::new(),
            until: None,
        };
        for step in loaded.state.mail_steps(now, limit.saturating_add(MARGIN)) {
            match step {
                MailStep::Wait(at) => {
                    due.until = Some(due.until.map_or(at, |until| until.min(at)));
                }
                MailStep::Mail { number, .. } | MailStep::FindOut { number } => {
                    due.steps.push((number, step));
                }
            }
        }
        Ok(due)
    }

    async fn take(
        &self,
        key: &AggregateKey,
        number: u64,
        step: MailStep,
    ) -> (u64, Result<(), Outcome>) {
        let went = match step {
            MailStep::Mail { copy, .. } => self.mail(key, number, copy).await,
            MailStep::FindOut { .. } => self.find_out(key, number).await,
            MailStep::Wait(_) => Ok(()),
        };
        (number, went)
    }

    async fn mail(&self, key: &AggregateKey, number: u64, copy: u32) -> Result<(), Outcome> {
        let shop = key.shop_id();
        // Whatever goes wrong before the call is made is known not to have been sent.
        let letter = self.letter(shop, number, copy).await;
        boot::crash_point(CrashPoint::LetterBefore);
        let now = boot::clock::now();
        let begun = self
            .record(key, |all| all.start_mailing(number, now))
            .await?;
        if !begun {
            return Ok(());
        }
        boot::crash_point(CrashPoint::LetterBegun);
        let ended = match letter {
            Ok(letter) => self.call(&letter).await,
            Err(failed) => failed,
        };
        boot::crash_point(CrashPoint::LetterCalled);
        match &ended {
            Mailing::Accepted(_) => {
                tracing::info!(shop.id = %shop, number, "an invoice was mailed")
            }
            Mailing::Failed { reason, .. } | Mailing::Uncertain(reason) => {
                tracing::warn!(shop.id = %shop, number, "an invoice was not mailed: {reason}");
            }
        }
        self.record(key, |all| all.mailing_ended(number, &ended))
            .await?;
        boot::crash_point(CrashPoint::LetterRecorded);
        Ok(())
    }

    async fn call(&self, letter: &mail::Letter) -> Mailing {
        match self.post.send(letter).await {
            Ok(Accepted::ByServer { code, encrypted }) => Mailing::Accepted(match encrypted {
                true => code.to_string(),
                false => format!("{code}, not encrypted"),
            }),
            Ok(Accepted::InOutbox(file)) => Mailing::Accepted(
                file.file_name()
                    .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            ),
            Err(error) => {
                // The server's own words stay out: they may name the buyer.
                let source = std::error::Error::source(&error).map(ToString::to_string);
                let hint = hint(&error).map(str::to_owned);
                let reason = [Some(error.to_string()), source, hint];
                let reason: Vec<_> = reason.into_iter().flatten().collect();
                let reason = reason.join(": ");
                match error {
                    MailError::Refused(_) => Mailing::Failed {
                        reason,
                        retryable: false,
                    },
                    MailError::Later { .. } => Mailing::Failed {
                        reason,
                        retryable: true,
                    },
                    MailError::Unknown(_) => Mailing::Uncertain(reason),
                }
            }
        }
    }

    /// The letter, or why there will be none.
    async fn letter(&self, shop: &ShopId, number: u64, copy: u32) -> Result<mail::Letter, Mailing> {
        let failed = |reason: String, retryable| Mailing::Failed { reason, retryable };
        let found = self.office.find(shop, number).await.map_err(|missing| {
            let again = matches!(missing, Missing::Log(_));
            failed(missing.to_string(), again)
        })?;
        let from = self.sender(shop).await.map_err(|why| failed(why, true))?;
        let pdf = self.office.pdf(&found.invoice).await.map_err(|error| {
            let wrong = matches!(error, PaperError::Refused(_) | PaperError::Typesetting(_));
            failed(error.to_string(), !wrong)
        })?;
        boot::crash_point(CrashPoint::PageMade);
        letter::write(shop, &found, copy, &from, pdf).map_err(|why| {
            // The shop's own address can be put right.
            let again = matches!(why, NoLetter::Senders(_) | NoLetter::Name(_));
            failed(why.to_string(), again)
        })
    }

    async fn sender(&self, shop: &ShopId) -> Result<String, String> {
        let key = AggregateKey::shop(shop);
        let loaded = self.office.log.load::<Shop>(&key).await;
        let loaded = loaded.map_err(|error| error.to_string())?;
        let settings = loaded.state.settings();
        let own = settings.and_then(|settings| settings.requisites.get("email"));
        own.or(self.from.as_ref()).cloned().map_or_else(
            || match self.post {
                // Nobody answers a file.
                Post::Outbox(_) => Ok(format!("{shop}@torg.invalid")),
                Post::Smtp(_) => Err(
                    "no sender: set `email` in [requisites] of the shop, or TORG_MAIL_FROM"
                        .to_owned(),
                ),
            },
            Ok,
        )
    }

    async fn find_out(&self, key: &AggregateKey, number: u64) -> Result<(), Outcome> {
        let ended = match self.post {
            Post::Outbox(_) => Mailing::Failed {
                reason: "no outcome is known; the file is written again".to_owned(),
                retryable: true,
            },
            Post::Smtp(_) => Mailing::Uncertain("no outcome of the call is known".to_owned()),
        };
        self.record(key, |all| all.mailing_ended(number, &ended))
            .await?;
        Ok(())
    }

    /// Whether something was recorded.
    async fn record(
        &self,
        key: &AggregateKey,
        decide: impl Fn(&Invoices) -> schemas::Decision<schemas::invoice::InvoiceEvent> + Send + Sync,
    ) -> Result<bool, Outcome> {
        let decided = self
            .office
            .log
            .decide::<Invoices, Infallible>(key, |all| Ok(decide(all)))
            .await;
        match decided {
            Ok(appended) => Ok(!appended.recorded.is_empty()),
            Err(AppendError::Poisoned(poison)) => Err(Outcome::Park(poison.to_string())),
            Err(error) => {
                tracing::warn!("a letter's progress was not recorded: {error}");
                Err(Outcome::RetryIn(OUTAGE))
            }
        }
    }
}

/// Which of our options mends it.
fn hint(error: &MailError) -> Option<&'static str> {
    match error {
        MailError::Later { cause, .. } => match cause {
            Trouble::Certificate(_) => Some(
                "if it was signed by an authority of your own, name that one's certificate in TORG_SMTP_CA",
            ),
            Trouble::PasswordInTheClear => Some("write ?tls=required in TORG_SMTP_URL"),
            Trouble::Server { .. }
            | Trouble::Timeout(_)
            | Trouble::Connection(_)
            | Trouble::Disk(_) => None,
        },
        MailError::Refused(_) | MailError::Unknown(_) => None,
    }
}

/// What there is to do about a shop's letters now, and when to look again.
struct Due {
    steps: Vec<(u64, MailStep)>,
    until: Option<Timestamp>,
}

fn wait(now: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or_default()
}
