//! Between `torg.desk.v1` and what the desk knows: ids, people, matters, deeds. No rules.

use domain::{
    conversation::{Action, ActionRefusal},
    desk::Matter,
};
use jiff::Timestamp;
use proto::desk::{self as wire, act_request::Deed, actor::Who};
use schemas::{
    AggregateKey, ConversationId, EventData, EventId, Recorded, ShopId,
    conversation::{Actor, ConversationEvent as Event, Intent, ReplyWay},
    desk::{MatterState, Settlement},
    shop::Hold,
};
use serde::Serialize;
use tonic::Status;

use crate::{
    chat::{Chat, Side},
    matters::{Seen, Verdict},
    orders,
};

/// How many messages of a chat are shown when nobody says how many …
const MESSAGES: usize = 10;
/// … and at the most.
const MOST_MESSAGES: usize = 100;

/// What somebody wants done: to a chat, or to the desk.
pub(crate) enum Wish {
    /// Something that the conversation decides.
    Act(Action),
    /// Leave a matter alone until then.
    Snooze(Timestamp),
}

pub(crate) fn shop(id: &str) -> Result<ShopId, Status> {
    ShopId::new(id).map_err(|error| Status::invalid_argument(error.to_string()))
}

pub(crate) fn matter_id(id: &str) -> Result<EventId, Status> {
    id.parse()
        .map_err(|_| Status::invalid_argument(format!("matter {id:?} is not a uuid")))
}

/// An intent, by its name in the log.
pub(crate) fn intent(name: &str) -> Result<Intent, Status> {
    Intent::parse(name).ok_or_else(|| {
        Status::invalid_argument(format!(
            "{name:?} is no intent; write its name in the log, as stock_inquiry"
        ))
    })
}

pub(crate) fn conversation_id(id: &str) -> Result<ConversationId, Status> {
    id.parse()
        .map_err(|_| Status::invalid_argument(format!("conversation_id {id:?} is not a uuid")))
}

pub(crate) fn actor(by: Option<wire::Actor>) -> Result<Actor, Status> {
    match by.and_then(|by| by.who) {
        Some(Who::Telegram(seller)) => Ok(Actor::Telegram(seller)),
        Some(Who::Name(name)) if !name.trim().is_empty() => {
            Ok(Actor::Console(name.trim().to_owned()))
        }
        Some(Who::Name(_)) | None => Err(Status::invalid_argument(
            "by is empty: name who acts, by a Telegram user id or by a name",
        )),
    }
}

pub(crate) fn wish(deed: Option<Deed>) -> Result<Wish, Status> {
    Ok(Wish::Act(match deed {
        None => {
            return Err(Status::invalid_argument(
                "no deed: give one of send_draft, reply, take_over, take_away, give_back, close, snooze, mute, unmute, \
                 judge",
            ));
        }
        Some(Deed::Snooze(snooze)) => {
            let until = snooze.until.parse().map_err(|error| {
                Status::invalid_argument(format!(
                    "until {:?} is not RFC 3339: {error}",
                    snooze.until
                ))
            })?;
            return Ok(Wish::Snooze(until));
        }
        Some(Deed::SendDraft(draft)) => Action::SendDraft { seen: draft.seen },
        Some(Deed::Reply(reply)) => Action::Reply {
            text: reply.text,
            way: if reply.edited_draft {
                ReplyWay::EditedDraft
            } else {
                ReplyWay::OwnWords
            },
        },
        Some(Deed::TakeOver(_)) => Action::TakeOver,
        Some(Deed::TakeAway(_)) => Action::TakeAway,
        Some(Deed::GiveBack(_)) => Action::GiveBack,
        Some(Deed::Close(_)) => Action::Close,
        Some(Deed::Mute(_)) => Action::Mute,
        Some(Deed::Unmute(_)) => Action::Unmute,
        Some(Deed::Judge(judge)) => Action::Judge {
            needed: judge.needed,
        },
    }))
}

pub(crate) fn hold(text: &str) -> Result<Option<Hold>, Status> {
    match text {
        "paused" => Ok(Some(Hold::Paused)),
        "stopped" => Ok(Some(Hold::Stopped)),
        "released" => Ok(None),
        other => Err(Status::invalid_argument(format!(
            "no hold {other:?}; there are paused, stopped, released"
        ))),
    }
}

pub(crate) const fn held(hold: Option<Hold>) -> &'static str {
    match hold {
        Some(Hold::Paused) => "paused",
        Some(Hold::Stopped) => "stopped",
        None => "released",
    }
}

pub(crate) fn matter(seen: Seen) -> wire::Matter {
    let Seen {
        matter,
        draft,
        order,
    } = seen;
    let Matter { face, .. } = matter;
    let (state, by, how) = match face.state {
        MatterState::Open => ("open", None, None),
        MatterState::Taken(by) => ("taken", Some(by), None),
        MatterState::Settled { how, by } => ("settled", by, Some(how)),
    };
    let snoozed = matter.snoozed.map(|(until, _)| until.to_string());
    wire::Matter {
        id: matter.id.to_string(),
        conversation_id: matter.conversation.to_string(),
        reason: wire_name(&matter.reason),
        since: matter.since.to_string(),
        state: state.to_owned(),
        by: by.map(person),
        how: how.map_or_else(String::new, |how| wire_name(&how)),
        unanswered: face.unanswered,
        draft: draft.unwrap_or_default(),
        snoozed_until: snoozed.unwrap_or_default(),
        needed: face.judged,
        order: order.as_ref().map(orders::contract::order),
    }
}

/// One matter with the end of its chat; `most`: so many messages, 0: as many as usual.
pub(crate) fn whole(seen: Seen, chat: Chat, most: u32) -> wire::GetMatterResponse {
    let most = match usize::try_from(most).unwrap_or(MOST_MESSAGES) {
        0 => MESSAGES,
        some => some.min(MOST_MESSAGES),
    };
    let start = chat.lines.len().saturating_sub(most);
    let messages = chat.lines.into_iter().skip(start);
    let terms = seen.order.as_ref().map(orders::contract::terms);
    wire::GetMatterResponse {
        terms,
        matter: Some(matter(seen)),
        owner: chat.state.owner().as_str().to_owned(),
        holder: chat.state.holder().cloned().map(person),
        buyer: chat.buyer.unwrap_or_default(),
        messages: messages
            .map(|line| wire::Message {
                from: match line.side {
                    Side::Buyer => "buyer",
                    Side::Bot => "bot",
                    Side::Seller => "seller",
                }
                .to_owned(),
                text: line.text,
                time: line.at.to_string(),
            })
            .collect(),
    }
}

/// What came of a deed. `fits`: whether an event is what this request asks for; `refused`: what a refusal is called.
pub(crate) fn outcome<E: EventData, R>(
    verdict: Verdict<E, R>,
    request_id: &str,
    fits: impl FnOnce(&E) -> bool,
    refused: impl FnOnce(R) -> Result<wire::Refused, Status>,
) -> Result<Result<wire::Done, wire::Refused>, Status> {
    let (recorded, again) = match verdict {
        Verdict::Done(recorded) => (recorded, false),
        Verdict::Again(recorded) if fits(&recorded.event) => (recorded, true),
        Verdict::Again(Recorded { event, .. }) => {
            return Err(Status::invalid_argument(format!(
                "request_id {request_id:?} asked for something else in this chat before ({}); give every request its own",
                event.type_name()
            )));
        }
        Verdict::Refused(refusal) => return refused(refusal).map(Err),
    };
    Ok(Ok(wire::Done {
        event_id: recorded.meta.id.to_string(),
        r#type: recorded.event.type_name().to_owned(),
        again,
    }))
}

/// Whether `event` is what `action` becomes.
pub(crate) fn becomes(action: &Action, event: &Event) -> bool {
    match (action, event) {
        (Action::SendDraft { .. }, Event::SellerReplied(reply)) => reply.way == ReplyWay::Draft,
        (Action::Reply { text, way }, Event::SellerReplied(reply)) => {
            reply.way == *way && reply.text.text() == text.trim()
        }
        (Action::Judge { needed }, Event::HandoffJudged(judged)) => judged.needed == *needed,
        (Action::TakeOver | Action::TakeAway, Event::ChatTaken(_))
        | (Action::GiveBack, Event::ChatGivenBack(_))
        | (Action::GiveBack | Action::Unmute, Event::BuyerUnmuted(_))
        | (Action::Close, Event::ChatClosed(_))
        | (Action::Mute, Event::BuyerMuted(_)) => true,
        _ => false,
    }
}

pub(crate) fn refused(refusal: ActionRefusal) -> Result<wire::Refused, Status> {
    let mut told = wire::Refused::default();
    let (why, what) = match refusal {
        ActionRefusal::Settled(done) => {
            let who = done.by.as_ref().map_or_else(String::new, by);
            let what = format!("this matter is done: {}{who}", settled(done.how));
            told.how = wire_name(&done.how);
            told.by = done.by.map(person);
            ("settled", what)
        }
        ActionRefusal::TakenBy(other) => {
            let what = format!("the chat was taken{}", by(&other));
            told.by = Some(person(other));
            ("taken", what)
        }
        ActionRefusal::SellerAnswers(Some(other)) => {
            let what = format!("the buyer is being answered{}", by(&other));
            told.by = Some(person(other));
            ("answered", what)
        }
        ActionRefusal::SellerAnswers(None) => (
            "answered",
            "the buyer is being answered in the provider's own app".to_owned(),
        ),
        ActionRefusal::NoDraft => (
            "no_draft",
            "there is nothing that the bot would have said".to_owned(),
        ),
        ActionRefusal::BuyerWrote { unanswered } => {
            told.unanswered = unanswered;
            let what = format!("the buyer wrote meanwhile: {unanswered} messages are unanswered");
            ("buyer_wrote", what)
        }
        ActionRefusal::AlreadySo => ("already_so", "it is so already".to_owned()),
        ActionRefusal::NoWords => ("no_words", "there are no words to send".to_owned()),
        ActionRefusal::Forgotten => (
            "no_matter",
            "there is no such matter in this chat now, or it is long forgotten".to_owned(),
        ),
        ActionRefusal::NoChat => {
            return Err(Status::not_found("no such conversation in this shop"));
        }
    };
    Ok(wire::Refused {
        why: why.to_owned(),
        what_happened: what,
        ..told
    })
}

pub(crate) const fn settled(how: Settlement) -> &'static str {
    match how {
        Settlement::DraftSent => "what the bot would have said was sent",
        Settlement::Answered => "it was answered",
        Settlement::AnsweredOutside => "it was answered in the provider's own app",
        Settlement::GivenBack => "the chat was given back to the bot",
        Settlement::Closed => "it was closed",
        Settlement::Muted => "the buyer was muted",
        Settlement::Superseded => "the bot stopped again, for something newer",
        Settlement::OrderApproved => "the order was approved",
        Settlement::OrderRejected => "the order was rejected",
        Settlement::OrderCancelled => "the order was cancelled",
        Settlement::OrderExpired => "nobody approved the order in time",
    }
}

pub(crate) fn by(who: &Actor) -> String {
    match who {
        Actor::Telegram(seller) => format!(" by seller {seller}"),
        Actor::Console(name) => format!(" by {name}"),
    }
}

pub(crate) fn person(who: Actor) -> wire::Actor {
    wire::Actor {
        who: Some(match who {
            Actor::Telegram(seller) => Who::Telegram(seller),
            Actor::Console(name) => Who::Name(name),
        }),
    }
}

/// The name under which a value stands in events.
pub(crate) fn wire_name(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    let text = value.as_ref().and_then(serde_json::Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// A request's id that stood for another request before.
pub(crate) fn another(request_id: &str, what: &str) -> Status {
    Status::invalid_argument(format!(
        "request_id {request_id:?} asked for something else here before ({what}); give every request its own"
    ))
}

/// What a request about `key` is known by: the same one again has the same.
pub(crate) fn cause(key: &AggregateKey, request_id: &str) -> Result<schemas::Cause, Status> {
    if request_id.trim().is_empty() {
        return Err(Status::invalid_argument(
            "request_id is empty: without one, a request that is sent again would be another",
        ));
    }
    let id = EventId::derive(&["desk", &key.to_string(), request_id]);
    Ok(schemas::Cause {
        id,
        correlation: Some(id),
    })
}
