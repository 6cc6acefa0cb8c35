//! Closing time: who is inside is served, who comes late is told so.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Counts who is inside. After the begin of closing every answer ends its connection, and late requests are not begun.
///
/// # Errors
/// Only those of the handler.
pub async fn last_orders(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = request.app_data::<web::Data<AppState>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let inside = state.closing.enter();
    let mut answer = if inside.is_some() {
        next.call(request).await?.map_into_boxed_body()
    } else {
        let problem = Problem::new(
            Kind::Unavailable,
            "The server is shutting down. Nothing was changed; try again.",
        );
        let answer = problem.retry_after(1).respond(request.request());
        request.into_response(answer)
    };
    if state.closing.has_begun() {
        let head = answer.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    Ok(answer)
}
