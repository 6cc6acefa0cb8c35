//! Where a span of ours belongs in a trace: for calls to others, for error reports, and for whoever keeps traces.
//!
//! A span takes part by its fields: `trace_id`, `span_id` and `sampled`, and `parent_id` where there is one. The ids are those that
//! clients and tasks were given, so that a log line, a task's row, a header and a kept span name the same thing. Only the
//! fields in [`TOLD`] are kept besides.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::trace::TraceParent;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Span, Subscriber};
use tracing_subscriber::filter::{FilterFn, LevelFilter};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

use super::export::outbox::Outbox;
use super::export::reports::Report;

/// Which fields of a span may leave the process, and what OpenTelemetry's conventions (or we) call them there.
pub(super) const TOLD: [(&str, &str); 9] = [
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("status", "http.response.status_code"),
    ("request_id", "hiring.request_id"),
    ("task_id", "hiring.task_id"),
    ("kind", "hiring.task_kind"),
    ("attempt", "hiring.task_attempt"),
    ("outcome", "hiring.task_outcome"),
    ("server", "hiring.server"),
];

/// The value of such a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Text(String),
    Number(i64),
}

/// A span that is over.
#[derive(Debug, Clone)]
pub(crate) struct Finished {
    pub(crate) name: &'static str,
    pub(crate) place: TraceParent,
    /// The span before it, as 16 hexadecimal digits.
    pub(crate) parent: Option<String>,
    pub(crate) begun: DateTime<Utc>,
    pub(crate) ended: DateTime<Utc>,
    pub(crate) told: Vec<(&'static str, Told)>,
}

/// Where the work at hand belongs in a trace; `None` outside requests and tasks, and where nothing is logged.
#[must_use]
pub fn current() -> Option<TraceParent> {
    Span::current()
        .with_subscriber(|(id, subscriber)| {
            let span = subscriber.downcast_ref::<Registry>()?.span(id)?;
            span.scope()
                .find_map(|span| span.extensions().get::<TraceParent>().copied())
        })
        .flatten()
}

/// What is remembered of an open span.
struct Open {
    begun: DateTime<Utc>,
    parent: Option<String>,
    told: Vec<(&'static str, Told)>,
}

/// Finds places in traces, and hands on spans that are over and errors, where somebody wants them.
pub(super) struct Watch {
    pub(super) spans: Option<Outbox<Finished>>,
    pub(super) reports: Option<Outbox<Report>>,
}

impl Watch {
    /// The layer together with its filter: without it every line of every library would be looked at.
    pub(super) fn layer<S>(self) -> impl Layer<S> + Send + Sync
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        self.with_filter(FilterFn::new(is_ours).with_max_level_hint(LevelFilter::INFO))
    }

    const fn remembers(&self) -> bool {
        self.spans.is_some() || self.reports.is_some()
    }
}

/// Spans and errors of this product; libraries may write what they like into theirs.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    let wanted = metadata.is_span() || *metadata.level() == Level::ERROR;
    wanted && metadata.target().starts_with("hiring_")
}

impl<S> Layer<S> for Watch
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().fields().field("trace_id").is_none() {
            return;
        }
        let mut fields = Fields::of(self.remembers());
        attributes.record(&mut fields);
        let (Some(place), Some(span)) = (fields.place(), context.span(id)) else {
            return;
        };
        let mut extensions = span.extensions_mut();
        extensions.replace(place);
        if self.remembers() {
            extensions.replace(Open {
                begun: SystemClock.now(),
                parent: fields.parent,
                told: fields.told,
            });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            let mut fields = Fields::of(true);
            values.record(&mut fields);
            open.told.extend(fields.told);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(reports) = self.reports.as_ref().filter(|_| is_ours(event.metadata())) else {
            return;
        };
        let mut report = Report::of(event);
        for span in context.event_scope(event).into_iter().flatten() {
            let extensions = span.extensions();
            report.place = report.place.or_else(|| extensions.get::<TraceParent>().copied());
            if let Some(open) = extensions.get::<Open>() {
                report.about.extend(open.told.iter().cloned());
            }
        }
        reports.offer(report);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(outbox) = &self.spans else { return };
        let Some(span) = context.span(&id) else { return };
        let mut extensions = span.extensions_mut();
        let (place, open) = (
            extensions.get_mut::<TraceParent>().copied(),
            extensions.remove::<Open>(),
        );
        let (Some(place), Some(open)) = (place.filter(TraceParent::is_sampled), open) else {
            return;
        };
        outbox.offer(Finished {
            name: span.name(),
            place,
            parent: open.parent,
            begun: open.begun,
            ended: SystemClock.now(),
            told: open.told,
        });
    }
}

/// What a span's fields say.
#[derive(Default)]
struct Fields {
    trace: Option<String>,
    span: Option<String>,
    parent: Option<String>,
    sampled: bool,
    /// Whether somebody wants more than the place.
    wanted: bool,
    told: Vec<(&'static str, Told)>,
}

impl Fields {
    fn of(wanted: bool) -> Self {
        Self {
            wanted,
            ..Self::default()
        }
    }

    fn place(&self) -> Option<TraceParent> {
        TraceParent::from_ids(self.trace.as_ref()?, self.span.as_ref()?, self.sampled)
    }

    fn keep(&mut self, field: &Field, value: impl FnOnce() -> Told) {
        if !self.wanted {
            return;
        }
        if let Some((name, _)) = TOLD.iter().find(|(name, _)| *name == field.name()) {
            self.told.push((name, value()));
        }
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "sampled" {
            self.sampled = value;
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, || Told::Number(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, || Told::Number(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let slot = match field.name() {
            "trace_id" => &mut self.trace,
            "span_id" => &mut self.span,
            "parent_id" => &mut self.parent,
            _ => return self.keep(field, || Told::Text(value.to_owned())),
        };
        *slot = Some(value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.keep(field, || Told::Text(format!("{value:?}")));
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    const PLACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn watched(work: impl FnOnce()) {
        let watch = Watch {
            spans: None,
            reports: None,
        };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(watch.layer()), work);
    }

    fn request(place: &str) -> Span {
        let place = TraceParent::parse(place).unwrap();
        tracing::info_span!(
            "request",
            trace_id = place.trace_id(),
            span_id = place.span_id(),
            sampled = place.is_sampled()
        )
    }

    #[test]
    fn work_within_a_request_knows_its_place_and_work_outside_has_none() {
        watched(|| {
            assert_eq!(current(), None);
            let _request = request(PLACE).entered();
            let _inner = tracing::info_span!("inner", about = "something").entered();
            assert_eq!(current().unwrap().to_string(), PLACE);
        });
        assert_eq!(current(), None, "nothing is logged");
    }

    #[test]
    fn the_nearest_place_counts() {
        watched(|| {
            let _request = request(PLACE).entered();
            let nearer = PLACE.replace("00f0", "11f0");
            let _call = request(&nearer).entered();
            assert_eq!(current().unwrap().to_string(), nearer);
        });
    }
}
