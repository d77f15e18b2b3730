//! What the crate promises to those who call it.

mod parse;
mod shop_file;
