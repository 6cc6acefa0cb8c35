//! Where telemetry goes, if anywhere.

use hiring_core::config::Reader;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use sentry_types::Dsn;

use crate::telemetry::Process;

/// PostHog's servers in Europe.
const POSTHOG: &str = "https://eu.i.posthog.com";

/// Who is told what; nobody unless configured.
#[derive(Debug, Clone)]
pub struct ExportConfig {
    /// What this program is called there.
    pub service: &'static str,
    /// `ENVIRONMENT`.
    pub environment: &'static str,
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` and what belongs to it: who keeps traces.
    pub spans: Option<SpansConfig>,
    /// `SENTRY_DSN`: who collects errors.
    pub reports: Option<Dsn>,
    /// `POSTHOG_API_KEY`, `POSTHOG_HOST`: who counts what people do. The api's alone.
    pub usage: Option<UsageConfig>,
}

/// Who keeps traces.
#[derive(Debug, Clone)]
pub struct SpansConfig {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/traces` behind it.
    pub url: Url,
    /// `OTEL_EXPORTER_OTLP_HEADERS`: what the collector wants to be sent along, such as a key.
    pub headers: HeaderMap,
    /// `OTEL_TRACES_SAMPLER_ARG`: which share of the traces that begin here is kept, 0 to 1.
    pub share: f64,
}

/// Who counts what people do.
#[derive(Debug, Clone)]
pub struct UsageConfig {
    /// `POSTHOG_HOST` with `/batch/` behind it.
    pub url: Url,
    /// `POSTHOG_API_KEY`.
    pub key: SecretString,
}

impl ExportConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader, process: Process) -> Self {
        Self {
            service: match process {
                Process::Api => "hiring-api",
                Process::Worker => "hiring-worker",
            },
            environment: reader.environment().as_str(),
            spans: read_spans(reader),
            reports: read_dsn(reader),
            usage: match process {
                Process::Api => read_usage(reader),
                Process::Worker => None,
            },
        }
    }
}

fn read_spans(reader: &mut Reader) -> Option<SpansConfig> {
    let endpoint = reader.optional("OTEL_EXPORTER_OTLP_ENDPOINT");
    let headers = reader.secret("OTEL_EXPORTER_OTLP_HEADERS");
    let share = reader.number("OTEL_TRACES_SAMPLER_ARG", 1.0, 0.0..=1.0);
    let headers = headers.map_or_else(
        || Some(HeaderMap::new()),
        |text| read_headers(text.expose_secret()),
    );
    if headers.is_none() {
        reader.problem(
            "OTEL_EXPORTER_OTLP_HEADERS",
            "must be name=value, several with commas between them",
        );
    }
    Some(SpansConfig {
        url: below(reader, "OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint?, "v1/traces")?,
        headers: headers?,
        share,
    })
}

/// `name=value` pairs as OpenTelemetry's specification of its exporters has them; values may be percent-encoded there, and no
/// collector's key needs that.
fn read_headers(text: &str) -> Option<HeaderMap> {
    let pairs = text.split(',').map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let mut value: HeaderValue = value.trim().parse().ok()?;
        value.set_sensitive(true);
        Some((name.trim().parse::<HeaderName>().ok()?, value))
    });
    pairs.collect()
}

fn read_dsn(reader: &mut Reader) -> Option<Dsn> {
    let text = reader.secret("SENTRY_DSN")?;
    let dsn = text.expose_secret().parse().ok();
    if dsn.is_none() {
        reader.problem(
            "SENTRY_DSN",
            "is no DSN; Sentry shows it as https://key@host/number",
        );
    }
    dsn
}

fn read_usage(reader: &mut Reader) -> Option<UsageConfig> {
    let host = reader.string("POSTHOG_HOST", POSTHOG);
    let key = reader.secret("POSTHOG_API_KEY")?;
    Some(UsageConfig {
        url: below(reader, "POSTHOG_HOST", &host, "batch/")?,
        key,
    })
}

/// A path below an address.
fn below(reader: &mut Reader, variable: &'static str, base: &str, path: &str) -> Option<Url> {
    let url = Url::parse(&format!("{}/{path}", base.trim().trim_end_matches('/')));
    let url = url.ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    if url.is_none() {
        reader.problem(variable, "must be a URL that begins with http:// or https://");
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (ExportConfig, Vec<String>) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let config = ExportConfig::read(&mut reader, Process::Api);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn nobody_is_told_anything_unless_configured() {
        let (config, problems) = read(&[]);
        assert!(config.spans.is_none() && config.reports.is_none() && config.usage.is_none());
        assert!(problems.is_empty());
    }

    #[test]
    fn each_variable_changes_where_something_goes() {
        let (config, problems) = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret, x-tenant = 7"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.1"),
            ("SENTRY_DSN", "https://key@errors.example.org/42"),
            ("POSTHOG_API_KEY", "phc_1"),
            ("POSTHOG_HOST", "https://usage.example.org"),
        ]);
        assert_eq!(problems, [""; 0]);
        let spans = config.spans.unwrap();
        assert_eq!(spans.url.as_str(), "http://collector:4318/v1/traces");
        assert_eq!(
            (spans.share, &spans.headers["x-key"], &spans.headers["x-tenant"]),
            (0.1, &"secret".parse().unwrap(), &"7".parse().unwrap())
        );
        assert_eq!(config.reports.unwrap().host(), "errors.example.org");
        assert_eq!(
            config.usage.unwrap().url.as_str(),
            "https://usage.example.org/batch/"
        );
        assert!(
            read(&[("POSTHOG_API_KEY", "phc_1")]).0.usage.is_some(),
            "the host has a default"
        );
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let wrong = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
            ("OTEL_TRACES_SAMPLER_ARG", "2"),
            ("SENTRY_DSN", "https://errors.example.org"),
            ("POSTHOG_HOST", "ftp://usage.example.org"),
        ];
        for (variable, value) in wrong {
            let (_, problems) = read(&[(variable, value), ("POSTHOG_API_KEY", "phc_1")]);
            assert_eq!(problems, [variable], "{value}");
        }
    }
}
