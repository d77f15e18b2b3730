//! What is asked for at the console, done by the rules that the buttons in Telegram follow. Telegram is not needed here.

use std::{convert::Infallible, time::Duration};

use domain::{
    Conversation, Desk,
    conversation::{Action, ActionRefusal},
    desk::{Asked, WhyNot},
};
use eventlog::{AppendError, EventLog, Outcome};
use schemas::{
    AggregateKey, OrderId,
    desk::{ChatDeed, OrderDeed},
};

use crate::{deeds, desk::Trouble, figures, orders::asked as orders};

/// How long to wait when the log does not answer.
const OUTAGE: Duration = Duration::from_secs(1);

/// Does what is asked for at the console, in the order in which it was asked for.
#[derive(Clone)]
pub(crate) struct Clerk {
    log: EventLog,
}

impl Clerk {
    pub(crate) const fn new(log: EventLog) -> Self {
        Self { log }
    }

    /// Sees to everything that is asked for at this desk.
    pub(crate) async fn look(&self, desk: AggregateKey) -> Outcome {
        match self.see_to_all(&desk).await {
            Ok(()) => Outcome::Done,
            Err(Trouble::Log(outcome)) => outcome,
            Err(Trouble::Telegram(..)) => Outcome::RetryIn(OUTAGE),
        }
    }

    async fn see_to_all(&self, desk: &AggregateKey) -> Result<(), Trouble> {
        loop {
            let loaded = self.log.load::<Desk>(desk).await?;
            if let Some(poison) = &loaded.poison {
                return Err(Trouble::Log(Outcome::Park(poison.to_string())));
            }
            let Some(asked) = loaded.state.asked().first() else {
                return Ok(());
            };
            figures::handled("console");
            let (outcome, why) = self.act(desk, asked).await?;
            self.log
                .decide::<Desk, Infallible>(desk, |state| {
                    Ok(state.carried_out(asked, outcome, &why))
                })
                .await?;
        }
    }

    /// Does it, and says what came of it. A crash before that is recorded repeats it, which changes nothing.
    async fn act(
        &self,
        desk: &AggregateKey,
        asked: &Asked,
    ) -> Result<(&'static str, WhyNot), Trouble> {
        let what = &asked.what;
        let key = AggregateKey::conversation(desk.shop_id(), what.conversation);
        if let ChatDeed::Order { order, what: deed } = &what.deed {
            return self.act_on_order(&key, asked, *order, deed).await;
        }
        let Some(action) = Action::of(&what.deed) else {
            return Ok(("unreadable", WhyNot::default()));
        };
        let decided = self
            .log
            .decide::<Conversation, ActionRefusal>(&key, |state| {
                state.act(what.matter, &action, &what.by, asked.cause)
            })
            .await;
        match decided {
            Ok(_) => Ok((done(&what.deed), WhyNot::default())),
            Err(AppendError::Refused(refusal)) => {
                Ok((deeds::refused(&refusal), WhyNot::of(&refusal)))
            }
            // One chat that nobody can read does not hold up the others.
            Err(AppendError::Poisoned(poison)) => {
                tracing::error!(conversation.id = %what.conversation, "a chat cannot be read: {poison}");
                Ok(("unreadable", WhyNot::default()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The same about an order.
    async fn act_on_order(
        &self,
        key: &AggregateKey,
        asked: &Asked,
        order: OrderId,
        deed: &OrderDeed,
    ) -> Result<(&'static str, WhyNot), Trouble> {
        let decided = self
            .log
            .decide::<Conversation, orders::NotDone>(key, |state| {
                let now = boot::clock::now();
                orders::asked(state, order, deed, &asked.what.by, asked.cause, now)
            })
            .await;
        match decided {
            Ok(_) => Ok((orders::done(deed), WhyNot::default())),
            Err(AppendError::Refused(not_done)) => {
                let (settled, first) = not_done.decided();
                Ok((not_done.outcome(), WhyNot { first, settled }))
            }
            Err(AppendError::Poisoned(poison)) => {
                tracing::error!(conversation.id = %asked.what.conversation, "a chat cannot be read: {poison}");
                Ok(("unreadable", WhyNot::default()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// What came of it, in a word.
const fn done(deed: &ChatDeed) -> &'static str {
    match deed {
        ChatDeed::SendDraft { .. } => "draft_sent",
        ChatDeed::Reply { .. } => "replied",
        ChatDeed::TakeOver | ChatDeed::TakeAway => "taken",
        ChatDeed::GiveBack => "given_back",
        ChatDeed::Close => "closed",
        ChatDeed::Mute => "muted",
        ChatDeed::Unmute => "unmuted",
        ChatDeed::Judge { needed: true } => "judged_needed",
        ChatDeed::Judge { needed: false } => "judged_needless",
        ChatDeed::Order { what, .. } => orders::done(what),
    }
}
