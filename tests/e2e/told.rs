//! The plain stories, told once here and by every variant: each variant ends with the same record of the log.

use e2e::{Channel, Chat, World};

/// The question of a sale and what follows it; the middle is where a variant may interfere.
pub(crate) struct Sale {
    chat: Chat,
}

impl Sale {
    /// A buyer comes.
    pub(crate) fn new(world: &World, channel: Channel, number: u32) -> Self {
        Self {
            chat: world.chat(channel, number),
        }
    }

    /// The chat.
    pub(crate) const fn chat(&self) -> &Chat {
        &self.chat
    }

    /// Greeting and question; the answer is in the sheet.
    pub(crate) async fn asks(&self) -> String {
        let words = "Здравствуйте! Красный рюкзак 20 л есть?";
        self.chat.buyer(words).await
    }

    /// The answer to it.
    pub(crate) async fn is_answered(&mut self) {
        let reply = ["Здравствуйте!", "красный", "3 штуки", "2 490"];
        self.chat.expect_reply(&reply).await;
    }

    /// A follow-up that only the conversation makes sense of.
    pub(crate) async fn follows_up(&self) {
        self.chat.buyer("а синий?").await;
    }

    /// The answer to it.
    pub(crate) async fn is_followed_up(&mut self) {
        self.chat.expect_reply(&["синий", "5 штук", "2 590"]).await;
    }

    /// The price of what was last talked about, and its answer.
    pub(crate) async fn asks_the_price(&mut self) {
        self.chat.buyer("сколько стоит?").await;
        self.chat.expect_reply(&["синий", "2 590"]).await;
    }

    /// All that follows the first answer.
    pub(crate) async fn goes_on(&mut self) {
        self.follows_up().await;
        self.is_followed_up().await;
        self.asks_the_price().await;
    }

    /// The end, checked: the same record and three replies, whatever happened on the way.
    pub(crate) async fn ends(self, world: &World) {
        world.end().await;
        assert_eq!(self.chat.replies().await.len(), 3);
        record("sale", &self.chat.record().await);
    }

    /// All of it.
    pub(crate) async fn tell(mut self, world: &World) {
        self.asks().await;
        self.is_answered().await;
        self.goes_on().await;
        self.ends(world).await;
    }
}

/// Compares with the record of this name. All variants of a story name the same one.
pub(crate) fn record(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
