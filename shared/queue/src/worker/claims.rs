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
        if let Err(error) = self.try_make(batch).await {
            tracing::warn!(error = %error, "claiming failed");
        }
    }

    /// Answers each as soon as its claim stands, for its lease runs from then on. Who gets no answer was not claimed.
    async fn try_make(&self, mut batch: Vec<Waiting>) -> Result<(), DbError> {
        let mut conn = self.database.connection().await?;
        if batch.len() > 1 {
            let wanted: Vec<Wanted> = batch.iter().map(|waiting| waiting.wanted).collect();
            for task in claim_many(&mut conn, &wanted).await? {
                if let Some(index) = batch.iter().position(|waiting| waiting.wanted.id == task.id) {
                    batch.swap_remove(index).reply(Some(task));
                }
            }
        }
        // Over, or locked by somebody for a moment.
        for waiting in batch {
            let Wanted {
                id,
                kind,
                lease_seconds,
            } = waiting.wanted;
            match claim(&mut conn, id, kind, lease_seconds).await {
                Ok(claimed) => waiting.reply(claimed),
                Err(error) => {
                    // Their rings come again, too. Waiting for each in turn would hold up everybody behind them.
                    tracing::warn!(task_id = %id, error = %error, "claiming failed");
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Waiting {
    fn reply(self, claimed: Option<ClaimedTask>) {
        // Nobody waits any more: the lease runs out by itself.
        let _ = self.answer.send(Ok(claimed));
    }
}
