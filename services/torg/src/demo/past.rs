//! The demo's past week, told once to a log that has never heard of the demo shop.
//!
//! Everything in it is decided by the rules and specialists that answer today's buyers; only the clock is behind, and
//! nobody is called: what is sent counts as accepted. Each of its commits names its source with `+demo`.

use std::{convert::Infallible, path::Path};

use anyhow::Context as _;
use channels::split;
use domain::{
    Conversation, Owner, Shop,
    conversation::{
        Action, Incoming, Limits, Order, OrderAction, Outcome, OwnMessage, Part, SendStep,
    },
};
use eventlog::{AppendError, EventLog};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use schemas::{
    AggregateKey, Cause, ConversationId, Decision, EventId, ListingId, Personal, ProviderId,
    ShopId,
    conversation::{
        Actor, Asked, ChannelKind, ChatAddress, Content, ConversationEvent, Evidence,
        MessageReceived, OrderMark, ReplyWay,
    },
};

use super::{
    SELLER,
    earlier::earlier,
    script::{self, Chat, Deed, Line},
};

/// How long before now the shop was set up, and when its sheet was changed.
const SET_UP: SignedDuration = SignedDuration::from_hours(24 * 8);
const CHANGED: SignedDuration = SignedDuration::from_hours(24 * 4);
/// Chats that are told at the same time lie no further apart.
const APART: SignedDuration = SignedDuration::from_hours(4);
const AT_ONCE: usize = 8;
/// A message is taken for the last of a burst after this.
const QUIET: SignedDuration = SignedDuration::from_millis(900);
/// So long after its last line the seller has seen to a chat.
const LEFT: SignedDuration = SignedDuration::from_mins(25);
/// A chat is at rest after fewer looks.
const LOOKS: usize = 16;
const LIMITS: Limits = Limits {
    deadline: std::time::Duration::from_secs(10),
    messages_per_day: 100,
};
/// The strictest of the channels' limits on a message.
const LONGEST: usize = 1_000;

/// What the past is told with.
pub(crate) struct Means<'a> {
    pub(crate) log: &'a eventlog::Options,
    pub(crate) router: &'a router::Config,
    pub(crate) agents: &'a agents::Config,
    pub(crate) ingest: &'a ingest::Config,
    pub(crate) state: &'a Path,
    /// The demo shop's file.
    pub(crate) file: &'a Path,
}

impl Means<'_> {
    async fn open(&self, service: &'static str) -> anyhow::Result<EventLog> {
        let mut config = self.log.config(service, boot::clock::now);
        config.version = concat!(env!("CARGO_PKG_VERSION"), "+demo");
        Ok(EventLog::open(config).await?)
    }
}

/// Everybody who takes part.
struct Stage {
    shop: ShopId,
    ingest: EventLog,
    dispatcher: EventLog,
    desk: EventLog,
    router: router::Hand,
    agents: agents::Hand,
    cart: cart::Hand,
    invoicer: invoicer::Hand,
}

/// Tells the past week, unless this log knows the shop already. How many chats were told.
///
/// # Errors
/// What could not be told.
pub(crate) async fn tell(means: &Means<'_>, week: &str) -> anyhow::Result<usize> {
    let shop = ShopId::new(super::SHOP)?;
    let torg = means.open("torg").await?;
    let known = torg.load::<Shop>(&AggregateKey::shop(&shop)).await?.state;
    let mark = means.state.join("demo").join("past.unfinished");
    if known.settings().is_some() {
        if mark.exists() {
            tracing::warn!(
                "the demo's past was cut short when it was told; remove {} to have it whole",
                means.state.display()
            );
        }
        return Ok(0);
    }
    std::fs::write(&mark, "").with_context(|| format!("cannot write {}", mark.display()))?;
    let now = boot::clock::now();
    let set_up = now - SET_UP;
    let adding = crate::commands::shop::add_to(&torg, means.state, means.file);
    boot::clock::since(set_up, adding).await?;
    let known = torg.load::<Shop>(&AggregateKey::shop(&shop)).await?.state;
    let settings = known.settings().context("the demo shop was not added")?;
    let zone = TimeZone::get(&settings.timezone)?;
    let sheet = means.file.with_file_name(super::SHOP);
    let ingest = means.open("ingest").await?;
    let before = earlier(means.state, &sheet)?;
    boot::clock::since(set_up, read_sheet(means, &ingest, &shop, &before)).await?;
    std::fs::remove_dir_all(&before)?;
    let stage = Stage {
        router: router::Hand::open(means.router, &means.open("router").await?).await?,
        agents: agents::Hand::open(means.agents, &means.open("agents").await?).await?,
        cart: cart::Hand::new(means.open("cart").await?),
        invoicer: invoicer::Hand::new(means.open("invoicer").await?),
        dispatcher: means.open("dispatcher").await?,
        desk: means.open("escalation").await?,
        ingest,
        shop,
    };
    let chats = script::read(week, now, &zone)?;
    let count = chats.len();
    let mut told: Vec<Told<'_>> = chats
        .into_iter()
        .zip(1..)
        .map(|(chat, number)| stage.begin(chat, number))
        .collect();
    let mut changed = false;
    loop {
        told.retain(|chat| !chat.is_over());
        told.sort_by_key(|chat| chat.at);
        let Some(first) = told.first().map(|chat| chat.at) else {
            break;
        };
        if !changed && first >= now - CHANGED {
            let at = now - CHANGED;
            boot::clock::since(at, read_sheet(means, &stage.ingest, &stage.shop, &sheet)).await?;
            changed = true;
        }
        let alone = told.first().is_some_and(Told::trades);
        let together = told.iter_mut().take_while(|chat| {
            chat.at == first || (!alone && !chat.trades() && chat.at < first + APART)
        });
        let together = together.take(if alone { 1 } else { AT_ONCE });
        futures::future::try_join_all(together.map(Told::go_on)).await?;
    }
    std::fs::remove_file(&mark)?;
    Ok(count)
}

async fn read_sheet(
    means: &Means<'_>,
    log: &EventLog,
    shop: &ShopId,
    folder: &Path,
) -> anyhow::Result<()> {
    let wrong = ingest::read_sheet(means.ingest, log, shop, folder).await?;
    anyhow::ensure!(wrong.is_empty(), "the demo's sheet: {}", wrong.join("; "));
    Ok(())
}

impl Stage {
    fn begin(&self, chat: Chat, number: u32) -> Told<'_> {
        let shop = &self.shop;
        let account = match chat.channel {
            ChannelKind::Avito => "94000311".to_owned(),
            ChannelKind::Telegram => super::BOT.to_string(),
            ChannelKind::Web => "web".to_owned(),
        };
        // A name on Telegram is one buyer; elsewhere every chat is another's.
        let who = match chat.channel {
            ChannelKind::Telegram => chat.name.clone(),
            ChannelKind::Avito | ChannelKind::Web => number.to_string(),
        };
        let id = EventId::derive(&["demo", chat.channel.as_str(), &who])
            .uuid()
            .simple()
            .to_string();
        let digits = id
            .chars()
            .filter(char::is_ascii_digit)
            .take(9)
            .collect::<String>();
        let place = match chat.channel {
            ChannelKind::Avito => format!("u2i-demo{digits}"),
            ChannelKind::Telegram => format!("9{digits}"),
            ChannelKind::Web => format!("demo-{id}"),
        };
        let conversation = ConversationId::of(shop, chat.channel.as_str(), &account, &place);
        Told {
            stage: self,
            key: AggregateKey::conversation(shop, conversation),
            address: ChatAddress {
                channel: chat.channel,
                account,
                chat: place,
                connection: None,
            },
            at: chat.at,
            trades_from: chat.trades_from(),
            number,
            place: 0,
            chat,
        }
    }
}

/// A chat while it is told.
struct Told<'a> {
    stage: &'a Stage,
    key: AggregateKey,
    address: ChatAddress,
    chat: Chat,
    number: u32,
    /// When its next line happens.
    at: Timestamp,
    /// Which line that is.
    place: usize,
    trades_from: Option<usize>,
}

impl Told<'_> {
    fn is_over(&self) -> bool {
        self.place >= self.chat.lines.len()
    }

    /// Whether its next line may change what others can buy.
    fn trades(&self) -> bool {
        self.trades_from.is_some_and(|from| self.place >= from)
    }

    /// Tells the next line, and what follows from it.
    async fn go_on(&mut self) -> anyhow::Result<()> {
        let Some(line) = self.chat.lines.get(self.place).cloned() else {
            return Ok(());
        };
        self.place += 1;
        let name = self.chat.name.clone();
        let told = match &line {
            Line::Pause(pause) => {
                self.at += *pause;
                return Ok(());
            }
            Line::Buyer(detail, words) => {
                let asked = self.state().await?.asked().cloned();
                if detail.is_some_and(|detail| asked != Some(Asked::Detail { detail })) {
                    return Ok(());
                }
                self.buyer(words).await
            }
            Line::Outside(words) => self.outside(words).await,
            Line::Seller(words) => {
                let action = Action::Reply {
                    text: words.clone(),
                    way: ReplyWay::OwnWords,
                };
                self.act(&action).await
            }
            Line::Deed(deed) => self.deed(deed).await,
        };
        told.with_context(|| format!("while telling the demo's past: {name}, {line:?}"))?;
        self.at += QUIET;
        self.settle()
            .await
            .with_context(|| format!("while telling the demo's past: {name}, after {line:?}"))?;
        self.at += SignedDuration::from_secs(self.chance("pause", 15, 70));
        match self.is_over() {
            true => self.finish().await,
            false => Ok(()),
        }
    }

    /// Leaves nothing on the desk: who looks at it today is not called for what is long over.
    async fn finish(&mut self) -> anyhow::Result<()> {
        let state = self.state().await?;
        let action = match (state.owner(), state.handoff()) {
            (Owner::Bot | Owner::Closed, None) => return Ok(()),
            (Owner::WaitingForSeller, _) => Action::Close,
            (Owner::Bot | Owner::Seller | Owner::Closed, _) => Action::GiveBack,
        };
        self.at += LEFT;
        // A deed of its own beside that of the last line.
        self.place += 1;
        self.act(&action).await?;
        self.at += QUIET;
        self.settle().await
    }

    /// A number of its own for each line, the same each time.
    fn chance(&self, what: &str, from: i64, to: i64) -> i64 {
        let name = [what, &self.number.to_string(), &self.place.to_string()];
        let bits = EventId::derive(&name).uuid().as_u128() % 1_000_003;
        from + i64::try_from(bits).unwrap_or(0) % (to - from)
    }

    fn name_of(&self, what: &str) -> String {
        format!("demo-{what}-{}-{}", self.number, self.place)
    }

    async fn state(&self) -> anyhow::Result<std::sync::Arc<Conversation>> {
        Ok(self.stage.desk.load::<Conversation>(&self.key).await?.state)
    }

    /// Does something at the moment that the chat has reached, and moves that on.
    async fn then<T>(&mut self, doing: impl Future<Output = T> + Send) -> T {
        let (done, at) = boot::clock::since(self.at, async {
            let done = doing.await;
            (done, boot::clock::now())
        })
        .await;
        self.at = at;
        done
    }

    async fn decide<R: std::fmt::Debug + Send>(
        &mut self,
        log: &EventLog,
        decide: impl Fn(&Conversation) -> Result<Decision<ConversationEvent>, R> + Send + Sync,
    ) -> anyhow::Result<()> {
        let key = self.key.clone();
        let decided = log.decide::<Conversation, R>(&key, |state| decide(state));
        match self.then(decided).await {
            Ok(_) => Ok(()),
            // A demo without one of its deeds is still a demo; the browser test fails when this is said.
            Err(AppendError::Refused(refusal)) => {
                let line = self.chat.lines.get(self.place.saturating_sub(1));
                tracing::warn!("not possible in the demo's past: {line:?}: {refusal:?}");
                Ok(())
            }
            Err(error) => Err(anyhow::anyhow!("{error}")),
        }
    }

    async fn buyer(&mut self, words: &str) -> anyhow::Result<()> {
        let named = match self.chat.channel {
            ChannelKind::Avito | ChannelKind::Telegram => true,
            ChannelKind::Web => false,
        };
        let message = MessageReceived {
            address: self.address.clone(),
            provider_id: ProviderId::new(self.name_of("message")),
            buyer: Personal::new(self.address.chat.clone()),
            buyer_name: named.then(|| Personal::new(self.chat.name.clone())),
            language_hint: None,
            listing: self.chat.listing.clone().map(ListingId::new),
            sent_at: self.at,
            content: Content::Text(Personal::new(words.to_owned())),
        };
        let incoming = Incoming::Message(message);
        let log = self.stage.ingest.clone();
        self.decide(&log, |state| Ok::<_, Infallible>(state.receive(&incoming)))
            .await
    }

    async fn outside(&mut self, words: &str) -> anyhow::Result<()> {
        let incoming = Incoming::Own(OwnMessage {
            address: self.address.clone(),
            provider_id: ProviderId::new(self.name_of("own")),
            sent_at: self.at,
            content: Content::Text(Personal::new(words.to_owned())),
        });
        let log = self.stage.ingest.clone();
        self.decide(&log, |state| Ok::<_, Infallible>(state.receive(&incoming)))
            .await
    }

    fn cause(&self) -> Cause {
        Cause::outside(EventId::derive(&["demo", &self.name_of("deed")]))
    }

    async fn act(&mut self, action: &Action) -> anyhow::Result<()> {
        let state = self.state().await?;
        let matter = match action {
            Action::Judge { .. } => state.settled().last().map(|done| done.matter),
            _ => state.handoff().map(|open| open.id),
        };
        let (by, cause) = (Actor::Telegram(SELLER), self.cause());
        let log = self.stage.desk.clone();
        self.decide(&log, |state| state.act(matter, action, &by, cause))
            .await
    }

    async fn deed(&mut self, deed: &Deed) -> anyhow::Result<()> {
        let state = self.state().await?;
        let order = state.orders().last();
        let action = match deed {
            Deed::Draft => {
                let unanswered = state.handoff().and_then(|open| state.face(open.id));
                let seen = unanswered.map_or(0, |face| face.unanswered);
                return self.act(&Action::SendDraft { seen }).await;
            }
            Deed::Take => return self.act(&Action::TakeOver).await,
            // The bot comes back by itself when a seller is silent for long, and the demo's shop calls a minute long.
            Deed::Back if state.owner() == Owner::Bot && state.handoff().is_none() => return Ok(()),
            Deed::Back => return self.act(&Action::GiveBack).await,
            Deed::Close => return self.act(&Action::Close).await,
            Deed::Needed(needed) => return self.act(&Action::Judge { needed: *needed }).await,
            Deed::Approve => OrderAction::Approve {
                revision: order.map_or(0, |order| order.revision),
            },
            Deed::Reject(reason) => OrderAction::Reject {
                reason: reason.clone(),
            },
            Deed::Paid => OrderAction::Mark(OrderMark::Paid),
            Deed::Shipped(number) => OrderAction::Mark(OrderMark::Shipped {
                tracking: Some(number.clone()),
            }),
            Deed::Delivered => OrderAction::Mark(OrderMark::Delivered),
            Deed::Returned => OrderAction::Mark(OrderMark::Returned),
        };
        let Some(order) = order.map(|order: &Order| order.id) else {
            tracing::warn!(
                "not possible in the demo's past: no order for {deed:?} in chat {}",
                self.number
            );
            return Ok(());
        };
        let (by, cause, at) = (Actor::Telegram(SELLER), self.cause(), self.at);
        let log = self.stage.desk.clone();
        self.decide(&log, |state| {
            state.act_on_order(order, &action, &by, cause, at)
        })
        .await
    }

    /// Lets everybody do what the chat asks of them, until it asks for nothing.
    async fn settle(&mut self) -> anyhow::Result<()> {
        let (stage, key) = (self.stage, self.key.clone());
        for _ in 0..LOOKS {
            let before = stage.desk.load::<Conversation>(&key).await?.seq;
            self.then(stage.router.look(&key)).await?;
            self.then(stage.agents.look(&key)).await?;
            self.then(stage.cart.look(&key)).await?;
            self.then(stage.invoicer.look(&key)).await?;
            self.send().await?;
            if stage.desk.load::<Conversation>(&key).await?.seq == before {
                return Ok(());
            }
        }
        anyhow::bail!("it does not come to rest")
    }

    /// Sends what is ready; it counts as accepted.
    async fn send(&mut self) -> anyhow::Result<()> {
        let log = self.stage.dispatcher.clone();
        loop {
            let state = log.load::<Conversation>(&self.key).await?.state;
            match state.send_step(self.at, LIMITS) {
                SendStep::Nothing | SendStep::Wait(_) | SendStep::FindOut { .. } => return Ok(()),
                SendStep::Announce => {
                    self.decide(&log, |state| Ok::<_, Infallible>(state.announce()))
                        .await?;
                }
                SendStep::Send { reply, part, .. } => {
                    let parts = split::split(&reply.text, LONGEST);
                    let nth = usize::try_from(part)?;
                    let words = Part {
                        last: nth + 1 >= parts.len(),
                        text: parts.into_iter().nth(nth).context("no such part")?,
                    };
                    let id = reply.id;
                    self.decide(&log, |state| state.start_sending(id, part, &words))
                        .await?;
                    let call = format!("call-{id}-{part}");
                    self.at += SignedDuration::from_millis(self.chance(&call, 60, 700));
                    let provider = ProviderId::new(format!("demo-{id}.{part}"));
                    let ended = Outcome::Sent(provider, Evidence::Receipt);
                    self.decide(&log, |state| {
                        Ok::<_, Infallible>(state.sending_ended(id, part, &ended))
                    })
                    .await?;
                }
            }
        }
    }
}
