//! Vacuous truth (semantics.md 21): `all x in xs: p` holds for an empty list. In: the conditions of a statement. Out: E0501 where a grant
//! rests on it, W0806 where an upper bound on a count or sum does.
//!
//! A grant may rest on `all`, `subset`, `zip` and `not any` only over a list that is known not to be empty: by the schema's `minItems`,
//! by the view that reads it, by a conjunct `count(xs) > 0`, by the disjunct `count(xs) == 0`, or because an earlier arm of the same `decide` takes empty lists.

use super::compare::holds;
use super::cx::Cx;
use super::form::{deref, spelled};
use super::reach::{Reach, Step, lookup};
use super::walk::same;
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::ty::Ty;
use crate::typed::{Comparison, Expr, ExprKind, Root, View};
use policyc_grammar::ast::Effect;
use policyc_runtime::number::SCALE;
use policyc_runtime::program::instr::Compare;
use policyc_runtime::views::table::ViewId;

/// How making the expression true changes the decision.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// It relaxes it.
    Grants,
    /// Its falsehood relaxes it: under a `not` in a granting position.
    GrantsNegated,
    /// It tightens it.
    Restricts,
}

impl Position {
    fn flipped(self) -> Self {
        match self {
            Self::Grants => Self::GrantsNegated,
            Self::GrantsNegated | Self::Restricts => Self::Grants,
        }
    }
}

/// Checks the arms of a decide in order, or the one condition of a rule or hide.
pub(crate) fn check(cx: &mut Cx<'_>, effects: &[Effect], conditions: &[Expr]) {
    let mut earlier: Vec<&Expr> = Vec::new();
    for (effect, condition) in effects.iter().zip(conditions) {
        let position = if *effect == Effect::Allow { Position::Grants } else { Position::Restricts };
        let facts = earlier.iter().map(|e| (*e, false)).collect();
        walk(cx, condition, position, &Known { facts, reach: &Reach::new(condition) });
        earlier.push(condition);
    }
}

/// What is known wherever an expression decides.
#[derive(Clone)]
struct Known<'a> {
    /// Conditions that hold (`true`) or do not hold (`false`).
    facts: Vec<(&'a Expr, bool)>,
    /// What the variables of the condition range over.
    reach: &'a Reach,
}

impl<'a> Known<'a> {
    fn with(&self, more: impl Iterator<Item = (&'a Expr, bool)>) -> Self {
        Self { facts: self.facts.iter().copied().chain(more).collect(), reach: self.reach }
    }
}

fn walk<'a>(cx: &mut Cx<'_>, expr: &'a Expr, position: Position, known: &Known<'a>) {
    match &expr.kind {
        ExprKind::Not(inner) => walk(cx, inner, position.flipped(), known),
        ExprKind::And(all) => {
            for (index, part) in all.iter().enumerate() {
                let others = all.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, e)| (e, true));
                let with =
                    if position == Position::GrantsNegated { known.clone() } else { known.with(others) };
                walk(cx, part, position, &with);
            }
        }
        ExprKind::Or(all) => {
            for (index, part) in all.iter().enumerate() {
                // Under a `not` none of them holds. Elsewhere two operands may not excuse each other: of a later one only
                // `count(xs) == 0` counts, which says that empty is meant.
                let others = all
                    .iter()
                    .enumerate()
                    .filter(|(i, e)| match position {
                        Position::GrantsNegated => *i != index,
                        _ => *i < index || (*i > index && asks_for_empty(e)),
                    })
                    .map(|(_, e)| (e, false));
                walk(cx, part, position, &known.with(others));
            }
        }
        ExprKind::Quantifier { all, domain, zip, body, .. } => {
            let risky =
                (*all && position == Position::Grants) || (!*all && position == Position::GrantsNegated);
            let filled = certain(cx, domain, known)
                || zip.as_ref().is_some_and(|(_, other)| certain(cx, other, known));
            if risky && !filled {
                complain(cx, expr, domain, if *all { "all" } else { "not any" });
            }
            walk(cx, body, position, known);
        }
        ExprKind::Subset(list, _) if position == Position::Grants && !certain(cx, list, known) => {
            complain(cx, expr, list, "subset");
        }
        ExprKind::Compare(comparison) => {
            if position == Position::Grants {
                bound(cx, expr, comparison, known);
            }
            counted(cx, comparison, position, known);
        }
        _ => {}
    }
}

/// Conditions under a `count(x in xs: p)`: more elements that satisfy it may be what grants, or fewer.
fn counted<'a>(cx: &mut Cx<'_>, comparison: &'a Comparison, position: Position, known: &Known<'a>) {
    for (coefficient, term) in &comparison.terms {
        let ExprKind::CountIf(_, _, body) = &term.kind else { continue };
        let (more, fewer) = match comparison.op {
            Compare::Gt | Compare::Ge => (*coefficient > 0, *coefficient < 0),
            Compare::Lt | Compare::Le => (*coefficient < 0, *coefficient > 0),
            Compare::Eq | Compare::Ne => (true, true),
        };
        let as_is = if position == Position::GrantsNegated { fewer } else { more };
        let negated = if position == Position::GrantsNegated { more } else { fewer };
        let grants = position != Position::Restricts;
        if as_is {
            walk(cx, body, if grants { Position::Grants } else { Position::Restricts }, known);
        }
        if negated {
            walk(cx, body, if grants { Position::GrantsNegated } else { Position::Grants }, known);
        }
    }
}

/// `count(xs) == 0`, in any spelling.
fn asks_for_empty(expr: &Expr) -> bool {
    let ExprKind::Compare(comparison) = &expr.kind else { return false };
    let [(coefficient, term)] = comparison.terms.as_slice() else { return false };
    let one = i128::from(*coefficient).saturating_mul(SCALE);
    matches!(&term.kind, ExprKind::Count(_))
        && holds(comparison.op, 0, comparison.constant)
        && !holds(comparison.op, one, comparison.constant)
}

fn complain(cx: &mut Cx<'_>, expr: &Expr, list: &Expr, what: &str) {
    let name = list_name(list);
    let found = Found::new(
        Code::E0501,
        cx.spot(expr.span),
        format!("this grant holds when {name} is empty: `{what}` over nothing is true"),
    )
    .help(match spelled_list(list) {
        Some(xs) => {
            format!("add `count({xs}) > 0 and …`, or say that empty is meant: `count({xs}) == 0 or …`")
        }
        None => "join it with a `count(…) > 0` of the list, or say that empty is meant: `count(…) == 0 or …`"
            .to_owned(),
    });
    cx.report(found);
}

fn list_name(list: &Expr) -> String {
    spelled_list(list).map_or_else(|| "the list".to_owned(), |name| format!("`{name}`"))
}

/// A list as an author may write it; `None` if it is read through a variable, whose name the typed tree does not keep.
fn spelled_list(list: &Expr) -> Option<String> {
    match &list.kind {
        ExprKind::Place(place) => (!matches!(place.root, Root::Var(_))).then(|| spelled(place)),
        ExprKind::Coalesce(a, b) => Some(format!("{} ?? {}", spelled_list(a)?, spelled_list(b)?)),
        ExprKind::List(items) => items.is_empty().then(|| "[]".to_owned()),
        ExprKind::Concat(parts) => {
            let operand = |part: &Expr| {
                let text = spelled_list(part)?;
                Some(if matches!(&part.kind, ExprKind::Coalesce(..)) { format!("({text})") } else { text })
            };
            let parts: Option<Vec<String>> = parts.iter().map(operand).collect();
            parts.map(|parts| parts.join(" ++ "))
        }
        ExprKind::View(view) => {
            let spec = ViewId::from_number(view.view).and_then(ViewId::spec)?;
            let member = spec.members.get(usize::from(view.member))?.name;
            let param = view.param.as_ref().map_or_else(String::new, |param| format!(", \"{param}\""));
            let dot = if member.is_empty() { "" } else { "." };
            Some(format!("{}({}{param}){dot}{member}", spec.name, spelled_list(&view.subject)?))
        }
        _ => None,
    }
}

/// An upper bound on a count or sum holds for an empty list.
fn bound(cx: &mut Cx<'_>, expr: &Expr, comparison: &Comparison, known: &Known<'_>) {
    if let [(_, a), (_, b)] = comparison.terms.as_slice()
        && let (ExprKind::Count(all), ExprKind::CountIf(_, list, _))
        | (ExprKind::CountIf(_, list, _), ExprKind::Count(all)) = (&a.kind, &b.kind)
        && same(all, list)
        && holds(comparison.op, 0, comparison.constant)
        && !certain(cx, list, known)
    {
        also_empty(cx, expr, list);
    }
    let [(coefficient, term)] = comparison.terms.as_slice() else { return };
    let list = match &term.kind {
        ExprKind::Count(list) | ExprKind::CountIf(_, list, _) | ExprKind::Sum(_, list, _) => list,
        _ => return,
    };
    let empty_passes = holds(comparison.op, 0, comparison.constant);
    let one_passes =
        holds(comparison.op, i128::from(*coefficient).saturating_mul(SCALE), comparison.constant);
    let is_emptiness = matches!(&term.kind, ExprKind::Count(_)) && !one_passes;
    if empty_passes && !is_emptiness && !certain(cx, list, known) {
        also_empty(cx, expr, list);
    }
}

fn also_empty(cx: &mut Cx<'_>, expr: &Expr, list: &Expr) {
    let found = Found::new(
        Code::W0806,
        cx.spot(expr.span),
        format!("this grant also holds when {} is empty", list_name(list)),
    )
    .help(format!(
        "if empty is not meant, add `count({}) > 0 and …`",
        spelled_list(list).as_deref().unwrap_or("…")
    ));
    cx.report(found);
}

/// Whether the list is known to have an element.
fn certain(cx: &Cx<'_>, list: &Expr, known: &Known<'_>) -> bool {
    never_empty(cx, list, known.reach)
        || known.facts.iter().any(|(condition, value)| implies_filled(condition, *value, list))
        || matches!(&list.kind, ExprKind::Concat(parts) if parts.iter().any(|part| certain(cx, part, known)))
}

fn never_empty(cx: &Cx<'_>, list: &Expr, reach: &Reach) -> bool {
    match &list.kind {
        ExprKind::List(items) => !items.is_empty(),
        ExprKind::Concat(parts) => parts.iter().any(|p| never_empty(cx, p, reach)),
        ExprKind::Coalesce(a, b) => never_empty(cx, a, reach) && never_empty(cx, b, reach),
        ExprKind::View(view) => reads_some(view),
        ExprKind::Place(place) => {
            let paths = reach.of_place(place);
            !paths.is_empty() && paths.iter().all(|path| has_min_items(cx, path))
        }
        _ => false,
    }
}

fn has_min_items(cx: &Cx<'_>, path: &[Step]) -> bool {
    let field = cx.args.and_then(|args| lookup(args, path));
    let min = field.and_then(|field| match deref(&field.ty, cx.definitions()) {
        Ty::Kinds(kinds) => kinds.list.as_ref().and_then(|l| l.min_items),
        Ty::Dynamic | Ty::Ref(_) => None,
    });
    min.is_some_and(|min| min > 0)
}

/// Views that have a reading only if they find something.
fn reads_some(view: &View) -> bool {
    match ViewId::from_number(view.view) {
        Some(ViewId::Emails | ViewId::Urls | ViewId::Shell) => true,
        Some(id) => id == ViewId::Sql && view.member == super::call::member_number(view.view, "kinds"),
        None => false,
    }
}

/// Whether `condition` being `value` means that `list` is not empty.
fn implies_filled(condition: &Expr, value: bool, list: &Expr) -> bool {
    match &condition.kind {
        ExprKind::Not(inner) => implies_filled(inner, !value, list),
        ExprKind::And(all) if value => all.iter().any(|c| implies_filled(c, true, list)),
        ExprKind::Or(all) if !value => all.iter().any(|c| implies_filled(c, false, list)),
        ExprKind::Quantifier { all: false, domain, .. } if value => same(domain, list),
        ExprKind::Quantifier { all: true, domain, .. } if !value => same(domain, list),
        ExprKind::Compare(comparison) => match comparison.terms.as_slice() {
            [(_, term)] => {
                let counted = match &term.kind {
                    ExprKind::Count(counted) | ExprKind::CountIf(_, counted, _) => counted,
                    _ => return false,
                };
                // With no element the count is 0: that must contradict what is known.
                same(counted, list) && holds(comparison.op, 0, comparison.constant) != value
            }
            _ => false,
        },
        _ => false,
    }
}
