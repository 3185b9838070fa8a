//! What conditions come to in one call. In: conditions of the typed tree, and the call. Out: true, false or unknown for each, as the VM
//! computes it.
//!
//! Each condition becomes an `ask` of a policy of its own over the one tool, since an ask tells all three values apart: it grants where
//! its condition is true, restricts alone where that is unknown, and does not match where it is false. So no second evaluator has an
//! opinion on what a condition means, and short circuits hide nothing.

use crate::emit::{EmitOptions, emit};
use crate::typed::{Block, Expr, Origin, Policy, PolicySource, Statement, ToolMemory};
use policyc_grammar::source::Span;
use policyc_runtime::program::{ApprovalTerms, Effect, StatementKind};
use policyc_runtime::state::Memory;
use policyc_runtime::trace::{NoTrace, Truth};
use policyc_runtime::{Call, Host, Pdp, Requirements, Vm};
use std::sync::Arc;

/// Conditions of one run at most; more are run in parts.
const TOGETHER: usize = 256;

/// Conditions in all; those beyond have no answer.
const MOST: usize = 8_192;

/// Conditions on one tool to be evaluated in one call.
#[derive(Debug)]
pub(super) struct Probes<'p> {
    policy: &'p Policy,
    tool: usize,
    conditions: Vec<Expr>,
}

impl<'p> Probes<'p> {
    pub(super) const fn new(policy: &'p Policy, tool: usize) -> Self {
        Self { policy, tool, conditions: Vec::new() }
    }

    /// Adds a condition without free variables; the answer has its number.
    pub(super) fn add(&mut self, condition: Expr) -> usize {
        self.conditions.push(condition);
        self.conditions.len() - 1
    }

    /// No more conditions are answered.
    pub(super) const fn is_full(&self) -> bool {
        self.conditions.len() >= MOST
    }

    /// The answers, by number. `None`: the condition cannot be evaluated by itself.
    pub(super) fn run(&self, call: &Call<'_>, host: &Host<'_>, memory: &Memory<'_>) -> Vec<Option<Truth>> {
        let mut out = Vec::with_capacity(self.conditions.len());
        for part in
            self.conditions.get(..MOST.min(self.conditions.len())).unwrap_or_default().chunks(TOGETHER)
        {
            self.part(part, call, host, memory, &mut out);
        }
        out.resize(self.conditions.len(), None);
        out
    }

    fn part(
        &self,
        conditions: &[Expr],
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
        out: &mut Vec<Option<Truth>>,
    ) {
        if let Some(answers) = self.together(conditions, call, host, memory) {
            out.extend(answers.into_iter().map(Some));
        } else if let Some((first, second)) = conditions.split_at_checked(conditions.len() / 2)
            && !first.is_empty()
        {
            // What is too much together, or does not depend on this call alone, is tried apart.
            self.part(first, call, host, memory, out);
            self.part(second, call, host, memory, out);
        } else {
            out.resize(out.len() + conditions.len(), None);
        }
    }

    fn together(
        &self,
        conditions: &[Expr],
        call: &Call<'_>,
        host: &Host<'_>,
        memory: &Memory<'_>,
    ) -> Option<Vec<Truth>> {
        let policy = self.policy_of(conditions)?;
        let program = emit(&policy, &EmitOptions { index: false }).ok()?.program;
        let pdp = Pdp::from_program(program, &Requirements::default()).ok()?;
        let mut vm = Vm::new(&pdp);
        let decided = vm.decide_by(&pdp, call, host, memory, &mut NoTrace);
        // Only a denial by default is a result of the conditions; any other built-in reason comes before them.
        if decided.built_in().is_some_and(|reason| reason != policyc_runtime::BuiltIn::DefaultDeny) {
            return None;
        }
        let mut answers = vec![Truth::False; conditions.len()];
        for matched in decided.matched() {
            if let Some(answer) = answers.get_mut(matched.statement as usize) {
                *answer = if matched.grants { Truth::True } else { Truth::Unknown };
            }
        }
        Some(answers)
    }

    fn policy_of(&self, conditions: &[Expr]) -> Option<Policy> {
        let tool = self.policy.tools.get(self.tool)?.clone();
        let statement = |number: usize| Statement {
            id: format!("{number:06}").into(),
            effect: Effect::Ask,
            kind: StatementKind::Rule,
            guardrail: false,
            shadow: false,
            because: "".into(),
            terms: Some(ApprovalTerms { from: vec!["nobody".to_owned()], quorum: 1, within_ms: None }),
            docs: "".into(),
            origin: Origin::default(),
            span: Span::default(),
        };
        Some(Policy {
            name: self.policy.name.clone(),
            title: "".into(),
            edition: self.policy.edition,
            sources: vec![PolicySource { path: "".into(), text: "".into() }],
            servers: self.policy.servers.clone(),
            tools: vec![tool],
            principal: self.policy.principal.clone(),
            session: self.policy.session.clone(),
            statements: (0..conditions.len()).map(statement).collect(),
            rules: vec![
                (0_u32..).zip(conditions).map(|(n, e)| Block::Rule(n, Arc::new(e.clone()))).collect(),
            ],
            guardrails: Vec::new(),
            facts: self.policy.facts.clone(),
            labels: self.policy.labels.clone(),
            limits: Vec::new(),
            memory: vec![ToolMemory::default()],
            redactions: Vec::new(),
            disclaimers: Vec::new(),
            reply: Vec::new(),
        })
    }
}
