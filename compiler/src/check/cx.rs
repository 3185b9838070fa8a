//! The context in which expressions are checked: one statement on one tool. In: the world and a scope. Out: names looked up,
//! complaints collected.

use super::form::{Form, Value};
use crate::diagnostics::Code;
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::namespace::{Namespace, ScopeId, World};
use crate::ty::{ArgsTy, Definitions};
use crate::typed::VarId;
use policyc_grammar::ast::Text;
use policyc_grammar::source::Span;
use std::collections::BTreeSet;

/// How deep `let`, `fn` and `with` may be inlined in each other.
pub(crate) const MAX_INLINE: usize = 64;
/// How deep quantifiers and aggregates may nest.
pub(crate) const MAX_QUANTIFIERS: usize = 3;

/// What a local name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Local {
    /// A bound variable or a parameter: a value.
    Value(Value),
    /// A `with` clause or an argument that is no plain value.
    Form(Box<Form>),
}

/// The checking context.
pub(crate) struct Cx<'a> {
    pub world: &'a World,
    /// Where names are looked up at the moment; changes while a definition is inlined.
    pub scope: ScopeId,
    pub anchor: &'a Anchor,
    /// Type of `args`; `None` where `args` cannot be read.
    pub args: Option<&'a ArgsTy>,
    /// Why `args` cannot be read.
    pub no_args: &'static str,
    pub found: Vec<Found>,
    pub locals: Vec<(Text, Local)>,
    /// Locals below this index belong to the use, not to the definition being inlined.
    pub floor: usize,
    /// Every span is this one while a definition is inlined.
    pub at: Option<Span>,
    /// Definitions being inlined, for cycles.
    pub inlining: Vec<String>,
    pub quantifiers: usize,
    pub next_var: u32,
    pub used: BTreeSet<String>,
}

impl<'a> Cx<'a> {
    pub(crate) fn new(
        world: &'a World,
        scope: ScopeId,
        anchor: &'a Anchor,
        args: Option<&'a ArgsTy>,
    ) -> Self {
        Self {
            world,
            scope,
            anchor,
            args,
            no_args: "`args` is not known here",
            found: Vec::new(),
            locals: Vec::new(),
            floor: 0,
            at: None,
            inlining: Vec::new(),
            quantifiers: 0,
            next_var: 0,
            used: BTreeSet::new(),
        }
    }

    pub(crate) fn namespace(&self) -> &'a Namespace {
        self.world.namespace(self.scope)
    }

    pub(crate) fn definitions(&self) -> &'a Definitions {
        static NONE: Definitions = Definitions(Vec::new());
        self.args.map_or(&NONE, |args| &args.definitions)
    }

    /// The span to record for an expression: its own, or that of the use while a definition is inlined.
    pub(crate) fn span(&self, own: Span) -> Span {
        self.at.unwrap_or(own)
    }

    pub(crate) fn spot(&self, own: Span) -> Spot {
        Spot { anchor: self.anchor.clone(), span: self.span(own) }
    }

    pub(crate) fn report(&mut self, found: Found) {
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    /// Reports an error, and stands for the expression.
    pub(crate) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) -> Form {
        let found = Found::new(code, self.spot(span), message);
        self.report(found);
        Form::Error
    }

    /// Reports an error with help.
    pub(crate) fn error_help(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Form {
        let found = Found::new(code, self.spot(span), message).help(help);
        self.report(found);
        Form::Error
    }

    pub(crate) fn fresh(&mut self) -> VarId {
        self.next_var += 1;
        VarId(self.next_var)
    }

    pub(crate) fn local(&self, name: &str) -> Option<Local> {
        let visible = self.locals.get(self.floor..)?;
        visible.iter().rev().find(|(n, _)| n == name).map(|(_, local)| local.clone())
    }
}
