//! Values while a decision runs. In: what the scanner captures and the VM computes. Out: 16-byte slots over buffers that are
//! kept between decisions.
//!
//! A [`Slot`] never owns anything: text is a range of one of the request's inputs or of the store's scratch bytes, a list is a
//! range of the store's elements. A [`Store`] is cleared, not freed, so a decision allocates nothing once the buffers have
//! grown to the size of the requests seen.
//!
//! All text is UTF-8, since it comes from a scanned input, a program's strings or an ASCII table. The accessors return bytes:
//! equality, prefixes, patterns and lengths need no more, and so no text is validated twice.
#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::cast_possible_truncation)
)]

mod slot;
mod store;
mod text;

pub use slot::{List, Slot, Source, Text};
pub use store::{Mark, Store};
pub use text::{Inputs, code_points, weekday};

#[cfg(test)]
mod tests;
