//! The clients of `channels` and `llm` against the stand-ins, and the stand-ins against what is known of the real ones.

#[cfg(test)]
mod avito;
#[cfg(test)]
mod avito_shapes;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod desk_faults;
#[cfg(test)]
mod model;
#[cfg(test)]
mod model_more;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod stand;
#[cfg(test)]
mod telegram;
#[cfg(test)]
mod telegram_shapes;
#[cfg(test)]
mod voice;
#[cfg(test)]
mod webhooks;
