//! AST to typed tree to IR to program, and everything said about policies.
pub mod diagnostics;
pub mod files;
pub mod json;
pub mod report;
pub mod schema;
pub mod ty;
pub mod typed;
