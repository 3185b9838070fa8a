//! Guards that let omission slip (semantics.md 20). In: all that can match on one tool. Out: W0801 where a call that lacks what a guard
//! asks for escapes a restriction, or a grant's exception, and nothing else takes it.

use super::findings::{Finding, OnTool};
use super::form::deref;
use super::guards::lacks;
use super::members;
use super::omission::{Lack, Truths, truths};
use super::reach::{Step, lookup, spelled};
use crate::diagnostics::Code;
use crate::ty::{ArgsTy, Kinds, Ty};
use policyc_runtime::program::Effect;
use policyc_runtime::views::table::ViewId;

/// What slips through on one tool.
pub(super) fn slips(args: &ArgsTy, blocks: &[Vec<OnTool<'_>>]) -> Vec<Finding> {
    let mut out = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        for (position, one) in block.iter().enumerate() {
            let escapes = if one.effect == Effect::Allow { Truths::TRUE } else { Truths::FALSE };
            let slips = |lack: &&Lack| {
                truths(one.condition, lack).may(escapes)
                    && !caught(blocks, (number, position), one, lack)
                    && permitted(blocks, one, lack)
            };
            for guard in lacks(args, one.effect, one.condition) {
                out.extend(guard.iter().find(slips).map(|lack| slip(args, one, lack)));
            }
        }
    }
    out
}

/// Something else certainly takes the calls that lack it, or an earlier arm speaks for them. What the policy says does not count for a
/// guardrail, which holds whatever the policy is.
fn caught(
    blocks: &[Vec<OnTool<'_>>],
    (number, position): (usize, usize),
    one: &OnTool<'_>,
    lack: &Lack,
) -> bool {
    let block = blocks.get(number).map_or(&[][..], Vec::as_slice);
    let (earlier, later) = (block.get(..position), block.get(position.saturating_add(1)..));
    let least = one.effect.max(Effect::Ask);
    let speaks = |arm: &OnTool<'_>| {
        let wanted = if arm.effect == Effect::Allow { Truths::TRUE } else { Truths::MATCHES };
        truths(arm.condition, lack).only(wanted)
    };
    earlier.is_some_and(|arms| arms.iter().any(speaks))
        || later.is_some_and(|arms| restricts(arms, least, lack))
        || blocks.iter().enumerate().any(|(other, arms)| {
            let counts = |arm: &OnTool<'_>| !arm.shadow && (arm.guardrail || !one.guardrail);
            other != number && arms.first().is_some_and(counts) && restricts(arms, least, lack)
        })
}

/// Whether these arms, tried in order, certainly restrict that much.
fn restricts(arms: &[OnTool<'_>], least: Effect, lack: &Lack) -> bool {
    for arm in arms {
        let result = truths(arm.condition, lack);
        if arm.effect >= least {
            if result.only(Truths::MATCHES) {
                return true;
            }
        } else if result.may(if arm.effect == Effect::Allow { Truths::TRUE } else { Truths::MATCHES }) {
            return false;
        }
    }
    false
}

/// Whether something may let such a call through: nothing escapes a restriction where everything is denied. A guardrail cannot know.
fn permitted(blocks: &[Vec<OnTool<'_>>], one: &OnTool<'_>, lack: &Lack) -> bool {
    let grants = |arm: &OnTool<'_>| {
        let enough = arm.effect == Effect::Allow || (arm.effect == Effect::Ask && one.effect == Effect::Deny);
        enough && !arm.guardrail && !arm.shadow && truths(arm.condition, lack).may(Truths::TRUE)
    };
    one.guardrail || one.effect == Effect::Allow || blocks.iter().flatten().any(grants)
}

fn slip(args: &ArgsTy, one: &OnTool<'_>, lack: &Lack) -> Finding {
    let what = match lack {
        Lack::Nothing => String::new(),
        Lack::Value(path) => format!("a call that omits `{}`", spelled(path)),
        Lack::Kind(path) => format!("a call whose `{}` is of another type", spelled(path)),
        Lack::Member(reading, member) => {
            let member = members::spelled(reading.view, *member);
            format!("a call whose `{}` reads without `{member}`", spelled(&reading.subject))
        }
        Lack::Reading(reading) => {
            let view = ViewId::from_number(reading.view).and_then(ViewId::spec).map_or("", |spec| spec.name);
            format!("a call whose `{}` does not read as `{view}(…)`", spelled(&reading.subject))
        }
    };
    let (where_to, otherwise) = match one.effect {
        Effect::Allow => ("slips past the exception of this grant", "is not granted either"),
        Effect::Ask | Effect::Deny => ("slips through this restriction", "is restricted too"),
    };
    Finding {
        statement: one.statement,
        span: one.condition.span,
        code: Code::W0801,
        about: String::new(),
        message: format!("{what} {where_to}"),
        help: Some(help(args, lack, otherwise)),
    }
}

/// Nothing but objects stand there.
fn is_record(args: &ArgsTy, path: &[Step]) -> bool {
    let ty = lookup(args, path).map(|field| deref(&field.ty, &args.definitions));
    let Some(Ty::Kinds(kinds)) = ty else { return false };
    *kinds == Kinds { null: kinds.null, object: kinds.object.clone(), ..Kinds::default() }
        && kinds.object.is_some()
}

fn help(args: &ArgsTy, lack: &Lack, otherwise: &str) -> String {
    match lack {
        Lack::Nothing => String::new(),
        Lack::Value(path) if path.contains(&Step::Element) => format!(
            "drop the guard: without it what is omitted {otherwise}; or say what omission means: `(… ?? …)`"
        ),
        Lack::Value(path) => {
            let name = spelled(path);
            // A record has no stand-in; what is read of it has.
            let field = if is_record(args, path) { ".FIELD" } else { "" };
            format!(
                "drop the guard: without it an omitted `{name}` {otherwise}; or say what omission means: `({name}{field} ?? …)`"
            )
        }
        Lack::Kind(path) => format!(
            "drop the guard: without it a `{}` of another type {otherwise}; or say what holds for each of its types",
            spelled(path)
        ),
        Lack::Member(reading, member) => format!(
            "drop the guard: without it a text that lacks it {otherwise}; or say what its absence means: `({} ?? …)`",
            members::spelled(reading.view, *member)
        ),
        Lack::Reading(_) => format!("drop the guard: without it a text that does not read {otherwise}"),
    }
}
