//! One look at a conversation: hear what was spoken, send what is ready, find out what became of what somebody began.

use std::{sync::Arc, time::Duration};

use channels::{Lookup, Outbound, SendError, split};
use domain::{
    Conversation, Shop,
    conversation::{Limits, Outcome as Ended, Outgoing, Part, SendStep},
};
use eventlog::{AppendError, EventLog, LogError, Outcome};
use jiff::Timestamp;
use schemas::{
    AggregateKey, ProviderId, ReplyId,
    conversation::{ChatAddress, Evidence},
    shop::{ChannelPaused, Hold},
};

use crate::{
    doors::Doors,
    figures,
    papers::Papers,
    points::Points,
    policy::{backoff, may_be_repeated},
    voice::Ears,
};

/// Added to a call's deadline before anybody else looks into it.
const MARGIN: Duration = Duration::from_secs(2);
/// A provider's clock counts seconds and may be a little behind ours.
const CLOCK_SKEW: Duration = Duration::from_secs(3);
/// How long to wait when the log or a shop's file is not there.
const OUTAGE: Duration = Duration::from_secs(2);
/// How old what is known of a shop's pauses may be, for who has just sent something.
const NEWS: Duration = Duration::from_secs(1);
/// How old what is known of a seller's stop may be.
const HELD: Duration = Duration::from_millis(200);
/// How old it may be, for who is only asked.
const SETTLED: Duration = Duration::from_secs(2);

/// Sends replies.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    pub(crate) log: EventLog,
    pub(crate) doors: Arc<Doors>,
    pub(crate) ears: Arc<Ears>,
    papers: Papers,
    deadline: Duration,
    pause: Duration,
}

/// A part that is to be sent.
struct Letter<'a> {
    key: &'a AggregateKey,
    to: &'a ChatAddress,
    reply: &'a Outgoing,
    part: u32,
    attempt: u32,
    /// When the first message that it answers was recorded; `None` once they are settled.
    asked: Option<Timestamp>,
}

impl Dispatcher {
    /// A dispatcher whose calls take at the most `deadline`, and that leaves a shut account alone for `pause`.
    pub(crate) fn new(
        log: EventLog,
        doors: Doors,
        ears: Ears,
        papers: Papers,
        deadline: Duration,
        pause: Duration,
    ) -> Self {
        Self {
            log,
            doors: Arc::new(doors),
            ears: Arc::new(ears),
            papers,
            deadline,
            pause,
        }
    }

    /// Does whatever the state of this conversation asks for.
    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let mut known: Option<Arc<Conversation>> = None;
        loop {
            let state = match known.take() {
                Some(state) => state,
                None => match self.load(&key).await {
                    Ok(state) => state,
                    Err(outcome) => return outcome,
                },
            };
            let Some(to) = state.address() else {
                return Outcome::Done;
            };
            // First of all: the router waits for it, and not for long.
            match self.hear(&key, to, &state).await {
                Ok(None) => {}
                Ok(Some(heard)) => {
                    known = Some(heard);
                    continue;
                }
                Err(outcome) => return outcome,
            }
            let now = boot::clock::now();
            let limits = match self.limits(&key).await {
                Ok(limits) => limits,
                Err(outcome) => return outcome,
            };
            let next = match state.send_step(now, limits) {
                SendStep::Nothing => return Outcome::Done,
                SendStep::Announce => self.announce(&key).await,
                SendStep::Wait(until) => return Outcome::RetryIn(until_then(now, until)),
                SendStep::Send {
                    reply,
                    part,
                    attempt,
                } => {
                    let letter = Letter {
                        key: &key,
                        to,
                        reply,
                        part,
                        attempt,
                        asked: asked(&state, reply),
                    };
                    self.send(&letter).await
                }
                SendStep::FindOut {
                    reply,
                    part,
                    attempt,
                    text,
                    since,
                } => {
                    let letter = Letter {
                        key: &key,
                        to,
                        reply,
                        part,
                        attempt,
                        asked: None,
                    };
                    self.find_out(&letter, &state, text, since).await
                }
            };
            match next {
                Next::GoOn(state) => known = Some(state),
                Next::LookAgain => {}
                Next::Finish(outcome) => return outcome,
            }
        }
    }

    /// A reply arrived by its echo: what it changed is told here, too.
    async fn announce(&self, key: &AggregateKey) -> Next {
        let decided = self
            .log
            .decide::<Conversation, std::convert::Infallible>(key, |state| Ok(state.announce()))
            .await;
        match decided {
            Ok(appended) => Next::GoOn(appended.loaded.state),
            Err(error) => Next::Finish(append_trouble(&error)),
        }
    }

    async fn load(&self, key: &AggregateKey) -> Result<Arc<Conversation>, Outcome> {
        let loaded = match self.log.load::<Conversation>(key).await {
            Ok(loaded) => loaded,
            Err(error) => return Err(trouble(&error)),
        };
        match &loaded.poison {
            Some(poison) => Err(Outcome::Park(poison.to_string())),
            None => Ok(loaded.state),
        }
    }

    /// What may be sent now. While a seller has stopped the bot, and while nobody can say whether one has, nothing may.
    async fn limits(&self, key: &AggregateKey) -> Result<Limits, Outcome> {
        let shop_key = AggregateKey::shop(key.shop_id());
        let shop = match self.log.load_recent::<Shop>(&shop_key, HELD).await {
            Ok(loaded) => loaded.state,
            Err(error) => return Err(trouble(&error)),
        };
        if shop.held() == Some(Hold::Stopped) {
            return Err(Outcome::RetryIn(OUTAGE));
        }
        let policy = shop.settings().map(|settings| settings.policy.clone());
        Ok(Limits {
            deadline: self.deadline.saturating_add(MARGIN),
            messages_per_day: policy.unwrap_or_default().messages_per_day,
        })
    }

    async fn send(&self, letter: &Letter<'_>) -> Next {
        let shop = letter.key.shop_id();
        if let Some(left) = self.doors.shut_for(shop, letter.to) {
            return Next::Finish(Outcome::RetryIn(left));
        }
        let client = match self.doors.client(shop, letter.to) {
            Ok(client) => client,
            Err(error) => {
                tracing::warn!(shop.id = %shop, "a reply waits: {error:#}");
                return Next::Finish(Outcome::RetryIn(OUTAGE));
            }
        };
        // The turn at the rate limit comes first: an intent that waits for it would look like a call that hangs.
        if let Err(error) = client.admit(letter.to).await {
            return Next::Finish(Outcome::RetryIn(self.wait_for(&error, letter.attempt)));
        }
        let words = nth_part(&client, letter);
        // The page comes first, too: whatever is wrong with it, nothing was sent.
        let shop = letter.key.shop_id();
        let document = match self.papers.with(&client, shop, letter.reply, &words).await {
            Ok(document) => document,
            Err(error) => return Next::Finish(trouble(&error)),
        };
        let points = Points::of(letter.reply, document.is_some());
        points.before();
        let decided = self
            .log
            .decide::<Conversation, _>(letter.key, |state| {
                state.start_sending(letter.reply.id, letter.part, &words)
            })
            .await;
        match decided {
            Ok(appended) if appended.recorded.is_empty() => return Next::LookAgain,
            Ok(_) => {}
            // Withdrawn, taken over or begun by somebody else while we got ready.
            Err(AppendError::Refused(refusal)) => {
                tracing::debug!(reply.id = %letter.reply.id, ?refusal, "not sent");
                return Next::Finish(Outcome::Done);
            }
            Err(error) => return Next::Finish(append_trouble(&error)),
        }
        points.begun();
        let name = format!("{}.{}", letter.reply.id, letter.part);
        let call = async {
            match &document {
                Some(pdf) => client.send_with(letter.to, &words.text, pdf, &name).await,
                None => client.send(letter.to, &words.text, &name).await,
            }
        };
        let called = tokio::time::timeout(self.deadline, call)
            .await
            .unwrap_or_else(|_| {
                Err(SendError::Uncertain {
                    reason: "the call took longer than its deadline".to_owned(),
                })
            });
        points.called();
        let next = self.called(letter, called.map(|message| message.id)).await;
        points.recorded();
        next
    }

    async fn called(&self, letter: &Letter<'_>, called: Result<ProviderId, SendError>) -> Next {
        let error = match called {
            Ok(id) => {
                self.resume(letter).await;
                return self
                    .record(letter, Ended::Sent(id, Evidence::Receipt))
                    .await;
            }
            Err(error) => error,
        };
        tracing::warn!(reply.id = %letter.reply.id, "a reply was not accepted: {error}");
        let wait = self.wait_for(&error, letter.attempt);
        let ended = match &error {
            SendError::NotSent { reason, .. } => Ended::Failed {
                reason: reason.clone(),
                retryable: true,
            },
            SendError::PaymentRequired { reason } | SendError::Unauthorised { reason } => {
                self.pause(letter, reason).await;
                Ended::Failed {
                    reason: reason.clone(),
                    retryable: true,
                }
            }
            SendError::Refused { status, reason } => Ended::Failed {
                reason: format!("{status} {reason}"),
                retryable: false,
            },
            // The call may still be on its way: nobody looks before its deadline is over.
            SendError::Uncertain { .. } => {
                return Next::Finish(Outcome::RetryIn(self.deadline.saturating_add(MARGIN)));
            }
        };
        let retry = matches!(
            ended,
            Ended::Failed {
                retryable: true,
                ..
            }
        );
        match self.record(letter, ended).await {
            Next::GoOn(_) if retry => Next::Finish(Outcome::RetryIn(wait)),
            next => next,
        }
    }

    /// Somebody recorded the intent and never the outcome: a crash, or a call that ended in doubt.
    async fn find_out(
        &self,
        letter: &Letter<'_>,
        state: &Conversation,
        text: &str,
        since: Timestamp,
    ) -> Next {
        let client = match self.doors.client(letter.key.shop_id(), letter.to) {
            Ok(client) => client,
            Err(error) => {
                tracing::warn!(shop.id = %letter.key.shop_id(), "an outcome stays open: {error:#}");
                return Next::Finish(Outcome::RetryIn(OUTAGE));
            }
        };
        let from = since.checked_sub(CLOCK_SKEW).unwrap_or(since);
        let known = |id: &ProviderId| state.knows_own(id);
        let ended = match client.find_sent(letter.to, text, from, &known).await {
            Ok(Lookup::Found(id)) => {
                self.resume(letter).await;
                Ended::Sent(id, Evidence::History)
            }
            Ok(Lookup::Absent) => Ended::Failed {
                reason: "not in the provider's history".to_owned(),
                retryable: true,
            },
            Ok(Lookup::CannotAsk) if may_be_repeated(letter.reply) => Ended::Failed {
                reason: "no outcome; said again".to_owned(),
                retryable: true,
            },
            Ok(Lookup::CannotAsk) => Ended::Uncertain("no outcome of the call is known".to_owned()),
            Err(error) => {
                tracing::warn!(reply.id = %letter.reply.id, "the history cannot be read: {error}");
                return Next::Finish(Outcome::RetryIn(self.wait_for(&error, letter.attempt)));
            }
        };
        self.record(letter, ended).await
    }

    async fn record(&self, letter: &Letter<'_>, ended: Ended) -> Next {
        let id: ReplyId = letter.reply.id;
        let decided = self
            .log
            .decide::<Conversation, std::convert::Infallible>(letter.key, |state| {
                Ok(state.sending_ended(id, letter.part, &ended))
            })
            .await;
        match decided {
            Ok(appended) => {
                tracing::info!(reply.id = %id, part = letter.part, "{}", told(&ended));
                let channel = letter.to.channel;
                figures::part(channel, outcome(&ended));
                if let (Ended::Sent(..), Some(asked)) = (&ended, letter.asked) {
                    figures::answered(channel, asked, boot::clock::now());
                }
                Next::GoOn(appended.loaded.state)
            }
            Err(error) => Next::Finish(append_trouble(&error)),
        }
    }

    /// The provider has shut the account: say so in the shop's history and leave it alone for a while.
    async fn pause(&self, letter: &Letter<'_>, reason: &str) {
        let shop = letter.key.shop_id();
        self.doors.shut(shop, letter.to, self.pause);
        let pause = ChannelPaused {
            kind: letter.to.channel,
            account: letter.to.account.clone(),
            reason: reason.to_owned(),
        };
        let key = AggregateKey::shop(shop);
        let decide = |state: &Shop| Ok::<_, std::convert::Infallible>(state.pause_channel(&pause));
        if let Err(error) = self.log.decide::<Shop, _>(&key, decide).await {
            tracing::warn!(shop.id = %shop, "the pause of a channel was not recorded: {error}");
        }
    }

    /// A reply went through: an account that is recorded as paused, by whichever process and whenever, can send again.
    async fn resume(&self, letter: &Letter<'_>) {
        let key = AggregateKey::shop(letter.key.shop_id());
        let (kind, account) = (letter.to.channel, letter.to.account.as_str());
        match self.log.load_recent::<Shop>(&key, NEWS).await {
            Ok(shop) if shop.state.paused(kind, account).is_none() => return,
            Ok(_) => {}
            Err(error) => tracing::warn!("whether a channel is paused is not known: {error}"),
        }
        let decide =
            |state: &Shop| Ok::<_, std::convert::Infallible>(state.resume_channel(kind, account));
        if let Err(error) = self.log.decide::<Shop, _>(&key, decide).await {
            tracing::warn!("the end of a pause was not recorded: {error}");
        }
    }

    /// Which accounts are recorded as paused, one sentence each.
    pub(crate) async fn paused(&self) -> Vec<String> {
        let mut paused = Vec::new();
        for shop in self.doors.shops() {
            let key = AggregateKey::shop(&shop);
            // Without an answer the component of the log says so.
            let Ok(loaded) = self.log.load_recent::<Shop>(&key, SETTLED).await else {
                continue;
            };
            paused.extend(loaded.state.paused_channels().map(|(kind, account, why)| {
                format!(
                    "{shop}: {} account {account} is paused: {why}",
                    kind.as_str()
                )
            }));
        }
        paused
    }

    /// How long to wait before the next attempt.
    fn wait_for(&self, error: &SendError, attempt: u32) -> Duration {
        match error {
            SendError::NotSent {
                retry_after: Some(pause),
                ..
            } => *pause,
            SendError::PaymentRequired { .. } | SendError::Unauthorised { .. } => self.pause,
            SendError::NotSent { .. } | SendError::Refused { .. } | SendError::Uncertain { .. } => {
                backoff(attempt)
            }
        }
    }
}

enum Next {
    /// The log has just told this state.
    GoOn(Arc<Conversation>),
    LookAgain,
    Finish(Outcome),
}

fn nth_part(client: &Outbound, letter: &Letter<'_>) -> Part {
    let parts = split::split(&letter.reply.text, client.limit_utf16());
    let place = usize::try_from(letter.part).unwrap_or(usize::MAX);
    Part {
        last: place.saturating_add(1) >= parts.len(),
        text: parts
            .into_iter()
            .nth(place)
            .unwrap_or_else(|| letter.reply.text.clone()),
    }
}

fn asked(state: &Conversation, reply: &Outgoing) -> Option<Timestamp> {
    let answered = state
        .pending()
        .iter()
        .filter(|message| reply.messages.contains(&message.id));
    answered.map(|message| message.recorded_at).min()
}

const fn outcome(ended: &Ended) -> &'static str {
    match ended {
        Ended::Sent(..) => "sent",
        Ended::Uncertain(_) => "uncertain",
        Ended::Failed {
            retryable: true, ..
        } => "failed",
        Ended::Failed {
            retryable: false, ..
        } => "refused",
    }
}

const fn told(ended: &Ended) -> &'static str {
    match ended {
        Ended::Sent(..) => "reply sent",
        Ended::Uncertain(_) => "nobody knows whether the reply arrived",
        Ended::Failed { .. } => "reply not accepted",
    }
}

fn until_then(now: Timestamp, then: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO)
}

fn trouble(error: &LogError) -> Outcome {
    tracing::warn!("the log does not answer: {error}");
    Outcome::RetryIn(OUTAGE)
}

pub(crate) fn append_trouble<R>(error: &AppendError<R>) -> Outcome {
    match error {
        AppendError::Poisoned(poison) => Outcome::Park(poison.to_string()),
        AppendError::Refused(_) | AppendError::Contended(_) | AppendError::Log(_) => {
            Outcome::RetryIn(OUTAGE)
        }
    }
}
