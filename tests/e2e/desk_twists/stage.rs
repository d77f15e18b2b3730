//! Where the stories of the desk are told, and what is done to them meanwhile.

use std::{cell::Cell, time::Duration};

use domain::Owner;
use e2e::{
    AVITO, BOT, Channel, Chat, DESK as DESK_BOT, SELLERS, Seller, Service, Setup, World, until,
};
use serde_json::{Value, json};
use simulator::{Fault, Shown};

use crate::desk::DESK;

/// What is done to a story, and changes nothing of how it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Twist {
    /// Nothing.
    Plain,
    /// Whatever a provider tells comes twice.
    Doubled,
    /// Escalation dies by signal 9 around everything that is done.
    Killed,
}

/// A world, the channel of its buyers, and what is done to it.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) channel: Channel,
    pub(super) twist: Twist,
    chats: u32,
    deeds: u64,
    sellers: [i64; 2],
}

/// What Avito says by itself in the seller's name.
pub(super) const AUTOREPLY: &str = "Здравствуйте! Ответим в течение часа.";

/// Within which services see that a shop's file has changed.
const SEEN: Duration = Duration::from_millis(1_200);

impl Stage {
    pub(super) async fn begin(channel: Channel, twist: Twist) -> Self {
        let mut world = World::with(Setup {
            apart: (twist == Twist::Killed).then_some(Service::Escalation),
            days: true,
            ..DESK
        })
        .await;
        let section = format!("user_id = {AVITO}");
        let autoreply = format!("{section}\nautoreply = [\"{AUTOREPLY}\"]");
        world.change_shop(&section, &autoreply);
        world.kill_and_run(Service::Ingest).await;
        let stage = Self {
            world,
            channel,
            twist,
            chats: 0,
            // Each channel begins with another way of being killed.
            deeds: u64::from(channel == Channel::Telegram),
            sellers: SELLERS,
        };
        stage.behave();
        stage
    }

    /// Providers do nothing but what the twist has them do.
    pub(super) fn behave(&self) {
        self.world.control().clear_faults();
        if self.twist == Twist::Doubled {
            self.world.control().fault(Fault {
                duplicate_webhooks: Some(1),
                ..Fault::default()
            });
        }
    }

    /// The shop changes its sellers: nobody's phone has had cards lately, so each matter is a card of its own.
    pub(super) async fn new_sellers(&mut self) {
        let before = self.sellers;
        self.sellers = before.map(|seller| seller + 10);
        for seller in self.sellers {
            let started = self.world.control().telegram_start(DESK_BOT, seller, "");
            started.unwrap();
        }
        let line = |[first, second]: [i64; 2]| format!("sellers = [{first}, {second}]");
        self.world.change_shop(&line(before), &line(self.sellers));
        tokio::time::sleep(SEEN).await;
    }

    /// The seller who is asked first.
    pub(super) fn first(&self) -> Seller {
        self.world.person(self.sellers[0])
    }

    /// The seller who is asked next.
    pub(super) fn second(&self) -> Seller {
        self.world.person(self.sellers[1])
    }

    /// A buyer of whom nobody has heard.
    pub(super) fn chat(&mut self) -> Chat {
        self.chats += 1;
        self.world.chat(self.channel, self.chats)
    }

    /// As [`Stage::chat`], where the seller has an app to write in as well.
    pub(super) fn chat_with_an_app(&mut self) -> Chat {
        let chat = self.chat();
        match self.channel {
            Channel::Telegram => {
                let control = self.world.control();
                chat.through(control.telegram_connect(BOT, self.sellers[0], "Анна"))
            }
            Channel::Avito | Channel::Web => chat,
        }
    }

    /// Something is done that the desk sees to. By turns escalation is away while it is done, and struck down at work.
    pub(super) async fn does<T>(&mut self, deed: impl AsyncFnOnce() -> T) -> T {
        if self.twist != Twist::Killed {
            return deed().await;
        }
        self.deeds += 1;
        if self.deeds.is_multiple_of(2) {
            self.world.kill(Service::Escalation).await;
            let done = deed().await;
            self.world.run(Service::Escalation).await;
            return done;
        }
        let done = deed().await;
        tokio::time::sleep(Duration::from_millis(self.deeds * 37 % 150)).await;
        self.world.kill_and_run(Service::Escalation).await;
        done
    }

    /// The buyer writes.
    pub(super) async fn buyer(&mut self, chat: &Chat, words: &str) {
        self.does(async || chat.buyer(words).await).await;
    }

    /// The buyer writes what is handed over, and is told so.
    pub(super) async fn handed_over(&mut self, chat: &mut Chat, words: &str) {
        self.buyer(chat, words).await;
        chat.expect_reply(&["продавц"]).await;
        assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);
    }

    /// Taps a button.
    pub(super) async fn taps(&mut self, seller: &Seller, card: &Shown, label: &str) {
        self.does(async || seller.taps(card, label)).await;
    }

    /// What stands about this chat's last matter on a seller's phone, of this kind. Only what the desk knows to stand
    /// there: between Telegram's answer and the note of it, a crash shows it again, and an answer to the first is one to
    /// a message that nobody knows (decision 0004).
    pub(super) async fn post(&self, seller: &Seller, chat: &Chat, kind: &str) -> Shown {
        let matter = self.matter(chat).await;
        until(&format!("seller {} has the {kind}", seller.id), || async {
            let posts = self.posts(seller.id, &matter).await;
            let post = posts.into_iter().find(|post| post["kind"] == kind)?;
            let mut shown = seller.shown().into_iter();
            shown.find(|one| json!(one.message_id) == post["message"])
        })
        .await
    }

    /// The card about this chat's last matter on a seller's phone; out of a digest, it is opened.
    pub(super) async fn card(&self, seller: &Seller, chat: &Chat) -> Shown {
        let matter = self.matter(chat).await;
        let opened = Cell::new(false);
        until(&format!("seller {} has the card", seller.id), || async {
            let posts = self.posts(seller.id, &matter).await;
            let of_kind = |kind: &str| posts.iter().find(|post| post["kind"] == kind);
            let shown = |post: &Value| {
                let shown = seller.shown().into_iter();
                let mut shown = shown.filter(|one| json!(one.message_id) == post["message"]);
                shown.next()
            };
            if let Some(card) = of_kind("card") {
                return shown(card);
            }
            let digest = of_kind("digest")?;
            if !opened.replace(true) {
                let lines = digest["matters"].as_array()?;
                let line = lines.iter().position(|line| *line == matter.as_str())?;
                seller.taps(&shown(digest)?, &(line + 1).to_string());
            }
            None
        })
        .await
    }

    /// The `handoff_requested` event of this chat's last matter.
    pub(super) async fn matter(&self, chat: &Chat) -> String {
        until("the chat is handed over", || async {
            let events = chat.events().await.into_iter();
            let mut handed =
                events.filter(|event| event["type"] == "torg.conversation.handoff_requested.v1");
            let last = handed.next_back()?;
            last["id"].as_str().map(str::to_owned)
        })
        .await
    }

    /// What of a matter stands on a seller's phone, as the desk knows it: the data of the events.
    pub(super) async fn posts(&self, seller: i64, matter: &str) -> Vec<Value> {
        let desk = self.world.desk_events().await.into_iter();
        let posts = desk.filter(|event| event["type"] == "torg.desk.posted.v1");
        let posts = posts.map(|event| event["data"].clone());
        posts
            .filter(|post| post["seller"] == seller)
            .filter(|post| {
                let matters = post["matters"].as_array();
                matters.is_some_and(|matters| matters.iter().any(|one| *one == matter))
            })
            .collect()
    }

    /// How the chat has gone: so many replies, and so many events of each of these types.
    pub(super) async fn went(&self, chat: &Chat, replies: usize, events: &[(&str, usize)]) {
        self.world.until_idle().await;
        let said = chat.replies().await;
        assert_eq!(said.len(), replies, "{:?}: {said:?}", self.twist);
        for (name, times) in events {
            assert_eq!(chat.count(name).await, *times, "{:?}: {name}", self.twist);
        }
    }

    /// The end of all stories of this world.
    pub(super) async fn ends(self) {
        self.world.end().await;
    }
}
