//! Commands that end by themselves.

pub(crate) mod connect;
pub(crate) mod desk;
pub(crate) mod eval;
pub(crate) mod eval_search;
pub(crate) mod experiment;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod invite;
pub(crate) mod label;
pub(crate) mod log;
pub(crate) mod models;
pub(crate) mod orders;
pub(crate) mod say;
pub(crate) mod search;
pub(crate) mod shop;
pub(crate) mod stats;
pub(crate) mod webhooks;
