//! Short questions to Redis, for what helps while it is there and is done without while it is away: limits, breakers, the cache.
//!
//! | module | what lives there |
//! |---|---|
//! | here | [`Redis`]: a script or a command, answered within the time that the caller has |
//! | [`servers`] | one server, the master that sentinels name, or a cluster |
//!
//! Each thread has a connection of its own, made when first needed, which carries all its questions at once: an answer wakes
//! nobody on another thread. Nothing is asked twice: who gets no answer decides without.

pub mod servers;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation, ServerErrorKind};
use tokio::time::Instant;

use servers::Connection;
pub use servers::Servers;

/// Longest wait for a connection. The first question of a thread waits for it, later ones only as long as they have patience.
const CONNECT: Duration = Duration::from_millis(250);

/// Nobody tries to connect again for this long after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// Unanswered questions in a row after which a connection is given up: one may only have met a busy moment.
const MOST_UNANSWERED: u32 = 3;

/// Least time between two lines in the log.
const SECONDS_BETWEEN_LINES: u64 = 10;

/// Redis does not answer, or not in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Redis does not answer")]
pub struct Away;

/// A handle on Redis. Cheap to clone.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    servers: Servers,
    prefix: String,
    lanes: Mutex<HashMap<ThreadId, Lane>>,
    opened: Instant,
    next_line: AtomicU64,
}

/// A thread's way to Redis.
enum Lane {
    Connecting {
        done: Shared<BoxFuture<'static, Option<Live>>>,
        is_first: bool,
    },
    Up(Live),
    Down(Instant),
}

/// A connection, and how many questions in a row it has left unanswered.
#[derive(Clone)]
struct Live {
    connection: Connection,
    unanswered: Arc<AtomicU32>,
}

/// What is asked.
enum Question<'q> {
    Script(&'q ScriptInvocation<'q>),
    Command(&'q Cmd),
}

impl Redis {
    /// A handle; connects when first used. `prefix` stands before every key, so that several installations may share a server.
    #[must_use]
    pub fn new(servers: Servers, prefix: &str) -> Self {
        Self(Arc::new(Inner {
            servers,
            prefix: prefix.to_owned(),
            lanes: Mutex::default(),
            opened: Instant::now(),
            next_line: AtomicU64::new(0),
        }))
    }

    /// A key all of whose hash slot is decided by `place`: keys with the same place lie together in a cluster.
    #[must_use]
    pub fn key(&self, place: &str, rest: &str) -> String {
        format!("{{{}:{place}}}{rest}", self.0.prefix)
    }

    /// Whether keys of different places may lie on different servers.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        self.0.servers.is_cluster()
    }

    /// What a script answers. It is sent by its hash, and as a whole to a server that does not know it.
    ///
    /// # Errors
    /// [`Away`] when no answer comes within `patience`, or an error does.
    pub async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
        patience: Duration,
    ) -> Result<T, Away> {
        self.ask(Question::Script(script), patience).await
    }

    /// What a command answers.
    ///
    /// # Errors
    /// See [`Self::run`].
    pub async fn query<T: FromRedisValue>(&self, command: &Cmd, patience: Duration) -> Result<T, Away> {
        self.ask(Question::Command(command), patience).await
    }

    async fn ask<T: FromRedisValue>(&self, question: Question<'_>, patience: Duration) -> Result<T, Away> {
        let mut live = self.connection(patience).await?;
        let answer = async {
            match question {
                Question::Script(script) => live.connection.run(script).await,
                Question::Command(command) => live.connection.query(command).await,
            }
        };
        match tokio::time::timeout(patience, answer).await {
            Ok(Ok(value)) => {
                live.unanswered.store(0, Ordering::Relaxed);
                Ok(value)
            }
            Ok(Err(error)) => {
                self.say(&error);
                if is_lost(&error) {
                    self.leave(&live, false);
                }
                Err(Away)
            }
            Err(_) => {
                if live.unanswered.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_UNANSWERED {
                    self.leave(&live, true);
                }
                Err(Away)
            }
        }
    }

    async fn connection(&self, patience: Duration) -> Result<Live, Away> {
        let (done, patience) = match self.lane()? {
            Found::Live(live) => return Ok(live),
            Found::Soon(done, is_first) if is_first => (done, CONNECT.max(patience)),
            Found::Soon(done, _) => (done, patience),
        };
        let live = tokio::time::timeout(patience, done).await;
        live.ok().flatten().ok_or(Away)
    }

    /// This thread's connection, or the one that it will have.
    fn lane(&self) -> Result<Found, Away> {
        let thread = std::thread::current().id();
        let mut lanes = self.lanes();
        let is_first = match lanes.get(&thread) {
            Some(Lane::Up(live)) => return Ok(Found::Live(live.clone())),
            Some(Lane::Connecting { done, is_first }) => return Ok(Found::Soon(done.clone(), *is_first)),
            Some(Lane::Down(until)) if Instant::now() < *until => return Err(Away),
            Some(Lane::Down(_)) => false,
            None => true,
        };
        let done = Arc::clone(&self.0).connect(thread).boxed().shared();
        // Whoever asked may not stay to see it through.
        tokio::spawn(done.clone());
        let connecting = Lane::Connecting {
            done: done.clone(),
            is_first,
        };
        lanes.insert(thread, connecting);
        Ok(Found::Soon(done, is_first))
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<ThreadId, Lane>> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a connection up; the next question connects anew, after a pause where the server did not even answer.
    fn leave(&self, live: &Live, paused: bool) {
        let until = if paused {
            Instant::now() + PAUSE
        } else {
            Instant::now()
        };
        for lane in self.lanes().values_mut() {
            if matches!(lane, Lane::Up(known) if Arc::ptr_eq(&known.unanswered, &live.unanswered)) {
                *lane = Lane::Down(until);
            }
        }
    }

    fn say(&self, error: &RedisError) {
        self.0.say(error);
    }
}

/// What stands in a lane.
enum Found {
    Live(Live),
    Soon(Shared<BoxFuture<'static, Option<Live>>>, bool),
}

impl Inner {
    /// Connects, and leaves the outcome in the thread's lane.
    async fn connect(self: Arc<Self>, thread: ThreadId) -> Option<Live> {
        let connected = tokio::time::timeout(CONNECT, self.servers.connect()).await;
        let connected = connected.unwrap_or_else(|_| Err(timed_out()));
        let (lane, live) = match connected {
            Ok(connection) => {
                let live = Live {
                    connection,
                    unanswered: Arc::default(),
                };
                (Lane::Up(live.clone()), Some(live))
            }
            Err(error) => {
                self.say(&error);
                (Lane::Down(Instant::now() + PAUSE), None)
            }
        };
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.insert(thread, lane);
        live
    }

    /// One line in a while, however many questions fail.
    fn say(&self, error: &RedisError) {
        let now = self.opened.elapsed().as_secs();
        let due = self.next_line.load(Ordering::Relaxed);
        let next = now + SECONDS_BETWEEN_LINES;
        let is_mine = self
            .next_line
            .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        if now >= due && is_mine.is_ok() {
            tracing::warn!(%error, "Redis does not answer; limits, breakers and the cache do without it");
        }
    }
}

/// Whether another connection may do better: this one broke, or leads to a server that has become a replica.
fn is_lost(error: &RedisError) -> bool {
    error.is_connection_dropped()
        || error.is_io_error()
        || error.is_timeout()
        || error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

fn timed_out() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

impl Connection {
    async fn run<T: FromRedisValue>(&mut self, script: &ScriptInvocation<'_>) -> RedisResult<T> {
        match self {
            Self::One(connection) => script.invoke_async(connection).await,
            Self::Cluster(connection) => script.invoke_async(connection).await,
        }
    }

    async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::One(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }
}
