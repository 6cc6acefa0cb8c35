//! A door that takes tasks, with a runner behind it whose handlers are the test's own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use hiring_core::task::{Priority, RING_VERSION, TaskKind};
use hiring_db::Database;
use hiring_queue::{Handler, Policy, QueueError, Registry, Ringer, Runner, RunnerOptions, TaskFailure};
use hiring_worker::cron::schedule;
use hiring_worker::door::{self, Door};
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::stage::Stage;

/// A task that does what it is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Probe {
    /// `complete`, `retry`, `fail`, or `wait` for the go-ahead.
    pub order: String,
}

impl TaskKind for Probe {
    const KIND: &'static str = "probe";
    const PRIORITY: Priority = Priority::Normal;
    const LEASE_SECONDS: u32 = 60;
}

pub fn probe(order: &str) -> Probe {
    Probe { order: order.into() }
}

/// Does as told; `go` lets those end that wait.
pub fn probes(go: &CancellationToken) -> Registry {
    let go = go.clone();
    let handler = Handler::new(move |ctx, task: Probe| {
        let go = go.clone();
        async move {
            match task.order.as_str() {
                "retry" => return Err(TaskFailure::retry("told-to", "It was told to.")),
                "fail" => return Err(TaskFailure::fail("told-to", "It was told to.")),
                "wait" => go.cancelled().await,
                _ => {}
            }
            let ctx: hiring_queue::TaskContext = ctx;
            ctx.finish().await
        }
    });
    let long = Policy {
        backoff_base: Duration::from_secs(3600),
        backoff_cap: Duration::from_secs(3600),
        ..Policy::default()
    };
    Registry::new().register(handler.policy(long))
}

/// The ring of a task.
pub fn ring(kind: &str, id: impl ToString) -> Value {
    json!({ "v": RING_VERSION, "kind": kind, "task_id": id.to_string() })
}

/// An open door.
pub struct OpenDoor {
    pub address: SocketAddr,
    pub door: Data<Door>,
    stop: CancellationToken,
    runner: JoinHandle<Result<(), QueueError>>,
    server: ServerHandle,
}

impl OpenDoor {
    /// Opens one in the stage's mode, else as a daemon wants it.
    pub async fn open(stage: &mut Stage, registry: Registry) -> Self {
        stage
            .variables
            .entry("WORKER_MODE".into())
            .or_insert("daemon".into());
        let config = stage.config();
        let database = Database::open(&config.database);
        let ringer = Ringer::open(&config.queue).unwrap();
        let periodics = Arc::from(schedule::compiled().unwrap());
        let door = Door::new(&config.door, (database.clone(), ringer.clone()), periodics);
        let (server, addresses) = door::open(&config.door, door.clone()).unwrap();
        let handle = server.handle();
        tokio::spawn(server);
        let options = RunnerOptions {
            concurrency: config.concurrency,
            grace: Duration::from_secs(5),
            direct_url: config.database.direct_url.clone(),
            queue: config.queue.clone(),
            consume: config.door.mode.consumes(),
        };
        let runner = Runner::new(options, database, ringer, registry).unwrap();
        door.connect(runner.dispatcher());
        let stop = CancellationToken::new();
        let runner = tokio::spawn(runner.run(stop.clone()));
        Self {
            address: addresses[0],
            door,
            stop,
            runner,
            server: handle,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Posts a body with these headers.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Answer {
        let mut request = client().post(self.url(path)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    /// Posts a ring to a path.
    pub async fn ring(&self, path: &str, ring: &Value) -> Answer {
        self.post(path, &[], ring.to_string()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(client().get(self.url(path))).await
    }

    /// Asks the runner to stop, and waits for its end.
    pub async fn stop_runner(&mut self) {
        self.stop.cancel();
        (&mut self.runner).await.unwrap().unwrap();
    }

    /// Stops everything.
    pub async fn close(mut self) {
        if !self.runner.is_finished() {
            self.stop_runner().await;
        }
        self.door.close(Duration::from_secs(5)).await;
        self.server.stop(false).await;
    }
}

/// One that opens a connection for each request, as a daemon may.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap()
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Answer {
    /// Status, and what a good answer says about the message.
    pub fn said(&self) -> (u16, &str, &str) {
        let text = |field: &str| self.json[field].as_str().unwrap_or_default();
        (self.status, text("status"), text("detail"))
    }

    /// Asserts a problem of this slug.
    #[track_caller]
    pub fn is_problem(&self, status: u16, slug: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.json["type"], format!("/problems/{slug}"));
        assert_eq!(self.json["status"], status);
        for member in ["title", "detail", "instance"] {
            assert!(
                self.json[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}"
            );
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    Answer {
        status,
        headers,
        json: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}
