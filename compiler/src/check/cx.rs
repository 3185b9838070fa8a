//! The context in which expressions are checked: one statement on one tool. In: the world and a scope. Out: names looked up,
//! complaints collected.

use super::form::{Form, Value};
use crate::builtins::BUILTINS;
use crate::diagnostics::Code;
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::namespace::{Namespace, ScopeId, World};
use crate::ty::{ArgsTy, Definitions, ResultTy};
use crate::typed::VarId;
use policyc_grammar::ast::{Name, Text};
use policyc_grammar::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// How deep `let`, `fn` and `with` may be inlined in each other.
pub(crate) const MAX_INLINE: usize = 64;
/// How deep an expression may be once its definitions are written out; one file's own nesting always fits.
const MAX_DEPTH: usize = 320;
/// How many parts one statement on one tool may have once its definitions are written out.
const MAX_PARTS: usize = 250_000;
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
    /// Where `result` can be read: its type, if anything is declared of it.
    pub result: Option<Option<&'a ResultTy>>,
    /// `reply` can be read.
    pub reply: bool,
    /// `input` can be read.
    pub input: bool,
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
    /// The expression that is checked next stands right under a `not`.
    pub negated: bool,
    pub next_var: u32,
    pub used: BTreeSet<String>,
    /// Functions being checked on their own, outermost first; empty in a statement.
    pub visiting: Vec<(ScopeId, usize)>,
    /// Functions that were checked on their own, and whether they have errors.
    pub broken: BTreeMap<(ScopeId, usize), bool>,
    depth: usize,
    parts: usize,
    /// That the expression is too large was reported.
    exhausted: bool,
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
            result: None,
            reply: false,
            input: false,
            no_args: "`args` is not known here",
            found: Vec::new(),
            locals: Vec::new(),
            floor: 0,
            at: None,
            inlining: Vec::new(),
            quantifiers: 0,
            negated: false,
            next_var: 0,
            used: BTreeSet::new(),
            visiting: Vec::new(),
            broken: BTreeMap::new(),
            depth: 0,
            parts: 0,
            exhausted: false,
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

    /// Runs one level deeper; reports an expression that is too large once its definitions are written out.
    pub(crate) fn deeper(&mut self, span: Span, run: impl FnOnce(&mut Self) -> Form) -> Form {
        if !self.affords(1, 1, span) {
            return Form::Error;
        }
        self.depth += 1;
        let out = run(self);
        self.depth -= 1;
        out
    }

    /// Counts parts that are written out here; says so once if they are too many or too deep.
    pub(crate) fn affords(&mut self, parts: usize, depth: usize, span: Span) -> bool {
        self.parts = self.parts.saturating_add(parts);
        if self.parts <= MAX_PARTS && self.depth.saturating_add(depth) <= MAX_DEPTH {
            return true;
        }
        if !self.exhausted {
            self.exhausted = true;
            self.error_help(
                Code::E0413,
                span,
                "this is too large once its definitions are written out",
                "split the condition into several rules",
            );
        }
        false
    }

    pub(crate) fn fresh(&mut self) -> VarId {
        self.next_var += 1;
        VarId(self.next_var)
    }

    /// A name for a local thing; an error where it already means something, for a reader would take the one for the other.
    pub(crate) fn bind(&mut self, name: &Name, local: Local) {
        let taken = if name.text.is_empty() {
            None
        } else if ["args", "principal", "session", "now"].contains(&name.text.as_str()) {
            Some("a word of the language")
        } else if self.local(&name.text).is_some() {
            Some("the name of something here")
        } else if self.namespace().lets.contains_key(&name.text) {
            Some("the name of a let")
        } else {
            None
        };
        if let Some(taken) = taken {
            let message = format!("`{}` is already {taken}", name.text);
            self.error_help(Code::E0304, name.span, message, "choose another name");
        }
        self.locals.push((name.text.clone(), local));
    }

    /// Whether two definitions are at odds about a name, as was reported where they stand: nothing is said of its uses.
    pub(crate) fn is_ambiguous(&mut self, name: &str) -> bool {
        let namespace = self.namespace();
        let (is_let, is_fn) = (namespace.lets.contains_key(name), namespace.fns.contains_key(name));
        let imported = namespace.file(self.scope.file).library.contains_key(name);
        let built_in = (is_let && name == "now") || (is_fn && BUILTINS.iter().any(|b| b.name == name));
        let ambiguous = !self.scope.library && (built_in || (imported && (is_let || is_fn)));
        if ambiguous {
            self.used.extend(["let", "fn", "std"].map(|form| format!("{form}:{name}")));
        }
        ambiguous
    }

    pub(crate) fn local(&self, name: &str) -> Option<Local> {
        let visible = self.locals.get(self.floor..)?;
        visible.iter().rev().find(|(n, _)| n == name).map(|(_, local)| local.clone())
    }
}
