//! What the api says about its surroundings besides what requests tell, as metrics.

use std::path::PathBuf;
use std::time::Duration;

use crate::handlers::health::detailed::disk_health;

/// Disks fill in minutes, not in seconds.
const EVERY: Duration = Duration::from_secs(30);

/// Records how full the disk under the stored files is, now and then; ends at once where there is none.
pub async fn report_disk(folder: Option<PathBuf>) {
    let Some(folder) = folder else { return };
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        if let Some(disk) = disk_health(&folder) {
            metrics::gauge!("storage_size_bytes").set(figure(disk.total_bytes));
            metrics::gauge!("storage_free_bytes").set(figure(disk.free_bytes));
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and exact up to 8 PiB"
)]
const fn figure(bytes: u64) -> f64 {
    bytes as f64
}
