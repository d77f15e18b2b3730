//! Orders at the desk: the card that shows one, and what sellers press and write about it. Whether something is possible
//! is decided by `Conversation::act_on_order`, and by nobody here.

mod amend;
pub(crate) mod asked;
mod card;
pub(crate) mod contract;
mod grpc;
mod hands;
mod words;
