//! The HTTP door: health for whoever keeps the worker alive. The routes by which tasks arrive belong here too.

use std::time::Duration;

use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, web};
use hiring_db::Database;
use hiring_queue::Ringer;

use crate::config::DoorConfig;

/// Longest wait for a sign of life; probes give up after a second or more.
const CHECK_TIMEOUT: Duration = Duration::from_millis(900);

/// What readiness asks.
#[derive(Clone)]
pub struct Health {
    database: Database,
    ringer: Ringer,
}

impl Health {
    /// Readiness of these two.
    #[must_use]
    pub const fn new(database: Database, ringer: Ringer) -> Self {
        Self { database, ringer }
    }
}

/// Binds the door; the answer serves while it is polled.
///
/// # Errors
/// The address is taken or not this machine's.
pub fn open(config: &DoorConfig, health: Health) -> std::io::Result<Server> {
    let address = (config.host, config.port);
    let server = HttpServer::new(move || {
        let health = health.clone();
        App::new().configure(|config| routes(config, health))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .bind(address)?;
    for address in server.addrs() {
        tracing::info!(%address, "the door is open");
    }
    Ok(server.run())
}

/// The door's routes.
pub fn routes(config: &mut web::ServiceConfig, health: Health) {
    config.app_data(web::Data::new(health));
    config
        .route("/health", web::get().to(alive))
        .route("/health/ready", web::get().to(ready));
}

async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok" }))
}

/// Without Postgres there is no work; without Redis the sweeper still finds it, only later.
async fn ready(health: web::Data<Health>) -> HttpResponse {
    let database = tokio::time::timeout(CHECK_TIMEOUT, health.database.ping());
    let redis = tokio::time::timeout(CHECK_TIMEOUT, health.ringer.ping());
    let (database, redis) = tokio::join!(database, redis);
    let database = matches!(database, Ok(Ok(())));
    let redis = matches!(redis, Ok(Ok(())));
    let (status, code) = match (database, redis) {
        (true, true) => ("ok", StatusCode::OK),
        (true, false) => ("degraded", StatusCode::OK),
        (false, _) => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
    };
    let word = |up: bool| if up { "ok" } else { "unavailable" };
    let body = serde_json::json!({
        "status": status,
        "checks": { "database": word(database), "redis": word(redis) },
    });
    HttpResponse::build(code).json(body)
}
