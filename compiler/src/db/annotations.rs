//! Annotations: `@unused` before a statement silences one finding about it. In: items and complaints. Out: the complaints that are
//! left, and one for each annotation that silences nothing (language.md section 5).
//!
//! What lets ignorance pass (`absent_slips`) is silenced by saying what omission means, never by an annotation (semantics.md 20), and a
//! finding that is an error is not silenced at all.

use crate::diagnostics::{Code, Level};
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::suggest::{did_you_mean, listing};
use policyc_grammar::ast::{Item, ItemKind};
use std::sync::Arc;

/// Findings that an annotation of the same name silences.
const SILENCED: [Code; 14] = [
    Code::W0803,
    Code::W0804,
    Code::W0806,
    Code::W0808,
    Code::W0812,
    Code::W0813,
    Code::W0814,
    Code::W0815,
    Code::W0816,
    Code::W0817,
    Code::W0818,
    Code::W0819,
    Code::W0820,
    Code::W0821,
];
/// Says which fields of results outsiders cannot set; read with the facts.
const TRUSTED: &str = "trusted";

/// Drops what annotations silence, and reports annotations that silence nothing.
pub(crate) fn apply<'a>(items: impl Iterator<Item = (Anchor, &'a Arc<Item>)>, found: &mut Vec<Found>) {
    for (anchor, item) in items {
        for annotation in &item.annotations {
            let at = Spot { anchor: anchor.clone(), span: annotation.span };
            let name = annotation.name.text.as_str();
            if name == TRUSTED && matches!(item.kind, ItemKind::Fact(_)) {
                continue;
            }
            let Some(code) = SILENCED.iter().find(|code| code.slug() == name) else {
                let known = SILENCED.iter().map(|code| code.slug()).chain([TRUSTED]);
                let help = did_you_mean(name, known.clone())
                    .unwrap_or_else(|| format!("the annotations are {}", listing(known, 16)));
                found.push(
                    Found::new(Code::W0807, at, format!("nothing reads the annotation `@{name}`")).help(help),
                );
                continue;
            };
            let before = found.len();
            found.retain(|f| f.code != *code || f.level == Level::Error || f.at.anchor != anchor);
            if found.len() == before {
                found.push(
                    Found::new(Code::W0807, at, format!("`@{name}` silences nothing here")).help("remove it"),
                );
            }
        }
    }
}
