//! What was said before a burst, for a model that is asked what the burst means: the last few messages, each cut short
//! and without telephone numbers and e-mail addresses. Pure.

use language::masked;
use schemas::{
    EventId, Personal, ProviderId, Recorded, ReplyId,
    conversation::{Content, ConversationEvent as Event},
};

/// How many messages are told: about four turns.
const MOST_LINES: usize = 8;
/// How much of one message is told, characters.
const LONGEST: usize = 300;
/// One message of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// Whether the buyer said it; else the shop, by bot or seller.
    pub(crate) by_buyer: bool,
    /// The words, masked and cut.
    pub(crate) text: Personal<String>,
}

/// The last messages of a history, oldest first, without those of `burst`.
pub(crate) fn before(history: &[Recorded<Event>], burst: &[ProviderId]) -> Vec<Said> {
    let mut talk = Talk::default();
    for recorded in history {
        talk.goes_on(recorded);
    }
    let told = |line: &Line| {
        let text = masked(line.text.trim());
        let is_burst = |id: &ProviderId| burst.contains(id);
        let is_told = !text.is_empty() && !line.provider_id.as_ref().is_some_and(is_burst);
        is_told.then(|| Said {
            by_buyer: line.by_buyer,
            text: Personal::new(cut(&text)),
        })
    };
    let mut said: Vec<Said> = talk
        .lines
        .iter()
        .rev()
        .filter_map(told)
        .take(MOST_LINES)
        .collect();
    said.reverse();
    said
}

/// A talk as it stands on the buyer's screen.
#[derive(Default)]
struct Talk {
    lines: Vec<Line>,
    /// Parts of replies that are on their way, with their words.
    leaving: Vec<(ReplyId, u32, String)>,
}

struct Line {
    id: EventId,
    /// The buyer's messages have one, to be changed and taken back by.
    provider_id: Option<ProviderId>,
    by_buyer: bool,
    text: String,
}

impl Talk {
    fn goes_on(&mut self, recorded: &Recorded<Event>) {
        match &recorded.event {
            Event::MessageReceived(event) => self.lines.push(Line {
                id: recorded.meta.id,
                provider_id: Some(event.provider_id.clone()),
                by_buyer: true,
                text: event.content.text().to_owned(),
            }),
            Event::MessageEdited(event) => {
                let line = self
                    .lines
                    .iter_mut()
                    .find(|line| line.provider_id.as_ref() == Some(&event.provider_id));
                if let Some(line) = line {
                    event.content.text().clone_into(&mut line.text);
                }
            }
            Event::MessageDeleted(event) => self
                .lines
                .retain(|line| line.provider_id.as_ref() != Some(&event.provider_id)),
            Event::VoiceTranscribed(event) => {
                let line = self.lines.iter_mut().find(|line| line.id == event.message);
                if let (Some(line), Some(text)) = (line, &event.text) {
                    text.text().clone_into(&mut line.text);
                }
            }
            Event::SellerWrote(event) => self.shop_said(recorded.meta.id, &event.content),
            Event::ReplySending(event) => {
                let known =
                    |one: &(ReplyId, u32, String)| (one.0, one.1) == (event.reply, event.part);
                self.leaving.retain(|one| !known(one));
                self.leaving
                    .push((event.reply, event.part, event.text.clone()));
            }
            Event::ReplySent(event) => self.arrived(recorded.meta.id, event.reply, event.part),
            Event::ReplyEchoed(event) => self.arrived(recorded.meta.id, event.reply, event.part),
            Event::NoticeReceived(_)
            | Event::ButtonPressed(_)
            | Event::ModelCalled(_)
            | Event::TurnRouted(_)
            | Event::AnswerGiven(_)
            | Event::CannotAnswer(_)
            | Event::ReplyComposed(_)
            | Event::ReplyWithdrawn(_)
            | Event::HandoffRequested(_)
            | Event::BotResumed(_)
            | Event::ReplyUncertain(_)
            | Event::ReplyFailed(_)
            | Event::DraftSuggested(_)
            // What a seller answers from the desk leaves as a reply, and is told when it has arrived.
            | Event::SellerReplied(_)
            | Event::ChatTaken(_)
            | Event::ChatGivenBack(_)
            | Event::ChatClosed(_)
            | Event::BuyerMuted(_)
            | Event::BuyerUnmuted(_)
            | Event::HandoffJudged(_)
            | Event::HandoffLabelled(_)
            | Event::ListShown(_)
            | Event::OfferMade(_)
            | Event::CartChanged(_)
            | Event::CheckoutChanged(_)
            | Event::OrderSubmitted(_)
            | Event::OrderPlaced(_)
            | Event::OrderDeclined(_)
            | Event::OrderExpired(_)
            | Event::OrderCancelled(_)
            | Event::OrderAmended(_)
            | Event::OrderApproved(_)
            | Event::OrderRejected(_)
            | Event::OrderMarked(_)
            | Event::OrderInvoiced(_)
            | Event::ArmAssigned(_) => {}
        }
    }

    fn shop_said(&mut self, id: EventId, content: &Content) {
        self.lines.push(Line {
            id,
            provider_id: None,
            by_buyer: false,
            text: content.text().to_owned(),
        });
    }

    fn arrived(&mut self, id: EventId, reply: ReplyId, part: u32) {
        let place = self
            .leaving
            .iter()
            .position(|one| (one.0, one.1) == (reply, part));
        // Receipt and echo tell of the same part; the first of them counts.
        if let Some(place) = place {
            let (_, _, text) = self.leaving.swap_remove(place);
            self.lines.push(Line {
                id,
                provider_id: None,
                by_buyer: false,
                text,
            });
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use schemas::{
        Meta,
        conversation::{
            ChannelKind, ChatAddress, Evidence, MessageDeleted, MessageEdited, MessageReceived,
            ReplySending, ReplySent,
        },
    };

    use super::*;

    fn recorded(number: usize, event: Event) -> Recorded<Event> {
        let id = EventId::derive(&["past", &number.to_string()]);
        Recorded {
            seq: 1,
            version: 1,
            meta: Meta {
                id,
                time: jiff::Timestamp::UNIX_EPOCH,
                source: "tests".to_owned(),
                correlation: id,
                causation: None,
                traceparent: None,
            },
            event,
        }
    }

    fn history(events: Vec<Event>) -> Vec<Recorded<Event>> {
        let numbered = events.into_iter().enumerate();
        numbered
            .map(|(number, event)| recorded(number, event))
            .collect()
    }

    fn buyer(id: &str, text: &str) -> Event {
        Event::MessageReceived(MessageReceived {
            address: ChatAddress {
                channel: ChannelKind::Web,
                account: "shop".to_owned(),
                chat: "chat".to_owned(),
                connection: None,
            },
            provider_id: ProviderId::new(id),
            buyer: Personal::new("buyer".to_owned()),
            buyer_name: None,
            language_hint: None,
            listing: None,
            sent_at: jiff::Timestamp::UNIX_EPOCH,
            content: Content::Text(Personal::new(text.to_owned())),
        })
    }

    fn reply(number: usize) -> ReplyId {
        ReplyId::from(EventId::derive(&["reply", &number.to_string()]))
    }

    fn sending(number: usize, text: &str) -> Event {
        Event::ReplySending(ReplySending {
            reply: reply(number),
            part: 0,
            attempt: 1,
            text: text.to_owned(),
            last: true,
        })
    }

    fn sent(number: usize) -> Event {
        Event::ReplySent(ReplySent {
            reply: reply(number),
            part: 0,
            provider_id: ProviderId::new(format!("out-{number}")),
            evidence: Evidence::Receipt,
        })
    }

    fn told(events: Vec<Event>, burst: &[&str]) -> Vec<String> {
        let burst: Vec<ProviderId> = burst.iter().map(|id| ProviderId::new(*id)).collect();
        let said = before(&history(events), &burst);
        said.iter()
            .map(|said| {
                let who = if said.by_buyer { "buyer" } else { "shop" };
                format!("{who}: {}", said.text.text())
            })
            .collect()
    }

    #[test]
    fn a_model_is_told_what_was_said_on_both_sides_and_not_the_burst_itself() {
        let events = vec![
            buyer("1", "синий есть?"),
            sending(1, "Да, есть."),
            sent(1),
            sending(2, "Это не дошло."),
            buyer("2", "а тот, что побольше"),
        ];
        assert_eq!(
            told(events, &["2"]),
            ["buyer: синий есть?", "shop: Да, есть."]
        );
    }

    #[test]
    fn what_the_buyer_changed_or_took_back_is_told_as_it_stands() {
        let events = vec![
            buyer("1", "синий есть?"),
            buyer("2", "забудьте"),
            Event::MessageEdited(MessageEdited {
                provider_id: ProviderId::new("1"),
                edited_at: jiff::Timestamp::UNIX_EPOCH,
                content: Content::Text(Personal::new("красный есть?".to_owned())),
            }),
            Event::MessageDeleted(MessageDeleted {
                provider_id: ProviderId::new("2"),
            }),
        ];
        assert_eq!(told(events, &[]), ["buyer: красный есть?"]);
    }

    #[test]
    fn only_the_last_messages_are_told_and_long_ones_are_cut() {
        let many = (0..20).map(|number| buyer(&number.to_string(), &format!("сообщение {number}")));
        let told_of_many = told(many.collect(), &[]);
        assert_eq!(told_of_many.len(), MOST_LINES);
        assert_eq!(told_of_many.last().unwrap(), "buyer: сообщение 19");
        let long = told(vec![buyer("1", &"ы".repeat(5_000))], &[]);
        assert_eq!(long, [format!("buyer: {}…", "ы".repeat(LONGEST))]);
    }

    #[test]
    fn a_number_that_the_cut_would_split_is_masked_before_it_is_cut() {
        let text = format!("{} 89161234567", "ы".repeat(LONGEST - 5));
        let said = told(vec![buyer("1", &text)], &[]);
        assert!(!said.concat().contains("8916"), "{said:?}");
    }
}
