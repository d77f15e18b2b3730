//! The remote control of the model over HTTP, under `/sim/model`.

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ModelCall, ModelMode, ModelScript};
use crate::{control::Control, world::World};

pub(crate) fn routes() -> Router<World> {
    Router::new()
        .route("/sim/model", post(set).delete(forget))
        .route("/sim/model/calls", get(calls))
        .route("/sim/model/scripts", put(script).get(scripts))
}

const fn control(world: World) -> Control {
    Control { world }
}

/// Switches; what is absent stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switches {
    mode: Option<ModelMode>,
    key: Option<String>,
    heard: Option<String>,
    alike: Option<Vec<Vec<String>>>,
}

async fn set(State(world): State<World>, Json(switches): Json<Switches>) -> Json<Value> {
    let control = control(world);
    if let Some(mode) = switches.mode {
        control.model_mode(mode);
    }
    if let Some(key) = switches.key {
        control.model_key(Some(key).filter(|key| !key.is_empty()));
    }
    if let Some(heard) = switches.heard {
        control.model_hears(Some(heard).filter(|heard| !heard.is_empty()));
    }
    if let Some(alike) = switches.alike {
        control.model_alike(alike);
    }
    Json(json!({"ok": true}))
}

async fn forget(State(world): State<World>) -> Json<Value> {
    control(world).model_forget();
    Json(json!({"ok": true}))
}

async fn script(State(world): State<World>, Json(script): Json<ModelScript>) -> Json<Value> {
    control(world).model_script(script);
    Json(json!({"ok": true}))
}

async fn scripts(State(world): State<World>) -> Json<Vec<ModelScript>> {
    Json(control(world).model_scripts())
}

async fn calls(State(world): State<World>) -> Json<Vec<ModelCall>> {
    Json(control(world).model_calls())
}
