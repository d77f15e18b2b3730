//! What the buttons of a card stand for, and the names of what comes of them.

use domain::conversation::{Action, ActionRefusal};

/// What a button stands for. The codes are on phones: none is ever given another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Send what the bot would have said.
    SendDraft,
    /// Change it first.
    EditDraft,
    /// Take the chat over.
    TakeOver,
    /// Take it from another seller.
    TakeAway,
    /// Give it back to the bot.
    GiveBack,
    /// Close the matter.
    Close,
    /// Wait.
    Snooze,
    /// Do not hear of this buyer any more.
    Mute,
    /// Hear of this buyer again.
    Unmute,
    /// Asking was needed.
    Needed,
    /// It was not.
    Needless,
    /// Show the matter in full.
    Open,
    /// Say yes to an order.
    Approve,
    /// Change it first.
    Amend,
    /// Say no to it.
    Reject,
    /// Write to the buyer of an order.
    Write,
    /// The order is paid.
    Paid,
    /// It was sent.
    Shipped,
    /// The buyer has it.
    Delivered,
    /// The buyer sent it back.
    Returned,
}

impl Deed {
    const ALL: [Self; 20] = [
        Self::SendDraft,
        Self::EditDraft,
        Self::TakeOver,
        Self::TakeAway,
        Self::GiveBack,
        Self::Close,
        Self::Snooze,
        Self::Mute,
        Self::Unmute,
        Self::Needed,
        Self::Needless,
        Self::Open,
        Self::Approve,
        Self::Amend,
        Self::Reject,
        Self::Write,
        Self::Paid,
        Self::Shipped,
        Self::Delivered,
        Self::Returned,
    ];

    /// The code that a button carries.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::SendDraft => 1,
            Self::EditDraft => 2,
            Self::TakeOver => 3,
            Self::TakeAway => 4,
            Self::GiveBack => 5,
            Self::Close => 6,
            Self::Snooze => 7,
            Self::Mute => 8,
            Self::Unmute => 9,
            Self::Needed => 10,
            Self::Needless => 11,
            Self::Open => 12,
            Self::Approve => 13,
            Self::Amend => 14,
            Self::Reject => 15,
            Self::Write => 16,
            Self::Paid => 17,
            Self::Shipped => 18,
            Self::Delivered => 19,
            Self::Returned => 20,
        }
    }

    pub(crate) fn of(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.code() == code)
    }

    /// What came of it, for the log.
    pub(crate) const fn done(self) -> &'static str {
        match self {
            Self::SendDraft => "draft_sent",
            Self::EditDraft => "prompted",
            Self::TakeOver | Self::TakeAway => "taken",
            Self::GiveBack => "given_back",
            Self::Close => "closed",
            Self::Snooze => "snoozed",
            Self::Mute => "muted",
            Self::Unmute => "unmuted",
            Self::Needed => "judged_needed",
            Self::Needless => "judged_needless",
            Self::Open => "shown",
            Self::Approve => "order_approved",
            Self::Amend | Self::Reject | Self::Write | Self::Shipped => "prompted",
            Self::Paid => "order_paid",
            Self::Delivered => "order_delivered",
            Self::Returned => "order_returned",
        }
    }

    /// The message that tells the seller so.
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::SendDraft => "desk-done-draft",
            Self::EditDraft => "desk-done-prompt",
            Self::TakeOver | Self::TakeAway => "desk-done-taken",
            Self::GiveBack => "desk-done-given-back",
            Self::Close => "desk-done-closed",
            Self::Snooze => "desk-done-snoozed",
            Self::Mute => "desk-done-muted",
            Self::Unmute => "desk-done-unmuted",
            Self::Needed | Self::Needless => "desk-done-judged",
            Self::Open => "desk-done-shown",
            Self::Approve => "desk-order-done-approved",
            Self::Amend | Self::Reject | Self::Write | Self::Shipped => "desk-order-done-prompt",
            Self::Paid | Self::Delivered | Self::Returned => "desk-order-done-marked",
        }
    }
}

/// What a button wants done with a chat. `seen`: how many unanswered messages stood on the card.
pub(crate) const fn action(deed: Deed, seen: u32) -> Action {
    match deed {
        Deed::TakeOver => Action::TakeOver,
        Deed::TakeAway => Action::TakeAway,
        Deed::GiveBack => Action::GiveBack,
        Deed::Close => Action::Close,
        Deed::Mute => Action::Mute,
        Deed::Unmute => Action::Unmute,
        Deed::Needed => Action::Judge { needed: true },
        Deed::Needless => Action::Judge { needed: false },
        Deed::SendDraft
        | Deed::EditDraft
        | Deed::Snooze
        | Deed::Open
        | Deed::Approve
        | Deed::Amend
        | Deed::Reject
        | Deed::Write
        | Deed::Paid
        | Deed::Shipped
        | Deed::Delivered
        | Deed::Returned => Action::SendDraft { seen },
    }
}

/// Why nothing changed, for the log.
pub(crate) const fn refused(refusal: &ActionRefusal) -> &'static str {
    match refusal {
        ActionRefusal::Settled(_) => "already_settled",
        ActionRefusal::Forgotten => "no_such_matter",
        ActionRefusal::TakenBy(_) => "taken_by_another",
        ActionRefusal::SellerAnswers(_) => "another_answers",
        ActionRefusal::NoDraft => "no_draft",
        ActionRefusal::BuyerWrote { .. } => "buyer_wrote",
        ActionRefusal::AlreadySo => "already_so",
        ActionRefusal::NoWords => "no_words",
        ActionRefusal::NoChat => "no_chat",
    }
}
