//! Rows of conversations, messages, turns, answers and replies.

use eventlog::RawCommit;
use jiff::Timestamp;
use schemas::{
    AggregateKey, ProviderId, Recorded, ReplyId, TurnId,
    conversation::{
        ChatAddress, Content, ConversationEvent as Event, Fact, HandoffRequested, MessageReceived,
        ReplyComposed, ReplyWay, SellerReplied, TurnRouted,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    figures::Till,
    fold::{Fold, Named, moment, name as wire_name},
    handover, orders,
    rows::{Answer, Conversation, Message, Reply, Turn},
};

/// Names the rows that an event changes and does not make.
pub(super) fn name(key: &AggregateKey, recorded: &Recorded<Event>, named: &mut Named) {
    let Some(conversation) = super::conversation_of(key) else {
        return;
    };
    named.conversations.insert(conversation);
    if handover::concerns(&recorded.event) {
        named.handovers_of.insert(conversation);
    }
    if let Some(order) = orders::changed(&recorded.event) {
        named.orders.insert(order.uuid());
    }
    let mut message = |id: &ProviderId| {
        named
            .messages
            .insert((conversation, id.as_str().to_owned()));
    };
    match &recorded.event {
        Event::MessageEdited(event) => message(&event.provider_id),
        Event::MessageDeleted(event) => message(&event.provider_id),
        Event::ReplyEchoed(event) => _ = named.replies.insert(event.reply.uuid()),
        Event::ReplySending(event) => _ = named.replies.insert(event.reply.uuid()),
        Event::ReplySent(event) => _ = named.replies.insert(event.reply.uuid()),
        Event::ReplyUncertain(event) => _ = named.replies.insert(event.reply.uuid()),
        Event::ReplyFailed(event) => _ = named.replies.insert(event.reply.uuid()),
        Event::ReplyComposed(event) => _ = named.turns.insert(event.turn.uuid()),
        Event::HandoffRequested(event) => named.turns.extend(event.turn.map(TurnId::uuid)),
        Event::ReplyWithdrawn(event) => {
            named.turns.insert(event.turn.uuid());
            named.replies_of_turns.insert(event.turn.uuid());
        }
        _ => {}
    }
}

/// Applies one event of a conversation.
pub(super) fn apply(
    fold: &mut Fold,
    commit: &RawCommit,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    let key = &commit.key;
    let Some(conversation) = super::conversation_of(key) else {
        anyhow::bail!("{key} names no conversation");
    };
    let till = Till {
        shop: key.shop_id().as_str(),
        shard: commit.shard,
        at: recorded.meta.time,
    };
    orders::apply(fold, till, conversation, recorded);
    let mut story = Story {
        fold,
        till,
        conversation,
        id: recorded.meta.id.uuid(),
        at: moment(recorded.meta.time),
    };
    story.apply(&recorded.event)?;
    handover::apply(fold, till, conversation, recorded)
}

/// One event of one conversation on its way into rows.
struct Story<'a> {
    fold: &'a mut Fold,
    till: Till<'a>,
    conversation: Uuid,
    id: Uuid,
    at: Timestamp,
}

impl Story<'_> {
    fn apply(&mut self, event: &Event) -> anyhow::Result<()> {
        match event {
            Event::MessageReceived(event) => self.message_received(event),
            Event::MessageEdited(event) => {
                for row in self.messages(&event.provider_id) {
                    event.content.text().clone_into(&mut row.text);
                }
            }
            Event::MessageDeleted(event) => {
                for row in self.messages(&event.provider_id) {
                    row.deleted = true;
                }
            }
            Event::NoticeReceived(_)
            | Event::ButtonPressed(_)
            | Event::VoiceTranscribed(_)
            | Event::ModelCalled(_)
            | Event::ListShown(_)
            | Event::OfferMade(_)
            | Event::DraftSuggested(_)
            | Event::HandoffJudged(_)
            | Event::HandoffLabelled(_)
            | Event::ArmAssigned(_)
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
            | Event::OrderInvoiced(_) => {}
            Event::SellerReplied(event) => self.seller_replied(event),
            Event::ChatTaken(_) => self.owner("seller", None),
            Event::ChatGivenBack(_) | Event::BuyerUnmuted(_) | Event::BotResumed(_) => {
                self.owner("bot", None);
            }
            Event::ChatClosed(_) => self.owner("closed", None),
            Event::BuyerMuted(_) => self.owner("closed", Some("muted")),
            Event::SellerWrote(event) => {
                self.open(&event.address, None, None);
                self.message("seller", &event.provider_id, &event.content, event.sent_at);
                self.owner("seller", None);
                self.fold.figures.add(self.till, "seller_replies", "", 1);
            }
            Event::ReplyEchoed(event) => self.arrived(event.reply, &event.provider_id),
            Event::TurnRouted(event) => self.turn_routed(event)?,
            Event::AnswerGiven(event) => {
                self.answer(event.turn, event.ask, Ok(&event.text), &event.facts)?;
            }
            Event::CannotAnswer(event) => {
                self.answer(event.turn, event.ask, Err(&event.reason), &[])?;
            }
            Event::ReplyComposed(event) => self.reply_composed(event)?,
            Event::ReplyWithdrawn(event) => {
                let reason = wire_name(&event.reason)?;
                self.outcome(event.turn, "withdrawn", reason);
                let (turn, at) = (event.turn.uuid(), self.at);
                let rows = &mut self.fold.replies;
                for row in rows.edit_all(|row| row.turn == turn && row.state != "sent") {
                    "withdrawn".clone_into(&mut row.state);
                    row.changed_at = at;
                }
            }
            Event::HandoffRequested(event) => self.handoff(event)?,
            Event::ReplySending(event) => self.reply(event.reply, "sending", 1),
            Event::ReplySent(event) => self.arrived(event.reply, &event.provider_id),
            Event::ReplyUncertain(event) => self.reply(event.reply, "uncertain", 0),
            Event::ReplyFailed(event) => {
                let state = if event.retryable {
                    "waiting"
                } else {
                    "refused"
                };
                self.reply(event.reply, state, 0);
            }
        }
        Ok(())
    }

    fn chat(&mut self) -> Option<&mut Conversation> {
        self.fold.conversations.edit(&(self.conversation,))
    }

    fn message_received(&mut self, event: &MessageReceived) {
        let name = event.buyer_name.as_ref().map(schemas::Personal::text);
        let listing = event.listing.as_ref().map(schemas::ListingId::as_str);
        self.open(&event.address, name.map(AsRef::as_ref), listing);
        if let Some(chat) = self.chat() {
            chat.messages += 1;
            // A closed chat is the bot's again when the buyer writes, unless the buyer is muted.
            if chat.owner == "closed" && chat.handoff.is_none() {
                "bot".clone_into(&mut chat.owner);
            }
        }
        self.message("buyer", &event.provider_id, &event.content, event.sent_at);
        self.fold.figures.add(self.till, "messages", "", 1);
    }

    /// Opens the conversation when this is the first of it, and notes that something happened.
    fn open(&mut self, address: &ChatAddress, name: Option<&str>, listing: Option<&str>) {
        let at = self.at;
        if let Some(chat) = self.chat() {
            chat.changed_at = at;
            if let Some(name) = name {
                chat.buyer_name = Some(name.to_owned());
            }
            if let Some(listing) = listing {
                chat.listing = Some(listing.to_owned());
            }
            return;
        }
        self.fold.figures.add(self.till, "conversations", "", 1);
        self.fold.conversations.put(Conversation {
            id: self.conversation,
            shop: self.till.shop.to_owned(),
            channel: address.channel.as_str().to_owned(),
            account: address.account.clone(),
            chat: address.chat.clone(),
            buyer_name: name.map(str::to_owned),
            listing: listing.map(str::to_owned),
            owner: "bot".to_owned(),
            handoff: None,
            language: None,
            messages: 0,
            replies: 0,
            opened_at: at,
            changed_at: at,
        });
    }

    fn message(&mut self, author: &str, id: &ProviderId, content: &Content, sent_at: Timestamp) {
        self.fold.messages.put(Message {
            event_id: self.id,
            shop: self.till.shop.to_owned(),
            conversation: self.conversation,
            author: author.to_owned(),
            provider_id: id.as_str().to_owned(),
            text: content.text().to_owned(),
            deleted: false,
            sent_at: moment(sent_at),
            recorded_at: self.at,
        });
    }

    fn messages(&mut self, id: &ProviderId) -> impl Iterator<Item = &mut Message> {
        let conversation = self.conversation;
        let id = id.as_str().to_owned();
        self.fold
            .messages
            .edit_all(move |row| row.conversation == conversation && row.provider_id == id)
    }

    fn owner(&mut self, owner: &str, handoff: Option<&str>) {
        let at = self.at;
        if let Some(chat) = self.chat() {
            owner.clone_into(&mut chat.owner);
            chat.handoff = handoff.map(str::to_owned);
            chat.changed_at = at;
        }
    }

    fn turn_routed(&mut self, event: &TurnRouted) -> anyhow::Result<()> {
        let language = event.language.as_str();
        self.fold.turns.put(Turn {
            id: self.id,
            shop: self.till.shop.to_owned(),
            conversation: self.conversation,
            messages: serde_json::to_value(&event.messages)?,
            asks: serde_json::to_value(&event.asks)?,
            language: language.to_owned(),
            threshold: event.threshold,
            model: event.model.clone(),
            bank: event.bank.clone(),
            outcome: "open".to_owned(),
            detail: None,
            routed_at: self.at,
        });
        if let Some(chat) = self.chat() {
            chat.language = Some(language.to_owned());
        }
        self.fold.figures.add(self.till, "turns", "", 1);
        Ok(())
    }

    fn outcome(&mut self, turn: TurnId, outcome: &str, detail: String) {
        if let Some(row) = self.fold.turns.edit(&(turn.uuid(),)) {
            outcome.clone_into(&mut row.outcome);
            row.detail = Some(detail);
        }
    }

    /// `said` is the text, or what is missing to have one.
    fn answer(
        &mut self,
        turn: TurnId,
        ask: u32,
        said: Result<&str, &str>,
        facts: &[Fact],
    ) -> anyhow::Result<()> {
        self.fold.answers.put(Answer {
            event_id: self.id,
            shop: self.till.shop.to_owned(),
            conversation: self.conversation,
            turn: turn.uuid(),
            ask: i32::try_from(ask)?,
            text: said.ok().map(str::to_owned),
            missing: said.err().map(str::to_owned),
            facts: serde_json::to_value(facts)?,
            answered_at: self.at,
        });
        Ok(())
    }

    fn new_reply(&mut self, turn: Uuid, kind: String, text: &str, facts: Value) {
        self.fold.replies.put(Reply {
            id: self.id,
            shop: self.till.shop.to_owned(),
            conversation: self.conversation,
            turn,
            kind,
            text: text.to_owned(),
            facts,
            state: "waiting".to_owned(),
            attempts: 0,
            provider_ids: Vec::new(),
            composed_at: self.at,
            changed_at: self.at,
        });
    }

    fn reply_composed(&mut self, event: &ReplyComposed) -> anyhow::Result<()> {
        let facts = serde_json::to_value(&event.facts)?;
        let kind = wire_name(&event.kind)?;
        self.new_reply(event.turn.uuid(), kind, &event.text, facts);
        let turn = self.fold.turns.edit(&(event.turn.uuid(),));
        if let Some(turn) = turn.filter(|turn| turn.outcome == "open") {
            "replied".clone_into(&mut turn.outcome);
        }
        Ok(())
    }

    /// The bot's words, sent by a seller, leave the chat with the bot; a seller's own make it the seller's.
    fn seller_replied(&mut self, event: &SellerReplied) {
        self.new_reply(self.id, "seller".to_owned(), event.text.text(), json!([]));
        let owner = if event.way == ReplyWay::Draft {
            "bot"
        } else {
            "seller"
        };
        self.owner(owner, None);
    }

    fn handoff(&mut self, event: &HandoffRequested) -> anyhow::Result<()> {
        let reason = wire_name(&event.reason)?;
        if let Some(turn) = event.turn {
            self.outcome(turn, "handed_over", format!("{reason}: {}", event.detail));
        }
        self.owner("waiting_for_seller", Some(&reason));
        Ok(())
    }

    fn reply(&mut self, id: ReplyId, state: &str, attempts: i32) {
        let at = self.at;
        if let Some(row) = self.fold.replies.edit(&(id.uuid(),)) {
            state.clone_into(&mut row.state);
            row.attempts += attempts;
            row.changed_at = at;
        }
    }

    /// A part arrived. A reply in several parts counts as sent with the first; the rest follow or are seen as waiting.
    fn arrived(&mut self, id: ReplyId, provider_id: &ProviderId) {
        let at = self.at;
        if let Some(row) = self.fold.replies.edit(&(id.uuid(),)) {
            if row.provider_ids.is_empty() {
                let figure = match row.kind.as_str() {
                    "seller" => "seller_replies",
                    _ => "replies",
                };
                self.fold.figures.add(self.till, figure, "", 1);
            }
            "sent".clone_into(&mut row.state);
            row.provider_ids.push(provider_id.as_str().to_owned());
            row.changed_at = at;
        }
        if let Some(chat) = self.chat() {
            chat.replies += 1;
            chat.changed_at = at;
        }
    }
}
