//! Claims, gathered: rings that arrive together are claimed by one statement.
//!
//! Whoever finds no claim on its way makes one for all that wait, so a lone ring waits for nobody, and under load the statements
//! grow by themselves.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use hiring_core::ids::TaskId;
use hiring_db::tasks::claim::{claim, claim_many};
use hiring_db::tasks::{ClaimedTask, Wanted};
use hiring_db::{Database, DbError};
use tokio::sync::{Semaphore, oneshot};

/// Most tasks of one statement.
const BATCH: usize = 100;

/// The claim could not be made; why is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClaimFailed;

type Answer = Result<Option<ClaimedTask>, ClaimFailed>;

struct Waiting {
    wanted: Wanted,
    answer: oneshot::Sender<Answer>,
}

/// Claims that wait to be made.
pub(crate) struct Claims {
    database: Database,
    waiting: Mutex<Vec<Waiting>>,
    turn: Semaphore,
}

impl Claims {
    pub(crate) fn new(database: Database) -> Self {
        Self {
            database,
            waiting: Mutex::new(Vec::new()),
            turn: Semaphore::new(1),
        }
    }

    /// Takes the task; nothing when it is over, not due, somebody else's, or of another kind.
    pub(crate) async fn claim(&self, wanted: Wanted) -> Answer {
        let (answer, mut answered) = oneshot::channel();
        self.queue().push(Waiting { wanted, answer });
        loop {
            let turn = tokio::select! {
                biased;
                answer = &mut answered => return answer.unwrap_or(Err(ClaimFailed)),
                turn = self.turn.acquire() => turn,
            };
            if turn.is_ok() {
                self.make(self.take_batch()).await;
            }
        }
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what waits, up to a batch. A task that is wanted twice stays for the next one.
    fn take_batch(&self) -> Vec<Waiting> {
        let mut queue = self.queue();
        let mut seen: HashSet<TaskId> = HashSet::with_capacity(queue.len().min(BATCH));
        let (batch, rest) = queue
            .drain(..)
            .partition(|waiting| seen.len() < BATCH && seen.insert(waiting.wanted.id));
        *queue = rest;
        batch
    }

    async fn make(&self, batch: Vec<Waiting>) {
        let mut answers = self.ask(&batch).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, tasks = batch.len(), "claiming failed");
            vec![Err(ClaimFailed); batch.len()]
        });
        for waiting in batch.into_iter().rev() {
            // Nobody waits any more: the lease runs out by itself.
            let _ = waiting.answer.send(answers.pop().unwrap_or(Err(ClaimFailed)));
        }
    }

    async fn ask(&self, batch: &[Waiting]) -> Result<Vec<Answer>, DbError> {
        let mut conn = self.database.connection().await?;
        let mut claimed: Vec<ClaimedTask> = Vec::new();
        if batch.len() > 1 {
            let wanted: Vec<Wanted> = batch.iter().map(|waiting| waiting.wanted).collect();
            claimed = claim_many(&mut conn, &wanted).await?;
        }
        let mut answers = Vec::with_capacity(batch.len());
        for Waiting { wanted, .. } in batch {
            let found = claimed.iter().position(|task| task.id == wanted.id);
            answers.push(match found {
                Some(index) => Ok(Some(claimed.swap_remove(index))),
                // Over, or locked by somebody for a moment. A failure is this one's alone: the others are claimed.
                None => claim(&mut conn, wanted.id, wanted.kind, wanted.lease_seconds)
                    .await
                    .map_err(|error| {
                        tracing::warn!(task_id = %wanted.id, error = %error, "claiming failed");
                        ClaimFailed
                    }),
            });
        }
        Ok(answers)
    }
}
