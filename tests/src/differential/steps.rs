//! Policies that remember, run step by step. In: a built policy and a run. Out: agreement of gate and reference evaluator on every
//! decision and on whether every result fits, or the first step on which they differ.

use super::judge::outcome;
use crate::generate::{Built, Ending, SERVER, Step};
use crate::oracle::{self, Admission, Oracle, Outcome, Told};
use policyc_runtime::gate::{self, Admitted, Consent, Gate};
use policyc_runtime::program::Effect;
use policyc_runtime::state::Who;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use policyc_store::Memory;
use std::collections::BTreeMap;

/// The two evaluators of a policy that remembers.
#[derive(Debug)]
pub struct Pair<'p> {
    oracle: Oracle<'p>,
    pdp: Pdp,
    vm: Vm,
}

/// What a run showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Steps on which both agree.
    pub steps: usize,
    /// Decisions.
    pub decisions: BTreeMap<Effect, usize>,
    /// Reasons by kind, built-in ones by their code.
    pub reasons: BTreeMap<String, usize>,
}

/// A step on which they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its place in the run.
    pub step: usize,
    /// What each of them says.
    pub words: String,
}

/// A call that runs.
struct Running {
    number: usize,
    who: (usize, usize),
    tool: &'static str,
    args: String,
    here: Admitted,
    there: Admission,
}

/// A run under way.
struct Run<'r, 'p> {
    pair: &'r mut Pair<'p>,
    store: Memory,
    memory: oracle::Memory,
    running: Vec<Running>,
    now_ms: i64,
}

impl<'p> Pair<'p> {
    /// For a built policy.
    ///
    /// # Errors
    /// A program that its own loader refuses.
    pub fn new(built: &'p Built) -> Result<Self, String> {
        let pdp = Pdp::from_program(built.indexed.as_ref().clone(), &Requirements::default());
        let pdp = pdp.map_err(|error| format!("not loaded: {error}"))?;
        Ok(Self { oracle: Oracle::new(&built.policy), pdp, vm: Vm::default() })
    }

    /// Runs all steps, from nothing remembered.
    ///
    /// # Errors
    /// The first difference.
    pub fn agree(&mut self, start_ms: i64, steps: &[Step], seen: &mut Seen) -> Result<(), Difference> {
        let (store, memory) = (Memory::new(), oracle::Memory::default());
        let mut run = Run { pair: self, store, memory, running: Vec::new(), now_ms: start_ms };
        for (number, step) in steps.iter().enumerate() {
            run.step(step, seen).map_err(|words| Difference { step: number, words })?;
            seen.steps += 1;
        }
        Ok(())
    }
}

/// Handles and host values of one of the principals in one of their sessions.
fn hosts((principal, session): (usize, usize)) -> (String, String) {
    let customer = if session == 0 { "ann" } else { "bob" };
    (format!(r#"{{"id":"p{principal}"}}"#), format!(r#"{{"id":"s{session}","customer":"{customer}"}}"#))
}

impl Run<'_, '_> {
    fn step(&mut self, step: &Step, seen: &mut Seen) -> Result<(), String> {
        match step {
            Step::Wait(ms) => {
                self.now_ms += ms;
                Ok(())
            }
            Step::Label(who, id) => {
                let (principal, session) = hosts(*who);
                let who = Who { principal: principal.as_bytes(), session: session.as_bytes() };
                let gate = Gate { pdp: &self.pair.pdp, store: &self.store };
                gate.set_label(id, &who).map_err(|error| format!("gate: {error}"))?;
                self.pair.oracle.mark(&mut self.memory, id, &owned(&who));
                Ok(())
            }
            Step::Call { number, who, tool, args, consent } => {
                self.call((*number, *who, tool), args, *consent, seen)
            }
            Step::Ends(number, ending) => self.ends(*number, ending),
        }
    }

    fn call(
        &mut self,
        (number, who, tool): (usize, (usize, usize), &'static str),
        args: &str,
        consent: bool,
        seen: &mut Seen,
    ) -> Result<(), String> {
        let (principal, session) = hosts(who);
        let (principal, session) = (principal.as_bytes(), session.as_bytes());
        let call = Call { server: SERVER, tool, args: args.as_bytes(), schema: LiveSchema::Locked };
        let host = Host { principal, session, now_ms: Some(self.now_ms) };
        let handles = Who { principal, session };
        let gate = Gate { pdp: &self.pair.pdp, store: &self.store };
        let given = if consent { Consent::Given } else { Consent::None };
        let (there, admission) = {
            let call = oracle::Call { server: SERVER, tool, args: args.as_bytes(), live: Some(None) };
            let host = oracle::Host { principal, session, now_ms: Some(self.now_ms) };
            self.pair.oracle.admit(&mut self.memory, &call, &host, &owned(&handles), consent)
        };
        let admitted = gate.admit(&mut self.pair.vm, &call, &host, &handles, given);
        let (here, admitted) = match &admitted {
            Ok((decided, admitted)) => (outcome(decided), admitted.clone()),
            Err(error) => return Err(format!("gate: {error}\nreference: {}", said(&there))),
        };
        let refused = admission == Admission::Refused;
        if here != there || admitted.is_none() != refused {
            return Err(format!("gate: {}\nreference: {}", said(&here), said(&there)));
        }
        *seen.decisions.entry(there.decision).or_default() += 1;
        for reason in &there.reasons {
            let word = if reason.kind == "built_in" { &reason.id } else { reason.kind };
            *seen.reasons.entry(word.to_owned()).or_default() += 1;
        }
        if let Some(here) = admitted {
            let args = args.to_owned();
            self.running.push(Running { number, who, tool, args, here, there: admission });
        }
        Ok(())
    }

    fn ends(&mut self, number: usize, ending: &Ending) -> Result<(), String> {
        let Some(running) = self.running.iter().find(|running| running.number == number) else {
            return Ok(());
        };
        let (principal, session) = hosts(running.who);
        let (principal, session) = (principal.as_bytes(), session.as_bytes());
        let args = running.args.as_bytes();
        let call = Call { server: SERVER, tool: running.tool, args, schema: LiveSchema::Locked };
        let host = Host { principal, session, now_ms: Some(self.now_ms) };
        let (here, there) = match ending {
            Ending::Returns(json) => (
                gate::Outcome::Success { result: json.as_bytes(), text: json.as_bytes() },
                Told::Success(json.as_bytes(), json),
            ),
            Ending::Says(text) => {
                (gate::Outcome::Success { result: b"", text: text.as_bytes() }, Told::Success(b"", text))
            }
            Ending::Fails => (gate::Outcome::Failure, Told::Failure),
            Ending::Lost => (gate::Outcome::Unknown, Told::Unknown),
        };
        let gate = Gate { pdp: &self.pair.pdp, store: &self.store };
        let learned = gate.outcome(&mut self.pair.vm, &running.here, &call, &host, &here);
        let learned = learned.map_err(|error| format!("gate: {error}"))?;
        let fits = match running.there {
            Admission::Open(open) => {
                let call = oracle::Call { server: SERVER, tool: running.tool, args, live: Some(None) };
                let host = oracle::Host { principal, session, now_ms: Some(self.now_ms) };
                self.pair.oracle.told(&mut self.memory, open, &call, &host, there)
            }
            Admission::Refused | Admission::Unremembered => true,
        };
        if fits == learned.unfit.is_none() {
            Ok(())
        } else {
            Err(format!("gate: unfit {:?}\nreference: fits {fits}", learned.unfit))
        }
    }
}

fn owned(who: &Who<'_>) -> oracle::Who {
    oracle::Who { principal: who.principal.to_vec(), session: who.session.to_vec() }
}

fn said(outcome: &Outcome) -> String {
    let reasons: Vec<&str> = outcome.reasons.iter().map(|reason| reason.id.as_str()).collect();
    format!("{:?} by {}", outcome.decision, reasons.join(", "))
}
