//! What the crate promises to those who call it.

#[cfg(test)]
mod desk;
mod hook;
#[cfg(test)]
mod parse;
#[cfg(test)]
mod shop_file;
