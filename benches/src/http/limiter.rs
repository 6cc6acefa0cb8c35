//! What the limiter adds to a request: two apis that differ only in `RATE_LIMIT_ENABLED`, asked in alternation by one client at a time, so
//! that nobody waits for anybody. What both do is the same and goes away in the difference of the medians. With many clients at once the
//! processor time of the api is told as well, since there a wait for Redis costs no throughput.

use std::time::Duration;

use hiring_loadtest::process::cpu_seconds;

use crate::audience::Audience;
use crate::closed_loop::closed_loop;
use crate::get_job::{CONNECTIONS, FRESH};
use crate::rig::{Program, Settings, start_api_with};
use crate::statistics::median;

/// What a request takes longer with the limiter, in microseconds: the median over the runs of the difference of the medians.
///
/// # Errors
/// When an answer is not 200.
pub async fn run(settings: &Settings, audience: &Audience, runs: usize, seconds: u64) -> anyhow::Result<f64> {
    let without = start_api_with(settings, &[("RATE_LIMIT_ENABLED", "false")]).await?;
    let duration = Duration::from_secs(seconds);
    let (mut differences, mut costs) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let (on, on_cpu) = one(audience, &audience.api, duration).await?;
        let (off, off_cpu) = one(audience, &without, duration).await?;
        if run > 0 {
            println!(
                "limiter run {run}: p50 {on:.0} us with, {off:.0} us without, {:.0} us more; {CONNECTIONS} clients: {on_cpu:.0} us of \
                 processor time a request with, {off_cpu:.0} us without",
                on - off
            );
            differences.push(on - off);
            costs.push(on_cpu - off_cpu);
        }
    }
    let (time, cpu) = (median(&differences), median(&costs));
    println!(
        "limiter: {time:.0} us a request more, of them {cpu:.0} us processor time of the api (medians of {runs})"
    );
    Ok(time)
}

/// Median latency of one client, and the api's processor time a request with many, both in microseconds.
async fn one(audience: &Audience, api: &Program, duration: Duration) -> anyhow::Result<(f64, f64)> {
    let requests = audience.requests(&api.address, &audience.job_paths(), FRESH);
    let alone = closed_loop(&api.address, &requests, 1, duration / 2).await?;
    let before = cpu_seconds(api.id());
    let many = closed_loop(&api.address, &requests, CONNECTIONS, duration / 2).await?;
    let used = cpu_seconds(api.id()) - before;
    Ok((
        median(&alone.microseconds),
        used * 1e6 / many.microseconds.len().max(1) as f64,
    ))
}
