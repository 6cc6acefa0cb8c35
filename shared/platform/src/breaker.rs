//! Leaving something alone that keeps failing, so that nobody waits for it and it can recover.
//!
//! | module | what lives there |
//! |---|---|
//! | here | [`Breaker`], the leave to make one call ([`Pass`]), and all of them together ([`Breakers`]) |
//! | [`config`] | how many failures, for how long |
//! | [`machine`] | the states and what leads from one to another, pure |
//! | [`shared`] | the same in Redis, for all processes together |
//!
//! After a number of failures in a row nobody calls for a while (open). Then one call at a time tries (half-open), until so many
//! have succeeded (closed) or one has failed (open again). Only what is the dependency's fault counts: a refusal that is about
//! the request is an answer. Processes share the state by Redis; while that is away each has its own.

pub mod config;
pub mod machine;
mod shared;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use hiring_core::random;
use serde::Serialize;

use crate::redis::Redis;
pub use config::BreakerConfig;
use machine::{Entered, Machine, Phase, Ticket};
use shared::Shared;

/// What may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dependency {
    /// The language model's server.
    Llm,
    /// The embedding model's server.
    Embeddings,
    /// The object store.
    Storage,
    /// The mail server.
    Smtp,
}

impl Dependency {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Llm, Self::Embeddings, Self::Storage, Self::Smtp];

    /// Its name in keys, metrics and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Embeddings => "embeddings",
            Self::Storage => "storage",
            Self::Smtp => "smtp",
        }
    }
}

/// The breaker of one dependency. Cheap to clone; clones are the same breaker.
#[derive(Clone)]
pub struct Breaker(Arc<Inner>);

struct Inner {
    dependency: Dependency,
    config: BreakerConfig,
    local: Mutex<Machine>,
    shared: OnceLock<Shared>,
    opened: Instant,
}

/// What an operator sees of a breaker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Whose it is.
    pub dependency: Dependency,
    /// Its state.
    pub state: Phase,
    /// Failures in a row while closed, successes of those that tried while half-open.
    pub count: u32,
    /// Whether the state is that of all processes; else Redis is away and it is this process's own.
    pub shared: bool,
}

/// Leave to make one call. Say how it went; one that is dropped has told nothing.
#[must_use]
pub struct Pass {
    breaker: Breaker,
    ticket: Ticket,
    is_shared: bool,
    told: bool,
}

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The dependency answered, whatever it said.
    Answered,
    /// It failed.
    Failed,
    /// Nobody knows: the caller went away.
    Dropped,
}

impl Breaker {
    /// A closed breaker of this process's own.
    #[must_use]
    pub fn new(dependency: Dependency, config: BreakerConfig) -> Self {
        Self(Arc::new(Inner {
            dependency,
            config,
            local: Mutex::default(),
            shared: OnceLock::new(),
            opened: Instant::now(),
        }))
    }

    /// Shares its state with the breakers of other processes from here on. Later calls change nothing.
    pub fn share(&self, redis: Redis) {
        let shared = Shared::new(redis, self.0.dependency.name(), self.0.config);
        // Whoever shared it first has done so for the same Redis.
        let _ = self.0.shared.set(shared);
    }

    /// Whose it is.
    #[must_use]
    pub fn dependency(&self) -> Dependency {
        self.0.dependency
    }

    /// Leave to make a call.
    ///
    /// # Errors
    /// How long it is not worth asking again.
    pub async fn enter(&self) -> Result<Pass, Duration> {
        let number = u64::from_le_bytes(random::bytes());
        let shared = match self.0.shared.get() {
            Some(shared) => shared.enter(number).await.ok(),
            None => None,
        };
        let is_shared = shared.is_some();
        let (entered, phase) = shared.unwrap_or_else(|| {
            let mut machine = self.local();
            let entered = machine.enter(self.now(), number, &self.0.config);
            (entered, machine.phase())
        });
        self.show(phase);
        match entered {
            Entered::Pass(ticket) => Ok(Pass {
                breaker: self.clone(),
                ticket,
                is_shared,
                told: false,
            }),
            Entered::Rest(milliseconds) => {
                self.count("refused");
                Err(Duration::from_millis(milliseconds))
            }
        }
    }

    /// Its state, without changing it.
    pub async fn read(&self) -> Reading {
        let shared = match self.0.shared.get() {
            Some(shared) => shared.read().await.ok(),
            None => None,
        };
        let is_shared = shared.is_some();
        let (state, count) = shared.unwrap_or_else(|| {
            let machine = self.local();
            (machine.phase(), machine.count())
        });
        self.show(state);
        Reading {
            dependency: self.0.dependency,
            state,
            count,
            shared: is_shared,
        }
    }

    /// Takes an outcome; whether it opened the breaker.
    async fn tell(&self, (ticket, is_shared): (Ticket, bool), outcome: Outcome) -> bool {
        let told = match self.0.shared.get().filter(|_| is_shared) {
            Some(shared) => shared.tell(ticket, outcome).await.ok(),
            None => {
                let mut machine = self.local();
                let opened = machine.tell(self.now(), ticket, outcome, &self.0.config);
                Some((opened, machine.phase()))
            }
        };
        // What Redis did not hear is lost: a lease ends by itself, and a failure will come again.
        let Some((opened, phase)) = told else {
            return false;
        };
        self.show(phase);
        if opened {
            let dependency = self.0.dependency.name();
            metrics::counter!("breaker_opened_total", "dependency" => dependency).increment(1);
            tracing::warn!(dependency, "it keeps failing and is left alone for a while");
        }
        opened
    }

    fn local(&self) -> MutexGuard<'_, Machine> {
        self.0.local.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Milliseconds by this process's clock.
    fn now(&self) -> u64 {
        u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn show(&self, phase: Phase) {
        let dependency = self.0.dependency.name();
        metrics::gauge!("breaker_state", "dependency" => dependency).set(phase.number());
    }

    fn count(&self, outcome: &'static str) {
        let dependency = self.0.dependency.name();
        metrics::counter!("breaker_calls_total", "dependency" => dependency, "outcome" => outcome)
            .increment(1);
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Breaker").field(&self.0.dependency).finish()
    }
}

impl Pass {
    /// It answered, whatever it said.
    pub async fn answered(mut self) {
        self.told = true;
        self.breaker.count("answered");
        let of = (self.ticket, self.is_shared);
        self.breaker.tell(of, Outcome::Answered).await;
    }

    /// It failed. Whether it is left alone from here on.
    pub async fn failed(mut self) -> bool {
        self.told = true;
        self.breaker.count("failed");
        let of = (self.ticket, self.is_shared);
        self.breaker.tell(of, Outcome::Failed).await
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.told || !self.ticket.tries {
            return;
        }
        let (breaker, of) = (self.breaker.clone(), (self.ticket, self.is_shared));
        if !of.1 {
            let now = breaker.now();
            breaker
                .local()
                .tell(now, of.0, Outcome::Dropped, &breaker.0.config);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // The next one may try at once instead of at the end of the lease.
            runtime.spawn(async move { breaker.tell(of, Outcome::Dropped).await });
        }
    }
}

/// Every breaker of a process.
pub struct Breakers(Vec<Breaker>);

impl Breakers {
    /// These breakers, and one for each other dependency, so that every process can tell of all; shared by this Redis, if there
    /// is one.
    #[must_use]
    pub fn new(own: Vec<Breaker>, config: BreakerConfig, redis: Option<&Redis>) -> Self {
        let mut all = own;
        for dependency in Dependency::ALL {
            if !all.iter().any(|breaker| breaker.dependency() == dependency) {
                all.push(Breaker::new(dependency, config));
            }
        }
        if let Some(redis) = redis {
            for breaker in &all {
                breaker.share(redis.clone());
            }
        }
        Self(all)
    }

    /// The state of each, for `/health/detailed`.
    pub async fn readings(&self) -> Vec<Reading> {
        futures::future::join_all(self.0.iter().map(Breaker::read)).await
    }
}
