//! What people do to tasks: retry dead ones, cancel live ones. Each action is written down in the transaction that does it.

use actix_web::http::StatusCode;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::identity::Role;
use hiring_core::ids::{OrgId, TaskId, UserId};
use hiring_core::task::TaskState;
use hiring_db::tasks::people::{self, DeadFilter, RetriedMany};
use hiring_db::tasks::{self, Enqueued, TaskRow};
use hiring_db::{DbError, audit};
use serde_json::Value;

use crate::answer::Answer;
use crate::extract::idempotency::Claim;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::views::task::{RetriedView, TaskView};

/// Most dead tasks that one call retries.
pub const MOST_RETRIED: usize = 1_000;
/// Dead tasks that one transaction retries.
const BATCH: usize = 100;
/// Times that a transaction is begun again when Postgres ended it because two waited for each other.
const ATTEMPTS: usize = 4;

/// Who acts.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The organization.
    pub organization: OrgId,
    /// The user.
    pub user: UserId,
    /// Admins reach all tasks of the organization, recruiters those that they asked for.
    pub role: Role,
    /// The request, for the audit log.
    pub request_id: String,
}

/// Whose tasks somebody reaches: one person's, or, for an admin, everybody's.
#[must_use]
pub fn reach(role: Role, user: UserId) -> Option<UserId> {
    (role != Role::Admin).then_some(user)
}

/// The task, if the caller may know of it.
///
/// # Errors
/// `not-found` for any other.
pub async fn find(
    connection: &mut AsyncPgConnection,
    organization: OrgId,
    (reach, id): (Option<UserId>, TaskId),
) -> Result<TaskRow, Problem> {
    let row = tasks::find_task(connection, organization, id).await?;
    row.filter(|row| reach.is_none() || row.user_id == reach)
        .ok_or_else(|| Problem::not_found("task"))
}

impl Actor {
    fn reach(&self) -> Option<UserId> {
        reach(self.role, self.user)
    }

    async fn write_down(
        &self,
        connection: &mut AsyncPgConnection,
        (action, id): (&str, TaskId),
    ) -> Result<(), DbError> {
        let entry = audit::Entry {
            actor: Some(self.user),
            action,
            subject_kind: "task",
            subject_id: id.uuid(),
            request_id: Some(&self.request_id),
        };
        audit::record(connection, self.organization, entry).await
    }
}

/// Gives one dead task its attempts again.
///
/// # Errors
/// `not-found`, `task-not-dead`, `task-superseded`, `unavailable`.
pub async fn retry(
    state: &AppState,
    actor: &Actor,
    id: TaskId,
    claim: &Claim,
) -> Result<Answer<Value>, Problem> {
    let mut connection = state.database.connection().await?;
    let mut attempts = 0;
    let (answer, enqueued) = loop {
        let outcome =
            connection.transaction(async |connection| retry_one(connection, actor, (id, claim)).await);
        if let Some(done) = settled(outcome.await, &mut attempts)? {
            break done;
        }
    };
    drop(connection);
    ring(state, vec![enqueued]);
    Ok(answer)
}

async fn retry_one(
    connection: &mut AsyncPgConnection,
    actor: &Actor,
    (id, claim): (TaskId, &Claim),
) -> Result<(Answer<Value>, Enqueued), Ending> {
    let row = find(connection, actor.organization, (actor.reach(), id)).await?;
    let retried = match tasks::retry_dead(connection, actor.organization, id).await {
        Err(error) if error.is_conflict_with("tasks_unique") => return Err(superseded().into()),
        other => other?,
    };
    let Some(enqueued) = retried else {
        return Err(not_dead(row.state).into());
    };
    actor.write_down(connection, ("task.retried", id)).await?;
    let row = find(connection, actor.organization, (actor.reach(), id)).await?;
    let answer = Answer::with_status(StatusCode::ACCEPTED, TaskView::from(row))
        .private()
        .recorded()?;
    claim.save(connection, &answer).await?;
    Ok((answer, enqueued))
}

/// Cancels one live task, with its parts if it is a batch.
///
/// # Errors
/// `not-found`, `task-over`, `unavailable`.
pub async fn cancel(state: &AppState, actor: &Actor, id: TaskId) -> Result<TaskRow, Problem> {
    let mut connection = state.database.connection().await?;
    let mut attempts = 0;
    loop {
        let outcome = connection.transaction(async |connection| cancel_one(connection, actor, id).await);
        if let Some(row) = settled(outcome.await, &mut attempts)? {
            return Ok(row);
        }
    }
}

async fn cancel_one(
    connection: &mut AsyncPgConnection,
    actor: &Actor,
    id: TaskId,
) -> Result<TaskRow, Ending> {
    let scope = (actor.reach(), id);
    find(connection, actor.organization, scope).await?;
    let state = tasks::cancel(connection, actor.organization, id).await?;
    if state.is_some() {
        actor.write_down(connection, ("task.cancelled", id)).await?;
    }
    // Read again: it may have ended since it was looked at.
    let row = find(connection, actor.organization, scope).await?;
    if state.is_none() {
        return Err(over(row.state).into());
    }
    Ok(row)
}

/// Gives up to [`MOST_RETRIED`] dead tasks of a kind their attempts again, a hundred in a transaction, each rung after its
/// commit. The answer is saved with the last of them; whoever repeats a call that was cut short goes on where it ended.
///
/// # Errors
/// `unavailable`.
pub async fn retry_all(
    state: &AppState,
    actor: &Actor,
    kind: &str,
    claim: &Claim,
) -> Result<Answer<Value>, Problem> {
    let org = Some(actor.organization);
    let mut filter = DeadFilter {
        kind,
        user_id: actor.reach(),
        after: None,
    };
    let (mut retried, mut skipped) = (0, 0);
    while retried + skipped < MOST_RETRIED {
        let mut connection = state.database.connection().await?;
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let ids = people::list_dead(&mut connection, org, &filter, limit).await?;
        let Some(last) = ids.last().copied() else { break };
        let mut attempts = 0;
        let many = loop {
            let outcome =
                connection.transaction(async |connection| retry_some(connection, actor, &ids).await);
            if let Some(many) = settled(outcome.await, &mut attempts)? {
                break many;
            }
        };
        drop(connection);
        retried += many.enqueued.len();
        skipped += many.skipped;
        filter.after = Some(last);
        state.ringer.ring(&many.enqueued).await;
    }
    let mut connection = state.database.connection().await?;
    let remaining = people::count_dead(&mut connection, org, &filter).await?;
    let view = RetriedView {
        kind: kind.to_owned(),
        retried,
        skipped,
        remaining,
    };
    let answer = Answer::with_status(StatusCode::ACCEPTED, view).recorded()?;
    claim.save(&mut connection, &answer).await?;
    Ok(answer)
}

async fn retry_some(
    connection: &mut AsyncPgConnection,
    actor: &Actor,
    ids: &[TaskId],
) -> Result<RetriedMany, Ending> {
    let many = people::retry_many(connection, Some(actor.organization), ids).await?;
    for enqueued in &many.enqueued {
        actor
            .write_down(connection, ("task.retried", enqueued.task_id))
            .await?;
    }
    Ok(many)
}

/// Rings without keeping the caller waiting; a lost ring is rung again by the sweeper.
fn ring(state: &AppState, enqueued: Vec<Enqueued>) {
    let ringer = state.ringer.clone();
    actix_web::rt::spawn(async move { ringer.ring(&enqueued).await });
}

/// What ended a transaction.
enum Ending {
    Problem(Problem),
    Database(DbError),
}

impl From<Problem> for Ending {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<DbError> for Ending {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<diesel::result::Error> for Ending {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(DbError::from(error))
    }
}

/// The value of a transaction that came to an end; `None` where it is to be begun again, because it and another one waited
/// for each other.
fn settled<T>(outcome: Result<T, Ending>, attempts: &mut usize) -> Result<Option<T>, Problem> {
    *attempts += 1;
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Ending::Problem(problem)) => Err(problem),
        Err(Ending::Database(error)) if error.is_deadlock() && *attempts < ATTEMPTS => Ok(None),
        Err(Ending::Database(error)) => Err(error.into()),
    }
}

fn superseded() -> Problem {
    Problem::new(
        Kind::TaskSuperseded,
        "The same work was asked for again and is under way as another task. Follow that one.",
    )
}

fn not_dead(state: TaskState) -> Problem {
    let detail = match state {
        TaskState::Cancelled => {
            "The task was cancelled. Only dead tasks can be retried; ask for the work again instead."
        }
        TaskState::Completed => "The task is completed: there is nothing to retry.",
        _ => "The task is still under way. Only dead tasks can be retried.",
    };
    Problem::new(Kind::TaskNotDead, detail)
}

fn over(state: TaskState) -> Problem {
    let detail = match state {
        TaskState::Cancelled => "The task is cancelled already.",
        TaskState::Dead => {
            "The task is dead: it will not run again by itself, so there is nothing to cancel."
        }
        _ => "The task is over: there is nothing left to cancel.",
    };
    Problem::new(Kind::TaskOver, detail)
}
