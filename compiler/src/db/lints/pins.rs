//! Whether a policy fixes an argument. In: a place in the arguments, the statements on a tool. Out: whether every permitted call has there a
//! value that the agent did not choose freely.

use super::{Lints, OnTool};
use crate::check::form::is_input;
use crate::check::walk::{each, places};
use crate::typed::{Expr, ExprKind, FactUse, Place, Root};
use policyc_runtime::program::Effect;

impl Lints<'_> {
    /// Every statement that permits the tool fixes the place, or one denies what is not fixed.
    pub(super) fn is_pinned(&self, tool: u32, place: &Place) -> bool {
        let all = self.on(tool);
        let denied = |one: &OnTool<'_>| one.effect == Effect::Deny && denies_unless(one.condition, place);
        all.iter().any(denied) || all.iter().filter(|one| one.permits()).all(|one| pins(one.condition, place))
    }
}

/// The condition is true only where the place is fixed.
pub(super) fn pins(expr: &Expr, place: &Place) -> bool {
    match &expr.kind {
        ExprKind::And(all) => all.iter().any(|one| pins(one, place)),
        ExprKind::Or(all) => !all.is_empty() && all.iter().all(|one| pins(one, place)),
        ExprKind::Equal(a, b) | ExprKind::TextTest(_, a, b) | ExprKind::InList(a, b) => {
            (means(a, place) && is_given(b)) || (means(b, place) && is_given(a))
        }
        ExprKind::Compare(compared) => compared.terms.iter().any(|(_, term)| means(term, place)),
        ExprKind::InConsts(a, _) => means(a, place),
        ExprKind::InSet(a, used) => means(a, place) || keyed(used, place),
        _ => false,
    }
}

fn denies_unless(expr: &Expr, place: &Place) -> bool {
    match &expr.kind {
        ExprKind::Not(inner) => pins(inner, place),
        ExprKind::Or(all) => all.iter().any(|one| denies_unless(one, place)),
        _ => false,
    }
}

/// The place itself, or what was learned of it.
fn means(expr: &Expr, place: &Place) -> bool {
    match &expr.kind {
        ExprKind::Place(own) => own == place,
        ExprKind::Lower(inner) => means(inner, place),
        ExprKind::Fact(used, _) => keyed(used, place),
        ExprKind::Member(inner, _) => means(inner, place),
        _ => false,
    }
}

fn keyed(used: &FactUse, place: &Place) -> bool {
    used.keys.iter().any(|key| means(key, place))
}

/// Nothing of it is the agent's.
fn is_given(expr: &Expr) -> bool {
    let mut given = true;
    each(expr, &mut |part| {
        given &= match &part.kind {
            ExprKind::Place(Place { root: Root::Args | Root::Var(_), .. }) => false,
            ExprKind::Place(place) => !is_input(place),
            _ => true,
        };
    });
    given
}

/// Some statement on the tool reads the place, or what is below it.
pub(super) fn is_read(all: &[OnTool<'_>], place: &Place) -> bool {
    all.iter().any(|one| {
        places(one.condition).iter().any(|own| own.root == place.root && own.steps.starts_with(&place.steps))
    })
}
