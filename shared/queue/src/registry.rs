//! Kinds, their handlers and policies.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use futures::FutureExt;
use futures::future::BoxFuture;
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::{Priority, Queue, TaskError, TaskKind};
use hiring_db::DbError;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Done, TaskContext, TaskFailure};

/// How a kind is run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Most tasks of this kind at once in one process; none is as many as there are slots.
    pub concurrency: Option<usize>,
    /// Longest run; then it is dropped and tried again.
    pub timeout: Duration,
    /// Ceiling of the pause before the second attempt; doubled for each further one.
    pub backoff_base: Duration,
    /// Longest pause.
    pub backoff_cap: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            concurrency: None,
            timeout: Duration::from_secs(120),
            backoff_base: Duration::from_secs(2),
            backoff_cap: Duration::from_secs(300),
        }
    }
}

/// A task that is about to be dead, for the kind's last words in the same transaction.
#[derive(Debug, Clone)]
pub struct Dead<K> {
    /// The row.
    pub task_id: TaskId,
    /// The tenant.
    pub organization_id: Option<OrgId>,
    /// What it was to do.
    pub payload: K,
    /// Why it died. Besides a handler's own codes: `crashed`, `panic`, `timeout`, `bad-payload`.
    pub error: TaskError,
}

type Run = dyn Fn(TaskContext, Value) -> Result<BoxFuture<'static, Result<Done, TaskFailure>>, serde_json::Error>
    + Send
    + Sync;
type LastWords = dyn for<'c> Fn(&'c mut AsyncPgConnection, Dead<Value>) -> BoxFuture<'c, Result<(), DbError>>
    + Send
    + Sync;

/// What runs a kind.
pub struct Handler<K> {
    run: Arc<Run>,
    last_words: Option<Arc<LastWords>>,
    policy: Policy,
    kind: PhantomData<fn(K)>,
}

impl<K: TaskKind> Handler<K> {
    /// Runs tasks by this function. Its future is dropped on cancel, timeout, a lost lease and at the end of the grace of a
    /// shutdown, so whatever it starts must end with it.
    pub fn new<F, Fut>(handler: F) -> Self
    where
        F: Fn(TaskContext, K) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Done, TaskFailure>> + Send + 'static,
    {
        let run = move |context, payload| {
            let payload: K = serde_json::from_value(payload)?;
            Ok(handler(context, payload).boxed())
        };
        Self {
            run: Arc::new(run),
            last_words: None,
            policy: Policy::default(),
            kind: PhantomData,
        }
    }

    /// Other than [`Policy::default`].
    #[must_use]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Runs in the transaction that makes a task of this kind dead, whatever killed it: the handler, its last attempt, or the
    /// sweeper after a crash. When it fails for another reason than an unreachable database, the task dies without it.
    #[must_use]
    pub fn on_dead<H>(mut self, last_words: H) -> Self
    where
        H: for<'c> Fn(&'c mut AsyncPgConnection, Dead<K>) -> BoxFuture<'c, Result<(), DbError>>
            + Send
            + Sync
            + 'static,
    {
        self.last_words = Some(Arc::new(
            move |conn: &mut AsyncPgConnection, dead: Dead<Value>| {
                let Dead {
                    task_id,
                    organization_id,
                    payload,
                    error,
                } = dead;
                match serde_json::from_value(payload) {
                    Ok(payload) => last_words(
                        conn,
                        Dead {
                            task_id,
                            organization_id,
                            payload,
                            error,
                        },
                    ),
                    Err(error) => std::future::ready(Err(DbError::from(error))).boxed(),
                }
            },
        ));
        self
    }
}

/// Everything that this process can run.
#[derive(Default)]
pub struct Registry {
    entries: HashMap<&'static str, Entry>,
}

pub(crate) struct Entry {
    pub(crate) kind: &'static str,
    pub(crate) queue: Queue,
    pub(crate) priority: Priority,
    pub(crate) lease_seconds: u32,
    pub(crate) policy: Policy,
    pub(crate) run: Arc<Run>,
    pub(crate) last_words: Option<Arc<LastWords>>,
    room: Option<Arc<Semaphore>>,
}

impl Registry {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind; a second handler of a kind replaces the first.
    #[must_use]
    pub fn register<K: TaskKind>(mut self, handler: Handler<K>) -> Self {
        let entry = Entry {
            kind: K::KIND,
            queue: Queue::of_kind(K::KIND),
            priority: K::PRIORITY,
            lease_seconds: K::LEASE_SECONDS,
            policy: handler.policy,
            run: handler.run,
            last_words: handler.last_words,
            room: handler
                .policy
                .concurrency
                .map(|most| Arc::new(Semaphore::new(most.max(1)))),
        };
        self.entries.insert(K::KIND, entry);
        self
    }

    /// Names of the kinds, for logs.
    #[must_use]
    pub fn kinds(&self) -> Vec<&'static str> {
        let mut kinds: Vec<_> = self.entries.keys().copied().collect();
        kinds.sort_unstable();
        kinds
    }

    pub(crate) fn get(&self, kind: &str) -> Option<&Entry> {
        self.entries.get(kind)
    }

    /// Whether a ring of this list could start at once: no when it carries a kind that has no room left.
    pub(crate) fn is_open(&self, queue: Queue, priority: Priority) -> bool {
        self.room(queue, priority) > 0
    }

    /// How many rings of this list could start at once, as far as its kinds have limits.
    pub(crate) fn room(&self, queue: Queue, priority: Priority) -> usize {
        self.entries
            .values()
            .filter(|entry| entry.queue == queue && entry.priority == priority)
            .filter_map(|entry| entry.room.as_ref())
            .map(|room| room.available_permits())
            .min()
            .unwrap_or(usize::MAX)
    }

    /// The fewest tasks that any kind with a limit could still start, for the size of one pop.
    pub(crate) fn least_room(&self) -> usize {
        let rooms = self.entries.values().filter_map(|entry| entry.room.as_ref());
        rooms
            .map(|room| room.available_permits())
            .filter(|free| *free > 0)
            .min()
            .unwrap_or(usize::MAX)
    }
}

impl Entry {
    /// Takes the kind's own room at once, if it has a limit and is below it.
    pub(crate) fn try_enter(&self) -> Option<OwnedSemaphorePermit> {
        self.room
            .as_ref()
            .and_then(|room| Arc::clone(room).try_acquire_owned().ok())
    }

    /// Waits for the kind's own room.
    pub(crate) async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        match &self.room {
            Some(room) => Arc::clone(room).acquire_owned().await.ok(),
            None => None,
        }
    }

    /// A kind's name as a metric label that lives for ever.
    pub(crate) const fn label(&self) -> &'static str {
        self.kind
    }
}
