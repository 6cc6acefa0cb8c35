//! How failures of the lower layers look to callers.

use actix_web::error::PayloadError;
use hiring_db::DbError;

use super::{Kind, Problem};

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(_) => Self::unavailable(
                "The database is not reachable right now. Nothing was changed; try again.",
                error,
            ),
            DbError::Conflict { .. } => {
                tracing::debug!(%error, "a change conflicted");
                Self::new(
                    Kind::Conflict,
                    "The change conflicts with what is there. Read it again and retry.",
                )
            }
            // Whoever was not ended by Postgres is done in a moment.
            error if error.is_deadlock() => Self::unavailable(
                "Somebody else was changing the same things. Nothing was changed; try again.",
                error,
            )
            .retry_after(1),
            other => Self::internal(other),
        }
    }
}

/// Bodies that did not come whole.
impl From<&PayloadError> for Problem {
    fn from(error: &PayloadError) -> Self {
        match error {
            PayloadError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => Self::new(
                Kind::TooSlow,
                "The body came too slowly and was not read to its end. Nothing was changed; try again.",
            ),
            _ => Self::new(Kind::Malformed, "The body ended early or is not sound HTTP."),
        }
    }
}

/// Failures to begin or commit a transaction.
impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        Self::from(DbError::from(error))
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind, Error};

    use super::*;

    #[test]
    fn a_deadlock_is_for_trying_again_and_another_failure_is_a_defect() {
        let failed = |message: &str| {
            let info = Box::new(message.to_owned());
            Problem::from(Error::DatabaseError(DatabaseErrorKind::Unknown, info))
        };
        let deadlock = failed("deadlock detected");
        assert!(deadlock.is_deadlock());
        assert_eq!(deadlock.kind(), Kind::Unavailable);
        assert_eq!(failed("division by zero").kind(), Kind::Internal);
        assert!(!failed("division by zero").is_deadlock());
    }
}
