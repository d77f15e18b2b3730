//! What the desk says to sellers, in the shop's first language, and what is known of who is there.

use domain::{
    Desk, Shop,
    conversation::{ActionRefusal, SettledMatter},
    desk::{CodeVerdict, Matter},
    hours,
};
use jiff::Timestamp;
use language::{Arg, SayError, say};
use schemas::{
    conversation::{Actor, HandoffReason, Language},
    desk::Settlement,
    shop::Hold,
};

/// Whether somebody of the shop is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Presence {
    /// Whether somebody is; true while the shop tells no hours.
    pub(crate) somebody_there: bool,
    /// When somebody is again.
    pub(crate) opens: Option<Timestamp>,
}

/// Whether somebody of the shop is there at `now`, by its hours.
pub(crate) fn presence(shop: &Shop, now: Timestamp) -> Presence {
    match shop.schedule().map(|schedule| schedule.at(now)) {
        Some(hours::Presence::Closed { opens, .. }) => Presence {
            somebody_there: false,
            opens,
        },
        Some(hours::Presence::Open { .. }) | None => Presence {
            somebody_there: true,
            opens: None,
        },
    }
}

/// The words of one desk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// The language that the shop's sellers read.
    pub(crate) language: Language,
}

impl Words {
    /// Words in the first language of a shop.
    pub(crate) fn of(shop: &Shop) -> Self {
        let languages = shop
            .settings()
            .map(|settings| settings.languages.as_slice());
        let first = languages.and_then(<[String]>::first);
        Self {
            language: first
                .and_then(|code| Language::parse(code))
                .unwrap_or(Language::Ru),
        }
    }

    /// A message without arguments.
    pub(crate) fn plain(self, id: &str) -> Result<String, SayError> {
        say(self.language, id, &[])
    }

    /// A message with one text.
    pub(crate) fn with(self, id: &str, name: &str, text: &str) -> Result<String, SayError> {
        say(self.language, id, &[(name, Arg::Text(text))])
    }

    /// Why the bot stopped.
    pub(crate) fn reason(self, reason: HandoffReason) -> Result<String, SayError> {
        self.plain(match reason {
            HandoffReason::LowConfidence => "desk-reason-low-confidence",
            HandoffReason::NoSpecialist => "desk-reason-no-specialist",
            HandoffReason::ComplexBundle => "desk-reason-bundle",
            HandoffReason::Ambiguous => "desk-reason-ambiguous",
            HandoffReason::HumanRequested => "desk-reason-human",
            HandoffReason::Complaint => "desk-reason-complaint",
            HandoffReason::CannotAnswer => "desk-reason-cannot-answer",
            HandoffReason::GuardRefused => "desk-reason-guard",
            HandoffReason::Unreadable => "desk-reason-unreadable",
            HandoffReason::ReplyUncertain => "desk-reason-uncertain",
            HandoffReason::ReplyFailed => "desk-reason-failed",
            HandoffReason::BudgetSpent => "desk-reason-budget",
            HandoffReason::Paused => "desk-reason-paused",
            HandoffReason::OrderApproval => "desk-reason-approval",
            HandoffReason::HoldOut => "desk-reason-hold-out",
        })
    }

    /// How a matter ended. `who`: the name of whoever ended it.
    pub(crate) fn settled(self, how: Settlement, who: Option<&str>) -> Result<String, SayError> {
        let id = match how {
            Settlement::DraftSent => "desk-settled-draft",
            Settlement::Answered => "desk-settled-answered",
            Settlement::AnsweredOutside => "desk-settled-outside",
            Settlement::GivenBack => "desk-settled-given-back",
            Settlement::Closed => "desk-settled-closed",
            Settlement::Muted => "desk-settled-muted",
            Settlement::Superseded => "desk-settled-superseded",
            Settlement::OrderApproved => "desk-settled-order-approved",
            Settlement::OrderRejected => "desk-settled-order-rejected",
            Settlement::OrderCancelled => "desk-settled-order-cancelled",
            Settlement::OrderExpired => "desk-settled-order-expired",
        };
        let done = self.plain(id)?;
        match who {
            Some(who) => say(
                self.language,
                "desk-by",
                &[("what", Arg::Text(&done)), ("who", Arg::Text(who))],
            ),
            None => Ok(done),
        }
    }

    /// A reminder of a card that nobody answers.
    pub(crate) fn reminder(self, matter: &Matter, now: Timestamp) -> Result<String, SayError> {
        let minutes = now.duration_since(matter.since).as_mins().max(1);
        let minutes = Arg::Count(u64::try_from(minutes).unwrap_or(1));
        let Some(order) = matter.order else {
            return say(self.language, "desk-reminder", &[("minutes", minutes)]);
        };
        let order = order.code();
        let args = [("minutes", minutes), ("order", Arg::Text(&order))];
        say(self.language, "desk-order-reminder", &args)
    }

    /// A seller's words did not arrive.
    pub(crate) fn undelivered(self, uncertain: bool) -> Result<String, SayError> {
        self.plain(if uncertain {
            "desk-undelivered-uncertain"
        } else {
            "desk-undelivered-refused"
        })
    }

    /// Why an action changed nothing. `name` tells who somebody is.
    pub(crate) fn refusal(
        self,
        refusal: &ActionRefusal,
        name: impl Fn(&Actor) -> String,
    ) -> Result<String, SayError> {
        match refusal {
            ActionRefusal::Settled(SettledMatter { how, by, .. }) => {
                let done = self.settled(*how, by.as_ref().map(&name).as_deref())?;
                self.with("desk-already", "what", &done)
            }
            ActionRefusal::Forgotten => self.plain("desk-forgotten"),
            ActionRefusal::TakenBy(by) => self.with("desk-taken-by", "who", &name(by)),
            ActionRefusal::SellerAnswers(Some(by)) => {
                self.with("desk-answers-already", "who", &name(by))
            }
            ActionRefusal::SellerAnswers(None) => self.plain("desk-answers-in-app"),
            ActionRefusal::NoDraft => self.plain("desk-no-draft"),
            ActionRefusal::BuyerWrote { .. } => self.plain("desk-buyer-wrote"),
            ActionRefusal::AlreadySo => self.plain("desk-already-so"),
            ActionRefusal::NoWords => self.plain("desk-no-words"),
            ActionRefusal::NoChat => self.plain("desk-no-chat"),
        }
    }

    /// How the shop stands: whether the bot works, what waits, when somebody is there, what is shut.
    pub(crate) fn status(
        self,
        shop: &Shop,
        desk: &Desk,
        now: Timestamp,
    ) -> Result<String, SayError> {
        let open = desk.matters().filter(|matter| matter.is_open());
        let (orders, chats): (Vec<_>, Vec<_>) = open.partition(|matter| matter.order.is_some());
        let count = |matters: Vec<&Matter>| u64::try_from(matters.len()).unwrap_or(u64::MAX);
        let (orders, chats) = (count(orders), Arg::Count(count(chats)));
        let mut lines = vec![
            self.plain(match shop.held() {
                None => "desk-status-works",
                Some(Hold::Paused) => "desk-status-paused",
                Some(Hold::Stopped) => "desk-status-stopped",
            })?,
            say(self.language, "desk-status-waiting", &[("count", chats)])?,
        ];
        if orders > 0 {
            let count = [("count", Arg::Count(orders))];
            lines.push(say(self.language, "desk-order-status-waiting", &count)?);
        }
        let presence = presence(shop, now);
        if shop.schedule().is_none() {
            lines.push(self.plain("desk-status-no-hours")?);
        } else if presence.somebody_there {
            lines.push(self.plain("desk-status-open")?);
        } else {
            lines.push(self.plain("desk-status-closed")?);
        }
        lines.extend(crate::setup::connected(self, shop)?);
        for (channel, account, why) in shop.paused_channels() {
            let what = format!("{} {account}: {why}", channel.as_str());
            lines.push(self.with("desk-status-shut", "what", &what)?);
        }
        Ok(lines.join("\n"))
    }

    /// What came of a code.
    pub(crate) fn code(self, verdict: CodeVerdict) -> Result<String, SayError> {
        self.plain(match verdict {
            CodeVerdict::Good => "desk-code-good",
            CodeVerdict::Unknown => "desk-code-unknown",
            CodeVerdict::Expired => "desk-code-expired",
            CodeVerdict::TooManyTries => "desk-code-too-many",
        })
    }
}
