//! Errors as Sentry's events: the log's own error lines, which hold nothing personal, with the ids of what they are about.

use std::collections::BTreeMap;
use std::fmt::Debug;

use chrono::{DateTime, Utc};
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::random;
use hiring_core::trace::TraceParent;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use sentry_types::Dsn;
use sentry_types::protocol::v7::{Context, Envelope, Event, Level, TraceContext};
use tracing::field::{Field, Visit};

use super::outbox::Carrier;
use crate::telemetry::trace::Told;

/// Fields of an error line that may leave the process: words of our own, chains of errors, places in the code.
const SAID: [&str; 8] = [
    "problem", "cause", "error", "code", "kind", "place", "thread", "panic",
];
/// Most characters of one field: a chain of errors is a few lines.
const LONGEST: usize = 2_000;

/// One error line.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    message: String,
    logger: &'static str,
    at: DateTime<Utc>,
    said: BTreeMap<&'static str, String>,
    /// The trace that it happened in.
    pub(crate) place: Option<TraceParent>,
    /// Of the spans around it, the nearest first.
    pub(crate) about: Vec<(&'static str, Told)>,
}

impl Report {
    pub(crate) fn of(event: &tracing::Event<'_>) -> Self {
        let mut report = Self {
            message: String::new(),
            logger: event.metadata().target(),
            at: SystemClock.now(),
            said: BTreeMap::new(),
            place: None,
            about: Vec::new(),
        };
        event.record(&mut report);
        report
    }
}

impl Visit for Report {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let value: String = value.chars().take(LONGEST).collect();
        if field.name() == "message" {
            self.message = value;
        } else if let Some(name) = SAID.iter().find(|name| **name == field.name()) {
            self.said.insert(name, value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let chain = std::iter::successors(Some(value), |error| error.source());
        let chain: Vec<String> = chain.map(ToString::to_string).collect();
        self.record_str(field, &chain.join(": "));
    }
}

/// Error reports in the form of Sentry.
pub(crate) struct Reports {
    dsn: Dsn,
    service: &'static str,
    environment: &'static str,
}

impl Reports {
    pub(super) const fn new(service: &'static str, environment: &'static str, dsn: Dsn) -> Self {
        Self {
            dsn,
            service,
            environment,
        }
    }

    fn event(&self, report: Report) -> Event<'static> {
        let mut event = Event {
            event_id: random::uuid_v4(),
            level: Level::Error,
            message: Some(report.message),
            logger: Some(report.logger.to_owned()),
            platform: "other".into(),
            timestamp: report.at.into(),
            server_name: Some(self.service.into()),
            release: Some(concat!("hiring-agent@", env!("CARGO_PKG_VERSION")).into()),
            environment: Some(self.environment.into()),
            ..Event::default()
        };
        for (name, value) in report.about.into_iter().rev() {
            let value = match value {
                Told::Text(text) => text,
                Told::Number(number) => number.to_string(),
            };
            event.tags.insert(name.to_owned(), value);
        }
        for (name, value) in report.said {
            event.extra.insert(name.to_owned(), value.into());
        }
        if let Some(place) = report.place.and_then(context) {
            event.contexts.insert("trace".to_owned(), place);
        }
        event
    }
}

/// The ids are our own, and read as Sentry writes them.
fn context(place: TraceParent) -> Option<Context> {
    let place = TraceContext {
        trace_id: place.trace_id().parse().ok()?,
        span_id: place.span_id().parse().ok()?,
        ..TraceContext::default()
    };
    Some(Context::from(place))
}

impl Carrier for Reports {
    type Item = Report;
    const NAME: &'static str = "sentry";
    /// An envelope takes one event.
    const BATCH: usize = 1;

    fn request(&self, client: &Client, items: Vec<Report>) -> RequestBuilder {
        let mut envelope = Envelope::new();
        for report in items {
            envelope.add_item(self.event(report));
        }
        let mut body = Vec::new();
        // Writing into memory does not fail; an event that could not be written is refused by the other side and counted so.
        let _ = envelope.to_writer(&mut body);
        client
            .post(self.dsn.envelope_api_url())
            .header(
                "x-sentry-auth",
                self.dsn.to_auth(Some("hiring-agent")).to_string(),
            )
            .header(CONTENT_TYPE, "application/x-sentry-envelope")
            .body(body)
    }
}
