//! What a handler gets: its task, and the ways to end it.

use std::sync::Arc;

use diesel_async::{AnsiTransactionManager, TransactionManager};
use hiring_core::ids::{LeaseId, OrgId, TaskId, UserId};
use hiring_db::tasks::ClaimedTask;
use hiring_db::tasks::people::{after_cancel, cancelled_error};
use hiring_db::tasks::{Ended, children, end, lease};
use hiring_db::{Database, DbError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::effects::Effect;
use crate::failure::task_error;
use crate::{Effects, Ringer, TaskFailure};

/// Proof that a task's end is committed. Only [`TaskContext`] makes one.
#[derive(Debug)]
#[must_use = "a handler returns it"]
pub struct Done {
    pub(crate) ended: Ended,
    /// Rings for what the effect enqueued.
    pub(crate) ringing: Option<JoinHandle<bool>>,
}

/// A claimed task. Cheap to clone.
#[derive(Clone)]
pub struct TaskContext {
    pub(crate) task: Arc<ClaimedTask>,
    pub(crate) database: Database,
    pub(crate) ringer: Ringer,
    pub(crate) cancel: CancellationToken,
}

impl TaskContext {
    /// The row.
    #[must_use]
    pub fn task_id(&self) -> TaskId {
        self.task.id
    }

    /// The right to write to it.
    #[must_use]
    pub fn lease_id(&self) -> LeaseId {
        self.task.lease_id
    }

    /// Which attempt this is, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.task.attempt
    }

    /// Whether a failure that could be retried would be the task's end.
    #[must_use]
    pub fn is_last_attempt(&self) -> bool {
        self.task.attempt >= self.task.max_attempts
    }

    /// The tenant.
    #[must_use]
    pub fn organization_id(&self) -> Option<OrgId> {
        self.task.organization_id
    }

    /// Who asked for it.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        self.task.user_id
    }

    /// W3C `traceparent` of this attempt, in the trace of what asked for it.
    #[must_use]
    pub fn trace_context(&self) -> Option<&str> {
        self.task.trace_context.as_deref()
    }

    /// The pool.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Cancelled when the handler's future is about to be dropped; for work that runs beside it.
    #[must_use]
    pub const fn cancel_token(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Says how far the run has come: a word, and per cent done. One statement, so call it a few times at most.
    ///
    /// # Errors
    /// [`TaskFailure::LeaseLost`], or a retry when the database does not answer.
    pub async fn stage(&self, stage: &str, progress: Option<u8>) -> Result<(), TaskFailure> {
        let mut conn = self.database.connection().await?;
        Ok(lease::set_stage(&mut conn, self.task.id, self.task.lease_id, (stage, progress)).await?)
    }

    /// Completes the task without an effect.
    ///
    /// # Errors
    /// [`TaskFailure::LeaseLost`], or a retry when the database does not answer.
    pub async fn finish(&self) -> Result<Done, TaskFailure> {
        self.complete(async |_: &mut Effects| Ok::<_, TaskFailure>(()))
            .await
    }

    /// Ends the task as cancelled, for instance because its subject is gone, and settles what is left of that.
    ///
    /// # Errors
    /// [`TaskFailure::LeaseLost`], or a retry when the database does not answer.
    pub async fn cancel(&self, code: &str) -> Result<Done, TaskFailure> {
        let error = task_error(code, "The task was called off.", false);
        self.end(async |fx: &mut Effects, id, lease_id| {
            let ended = end::end_cancelled(fx.conn(), id, lease_id, &error).await?;
            if matches!(ended, Ended::Finally(_)) {
                let about = (self.task.kind.as_str(), &self.task.payload);
                after_cancel(fx.conn(), self.task.organization_id, about).await?;
            }
            Ok(ended)
        })
        .await
    }

    /// Commits the effect and the task's completion together, then rings for what the effect enqueued.
    ///
    /// The completion is the transaction's first statement: it is the fence and holds the row's lock, so nobody can redrive,
    /// sweep or cancel the task before the commit. An error from the effect rolls everything back.
    ///
    /// # Errors
    /// The effect's own; [`TaskFailure::LeaseLost`]; a retry when the database does not answer.
    pub async fn complete<F, E>(&self, effect: F) -> Result<Done, TaskFailure>
    where
        F: for<'r> Effect<&'r mut Effects, Result<(), E>, Fut: Send> + Send,
        E: Into<TaskFailure> + Send,
    {
        let mut fx = self.effects().await?;
        let (id, lease_id) = (self.task.id, self.task.lease_id);
        let outcome = async {
            let ended = end::begin_and_finish(&mut fx.conn, id, lease_id).await?;
            effect(&mut fx).await.map_err(Into::into)?;
            if let Some(result) = fx.result.take() {
                end::set_result(&mut fx.conn, id, &result).await?;
            }
            Ok(ended)
        };
        let outcome = outcome.await;
        fx.conclude(outcome).await
    }

    /// Ends the run of a parent, which then waits for its children and ends with the last of them; with none open it is
    /// completed at once. See [`Self::wait_for_children`].
    ///
    /// # Errors
    /// [`TaskFailure::LeaseLost`], or a retry when the database does not answer.
    pub async fn await_children(&self) -> Result<Done, TaskFailure> {
        self.wait_for_children(async |_: &mut Effects| Ok::<_, TaskFailure>(()))
            .await
    }

    /// Commits the effect, which may enqueue children by [`Effects::enqueue_child`], together with the end of this run: the
    /// task waits without a lease, and the end of its last child completes it. Its result then says how many children were
    /// `completed`, `dead` and `cancelled`, beside what the effect stored.
    ///
    /// When somebody asked to cancel meanwhile the effect does not happen, and the task is cancelled when the children that it
    /// has already are over.
    ///
    /// # Errors
    /// The effect's own; [`TaskFailure::LeaseLost`]; a retry when the database does not answer.
    pub async fn wait_for_children<F, E>(&self, effect: F) -> Result<Done, TaskFailure>
    where
        F: for<'r> Effect<&'r mut Effects, Result<(), E>, Fut: Send> + Send,
        E: Into<TaskFailure> + Send,
    {
        let mut fx = self.begin().await?;
        let (id, lease_id) = (self.task.id, self.task.lease_id);
        let outcome = async {
            if lease::lock_lease(&mut fx.conn, id, lease_id).await? {
                return Ok(end::end_cancelled(&mut fx.conn, id, lease_id, &cancelled_error()).await?);
            }
            effect(&mut fx).await.map_err(Into::into)?;
            if let Some(result) = fx.result.take() {
                end::set_result(&mut fx.conn, id, &result).await?;
            }
            Ok(children::wait_for_children(&mut fx.conn, id, lease_id).await?)
        };
        let outcome = outcome.await;
        fx.conclude(outcome).await
    }

    async fn end<F>(&self, statement: F) -> Result<Done, TaskFailure>
    where
        F: AsyncFnOnce(&mut Effects, TaskId, LeaseId) -> Result<Ended, TaskFailure>,
    {
        let mut fx = self.begin().await?;
        let outcome = statement(&mut fx, self.task.id, self.task.lease_id).await;
        fx.conclude(outcome).await
    }

    async fn begin(&self) -> Result<Effects, TaskFailure> {
        let mut fx = self.effects().await?;
        AnsiTransactionManager::begin_transaction(&mut *fx.conn)
            .await
            .map_err(DbError::from)?;
        Ok(fx)
    }

    async fn effects(&self) -> Result<Effects, TaskFailure> {
        Ok(Effects {
            conn: self.database.connection().await?,
            task: Arc::clone(&self.task),
            ringer: self.ringer.clone(),
            followers: Vec::new(),
            result: None,
        })
    }
}
