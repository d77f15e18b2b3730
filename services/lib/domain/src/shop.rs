//! A shop: its settings, the state of its sheet, and which of its channels may send.

use std::collections::BTreeMap;

use schemas::{
    Cause, Decision, EventId, Fold, Recorded,
    conversation::ChannelKind,
    shop::{
        ChannelPaused, ChannelResumed, SheetRead, SheetRefused, ShopConfigured, ShopEvent,
        WebhookUnrecognised,
    },
};

/// What is known of a shop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shop {
    version: u64,
    settings: Option<ShopConfigured>,
    sheets: BTreeMap<String, SheetRead>,
    refused: BTreeMap<String, SheetRefused>,
    paused: BTreeMap<(ChannelKind, String), String>,
    unrecognised: bool,
}

impl Shop {
    /// The settings in force; `None` before the shop was added.
    #[must_use]
    pub const fn settings(&self) -> Option<&ShopConfigured> {
        self.settings.as_ref()
    }

    /// The last good reading of a tab.
    #[must_use]
    pub fn sheet(&self, tab: &str) -> Option<&SheetRead> {
        self.sheets.get(tab)
    }

    /// The refusal in force for a tab: set when the newest content was not taken over.
    #[must_use]
    pub fn refused(&self, tab: &str) -> Option<&SheetRefused> {
        self.refused.get(tab)
    }

    /// Why an account may not send; `None`: it may.
    #[must_use]
    pub fn paused(&self, kind: ChannelKind, account: &str) -> Option<&str> {
        self.paused
            .get(&(kind, account.to_owned()))
            .map(String::as_str)
    }

    /// Takes over a seller's file. The same settings again add nothing.
    #[must_use]
    pub fn configure(&self, settings: &ShopConfigured) -> Decision<ShopEvent> {
        if self.settings.as_ref() == Some(settings) {
            return Decision::nothing();
        }
        self.decide(
            "settings",
            vec![ShopEvent::ShopConfigured(Box::new(settings.clone()))],
        )
    }

    /// Records that a tab was taken over.
    #[must_use]
    pub fn read_sheet(&self, read: &SheetRead) -> Decision<ShopEvent> {
        let known = self
            .sheets
            .get(&read.tab)
            .is_some_and(|last| last.revision == read.revision);
        if known && !self.refused.contains_key(&read.tab) {
            return Decision::nothing();
        }
        self.decide(&read.revision, vec![ShopEvent::SheetRead(read.clone())])
    }

    /// Records that a tab was not taken over.
    #[must_use]
    pub fn refuse_sheet(&self, refused: &SheetRefused) -> Decision<ShopEvent> {
        let known = self.refused.get(&refused.tab);
        if known.is_some_and(|last| last.revision == refused.revision) {
            return Decision::nothing();
        }
        self.decide(
            &refused.revision,
            vec![ShopEvent::SheetRefused(refused.clone())],
        )
    }

    /// Stops an account from sending.
    #[must_use]
    pub fn pause_channel(&self, pause: &ChannelPaused) -> Decision<ShopEvent> {
        if self.paused(pause.kind, &pause.account).is_some() {
            return Decision::nothing();
        }
        self.decide(
            &pause.account,
            vec![ShopEvent::ChannelPaused(pause.clone())],
        )
    }

    /// Lets an account send again.
    #[must_use]
    pub fn resume_channel(&self, kind: ChannelKind, account: &str) -> Decision<ShopEvent> {
        if self.paused(kind, account).is_none() {
            return Decision::nothing();
        }
        let event = ShopEvent::ChannelResumed(ChannelResumed {
            kind,
            account: account.to_owned(),
        });
        self.decide(account, vec![event])
    }

    /// Keeps a webhook that nobody understood, in an aggregate of its own: its repeat adds nothing.
    #[must_use]
    pub fn keep_unrecognised(&self, webhook: &WebhookUnrecognised) -> Decision<ShopEvent> {
        if self.unrecognised {
            return Decision::nothing();
        }
        let cause = Cause::outside(EventId::derive(&["webhook", webhook.body.text()]));
        Decision::new(cause, vec![ShopEvent::WebhookUnrecognised(webhook.clone())])
    }

    fn decide(&self, what: &str, events: Vec<ShopEvent>) -> Decision<ShopEvent> {
        let cause = EventId::derive(&["shop", what, &self.version.to_string()]);
        Decision::new(Cause::outside(cause), events)
    }
}

impl Fold for Shop {
    type Event = ShopEvent;

    fn evolve(&mut self, recorded: &Recorded<ShopEvent>) {
        self.version = recorded.version;
        match &recorded.event {
            ShopEvent::ShopConfigured(settings) => self.settings = Some(*settings.clone()),
            ShopEvent::SheetRead(read) => {
                self.refused.remove(&read.tab);
                self.sheets.insert(read.tab.clone(), read.clone());
            }
            ShopEvent::SheetRefused(refused) => {
                self.refused.insert(refused.tab.clone(), refused.clone());
            }
            ShopEvent::ChannelPaused(pause) => {
                self.paused
                    .insert((pause.kind, pause.account.clone()), pause.reason.clone());
            }
            ShopEvent::ChannelResumed(resume) => {
                self.paused.remove(&(resume.kind, resume.account.clone()));
            }
            ShopEvent::WebhookUnrecognised(_) => self.unrecognised = true,
        }
    }
}
