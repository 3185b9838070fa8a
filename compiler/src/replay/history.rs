//! What happened before one call, for `eval` and `explain`. In: a recording. Out: the memory that its calls leave behind, whose it is, and
//! which results taught nothing.
//!
//! Calls that ask are taken as approved: they ran. The session of the last line is the one that goes on.

use super::line::{Event, read_line};
use super::names::Names;
use super::player::Player;
use super::sessions::Sessions;
use policyc_runtime::pdp::Pdp;
use policyc_runtime::state::{Memory, Who};

/// What happened before a call.
#[derive(Debug)]
pub struct History {
    store: policyc_store::Memory,
    principal: Box<str>,
    context: Box<str>,
    principal_handle: Box<[u8]>,
    session: Box<[u8]>,
    /// Results that taught nothing, one line each.
    pub unfit: Vec<String>,
}

impl History {
    /// Nothing happened.
    #[must_use]
    pub fn none() -> Self {
        Self {
            store: policyc_store::Memory::new(),
            principal: "{}".into(),
            context: "{}".into(),
            principal_handle: b"principal".as_slice().into(),
            session: b"session".as_slice().into(),
            unfit: Vec::new(),
        }
    }

    /// What a recording leaves behind. `at` stands in where a call has no time.
    ///
    /// # Errors
    /// The line that cannot be read, from 1, and why.
    pub fn of(pdp: &Pdp, recording: &[u8], at: Option<i64>) -> Result<Self, (usize, String)> {
        let names = Names::new(pdp.program());
        let (mut player, mut sessions) = (Player::new(pdp, true), Sessions::default());
        for (line, number) in recording.split(|byte| *byte == b'\n').zip(1..) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let broken = |message| (number, message);
            match read_line(line).map_err(broken)? {
                Event::Session(session) => sessions.open(&session).map_err(broken)?,
                Event::Call(call) => {
                    let session = sessions.next(&call).map_err(broken)?;
                    let name = names.tool(Some(&call.server), &call.tool);
                    let now_ms = call.time.or(at);
                    let played = player.call(session, &call, name, now_ms, &mut |_| {}, |_, _, _| ());
                    played.map_err(|error| broken(error.to_string()))?;
                }
                Event::Outcome(outcome) => {
                    let unopened = || format!("no line before this one opens session `{}`", outcome.session);
                    let session = sessions.get(&outcome.session).ok_or_else(unopened).map_err(broken)?;
                    player.outcome(session, &outcome, outcome.time.or(at)).map_err(broken)?;
                }
            }
        }
        let (store, unfit) = player.finish().map_err(|error| (0, error.to_string()))?;
        let none = Self::none();
        Ok(match sessions.last() {
            None => Self { store, unfit, ..none },
            Some(session) => Self {
                store,
                unfit,
                principal: session.principal.clone(),
                context: session.context.clone(),
                principal_handle: session.principal_handle.as_bytes().into(),
                session: session.handle().into(),
            },
        })
    }

    /// Who acted in the session that goes on: a JSON object.
    #[must_use]
    pub const fn principal(&self) -> &str {
        &self.principal
    }

    /// What the host knew of it: a JSON object.
    #[must_use]
    pub const fn context(&self) -> &str {
        &self.context
    }

    /// What is remembered.
    #[must_use]
    pub fn memory(&self) -> Memory<'_> {
        let who = Who { principal: &self.principal_handle, session: &self.session };
        Memory { store: &self.store, who }
    }
}
