//! Figures of conversations, computed from the log alone: how much the bot does by itself, and what became of the rest.
//!
//! [`Chat`] and [`Handovers`] fold a conversation's events, [`Tally`] counts chats, [`Figures`] is what comes out; none of
//! them reads anything, and none knows what time it is. [`read()`] is the one that reads the log. What each figure means is
//! decided in `services/decisions/0018-what-the-figures-count.md`.

mod account;
mod chat;
mod handover;
mod ledger;
mod read;
mod sheet;
mod tally;
#[cfg(test)]
pub(crate) mod tests;

pub use account::Account;
pub use chat::Chat;
pub use handover::{Ended, Handover, Handovers, Label, Stopped};
pub use ledger::Ledger;
pub use read::{Folded, read};
pub use sheet::{Day, Figure, Meaning, Sheet, Slice, Told, Unit};
pub use tally::{
    Answers, Autonomy, Figures, HandoverFigures, PerReason, Period, Tally, Times, name,
};
