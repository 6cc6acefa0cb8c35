//! The highest memory of process trees while something runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use hiring_loadtest::process::tree_megabytes;

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
