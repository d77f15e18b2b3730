//! Invoices as they come out: read back by programs that had no part in making them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod attacks;
mod pages;
mod process;
mod refusals;
mod support;
