//! Avito's reading operations: chats and their history, with the limits that the real ones have.

use std::{cmp::Reverse, collections::HashMap};

use axum::{
    extract::{Path, Query},
    response::Response,
};
use serde_json::{Value, json};

use super::{api::Caller, error::Refusal};
use crate::world::World;

/// What stands behind the `?`.
type Parameters = Query<HashMap<String, String>>;

/// Largest page and largest offset. Source: Messenger API, `limit` and `offset`.
const LARGEST_PAGE: usize = 100;
const LARGEST_OFFSET: usize = 1000;

pub(super) async fn chats(
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Parameters,
) -> Response {
    let apply = |_: &World| {
        let (limit, offset) = page(&query)?;
        let unread_only = query.get("unread_only").is_some_and(|only| only == "true");
        let kinds = query.get("chat_types").map_or("u2i", String::as_str);
        let items: Option<Vec<u64>> = query
            .get("item_ids")
            .map(|ids| ids.split(',').filter_map(|id| id.parse().ok()).collect());
        caller.with(Some(&user), |account| {
            let mut chats: Vec<_> = account
                .chats
                .values()
                .filter(|chat| kinds.split(',').any(|kind| kind == chat.kind()))
                .filter(|chat| !unread_only || chat.unread(account.id))
                .filter(|chat| {
                    let wanted = items.as_ref();
                    wanted.is_none_or(|ids| chat.item.is_some_and(|item| ids.contains(&item)))
                })
                .collect();
            chats.sort_by_key(|chat| Reverse(chat.updated()));
            let page = chats.into_iter().skip(offset).take(limit);
            let page: Vec<Value> = page.map(|chat| chat.json(account)).collect();
            Ok(json!({"chats": page}))
        })
    };
    caller.answer("chats", None, apply).await
}

pub(super) async fn chat(caller: Caller, Path((user, chat)): Path<(String, String)>) -> Response {
    let apply = |_: &World| {
        caller.with(Some(&user), |account| {
            account.chat(&chat)?;
            let found = account.chats.get(&chat).map(|chat| chat.json(account));
            Ok(found.unwrap_or_default())
        })
    };
    caller.answer("chat", Some(&chat), apply).await
}

pub(super) async fn history(
    caller: Caller,
    Path((user, chat)): Path<(String, String)>,
    Query(query): Parameters,
) -> Response {
    let apply = |world: &World| {
        let (limit, offset) = page(&query)?;
        let object = world.avito().history_is_object();
        let messages: Vec<Value> = caller.with(Some(&user), |account| {
            let id = account.id;
            let newest_first = account.chat(&chat)?.messages.iter().rev();
            let page = newest_first.skip(offset).take(limit);
            Ok(page.map(|message| message.history_json(id)).collect())
        })?;
        Ok(if object {
            json!({"messages": messages})
        } else {
            Value::Array(messages)
        })
    };
    caller.answer("history", Some(&chat), apply).await
}

fn page(query: &HashMap<String, String>) -> Result<(usize, usize), Refusal> {
    let number = |key: &'static str, default: usize| match query.get(key) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| Refusal::Field(key, "must be a number".to_owned())),
    };
    let limit = number("limit", LARGEST_PAGE)?;
    let offset = number("offset", 0)?;
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(Refusal::Field(
            "limit",
            format!("must be 1 to {LARGEST_PAGE}"),
        ));
    }
    if offset > LARGEST_OFFSET {
        return Err(Refusal::Field(
            "offset",
            format!("must be 0 to {LARGEST_OFFSET}"),
        ));
    }
    Ok((limit, offset))
}
