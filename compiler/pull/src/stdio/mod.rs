//! The stdio transport: one JSON-RPC message per line, to and from a program that this room starts and ends.

mod process;
mod start;
mod tail;

pub(crate) use process::Process;
pub(crate) use start::start;
