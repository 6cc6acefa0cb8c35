//! Which address a request comes from, as far as proxies that we trust vouch for it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

/// The address that a caller without a token is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientAddress {
    /// An IPv4 address, also where it came as an IPv6 one.
    V4([u8; 4]),
    /// The first 64 bits of an IPv6 address: a household or a server has as many addresses as it likes below them.
    V6([u8; 8]),
    /// The connection has none, as over a Unix socket.
    Unknown,
}

impl ClientAddress {
    /// The address behind this peer. Only a peer that is a trusted proxy is believed about whom it speaks for: every proxy
    /// appends its own peer to `X-Forwarded-For`, so the client is the right-most hop that is not itself a trusted proxy, and
    /// what stands left of it is the client's own words. `forwarded` are the header's values in order.
    #[must_use]
    pub fn find<'h>(
        peer: Option<SocketAddr>,
        forwarded: impl DoubleEndedIterator<Item = &'h str>,
        trusted: &[IpNet],
    ) -> Self {
        let Some(peer) = peer else {
            return Self::Unknown;
        };
        let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
        let mut client = peer.ip().to_canonical();
        let hops = forwarded.rev().flat_map(|value| value.rsplit(','));
        for hop in hops {
            if !is_trusted(&client) {
                break;
            }
            // A trusted proxy that names nobody is the last one known.
            let Some(named) = read_hop(hop) else { break };
            client = named;
        }
        Self::of(client)
    }

    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

impl std::fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::V4(octets) => write!(f, "{}", IpAddr::from(octets)),
            Self::V6([a, b, c, d, e, g, h, i]) => {
                let network = Ipv6Addr::from([a, b, c, d, e, g, h, i, 0, 0, 0, 0, 0, 0, 0, 0]);
                write!(f, "{network}/64")
            }
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// One hop: an address, with a port or brackets where the proxy writes them.
fn read_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse().map(|address: SocketAddr| address.ip()).ok();
    let in_brackets = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address: IpAddr = hop.parse().ok().or_else(with_port).or_else(in_brackets)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let peer = peer.parse::<IpAddr>().unwrap();
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        ClientAddress::find(
            Some(SocketAddr::new(peer, 4711)),
            forwarded.iter().copied(),
            &trusted,
        )
        .to_string()
    }

    #[test]
    fn a_peer_that_is_no_trusted_proxy_speaks_for_itself_alone() {
        assert_eq!(find("203.0.113.9", &["198.51.100.7"], &[]), "203.0.113.9");
        assert_eq!(
            find("203.0.113.9", &["198.51.100.7"], &["10.0.0.0/8"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn behind_trusted_proxies_the_right_most_other_hop_counts() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(find("10.0.0.1", &["198.51.100.7"], &proxies), "198.51.100.7");
        let lies = ["1.2.3.4, 198.51.100.7", "10.9.9.9"];
        assert_eq!(find("10.0.0.1", &lies, &proxies), "198.51.100.7");
        assert_eq!(find("10.0.0.1", &["10.1.1.1"], &proxies), "10.1.1.1");
    }

    #[test]
    fn a_hop_that_is_no_address_ends_the_search() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(find("10.0.0.1", &["198.51.100.7, nobody"], &proxies), "10.0.0.1");
        assert_eq!(find("10.0.0.1", &[], &proxies), "10.0.0.1");
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(find("10.0.0.1", &["198.51.100.7:4711"], &proxies), "198.51.100.7");
        assert_eq!(
            find("fd00::1", &["[2001:db8:1:2:3:4:5:6]:4711"], &proxies),
            "2001:db8:1:2::/64"
        );
        assert_eq!(
            find("10.0.0.1", &["[2001:db8:1:2::9]"], &proxies),
            "2001:db8:1:2::/64"
        );
    }

    #[test]
    fn an_ipv4_address_is_the_same_in_either_form() {
        assert_eq!(find("::ffff:203.0.113.9", &[], &[]), "203.0.113.9");
        assert_eq!(
            find("::ffff:10.0.0.1", &["::ffff:198.51.100.7"], &["10.0.0.0/8"]),
            "198.51.100.7"
        );
    }
}
