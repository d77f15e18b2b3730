//! The admin port: `/livez`, `/readyz`, `/metrics`. For orchestrators and scrapers, never for buyers or sellers.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::net::TcpListener;

use crate::{health::Health, telemetry};

/// Serves until it is dropped: probes and scrapes go on while the process drains.
pub(crate) async fn serve(listener: TcpListener, health: Health) -> std::io::Result<()> {
    let app = Router::new()
        .route("/livez", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(health);
    axum::serve(listener, app).await
}

async fn readyz(State(health): State<Health>) -> Response {
    let (ready, report) = health.report();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(report)).into_response()
}

async fn metrics(State(health): State<Health>) -> Response {
    telemetry::record_components(&health.levels());
    match telemetry::scrape() {
        Ok(text) => (
            [(
                header::CONTENT_TYPE,
                "text/plain; version=0.0.4; charset=utf-8",
            )],
            text,
        )
            .into_response(),
        Err(error) => {
            tracing::warn!("the metrics could not be written out: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
