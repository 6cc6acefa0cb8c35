//! Finds out who is calling, once, before any extractor runs, so that 401 comes before every other answer.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use crate::extract::allowed::{Authentication, Caller};
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
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Authentication::Anonymous;
    };
    let token = header.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let Some(token) = token else {
        return Authentication::Refused("The Authorization header is not `Bearer` and a token.");
    };
    let Some(state) = request.app_data::<web::Data<AppState>>() else {
        return Authentication::Unavailable;
    };
    match state.tokens.verify(token, state.clock.now()) {
        Err(why) => Authentication::Refused(why),
        Ok(caller) => check_session(state, caller).await,
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
