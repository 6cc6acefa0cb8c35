//! Where the product runs.

/// Where the product runs. Production refuses what is merely convenient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A laptop: missing secrets are made up, `.env` is read, logs are pretty.
    Development,
    /// A test run.
    Test,
    /// Real users: secrets must be given, logs are JSON.
    Production,
}

impl Environment {
    /// Whether convenient defaults must be refused.
    #[must_use]
    pub const fn is_production(self) -> bool {
        matches!(self, Self::Production)
    }

    /// The name in `ENVIRONMENT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        }
    }
}
