//! A conversation as people read it: who said what, what was done with the chat, and what became of each reply. At a
//! moment of the past, later words are there and marked as not said yet; what became of earlier ones is as it was then.

use std::collections::HashMap;

use schemas::{
    EventId, ProviderId, Recorded, ReplyId, TurnId,
    conversation::{Actor, Content, ConversationEvent as Event, ReplyWay, ResumeReason},
};

use super::{
    moments::{Clock, Moment},
    words::Words,
};
use crate::names::Names;

/// One line.
pub(crate) struct Entry {
    pub(crate) id: EventId,
    /// `buyer`, `bot`, `seller` or `note`.
    pub(crate) side: &'static str,
    pub(crate) who: String,
    pub(crate) text: String,
    /// What became of it, if it is not simply there.
    pub(crate) mark: Option<&'static str>,
    pub(crate) moment: Moment,
    /// Whether it can be explained.
    pub(crate) why: bool,
    /// Whether it had not happened at the moment that is shown.
    pub(crate) later: bool,
}

/// Writes a transcript.
pub(crate) struct Writer<'a> {
    clock: &'a Clock,
    w: &'static Words,
    name: &'a dyn Fn(&Actor) -> String,
    /// The last position that had been written at the moment that is shown.
    until: u64,
    entries: Vec<Entry>,
    messages: HashMap<ProviderId, usize>,
    replies: HashMap<ReplyId, usize>,
    turns: HashMap<TurnId, Vec<ReplyId>>,
    turned: Vec<EventId>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        clock: &'a Clock,
        name: &'a dyn Fn(&Actor) -> String,
        until: Option<u64>,
    ) -> Self {
        Self {
            clock,
            w: clock.w,
            name,
            until: until.unwrap_or(u64::MAX),
            entries: Vec::new(),
            messages: HashMap::new(),
            replies: HashMap::new(),
            turns: HashMap::new(),
            turned: Vec::new(),
        }
    }

    /// The lines, in order.
    pub(crate) fn write(mut self, events: &[Recorded<Event>]) -> Vec<Entry> {
        for recorded in events {
            self.said(recorded);
            // What became of something after that moment is not shown.
            if recorded.seq <= self.until {
                self.became(recorded);
            }
            self.done(recorded);
        }
        for entry in &mut self.entries {
            entry.why |= self.turned.contains(&entry.id);
        }
        self.entries
    }

    fn push(&mut self, at: &Recorded<Event>, side: &'static str, who: String, text: String) {
        self.entries.push(Entry {
            id: at.meta.id,
            side,
            who,
            text,
            mark: None,
            moment: self.clock.tell(at.meta.time),
            why: false,
            later: at.seq > self.until,
        });
    }

    fn note(&mut self, at: &Recorded<Event>, text: String) {
        self.push(at, "note", String::new(), text);
    }

    /// Words.
    fn said(&mut self, recorded: &Recorded<Event>) {
        let (w, here) = (self.w, self.entries.len());
        match &recorded.event {
            Event::MessageReceived(event) => {
                let name = event.buyer_name.as_ref().map(schemas::Personal::text);
                let name = name.unwrap_or(w.buyer).to_owned();
                let text = shown(&event.content, w);
                self.push(recorded, "buyer", name, text);
                self.messages.insert(event.provider_id.clone(), here);
            }
            Event::SellerWrote(event) => {
                let text = shown(&event.content, w);
                self.push(recorded, "seller", w.seller.to_owned(), text);
                self.mark(here, Some(w.wrote_outside));
            }
            Event::ReplyComposed(event) => {
                let reply = ReplyId::from(recorded.meta.id);
                self.push(recorded, "bot", w.bot.to_owned(), event.text.clone());
                self.mark(here, Some(w.on_its_way));
                self.replies.insert(reply, here);
                self.turns.entry(event.turn).or_default().push(reply);
                self.turned.push(recorded.meta.id);
            }
            Event::SellerReplied(event) => {
                let reply = ReplyId::from(recorded.meta.id);
                let mut who = (self.name)(&event.by);
                if event.way == ReplyWay::Draft {
                    who = format!("{who} · {}", w.bot);
                }
                self.push(recorded, "seller", who, event.text.text().to_owned());
                self.mark(here, Some(w.on_its_way));
                self.replies.insert(reply, here);
            }
            Event::NoticeReceived(event) => {
                self.note(recorded, format!("{}: {}", w.notice, event.text.text()));
            }
            Event::TurnRouted(event) => self.turned.extend(&event.messages),
            _ => {}
        }
    }

    /// What became of words.
    fn became(&mut self, recorded: &Recorded<Event>) {
        let w = self.w;
        match &recorded.event {
            Event::MessageEdited(event) => {
                if let Some(place) = self.messages.get(&event.provider_id).copied() {
                    let text = shown(&event.content, w);
                    if let Some(entry) = self.entries.get_mut(place) {
                        entry.text = text;
                    }
                    self.mark(place, Some(w.edited));
                }
            }
            Event::MessageDeleted(event) => {
                if let Some(place) = self.messages.get(&event.provider_id).copied() {
                    self.mark(place, Some(w.deleted));
                }
            }
            Event::VoiceTranscribed(event) => {
                let heard = event.text.as_ref().map(schemas::Personal::text);
                let place = self
                    .entries
                    .iter()
                    .position(|entry| entry.id == event.message);
                let entry = place.and_then(|place| self.entries.get_mut(place));
                if let (Some(heard), Some(entry)) = (heard, entry) {
                    entry.text = format!("{}: «{heard}»", w.voice);
                }
            }
            Event::ReplySent(event) => self.reply(event.reply, None),
            Event::ReplyEchoed(event) => self.reply(event.reply, None),
            Event::ReplyUncertain(event) => {
                self.reply(event.reply, Some(w.not_known_if_arrived));
            }
            Event::ReplyFailed(event) if !event.retryable => {
                self.reply(event.reply, Some(w.not_taken));
            }
            Event::ReplyWithdrawn(event) => {
                for reply in self.turns.get(&event.turn).cloned().unwrap_or_default() {
                    self.reply(reply, Some(w.withdrawn));
                }
            }
            _ => {}
        }
    }

    fn reply(&mut self, reply: ReplyId, mark: Option<&'static str>) {
        if let Some(place) = self.replies.get(&reply).copied() {
            self.mark(place, mark);
        }
    }

    fn mark(&mut self, place: usize, mark: Option<&'static str>) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.mark = mark;
        }
    }

    /// What was done with the chat.
    fn done(&mut self, recorded: &Recorded<Event>) {
        let w = self.w;
        let by = |who: &Actor, what: &str| format!("{} {what}", (self.name)(who));
        let text = match &recorded.event {
            Event::HandoffRequested(event) => {
                let reason = Names::on(self.clock).reason(event.reason);
                format!("{}: {reason}", w.bot_stops)
            }
            Event::BotResumed(event) => {
                let why = match event.reason {
                    ResumeReason::SellerSilent => w.seller_silent,
                    ResumeReason::NobodyThere => w.nobody_there,
                };
                format!("{}: {why}", w.bot_resumes)
            }
            Event::ChatTaken(event) => by(&event.by, w.took_over),
            Event::ChatGivenBack(event) => by(&event.by, w.gave_back),
            Event::ChatClosed(event) => by(&event.by, w.closed_it),
            Event::BuyerMuted(event) => by(&event.by, w.muted_it),
            Event::BuyerUnmuted(event) => by(&event.by, w.unmuted_it),
            Event::HandoffJudged(event) if event.needed => by(&event.by, w.judged_needed),
            Event::HandoffJudged(event) => by(&event.by, w.judged_needless),
            _ => return,
        };
        if matches!(recorded.event, Event::HandoffRequested(_)) {
            self.turned.push(recorded.meta.id);
        }
        self.note(recorded, text);
    }
}

/// What a message holds, in words.
pub(crate) fn shown(content: &Content, w: &'static Words) -> String {
    let text = content.text();
    match content {
        Content::Text(_) | Content::Location(_) => text.to_owned(),
        Content::Image(_) if text.is_empty() => w.picture.to_owned(),
        Content::Image(_) => format!("{}: {text}", w.picture),
        Content::Voice(_) => w.voice.to_owned(),
        Content::Unreadable(_) => w.file.to_owned(),
    }
}
