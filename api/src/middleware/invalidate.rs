//! Makes answers in the cache old that a request has overtaken, after its commit and before its answer: whoever is told that
//! something has changed finds it changed.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use hiring_platform::cache::{Change, Room};

use crate::extract::allowed::Authentication;
use crate::state::AppState;

/// What stands below this shows on the job board.
const JOBS: &str = "/jobs";

/// Whatever somebody who is signed in changes makes the answers about them and their organization old; no handler has to think of
/// it. What they change in another organization, such as a candidate who applies, is the concern of its flow.
///
/// # Errors
/// Only those of the handler.
pub async fn invalidate(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let change = announce(&request);
    let answer = next.call(request).await?;
    match change {
        // A refusal changes nothing. Where the server failed, something may have been committed.
        Some(change) if answer.status().is_client_error() => change.is_void(),
        Some(change) => change.stands().await,
        None => {}
    }
    Ok(answer)
}

/// What this request may change; `None` for one that only reads, and for callers who are not signed in.
fn announce(request: &ServiceRequest) -> Option<Change> {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return None;
    }
    let state = request.app_data::<web::Data<AppState>>()?;
    let extensions = request.extensions();
    let Some(Authentication::Known(caller)) = extensions.get::<Authentication>() else {
        return None;
    };
    let Some(organization) = caller.organization_id else {
        return Some(state.cache.change(vec![Room::Person(caller.user_id)]));
    };
    let mut rooms = vec![Room::Organization(organization)];
    let path = request.path().strip_prefix(&state.config.prefix);
    if path.is_some_and(|path| path.starts_with(JOBS)) {
        rooms.push(Room::Board);
    }
    Some(state.cache.change(rooms))
}
