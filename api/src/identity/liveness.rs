//! Whether a session still lives and in which role, remembered for a moment so that not every request asks the database.

use std::sync::Arc;
use std::time::Duration;

use hiring_core::ids::SessionId;
use hiring_db::sessions::{self, Standing};
use hiring_db::{Database, DbError};

/// How long an answer is remembered: a logout, a removal or a change of role takes effect within this, well under the
/// 60 s that the API promises.
pub const REMEMBERED_FOR: Duration = Duration::from_secs(20);
/// Most sessions remembered; about 100 bytes each.
const CAPACITY: u64 = 50_000;

/// Remembers which sessions live.
#[derive(Clone)]
pub struct Liveness {
    cache: moka::future::Cache<SessionId, Option<Standing>>,
    database: Database,
}

impl Liveness {
    /// A memory over this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let cache = moka::future::Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(REMEMBERED_FOR)
            .build();
        Self { cache, database }
    }

    /// For whom the session acts, or `None` when it has ended. Concurrent questions about one session ask the
    /// database once.
    ///
    /// # Errors
    /// When the database cannot be asked; nothing is remembered then.
    pub async fn standing(&self, session: SessionId) -> Result<Option<Standing>, Arc<DbError>> {
        let ask = async {
            let mut connection = self.database.connection().await?;
            sessions::find_standing(&mut connection, session).await
        };
        self.cache.try_get_with(session, ask).await
    }

    /// Forgets a session, so that this process asks again at once.
    pub async fn forget(&self, session: SessionId) {
        self.cache.invalidate(&session).await;
    }
}
