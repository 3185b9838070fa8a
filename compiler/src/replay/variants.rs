//! Trying hostile variants during a replay. In: the calls as they come. Out: verdicts on the variants of each, in the state in which the
//! recorded call is decided.

use super::hostile::{Hostile, Hostility, Place, Verdict, flips, repetition};
use super::line::{CallLine, Event, ResultLine, read_line};
use super::pending::Pending;
use super::player::Player;
use super::sessions::Session;
use super::{Options, Replay};
use policyc_runtime::decision::Decision;
use policyc_runtime::request::{Call, Host, LiveSchema};
use policyc_runtime::state::Memory;
use policyc_runtime::trace::NoTrace;
use std::collections::{BTreeMap, BTreeSet};

/// What is tried, and the lines of the recording that is being read.
#[derive(Debug)]
pub(super) struct Trying {
    pub(super) hostile: Hostile,
    lines: Vec<Box<[u8]>>,
    /// Numbers of lines with a write that is allowed as it is, with its tool.
    writes: BTreeMap<usize, String>,
    approve: bool,
}

impl Trying {
    pub(super) const fn new(hostile: Hostile, approve: bool) -> Self {
        Self { hostile, lines: Vec::new(), writes: BTreeMap::new(), approve }
    }

    /// A line as it came, whatever it is.
    pub(super) fn line(&mut self, bytes: &[u8]) {
        self.lines.push(bytes.into());
    }

    /// A result that the agent has seen.
    pub(super) fn result(&mut self, session: &str, result: Option<&ResultLine<'_>>) {
        if let Some(result) = result {
            self.hostile.result(session, result.structured, &result.text);
        }
    }
}

impl Replay<'_> {
    /// The variants of the call that comes next, before it is admitted.
    pub(super) fn try_variants(&mut self, line: &CallLine<'_>, tool: (&str, &str)) -> Result<(), String> {
        let Some(mut trying) = self.trying.take() else { return Ok(()) };
        let tried = self.tried(&mut trying, line, tool);
        trying.result(&line.session, line.result.as_ref());
        self.trying = Some(trying);
        tried
    }

    fn tried(&mut self, trying: &mut Trying, line: &CallLine<'_>, tool: (&str, &str)) -> Result<(), String> {
        let session = self.sessions.last().ok_or_else(|| "no session".to_owned())?;
        if line.logged.is_none() {
            self.player.begin_turn(session, line.turn).map_err(|error| error.to_string())?;
        }
        self.repeat(trying);
        let session = self.sessions.last().ok_or_else(|| "no session".to_owned())?;
        let now_ms = line.time.or(self.at);
        let base = self.player.probe(session, tool, line.args, now_ms);
        let allowed = base.decision == Decision::Allow && !base.inconclusive;
        let name = format!("{}.{}", line.server, line.tool);
        let hostile = &mut trying.hostile;
        let place = Place {
            file: &self.file,
            line: self.line,
            session: &line.session,
            seq: line.seq,
            tool: &name,
            writes: hostile.writes(line, tool),
        };
        let program = self.player.pdp.program();
        for variant in hostile.variants(line, &session.principal, &self.key, (program, tool), allowed) {
            let verdict = self.player.probe(session, tool, &variant.args, now_ms);
            hostile.add(&variant, &place, verdict);
        }
        if allowed && place.writes && !hostile.has_failed(&self.key, line) {
            hostile.repeat_later(session.handle(), line.seq, self.line, name.clone());
            trying.writes.insert(trying.lines.len().saturating_sub(1), name);
        }
        Ok(())
    }

    /// Tries the calls again whose success has been told.
    fn repeat(&mut self, trying: &mut Trying) {
        for pending in self.player.take_told() {
            let handle = pending.admitted.who().session.to_vec();
            let Some((line, tool)) = trying.hostile.take_repeat(&handle, pending.seq) else { continue };
            let Some(session) = std::str::from_utf8(&handle).ok().and_then(|id| self.sessions.get(id)) else {
                continue;
            };
            let names = (&*pending.server, &*pending.tool);
            let verdict = self.player.probe(session, names, &pending.args, pending.now_ms);
            let id = String::from_utf8_lossy(&handle);
            let place =
                Place { file: &self.file, line, session: &id, seq: pending.seq, tool: &tool, writes: true };
            trying.hostile.add(&repetition(&pending.args), &place, verdict);
        }
    }

    /// The recording is over: its last calls are tried again, and its sessions with other states.
    pub(super) fn end_variants(&mut self) {
        let Some(mut trying) = self.trying.take() else { return };
        if self.player.settle().is_ok() {
            self.repeat(&mut trying);
        }
        self.other_states(&mut trying);
        trying.hostile.file();
        trying.lines.clear();
        trying.writes.clear();
        self.trying = Some(trying);
    }

    /// Plays sessions again in which a result tells of another state.
    fn other_states(&self, trying: &mut Trying) {
        let lines = std::mem::take(&mut trying.lines);
        let mut sessions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, line) in lines.iter().enumerate() {
            let session = match read_line(line) {
                Ok(Event::Session(session)) => session.session.into_owned(),
                Ok(Event::Call(call)) => call.session.into_owned(),
                Ok(Event::Outcome(outcome)) => outcome.session.into_owned(),
                Err(_) => continue,
            };
            sessions.entry(session).or_default().push(index);
        }
        for (session, indexes) in sessions {
            let own: Vec<&[u8]> =
                indexes.iter().filter_map(|index| lines.get(*index)).map(|line| &**line).collect();
            let numbers = indexes.iter().enumerate();
            let writes: BTreeSet<usize> = numbers
                .filter(|(_, index)| trying.writes.contains_key(index))
                .map(|(number, _)| number)
                .collect();
            if writes.is_empty() {
                continue;
            }
            // Alone a session may know less than among others: then its variants say nothing.
            let alone: BTreeSet<usize> = writes
                .into_iter()
                .filter(|write| {
                    self.alone(&own, *write, None, trying.approve)
                        .is_some_and(|verdict| verdict.decision == Decision::Allow && !verdict.inconclusive)
                })
                .collect();
            for flip in flips(&own, &alone, trying.hostile.pool()) {
                let Some(index) = indexes.get(flip.write) else { continue };
                let told = Some((flip.told, &*flip.line));
                let (Some(verdict), Some(tool)) =
                    (self.alone(&own, flip.write, told, trying.approve), trying.writes.get(index))
                else {
                    continue;
                };
                let place = Place {
                    file: &self.file,
                    line: index.saturating_add(1) as u64,
                    session: &session,
                    seq: flip.seq,
                    tool,
                    writes: true,
                };
                trying.hostile.add(&flip.variant(), &place, verdict);
            }
        }
    }

    /// The verdict on the call in line `last` of a session that is played alone, one of its lines being another.
    fn alone(
        &self,
        lines: &[&[u8]],
        last: usize,
        other: Option<(usize, &[u8])>,
        approve: bool,
    ) -> Option<Verdict> {
        let options = Options { at: self.at, bless: true, approve, ..Options::default() };
        let mut replay = Replay::new(self.player.pdp, options);
        for (index, line) in lines.iter().enumerate().take(last + 1) {
            let other = other.filter(|(own, _)| *own == index).map(|(_, line)| line);
            replay.line(other.unwrap_or(line));
        }
        let blessed = replay.finish().blessed?;
        let verdict = serde_json::from_str::<super::expect::Verdict<'_>>(blessed.lines().last()?).ok()?;
        let decision = [Decision::Allow, Decision::Ask, Decision::Deny]
            .into_iter()
            .find(|own| own.code() == verdict.decision);
        Some(Verdict {
            decision: decision.unwrap_or(Decision::Deny),
            inconclusive: decision.is_none(),
            reasons: verdict.reasons.unwrap_or_default(),
        })
    }

    /// What the variants came to.
    pub(super) fn hostility(&mut self) -> Option<Hostility> {
        self.end_variants();
        self.trying.take().map(|trying| trying.hostile.finish())
    }
}

impl Player<'_> {
    /// How a call would be decided now; nothing changes.
    fn probe(
        &mut self,
        session: &Session,
        (server, tool): (&str, &str),
        args: &str,
        now_ms: Option<i64>,
    ) -> Verdict {
        let call = Call { server, tool, args: args.as_bytes(), schema: LiveSchema::Locked };
        let host =
            Host { principal: session.principal.as_bytes(), session: session.context.as_bytes(), now_ms };
        let doubts = self.doubts.grounds(session);
        let memory = Memory { store: &self.store, who: session.who() };
        let decided = self.vm.decide_by(self.pdp, &call, &host, &memory, &mut NoTrace);
        Verdict {
            decision: decided.decision(),
            inconclusive: decided.reads_memory() && doubts.inconclusive,
            reasons: decided.reasons().map(|reason| reason.id().to_owned()).collect(),
        }
    }

    /// Calls whose success was told since the last time.
    fn take_told(&mut self) -> Vec<Pending> {
        self.told.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
