//! What a card shows: who, what was asked, why the bot stopped, what it would have said, and what can be done.

use channels::desk::{Button, ButtonAction, Card, Reference, avito_chat_link};
use domain::{Article, Conversation, Desk, desk::Matter};
use language::{Arg, say};
use schemas::{
    AggregateKey, ConversationId, EventId, Sku,
    conversation::{Actor, ChannelKind, ChatAddress, HandoffReason},
    desk::{BuyerWentOn, MatterState, Settlement},
    stock::Quantity,
};

use crate::{
    chat::{Chat, Side},
    deeds::Deed,
    desk::{Look, Trouble},
};

/// How many messages of the chat a card shows.
const LINES: usize = 3;
/// How much of one message a card shows, characters.
const LINE: usize = 400;
/// How much of a question a digest shows, characters.
const SHORT: usize = 80;

/// Draws cards.
pub(crate) struct Painter<'a> {
    pub(crate) look: &'a Look<'a>,
    desk: &'a Desk,
}

impl<'a> Painter<'a> {
    /// A painter at one look at a desk.
    pub(crate) const fn new(look: &'a Look<'a>, desk: &'a Desk) -> Self {
        Self { look, desk }
    }

    /// A matter with everything that a seller needs to decide.
    pub(crate) async fn card(&self, matter: &Matter, seller: i64) -> Result<Card, Trouble> {
        let chat = self.chat(matter.conversation).await?;
        if let Some(order) = matter.order {
            return self.order(matter, order, &chat).await;
        }
        let words = self.look.words;
        let mut text = vec![self.title(matter, &chat)?];
        match &matter.face.state {
            MatterState::Open => {}
            MatterState::Taken(by) => {
                text.push(words.with("desk-taken", "who", &self.name(by))?);
            }
            MatterState::Settled { how, by } => {
                let who = by.as_ref().map(|by| self.name(by));
                text.push(words.settled(*how, who.as_deref())?);
                match matter.face.judged {
                    Some(true) => text.push(words.plain("desk-judged-needed")?),
                    Some(false) => text.push(words.plain("desk-judged-needless")?),
                    None => {}
                }
            }
        }
        text.push(String::new());
        text.extend(self.transcript(&chat)?);
        if matter.is_open() {
            text.push(String::new());
            text.push(words.with("desk-why", "why", &words.reason(matter.reason)?)?);
            if let Some(product) = self.product(&chat).await? {
                text.push(product);
            }
            let open = chat.state.handoff().filter(|open| open.id == matter.id);
            if let Some(draft) = open.and_then(|open| open.draft.as_ref()) {
                text.push(words.with("desk-draft", "text", &draft.text)?);
            }
            if matches!(matter.face.state, MatterState::Open) {
                text.push(words.plain("desk-how-to-reply")?);
            }
        }
        Ok(Card {
            text: text.join("\n"),
            buttons: self.buttons(matter, seller, &chat)?,
            silent: false,
            reply_to: None,
        })
    }

    /// Several matters, a line each, with a button that opens each.
    pub(crate) async fn digest(&self, matters: &[&Matter]) -> Result<Card, Trouble> {
        let words = self.look.words;
        let open = matters.iter().filter(|matter| matter.is_open()).count();
        let count = Arg::Count(u64::try_from(open).unwrap_or(u64::MAX));
        let mut text = vec![say(words.language, "desk-digest", &[("count", count)])?];
        let mut row = Vec::new();
        for (number, matter) in (1..).zip(matters) {
            let chat = self.chat(matter.conversation).await?;
            let asked = chat
                .lines
                .iter()
                .rev()
                .find(|line| line.side == Side::Buyer);
            let asked = asked.map_or("", |line| line.text.as_str());
            let mark = if matter.is_open() { "" } else { "✓ " };
            let (who, asked) = match self.ordered(matter, &chat)? {
                Some(ordered) => (self.buyer(&chat)?, ordered),
                None => (self.buyer(&chat)?, short(asked, SHORT)),
            };
            text.push(format!("{number}. {mark}{who}: {asked}"));
            if matter.is_open() || matter.is_sold_by_rule() {
                row.push(self.button(&number.to_string(), matter.id, Deed::Open));
            }
        }
        text.push(words.plain("desk-digest-how")?);
        Ok(Card {
            text: text.join("\n"),
            buttons: row.chunks(5).map(<[Button]>::to_vec).collect(),
            silent: false,
            reply_to: None,
        })
    }

    /// A buyer's words to the seller who has the chat.
    pub(crate) async fn talk(&self, talk: &BuyerWentOn) -> Result<Card, Trouble> {
        let chat = self.chat(talk.conversation).await?;
        let said = chat
            .state
            .pending()
            .iter()
            .find(|one| one.id == talk.message);
        let said = match said.map(domain::conversation::Pending::words) {
            Some("") | None => self.look.words.plain("desk-unreadable")?,
            Some(words) => short(words, LINE),
        };
        let (deed, words) = (talk.matter, self.look.words);
        Ok(Card {
            text: format!("{}:\n{said}", self.buyer(&chat)?),
            buttons: vec![vec![
                self.button(&words.plain("desk-button-give-back")?, deed, Deed::GiveBack),
                self.button(&words.plain("desk-button-close")?, deed, Deed::Close),
            ]],
            silent: false,
            reply_to: None,
        })
    }

    /// Somebody of the shop, by the name shown in Telegram.
    pub(crate) fn name(&self, by: &Actor) -> String {
        match by {
            Actor::Telegram(seller) => {
                let seat = self.desk.seats().get(seller);
                let name = seat.and_then(|seat| seat.name.as_ref());
                name.map_or_else(|| seller.to_string(), |name| name.text().to_owned())
            }
            Actor::Console(name) => name.clone(),
        }
    }

    fn title(&self, matter: &Matter, chat: &Chat) -> Result<String, Trouble> {
        let mark = match (&matter.face.state, matter.reason) {
            (MatterState::Settled { .. }, _) => "✅",
            (MatterState::Taken(_), _) => "🙋",
            (MatterState::Open, HandoffReason::Complaint) => "🔥",
            (MatterState::Open, _) => "❓",
        };
        Ok(format!("{mark} {}", self.buyer(chat)?))
    }

    pub(crate) fn buyer(&self, chat: &Chat) -> Result<String, Trouble> {
        let words = self.look.words;
        let who = match &chat.buyer {
            Some(name) => name.clone(),
            None => words.plain("desk-buyer")?,
        };
        let channel = match chat.state.address().map(|address| address.channel) {
            Some(ChannelKind::Avito) => words.plain("desk-channel-avito")?,
            Some(ChannelKind::Telegram) => words.plain("desk-channel-telegram")?,
            Some(ChannelKind::Web) | None => words.plain("desk-channel-web")?,
        };
        Ok(format!("{who}, {channel}"))
    }

    pub(crate) fn transcript(&self, chat: &Chat) -> Result<Vec<String>, Trouble> {
        let words = self.look.words;
        let start = chat.lines.len().saturating_sub(LINES);
        let mut lines = Vec::with_capacity(LINES);
        for line in chat.lines.iter().skip(start) {
            let who = words.plain(match line.side {
                Side::Buyer => "desk-side-buyer",
                Side::Bot => "desk-side-bot",
                Side::Seller => "desk-side-seller",
            })?;
            let said = if line.text.trim().is_empty() {
                words.plain("desk-unreadable")?
            } else {
                short(&line.text, LINE)
            };
            lines.push(format!("{who}: {said}"));
        }
        Ok(lines)
    }

    /// The article that the chat is about, with its price and stock.
    async fn product(&self, chat: &Chat) -> Result<Option<String>, Trouble> {
        let Some(sku) = chat.state.focus().or_else(|| suggested(&chat.state)) else {
            return Ok(None);
        };
        let key = AggregateKey::stock(self.look.shop, sku);
        let article = self.look.log.load::<Article>(&key).await?;
        let Some(shown) = article.state.shown() else {
            return Ok(None);
        };
        let (words, product) = (self.look.words, &shown.product);
        let stock = match &product.quantity {
            Quantity::Pieces(count) => say(
                words.language,
                "desk-stock",
                &[("count", Arg::Count(u64::from(*count)))],
            )?,
            Quantity::Some => words.plain("desk-stock-some")?,
            Quantity::OnOrder => words.plain("desk-stock-on-order")?,
        };
        let args = [
            ("name", Arg::Text(product.name.as_str())),
            ("price", Arg::Money(product.price)),
            ("stock", Arg::Text(stock.as_str())),
        ];
        Ok(Some(say(words.language, "desk-product", &args)?))
    }

    fn buttons(
        &self,
        matter: &Matter,
        seller: i64,
        chat: &Chat,
    ) -> Result<Vec<Vec<Button>>, Trouble> {
        let words = self.look.words;
        let button = |id: &str, deed: Deed| -> Result<Button, Trouble> {
            Ok(self.button(&words.plain(id)?, matter.id, deed))
        };
        let mine = Actor::Telegram(seller);
        let mut rows = Vec::new();
        match &matter.face.state {
            MatterState::Open => {
                // As the words of the card have it: the desk may not have heard of the draft yet.
                let open = chat.state.handoff().filter(|open| open.id == matter.id);
                if open.is_some_and(|open| open.draft.is_some()) {
                    rows.push(vec![
                        button("desk-button-send", Deed::SendDraft)?,
                        button("desk-button-edit", Deed::EditDraft)?,
                    ]);
                }
                rows.push(vec![
                    button("desk-button-take", Deed::TakeOver)?,
                    button("desk-button-give-back", Deed::GiveBack)?,
                ]);
                rows.push(vec![
                    button("desk-button-snooze", Deed::Snooze)?,
                    button("desk-button-mute", Deed::Mute)?,
                ]);
            }
            MatterState::Taken(by) if *by == mine => rows.push(vec![
                button("desk-button-give-back", Deed::GiveBack)?,
                button("desk-button-close", Deed::Close)?,
            ]),
            MatterState::Taken(_) => rows.push(vec![
                button("desk-button-take-away", Deed::TakeAway)?,
                button("desk-button-give-back", Deed::GiveBack)?,
            ]),
            MatterState::Settled { how, .. } => {
                match how {
                    Settlement::Muted => {
                        rows.push(vec![button("desk-button-unmute", Deed::Unmute)?])
                    }
                    Settlement::Answered | Settlement::AnsweredOutside => rows.push(vec![
                        button("desk-button-give-back", Deed::GiveBack)?,
                        button("desk-button-close", Deed::Close)?,
                    ]),
                    Settlement::DraftSent
                    | Settlement::GivenBack
                    | Settlement::Closed
                    | Settlement::Superseded
                    | Settlement::OrderApproved
                    | Settlement::OrderRejected
                    | Settlement::OrderCancelled
                    | Settlement::OrderExpired => {}
                }
                if matter.face.judged.is_none() && *how != Settlement::Superseded {
                    rows.push(vec![
                        button("desk-button-needed", Deed::Needed)?,
                        button("desk-button-needless", Deed::Needless)?,
                    ]);
                }
            }
        }
        rows.extend(self.link(chat)?);
        Ok(rows)
    }

    /// The way into the chat in the provider's own app.
    pub(crate) fn link(&self, chat: &Chat) -> Result<Option<Vec<Button>>, Trouble> {
        let Some(ChatAddress {
            channel: ChannelKind::Avito,
            chat,
            ..
        }) = chat.state.address()
        else {
            return Ok(None);
        };
        Ok(Some(vec![Button {
            label: self.look.words.plain("desk-button-avito")?,
            action: ButtonAction::Url(avito_chat_link(chat)),
        }]))
    }

    pub(crate) fn button(&self, label: &str, matter: EventId, deed: Deed) -> Button {
        let id = matter.uuid().into_bytes();
        Button {
            label: label.to_owned(),
            action: ButtonAction::Callback(Reference::seal(&self.look.seal, id, deed.code())),
        }
    }

    async fn chat(&self, conversation: ConversationId) -> Result<Chat, Trouble> {
        let key = AggregateKey::conversation(self.look.shop, conversation);
        Ok(Chat::read(self.look.log, &key).await?)
    }
}

/// The article that the bot would have spoken of.
fn suggested(state: &Conversation) -> Option<&Sku> {
    let draft = state.handoff()?.draft.as_ref()?;
    draft.facts.iter().find_map(|fact| fact.sku.as_ref())
}

pub(crate) fn short(text: &str, characters: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= characters {
        return text;
    }
    let cut: String = text.chars().take(characters).collect();
    format!("{}…", cut.trim_end())
}
