//! Hostile variants of recorded calls. In: recorded calls that a policy allows, and what else recordings hold. Out: how each variant is
//! decided in the state in which the recorded call was, and which of them the policy still allows, with the rules that allow them.
//!
//! A variant changes nothing that is remembered: it is decided, never admitted. What recordings tell of themselves says which calls
//! write; else the tool's locked hints, else its name.

mod operators;
mod pool;
mod seen;
mod shapes;
mod statuses;
#[cfg(test)]
mod tests;

pub use pool::Pool;
pub(super) use statuses::flips;

use super::line::CallLine;
use crate::init::words::{Deed, common, deed};
use crate::report::Report;
use operators::Variant;
use policyc_runtime::decision::Decision;
use policyc_runtime::program::Program;
use seen::Seen;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Allowed variants of writes that are kept, and as many of reads; more are counted.
const KEPT: usize = 1_000;

/// What was done to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An identifier is one that was seen with one other principal only.
    ForeignId,
    /// An argument is left out.
    DroppedArgument,
    /// A number has the other sign.
    Negated,
    /// A number is a thousand times as large.
    Scaled,
    /// A number is written as a text.
    AsString,
    /// A write that succeeded is made again.
    Repeated,
    /// The state of a thing, in an argument or in the result that told of it, is another one.
    ChangedStatus,
    /// An argument is added that the tool does not have.
    UnknownArgument,
    /// A recipient is one that stands in untrusted text only.
    UntrustedValue,
}

impl Kind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::ForeignId,
        Self::DroppedArgument,
        Self::Negated,
        Self::Scaled,
        Self::AsString,
        Self::Repeated,
        Self::ChangedStatus,
        Self::UnknownArgument,
        Self::UntrustedValue,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ForeignId => "foreign-id",
            Self::DroppedArgument => "dropped-argument",
            Self::Negated => "negated",
            Self::Scaled => "scaled",
            Self::AsString => "as-string",
            Self::Repeated => "repeated",
            Self::ChangedStatus => "changed-status",
            Self::UnknownArgument => "unknown-argument",
            Self::UntrustedValue => "untrusted-value",
        }
    }
}

/// What became of variants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Denied.
    pub denied: u64,
    /// A person is asked.
    pub asked: u64,
    /// Allowed.
    pub allowed: u64,
    /// Not allowed, but that rests on a result that is cut or missing.
    pub inconclusive: u64,
}

impl Counts {
    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.denied + self.asked + self.allowed + self.inconclusive
    }

    /// How many are surely not allowed.
    #[must_use]
    pub const fn stopped(&self) -> u64 {
        self.denied + self.asked
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.denied += other.denied;
        self.asked += other.asked;
        self.allowed += other.allowed;
        self.inconclusive += other.inconclusive;
    }
}

/// Variants of one kind, or all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OfKind {
    /// Of calls that write.
    pub writes: Counts,
    /// Of calls that only read.
    pub reads: Counts,
}

/// A variant that the policy allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// What was done.
    pub kind: Kind,
    /// Whether the call writes.
    pub writes: bool,
    /// The recording.
    pub file: String,
    /// The line of the recorded call, from 1.
    pub line: u64,
    /// Its session.
    pub session: String,
    /// Its number in it.
    pub seq: u64,
    /// The tool as recorded.
    pub tool: String,
    /// What is another: `args.amount: 30 → -30`.
    pub change: String,
    /// The rules that allow it.
    pub rules: Vec<String>,
}

/// What hostile variants come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hostility {
    /// By kind; kinds without variants are left out.
    pub kinds: BTreeMap<Kind, OfKind>,
    /// The first of the allowed ones, those of writes before those of reads, each in the order of recordings.
    pub allowed: Vec<Allowed>,
    /// How many are allowed by the same rules, writes and reads apart; their ids are joined by commas.
    pub by_rules: BTreeMap<String, (u64, u64)>,
    /// Recorded calls of which variants were made.
    pub calls: u64,
    /// Recorded calls of which none were: the policy does not allow them, or they failed when they were recorded.
    pub left_out: u64,
}

impl Hostility {
    /// All kinds together.
    #[must_use]
    pub fn all(&self) -> OfKind {
        let mut all = OfKind::default();
        for kind in self.kinds.values() {
            all.writes += kind.writes;
            all.reads += kind.reads;
        }
        all
    }

    fn add(&mut self, variant: &Variant, place: &Place<'_>, verdict: Verdict) {
        let kind = self.kinds.entry(variant.kind).or_default();
        let counts = if place.writes { &mut kind.writes } else { &mut kind.reads };
        match (verdict.decision, verdict.inconclusive) {
            (Decision::Allow, _) => counts.allowed += 1,
            (_, true) => counts.inconclusive += 1,
            (Decision::Ask, false) => counts.asked += 1,
            (Decision::Deny, false) => counts.denied += 1,
        }
        if verdict.decision != Decision::Allow {
            return;
        }
        let (writes, reads) = self.by_rules.entry(verdict.reasons.join(", ")).or_default();
        *(if place.writes { writes } else { reads }) += 1;
        let kept = self.allowed.iter().filter(|allowed| allowed.writes == place.writes).count();
        if kept < KEPT {
            self.allowed.push(Allowed {
                kind: variant.kind,
                writes: place.writes,
                file: place.file.to_owned(),
                line: place.line,
                session: place.session.to_owned(),
                seq: place.seq,
                tool: place.tool.to_owned(),
                change: variant.change.clone(),
                rules: verdict.reasons,
            });
        }
    }
}

/// How a variant is decided.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) decision: Decision,
    pub(super) inconclusive: bool,
    pub(super) reasons: Vec<String>,
}

/// The recorded call that a variant is one of.
#[derive(Debug, Clone)]
pub(super) struct Place<'l> {
    pub(super) file: &'l str,
    pub(super) line: u64,
    pub(super) session: &'l str,
    pub(super) seq: u64,
    pub(super) tool: &'l str,
    pub(super) writes: bool,
}

/// Which tools only read.
#[derive(Debug, Default)]
pub struct Readers(BTreeSet<(String, String)>);

impl Readers {
    /// By the locked hints of a report, if there is one, and else by the tools' names.
    #[must_use]
    pub fn of(program: &Program, report: Option<&Report>) -> Self {
        let hints = report.map(crate::doc::hints).unwrap_or_default();
        let mut readers = BTreeSet::new();
        for (index, server) in program.servers.iter().enumerate() {
            let own = || program.tools.iter().filter(|tool| usize::from(tool.server) == index);
            let prefix = common(own().map(|tool| &*tool.name));
            for tool in own() {
                let key = (server.identity.clone(), tool.name.clone());
                let hinted =
                    hints.get(&(key.0.as_str().into(), key.1.as_str().into())).and_then(|own| own.read_only);
                if hinted.unwrap_or_else(|| deed(&tool.name, prefix) == Deed::Read) {
                    readers.insert(key);
                }
            }
        }
        Self(readers)
    }

    fn reads(&self, (server, tool): (&str, &str)) -> bool {
        self.0.contains(&(server.to_owned(), tool.to_owned()))
    }
}

/// Makes variants as a replay goes on, and counts what becomes of them.
#[derive(Debug)]
pub(super) struct Hostile {
    pool: Pool,
    readers: Readers,
    seen: BTreeMap<Box<str>, Seen>,
    /// Recorded calls whose repetition is still to be tried, by session and number.
    repeats: BTreeMap<(Box<[u8]>, u64), Repeat>,
    done: Hostility,
}

/// The line and the tool of a call that is to be tried again.
pub(super) type Repeat = (u64, String);

/// What `meta` of a call says of it.
#[derive(Debug, Deserialize)]
struct Told {
    is_write: Option<bool>,
}

impl Hostile {
    pub(super) fn new(pool: Pool, readers: Readers) -> Self {
        Self { pool, readers, seen: BTreeMap::new(), repeats: BTreeMap::new(), done: Hostility::default() }
    }

    /// Another recording begins.
    pub(super) fn file(&mut self) {
        self.seen.clear();
        self.repeats.clear();
    }

    /// A session begins.
    pub(super) fn session(&mut self, session: &str, context: &str) {
        self.seen.insert(session.into(), Seen::new(context));
    }

    /// A result that the agent has seen.
    pub(super) fn result(&mut self, session: &str, structured: Option<&str>, text: &str) {
        if let Some(seen) = self.seen.get_mut(session) {
            seen.result(structured, text);
        }
    }

    /// Whether the call writes.
    pub(super) fn writes(&self, line: &CallLine<'_>, tool: (&str, &str)) -> bool {
        let told = serde_json::from_str::<Told>(line.meta).ok().and_then(|told| told.is_write);
        told.unwrap_or_else(|| !self.readers.reads(tool))
    }

    /// The variants of a call that is allowed as it is; none, and it counts as left out, where it is not.
    pub(super) fn variants(
        &mut self,
        line: &CallLine<'_>,
        principal: &str,
        file: &str,
        program: (&Program, (&str, &str)),
        allowed: bool,
    ) -> Vec<Variant> {
        if !allowed || self.has_failed(file, line) {
            self.done.left_out += 1;
            return Vec::new();
        }
        self.done.calls += 1;
        let nothing = Seen::default();
        let seen = self.seen.get(&*line.session).unwrap_or(&nothing);
        let shape = operators::Shape::of(program.0, program.1);
        let mut variants = operators::variants(line, principal, &self.pool, seen, &shape);
        variants.retain(|variant| !self.pool.is_recorded(file, line, &variant.args));
        variants
    }

    /// The call failed when it was recorded, whatever line tells so.
    pub(super) fn has_failed(&self, file: &str, line: &CallLine<'_>) -> bool {
        self.pool.has_failed(file, &line.session, line.seq)
    }

    /// The call is to be tried again once its success is told.
    pub(super) fn repeat_later(&mut self, session: &[u8], seq: u64, line: u64, tool: String) {
        self.repeats.insert((session.into(), seq), (line, tool));
    }

    /// The success of this call is told: the line and tool of the recorded call, if it is to be tried again.
    pub(super) fn take_repeat(&mut self, session: &[u8], seq: u64) -> Option<Repeat> {
        self.repeats.remove(&(session.into(), seq))
    }

    pub(super) fn add(&mut self, variant: &Variant, place: &Place<'_>, verdict: Verdict) {
        self.done.add(variant, place, verdict);
    }

    pub(super) const fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(super) fn finish(mut self) -> Hostility {
        self.done.allowed.sort_by_key(|allowed| !allowed.writes);
        self.done
    }
}

/// A write that succeeded, made again.
pub(super) fn repetition(args: &str) -> Variant {
    Variant { kind: Kind::Repeated, change: "the same call again".to_owned(), args: args.to_owned() }
}
