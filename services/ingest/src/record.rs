//! From what a provider says to one durable commit. Whatever was already recorded adds nothing.

use std::{convert::Infallible, io, time::Duration};

use channels::Inbound;
use domain::{
    Conversation, Shop,
    conversation::{Incoming, OwnMessage},
};
use eventlog::{AppendError, EventLog, LogError};
use schemas::{
    AggregateKey, ConversationId, Decision, EventData as _, EventId, Personal, ShopId,
    conversation::{
        ButtonPressed, ChannelKind, ChatAddress, ConversationEvent, MessageDeleted, MessageEdited,
        MessageReceived, NoticeReceived,
    },
    envelope::event_id,
    shop::WebhookUnrecognised,
};
use tracing::Instrument as _;

use crate::figures;

/// The service that records these events; part of their ids.
pub(crate) const INGEST: &str = "ingest";

/// Where something was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// The event that holds it, now or since it came first.
    pub(crate) event: EventId,
    /// The history that the event is in.
    pub(crate) key: AggregateKey,
    /// Whether it is new.
    pub(crate) new: bool,
}

/// Within which a webhook is answered: Avito hangs up after 2 seconds and then sees no answer at all.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_700);

/// The log did not take it, or not in time: answer 503, the provider comes again. Nothing is doubled by that.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRecorded {
    /// The log did not take it.
    #[error("the log does not take it")]
    Log(#[source] AppendError<Infallible>),
    /// The log takes too long.
    #[error("the log takes longer than a provider waits")]
    Late,
    /// Keys that came with it cannot be put aside, and the log is no place for them.
    #[error("pasted keys cannot be written to the state directory")]
    Keys(#[source] io::Error),
}

impl NotRecorded {
    /// The log could not be read.
    pub(crate) fn log(error: LogError) -> Self {
        Self::Log(AppendError::Log(error))
    }
}

/// Records one thing; `None` when there is nothing to record. The trace of all that follows from it begins here.
pub(crate) async fn record(
    log: &EventLog,
    shop: &ShopId,
    inbound: Inbound,
    origin: &Origin<'_>,
) -> Result<Option<Receipt>, NotRecorded> {
    let channel = origin.kind.as_str();
    let span = tracing::info_span!("receive", otel.kind = "server", shop.id = %shop, channel);
    let taking_in = take_in(log, shop, inbound, origin).instrument(span);
    in_time(origin.kind, taking_in).await
}

/// Gives up when the log takes longer than a provider waits.
pub(crate) async fn in_time<T>(
    kind: ChannelKind,
    taking_in: impl Future<Output = Result<T, NotRecorded>>,
) -> Result<T, NotRecorded> {
    let taken_in = tokio::time::timeout(ANSWER_WITHIN, taking_in).await;
    taken_in.unwrap_or_else(|_| {
        figures::count(kind, figures::Outcome::NotTaken);
        Err(NotRecorded::Late)
    })
}

/// Counts what became of something.
pub(crate) fn count(kind: ChannelKind, recorded: &Result<Receipt, NotRecorded>) {
    figures::count(
        kind,
        match recorded {
            Ok(receipt) if receipt.new => figures::Outcome::New,
            Ok(_) => figures::Outcome::Repeat,
            Err(_) => figures::Outcome::NotTaken,
        },
    );
}

async fn take_in(
    log: &EventLog,
    shop: &ShopId,
    inbound: Inbound,
    origin: &Origin<'_>,
) -> Result<Option<Receipt>, NotRecorded> {
    let recorded = match incoming(inbound) {
        Told::Nothing => return Ok(None),
        Told::Chat(address, incoming) => {
            let id = ConversationId::of(
                shop,
                address.channel.as_str(),
                &address.account,
                &address.chat,
            );
            let key = AggregateKey::conversation(shop, id);
            let notice = autoreply(&incoming, origin.autoreplies);
            conversation(log, key, &incoming, notice.as_ref()).await
        }
        Told::Strange => unrecognised(log, shop, origin).await,
    };
    count(origin.kind, &recorded);
    recorded.map(Some)
}

/// Where a body came from.
pub(crate) struct Origin<'a> {
    pub(crate) kind: ChannelKind,
    pub(crate) account: &'a str,
    /// To be kept whole when it is not understood.
    pub(crate) body: &'a [u8],
    /// Texts that the provider sends by itself in the seller's name.
    pub(crate) autoreplies: &'a [String],
}

/// The notice that an own message is when nobody wrote it: its words are those of an autoreply. White space is folded,
/// as providers do.
fn autoreply(incoming: &Incoming, autoreplies: &[String]) -> Option<Incoming> {
    let Incoming::Own(message) = incoming else {
        return None;
    };
    let text = message.content.text();
    let same = |own: &String| {
        let words = own.split_whitespace();
        words.clone().next().is_some() && words.eq(text.split_whitespace())
    };
    autoreplies.iter().any(same).then(|| {
        Incoming::Notice(NoticeReceived {
            provider_id: message.provider_id.clone(),
            what: "autoreply".to_owned(),
            text: Personal::new(text.to_owned()),
        })
    })
}

/// What the history says to it. The words of an autoreply may also be a reply of ours: then the history knows them, or
/// waits for them, and only what it would take for the seller's is the notice.
fn decide(
    state: &Conversation,
    incoming: &Incoming,
    notice: Option<&Incoming>,
) -> Decision<ConversationEvent> {
    let decision = state.receive(incoming);
    match (decision.events.as_slice(), notice) {
        ([ConversationEvent::SellerWrote(_)], Some(notice)) => state.receive(notice),
        _ => decision,
    }
}

async fn conversation(
    log: &EventLog,
    key: AggregateKey,
    incoming: &Incoming,
    notice: Option<&Incoming>,
) -> Result<Receipt, NotRecorded> {
    // A history with an unreadable commit still takes messages: they wait behind it, parked, not lost.
    let appended = log
        .decide_past_poison::<Conversation, Infallible>(&key, |state| {
            Ok(decide(state, incoming, notice))
        })
        .await
        .map_err(NotRecorded::Log)?;
    let first = appended.recorded.first().map(|recorded| recorded.meta.id);
    Ok(Receipt {
        event: first
            .or_else(|| appended.loaded.state.known_own(incoming))
            .unwrap_or_else(|| id_of(&key, incoming, notice)),
        key,
        new: first.is_some(),
    })
}

async fn unrecognised(
    log: &EventLog,
    shop: &ShopId,
    origin: &Origin<'_>,
) -> Result<Receipt, NotRecorded> {
    let webhook = WebhookUnrecognised {
        kind: origin.kind,
        account: origin.account.to_owned(),
        body: Personal::new(String::from_utf8_lossy(origin.body).into_owned()),
    };
    let name = EventId::derive(&[
        "webhook",
        origin.kind.as_str(),
        origin.account,
        webhook.body.text(),
    ]);
    let key = AggregateKey::unrecognised(shop, &name.to_string());
    let decide = |state: &Shop| Ok::<_, Infallible>(state.keep_unrecognised(&webhook));
    let appended = log
        .decide::<Shop, _>(&key, decide)
        .await
        .map_err(NotRecorded::Log)?;
    let first = appended.recorded.first().map(|recorded| recorded.meta.id);
    let again = || {
        let cause = Shop::default().keep_unrecognised(&webhook).cause;
        event_id(&key, cause, INGEST, "torg.shop.webhook_unrecognised.v1", 0)
    };
    Ok(Receipt {
        event: first.unwrap_or_else(again),
        key,
        new: first.is_some(),
    })
}

enum Told {
    Chat(ChatAddress, Box<Incoming>),
    Strange,
    Nothing,
}

fn incoming(inbound: Inbound) -> Told {
    let chat = |address, incoming| Told::Chat(address, Box::new(incoming));
    match inbound {
        Inbound::Message {
            address,
            provider_id,
            buyer,
            buyer_name,
            language_hint,
            listing,
            sent_at,
            content,
        } => chat(
            address.clone(),
            Incoming::Message(MessageReceived {
                address,
                provider_id,
                buyer,
                buyer_name,
                language_hint,
                listing,
                sent_at,
                content,
            }),
        ),
        Inbound::OwnMessage {
            address,
            provider_id,
            sent_at,
            content,
        } => chat(
            address.clone(),
            Incoming::Own(OwnMessage {
                address,
                provider_id,
                sent_at,
                content,
            }),
        ),
        Inbound::Edited {
            address,
            provider_id,
            edited_at,
            content,
        } => chat(
            address,
            Incoming::Edited(MessageEdited {
                provider_id,
                edited_at,
                content,
            }),
        ),
        Inbound::Deleted {
            address,
            provider_id,
        } => chat(address, Incoming::Deleted(MessageDeleted { provider_id })),
        Inbound::Notice {
            address,
            provider_id,
            what,
            text,
        } => chat(
            address,
            Incoming::Notice(NoticeReceived {
                provider_id,
                what,
                text,
            }),
        ),
        Inbound::Button {
            address,
            provider_id,
            data,
            ..
        } => chat(
            address,
            Incoming::Button(ButtonPressed { provider_id, data }),
        ),
        Inbound::Ignored(_) | Inbound::Unrecognised => Told::Strange,
        Inbound::Probe => Told::Nothing,
    }
}

/// The id that the event of this fact has had since it came first.
fn id_of(key: &AggregateKey, incoming: &Incoming, notice: Option<&Incoming>) -> EventId {
    let decision = decide(&Conversation::default(), incoming, notice);
    let name = decision
        .events
        .first()
        .map_or("", ConversationEvent::type_name);
    event_id(key, decision.cause, INGEST, name, 0)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use schemas::{Fold as _, ProviderId, Recorded, conversation::Content, envelope::Meta};

    use super::*;

    fn own(text: &str) -> Incoming {
        Incoming::Own(OwnMessage {
            address: ChatAddress {
                channel: ChannelKind::Avito,
                account: "94000311".to_owned(),
                chat: "u2i-1".to_owned(),
                connection: None,
            },
            provider_id: ProviderId::new("m-1"),
            sent_at: Timestamp::UNIX_EPOCH,
            content: Content::Text(Personal::new(text.to_owned())),
        })
    }

    #[test]
    fn the_words_of_an_autoreply_are_a_notice_once_and_any_others_are_the_sellers() {
        let configured = ["Ответим в течение часа.".to_owned(), " ".to_owned()];
        let told = own("Ответим  в\nтечение часа. ");
        let notice = autoreply(&told, &configured);
        let mut state = Conversation::default();
        let decision = decide(&state, &told, notice.as_ref());
        let [ConversationEvent::NoticeReceived(what)] = decision.events.as_slice() else {
            panic!("{decision:?}")
        };
        assert_eq!(what.what, "autoreply");
        let id = EventId::derive(&["test"]);
        state.evolve(&Recorded {
            seq: 1,
            version: 1,
            meta: Meta {
                id,
                time: Timestamp::UNIX_EPOCH,
                source: "test".into(),
                correlation: id,
                causation: Some(decision.cause.id),
                traceparent: None,
            },
            event: decision.events[0].clone(),
        });
        assert!(decide(&state, &told, notice.as_ref()).events.is_empty());
        for other in ["Ответим в течение двух часов.", ""] {
            let told = own(other);
            let notice = autoreply(&told, &configured);
            let decision = decide(&Conversation::default(), &told, notice.as_ref());
            assert!(
                matches!(
                    decision.events.as_slice(),
                    [ConversationEvent::SellerWrote(_)]
                ),
                "{other}"
            );
        }
    }
}
