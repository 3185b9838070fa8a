//! The program format and the VM that decides. In: program bytes, a call, host values. Out: a decision with its reasons.
//!
//! A host that enforces decisions links this crate alone: it loads a program ([`Pdp::load`]), keeps one [`Vm`] per thread, and asks
//! it about each call ([`Vm::decide`]). The crate's README walks through it.
#![no_std]
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::cast_possible_truncation)
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod decided;
pub mod decision;
pub mod gate;
pub mod number;
pub mod pattern;
pub mod pdp;
pub mod program;
pub mod reply;
pub mod request;
pub mod result;
pub mod scan;
pub mod state;
pub mod trace;
pub mod value;
pub mod views;
pub mod vm;

/// The README's examples are compiled as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

pub use decided::{Approval, Decided, Reason, Usage};
pub use decision::{BuiltIn, Decision};
pub use pdp::{Pdp, Requirements};
pub use program::decode::LoadError;
pub use program::{Digest, Program};
pub use request::{Call, Host, LiveSchema};
pub use vm::{Bound, Vm};
