//! Many policies, many requests each. In: a plan. Out: a summary, or the first failure, made small.

use super::judge::{Judge, Mismatch};
use super::shrink::shrink;
use crate::generate::{PolicyText, Request, Requests, Rng, build, policy};
use policyc_runtime::program::Effect;
use std::collections::BTreeMap;
use std::fmt;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// At least so many (policy, request) pairs.
    pub pairs: usize,
    /// Requests per policy.
    pub requests: usize,
    /// The seed of everything.
    pub seed: u64,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The seed.
    pub seed: u64,
    /// Pairs on which all agree.
    pub pairs: usize,
    /// Policies.
    pub policies: usize,
    /// Policies that could not be built at all.
    pub unbuilt: usize,
    /// Statements that were generated.
    pub statements: usize,
    /// Statements that the compiler refused.
    pub refused: usize,
    /// Switches in the programs: how often the index was used.
    pub switches: usize,
    /// Decisions.
    pub decisions: BTreeMap<Effect, usize>,
    /// Built-in reasons.
    pub built_in: BTreeMap<String, usize>,
    /// Complaints of the compiler by code, with an example.
    pub complaints: BTreeMap<String, (usize, String)>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |effect: Effect| self.decisions.get(&effect).copied().unwrap_or(0);
        write!(
            f,
            "{} pairs agree (seed {}): {} policies with {} statements ({} refused, {} policies unbuilt) and {} switches; \
             allow {}, ask {}, deny {}; built in {:?}",
            self.pairs,
            self.seed,
            self.policies,
            self.statements,
            self.refused,
            self.unbuilt,
            self.switches,
            of(Effect::Allow),
            of(Effect::Ask),
            of(Effect::Deny),
            self.built_in,
        )
    }
}

/// A disagreement, made small.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The seed, and the number of the policy.
    pub seed: (u64, usize),
    /// The policy.
    pub policy: PolicyText,
    /// The request.
    pub request: Request,
    /// What the evaluators say.
    pub mismatch: Mismatch,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        writeln!(f, "seed {}, policy {}:\n{}", self.seed.0, self.seed.1, self.policy.shown())?;
        let request = &self.request;
        writeln!(f, "call {}/{} {}", request.server, request.tool, text(&request.args))?;
        writeln!(f, "principal {}", text(&request.principal))?;
        writeln!(f, "session {}\nnow {:?}", text(&request.session), request.now_ms)?;
        write!(f, "{}", self.mismatch)
    }
}

/// Runs a plan to its end or to the first disagreement.
///
/// # Errors
/// The disagreement, or a program that is refused, or a pattern that the reference evaluator cannot read.
pub fn run(plan: Plan) -> Result<Summary, String> {
    let mut summary = Summary { seed: plan.seed, ..Summary::default() };
    let mut rng = Rng::new(plan.seed);
    let mut number = 0;
    while summary.pairs < plan.pairs {
        // Each policy has a generator of its own, so that it can be made again without the ones before it.
        let mut own = rng.fork();
        number += 1;
        if summary.unbuilt > 10 && summary.unbuilt > number / 4 {
            return Err(format!("{} of {number} generated policies are not built", summary.unbuilt));
        }
        one(plan, number, &mut own, &mut summary)?;
    }
    Ok(summary)
}

fn one(plan: Plan, number: usize, rng: &mut Rng, summary: &mut Summary) -> Result<(), String> {
    let Some(built) = build(policy(rng)) else {
        summary.unbuilt += 1;
        return Ok(());
    };
    summary.policies += 1;
    summary.statements += built.statements;
    summary.refused += built.refused.len();
    summary.switches += built.indexed.switches.len();
    for complaint in &built.refused {
        let code = complaint.split(' ').next().unwrap_or_default().to_owned();
        summary.complaints.entry(code).or_insert_with(|| (0, complaint.clone())).0 += 1;
    }
    let mut judge = Judge::new(&built).map_err(|error| format!("{error}\n{}", built.source.shown()))?;
    let requests = Requests::new(&built.source);
    for _ in 0..plan.requests.min(plan.pairs.saturating_sub(summary.pairs)) {
        let request = requests.next(rng);
        match judge.agree(&request) {
            Ok(outcome) => {
                *summary.decisions.entry(outcome.decision).or_default() += 1;
                if let [reason] = outcome.reasons.as_slice()
                    && reason.kind == "built_in"
                {
                    *summary.built_in.entry(reason.id.clone()).or_default() += 1;
                }
            }
            Err(mismatch) => {
                let (policy, request, mismatch) = shrink(&built.source, &request, &mismatch);
                return Err(Failure { seed: (plan.seed, number), policy, request, mismatch }.to_string());
            }
        }
        summary.pairs += 1;
    }
    match judge.oracle().unread_pattern() {
        Some(pattern) => Err(format!("the reference evaluator cannot read /{pattern}/")),
        None => Ok(()),
    }
}
