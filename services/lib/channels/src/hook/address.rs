//! Which addresses may be called: none inside of the network that Torg runs in.
//!
//! A name is looked up once, by the very function that the connection is made with, so that a name whose answer changes
//! between the check and the call gains nothing. An address inside of another one (mapped, translated, tunnelled) counts
//! as what is inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// How far calls may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only public addresses, over TLS.
    Public,
    /// Also those of the own machine and network; those of the own machine without TLS, too. For development, and for
    /// systems that stand beside Torg.
    Private,
}

/// Why an address is not called. Holds none: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The address as it is written.
    #[error("its address is not called: {0}")]
    Url(&'static str),
    /// What the address leads to.
    #[error(
        "its name leads to an address that is not public; TORG_WEBHOOK_ALLOW_PRIVATE allows those of the own network"
    )]
    Private,
}

impl Reach {
    /// Checks an address as it is written. What a name leads to is checked when it is looked up.
    ///
    /// # Errors
    /// [`Forbidden`].
    pub fn check_url(self, url: &Url) -> Result<(), Forbidden> {
        let literal = literal(url);
        let own = literal.is_some_and(|ip| unwrapped(ip).is_loopback())
            || url.host_str() == Some("localhost");
        match url.scheme() {
            "https" => {}
            "http" if own && self == Self::Private => {}
            "http" if own => {
                return Err(Forbidden::Url(
                    "it is on this machine; TORG_WEBHOOK_ALLOW_PRIVATE allows that",
                ));
            }
            _ => return Err(Forbidden::Url("it does not begin with https://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Forbidden::Url("it holds a user name"));
        }
        match literal {
            Some(ip) if !self.allows(ip) => Err(Forbidden::Private),
            Some(_) => Ok(()),
            None if url.host_str().is_none() => Err(Forbidden::Url("it names no host")),
            None => Ok(()),
        }
    }

    /// Whether an address may be connected to.
    #[must_use]
    pub fn allows(self, ip: IpAddr) -> bool {
        match (unwrapped(ip), self) {
            (IpAddr::V4(ip), Self::Public) => is_public_v4(ip),
            (IpAddr::V6(ip), Self::Public) => is_public_v6(ip),
            (IpAddr::V4(ip), Self::Private) => {
                is_public_v4(ip) || ip.is_loopback() || ip.is_private()
            }
            (IpAddr::V6(ip), Self::Private) => {
                is_public_v6(ip) || ip.is_loopback() || ip.is_unique_local()
            }
        }
    }
}

/// The address that a URL names by its numbers, however they are written: the URL standard reads `0x7f.1` as 127.0.0.1.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    host.parse().ok()
}

/// The address inside of an address.
fn unwrapped(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else {
        return ip;
    };
    inner_v4(v6).map_or(ip, IpAddr::V4)
}

fn inner_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let join = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match (a, b) {
        // Mapped (::ffff:0:0/96) and compatible (::/96); `::` and `::1` are themselves.
        (0, 0) if [c, d, e] == [0; 3] && (f == 0xffff || (f == 0 && (g, h) > (0, 1))) => {
            Some(join(g, h))
        }
        // Translated: ::ffff:0:0:0/96.
        (0, 0) if [c, d, f] == [0; 3] && e == 0xffff => Some(join(g, h)),
        // NAT64, 64:ff9b::/96.
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => Some(join(g, h)),
        // 6to4, 2002::/16.
        (0x2002, high) => Some(join(high, c)),
        _ => None,
    }
}

/// Source: the IANA registry of special-purpose IPv4 addresses.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        // Shared by the subscribers of a provider; benchmarks; protocol assignments; the old relay of 6to4.
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99);
    !special
}

/// Source: the IANA registry of special-purpose IPv6 addresses. Only what is handed out for the Internet, 2000::/3, is
/// public, without the tunnels, tests and documentation inside of it.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let handed_out = a & 0xe000 == 0x2000;
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a & 0xfff0 == 0x3ff0;
    handed_out && !special
}

/// Looks names up and gives away only addresses that may be called.
pub(super) struct Checked {
    reach: Reach,
}

impl Checked {
    pub(super) const fn new(reach: Reach) -> Self {
        Self { reach }
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(checked(reach, found)?)
        })
    }
}

/// One address that may not be called spoils them all: who answers so means no good.
fn checked(reach: Reach, found: impl Iterator<Item = SocketAddr>) -> Result<Addrs, Forbidden> {
    let found: Vec<SocketAddr> = found.collect();
    if found.iter().all(|address| reach.allows(address.ip())) {
        Ok(Box::new(found.into_iter()))
    } else {
        Err(Forbidden::Private)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn no_spelling_of_an_inner_address_is_called() {
        let inner = [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "0x7f000001",
            "0.0.0.0",
            "0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.254",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2002:a9fe:a9fe::1]",
            "[2002:c0a8:101::]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[ff02::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[100::1]",
            "[5f00::1]",
        ];
        for host in inner {
            let url = url(&format!("https://{host}/hook"));
            assert_eq!(
                Reach::Public.check_url(&url),
                Err(Forbidden::Private),
                "{host}"
            );
        }
    }

    #[test]
    fn what_is_public_is_called() {
        for host in [
            "93.184.216.34",
            "1.1.1.1",
            "[2606:4700:4700::1111]",
            "[64:ff9b::101:101]",
            "[2002:101:101::1]",
            "crm.example.org",
            "xn--e1afmkfd.xn--p1ai",
        ] {
            let url = url(&format!("https://{host}:8443/hook?token=1"));
            assert_eq!(Reach::Public.check_url(&url), Ok(()), "{host}");
        }
    }

    #[test]
    fn only_https_is_called_and_nothing_that_hides_its_host() {
        for address in [
            "http://crm.example.org/",
            "http://127.0.0.1/",
            "http://localhost:8080/",
            "ftp://crm.example.org/",
            "file:///etc/passwd",
            "gopher://crm.example.org/",
            "https://user@crm.example.org/",
            "https://crm.example.org:x@10.0.0.1/",
        ] {
            if let Ok(url) = Url::parse(address) {
                let checked = Reach::Public.check_url(&url);
                assert!(
                    matches!(checked, Err(Forbidden::Url(_))),
                    "{address}: {checked:?}"
                );
            }
        }
    }

    #[test]
    fn whoever_allows_the_own_network_still_allows_no_metadata_service() {
        for address in [
            "http://127.0.0.1:9/",
            "http://localhost:9/",
            "https://192.168.1.5/",
        ] {
            assert_eq!(Reach::Private.check_url(&url(address)), Ok(()), "{address}");
        }
        for address in [
            "https://169.254.169.254/",
            "https://[fe80::1]/",
            "https://[::ffff:169.254.169.254]/",
        ] {
            assert_eq!(
                Reach::Private.check_url(&url(address)),
                Err(Forbidden::Private),
                "{address}"
            );
        }
        // Without TLS only on this machine.
        assert!(
            Reach::Private
                .check_url(&url("http://192.168.1.5/"))
                .is_err()
        );
    }

    #[test]
    fn a_name_that_also_leads_inside_is_not_called_at_all() {
        let public = SocketAddr::from(([93, 184, 216, 34], 0));
        let inner = SocketAddr::from(([127, 0, 0, 1], 0));
        assert!(checked(Reach::Public, [public].into_iter()).is_ok());
        let mixed = checked(Reach::Public, [public, inner].into_iter());
        assert_eq!(mixed.err(), Some(Forbidden::Private));
    }
}
