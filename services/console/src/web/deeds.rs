//! `POST /c/{shop}/{id}/deeds`: what a person wants done with a chat is recorded at the shop's desk, once; escalation does
//! it by the rules that its cards follow. The page waits a moment for what came of it.

use std::{convert::Infallible, time::Duration};

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Conversation, Desk};
use eventlog::AppendError;
use schemas::{
    AggregateKey, EventId, RequestId,
    conversation::{Actor, ReplyWay},
    desk::{ChatDeed, DeedAsked, Settlement},
};
use serde::Deserialize;
use tokio::time::Instant;

use super::{Failure, Seen, Site, chat, frame::Visit, words::Words};

/// How long a page waits for what came of something.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(30);
/// The longest reply, characters; the channel cuts it into parts.
const LONGEST: usize = 8_000;

/// A form.
#[derive(Deserialize)]
pub(crate) struct Wish {
    /// Drawn when the form was shown.
    nonce: String,
    deed: String,
    /// The matter that the page showed.
    #[serde(default)]
    matter: String,
    /// How many unanswered messages it showed.
    #[serde(default)]
    seen: u32,
    #[serde(default)]
    text: String,
    #[serde(default)]
    way: String,
}

impl Wish {
    fn deed(&self) -> Result<ChatDeed, Failure> {
        Ok(match self.deed.as_str() {
            "send_draft" => ChatDeed::SendDraft { seen: self.seen },
            "reply" => {
                if self.text.chars().count() > LONGEST {
                    return Err(Failure::BadRequest("the reply is too long"));
                }
                ChatDeed::Reply {
                    // Forms send line breaks as two characters.
                    text: self.text.replace("\r\n", "\n").trim().to_owned().into(),
                    way: match self.way.as_str() {
                        "edited_draft" => ReplyWay::EditedDraft,
                        _ => ReplyWay::OwnWords,
                    },
                }
            }
            "take_over" => ChatDeed::TakeOver,
            "take_away" => ChatDeed::TakeAway,
            "give_back" => ChatDeed::GiveBack,
            "close" => ChatDeed::Close,
            "mute" => ChatDeed::Mute,
            "unmute" => ChatDeed::Unmute,
            "needed" => ChatDeed::Judge { needed: true },
            "needless" => ChatDeed::Judge { needed: false },
            _ => return Err(Failure::BadRequest("no such deed")),
        })
    }

    /// The same form with the same content is the same request; a form that was gone back to and changed is another.
    fn request(&self, by: &str, key: &AggregateKey) -> Result<RequestId, Failure> {
        let content = [&self.deed, &self.matter, &self.text, &self.way].map(String::as_str);
        request(&self.nonce, by, key, &content)
    }
}

/// The request that a form with this number and this content is.
pub(crate) fn request(
    nonce: &str,
    by: &str,
    key: &AggregateKey,
    content: &[&str],
) -> Result<RequestId, Failure> {
    if nonce.len() < 16 {
        return Err(Failure::BadRequest("the form has no number"));
    }
    let key = key.to_string();
    let mut parts = vec!["console", nonce, by, &key];
    parts.extend(content);
    Ok(RequestId::derive(&parts))
}

/// `POST /c/{shop}/{id}/deeds`.
pub(crate) async fn ask(
    Seen(site): Seen,
    visit: Visit,
    Path((shop, id)): Path<(String, String)>,
    Form(wish): Form<Wish>,
) -> Result<Response, Failure> {
    let key = chat::key(&shop, &id)?;
    let known = site.log.load::<Conversation>(&key).await?;
    if known.state.address().is_none() {
        return Err(Failure::NotFound);
    }
    let matter: Option<EventId> = match wish.matter.as_str() {
        "" => None,
        matter => Some(
            matter
                .parse()
                .map_err(|_| Failure::BadRequest("no such matter"))?,
        ),
    };
    let request = wish.request(&visit.name, &key)?;
    record(&site, &key, visit.name, request, matter, wish.deed()?).await?;
    let back = format!("/c/{shop}/{id}?asked={request}");
    Ok(Redirect::to(&back).into_response())
}

/// Records what somebody wants done with a chat or its order, and waits a moment for what comes of it.
pub(crate) async fn record(
    site: &Site,
    key: &AggregateKey,
    by: String,
    request: RequestId,
    matter: Option<EventId>,
    deed: ChatDeed,
) -> Result<(), Failure> {
    let asked = DeedAsked {
        request,
        by: Actor::Console(by),
        conversation: key.conversation_id().ok_or(Failure::NotFound)?,
        matter,
        deed,
    };
    let desk = AggregateKey::desk(key.shop_id());
    let recorded = site
        .log
        .decide::<Desk, Infallible>(&desk, |state| Ok(state.ask(&asked)))
        .await;
    recorded.map_err(|error: AppendError<Infallible>| Failure::Log(error.into()))?;
    wait(site, &desk, request).await
}

/// Waits until somebody has seen to it, or long enough: the page shows what is known, and hears of the rest.
async fn wait(site: &Site, desk: &AggregateKey, request: RequestId) -> Result<(), Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let state = site.log.load::<Desk>(desk).await?.state;
        if state.outcome(request).is_some() || Instant::now() > deadline {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// What came of something, for whoever asked.
pub(crate) struct Told {
    /// Whether it was done.
    pub(crate) done: bool,
    pub(crate) text: String,
    /// Words that were not sent, and where they come from.
    pub(crate) unsent: Option<(String, &'static str)>,
}

/// What the desk knows of a request.
pub(crate) fn told(
    desk: &Desk,
    request: RequestId,
    name: &dyn Fn(&Actor) -> String,
    w: &'static Words,
) -> Option<Told> {
    let Some((asked, handled)) = desk.outcome(request) else {
        return desk.knows(request).then(|| Told {
            done: true,
            text: w.told_waits.to_owned(),
            unsent: None,
        });
    };
    let (done, text) = sentence(&handled.outcome, w);
    let mut text = text.to_owned();
    if let Some(how) = handled.settled {
        let first = text.trim_end_matches('.').to_owned();
        text = format!("{first}: {}.", ended(how, w));
    }
    if let Some(first) = &handled.first {
        text = format!("{text} {}: {}.", w.first_was, name(first));
    }
    let unsent = match &asked.deed {
        ChatDeed::Reply { text, way } if !done => {
            let way = match way {
                ReplyWay::EditedDraft => "edited_draft",
                ReplyWay::OwnWords | ReplyWay::Draft => "own_words",
            };
            Some((text.text().to_owned(), way))
        }
        _ => None,
    };
    Some(Told { done, text, unsent })
}

/// Whether it was done, and how that is said.
fn sentence(outcome: &str, w: &'static Words) -> (bool, &'static str) {
    match outcome {
        "draft_sent" => (true, w.told_draft_sent),
        "replied" => (true, w.told_replied),
        "taken" => (true, w.told_taken),
        "given_back" => (true, w.told_given_back),
        "closed" => (true, w.told_closed),
        "muted" => (true, w.told_muted),
        "unmuted" => (true, w.told_unmuted),
        "judged_needed" | "judged_needless" => (true, w.told_judged),
        "already_settled" => (false, w.told_settled),
        "taken_by_another" => (false, w.told_taken_by),
        "another_answers" => (false, w.told_answers),
        "no_draft" => (false, w.told_no_draft),
        "buyer_wrote" => (false, w.told_buyer_wrote),
        "already_so" => (false, w.told_already_so),
        "no_words" => (false, w.told_no_words),
        "no_chat" => (false, w.told_no_chat),
        "unreadable" => (false, w.told_unreadable),
        other => match w.orders().outcome(other) {
            Some(told) => told,
            None => (false, w.told_forgotten),
        },
    }
}

fn ended(how: Settlement, w: &'static Words) -> &'static str {
    match how {
        Settlement::DraftSent => w.how_draft_sent,
        Settlement::Answered => w.how_answered,
        Settlement::AnsweredOutside => w.how_answered_outside,
        Settlement::GivenBack => w.how_given_back,
        Settlement::Closed => w.how_closed,
        Settlement::Muted => w.how_muted,
        Settlement::Superseded => w.how_superseded,
        Settlement::OrderApproved => w.how_order_approved,
        Settlement::OrderRejected => w.how_order_rejected,
        Settlement::OrderCancelled => w.how_order_cancelled,
        Settlement::OrderExpired => w.how_order_expired,
    }
}
