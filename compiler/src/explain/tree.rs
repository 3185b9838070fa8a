//! The conditions of a statement as a tree of texts. In: a condition of the typed tree. Out: nodes whose truth is asked for all at once
//! (`probe`), and then [`Condition`]s.
//!
//! A node has parts where its text has: what an inlined `fn` does inside has no text of its own here, so it is one leaf, and says what it
//! read.

use super::probe::Probes;
use super::seen::{ELEMENTS, Env, Item};
use super::subst::subst;
use super::why::{reads, why};
use super::{Condition, Element, Read, Truth};
use crate::author::Author;
use crate::typed::{Expr, ExprKind};
use policyc_grammar::source::Span;

/// Elements that are told at most.
const TOLD: usize = 3;

/// Where the texts come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) author: &'a Author,
    /// The file.
    pub(super) source: u16,
    /// The item that spans count from.
    pub(super) start: u32,
}

impl Place<'_> {
    fn text(&self, span: Span) -> String {
        self.author.text(self.source, span.shifted(i64::from(self.start)))
    }
}

/// A condition whose truth is still to be asked.
#[derive(Debug)]
pub(super) struct Node {
    text: String,
    /// The number of its probe.
    probe: Option<usize>,
    why: Vec<String>,
    reads: Vec<Read>,
    parts: Vec<Node>,
    quantifier: Option<Quantifier>,
}

#[derive(Debug)]
struct Quantifier {
    all: bool,
    /// Every element has a node.
    complete: bool,
    elements: Vec<(Item, Node)>,
}

/// The node of a condition and all below it. The variables that it reads are bound in `env`.
pub(super) fn node(
    expr: &Expr,
    text: &str,
    env: &Env<'_>,
    place: &Place<'_>,
    probes: &mut Probes<'_>,
) -> Node {
    let probe = if probes.is_full() { None } else { subst(expr, env).map(|closed| probes.add(closed)) };
    let mut out = Node {
        text: text.to_owned(),
        probe,
        why: Vec::new(),
        reads: Vec::new(),
        parts: Vec::new(),
        quantifier: None,
    };
    let below: Vec<&Expr> = match &expr.kind {
        ExprKind::And(all) | ExprKind::Or(all) => all.iter().collect(),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Quantifier { .. } => vec![inner],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    if !below.is_empty() && below.iter().all(|part| part.span != expr.span) {
        out.parts =
            below.into_iter().map(|part| node(part, &place.text(part.span), env, place, probes)).collect();
        return out;
    }
    out.why = why(expr, env);
    out.reads = reads(expr, env);
    // `not any …` where the negation has no text of its own.
    let (inner, flipped) = match &expr.kind {
        ExprKind::Not(inner) => (&**inner, true),
        _ => (expr, false),
    };
    if let ExprKind::Quantifier { all, var, domain, zip: None, body } = &inner.kind
        && !flipped
        && let Ok(items) = env.list(domain)
    {
        let complete = items.len() <= ELEMENTS;
        let text = if body.span == expr.span { String::new() } else { place.text(body.span) };
        let elements = items.into_iter().take(ELEMENTS).map(|item| {
            let inside = env.with(*var, item.clone());
            (item, node(body, &text, &inside, place, probes))
        });
        out.quantifier = Some(Quantifier { all: *all, complete, elements: elements.collect() });
    }
    out
}

impl Node {
    /// The condition with its truth. Without answers nothing was evaluated, so nothing is said of values either.
    pub(super) fn finish(self, answers: &[Option<Truth>]) -> Condition {
        let value = self.probe.and_then(|probe| answers.get(probe).copied().flatten());
        let parts: Vec<Condition> = self.parts.into_iter().map(|part| part.finish(answers)).collect();
        let elements = match (self.quantifier, value) {
            (Some(quantifier), Some(value)) => quantifier.deciding(value, answers),
            _ => Vec::new(),
        };
        let unknown = value == Some(Truth::Unknown) && parts.is_empty() && elements.is_empty();
        Condition {
            text: self.text,
            value,
            why: if unknown { self.why } else { Vec::new() },
            reads: if value.is_some() { self.reads } else { Vec::new() },
            parts,
            elements,
        }
    }
}

impl Quantifier {
    /// The elements that made the quantifier what it is; none where that takes all of them, or where it cannot be said.
    fn deciding(self, value: Truth, answers: &[Option<Truth>]) -> Vec<Element> {
        let done: Vec<(Item, Condition)> =
            self.elements.into_iter().map(|(item, node)| (item, node.finish(answers))).collect();
        let Some(truths) = done.iter().map(|(_, body)| body.value).collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        let (decisive, rest) =
            if self.all { (Truth::False, Truth::True) } else { (Truth::True, Truth::False) };
        let combined = if truths.contains(&decisive) {
            decisive
        } else if truths.contains(&Truth::Unknown) {
            Truth::Unknown
        } else {
            rest
        };
        // The VM's answer on the whole stands; elements that do not add up to it would explain nothing.
        if (self.complete && combined != value) || value == rest {
            return Vec::new();
        }
        done.into_iter()
            .filter(|(_, body)| body.value == Some(value))
            .take(TOLD)
            .map(|(item, body)| Element { what: item.label, value: item.value, body })
            .collect()
    }
}
