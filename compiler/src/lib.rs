//! AST to typed tree to IR to program, and everything said about policies.
pub mod ty;
pub mod typed;
