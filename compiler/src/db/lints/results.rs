//! Findings about what the agent sees. In: result rules and redactions. Out: rules that seem to keep a tool from doing something, paths with
//! near twins (semantics.md 47, 49).

use super::{Lints, spot};
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::suggest::listing;
use crate::ty::{ResultTy, Ty};
use crate::typed::PathStep;
use policyc_runtime::program::StatementKind;
use std::collections::BTreeSet;

pub(super) fn findings(lints: &Lints<'_>) -> Vec<Found> {
    let mut out = Vec::new();
    for one in lints.placed {
        let Some(head) = one.checked.heads.first().filter(|head| !head.shadow) else { continue };
        let at = spot(&one.anchor, head.span);
        if head.kind == StatementKind::Result {
            let writing = one.checked.shown.iter().map(|(tool, _)| *tool);
            let names: Vec<&str> = writing
                .filter(|tool| lints.is_permitted(*tool) && !lints.only_reads(*tool))
                .map(|tool| lints.name(tool))
                .collect();
            if !names.is_empty() {
                let message = format!(
                    "`{}` withholds a result and undoes nothing: {} has run by then",
                    head.id,
                    listing(names, 3)
                );
                let help =
                    "to keep a call from running, deny the call; a result rule is for tools that only read";
                out.push(Found::new(Code::W0820, at.clone(), message).help(help));
            }
        }
        let Some(redaction) = &one.checked.redaction else { continue };
        let wanted: BTreeSet<&str> = redaction
            .paths
            .iter()
            .filter_map(|path| match path.last()? {
                PathStep::Key(name) | PathStep::Deep(name) => Some(&**name),
                PathStep::Every => None,
            })
            .collect();
        for (tool, _) in &one.checked.shown {
            let Some(result) = lints.world.tools.get(*tool as usize).and_then(|tool| tool.result.as_ref())
            else {
                continue;
            };
            let mut names = BTreeSet::new();
            keys(result, &result.ty, 0, &mut names);
            let twin = names.iter().find_map(|name| {
                let like = wanted.iter().find(|own| plain(own) == plain(name))?;
                (!wanted.contains(&**name)).then_some((name, like))
            });
            if let Some((name, like)) = twin {
                let message = format!(
                    "`{}` takes out `{like}`, and results of `{}` have `{name}` as well",
                    head.id,
                    lints.name(*tool)
                );
                let help = format!("paths are exact: add `result..{name}`");
                out.push(Found::new(Code::W0821, at.clone(), message).help(help));
                break;
            }
        }
    }
    out
}

/// A name without what spellings differ in.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Types nest no deeper than this where names are looked for.
const DEEP: usize = 16;

/// Every declared name of a member, anywhere in a type.
fn keys(result: &ResultTy, ty: &Ty, depth: usize, out: &mut BTreeSet<String>) {
    let ty = match ty {
        Ty::Ref(id) => result.definitions.0.get(id.0 as usize),
        own => Some(own),
    };
    let Some(Ty::Kinds(kinds)) = ty.filter(|_| depth < DEEP) else { return };
    if let Some(list) = &kinds.list {
        keys(result, &list.items, depth + 1, out);
    }
    for (name, field) in kinds.object.iter().flat_map(|object| &object.fields) {
        out.insert(name.to_string());
        keys(result, &field.ty, depth + 1, out);
    }
}
