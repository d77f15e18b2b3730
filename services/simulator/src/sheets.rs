//! A stand-in for Google's spreadsheets that are shared by link: each tab as CSV, behind a redirect, and a page to log
//! in at, with status 200, for those that are not shared.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{ConnectInfo, FromRequestParts, Path, Query, State},
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use crate::{
    control::Control,
    faults::Provider,
    line::Line,
    world::{Call, World},
};

/// Every spreadsheet, by its id.
#[derive(Default)]
pub(crate) struct Sheets(BTreeMap<String, Sheet>);

#[derive(Default)]
struct Sheet {
    shared: bool,
    tabs: BTreeMap<u64, String>,
}

impl Control {
    /// Saves a tab of a spreadsheet, which is made when it is new; only those who are invited can read it then.
    pub fn sheet_save(&self, id: &str, gid: u64, csv: &str) {
        let mut sheets = self.world.sheets();
        let sheet = sheets.0.entry(id.to_owned()).or_default();
        sheet.tabs.insert(gid, csv.to_owned());
    }

    /// Shares a spreadsheet by link, or no longer.
    pub fn sheet_share(&self, id: &str, shared: bool) {
        let mut sheets = self.world.sheets();
        sheets.0.entry(id.to_owned()).or_default().shared = shared;
    }
}

pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/spreadsheets/d/{id}/export", get(export))
        .route("/spreadsheets/content/{id}/{gid}", get(content))
}

#[derive(Deserialize)]
struct Wanted {
    format: Option<String>,
    gid: Option<u64>,
}

/// The connection that a call came over.
struct Caller(Line);

impl FromRequestParts<World> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, world: &World) -> Result<Self, Self::Rejection> {
        let line = ConnectInfo::<Line>::from_request_parts(parts, world).await;
        Ok(Self(line.map(|info| info.0).unwrap_or_default()))
    }
}

async fn export(
    State(world): State<World>,
    Caller(line): Caller,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let call = Call {
        provider: Provider::Sheets,
        operation: "export",
        chat: None,
        line: &line,
    };
    let apply = async {
        let sheets = world.sheets();
        let Some(sheet) = sheets.0.get(&id) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if !sheet.shared {
            return Html("<!DOCTYPE html><title>Google Sheets: Sign-in</title>").into_response();
        }
        let first = sheet.tabs.keys().next().copied();
        let gid = wanted.gid.or(first);
        match gid.filter(|gid| sheet.tabs.contains_key(gid)) {
            Some(gid) if wanted.format.as_deref() == Some("csv") => {
                Redirect::temporary(&format!("/spreadsheets/content/{id}/{gid}")).into_response()
            }
            _ => StatusCode::BAD_REQUEST.into_response(),
        }
    };
    world.answer(call, apply).await
}

async fn content(State(world): State<World>, Path((id, gid)): Path<(String, u64)>) -> Response {
    let sheets = world.sheets();
    let tab = sheets.0.get(&id).and_then(|sheet| sheet.tabs.get(&gid));
    match tab {
        Some(csv) => ([(header::CONTENT_TYPE, "text/csv")], csv.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
