//! How an attempt's end is written down.

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::task::TaskError;
use hiring_db::DbError;
use hiring_db::tasks::{ClaimedTask, Ended, end};
use serde_json::Value;

use super::Engine;
use crate::backoff::{away_pause, full_jitter, unit_random};
use crate::failure::{AWAY_ATTEMPTS, task_error};
use crate::registry::{Dead, Entry};
use crate::{Done, TaskFailure};

/// Tries to write an outcome down before it is left to the sweeper.
const WRITES: u32 = 3;

/// How a run came to its end.
pub(crate) enum Outcome {
    /// The handler returned.
    Returned(Result<Done, TaskFailure>),
    /// It panicked.
    Panicked,
    /// It ran longer than its kind may.
    TimedOut,
    /// Somebody asked to cancel it.
    CancelAsked,
    /// The task belongs to somebody else.
    LeaseLost,
    /// The process shuts down.
    Released,
}

/// What remains to be written.
enum Write {
    Retry(Duration, TaskError),
    /// Like a retry, and the attempt is not counted against the kind's.
    Wait(Duration, TaskError),
    Die(TaskError),
    Cancel,
    Release,
}

impl Engine {
    /// Writes the outcome down and answers its name for the log and the metrics.
    pub(crate) async fn record(&self, entry: &Entry, task: &ClaimedTask, outcome: Outcome) -> &'static str {
        let write = match outcome {
            Outcome::Returned(Ok(done)) => {
                return match done.ended {
                    Ended::Finally(state) => state.as_str(),
                    Ended::Waiting => "waiting",
                    Ended::Again => {
                        self.due.notify_one();
                        "rerun"
                    }
                };
            }
            Outcome::LeaseLost | Outcome::Returned(Err(TaskFailure::LeaseLost)) => return "lease-lost",
            Outcome::Returned(Err(TaskFailure::Fail(error))) => Write::Die(error),
            Outcome::Returned(Err(TaskFailure::Retry(error))) => retry_or_die(entry, task, (None, error)),
            Outcome::Returned(Err(TaskFailure::RetryAfter(delay, error))) => {
                retry_or_die(entry, task, (Some(delay), error))
            }
            Outcome::Returned(Err(TaskFailure::Away(error))) => wait_or_die(task, error),
            Outcome::Panicked => {
                let error = task_error(
                    "panic",
                    "The worker met a defect of its own while doing this.",
                    true,
                );
                retry_or_die(entry, task, (None, error))
            }
            Outcome::TimedOut => {
                let error = task_error("timeout", "This took longer than it may.", true);
                retry_or_die(entry, task, (None, error))
            }
            Outcome::CancelAsked => Write::Cancel,
            Outcome::Released => Write::Release,
        };
        self.write(entry, task, &write).await
    }

    async fn write(&self, entry: &Entry, task: &ClaimedTask, write: &Write) -> &'static str {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_write(entry, task, write).await {
                Ok(name) => return name,
                Err(DbError::LeaseLost) => return "lease-lost",
                Err(error) if tries < WRITES && (error.is_transient() || error.is_deadlock()) => {
                    tracing::warn!(task_id = %task.id, error = %error, "recording an outcome failed; trying again");
                    tokio::time::sleep(full_jitter(
                        Duration::from_millis(200),
                        Duration::from_secs(1),
                        tries,
                        1.0,
                    ))
                    .await;
                }
                Err(error) => {
                    // The lease runs out, and the sweeper takes it from there.
                    tracing::error!(task_id = %task.id, error = %error, "recording an outcome failed");
                    return "unrecorded";
                }
            }
        }
    }

    async fn try_write(
        &self,
        entry: &Entry,
        task: &ClaimedTask,
        write: &Write,
    ) -> Result<&'static str, DbError> {
        let mut conn = self.database.connection().await?;
        let conn: &mut AsyncPgConnection = &mut conn;
        let (id, lease_id) = (task.id, task.lease_id);
        match write {
            Write::Retry(delay, error) => {
                end::retry(conn, id, lease_id, (delay.as_secs_f64(), error)).await?;
                self.due.notify_one();
                Ok("retry")
            }
            Write::Wait(delay, error) => {
                end::wait(conn, id, lease_id, (delay.as_secs_f64(), error)).await?;
                self.due.notify_one();
                Ok("away")
            }
            Write::Cancel => {
                let error = task_error("cancelled", "Somebody cancelled this.", false);
                let called_off =
                    async |conn: &mut AsyncPgConnection| end::end_cancelled(conn, id, lease_id, &error).await;
                conn.transaction(called_off).await.map(|_| "cancelled")
            }
            Write::Release => {
                end::release(conn, id, lease_id).await?;
                Ok("released")
            }
            Write::Die(error) => {
                let ended = self.die(conn, entry, (task, error)).await?;
                Ok(if ended == Ended::Again { "rerun" } else { "dead" })
            }
        }
    }

    /// Makes a task dead together with its kind's last words; without them when they themselves are broken.
    async fn die(
        &self,
        conn: &mut AsyncPgConnection,
        entry: &Entry,
        (task, error): (&ClaimedTask, &TaskError),
    ) -> Result<Ended, DbError> {
        let dead = Dead {
            task_id: task.id,
            organization_id: task.organization_id,
            payload: task.payload.clone(),
            error: error.clone(),
        };
        let (id, lease_id) = (task.id, task.lease_id);
        let with_words = async |conn: &mut AsyncPgConnection| {
            let ended = end::fail(conn, id, lease_id, error).await?;
            if ended != Ended::Again {
                speak(conn, Some(entry), dead).await?;
            }
            Ok::<_, DbError>(ended)
        };
        let ended = match conn.transaction(with_words).await {
            Err(words) if !is_passing(&words) => {
                tracing::error!(task_id = %id, kind = entry.label(), error = %words, "a kind's last words failed");
                conn.transaction(async |conn: &mut AsyncPgConnection| {
                    end::fail(conn, id, lease_id, error).await
                })
                .await?
            }
            answer => answer?,
        };
        if ended == Ended::Again {
            self.due.notify_one();
        }
        Ok(ended)
    }
}

fn retry_or_die(entry: &Entry, task: &ClaimedTask, (delay, error): (Option<Duration>, TaskError)) -> Write {
    if task.attempt >= task.max_attempts {
        return Write::Die(error);
    }
    let policy = &entry.policy;
    let pause = || {
        full_jitter(
            policy.backoff_base,
            policy.backoff_cap,
            task.attempt,
            unit_random(),
        )
    };
    Write::Retry(delay.unwrap_or_else(pause), error)
}

fn wait_or_die(task: &ClaimedTask, error: TaskError) -> Write {
    if task.attempt >= AWAY_ATTEMPTS {
        return Write::Die(error);
    }
    Write::Wait(away_pause(task.attempt, unit_random()), error)
}

/// Whether a failed last word says nothing about the words themselves.
fn is_passing(error: &DbError) -> bool {
    error.is_transient() || error.is_deadlock() || matches!(error, DbError::LeaseLost)
}

/// Runs a kind's last words, if it has any, in the caller's transaction.
pub(crate) async fn speak(
    conn: &mut AsyncPgConnection,
    entry: Option<&Entry>,
    dead: Dead<Value>,
) -> Result<(), DbError> {
    match entry.and_then(|entry| entry.last_words.as_ref()) {
        Some(last_words) => last_words(conn, dead).await,
        None => Ok(()),
    }
}
