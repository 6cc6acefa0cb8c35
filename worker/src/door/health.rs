//! Signs of life, for whoever keeps the worker alive.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::Door;

/// Longest wait for a sign of life; probes give up after a second or more.
const CHECK_TIMEOUT: Duration = Duration::from_millis(900);

pub(super) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// Without Postgres there is no work; without the transport the sweeper still finds it, only later. Who was asked to stop
/// wants no more.
pub(super) async fn ready(door: web::Data<Door>) -> HttpResponse {
    let database = tokio::time::timeout(CHECK_TIMEOUT, door.database.ping());
    let transport = tokio::time::timeout(CHECK_TIMEOUT, door.ringer.ping());
    let (database, transport) = tokio::join!(database, transport);
    let database = matches!(database, Ok(Ok(())));
    let transport = matches!(transport, Ok(Ok(())));
    let (status, code) = match (door.is_stopping(), database, transport) {
        (true, ..) => ("stopping", StatusCode::SERVICE_UNAVAILABLE),
        (false, false, _) => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
        (false, true, false) => ("degraded", StatusCode::OK),
        (false, true, true) => ("ok", StatusCode::OK),
    };
    let word = |up: bool| if up { "ok" } else { "unavailable" };
    let body = serde_json::json!({
        "status": status,
        "checks": { "database": word(database), (door.ringer.transport()): word(transport) },
    });
    HttpResponse::build(code).json(body)
}
