//! A shop: its settings, the state of its sheet, and which of its channels may send.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use jiff::{Timestamp, tz::TimeZoneDatabase};
use schemas::{
    Cause, Decision, EventId, Fold, Recorded,
    conversation::{Actor, ChannelKind},
    shop::{
        BotHeld, BotReleased, ChannelPaused, ChannelResumed, DeliveryRecorded, FaqRecorded, Hold,
        HoursTold, ModelSpent, Policy, Rule, RulesRecorded, Setting, SettingRow, SettingsRecorded,
        SheetRead, SheetRefused, ShopConfigured, ShopEvent, ShopReconfigured, WebhookResumed,
        WebhookStopped, WebhookUnrecognised,
    },
};

use crate::{
    hours::{Holidays, Hours, Schedule},
    webhook::Endpoints,
};

mod experiment;
mod variant;

pub use experiment::{Experiment, ExperimentRefusal};

/// How many holds are remembered, so that the same request is not carried out again.
const HOLDS: usize = 64;

/// What is known of a shop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shop {
    version: u64,
    settings: Option<ShopConfigured>,
    sheets: BTreeMap<String, SheetRead>,
    refused: BTreeMap<String, SheetRefused>,
    paused: BTreeMap<(ChannelKind, String), String>,
    unrecognised: bool,
    delivery: DeliveryRecorded,
    faq: FaqRecorded,
    rules: RulesRecorded,
    about: SettingsRecorded,
    /// The newest day on which a model was paid for, and how much, millionths of a ruble.
    spent: (String, i64),
    /// How a seller holds the bot back.
    held: Option<Hold>,
    /// What the bot was held back for lately, or let go for, the oldest first: the cause, and how it was held then.
    holds: VecDeque<(EventId, Option<Hold>)>,
    /// Opening hours that were told at the desk.
    hours_told: Option<String>,
    /// Every experiment, oldest first.
    experiments: Vec<Arc<Experiment>>,
    /// Its other systems that are told of orders and invoices.
    endpoints: Endpoints,
}

/// A tab that is kept whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Where to, for how much, how long.
    Delivery(DeliveryRecorded),
    /// The seller's questions and answers.
    Faq(FaqRecorded),
    /// What the bot may decide by itself.
    Rules(RulesRecorded),
    /// What the shop says about itself.
    Settings(SettingsRecorded),
}

impl Tab {
    fn revision(&self) -> &str {
        match self {
            Self::Delivery(tab) => &tab.revision,
            Self::Faq(tab) => &tab.revision,
            Self::Rules(tab) => &tab.revision,
            Self::Settings(tab) => &tab.revision,
        }
    }
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

    /// The last good reading of every tab that was read.
    pub fn sheets(&self) -> impl Iterator<Item = &SheetRead> {
        self.sheets.values()
    }

    /// The refusals in force.
    pub fn refusals(&self) -> impl Iterator<Item = &SheetRefused> {
        self.refused.values()
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

    /// Every account that may not send, and why.
    pub fn paused_channels(&self) -> impl Iterator<Item = (ChannelKind, &str, &str)> {
        let paused = self.paused.iter();
        paused.map(|((kind, account), why)| (*kind, account.as_str(), why.as_str()))
    }

    /// The delivery table in force; empty before one was read.
    #[must_use]
    pub const fn delivery(&self) -> &DeliveryRecorded {
        &self.delivery
    }

    /// The seller's questions and answers in force.
    #[must_use]
    pub const fn faq(&self) -> &FaqRecorded {
        &self.faq
    }

    /// The policy that orders go by: the usual one before the shop was added. How long pieces are put aside for an order
    /// that waits for a yes is the sheet's to say (`reserve_hours`), else the shop's file's.
    #[must_use]
    pub fn ordering_policy(&self) -> Policy {
        let settings = self.settings.as_ref();
        let mut policy = settings.map_or_else(Policy::default, |known| known.policy.clone());
        for row in &self.rules.rows {
            if let Rule::ReserveHours(hours) = row.rule {
                policy.order_expires_hours = u64::from(hours);
            }
        }
        policy
    }

    /// The rules in force.
    #[must_use]
    pub const fn rules(&self) -> &RulesRecorded {
        &self.rules
    }

    /// When somebody is there, by the sheet, else by what was told at the desk; `None` when neither says, or not in words that are understood: then nobody's
    /// absence may be assumed. The reader of the sheet has told the seller of such words.
    #[must_use]
    pub fn schedule(&self) -> Option<Schedule> {
        let told = |setting| self.setting(setting).map(|row| row.value.as_str());
        let zone = self.settings.as_ref()?.timezone.as_str();
        let hours = told(Setting::WorkHours).or(self.hours_told.as_deref());
        let hours = Hours::parse(hours?).ok()?;
        Some(Schedule {
            hours: match told(Setting::WorkDays) {
                Some(days) => hours.on(days).ok()?,
                None => hours,
            },
            holidays: told(Setting::Holidays)
                .map_or_else(|| Ok(Holidays::default()), Holidays::parse)
                .ok()?,
            zone: TimeZoneDatabase::bundled().get(zone).ok()?,
        })
    }

    /// What the shop says about itself.
    #[must_use]
    pub const fn about(&self) -> &SettingsRecorded {
        &self.about
    }

    /// One of those settings, with the row that it stands in.
    #[must_use]
    pub fn setting(&self, setting: Setting) -> Option<&SettingRow> {
        self.about.rows.iter().find(|row| row.setting == setting)
    }

    /// How a seller holds the bot back; `None`: it works.
    #[must_use]
    pub const fn held(&self) -> Option<Hold> {
        self.held
    }

    /// Opening hours that were told at the desk; what the sheet says of them goes first.
    #[must_use]
    pub fn hours_told(&self) -> Option<&str> {
        self.hours_told.as_deref()
    }

    /// Holds the bot back, in this way or no longer. The same again adds nothing.
    #[must_use]
    pub fn hold(&self, hold: Option<Hold>, by: &Actor) -> Decision<ShopEvent> {
        self.hold_for(self.cause("hold"), hold, by)
    }

    /// As [`Shop::hold`], for a request that may come again: `cause` names it, and is carried out once, whatever came
    /// after it.
    #[must_use]
    pub fn hold_for(&self, cause: Cause, hold: Option<Hold>, by: &Actor) -> Decision<ShopEvent> {
        if self.held == hold || self.held_for(cause.id).is_some() {
            return Decision::nothing();
        }
        let by = by.clone();
        let event = match hold {
            Some(hold) => ShopEvent::BotHeld(BotHeld { hold, by }),
            None => ShopEvent::BotReleased(BotReleased { by }),
        };
        Decision::new(cause, vec![event])
    }

    /// How the bot was held back for `cause`; `None`: nothing was done for it, or long ago.
    #[must_use]
    pub fn held_for(&self, cause: EventId) -> Option<Option<Hold>> {
        let mut holds = self.holds.iter().rev();
        let (_, hold) = holds.find(|(known, _)| *known == cause)?;
        Some(*hold)
    }

    fn remember_hold(&mut self, cause: Option<EventId>) {
        self.holds.extend(cause.map(|cause| (cause, self.held)));
        let surplus = self.holds.len().saturating_sub(HOLDS);
        self.holds.drain(..surplus);
    }

    /// Records opening hours that were told at the desk.
    #[must_use]
    pub fn tell_hours(&self, hours: &str, by: &Actor) -> Decision<ShopEvent> {
        if self.hours_told.as_deref() == Some(hours) {
            return Decision::nothing();
        }
        let event = ShopEvent::HoursTold(HoursTold {
            hours: hours.to_owned(),
            by: by.clone(),
        });
        self.decide("hours", vec![event])
    }

    /// What models have cost on `day`, millionths of a ruble.
    #[must_use]
    pub fn spent_on(&self, day: &str) -> i64 {
        if self.spent.0 == day { self.spent.1 } else { 0 }
    }

    /// Takes over a tab, whole. The content that is in force adds nothing, whatever its revision.
    #[must_use]
    pub fn take_over(&self, tab: &Tab) -> Decision<ShopEvent> {
        let (known, event) = match tab {
            Tab::Delivery(tab) => (
                self.delivery.rows == tab.rows,
                ShopEvent::DeliveryRecorded(tab.clone()),
            ),
            Tab::Faq(tab) => (
                self.faq.rows == tab.rows,
                ShopEvent::FaqRecorded(tab.clone()),
            ),
            Tab::Rules(tab) => (
                self.rules.rows == tab.rows,
                ShopEvent::RulesRecorded(tab.clone()),
            ),
            Tab::Settings(tab) => (
                self.about.rows == tab.rows,
                ShopEvent::SettingsRecorded(tab.clone()),
            ),
        };
        if known {
            return Decision::nothing();
        }
        self.decide(tab.revision(), vec![event])
    }

    /// Notes what a model cost. `attempt` tells apart calls for one message that were all paid for.
    #[must_use]
    pub fn spend(&self, spent: &ModelSpent, attempt: &str) -> Decision<ShopEvent> {
        let cause = EventId::derive(&["spent", &spent.message.to_string(), attempt]);
        Decision::new(
            Cause::outside(cause),
            vec![ShopEvent::ModelSpent(spent.clone())],
        )
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

    /// Records settings that a seller changed through the desk, because of `cause`.
    #[must_use]
    pub fn reconfigure(
        &self,
        settings: &ShopConfigured,
        by: &Actor,
        cause: Cause,
    ) -> Decision<ShopEvent> {
        if self.settings.as_ref() == Some(settings) {
            return Decision::nothing();
        }
        let event = ShopEvent::ShopReconfigured(Box::new(ShopReconfigured {
            by: by.clone(),
            settings: settings.clone(),
        }));
        Decision::new(cause, vec![event])
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

    /// The shop's other systems that are told of orders and invoices.
    #[must_use]
    pub const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Records that one of them wants no more.
    #[must_use]
    pub fn stop_webhook(&self, stopped: &WebhookStopped) -> Decision<ShopEvent> {
        let known = self.endpoints.has(&stopped.name);
        if !known || self.endpoints.stopped(&stopped.name).is_some() {
            return Decision::nothing();
        }
        self.decide(
            &stopped.name,
            vec![ShopEvent::WebhookStopped(stopped.clone())],
        )
    }

    /// Sends to one of them again.
    #[must_use]
    pub fn resume_webhook(&self, name: &str) -> Decision<ShopEvent> {
        if self.endpoints.stopped(name).is_none() {
            return Decision::nothing();
        }
        let name = name.to_owned();
        self.decide(
            "webhook",
            vec![ShopEvent::WebhookResumed(WebhookResumed { name })],
        )
    }

    /// Takes over settings, whoever told them.
    fn settle(&mut self, settings: &ShopConfigured, now: Timestamp) {
        self.endpoints.configured(&settings.webhooks, now);
        self.settings = Some(settings.clone());
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
        Decision::new(self.cause(what), events)
    }

    fn cause(&self, what: &str) -> Cause {
        Cause::outside(EventId::derive(&["shop", what, &self.version.to_string()]))
    }
}

impl Fold for Shop {
    type Event = ShopEvent;

    fn evolve(&mut self, recorded: &Recorded<ShopEvent>) {
        self.version = recorded.version;
        match &recorded.event {
            ShopEvent::ShopConfigured(settings) => self.settle(settings, recorded.meta.time),
            ShopEvent::ShopReconfigured(told) => self.settle(&told.settings, recorded.meta.time),
            ShopEvent::DeliveryRecorded(tab) => self.delivery = tab.clone(),
            ShopEvent::FaqRecorded(tab) => self.faq = tab.clone(),
            ShopEvent::RulesRecorded(tab) => self.rules = tab.clone(),
            ShopEvent::SettingsRecorded(tab) => self.about = tab.clone(),
            ShopEvent::ModelSpent(spent) => {
                // Days only go forward; a late note of an earlier one no longer matters.
                if spent.day > self.spent.0 {
                    self.spent = (spent.day.clone(), 0);
                }
                if spent.day == self.spent.0 {
                    self.spent.1 = self.spent.1.saturating_add(spent.microrubles);
                }
            }
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
            ShopEvent::WebhookStopped(stopped) => self.endpoints.stop(stopped),
            ShopEvent::WebhookResumed(resumed) => self.endpoints.resume(&resumed.name),
            ShopEvent::BotHeld(held) => {
                self.held = Some(held.hold);
                self.remember_hold(recorded.meta.causation);
            }
            ShopEvent::BotReleased(_) => {
                self.held = None;
                self.remember_hold(recorded.meta.causation);
            }
            ShopEvent::HoursTold(told) => self.hours_told = Some(told.hours.clone()),
            ShopEvent::ExperimentStarted(started) => {
                self.experiment_started(recorded.meta.time, started);
            }
            ShopEvent::ExperimentStopped(stopped) => {
                self.experiment_stopped(recorded.meta.time, stopped);
            }
        }
    }
}
