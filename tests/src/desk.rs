//! One seller in Telegram: sees cards, taps, answers.

use simulator::{Control, Shown, TelegramMessage};

use crate::{DESK, SELLERS, World, plain, until};

/// A seller at the desk, at a phone.
pub struct Seller {
    /// Telegram user id, and the number of the chat with the desk's bot.
    pub id: i64,
    control: Control,
}

impl Seller {
    pub(crate) fn new(world: &World, id: i64) -> Self {
        Self {
            id,
            control: world.control().clone(),
        }
    }

    /// What the seller sees in the chat with the bot, oldest first.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
        let shown = self.control.telegram_shown(DESK, self.id).into_iter();
        shown.filter(|message| message.by_bot).collect()
    }

    /// The newest message that holds every part, as it looks now.
    #[must_use]
    pub fn find(&self, parts: &[&str]) -> Option<Shown> {
        let holds = |message: &Shown| {
            let text = plain(&message.text);
            parts.iter().all(|part| text.contains(part))
        };
        self.shown().into_iter().rev().find(holds)
    }

    /// Waits for a message that holds every part.
    pub async fn sees(&self, parts: &[&str]) -> Shown {
        until(&format!("seller {} sees {parts:?}", self.id), || async {
            self.find(parts)
        })
        .await
    }

    /// Waits until this message holds every part.
    pub async fn sees_change(&self, number: i64, parts: &[&str]) -> Shown {
        until(&format!("card {number} shows {parts:?}"), || async {
            let shown = self.shown().into_iter();
            let mut card = shown.filter(|message| message.message_id == number);
            let card = card.next()?;
            let text = plain(&card.text);
            parts.iter().all(|part| text.contains(part)).then_some(card)
        })
        .await
    }

    /// Taps the button whose label holds `label`; returns the tap's id.
    ///
    /// # Panics
    /// When there is none.
    pub fn taps(&self, card: &Shown, label: &str) -> String {
        let full = self.label(card, label);
        self.control
            .telegram_tap(DESK, self.id, card.message_id, &full)
            .expect("the button is there")
    }

    /// Taps it twice before anything can change.
    ///
    /// # Panics
    /// When there is none.
    pub fn taps_twice(&self, card: &Shown, label: &str) {
        let full = self.label(card, label);
        self.control
            .telegram_tap_twice(DESK, self.id, card.message_id, &full)
            .expect("the button is there");
    }

    fn label(&self, card: &Shown, label: &str) -> String {
        let labels = card.labels();
        let found = labels.iter().find(|full| full.contains(label));
        let found = found.unwrap_or_else(|| panic!("no {label:?} in {labels:?}"));
        (*found).to_owned()
    }

    /// Answers a message with words.
    ///
    /// # Panics
    /// When the stand-in has no such chat.
    pub fn replies(&self, card: &Shown, words: &str) {
        let message = TelegramMessage::reply(card.message_id, words);
        self.control
            .telegram_write(DESK, self.id, &message)
            .expect("the chat is there");
    }

    /// Opens the bot by its link with a code.
    ///
    /// # Panics
    /// Never in a private chat.
    pub fn starts(&self, code: &str) {
        let started = self.control.telegram_start(DESK, self.id, code);
        started.expect("the desk's bot is there");
    }

    /// Writes to the bot.
    ///
    /// # Panics
    /// When the stand-in has no such chat.
    pub fn writes(&self, words: &str) {
        let message = TelegramMessage::text(words);
        self.control
            .telegram_write(DESK, self.id, &message)
            .expect("the chat is there");
    }
}

impl World {
    /// A seller at the desk; the same number is the same seller, from 0.
    #[must_use]
    pub fn seller(&self, number: usize) -> Seller {
        Seller::new(self, SELLERS[number])
    }

    /// Somebody else in Telegram, by the user id.
    #[must_use]
    pub fn person(&self, id: i64) -> Seller {
        Seller::new(self, id)
    }
}
