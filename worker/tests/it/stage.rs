//! A worker of one's own: database, queue names, file store, and the real model.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use hiring_core::clock::SystemClock;
use hiring_core::config::Reader;
use hiring_core::ids::{CandidateId, ObjectId, OrgId, TaskId};
use hiring_core::task::{ParseResume, TaskKind};
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_platform::embeddings::LazyEmbedder;
use hiring_platform::llm::Llm;
use hiring_platform::mail;
use hiring_platform::storage::{self, ObjectKey, ObjectStore};
use hiring_queue::Ringer;
use hiring_testkit::{TestDatabase, TestRedis, env, eventually};
use hiring_worker::config::WorkerConfig;
use hiring_worker::running;
use hiring_worker::sandbox::{Limits, Sandbox};
use hiring_worker::scanning;
use hiring_worker::tasks::Parts;
use hiring_worker::tasks::check_backups::Backups;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Row};
use tokio_util::sync::CancellationToken;

use crate::sandbox::sandbox;

/// Everything around one worker.
pub struct Stage {
    pub database: TestDatabase,
    pub client: Client,
    pub variables: HashMap<String, String>,
    pub sandbox: Sandbox,
    pub storage: Arc<dyn ObjectStore>,
    pub org: OrgId,
    pub ringer: Ringer,
    folder: tempfile::TempDir,
}

/// An accepted upload.
#[derive(Clone, Copy)]
pub struct Upload {
    pub candidate: CandidateId,
    pub object: ObjectId,
    pub task: TaskId,
}

/// A worker that runs until it is stopped.
pub struct Running {
    stop: CancellationToken,
    work: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Stops it in good order.
    pub async fn stop(self) {
        self.stop.cancel();
        self.work.await.unwrap().unwrap();
    }
}

impl Stage {
    /// A stage whose worker has the real model.
    pub async fn set() -> Self {
        let database = TestDatabase::create().await;
        let redis = TestRedis::namespace();
        let folder = tempfile::tempdir().unwrap();
        let objects = folder.path().join("objects");
        let mail_dir = folder.path().join("mail");
        let pairs = [
            ("ENVIRONMENT", "test"),
            ("DATABASE_URL", database.url()),
            ("REDIS_URL", &redis.url),
            ("QUEUE_PREFIX", &redis.prefix),
            ("STORAGE_DIR", objects.to_str().unwrap()),
            ("EMBEDDING_MODEL_DIR", &env::require(&["EMBEDDING_MODEL_DIR"])),
            ("ORT_DYLIB_PATH", &env::require(&["ORT_DYLIB_PATH"])),
            ("MAIL_DIR", mail_dir.to_str().unwrap()),
            ("WORKER_PORT", "0"),
            ("WORKER_CONCURRENCY", "2"),
        ];
        let variables: HashMap<_, _> = pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let config = config(&variables);
        let client = database.client().await;
        let org = OrgId::generate();
        let name = "INSERT INTO organizations (id, name) VALUES ($1, 'Acme')";
        client.execute(name, &[&org.uuid()]).await.unwrap();
        let storage = storage::open(config.storage.clone()).await.unwrap();
        let ringer = Ringer::open(&config.queue).unwrap();
        let sandbox = sandbox(Limits::default());
        Self {
            database,
            client,
            variables,
            sandbox,
            storage,
            org,
            ringer,
            folder,
        }
    }

    /// Changes a variable of the next worker.
    pub fn with(&mut self, name: &str, value: &str) {
        self.variables.insert(name.into(), value.into());
    }

    /// A folder for the test's own files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the file store keeps its files.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    /// The settings of the next worker.
    pub fn config(&self) -> WorkerConfig {
        config(&self.variables)
    }

    /// The parts of a worker, for calling its functions directly.
    pub fn parts(&self) -> Arc<Parts> {
        Arc::new(Parts {
            storage: Arc::clone(&self.storage),
            reader: scanning::Reader::without_recognition(self.sandbox.clone()),
            embedder: LazyEmbedder::new(self.config().embeddings),
            llm: Llm::open(&self.config().llm).unwrap(),
            mailer: mail::open(&self.config().mail).unwrap(),
            backups: Backups::default(),
            clock: Arc::new(SystemClock),
        })
    }

    /// Starts a worker.
    pub fn start(&self) -> Running {
        let stop = CancellationToken::new();
        let work = tokio::spawn(running::work(self.config(), self.sandbox.clone(), stop.clone()));
        Running { stop, work }
    }

    /// Stores a file and its row in the given state.
    pub async fn store(&self, bytes: &[u8], state: &str) -> ObjectId {
        let object = ObjectId::generate();
        let key = ObjectKey::new(self.org, object);
        self.storage
            .put(&key, Bytes::copy_from_slice(bytes), "text/plain")
            .await
            .unwrap();
        let row =
            "INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
             VALUES ($1, $2, $3, $4, sha256(uuid_send($1)), $5, 'txt')";
        let size = i64::try_from(bytes.len()).unwrap();
        let (id, org) = (object.uuid(), self.org.uuid());
        self.client
            .execute(row, &[&id, &org, &key.as_str(), &state, &size])
            .await
            .unwrap();
        object
    }

    /// What the api does on an upload: file, candidate and task.
    pub async fn upload(&self, bytes: &[u8]) -> Upload {
        let (candidate, object) = self.accept(bytes).await;
        let task = self
            .enqueue(&ParseResume {
                candidate_id: candidate,
                object_id: object,
            })
            .await;
        Upload {
            candidate,
            object,
            task,
        }
    }

    /// An upload whose task is still to be enqueued.
    pub async fn accept(&self, bytes: &[u8]) -> (CandidateId, ObjectId) {
        let object = self.store(bytes, "live").await;
        let candidate = CandidateId::generate();
        let row = "INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type)
             SELECT $1, organization_id, id, sha256, 'resume.txt', 'txt' FROM stored_objects WHERE id = $2";
        self.client
            .execute(row, &[&candidate.uuid(), &object.uuid()])
            .await
            .unwrap();
        (candidate, object)
    }

    /// Enqueues a task of the organization and rings.
    pub async fn enqueue(&self, task: &impl TaskKind) -> TaskId {
        let enqueued = self.insert(task).await;
        let id = enqueued.task_id;
        self.ringer.ring(&[enqueued]).await;
        id
    }

    /// Enqueues a task of the organization, whose ring is lost.
    pub async fn enqueue_quietly(&self, task: &impl TaskKind) -> TaskId {
        self.insert(task).await.task_id
    }

    async fn insert(&self, task: &impl TaskKind) -> Enqueued {
        let options = EnqueueOptions {
            organization_id: Some(self.org),
            ..EnqueueOptions::default()
        };
        let mut connection = self.database.database().connection().await.unwrap();
        self.ringer.enqueue(&mut connection, task, options).await.unwrap()
    }

    /// Waits until the one row of a query about an id satisfies a condition, given as the last SQL column.
    pub async fn until(&self, what: &str, query: &str, id: uuid::Uuid) -> Row {
        let ask = || async {
            let row = self.client.query_opt(query, &[&id]).await.unwrap();
            row.filter(|row| row.get::<_, Option<bool>>(row.len() - 1) == Some(true))
        };
        eventually(what, ask).await
    }

    /// Waits for a task's state.
    pub async fn until_task(&self, task: TaskId, state: &str) {
        let query = format!("SELECT state = '{state}' FROM tasks WHERE id = $1");
        self.until(&format!("the task to be {state}"), &query, task.uuid())
            .await;
    }

    /// Waits for a candidate's status.
    pub async fn until_candidate(&self, candidate: CandidateId, status: &str) {
        let query = format!("SELECT status = '{status}' FROM candidates WHERE id = $1");
        self.until(&format!("the candidate to be {status}"), &query, candidate.uuid())
            .await;
    }

    /// Waits until every task has come to its end.
    pub async fn until_idle(&self) {
        let query = "SELECT count(*) FROM tasks WHERE finished_at IS NULL";
        let ask = || async {
            let open: i64 = self.client.query_one(query, &[]).await.unwrap().get(0);
            (open == 0).then_some(())
        };
        eventually("every task to end", ask).await;
    }

    /// One number.
    pub async fn count(&self, query: &str) -> i64 {
        self.client.query_one(query, &[]).await.unwrap().get(0)
    }
}

fn config(variables: &HashMap<String, String>) -> WorkerConfig {
    WorkerConfig::read(&mut Reader::from_map(variables.clone())).unwrap()
}
