//! One policy, three evaluators. In: requests. Out: agreement, or what each of them says.

use crate::generate::{Built, Request};
use crate::oracle::{self, Obligation, Oracle, Outcome, Reason};
use policyc_runtime::program::Effect;
use policyc_runtime::trace::{Event, Tracer};
use policyc_runtime::{Call, Decided, Host, LiveSchema, Pdp, Requirements, Vm};
use std::fmt;

/// The evaluators of one policy.
#[derive(Debug)]
pub struct Judge<'p> {
    oracle: Oracle<'p>,
    indexed: Pdp,
    linear: Pdp,
    vm: Vm,
}

/// What the evaluators say where they disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Who disagrees with the reference evaluator.
    pub who: &'static str,
    /// What the reference evaluator says.
    pub reference: Outcome,
    /// What the other one says.
    pub other: Outcome,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "reference: {}", shown(&self.reference))?;
        write!(f, "{}: {}", self.who, shown(&self.other))
    }
}

fn shown(outcome: &Outcome) -> String {
    let reasons: Vec<&str> = outcome.reasons.iter().map(|reason| reason.id.as_str()).collect();
    format!("{:?} by {} with {:?}", outcome.decision, reasons.join(", "), outcome.obligations)
}

/// Listens, and so keeps the VM from stopping early.
struct Listener;

impl Tracer for Listener {
    fn event(&mut self, _: Event) {}
}

impl<'p> Judge<'p> {
    /// For a built policy.
    ///
    /// # Errors
    /// A program that its own loader refuses.
    pub fn new(built: &'p Built) -> Result<Self, String> {
        let load = |program| {
            Pdp::from_program(program, &Requirements::default())
                .map_err(|error| format!("not loaded: {error}"))
        };
        Ok(Self {
            oracle: Oracle::new(&built.policy),
            indexed: load(built.indexed.as_ref().clone())?,
            linear: load(built.linear.clone())?,
            vm: Vm::default(),
        })
    }

    /// The reference evaluator.
    #[must_use]
    pub const fn oracle(&self) -> &Oracle<'p> {
        &self.oracle
    }

    /// The indexed program, loaded.
    #[must_use]
    pub const fn indexed(&self) -> &Pdp {
        &self.indexed
    }

    /// What the VM decides by the indexed program.
    pub fn vm(&mut self, request: &Request) -> Outcome {
        decide(&mut self.vm, &self.indexed, request, false)
    }

    /// Decides in every way.
    ///
    /// # Errors
    /// The first disagreement.
    pub fn agree(&mut self, request: &Request) -> Result<Outcome, Box<Mismatch>> {
        let call = oracle::Call {
            server: &request.server,
            tool: &request.tool,
            args: &request.args,
            live: Some(None),
        };
        let host =
            oracle::Host { principal: &request.principal, session: &request.session, now_ms: request.now_ms };
        let reference = self.oracle.decide(&call, &host);
        let ways: [(&'static str, &Pdp, bool); 3] = [
            ("indexed", &self.indexed, false),
            ("linear", &self.linear, false),
            ("traced", &self.indexed, true),
        ];
        for (who, pdp, traced) in ways {
            let other = decide(&mut self.vm, pdp, request, traced);
            if other != reference {
                return Err(Box::new(Mismatch { who, reference, other }));
            }
        }
        Ok(reference)
    }
}

fn decide(vm: &mut Vm, pdp: &Pdp, request: &Request, traced: bool) -> Outcome {
    let call = Call {
        server: &request.server,
        tool: &request.tool,
        args: &request.args,
        schema: LiveSchema::Locked,
    };
    let host = Host { principal: &request.principal, session: &request.session, now_ms: request.now_ms };
    let decided = if traced {
        vm.decide_traced(pdp, &call, &host, &mut Listener)
    } else {
        vm.decide(pdp, &call, &host)
    };
    outcome(&decided)
}

/// A decision of the VM in the reference evaluator's words.
#[must_use]
pub fn outcome(decided: &Decided<'_>) -> Outcome {
    let reasons = decided.reasons().map(|reason| Reason {
        id: reason.id().to_owned(),
        kind: reason.kind(),
        because: if reason.kind() == "built_in" { String::new() } else { reason.message().to_owned() },
    });
    let obligations = decided
        .approvals()
        .map(|approval| Obligation { id: approval.statement.id.clone(), terms: approval.terms.clone() });
    let decision: Effect = decided.decision().effect();
    Outcome { decision, reasons: reasons.collect(), obligations: obligations.collect() }
}
