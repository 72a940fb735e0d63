//! Which addresses are public, private, or never to be asked. From IANA's registries of special-purpose addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cairn_model::hosts::Reach;
use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), bits)
}

/// Of private networks: RFC 1918, and of carriers (RFC 6598).
const PRIVATE_V4: [Ipv4Net; 4] =
    [v4(10, 0, 0, 0, 8), v4(172, 16, 0, 0, 12), v4(192, 168, 0, 0, 16), v4(100, 64, 0, 0, 10)];
/// Of private networks: RFC 4193.
const PRIVATE_V6: Ipv6Net = v6(0xfc00, 0, 7);

/// Where clouds tell their machines' secrets, within private or public networks: Alibaba, Azure.
const SECRETS_V4: [Ipv4Net; 2] = [v4(100, 100, 100, 200, 32), v4(168, 63, 129, 16, 32)];
/// The same of AWS: its network for services of machines.
const SECRETS_V6: Ipv6Net = v6(0xfd00, 0x0ec2, 32);

/// What is neither public nor private: this network, link-local, for protocols, documentation and benchmarks, 6to4,
/// multicast, reserved.
const SPECIAL_V4: [Ipv4Net; 10] = [
    v4(0, 0, 0, 0, 8),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 3),
];

/// All that is public; what maps or embeds addresses of version 4 lies beside it.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);
/// What is special within it: protocols with Teredo, documentation, 6to4.
const SPECIAL_V6: [Ipv6Net; 4] =
    [v6(0x2001, 0, 23), v6(0x2001, 0x0db8, 32), v6(0x2002, 0, 16), v6(0x3fff, 0, 20)];

/// Whether a host that may be so near may have this address.
pub(super) fn may_be(reach: Reach, address: IpAddr) -> bool {
    let nearest = match address {
        IpAddr::V4(address) => nearest_v4(address),
        IpAddr::V6(address) => nearest_v6(&address),
    };
    nearest.is_some_and(|nearest| nearest <= reach)
}

fn nearest_v4(address: Ipv4Addr) -> Option<Reach> {
    let within = |nets: &[Ipv4Net]| nets.iter().any(|net| net.contains(&address));
    if address.is_loopback() {
        return Some(Reach::Loopback);
    }
    if within(&SPECIAL_V4) || within(&SECRETS_V4) {
        return None;
    }
    Some(if within(&PRIVATE_V4) { Reach::Private } else { Reach::Public })
}

fn nearest_v6(address: &Ipv6Addr) -> Option<Reach> {
    if address.is_loopback() {
        return Some(Reach::Loopback);
    }
    if SECRETS_V6.contains(address) {
        return None;
    }
    if PRIVATE_V6.contains(address) {
        return Some(Reach::Private);
    }
    let special = SPECIAL_V6.iter().any(|net| net.contains(address));
    (GLOBAL_V6.contains(address) && !special).then_some(Reach::Public)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(address: &str) -> Option<Reach> {
        let address: IpAddr = address.parse().unwrap();
        [Reach::Public, Reach::Private, Reach::Loopback].into_iter().find(|reach| may_be(*reach, address))
    }

    #[test]
    fn addresses_are_as_near_as_their_networks() {
        for (expected, addresses) in [
            (
                Some(Reach::Public),
                "1.1.1.1 8.8.8.8 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1 2001:200::1",
            ),
            (
                Some(Reach::Private),
                "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 fc00::1 fd12::1",
            ),
            (Some(Reach::Loopback), "127.0.0.1 127.255.0.1 ::1"),
            (
                None,
                "0.0.0.0 0.1.2.3 169.254.169.254 169.254.170.2 169.254.100.1 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 \
                 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 100.100.100.200 168.63.129.16 \
                 :: ::ffff:8.8.8.8 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::8.8.8.8 64:ff9b::a00:1 \
                 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:a00:1::1 3fff::1 5f00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1",
            ),
        ] {
            for address in addresses.split_whitespace() {
                assert_eq!(nearest(address), expected, "{address}");
            }
        }
    }
}
