//! How an attempt's end is written down.

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::task::TaskError;
use hiring_db::DbError;
use hiring_db::tasks::{ClaimedTask, Ended, end, people};
use serde_json::Value;
use tokio::task::JoinHandle;

use super::Engine;
use crate::backoff::{away_pause, full_jitter, unit_random};
use crate::failure::{AWAY_ATTEMPTS, task_error};
use crate::registry::{Dead, Entry};
use crate::{Done, TaskFailure};

/// Tries to write an outcome down before it is left to the sweeper.
const WRITES: u32 = 3;

/// Pause of a parked task: what it waits for changes with the month, or by hand.
const PARKED: Duration = Duration::from_secs(3600);

/// What logs and metrics call an attempt whose outcome could not be written down.
pub(crate) const UNRECORDED: &str = "unrecorded";

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

impl Outcome {
    /// The code of what went wrong, for the log.
    pub(crate) fn code(&self) -> Option<String> {
        match self {
            Self::Returned(Err(failure)) => failure.error().map(|error| error.code.clone()),
            Self::Panicked => Some("panic".to_owned()),
            Self::TimedOut => Some("timeout".to_owned()),
            Self::Returned(Ok(_)) | Self::CancelAsked | Self::LeaseLost | Self::Released => None,
        }
    }

    /// The rings that the handler sent on their way.
    pub(crate) fn take_ringing(&mut self) -> Option<JoinHandle<bool>> {
        let Self::Returned(Ok(done)) = self else {
            return None;
        };
        done.ringing.take()
    }
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
                return self.name(done.ended);
            }
            Outcome::LeaseLost | Outcome::Returned(Err(TaskFailure::LeaseLost)) => return "lease-lost",
            Outcome::Returned(Err(TaskFailure::Fail(error))) => Write::Die(error),
            Outcome::Returned(Err(TaskFailure::Retry(error))) => retry_or_die(entry, task, (None, error)),
            Outcome::Returned(Err(TaskFailure::RetryAfter(delay, error))) => {
                retry_or_die(entry, task, (Some(delay), error))
            }
            Outcome::Returned(Err(TaskFailure::Away(error))) => wait_or_die(task, error),
            Outcome::Returned(Err(TaskFailure::Parked(error))) => Write::Wait(PARKED, error),
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
                    return UNRECORDED;
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
                if !end::retry(conn, id, lease_id, (delay.as_secs_f64(), error)).await? {
                    return self.call_off(conn, task).await;
                }
                self.due.notify_one();
                Ok("retry")
            }
            Write::Wait(delay, error) => {
                if !end::wait(conn, id, lease_id, (delay.as_secs_f64(), error)).await? {
                    return self.call_off(conn, task).await;
                }
                self.due.notify_one();
                Ok("away")
            }
            Write::Cancel => self.call_off(conn, task).await,
            Write::Release => {
                if !end::release(conn, id, lease_id).await? {
                    return self.call_off(conn, task).await;
                }
                Ok("released")
            }
            Write::Die(error) => {
                let ended = self.die(conn, entry, (task, error)).await?;
                Ok(self.name(ended))
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
                speak(conn, (entry.label(), Some(entry)), dead).await?;
            }
            Ok::<_, DbError>(ended)
        };
        match conn.transaction(with_words).await {
            Err(words) if !is_passing(&words) => {
                tracing::error!(task_id = %id, kind = entry.label(), error = %words, "a kind's last words failed");
                conn.transaction(async |conn: &mut AsyncPgConnection| {
                    end::fail(conn, id, lease_id, error).await
                })
                .await
            }
            answer => answer,
        }
    }

    /// Ends a run as cancelled, and settles what it was about.
    async fn call_off(
        &self,
        conn: &mut AsyncPgConnection,
        task: &ClaimedTask,
    ) -> Result<&'static str, DbError> {
        let error = people::cancelled_error();
        let called_off = async |conn: &mut AsyncPgConnection| {
            let ended = end::end_cancelled(conn, task.id, task.lease_id, &error).await?;
            if matches!(ended, Ended::Finally(_)) {
                let about = (task.kind.as_str(), &task.payload);
                people::after_cancel(conn, task.organization_id, about).await?;
            }
            Ok::<_, DbError>(ended)
        };
        Ok(self.name(conn.transaction(called_off).await?))
    }

    /// What logs and metrics call an end; one that is to run again at once is told to the relay.
    pub(crate) fn name(&self, ended: Ended) -> &'static str {
        match ended {
            Ended::Finally(state) => state.as_str(),
            Ended::Waiting => "waiting",
            Ended::Again => {
                self.due.notify_one();
                "rerun"
            }
        }
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
    let away_attempts = task.away_attempts.saturating_add(1);
    if away_attempts >= AWAY_ATTEMPTS {
        return Write::Die(error);
    }
    Write::Wait(away_pause(away_attempts, unit_random()), error)
}

/// Whether a failed last word says nothing about the words themselves.
pub(crate) fn is_passing(error: &DbError) -> bool {
    error.is_transient() || error.is_deadlock() || matches!(error, DbError::LeaseLost)
}

/// Runs a kind's last words, if it has any, in the caller's transaction.
pub(crate) async fn speak(
    conn: &mut AsyncPgConnection,
    (kind, entry): (&str, Option<&Entry>),
    dead: Dead<Value>,
) -> Result<(), DbError> {
    let Some(entry) = entry else {
        return settle(conn, kind, &dead).await;
    };
    let Some(last_words) = &entry.last_words else {
        return Ok(());
    };
    match last_words(conn, dead.clone()).await {
        Err(DbError::Corrupt(_)) => settle(conn, kind, &dead).await,
        answer => answer,
    }
}

/// Instead of last words, where this process does not know the kind or cannot read the payload.
async fn settle(conn: &mut AsyncPgConnection, kind: &str, dead: &Dead<Value>) -> Result<(), DbError> {
    people::after_death(conn, dead.organization_id, (kind, &dead.payload), &dead.error).await
}
