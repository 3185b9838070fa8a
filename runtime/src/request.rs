//! What a host asks. In: the call, from the agent; principal, session and time, from the host and never from the same bytes
//! (semantics.md 32).

use crate::program::Digest;

/// A call of a tool, from the agent. Nothing in it is trusted.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Identity of the server, as the tool lock names it. The host knows it from the connection.
    pub server: &'a str,
    /// The tool's exact name on that server.
    pub tool: &'a str,
    /// The arguments: one JSON object, as the agent sent it.
    pub args: &'a [u8],
    /// How the live definition of the tool compares with the locked one.
    pub schema: LiveSchema,
}

/// What the host knows of the tool's definition as the server lists it at present (semantics.md 51).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveSchema {
    /// The host vouches that it is the locked one: the server is part of the host, for example.
    Locked,
    /// Its digest, as the tool lock computes it, seen on this connection.
    Digest(Digest),
    /// Not seen on this connection: the call is denied.
    Unverified,
}

/// The member of the session's document under which input travels in a later round of a call ([`crate::gate::Gate::resume`]). No policy can
/// name it, and a host has no member of this name.
pub const INPUT_KEY: &str = "\u{1}input";

/// What the host knows. The agent has no influence on it.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    /// Who asks: one JSON object. Members that the policy does not declare are ignored.
    pub principal: &'a [u8],
    /// This conversation: one JSON object. Members that the policy does not declare are ignored.
    pub session: &'a [u8],
    /// UTC milliseconds of the decision. Without it, a policy that reads the time denies (`bad_context`).
    pub now_ms: Option<i64>,
}
