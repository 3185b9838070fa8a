//! Replay of recorded calls. In: a loaded program, and the lines of recordings, one after the other. Out: [`Replayed`]: counts per
//! decision and reason, the first calls of each reason, coverage, what differs from expectations and, in recordings that were made under
//! this very program, from what they say themselves; and what became of recorded attacks, where a recording tells of them.
//!
//! A policy sees of a recording what a host would show it: principal, context (as `session`), time, server, tool, arguments. Labels and
//! other truth about the session are counted beside it, and no policy sees them. A session remembers: what came of a call that the policy admits is learned before the
//! calls of the next turn.

mod change;
mod doubts;
pub mod expect;
pub mod history;
pub mod hostile;
pub mod line;
mod logged;
pub mod names;
mod pending;
mod player;
mod record;
mod sessions;
pub mod tally;
pub mod truth;
mod variants;

use doubts::Grounds;
use expect::{Expectations, Mismatch, Verdict};
use hostile::{Hostile, Hostility, Pool, Readers};
use line::{CallLine, Event, OutcomeLine, read_line};
use names::Names;
use player::{Met, Player};
use policyc_runtime::decided::Decided;
use policyc_runtime::pdp::Pdp;
use record::Recorder;
use serde::Serialize;
use sessions::Sessions;
use tally::Tally;
use truth::{Strictest, Truth};
use variants::Trying;

/// Broken lines that are kept; more are counted.
const KEPT: usize = 1_000;

/// A replay going on.
#[derive(Debug)]
pub struct Replay<'p> {
    player: Player<'p>,
    names: Names<'p>,
    /// Stands in where a call has no time, UTC milliseconds.
    at: Option<i64>,
    file: String,
    /// The file as expectations name it.
    key: String,
    line: u64,
    sessions: Sessions,
    tally: Tally<'p, CallPlace>,
    uncertain: Uncertain,
    truth: truth::Reader,
    /// Hostile variants, if they are wanted.
    trying: Option<Trying>,
    broken: Vec<BrokenLine>,
    broken_count: u64,
    diverged: Vec<BrokenLine>,
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
    /// Verdicts that might be others.
    pub uncertain: Uncertain,
    /// What became of attacks and of honest work; none if no recording tells.
    pub truth: Option<Truth>,
    /// What hostile variants came to; if they were wanted.
    pub hostility: Option<Hostility>,
    /// Lines that are no events of a recording, the first of them.
    pub broken: Vec<BrokenLine>,
    /// How many there are.
    pub broken_count: u64,
    /// What recordings made under this very program say otherwise, the first of it.
    pub diverged: Vec<BrokenLine>,
    /// What differs from the expectations.
    pub mismatches: Vec<Mismatch>,
    /// A file of expectations that these decisions meet.
    pub blessed: Option<String>,
    /// What happened, as a recording v2; if that was wanted.
    pub recorded: Option<Result<String, String>>,
}

/// How a replay is made.
#[derive(Debug, Default)]
pub struct Options {
    /// Stands in where a call has no time, UTC milliseconds.
    pub at: Option<i64>,
    /// Verdicts to compare with.
    pub expected: Option<Expectations>,
    /// Collect the verdicts.
    pub bless: bool,
    /// Calls that ask are taken as approved: they run, and teach.
    pub approve: bool,
    /// Write down what happens, as a recording v2.
    pub record: bool,
    /// Try hostile variants of the calls, made of what these recordings hold.
    pub hostile: Option<(Pool, Readers)>,
}

/// Verdicts that rest on what the recording does not tell for sure (semantics.md 53).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Uncertain {
    /// Made in a session in which this policy did not admit a call that ran, and taught something, when it was recorded.
    pub conditional: u64,
    /// Made in a session in which a result that teaches something is cut or missing.
    pub inconclusive: u64,
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
    /// A replay under a program.
    #[must_use]
    pub fn new(pdp: &'p Pdp, options: Options) -> Self {
        let mut player = Player::new(pdp, options.approve);
        player.recorder = options.record.then(Recorder::default);
        player.told = options.hostile.is_some().then(Vec::new);
        let hostile = options.hostile.map(|(pool, readers)| Hostile::new(pool, readers));
        Self {
            player,
            names: Names::new(pdp.program()),
            at: options.at,
            file: String::new(),
            key: String::new(),
            line: 0,
            sessions: Sessions::default(),
            tally: Tally::new(pdp.program()),
            uncertain: Uncertain::default(),
            truth: truth::Reader::default(),
            trying: hostile.map(|hostile| Trying::new(hostile, options.approve)),
            broken: Vec::new(),
            broken_count: 0,
            diverged: Vec::new(),
            expected: options.expected,
            mismatches: Vec::new(),
            blessed: options.bless.then(String::new),
        }
    }

    /// Begins a file; sessions of earlier ones are forgotten. `name` is the file for people, `key` is what expectations call it: no
    /// two files of a replay have one.
    pub fn file(&mut self, name: &str, key: &str) {
        self.end_variants();
        self.truth.end(&self.file);
        name.clone_into(&mut self.file);
        key.clone_into(&mut self.key);
        self.line = 0;
        self.sessions = Sessions::default();
        self.player.forget();
    }

    /// Takes the next line, without its line end. A broken one is noted; the following ones still run.
    pub fn line(&mut self, bytes: &[u8]) {
        self.line += 1;
        if let Some(trying) = &mut self.trying {
            trying.line(bytes);
        }
        let done = match read_line(bytes) {
            Ok(Event::Session(session)) => self.sessions.open(&session).inspect(|()| {
                self.truth.session(&session, &self.key);
                if let Some(trying) = &mut self.trying {
                    trying.hostile.session(&session.session, session.context);
                }
                if let Some(recorder) = &mut self.player.recorder {
                    recorder.session(&session);
                }
            }),
            Ok(Event::Call(call)) => self.call(&call),
            Ok(Event::Outcome(outcome)) => self.outcome(&outcome),
            Err(message) => {
                self.sessions.lost += 1;
                self.player.lost_line();
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
        let hostility = self.hostility();
        let recorded = self.player.recorded().transpose();
        Replayed {
            hostility,
            recorded,
            diverged: self.diverged,
            tally: self.tally,
            uncertain: self.uncertain,
            truth: self.truth.finish(&self.file),
            broken: self.broken,
            broken_count: self.broken_count,
            mismatches: self.mismatches,
            blessed: self.blessed,
        }
    }

    fn call(&mut self, line: &CallLine<'_>) -> Result<(), String> {
        self.sessions.next(line)?;
        let name = self.names.tool(Some(&line.server), &line.tool);
        self.try_variants(line, name)?;
        let session = self.sessions.last().ok_or_else(|| "no session".to_owned())?;
        let (file, number) = (&self.file, self.line);
        let (uncertain, truth) = (&mut self.uncertain, &mut self.truth);
        self.tally.begin();
        let wanted = self.expected.is_some() || self.blessed.is_some();
        let see = |decided: &Decided<'_>, grounds: Grounds, tally: &mut Tally<'p, CallPlace>| {
            uncertain.conditional += u64::from(grounds.conditional);
            uncertain.inconclusive += u64::from(grounds.inconclusive);
            let now =
                Strictest { decision: decided.decision(), inconclusive: grounds.inconclusive, line: number };
            truth.call(&line.session, line.label, now);
            tally.add(decided, || CallPlace {
                file: file.clone(),
                line: number,
                session: line.session.to_string(),
                seq: line.seq,
                tool: format!("{}.{}", line.server, line.tool),
                detail: decided.detail(),
            });
            let reasons = || decided.reasons().map(|reason| reason.id().to_owned()).collect();
            let inconclusive = (expect::INCONCLUSIVE, None);
            let verdict = || (decided.decision().code(), Some(reasons()));
            wanted.then(|| if grounds.inconclusive { inconclusive } else { verdict() })
        };
        let seen = self.player.call(session, line, name, line.time.or(self.at), &mut self.tally, see);
        let Met { seen, diverges } = seen.map_err(|error| error.to_string())?;
        self.diverges(diverges);
        let Some((decision, reasons)) = seen else { return Ok(()) };
        let verdict = Verdict {
            file: (&self.key).into(),
            session: (&*line.session).into(),
            seq: line.seq,
            decision: decision.into(),
            reasons,
        };
        if let Some(expected) = &mut self.expected {
            self.mismatches.extend(expected.check(&verdict, &self.file, self.line));
        }
        if let Some(blessed) = &mut self.blessed
            && let Ok(text) = serde_json::to_string(&verdict)
        {
            blessed.push_str(&text);
            blessed.push('\n');
        }
        Ok(())
    }

    fn outcome(&mut self, line: &OutcomeLine<'_>) -> Result<(), String> {
        let unopened = || format!("no line before this one opens session `{}`", line.session);
        let session = self.sessions.get(&line.session).ok_or_else(unopened)?;
        let diverges = self.player.outcome(session, line, line.time.or(self.at))?;
        if let Some(trying) = &mut self.trying {
            trying.result(&line.session, line.result.as_ref());
        }
        self.diverges(diverges);
        Ok(())
    }

    /// Notes what the recording says otherwise.
    fn diverges(&mut self, message: Option<String>) {
        if let Some(message) = message.filter(|_| self.diverged.len() < KEPT) {
            self.diverged.push(BrokenLine { file: self.file.clone(), line: self.line, message });
        }
    }
}
