//! Lowering: the typed tree of one tool to its decision IR. In: the policy's blocks for the tool. Out: [`ToolIr`], and the
//! places that it reads.
//!
//! One rule per file: `condition` (the connectives and their polarity), `test` (atoms), `compare` (arithmetic), `list` (what
//! quantifiers, `in`, `subset` and folds go through), `quantifier`, `member` (`in`, `subset`), `memory` (facts, labels, limits), `fold`, `value`, `record`, `ill` (what `??` must
//! not cover), `place` (paths), `shape` (types).

mod compare;
mod condition;
mod fold;
mod ill;
mod list;
mod member;
mod memory;
mod place;
mod quantifier;
mod record;
mod shape;
mod test;
mod value;

pub use compare::scale;

use super::captures::{Captures, Place, Tree};
use super::cond::Polarity;
use super::error::{EmitError, EmitErrorKind};
use super::pattern::{self, Compiled, PatternError};
use super::{ActionIr, Arm, Cond, ToolIr, Unit};
use crate::ty::{ArgsTy, Definitions, ObjectTy, ResultTy};
use crate::typed::{Block, Expr, Fact, Pattern, Policy, VarId};
use place::Binding;
use policyc_grammar::source::Span;
use policyc_runtime::program::Effect;
use policyc_runtime::program::instr::MAX_LOOPS;
use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock};

/// Deepest nesting of loops: the bound that the verifier states.
pub const MAX_NESTING: u8 = 3;

/// Most conditions and values that one tool may come to: literal and joined lists are unrolled.
pub const MAX_STEPS: usize = 1 << 20;

static NO_DEFINITIONS: Definitions = Definitions(Vec::new());

/// What conditions read of the host's values, over all tools.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Host {
    /// Places of the principal.
    pub principal: Captures,
    /// Places of the session.
    pub session: Captures,
    /// Some condition reads the time.
    pub now: bool,
}

/// Compiled patterns of one policy: each is compiled once.
#[derive(Debug, Default)]
pub struct Patterns {
    compiled: FxHashMap<Pattern, Result<Arc<Compiled>, PatternError>>,
}

impl Patterns {
    fn get(&mut self, source: &Pattern) -> Result<Arc<Compiled>, PatternError> {
        if let Some(known) = self.compiled.get(source) {
            return known.clone();
        }
        let compiled = pattern::compile(source).map(Arc::new);
        self.compiled.insert(source.clone(), compiled.clone());
        compiled
    }
}

/// What the code of one tool reads of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reads {
    /// Places of the arguments.
    pub args: Captures,
    /// Places of the result.
    pub result: Captures,
    /// The result's plain text is read.
    pub text: bool,
}

impl Reads {
    /// What lowering may start from: see [`Captures::entry_maps`].
    #[must_use]
    pub fn entry_maps(&self) -> Self {
        Self { args: self.args.entry_maps(), result: self.result.entry_maps(), text: false }
    }
}

/// Lowers what can match on one tool. `reads` is what is known of the tool's places (nothing, in a first pass).
///
/// # Errors
/// What is too deep or cannot be a pattern, with its statement.
pub fn tool(
    policy: &Policy,
    tool: usize,
    reads: Reads,
    host: &mut Host,
    patterns: &mut Patterns,
) -> Result<(ToolIr, Reads), EmitError> {
    let mut ir = ToolIr::default();
    let (Some(info), Some(blocks)) = (policy.tools.get(tool), policy.rules.get(tool)) else {
        return Ok((ir, reads));
    };
    let memory = policy.memory.get(tool);
    let mut lower = Lower::new(policy, &info.args, reads, host, patterns);
    lower.result_ty = memory.and_then(|memory| memory.result.as_deref());
    for block in blocks {
        let arms = match block {
            Block::Rule(statement, condition) => vec![lower.arm(policy, *statement, condition)?],
            Block::Decide(arms) => arms
                .iter()
                .map(|(statement, condition)| lower.arm(policy, *statement, condition))
                .collect::<Result<_, _>>()?,
        };
        let has = |effect: Effect| {
            arms.iter().any(|arm| {
                policy
                    .statements
                    .get(arm.statement as usize)
                    .is_some_and(|statement| statement.effect == effect)
            })
        };
        let phase = if has(Effect::Deny) {
            &mut ir.denies
        } else if has(Effect::Ask) {
            &mut ir.asks
        } else {
            &mut ir.allows
        };
        phase.push(Unit { arms });
    }
    if let Some(memory) = memory {
        ir.memory = lower.memory(policy, memory)?;
    }
    Ok((ir, lower.reads))
}

/// Lowers what judges replies; `reads.text` is the text of the reply.
///
/// # Errors
/// As [`tool`].
pub fn reply(
    policy: &Policy,
    reads: Reads,
    host: &mut Host,
    patterns: &mut Patterns,
) -> Result<(Vec<ActionIr>, Reads), EmitError> {
    let mut lower = Lower::new(policy, &NO_ARGS, reads, host, patterns);
    let shown = lower.shows(&policy.reply)?;
    Ok((shown, lower.reads))
}

/// A reply is no call.
static NO_ARGS: LazyLock<ArgsTy> = LazyLock::new(ArgsTy::default);

/// The state of lowering one tool.
#[derive(Debug)]
struct Lower<'a, 'c> {
    args_ty: &'a ArgsTy,
    principal: &'a ObjectTy,
    session: &'a ObjectTy,
    result_ty: Option<&'a ResultTy>,
    /// The result may be none: an error, or something that is not what is declared of it.
    unfit: bool,
    facts: &'a [Fact],
    reads: Reads,
    host: &'c mut Host,
    patterns: &'c mut Patterns,
    /// What variables stand for, innermost last.
    scope: Vec<(VarId, Binding<'a>)>,
    /// Frames of the loops around.
    depth: u8,
    /// Loops around.
    nesting: u8,
    /// Values bound around.
    locals: u32,
    /// The statement being lowered.
    statement: u32,
    /// It reads a zone's table.
    reads_zone: bool,
    /// Conditions and values lowered so far.
    steps: usize,
}

impl<'a, 'c> Lower<'a, 'c> {
    fn new(
        policy: &'a Policy,
        args_ty: &'a ArgsTy,
        reads: Reads,
        host: &'c mut Host,
        patterns: &'c mut Patterns,
    ) -> Self {
        Self {
            args_ty,
            result_ty: None,
            unfit: false,
            facts: &policy.facts,
            principal: &policy.principal,
            session: &policy.session,
            reads,
            host,
            patterns,
            scope: Vec::new(),
            depth: 0,
            nesting: 0,
            locals: 0,
            statement: 0,
            reads_zone: false,
            steps: 0,
        }
    }
}

impl<'a> Lower<'a, '_> {
    fn arm(&mut self, policy: &Policy, statement: u32, condition: &'a Expr) -> Result<Arm, EmitError> {
        self.statement = statement;
        self.reads_zone = false;
        let head = policy.statements.get(statement as usize);
        let effect = head.map_or(Effect::Deny, |head| head.effect);
        let polarity = if effect == Effect::Allow { Polarity::True } else { Polarity::NotFalse };
        let matches = self.condition(condition, polarity)?;
        // An ask of a guardrail permits nothing, whatever its condition is.
        let grants = if effect == Effect::Ask && head.is_some_and(|head| !head.guardrail) {
            Some(self.condition(condition, Polarity::True)?)
        } else {
            None
        };
        Ok(Arm { statement, matches, grants, reads_zone: self.reads_zone })
    }

    fn error(&self, kind: EmitErrorKind, span: Span) -> EmitError {
        EmitError { kind, statement: Some(self.statement), span }
    }

    /// Counts one more condition or value.
    fn step(&mut self, span: Span) -> Result<(), EmitError> {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MAX_STEPS {
            return Err(self.error(EmitErrorKind::CodeTooLong { limit: MAX_STEPS }, span));
        }
        Ok(())
    }

    fn captures(&mut self, tree: Tree) -> &mut Captures {
        match tree {
            Tree::Args => &mut self.reads.args,
            Tree::Result => &mut self.reads.result,
            Tree::Principal => &mut self.host.principal,
            Tree::Session => &mut self.host.session,
        }
    }

    fn want(&mut self, place: Place) {
        self.captures(place.tree).want(place.node);
    }

    /// Runs `inside` within a loop of `frames` frames; the first is at the depth that it is given.
    fn in_loop<T>(
        &mut self,
        frames: u8,
        span: Span,
        inside: impl FnOnce(&mut Self, u8) -> Result<T, EmitError>,
    ) -> Result<T, EmitError> {
        let depth = self.depth;
        if depth.saturating_add(frames) > MAX_LOOPS || self.nesting >= MAX_NESTING {
            return Err(self.error(EmitErrorKind::LoopsTooDeep { limit: MAX_NESTING }, span));
        }
        self.depth = depth.saturating_add(frames);
        self.nesting = self.nesting.saturating_add(1);
        let result = inside(self, depth);
        self.depth = depth;
        self.nesting = self.nesting.saturating_sub(1);
        result
    }

    /// Runs `inside` with a variable bound.
    fn with<T>(&mut self, var: VarId, binding: Binding<'a>, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.scope.push((var, binding));
        let result = inside(self);
        self.scope.pop();
        result
    }

    /// A condition in which `value` is computed once if computing it takes an instruction.
    fn bound(
        &mut self,
        value: value::Typed,
        inside: impl FnOnce(&mut Self, &value::Typed) -> Result<Cond, EmitError>,
    ) -> Result<Cond, EmitError> {
        if value.is_at_hand() {
            return inside(self, &value);
        }
        let local = self.locals;
        self.locals = local.saturating_add(1);
        let body = inside(self, &value.renamed(local));
        self.locals = local;
        Ok(Cond::bind(local, value.value, body?))
    }
}
