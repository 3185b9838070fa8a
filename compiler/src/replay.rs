//! Replay of recorded calls. In: a loaded program, and the lines of recordings v1, one after the other. Out: [`Replayed`]: counts per
//! decision and reason, the first calls of each reason, coverage, and what differs from expectations.
//!
//! A policy sees of a recording what a host would show it: principal, context (as `session`), time, server, tool, arguments. Labels and
//! other truth about the session are never read. Nothing is learned from results in this edition, so calls are independent.

pub mod expect;
pub mod line;
pub mod names;
pub mod tally;

use expect::{Expectations, Mismatch, Verdict};
use line::{CallLine, Event, SessionLine, read_line};
use names::Names;
use policyc_runtime::pdp::Pdp;
use policyc_runtime::request::{Call, Host, LiveSchema};
use policyc_runtime::vm::Vm;
use serde::Serialize;
use std::collections::BTreeMap;
use tally::Tally;

/// Broken lines that are kept; more are counted.
const KEPT: usize = 1_000;

/// A replay going on.
#[derive(Debug)]
pub struct Replay<'p> {
    pdp: &'p Pdp,
    vm: Vm,
    names: Names<'p>,
    /// Stands in where a call has no time, UTC milliseconds.
    at: Option<i64>,
    file: String,
    /// The file as expectations name it.
    key: String,
    line: u64,
    sessions: Sessions,
    tally: Tally<'p, CallPlace>,
    broken: Vec<BrokenLine>,
    broken_count: u64,
    expected: Option<Expectations>,
    mismatches: Vec<Mismatch>,
    /// The verdicts made, as lines; if they are wanted.
    blessed: Option<String>,
}

/// What a replay found.
#[derive(Debug)]
pub struct Replayed<'p> {
    /// Counts, first calls and coverage.
    pub tally: Tally<'p, CallPlace>,
    /// Lines that are no events of a recording, the first of them.
    pub broken: Vec<BrokenLine>,
    /// How many there are.
    pub broken_count: u64,
    /// What differs from the expectations.
    pub mismatches: Vec<Mismatch>,
    /// A file of expectations that these decisions meet.
    pub blessed: Option<String>,
}

/// A recorded call, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallPlace {
    /// The recording.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The session's id.
    pub session: String,
    /// The call's number in it.
    pub seq: u64,
    /// The tool as recorded.
    pub tool: String,
    /// What exactly was wrong, where a built-in reason has more to say.
    pub detail: Option<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenLine {
    /// The recording.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

impl<'p> Replay<'p> {
    /// A replay under a program. `at` stands in for missing times; `expected` is compared with; `bless` collects the verdicts.
    #[must_use]
    pub fn new(pdp: &'p Pdp, at: Option<i64>, expected: Option<Expectations>, bless: bool) -> Self {
        Self {
            pdp,
            vm: Vm::new(pdp),
            names: Names::new(pdp.program()),
            at,
            file: String::new(),
            key: String::new(),
            line: 0,
            sessions: Sessions::default(),
            tally: Tally::new(pdp.program()),
            broken: Vec::new(),
            broken_count: 0,
            expected,
            mismatches: Vec::new(),
            blessed: bless.then(String::new),
        }
    }

    /// Begins a file; sessions of earlier ones are forgotten. `name` is the file for people, `key` is what expectations call it: no
    /// two files of a replay have one.
    pub fn file(&mut self, name: &str, key: &str) {
        name.clone_into(&mut self.file);
        key.clone_into(&mut self.key);
        self.line = 0;
        self.sessions = Sessions::default();
    }

    /// Takes the next line, without its line end. A broken one is noted; the following ones still run.
    pub fn line(&mut self, bytes: &[u8]) {
        self.line += 1;
        let done = match read_line(bytes) {
            Ok(Event::Session(session)) => self.sessions.open(&session),
            Ok(Event::Call(call)) => self.call(&call),
            Err(message) => {
                self.sessions.lost += 1;
                Err(message)
            }
        };
        if let Err(message) = done {
            self.broken(message);
        }
    }

    /// Notes a line that could not even be read.
    pub fn broken(&mut self, message: String) {
        self.broken_count += 1;
        if self.broken.len() < KEPT {
            self.broken.push(BrokenLine { file: self.file.clone(), line: self.line, message });
        }
    }

    /// Lines taken of the current file.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.line
    }

    /// The result.
    #[must_use]
    pub fn finish(mut self) -> Replayed<'p> {
        if let Some(expected) = self.expected.take() {
            self.mismatches.extend(expected.missing());
        }
        Replayed {
            tally: self.tally,
            broken: self.broken,
            broken_count: self.broken_count,
            mismatches: self.mismatches,
            blessed: self.blessed,
        }
    }

    fn call(&mut self, line: &CallLine<'_>) -> Result<(), String> {
        let session = self.sessions.next(line)?;
        let (server, tool) = self.names.tool(Some(&line.server), &line.tool);
        let call = Call { server, tool, args: line.args.as_bytes(), schema: LiveSchema::Locked };
        let host = Host {
            principal: session.principal.as_bytes(),
            session: session.context.as_bytes(),
            now_ms: line.time.or(self.at),
        };
        self.tally.begin();
        let decided = self.vm.decide_traced(self.pdp, &call, &host, &mut self.tally);
        let (file, number) = (&self.file, self.line);
        self.tally.add(&decided, || CallPlace {
            file: file.clone(),
            line: number,
            session: line.session.to_string(),
            seq: line.seq,
            tool: format!("{}.{}", line.server, line.tool),
            detail: decided.detail(),
        });
        if self.expected.is_none() && self.blessed.is_none() {
            return Ok(());
        }
        let verdict = Verdict {
            file: (&self.key).into(),
            session: (&*line.session).into(),
            seq: line.seq,
            decision: decided.decision().code().into(),
            reasons: Some(decided.reasons().map(|reason| reason.id().to_owned()).collect()),
        };
        if let Some(expected) = &mut self.expected {
            self.mismatches.extend(expected.check(&verdict, file, number));
        }
        if let Some(blessed) = &mut self.blessed
            && let Ok(text) = serde_json::to_string(&verdict)
        {
            blessed.push_str(&text);
            blessed.push('\n');
        }
        Ok(())
    }
}

/// The sessions of one file.
#[derive(Debug, Default)]
struct Sessions {
    all: Vec<Session>,
    by_id: BTreeMap<Box<str>, usize>,
    /// The session of the last call: mostly that of the next one, too.
    last: usize,
    /// Lines that could not be read. Nobody knows whose calls they were, so each session may have a gap there.
    lost: u64,
}

#[derive(Debug)]
struct Session {
    id: Box<str>,
    principal: Box<str>,
    context: Box<str>,
    next: u64,
    /// How many lost lines the calls so far stand behind.
    lost: u64,
}

impl Sessions {
    fn open(&mut self, line: &SessionLine<'_>) -> Result<(), String> {
        if self.by_id.contains_key(&*line.session) {
            return Err(format!("session `{}` stands in an earlier line, too", line.session));
        }
        self.last = self.all.len();
        self.by_id.insert((&*line.session).into(), self.last);
        self.all.push(Session {
            id: (&*line.session).into(),
            principal: line.principal.into(),
            context: line.context.into(),
            next: 0,
            lost: self.lost,
        });
        Ok(())
    }

    /// The session of a call, which must be its next one.
    fn next(&mut self, line: &CallLine<'_>) -> Result<&Session, String> {
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
