//! The sessions of a recording. In: its lines in order. Out: the session that each call belongs to, or why it belongs to none.

use super::line::{CallLine, SessionLine};
use policyc_runtime::state::Who;
use std::collections::BTreeMap;

/// The sessions of one file.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    all: Vec<Session>,
    by_id: BTreeMap<Box<str>, usize>,
    /// The session of the last call: mostly that of the next one, too.
    last: usize,
    /// Lines that could not be read. Nobody knows whose calls they were, so each session may have a gap there.
    pub(super) lost: u64,
}

/// A session, and how far its calls have come.
#[derive(Debug)]
pub(super) struct Session {
    id: Box<str>,
    /// Who acts: a JSON object.
    pub(super) principal: Box<str>,
    /// What the host knows: a JSON object.
    pub(super) context: Box<str>,
    /// The handle of the principal.
    pub(super) principal_handle: Box<str>,
    next: u64,
    /// How many lost lines the calls so far stand behind.
    lost: u64,
}

impl Sessions {
    pub(super) fn open(&mut self, line: &SessionLine<'_>) -> Result<(), String> {
        if self.by_id.contains_key(&*line.session) {
            return Err(format!("session `{}` stands in an earlier line, too", line.session));
        }
        self.last = self.all.len();
        self.by_id.insert((&*line.session).into(), self.last);
        self.all.push(Session {
            id: (&*line.session).into(),
            principal: line.principal.into(),
            principal_handle: handle(line).into(),
            context: line.context.into(),
            next: 0,
            lost: self.lost,
        });
        Ok(())
    }

    /// The session of the last line.
    pub(super) fn last(&self) -> Option<&Session> {
        self.all.get(self.last)
    }

    /// A session by its id.
    pub(super) fn get(&self, id: &str) -> Option<&Session> {
        self.all.get(*self.by_id.get(id)?)
    }

    /// The session of a call, which must be its next one.
    pub(super) fn next(&mut self, line: &CallLine<'_>) -> Result<&mut Session, String> {
        if self.all.get(self.last).is_none_or(|session| *session.id != *line.session) {
            self.last = *self
                .by_id
                .get(&*line.session)
                .ok_or_else(|| format!("no line before this one opens session `{}`", line.session))?;
        }
        let session = self.all.get_mut(self.last).ok_or_else(|| "no session".to_owned())?;
        let expected = session.next;
        let excused = self.lost > std::mem::replace(&mut session.lost, self.lost);
        // After a gap the numbers go on from there; they never go back, so no number is decided twice.
        session.next = expected.max(line.seq.saturating_add(1));
        if expected == line.seq || (excused && expected < line.seq) {
            Ok(session)
        } else {
            Err(format!("`seq` is {}; the next call of session `{}` is {expected}", line.seq, line.session))
        }
    }
}

impl Session {
    /// The handle of the session.
    pub(super) const fn handle(&self) -> &[u8] {
        self.id.as_bytes()
    }

    /// Whose memory its calls read.
    pub(super) const fn who(&self) -> Who<'_> {
        Who { principal: self.principal_handle.as_bytes(), session: self.handle() }
    }
}

/// The same principal has the same memory. One that is not known is nobody else.
fn handle(line: &SessionLine<'_>) -> String {
    match serde_json::from_str::<serde_json::Value>(line.principal) {
        Ok(principal) if principal.as_object().is_some_and(|object| !object.is_empty()) => {
            principal.to_string()
        }
        _ => format!("session {}", line.session),
    }
}
