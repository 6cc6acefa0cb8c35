//! How full the pool is, as metrics.

use std::time::Duration;

use crate::Database;

/// Finer than usual scrape intervals.
const EVERY: Duration = Duration::from_secs(5);

/// Records how full the pool is, now and then; never ends.
pub async fn report_pool(database: Database) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        let state = database.state();
        for (name, count) in [("most", state.most), ("open", state.open), ("idle", state.idle)] {
            metrics::gauge!("database_pool_connections", "state" => name).set(count);
        }
        metrics::gauge!("database_pool_waiting").set(u32::try_from(state.waiting).unwrap_or(u32::MAX));
        metrics::counter!("database_pool_timeouts_total").absolute(state.timed_out);
    }
}
