//! What this program does when it was started by itself: a worker, or a producer such as the api is one.

use std::sync::OnceLock;
use std::time::Duration;

use hiring_core::ids::OrgId;
use hiring_db::{Database, DatabaseConfig};
use hiring_queue::{QueueConfig, Ringer, Runner, RunnerOptions, TransportConfig};
use hiring_testkit::env;
use secrecy::SecretString;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::fleet::{spawn, variables};
use crate::{broker, kinds, mixture, producer};

/// The name of the test below, which is how the test harness of a child is told to run nothing else.
pub const TEST: &str = "child::a_process_without_a_known_role_refuses";

/// Attempts that no number of kills uses up.
const MANY_ATTEMPTS: u32 = 200;

#[test]
fn a_process_without_a_known_role_refuses() {
    if let Some(role) = env::optional(&["CHAOS_ROLE"]) {
        std::process::exit(play(&role));
    }
    let mut child = spawn("nobody", "nobody", &variables([]));
    assert_eq!(child.wait().unwrap().code(), Some(64));
}

fn play(role: &str) -> i32 {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    match role {
        "worker" => runtime.block_on(work()),
        "producer" => runtime.block_on(producer::produce()),
        _ => 64,
    }
}

/// Who this process is, in the books.
pub fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| env::require(&["CHAOS_NAME"]))
}

pub fn number(variable: &str, otherwise: u64) -> u64 {
    env::optional(&[variable]).map_or(otherwise, |text| text.parse().unwrap())
}

/// `CHAOS_MINUTES`: how long a long run lasts; a short one when it is not set.
pub fn minutes() -> Option<f64> {
    env::optional(&["CHAOS_MINUTES"]).map(|text| text.parse().expect("CHAOS_MINUTES is a number"))
}

/// The one organization of a run.
pub fn organization() -> OrgId {
    OrgId::from(env::require(&["CHAOS_ORGANIZATION"]).parse::<Uuid>().unwrap())
}

pub fn database() -> DatabaseConfig {
    let url = SecretString::from(env::require(&["CHAOS_DATABASE_URL"]));
    DatabaseConfig {
        direct_url: url.clone(),
        external_pooler: false,
        url,
        max_connections: u32::try_from(number("CHAOS_CONNECTIONS", 8)).unwrap(),
        statement_timeout_ms: 30_000,
    }
}

pub fn queue() -> QueueConfig {
    queue_at(broker::transport(), &env::require(&["CHAOS_PREFIX"]))
}

pub fn queue_at(transport: TransportConfig, prefix: &str) -> QueueConfig {
    QueueConfig {
        transport,
        prefix: prefix.to_owned(),
        max_attempts: MANY_ATTEMPTS,
    }
}

async fn work() -> i32 {
    let config = database();
    let (database, ringer) = (Database::open(&config), Ringer::open(&queue()).unwrap());
    let options = RunnerOptions {
        concurrency: usize::try_from(number("CHAOS_SLOTS", 16)).unwrap(),
        grace: Duration::from_secs(number("CHAOS_GRACE", 5)),
        direct_url: config.direct_url,
        queue: queue(),
        consume: true,
    };
    let registry = mixture::register(kinds::registry());
    let runner = Runner::new(options, database, ringer, registry).unwrap();
    let stop = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    let stopped = stop.clone();
    tokio::spawn(async move {
        terminate.recv().await;
        stopped.cancel();
    });
    i32::from(runner.run(stop).await.is_err())
}
