//! The options that every command with a life of its own has in common.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people: time, level, module, sentence, fields.
    Text,
    /// For machines: one JSON object per line, with `trace_id` and `span_id`.
    Json,
}

/// Addresses and telemetry of one process; flatten it into a command's own options.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Process")]
#[group(id = "process")]
pub struct Options {
    /// Where gRPC is served; port 0 picks a free one
    #[arg(
        long,
        env = "TORG_GRPC_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:50051"
    )]
    pub grpc_listen: SocketAddr,

    /// Where /livez, /readyz and /metrics are served; port 0 picks a free one
    #[arg(
        long,
        env = "TORG_ADMIN_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:9090"
    )]
    pub admin_listen: SocketAddr,

    /// What is logged: a level, or levels per module such as `info,router=debug`
    #[arg(long, env = "TORG_LOG", value_name = "FILTER", default_value = "info", value_parser = parse_filter)]
    pub log: String,

    /// How log lines look
    #[arg(long, env = "TORG_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// Where traces are sent (OTLP over gRPC); unset: nowhere
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL", value_parser = parse_endpoint)]
    pub otlp_endpoint: Option<String>,
}

impl Options {
    /// Free loopback ports, quiet text logs, no export: for tests and stand-ins.
    #[must_use]
    pub fn on_free_ports() -> Self {
        let free = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            grpc_listen: free,
            admin_listen: free,
            log: "warn".to_owned(),
            log_format: LogFormat::Text,
            otlp_endpoint: None,
        }
    }
}

/// An empty value means "not set" in many deployment files, so it gets the default.
fn parse_filter(text: &str) -> Result<String, String> {
    let text = if text.trim().is_empty() { "info" } else { text };
    EnvFilter::builder()
        .parse(text)
        .map_err(|error| error.to_string())?;
    Ok(text.to_owned())
}

fn parse_endpoint(text: &str) -> Result<String, String> {
    let uri: axum::http::Uri = text.parse().map_err(|error| format!("{error}"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http" | "https"), Some(_)) => Ok(text.to_owned()),
        _ => Err("must look like http://host:4317".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn a_bad_value_is_refused_before_anything_opens() {
        for bad in [
            ["torg", "--grpc-listen=nowhere"],
            ["torg", "--log=router=loud"],
            ["torg", "--log-format=xml"],
            ["torg", "--otlp-endpoint=collector:4317"],
        ] {
            assert!(Command::try_parse_from(bad).is_err(), "{bad:?}");
        }
        let parsed = Command::try_parse_from(["torg", "--log=info,router=debug"]).unwrap();
        assert_eq!(parsed.options.log, "info,router=debug");
        assert_eq!(parsed.options.grpc_listen.port(), 50051);
    }
}
