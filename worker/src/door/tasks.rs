//! Tasks by HTTP: a ring is posted, and answered once its outcome is in Postgres.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use hiring_core::task::{Queue, Ring};
use hiring_queue::{Attended, Dispatcher};

use super::answer::{Problem, count, ok};
use super::{Door, body, caller};

/// The path that takes every kind.
pub(super) const DISPATCH: &str = "dispatch";

/// Attends to a ring. `of` is the queue that the path stands for; none takes every kind.
pub(super) async fn take(
    door: Data<Door>,
    request: HttpRequest,
    payload: Payload,
    of: Option<Queue>,
) -> HttpResponse {
    let path = of.map_or(DISPATCH, Queue::name);
    let refused = |problem: Problem| {
        count(path, problem.word());
        problem.respond(&request)
    };
    if let Err(problem) = caller::check(&request, door.token.as_ref()) {
        return refused(problem);
    }
    let body = match body::read(payload).await {
        Ok(body) => body,
        Err(problem) => return refused(problem),
    };
    let ring: Ring = match serde_json::from_slice(&body.bytes) {
        _ if !body.whole => {
            let mut answer = body::reject(&door, (&request, path), ("too-large", &body.bytes)).await;
            // The rest is not read.
            answer
                .head_mut()
                .set_connection_type(actix_web::http::ConnectionType::Close);
            return answer;
        }
        Err(_) => return body::reject(&door, (&request, path), ("no-envelope", &body.bytes)).await,
        Ok(ring) => ring,
    };
    let Some(dispatcher) = door.dispatcher().await else {
        return refused(Problem::Stopping);
    };
    if of.is_some_and(|queue| Dispatcher::queue_of(&ring) != queue) {
        // What cannot be rung now is rung by the sweeper.
        dispatcher.pass_on(ring).await;
        count(path, "passed-on");
        return ok("passed-on", "the kind is rung again on its own queue");
    }
    match dispatcher.dispatch(ring).await {
        Attended::DatabaseAway => refused(Problem::DatabaseAway),
        Attended::Stopping => refused(Problem::Stopping),
        Attended::Recorded(outcome) => {
            count(path, outcome);
            ok("recorded", outcome)
        }
    }
}
