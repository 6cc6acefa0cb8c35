//! The log line's shape, and panics as log lines.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use super::lines::{Lines, Members};
use super::sink::{Flush, Sink};
use super::trace::Watch;
use super::{LogFormat, TelemetryConfig, TelemetryError};

/// Starts logging for the whole process.
///
/// # Errors
/// [`TelemetryError::LogFile`], [`TelemetryError::AlreadyStarted`].
pub(super) fn start(config: &TelemetryConfig, watch: Watch) -> Result<Option<Flush>, TelemetryError> {
    let (layer, flush) = layer(config)?;
    let filter = EnvFilter::builder().parse_lossy(&config.filter);
    let layers: Vec<AnyLayer> = vec![layer.with_filter(filter).boxed(), watch.layer().boxed()];
    let started = tracing_subscriber::registry().with(layers).try_init();
    started.map_err(|_| TelemetryError::AlreadyStarted)?;
    log_panics(config.full_panics);
    Ok(flush)
}

type AnyLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// JSON and files are buffered; pretty lines for a person at a terminal appear at once.
fn layer(config: &TelemetryConfig) -> Result<(AnyLayer, Option<Flush>), TelemetryError> {
    let target: Box<dyn Write + Send> = match (&config.file, config.format) {
        (Some(path), _) => {
            let file = OpenOptions::new().append(true).create(true).open(path);
            Box::new(file.map_err(TelemetryError::LogFile)?)
        }
        (None, LogFormat::Json) => Box::new(std::io::stdout()),
        (None, LogFormat::Pretty) => {
            let colours = std::io::stdout().is_terminal();
            return Ok((fmt::layer().with_ansi(colours).with_target(false).boxed(), None));
        }
    };
    let (sink, flush) = Sink::start(target).map_err(TelemetryError::LogFile)?;
    let layer = match config.format {
        LogFormat::Json => json(sink),
        LogFormat::Pretty => fmt::layer()
            .with_ansi(false)
            .with_target(false)
            .with_writer(sink)
            .boxed(),
    };
    Ok((layer, Some(flush)))
}

fn json(sink: Sink) -> AnyLayer {
    fmt::layer()
        .fmt_fields(Members)
        .event_format(Lines)
        .with_writer(sink)
        .boxed()
}

fn log_panics(full: bool) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        let message = said(panic);
        let shown = if full { message } else { without_values(message) };
        tracing::error!(place, thread, panic = shown, "a thread panicked");
        if full {
            usual(panic);
        }
    }));
}

fn said<'a>(panic: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no message)")
}

/// The message up to its first quoted value: string slicing quotes the text it failed on, which may be a resume.
fn without_values(message: &str) -> &str {
    message.split(['`', '"', '\'']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Target(Arc<Mutex<Vec<u8>>>);

    impl Write for Target {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(work: impl FnOnce()) -> serde_json::Value {
        let target = Target::default();
        let (sink, flush) = Sink::start(target.clone()).unwrap();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(json(sink)), work);
        drop(flush);
        serde_json::from_slice(&target.0.lock().unwrap()).unwrap()
    }

    #[test]
    fn a_json_line_has_values_of_every_kind_and_what_was_told_of_its_span_later() {
        let line = line(|| {
            let span = tracing::info_span!(
                "work",
                attempt = 1,
                outcome = tracing::field::Empty,
                r#type = "a\"b"
            );
            span.record("attempt", 2);
            span.record("outcome", "done");
            let (none, error) = (None::<u64>, io::Error::other("no\nway"));
            let error: &dyn std::error::Error = &error;
            span.in_scope(|| {
                tracing::warn!(below = -1_i64, part = 0.5, odd = f64::NAN, none, error, list = ?["x"], "\"quoted\"");
            });
        });
        let told = serde_json::json!({
            "level": "WARN", "message": "\"quoted\"", "below": -1, "part": 0.5, "odd": null, "error": "no\nway",
            "list": "[\"x\"]", "target": module_path!(), "timestamp": line["timestamp"],
            "span": {"attempt": 2, "outcome": "done", "type": "a\"b", "name": "work"},
        });
        assert_eq!(line, told);
    }

    #[test]
    fn a_json_line_has_the_events_fields_on_top_and_those_of_its_span_beside() {
        let line = line(|| {
            let _span = tracing::info_span!("request", request_id = "r-1").entered();
            tracing::info!(status = 200, "answered");
        });
        assert_eq!(line["message"], "answered");
        assert_eq!(line["status"], 200);
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["span"]["request_id"], "r-1");
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn a_panic_over_resume_text_does_not_quote_it() {
        let text = "é: Ada Lovelace";
        let cut = text.is_char_boundary(0);
        let panic = std::panic::catch_unwind(|| text[usize::from(cut)..].len()).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.contains("Ada"), "{message}");
        assert!(!without_values(message).contains("Ada"));
        assert!(!without_values(message).is_empty());
    }
}
