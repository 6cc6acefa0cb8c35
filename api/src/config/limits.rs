//! How much of everything a caller may have.

use std::net::IpAddr;
use std::time::Duration;

use hiring_core::config::Reader;
use hiring_platform::limits::rule::MOST;
use hiring_platform::limits::{Rule, WhenAway};
use ipnet::IpNet;

/// The rule of each tier, and who is believed about addresses.
#[derive(Debug, Clone)]
pub struct LimitConfig {
    /// `RATE_LIMIT_ENABLED`: whether anything is counted at all.
    pub enabled: bool,
    /// Signing in and up.
    pub auth: Rule,
    /// Attempts to sign in to one account, from wherever: beyond it they are slowed, never refused.
    pub account: Rule,
    /// What takes a while to compute.
    pub ai: Rule,
    /// Uploads by members of an organization.
    pub upload: Rule,
    /// Uploads by everybody else.
    pub upload_candidate: Rule,
    /// Reading.
    pub read: Rule,
    /// Changing.
    pub write: Rule,
    /// What is not in the route table.
    pub other: Rule,
    /// `RATE_LIMIT_TIMEOUT_MS`: most that Redis may cost a request.
    pub patience: Duration,
    /// `TRUSTED_PROXIES`: networks whose machines are believed about whom they speak for.
    pub trusted_proxies: Vec<IpNet>,
}

/// A tier's variables and what holds without them.
struct Variables {
    name: &'static str,
    burst: &'static str,
    per_minute: &'static str,
    usual: (u32, u32),
    when_away: WhenAway,
}

const AUTH: Variables = Variables {
    name: "auth",
    burst: "RATE_LIMIT_AUTH_BURST",
    per_minute: "RATE_LIMIT_AUTH_PER_MINUTE",
    usual: (10, 10),
    when_away: WhenAway::CountHere,
};

const AI: Variables = Variables {
    name: "ai",
    burst: "RATE_LIMIT_AI_BURST",
    per_minute: "RATE_LIMIT_AI_PER_MINUTE",
    usual: (5, 5),
    when_away: WhenAway::CountHere,
};

const UPLOAD: Variables = Variables {
    name: "upload",
    burst: "RATE_LIMIT_UPLOAD_BURST",
    per_minute: "RATE_LIMIT_UPLOAD_PER_MINUTE",
    usual: (200, 120),
    when_away: WhenAway::CountHere,
};

const UPLOAD_CANDIDATE: Variables = Variables {
    name: "upload-candidate",
    burst: "RATE_LIMIT_UPLOAD_CANDIDATE_BURST",
    per_minute: "RATE_LIMIT_UPLOAD_CANDIDATE_PER_MINUTE",
    usual: (10, 10),
    when_away: WhenAway::CountHere,
};

const READ: Variables = Variables {
    name: "read",
    burst: "RATE_LIMIT_READ_BURST",
    per_minute: "RATE_LIMIT_READ_PER_MINUTE",
    usual: (200, 200),
    when_away: WhenAway::Admit,
};

const WRITE: Variables = Variables {
    name: "write",
    burst: "RATE_LIMIT_WRITE_BURST",
    per_minute: "RATE_LIMIT_WRITE_PER_MINUTE",
    usual: (60, 60),
    when_away: WhenAway::Admit,
};

/// Tokens of the default tier, at once and a minute.
const DEFAULT_TIER: u32 = 100;

impl LimitConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let per_hour = reader.number("RATE_LIMIT_PER_HOUR", 1000, 1..=MOST);
        let auth = AUTH.read(reader, per_hour);
        Self {
            enabled: reader.flag("RATE_LIMIT_ENABLED", true),
            account: Rule {
                name: "account",
                ..auth
            },
            auth,
            ai: AI.read(reader, per_hour),
            upload: UPLOAD.read(reader, per_hour),
            upload_candidate: UPLOAD_CANDIDATE.read(reader, per_hour),
            read: READ.read(reader, per_hour),
            write: WRITE.read(reader, per_hour),
            other: read_default_tier(reader, per_hour),
            patience: Duration::from_millis(reader.number("RATE_LIMIT_TIMEOUT_MS", 10, 1..=1000)),
            trusted_proxies: read_proxies(reader),
        }
    }
}

impl Variables {
    fn read(&self, reader: &mut Reader, per_hour: u32) -> Rule {
        let (capacity, per_minute) = self.usual;
        Rule {
            name: self.name,
            capacity: reader.number(self.burst, capacity, 1..=MOST),
            per_minute: reader.number(self.per_minute, per_minute, 1..=MOST),
            per_hour,
            when_away: self.when_away,
        }
    }
}

/// The default tier has a name of its own for the sake of older installations, and one that they used.
fn read_default_tier(reader: &mut Reader, per_hour: u32) -> Rule {
    let older = reader.number("RATE_LIMIT_REQUESTS_PER_MINUTE", DEFAULT_TIER, 1..=MOST);
    Rule {
        name: "default",
        per_minute: reader.number("RATE_LIMIT_PER_MINUTE", older, 1..=MOST),
        capacity: reader.number("RATE_LIMIT_BURST", DEFAULT_TIER, 1..=MOST),
        per_hour,
        when_away: WhenAway::Admit,
    }
}

/// Networks such as `10.0.0.0/8`, or single addresses.
fn read_proxies(reader: &mut Reader) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for text in reader.list("TRUSTED_PROXIES") {
        let single = || text.parse::<IpAddr>().map(IpNet::from).ok();
        match text.parse().ok().or_else(single) {
            Some(network) => networks.push(network),
            None => reader.problem(
                "TRUSTED_PROXIES",
                format!("`{text}` is no network such as 10.0.0.0/8"),
            ),
        }
    }
    networks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (LimitConfig, Vec<String>) {
        let variables = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(variables.collect());
        let config = LimitConfig::read(&mut reader);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn each_variable_changes_its_bucket() {
        for (index, variables) in [AUTH, AI, UPLOAD, UPLOAD_CANDIDATE, READ, WRITE]
            .iter()
            .enumerate()
        {
            let given = [
                (variables.burst, "11"),
                (variables.per_minute, "12"),
                ("RATE_LIMIT_PER_HOUR", "13"),
            ];
            let (config, problems) = read(&given);
            assert_eq!(problems, Vec::<String>::new());
            let rules = [
                config.auth,
                config.ai,
                config.upload,
                config.upload_candidate,
                config.read,
                config.write,
            ];
            for (other, rule) in rules.iter().enumerate() {
                let changed = (rule.capacity, rule.per_minute) == (11, 12);
                assert_eq!(changed, other == index, "{rule:?}");
                assert_eq!(rule.per_hour, 13);
            }
        }
        let (config, _) = read(&[("RATE_LIMIT_AUTH_BURST", "3")]);
        assert_eq!(config.account.capacity, 3, "an account has what an address has");
    }

    #[test]
    fn the_default_tier_takes_either_name() {
        let default = |pairs: &[(&str, &str)]| {
            let rule = read(pairs).0.other;
            (rule.capacity, rule.per_minute)
        };
        assert_eq!(default(&[]), (100, 100));
        let older = ("RATE_LIMIT_REQUESTS_PER_MINUTE", "7");
        assert_eq!(default(&[older, ("RATE_LIMIT_BURST", "9")]), (9, 7));
        assert_eq!(default(&[older, ("RATE_LIMIT_PER_MINUTE", "8")]), (100, 8));
    }

    #[test]
    fn proxies_are_networks_or_addresses_and_nothing_else() {
        let (config, problems) = read(&[("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1,2001:db8::/32")]);
        assert_eq!(problems, Vec::<String>::new());
        let networks: Vec<String> = config.trusted_proxies.iter().map(IpNet::to_string).collect();
        assert_eq!(networks, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);
        let (_, problems) = read(&[("TRUSTED_PROXIES", "*"), ("RATE_LIMIT_READ_BURST", "0")]);
        assert_eq!(problems, ["RATE_LIMIT_READ_BURST", "TRUSTED_PROXIES"]);
    }
}
