//! Findings about limits. In: limits and the statements on the tools that they count. Out: what escapes them (semantics.md 31, 33, 34).

use super::pins::is_read;
use super::{Lints, OnTool, spot};
use crate::check::LimitShape;
use crate::diagnostics::Code;
use crate::resolve::anchor::{Anchor, Found};
use crate::resolve::suggest::listing;
use crate::ty::{ArgsTy, Kinds, Ty};
use crate::typed::{Comparison, Expr, ExprKind, Place, Root};
use policyc_runtime::number::Decimal;
use policyc_runtime::program::Effect;
use policyc_runtime::program::instr::Compare;
use policyc_runtime::program::memory::Counting;

/// A limit and what it counts of each tool.
struct Limit<'a> {
    anchor: &'a Anchor,
    shape: &'a LimitShape,
    id: &'a str,
    /// Per tool the keys and the amount.
    counts: Vec<(u32, &'a [Expr], &'a Expr)>,
}

impl Limit<'_> {
    /// It counts amounts, not calls.
    fn is_spend(&self) -> bool {
        let counts = |amount: &Expr| is_one(amount) || matches!(amount.kind, ExprKind::Count(_));
        self.shape.counting == Counting::Sum && !self.counts.iter().any(|(_, _, amount)| counts(amount))
    }

    /// It counts the calls of this tool.
    fn counts_calls(&self, tool: u32) -> bool {
        self.shape.counting == Counting::Sum
            && self.counts.iter().any(|(own, _, amount)| *own == tool && is_one(amount))
    }
}

pub(super) fn findings(lints: &Lints<'_>) -> Vec<Found> {
    let limits: Vec<Limit<'_>> = lints
        .placed
        .iter()
        .filter_map(|one| {
            let head = one.checked.heads.first().filter(|head| !head.shadow)?;
            let counts = one.checked.counts.iter();
            let counts = counts.filter(|(tool, ..)| lints.is_permitted(*tool));
            Some(Limit {
                anchor: &one.anchor,
                shape: one.checked.limit.as_ref()?,
                id: &head.id,
                counts: counts.map(|(tool, _, keys, amount)| (*tool, &**keys, amount)).collect(),
            })
        })
        .collect();
    let mut out = Vec::new();
    for limit in &limits {
        out.extend(free_retries(lints, limit, &limits));
        out.extend(zero_is_free(lints, limit, &limits));
        out.extend(batch_counts_one(lints, limit));
        out.extend(agent_chosen_key(lints, limit, &limits));
        out.extend(mixed_currency(lints, limit));
    }
    out
}

/// What a failure gives back can be tried again without end.
fn free_retries(lints: &Lints<'_>, limit: &Limit<'_>, limits: &[Limit<'_>]) -> Option<Found> {
    if !limit.is_spend() || limit.shape.keeps_failures {
        return None;
    }
    let kept = |tool: u32| limits.iter().any(|own| own.shape.keeps_failures && own.counts_calls(tool));
    let free: Vec<&str> =
        limit.counts.iter().filter(|(tool, ..)| !kept(*tool)).map(|(tool, ..)| lints.name(*tool)).collect();
    (!free.is_empty()).then(|| {
        let message = format!(
            "a failed call of {} gives back what `{}` counted, so it can be tried without end",
            listing(free, 3),
            limit.id
        );
        found(Code::W0812, limit, message).help(
            "count tries as well: `limit NAME: 20 per 1h for each principal.id on TOOLS failures count`",
        )
    })
}

/// An amount of nothing uses nothing up.
fn zero_is_free(lints: &Lints<'_>, limit: &Limit<'_>, limits: &[Limit<'_>]) -> Option<Found> {
    if !limit.is_spend() {
        return None;
    }
    let (tool, place) = limit.counts.iter().find_map(|(tool, _, amount)| {
        let place = only_place(amount)?;
        let args = &lints.world.tools.get(*tool as usize)?.args;
        let counted = limits.iter().any(|own| own.counts_calls(*tool));
        (!counted && admits_zero(args, place) && !denies_zero(&lints.on(*tool), place))
            .then_some((*tool, place))
    })?;
    let spelled = crate::check::form::spelled(place);
    let message = format!(
        "`{spelled}` may be 0, which `{}` does not count: `{}` can be called without end",
        limit.id,
        lints.name(tool)
    );
    Some(found(Code::W0813, limit, message).help(format!(
        "deny what is not positive (`deny … when {spelled} <= 0`), or limit the calls as well"
    )))
}

/// A call with many things in it counts as one.
fn batch_counts_one(lints: &Lints<'_>, limit: &Limit<'_>) -> Option<Found> {
    // How often something is tried is another question than how much it does.
    if limit.shape.keeps_failures || limit.shape.counting != Counting::Sum {
        return None;
    }
    let (tool, name) = limit.counts.iter().find_map(|(tool, _, amount)| {
        if !is_one(amount) || lints.only_reads(*tool) {
            return None;
        }
        let args = &lints.world.tools.get(*tool as usize)?.args;
        let name = batch(args)?;
        let place = Place { root: Root::Args, steps: vec![name.into()] };
        let all = lints.on(*tool);
        let counted = all.iter().any(|one| counts(one.condition, &place));
        (!counted).then_some((*tool, name))
    })?;
    let message = format!(
        "a call of `{}` is one call to `{}`, however many elements `args.{name}` has",
        lints.name(tool),
        limit.id
    );
    Some(
        found(Code::W0814, limit, message)
            .help(format!("count what it does: `counting count(args.{name})`, or bound it in a rule")),
    )
}

/// Whoever chooses the key has as many limits as there are values.
fn agent_chosen_key(lints: &Lints<'_>, limit: &Limit<'_>, limits: &[Limit<'_>]) -> Option<Found> {
    let chosen = |tool: u32, keys: &[Expr]| -> Option<Place> {
        let args = &lints.world.tools.get(tool as usize)?.args;
        let mut free = keys.iter().filter_map(|key| match &key.kind {
            ExprKind::Place(place) if place.root == Root::Args => Some(place),
            _ => None,
        });
        free.find(|place| is_free_text(args, place) && !lints.is_pinned(tool, place)).cloned()
    };
    let (tool, place) = limit.counts.iter().find_map(|(tool, keys, _)| {
        let place = chosen(*tool, keys)?;
        // Another limit on the same calls, whose keys the agent does not choose, bounds them all.
        let bounded = limits.iter().any(|own| {
            own.counts.iter().any(|(other, keys, _)| other == tool && chosen(*other, keys).is_none())
        });
        (!bounded).then_some((*tool, place))
    })?;
    let spelled = crate::check::form::spelled(&place);
    let message = format!(
        "the agent chooses `{spelled}` of `{}` freely, and each value has its own `{}`",
        lints.name(tool),
        limit.id
    );
    Some(found(Code::W0815, limit, message).help(format!(
        "compare `{spelled}` with what the host or a result says, or add a limit for each principal or session"
    )))
}

/// Amounts of different currencies add up to nothing.
fn mixed_currency(lints: &Lints<'_>, limit: &Limit<'_>) -> Option<Found> {
    if !limit.is_spend() {
        return None;
    }
    let currency = Place { root: Root::Args, steps: vec!["currency".into()] };
    let (tool, ..) = limit.counts.iter().find(|(tool, keys, _)| {
        let declared = lints.world.tools.get(*tool as usize).is_some_and(|own| {
            let field = own.args.root.fields.get("currency");
            field
                .and_then(|field| kinds(&own.args, &field.ty))
                .and_then(|kinds| kinds.string.as_ref())
                .is_some_and(|string| string.one_of.as_ref().is_none_or(|only| only.len() > 1))
        });
        let keyed = keys.iter().any(|key| match &key.kind {
            ExprKind::Place(place) => *place == currency,
            ExprKind::Lower(inner) => matches!(&inner.kind, ExprKind::Place(place) if *place == currency),
            _ => false,
        });
        declared && !keyed && !is_read(&lints.on(*tool), &currency)
    })?;
    let message = format!("`{}` adds up amounts of `{}` in any `args.currency`", limit.id, lints.name(*tool));
    Some(
        found(Code::W0816, limit, message)
            .help("count `for each args.currency`, or permit one: `args.currency == \"eur\"`"),
    )
}

fn found(code: Code, limit: &Limit<'_>, message: String) -> Found {
    Found::new(code, spot(limit.anchor, limit.shape.at), message)
}

fn is_one(amount: &Expr) -> bool {
    matches!(amount.kind, ExprKind::Const(_))
}

/// The one argument that an amount is made of, if it is proportional to one.
fn only_place(amount: &Expr) -> Option<&Place> {
    match &amount.kind {
        ExprKind::Place(place) if place.root == Root::Args => Some(place),
        ExprKind::Linear(linear) if linear.constant == 0 => match linear.terms.as_slice() {
            [(_, term)] => only_place(term),
            _ => None,
        },
        _ => None,
    }
}

fn kinds<'a>(args: &'a ArgsTy, ty: &'a Ty) -> Option<&'a Kinds> {
    match ty {
        Ty::Kinds(kinds) => Some(kinds),
        Ty::Ref(id) => match args.definitions.0.get(id.0 as usize)? {
            Ty::Kinds(kinds) => Some(kinds),
            _ => None,
        },
        Ty::Dynamic => None,
    }
}

fn at<'a>(args: &'a ArgsTy, place: &Place) -> Option<&'a Kinds> {
    let mut object = &args.root;
    let mut steps = place.steps.iter().peekable();
    while let Some(step) = steps.next() {
        let kinds = kinds(args, &object.fields.get(step)?.ty)?;
        if steps.peek().is_none() {
            return Some(kinds);
        }
        object = kinds.object.as_ref()?;
    }
    None
}

fn admits_zero(args: &ArgsTy, place: &Place) -> bool {
    let Some(number) = at(args, place).and_then(|kinds| kinds.number.as_ref()) else { return false };
    let zero = Decimal::ZERO;
    let above = number.min.is_some_and(|bound| bound.value > zero || bound.value == zero && bound.exclusive);
    !above && number.one_of.as_ref().is_none_or(|only| only.contains(&zero))
}

/// A statement denies zero, or each that permits asks for more.
fn denies_zero(all: &[OnTool<'_>], place: &Place) -> bool {
    let refuses = |one: &&OnTool<'_>| one.effect == Effect::Deny && some(one.condition, place, true);
    all.iter().filter(refuses).count() > 0
        || all.iter().filter(|one| one.permits()).all(|one| every(one.condition, place, false))
}

/// One of the alternatives is a comparison that is so at zero.
fn some(expr: &Expr, place: &Place, wanted: bool) -> bool {
    match &expr.kind {
        ExprKind::Or(all) => all.iter().any(|one| some(one, place, wanted)),
        ExprKind::Not(inner) => every(inner, place, !wanted),
        _ => at_zero(expr, place) == Some(wanted),
    }
}

/// One of the parts that all must hold is a comparison that is so at zero.
fn every(expr: &Expr, place: &Place, wanted: bool) -> bool {
    match &expr.kind {
        ExprKind::And(all) => all.iter().any(|one| every(one, place, wanted)),
        ExprKind::Not(inner) => some(inner, place, !wanted),
        _ => at_zero(expr, place) == Some(wanted),
    }
}

/// What a comparison of the place alone with a constant says of zero.
fn at_zero(expr: &Expr, place: &Place) -> Option<bool> {
    let ExprKind::Compare(Comparison { terms, op, constant }) = &expr.kind else { return None };
    let [(_, term)] = terms.as_slice() else { return None };
    let term = match &term.kind {
        ExprKind::Coalesce(value, _) => value,
        _ => term,
    };
    if !matches!(&term.kind, ExprKind::Place(own) if own == place) {
        return None;
    }
    let order = 0.cmp(constant);
    Some(match op {
        Compare::Lt => order.is_lt(),
        Compare::Le => order.is_le(),
        Compare::Gt => order.is_gt(),
        Compare::Ge => order.is_ge(),
        Compare::Eq => order.is_eq(),
        Compare::Ne => order.is_ne(),
    })
}

/// The required argument that is a list of records.
fn batch(args: &ArgsTy) -> Option<&str> {
    let lists = args.root.fields.iter().filter(|(_, field)| field.required);
    let mut records = lists.filter(|(_, field)| {
        let items = kinds(args, &field.ty).and_then(|kinds| kinds.list.as_ref());
        items.is_some_and(|list| {
            list.max_items.is_none_or(|most| most > 1)
                && kinds(args, &list.items).is_some_and(|items| items.object.is_some())
        })
    });
    records.next().map(|(name, _)| &**name)
}

/// The condition reads how long the list is.
fn counts(expr: &Expr, place: &Place) -> bool {
    let mut found = false;
    crate::check::walk::each(expr, &mut |part| {
        found |= matches!(&part.kind, ExprKind::Count(of) if matches!(&of.kind, ExprKind::Place(own) if own == place));
    });
    found
}

/// A text of which neither the schema nor its length says much.
fn is_free_text(args: &ArgsTy, place: &Place) -> bool {
    let string = at(args, place).and_then(|kinds| kinds.string.as_ref());
    string.is_some_and(|string| string.one_of.is_none())
}
