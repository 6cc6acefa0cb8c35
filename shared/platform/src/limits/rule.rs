//! Sizes of the buckets.

/// Most tokens of any size: the script's whole numbers stay exact below 2^53.
pub const MOST: u32 = 1_000_000;

/// How much of something one caller may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name in keys, headers and metrics: lower-case letters and hyphens.
    pub name: &'static str,
    /// Requests that may come at once, 1 to [`MOST`].
    pub capacity: u32,
    /// Tokens that come back a minute, 1 to [`MOST`].
    pub per_minute: u32,
    /// Requests in an hour, 1 to [`MOST`].
    pub per_hour: u32,
    /// What holds while Redis is away.
    pub when_away: WhenAway,
}

/// What holds while Redis is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenAway {
    /// Everybody is let in: the service goes on.
    Admit,
    /// Each process counts for itself: what the rule guards is costly or worth guessing at.
    CountHere,
}

/// Microseconds of a minute and an hour: the parts of one token in the respective bucket.
pub(super) const MINUTE: u64 = 60_000_000;
pub(super) const HOUR: u64 = 3_600_000_000;
