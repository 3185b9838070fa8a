//! What the theorems share. In: a seed. Out: built policies with requests; decisions in one form.

use policyc_runtime::program::Effect;
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Program, Requirements, Vm};
use policyc_tests::differential::outcome;
use policyc_tests::generate::tree::Tree;
use policyc_tests::generate::{Built, PolicyText, Request, Requests, Rng, build, policy};
use policyc_tests::oracle::{Caps, Json, Outcome, parse};

/// A loaded program and a VM for it.
pub(crate) struct Loaded {
    pub(crate) pdp: Pdp,
    vm: Vm,
}

impl Loaded {
    pub(crate) fn new(program: &Program) -> Self {
        let pdp = Pdp::from_program(program.clone(), &Requirements::default()).unwrap();
        Self { pdp, vm: Vm::default() }
    }

    pub(crate) fn decide(&mut self, request: &Request) -> Outcome {
        self.decide_as(request, LiveSchema::Locked)
    }

    pub(crate) fn decide_as(&mut self, request: &Request, schema: LiveSchema) -> Outcome {
        let call = Call { server: &request.server, tool: &request.tool, args: &request.args, schema };
        outcome(&self.vm.decide(&self.pdp, &call, &host(request)))
    }

    /// The listed tools, as (server, name); nothing for a principal that does not fit.
    pub(crate) fn list(&mut self, principal: &[u8]) -> Option<Vec<(String, String)>> {
        let listed = self.vm.list(&self.pdp, principal).ok()?;
        let name = |tool: &&policyc_runtime::program::Tool| {
            (self.pdp.server_of(tool).unwrap().identity.clone(), tool.name.clone())
        };
        Some(listed.iter().map(name).collect())
    }
}

pub(crate) fn host(request: &Request) -> Host<'_> {
    Host { principal: &request.principal, session: &request.session, now_ms: request.now_ms }
}

/// A policy that was built, and a generator for whatever is done with it.
pub(crate) fn policies(seed: u64, count: usize) -> impl Iterator<Item = (Built, Rng)> {
    let mut rng = Rng::new(seed);
    (0..count).filter_map(move |_| {
        let mut own = rng.fork();
        build(policy(&mut own)).map(|built| (built, own))
    })
}

/// Requests for a policy.
pub(crate) fn requests(source: &PolicyText, rng: &mut Rng, count: usize) -> Vec<Request> {
    let requests = Requests::new(source);
    (0..count).map(|_| requests.next(rng)).collect()
}

/// The decision came from a statement, or because there was none.
pub(crate) fn is_of_statements(outcome: &Outcome) -> bool {
    outcome.reasons[0].kind != "built_in" || outcome.reasons[0].id == "default_deny"
}

/// How restrictive a decision is.
pub(crate) fn rank(outcome: &Outcome) -> u8 {
    match outcome.decision {
        Effect::Allow => 0,
        Effect::Ask => 1,
        Effect::Deny => 2,
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A request for people.
pub(crate) fn shown(request: &Request) -> String {
    format!(
        "{}/{} {}\nprincipal {}\nsession {}\nnow {:?}",
        request.server,
        request.tool,
        text(&request.args),
        text(&request.principal),
        text(&request.session),
        request.now_ms
    )
}

/// The same value with other white space, escapes, number spellings and order of members; other bytes as they are.
pub(crate) fn respelled(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    match parse(bytes, Caps::default()) {
        Some(json) => tree(&json).spelled(rng).into_bytes(),
        None => bytes.to_vec(),
    }
}

pub(crate) fn tree(json: &Json) -> Tree {
    match json {
        Json::Null => Tree::Null,
        Json::Bool(value) => Tree::Bool(*value),
        Json::Number(exact) => Tree::Number(match exact.units() {
            Some(units) => decimal(units),
            None => exact.spelled(),
        }),
        Json::Text(text) => Tree::Text(text.clone()),
        Json::Array(items) => Tree::List(items.iter().map(tree).collect()),
        Json::Object(members) => {
            Tree::Object(members.iter().map(|(key, value)| (key.clone(), tree(value))).collect())
        }
    }
}

/// A decimal without an exponent.
fn decimal(units: i128) -> String {
    let (whole, fraction) = (units.abs() / 1_000_000_000, units.abs() % 1_000_000_000);
    let sign = if units < 0 { "-" } else { "" };
    if fraction == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{}", format!("{fraction:09}").trim_end_matches('0'))
    }
}
