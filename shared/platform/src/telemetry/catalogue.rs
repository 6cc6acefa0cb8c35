//! Every metric that the programs report. Prometheus shows what it says beside the name; tests hold the sources, the programs' own pages,
//! the dashboard and the alerts against it. A metric that is recorded anywhere stands here, and nothing else does.

use metrics::Unit;

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Grows only; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}

/// One metric.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// What it is.
    pub kind: Kind,
    /// Its name, with its base unit at its end: `_seconds`, `_bytes`.
    pub name: &'static str,
    /// The labels that each of its series has.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

/// How many values each label may take in one process. All come from lists in the code, none from data or callers.
pub const LABELS: &[(&str, usize)] = &[
    // Templates of the route table, the pages beside it, and one for everything else.
    ("route", 120),
    ("method", 8),
    ("status", 60),
    ("state", 10),
    // Kinds of task with `unknown`; kinds of a model's server.
    ("kind", 40),
    ("outcome", 16),
    ("among", 2),
    ("transport", 3),
    ("queue", 8),
    ("tier", 8),
    ("class", 8),
    ("dependency", 4),
    ("exporter", 3),
    ("code", 16),
    ("why", 4),
    ("side", 2),
    ("path", 8),
    ("source", 2),
    ("file_type", 12),
    ("what", 12),
    ("version", 1),
];

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Family {
    Family {
        kind: Kind::Counter,
        name,
        labels,
        help,
    }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Family {
    Family {
        kind: Kind::Gauge,
        name,
        labels,
        help,
    }
}

const fn histogram(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Family {
    Family {
        kind: Kind::Histogram,
        name,
        labels,
        help,
    }
}

/// All of them.
pub const FAMILIES: &[Family] = &[
    gauge("build_info", &["version"], "1, with the release of the program"),
    gauge(
        "process_start_time_seconds",
        &[],
        "When the process began, in seconds since 1970",
    ),
    gauge(
        "process_resident_memory_bytes",
        &[],
        "Memory in RAM, shared pages included",
    ),
    counter(
        "process_cpu_seconds_total",
        &[],
        "Processor time, user and system, in whole seconds",
    ),
    gauge("process_threads", &[], "Threads alive"),
    gauge("process_open_fds", &[], "Open file descriptors"),
    counter(
        "http_requests_total",
        &["method", "route", "status"],
        "Requests that the api answered",
    ),
    histogram(
        "http_request_duration_seconds",
        &["route"],
        "Time from a request's head to the answer's",
    ),
    counter(
        "rate_limit_requests_total",
        &["tier", "outcome"],
        "Requests counted against a limit",
    ),
    counter(
        "rate_limit_fallbacks_total",
        &["tier"],
        "Requests judged without Redis",
    ),
    counter(
        "rate_limit_discarded_total",
        &["tier"],
        "Reads that were worked on ahead of their count, and then refused",
    ),
    histogram(
        "rate_limit_lookup_seconds",
        &[],
        "Time to ask Redis about a limit",
    ),
    counter(
        "ranking_choices_total",
        &["among"],
        "Rankings whose people were chosen among those who changed, or among everybody",
    ),
    counter(
        "cache_requests_total",
        &["class", "outcome"],
        "Answers asked of the cache",
    ),
    gauge(
        "database_pool_connections",
        &["state"],
        "Connections to Postgres: most, open, idle",
    ),
    gauge("database_pool_waiting", &[], "Callers that wait for a connection"),
    counter(
        "database_pool_timeouts_total",
        &[],
        "Callers that waited for a connection in vain",
    ),
    gauge(
        "storage_size_bytes",
        &[],
        "Size of the disk under the stored files",
    ),
    gauge("storage_free_bytes", &[], "What is free of it for programs"),
    gauge("breaker_state", &["dependency"], "0 closed, 1 half open, 2 open"),
    counter(
        "breaker_opened_total",
        &["dependency"],
        "Times that a breaker opened",
    ),
    counter(
        "breaker_calls_total",
        &["dependency", "outcome"],
        "Calls through a breaker",
    ),
    gauge("tasks_slots", &[], "Tasks that this worker runs at once"),
    gauge(
        "tasks_backlog",
        &["kind", "state"],
        "Tasks that wait or run, in the whole database",
    ),
    gauge(
        "tasks_oldest_seconds",
        &["kind", "state"],
        "How long the oldest of them is due",
    ),
    gauge(
        "tasks_rings_waiting",
        &["transport", "queue"],
        "Rings that wait in the transport",
    ),
    counter(
        "tasks_rings_total",
        &["transport", "outcome"],
        "Rings sent, taken and lost",
    ),
    counter(
        "tasks_pop_failures_total",
        &["transport"],
        "Failed attempts to take rings",
    ),
    counter(
        "tasks_attempts_total",
        &["kind", "transport", "outcome"],
        "Attempts at tasks, by how they ended",
    ),
    counter(
        "tasks_leases_expired_total",
        &[],
        "Leases that ran out under a worker",
    ),
    histogram(
        "tasks_run_seconds",
        &["kind", "transport"],
        "Time that an attempt took",
    ),
    histogram(
        "tasks_wait_seconds",
        &["kind"],
        "Time from when a task was due to its attempt",
    ),
    counter(
        "door_requests_total",
        &["path", "outcome"],
        "Requests at the worker's door",
    ),
    counter(
        "cron_ticks_total",
        &["source", "outcome"],
        "Times that periodic work came due",
    ),
    counter("resumes_read_total", &["file_type", "outcome"], "Resumes read"),
    histogram(
        "llm_request_duration_seconds",
        &["kind", "outcome"],
        "Requests to a model's server",
    ),
    counter(
        "llm_failures_total",
        &["kind", "code"],
        "Failures of a model's server",
    ),
    counter(
        "llm_tokens_total",
        &["side"],
        "Tokens of questions (prompt) and answers (completion)",
    ),
    counter(
        "llm_budget_refusals_total",
        &[],
        "Questions not asked because the month's tokens are used up",
    ),
    counter(
        "llm_unusable_answers_total",
        &[],
        "Answers of a model that were no use",
    ),
    counter(
        "llm_quotes_dropped_total",
        &["why"],
        "Quotes of a model that did not count",
    ),
    counter("mails_total", &["outcome"], "Mails, by what became of them"),
    counter(
        "cleanup_removed_total",
        &["what"],
        "Rows that the daily cleanup removed",
    ),
    counter(
        "backup_checks_total",
        &["outcome"],
        "Looks for the newest database dump",
    ),
    gauge(
        "backup_newest_timestamp_seconds",
        &[],
        "When the newest dump was made, in seconds since 1970",
    ),
    gauge(
        "backup_age_seconds",
        &[],
        "How old the newest dump was when it was looked for",
    ),
    counter(
        "telemetry_items_total",
        &["exporter", "outcome"],
        "Spans, errors and actions for whoever watches",
    ),
];

/// Tells the exporter what each of them says.
pub(super) fn describe() {
    for family in FAMILIES {
        let (name, help) = (family.name, family.help);
        let unit = match name.trim_end_matches("_total").rsplit('_').next() {
            Some("seconds") => Unit::Seconds,
            Some("bytes") => Unit::Bytes,
            _ => Unit::Count,
        };
        match family.kind {
            Kind::Counter => metrics::describe_counter!(name, unit, help),
            Kind::Gauge => metrics::describe_gauge!(name, unit, help),
            Kind::Histogram => metrics::describe_histogram!(name, unit, help),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_labels_keep_to_prometheus_conventions() {
        let names: BTreeSet<&str> = FAMILIES.iter().map(|family| family.name).collect();
        assert_eq!(names.len(), FAMILIES.len(), "each stands here once");
        for family in FAMILIES {
            let name = family.name;
            let plain = |text: &str| {
                text.chars()
                    .all(|letter| letter.is_ascii_lowercase() || letter == '_')
            };
            assert!(
                plain(name) && family.labels.iter().all(|label| plain(label)),
                "{name}"
            );
            assert_eq!(name.ends_with("_total"), family.kind == Kind::Counter, "{name}");
            let scaled = [
                "_ms",
                "_milliseconds",
                "_microseconds",
                "_minutes",
                "_kb",
                "_mb",
                "_percent",
                "_count",
                "_sum",
                "_bucket",
            ];
            assert!(
                !scaled
                    .iter()
                    .any(|ending| name.trim_end_matches("_total").ends_with(ending)),
                "{name}"
            );
            if family.kind == Kind::Histogram {
                assert!(name.ends_with("_seconds") || name.ends_with("_bytes"), "{name}");
            }
            assert!(
                family.help.len() > 10 && !family.help.ends_with('.'),
                "{name}: {}",
                family.help
            );
            for label in family.labels {
                assert!(
                    LABELS.iter().any(|(known, _)| known == label),
                    "{name} has the label {label}"
                );
                assert!(
                    !["le", "quantile", "instance", "job"].contains(label),
                    "{name}: {label} is Prometheus' own"
                );
            }
        }
    }
}
