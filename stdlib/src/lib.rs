//! The standard library, written in the policy language. In: nothing. Out: the text of each module.
//!
//! What the language cannot say (typed views) lives in the runtime; these files build on it. Each file ends in its own tests.

/// Every module: its name after `std.`, and its text.
pub const MODULES: &[(&str, &str)] = &[];
