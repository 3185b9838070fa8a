//! `email`, `emails`, `ip`, `iban`, `card`.

use super::{check, check_absent, show};
use crate::views::{CidrError, Param, Wanted, check_cidr, in_cidr};

#[test]
fn one_address_has_a_local_part_and_a_domain() {
    check(
        "email",
        &[
            ("ann@corp.com", "local=ann domain=corp.com address=ann@corp.com"),
            ("Ann.Lee+x@CORP.com", "local=Ann.Lee+x domain=corp.com address=Ann.Lee+x@corp.com"),
            ("x@corp.com.evil.io", "local=x domain=corp.com.evil.io address=x@corp.com.evil.io"),
            ("o'brien@sub.corp.co.uk", "local=o'brien domain=sub.corp.co.uk address=o'brien@sub.corp.co.uk"),
            ("a@localhost", "local=a domain=localhost address=a@localhost"),
            ("a@bücher.de", "local=a domain=xn--bcher-kva.de address=a@xn--bcher-kva.de"),
            ("a@BÜCHER.de", "local=a domain=xn--bcher-kva.de address=a@xn--bcher-kva.de"),
            ("a@XN--bcher-kva.de", "local=a domain=xn--bcher-kva.de address=a@xn--bcher-kva.de"),
            // A Cyrillic а: legal, and not example.com.
            ("a@exаmple.com", "local=a domain=xn--exmple-4nf.com address=a@xn--exmple-4nf.com"),
            ("{}|~#$&'*+-/?=^_`@b.c", "local={}|~#$&'*+-/?=^_` domain=b.c address={}|~#$&'*+-/?=^_`@b.c"),
        ],
    );
}

#[test]
fn what_mail_software_disagrees_about_is_no_address() {
    check_absent(
        "email",
        &[
            "",
            "@",
            "a@",
            "@b.com",
            "ann",
            "a@b@c",
            "ann@corp.com@evil.io",
            "\"a\"@b.com",
            "\"a@corp.com\"@evil.io",
            "Name <a@b.com>",
            "<a@b.com>",
            "a@b.com,c@d.com",
            "a@b.com;c@d.com",
            "a@b.com c@d.com",
            "a(comment)@b.com",
            "a@(comment)b.com",
            " a@b.com",
            "a@b.com ",
            "a@b.com\n",
            "a@b.com\r\nBcc: x@evil.io",
            "a\0@b.com",
            "a@b.com\0",
            "mailto:a@b.com",
            ".a@b.com",
            "a.@b.com",
            "a..b@c.com",
            "a@b.com.",
            "a@.b.com",
            "a@b..com",
            "a@-b.com",
            "a@b-.com",
            "a@b_c.com",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "a@0x7f.1",
            "a@b.0x7f",
            "a@2130706433",
            "eve%evil.io@corp.com",
            "evil.io!eve@corp.com",
            "=?utf-8?q?eve?=@corp.com",
            "ä@b.com",
            "a@b\u{AD}.com",
            "a@ｂ.com",
            "a@b。com",
            "a@b．com",
            "a@corp.com\u{202E}",
            "a@xn--a.com",
            "a@xn--.com",
            "a@b%2ecom",
            "a＠b.com",
            "a@b.com/x",
        ],
    );
}

#[test]
fn lengths_are_those_of_the_standards() {
    let local = |n: usize| alloc::format!("{}@b.com", "a".repeat(n));
    let label = |n: usize| alloc::format!("a@{}.com", "b".repeat(n));
    let long = |n: usize| alloc::format!("a@{}com", "b.".repeat(n));
    for (text, fits) in [
        (local(64), true),
        (local(65), false),
        (label(63), true),
        (label(64), false),
        (long(124), true),
        (long(125), false),
        (local(100_000), false),
    ] {
        assert_eq!(show("email", &text, Param::None, Wanted::ALL) != "absent", fits, "{} bytes", text.len());
    }
}

#[test]
fn a_list_of_addresses_is_whole_or_absent() {
    check(
        "emails",
        &[
            ("a@b.com", "[a@b.com]"),
            ("a@b.com,c@d.com", "[a@b.com|c@d.com]"),
            ("  a@b.com ,\tC@D.com ", "[a@b.com|C@D.com]"),
        ],
    );
    check_absent(
        "emails",
        &[
            "",
            " ",
            ",",
            "a@b.com,",
            ",a@b.com",
            "a@b.com;c@d.com",
            "a@b.com,Name <c@d.com>",
            "a@b.com\n,c@d.com",
            "a@b.com,nobody",
        ],
    );
}

#[test]
fn only_wanted_members_are_sent() {
    assert_eq!(show("email", "a@B.com", Param::None, Wanted::only(1)), "domain=b.com");
    assert_eq!(show("email", "a@B.com", Param::None, Wanted(0)), "");
    assert_eq!(show("emails", "a@B.com", Param::None, Wanted(0)), "");
}

#[test]
fn addresses_of_computers() {
    let v4 = |address: &str, of: [bool; 4]| {
        let [loopback, private, link_local, public] = of;
        alloc::format!(
            "version=4 address={address} loopback={loopback} private={private} link_local={link_local} public={public}"
        )
    };
    for (input, address, of) in [
        ("8.8.8.8", "8.8.8.8", [false, false, false, true]),
        ("127.0.0.1", "127.0.0.1", [true, false, false, false]),
        ("10.1.2.3", "10.1.2.3", [false, true, false, false]),
        ("100.64.0.1", "100.64.0.1", [false, true, false, false]),
        ("169.254.169.254", "169.254.169.254", [false, false, true, false]),
        ("0.0.0.0", "0.0.0.0", [false; 4]),
        ("224.0.0.1", "224.0.0.1", [false; 4]),
        ("255.255.255.255", "255.255.255.255", [false; 4]),
        ("::ffff:10.0.0.1", "10.0.0.1", [false, true, false, false]),
        ("[::ffff:127.0.0.1]", "127.0.0.1", [true, false, false, false]),
        ("::ffff:a9fe:a9fe", "169.254.169.254", [false, false, true, false]),
    ] {
        assert_eq!(show("ip", input, Param::None, Wanted::ALL), v4(address, of), "{input}");
    }
    let end = "link_local=false public=false";
    check(
        "ip",
        &[
            ("::1", &alloc::format!("version=6 address=::1 loopback=true private=false {end}")),
            ("[FD00::1]", &alloc::format!("version=6 address=fd00::1 loopback=false private=true {end}")),
            (
                "2002:a00:1::",
                &alloc::format!("version=6 address=2002:a00:1:: loopback=false private=false {end}"),
            ),
            (
                "64:ff9b::a00:1",
                &alloc::format!("version=6 address=64:ff9b::a00:1 loopback=false private=false {end}"),
            ),
            (
                "2606:4700::1",
                "version=6 address=2606:4700::1 loopback=false private=false link_local=false public=true",
            ),
            (
                "fe80::1",
                "version=6 address=fe80::1 loopback=false private=false link_local=true public=false",
            ),
        ],
    );
    check_absent(
        "ip",
        &[
            "",
            "1.2.3",
            "127.1",
            "0177.0.0.1",
            "010.0.0.1",
            "0x7f.0.0.1",
            "2130706433",
            "1.2.3.4 ",
            "1.2.3.256",
            "1.2.3.4/8",
            "[1.2.3.4]",
            "[::1",
            "::1]",
            "fe80::1%eth0",
            "::ffff:1.2.3",
            "localhost",
            "1.2.3.4.",
            "１.2.3.4",
        ],
    );
}

#[test]
fn blocks_contain_addresses() {
    for (input, block, expected) in [
        ("10.1.2.3", "10.0.0.0/8", Some(true)),
        ("11.1.2.3", "10.0.0.0/8", Some(false)),
        ("::ffff:10.0.0.1", "10.0.0.0/8", Some(true)),
        ("[::ffff:10.0.0.1]", "10.0.0.0/8", Some(true)),
        ("10.0.0.1", "::/0", Some(false)),
        ("fd00::1", "fc00::/7", Some(true)),
        ("0x0a.0.0.1", "10.0.0.0/8", None),
        ("10.0.0.1", "ten", None),
    ] {
        assert_eq!(in_cidr(input, block), expected, "{input} in cidr {block}");
    }
}

#[test]
fn blocks_of_a_policy_are_checked() {
    for (block, expected) in [
        ("10.0.0.0/8", Ok(())),
        ("0.0.0.0/0", Ok(())),
        ("fc00::/7", Ok(())),
        ("::/0", Ok(())),
        ("10.0.0.1/32", Ok(())),
        ("10.0.0.1/8", Err(CidrError::HostBits)),
        ("10.0.0.0", Err(CidrError::Syntax)),
        ("10.0.0.0/33", Err(CidrError::Syntax)),
        ("10/8", Err(CidrError::Syntax)),
        ("::ffff:10.0.0.0/104", Err(CidrError::Mapped)),
    ] {
        assert_eq!(check_cidr(block), expected, "{block}");
    }
}

#[test]
fn accounts() {
    check(
        "iban",
        &[
            ("DE44500105175407324931", "country=DE electronic=DE44500105175407324931"),
            ("DE44 5001 0517 5407 3249 31", "country=DE electronic=DE44500105175407324931"),
            ("GB82 WEST 1234 5698 7654 32", "country=GB electronic=GB82WEST12345698765432"),
        ],
    );
    check_absent(
        "iban",
        &[
            "",
            "DE",
            "DE44500105175407324932",
            "DE4450010517540732493",
            "DE44500105175407324931 ",
            "de44500105175407324931",
            "DE44-5001-0517-5407-3249-31",
            "XX44500105175407324931",
            "DE44 500105175407324931",
            "DE44 5001 0517 5407 3249 31, GB82 WEST 1234 5698 7654 32",
        ],
    );
}

#[test]
fn cards() {
    check(
        "card",
        &[
            ("4111111111111111", "digits=4111111111111111 last4=1111 brand=visa"),
            ("4111 1111 1111 1111", "digits=4111111111111111 last4=1111 brand=visa"),
            ("5555-5555-5555-4444", "digits=5555555555554444 last4=4444 brand=mastercard"),
            ("2223003122003222", "digits=2223003122003222 last4=3222 brand=mastercard"),
            ("378282246310005", "digits=378282246310005 last4=0005 brand=amex"),
            ("6011111111111117", "digits=6011111111111117 last4=1117 brand=discover"),
            ("3530111333300000", "digits=3530111333300000 last4=0000 brand=jcb"),
            ("30569309025904", "digits=30569309025904 last4=5904 brand=diners"),
            ("6200000000000005", "digits=6200000000000005 last4=0005 brand=unionpay"),
            ("0000 0000 0000 0018", "digits=0000000000000018 last4=0018 brand=other"),
        ],
    );
    check_absent(
        "card",
        &[
            "",
            "4111111111111112",
            "4111  1111 1111 1111",
            "4111 1111-1111 1111",
            " 4111111111111111",
            "4111111111111111-",
            "0000000000000000",
            "42",
            "41111111111111111111",
            "４111111111111111",
            "4111.1111.1111.1111",
        ],
    );
}
