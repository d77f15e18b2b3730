//! What the crate promises to those who call it.

#[cfg(test)]
mod desk;
#[cfg(test)]
mod parse;
#[cfg(test)]
mod shop_file;
