//! Labels, result rules and redactions that a result decides. In: the condition of such a one. Out: the condition that also holds, unless
//! it is false whatever the result says, where there is no result that fits (semantics.md 2): the call failed, was lost, or answered
//! something else.
//!
//! Most tests are unknown without a result, and what is unknown restricts. `has`, `is` and `??` are not: they answer for what is absent.

use super::form::{expr, not, truth};
use super::learning::reads_result;
use super::walk;
use crate::typed::{Expr, ExprKind, Place, Root};
use policyc_runtime::program::plan::KIND_ANY;

/// The condition that restricts: `when`, but for calls without a result.
pub(super) fn or_unknown(when: Expr) -> Expr {
    if !answers_for_absent(&when) {
        return when;
    }
    let span = when.span;
    let (mut json, mut text) = (false, false);
    walk::each(&when, &mut |part| {
        json |= matches!(&part.kind, ExprKind::Place(Place { root: Root::Result, .. }));
        text |= matches!(&part.kind, ExprKind::Place(Place { root: Root::ResultText, .. }));
    });
    let root = |root| Box::new(expr(ExprKind::Place(Place { root, steps: Vec::new() }), span));
    let mut missing = Vec::new();
    if json {
        missing.push(not(expr(ExprKind::IsKind(root(Root::Result), KIND_ANY.into(), None), span)));
    }
    if text {
        missing.push(not(expr(ExprKind::Has(root(Root::ResultText)), span)));
    }
    let blind = blind(&when, true);
    let nothing = expr(ExprKind::And(vec![expr(ExprKind::Or(missing), span), blind]), span);
    expr(ExprKind::Or(vec![nothing, when]), span)
}

/// Some test of the result comes out in one way where there is none.
fn answers_for_absent(when: &Expr) -> bool {
    let mut found = false;
    walk::each(when, &mut |part| {
        let answers = match &part.kind {
            ExprKind::Has(_) | ExprKind::IsNull(_) | ExprKind::IsKind(..) => true,
            ExprKind::Coalesce(first, _) => reads_result(first),
            _ => false,
        };
        found |= answers && reads_result(part);
    });
    found
}

/// The condition where every test of the result is unknown, and what is unknown does not make it false.
fn blind(when: &Expr, wanted: bool) -> Expr {
    let all = |parts: &[Expr]| parts.iter().map(|part| blind(part, wanted)).collect();
    let kind = match &when.kind {
        ExprKind::Not(inner) => return not(blind(inner, !wanted)),
        ExprKind::And(parts) => ExprKind::And(all(parts)),
        ExprKind::Or(parts) => ExprKind::Or(all(parts)),
        _ if reads_result(when) => return truth(wanted, when.span),
        _ => return when.clone(),
    };
    expr(kind, when.span)
}
