//! Changing tasks.

use anyhow::bail;
use diesel_async::AsyncConnection;
use hiring_core::ids::TaskId;
use hiring_core::task::TaskState;
use hiring_db::tasks::Enqueued;
use hiring_db::tasks::operator::{self, Refused};
use hiring_db::{Database, DbError};
use hiring_queue::{QueueConfig, Ringer};
use serde_json::{Value, json};

use super::super::settings;
use super::arguments::Retry;

/// Dead tasks that one round of `retry --all` looks at.
const ROUND: i64 = 100;
/// Times that a change is begun again when Postgres ended it because two waited for each other.
const ATTEMPTS: usize = 4;

pub(super) async fn retry(database: &Database, what: &Retry) -> anyhow::Result<()> {
    let ringer = ringer();
    if let Some(kind) = &what.kind {
        return retry_all(database, (kind, what.json), ringer.as_ref()).await;
    }
    let Some(id) = what.id else {
        bail!("say which task, or which kind");
    };
    match changed(database, id, Change::Retry).await? {
        Changed::Retried(enqueued) => {
            ring(ringer.as_ref(), &[enqueued]).await;
            say(
                what.json,
                &json!({ "id": id, "state": "queued" }),
                &format!("{id} is queued again."),
            );
            Ok(())
        }
        Changed::Refused(Refused::State(state)) => {
            bail!("{id} is {}: only dead tasks can be retried", state.shown())
        }
        Changed::Superseded => bail!("the same work is under way as another task, so {id} is left alone"),
        Changed::Refused(Refused::Missing) | Changed::Cancelled(_) => bail!("there is no task {id}"),
    }
}

async fn retry_all(
    database: &Database,
    (kind, as_json): (&str, bool),
    ringer: Option<&Ringer>,
) -> anyhow::Result<()> {
    let (mut retried, mut skipped, mut after) = (0_u64, 0_u64, None);
    loop {
        let dead = operator::list_dead(&mut *database.connection().await?, kind, after, ROUND).await?;
        let Some((last, _)) = dead.last() else { break };
        after = Some(*last);
        let mut enqueued = Vec::new();
        for (id, _) in &dead {
            match changed(database, *id, Change::Retry).await? {
                Changed::Retried(task) => enqueued.push(task),
                _ => skipped += 1,
            }
        }
        retried += u64::try_from(enqueued.len()).unwrap_or_default();
        ring(ringer, &enqueued).await;
    }
    say(
        as_json,
        &json!({ "kind": kind, "retried": retried, "skipped": skipped }),
        &format!("{retried} tasks of kind {kind} are queued again; {skipped} were left alone."),
    );
    Ok(())
}

pub(super) async fn cancel(database: &Database, id: TaskId, as_json: bool) -> anyhow::Result<()> {
    match changed(database, id, Change::Cancel).await? {
        Changed::Cancelled(state) => {
            let sentence = if state == TaskState::Cancelled {
                format!("{id} is cancelled.")
            } else {
                format!("{id} is {} and was asked to end.", state.shown())
            };
            say(as_json, &json!({ "id": id, "state": state.shown() }), &sentence);
            Ok(())
        }
        Changed::Refused(Refused::State(state)) => {
            bail!("{id} is {}: there is nothing left to cancel", state.shown())
        }
        _ => bail!("there is no task {id}"),
    }
}

pub(super) async fn purge(
    database: &Database,
    (state, days): (TaskState, u32),
    as_json: bool,
) -> anyhow::Result<()> {
    let mut purged = 0;
    loop {
        let mut connection = database.connection().await?;
        let batch = connection
            .transaction(async |connection| operator::purge(connection, state, days).await)
            .await?;
        purged += batch;
        if batch == 0 {
            break;
        }
    }
    let sentence = format!("{purged} {} tasks were deleted.", state.shown());
    say(
        as_json,
        &json!({ "state": state.shown(), "purged": purged }),
        &sentence,
    );
    Ok(())
}

#[derive(Clone, Copy)]
enum Change {
    Retry,
    Cancel,
}

enum Changed {
    Retried(Enqueued),
    Cancelled(TaskState),
    Refused(Refused),
    /// The same work is under way as another task.
    Superseded,
}

/// Changes one task in a transaction of its own, again where it and another one waited for each other.
async fn changed(database: &Database, id: TaskId, change: Change) -> anyhow::Result<Changed> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let mut connection = database.connection().await?;
        let outcome = connection
            .transaction(async |connection| {
                Ok::<_, DbError>(match change {
                    Change::Retry => operator::retry(connection, id).await?.map(Changed::Retried),
                    Change::Cancel => operator::cancel(connection, id).await?.map(Changed::Cancelled),
                })
            })
            .await;
        match outcome {
            Ok(done) => return Ok(done.unwrap_or_else(Changed::Refused)),
            Err(error) if error.is_conflict_with("tasks_unique") => return Ok(Changed::Superseded),
            Err(error) if error.is_deadlock() && attempts < ATTEMPTS => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The transport, if its settings are at hand.
pub(super) fn ringer() -> Option<Ringer> {
    let config = settings(QueueConfig::read).ok()?;
    Ringer::open(&config).ok()
}

pub(super) async fn ring(ringer: Option<&Ringer>, enqueued: &[Enqueued]) {
    let rung = match ringer {
        Some(ringer) => ringer.ring(enqueued).await,
        None => enqueued.is_empty(),
    };
    if !rung {
        eprintln!("The transport could not be told: the workers will find them within seconds.");
    }
}

fn say(as_json: bool, object: &Value, sentence: &str) {
    if as_json {
        println!("{object}");
    } else {
        println!("{sentence}");
    }
}
