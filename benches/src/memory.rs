//! Memory of process trees by proportional set size: shared pages count by their share, so sums over processes are true.
//! Linux only; elsewhere every figure is 0.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Seldom enough to cost the measured system nothing that shows.
const INTERVAL: Duration = Duration::from_millis(500);

/// Watches process trees from a thread of its own and keeps each one's highest PSS.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<f64>>,
}

impl Watch {
    /// Begins to watch the trees under these processes.
    pub fn start(roots: Vec<u32>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut peaks = vec![0.0_f64; roots.len()];
            while !stopped.load(Ordering::Relaxed) {
                for (peak, root) in peaks.iter_mut().zip(&roots) {
                    *peak = peak.max(tree_megabytes(*root));
                }
                std::thread::sleep(INTERVAL);
            }
            peaks
        });
        Self { stop, thread }
    }

    /// Ends watching; answers the peaks in MB (10^6 bytes), in the order of the processes.
    pub fn finish(self) -> Vec<f64> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

/// PSS of a process and all that descend from it, in MB.
pub fn tree_megabytes(root: u32) -> f64 {
    let folder = PathBuf::from(format!("/proc/{root}"));
    let rollup = std::fs::read_to_string(folder.join("smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kibibytes = line
        .and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok())
        .unwrap_or_default();
    let mut children = Vec::new();
    // A child is listed under the thread that made it.
    for thread in std::fs::read_dir(folder.join("task"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let listed = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        children.extend(listed.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
    }
    kibibytes * 1024.0 / 1e6 + children.into_iter().map(tree_megabytes).sum::<f64>()
}
