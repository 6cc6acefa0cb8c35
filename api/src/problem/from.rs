//! How failures of the lower layers look to callers.

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
            other => Self::internal(other),
        }
    }
}

/// Failures to begin or commit a transaction.
impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        Self::from(DbError::from(error))
    }
}
