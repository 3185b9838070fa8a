//! Exact linear arithmetic. In: sums with coefficients in units of 10⁻⁹. Out: sums with integer coefficients, and the proof that no
//! intermediate leaves i128 (semantics.md 4).

use crate::typed::{Expr, ExprKind, Linear};
use policyc_runtime::number::{LIMIT, SCALE};

/// Most elements of one list: the cap on elements in a request.
const ELEMENTS: i128 = 1_000_000;
/// Most that a sum may reach: half of i128, so that adding the constant cannot overflow.
const MOST: i128 = i128::MAX / 4;

/// Clears fractions: multiplies by the least power of ten that makes every coefficient an integer, and checks the range.
pub(crate) fn clear(terms: &[(i128, Expr)], constant: i128) -> Option<Linear> {
    let mut scale: u8 = 0;
    // Inner sums count without their own scale: they need as many more places.
    let places = |coefficient: i128, expr: &Expr| places(coefficient).saturating_add(inner_scale(expr));
    for (coefficient, expr) in terms {
        scale = scale.max(places(*coefficient, expr));
    }
    let mut out = Vec::with_capacity(terms.len());
    let mut reach: i128 = constant.checked_abs()?.checked_mul(power(scale)?)?;
    for (coefficient, expr) in terms {
        let up = scale.checked_sub(inner_scale(expr))?;
        let whole = coefficient.checked_mul(power(up)?)?.checked_div(SCALE)?;
        let term = whole.checked_abs()?.checked_mul(most(expr)?)?;
        reach = reach.checked_add(term)?;
        out.push((i64::try_from(whole).ok()?, expr.clone()));
    }
    if reach > MOST {
        return None;
    }
    Some(Linear { terms: out, constant: constant.checked_mul(power(scale)?)?, scale })
}

/// Decimal places of a coefficient.
fn places(units: i128) -> u8 {
    let mut places = 9;
    let mut rest = units;
    while places > 0 && rest % 10 == 0 {
        rest /= 10;
        places -= 1;
    }
    places
}

fn power(scale: u8) -> Option<i128> {
    10i128.checked_pow(u32::from(scale))
}

/// By how many decimal places the value of a term is shifted: a sum counts without its own scale.
pub(crate) fn inner_scale(expr: &Expr) -> u8 {
    crate::ir::lower::scale(expr)
}

/// The greatest absolute value, in units shifted by [`inner_scale`], that an expression can have.
fn most(expr: &Expr) -> Option<i128> {
    match &expr.kind {
        ExprKind::Sum(_, _, body) => most_of(body)?.checked_mul(ELEMENTS),
        ExprKind::Linear(linear) => most_of(linear),
        ExprKind::Coalesce(first, second) => {
            let scale = inner_scale(expr);
            let raised = |e: &Expr| most(e)?.checked_mul(power(scale.checked_sub(inner_scale(e))?)?);
            Some(raised(first)?.max(raised(second)?))
        }
        ExprKind::Count(_) | ExprKind::CountIf(..) => Some(ELEMENTS * SCALE),
        ExprKind::Length(_) => Some((1 << 32) * SCALE),
        _ => Some(LIMIT),
    }
}

fn most_of(linear: &Linear) -> Option<i128> {
    linear.terms.iter().try_fold(linear.constant.checked_abs()?, |reach, (coefficient, term)| {
        reach.checked_add(i128::from(*coefficient).checked_abs()?.checked_mul(most(term)?)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typed::{Place, Root};
    use policyc_grammar::source::Span;

    fn place() -> Expr {
        Expr { kind: ExprKind::Place(Place { root: Root::Args, steps: Vec::new() }), span: Span::default() }
    }

    #[test]
    fn fractions_of_factors_are_cleared() {
        let cleared = clear(&[(SCALE / 100, place()), (SCALE, place())], 5 * SCALE).unwrap();
        assert_eq!(cleared.scale, 2);
        assert_eq!(cleared.terms.iter().map(|(c, _)| *c).collect::<Vec<_>>(), [1, 100]);
        assert_eq!(cleared.constant, 500 * SCALE);
    }

    #[test]
    fn what_could_overflow_is_refused() {
        assert!(clear(&[(SCALE * 1_000_000_000, place())], 0).is_some());
        assert!(clear(&[(SCALE * 1_000_000_000_000, place())], 0).is_none());
    }
}
