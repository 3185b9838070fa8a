//! AST to typed tree to IR to program, and everything said about policies.
pub mod diagnostics;
pub mod files;
pub mod report;
pub mod ty;
pub mod typed;
