//! Rules, decides and hides. In: one item. Out: [`Checked`]: heads, and per tool the typed condition of each head.

use super::clauses::{self, Clauses};
use super::cx::{Cx, Local};
use super::form::{expr, not, truth, unknown};
use super::swept::swept;
use super::{Checked, Head, vacuous, walk};
use crate::diagnostics::{Code, Level};
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::lost::Wanted;
use crate::resolve::namespace::{ScopeId, World};
use crate::resolve::suggest::listing;
use crate::resolve::tools::{self, Place};
use crate::ty::ArgsTy;
use crate::typed::{Expr, ExprKind, Root};
use policyc_grammar::ast::{self, Arm, Effect, Item, ItemKind, Name, ToolList, With};
use policyc_grammar::source::Span;
use policyc_runtime::program::{self, StatementKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One rule, arm or hide, before it is checked per tool.
struct Part<'a> {
    effect: Effect,
    clauses: Clauses<'a>,
    /// `with` clauses in scope, in order.
    with: Vec<&'a With>,
    /// Where to put the condition of a statement without one.
    span: Span,
}

/// Checks a statement; `None` for items that are none.
pub(crate) fn check(world: &World, scope: ScopeId, anchor: &Anchor, item: &Item) -> Option<Checked> {
    let mut found = Vec::new();
    let namespace = world.namespace(scope);
    let (name, list, parts, ordered, kind) = match &item.kind {
        ItemKind::Rule { name, effect, effect_span, tools, clauses } => {
            let clauses = clauses::sort(clauses, anchor, &mut found);
            let with = clauses.with.clone();
            (
                name,
                tools,
                vec![(name, Part { effect: *effect, clauses, with, span: *effect_span })],
                false,
                StatementKind::Rule,
            )
        }
        ItemKind::Hide { name, tools, clauses } => {
            let clauses = clauses::sort(clauses, anchor, &mut found);
            let with = clauses.with.clone();
            (
                name,
                tools,
                vec![(name, Part { effect: Effect::Deny, clauses, with, span: name.span })],
                false,
                StatementKind::Hide,
            )
        }
        ItemKind::Decide { name, tools, with, arms } => {
            (name, tools, arms_of(arms, with, anchor, &mut found), true, StatementKind::Arm)
        }
        _ => return None,
    };
    let mut out = Checked { ordered, heads: Vec::with_capacity(parts.len()), ..Checked::default() };
    for (part_name, part) in &parts {
        let default = namespace.approvers.as_ref();
        let terms = part.clauses.terms(part.effect, default, part.span, anchor, &mut found);
        if part.effect == Effect::Allow && namespace.guardrail {
            found.push(
                Found::new(
                    Code::E0601,
                    Spot { anchor: anchor.clone(), span: part.span },
                    "a guardrails file cannot allow",
                )
                .help("guardrails restrict with `deny`, `ask` and `hide`; what is allowed, the policy says"),
            );
        }
        out.heads.push(head(item, name, part_name, part, kind, ordered, terms));
    }
    let place = Place { world, namespace, file: scope.file, anchor };
    let selected = tools::select(place, list, &mut found);
    out.used.extend(selected.groups.iter().map(|g| format!("group:{g}")));
    if selected.by_hints && parts.iter().any(|(_, p)| p.effect == Effect::Allow) {
        found.push(granted_by_hints(anchor, list));
    }
    if let [(_, part)] = parts.as_slice()
        && part.effect == Effect::Allow
        && !selected.by_hints
        && !selected.broken
        && part.clauses.when.is_none()
        && part.clauses.unless.is_none()
    {
        out.swept = swept(place, list, &selected.tools);
        out.swept_at = part.span;
    }
    let mut statement = Statement {
        world,
        scope,
        anchor,
        parts: parts.iter().map(|(_, p)| p).collect(),
        kind,
        hints: list.hints.as_ref().map_or(list.span, |e| e.span),
        uncertain: selected.uncertain,
        read: is_read(&item.kind, parts.iter().map(|(_, p)| p)),
        by_tool: BTreeMap::new(),
        used: BTreeSet::new(),
    };
    out.tools = statement.tools(list, &selected.tools, &mut found);
    out.used.append(&mut statement.used);
    found.extend(statement.merged(out.tools.len()));
    out.found = found;
    Some(out)
}

fn granted_by_hints(anchor: &Anchor, list: &ToolList) -> Found {
    let span = list.hints.as_ref().map_or(list.span, |e| e.span);
    Found::new(
        Code::E0507,
        Spot { anchor: anchor.clone(), span },
        "an `allow` cannot select tools by their hints",
    )
    .help(
        "hints are the server's own claims, and may only restrict: name the tools, or put them in a `group`",
    )
}

/// Whether every arm and every condition of a statement parsed.
fn is_read<'a>(kind: &ItemKind, mut parts: impl Iterator<Item = &'a Part<'a>>) -> bool {
    let broken = |expr: &&ast::Expr| matches!(expr.kind, ast::ExprKind::Error);
    let arms = matches!(kind, ItemKind::Decide { arms, .. } if arms.iter().any(|arm| arm.effect.is_none()));
    let conditions = |part: &Part<'a>| {
        let with = part.with.iter().map(|with| &with.value);
        part.clauses.when.into_iter().chain(part.clauses.unless).chain(with).any(|expr| broken(&expr))
    };
    !arms && !parts.any(conditions)
}

fn arms_of<'a>(
    arms: &'a [Arm],
    shared: &'a [With],
    anchor: &Anchor,
    found: &mut Vec<Found>,
) -> Vec<(&'a Name, Part<'a>)> {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut out = Vec::new();
    let mut closed: Option<&Name> = None;
    for arm in arms {
        let Some(effect) = arm.effect else { continue };
        let spot = Spot { anchor: anchor.clone(), span: arm.name.span };
        if let Some(first) = names.insert(&arm.name.text, arm.name.span) {
            let at = Spot { anchor: anchor.clone(), span: first };
            found.push(
                Found::new(Code::E0304, spot.clone(), format!("two arms are named `{}`", arm.name.text))
                    .label(at, "first here"),
            );
        }
        if let Some(always) = closed {
            let at = Spot { anchor: anchor.clone(), span: always.span };
            found.push(
                Found::new(Code::W0805, spot, format!("arm `{}` is never looked at", arm.name.text))
                    .label(at, "this arm has no condition, so it always matches")
                    .help("arms are tried in order: put the one without a condition last"),
            );
        }
        let clauses = clauses::sort(&arm.clauses, anchor, found);
        if clauses.when.is_none() && clauses.unless.is_none() && closed.is_none() {
            closed = Some(&arm.name);
        }
        let with = shared.iter().chain(clauses.with.iter().copied()).collect();
        out.push((&arm.name, Part { effect, clauses, with, span: arm.effect_span }));
    }
    if out.is_empty() && arms.is_empty() {
        let spot = Spot { anchor: anchor.clone(), span: Span::default() };
        found.push(
            Found::new(Code::E0101, spot, "a `decide` without arms decides nothing")
                .help("write arms such as `small: allow when …`"),
        );
    }
    out
}

fn head(
    item: &Item,
    name: &Name,
    part_name: &Name,
    part: &Part<'_>,
    kind: StatementKind,
    ordered: bool,
    terms: Option<program::ApprovalTerms>,
) -> Head {
    let id = if ordered { format!("{}.{}", name.text, part_name.text) } else { name.text.to_string() };
    Head {
        id: Arc::from(id),
        effect: match part.effect {
            Effect::Allow => program::Effect::Allow,
            Effect::Ask => program::Effect::Ask,
            Effect::Deny => program::Effect::Deny,
        },
        kind,
        shadow: item.shadow.is_some(),
        because: part.clauses.because.clone().unwrap_or_default(),
        terms,
        docs: Arc::from(item.docs.join("\n")),
        span: if ordered { part_name.span.to(part.span) } else { item.span },
    }
}

/// What checking gave for one type of arguments (`None`: for any), where the `where` certainly holds or may.
type OnType = ((Option<Arc<ArgsTy>>, bool, bool), Arc<[Arc<Expr>]>, Vec<Found>);

struct Statement<'a> {
    world: &'a World,
    scope: ScopeId,
    anchor: &'a Anchor,
    parts: Vec<&'a Part<'a>>,
    kind: StatementKind,
    /// Its `where`.
    hints: Span,
    /// Tools of which the lock does not say whether the `where` holds.
    uncertain: BTreeSet<u32>,
    /// All of it parsed.
    read: bool,
    /// What was found on each tool.
    by_tool: BTreeMap<u32, Vec<Found>>,
    used: BTreeSet<String>,
}

impl Statement<'_> {
    fn tools(
        &mut self,
        list: &ToolList,
        selected: &BTreeSet<u32>,
        found: &mut Vec<Found>,
    ) -> Vec<(u32, Arc<[Arc<Expr>]>)> {
        let kept = self.having(list, selected, found);
        let reads_args = self.parts.iter().any(|p| p.mentions("args"));
        let mut out: Vec<(u32, Arc<[Arc<Expr>]>)> = Vec::with_capacity(kept.len());
        // Tools with one type of arguments share a tree; a statement that reads none is checked once.
        let mut done: Vec<OnType> = Vec::new();
        for tool in kept {
            let Some(entry) = self.world.tools.get(tool as usize) else { continue };
            let uncertain = self.uncertain.contains(&tool);
            let input = self.world.inputs.contains(&tool);
            let key = (reads_args.then(|| entry.args.clone()), uncertain, input);
            let known = done.iter().find(|(k, _, _)| match (&k.0, &key.0) {
                (None, None) => (k.1, k.2) == (uncertain, input),
                (Some(a), Some(b)) => Arc::ptr_eq(a, b) && (k.1, k.2) == (uncertain, input),
                _ => false,
            });
            let (conditions, complaints) = match known {
                Some((_, conditions, complaints)) => (conditions.clone(), complaints.clone()),
                None => {
                    let (conditions, complaints) = self.on(&entry.args, uncertain, input);
                    let conditions: Arc<[Arc<Expr>]> = conditions.into_iter().map(Arc::new).collect();
                    done.push((key, conditions.clone(), complaints.clone()));
                    (conditions, complaints)
                }
            };
            if !complaints.is_empty() {
                self.by_tool.insert(tool, complaints);
            }
            out.push((tool, conditions));
        }
        out
    }

    /// Keeps the tools that declare every `having` path.
    fn having(&self, list: &ToolList, selected: &BTreeSet<u32>, found: &mut Vec<Found>) -> Vec<u32> {
        if list.having.is_empty() {
            return selected.iter().copied().collect();
        }
        let no_paths = list.having.iter().filter(|path| !is_argument(path));
        let before = found.len();
        found.extend(no_paths.map(|path| {
            let spot = Spot { anchor: self.anchor.clone(), span: path.span };
            Found::new(Code::E0401, spot, "`having` names an argument that tools declare")
                .help("write its path: `having args.amount`")
        }));
        if found.len() > before {
            return selected.iter().copied().collect();
        }
        let (mut kept, mut left) = (Vec::new(), Vec::new());
        for &tool in selected {
            let Some(entry) = self.world.tools.get(tool as usize) else { continue };
            let mut cx = Cx::new(self.world, self.scope, self.anchor, Some(&entry.args));
            let declared = list.having.iter().all(|path| {
                let before = cx.found.len();
                let form = cx.form(path);
                matches!(form, super::form::Form::Value(_)) && cx.found.len() == before
            });
            if declared { kept.push(tool) } else { left.push(tool) }
        }
        let spot =
            Spot { anchor: self.anchor.clone(), span: list.having.first().map_or(list.span, |e| e.span) };
        let names = |tools: &[u32]| {
            listing(tools.iter().filter_map(|t| self.world.tools.get(*t as usize)).map(|t| &*t.name), 6)
        };
        if kept.is_empty() {
            found.push(
                Found::new(Code::E0305, spot, "no tool of the list declares this path")
                    .help(format!("it has {}", names(&left)))
                    .missing(Wanted::Tools, ""),
            );
        } else if !left.is_empty() && self.world.namespace(self.scope).guardrail {
            found.push(
                Found::new(Code::E0602, spot, format!("this guardrail leaves out {}", names(&left)))
                    .help("name them after `except`, so that the gap is on record, or guard them by another statement"),
            );
        }
        kept
    }

    /// The conditions on one tool. Where a hint is unknown so is the condition of an ask: it restricts, and lets no consent in.
    fn on(&mut self, args: &ArgsTy, uncertain: bool, input: bool) -> (Vec<Expr>, Vec<Found>) {
        let hide = self.kind == StatementKind::Hide;
        let mut cx = Cx::new(self.world, self.scope, self.anchor, Some(args));
        cx.input = input && !hide;
        let mut out: Vec<Expr> = Vec::new();
        for part in &self.parts {
            let condition = part.condition(&mut cx);
            if hide {
                principal_only(&mut cx, &condition);
            }
            super::polarity::check(&mut cx, &condition, part.effect == Effect::Allow);
            out.push(condition);
        }
        let effects: Vec<Effect> = self.parts.iter().map(|p| p.effect).collect();
        // What could not be read, or was looked up in vain, may be what denies the empty list.
        if self.read && cx.found.iter().all(|found| found.missing.is_none()) {
            vacuous::check(&mut cx, &effects, &out);
        }
        self.used.append(&mut cx.used);
        for (condition, _) in out.iter_mut().zip(&effects).filter(|(_, e)| uncertain && **e == Effect::Ask) {
            let span = condition.span;
            let given = std::mem::replace(condition, unknown(self.hints));
            *condition = expr(ExprKind::And(vec![unknown(self.hints), given]), span);
        }
        (out, cx.found)
    }

    /// Complaints of all tools: those on every tool once, a path that some tools declare as one complaint that names the others.
    fn merged(&self, selected: usize) -> Vec<Found> {
        let mut groups: Vec<(Found, Vec<u32>)> = Vec::new();
        for (tool, complaints) in &self.by_tool {
            for complaint in complaints {
                let same = groups.iter_mut().find(|(f, _)| {
                    f.code == complaint.code
                        && f.at == complaint.at
                        && (f.code == Code::E0301 || of_schema(f.code) || f.message == complaint.message)
                });
                match same {
                    Some((_, tools)) => {
                        if tools.last() != Some(tool) {
                            tools.push(*tool);
                        }
                    }
                    None => groups.push((complaint.clone(), vec![*tool])),
                }
            }
        }
        // What one of the tools admits is no mistake of a statement that covers it.
        groups.retain(|(found, tools)| tools.len() == selected || !of_schema(found.code));
        groups.into_iter().map(|(found, tools)| self.one_for(found, &tools, selected)).collect()
    }

    fn one_for(&self, found: Found, tools: &[u32], selected: usize) -> Found {
        let names =
            || listing(tools.iter().filter_map(|t| self.world.tools.get(*t as usize)).map(|t| &*t.name), 5);
        if tools.len() == selected {
            return if found.of_args { self.as_locked(found, tools) } else { found };
        }
        if found.code == Code::E0301 && found.level == Level::Error {
            let message =
                format!("not every tool of this statement declares it: {} of {selected} do not", tools.len());
            let out = Found::new(Code::E0307, found.at.clone(), message)
                .note(format!("undeclared on {}", names()))
                .help("split the statement, or select the tools that declare it: `having args.…`");
            return self.as_locked(out, tools);
        }
        let found = found.note(format!("on {}", names()));
        if found.of_args { self.as_locked(found, tools) } else { found }
    }

    /// The complaint with the places of the first tools in their lock.
    fn as_locked(&self, found: Found, tools: &[u32]) -> Found {
        let tools = tools.iter().take(3).filter_map(|t| self.world.tools.get(*t as usize));
        tools.fold(found, |found, tool| {
            let anchor = Anchor { file: tool.lock.clone(), item: Arc::from("") };
            found.label(Spot { anchor, span: tool.span }, format!("`{}` as locked", tool.name))
        })
    }
}

/// A value or bound that a tool's schema rules out.
fn of_schema(code: Code) -> bool {
    matches!(code, Code::E0402 | Code::E0403)
}

impl Part<'_> {
    /// `when a unless b` is `a and not (b)`; neither is `true`.
    fn condition(&self, cx: &mut Cx<'_>) -> Expr {
        let depth = cx.locals.len();
        for with in &self.with {
            let form = cx.form(&with.value);
            cx.bind(&with.name, Local::Form(Box::new(form)));
        }
        let when = self.clauses.when.map(|e| cx.condition(e));
        let unless = self.clauses.unless.map(|e| {
            cx.negated = true;
            let inner = cx.condition(e);
            let span = inner.span;
            Expr { span, ..not(inner) }
        });
        cx.locals.truncate(depth);
        match (when, unless) {
            (Some(a), Some(b)) => {
                let span = a.span.to(b.span);
                expr(ExprKind::And(vec![a, b]), span)
            }
            (Some(a), None) | (None, Some(a)) => a,
            (None, None) => truth(true, self.span),
        }
    }

    fn mentions(&self, name: &str) -> bool {
        let in_clauses = self.clauses.when.into_iter().chain(self.clauses.unless);
        in_clauses.chain(self.with.iter().map(|w| &w.value)).any(|e| super::scope_rule::mentions(e, name))
    }
}

/// A path of one step or more below `args`.
fn is_argument(path: &ast::Expr) -> bool {
    match &path.kind {
        ast::ExprKind::Field(base, _) => is_args(base) || is_argument(base),
        ast::ExprKind::Index(base, index) => {
            matches!(&index.kind, ast::ExprKind::Str(_)) && (is_args(base) || is_argument(base))
        }
        ast::ExprKind::Paren(inner) => is_argument(inner),
        ast::ExprKind::Error => true,
        _ => false,
    }
}

fn is_args(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ast::ExprKind::Name(name) => name.as_str() == "args",
        ast::ExprKind::Paren(inner) => is_args(inner),
        _ => false,
    }
}

/// A `hide` is decided when tools are listed: nothing but the principal is known then.
fn principal_only(cx: &mut Cx<'_>, condition: &Expr) {
    let other = walk::places(condition)
        .into_iter()
        .find(|p| !matches!(p.root, Root::Principal))
        .map(|place| format!("`{}`", super::form::spelled(place)));
    let what = other.or_else(|| walk::reads_now(condition).then(|| "`now`".to_owned()));
    let what = what.or_else(|| walk::reads_memory(condition).then(|| "what is remembered".to_owned()));
    if let Some(what) = what {
        cx.error_help(
            Code::E0503,
            condition.span,
            format!("the `when` of a `hide` reads {what}"),
            "lists of tools depend on the principal alone; deny such calls with a `rule`",
        );
    }
}
