//! Listings: one is pinned whole, and every program has one.

use super::asm::assemble;
use super::{SAMPLE, random};
use policyc_runtime::program::Cost;
use policyc_runtime::program::instr::Op;
use proptest::prelude::*;

#[test]
fn a_listing_is_pinned() {
    insta::assert_snapshot!(assemble(SAMPLE).listing());
}

#[test]
fn costs_read_as_polynomials() {
    assert_eq!(Cost { constant: 12, linear: 3, quadratic: 1, cubic: 0 }.to_string(), "12 + 3·n + n²");
    assert_eq!(Cost::default().to_string(), "0");
}

proptest! {
    #[test]
    fn whatever_it_is_it_can_be_listed(seed in any::<u64>()) {
        let program = random::program(seed);
        let listing = program.listing();
        prop_assert_eq!(&listing, &program.listing());
        for instr in &program.code {
            prop_assert!(listing.contains(instr.op.name()));
        }
        prop_assert!(Op::ALL.iter().all(|op| Op::from_code(op.code()) == Some(*op)));
    }
}
