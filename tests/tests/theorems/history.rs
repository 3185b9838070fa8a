//! What the theorems about remembering share. In: a seed. Out: policies that remember, with runs taken through a gate; probes of what is
//! remembered then; copies of it with cells left out or changed.

use policyc_runtime::gate::{Admitted, Consent, Gate, Outcome};
use policyc_runtime::state::{Memory as Known, StateStore, Who};
use policyc_runtime::trace::NoTrace;
use policyc_runtime::{Call, Decision, Host, LiveSchema, Pdp, Requirements, Vm};
use policyc_store::Memory;
use policyc_tests::generate::{Built, Ending, Rng, SERVER, STARTS, Step, build, random_run, stateful_policy};

/// A policy that remembers, and a generator for whatever is done with it.
pub(crate) fn policies(seed: u64, count: usize) -> impl Iterator<Item = (Built, Pdp, Rng)> {
    let mut rng = Rng::new(seed);
    (0..count).filter_map(move |_| {
        let mut own = rng.fork();
        let built = build(stateful_policy(&mut own))?;
        let pdp = Pdp::from_program(built.indexed.as_ref().clone(), &Requirements::default()).unwrap();
        Some((built, pdp, own))
    })
}

/// When a run begins, and its steps.
pub(crate) fn run(rng: &mut Rng) -> (i64, Vec<Step>) {
    (rng.pick(&STARTS).copied().unwrap(), random_run(rng))
}

/// Principal and session as the host says them; their handles as well.
pub(crate) fn hosts((principal, session): (usize, usize)) -> (String, String) {
    let customer = if session == 0 { "ann" } else { "bob" };
    (format!(r#"{{"id":"p{principal}"}}"#), format!(r#"{{"id":"s{session}","customer":"{customer}"}}"#))
}

/// A host: a program, a store, a clock, and the calls that run.
pub(crate) struct History<'p> {
    pub(crate) pdp: &'p Pdp,
    vm: Vm,
    pub(crate) store: Memory,
    running: Vec<Running>,
    pub(crate) now_ms: i64,
}

/// A call that runs.
struct Running {
    number: usize,
    who: (usize, usize),
    tool: &'static str,
    args: String,
    admitted: Admitted,
}

/// A call that is only asked about.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) who: (usize, usize),
    pub(crate) tool: &'static str,
    pub(crate) args: String,
}

/// A decision and the ids of its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    pub(crate) reasons: Vec<String>,
}

impl<'p> History<'p> {
    pub(crate) fn new(pdp: &'p Pdp, now_ms: i64) -> Self {
        Self { pdp, vm: Vm::new(pdp), store: Memory::new(), running: Vec::new(), now_ms }
    }

    /// Takes a step; of a call, the verdict and whether it runs.
    pub(crate) fn step(&mut self, step: &Step) -> Option<(Verdict, bool)> {
        let gate = Gate { pdp: self.pdp, store: &self.store };
        match step {
            Step::Wait(ms) => self.now_ms += ms,
            Step::Label(who, id) => {
                let (principal, session) = hosts(*who);
                let who = Who { principal: principal.as_bytes(), session: session.as_bytes() };
                gate.set_label(id, &who).unwrap();
            }
            Step::Call { number, who, tool, args, consent } => {
                return Some(self.call((*number, *who, tool), args, *consent));
            }
            Step::Ends(number, ending) => {
                let at = self.running.iter().position(|running| running.number == *number)?;
                let Running { who, tool, args, admitted, .. } = self.running.swap_remove(at);
                let (principal, session) = hosts(who);
                let host = host(&principal, &session, self.now_ms);
                let call = call(tool, &args);
                gate.outcome(&mut self.vm, &admitted, &call, &host, &outcome(ending)).unwrap();
            }
        }
        None
    }

    fn call(
        &mut self,
        (number, who, tool): (usize, (usize, usize), &'static str),
        args: &str,
        consent: bool,
    ) -> (Verdict, bool) {
        let (principal, session) = hosts(who);
        let handles = Who { principal: principal.as_bytes(), session: session.as_bytes() };
        let host = host(&principal, &session, self.now_ms);
        let consent = if consent { Consent::Given } else { Consent::None };
        let gate = Gate { pdp: self.pdp, store: &self.store };
        let (decided, admitted) =
            gate.admit(&mut self.vm, &call(tool, args), &host, &handles, consent).unwrap();
        let verdict = Verdict {
            decision: decided.decision(),
            reasons: decided.reasons().map(|reason| reason.id().to_owned()).collect(),
        };
        let runs = admitted.is_some();
        let args = args.to_owned();
        self.running.extend(admitted.map(|admitted| Running { number, who, tool, args, admitted }));
        (verdict, runs)
    }

    /// Decides a call by what a store holds, and changes nothing.
    pub(crate) fn probe(&mut self, probe: &Probe, store: &dyn StateStore) -> Verdict {
        let (principal, session) = hosts(probe.who);
        let host = host(&principal, &session, self.now_ms);
        let who = Who { principal: principal.as_bytes(), session: session.as_bytes() };
        let known = Known { store, who };
        let call = call(probe.tool, &probe.args);
        let decided = self.vm.decide_by(self.pdp, &call, &host, &known, &mut NoTrace);
        Verdict {
            decision: decided.decision(),
            reasons: decided.reasons().map(|reason| reason.id().to_owned()).collect(),
        }
    }

    /// Whether a tool is listed for a principal.
    pub(crate) fn lists(&mut self, who: (usize, usize), tool: &str) -> bool {
        let (principal, _) = hosts(who);
        let listed = self.vm.list(self.pdp, principal.as_bytes()).unwrap();
        listed.iter().any(|own| own.name == tool)
    }
}

/// The calls of a run, asked about again.
pub(crate) fn probes(steps: &[Step]) -> Vec<Probe> {
    let calls = steps.iter().filter_map(|step| match step {
        Step::Call { who, tool, args, .. } => Some(Probe { who: *who, tool, args: args.clone() }),
        _ => None,
    });
    calls.collect()
}

/// All cells of a store, but those that `keep` does not want.
pub(crate) fn copy(store: &Memory, mut keep: impl FnMut(&[u8]) -> bool) -> Memory {
    let out = Memory::new();
    let mut cells = Vec::new();
    store
        .scan(b"", &mut |key, cell| {
            if keep(key) {
                cells.push((key.to_vec(), cell.to_vec()));
            }
            true
        })
        .unwrap();
    let mut writes = cells.iter().map(|(key, cell)| (&**key, Some(&**cell)));
    assert!(out.commit(&mut std::iter::empty(), &mut writes).unwrap());
    out
}

const fn call<'c>(tool: &'c str, args: &'c str) -> Call<'c> {
    Call { server: SERVER, tool, args: args.as_bytes(), schema: LiveSchema::Locked }
}

const fn host<'h>(principal: &'h str, session: &'h str, now_ms: i64) -> Host<'h> {
    Host { principal: principal.as_bytes(), session: session.as_bytes(), now_ms: Some(now_ms) }
}

fn outcome(ending: &Ending) -> Outcome<'_> {
    match ending {
        Ending::Returns(json) => Outcome::Success { result: json.as_bytes(), text: json.as_bytes() },
        Ending::Says(text) => Outcome::Success { result: b"", text: text.as_bytes() },
        Ending::Fails => Outcome::Failure,
        Ending::Lost => Outcome::Unknown,
    }
}
