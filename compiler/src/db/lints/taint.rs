//! Findings about labels and what facts are learned from. In: labels, facts, the statements that read them. Out: labels that set themselves
//! off, labels with gaps, facts that grant although an outsider may have written them (semantics.md 11, 40, 41).

use super::{Lints, spot};
use crate::check::walk::each;
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::namespace::{FactEntry, LabelEntry};
use crate::resolve::suggest::listing;
use crate::typed::{ActionKind, Expr, ExprKind, Place, Root};
use policyc_grammar::ast::{ExprKind as Written, Item, ItemKind, LabelDecl, ToolPatternKind};
use policyc_runtime::program::Effect;
use policyc_runtime::program::memory::Lasts;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn findings(lints: &Lints<'_>) -> Vec<Found> {
    let mut out = Vec::new();
    for (index, label) in (0_u32..).zip(&lints.world.labels) {
        out.extend(self_label(lints, index, label));
        out.extend(label_gap(lints, index, label));
    }
    for (index, fact) in (0_u32..).zip(&lints.world.facts) {
        out.extend(tainted_fact(lints, index, fact));
    }
    out
}

/// A call sets the label for good, and the next one of the same tool meets what the label restricts.
fn self_label(lints: &Lints<'_>, index: u32, label: &LabelEntry) -> Option<Found> {
    let (tool, rule) = label.set_by.iter().find_map(|&tool| {
        let memory = lints.policy.memory.get(tool as usize)?;
        let always =
            memory.admit.iter().any(|action| action.kind == ActionKind::SetLabel(index, Lasts::Forever));
        // What reads brings text in and is meant; what writes is what is guarded.
        if !always || lints.only_reads(tool) || !lints.is_permitted(tool) {
            return None;
        }
        let all = lints.on(tool);
        let guard =
            all.iter().find(|one| one.effect != Effect::Allow && reads_label(one.condition, index))?;
        Some((tool, guard.id))
    })?;
    let name = lints.name(tool);
    let message =
        format!("`{name}` sets the label `{}` itself, so its own second call meets `{rule}`", label.name);
    Some(Found::new(Code::W0817, label.at.clone(), message).help(format!(
        "take what only writes out of what sets it: `except …{name}`, or give it an end: `for 10m`"
    )))
}

/// A call of the tool sets the label, which then lasts.
fn sets(lints: &Lints<'_>, tool: u32, label: u32) -> bool {
    let memory = lints.policy.memory.get(tool as usize);
    let mut actions = memory.into_iter().flat_map(|memory| memory.admit.iter().chain(&memory.shown));
    actions.any(|action| action.kind == ActionKind::SetLabel(label, Lasts::Forever))
}

fn reads_label(expr: &Expr, index: u32) -> bool {
    let mut found = false;
    each(expr, &mut |part| found |= part.kind == ExprKind::HasLabel(index));
    found
}

/// Tools that read are listed one by one, and others that read are not among them.
fn label_gap(lints: &Lints<'_>, index: u32, label: &LabelEntry) -> Option<Found> {
    let Item { kind: ItemKind::Label(decl), .. } = lints.item(&label.at.anchor)? else { return None };
    let tools = || label.set_by.iter().copied();
    let lasts = tools().all(|tool| sets(lints, tool, index));
    if label.set_by.is_empty() || !lasts || !tools().all(|tool| lints.only_reads(tool)) || excludes(decl) {
        return None;
    }
    let all = 0..u32::try_from(lints.world.tools.len()).unwrap_or(u32::MAX);
    let gap = all
        .filter(|tool| !label.set_by.contains(tool) && lints.is_permitted(*tool) && lints.only_reads(*tool));
    let names: Vec<&str> = gap.map(|tool| lints.name(tool)).collect();
    (!names.is_empty()).then(|| {
        let message = format!(
            "the label `{}` lists what sets it, and {} can bring in text as well",
            label.name,
            listing(names, 4)
        );
        Found::new(Code::W0818, label.at.clone(), message).help(
            "say what does not set it: `after * except TOOLS`; a tool that is added later then sets it, too",
        )
    })
}

/// It says what does not set it.
fn excludes(decl: &LabelDecl) -> bool {
    let patterns = decl.after.iter().flat_map(|after| &after.tools.patterns);
    patterns
        .into_iter()
        .any(|pattern| matches!(pattern.kind, ToolPatternKind::Every | ToolPatternKind::Glob(..)))
}

/// What an outsider may have written permits something.
fn tainted_fact(lints: &Lints<'_>, index: u32, fact: &FactEntry) -> Vec<Found> {
    let item = lints.item(&fact.at.anchor);
    let taken = taken(lints, index);
    let trusted: BTreeMap<String, _> = item.into_iter().flat_map(trusted).collect();
    let mut out: Vec<Found> = trusted
        .iter()
        .filter(|(name, _)| !taken.values().any(|own| own.contains(*name)))
        .map(|(name, span)| {
            let message = format!("the fact `{}` takes no `{name}` out of a result", fact.name);
            Found::new(Code::W0807, spot(&fact.at.anchor, *span), message)
                .help("name the fields that outsiders cannot set, as the fact reads them")
        })
        .collect();
    let grants =
        |tool: u32| lints.on(tool).iter().any(|one| one.permits() && reads_fact(one.condition, index));
    let all = 0..u32::try_from(lints.world.tools.len()).unwrap_or(u32::MAX);
    if !all.into_iter().any(grants) {
        return out;
    }
    let source = fact.taught_by.iter().find_map(|tool| {
        // A label that ends is about pace, not about whose text came in.
        let (_, label) = (0_u32..).zip(&lints.world.labels).find(|(index, _)| sets(lints, *tool, *index))?;
        let fields: Vec<&str> =
            taken.get(tool)?.iter().map(String::as_str).filter(|name| !trusted.contains_key(*name)).collect();
        (!fields.is_empty()).then_some((*tool, label, fields))
    });
    if let Some((tool, label, fields)) = source {
        let message = format!(
            "the fact `{}` permits, and is learned from `{}`, which sets the label `{}`",
            fact.name,
            lints.name(tool),
            label.name
        );
        let fields: Vec<String> = fields.iter().map(|name| format!("result.{name}")).collect();
        let help = format!(
            "if outsiders cannot set what it takes, say so before the fact: `@trusted({})`",
            fields.join(", ")
        );
        out.push(Found::new(Code::W0819, fact.at.clone(), message).help(help));
    }
    out
}

fn reads_fact(expr: &Expr, index: u32) -> bool {
    let mut found = false;
    each(expr, &mut |part| {
        found |= match &part.kind {
            ExprKind::Fact(used, _) | ExprKind::InSet(_, used) => used.fact == index,
            _ => false,
        };
    });
    found
}

/// Per tool, the names of the fields that the fact takes its values from.
fn taken(lints: &Lints<'_>, index: u32) -> BTreeMap<u32, BTreeSet<String>> {
    let mut out: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for (tool, memory) in (0_u32..).zip(&lints.policy.memory) {
        for action in &memory.learn {
            let values: Vec<&Expr> = match &action.kind {
                ActionKind::Learn(fact, _, values) if *fact == index => values.iter().flatten().collect(),
                ActionKind::Join(fact, _, value) if *fact == index => vec![value],
                _ => continue,
            };
            let own: BTreeSet<String> = values.into_iter().flat_map(fields).collect();
            // An element that is taken whole is what the list holds that it is one of.
            let domains = action.each.iter().flat_map(|each| fields(&each.domain));
            let names = if own.is_empty() { domains.collect() } else { own };
            out.entry(tool).or_default().extend(names);
        }
    }
    out
}

/// The last names of the places in a result that an expression reads.
fn fields(expr: &Expr) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    each(expr, &mut |part| {
        if let ExprKind::Place(Place { root, steps }) = &part.kind {
            match (root, steps.last()) {
                (Root::ResultText, _) => _ = out.insert("text".to_owned()),
                (Root::Result | Root::Var(_), Some(name)) => _ = out.insert(name.to_string()),
                _ => {}
            }
        }
    });
    out
}

/// The fields that annotations call trusted, by their last names.
fn trusted(item: &Item) -> Vec<(String, policyc_grammar::source::Span)> {
    let own = item.annotations.iter().filter(|annotation| annotation.name.text == "trusted");
    own.flat_map(|annotation| &annotation.args)
        .filter_map(|arg| match &arg.kind {
            Written::Field(_, name) => Some((name.text.to_string(), arg.span)),
            Written::Name(name) => Some((name.to_string(), arg.span)),
            _ => None,
        })
        .collect()
}
