//! The seller's desk: what sellers press and write to its bot becomes events of the shop's desk, once.
//!
//! A bot of the desk's own has no other business. One that is the shop's channel as well hears buyers too, and here is
//! decided who is who. What a tap does and what a code is worth is for those who read the events.

use std::{
    convert::Infallible,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use channels::desk::{self, DeskUpdate};
use domain::{Desk, desk::Said};
use eventlog::EventLog;
use schemas::{
    AggregateKey, EventData as _, EventId, Personal, ProviderId, ShopId,
    conversation::ChannelKind,
    desk::{DeskEvent, SellerSaid, SellerTapped},
    envelope::event_id,
};
use serde_json::Value;
use tracing::Instrument as _;

use crate::{
    bots::Bot,
    record::{INGEST, NotRecorded, Receipt, count, in_time},
    strangers::{self, Strangers},
};

/// How old the answer to "who sits at the desk" may be. A seller needs longer to read that a code was good.
const RECENT: Duration = Duration::from_millis(500);

/// The desks of all shops.
pub(crate) struct Desks {
    log: EventLog,
    state_dir: PathBuf,
    strangers: Mutex<Strangers>,
    /// Held from looking whether pasted keys are known until they are: a repeat must not bring back a file that was
    /// dropped in between.
    keeping: tokio::sync::Mutex<()>,
}

/// Whose bot said something.
pub(crate) struct Source<'a> {
    pub(crate) shop: &'a ShopId,
    pub(crate) bot: &'a Bot,
    /// Sellers of the shop's file.
    pub(crate) sellers: &'a [i64],
}

/// What an update is to the desk.
#[derive(Debug)]
pub(crate) enum Heard {
    /// It is in the desk's history.
    Recorded(Receipt),
    /// It is the desk's, and there is nothing to record.
    Dropped,
    /// It is none of the desk's business.
    NotOurs,
}

impl Desks {
    pub(crate) fn new(log: EventLog, state_dir: PathBuf) -> Self {
        Self {
            log,
            state_dir,
            strangers: Mutex::default(),
            keeping: tokio::sync::Mutex::default(),
        }
    }

    /// Takes in one update of a bot that is the desk's; durable when this returns.
    pub(crate) async fn take_in(
        &self,
        source: &Source<'_>,
        update: &Value,
    ) -> Result<Heard, NotRecorded> {
        let shop = source.shop;
        let span =
            tracing::info_span!("receive", otel.kind = "server", shop.id = %shop, channel = "desk");
        let hearing = self.hear(source, update).instrument(span);
        in_time(ChannelKind::Telegram, hearing).await
    }

    async fn hear(&self, source: &Source<'_>, update: &Value) -> Result<Heard, NotRecorded> {
        let key = AggregateKey::desk(source.shop);
        let state = self.log.load_recent::<Desk>(&key, RECENT).await;
        let state = state.map_err(NotRecorded::log)?.state;
        let author = author(update);
        let seller = author.is_some_and(|who| state.is_seller(source.sellers, who));
        // Who has named a code that nobody has looked at yet is no buyer either.
        let known = author.filter(|who| seller || waits(&state, *who));
        let read = desk::read(update, &source.bot.id);
        let (shop, bot) = (source.shop, &source.bot.id);
        if let DeskUpdate::Ignored(why) = &read {
            if source.bot.buyers && known.is_none() {
                return Ok(Heard::NotOurs);
            }
            tracing::debug!(shop.id = %shop, "bot {bot} has nothing for the desk: {why}");
            return Ok(Heard::Dropped);
        }
        if !desk::is_desk(&read, known.as_slice(), source.bot.buyers) {
            return Ok(Heard::NotOurs);
        }
        let Some(said) = heed(read, seller) else {
            tracing::debug!(shop.id = %shop, "a stranger sent bot {bot} something other than words");
            return Ok(Heard::Dropped);
        };
        let receipt = if seller {
            self.count_and_record(shop, &key, said, true).await?
        } else {
            let (who, now) = (said.seller(), boot::clock::now());
            if !self.strangers().may_write(shop, who, now) {
                tracing::debug!(shop.id = %shop, "a stranger has written to bot {bot} too often today");
                return Ok(Heard::Dropped);
            }
            let receipt = self.count_and_record(shop, &key, said, false).await?;
            if receipt.new {
                self.strangers().wrote(shop, who, now);
            }
            receipt
        };
        Ok(Heard::Recorded(receipt))
    }

    fn strangers(&self) -> MutexGuard<'_, Strangers> {
        let strangers = self.strangers.lock();
        strangers.unwrap_or_else(PoisonError::into_inner)
    }

    async fn count_and_record(
        &self,
        shop: &ShopId,
        key: &AggregateKey,
        said: Said,
        seller: bool,
    ) -> Result<Receipt, NotRecorded> {
        let recorded = self.record(shop, key, said, seller).await;
        count(ChannelKind::Telegram, &recorded);
        recorded
    }

    async fn record(
        &self,
        shop: &ShopId,
        key: &AggregateKey,
        mut said: Said,
        seller: bool,
    ) -> Result<Receipt, NotRecorded> {
        let mut _keeping = None;
        if let Said::Words(words) = &mut said
            && let Some(concealed) = desk::without_secrets(words.text.text())
        {
            let pasted = std::mem::replace(&mut words.text, Personal::new(concealed));
            if seller && let Some(keys) = desk::avito_keys(pasted.text()) {
                let name = desk::kept_name(&words.provider_id);
                words.kept = Some(name.clone());
                _keeping = Some(self.keeping.lock().await);
                let state = self.log.load::<Desk>(key).await;
                let state = state.map_err(NotRecorded::log)?.state;
                if !state.receive(&said).events.is_empty() {
                    self.keep(shop, name, keys).await?;
                }
            }
        }
        self.append(key, &said).await
    }

    /// Has keys on the disk before anything names them.
    async fn keep(
        &self,
        shop: &ShopId,
        name: String,
        keys: desk::AvitoKeys,
    ) -> Result<(), NotRecorded> {
        let (state_dir, shop) = (self.state_dir.clone(), shop.clone());
        let writing =
            tokio::task::spawn_blocking(move || desk::keep(&state_dir, &shop, &name, &keys));
        let kept = writing.await.map_err(std::io::Error::other);
        kept.and_then(|kept| kept).map_err(NotRecorded::Keys)
    }

    async fn append(&self, key: &AggregateKey, said: &Said) -> Result<Receipt, NotRecorded> {
        // What an unreadable commit says is missing, and what sellers do is taken in all the same.
        let appended = self
            .log
            .decide_past_poison::<Desk, Infallible>(key, |state| Ok(state.receive(said)))
            .await
            .map_err(NotRecorded::Log)?;
        let first = appended.recorded.first().map(|recorded| recorded.meta.id);
        Ok(Receipt {
            event: first.unwrap_or_else(|| id_of(key, said)),
            key: key.clone(),
            new: first.is_some(),
        })
    }
}

/// Who did something in the private chat with the bot; also when it is nothing that the desk reads, as an edit.
/// Business chats are the buyers'.
fn author(update: &Value) -> Option<i64> {
    let message = ["message", "edited_message", "my_chat_member"]
        .into_iter()
        .find_map(|kind| update.get(kind));
    let (from, chat) = match update.get("callback_query") {
        Some(query) => (query.get("from"), query.get("message")?.get("chat")),
        None => (message?.get("from"), message?.get("chat")),
    };
    let number = |value: Option<&Value>| value?.get("id")?.as_i64();
    let who = number(from)?;
    (number(chat) == Some(who)).then_some(who)
}

/// Whether somebody has named a code that nobody has looked at yet.
fn waits(desk: &Desk, who: i64) -> bool {
    let names_code = |said: &Said| match said {
        Said::Words(words) => desk::start_code(words.text.text())
            .is_some_and(|code| code.starts_with(desk::CODE_PREFIX)),
        Said::Tapped(_) => false,
    };
    let mut inputs = desk.inputs().iter().map(|input| &input.what);
    inputs.any(|said| said.seller() == who && names_code(said))
}

/// What is recorded of it; `None` for what nobody would look at.
fn heed(update: DeskUpdate, seller: bool) -> Option<Said> {
    Some(match update {
        DeskUpdate::Tapped {
            callback_id,
            seller,
            message_id,
            data,
            ..
        } => Said::Tapped(SellerTapped {
            callback: ProviderId::new(callback_id),
            seller,
            message: message_id,
            data,
        }),
        DeskUpdate::Said {
            key,
            seller: who,
            seller_name,
            message_id,
            text,
            reply_to,
            ..
        } => Said::Words(SellerSaid {
            provider_id: key,
            seller: who,
            name: seller_name,
            message: message_id,
            reply_to,
            text: if seller {
                text
            } else {
                Personal::new(strangers::cut(text.text()))
            },
            kept: None,
        }),
        // Without words, but a seller has to be told that only words are read.
        DeskUpdate::Unreadable {
            key,
            seller: who,
            message_id,
            reply_to,
            ..
        } if seller => Said::Words(SellerSaid {
            provider_id: key,
            seller: who,
            name: None,
            message: message_id,
            reply_to,
            text: Personal::new(String::new()),
            kept: None,
        }),
        DeskUpdate::Unreadable { .. } | DeskUpdate::Ignored(_) => return None,
    })
}

/// The id that the event of this fact has had since it came first.
fn id_of(key: &AggregateKey, said: &Said) -> EventId {
    let decision = Desk::default().receive(said);
    let name = decision.events.first().map_or("", DeskEvent::type_name);
    event_id(key, decision.cause, INGEST, name, 0)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use schemas::{Fold as _, Recorded, envelope::Meta};
    use serde_json::json;

    use super::*;

    fn message(who: i64, chat: i64) -> Value {
        json!({"message_id": 7, "from": {"id": who}, "chat": {"id": chat}})
    }

    #[test]
    fn who_does_something_is_known_even_when_the_desk_does_not_read_it() {
        for kind in ["message", "edited_message", "my_chat_member"] {
            assert_eq!(
                author(&json!({kind: message(555, 555)})),
                Some(555),
                "{kind}"
            );
            // A group is nobody's private chat.
            assert_eq!(author(&json!({kind: message(555, -100)})), None, "{kind}");
        }
        let tap = json!({"callback_query": {"from": {"id": 555}, "message": message(1, 555)}});
        assert_eq!(author(&tap), Some(555));
        for none in [json!({}), json!({"business_message": message(555, 555)})] {
            assert_eq!(author(&none), None, "{none}");
        }
    }

    /// A desk to which somebody wrote, and nobody has looked at it.
    fn desk_with(who: i64, text: &str) -> Desk {
        let mut desk = Desk::default();
        let words = SellerSaid {
            provider_id: ProviderId::new("1:7"),
            seller: who,
            name: None,
            message: 7,
            reply_to: None,
            text: text.to_owned().into(),
            kept: None,
        };
        let id = EventId::derive(&["test"]);
        desk.evolve(&Recorded {
            seq: 1,
            version: 1,
            meta: Meta {
                id,
                time: Timestamp::UNIX_EPOCH,
                source: "test".into(),
                correlation: id,
                causation: None,
                traceparent: None,
            },
            event: DeskEvent::SellerSaid(words),
        });
        desk
    }

    #[test]
    fn who_has_named_a_code_waits_to_be_let_in_and_nobody_else_does() {
        let desk = desk_with(7, "/start desk-7F3K9Q");
        assert!(waits(&desk, 7));
        assert!(!waits(&desk, 8));
        assert!(!waits(&desk_with(7, "/start RG-20-RED"), 7));
        assert!(!waits(&desk_with(7, "desk-7F3K9Q"), 7));
    }
}
