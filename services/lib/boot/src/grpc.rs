//! The gRPC side of a process: the registered services, `grpc.health.v1` and reflection on one port.

use std::{sync::PoisonError, time::Duration};

use anyhow::Context as _;
use opentelemetry::propagation::Extractor;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{
    server::NamedService,
    service::{Routes, RoutesBuilder},
    transport::{Server, server::TcpIncoming},
};
use tonic_health::{ServingStatus, server::HealthReporter};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::{health::Health, tasks::Tasks};

/// A client that is gone without a word is noticed after this.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What was registered before the server started.
#[derive(Default)]
pub(crate) struct Services {
    routes: RoutesBuilder,
    descriptors: Vec<&'static [u8]>,
    /// Service name and the scope whose components speak for it.
    names: Vec<(&'static str, String)>,
    closed: bool,
}

impl Services {
    /// Adds a service; false when the server already runs.
    pub(crate) fn add<S>(&mut self, service: S, descriptors: &'static [u8], scope: &str) -> bool
    where
        S: tonic::codegen::Service<
                axum::http::Request<tonic::body::Body>,
                Error = std::convert::Infallible,
            > + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        if self.closed {
            return false;
        }
        self.routes.add_service(service);
        if !self.descriptors.contains(&descriptors) {
            self.descriptors.push(descriptors);
        }
        self.names.push((S::NAME, scope.to_owned()));
        true
    }
}

/// Serves until `stop`, then until the requests in hand are answered.
pub(crate) async fn serve(
    tasks: Tasks,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let services = {
        let mut registered = tasks
            .shared()
            .services
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(
            &mut *registered,
            Services {
                closed: true,
                ..Services::default()
            },
        )
    };
    let (reporter, health_service) = tonic_health::server::health_reporter();
    let mut reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    for set in services.descriptors {
        reflection = reflection.register_encoded_file_descriptor_set(set);
    }
    let reflection = reflection
        .build_v1()
        .context("while building gRPC reflection")?;
    let routes: Routes = services
        .routes
        .routes()
        .add_service(health_service)
        .add_service(reflection);
    let server = Server::builder()
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .trace_fn(span_of)
        .add_routes(routes)
        .serve_with_incoming_shutdown(
            TcpIncoming::from(listener).with_nodelay(Some(true)),
            stop.cancelled(),
        );
    tokio::select! {
        served = server => served.context("while serving gRPC"),
        () = report(tasks.shared().health.clone(), reporter, services.names) => Ok(()),
    }
}

/// Keeps `grpc.health.v1` in step with the components, for as long as the process lives.
async fn report(health: Health, reporter: HealthReporter, names: Vec<(&'static str, String)>) {
    let mut changes = health.subscribe();
    loop {
        changes.mark_unchanged();
        reporter.set_service_status("", status(&health, "")).await;
        for (name, scope) in &names {
            reporter
                .set_service_status(*name, status(&health, scope))
                .await;
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}

fn status(health: &Health, scope: &str) -> ServingStatus {
    if health.is_ready(scope) {
        ServingStatus::Serving
    } else {
        ServingStatus::NotServing
    }
}

/// One span per call, a child of the caller's; none for the probes of an orchestrator.
fn span_of(request: &axum::http::Request<()>) -> tracing::Span {
    let path = request.uri().path();
    if path.starts_with("/grpc.") {
        return tracing::Span::none();
    }
    let span = tracing::info_span!(
        "rpc",
        otel.name = path.trim_start_matches('/'),
        otel.kind = "server",
        rpc.system = "grpc"
    );
    let parent = opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.extract(&Headers(request.headers()))
    });
    // Refused only when no tracer is installed; then there is nothing to connect.
    let _ = span.set_parent(parent);
    span
}

struct Headers<'a>(&'a axum::http::HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}
