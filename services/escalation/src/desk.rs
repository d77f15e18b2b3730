//! One look at a shop's desk: do whatever its state asks for next, until it asks for nothing.

use std::{convert::Infallible, sync::Arc, time::Duration};

use boot::CrashPoint;
use channels::{
    desk::{Card, DeskBot, DeskError, MessageRef},
    shop_file::ShopFile,
};
use domain::{
    Desk, Shop,
    desk::{DeskPace, DeskStep, Matter, Post, Undelivered},
};
use eventlog::{AppendError, EventLog, LogError, Outcome};
use jiff::Timestamp;
use schemas::{
    AggregateKey, Decision, EventId, ShopId,
    desk::{BuyerWentOn, DeskEvent, PostEdited, PostKind, Posted},
    topology,
};

use crate::{
    bots::{self, Bots},
    card::Painter,
    figures,
    hands::Hands,
    setup::Setup,
    words::{self, Words},
};

/// How long to wait when the log or Telegram does not answer.
const OUTAGE: Duration = Duration::from_secs(2);
/// The longest that a desk is left alone because Telegram asks for it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often to look whether a seller did something, while something else is waited for.
const LISTENING: Duration = Duration::from_millis(150);
/// What is further away is waited for by a timer.
const SOON: Duration = Duration::from_secs(5);
/// The name of the timer that reminds of cards.
const DUE: &str = "desk-due";
/// How old what is known of a shop may be.
const SETTINGS: Duration = Duration::from_millis(200);

/// Sees to the desks of all shops.
#[derive(Clone)]
pub(crate) struct Desks {
    log: EventLog,
    bots: Arc<Bots>,
    setup: Arc<Setup>,
}

/// One look at one desk.
pub(crate) struct Look<'a> {
    /// The log.
    pub(crate) log: &'a EventLog,
    /// The desk's history.
    pub(crate) key: &'a AggregateKey,
    /// The shop.
    pub(crate) shop: &'a ShopId,
    /// What is known of the shop.
    pub(crate) settings: Arc<Shop>,
    /// The seller's file.
    pub(crate) file: &'a ShopFile,
    /// The bot.
    pub(crate) bot: &'a DeskBot,
    /// All shops' files and bots.
    pub(crate) bots: &'a Bots,
    /// What setting the shop up needs.
    pub(crate) setup: &'a Setup,
    /// What the buttons are sealed with.
    pub(crate) seal: [u8; 32],
    /// What the desk says.
    pub(crate) words: Words,
}

/// Why a step was not taken.
pub(crate) enum Trouble {
    /// The log does not answer, or something cannot be read.
    Log(Outcome),
    /// Telegram does not take it.
    Telegram(i64, DeskError),
}

impl From<LogError> for Trouble {
    fn from(error: LogError) -> Self {
        tracing::warn!("the log does not answer: {error}");
        Self::Log(Outcome::RetryIn(OUTAGE))
    }
}

impl<R> From<AppendError<R>> for Trouble {
    fn from(error: AppendError<R>) -> Self {
        Self::Log(match error {
            AppendError::Poisoned(poison) => Outcome::Park(poison.to_string()),
            AppendError::Refused(_) | AppendError::Contended(_) | AppendError::Log(_) => {
                Outcome::RetryIn(OUTAGE)
            }
        })
    }
}

impl From<language::SayError> for Trouble {
    fn from(error: language::SayError) -> Self {
        Self::Log(Outcome::Park(error.to_string()))
    }
}

impl Desks {
    /// The desks of the shops that `bots` knows.
    pub(crate) const fn new(log: EventLog, bots: Arc<Bots>, setup: Arc<Setup>) -> Self {
        Self { log, bots, setup }
    }

    /// Does whatever the state of this desk asks for.
    pub(crate) async fn look(&self, key: AggregateKey) -> Outcome {
        let shop = key.shop_id().clone();
        let (file, bot) = match (self.bots.file(&shop), self.bots.bot(&shop)) {
            (Some(file), Ok(Some(bot))) => (file, bot),
            // Without a desk in the seller's file there is nobody to ask: matters stay open, /readyz says so.
            (_, Ok(None)) => return Outcome::Done,
            (None, Ok(Some(_))) => return Outcome::RetryIn(OUTAGE),
            (_, Err(error)) => {
                tracing::warn!(shop.id = %shop, "cards wait: {error:#}");
                return Outcome::RetryIn(PATIENCE);
            }
        };
        let Some(credentials) = &file.credentials.desk else {
            return Outcome::Done;
        };
        let shop_key = AggregateKey::shop(&shop);
        loop {
            let settings = match self.log.load_recent::<Shop>(&shop_key, SETTINGS).await {
                Ok(loaded) => loaded.state,
                Err(error) => {
                    tracing::warn!("the log does not answer: {error}");
                    return Outcome::RetryIn(OUTAGE);
                }
            };
            let look = Look {
                log: &self.log,
                key: &key,
                shop: &shop,
                words: Words::of(&settings),
                settings,
                file: &file,
                bot: &bot,
                bots: &self.bots,
                setup: &self.setup,
                seal: bots::key(credentials),
            };
            match look.step().await {
                Ok(true) => {}
                Ok(false) => return Outcome::Done,
                Err(Trouble::Log(outcome)) => return outcome,
                Err(Trouble::Telegram(seller, error)) => match look.trouble(seller, &error).await {
                    Ok(()) => {}
                    Err(outcome) => return outcome,
                },
            }
        }
    }

    /// Shops whose buyers nobody can be told of, one sentence each.
    pub(crate) async fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for file in self.bots.files() {
            let shop = &file.settings.id;
            if file.credentials.desk.is_none() {
                problems.push(format!(
                    "{shop}: its file has no [desk]: nobody is told when a buyer needs a person"
                ));
                continue;
            }
            let key = AggregateKey::desk(shop);
            // Without an answer the component of the log says so.
            let Ok(loaded) = self.log.load_recent::<Desk>(&key, OUTAGE).await else {
                continue;
            };
            if loaded.state.roster(&file.settings.sellers).is_empty() {
                problems.push(format!(
                    "{shop}: no seller can be written to; invite one with `torg shop invite {shop}`"
                ));
            }
        }
        problems
    }
}

impl Look<'_> {
    /// Takes one step; `false` when there is none to take now.
    async fn step(&self) -> Result<bool, Trouble> {
        let loaded = self.log.load::<Desk>(self.key).await?;
        if let Some(poison) = &loaded.poison {
            return Err(Trouble::Log(Outcome::Park(poison.to_string())));
        }
        let (desk, now) = (&loaded.state, boot::clock::now());
        match desk.step(now, &self.file.settings.sellers, self.pace(now)) {
            DeskStep::Nothing => return Ok(false),
            DeskStep::Wait(at) => return self.wait(now, at).await,
            DeskStep::Handle(input) => Hands::new(self, desk).handle(input).await?,
            DeskStep::Tell {
                undelivered,
                seller,
            } => self.tell(undelivered, seller).await?,
            DeskStep::Forward(talk) => self.forward(desk, talk).await?,
            DeskStep::Edit(post) => self.edit(desk, post).await?,
            DeskStep::Card { matter, seller } => {
                self.post_card(desk, matter, seller).await?;
            }
            DeskStep::Digest { matters, seller } => self.digest(desk, &matters, seller).await?,
            DeskStep::Remind {
                matter,
                seller,
                card,
            } => self.remind(matter, seller, card).await?,
        }
        Ok(true)
    }

    fn pace(&self, now: Timestamp) -> DeskPace {
        let policy = self.settings.settings().map(|known| known.policy.clone());
        let policy = policy.unwrap_or_default();
        let presence = words::presence(&self.settings, now);
        DeskPace {
            reminder: Duration::from_secs(policy.reminder_minutes.saturating_mul(60)),
            somebody_there: presence.somebody_there,
            opens: presence.opens,
        }
    }

    /// Waits for what is near, in the lane, and looks whether a seller did something meanwhile; arms a timer for the
    /// rest.
    async fn wait(&self, now: Timestamp, at: Timestamp) -> Result<bool, Trouble> {
        let wait = Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO);
        if wait > SOON {
            self.log
                .arm(topology::DESK.consumer, self.key, DUE, at)
                .await?;
            return Ok(false);
        }
        tokio::time::sleep(wait.min(LISTENING)).await;
        Ok(true)
    }

    /// Records something at the desk.
    pub(crate) async fn record(
        &self,
        mut decide: impl FnMut(&Desk) -> Decision<DeskEvent> + Send,
    ) -> Result<(), Trouble> {
        self.log
            .decide::<Desk, Infallible>(self.key, |desk| Ok(decide(desk)))
            .await?;
        Ok(())
    }

    /// Posts a card of `matter`, in full.
    pub(crate) async fn post_card(
        &self,
        desk: &Desk,
        matter: &Matter,
        seller: i64,
    ) -> Result<(), Trouble> {
        let mut card = Painter::new(self, desk).card(matter, seller).await?;
        card.silent = !self.pace(boot::clock::now()).somebody_there;
        let of_order = matter.order.is_some();
        crash_point(of_order, CrashPoint::CardBefore);
        let at = self.send(seller, &card).await?;
        crash_point(of_order, CrashPoint::CardSent);
        self.posted(at, PostKind::Card, &[matter], None, None)
            .await?;
        crash_point(of_order, CrashPoint::CardRecorded);
        Ok(())
    }

    async fn digest(&self, desk: &Desk, matters: &[&Matter], seller: i64) -> Result<(), Trouble> {
        let mut card = Painter::new(self, desk).digest(matters).await?;
        card.silent = !self.pace(boot::clock::now()).somebody_there;
        let at = self.send(seller, &card).await?;
        self.posted(at, PostKind::Digest, matters, None, None).await
    }

    async fn remind(&self, matter: &Matter, seller: i64, card: Option<i64>) -> Result<(), Trouble> {
        let text = self.words.reminder(matter, boot::clock::now())?;
        let at = self
            .bot
            .say(seller, &text, card, false)
            .await
            .map_err(|error| Trouble::Telegram(seller, error))?;
        self.posted(at, PostKind::Reminder, &[matter], None, None)
            .await
    }

    async fn tell(&self, undelivered: &Undelivered, seller: i64) -> Result<(), Trouble> {
        let what = &undelivered.what;
        let text = self.words.undelivered(what.uncertain)?;
        let at = self
            .bot
            .say(seller, &text, None, false)
            .await
            .map_err(|error| Trouble::Telegram(seller, error))?;
        self.posted(at, PostKind::Undelivered, &[], Some(what.reply), None)
            .await
    }

    async fn forward(&self, desk: &Desk, talk: &BuyerWentOn) -> Result<(), Trouble> {
        let card = Painter::new(self, desk).talk(talk).await?;
        let at = self.send(talk.to, &card).await?;
        let matter = desk.matter(talk.matter);
        let matters: Vec<&Matter> = matter.into_iter().collect();
        self.posted(at, PostKind::Talk, &matters, None, Some(talk.message))
            .await
    }

    async fn edit(&self, desk: &Desk, post: &Post) -> Result<(), Trouble> {
        let painter = Painter::new(self, desk);
        let matters = post.matters.iter().filter_map(|id| desk.matter(*id));
        let matters: Vec<&Matter> = matters.collect();
        let card = match (post.kind, matters.as_slice()) {
            (PostKind::Card, [matter]) => painter.card(matter, post.seller).await?,
            (_, matters) => painter.digest(matters).await?,
        };
        let at = MessageRef {
            chat: post.seller,
            message_id: post.message,
        };
        let refused = match self.bot.edit(&at, &card).await {
            Ok(()) => None,
            Err(DeskError::Refused(reason)) => Some(reason),
            Err(error) => return Err(Trouble::Telegram(post.seller, error)),
        };
        let edited = PostEdited {
            seller: post.seller,
            message: post.message,
            stage: desk.stage_of(&post.matters),
            refused,
        };
        self.record(|desk| desk.edited(&edited)).await
    }

    async fn send(&self, seller: i64, card: &Card) -> Result<MessageRef, Trouble> {
        let sent = self.bot.send(seller, card).await;
        sent.map_err(|error| Trouble::Telegram(seller, error))
    }

    /// Notes what stands in a seller's chat. Between the call and this note a crash makes a card come twice: a seller
    /// who reads it twice is better off than one who never does (decision 0004).
    pub(crate) async fn posted(
        &self,
        at: MessageRef,
        kind: PostKind,
        matters: &[&Matter],
        reply: Option<schemas::ReplyId>,
        went_on: Option<EventId>,
    ) -> Result<(), Trouble> {
        figures::posted(match kind {
            PostKind::Card => "card",
            PostKind::Digest => "digest",
            PostKind::Reminder => "reminder",
            PostKind::Prompt
            | PostKind::AmendPrompt
            | PostKind::RejectPrompt
            | PostKind::TrackingPrompt => "prompt",
            PostKind::Undelivered => "undelivered",
            PostKind::Talk => "talk",
        });
        let posted = Posted {
            seller: at.chat,
            message: at.message_id,
            kind,
            matters: matters.iter().map(|matter| matter.id).collect(),
            stage: matters
                .iter()
                .fold(0, |sum, matter| sum.saturating_add(matter.stage)),
            reply,
            went_on,
        };
        self.record(|desk| desk.posted(&posted)).await
    }

    /// What follows from Telegram not taking something: who cannot be reached is noted, and the next one is asked.
    async fn trouble(&self, seller: i64, error: &DeskError) -> Result<(), Outcome> {
        match error {
            DeskError::Blocked => {
                let noted = self
                    .record(|desk| desk.cannot_reach(seller, "blocked"))
                    .await;
                noted.map_err(|trouble| match trouble {
                    Trouble::Log(outcome) => outcome,
                    Trouble::Telegram(..) => Outcome::RetryIn(OUTAGE),
                })
            }
            DeskError::Wait(pause) => Err(Outcome::RetryIn((*pause).min(PATIENCE))),
            DeskError::Refused(_) | DeskError::Unreachable { .. } | DeskError::Unauthorised => {
                tracing::warn!(shop.id = %self.shop, "Telegram does not take a card: {error}");
                Err(Outcome::RetryIn(OUTAGE))
            }
        }
    }
}

/// The places at which a test has this process die are those of orders.
fn crash_point(of_order: bool, point: CrashPoint) {
    if of_order {
        boot::crash_point(point);
    }
}
