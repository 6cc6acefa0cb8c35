//! The first page of the job board from the cache, against the same page made anew each time.

use std::time::Duration;

use crate::audience::Audience;
use crate::closed_loop::closed_loop;
use crate::get_job::{CONNECTIONS, FRESH};
use crate::statistics::median;

/// How many times as many a second there are from the cache: the median over the runs.
///
/// # Errors
/// When an answer is not 200.
pub async fn run(audience: &Audience, runs: usize, seconds: u64) -> anyhow::Result<f64> {
    let (address, paths) = (&audience.api.address, ["/jobs".to_owned()]);
    let (cached, made) = (
        audience.requests(address, &paths, ""),
        audience.requests(address, &paths, FRESH),
    );
    let duration = Duration::from_secs(seconds);
    let mut ratios = Vec::new();
    for run in 0..=runs {
        let a = closed_loop(address, &cached, CONNECTIONS, duration).await?.rate;
        let b = closed_loop(address, &made, CONNECTIONS, duration).await?.rate;
        if run > 0 {
            println!(
                "board run {run}: cached {a:.0}/s, made anew {b:.0}/s, ratio {:.2}",
                a / b
            );
            ratios.push(a / b);
        }
    }
    Ok(median(&ratios))
}
