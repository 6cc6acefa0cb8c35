//! Memory, processor time, threads and descriptors of this process, under the names Prometheus clients agree on. Read
//! from `/proc`, so on Linux only.

use std::time::Duration;

use hiring_core::clock::{Clock, SystemClock};

/// How often the figures are taken: finer than usual scrape intervals, and costing 0.1 ms.
const EVERY: Duration = Duration::from_secs(10);

/// The kernel counts processor time for programs in hundredths of a second (USER_HZ) on every architecture we run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// What `/proc` says about one process.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// Memory that is in RAM, shared pages included, in bytes.
    pub resident_bytes: f64,
    /// User and system time since the start, in seconds.
    pub cpu_seconds: f64,
    /// Threads alive.
    pub threads: f64,
    /// Open file descriptors.
    pub open_descriptors: f64,
}

/// Records the figures now and then until the tokio runtime ends. Does nothing where there is no `/proc`.
pub(super) fn start() {
    if read().is_none() {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
    let begun = SystemClock.now().timestamp() as f64;
    metrics::gauge!("process_start_time_seconds").set(begun);
    metrics::gauge!("build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    tokio::spawn(async {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            if let Some(figures) = read() {
                record(figures);
            }
        }
    });
}

fn record(figures: Figures) {
    metrics::gauge!("process_resident_memory_bytes").set(figures.resident_bytes);
    metrics::counter!("process_cpu_seconds_total").absolute(whole(figures.cpu_seconds));
    metrics::gauge!("process_threads").set(figures.threads);
    metrics::gauge!("process_open_fds").set(figures.open_descriptors);
}

/// Counters are whole numbers, so that processor time is counted in whole seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and time is not negative"
)]
const fn whole(seconds: f64) -> u64 {
    seconds as u64
}

/// This process's figures, where the system tells them.
#[must_use]
pub fn read() -> Option<Figures> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let descriptors = std::fs::read_dir("/proc/self/fd").ok()?.count();
    parse(&status, &stat, descriptors)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of descriptors is far below 2^52"
)]
fn parse(status: &str, stat: &str, descriptors: usize) -> Option<Figures> {
    let field = |name: &str| -> Option<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    // The second field is the program's name in parentheses, which may hold spaces and parentheses itself.
    let (_, after_name) = stat.rsplit_once(')')?;
    // proc(5) counts utime as field 14 and stime as 15; the first one after the name is field 3.
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: Option<Vec<f64>> = ticks.map(|field| field.parse().ok()).collect();
    Some(Figures {
        resident_bytes: field("VmRSS:")? * 1024.0,
        cpu_seconds: ticks?.iter().sum::<f64>() / TICKS_PER_SECOND,
        threads: field("Threads:")?,
        open_descriptors: descriptors as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_with_a_strange_name_is_read_right() {
        let status = "Name:\todd\nVmRSS:\t    2048 kB\nThreads:\t3\n";
        let stat = "7 (odd) name ) S 1 7 7 0 -1 4194304 90 0 0 0 250 50 0 0 20 0 3 0 100 1 1";
        let expected = Figures {
            resident_bytes: 2_097_152.0,
            cpu_seconds: 3.0,
            threads: 3.0,
            open_descriptors: 5.0,
        };
        assert_eq!(parse(status, stat, 5), Some(expected));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_memory_and_at_least_one_thread() {
        let figures = read().unwrap();
        assert!(figures.resident_bytes > 0.0 && figures.threads >= 1.0 && figures.open_descriptors >= 1.0);
    }
}
