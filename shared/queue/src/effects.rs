//! The transaction that ends a task together with its effect.

use std::sync::Arc;

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use hiring_core::ids::TaskId;
use hiring_core::task::TaskKind;
use hiring_db::tasks::{ClaimedTask, Ended, EnqueueOptions, Enqueued};
use hiring_db::{Connection, DbError};
use serde_json::Value;

use crate::{Done, Ringer, TaskFailure};

/// The open transaction that completes a task.
pub struct Effects {
    pub(crate) conn: Connection,
    pub(crate) task: Arc<ClaimedTask>,
    pub(crate) ringer: Ringer,
    pub(crate) followers: Vec<Enqueued>,
    pub(crate) result: Option<Value>,
}

impl Effects {
    /// The connection that the transaction is open on.
    pub fn conn(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }

    /// Enqueues a task that exists if and only if this one completes; it is rung after the commit. Organization, person and
    /// trace are those of this task unless the options say otherwise.
    ///
    /// # Errors
    /// See [`hiring_db::tasks::enqueue`].
    pub async fn enqueue<K: TaskKind>(
        &mut self,
        payload: &K,
        options: EnqueueOptions,
    ) -> Result<TaskId, DbError> {
        let options = self.inherit(options);
        let enqueued = self.ringer.enqueue(&mut self.conn, payload, options).await?;
        let task_id = enqueued.task_id;
        self.followers.push(enqueued);
        Ok(task_id)
    }

    /// Enqueues a child of this task, like [`Self::enqueue`]. Only a run that ends by
    /// [`wait_for_children`](crate::TaskContext::wait_for_children) takes children: under
    /// [`complete`](crate::TaskContext::complete) the task has ended already.
    ///
    /// # Errors
    /// See [`hiring_db::tasks::enqueue`]; a conflict with [`PARENT_IS_OVER`](hiring_db::tasks::children::PARENT_IS_OVER) is a
    /// task's permanent failure.
    pub async fn enqueue_child<K: TaskKind>(
        &mut self,
        payload: &K,
        mut options: EnqueueOptions,
    ) -> Result<TaskId, DbError> {
        options.parent = Some(self.task.id);
        self.enqueue(payload, options).await
    }

    /// Enqueues one task for each payload, all on the same terms and in one statement, like [`Self::enqueue`].
    ///
    /// # Errors
    /// See [`hiring_db::tasks::enqueue_many`].
    pub async fn enqueue_many<K: TaskKind>(
        &mut self,
        payloads: &[K],
        options: EnqueueOptions,
    ) -> Result<Vec<TaskId>, DbError> {
        let options = self.inherit(options);
        let enqueued = self
            .ringer
            .enqueue_many(&mut self.conn, payloads, options)
            .await?;
        let ids = enqueued.iter().map(|task| task.task_id).collect();
        self.followers.extend(enqueued);
        Ok(ids)
    }

    fn inherit(&self, mut options: EnqueueOptions) -> EnqueueOptions {
        options.organization_id = options.organization_id.or(self.task.organization_id);
        options.user_id = options.user_id.or(self.task.user_id);
        options.trace_context = options.trace_context.or_else(|| self.task.trace_context.clone());
        options
    }

    /// What is shown as the task's result.
    pub fn result(&mut self, result: Value) {
        self.result = Some(result);
    }

    /// Commits what ended, and rings for what it enqueued; rolls back what did not.
    pub(crate) async fn conclude(mut self, outcome: Result<Ended, TaskFailure>) -> Result<Done, TaskFailure> {
        match outcome {
            Ok(ended) => {
                AnsiTransactionManager::commit_transaction(&mut *self.conn)
                    .await
                    .map_err(DbError::from)?;
                // The connection is another task's sooner than the transport answers, and so long nobody may take the handler for
                // one that still runs.
                let Self {
                    conn,
                    ringer,
                    followers,
                    ..
                } = self;
                drop(conn);
                let is_rung = followers.iter().any(|task| task.ring_now);
                let ringing = is_rung.then(|| tokio::spawn(async move { ringer.ring(&followers).await }));
                Ok(Done { ended, ringing })
            }
            Err(failure) => {
                // A rollback that fails leaves a connection that the pool throws away, which rolls back too.
                let _ = AnsiTransactionManager::rollback_transaction(&mut *self.conn).await;
                Err(failure)
            }
        }
    }
}

/// An async closure whose future is `Send`, for every lifetime of its argument. Implemented for all of them; it exists
/// because the bound cannot be written on `AsyncFnOnce` itself.
pub trait Effect<T, R>: AsyncFnOnce(T) -> R + FnOnce(T) -> <Self as Effect<T, R>>::Fut {
    /// What the closure returns.
    type Fut: Future<Output = R>;
}

impl<F, T, Fut, R> Effect<T, R> for F
where
    F: AsyncFnOnce(T) -> R + FnOnce(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}
