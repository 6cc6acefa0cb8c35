//! Clients that send their body drop by drop are cut off: each would keep a connection and half a request in memory.

use std::time::Duration;

use actix_http::BoxedPayloadStream;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage, web};
use futures::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout};

use crate::state::AppState;

/// Slowest body in bytes a second over any stretch longer than `CLIENT_TIMEOUT_SECONDS`: a tenth of what the slowest telephones send.
pub const LEAST_BYTES_PER_SECOND: u32 = 1_024;

/// Gives the handlers a body that ends in a timeout once its sender has been too slow.
///
/// # Errors
/// Only those of the handler.
pub async fn pace(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let patience = request
        .app_data::<web::Data<AppState>>()
        .map(|state| state.config.edge.client_timeout);
    if let Some(patience) = patience {
        match request.take_payload() {
            Payload::None => {}
            payload => {
                let payload: BoxedPayloadStream = Box::pin(paced(payload, patience));
                request.set_payload(Payload::Stream { payload });
            }
        }
    }
    next.call(request).await
}

/// What is left to read, and how much longer its sender may keep us waiting.
struct Reading<S> {
    body: S,
    patience: Duration,
}

/// The same body; a sender that uses up the patience is timed out. Each piece gives back what it took at the least pace, and no more
/// than the patience of the beginning, so that nobody saves up for a long silence. Only waiting counts, not our own work between
/// two pieces.
fn paced<S>(body: S, patience: Duration) -> impl Stream<Item = Result<Bytes, PayloadError>>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let reading = Reading { body, patience };
    stream::unfold(Some(reading), move |reading| async move {
        let Reading {
            mut body,
            patience: left,
        } = reading?;
        let began = Instant::now();
        let Ok(piece) = timeout(left, body.next()).await else {
            let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
            return Some((Err(PayloadError::Io(error)), None));
        };
        let piece = piece?;
        let bytes = piece.as_ref().map_or(0, Bytes::len);
        let reading = Reading {
            body,
            patience: patience_left(left, began.elapsed(), bytes).min(patience),
        };
        Some((piece, Some(reading)))
    })
    // Some readers ask once more after the end.
    .fuse()
}

/// What is left of the patience after waiting so long for so many bytes.
fn patience_left(left: Duration, waited: Duration, bytes: usize) -> Duration {
    let milliseconds = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1000);
    let earned = Duration::from_millis(milliseconds) / LEAST_BYTES_PER_SECOND;
    left.saturating_sub(waited).saturating_add(earned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces until the patience of ten seconds is used up, each of so many bytes after so long a wait.
    fn pieces(wait: Duration, bytes: usize) -> usize {
        let full = Duration::from_secs(10);
        let mut left = full;
        for piece in 0..1_000 {
            if wait >= left {
                return piece;
            }
            left = patience_left(left, wait, bytes).min(full);
        }
        1_000
    }

    #[test]
    fn a_body_may_take_long_but_not_be_slow() {
        assert_eq!(pieces(Duration::from_secs(2), 4_096), 1_000);
        assert_eq!(pieces(Duration::from_secs(9), 16_384), 1_000);
        assert_eq!(pieces(Duration::from_secs(1), 1), 10, "a byte a second");
        assert_eq!(pieces(Duration::from_secs(10), 1_000_000), 0, "silence");
        assert!(
            pieces(Duration::from_secs(5), 2_048) < 10,
            "slower than it may be"
        );
    }
}
