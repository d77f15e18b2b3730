//! The invoice on paper: «Счёт на оплату» as a PDF, from checked data and nothing else.
//!
//! [`render`] is pure: the same [`Invoice`] gives the same bytes, on any machine and on any day. The template is
//! compiled in; buyers' and sellers' words reach it only as strings of one JSON file, so nothing in them is ever
//! read as a command. Sums are recomputed and have to agree to the kopeck before a page is set.
//!
//! Typesetting cannot be interrupted and its memory has no bound of its own. A service therefore uses
//! [`Typesetter`], which runs [`child_main`] of the same program in a process with limits.
//!
//! Deliberately absent: numbering, storage, sending, a clock, fonts or files of the machine.

mod amounts;
mod check;
mod child;
mod error;
mod invoice;
mod issued;
mod payment;
mod render;
mod requisites;
mod sheet;
mod text;
mod vat;
mod words;
mod world;

pub use child::{Limits, Typesetter, child_main};
pub use error::{Fault, Faults, PaperError};
pub use invoice::{BankAccount, Basis, Buyer, Currency, Invoice, Line, Seller, Unit};
pub use issued::{file_name, vat};
pub use payment::payment_code;
pub use render::render;
pub use text::shown;
pub use vat::Vat;
pub use words::in_words;
