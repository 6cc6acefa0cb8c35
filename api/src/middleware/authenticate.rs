//! Finds out who is calling, once, before any extractor runs, so that 401 comes before every other answer.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use crate::extract::allowed::{Authentication, Caller};
use crate::identity::client::Proof;
use crate::state::AppState;

/// Leaves an [`Authentication`] in the request's extensions; the extractors decide what it is worth.
///
/// # Errors
/// Only those of the handler.
pub async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let found = find_out(&request).await;
    request.extensions_mut().insert(found);
    next.call(request).await
}

async fn find_out(request: &ServiceRequest) -> Authentication {
    let Some(state) = request.app_data::<web::Data<AppState>>() else {
        return Authentication::Unavailable;
    };
    match Proof::of(request, state) {
        Proof::Missing => Authentication::Anonymous,
        Proof::Refused(why) => Authentication::Refused(why),
        Proof::Sound(caller) => check_session(state, caller).await,
    }
}

async fn check_session(state: &AppState, caller: Caller) -> Authentication {
    match state.liveness.standing(caller.session_id).await {
        // The session decides: a token that says otherwise was not made by us, whatever its signature.
        Ok(Some(standing))
            if standing.user_id == caller.user_id && standing.organization_id == caller.organization_id =>
        {
            Authentication::Known(Caller {
                role: standing.role,
                ..caller
            })
        }
        Ok(_) => Authentication::Refused("The session has ended. Sign in again."),
        Err(error) => {
            tracing::warn!(%error, "whether a session lives could not be checked");
            Authentication::Unavailable
        }
    }
}
