//! Boot from outside: one binary, so that everything is linked once.

#[cfg(test)]
mod life;
#[cfg(test)]
mod signals;
