//! Exporters before a real listener: what arrives, what never does, and what a collector that is away costs.

use std::time::{Duration, Instant};

use hiring_core::trace::TraceParent;
use hiring_testkit::Collector;
use hiring_testkit::collector::Posted;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;
use reqwest::header::HeaderMap;
use sentry_types::protocol::v7::{Context, Envelope, Event};
use tracing::field::Empty;
use tracing_subscriber::layer::SubscriberExt;
use uuid::Uuid;

use super::outbox::Farewell;
use super::*;
use crate::telemetry::usage::{Action, Usage};

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// What a careless line might say.
const SECRETS: [&str; 3] = ["Ada Canary", "ada@canary.example", "tok-canary"];

fn config(collector: &Collector) -> ExportConfig {
    let dsn = collector.url().replace("http://", "http://public@") + "/42";
    ExportConfig {
        service: "hiring-api",
        environment: "test",
        spans: Some(SpansConfig {
            url: format!("{}/v1/traces", collector.url()).parse().unwrap(),
            headers: HeaderMap::from_iter([("x-key".parse().unwrap(), "collectors-key".parse().unwrap())]),
            share: 0.0,
        }),
        reports: Some(dsn.parse().unwrap()),
        usage: None,
    }
}

/// Does some work with exporters running, and waits until they have sent what is left.
fn exported(config: &ExportConfig, work: impl FnOnce()) {
    let (watch, farewells): (Watch, Vec<Farewell>) = start(config).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(watch.layer()), work);
    drop(farewells);
}

/// A request as the api opens it, with a careless field.
fn request(place: TraceParent, parent: TraceParent) -> tracing::Span {
    tracing::info_span!(
        target: "hiring_api",
        "request",
        request_id = "r-1",
        trace_id = place.trace_id(),
        span_id = place.span_id(),
        parent_id = parent.span_id(),
        sampled = place.is_sampled(),
        email = SECRETS[1],
        method = Empty,
        route = Empty,
        status = Empty,
    )
}

fn spans(posted: &[Posted]) -> Vec<Span> {
    let messages = posted.iter().filter(|posted| posted.path.ends_with("/traces"));
    let messages = messages.map(|posted| ExportTraceServiceRequest::decode(posted.body.as_slice()).unwrap());
    let resources = messages.flat_map(|message| message.resource_spans);
    resources
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans)
        .collect()
}

fn events(posted: &[Posted]) -> Vec<Event<'static>> {
    let envelopes = posted.iter().filter(|posted| posted.path.ends_with("/envelope/"));
    let envelopes = envelopes.map(|posted| Envelope::from_slice(&posted.body).unwrap());
    envelopes
        .filter_map(|envelope| envelope.event().cloned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sampled_request_arrives_as_a_span_of_its_callers_trace_with_nothing_but_what_may_be_told() {
    let collector = Collector::start().await;
    let caller = TraceParent::parse(CALLER).unwrap();
    let place = caller.child();
    exported(&config(&collector), || {
        let span = request(place, caller);
        span.record("method", "POST");
        span.record("route", "/candidates/{id}");
        span.record("status", 503);
        span.in_scope(|| tracing::info!(target: "hiring_api", name = SECRETS[0], "said"));
        let unsampled = TraceParent::generate();
        drop(request(unsampled, unsampled));
    });
    let posted = collector.posted();
    let [span] = spans(&posted).try_into().unwrap();
    assert_eq!(hex::encode(&span.trace_id), caller.trace_id());
    assert_eq!(hex::encode(&span.span_id), place.span_id());
    assert_eq!(hex::encode(&span.parent_span_id), caller.span_id());
    assert_eq!(
        (span.name.as_str(), span.kind()),
        ("POST /candidates/{id}", SpanKind::Server)
    );
    assert!(span.start_time_unix_nano > 0 && span.end_time_unix_nano >= span.start_time_unix_nano);
    assert_eq!(span.status.unwrap().code, 2, "a 503 is an error");
    let keys: Vec<&str> = span
        .attributes
        .iter()
        .map(|attribute| attribute.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "http.request.method",
            "hiring.request_id",
            "http.route",
            "http.response.status_code"
        ]
    );
    let status = span.attributes[3].value.clone().unwrap().value;
    assert_eq!(status, Some(Value::IntValue(503)));
    assert!(posted.iter().all(|posted| posted.holds("x-key: collectors-key")));
    let told = SECRETS
        .iter()
        .find(|secret| posted.iter().any(|posted| posted.holds(secret)));
    assert_eq!(told, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_arrives_with_its_trace_and_its_causes_and_nothing_else_of_the_line() {
    let collector = Collector::start().await;
    let caller = TraceParent::parse(CALLER).unwrap();
    let place = caller.child();
    exported(&config(&collector), || {
        let _span = request(place, caller).entered();
        let cause = std::io::Error::other("the disk is full");
        let error = &cause as &dyn std::error::Error;
        tracing::error!(target: "hiring_api", error, token = SECRETS[2], "a request failed");
        tracing::warn!(target: "hiring_api", "not an error");
        tracing::error!(target: "somebody_elses", "not ours");
    });
    let posted = collector.posted();
    let [event] = events(&posted).try_into().unwrap();
    assert_eq!(event.message.as_deref(), Some("a request failed"));
    assert_eq!(event.extra["error"], "the disk is full");
    assert_eq!(event.tags["request_id"], "r-1");
    assert_eq!(
        (event.environment.as_deref(), event.logger.as_deref()),
        (Some("test"), Some("hiring_api"))
    );
    let Some(Context::Trace(trace)) = event.contexts.get("trace") else {
        panic!("{event:?}")
    };
    assert_eq!(
        (trace.trace_id.to_string(), trace.span_id.to_string()),
        (place.trace_id(), place.span_id())
    );
    assert!(
        posted
            .iter()
            .any(|posted| posted.path == "/api/42/envelope/" && posted.holds("sentry_key=public"))
    );
    let told = SECRETS
        .iter()
        .find(|secret| posted.iter().any(|posted| posted.holds(secret)));
    assert_eq!(told, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_did_arrives_as_ids_and_a_template() {
    let collector = Collector::start().await;
    let (user, organization) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let config = UsageConfig {
        url: format!("{}/batch/", collector.url()).parse().unwrap(),
        key: "phc_1".into(),
    };
    let usage = Usage::start(Some(&config)).unwrap();
    usage.acted(&Action {
        user,
        organization: Some(organization),
        method: "POST",
        route: "/jobs/{id}/apply",
        status: 201,
    });
    drop(usage);
    let posted = collector.posted();
    let body: serde_json::Value = serde_json::from_slice(&posted[0].body).unwrap();
    assert_eq!(
        (&posted[0].path[..], &body["api_key"]),
        ("/batch/", &"phc_1".into())
    );
    let event = &body["batch"][0];
    assert_eq!(
        (&event["event"], &event["distinct_id"]),
        (&"api_action".into(), &user.to_string().into())
    );
    let expected = serde_json::json!({
        "action": "POST /jobs/{id}/apply",
        "status": 201,
        "$process_person_profile": false,
        "$geoip_disable": true,
        "$lib": "hiring-agent",
        "$groups": { "organization": organization },
    });
    assert_eq!(event["properties"], expected);
    let keys: Vec<&String> = event.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["distinct_id", "event", "properties", "timestamp", "uuid"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_never_answers_costs_nobody_time_and_what_finds_no_room_is_counted() {
    let collector = Collector::start().await;
    collector.answer(0);
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let page = recorder.handle();
    let place = TraceParent::parse(CALLER).unwrap();
    let mut asked_to_stop = Instant::now();
    metrics::with_local_recorder(&recorder, || {
        exported(&config(&collector), || {
            let begun = Instant::now();
            for _ in 0..10_000 {
                drop(request(place.child(), place));
            }
            // A thousandth of what one request would take if it waited.
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
            asked_to_stop = Instant::now();
        });
    });
    assert!(
        asked_to_stop.elapsed() < Duration::from_secs(8),
        "{:?}",
        asked_to_stop.elapsed()
    );
    let page = page.render();
    let dropped = page.lines().find_map(|line| {
        let series = "telemetry_items_total{exporter=\"otlp\",outcome=\"dropped\"} ";
        line.strip_prefix(series)?.parse::<u64>().ok()
    });
    // The queue, and what was taken out of it meanwhile.
    assert!(dropped.unwrap() >= 10_000 - 2_048 - 2 * 512, "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_comes_back_gets_what_comes_then() {
    let collector = Collector::start().await;
    collector.answer(500);
    let place = TraceParent::parse(CALLER).unwrap();
    exported(&config(&collector), || {
        drop(request(place.child(), place));
        let deadline = Instant::now() + Duration::from_secs(30);
        while collector.posted().is_empty() {
            assert!(Instant::now() < deadline, "nothing was tried");
            std::thread::yield_now();
        }
        collector.answer(200);
        drop(request(place.child(), place));
    });
    assert_eq!(
        spans(&collector.posted()).len(),
        2,
        "the first was refused, the second taken"
    );
}
