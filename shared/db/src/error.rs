//! What can go wrong with the database, as callers need to tell it apart.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::json::UnreadableJson;
use crate::redacted::Redacted;

/// A failed database call.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Postgres cannot be reached, or every connection stayed busy for the acquire timeout. Trying later may help.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A unique or foreign key refused the change; the constraint's name says which.
    #[error("the change conflicts with `{constraint}`")]
    Conflict {
        /// Name of the violated constraint or index.
        constraint: String,
    },
    /// The task was claimed by somebody else, redriven or cancelled: write nothing.
    #[error("the lease on the task is gone")]
    LeaseLost,
    /// Stored JSON does not have the shape that the code expects.
    #[error("a stored value could not be read")]
    Corrupt(#[source] UnreadableJson),
    /// A quote that was to be stored does not stand in the visible text.
    #[error("a quote does not stand in the visible text")]
    Unquoted,
    /// Anything else: a defect of ours. What Postgres says about it holds no values.
    #[error("a database query failed")]
    Query(#[source] DieselError),
}

impl DbError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether Postgres ended the transaction because two waited for each other: roll back and do it again.
    #[must_use]
    pub fn is_deadlock(&self) -> bool {
        let Self::Query(DieselError::DatabaseError(_, info)) = self else {
            return false;
        };
        info.message().contains("deadlock detected")
    }

    /// Whether this is a conflict with the named constraint.
    #[must_use]
    pub fn is_conflict_with(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint == name)
    }
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, info) = &error else {
            return Self::Query(error);
        };
        match kind {
            DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation => Self::Conflict {
                constraint: info.constraint_name().unwrap_or_default().to_owned(),
            },
            DatabaseErrorKind::CheckViolation if info.constraint_name() == Some("evidence_is_quoted") => {
                Self::Unquoted
            }
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable(Box::new(error))
            }
            // Postgres going down or starting answers with class 57P; diesel has no kind for it.
            _ if is_shutdown_message(info.message()) => Self::Unavailable(Box::new(error)),
            _ => {
                let said = Box::new(Redacted::of(info.as_ref()));
                let DieselError::DatabaseError(kind, _) = error else {
                    return Self::Query(error);
                };
                Self::Query(DieselError::DatabaseError(kind, said))
            }
        }
    }
}

impl From<serde_json::Error> for DbError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.into())
    }
}

fn is_shutdown_message(message: &str) -> bool {
    [
        "terminating connection",
        "the database system is",
        "connection closed",
        "error communicating with the server",
        // A failover leaves connections to what is a standby now; a crowd takes the last slots. Both pass.
        "in a read-only transaction",
        "too many clients",
        "remaining connection slots",
    ]
    .iter()
    .any(|part| message.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failover_or_a_crowd_says_passes_and_a_defect_does_not() {
        let error = |message: &str| {
            let info = Box::new(message.to_owned());
            DbError::from(DieselError::DatabaseError(DatabaseErrorKind::Unknown, info))
        };
        assert!(error("cannot execute UPDATE in a read-only transaction").is_transient());
        assert!(error("sorry, too many clients already").is_transient());
        assert!(!error("column \"nmae\" does not exist").is_transient());
    }
}
