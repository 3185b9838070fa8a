//! The life of a call. In: a call that wants to run, or what came of one that did. Out: the decision by all that is remembered, and
//! everything that the call changes, as semantics.md section 0 says: decided, admitted, outcome.

use super::changes::{Change, Counted};
use super::combine::{Call, Host, Matched, Oracle, Outcome, built_in, combine};
use super::condition::{Known, Scope};
use super::fits::fits_result;
use super::json::parse;
use super::memory::{Charge, Join, Labelled, Lesson, Memory, Ongoing, Owner, Scalar, Under, Who};
use super::truth::Truth;
use super::value::Value;
use policyc_runtime::program::Effect;
use policyc_runtime::program::memory::{Counting, FactKind, Scope as Whose};

/// What became of a call that wanted to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It must not.
    Refused,
    /// It runs, and nothing remembers it.
    Unremembered,
    /// It runs; names it in its [`Memory`].
    Open(usize),
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told<'a> {
    /// Its result as JSON, empty if it is none, and as text.
    Success(&'a [u8], &'a str),
    /// The server answered an error.
    Failure,
    /// Nobody knows.
    Unknown,
}

impl<'p> Oracle<'p> {
    /// Decides a call by what is remembered, and admits it where it may run.
    pub fn admit(
        &self,
        memory: &mut Memory,
        call: &Call<'_>,
        host: &Host<'_>,
        who: &Who,
        consent: bool,
    ) -> (Outcome, Admission) {
        let Some(tool) = self.tool(call) else { return (built_in("unknown_tool"), Admission::Refused) };
        let host_ms = host.now_ms.unwrap_or_default();
        let (outcome, counted, changes) = {
            let mut scope = match self.remembering(tool, memory, call, host, who) {
                Ok(scope) => scope,
                Err(reason) => return (built_in(reason), Admission::Refused),
            };
            self.weigh(tool, &mut scope)
        };
        let runs = match outcome.decision {
            Effect::Allow => true,
            Effect::Ask => consent,
            Effect::Deny => false,
        };
        if !runs {
            return (outcome, Admission::Refused);
        }
        if counted.is_empty() && changes.is_empty() && !self.learns(tool) && !self.counts_calls() {
            return (outcome, Admission::Unremembered);
        }
        let admitted = memory.tick(who, host_ms, true);
        let number = memory.calls.len();
        let now = self.now(memory, who, host_ms);
        memory.calls.push(Ongoing { who: who.clone(), admitted, at: now, ended: false });
        for Counted { under, amount, value, keeps } in counted {
            let at = memory.limit_now(&under, now);
            let (call, gone) = (number, false);
            memory.charges.push(Charge { under, call, admitted, at, amount, value, keeps, gone });
        }
        self.apply(memory, number, &changes, host_ms);
        (outcome, Admission::Open(number))
    }

    /// The decision, what limits count, and what the admission changes.
    fn weigh(&self, tool: usize, scope: &mut Scope<'_>) -> (Outcome, Vec<Counted>, Vec<Change>) {
        let mut matched = Vec::new();
        for block in self.policy.rules.get(tool).into_iter().flatten() {
            self.match_block(block, scope, &mut matched);
        }
        let mut outcome = combine(&matched);
        let nothing = (Vec::new(), Vec::new());
        if outcome.decision == Effect::Deny {
            return (outcome, nothing.0, nothing.1);
        }
        let (counted, limits_known) = self.limits(tool, scope, &mut matched);
        outcome = combine(&matched);
        if outcome.decision == Effect::Deny {
            return (outcome, nothing.0, nothing.1);
        }
        let actions = self.policy.memory.get(tool).map(|memory| memory.admit.as_slice()).unwrap_or_default();
        match self.changes(scope, actions) {
            Some(changes) if limits_known => (outcome, counted, changes),
            _ => (built_in("unmeasurable"), nothing.0, nothing.1),
        }
    }

    /// Every limit that counts the call; whether all of them could be measured.
    fn limits(
        &self,
        tool: usize,
        scope: &mut Scope<'_>,
        matched: &mut Vec<Matched<'p>>,
    ) -> (Vec<Counted>, bool) {
        let mut out = Vec::new();
        let mut known = true;
        for used in self.policy.memory.get(tool).iter().flat_map(|memory| &memory.limits) {
            let Some(limit) = self.policy.limits.get(used.limit as usize) else { continue };
            let Some(statement) = self.policy.statements.get(limit.statement as usize) else { continue };
            if scope.truth(&used.when) == Truth::False {
                continue;
            }
            let keys = scope.scalars(&used.keys);
            let value = scope.value(&used.amount);
            let (amount, value) = match limit.counting {
                Counting::Sum => (amount(&value), None),
                Counting::Distinct => {
                    let value = Scalar::of(&value);
                    (value.as_ref().map(|_| 0), value)
                }
            };
            let (Some(keys), Some(amount)) = (keys, amount) else {
                known &= statement.shadow;
                continue;
            };
            let Some(remembered) = &scope.known else { continue };
            let owner = Owner::of(limit.scope, remembered.who);
            let under = Under { index: used.limit, owner, keys };
            let span = (&limit.window, remembered.now, limit.max);
            if remembered.memory.exceeds(&under, span, (amount, value.as_ref())) {
                // It restricts, and its consent grants nothing.
                matched.push(Matched { statement, truth: Truth::Unknown });
            }
            if !statement.shadow {
                out.push(Counted { under, amount, value, keeps: limit.keeps_failures });
            }
        }
        (out, known)
    }

    /// Tells what came of an admitted call; whether its result fits what is declared of it.
    pub fn told(
        &self,
        memory: &mut Memory,
        number: usize,
        call: &Call<'_>,
        host: &Host<'_>,
        told: Told<'_>,
    ) -> bool {
        let Some(tool) = self.tool(call) else { return true };
        let Some(ongoing) = memory.calls.get(number).filter(|call| !call.ended).cloned() else { return true };
        let host_ms = host.now_ms.unwrap_or_default();
        let (changes, fits) = {
            let Ok(mut scope) = self.remembering(tool, memory, call, host, &ongoing.who) else {
                return false;
            };
            self.taught(tool, &mut scope, told)
        };
        let ended = memory.tick(&ongoing.who, host_ms, false);
        if told == Told::Failure {
            let own = |charge: &&mut Charge| charge.call == number;
            memory
                .charges
                .iter_mut()
                .filter(own)
                .filter(|charge| !charge.keeps)
                .for_each(|own| own.gone = true);
            memory.tallies.iter_mut().filter(own).for_each(|own| own.gone = true);
        }
        let (own, others) = memory.pending.iter().cloned().partition(|(call, _)| *call == number);
        memory.pending = others;
        let own: Vec<(usize, Under)> = own;
        if told == Told::Unknown || !fits {
            for (_, under) in own {
                memory.lessons.push(Lesson {
                    under,
                    admitted: ongoing.admitted,
                    ended,
                    at: host_ms,
                    value: None,
                });
            }
        }
        self.apply(memory, number, &changes, host_ms);
        if let Some(call) = memory.calls.get_mut(number) {
            call.ended = true;
        }
        fits
    }

    fn taught(&self, tool: usize, scope: &mut Scope<'_>, told: Told<'_>) -> (Vec<Change>, bool) {
        let Some(memory) = self.policy.memory.get(tool).filter(|_| self.learns(tool)) else {
            return (Vec::new(), true);
        };
        let mut fits = true;
        scope.result = Value::Ill;
        if let Told::Success(bytes, text) = told {
            scope.text = Value::text(text);
            let json = parse(bytes, self.caps);
            if let (Some(ty), Some(reads)) = (&memory.result, self.result_reads(tool)) {
                fits = json.as_ref().is_some_and(|json| fits_result(ty, json, reads, &self.patterns));
            } else {
                fits = bytes.is_empty() || json.is_some();
            }
            if let (true, Some(json)) = (fits, json) {
                scope.result = Value::of(&json);
                scope.has_result = true;
            }
        }
        let mut out = Vec::new();
        if fits && matches!(told, Told::Success(..)) {
            out.extend(self.changes(scope, &memory.learn).into_iter().flatten());
        }
        out.extend(self.changes(scope, &memory.shown).into_iter().flatten());
        (out, fits)
    }

    /// The host sets a label, until its owner is forgotten.
    pub fn mark(&self, memory: &mut Memory, id: &str, who: &Who) {
        let Some(index) = self.policy.labels.iter().position(|label| *label.id == *id) else { return };
        let Some(label) = self.policy.labels.get(index) else { return };
        let lasts = policyc_runtime::program::memory::Lasts::Forever;
        let owner = Owner::of(label.scope, who);
        let label = u32::try_from(index).unwrap_or(u32::MAX);
        memory.labels.push(Labelled { label, owner, at: 0, calls: 0, lasts });
    }

    /// Makes changes of a call, each at the time of whose it is.
    fn apply(&self, memory: &mut Memory, number: usize, changes: &[Change], host_ms: i64) {
        let Some(call) = memory.calls.get(number).cloned() else { return };
        let (admitted, ended, at) = (call.admitted, memory.order, self.now(memory, &call.who, host_ms));
        for change in changes {
            match change.clone() {
                Change::Label(label, scope, lasts) => {
                    let owner = Owner::of(scope, &call.who);
                    let calls = memory.calls(&owner);
                    memory.labels.push(Labelled { label, owner, at, calls, lasts });
                }
                Change::Pend(under) => memory.pending.push((number, under)),
                Change::Tally(under, amount) => {
                    let (call, value, keeps, gone) = (number, None, false, false);
                    memory.tallies.push(Charge { under, call, admitted, at, amount, value, keeps, gone });
                }
                Change::Learn(under, value) => {
                    memory.lessons.push(Lesson { under, admitted, ended, at, value });
                }
                Change::Join(under, value) => {
                    memory.joins.push(Join { under, admitted, at, value: Some(value) });
                }
                Change::Forget(under, FactKind::Value(_)) => {
                    memory.lessons.push(Lesson { under, admitted, ended, at, value: None });
                }
                Change::Forget(under, FactKind::Set) => {
                    memory.joins.push(Join { under, admitted, at, value: None });
                }
                // What was counted before, in the order of admissions (T8); of a counter that expires, at an earlier time.
                Change::Forget(under, FactKind::Counter) => {
                    let expires =
                        self.policy.facts.get(under.index as usize).is_some_and(|f| f.expires_ms.is_some());
                    let before = |tally: &Charge| {
                        tally.call == number
                            || if expires { tally.at < call.at } else { tally.admitted < admitted }
                    };
                    let own = memory.tallies.iter_mut().filter(|tally| tally.under == under && before(tally));
                    own.for_each(|tally| tally.gone = true);
                }
            }
        }
    }

    /// The time where the host says `host_ms`: it never runs backwards (semantics.md 37). What is remembered of principals has one time
    /// over all of their sessions.
    fn now(&self, memory: &Memory, who: &Who, host_ms: i64) -> i64 {
        let facts = self.policy.facts.iter().map(|fact| fact.scope);
        let of_principals = facts.chain(self.policy.labels.iter().map(|label| label.scope));
        let shared = of_principals.into_iter().any(|scope| scope == Whose::Principal);
        memory.now(&Owner::of(if shared { Whose::Principal } else { Whose::Session }, who), host_ms)
    }

    /// What conditions read, what is remembered among it.
    fn remembering<'s>(
        &'s self,
        tool: usize,
        memory: &'s Memory,
        call: &Call<'_>,
        host: &Host<'_>,
        who: &'s Who,
    ) -> Result<Scope<'s>, &'static str> {
        let host_ms = host.now_ms.unwrap_or_default();
        let now = self.now(memory, who, host_ms);
        let clamped = Host { now_ms: host.now_ms.map(|_| now), ..*host };
        let mut scope = self.prepare(tool, call, &clamped)?;
        scope.known = Some(Known { policy: self.policy, memory, who, now });
        Ok(scope)
    }
}

/// What a limit or counter can add: a number that is not negative and needs nine places at most.
pub(super) fn amount(value: &Value) -> Option<i128> {
    match Scalar::of(value)? {
        Scalar::Number(units) if (0..10_i128.pow(27)).contains(&units) => Some(units),
        _ => None,
    }
}
