//! Reading a body that may be anything, and keeping what there is to know about one that is of no use.

use std::time::Duration;

use actix_web::web::{BytesMut, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures::StreamExt;
use hiring_db::rejected_messages::{self, Rejected};
use sha2::{Digest, Sha256};

use super::Door;
use super::answer::{Problem, count, ok};

/// Most bytes that are read of one body: the most that SQS lets a message have. A ring has about a hundred.
pub const MOST_BYTES: usize = 1 << 20;

/// Longest time that a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was read of a body.
pub(super) struct Body {
    /// At most [`MOST_BYTES`].
    pub(super) bytes: BytesMut,
    /// Whether that is all of it.
    pub(super) whole: bool,
}

/// Reads a body as far as it may be long.
pub(super) async fn read(payload: Payload) -> Result<Body, Problem> {
    tokio::time::timeout(PATIENCE, read_on(payload))
        .await
        .unwrap_or(Err(Problem::Malformed))
}

async fn read_on(mut payload: Payload) -> Result<Body, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| Problem::Malformed)?;
        let room = MOST_BYTES.saturating_sub(bytes.len());
        if let Some(fits) = piece.get(..room)
            && fits.len() < piece.len()
        {
            bytes.extend_from_slice(fits);
            return Ok(Body { bytes, whole: false });
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Body { bytes, whole: true })
}

/// Answers a message that can never be attended to: `200`, so that the daemon deletes it, once it is kept and counted.
pub(super) async fn reject(
    door: &Door,
    (request, path): (&HttpRequest, &'static str),
    (reason, body): (&'static str, &[u8]),
) -> HttpResponse {
    let kept = async {
        let rejected = Rejected {
            path,
            reason,
            sha256: &Sha256::digest(body).into(),
            body,
        };
        let mut conn = door.database.connection().await?;
        rejected_messages::keep(&mut conn, rejected).await
    };
    match kept.await {
        Ok(()) => {
            tracing::warn!(path, reason, bytes = body.len(), "a message was rejected");
            count(path, reason);
            metrics::counter!("tasks_rings_total", "transport" => "door", "outcome" => "garbage")
                .increment(1);
            ok("rejected", reason)
        }
        Err(error) => {
            let problem = Problem::from(error);
            count(path, problem.word());
            problem.respond(request)
        }
    }
}
