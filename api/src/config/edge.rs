//! Settings of what stands between the network and the handlers.

use std::time::Duration;

use hiring_core::config::Reader;

/// Stands for every origin or every host.
const ANY: &str = "*";

/// What stands between the network and the handlers.
#[derive(Debug, Clone)]
pub struct EdgeConfig {
    /// `ALLOWED_HOSTS`: the names under which the API answers.
    pub allowed_hosts: AllowedHosts,
    /// Which pages of other origins may call the API.
    pub cors: Cors,
    /// Whether browsers are told to come by TLS only: in production.
    pub strict_transport: bool,
    /// `CLIENT_TIMEOUT_SECONDS`: how long a client may keep a worker waiting, for the head of a request, within its body, and
    /// for taking the answer.
    pub client_timeout: Duration,
}

/// Which pages of other origins may call the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// `CORS_ALLOWED_ORIGINS`: scheme, host and port of each; empty for none.
    pub origins: Vec<String>,
    /// Whether every origin may: `CORS_ALLOWED_ORIGINS=*`.
    pub any_origin: bool,
    /// `CORS_ALLOW_CREDENTIALS`: whether browsers may send cookies and client certificates along.
    pub credentials: bool,
}

/// The names under which the API answers; an empty list is every name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedHosts(Vec<String>);

impl EdgeConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        Self {
            allowed_hosts: AllowedHosts::read(reader),
            cors: Cors::read(reader),
            strict_transport: reader.environment().is_production(),
            client_timeout: Duration::from_secs(reader.number("CLIENT_TIMEOUT_SECONDS", 10, 1..=300)),
        }
    }
}

impl Cors {
    fn read(reader: &mut Reader) -> Self {
        const NAME: &str = "CORS_ALLOWED_ORIGINS";
        let mut origins = reader.list(NAME);
        let any_origin = origins.iter().any(|origin| origin == ANY);
        let credentials = reader.flag("CORS_ALLOW_CREDENTIALS", false);
        if any_origin && credentials {
            reader.problem(
                NAME,
                "must name each origin where CORS_ALLOW_CREDENTIALS is true: `*` would let any page act for its visitors",
            );
        }
        if any_origin && origins.len() > 1 {
            reader.problem(NAME, "names origins beside `*`, which already is all of them");
        }
        origins.retain(|origin| origin != ANY);
        for origin in &origins {
            if !is_origin(origin) {
                reader.problem(
                    NAME,
                    format!("`{origin}` is no origin; write scheme, host and port alone, for instance https://hire.example.org"),
                );
            }
        }
        Self {
            origins,
            any_origin,
            credentials,
        }
    }
}

/// Whether the text is what browsers send as `Origin` (RFC 6454): a scheme, a host in small letters, perhaps a port, no path.
fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte))
    })
}

impl AllowedHosts {
    fn read(reader: &mut Reader) -> Self {
        const NAME: &str = "ALLOWED_HOSTS";
        let hosts: Vec<String> = reader.list(NAME);
        for host in &hosts {
            let name = host.strip_prefix("*.").unwrap_or(host);
            if host != ANY && (name.is_empty() || name.contains(['/', '*', '@'])) {
                reader.problem(
                    NAME,
                    format!("`{host}` is no host; write a name without scheme, for instance api.example.org or *.example.org"),
                );
            }
        }
        if hosts.iter().any(|host| host == ANY) {
            return Self::default();
        }
        Self(hosts.iter().map(|host| normal(host).to_owned()).collect())
    }

    /// Whether the API answers to this `Host`, whatever its port and the case of its letters.
    #[must_use]
    pub fn allow(&self, host: &str) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let host = normal(host).to_ascii_lowercase();
        self.0
            .iter()
            .any(|known| match known.to_ascii_lowercase().strip_prefix('*') {
                Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
                None => host.eq_ignore_ascii_case(known),
            })
    }
}

/// A host without its port and without the dot that may end a full name.
fn normal(host: &str) -> &str {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !is_bare_ipv6(name) => name,
        _ => host,
    };
    name.trim_end_matches('.')
}

/// Whether what stands before the last colon is the middle of an IPv6 address without brackets.
fn is_bare_ipv6(name: &str) -> bool {
    name.contains(':') && !name.ends_with(']')
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> (EdgeConfig, Vec<String>) {
        let map: HashMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut reader = Reader::from_map(map);
        let config = EdgeConfig::read(&mut reader);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn every_origin_is_never_allowed_together_with_credentials() {
        let any = ("CORS_ALLOWED_ORIGINS", "*");
        let credentials = ("CORS_ALLOW_CREDENTIALS", "true");
        assert_eq!(read(&[any, credentials]).1, ["CORS_ALLOWED_ORIGINS"]);
        assert!(read(&[any]).1.is_empty());
        let named = (
            "CORS_ALLOWED_ORIGINS",
            "https://hire.example.org, http://localhost:3000",
        );
        let (config, problems) = read(&[named, credentials]);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(
            config.cors.origins,
            ["https://hire.example.org", "http://localhost:3000"]
        );
    }

    #[test]
    fn what_no_browser_would_send_as_origin_is_refused_at_the_start() {
        for wrong in [
            "hire.example.org",
            "https://hire.example.org/",
            "https://Hire.example.org",
            "https://",
            "https://*.example.org",
        ] {
            assert_eq!(
                read(&[("CORS_ALLOWED_ORIGINS", wrong)]).1,
                ["CORS_ALLOWED_ORIGINS"],
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_host_is_known_by_its_name_alone() {
        let hosts = |list: &str| read(&[("ALLOWED_HOSTS", list)]).0.allowed_hosts;
        let known = hosts("api.example.org, *.hire.example, 10.0.0.7:8000, [::1]");
        for good in [
            "api.example.org",
            "API.Example.org:443",
            "api.example.org.",
            "a.hire.example",
            "10.0.0.7",
            "10.0.0.7:80",
            "[::1]:8000",
        ] {
            assert!(known.allow(good), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "evil-api.example.org",
            "api.example.org.evil.org",
            "hire.example",
            "evilhire.example",
            "api.example.org@evil.org",
            "api.example.org:80@evil.org",
        ] {
            assert!(!known.allow(bad), "{bad}");
        }
        assert!(hosts("").allow("anything"));
        assert!(hosts("*").allow("anything"));
        assert_eq!(
            read(&[("ALLOWED_HOSTS", "https://api.example.org")]).1,
            ["ALLOWED_HOSTS"]
        );
    }
}
