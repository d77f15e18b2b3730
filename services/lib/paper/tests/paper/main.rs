//! Invoices as they come out: read back by programs that had no part in making them.

mod attacks;
mod pages;
mod process;
mod refusals;
mod support;
