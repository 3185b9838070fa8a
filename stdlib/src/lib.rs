//! The standard library, written in the policy language.
