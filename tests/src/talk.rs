//! A chat that is kept as a transcript: what a person would see on the buyer's screen.

use crate::{Channel, Chat, World, plain};

/// One talk with the bot.
pub struct Talk {
    /// The chat.
    pub chat: Chat,
    lines: Vec<String>,
}

impl Talk {
    /// A buyer comes.
    #[must_use]
    pub fn new(world: &World, channel: Channel, number: u32) -> Self {
        Self {
            chat: world.chat(channel, number),
            lines: Vec::new(),
        }
    }

    /// The chat is about this advertisement of Avito's.
    #[must_use]
    pub fn about(mut self, item: u64) -> Self {
        self.chat = self.chat.about(item);
        self
    }

    /// The buyer writes and does not wait for an answer.
    pub async fn says(&mut self, words: &str) {
        self.lines.push(format!("— {words}"));
        self.chat.buyer(words).await;
    }

    /// The buyer writes, and the reply comes; it holds every part.
    pub async fn asks(&mut self, words: &str, parts: &[&str]) -> String {
        self.says(words).await;
        self.hears(parts).await
    }

    /// The next reply comes; it holds every part.
    pub async fn hears(&mut self, parts: &[&str]) -> String {
        let reply = self.chat.expect_reply(parts).await;
        let shown = plain(&reply).replace('\n', "\n  ");
        self.lines.push(format!("  {shown}"));
        reply
    }

    /// What was said, line by line.
    #[must_use]
    pub fn transcript(&self) -> String {
        self.lines.join("\n")
    }
}
