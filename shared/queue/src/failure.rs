//! What a handler answers when it did not complete its task.

use std::time::Duration;

use hiring_core::task::TaskError;
use hiring_db::DbError;
use hiring_db::tasks::children::PARENT_IS_OVER;

/// Attempts in vain after which a task whose needs are away is dead: about six hours of outage. Then it is visible, and
/// can be retried by hand.
pub const AWAY_ATTEMPTS: u32 = 500;

/// Why an attempt did not complete. Codes are for engineers to search, messages for recruiters to read; neither ever holds
/// resume text.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskFailure {
    /// Another attempt could succeed; it waits by the kind's backoff.
    Retry(TaskError),
    /// Another attempt could succeed after exactly this long, for instance because a server said so.
    RetryAfter(Duration, TaskError),
    /// Something that the task needs is away and comes back by itself: tried again within a minute. Such an attempt does not
    /// use up the kind's attempts, so that an outage kills nothing; a task gives up after [`AWAY_ATTEMPTS`] of them.
    Away(TaskError),
    /// It has to wait for something that people decide on, such as a budget: looked at again every hour, for as long as that takes.
    /// It uses up no attempt.
    Parked(TaskError),
    /// No attempt will ever succeed.
    Fail(TaskError),
    /// The task belongs to somebody else by now: nothing was written and nothing must be.
    LeaseLost,
}

impl TaskFailure {
    /// Try again by the kind's backoff.
    #[must_use]
    pub fn retry(code: &str, message: &str) -> Self {
        Self::Retry(task_error(code, message, true))
    }

    /// Try again after exactly this long.
    #[must_use]
    pub fn retry_after(delay: Duration, code: &str, message: &str) -> Self {
        Self::RetryAfter(delay, task_error(code, message, true))
    }

    /// Try again within a minute, for hours if need be.
    #[must_use]
    pub fn away(code: &str, message: &str) -> Self {
        Self::Away(task_error(code, message, true))
    }

    /// Wait for what people decide on.
    #[must_use]
    pub fn parked(code: &str, message: &str) -> Self {
        Self::Parked(task_error(code, message, true))
    }

    /// What went wrong; nothing when the task is merely somebody else's.
    #[must_use]
    pub const fn error(&self) -> Option<&TaskError> {
        match self {
            Self::Retry(error)
            | Self::RetryAfter(_, error)
            | Self::Away(error)
            | Self::Parked(error)
            | Self::Fail(error) => Some(error),
            Self::LeaseLost => None,
        }
    }

    /// Never try again.
    #[must_use]
    pub fn fail(code: &str, message: &str) -> Self {
        Self::Fail(task_error(code, message, false))
    }
}

/// A [`TaskError`] from its parts.
#[must_use]
pub fn task_error(code: &str, message: &str, retryable: bool) -> TaskError {
    TaskError {
        code: code.to_owned(),
        message: message.to_owned(),
        retryable,
    }
}

impl From<DbError> for TaskFailure {
    fn from(error: DbError) -> Self {
        if matches!(error, DbError::LeaseLost) {
            return Self::LeaseLost;
        }
        let source = std::error::Error::source(&error).map(ToString::to_string);
        tracing::warn!(error = %error, source, "a task's statement failed");
        if error.is_conflict_with(PARENT_IS_OVER) {
            return Self::fail("parent-is-over", "What this is a part of has ended already.");
        }
        let message = "The database did not accept the work.";
        if error.is_transient() || error.is_deadlock() {
            Self::away("database", message)
        } else {
            Self::retry("database", message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_uses_up_no_attempt_and_one_that_refuses_does() {
        let away = TaskFailure::from(DbError::Unavailable("connection refused".into()));
        assert!(matches!(away, TaskFailure::Away(_)));
        let refused = TaskFailure::from(DbError::Conflict {
            constraint: "tasks_unique".into(),
        });
        assert!(matches!(refused, TaskFailure::Retry(_)));
        assert_eq!(TaskFailure::from(DbError::LeaseLost), TaskFailure::LeaseLost);
    }
}
