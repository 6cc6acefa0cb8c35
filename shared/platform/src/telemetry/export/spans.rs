//! Traces by OTLP over HTTP, as OpenTelemetry's own messages.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use hiring_core::random;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, RequestBuilder, Url};

use super::SpansConfig;
use super::outbox::Carrier;
use crate::telemetry::trace::{Finished, TOLD, Told};

/// Spans in the form of OTLP.
pub(crate) struct Spans {
    url: Url,
    headers: HeaderMap,
    resource: Resource,
}

impl Spans {
    pub(super) fn new(service: &str, environment: &str, config: &SpansConfig) -> Self {
        let told = [
            ("service.namespace", "hiring-agent"),
            ("service.name", service),
            ("service.version", env!("CARGO_PKG_VERSION")),
            ("service.instance.id", &random::uuid_v4().to_string()),
            ("deployment.environment.name", environment),
        ];
        Self {
            url: config.url.clone(),
            headers: config.headers.clone(),
            resource: Resource {
                attributes: told.map(|(key, value)| text(key, value)).into(),
                ..Resource::default()
            },
        }
    }
}

impl Carrier for Spans {
    type Item = Finished;
    const NAME: &'static str = "otlp";
    /// What OpenTelemetry's own exporters send at once.
    const BATCH: usize = 512;

    fn request(&self, client: &Client, items: Vec<Finished>) -> RequestBuilder {
        let spans = ScopeSpans {
            scope: Some(InstrumentationScope {
                name: "hiring-agent".to_owned(),
                ..InstrumentationScope::default()
            }),
            spans: items.into_iter().map(span).collect(),
            ..ScopeSpans::default()
        };
        let message = ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(self.resource.clone()),
                scope_spans: vec![spans],
                ..ResourceSpans::default()
            }],
        };
        client
            .post(self.url.clone())
            .headers(self.headers.clone())
            .header(CONTENT_TYPE, "application/x-protobuf")
            .body(message.encode_to_vec())
    }
}

fn span(finished: Finished) -> Span {
    // What is said last counts.
    let told: BTreeMap<&str, Told> = finished.told.into_iter().collect();
    let word = |name: &str| match told.get(name) {
        Some(Told::Text(text)) => text.as_str(),
        _ => "",
    };
    let (name, kind) = match finished.name {
        "request" => (format!("{} {}", word("method"), word("route")), SpanKind::Server),
        "task" => (format!("task {}", word("kind")), SpanKind::Consumer),
        "call" => (format!("call {}", word("server")), SpanKind::Client),
        other => (other.to_owned(), SpanKind::Internal),
    };
    let broken = matches!(told.get("status"), Some(Told::Number(500..)))
        || ["retry", "away", "dead"].contains(&word("outcome"));
    let status = broken.then(|| Status {
        code: StatusCode::Error.into(),
        ..Status::default()
    });
    Span {
        trace_id: bytes(&finished.place.trace_id()),
        span_id: bytes(&finished.place.span_id()),
        parent_span_id: finished.parent.as_deref().map(bytes).unwrap_or_default(),
        // The W3C flags.
        flags: 1,
        name,
        kind: kind.into(),
        start_time_unix_nano: nanoseconds(finished.begun),
        end_time_unix_nano: nanoseconds(finished.ended),
        attributes: told
            .iter()
            .filter_map(|(name, value)| attribute(name, value))
            .collect(),
        status,
        ..Span::default()
    }
}

fn attribute(name: &str, value: &Told) -> Option<KeyValue> {
    let (_, key) = TOLD.iter().find(|(field, _)| *field == name)?;
    Some(match value {
        Told::Text(value) => text(key, value),
        Told::Number(number) => key_value(key, Value::IntValue(*number)),
    })
}

fn text(key: &str, value: &str) -> KeyValue {
    key_value(key, Value::StringValue(value.to_owned()))
}

fn key_value(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// The digits are our own.
fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap_or_default()
}

fn nanoseconds(moment: DateTime<Utc>) -> u64 {
    let nanoseconds = moment.timestamp_nanos_opt().unwrap_or_default();
    u64::try_from(nanoseconds).unwrap_or_default()
}
