//! The telemetry settings.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use hiring_core::config::{Environment, Reader};
use tracing_subscriber::EnvFilter;

use super::export::ExportConfig;

/// Libraries whose information lines say nothing about this product.
const QUIET: &str = "ort=warn,tokenizers=warn,hyper=warn,hyper_util=warn,rustls=warn,h2=warn,\
                     aws_config=warn,aws_smithy_runtime=warn,aws_runtime=warn,metrics_exporter_prometheus=warn";

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Pretty,
}

/// Which program this is; each has its own metrics port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// The HTTP server.
    Api,
    /// The task runner.
    Worker,
}

/// What is logged and where, and where metrics are served.
#[derive(Debug, Clone)]
pub struct TelemetryConfig {
    /// `LOG_LEVEL` as filter directives (`info`, or `info,hiring_api=debug`).
    pub filter: String,
    /// `LOG_FORMAT`; JSON in production, else pretty.
    pub format: LogFormat,
    /// `LOG_FILE`, appended to; standard output when unset.
    pub file: Option<PathBuf>,
    /// `ENABLE_REQUEST_LOGGING`: one line a request. The api's middleware obeys it.
    pub request_logging: bool,
    /// Where metrics are served: `METRICS_HOST` and `METRICS_PORT` or `WORKER_METRICS_PORT`. `None` when that is 0.
    pub metrics: Option<SocketAddr>,
    /// Who else is told what.
    pub export: ExportConfig,
    /// Whether panic messages keep quoted values, which may be personal: not in production.
    pub full_panics: bool,
}

impl TelemetryConfig {
    /// Reads the settings of one program.
    pub fn read(reader: &mut Reader, process: Process) -> Self {
        let environment = reader.environment();
        let format = if environment.is_production() {
            LogFormat::Json
        } else {
            LogFormat::Pretty
        };
        let formats = [("json", LogFormat::Json), ("pretty", LogFormat::Pretty)];
        Self {
            filter: read_filter(reader),
            format: reader.choice("LOG_FORMAT", format, &formats),
            file: reader.optional("LOG_FILE").map(PathBuf::from),
            request_logging: reader.flag("ENABLE_REQUEST_LOGGING", true),
            metrics: read_metrics_address(reader, process),
            export: ExportConfig::read(reader, process),
            full_panics: environment != Environment::Production,
        }
    }
}

fn read_filter(reader: &mut Reader) -> String {
    let level = reader.string("LOG_LEVEL", "info").trim().to_ascii_lowercase();
    let is_one_word = level.chars().all(|letter| letter.is_ascii_alphabetic());
    let known = ["trace", "debug", "info", "warn", "error", "off"].contains(&level.as_str());
    if (is_one_word && !known) || EnvFilter::builder().parse(&level).is_err() {
        reader.problem(
            "LOG_LEVEL",
            "must be trace, debug, info, warn, error, off, or directives such as info,hiring_api=debug",
        );
    }
    if ["debug", "info"].contains(&level.as_str()) {
        format!("{level},{QUIET}")
    } else {
        level
    }
}

fn read_metrics_address(reader: &mut Reader, process: Process) -> Option<SocketAddr> {
    let host = reader.parse("METRICS_HOST", IpAddr::V4(Ipv4Addr::LOCALHOST));
    let (variable, port) = match process {
        Process::Api => ("METRICS_PORT", 9090),
        Process::Worker => ("WORKER_METRICS_PORT", 9091),
    };
    // Tests run side by side and must not fight over a port.
    let default = if reader.environment() == Environment::Test {
        0
    } else {
        port
    };
    let port: u16 = reader.parse(variable, default);
    (port != 0).then_some(SocketAddr::new(host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(process: Process, pairs: &[(&str, &str)]) -> (TelemetryConfig, Vec<String>) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let config = TelemetryConfig::read(&mut reader, process);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn a_laptop_gets_pretty_lines_and_production_json() {
        assert_eq!(read(Process::Api, &[]).0.format, LogFormat::Pretty);
        let (production, _) = read(Process::Api, &[("ENVIRONMENT", "production")]);
        assert_eq!(
            (production.format, production.full_panics),
            (LogFormat::Json, false)
        );
        assert_eq!(
            read(Process::Api, &[("LOG_FORMAT", "json")]).0.format,
            LogFormat::Json
        );
    }

    #[test]
    fn each_program_serves_metrics_on_its_own_port_and_tests_on_none() {
        let address = |process, pairs: &[(&str, &str)]| read(process, pairs).0.metrics.map(|a| a.to_string());
        assert_eq!(address(Process::Api, &[]).unwrap(), "127.0.0.1:9090");
        assert_eq!(address(Process::Worker, &[]).unwrap(), "127.0.0.1:9091");
        assert_eq!(address(Process::Worker, &[("WORKER_METRICS_PORT", "0")]), None);
        assert_eq!(address(Process::Api, &[("ENVIRONMENT", "test")]), None);
        let elsewhere = [("METRICS_HOST", "0.0.0.0"), ("METRICS_PORT", "9999")];
        assert_eq!(address(Process::Api, &elsewhere).unwrap(), "0.0.0.0:9999");
    }

    #[test]
    fn the_level_may_be_a_word_or_directives_and_nothing_else() {
        assert!(
            read(Process::Api, &[("LOG_LEVEL", "INFO,hiring_api=debug")])
                .1
                .is_empty()
        );
        assert_eq!(read(Process::Api, &[("LOG_LEVEL", "warn")]).0.filter, "warn");
        assert!(read(Process::Api, &[]).0.filter.contains("ort=warn"));
        for wrong in ["loud", "hiring_api=loud"] {
            assert_eq!(
                read(Process::Api, &[("LOG_LEVEL", wrong)]).1,
                ["LOG_LEVEL"],
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_remaining_variables_change_their_settings() {
        let (config, _) = read(
            Process::Api,
            &[("ENABLE_REQUEST_LOGGING", "false"), ("LOG_FILE", "/tmp/x.log")],
        );
        assert!(!config.request_logging);
        assert_eq!(config.file, Some("/tmp/x.log".into()));
    }
}
