//! `GET /c/{shop}/{id}`: one conversation. Its transcript, what is known of it now or was known at a moment of the past,
//! why something was said, and what can be done. Everything is folded from the log.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use domain::{Conversation, Desk, Owner, conversation::SettledMatter};
use schemas::{
    AggregateKey, ConversationId, EventId, Fold as _, Recorded, RequestId, ShopId,
    conversation::{Actor, ConversationEvent},
};
use serde::Deserialize;

use super::{
    Failure, Seen,
    deeds::{self, Told},
    frame::{Frame, Visit},
    moments::Moment,
    page,
    state::{self, Known, Product},
    transcript::{Entry, Writer},
    why::{Step, Teller},
    words::Words,
};
use crate::{
    names::{Names, Phrase},
    story::{Story, Until},
};

/// Which view of it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct View {
    /// Behind this commit of the conversation, from 1.
    #[serde(default)]
    step: Option<usize>,
    /// Explain this.
    #[serde(default)]
    why: Option<EventId>,
    /// Tell what came of this.
    #[serde(default)]
    asked: Option<RequestId>,
    /// Put the bot's draft into the reply, to change it.
    #[serde(default)]
    edit: Option<u8>,
}

/// What can be done.
struct Acts {
    matter: Option<Matter>,
    /// A matter that was settled and not judged.
    judge: Option<String>,
    take_over: bool,
    take_away: bool,
    give_back: bool,
    close: bool,
    mute: bool,
    unmute: bool,
}

/// What the bot handed over.
struct Matter {
    id: String,
    reason: &'static str,
    detail: Phrase,
    draft: Option<String>,
    /// How many unanswered messages there are.
    unanswered: u32,
}

/// Why something was said.
struct Why {
    steps: Vec<Step>,
}

/// The words in the reply's field before anybody types.
struct Reply {
    text: String,
    way: &'static str,
}

#[derive(Template)]
#[template(path = "chat.html")]
struct Chat {
    f: Frame,
    shop: String,
    id: String,
    title: String,
    channel: &'static str,
    owner: &'static str,
    kind: &'static str,
    entries: Vec<Entry>,
    steps: usize,
    step: usize,
    past: bool,
    moment: Moment,
    what: String,
    known: Vec<Known>,
    products: Vec<Product>,
    why: Option<Why>,
    acts: Acts,
    told: Option<Told>,
    reply: Reply,
    nonce: String,
}

impl Chat {
    /// This page at another step.
    fn at(&self, step: usize) -> String {
        format!("/c/{}/{}?step={step}", self.shop, self.id)
    }

    /// This page with an explanation.
    fn explained(&self, entry: &Entry) -> String {
        let step = if self.past {
            format!("step={}&", self.step)
        } else {
            String::new()
        };
        format!("/c/{}/{}?{step}why={}#why", self.shop, self.id, entry.id)
    }
}

/// The history that an address names.
pub(crate) fn key(shop: &str, id: &str) -> Result<AggregateKey, Failure> {
    let shop = ShopId::new(shop).map_err(|_| Failure::NotFound)?;
    let id: ConversationId = id.parse().map_err(|_| Failure::NotFound)?;
    Ok(AggregateKey::conversation(&shop, id))
}

/// `GET /c/{shop}/{id}`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Path((shop, id)): Path<(String, String)>,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let key = key(&shop, &id)?;
    let story = Story::read(&site.log, &key, Until::Now)
        .await
        .map_err(Failure::Log)?;
    let positions = positions(&story);
    let Some(address) = story.state.address().cloned() else {
        return Err(Failure::NotFound);
    };
    let steps = positions.len();
    let step = view.step.unwrap_or(steps).clamp(1, steps.max(1));
    let past = step < steps;
    let until = if past {
        positions.get(step - 1).copied()
    } else {
        None
    };
    let (then, events) = fold(&story, until);
    let desk = AggregateKey::desk(key.shop_id());
    let desk = site.log.load::<Desk>(&desk).await?.state;
    let f = Frame::new(&site, visit, "inbox").await?;
    let (w, clock) = (f.w, f.clock(&shop));
    let name = |by: &Actor| person(by, &desk, &f.name, w);
    let entries = Writer::new(&clock, &name, until).write(&story.events);
    let last = events.last().ok_or(Failure::NotFound)?;
    let moment_then = past.then_some(last.meta.time);
    let products = state::products(&site.log, key.shop_id(), &then, moment_then, w).await?;
    let told = view
        .asked
        .and_then(|request| deeds::told(&desk, request, &name, w));
    let reply = reply(&story.state, told.as_ref(), view.edit.is_some());
    let title = story.events.iter().rev().find_map(buyer);
    let why = view.why.map(|id| Why {
        steps: story.turn_of(id).map_or_else(Vec::new, |turn| {
            Teller::new(&clock, &shop).tell(&story.steps(turn))
        }),
    });
    page(&Chat {
        acts: acts(&story.state, &f.name, &Names::on(&clock)),
        known: state::known(&then, &events, &clock, &name),
        title: title.unwrap_or_else(|| w.no_name.to_owned()),
        channel: w.channel_of(address.channel.as_str()),
        owner: w.owner_of(story.state.owner().as_str()),
        kind: story.state.owner().as_str(),
        moment: clock.tell(last.meta.time),
        what: schemas::EventData::type_name(&last.event)
            .trim_start_matches("torg.conversation.")
            .split('.')
            .next()
            .unwrap_or_default()
            .to_owned(),
        nonce: boot::id::token(),
        f,
        shop,
        id,
        entries,
        steps,
        step,
        past,
        products,
        why,
        told,
        reply,
    })
}

/// The position of each commit, in order.
fn positions(story: &Story) -> Vec<u64> {
    let mut positions: Vec<u64> = story.events.iter().map(|event| event.seq).collect();
    positions.dedup();
    positions
}

/// The state behind a position, folded from nothing, and what it was folded from.
fn fold(story: &Story, until: Option<u64>) -> (Conversation, Vec<&Recorded<ConversationEvent>>) {
    let until = until.unwrap_or(u64::MAX);
    let mut state = Conversation::default();
    let events = story.events.iter();
    let events: Vec<_> = events.take_while(|event| event.seq <= until).collect();
    for event in &events {
        state.evolve(event);
    }
    (state, events)
}

fn buyer(recorded: &Recorded<ConversationEvent>) -> Option<String> {
    match &recorded.event {
        ConversationEvent::MessageReceived(event) => {
            let name = event.buyer_name.as_ref()?.text();
            (!name.trim().is_empty()).then(|| name.to_owned())
        }
        _ => None,
    }
}

/// A person of the shop, by name as far as it is known.
pub(crate) fn person(by: &Actor, desk: &Desk, own: &str, w: &'static Words) -> String {
    match by {
        Actor::Console(name) if name == own => format!("{name} ({})", w.by_you.to_lowercase()),
        Actor::Console(name) => name.clone(),
        Actor::Telegram(id) => {
            let seat = desk.seats().get(id).and_then(|seat| seat.name.as_ref());
            seat.map_or_else(
                || format!("{} {id}", w.seller),
                |name| name.text().to_owned(),
            )
        }
    }
}

fn acts(state: &Conversation, own: &str, names: &Names) -> Acts {
    let me = Actor::Console(own.to_owned());
    let owner = state.owner();
    let matter = state.handoff().map(|open| {
        let face = state.face(open.id);
        Matter {
            id: open.id.to_string(),
            reason: names.reason(open.reason),
            detail: match open.detail.trim() {
                "" => Phrase::default(),
                detail => names.note(detail),
            },
            draft: open.draft.as_ref().map(|draft| draft.text.clone()),
            unanswered: face.map_or(0, |face| face.unanswered),
        }
    });
    let others = state.holder().is_some_and(|holder| *holder != me);
    let unjudged = |done: &&SettledMatter| done.judged.is_none();
    let judge = state.settled().last().filter(unjudged);
    Acts {
        judge: judge
            .filter(|_| state.handoff().is_none())
            .map(|done| done.matter.to_string()),
        take_over: owner != Owner::Seller,
        take_away: owner == Owner::Seller && others,
        give_back: owner != Owner::Bot || matter.is_some(),
        close: owner != Owner::Closed,
        mute: !state.is_muted(),
        unmute: state.is_muted(),
        matter,
    }
}

/// Words that were not sent come back; else the bot's draft, if it is to be changed.
fn reply(state: &Conversation, told: Option<&Told>, edit: bool) -> Reply {
    if let Some((text, way)) = told.and_then(|told| told.unsent.clone()) {
        return Reply { text, way };
    }
    let draft = state.handoff().and_then(|open| open.draft.as_ref());
    match draft.filter(|_| edit) {
        Some(draft) => Reply {
            text: draft.text.clone(),
            way: "edited_draft",
        },
        None => Reply {
            text: String::new(),
            way: "own_words",
        },
    }
}
