//! AST to typed tree to IR to program, and everything said about policies.
pub mod author;
pub mod build;
pub mod builtins;
mod check;
pub mod db;
pub mod diagnostics;
pub mod doc;
pub mod emit;
pub mod explain;
pub mod files;
pub mod init;
pub mod ir;
pub mod json;
pub mod lock;
pub mod mutate;
pub mod record;
pub mod replay;
pub mod report;
mod resolve;
pub mod schema;
pub mod testing;
pub mod ty;
pub mod typed;

pub use db::Compiler;
pub use files::Files;
pub use report::Report;
