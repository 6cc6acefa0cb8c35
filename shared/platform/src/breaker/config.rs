//! How many failures, for how long.

use std::time::Duration;

use hiring_core::config::Reader;

/// Longest that a call may take that tries whether something works again: a question to a language model with its retries.
const LEASE: Duration = Duration::from_secs(240);

/// When a breaker opens and closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// `CIRCUIT_BREAKER_FAILURE_THRESHOLD`: failures in a row that open it, at least 1.
    pub failure_threshold: u32,
    /// `CIRCUIT_BREAKER_RECOVERY_TIMEOUT`, seconds: how long it stays open.
    pub recovery: Duration,
    /// `CIRCUIT_BREAKER_SUCCESS_THRESHOLD`: calls that have to succeed one after the other before everybody calls again, at least 1.
    pub success_threshold: u32,
    /// After this long without a word the one that tries is given up.
    pub lease: Duration,
}

impl BreakerConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let recovery = reader.number("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", 30, 1..=3_600);
        Self {
            failure_threshold: reader.number("CIRCUIT_BREAKER_FAILURE_THRESHOLD", 5, 1..=1_000),
            success_threshold: reader.number("CIRCUIT_BREAKER_SUCCESS_THRESHOLD", 1, 1..=100),
            ..Self::after(5, Duration::from_secs(recovery))
        }
    }

    /// Opens after so many failures for so long; one success closes it.
    #[must_use]
    pub const fn after(failure_threshold: u32, recovery: Duration) -> Self {
        Self {
            failure_threshold,
            recovery,
            success_threshold: 1,
            lease: LEASE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variable_changes_its_setting() {
        let given = [
            ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "2"),
            ("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "3"),
            ("CIRCUIT_BREAKER_SUCCESS_THRESHOLD", "4"),
        ];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = BreakerConfig::read(&mut Reader::from_map(given.into()));
        let seconds = config.recovery.as_secs();
        assert_eq!(
            (config.failure_threshold, seconds, config.success_threshold),
            (2, 3, 4)
        );
    }
}
