//! The remote control of people who talk with a bot over cards: sellers at their desk.

use crate::{
    control::{Control, ControlError, TelegramMessage, missing},
    telegram::Shown,
};

impl Control {
    /// A person opens the bot by its link with `code`: `/start <code>`. Returns the message's number.
    ///
    /// # Errors
    /// [`ControlError`], never in a private chat.
    pub fn telegram_start(&self, bot: i64, chat: i64, code: &str) -> Result<i64, ControlError> {
        let words = format!("/start {code}");
        self.telegram_write(bot, chat, &TelegramMessage::text(words.trim_end()))
    }

    /// What a person sees in their chat with the bot now, oldest first.
    #[must_use]
    pub fn telegram_shown(&self, bot: i64, chat: i64) -> Vec<Shown> {
        self.world.telegram().bot(bot).shown(chat)
    }

    /// A person taps the button that says `label` under message `number`; returns the tap's id.
    ///
    /// # Errors
    /// [`ControlError`] when there is no such message, when no button under it says that now, or when it opens a page
    /// and the bot never hears of it.
    pub fn telegram_tap(
        &self,
        bot: i64,
        chat: i64,
        number: i64,
        label: &str,
    ) -> Result<String, ControlError> {
        self.taps(bot, chat, number, label).map(|[id]| id)
    }

    /// A person taps a button twice before anything can change; returns the ids of both taps.
    ///
    /// # Errors
    /// As [`Self::telegram_tap`].
    pub fn telegram_tap_twice(
        &self,
        bot: i64,
        chat: i64,
        number: i64,
        label: &str,
    ) -> Result<[String; 2], ControlError> {
        self.taps(bot, chat, number, label)
    }

    /// Lets so much time pass that tap `id` can no longer be answered.
    ///
    /// # Errors
    /// [`ControlError`] when there is no such tap.
    pub fn telegram_outdate(&self, bot: i64, id: &str) -> Result<(), ControlError> {
        let outdated = self.world.telegram().bot(bot).outdate(id);
        outdated.then_some(()).ok_or_else(|| missing("tap", id))
    }

    /// `N` taps on one button, none of which sees what another does to it.
    fn taps<const N: usize>(
        &self,
        bot: i64,
        chat: i64,
        number: i64,
        label: &str,
    ) -> Result<[String; N], ControlError> {
        let taps = {
            let mut bots = self.world.telegram();
            let bot = bots.bot(bot);
            let data = carried(&bot.shown(chat), number, label)?;
            let mut taps = [const { (String::new(), None) }; N];
            for tap in &mut taps {
                *tap = bot
                    .press(chat, number, &data, true)
                    .map_err(|refusal| ControlError(refusal.1.to_owned()))?;
            }
            taps
        };
        Ok(taps.map(|(id, letter)| {
            self.post(letter);
            id
        }))
    }
}

/// What the button that says `label` under message `number` carries.
fn carried(shown: &[Shown], number: i64, label: &str) -> Result<String, ControlError> {
    let message = shown.iter().find(|message| message.message_id == number);
    let message = message.ok_or_else(|| missing("message", &number.to_string()))?;
    let mut buttons = message.buttons.iter().flatten();
    let Some(button) = buttons.find(|button| button.label == label) else {
        let there = message.labels().join(", ");
        return Err(ControlError(format!(
            "no button of message {number} says {label}; there are: {there}"
        )));
    };
    let opens = || ControlError(format!("button {label} opens a page"));
    button.data.clone().ok_or_else(opens)
}
