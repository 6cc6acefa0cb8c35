//! What leaves the process for whoever watches it: traces, error reports and what people do. All of it is off until it is configured,
//! none of it holds personal data, and nothing waits for it: see [`outbox`].
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings |
//! | [`outbox`] | a bounded queue and the thread that empties it over HTTP |
//! | [`spans`] | traces by OTLP |
//! | [`reports`] | errors as Sentry's events |

pub mod config;
pub mod outbox;
pub(super) mod reports;
pub(super) mod spans;

pub use config::{ExportConfig, SpansConfig, UsageConfig};
pub use outbox::OutboxError;

use super::trace::Watch;
use outbox::Farewell;
use reports::Reports;
use spans::Spans;

/// Starts what is configured, and makes the layer that feeds it.
pub(super) fn start(config: &ExportConfig) -> Result<(Watch, Vec<Farewell>), OutboxError> {
    let mut farewells = Vec::new();
    let mut watch = Watch {
        spans: None,
        reports: None,
    };
    if let Some(spans) = &config.spans {
        hiring_core::trace::sample(spans.share);
        let (outbox, farewell) = outbox::start(Spans::new(config.service, config.environment, spans))?;
        watch.spans = Some(outbox);
        farewells.push(farewell);
    }
    if let Some(dsn) = &config.reports {
        let (outbox, farewell) =
            outbox::start(Reports::new(config.service, config.environment, dsn.clone()))?;
        watch.reports = Some(outbox);
        farewells.push(farewell);
    }
    Ok((watch, farewells))
}

#[cfg(test)]
mod tests;
