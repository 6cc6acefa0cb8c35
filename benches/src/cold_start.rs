//! From starting the api to its first ready answer.

use std::time::Instant;

use crate::rig::{Settings, start_api};
use crate::statistics::median;

/// Starts the api `runs` times.
///
/// # Errors
/// When it does not become ready.
pub async fn run(settings: &Settings, runs: usize) -> anyhow::Result<()> {
    let mut samples = Vec::new();
    for _ in 0..runs {
        let started = Instant::now();
        let api = start_api(settings).await?;
        samples.push(started.elapsed().as_secs_f64() * 1000.0);
        drop(api);
    }
    println!(
        "cold-start: api ready after {:.0} ms (median of {runs}: {samples:.0?})",
        median(&samples)
    );
    Ok(())
}
