//! What the server counts about itself.

use anyhow::Context;

/// Counters of the api at some moment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counters {
    /// Requests that the limiter turned away.
    pub limited: f64,
    /// Requests that found no connection to the database in time.
    pub pool_errors: f64,
    /// Answers that came from the cache.
    hits: f64,
    /// Answers that had to be made.
    misses: f64,
}

impl Counters {
    /// Asks the api's metrics.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn read(url: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let answer = client.get(url).send().await.context("reading the metrics")?;
        Ok(Self::of(&answer.error_for_status()?.text().await?))
    }

    /// Reads the text format of Prometheus.
    fn of(text: &str) -> Self {
        let sum = |name: &str, label: &str| -> f64 {
            let lines = text.lines().filter(|line| {
                let rest = line.strip_prefix(name);
                rest.is_some_and(|rest| rest.starts_with(['{', ' '])) && line.contains(label)
            });
            lines
                .filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok())
                .sum()
        };
        Self {
            limited: sum("rate_limit_requests_total", "outcome=\"refused\""),
            pool_errors: sum("database_pool_timeouts_total", ""),
            hits: sum("cache_requests_total", "outcome=\"hit\""),
            misses: sum("cache_requests_total", "outcome=\"miss\""),
        }
    }

    /// Answers from the cache since then, of all that were looked up there.
    pub fn cache_ratio_since(&self, before: &Self) -> Option<f64> {
        let (hits, misses) = (self.hits - before.hits, self.misses - before.misses);
        (hits + misses > 0.0).then(|| hits / (hits + misses))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_summed_over_their_labels() {
        let text = "# TYPE rate_limit_requests_total counter\n\
            rate_limit_requests_total{tier=\"read\",outcome=\"refused\"} 3\n\
            rate_limit_requests_total{tier=\"write\",outcome=\"refused\"} 4\n\
            rate_limit_requests_total{tier=\"read\",outcome=\"admitted\"} 900\n\
            database_pool_timeouts_total 2\n\
            cache_requests_total{class=\"board\",outcome=\"hit\"} 30\n\
            cache_requests_total{class=\"board\",outcome=\"miss\"} 10\n";
        let counters = Counters::of(text);
        assert_eq!((counters.limited, counters.pool_errors), (7.0, 2.0));
        assert_eq!(counters.cache_ratio_since(&Counters::default()), Some(0.75));
        assert_eq!(counters.cache_ratio_since(&counters), None);
    }
}
