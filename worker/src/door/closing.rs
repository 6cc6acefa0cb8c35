//! Closing time: who is inside is served, who comes late is told so.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::Door;
use super::answer::{Problem, count};

/// Counts who is inside. After the begin of closing every answer ends its connection, and late requests are not begun.
///
/// # Errors
/// Only those of the handler.
pub(super) async fn last_orders(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(door) = request.app_data::<web::Data<Door>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let Some(_inside) = door.closing.enter() else {
        count("(late)", Problem::Stopping.word());
        let answer = Problem::Stopping.respond(request.request());
        return Ok(request.into_response(answer));
    };
    let mut answer = next.call(request).await?.map_into_boxed_body();
    if door.closing.has_begun() {
        let head = answer.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    Ok(answer)
}
