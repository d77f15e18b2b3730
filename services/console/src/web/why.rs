//! Why something was said, in the words of the page: the steps of a turn, and beside each figure the place where it
//! stands. What only an analyst needs, ids and versions, is apart from the words.

use schemas::{
    Recorded,
    conversation::{
        Ask, ConversationEvent as Event, Evidence, Fact, FactSource, HandoffRequested,
        MessageReceived, ModelCall, ReplyComposed, TurnRouted, VoiceTranscribed, WithdrawReason,
    },
};

use super::{
    moments::{Clock, Moment},
    transcript::shown,
    words::{WhyWords, Words},
};
use crate::names::{Names, Phrase};

/// A step of an explanation.
pub(crate) struct Step {
    pub(crate) label: &'static str,
    pub(crate) moment: Moment,
    pub(crate) lines: Vec<Line>,
    /// Ids and versions, each with what it is of.
    pub(crate) ids: Vec<(&'static str, String)>,
}

/// A line of a step.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// Where a figure stands.
    pub(crate) place: Option<Place>,
    /// What no words stand for.
    pub(crate) ids: Vec<String>,
}

/// Where a figure stands.
pub(crate) struct Place {
    pub(crate) text: String,
    /// Where it can be looked at.
    pub(crate) link: Option<String>,
}

impl Line {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    fn of(phrase: Phrase) -> Self {
        Self {
            text: phrase.text,
            ids: phrase.ids,
            place: None,
        }
    }

    /// The same behind a word that says what it is.
    fn about(what: &str, phrase: Phrase) -> Self {
        let mut line = Self::of(phrase);
        line.text = format!("{what}: {}", line.text);
        line
    }
}

/// Tells steps.
pub(crate) struct Teller<'a> {
    clock: &'a Clock,
    shop: &'a str,
    w: &'static Words,
    e: &'static WhyWords,
    names: Names,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(clock: &'a Clock, shop: &'a str) -> Self {
        Self {
            clock,
            shop,
            w: clock.w,
            e: clock.w.explanation(),
            names: Names::on(clock),
        }
    }

    /// The steps of a turn.
    pub(crate) fn tell(&self, steps: &[&Recorded<Event>]) -> Vec<Step> {
        let steps = steps.iter();
        steps.filter_map(|recorded| self.step(recorded)).collect()
    }

    fn step(&self, recorded: &Recorded<Event>) -> Option<Step> {
        let (w, e) = (self.w, self.e);
        let mut ids = vec![(e.id_event, recorded.meta.id.to_string())];
        let (label, lines) = match &recorded.event {
            Event::MessageReceived(event) => (e.message, self.message(event, &mut ids)),
            Event::TurnRouted(event) => (e.route, self.route(event, &mut ids)),
            Event::AnswerGiven(event) => {
                let mut lines = vec![Line::plain(format!("«{}»", event.text))];
                let how = event.how.iter();
                lines.extend(how.map(|how| Line::about(e.how, self.names.note(how))));
                let poorer = event.degraded.iter();
                lines.extend(poorer.map(|what| Line::about(e.poorer, self.names.note(what))));
                lines.extend(event.facts.iter().map(|fact| self.fact(fact)));
                lines.extend(event.calls.iter().map(|call| self.call(call)));
                (e.answer, lines)
            }
            Event::ModelCalled(event) => (e.model, vec![self.call(&event.call)]),
            Event::VoiceTranscribed(event) => (w.voice, vec![self.voice(event)]),
            Event::CannotAnswer(event) => (w.cannot_answer, vec![self.note(&event.reason)]),
            Event::ReplyWithdrawn(event) => {
                let why = match event.reason {
                    WithdrawReason::NewerMessage => e.newer_message,
                    WithdrawReason::OwnerChanged => e.owner_changed,
                };
                (w.withdrawn, vec![Line::plain(why)])
            }
            Event::HandoffRequested(event) => (w.bot_stops, self.handoff(event)),
            Event::ReplyComposed(event) => {
                ids.push((e.id_turn, event.turn.to_string()));
                (e.guard, self.composed(event))
            }
            Event::ReplySending(event) => {
                ids.push((e.id_reply, event.reply.to_string()));
                let part = format!("{} {}", e.part, event.part.saturating_add(1));
                let text = format!("{part}, {} {}", e.attempt, event.attempt);
                (e.send, vec![Line::plain(text)])
            }
            Event::ReplySent(event) => {
                ids.push((e.id_provider, event.provider_id.to_string()));
                let how = match event.evidence {
                    Evidence::Receipt => e.by_receipt,
                    Evidence::History => e.by_history,
                };
                (e.accepted, vec![Line::plain(how)])
            }
            Event::ReplyEchoed(event) => {
                ids.push((e.id_provider, event.provider_id.to_string()));
                (e.accepted, vec![Line::plain(e.by_echo)])
            }
            Event::ReplyFailed(event) => (w.not_taken, vec![self.note(&event.reason)]),
            Event::ReplyUncertain(event) => {
                (w.not_known_if_arrived, vec![self.note(&event.reason)])
            }
            _ => return None,
        };
        Some(Step {
            label,
            moment: self.clock.tell(recorded.meta.time),
            lines,
            ids,
        })
    }

    fn note(&self, note: &str) -> Line {
        Line::of(self.names.note(note))
    }

    fn message(&self, event: &MessageReceived, ids: &mut Vec<(&'static str, String)>) -> Vec<Line> {
        ids.push((self.e.id_provider, event.provider_id.to_string()));
        ids.push((self.e.id_chat, event.address.chat.to_string()));
        let channel = self.w.channel_of(event.address.channel.as_str());
        let words = format!("«{}»", shown(&event.content, self.w));
        vec![Line::plain(words), Line::plain(channel)]
    }

    fn route(&self, event: &TurnRouted, ids: &mut Vec<(&'static str, String)>) -> Vec<Line> {
        ids.push((self.e.id_model, event.model.clone()));
        ids.push((self.e.id_bank, event.bank.clone()));
        let threshold = format!(
            "{} {}",
            self.e.threshold,
            self.names.decimal(event.threshold, 2)
        );
        let mut lines = vec![Line::plain(threshold)];
        lines.extend(event.asks.iter().map(|ask| self.ask(ask)));
        lines
    }

    fn ask(&self, ask: &Ask) -> Line {
        let e = self.e;
        let by = self.names.by(&ask.by);
        let mut parts = vec![
            format!("«{}» → {}", ask.text.text(), self.names.intent(ask.intent)),
            format!(
                "{} {} ({})",
                e.confidence,
                self.names.decimal(ask.confidence, 2),
                by.text
            ),
        ];
        let next = ask.runners_up.iter();
        let next: Vec<String> = next
            .map(|(intent, share)| {
                let share = self.names.decimal(*share, 2);
                format!("{} {share}", self.names.intent(*intent))
            })
            .collect();
        if !next.is_empty() {
            parts.push(format!("{}: {}", e.or_else, next.join(", ")));
        }
        let place = ask.ordinal.iter();
        parts.extend(place.map(|place| format!("{}: {place}", e.place)));
        let entities = ask.entities.iter();
        parts.extend(entities.map(|entity| self.names.entity(entity)));
        let who = self.names.specialist(ask.specialist);
        parts.push(format!("{}: {who}", e.answers));
        Line {
            ids: by.ids,
            ..Line::plain(parts.join(" · "))
        }
    }

    /// A fact and where it stands: a message and an order can be looked at from here.
    fn fact(&self, fact: &Fact) -> Line {
        let Phrase { text, mut ids } = self.names.fact(fact);
        let place = self.names.source(&fact.source);
        let link = match &fact.source {
            FactSource::Buyer(event) | FactSource::Seller(event) => Some(format!("#e{event}")),
            FactSource::Order(order) => {
                let shop = super::encode(self.shop);
                Some(format!("/orders/{shop}/{order}"))
            }
            FactSource::Sheet(_)
            | FactSource::Settings(_)
            | FactSource::Counted
            | FactSource::Computed(_)
            | FactSource::Offer(_) => None,
        };
        // What can be looked at needs no id to look it up by.
        if link.is_none() {
            ids.extend(place.ids);
        }
        Line {
            text,
            place: Some(Place {
                text: place.text,
                link,
            }),
            ids,
        }
    }

    fn call(&self, call: &ModelCall) -> Line {
        let e = self.e;
        let outcome = self.names.note(&call.outcome);
        let mut parts = vec![
            format!("{}: {}", e.model, self.names.purpose(call)),
            format!(
                "{} + {} {}",
                call.input_tokens, call.output_tokens, e.tokens
            ),
            format!("{} {}", call.took_ms, self.w.unit_ms),
        ];
        parts.extend(call.microrubles.map(rubles));
        parts.push(outcome.text);
        let mut ids = vec![call.model.clone(), call.endpoint.clone()];
        ids.extend(outcome.ids);
        Line {
            ids,
            ..Line::plain(parts.join(" · "))
        }
    }

    fn voice(&self, event: &VoiceTranscribed) -> Line {
        match (&event.text, &event.reason) {
            (Some(heard), _) => Line::plain(format!("«{}»", heard.text())),
            (None, Some(why)) => Line::about(self.e.not_heard, self.names.note(why)),
            (None, None) => Line::plain(self.e.not_heard),
        }
    }

    fn handoff(&self, event: &HandoffRequested) -> Vec<Line> {
        let mut lines = vec![Line::plain(self.names.reason(event.reason))];
        if !event.detail.trim().is_empty() {
            lines.push(self.note(&event.detail));
        }
        lines
    }

    fn composed(&self, event: &ReplyComposed) -> Vec<Line> {
        let e = self.e;
        let kind = self.names.kind(event.kind);
        let mut lines = vec![
            Line::plain(format!("{} {kind}", e.passed_as)),
            Line::plain(format!("«{}»", event.text)),
        ];
        let draft = event.draft.iter();
        lines.extend(draft.map(|draft| Line::plain(format!("{}: «{draft}»", e.phrased_from))));
        lines
    }
}

/// What a call cost, to a hundredth of a kopeck.
fn rubles(microrubles: i64) -> String {
    let (whole, rest) = (
        microrubles / 1_000_000,
        (microrubles % 1_000_000).abs() / 100,
    );
    format!("{whole},{rest:04}\u{a0}₽")
}

#[cfg(test)]
mod tests;
