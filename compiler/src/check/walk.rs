//! Walks over typed trees. In: an expression. Out: its parts, places, and a copy without spans to compare meanings by.

use super::cx::Local;
use super::form::Form;
use crate::typed::{Comparison, Expr, ExprKind, FactUse, Linear, Place, Root, View};
use policyc_grammar::source::Span;
use std::collections::BTreeSet;

/// The direct parts of an expression, in order.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    each_child(expr, &mut |child| out.push(child));
    out
}

/// Runs on the direct parts of an expression, in order.
pub(crate) fn each_child<'a>(expr: &'a Expr, run: &mut impl FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::Place(_) | ExprKind::Now | ExprKind::HasLabel(_) => {}
        ExprKind::Fact(used, _) => used.keys.iter().for_each(run),
        ExprKind::InSet(value, used) => {
            run(value);
            used.keys.iter().for_each(run);
        }
        ExprKind::Not(a)
        | ExprKind::Has(a)
        | ExprKind::IsNull(a)
        | ExprKind::IsKind(a, _, _)
        | ExprKind::IsTrue(a)
        | ExprKind::InConsts(a, _)
        | ExprKind::Matches(a, _)
        | ExprKind::Under(a, _)
        | ExprKind::InCidr(a, _)
        | ExprKind::Length(a)
        | ExprKind::Lower(a)
        | ExprKind::Count(a)
        | ExprKind::First(a)
        | ExprKind::Last(a)
        | ExprKind::Table(_, a)
        | ExprKind::Civil(_, a, _)
        | ExprKind::Member(a, _)
        | ExprKind::Keys(a)
        | ExprKind::Values(a)
        | ExprKind::View(View { subject: a, .. }) => run(a),
        ExprKind::Equal(a, b)
        | ExprKind::InList(a, b)
        | ExprKind::TextTest(_, a, b)
        | ExprKind::Subset(a, b)
        | ExprKind::Coalesce(a, b)
        | ExprKind::CountIf(_, a, b)
        | ExprKind::MapGet(a, b) => {
            run(a);
            run(b);
        }
        ExprKind::And(all) | ExprKind::Or(all) | ExprKind::List(all) | ExprKind::Concat(all) => {
            all.iter().for_each(run);
        }
        ExprKind::Compare(Comparison { terms, .. }) | ExprKind::Linear(Linear { terms, .. }) => {
            terms.iter().for_each(|(_, term)| run(term));
        }
        ExprKind::Sum(_, domain, Linear { terms, .. }) => {
            run(domain);
            terms.iter().for_each(|(_, term)| run(term));
        }
        ExprKind::Quantifier { domain, zip, body, .. } => {
            run(domain);
            if let Some((_, second)) = zip {
                run(second);
            }
            run(body);
        }
    }
}

/// Runs on the expression and everything below.
pub(crate) fn each<'a>(expr: &'a Expr, run: &mut impl FnMut(&'a Expr)) {
    fn below<'a>(expr: &'a Expr, run: &mut dyn FnMut(&'a Expr)) {
        run(expr);
        each_child(expr, &mut |child| below(child, run));
    }
    below(expr, run);
}

/// Every place of the arguments, principal and session that is read.
pub(crate) fn places(expr: &Expr) -> BTreeSet<&Place> {
    let mut out = BTreeSet::new();
    each(expr, &mut |e| {
        if let ExprKind::Place(place) = &e.kind
            && !matches!(place.root, Root::Var(_))
        {
            out.insert(place);
        }
    });
    out
}

/// Whether the expression reads the time.
pub(crate) fn reads_now(expr: &Expr) -> bool {
    let mut found = false;
    each(expr, &mut |e| found |= e.kind == ExprKind::Now);
    found
}

/// Whether the expression reads a fact or a label.
pub(crate) fn reads_memory(expr: &Expr) -> bool {
    let mut found = false;
    each(expr, &mut |e| {
        found |= matches!(e.kind, ExprKind::Fact(..) | ExprKind::InSet(..) | ExprKind::HasLabel(_));
    });
    found
}

/// How many parts a local stands for, and how deep they nest.
pub(crate) fn size(local: &Local) -> (usize, usize) {
    match local {
        Local::Value(value) => measure(&value.expr),
        Local::Form(form) => match &**form {
            Form::Value(value) => measure(&value.expr),
            Form::Condition(expr) | Form::View { subject: expr, .. } => measure(expr),
            Form::Sum(sum) => joined(sum.terms.iter().map(|(_, e)| e)),
            Form::Zip(a, b) => joined([&a.expr, &b.expr]),
            Form::Table(entries, _) => (entries.len(), 1),
            Form::Error | Form::Regex { .. } | Form::Cidr(_) => (1, 1),
        },
    }
}

fn measure(expr: &Expr) -> (usize, usize) {
    let (mut count, mut depth) = (1, 1);
    each_child(expr, &mut |child| {
        let (parts, deep) = measure(child);
        count += parts;
        depth = depth.max(deep + 1);
    });
    (count, depth)
}

fn joined<'a>(parts: impl IntoIterator<Item = &'a Expr>) -> (usize, usize) {
    let (count, depth) = parts.into_iter().map(measure).fold((0, 0), |(n, d), (m, e)| (n + m, d.max(e)));
    (count + 1, depth + 1)
}

/// Equal in meaning: equal but for spans and for the numbers of bound variables that both bind in the same order.
pub(crate) fn same(a: &Expr, b: &Expr) -> bool {
    bare(a) == bare(b)
}

fn bare_use(used: &FactUse) -> FactUse {
    FactUse { fact: used.fact, keys: used.keys.iter().map(bare).collect() }
}

/// A copy whose spans are all empty.
fn bare(expr: &Expr) -> Expr {
    let b = |e: &Expr| Box::new(bare(e));
    let all = |es: &[Expr]| es.iter().map(bare).collect::<Vec<_>>();
    let terms = |ts: &[(i64, Expr)]| ts.iter().map(|(c, e)| (*c, bare(e))).collect::<Vec<_>>();
    let linear = |l: &Linear| Linear { terms: terms(&l.terms), constant: l.constant, scale: l.scale };
    let kind = match &expr.kind {
        ExprKind::Const(_) | ExprKind::Place(_) | ExprKind::Now | ExprKind::HasLabel(_) => expr.kind.clone(),
        ExprKind::Fact(used, part) => ExprKind::Fact(bare_use(used), *part),
        ExprKind::InSet(value, used) => ExprKind::InSet(b(value), bare_use(used)),
        ExprKind::Not(a) => ExprKind::Not(b(a)),
        ExprKind::Has(a) => ExprKind::Has(b(a)),
        ExprKind::IsNull(a) => ExprKind::IsNull(b(a)),
        ExprKind::IsKind(a, mask, texts) => ExprKind::IsKind(b(a), *mask, texts.clone()),
        ExprKind::IsTrue(a) => ExprKind::IsTrue(b(a)),
        ExprKind::InConsts(a, consts) => ExprKind::InConsts(b(a), consts.clone()),
        ExprKind::Matches(a, pattern) => ExprKind::Matches(b(a), pattern.clone()),
        ExprKind::Under(a, root) => ExprKind::Under(b(a), root.clone()),
        ExprKind::InCidr(a, block) => ExprKind::InCidr(b(a), block.clone()),
        ExprKind::Length(a) => ExprKind::Length(b(a)),
        ExprKind::Lower(a) => ExprKind::Lower(b(a)),
        ExprKind::Count(a) => ExprKind::Count(b(a)),
        ExprKind::First(a) => ExprKind::First(b(a)),
        ExprKind::Last(a) => ExprKind::Last(b(a)),
        ExprKind::Table(table, a) => ExprKind::Table(table.clone(), b(a)),
        ExprKind::Civil(part, a, zone) => ExprKind::Civil(*part, b(a), zone.clone()),
        ExprKind::Member(a, steps) => ExprKind::Member(b(a), steps.clone()),
        ExprKind::Keys(a) => ExprKind::Keys(b(a)),
        ExprKind::Values(a) => ExprKind::Values(b(a)),
        ExprKind::View(view) => ExprKind::View(View { subject: b(&view.subject), ..view.clone() }),
        ExprKind::Equal(x, y) => ExprKind::Equal(b(x), b(y)),
        ExprKind::InList(x, y) => ExprKind::InList(b(x), b(y)),
        ExprKind::TextTest(test, x, y) => ExprKind::TextTest(*test, b(x), b(y)),
        ExprKind::Subset(x, y) => ExprKind::Subset(b(x), b(y)),
        ExprKind::Coalesce(x, y) => ExprKind::Coalesce(b(x), b(y)),
        ExprKind::CountIf(var, x, y) => ExprKind::CountIf(*var, b(x), b(y)),
        ExprKind::MapGet(x, y) => ExprKind::MapGet(b(x), b(y)),
        ExprKind::And(es) => ExprKind::And(all(es)),
        ExprKind::Or(es) => ExprKind::Or(all(es)),
        ExprKind::List(es) => ExprKind::List(all(es)),
        ExprKind::Concat(es) => ExprKind::Concat(all(es)),
        ExprKind::Compare(c) => {
            ExprKind::Compare(Comparison { terms: terms(&c.terms), op: c.op, constant: c.constant })
        }
        ExprKind::Linear(l) => ExprKind::Linear(linear(l)),
        ExprKind::Sum(var, domain, l) => ExprKind::Sum(*var, b(domain), linear(l)),
        ExprKind::Quantifier { all, var, domain, zip, body } => ExprKind::Quantifier {
            all: *all,
            var: *var,
            domain: b(domain),
            zip: zip.as_ref().map(|(v, e)| (*v, b(e))),
            body: b(body),
        },
    };
    Expr { kind, span: Span::default() }
}
