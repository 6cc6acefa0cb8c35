//! `GET /health/detailed`: how the process and what it leans on are doing, for operators.

use std::path::Path;
use std::time::Instant;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use hiring_db::{Database, DbError, tasks};
use hiring_platform::telemetry::process;
use hiring_queue::Ringer;
use secrecy::ExposeSecret;
use serde::Serialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

mod shared;

use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::AppState;
use shared::{BreakerHealth, CacheHealth};

/// How everything is doing.
#[derive(Debug, Serialize, ToSchema)]
pub struct DetailedHealth {
    /// `ok`, `degraded` without the queue, `unavailable` without Postgres or when stopping.
    pub status: &'static str,
    /// Of this program.
    pub version: &'static str,
    /// Seconds since the process began to serve.
    pub uptime_seconds: u64,
    /// Whether it has been asked to stop.
    pub stopping: bool,
    /// Postgres and the pool of connections to it.
    pub database: DatabaseHealth,
    /// What carries rings to the workers, and the work itself.
    pub queue: QueueHealth,
    /// What is left alone because it keeps failing.
    pub breakers: Vec<BreakerHealth>,
    /// Answers kept for a while.
    pub cache: CacheHealth,
    /// Memory, processor and descriptors; `null` where the system does not tell.
    pub process: Option<ProcessHealth>,
    /// The disk under the stored files; `null` where they are not kept on one.
    pub disk: Option<DiskHealth>,
}

/// Postgres and the pool of connections to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseHealth {
    /// `up` or `down`.
    pub status: &'static str,
    /// Milliseconds for a connection and one count; `null` when it is down.
    pub round_trip_ms: Option<f64>,
    /// Most connections that this process opens.
    pub most: u32,
    /// Connections open.
    pub open: u32,
    /// Of those, idle.
    pub idle: u32,
    /// Requests that wait for one.
    pub waiting: usize,
    /// Requests that waited in vain since the start.
    pub timed_out: u64,
}

/// What carries rings to the workers, and the work itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueHealth {
    /// `up` or `down`.
    pub status: &'static str,
    /// `redis` or `sqs`.
    pub transport: &'static str,
    /// Rings that wait for a worker, by queue; `null` when the transport is down.
    pub rings: Option<Vec<Depth>>,
    /// Tasks that wait or run, by kind and state; `null` when Postgres is down.
    pub tasks: Option<Vec<TaskDepth>>,
}

/// How much waits in one queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Depth {
    /// The queue.
    pub queue: String,
    /// How much waits.
    pub waiting: u64,
}

/// How much work of one kind stands where.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskDepth {
    /// The kind.
    pub kind: String,
    /// `pending`, `published`, `running` or `waiting`.
    pub state: String,
    /// How much of it.
    pub count: i64,
    /// Seconds since the oldest was due; below zero when none is due yet.
    pub oldest_seconds: f64,
}

/// Memory, processor and descriptors.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcessHealth {
    /// Memory in RAM, in bytes.
    pub resident_bytes: f64,
    /// Processor time since the start, in seconds.
    pub cpu_seconds: f64,
    /// Threads alive.
    pub threads: f64,
    /// Descriptors open.
    pub open_descriptors: f64,
}

/// A disk.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiskHealth {
    /// Bytes in all.
    pub total_bytes: u64,
    /// Bytes that programs may still write.
    pub free_bytes: u64,
}

/// How the process and what it leans on are doing: for operators, who send `OPS_TOKEN`. An organization's admin is none.
#[utoipa::path(
    get, path = "/health/detailed", operation_id = "healthDetailed", tag = "Health", security(("operator" = [])),
    responses(
        (status = 200, description = "How everything is doing, also when something is down", body = DetailedHealth),
        (status = 401, description = "Not the operators' token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "This server has no token for operators", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn detailed(request: HttpRequest, state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    let token = state.config.ops_token.as_ref();
    let token = token.ok_or_else(|| Problem::not_found("path"))?;
    if !sends(&request, token.expose_secret()) {
        let detail = "Send the operators' token as `Authorization: Bearer ...`.";
        return Err(Problem::new(Kind::Unauthenticated, detail));
    }
    let (database, queue, breakers) = futures::join!(
        database_health(&state.database),
        queue_health(&state.ringer),
        shared::breakers(&state.breakers)
    );
    let (database, tasks) = database;
    let stopping = state.stopping.load(std::sync::atomic::Ordering::Relaxed);
    let health = DetailedHealth {
        status: super::status(stopping || tasks.is_none(), queue.rings.is_none()),
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: state.started.elapsed().as_secs(),
        stopping,
        database,
        queue: QueueHealth { tasks, ..queue },
        breakers,
        cache: shared::cache(&state.cache),
        process: process::read().map(|figures| ProcessHealth {
            resident_bytes: figures.resident_bytes,
            cpu_seconds: figures.cpu_seconds,
            threads: figures.threads,
            open_descriptors: figures.open_descriptors,
        }),
        disk: state.disk.as_deref().and_then(disk_health),
    };
    Ok(HttpResponse::Ok().json(health))
}

/// Whether the request has this token; how long the comparison takes tells nothing.
fn sends(request: &HttpRequest, token: &str) -> bool {
    let header = request.headers().get(AUTHORIZATION);
    let sent = header
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    sent.is_some_and(|(_, sent)| sent.trim().as_bytes().ct_eq(token.as_bytes()).into())
}

async fn database_health(database: &Database) -> (DatabaseHealth, Option<Vec<TaskDepth>>) {
    // Before anything is asked of it: the question itself takes a connection.
    let pool = database.state();
    let began = Instant::now();
    let tasks = task_depths(database)
        .await
        .inspect_err(|error| tracing::warn!(%error, "the database does not say how it is doing"))
        .ok();
    let took = began.elapsed().as_secs_f64() * 1000.0;
    let health = DatabaseHealth {
        status: super::up(tasks.is_some()),
        round_trip_ms: tasks.as_ref().map(|_| took),
        most: pool.most,
        open: pool.open,
        idle: pool.idle,
        waiting: pool.waiting,
        timed_out: pool.timed_out,
    };
    (health, tasks)
}

async fn task_depths(database: &Database) -> Result<Vec<TaskDepth>, DbError> {
    let mut connection = database.connection().await?;
    let rows = tasks::backlog(&mut connection).await?;
    let depths = rows.into_iter().map(|row| TaskDepth {
        kind: row.kind,
        state: row.state,
        count: row.count,
        oldest_seconds: row.oldest_seconds,
    });
    Ok(depths.collect())
}

async fn queue_health(ringer: &Ringer) -> QueueHealth {
    let depths = ringer.depths().await;
    let rings = depths
        .inspect_err(|error| tracing::warn!(%error, "the queue does not say how it is doing"))
        .ok()
        .map(|depths| {
            let depths = depths.into_iter().map(|(queue, waiting)| Depth {
                queue: queue.name().to_owned(),
                waiting,
            });
            depths.collect::<Vec<_>>()
        });
    QueueHealth {
        status: super::up(rings.is_some()),
        transport: ringer.transport(),
        rings,
        tasks: None,
    }
}

/// How full the disk under this folder is, where the system tells.
#[must_use]
pub fn disk_health(folder: &Path) -> Option<DiskHealth> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(DiskHealth {
        total_bytes: told.f_blocks.saturating_mul(told.f_frsize),
        free_bytes: told.f_bavail.saturating_mul(told.f_frsize),
    })
}
