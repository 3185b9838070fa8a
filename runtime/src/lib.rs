//! The program format and the VM that decides. In: program bytes, a call, host values. Out: a decision with its reasons.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod number;
pub mod pattern;
pub mod program;
pub mod scan;
pub mod value;
pub mod views;
mod vm;
