//! The rival of `GET /jobs/{id}`: actix-web and diesel-async with the same query and nothing else: no authentication, no
//! log, no request id, no checks.

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use hiring_core::config::Reader;
use hiring_db::jobs::JobRow;
use hiring_db::schema::jobs;
use hiring_db::{Database, DatabaseConfig};
use serde_json::json;
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
    let query = jobs::table.find(id.into_inner()).select(JobRow::as_select());
    let Ok(row) = query.first(&mut connection).await else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok().json(json!({
        "id": row.id, "organization_id": row.organization_id, "title": row.title, "description": row.description,
        "location": row.location, "job_type": row.job_type, "state": row.state, "requirements": row.requirements,
        "salary_min": row.salary_min, "salary_max": row.salary_max, "salary_currency": row.salary_currency,
        "created_at": row.created_at, "updated_at": row.updated_at,
    }))
}
