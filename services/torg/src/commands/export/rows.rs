//! The tables and their rows, folded from one conversation at a time. Columns are only ever added, at the end.

use schemas::{
    AggregateKey, EventId, OrderId, Personal, ProviderId, Recorded, ShopId, TurnId,
    conversation::{ConversationEvent as Event, Delivery, OrderMark, Recipient},
};

use console::story::Story;

use super::{
    Table, Texts,
    pseudonym::Pseudonyms,
    sink::{
        Cell, Column,
        Kind::{Flag, Moment, Real, Text, Whole},
    },
};

/// Letters of a name or an address that are worth hiding: shorter parts are in every other word.
const WORTH_HIDING: usize = 3;
/// What stands in place of what a buyer gave as name or address.
const HIDDEN: &str = "[personal]";

/// The columns of a table.
pub(super) const fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::Messages => &[
            ("shop", Text),
            ("conversation", Text),
            ("buyer", Text),
            ("channel", Text),
            ("number", Whole),
            ("at", Moment),
            ("author", Text),
            ("characters", Whole),
            ("text", Text),
        ],
        Table::Turns => &[
            ("shop", Text),
            ("conversation", Text),
            ("number", Whole),
            ("at", Moment),
            ("language", Text),
            ("messages", Whole),
            ("asks", Whole),
            ("intents", Text),
            ("confidence", Real),
            ("threshold", Real),
            ("model", Text),
            ("bank", Text),
            ("outcome", Text),
            ("reason", Text),
            ("answered_at", Moment),
        ],
        Table::Orders => &[
            ("shop", Text),
            ("conversation", Text),
            ("buyer", Text),
            ("order", Text),
            ("at", Moment),
            ("stage", Text),
            ("lines", Whole),
            ("pieces", Whole),
            ("total", Whole),
            ("delivery", Text),
            ("paid", Flag),
        ],
        Table::Events => &[
            ("shop", Text),
            ("conversation", Text),
            ("number", Whole),
            ("at", Moment),
            ("type", Text),
            ("source", Text),
        ],
    }
}

/// A conversation, and how it is told.
pub(super) struct Told<'a> {
    pub(super) shop: &'a ShopId,
    pub(super) key: &'a AggregateKey,
    pub(super) story: &'a Story,
    pub(super) pseudonyms: &'a Pseudonyms,
    pub(super) texts: Texts,
}

/// The rows of one conversation, in order.
pub(super) fn rows(table: Table, told: &Told<'_>) -> Vec<Vec<Cell>> {
    match table {
        Table::Messages => told.messages(),
        Table::Turns => told.turns(),
        Table::Orders => told.orders(),
        Table::Events => told.events(),
    }
}

impl Told<'_> {
    fn conversation(&self) -> Cell {
        let name = ["conversation", self.key.id()];
        Cell::Text(self.pseudonyms.of(&name))
    }

    fn shop(&self) -> Cell {
        Cell::Text(self.shop.to_string())
    }

    fn buyer(&self) -> Cell {
        let buyer = self
            .story
            .events
            .iter()
            .find_map(|known| match &known.event {
                Event::MessageReceived(event) => Some((event.address.channel, event.buyer.text())),
                _ => None,
            });
        buyer
            .map(|(channel, id)| {
                let (shop, channel) = (self.shop.as_str(), channel.as_str());
                self.pseudonyms.of(&["buyer", shop, channel, id])
            })
            .into()
    }

    fn channel(&self) -> Cell {
        let address = self.story.state.address();
        address.map(|address| address.channel.as_str()).into()
    }

    fn events(&self) -> Vec<Vec<Cell>> {
        use schemas::EventData as _;
        let events = self.story.events.iter();
        let rows = events.map(|known| {
            vec![
                self.shop(),
                self.conversation(),
                whole(known.version),
                Cell::Moment(known.meta.time),
                known.event.type_name().into(),
                known.meta.source.clone().into(),
            ]
        });
        rows.collect()
    }

    fn messages(&self) -> Vec<Vec<Cell>> {
        let (buyer, channel, hidden) = (self.buyer(), self.channel(), self.hidden());
        let events = self.story.events.iter();
        let rows = events.filter_map(|known| {
            let (author, text) = match &known.event {
                Event::MessageReceived(event) => (
                    "buyer",
                    self.last_words(&event.provider_id, event.content.text())?,
                ),
                Event::SellerWrote(event) => ("seller", event.content.text().to_owned()),
                Event::SellerReplied(event) => ("seller", event.text.text().to_owned()),
                Event::ReplyComposed(event) => {
                    let reply = known.meta.id;
                    if !self.arrived(reply) {
                        return None;
                    }
                    ("bot", event.text.clone())
                }
                _ => return None,
            };
            let words = match self.texts {
                Texts::Drop => Cell::Empty,
                Texts::Mask => Cell::Text(hide(&language::masked(&text), &hidden)),
            };
            Some(vec![
                self.shop(),
                self.conversation(),
                buyer.clone(),
                channel.clone(),
                whole(known.version),
                Cell::Moment(known.meta.time),
                author.into(),
                whole(text.chars().count() as u64),
                words,
            ])
        });
        rows.collect()
    }

    /// The words of a message as they were edited last; `None`: the buyer has taken it back.
    fn last_words(&self, id: &ProviderId, first: &str) -> Option<String> {
        let mut words = Some(first.to_owned());
        for known in &self.story.events {
            match &known.event {
                Event::MessageEdited(event) if event.provider_id == *id => {
                    words = Some(event.content.text().to_owned());
                }
                Event::MessageDeleted(event) if event.provider_id == *id => words = None,
                _ => {}
            }
        }
        words
    }

    fn arrived(&self, reply: EventId) -> bool {
        self.story.events.iter().any(|known| match &known.event {
            Event::ReplySent(event) => event.reply.uuid() == reply.uuid(),
            Event::ReplyEchoed(event) => event.reply.uuid() == reply.uuid(),
            _ => false,
        })
    }

    /// What the buyer gave as name and address anywhere in the conversation, in whole and in parts, the longest first.
    fn hidden(&self) -> Vec<String> {
        let mut hidden = Vec::new();
        let mut hide = |given: Option<&Personal<String>>| {
            let Some(given) = given else { return };
            hidden.push(given.text().to_lowercase());
            let parts = given.text().split(|letter: char| !letter.is_alphanumeric());
            hidden.extend(parts.map(str::to_lowercase));
        };
        for known in &self.story.events {
            let recipient: &Recipient = match &known.event {
                Event::MessageReceived(event) => {
                    hide(event.buyer_name.as_ref());
                    continue;
                }
                Event::OrderSubmitted(event) => {
                    hide(address(&event.terms.delivery));
                    &event.recipient
                }
                Event::CheckoutChanged(event) => {
                    let Some(checkout) = &event.checkout else {
                        continue;
                    };
                    hide(checkout.delivery.as_ref().and_then(address));
                    &checkout.recipient
                }
                _ => continue,
            };
            hide(recipient.name.as_ref());
            hide(recipient.phone.as_ref());
            hide(recipient.email.as_ref());
        }
        hidden.retain(|part| part.chars().count() >= WORTH_HIDING);
        hidden.sort_by_key(|part| std::cmp::Reverse(part.chars().count()));
        hidden.dedup();
        hidden
    }

    fn turns(&self) -> Vec<Vec<Cell>> {
        let events = self.story.events.iter();
        let rows = events.filter_map(|known| {
            let Event::TurnRouted(turn) = &known.event else {
                return None;
            };
            let (outcome, reason) = self.outcome(known.meta.id.into());
            let intents: Vec<&str> = turn.asks.iter().map(|ask| ask.intent.as_str()).collect();
            let sure = turn.asks.iter().map(|ask| ask.confidence);
            let sure = sure.reduce(f64::min);
            Some(vec![
                self.shop(),
                self.conversation(),
                whole(known.version),
                Cell::Moment(known.meta.time),
                turn.language.as_str().into(),
                whole(turn.messages.len() as u64),
                whole(turn.asks.len() as u64),
                intents.join(",").into(),
                sure.map_or(Cell::Empty, Cell::Real),
                Cell::Real(turn.threshold),
                turn.model.clone().into(),
                turn.bank.clone().into(),
                outcome.into(),
                reason,
                self.answered_at(known),
            ])
        });
        rows.collect()
    }

    fn outcome(&self, turn: TurnId) -> (&'static str, Cell) {
        let mut outcome = ("open", Cell::Empty);
        for known in &self.story.events {
            match &known.event {
                Event::ReplyComposed(event) if event.turn == turn && outcome.0 == "open" => {
                    outcome = ("replied", Cell::Empty);
                }
                Event::ReplyWithdrawn(event) if event.turn == turn => {
                    outcome = ("withdrawn", wire_name(&event.reason));
                }
                Event::HandoffRequested(event) if event.turn == Some(turn) => {
                    outcome = ("handed_over", wire_name(&event.reason));
                }
                _ => {}
            }
        }
        outcome
    }

    /// When the first part of the turn's reply was accepted by the provider.
    fn answered_at(&self, turn: &Recorded<Event>) -> Cell {
        let id = TurnId::from(turn.meta.id);
        let composed = self.story.events.iter();
        let composed = composed.filter(
            |known| matches!(&known.event, Event::ReplyComposed(event) if event.turn == id),
        );
        let replies: Vec<_> = composed.map(|known| known.meta.id.uuid()).collect();
        let sent = self.story.events.iter().find(|known| match &known.event {
            Event::ReplySent(event) => replies.contains(&event.reply.uuid()),
            Event::ReplyEchoed(event) => replies.contains(&event.reply.uuid()),
            _ => false,
        });
        sent.map_or(Cell::Empty, |known| Cell::Moment(known.meta.time))
    }

    fn orders(&self) -> Vec<Vec<Cell>> {
        let buyer = self.buyer();
        let events = self.story.events.iter();
        let rows = events.filter_map(|known| {
            let Event::OrderSubmitted(first) = &known.event else {
                return None;
            };
            let mut order = Ordered::new(first.order, &first.terms);
            for later in &self.story.events {
                order.apply(&later.event);
            }
            let pieces = order.terms.lines.iter().map(|line| u64::from(line.pieces));
            Some(vec![
                self.shop(),
                self.conversation(),
                buyer.clone(),
                Cell::Text(self.pseudonyms.of(&["order", &first.order.to_string()])),
                Cell::Moment(known.meta.time),
                order.stage.into(),
                whole(order.terms.lines.len() as u64),
                whole(pieces.sum()),
                Cell::Whole(order.terms.total.kopecks()),
                match &order.terms.delivery {
                    Delivery::Pickup => "pickup".into(),
                    Delivery::Shipped { .. } => "shipped".into(),
                },
                Cell::Flag(order.paid),
            ])
        });
        rows.collect()
    }
}

/// An order, as far as it came.
struct Ordered<'a> {
    id: OrderId,
    terms: &'a schemas::conversation::OrderTerms,
    before: Option<&'a schemas::conversation::OrderTerms>,
    stage: &'static str,
    paid: bool,
}

impl<'a> Ordered<'a> {
    const fn new(id: OrderId, terms: &'a schemas::conversation::OrderTerms) -> Self {
        Self {
            id,
            terms,
            before: None,
            stage: "submitted",
            paid: false,
        }
    }

    fn apply(&mut self, event: &'a Event) {
        match event {
            Event::OrderPlaced(event) if event.order == self.id => {
                self.before = None;
                self.stage = if event.approval { "placed" } else { "approved" };
            }
            Event::OrderDeclined(event) if event.order == self.id => match self.before.take() {
                Some(before) => self.terms = before,
                None => self.stage = "declined",
            },
            Event::OrderAmended(event) if event.order == self.id => {
                self.before.get_or_insert(self.terms);
                self.terms = &event.terms;
                self.stage = "submitted";
            }
            Event::OrderApproved(event) if event.order == self.id => self.stage = "approved",
            Event::OrderRejected(event) if event.order == self.id => self.stage = "rejected",
            Event::OrderCancelled(event) if event.order == self.id => self.stage = "cancelled",
            Event::OrderExpired(event) if event.order == self.id => self.stage = "expired",
            Event::OrderMarked(event) if event.order == self.id => {
                self.paid |= event.mark == OrderMark::Paid;
            }
            _ => {}
        }
    }
}

const fn address(delivery: &Delivery) -> Option<&Personal<String>> {
    match delivery {
        Delivery::Pickup => None,
        Delivery::Shipped { address, .. } => address.as_ref(),
    }
}

fn whole(number: u64) -> Cell {
    i64::try_from(number).map_or(Cell::Empty, Cell::Whole)
}

/// The wire name of a plain enum's value.
fn wire_name(value: &impl serde::Serialize) -> Cell {
    let name = serde_json::to_value(value).unwrap_or_default();
    name.as_str().into()
}

/// A text without the parts that are hidden, wherever they stand as words, in any case.
fn hide(text: &str, hidden: &[String]) -> String {
    if hidden.is_empty() {
        return text.to_owned();
    }
    let mut told = String::with_capacity(text.len());
    let mut word = String::new();
    let flush = |word: &mut String, told: &mut String| {
        // Russian names are declined: "Анны" and "Анне" are hidden with "Анна", and a few words more than needed.
        let lower = word.to_lowercase();
        let stem = |part: &str| part.chars().count().saturating_sub(1).max(WORTH_HIDING);
        let is = |part: &String| {
            let stem: String = part.chars().take(stem(part)).collect();
            lower.starts_with(&stem)
                && lower.chars().count() <= part.chars().count().saturating_add(2)
        };
        if !word.is_empty() && hidden.iter().any(is) {
            told.push_str(HIDDEN);
        } else {
            told.push_str(word);
        }
        word.clear();
    };
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            word.push(letter);
        } else {
            flush(&mut word, &mut told);
            told.push(letter);
        }
    }
    flush(&mut word, &mut told);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_hidden_in_every_case_and_the_rest_of_the_words_stays() {
        let hidden = ["анна", "петрова", "ленина"].map(str::to_owned);
        let text = "Запишите на Анну Петрову, улица Ленина 5, рюкзак один";
        let told = hide(text, &hidden);
        assert_eq!(
            told,
            "Запишите на [personal] [personal], улица [personal] 5, рюкзак один"
        );
    }
}
