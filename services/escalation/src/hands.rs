//! What sellers press and write, and what follows from it.

use channels::desk::{DeskError, MessageRef, Reference, start_code};
use domain::{
    Conversation, Desk, Shop,
    conversation::{Action, ActionRefusal},
    desk::{CodeVerdict, Input, Matter, Post, Said},
};
use eventlog::AppendError;
use jiff::{SignedDuration, Timestamp};
use schemas::{
    AggregateKey, EventId,
    conversation::{Actor, ReplyWay},
    desk::{ConsoleCodeTold, MatterState, PostKind, Posted, SellerSaid, SellerTapped, code_digest},
    shop::Hold,
};
use uuid::Uuid;

use crate::{
    card::Painter,
    deeds::{self, Deed, action},
    desk::{Look, Trouble},
    figures,
};

/// How long a snoozed matter waits.
const SNOOZE: SignedDuration = SignedDuration::from_mins(30);
/// How long a code for the console holds; the words that come with it say so.
const CODE_HOLDS: SignedDuration = SignedDuration::from_mins(5);

/// What came of something, for the seller and for the log.
pub(crate) struct Answer {
    /// For the seller.
    pub(crate) text: String,
    /// For the log.
    pub(crate) outcome: String,
}

/// Sees to inputs at one look at a desk.
pub(crate) struct Hands<'a> {
    pub(crate) look: &'a Look<'a>,
    pub(crate) desk: &'a Desk,
}

impl<'a> Hands<'a> {
    /// Hands at one look at a desk.
    pub(crate) const fn new(look: &'a Look<'a>, desk: &'a Desk) -> Self {
        Self { look, desk }
    }

    /// Sees to an input, and records that. A crash in between repeats it: what it changes is changed once, the seller
    /// may be told twice.
    pub(crate) async fn handle(&self, input: &Input) -> Result<(), Trouble> {
        match &input.what {
            Said::Tapped(tap) => {
                figures::handled("tap");
                let answer = self.tapped(input, tap).await?;
                // A tap can be answered for some minutes only, and nothing depends on it.
                let told =
                    self.look
                        .bot
                        .answer_callback(tap.callback.as_str(), &answer.text, false);
                if let Err(error) = told.await {
                    tracing::debug!("a tap was not answered: {error}");
                }
                self.handled(input, &answer.outcome).await
            }
            Said::Words(words) => {
                figures::handled("words");
                if self.sets_up(words) {
                    return self.set_up(input, words).await;
                }
                let answer = self.words(input, words).await?;
                if !answer.text.is_empty() {
                    self.say(words, &answer.text).await?;
                }
                self.handled(input, &answer.outcome).await
            }
        }
    }

    pub(crate) async fn handled(&self, input: &Input, outcome: &str) -> Result<(), Trouble> {
        self.look.record(|desk| desk.handled(input, outcome)).await
    }

    /// Answers a seller's words. Who has blocked the bot meanwhile does not hold the desk up.
    pub(crate) async fn say(&self, words: &SellerSaid, text: &str) -> Result<(), Trouble> {
        let said = self
            .look
            .bot
            .say(words.seller, text, Some(words.message), false)
            .await;
        match said {
            Ok(_) | Err(DeskError::Blocked | DeskError::Refused(_)) => Ok(()),
            Err(error) => Err(Trouble::Telegram(words.seller, error)),
        }
    }

    pub(crate) fn answer(&self, id: &str, outcome: &str) -> Result<Answer, Trouble> {
        Ok(Answer {
            text: self.look.words.plain(id)?,
            outcome: outcome.to_owned(),
        })
    }

    pub(crate) fn is_seller(&self, seller: i64) -> bool {
        let configured = &self.look.file.settings.sellers;
        self.desk.is_seller(configured, seller)
    }

    async fn tapped(&self, input: &Input, tap: &SellerTapped) -> Result<Answer, Trouble> {
        if !self.is_seller(tap.seller) {
            return self.answer("desk-not-a-seller", "not_a_seller");
        }
        let reference = Reference::open(&self.look.seal, &tap.data);
        let Some((id, deed)) =
            reference.and_then(|sealed| Some((sealed.id, Deed::of(sealed.action)?)))
        else {
            return self.answer("desk-forgotten", "forged_or_old_button");
        };
        let id = EventId::from_uuid(Uuid::from_bytes(id));
        let Some(matter) = self.desk.matter(id) else {
            return self.answer("desk-forgotten", "no_such_matter");
        };
        self.adopt(matter, tap).await?;
        match deed {
            Deed::Open => {
                self.look.post_card(self.desk, matter, tap.seller).await?;
                self.answer(deed.told(), deed.done())
            }
            Deed::EditDraft => self.prompt(matter, tap).await,
            Deed::Snooze => {
                let now = input.at;
                let until = now.checked_add(SNOOZE).unwrap_or(Timestamp::MAX);
                let by = Actor::Telegram(tap.seller);
                self.look
                    .record(|desk| desk.snooze(id, until, &by, input.cause))
                    .await?;
                self.answer(deed.told(), deed.done())
            }
            Deed::SendDraft
            | Deed::TakeOver
            | Deed::TakeAway
            | Deed::GiveBack
            | Deed::Close
            | Deed::Mute
            | Deed::Unmute
            | Deed::Needed
            | Deed::Needless => {
                let action = action(deed, self.seen(matter, tap));
                let refused = self.act(matter, &action, tap.seller, input).await?;
                match refused {
                    None => self.answer(deed.told(), deed.done()),
                    Some(refusal) => self.refused(&refusal),
                }
            }
            Deed::Approve
            | Deed::Amend
            | Deed::Reject
            | Deed::Write
            | Deed::Paid
            | Deed::Shipped
            | Deed::Delivered
            | Deed::Returned => self.order_tapped(matter, deed, input, tap).await,
        }
    }

    /// A card that was posted and, by a crash, never noted is known from its first tap on, and drawn anew like any other.
    async fn adopt(&self, matter: &Matter, tap: &SellerTapped) -> Result<(), Trouble> {
        if self.desk.post(tap.seller, tap.message).is_some() {
            return Ok(());
        }
        let posted = Posted {
            seller: tap.seller,
            message: tap.message,
            kind: PostKind::Card,
            matters: vec![matter.id],
            stage: 0,
            reply: None,
            went_on: None,
        };
        self.look.record(|desk| desk.posted(&posted)).await
    }

    /// How many unanswered messages stood on the card when the seller tapped: none that the card did not show yet.
    fn seen(&self, matter: &Matter, tap: &SellerTapped) -> u32 {
        let post = self.desk.post(tap.seller, tap.message);
        let current = post.is_some_and(|post| post.stage == self.desk.stage_of(&post.matters));
        if current { matter.face.unanswered } else { 0 }
    }

    /// Asks for the words that go out instead of what the bot would have said.
    async fn prompt(&self, matter: &Matter, tap: &SellerTapped) -> Result<Answer, Trouble> {
        if let MatterState::Settled { how, by } = &matter.face.state {
            let who = by
                .as_ref()
                .map(|by| Painter::new(self.look, self.desk).name(by));
            let done = self.look.words.settled(*how, who.as_deref())?;
            let text = self.look.words.with("desk-already", "what", &done)?;
            let outcome = "already_settled".to_owned();
            return Ok(Answer { text, outcome });
        }
        let key = AggregateKey::conversation(self.look.shop, matter.conversation);
        let state = self.look.log.load::<Conversation>(&key).await?.state;
        let open = state.handoff().filter(|open| open.id == matter.id);
        let draft = open.and_then(|open| open.draft.as_ref());
        let draft = draft.map_or("", |draft| draft.text.as_str());
        let text = self.look.words.with("desk-prompt", "text", draft)?;
        let placeholder = self.look.words.plain("desk-prompt-placeholder")?;
        let at: MessageRef = self
            .look
            .bot
            .prompt(tap.seller, &text, &placeholder, Some(tap.message))
            .await
            .map_err(|error| Trouble::Telegram(tap.seller, error))?;
        self.look
            .posted(at, PostKind::Prompt, &[matter], None, None)
            .await?;
        self.answer(Deed::EditDraft.told(), Deed::EditDraft.done())
    }

    /// Does something to a chat; tells why not.
    async fn act(
        &self,
        matter: &Matter,
        action: &Action,
        seller: i64,
        input: &Input,
    ) -> Result<Option<ActionRefusal>, Trouble> {
        let key = AggregateKey::conversation(self.look.shop, matter.conversation);
        let by = Actor::Telegram(seller);
        let decided = self
            .look
            .log
            .decide::<Conversation, ActionRefusal>(&key, |state| {
                state.act(Some(matter.id), action, &by, input.cause)
            })
            .await;
        match decided {
            Ok(_) => Ok(None),
            Err(AppendError::Refused(refusal)) => Ok(Some(refusal)),
            Err(error) => Err(error.into()),
        }
    }

    fn refused(&self, refusal: &ActionRefusal) -> Result<Answer, Trouble> {
        let painter = Painter::new(self.look, self.desk);
        let text = self.look.words.refusal(refusal, |by| painter.name(by))?;
        Ok(Answer {
            text,
            outcome: deeds::refused(refusal).to_owned(),
        })
    }

    async fn words(&self, input: &Input, said: &SellerSaid) -> Result<Answer, Trouble> {
        let text = said.text.text();
        if let Some(code) = start_code(text) {
            return self.sit_down(input, code).await;
        }
        if !self.is_seller(said.seller) {
            return self.answer("desk-stranger", "not_a_seller");
        }
        let post = said
            .reply_to
            .and_then(|number| self.desk.post(said.seller, number));
        if let Some(post) = post {
            return self.replied(input, said, post).await;
        }
        let mut parts = text.trim().splitn(2, char::is_whitespace);
        let command = parts.next().unwrap_or("");
        let rest = parts.next().unwrap_or("").trim();
        // Telegram adds the bot's name where several are in a chat.
        let command = command.split('@').next().unwrap_or(command);
        let by = Actor::Telegram(said.seller);
        match command {
            "/start" | "/help" => self.answer("desk-help", "helped"),
            "/status" => self.status(),
            "/pause" => self.hold(Some(Hold::Paused), &by).await,
            "/stop" => self.hold(Some(Hold::Stopped), &by).await,
            "/resume" => self.hold(None, &by).await,
            "/hours" => self.hours(rest, &by).await,
            "/console" => self.console(input, said).await,
            _ if command.starts_with('/') => self.answer("desk-help", "unknown_command"),
            _ => self.answer("desk-what", "not_a_reply"),
        }
    }

    /// A seller's words to a buyer.
    async fn replied(
        &self,
        input: &Input,
        said: &SellerSaid,
        post: &Post,
    ) -> Result<Answer, Trouble> {
        let [matter] = post.matters.as_slice() else {
            return self.answer("desk-which", "reply_to_digest");
        };
        let Some(matter) = self.desk.matter(*matter) else {
            return self.answer("desk-forgotten", "no_such_matter");
        };
        if let Some(order) = matter.order
            && !matches!(post.kind, PostKind::Prompt | PostKind::Talk)
        {
            return self.order_words(input, said, post, (matter, order)).await;
        }
        let way = if post.kind == PostKind::Prompt && matter.face.draft {
            ReplyWay::EditedDraft
        } else {
            ReplyWay::OwnWords
        };
        let action = Action::Reply {
            text: said.text.text().to_owned(),
            way,
        };
        match self.act(matter, &action, said.seller, input).await? {
            None => self.answer("desk-done-reply", "replied"),
            Some(refusal) => self.refused(&refusal),
        }
    }

    /// Somebody names a code. It is judged again where the seat is recorded, so a crash in between can only tell twice.
    async fn sit_down(&self, input: &Input, code: &str) -> Result<Answer, Trouble> {
        if self.is_seller(input.what.seller()) {
            return self.answer("desk-help", "is_a_seller_already");
        }
        let digest = code_digest(code);
        let now = input.at;
        let verdict = self.desk.judge_code(input.what.seller(), &digest, now);
        let answer = Answer {
            text: self.look.words.code(verdict)?,
            outcome: String::new(),
        };
        if let Said::Words(words) = &input.what {
            self.say(words, &answer.text).await?;
        }
        self.look
            .record(|desk| desk.bind(input, &digest, now))
            .await?;
        if verdict == CodeVerdict::Good {
            tracing::info!(shop.id = %self.look.shop, "a seller sat down at the desk");
        }
        Ok(Answer {
            text: String::new(),
            outcome: "code".to_owned(),
        })
    }

    /// Tells a code for the console, and records its digest. A crash in between makes another one, and only that holds.
    async fn console(&self, input: &Input, said: &SellerSaid) -> Result<Answer, Trouble> {
        let code = boot::id::code();
        let text = self.look.words.with("desk-console-code", "code", &code)?;
        self.say(said, &text).await?;
        let expires_at = boot::clock::now().checked_add(CODE_HOLDS);
        let told = ConsoleCodeTold {
            seller: said.seller,
            digest: code_digest(&code),
            expires_at: expires_at.unwrap_or(Timestamp::MAX),
        };
        self.look
            .record(|desk| desk.told_code(input, &told))
            .await?;
        Ok(Answer {
            text: String::new(),
            outcome: "console_code".to_owned(),
        })
    }

    fn status(&self) -> Result<Answer, Trouble> {
        let text = self
            .look
            .words
            .status(&self.look.settings, self.desk, boot::clock::now())?;
        Ok(Answer {
            text,
            outcome: "status".to_owned(),
        })
    }

    async fn hold(&self, hold: Option<Hold>, by: &Actor) -> Result<Answer, Trouble> {
        self.shop(|shop| shop.hold(hold, by)).await?;
        match hold {
            Some(Hold::Paused) => self.answer("desk-done-paused", "paused"),
            Some(Hold::Stopped) => self.answer("desk-done-stopped", "stopped"),
            None => self.answer("desk-done-resumed", "resumed"),
        }
    }

    async fn hours(&self, told: &str, by: &Actor) -> Result<Answer, Trouble> {
        use schemas::shop::Setting;
        if let Some(row) = self.look.settings.setting(Setting::WorkHours) {
            let text = self
                .look
                .words
                .with("desk-hours-in-sheet", "hours", &row.value)?;
            let outcome = "hours_in_sheet".to_owned();
            return Ok(Answer { text, outcome });
        }
        if told.is_empty() {
            let known = self.look.settings.hours_told();
            return match known {
                Some(hours) => Ok(Answer {
                    text: self.look.words.with("desk-hours-are", "hours", hours)?,
                    outcome: "hours".to_owned(),
                }),
                None => self.answer("desk-hours-none", "hours"),
            };
        }
        if let Err(problem) = domain::Hours::parse(told) {
            let problem = problem.to_string();
            let text = self
                .look
                .words
                .with("desk-hours-wrong", "problem", &problem)?;
            let outcome = "hours_not_understood".to_owned();
            return Ok(Answer { text, outcome });
        }
        self.shop(|shop| shop.tell_hours(told, by)).await?;
        Ok(Answer {
            text: self.look.words.with("desk-hours-are", "hours", told)?,
            outcome: "hours_told".to_owned(),
        })
    }

    async fn shop(
        &self,
        mut decide: impl FnMut(&Shop) -> schemas::Decision<schemas::shop::ShopEvent> + Send,
    ) -> Result<(), Trouble> {
        let key = AggregateKey::shop(self.look.shop);
        self.look
            .log
            .decide::<Shop, std::convert::Infallible>(&key, |shop| Ok(decide(shop)))
            .await?;
        Ok(())
    }
}
