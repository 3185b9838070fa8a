//! A policy with its tools, and agents that call them. In: text. Out: decisions and admitted calls, by the gate.

use policyc_compiler::Compiler;
use policyc_compiler::diagnostics::Level;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_runtime::decision::Decision;
use policyc_runtime::gate::{Admitted, Asked, Consent, Gate, Learned, Outcome};
use policyc_runtime::result::{Body, Sent};
use policyc_runtime::state::approval::{Answer, Approver};
use policyc_runtime::state::{Memory, StateError, StateStore, Who};
use policyc_runtime::trace::NoTrace;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use std::fmt::Write as _;
use std::sync::Arc;

/// Builds a policy over the tools of the server `s`: name and properties of each, the latter as in a JSON Schema. Every property is
/// optional.
pub(crate) fn load(tools: &[(&str, &str)], policy: &str) -> Pdp {
    let mut list = String::new();
    for (name, properties) in tools {
        let comma = if list.is_empty() { "" } else { "," };
        let schema = format!(r#"{{"type":"object","properties":{{{properties}}}}}"#);
        write!(list, r#"{comma}{{"name":"{name}","inputSchema":{schema}}}"#).unwrap();
    }
    let document = format!(r#"{{"tools":[{list}]}}"#);
    let lock = import_document(&document, "s", &ImportOptions::default()).unwrap().lock.to_text();
    let policy = format!("edition 2026\npolicy p\nimport tools s from \"s.lock.json\"\n{policy}");
    let files = MemoryFiles::default().with("p.policy", &policy).with("s.lock.json", &lock);
    let (report, program) = Compiler::new(Arc::new(files)).build("p.policy");
    let errors = || report.diagnostics.iter().filter(|own| own.level == Level::Error).collect::<Vec<_>>();
    let program = program.unwrap_or_else(|| panic!("{:#?}", errors()));
    Pdp::load(&program.to_bytes(), &Requirements::default()).unwrap()
}

/// A thread of a host.
pub(crate) struct Agent<'w> {
    pub(crate) gate: Gate<'w>,
    vm: Vm,
    pub(crate) who: Who<'w>,
    /// UTC milliseconds, as the host reads them.
    pub(crate) now: i64,
}

/// What is known of a call before its outcome.
pub(crate) struct Admission<'c> {
    tool: &'c str,
    args: &'c str,
    pub(crate) admitted: Admitted,
}

/// The server and host values of every call.
pub(crate) const SERVER: &str = "s";
const EMPTY: &[u8] = b"{}";

impl<'w> Agent<'w> {
    pub(crate) fn new(pdp: &'w Pdp, store: &'w dyn StateStore) -> Self {
        let who = Who { principal: b"agent", session: b"first" };
        Self { gate: Gate { pdp, store }, vm: Vm::new(pdp), who, now: 0 }
    }

    pub(crate) fn in_session(self, session: &'w str) -> Self {
        Self { who: Who { session: session.as_bytes(), ..self.who }, ..self }
    }

    fn host(&self) -> Host<'static> {
        Host { principal: EMPTY, session: EMPTY, now_ms: Some(self.now) }
    }

    /// Decides and admits.
    pub(crate) fn try_admit<'c>(
        &mut self,
        tool: &'c str,
        args: &'c str,
        consent: Consent,
    ) -> Result<(Decision, Option<Admission<'c>>), StateError> {
        let call = call(tool, args);
        let host = self.host();
        let (decided, admitted) = self.gate.admit(&mut self.vm, &call, &host, &self.who, consent)?;
        Ok((decided.decision(), admitted.map(|admitted| Admission { tool, args, admitted })))
    }

    /// The same where the store works.
    pub(crate) fn admit<'c>(&mut self, tool: &'c str, args: &'c str) -> Option<Admission<'c>> {
        let (decision, admission) = self.try_admit(tool, args, Consent::None).unwrap();
        assert_eq!(decision == Decision::Allow, admission.is_some());
        admission
    }

    pub(crate) fn decide(&mut self, tool: &str, args: &str) -> Decision {
        let host = self.host();
        let memory = policyc_runtime::state::Memory { store: self.gate.store, who: self.who };
        let call = call(tool, args);
        self.vm
            .decide_by(self.gate.pdp, &call, &host, &memory, &mut policyc_runtime::trace::NoTrace)
            .decision()
    }

    /// What the agent is told of a call.
    pub(crate) fn told(&mut self, tool: &str, args: &str) -> String {
        let host = self.host();
        let memory = Memory { store: self.gate.store, who: self.who };
        let decided = self.vm.decide_by(self.gate.pdp, &call(tool, args), &host, &memory, &mut NoTrace);
        decided.agent_message().into_owned()
    }

    /// How much of a limit is used before a call, in units.
    pub(crate) fn used(&mut self, tool: &str, args: &str, limit: &str) -> i128 {
        let host = self.host();
        let memory = Memory { store: self.gate.store, who: self.who };
        let call = call(tool, args);
        let decided = self.vm.decide_by(self.gate.pdp, &call, &host, &memory, &mut NoTrace);
        decided.usage().find(|usage| usage.statement.id == limit).unwrap().used
    }

    /// Tells an outcome.
    pub(crate) fn tell(&mut self, admission: &Admission<'_>, outcome: &Outcome<'_>) {
        let _ = self.learn(admission, outcome);
    }

    /// Tells an outcome: what it teaches.
    pub(crate) fn learn(&mut self, admission: &Admission<'_>, outcome: &Outcome<'_>) -> Learned {
        let call = call(admission.tool, admission.args);
        let host = self.host();
        self.gate.outcome(&mut self.vm, &admission.admitted, &call, &host, outcome).unwrap()
    }

    /// Tells an answer; whether the agent sees it.
    pub(crate) fn answer(&mut self, admission: &Admission<'_>, result: &str) -> bool {
        let call = call(admission.tool, admission.args);
        let (host, sent) = (self.host(), Sent::Result(result.as_bytes()));
        let answered = self.gate.answer(&mut self.vm, &admission.admitted, &call, &host, sent).unwrap();
        !matches!(answered.shown.body, Body::Withheld(_))
    }

    /// Asks people; the principal of all calls is `agent`.
    pub(crate) fn ask(&mut self, tool: &str, args: &str) -> Asked {
        let host = self.host();
        self.gate.ask(&mut self.vm, &call(tool, args), &host, &self.who, b"agent").unwrap()
    }

    /// A person answers.
    pub(crate) fn vote(&self, tool: &str, args: &str, approver: &Approver<'_>, answer: Answer) {
        let fingerprint = self.gate.fingerprint(&call(tool, args), &self.who).unwrap();
        self.gate.vote(&self.who, &fingerprint, *approver, answer, &[], Some(self.now)).unwrap();
    }

    pub(crate) fn reply(&mut self, text: &str) -> Decision {
        let host = self.host();
        self.gate.reply(&mut self.vm, text, &host, &self.who).decision
    }

    /// A call that succeeds with a result, which it returns as JSON.
    pub(crate) fn run(&mut self, tool: &str, args: &str, result: &str) -> bool {
        let admission = self.admit(tool, args);
        if let Some(admission) = &admission {
            self.tell(admission, &succeeds(result));
        }
        admission.is_some()
    }
}

pub(crate) fn succeeds(result: &str) -> Outcome<'_> {
    Outcome::Success { result: result.as_bytes(), text: result.as_bytes() }
}

fn call<'c>(tool: &'c str, args: &'c str) -> Call<'c> {
    Call { server: SERVER, tool, args: args.as_bytes(), schema: LiveSchema::Locked }
}
