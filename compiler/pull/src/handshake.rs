//! Finding out which of the two protocols a server speaks, and agreeing on a version.
//!
//! MCP 2026-07-28 has no handshake: `server/discover` is a request like any other. Up to 2025-11-25 a session begins
//! with `initialize`. The newer question is asked first, because a server that speaks both (Python's mcp 2) takes the
//! era from the first request. A server that refuses it, or is silent for a while, is asked to `initialize` on the
//! same connection; whichever is answered first decides. If the connection does not survive that (an old SDK may end
//! itself on an unexpected first message), the caller starts over with `Plan::InitializeOnly`.

use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

use crate::error::Fault;
use crate::pulled::Era;
use crate::session::{Refusal, Reply, Session};
use crate::text::clean;

/// The version of the stateless era.
pub(crate) const STATELESS: &str = "2026-07-28";
/// The versions with `initialize`, newest first; the first is the one asked for.
const WITH_INITIALIZE: [&str; 5] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"];
/// How long a silent server is given before it is asked to `initialize` as well.
const HEDGE: Duration = Duration::from_secs(5);

/// What to ask first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    DiscoverFirst,
    InitializeOnly,
}

/// What was agreed on.
#[derive(Debug)]
pub(crate) struct Agreed {
    pub(crate) era: Era,
    pub(crate) version: String,
    pub(crate) server_info: Value,
    /// The server declares a `tools` capability.
    pub(crate) has_tools: bool,
    /// The server says it announces changes of its list.
    pub(crate) announces_changes: bool,
}

/// The `params` of every request of the stateless era, and of `tools/list` in either.
pub(crate) fn params(session: &Session<'_>, era: Era) -> Value {
    match era {
        Era::Initialize => json!({}),
        Era::Stateless => json!({"_meta": {
            "io.modelcontextprotocol/protocolVersion": STATELESS,
            "io.modelcontextprotocol/clientCapabilities": session.options.capabilities.to_json(),
            "io.modelcontextprotocol/clientInfo": client_info(),
        }}),
    }
}

fn client_info() -> Value {
    json!({"name": "policyc", "version": env!("CARGO_PKG_VERSION")})
}

/// Agrees on a protocol with the server.
pub(crate) async fn agree(session: &mut Session<'_>, plan: Plan) -> Result<Agreed, Fault> {
    let mut discover = None;
    let mut initialize = None;
    if plan == Plan::DiscoverFirst {
        let params = params(session, Era::Stateless);
        discover = Some(session.request("server/discover", Some(STATELESS), &params).await);
    } else {
        initialize = Some(ask_initialize(session).await);
    }
    let hedge = Instant::now() + HEDGE.min(session.options.timeout / 3);
    loop {
        let deadline = initialize.is_none().then_some(hedge);
        let Some(Reply { id, outcome }) = session.next_reply(deadline).await? else {
            initialize = Some(ask_initialize(session).await);
            continue;
        };
        if Some(id) == initialize {
            return match outcome {
                Ok(result) => initialized(session, &result).await,
                Err(refusal) => Err(session.refused("initialize", refusal)),
            };
        }
        if Some(id) != discover {
            continue;
        }
        match outcome {
            Ok(result) => {
                if let Some(agreed) = discovered(session, &result)? {
                    return Ok(agreed);
                }
            }
            Err(Refusal::Fault(fault)) if fault.is_final() => return Err(fault),
            Err(refusal) => note_refusal(session, refusal),
        }
        if initialize.is_none() {
            initialize = Some(ask_initialize(session).await);
        }
    }
}

async fn ask_initialize(session: &mut Session<'_>) -> u64 {
    let params = json!({
        "protocolVersion": WITH_INITIALIZE[0],
        "capabilities": session.options.capabilities.to_json(),
        "clientInfo": client_info(),
    });
    session.request("initialize", None, &params).await
}

/// A version error says which versions would do: worth knowing when `initialize` then fails, too.
fn note_refusal(session: &mut Session<'_>, refusal: Refusal) {
    if let Refusal::Rpc(error) = refusal
        && !error.supported.is_empty()
    {
        let versions = clean(&error.supported.join(", "), 200);
        let note = format!("the server says it supports protocol version {versions}");
        session.notes.others.push(note);
    }
}

/// `None`: the server knows the question, but speaks only versions with `initialize`.
fn discovered(session: &Session<'_>, result: &str) -> Result<Option<Agreed>, Fault> {
    const METHOD: &str = "server/discover";
    let result: Value =
        serde_json::from_str(result).map_err(|error| session.bad_answer(METHOD, error.to_string()))?;
    let versions: Vec<&str> = result
        .get("supportedVersions")
        .and_then(Value::as_array)
        .ok_or_else(|| session.bad_answer(METHOD, "it has no array `supportedVersions`"))?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    if versions.contains(&STATELESS) {
        let server_info = result.pointer("/_meta/io.modelcontextprotocol~1serverInfo");
        return Ok(Some(agreed(Era::Stateless, STATELESS, server_info, &result)));
    }
    if versions.iter().any(|version| WITH_INITIALIZE.contains(version)) {
        return Ok(None);
    }
    Err(unknown_version(session, &versions.join(", ")))
}

/// Completes the older handshake.
async fn initialized(session: &mut Session<'_>, result: &str) -> Result<Agreed, Fault> {
    const METHOD: &str = "initialize";
    let result: Value =
        serde_json::from_str(result).map_err(|error| session.bad_answer(METHOD, error.to_string()))?;
    let version = result
        .get("protocolVersion")
        .and_then(Value::as_str)
        .ok_or_else(|| session.bad_answer(METHOD, "it has no string `protocolVersion`"))?;
    if !WITH_INITIALIZE.contains(&version) {
        return Err(unknown_version(session, version));
    }
    let agreed = agreed(Era::Initialize, version, result.get("serverInfo"), &result);
    session.link.initialized(version).await;
    session.notify("notifications/initialized").await;
    Ok(agreed)
}

fn agreed(era: Era, version: &str, server_info: Option<&Value>, result: &Value) -> Agreed {
    let tools = result.pointer("/capabilities/tools");
    Agreed {
        era,
        version: version.to_owned(),
        server_info: server_info.cloned().unwrap_or_default(),
        has_tools: tools.is_some(),
        announces_changes: tools.and_then(|tools| tools.get("listChanged")) == Some(&Value::Bool(true)),
    }
}

fn unknown_version(session: &Session<'_>, versions: &str) -> Fault {
    Fault::UnknownVersion {
        server: session.server.clone(),
        versions: clean(versions, 200),
        known: format!("{STATELESS}, {}", WITH_INITIALIZE.join(", ")),
    }
}
