//! Those who ask at the same moment ask together.
//!
//! A busy thread has many requests at hand that each want one token. The first of them has a question sent once the thread has
//! nothing else at hand and has looked once what else has come; whoever is there before that goes along: one round trip and one
//! run of the script for all, which takes for one after the other. Nobody waits for company that is not there yet, and nobody
//! depends on a request that its client gave up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use redis::Script;
use tokio::sync::oneshot;

use super::rule::Rule;
use crate::redis::Redis;

const SCRIPT: &str = include_str!("bucket.lua");

/// Most that ask together: others wait while Redis runs a script, and this many take it a fraction of a millisecond.
const MOST: usize = 64;

/// What Redis says to one who asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Levels {
    pub(super) admitted: bool,
    /// In parts of a token.
    pub(super) minute: u64,
    /// In parts of a token.
    pub(super) hour: u64,
}

/// Asks Redis for tokens.
pub(super) struct Company {
    redis: Redis,
    script: Script,
    patience: Duration,
    most: usize,
    waiting: Mutex<HashMap<ThreadId, Vec<Wish>>>,
}

/// Somebody who wants a token.
struct Wish {
    key: String,
    rule: Rule,
    answer: oneshot::Sender<Levels>,
}

impl Company {
    pub(super) fn new(redis: Redis, patience: Duration) -> Self {
        Self {
            // In a cluster each key may lie on another server.
            most: if redis.is_cluster() { 1 } else { MOST },
            redis,
            script: Script::new(SCRIPT),
            patience,
            waiting: Mutex::default(),
        }
    }

    /// What Redis says about a token for `who`; `None` when it does not answer in time.
    pub(super) async fn ask(self: &Arc<Self>, rule: &Rule, who: &str) -> Option<Levels> {
        let (answer, answered) = oneshot::channel();
        let wish = Wish {
            key: self.redis.key(&format!("bucket:{}:{who}", rule.name), ""),
            rule: *rule,
            answer,
        };
        let thread = std::thread::current().id();
        let is_first = {
            let mut waiting = self.waiting();
            let here = waiting.entry(thread).or_default();
            here.push(wish);
            here.len() == 1
        };
        if is_first {
            // Behind everything that can go on at this moment, and whatever becomes of this request.
            let errand = Errand {
                company: Arc::clone(self),
                thread,
                begun: false,
            };
            tokio::spawn(errand.run());
        }
        answered.await.ok()
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<ThreadId, Vec<Wish>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, thread: ThreadId) -> Vec<Wish> {
        self.waiting()
            .get_mut(&thread)
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Asks for all of these at once; who gets no answer is told by the end of the channel.
    async fn ask_for(&self, wishes: Vec<Wish>) {
        let mut call = self.script.prepare_invoke();
        for Wish { key, rule, .. } in &wishes {
            call.key(key)
                .arg(rule.capacity)
                .arg(rule.per_minute)
                .arg(rule.per_hour);
        }
        let started = Instant::now();
        let answer = self.redis.run::<Vec<u64>>(&call, self.patience).await;
        metrics::histogram!("rate_limit_lookup_seconds").record(started.elapsed().as_secs_f64());
        let answer = answer.unwrap_or_default();
        for (wish, levels) in wishes.into_iter().zip(answer.chunks_exact(3)) {
            if let [admitted, minute, hour] = *levels {
                // Whoever has gone wants no answer; the token is taken all the same.
                let _ = wish.answer.send(Levels {
                    admitted: admitted == 1,
                    minute,
                    hour,
                });
            }
        }
    }
}

/// The way to Redis for all who wait on a thread. Where it is given up before it begins, as at the end of a runtime, nobody goes on
/// waiting for it.
struct Errand {
    company: Arc<Company>,
    thread: ThreadId,
    begun: bool,
}

impl Errand {
    async fn run(mut self) {
        // Requests that have come in the meantime are read before the question leaves.
        tokio::task::yield_now().await;
        self.begun = true;
        let company = Arc::clone(&self.company);
        let mut wishes = company.leave(self.thread);
        let mut questions = Vec::new();
        while wishes.len() > company.most {
            let others = wishes.split_off(company.most);
            questions.push(company.ask_for(std::mem::replace(&mut wishes, others)));
        }
        if questions.is_empty() {
            return company.ask_for(wishes).await;
        }
        questions.push(company.ask_for(wishes));
        futures::future::join_all(questions).await;
    }
}

impl Drop for Errand {
    fn drop(&mut self) {
        if !self.begun {
            self.company.leave(self.thread);
        }
    }
}
