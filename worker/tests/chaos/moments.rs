//! What rankings remember, and a Postgres that crashes.

use hiring_core::ids::{JobId, OrgId};
use hiring_db::Database;
use hiring_db::matching::{self, Moment, Wanted};

use crate::patience::eventually;
use crate::postgres::Postgres;

async fn moment(database: &Database) -> Option<Moment> {
    let mut connection = database.connection().await.ok()?;
    let wanted = Wanted {
        job: JobId::generate(),
        model: None,
        must_have: &[],
        nice_to_have: &[],
    };
    matching::read_moment(&mut connection, OrgId::generate(), &wanted)
        .await
        .ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_moment_continues_one_from_before_a_crash() {
    let mut postgres = Postgres::start(false).await;
    let database = Database::open(&postgres.config());
    let now = async || eventually("a moment", async || moment(&database).await).await;
    let before = now().await;
    assert!(now().await.continues(&before));
    if postgres.kill_a_backend().await {
        // The server goes on, but may give numbers of transactions again that were not written down.
        let after = eventually("the end of the crash", async || {
            moment(&database).await.filter(|after| !after.continues(&before))
        })
        .await;
        postgres.crash().await;
        assert!(!now().await.continues(&after));
    } else {
        postgres.crash().await;
        assert!(now().await.continues(&before), "only connections were cut");
    }
}
