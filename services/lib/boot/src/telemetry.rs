//! Traces, metrics and logs of the process, and the TLS provider that all clients share.
//!
//! Traces go out over OTLP when an endpoint is set; without one, spans still get ids, so that `traceparent`
//! is recorded in every event. Metrics wait on the admin port.

use std::sync::OnceLock;

use anyhow::Context as _;
use opentelemetry::{
    KeyValue, global,
    metrics::Gauge,
    propagation::{Injector, TextMapCompositePropagator},
    trace::TracerProvider as _,
};
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::{
    Resource,
    metrics::SdkMeterProvider,
    propagation::{BaggagePropagator, TraceContextPropagator},
    trace::SdkTracerProvider,
};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::{logs, options::Options};

/// The registry that `/metrics` prints, and the gauges that boot itself keeps.
static METRICS: OnceLock<Metrics> = OnceLock::new();

struct Metrics {
    registry: prometheus::Registry,
    components: Gauge<f64>,
    memory: Gauge<u64>,
}

/// What has to be flushed at the end.
pub(crate) struct Telemetry {
    traces: SdkTracerProvider,
}

impl Telemetry {
    /// Installs everything that is global to the process; once, before the first thread.
    pub(crate) fn install(name: &'static str, options: &Options) -> anyhow::Result<Self> {
        install_tls();
        let resource = Resource::builder()
            .with_service_name(name)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        install_metrics(resource.clone())?;
        let traces = tracer_provider(resource, options.otlp_endpoint.as_deref())?;
        logs::install(options, traces.tracer("torg"))?;
        Ok(Self { traces })
    }

    /// Sends what is still waiting. Blocks for at most 5 seconds, the SDK's own limit.
    pub(crate) fn flush(&self) {
        if let Err(error) = self.traces.shutdown() {
            tracing::warn!("the last spans were not sent: {error}");
        }
    }
}

/// Makes `ring` the one TLS provider. Idempotent; every test that opens a client calls it first.
pub fn install_tls() {
    // An error says that a provider is installed already, and there is only one in the tree.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Writes the current trace context into an outgoing gRPC request; an interceptor for tonic clients.
///
/// # Errors
/// Never fails; the type is what tonic asks of an interceptor.
pub fn carry_trace(mut request: tonic::Request<()>) -> Result<tonic::Request<()>, tonic::Status> {
    let context = tracing::Span::current().context();
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut Metadata(request.metadata_mut()));
    });
    Ok(request)
}

struct Metadata<'a>(&'a mut tonic::metadata::MetadataMap);

impl Injector for Metadata<'_> {
    fn set(&mut self, key: &str, value: String) {
        let key = tonic::metadata::MetadataKey::from_bytes(key.as_bytes());
        if let (Ok(key), Ok(value)) = (key, value.parse()) {
            self.0.insert(key, value);
        }
    }
}

/// Installs propagators and the meter provider, once per program (tests run many processes in one).
pub(crate) fn install_metrics(resource: Resource) -> anyhow::Result<()> {
    if METRICS.get().is_some() {
        return Ok(());
    }
    global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ]));
    let registry = prometheus::Registry::new();
    let exporter = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .build()
        .context("while building the metrics exporter")?;
    let provider = SdkMeterProvider::builder()
        .with_reader(exporter)
        .with_resource(resource)
        .build();
    let meter = opentelemetry::metrics::MeterProvider::meter(&provider, "torg");
    let metrics = Metrics {
        registry,
        components: meter
            .f64_gauge("torg.component.ready")
            .with_description("1 = ready, 0.5 = degraded, 0 = not ready")
            .build(),
        memory: meter
            .u64_gauge("process.memory.usage")
            .with_unit("By")
            .with_description("resident memory")
            .build(),
    };
    if METRICS.set(metrics).is_ok() {
        global::set_meter_provider(provider);
    }
    Ok(())
}

/// Brings boot's own gauges up to date before a scrape.
pub(crate) fn record_components(levels: &[(String, f64)]) {
    let Some(metrics) = METRICS.get() else { return };
    for (name, level) in levels {
        metrics
            .components
            .record(*level, &[KeyValue::new("component", name.clone())]);
    }
    if let Some(bytes) = resident_bytes() {
        metrics.memory.record(bytes, &[]);
    }
}

/// The metrics in Prometheus' text format.
pub(crate) fn scrape() -> prometheus::Result<String> {
    let families = METRICS
        .get()
        .map(|metrics| metrics.registry.gather())
        .unwrap_or_default();
    prometheus::TextEncoder::new().encode_to_string(&families)
}

/// Linux says it in `/proc/self/status`, in kilobytes; elsewhere the gauge is left out.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn tracer_provider(
    resource: Resource,
    endpoint: Option<&str>,
) -> anyhow::Result<SdkTracerProvider> {
    let mut builder = SdkTracerProvider::builder().with_resource(resource);
    if let Some(endpoint) = endpoint {
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .build()
            .context("while building the OTLP exporter")?;
        builder = builder.with_batch_exporter(exporter);
    }
    let provider = builder.build();
    global::set_tracer_provider(provider.clone());
    Ok(provider)
}
