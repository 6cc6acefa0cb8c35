//! What processes cost, read from `/proc` (Linux; elsewhere every figure is 0), and how many files this one may open.

use std::path::PathBuf;

use rustix::process::{Resource, getrlimit, setrlimit};

/// Clock ticks a second in `/proc/PID/stat`: `USER_HZ` is 100 on every architecture that we run on.
const TICKS: f64 = 100.0;

/// Processor time that a process has used so far, in seconds of one core; its children's not included.
#[must_use]
pub fn cpu_seconds(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name in parentheses may hold anything, so count from the last one: state is the first field after it, times the 12th and 13th.
    let fields = stat
        .rsplit_once(')')
        .map_or("", |(_, rest)| rest)
        .split_whitespace();
    let times = fields.skip(11).take(2);
    times.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// PSS of a process and all that descend from it, in MB (10^6 bytes): shared pages count by their share, so that sums are true.
#[must_use]
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

/// Lets this process, and those that it starts, open at least so many files.
///
/// # Errors
/// When the system allows fewer; the text says what to raise.
pub fn need_files(wanted: u64) -> anyhow::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    let most = limit.maximum.unwrap_or(u64::MAX);
    anyhow::ensure!(
        most >= wanted,
        "this needs {wanted} open files and the system allows {most}: raise it (ulimit -Hn, or LimitNOFILE of the service)"
    );
    limit.current = Some(wanted);
    setrlimit(Resource::Nofile, limit)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn time_and_memory_of_this_process_are_told() {
        let own = std::process::id();
        let before = cpu_seconds(own);
        let mut sum = 0_u64;
        while cpu_seconds(own) < before + 0.05 {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(tree_megabytes(own) > 0.5);
    }

    #[test]
    fn more_files_than_the_system_allows_are_refused_with_a_reason() {
        if getrlimit(Resource::Nofile).maximum.is_some() {
            let refused = need_files(u64::MAX).unwrap_err().to_string();
            assert!(refused.contains("ulimit"), "{refused}");
        }
        need_files(16).unwrap();
    }
}
