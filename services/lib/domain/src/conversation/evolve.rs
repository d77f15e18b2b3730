//! What each event changes. Total: in a state where an event means nothing, the state stays.

use jiff::{SignedDuration, Timestamp};
use schemas::{
    EventId, Fold, Recorded, ReplyId, TurnId,
    conversation::{
        Asked, Content, ConversationEvent as Event, Language, MessageEdited, MessageReceived,
        OrderNews, ReplyComposed, ReplySending, ReplySent, SellerWrote, TurnRouted,
        VoiceTranscribed,
    },
    desk::Settlement,
};

use super::{
    A_DAY, Answered, Conversation, Outgoing, Owner, Pending, Progress, Stage, Turn, Voice, digest,
};

/// After this long without a word from anybody a buyer starts a new talk.
pub const A_NEW_TALK: SignedDuration = SignedDuration::from_hours(24);

impl Fold for Conversation {
    type Event = Event;

    fn evolve(&mut self, recorded: &Recorded<Event>) {
        match &recorded.event {
            Event::MessageReceived(event) => self.message_received(recorded, event),
            Event::MessageEdited(event) => self.message_edited(recorded, event),
            Event::MessageDeleted(event) => {
                self.note(digest(&event.provider_id, "deleted"));
                self.pending
                    .retain(|message| message.provider_id != event.provider_id);
                self.changed = Some(recorded.meta.as_cause());
            }
            Event::NoticeReceived(event) => self.note(digest(&event.provider_id, "notice")),
            Event::ButtonPressed(event) => self.note(digest(&event.provider_id, "button")),
            Event::SellerWrote(event) => self.seller_wrote(recorded, event),
            Event::ReplyEchoed(event) => {
                self.own(digest(&event.provider_id, "message"), recorded.meta.id);
                self.part_arrived(recorded, event.reply, event.part);
            }
            Event::VoiceTranscribed(event) => self.voice_transcribed(recorded, event),
            Event::ModelCalled(event) => {
                self.model.calls = self.model.calls.saturating_add(1);
                let cost = event.call.microrubles.unwrap_or(0);
                self.model.microrubles = self.model.microrubles.saturating_add(cost);
            }
            Event::TurnRouted(event) => self.turn_routed(recorded, event),
            Event::AnswerGiven(event) => {
                let answer = Answered::Given(Box::new(event.clone()));
                self.answered(recorded, event.turn, event.ask, answer);
            }
            Event::CannotAnswer(event) => {
                let answer = Answered::Cannot(event.reason.clone());
                self.answered(recorded, event.turn, event.ask, answer);
            }
            Event::ReplyComposed(event) => self.reply_composed(recorded, event),
            Event::ReplyWithdrawn(event) => {
                self.outbox.retain(|reply| reply.turn != event.turn);
                self.turn.take_if(|turn| turn.id == event.turn);
            }
            Event::HandoffRequested(event) => self.handoff_requested(recorded, event),
            // The matter, if nobody settled it, stays on the desk.
            Event::BotResumed(_) => {
                self.give_back();
                if let Some(open) = &mut self.handoff {
                    open.taken = None;
                }
                self.changed = Some(recorded.meta.as_cause());
            }
            Event::DraftSuggested(event) => self.draft_suggested(event),
            Event::SellerReplied(event) => self.seller_replied(recorded, event),
            Event::ChatTaken(event) => self.chat_taken(recorded, &event.by),
            Event::ChatGivenBack(event) => {
                self.acted(recorded);
                self.settle_matter(Settlement::GivenBack, Some(event.by.clone()));
                self.give_back();
            }
            Event::ChatClosed(event) => {
                self.acted(recorded);
                self.shut(Settlement::Closed, &event.by);
            }
            Event::BuyerMuted(event) => {
                self.acted(recorded);
                self.shut(Settlement::Muted, &event.by);
                self.muted = true;
            }
            Event::BuyerUnmuted(_) => {
                self.acted(recorded);
                self.give_back();
            }
            Event::HandoffJudged(event) => {
                self.acted(recorded);
                self.handoff_judged(event);
            }
            Event::HandoffLabelled(event) => self.handoff_labelled(recorded, event),
            Event::ReplySending(event) => self.reply_sending(recorded, event),
            Event::ReplySent(event) => self.reply_sent(recorded, event),
            Event::ReplyUncertain(event) => {
                if let Some(reply) = self.outgoing_mut(event.reply)
                    && let Progress::Sending {
                        part, text, last, ..
                    } = &reply.progress
                {
                    reply.progress = Progress::Uncertain {
                        part: *part,
                        text: text.clone(),
                        last: *last,
                    };
                    reply.last = recorded.meta.as_cause();
                }
            }
            Event::ReplyFailed(event) => {
                if let Some(reply) = self.outgoing_mut(event.reply) {
                    reply.last = recorded.meta.as_cause();
                    reply.progress = if event.retryable {
                        Progress::Ready {
                            part: event.part,
                            attempt: event.attempt.saturating_add(1),
                        }
                    } else {
                        Progress::Refused
                    };
                }
            }
            // The reply that showed or offered it has already put it on the screen.
            Event::ListShown(_) | Event::OfferMade(_) => {}
            Event::CartChanged(event) => self.cart_changed(&event.cart),
            Event::CheckoutChanged(event) => self.checkout_changed(event.checkout.as_ref()),
            Event::OrderSubmitted(event) => self.order_submitted(recorded, event),
            Event::OrderPlaced(event) => self.order_placed(recorded, event),
            Event::OrderDeclined(event) => self.order_declined(recorded, event),
            Event::OrderAmended(event) => self.order_amended(recorded, event),
            Event::OrderApproved(event) => {
                self.acted(recorded);
                let news = Some(OrderNews::Approved);
                self.order_decided(recorded, event.order, Stage::Approved, news);
                self.order_by(event.order, event.by.clone());
            }
            Event::OrderRejected(event) => {
                self.acted(recorded);
                let (stage, news) = (Stage::Rejected(event.reason.clone()), OrderNews::Rejected);
                self.order_decided(recorded, event.order, stage, Some(news));
                self.order_by(event.order, event.by.clone());
            }
            Event::OrderCancelled(event) => {
                self.order_decided(recorded, event.order, Stage::Cancelled, None);
            }
            Event::OrderExpired(event) => {
                let news = Some(OrderNews::Expired);
                self.order_decided(recorded, event.order, Stage::Expired, news);
            }
            Event::OrderMarked(event) => self.order_marked(recorded, event),
            Event::OrderInvoiced(event) => self.order_invoiced(recorded, event),
            Event::ArmAssigned(event) => self.arm_assigned(recorded, event),
        }
    }
}

impl Conversation {
    fn message_received(&mut self, recorded: &Recorded<Event>, event: &MessageReceived) {
        self.note(digest(&event.provider_id, "message"));
        self.address = Some(event.address.clone());
        self.buyer = Some((event.buyer.clone(), event.buyer_name.clone()));
        self.listing = event.listing.clone().or_else(|| self.listing.take());
        let hint = event.language_hint.as_deref().and_then(Language::parse);
        self.language_hint = hint.or(self.language_hint);
        if self.is_silent_at(recorded.meta.time) {
            (self.anew, self.earlier) = (true, true);
            self.last_time = self.focus.clone().or_else(|| self.last_time.take());
        }
        self.spoken_at = Some(recorded.meta.time);
        self.changed = Some(recorded.meta.as_cause());
        self.add_pending(Pending {
            id: recorded.meta.id,
            provider_id: event.provider_id.clone(),
            voice: voice(&event.content),
            content: event.content.clone(),
            sent_at: event.sent_at,
            recorded_at: recorded.meta.time,
        });
    }

    fn message_edited(&mut self, recorded: &Recorded<Event>, event: &MessageEdited) {
        self.note(digest(&event.provider_id, &edit_aspect(event)));
        let before = self
            .pending
            .iter()
            .find(|message| message.provider_id == event.provider_id);
        let sent_at = before.map_or(event.edited_at, |message| message.sent_at);
        self.pending
            .retain(|message| message.provider_id != event.provider_id);
        self.changed = Some(recorded.meta.as_cause());
        self.add_pending(Pending {
            id: recorded.meta.id,
            provider_id: event.provider_id.clone(),
            voice: voice(&event.content),
            content: event.content.clone(),
            sent_at,
            recorded_at: recorded.meta.time,
        });
    }

    /// Whether nobody has said anything for so long that a new talk begins at `now`.
    fn is_silent_at(&self, now: Timestamp) -> bool {
        self.spoken_at
            .is_some_and(|last| now.duration_since(last) >= A_NEW_TALK)
    }

    fn voice_transcribed(&mut self, recorded: &Recorded<Event>, event: &VoiceTranscribed) {
        let message = self
            .pending
            .iter_mut()
            .find(|message| message.id == event.message);
        if let Some(message) = message {
            let why = || event.reason.clone().unwrap_or_default();
            message.voice = Some(match &event.text {
                Some(text) => Voice::Heard(text.clone()),
                None => Voice::Unheard(why()),
            });
            self.changed = Some(recorded.meta.as_cause());
        }
        if let Some(call) = &event.call {
            self.model.calls = self.model.calls.saturating_add(1);
            let cost = call.microrubles.unwrap_or(0);
            self.model.microrubles = self.model.microrubles.saturating_add(cost);
        }
    }

    /// Keeps the provider's order; messages of one second stay in the order of arrival.
    fn add_pending(&mut self, message: Pending) {
        if self.muted {
            return;
        }
        // A closed chat is the bot's again as soon as the buyer says something.
        if self.owner == Owner::Closed {
            self.owner = Owner::Bot;
        }
        let place = self
            .pending
            .partition_point(|other| other.sent_at <= message.sent_at);
        self.pending.insert(place, message);
    }

    fn seller_wrote(&mut self, recorded: &Recorded<Event>, event: &SellerWrote) {
        self.note(digest(&event.provider_id, "message"));
        self.address.get_or_insert_with(|| event.address.clone());
        self.said(recorded, event.content.text());
        self.seller_has_it(recorded, None);
        self.settle_matter(Settlement::AnsweredOutside, None);
        self.pending.clear();
        self.changed = Some(recorded.meta.as_cause());
    }

    fn turn_routed(&mut self, recorded: &Recorded<Event>, event: &TurnRouted) {
        self.language = Some(event.language);
        self.turn = Some(Turn {
            id: recorded.meta.id.into(),
            messages: event.messages.clone(),
            asks: event.asks.clone(),
            language: event.language,
            greeted: event.greeted,
            anew: event.anew,
            answers: vec![None; event.asks.len()],
            last: recorded.meta.as_cause(),
            composed: false,
        });
    }

    fn answered(&mut self, recorded: &Recorded<Event>, turn: TurnId, ask: u32, answer: Answered) {
        let suggesting = self.handoff.as_mut();
        let suggesting = suggesting.and_then(|open| open.suggesting.as_mut());
        let mut open = self.turn.as_mut().into_iter().chain(suggesting);
        let Some(turn) = open.find(|open| open.id == turn) else {
            return;
        };
        let place = usize::try_from(ask)
            .ok()
            .and_then(|ask| turn.answers.get_mut(ask));
        if let Some(place) = place {
            *place = Some(answer);
            turn.last = recorded.meta.as_cause();
        }
    }

    fn reply_composed(&mut self, recorded: &Recorded<Event>, event: &ReplyComposed) {
        let turn = self.turn.as_mut().filter(|turn| turn.id == event.turn);
        let messages = turn.map_or_else(Vec::new, |turn| {
            turn.composed = true;
            turn.messages.clone()
        });
        if let Some(told) = &event.told {
            self.news_told(told);
        }
        self.outbox.push(Outgoing {
            id: recorded.meta.id.into(),
            turn: event.turn,
            kind: event.kind,
            text: event.text.clone(),
            promises: !event.facts.is_empty(),
            messages,
            focus: event.focus.clone(),
            list: event.list.clone(),
            offers: event.offers.clone(),
            asked: event.asked.clone(),
            deal: event.deal.clone(),
            told: event.told,
            away_since: event.away_since,
            by: None,
            last: recorded.meta.as_cause(),
            progress: Progress::Ready {
                part: 0,
                attempt: 1,
            },
        });
    }

    fn reply_sending(&mut self, recorded: &Recorded<Event>, event: &ReplySending) {
        let Some(reply) = self.outgoing_mut(event.reply) else {
            return;
        };
        reply.last = recorded.meta.as_cause();
        reply.progress = Progress::Sending {
            part: event.part,
            attempt: event.attempt,
            text: event.text.clone(),
            last: event.last,
            since: recorded.meta.time,
        };
        let (turn, messages) = (reply.turn, reply.messages.clone());
        self.settle(&messages);
        self.turn.take_if(|open| open.id == turn);
    }

    fn reply_sent(&mut self, recorded: &Recorded<Event>, event: &ReplySent) {
        self.own(digest(&event.provider_id, "message"), recorded.meta.id);
        self.part_arrived(recorded, event.reply, event.part);
    }

    fn part_arrived(&mut self, recorded: &Recorded<Event>, id: ReplyId, arrived: u32) {
        let Some(reply) = self.outgoing_mut(id) else {
            return;
        };
        let was_last = match &reply.progress {
            Progress::Sending { part, last, .. } | Progress::Uncertain { part, last, .. }
                if *part == arrived =>
            {
                *last
            }
            Progress::Ready { .. }
            | Progress::Sending { .. }
            | Progress::Uncertain { .. }
            | Progress::Refused => return,
        };
        reply.last = recorded.meta.as_cause();
        let bots = reply.by.is_none();
        let news = reply.told.is_some();
        let away_since = reply.away_since;
        if bots {
            self.left_at(recorded.meta.time);
        }
        let Some(reply) = self.outgoing_mut(id) else {
            return;
        };
        if was_last {
            let (focus, list) = (reply.focus.take(), reply.list.take());
            let (offers, asked) = (std::mem::take(&mut reply.offers), reply.asked.take());
            let deal = reply.deal.take();
            // A summary or a cart that is shown now is of today, whenever it was begun.
            let of_sale = deal.is_some();
            self.outbox.retain(|reply| reply.id != id);
            if let Some(deal) = deal {
                self.deal_arrived(id, deal);
            }
            self.offers.extend(offers);
            self.told_away = away_since.or(self.told_away);
            // News of an order come in between, and leave the bot's question open.
            if (bots && !news) || asked.is_some() {
                self.asked = asked;
            }
            self.spoken_at = Some(recorded.meta.time);
            self.anew = false;
            let same = matches!(self.asked, Some(Asked::SameProduct { .. }));
            let of_goods = list.is_some() || focus.is_some() || same || of_sale;
            let list_of_before = self.list.take().filter(|_| !(self.earlier && of_goods));
            self.earlier &= !of_goods;
            if let Some(Asked::SameProduct { sku, .. }) = &self.asked {
                self.focus = Some(sku.clone());
            }
            // A list puts several articles before the buyer: none of them is in focus any more.
            if list.is_some() || focus.is_some() {
                self.focus = focus;
            }
            self.list = list.or(list_of_before);
        } else {
            reply.progress = Progress::Ready {
                part: arrived.saturating_add(1),
                attempt: 1,
            };
        }
    }

    /// Counts a message of the bot; those of more than a day ago no longer count.
    fn left_at(&mut self, now: Timestamp) {
        self.left.retain(|then| now.duration_since(*then) < A_DAY);
        self.left.push(now);
    }

    pub(super) fn settle(&mut self, messages: &[EventId]) {
        self.pending
            .retain(|message| !messages.contains(&message.id));
    }

    fn outgoing_mut(&mut self, id: ReplyId) -> Option<&mut Outgoing> {
        self.outbox.iter_mut().find(|reply| reply.id == id)
    }

    fn note(&mut self, digest: EventId) {
        if let Err(place) = self.seen.binary_search(&digest) {
            self.seen.insert(place, digest);
        }
    }

    fn own(&mut self, digest: EventId, event: EventId) {
        if let Err(place) = self.ours.binary_search_by_key(&digest, |(known, _)| *known) {
            self.ours.insert(place, (digest, event));
        }
    }
}

/// A voice note waits for somebody to write it down.
const fn voice(content: &Content) -> Option<Voice> {
    match content {
        Content::Voice(_) => Some(Voice::Awaited),
        Content::Text(_) | Content::Image(_) | Content::Location(_) | Content::Unreadable(_) => {
            None
        }
    }
}

/// What an edit is remembered by: a provider gives it no id of its own, and counts seconds.
pub(super) fn edit_aspect(edit: &MessageEdited) -> String {
    format!(
        "edited {} {}",
        edit.edited_at.as_second(),
        edit.content.text()
    )
}
