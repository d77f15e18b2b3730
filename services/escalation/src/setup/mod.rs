//! Setting a shop up from the desk: a seller pastes Avito's keys or the link of a sheet, and is told in plain words what
//! came of it.
//!
//! Everything may be repeated after a crash: the same keys connect the same account, the same link is the same sheet.
//! Only that a seller is told it may happen twice.

mod avito;
mod connected;
mod sheet;

use std::{convert::Infallible, path::PathBuf, time::Duration};

use anyhow::Context as _;
use channels::{
    Url, desk,
    shop_file::{ShopFile, Told, ToldError},
};
use domain::{Shop, desk::Input};
use eventlog::Outcome;
use jiff::SignedDuration;
use language::{Arg, say};
use schemas::{AggregateKey, conversation::Actor, desk::SellerSaid};

use crate::{
    desk::Trouble,
    hands::{Answer, Hands},
};

pub(crate) use connected::connected;

/// How long a provider may take while something is checked.
const CHECK: Duration = Duration::from_secs(10);
/// How long to wait when the disk takes or gives no file.
const DISK: Duration = Duration::from_secs(5);
/// The first wait for a provider that does not answer; each further one is twice as long, up to …
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(10);
/// … this.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(10);
/// After so long nobody expects an answer any more, and keys must not lie about.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(24);

/// What setting up needs beside the desk.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// This installation's state.
    pub(crate) state_dir: PathBuf,
    /// Where providers are.
    pub(crate) providers: channels::Options,
    /// Where providers reach ingest, if that was told.
    pub(crate) public_url: Option<Url>,
}

/// What a provider's answer means for the input.
enum Checked {
    /// It is seen to.
    Done(Answer),
    /// The provider cannot be asked now.
    Later {
        /// What a seller is told, once.
        text: String,
        /// What is in the way.
        reason: String,
        /// How long the provider wants to be left alone.
        pause: Option<Duration>,
    },
}

impl Hands<'_> {
    /// Whether these words are about setting the shop up. A link under a card is for its buyer; keys never are.
    pub(crate) fn sets_up(&self, said: &SellerSaid) -> bool {
        let text = said.text.text();
        let keys = said.kept.is_some() || desk::is_concealed(text);
        let card = || {
            let number = said.reply_to?;
            self.desk.post(said.seller, number)
        };
        let link = || desk::sheet_link(text).is_some() && card().is_none();
        self.is_seller(said.seller) && (keys || link())
    }

    /// Sees to what a seller pasted, tells what came of it, and records that.
    pub(crate) async fn set_up(&self, input: &Input, said: &SellerSaid) -> Result<(), Trouble> {
        let keys = said.kept.is_some() || desk::is_concealed(said.text.text());
        // Before anything else: whoever looks at the seller's phone must not find keys there.
        let removed = match keys && input.tries == 0 {
            true => Some(self.take_away(said).await?),
            false => None,
        };
        let late = boot::clock::now().duration_since(input.at) > GIVE_UP;
        let checked = match (&said.kept, keys) {
            (Some(name), _) => self.avito_keys(input, said, name, late).await?,
            (None, true) => Checked::Done(self.answer("desk-setup-half", "half_of_the_keys")?),
            (None, false) => self.sheet_link(input, said, late).await?,
        };
        let (text, end) = match checked {
            Checked::Done(answer) => (Some(answer.text), Ok(answer.outcome)),
            Checked::Later {
                text,
                reason,
                pause,
            } => {
                let first = (input.tries == 0).then_some(text);
                (first, Err((wait(input.tries, pause), reason)))
            }
        };
        let removed = match removed {
            Some(true) => Some(self.look.words.plain("desk-setup-removed")?),
            Some(false) => Some(self.look.words.plain("desk-setup-not-removed")?),
            None => None,
        };
        if let Some(text) = text {
            let lines = std::iter::once(text).chain(removed);
            self.say(said, &lines.collect::<Vec<_>>().join("\n"))
                .await?;
        }
        match end {
            Ok(outcome) => {
                // The last step but one: until here the keys can be looked at again.
                if let Some(name) = &said.kept {
                    self.drop_kept(name).await?;
                }
                self.handled(input, &outcome).await
            }
            Err((wait, reason)) => {
                let until = boot::clock::now().checked_add(wait);
                let until = until.unwrap_or(jiff::Timestamp::MAX);
                self.look
                    .record(|desk| desk.defer(input, until, &reason))
                    .await
            }
        }
    }

    /// Changes the shop's file, on a thread that may block, and records the settings that follow.
    async fn change_file<C>(
        &self,
        input: &Input,
        change: C,
    ) -> Result<Result<ShopFile, String>, Trouble>
    where
        C: FnOnce(&Told) -> Result<ShopFile, ToldError> + Send + 'static,
    {
        let shops = self.look.setup.state_dir.join("shops");
        let told = Told::new(&shops, self.look.shop);
        let changed = tokio::task::spawn_blocking(move || change(&told)).await;
        let file = match changed.context("writing was interrupted") {
            Ok(Ok(file)) => file,
            Ok(Err(error @ (ToldError::NotEditable(_) | ToldError::Refused(_)))) => {
                tracing::error!(shop.id = %self.look.shop, "a seller's wish was not carried out: {error}");
                return Ok(Err(error.to_string()));
            }
            Ok(Err(ToldError::Io(error))) => return Err(disk(&error.into())),
            Err(error) => return Err(disk(&error)),
        };
        let key = AggregateKey::shop(self.look.shop);
        let by = Actor::Telegram(input.what.seller());
        let record = |shop: &Shop| {
            let decision = shop.reconfigure(&file.settings, &by, input.cause);
            Ok::<_, Infallible>(decision)
        };
        self.look.log.decide::<Shop, _>(&key, record).await?;
        Ok(Ok(file))
    }

    /// A message with several texts.
    fn words_with(&self, id: &str, texts: &[(&str, &str)]) -> Result<String, Trouble> {
        let texts = texts.iter().map(|(name, text)| (*name, Arg::Text(text)));
        Ok(say(
            self.look.words.language,
            id,
            &texts.collect::<Vec<_>>(),
        )?)
    }
}

/// How long to wait after so many tries; at least as long as the provider asks for.
fn wait(tries: u32, pause: Option<Duration>) -> SignedDuration {
    let doubled = FIRST_WAIT.checked_mul(1_i32.checked_shl(tries.min(20)).unwrap_or(i32::MAX));
    let wait = doubled.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
    let pause = pause.and_then(|pause| SignedDuration::try_from(pause).ok());
    pause.map_or(wait, |pause| wait.max(pause))
}

/// The disk is in the way; the input waits, and the desk with it, because nothing else would get on either.
fn disk(error: &anyhow::Error) -> Trouble {
    tracing::error!("what a seller pasted cannot be seen to: {error:#}");
    Trouble::Log(Outcome::RetryIn(DISK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_that_does_not_answer_is_asked_less_and_less_often() {
        let waits = [0, 1, 5, 6, 40].map(|tries| wait(tries, None).as_secs());
        assert_eq!(waits, [10, 20, 320, 600, 600]);
        assert_eq!(wait(0, Some(Duration::from_secs(90))).as_secs(), 90);
    }
}
