//! `GET /parked`: what could not be handled and waits for a person. `POST /parked/retry` lets it be tried again, as
//! `torg parked retry` does.

use askama::Template;
use axum::{
    Form,
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Failure, Seen,
    frame::{Frame, Visit},
    moments::Moment,
    page,
};

/// Something that waits.
struct Waiting {
    consumer: String,
    key: String,
    /// The conversation's page, when it is one.
    link: Option<String>,
    reason: String,
    since: Moment,
    behind: u64,
}

#[derive(Template)]
#[template(path = "parked.html")]
struct Parked {
    f: Frame,
    waiting: Vec<Waiting>,
    retried: bool,
}

/// Whether somebody comes back from trying again.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct View {
    #[serde(default)]
    retried: Option<u8>,
}

/// `GET /parked`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let f = Frame::new(&site, visit, "parked").await?;
    let parked = site.log.parked(None).await?.into_iter();
    let parked = parked.filter(|parked| site.admits(parked.key.shop_id().as_str()).is_ok());
    let waiting = parked.map(|parked| {
        let shop = parked.key.shop_id().as_str();
        let id = parked.key.conversation_id();
        Waiting {
            link: id.map(|id| format!("/c/{shop}/{id}")),
            since: f.clock(shop).tell(parked.since),
            key: parked.key.to_string(),
            consumer: parked.consumer,
            reason: parked.reason,
            behind: parked.waiting,
        }
    });
    page(&Parked {
        waiting: waiting.collect(),
        f,
        retried: view.retried.is_some(),
    })
}

/// Which.
#[derive(Deserialize)]
pub(crate) struct Which {
    consumer: String,
    key: String,
}

/// `POST /parked/retry`. What is not parked any more stays as it is.
pub(crate) async fn retry(
    Seen(site): Seen,
    _visit: Visit,
    Form(which): Form<Which>,
) -> Result<Response, Failure> {
    let parked = site.log.parked(Some(&which.consumer)).await?;
    let found = parked
        .iter()
        .find(|parked| parked.key.to_string() == which.key);
    if let Some(parked) = found {
        site.admits(parked.key.shop_id().as_str())?;
        site.log.release(&parked.consumer, &parked.key).await?;
        tracing::info!(key = %parked.key, "{} tries {} again", parked.consumer, parked.key);
    }
    Ok(Redirect::to("/parked?retried=1").into_response())
}
