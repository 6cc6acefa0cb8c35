//! The counters of requests, looked up once for each kind of answer.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use metrics::{Counter, Histogram};

/// Counts answers by method, route and status.
#[derive(Default)]
pub struct Meters(RwLock<HashMap<Kind, Meter>>);

/// Labels: few in number, because methods that nobody uses share one and paths come as templates.
type Kind = (&'static str, Arc<str>, u16);

#[derive(Clone)]
struct Meter {
    took: Histogram,
    answered: Counter,
}

impl Meters {
    /// Counts an answer.
    pub fn count(&self, kind: Kind, took: Duration) {
        let meter = self.meter(kind);
        meter.took.record(took.as_secs_f64());
        meter.answered.increment(1);
    }

    fn meter(&self, kind: Kind) -> Meter {
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&kind)
            .cloned();
        known.unwrap_or_else(|| {
            let meter = Meter::of(&kind);
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            all.entry(kind).or_insert(meter).clone()
        })
    }
}

impl Meter {
    fn of((method, route, status): &Kind) -> Self {
        let labels = [
            ("method", (*method).to_owned()),
            ("route", route.to_string()),
            ("status", status.to_string()),
        ];
        Self {
            took: metrics::histogram!("http_request_duration_seconds", "route" => route.to_string()),
            answered: metrics::counter!("http_requests_total", &labels),
        }
    }
}
