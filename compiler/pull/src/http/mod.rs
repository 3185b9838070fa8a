//! The Streamable HTTP transport: every message of ours is a POST, whose answer is JSON or a stream of events.

mod body;
mod client;
mod events;
mod exchange;
mod fault;
mod link;

pub(crate) use client::shown;
pub(crate) use link::HttpLink;
