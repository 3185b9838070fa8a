//! What decisions add up to. In: decisions, and the trace of each. Out: counts per decision and reason, the first calls of each reason,
//! and how often each statement was considered, matched, and determined a decision.

use policyc_runtime::decided::{Decided, Reason};
use policyc_runtime::decision::{BuiltIn, Decision};
use policyc_runtime::program::Program;
use policyc_runtime::trace::{Event, Tracer};
use std::collections::BTreeMap;

/// How many calls are named per reason.
const FIRST: usize = 3;

/// Counts over a program's statements.
#[derive(Debug)]
pub struct Tally<'p, C> {
    program: &'p Program,
    /// Statement numbers by id.
    numbers: BTreeMap<&'p str, usize>,
    /// Number of the call being decided; a statement counts once per call.
    call: u64,
    counts: Vec<Count>,
    decisions: [u64; 3],
    reasons: BTreeMap<&'p str, Reasoned<C>>,
}

/// One statement's counts.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    considered: u64,
    matched: u64,
    /// The last call that each was counted for.
    considered_in: u64,
    matched_in: u64,
}

#[derive(Debug)]
struct Reasoned<C> {
    decision: Decision,
    count: u64,
    first: Vec<C>,
}

/// A statement's coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementCoverage<'p> {
    /// Its qualified id.
    pub id: &'p str,
    /// `rule`, `arm` or `hide`.
    pub kind: &'static str,
    /// Calls in which its condition was looked at.
    pub considered: u64,
    /// Calls in which it matched.
    pub matched: u64,
    /// Calls whose decision it determined.
    pub determining: u64,
}

impl<'p, C> Tally<'p, C> {
    /// Nothing decided yet.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        Self {
            program,
            numbers: program.statements.iter().enumerate().map(|(number, s)| (&*s.id, number)).collect(),
            call: 0,
            counts: vec![Count::default(); program.statements.len()],
            decisions: [0; 3],
            reasons: BTreeMap::new(),
        }
    }

    /// Before each decision, which is then traced by `self`.
    pub const fn begin(&mut self) {
        self.call += 1;
    }

    /// Adds a decision. `call` makes the words for the call, if it is among the first of a reason.
    pub fn add(&mut self, decided: &Decided<'_>, mut call: impl FnMut() -> C) {
        let decision = decided.decision();
        if let Some(count) = self.decisions.get_mut(decision as usize) {
            *count += 1;
        }
        for reason in decided.reasons() {
            let Some(id) = self.own(&reason) else { continue };
            let entry = self.reasons.entry(id).or_insert_with(|| Reasoned {
                decision,
                count: 0,
                first: Vec::with_capacity(FIRST),
            });
            entry.count += 1;
            if entry.first.len() < FIRST {
                entry.first.push(call());
            }
        }
    }

    /// Notes that a statement outside of decisions held: of a result or a reply.
    pub fn held(&mut self, id: &str) {
        self.call += 1;
        let count = self.numbers.get(id).and_then(|number| self.counts.get_mut(*number));
        if let Some(count) = count {
            count.considered += 1;
            count.matched += 1;
        }
    }

    /// A reason's id, as the program owns it.
    fn own(&self, reason: &Reason<'_>) -> Option<&'p str> {
        match reason {
            Reason::BuiltIn(reason) => Some(reason.code()),
            Reason::Statement(statement) => {
                let number = self.numbers.get(&*statement.id)?;
                self.program.statements.get(*number).map(|statement| &*statement.id)
            }
        }
    }

    /// Calls decided.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.decisions.iter().sum()
    }

    /// Calls with this decision.
    #[must_use]
    pub fn decided(&self, decision: Decision) -> u64 {
        self.decisions.get(decision as usize).copied().unwrap_or(0)
    }

    /// Calls per reason, by id. A call with two determining statements counts for both.
    #[must_use]
    pub fn by_reason(&self) -> BTreeMap<&'p str, u64> {
        self.reasons.iter().map(|(id, reason)| (*id, reason.count)).collect()
    }

    /// Per reason: its decision, how many calls, and the first of them.
    pub fn first_calls(&self) -> impl Iterator<Item = (&'p str, Decision, u64, &[C])> {
        self.reasons.iter().map(|(id, reason)| (*id, reason.decision, reason.count, &*reason.first))
    }

    /// Every statement, in the program's order.
    #[must_use]
    pub fn coverage(&self) -> Vec<StatementCoverage<'p>> {
        let statements = self.program.statements.iter().zip(&self.counts);
        statements
            .map(|(statement, count)| StatementCoverage {
                id: &statement.id,
                kind: statement.kind.word(),
                considered: count.considered,
                matched: count.matched,
                determining: self.reasons.get(&*statement.id).map_or(0, |reason| reason.count),
            })
            .collect()
    }
}

impl<C> Tracer for Tally<'_, C> {
    fn event(&mut self, event: Event) {
        let call = self.call;
        match event {
            Event::Statement { statement, .. } => {
                if let Some(count) = self.counts.get_mut(statement as usize)
                    && count.considered_in != call
                {
                    count.considered_in = call;
                    count.considered += 1;
                }
            }
            Event::Matched { statement, .. } => {
                if let Some(count) = self.counts.get_mut(statement as usize)
                    && count.matched_in != call
                {
                    count.matched_in = call;
                    count.matched += 1;
                }
            }
            Event::Test { .. } | Event::Element { .. } | Event::Decision(_) => {}
        }
    }
}

/// Whether a reason is built in, by its code.
#[must_use]
pub fn is_built_in(id: &str) -> bool {
    BuiltIn::ALL.iter().any(|reason| reason.code() == id)
}
