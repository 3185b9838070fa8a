//! `ip(s)`. In: text, or the host of a URL. Out: an IPv4 or IPv6 address and where it belongs.
//!
//! An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`) is that IPv4 address: otherwise a block list has a back door.
//! Abbreviated, octal and hexadecimal IPv4 spellings are not read: software disagrees about them.

use alloc::string::String;
use core::fmt::Write as _;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ipnet::IpNet;

/// One address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ip {
    /// The address, IPv4 wherever it is one.
    pub address: IpAddr,
}

/// Why a block cannot be used with `in cidr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CidrError {
    /// Not `address/length`.
    Syntax,
    /// The address has bits set beyond the length (`10.0.0.1/8`).
    HostBits,
    /// An IPv4-mapped block (`::ffff:10.0.0.0/104`): the IPv4 block must be named.
    Mapped,
}

/// Reads one address, in brackets if it is IPv6 and stands in a URL.
#[must_use]
pub fn ip(text: &str) -> Option<Ip> {
    let address = match text.strip_prefix('[') {
        Some(inner) => IpAddr::V6(inner.strip_suffix(']')?.parse().ok()?),
        None => text.parse().ok()?,
    };
    Some(Ip { address: address.to_canonical() })
}

/// Checks a block that a policy names.
///
/// # Errors
/// What is wrong with it.
pub fn check_cidr(block: &str) -> Result<(), CidrError> {
    let net: IpNet = block.parse().map_err(|_| CidrError::Syntax)?;
    if net != net.trunc() {
        return Err(CidrError::HostBits);
    }
    match net {
        IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some() && v6.prefix_len() >= 96 => {
            Err(CidrError::Mapped)
        }
        IpNet::V4(_) | IpNet::V6(_) => Ok(()),
    }
}

/// The address lies in the block. `None` (unknown) if the text is no address or the block is none by [`check_cidr`].
#[must_use]
pub fn in_cidr(text: &str, block: &str) -> Option<bool> {
    let ip = ip(text)?;
    let net: IpNet = block.parse().ok()?;
    Some(net.contains(&ip.address))
}

/// Blocks that are not reachable over the internet or lead elsewhere than they seem to: IANA's special-purpose registries
/// (RFC 6890 and its updates), multicast included; of IPv6, all that is not global unicast (2000::/3) is out anyway.
const SPECIAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The same within 2000::/3: protocol assignments with Teredo, benchmarking and ORCHID; documentation; 6to4; AS112.
const SPECIAL_V6: [(Ipv6Addr, u32); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

impl Ip {
    /// 4 or 6.
    #[must_use]
    pub const fn version(self) -> i64 {
        if self.address.is_ipv4() { 4 } else { 6 }
    }

    /// The computer itself: 127.0.0.0/8, ::1.
    #[must_use]
    pub const fn loopback(self) -> bool {
        self.address.is_loopback()
    }

    /// A private network: RFC 1918, RFC 6598 (carrier-grade NAT), RFC 4193.
    #[must_use]
    pub fn private(self) -> bool {
        match self.address {
            IpAddr::V4(v4) => v4.is_private() || in_v4(v4, Ipv4Addr::new(100, 64, 0, 0), 10),
            IpAddr::V6(v6) => v6.is_unique_local(),
        }
    }

    /// Link-local: 169.254.0.0/16 (cloud metadata services live there), fe80::/10.
    #[must_use]
    pub const fn link_local(self) -> bool {
        match self.address {
            IpAddr::V4(v4) => v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unicast_link_local(),
        }
    }

    /// An ordinary address of the public internet: in none of IANA's special-purpose blocks, no multicast.
    #[must_use]
    pub fn public(self) -> bool {
        match self.address {
            IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|(first, length)| in_v4(v4, *first, *length)),
            IpAddr::V6(v6) => {
                in_v6(v6, Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)
                    && !SPECIAL_V6.iter().any(|(first, length)| in_v6(v6, *first, *length))
            }
        }
    }

    /// The canonical text: dotted IPv4, or IPv6 as in RFC 5952 without brackets.
    pub fn canonical(self, out: &mut String) -> &str {
        out.clear();
        // Writing to a string cannot fail.
        write!(out, "{}", self.address).map_or("", |()| out)
    }
}

fn in_v4(address: Ipv4Addr, first: Ipv4Addr, length: u32) -> bool {
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= length
}

fn in_v6(address: Ipv6Addr, first: Ipv6Addr, length: u32) -> bool {
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= length
}
