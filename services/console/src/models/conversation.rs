//! Rows of conversations, messages, turns, answers and replies.

use jiff_sqlx::ToSqlx as _;
use schemas::{
    AggregateKey, ProviderId, Recorded, ReplyId, ShopId, TurnId,
    conversation::{
        AnswerGiven, ChatAddress, Content, ConversationEvent as Event, Fact, HandoffRequested,
        MessageReceived, ReplyComposed, ReplyWay, SellerReplied, TurnRouted,
    },
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::time;

/// One event of one conversation on its way into rows.
struct Row<'a> {
    tx: &'a mut PgConnection,
    shop: &'a ShopId,
    conversation: Uuid,
    recorded: &'a Recorded<Event>,
}

/// Applies one event of a conversation.
pub(crate) async fn apply(
    tx: &mut PgConnection,
    key: &AggregateKey,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    let Some(conversation) = super::conversation_of(key) else {
        anyhow::bail!("{key} names no conversation");
    };
    let mut row = Row {
        tx,
        shop: key.shop_id(),
        conversation,
        recorded,
    };
    match &recorded.event {
        Event::MessageReceived(event) => row.message_received(event).await,
        Event::MessageEdited(event) => row.text(&event.provider_id, &event.content).await,
        Event::MessageDeleted(event) => row.deleted(&event.provider_id).await,
        Event::NoticeReceived(_)
        | Event::ButtonPressed(_)
        | Event::VoiceTranscribed(_)
        | Event::ModelCalled(_)
        | Event::ListShown(_)
        | Event::OfferMade(_)
        | Event::DraftSuggested(_)
        | Event::HandoffJudged(_)
        | Event::HandoffLabelled(_)
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
        | Event::ArmAssigned(_) => Ok(()),
        Event::SellerReplied(event) => row.seller_replied(event).await,
        Event::ChatTaken(_) => row.owner("seller", None).await,
        Event::ChatGivenBack(_) | Event::BuyerUnmuted(_) => row.owner("bot", None).await,
        Event::ChatClosed(_) => row.owner("closed", None).await,
        Event::BuyerMuted(_) => row.owner("closed", Some("muted")).await,
        Event::SellerWrote(event) => {
            row.open(&event.address, None, None).await?;
            row.message("seller", &event.provider_id, &event.content, event.sent_at)
                .await?;
            row.owner("seller", None).await
        }
        Event::ReplyEchoed(event) => row.arrived(event.reply, &event.provider_id).await,
        Event::TurnRouted(event) => row.turn_routed(event).await,
        Event::AnswerGiven(event) => row.answer_given(event).await,
        Event::CannotAnswer(event) => {
            row.answer(event.turn, event.ask, None, Some(&event.reason), &[])
                .await
        }
        Event::ReplyComposed(event) => row.reply_composed(event).await,
        Event::ReplyWithdrawn(event) => {
            let reason = name(&event.reason)?;
            row.outcome(event.turn, "withdrawn", Some(&reason)).await?;
            row.reply_of_turn(event.turn, "withdrawn").await
        }
        Event::HandoffRequested(event) => row.handoff(event).await,
        Event::BotResumed(_) => row.owner("bot", None).await,
        Event::ReplySending(event) => row.reply(event.reply, "sending", 1).await,
        Event::ReplySent(event) => row.arrived(event.reply, &event.provider_id).await,
        Event::ReplyUncertain(event) => row.reply(event.reply, "uncertain", 0).await,
        Event::ReplyFailed(event) => {
            let state = if event.retryable {
                "waiting"
            } else {
                "refused"
            };
            row.reply(event.reply, state, 0).await
        }
    }
}

impl Row<'_> {
    async fn message_received(&mut self, event: &MessageReceived) -> anyhow::Result<()> {
        let name = event.buyer_name.as_ref().map(schemas::Personal::text);
        let listing = event.listing.as_ref().map(schemas::ListingId::as_str);
        self.open(&event.address, name, listing).await?;
        // A closed chat is the bot's again when the buyer writes, unless the buyer is muted.
        sqlx::query(
            "UPDATE conversation SET messages = messages + 1, \
             owner = CASE WHEN owner = 'closed' AND handoff IS NULL THEN 'bot' ELSE owner END WHERE id = $1",
        )
            .bind(self.conversation)
            .execute(&mut *self.tx)
            .await?;
        self.message("buyer", &event.provider_id, &event.content, event.sent_at)
            .await
    }

    /// Opens the conversation when this is the first of it, and notes that something happened.
    async fn open(
        &mut self,
        address: &ChatAddress,
        name: Option<&str>,
        listing: Option<&str>,
    ) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO conversation (id, shop, channel, account, chat, buyer_name, listing, owner, messages, \
             replies, opened_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'bot', 0, 0, $8, $8) \
             ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at, \
             buyer_name = coalesce(excluded.buyer_name, conversation.buyer_name), \
             listing = coalesce(excluded.listing, conversation.listing)",
        )
        .bind(self.conversation)
        .bind(self.shop.as_str())
        .bind(address.channel.as_str())
        .bind(&address.account)
        .bind(&address.chat)
        .bind(name)
        .bind(listing)
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn message(
        &mut self,
        author: &str,
        provider_id: &ProviderId,
        content: &Content,
        sent_at: jiff::Timestamp,
    ) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO message (event_id, shop, conversation, author, provider_id, text, deleted, sent_at, \
             recorded_at) VALUES ($1, $2, $3, $4, $5, $6, false, $7, $8)",
        )
        .bind(self.recorded.meta.id.uuid())
        .bind(self.shop.as_str())
        .bind(self.conversation)
        .bind(author)
        .bind(provider_id.as_str())
        .bind(content.text())
        .bind(sent_at.to_sqlx())
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn text(&mut self, provider_id: &ProviderId, content: &Content) -> anyhow::Result<()> {
        sqlx::query("UPDATE message SET text = $3 WHERE conversation = $1 AND provider_id = $2")
            .bind(self.conversation)
            .bind(provider_id.as_str())
            .bind(content.text())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn deleted(&mut self, provider_id: &ProviderId) -> anyhow::Result<()> {
        sqlx::query(
            "UPDATE message SET deleted = true WHERE conversation = $1 AND provider_id = $2",
        )
        .bind(self.conversation)
        .bind(provider_id.as_str())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn owner(&mut self, owner: &str, handoff: Option<&str>) -> anyhow::Result<()> {
        sqlx::query(
            "UPDATE conversation SET owner = $2, handoff = $3, changed_at = $4 WHERE id = $1",
        )
        .bind(self.conversation)
        .bind(owner)
        .bind(handoff)
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn turn_routed(&mut self, event: &TurnRouted) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO turn (id, shop, conversation, messages, asks, language, threshold, model, bank, outcome, \
             routed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10)",
        )
        .bind(self.recorded.meta.id.uuid())
        .bind(self.shop.as_str())
        .bind(self.conversation)
        .bind(Json(&event.messages))
        .bind(Json(&event.asks))
        .bind(event.language.as_str())
        .bind(event.threshold)
        .bind(&event.model)
        .bind(&event.bank)
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        sqlx::query("UPDATE conversation SET language = $2 WHERE id = $1")
            .bind(self.conversation)
            .bind(event.language.as_str())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn outcome(
        &mut self,
        turn: TurnId,
        outcome: &str,
        detail: Option<&str>,
    ) -> anyhow::Result<()> {
        sqlx::query("UPDATE turn SET outcome = $2, detail = $3 WHERE id = $1")
            .bind(turn.uuid())
            .bind(outcome)
            .bind(detail)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    async fn answer_given(&mut self, event: &AnswerGiven) -> anyhow::Result<()> {
        self.answer(event.turn, event.ask, Some(&event.text), None, &event.facts)
            .await
    }

    async fn answer(
        &mut self,
        turn: TurnId,
        ask: u32,
        text: Option<&str>,
        missing: Option<&str>,
        facts: &[Fact],
    ) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO answer (event_id, shop, conversation, turn, ask, text, missing, facts, answered_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(self.recorded.meta.id.uuid())
        .bind(self.shop.as_str())
        .bind(self.conversation)
        .bind(turn.uuid())
        .bind(i32::try_from(ask)?)
        .bind(text)
        .bind(missing)
        .bind(Json(facts))
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn reply_composed(&mut self, event: &ReplyComposed) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO reply (id, shop, conversation, turn, kind, text, facts, state, attempts, provider_ids, \
             composed_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, '[]', $8, $8)",
        )
        .bind(self.recorded.meta.id.uuid())
        .bind(self.shop.as_str())
        .bind(self.conversation)
        .bind(event.turn.uuid())
        .bind(name(&event.kind)?)
        .bind(&event.text)
        .bind(Json(&event.facts))
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        let turn = "UPDATE turn SET outcome = 'replied' WHERE id = $1 AND outcome = 'open'";
        sqlx::query(turn)
            .bind(event.turn.uuid())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// The bot's words, sent by a seller, leave the chat with the bot; a seller's own make it the seller's.
    async fn seller_replied(&mut self, event: &SellerReplied) -> anyhow::Result<()> {
        sqlx::query(
            "INSERT INTO reply (id, shop, conversation, turn, kind, text, facts, state, attempts, provider_ids, \
             composed_at, changed_at) VALUES ($1, $2, $3, $1, 'seller', $4, '[]', 'waiting', 0, '[]', $5, $5)",
        )
        .bind(self.recorded.meta.id.uuid())
        .bind(self.shop.as_str())
        .bind(self.conversation)
        .bind(event.text.text())
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        let owner = if event.way == ReplyWay::Draft {
            "bot"
        } else {
            "seller"
        };
        self.owner(owner, None).await
    }

    async fn handoff(&mut self, event: &HandoffRequested) -> anyhow::Result<()> {
        let reason = name(&event.reason)?;
        if let Some(turn) = event.turn {
            let detail = format!("{reason}: {}", event.detail);
            self.outcome(turn, "handed_over", Some(&detail)).await?;
        }
        self.owner("waiting_for_seller", Some(&reason)).await
    }

    async fn reply(&mut self, id: ReplyId, state: &str, attempts: i32) -> anyhow::Result<()> {
        sqlx::query(
            "UPDATE reply SET state = $2, attempts = attempts + $3, changed_at = $4 WHERE id = $1",
        )
        .bind(id.uuid())
        .bind(state)
        .bind(attempts)
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn reply_of_turn(&mut self, turn: TurnId, state: &str) -> anyhow::Result<()> {
        sqlx::query(
            "UPDATE reply SET state = $2, changed_at = $3 WHERE turn = $1 AND state <> 'sent'",
        )
        .bind(turn.uuid())
        .bind(state)
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// A part arrived. A reply in several parts counts as sent with the first; the rest follow or are seen as waiting.
    async fn arrived(&mut self, id: ReplyId, provider_id: &ProviderId) -> anyhow::Result<()> {
        sqlx::query(
            "UPDATE reply SET state = 'sent', provider_ids = provider_ids || to_jsonb($2::text), changed_at = $3 \
             WHERE id = $1",
        )
        .bind(id.uuid())
        .bind(provider_id.as_str())
        .bind(time(&self.recorded.meta))
        .execute(&mut *self.tx)
        .await?;
        sqlx::query("UPDATE conversation SET replies = replies + 1, changed_at = $2 WHERE id = $1")
            .bind(self.conversation)
            .bind(time(&self.recorded.meta))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

/// The wire name of a plain enum's value.
fn name(value: &impl serde::Serialize) -> anyhow::Result<String> {
    match serde_json::to_value(value)? {
        Value::String(name) => Ok(name),
        other => anyhow::bail!("{other} is not a name"),
    }
}
