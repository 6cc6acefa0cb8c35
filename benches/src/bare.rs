//! The rival of `GET /jobs/{id}`: actix-web and our pool with the same query and the same answer, and nothing else: no authentication,
//! no limits, no log, no request id, no checks.

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;
use chrono::{DateTime, Utc};
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::config::Reader;
use hiring_db::jobs::{JobRow, find_visible};
use hiring_db::{Database, DatabaseConfig};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// The argument that makes this program the rival.
pub const COMMAND: &str = "bare-server";

/// Serves on `BARE_PORT` until killed.
///
/// # Errors
/// When the port is taken.
pub async fn serve() -> anyhow::Result<()> {
    let mut reader = Reader::from_environment();
    let port = reader.parse("BARE_PORT", 0_u16);
    let database = web::Data::new(Database::open(&DatabaseConfig::read(&mut reader)));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(database.clone())
            .route("/api/v1/jobs/{id}", web::get().to(show))
    });
    server
        .bind(("127.0.0.1", port))
        .context("binding")?
        .run()
        .await
        .context("serving")
}

async fn show(id: web::Path<Uuid>, database: web::Data<Database>) -> HttpResponse {
    let Ok(mut connection) = database.connection().await else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    match find_visible(&mut connection, None, id.into_inner().into()).await {
        Ok(Some(row)) => HttpResponse::Ok().json(Shown::new(row)),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// What the product answers, byte for byte as long.
#[derive(Serialize)]
struct Shown {
    data: Job,
    meta: Meta,
}

#[derive(Serialize)]
struct Job {
    id: Uuid,
    organization_id: Uuid,
    title: String,
    description: String,
    location: Option<String>,
    job_type: String,
    state: String,
    requirements: Value,
    salary_min: Option<i32>,
    salary_max: Option<i32>,
    salary_currency: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Meta {
    request_id: Uuid,
    timestamp: DateTime<Utc>,
}

impl Shown {
    fn new(row: JobRow) -> Self {
        Self {
            data: Job {
                id: row.id,
                organization_id: row.organization_id,
                title: row.title,
                description: row.description,
                location: row.location,
                job_type: row.job_type,
                state: row.state,
                requirements: row.requirements,
                salary_min: row.salary_min,
                salary_max: row.salary_max,
                salary_currency: row.salary_currency,
                created_at: row.created_at,
                updated_at: row.updated_at,
            },
            meta: Meta {
                request_id: Uuid::nil(),
                timestamp: SystemClock.now(),
            },
        }
    }
}
