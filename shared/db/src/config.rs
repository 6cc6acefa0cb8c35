//! Settings of the database.

use hiring_core::config::Reader;
use secrecy::SecretString;

/// How to reach Postgres and how much of it to use.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `DATABASE_URL`: `postgres://user:password@host:port/database`; `sslmode=require` turns TLS on.
    pub url: SecretString,
    /// `DATABASE_DIRECT_URL`: bypasses a pooler, for sessions (LISTEN, migrations).
    pub direct_url: SecretString,
    /// `DATABASE_POOL_SIZE` + `DATABASE_MAX_OVERFLOW`: most connections this process opens.
    pub max_connections: u32,
    /// `USE_EXTERNAL_POOLER`: whether `DATABASE_URL` leads to a pooler that changes the server between two transactions.
    pub external_pooler: bool,
    /// `DATABASE_STATEMENT_TIMEOUT_MS`: longest statement in milliseconds.
    pub statement_timeout_ms: u32,
}

impl DatabaseConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let (size, overflow) = if reader.environment().is_production() {
            (20, 40)
        } else {
            (8, 4)
        };
        let url = reader.secret("DATABASE_URL").unwrap_or_else(|| {
            reader.problem(
                "DATABASE_URL",
                "must be set, for instance postgres://user:password@localhost:5432/hiring",
            );
            SecretString::from("")
        });
        let direct_url = reader.secret("DATABASE_DIRECT_URL");
        let external_pooler = reader.flag("USE_EXTERNAL_POOLER", false);
        if external_pooler && direct_url.is_none() {
            reader.problem(
                "DATABASE_DIRECT_URL",
                "must be set where USE_EXTERNAL_POOLER is true: migrations and LISTEN need a session of their own",
            );
        }
        let direct_url = direct_url.unwrap_or_else(|| url.clone());
        Self {
            url,
            direct_url,
            max_connections: reader.number("DATABASE_POOL_SIZE", size, 1..=1000)
                + reader.number("DATABASE_MAX_OVERFLOW", overflow, 0..=1000),
            external_pooler,
            statement_timeout_ms: reader.number("DATABASE_STATEMENT_TIMEOUT_MS", 30_000, 100..=3_600_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn behind_a_pooler_the_way_past_it_must_be_known() {
        let problems = |more: &[(&str, &str)]| {
            let mut variables = vec![("DATABASE_URL", "postgres://hiring@localhost/hiring")];
            variables.extend(more);
            let map: HashMap<String, String> = variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let mut reader = Reader::from_map(map);
            DatabaseConfig::read(&mut reader);
            reader.finish().err().map_or(0, |problems| problems.len())
        };
        let pooler = ("USE_EXTERNAL_POOLER", "true");
        assert_eq!(problems(&[]), 0);
        assert_eq!(problems(&[pooler]), 1);
        assert_eq!(
            problems(&[pooler, ("DATABASE_DIRECT_URL", "postgres://hiring@db/hiring")]),
            0
        );
    }
}
