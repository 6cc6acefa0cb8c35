//! What can go wrong with the queue as a whole. A single task that fails is a [`crate::TaskFailure`].

/// The queue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Redis did not answer, or its address makes no sense.
    #[error("the queue's Redis cannot be used")]
    Redis(#[from] redis::RedisError),
    /// No connection to Redis came free in time.
    #[error("the queue's Redis did not answer in time")]
    Unreachable,
    /// The runner stopped although nobody asked it to.
    #[error("the task runner stopped: {0}")]
    Stopped(String),
}
