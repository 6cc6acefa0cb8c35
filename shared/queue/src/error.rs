//! What can go wrong with the queue as a whole. A single task that fails is a [`crate::TaskFailure`].

/// The queue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Redis did not answer, or its address makes no sense.
    #[error("the queue's Redis cannot be used")]
    Redis(#[from] redis::RedisError),
    /// SQS did not answer, or refused.
    #[error("the queue `{queue}` cannot be used: {reason}")]
    Sqs {
        /// Its name.
        queue: String,
        /// What SQS or the way to it said.
        reason: String,
    },
    /// SQS has no queue of this name.
    #[error("the queue `{0}` does not exist: create it by `hiring-worker queues ensure`")]
    MissingQueue(String),
    /// Whatever carries rings did not answer in time, or failed a moment ago.
    #[error("the queue's transport did not answer in time")]
    Unreachable,
    /// The runner stopped although nobody asked it to.
    #[error("the task runner stopped: {0}")]
    Stopped(String),
}
