use actix_web::{App, test};
use hiring_db::Database;
use hiring_queue::Ringer;
use hiring_worker::door::{self, Health};
use serde_json::Value;

use crate::stage::Stage;

/// Drops the stage on a thread of its own: dropping a database blocks, and a login under way on this single-threaded
/// runtime would keep Postgres from dropping it for a minute.
async fn leave(stage: Stage) {
    actix_web::web::block(move || drop(stage)).await.unwrap();
}

async fn get(stage: &Stage, path: &str) -> (u16, Value) {
    let config = stage.config();
    let health = Health::new(
        Database::open(&config.database),
        Ringer::open(&config.queue).unwrap(),
    );
    let app = test::init_service(App::new().configure(|routes| door::routes(routes, health))).await;
    let answer = test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await;
    (answer.status().as_u16(), test::read_body_json(answer).await)
}

#[actix_web::test]
async fn a_worker_with_everything_is_ready() {
    let stage = Stage::set().await;
    let (status, body) = get(&stage, "/health/ready").await;
    assert_eq!((status, &body["status"]), (200, &Value::from("ok")));
    assert_eq!(get(&stage, "/health").await.0, 200);
    leave(stage).await;
}

#[actix_web::test]
async fn without_redis_the_worker_is_ready_but_degraded() {
    let mut stage = Stage::set().await;
    stage.with("REDIS_URL", "redis://127.0.0.1:1/0");
    let (status, body) = get(&stage, "/health/ready").await;
    assert_eq!((status, &body["status"]), (200, &Value::from("degraded")));
    assert_eq!(body["checks"]["redis"], "unavailable");
    leave(stage).await;
}

#[actix_web::test]
async fn without_postgres_the_worker_is_alive_but_not_ready() {
    let mut stage = Stage::set().await;
    stage.with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let (status, body) = get(&stage, "/health/ready").await;
    assert_eq!(
        (status, &body["checks"]["database"]),
        (503, &Value::from("unavailable"))
    );
    assert_eq!(get(&stage, "/health").await.0, 200);
    leave(stage).await;
}
