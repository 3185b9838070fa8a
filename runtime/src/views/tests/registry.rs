//! The table itself: numbers that stand in program files.

use crate::views::table::{MemberType, TESTS, Takes, VIEWS, view_named};
use crate::views::{OperandError, RootError, TestId, ViewId, check_operand};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Every id and member index. A line may be added here, never changed or removed: programs in use refer to them.
const GOLDEN: &str = "\
1 email: 0 local, 1 domain, 2 address
2 emails: 0 (itself)
3 url: 0 scheme, 1 host, 2 port, 3 path, 4 query, 5 userinfo
4 urls: 0 (itself)
5 path: 0 absolute, 1 clean, 2 dir, 3 name, 4 ext
6 ip: 0 version, 1 address, 2 loopback, 3 private, 4 link_local, 5 public
7 iban: 0 country, 1 electronic
8 card: 0 digits, 1 last4, 2 brand
9 script: 0 mixed, 1 hidden, 2 ascii
10 lines: 0 (itself)
11 words: 0 (itself)
12 number: 0 (itself)
13 date: 0 (itself)
14 time: 0 (itself)
15 sql: 0 read_only, 1 kinds, 2 tables, 3 columns, 4 star
16 shell: 0 commands
test 1 path(s) under \"/root\"
test 2 ip(s) in cidr \"10.0.0.0/8\"
test 3 mentions(text, value)
";

#[test]
fn numbers_are_for_ever() {
    let mut listing = String::new();
    for view in VIEWS {
        let members: Vec<String> = view
            .members
            .iter()
            .enumerate()
            .map(|(index, member)| {
                format!("{index} {}", if member.name.is_empty() { "(itself)" } else { member.name })
            })
            .collect();
        listing += &format!("{} {}: {}\n", view.id as u16, view.name, members.join(", "));
    }
    for test in TESTS {
        listing += &format!("test {} {}\n", test.id as u16, test.form);
    }
    assert_eq!(listing, GOLDEN);
}

#[test]
fn rows_are_found_by_number_and_name() {
    for view in VIEWS {
        assert_eq!(ViewId::from_number(view.id as u16), Some(view.id));
        assert_eq!(view.id.spec(), Some(view));
        assert_eq!(view_named(view.name), Some(view));
        assert!(view.members.len() <= 32, "a mask has 32 bits");
        assert!(!view.doc.is_empty() && view.members.iter().all(|member| !member.doc.is_empty()));
        assert!(matches!(view.takes, Takes::Nothing) || view.members.len() < 32);
    }
    for test in TESTS {
        assert_eq!(TestId::from_number(test.id as u16), Some(test.id));
    }
    for number in [0, 999, u16::MAX] {
        assert_eq!(ViewId::from_number(number), None);
        assert_eq!(TestId::from_number(number), None);
    }
    assert_eq!(view_named("Email"), None);
}

#[test]
fn whole_views_have_one_nameless_member() {
    for view in VIEWS {
        let nameless = view.members.iter().filter(|member| member.name.is_empty()).count();
        assert!(nameless == 0 || view.members.len() == 1, "{}", view.name);
        assert!(
            nameless == 1 || !view.members.iter().all(|m| matches!(m.ty, MemberType::Strings)),
            "{}",
            view.name
        );
    }
}

#[test]
fn operands_are_checked_by_their_test() {
    assert_eq!(check_operand(TestId::PathUnder, "/srv"), Ok(()));
    assert_eq!(check_operand(TestId::PathUnder, "srv"), Err(OperandError::Root(RootError::Relative)));
    assert!(check_operand(TestId::IpInCidr, "10.0.0.0/8").is_ok());
    assert!(check_operand(TestId::IpInCidr, "10.0.0.0").is_err());
    assert_eq!(check_operand(TestId::Mentions, ""), Ok(()));
}
