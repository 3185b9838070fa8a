//! The rule on the bodies of quantifiers (semantics.md 22): the body runs as far right as it can, so an operand of its top-level
//! `and`/`or` that does not mention the variable was probably meant outside. In: syntax. Out: the error E0502.

use super::cx::Cx;
use crate::diagnostics::Code;
use policyc_grammar::ast::{Expr, ExprKind, Name, ToolList, ToolPatternKind};

/// Complains about an operand of the body that mentions none of `vars`.
pub(crate) fn check(cx: &mut Cx<'_>, vars: &[Name], body: &Expr) {
    let (ExprKind::And(operands) | ExprKind::Or(operands)) = &body.kind else { return };
    for operand in operands {
        if !vars.iter().any(|var| mentions(operand, &var.text)) {
            let names = vars.iter().map(|v| format!("`{}`", v.text)).collect::<Vec<_>>().join(" or ");
            cx.error_help(
                Code::E0502,
                operand.span,
                format!("this operand does not mention {names}, but belongs to the quantifier's body"),
                "put parentheses around the quantifier, or around its whole body if that is what you mean",
            );
        }
    }
}

/// Whether the name occurs in the expression.
pub(crate) fn mentions(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Name(own) => own == name,
        ExprKind::Error
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Number(_)
        | ExprKind::Str(_)
        | ExprKind::Regex { .. }
        | ExprKind::Duration(_)
        | ExprKind::Date(_)
        | ExprKind::Timestamp(_) => false,
        ExprKind::Field(base, _)
        | ExprKind::Unary(_, base)
        | ExprKind::Has(base)
        | ExprKind::Known(base)
        | ExprKind::HasLabel(base, _)
        | ExprKind::Is(base, _)
        | ExprKind::Paren(base) => mentions(base, name),
        ExprKind::Index(a, b) | ExprKind::Binary(_, _, a, b) => mentions(a, name) || mentions(b, name),
        ExprKind::Call(_, all) | ExprKind::List(all) | ExprKind::And(all) | ExprKind::Or(all) => {
            all.iter().any(|e| mentions(e, name))
        }
        ExprKind::Table(entries) => entries.iter().any(|(_, e)| mentions(e, name)),
        ExprKind::Quantifier { domain, body, .. } | ExprKind::Aggregate { domain, body, .. } => {
            mentions(domain, name) || mentions(body, name)
        }
    }
}

/// Whether a function of this name is called in the expression.
pub(crate) fn calls(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Call(own, args) => own.text == name || args.iter().any(|e| calls(e, name)),
        ExprKind::Field(base, _)
        | ExprKind::Unary(_, base)
        | ExprKind::Has(base)
        | ExprKind::Known(base)
        | ExprKind::HasLabel(base, _)
        | ExprKind::Is(base, _)
        | ExprKind::Paren(base) => calls(base, name),
        ExprKind::Index(a, b) | ExprKind::Binary(_, _, a, b) => calls(a, name) || calls(b, name),
        ExprKind::List(all) | ExprKind::And(all) | ExprKind::Or(all) => all.iter().any(|e| calls(e, name)),
        ExprKind::Table(entries) => entries.iter().any(|(_, e)| calls(e, name)),
        ExprKind::Quantifier { domain, body, .. } | ExprKind::Aggregate { domain, body, .. } => {
            calls(domain, name) || calls(body, name)
        }
        _ => false,
    }
}

/// Whether a group of this name stands in a tool list.
pub(crate) fn groups(list: &ToolList, name: &str) -> bool {
    list.patterns
        .iter()
        .chain(&list.except)
        .any(|p| matches!(&p.kind, ToolPatternKind::Group(own) if own.text == name))
}
