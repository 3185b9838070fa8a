//! Facts and labels: what teaches and sets them. In: one item. Out: [`Checked`] with, per tool, what an admission, a success or a shown
//! result changes.

use super::clauses::{self, Clauses};
use super::cx::{Cx, Local};
use super::form::{Form, Value, describe, expr, not, truth};
use super::no_result::or_unknown;
use super::walk;
use super::{Checked, Section};
use crate::diagnostics::Code;
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::namespace::{FactEntry, ScopeId, World};
use crate::resolve::tools::{self, Place as ToolPlace};
use crate::typed::{Action, ActionKind, EachElement, Expr, ExprKind, Place, Root};
use policyc_grammar::ast::{
    self, Clause, Each, FactAction, FactAfter, ForClause, ForKind, Item, ItemKind, LabelAfter, ToolList,
};
use policyc_grammar::source::Span;
use policyc_runtime::program::memory::{FactKind, Lasts};
use std::collections::BTreeSet;

/// Checks what teaches a fact or sets a label; `None` for other items.
pub(crate) fn check(world: &World, scope: ScopeId, anchor: &Anchor, item: &Item) -> Option<Checked> {
    let mut out = Checked::default();
    match &item.kind {
        ItemKind::Fact(fact) => {
            let mut taught = Taught { world, scope, anchor, out: &mut out };
            for after in &fact.after {
                taught.fact(&fact.name, after);
            }
        }
        ItemKind::Label(label) => {
            let mut taught = Taught { world, scope, anchor, out: &mut out };
            for after in &label.after {
                taught.label(&label.name, &label.scope, after);
            }
        }
        _ => return None,
    }
    Some(out)
}

struct Taught<'a> {
    world: &'a World,
    scope: ScopeId,
    anchor: &'a Anchor,
    out: &'a mut Checked,
}

impl<'a> Taught<'a> {
    fn tools(&mut self, list: &ToolList) -> BTreeSet<u32> {
        let namespace = self.world.namespace(self.scope);
        let place = ToolPlace { world: self.world, namespace, file: self.scope.file, anchor: self.anchor };
        let selected = tools::select(place, list, &mut self.out.found);
        self.out.used.extend(selected.groups.iter().map(|group| format!("group:{group}")));
        selected.tools
    }

    fn clauses<'c>(&mut self, clauses: &'c [Clause]) -> Clauses<'c> {
        let sorted = clauses::sort(clauses, self.anchor, &mut self.out.found);
        for clause in clauses {
            let word = match &clause.kind {
                ast::ClauseKind::When(_) | ast::ClauseKind::Unless(_) | ast::ClauseKind::With(_) => continue,
                ast::ClauseKind::Because(_) => "because",
                ast::ClauseKind::From(_) | ast::ClauseKind::Quorum(_) | ast::ClauseKind::Within(_) => {
                    "approval terms"
                }
            };
            let at = Spot { anchor: self.anchor.clone(), span: clause.span };
            let message = format!("`after` takes no {word}");
            self.out.found.push(
                Found::new(Code::E0505, at, message)
                    .help("its clauses are `when`, `unless` and `with`; results are no decision"),
            );
        }
        sorted
    }

    /// Runs for every tool with a context of its own, and keeps each complaint once.
    fn each_tool(&mut self, tools: &BTreeSet<u32>, run: impl Fn(&mut Cx<'a>, u32) -> Vec<(Section, Action)>) {
        for &tool in tools {
            let Some(entry) = self.world.tools.get(tool as usize) else { continue };
            let mut cx = Cx::new(self.world, self.scope, self.anchor, Some(&entry.args));
            cx.result = Some(entry.result.as_deref());
            let actions = run(&mut cx, tool);
            self.out.used.append(&mut cx.used);
            for mut found in cx.found {
                if tools.len() > 1 && !self.out.found.contains(&found) {
                    found = found.note(format!("on {}", entry.name));
                }
                if !self.out.found.iter().any(|known| known.code == found.code && known.at == found.at) {
                    self.out.found.push(found);
                }
            }
            self.out.actions.extend(actions.into_iter().map(|(section, action)| (tool, section, action)));
        }
    }

    fn label(&mut self, name: &ast::Name, scope: &[ForClause], after: &LabelAfter) {
        let Some(index) = self.world.namespace(self.scope).labels.get(&name.text).copied() else { return };
        let tools = self.tools(&after.tools);
        let clauses = self.clauses(&after.clauses);
        let lasts = self.lasts(scope.iter().chain(&after.scope));
        self.each_tool(&tools, |cx, _| {
            let when = condition(cx, &clauses, after.span);
            super::polarity::check(cx, &when, false);
            let kind = ActionKind::SetLabel(index, lasts);
            if !reads_result(&when) {
                return vec![(Section::Admit, Action { when, each: Vec::new(), kind })];
            }
            vec![(Section::Shown, Action { when: or_unknown(when), each: Vec::new(), kind })]
        });
    }

    fn lasts<'c>(&mut self, scope: impl Iterator<Item = &'c ForClause>) -> Lasts {
        let mut lasts = Lasts::Forever;
        for clause in scope {
            let at = Spot { anchor: self.anchor.clone(), span: clause.span };
            let read = match &clause.kind {
                ForKind::Principal => continue,
                ForKind::Duration(text) => super::duration_ms(text)
                    .and_then(|ms| u64::try_from(ms).ok())
                    .filter(|ms| *ms > 0)
                    .map(Lasts::Time),
                ForKind::Calls(text) => text.parse().ok().filter(|calls| *calls > 0).map(Lasts::Calls),
            };
            if lasts != Lasts::Forever {
                self.out.found.push(
                    Found::new(Code::E0504, at.clone(), "a label lasts for two different times")
                        .help("keep one of them"),
                );
            }
            match read {
                Some(read) => lasts = read,
                None => self.out.found.push(
                    Found::new(Code::E0409, at, "this `for` has no meaning")
                        .help("write `for 10m` or `for 5 calls`"),
                ),
            }
        }
        lasts
    }

    fn fact(&mut self, name: &ast::Name, after: &FactAfter) {
        let Some(index) = self.world.namespace(self.scope).facts.get(&name.text).copied() else { return };
        let Some(fact) = self.world.facts.get(index as usize) else { return };
        let tools = self.tools(&after.tools);
        let clauses = self.clauses(&after.clauses);
        self.each_tool(&tools, |cx, _| {
            let depth = cx.locals.len();
            for with in &clauses.with {
                let form = cx.form(&with.value);
                cx.bind(&with.name, Local::Form(Box::new(form)));
            }
            let when = plain_condition(cx, &clauses, after.span);
            let out = each(cx, &after.each, Vec::new(), &mut |cx, each| {
                let kind = action(cx, index, fact, &after.action, after.span)?;
                Some(Action { when: when.clone(), each, kind })
            });
            cx.locals.truncate(depth);
            out.map(|action| sections(action, fact.kind)).unwrap_or_default()
        });
    }
}

/// When what happens: a counter's charge at admission, everything else with the result; a value whose key only the call decides is unknown
/// meanwhile (semantics.md 39). Sets and counters are never unknown.
fn sections(action: Action, fact: FactKind) -> Vec<(Section, Action)> {
    let pended = match &action.kind {
        ActionKind::Tally(..) => return vec![(Section::Admit, action)],
        ActionKind::Learn(index, keys, _) | ActionKind::Forget(index, keys)
            if matches!(fact, FactKind::Value(_)) =>
        {
            let by_call = action.each.is_empty() && keys.iter().all(|key| !reads_result(key));
            by_call.then(|| ActionKind::Pend(*index, keys.clone()))
        }
        _ => None,
    };
    let mut out = Vec::new();
    if let Some(kind) = pended {
        // Whether the result will change the key is not known before there is one.
        let span = action.when.span;
        let when = if reads_result(&action.when) { truth(true, span) } else { action.when.clone() };
        out.push((Section::Admit, Action { when, each: Vec::new(), kind }));
    }
    out.push((Section::Learn, action));
    out
}

/// Binds the elements of every `each`, outermost first.
fn each(
    cx: &mut Cx<'_>,
    rest: &[Each],
    mut bound: Vec<EachElement>,
    run: &mut dyn FnMut(&mut Cx<'_>, Vec<EachElement>) -> Option<Action>,
) -> Option<Action> {
    let Some((first, rest)) = rest.split_first() else { return run(cx, bound) };
    let form = cx.form(&first.domain);
    let (list, items) = cx.as_list(form, first.domain.span)?;
    let var = cx.fresh();
    cx.under_binders(&[(&first.name, var, items)], first.span, |cx| {
        let filter = first.filter.as_ref().map(|filter| cx.condition(filter));
        bound.push(EachElement { var, domain: list.expr, filter });
        each(cx, rest, bound, run)
    })?
}

fn action(
    cx: &mut Cx<'_>,
    index: u32,
    fact: &FactEntry,
    action: &FactAction,
    span: Span,
) -> Option<ActionKind> {
    let (target, keyless) = match action {
        FactAction::Assign(target, _)
        | FactAction::Charge(target, _)
        | FactAction::Add(Some(target), _)
        | FactAction::Forget(target) => (Some(target), span),
        FactAction::Add(None, value) => (None, value.span),
    };
    let keys = match target {
        Some(target) => target_keys(cx, fact, target)?,
        None if fact.keys.is_empty() => Vec::new(),
        None => {
            let names: Vec<&str> = fact.keys.iter().map(|(name, _)| name.as_str()).collect();
            let help = format!("say under which key: `{}({}) add …`", fact.name, names.join(", "));
            cx.error_help(Code::E0310, keyless, format!("`{}` has keys", fact.name), help);
            return None;
        }
    };
    match (action, fact.kind) {
        (FactAction::Assign(_, value), FactKind::Value(_)) => {
            fields(cx, fact, value).map(|fields| ActionKind::Learn(index, keys, fields))
        }
        (FactAction::Add(_, value), FactKind::Set) => {
            let ty = fact.fields.first().map(|(_, field)| &field.ty);
            let value = scalar_of(cx, value, ty)?;
            Some(ActionKind::Join(index, keys, value.expr))
        }
        (FactAction::Charge(_, amount), FactKind::Counter) => {
            let form = cx.form(amount);
            let value = cx.plain(form, amount.span)?;
            if reads_result(&value.expr) || keys.iter().any(reads_result) {
                cx.error_help(
                    Code::E0513,
                    amount.span,
                    "a counter is charged when the call is admitted, and has no result then",
                    "count what the call asks for: `n(args.id) += 1`",
                );
                return None;
            }
            Some(ActionKind::Tally(index, keys, value.expr))
        }
        (FactAction::Forget(_), _) => Some(ActionKind::Forget(index, keys)),
        (_, kind) => {
            let (is, write) = match kind {
                FactKind::Value(_) => ("holds a value", "assign it: `f(k) = v`"),
                FactKind::Set => ("is a set", "add to it: `f(k) add v`"),
                FactKind::Counter => ("is a counter", "charge it: `f(k) += 1`"),
            };
            cx.error_help(Code::E0513, span, format!("`{}` {is}", fact.name), write);
            None
        }
    }
}

/// The keys that an action names: the fact's own name, called.
fn target_keys(cx: &mut Cx<'_>, fact: &FactEntry, target: &ast::Expr) -> Option<Vec<Expr>> {
    let (name, args) = match &target.kind {
        ast::ExprKind::Call(name, args) => (name.text.as_str(), args.as_slice()),
        ast::ExprKind::Name(name) => (name.as_str(), &[][..]),
        _ => ("", &[][..]),
    };
    if name != fact.name {
        cx.error_help(
            Code::E0513,
            target.span,
            format!("this teaches the fact `{}`", fact.name),
            format!("name it: `{}(…) = …`", fact.name),
        );
        return None;
    }
    cx.fact_keys(fact, args, target.span)
}

/// The fields of what is assigned: a scalar, a record written out, or a record of the result as it is.
fn fields(cx: &mut Cx<'_>, fact: &FactEntry, value: &ast::Expr) -> Option<Vec<Option<Expr>>> {
    if let [(name, field)] = fact.fields.as_slice()
        && name.is_empty()
    {
        return scalar_of(cx, value, Some(&field.ty)).map(|value| vec![Some(value.expr)]);
    }
    if let ast::ExprKind::Table(entries) = &value.kind {
        return written_fields(cx, fact, entries, value.span);
    }
    let form = cx.form(value);
    let whole = cx.plain(form, value.span)?;
    let mut out = Vec::new();
    for (name, field) in &fact.fields {
        let key = ast::Name { text: ast::Text::from(&**name), span: value.span };
        let form = cx.field(Form::Value(whole.clone()), &key, value.span);
        out.push(Some(fitting(cx, form, Some(&field.ty), value.span)?.expr));
    }
    Some(out)
}

fn written_fields(
    cx: &mut Cx<'_>,
    fact: &FactEntry,
    entries: &[(ast::Name, ast::Expr)],
    span: Span,
) -> Option<Vec<Option<Expr>>> {
    for (name, _) in entries {
        if !fact.fields.iter().any(|(field, _)| **field == *name.text) {
            let known: Vec<&str> = fact.fields.iter().map(|(field, _)| &**field).collect();
            let help = crate::resolve::suggest::did_you_mean(&name.text, known.iter().copied());
            let help = help.unwrap_or_else(|| format!("it has {}", known.join(", ")));
            let message = format!("the fact `{}` has no field `{}`", fact.name, name.text);
            cx.error_help(Code::E0301, name.span, message, help);
            return None;
        }
    }
    let mut out = Vec::new();
    for (name, field) in &fact.fields {
        let Some((_, value)) = entries.iter().find(|(key, _)| *key.text == **name) else {
            if field.required {
                let message = format!("the field `{name}` of `{}` is missing", fact.name);
                cx.error_help(Code::E0301, span, message, "give it, or declare it optional: `name?: T`");
                return None;
            }
            out.push(None);
            continue;
        };
        out.push(Some(scalar_of(cx, value, Some(&field.ty))?.expr));
    }
    Some(out)
}

/// A scalar of a declared type.
fn scalar_of(cx: &mut Cx<'_>, value: &ast::Expr, ty: Option<&crate::ty::Ty>) -> Option<Value> {
    let form = cx.form(value);
    fitting(cx, form, ty, value.span)
}

fn fitting(cx: &mut Cx<'_>, form: Form, ty: Option<&crate::ty::Ty>, span: Span) -> Option<Value> {
    let value = match form {
        Form::Condition(condition) => {
            Value { expr: condition, ty: crate::resolve::types::boolean(), absent: true }
        }
        form => cx.scalar(form, span)?,
    };
    let Some(ty) = ty else { return Some(value) };
    let (given, wanted) = (
        super::form::Classes::of(&value.ty, cx.definitions()),
        super::form::Classes::of(ty, cx.definitions()),
    );
    if given.has(wanted) {
        return Some(value);
    }
    let message = format!("this is {}, the fact holds {}", describe(&value.ty), describe(ty));
    cx.error(Code::E0401, span, message);
    None
}

/// `when a unless b`, with the clause's own names.
pub(super) fn condition(cx: &mut Cx<'_>, clauses: &Clauses<'_>, span: Span) -> Expr {
    let depth = cx.locals.len();
    for with in &clauses.with {
        let form = cx.form(&with.value);
        cx.bind(&with.name, Local::Form(Box::new(form)));
    }
    let out = plain_condition(cx, clauses, span);
    cx.locals.truncate(depth);
    out
}

fn plain_condition(cx: &mut Cx<'_>, clauses: &Clauses<'_>, span: Span) -> Expr {
    let when = clauses.when.map(|when| cx.condition(when));
    let unless = clauses.unless.map(|unless| not(cx.condition(unless)));
    match (when, unless) {
        (Some(a), Some(b)) => {
            let span = a.span.to(b.span);
            expr(ExprKind::And(vec![a, b]), span)
        }
        (Some(a), None) | (None, Some(a)) => a,
        (None, None) => truth(true, span),
    }
}

/// Whether an expression reads the result, also through an element of it.
pub(super) fn reads_result(expr: &Expr) -> bool {
    let mut found = false;
    walk::each(expr, &mut |part| {
        found |= matches!(&part.kind, ExprKind::Place(Place { root: Root::Result | Root::ResultText, .. }));
    });
    found
}
