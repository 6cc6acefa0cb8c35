//! Signs of life, outside `API_PREFIX` and without authentication.

use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::ProblemBody;
use crate::state::AppState;

pub mod detailed;

/// A sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, `degraded` or `unavailable`.
    pub status: &'static str,
    /// `up`, or `down` for each thing that this process needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Dependencies>,
}

/// What this process needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dependencies {
    /// Postgres; without it nothing can be answered.
    pub database: &'static str,
    /// What carries rings to the workers, Redis or SQS; without it new work starts later, but none is lost.
    pub queue: &'static str,
}

/// Says that the process answers.
#[utoipa::path(
    get, path = "/health", operation_id = "health", tag = "Health", security(()),
    responses((status = 200, description = "The process answers", body = Health))
)]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Health {
        status: "ok",
        dependencies: None,
    })
}

/// Says whether requests can be served: 503 when Postgres is away or the server is stopping; an absent queue is only degraded.
#[utoipa::path(
    get, path = "/health/ready", operation_id = "healthReady", tag = "Health", security(()),
    responses(
        (status = 200, description = "Requests can be served; `degraded` when the queue is away", body = Health),
        (status = 503, description = "Postgres is away or the server is stopping", body = Health),
        (status = 500, description = "A defect of ours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn ready(state: web::Data<AppState>) -> HttpResponse {
    let (database, queue) = futures::join!(state.database.ping(), state.ringer.ping());
    let stopping = state.stopping.load(Ordering::Relaxed);
    let dependencies = Dependencies {
        database: up(database.is_ok()),
        queue: up(queue.is_ok()),
    };
    let status = status(stopping || database.is_err(), queue.is_err());
    let mut answer = if status == "unavailable" {
        HttpResponse::ServiceUnavailable()
    } else {
        HttpResponse::Ok()
    };
    answer.json(Health {
        status,
        dependencies: Some(dependencies),
    })
}

const fn up(is_up: bool) -> &'static str {
    if is_up { "up" } else { "down" }
}

const fn status(unavailable: bool, degraded: bool) -> &'static str {
    match (unavailable, degraded) {
        (true, _) => "unavailable",
        (false, true) => "degraded",
        (false, false) => "ok",
    }
}
