//! Statements in sentences. In: a statement and its author's words. Out: lines of a table's cell.

use super::blocks::{Line, Piece, code, codes, joined, stacked, text};
use crate::author::{Author, Words};
use crate::record::duration;
use crate::typed::{Policy, Statement};
use policyc_runtime::program::{ApprovalTerms, Effect, StatementKind};

/// A statement on one tool.
#[derive(Debug, Clone)]
pub(super) struct OnTool<'a> {
    pub(super) head: &'a Statement,
    pub(super) words: Words,
    /// Ids of the arms before it.
    pub(super) after: Vec<String>,
}

/// Everything that can match on a tool.
pub(super) fn on_tool<'a>(policy: &'a Policy, author: &Author, tool: usize) -> Vec<OnTool<'a>> {
    let mut out = Vec::new();
    for block in policy.rules.get(tool).map(Vec::as_slice).unwrap_or_default() {
        let mut after = Vec::new();
        for number in block.statements() {
            let Some(head) = policy.statements.get(number as usize) else { continue };
            out.push(OnTool { head, words: author.words(head), after: after.clone() });
            after.push(head.id.to_string());
        }
    }
    out
}

/// When it matches, on what terms, why, and which it is.
pub(super) fn sentence(one: &OnTool<'_>) -> Line {
    let mut lines = vec![condition(one)];
    for (name, value) in &one.words.with {
        if mentions(one, name) {
            lines.push(vec![text("where "), code(name), text(" is "), code(value)]);
        }
    }
    if one.head.guardrail && one.head.effect == Effect::Ask {
        lines.push(vec![text("where something permits it")]);
    }
    lines.extend(one.head.terms.as_ref().filter(|_| one.head.effect == Effect::Ask).map(terms));
    if !one.head.because.is_empty() {
        lines.push(vec![text(format!("“{}”", one.head.because))]);
    }
    lines.push(vec![Piece::Small(origin(one.head))]);
    stacked(lines)
}

/// `when a`, `unless b`, `always`, and which arms come first.
pub(super) fn condition(one: &OnTool<'_>) -> Line {
    let mut parts = Vec::new();
    if let Some(when) = &one.words.when {
        parts.push(vec![text("when "), code(&when.text)]);
    }
    if let Some(unless) = &one.words.unless {
        parts.push(vec![text("unless "), code(&unless.text)]);
    }
    let has_condition = !parts.is_empty();
    if !one.after.is_empty() {
        let before = codes(one.after.iter().map(|id| id.rsplit('.').next().unwrap_or(id)));
        let lead = if has_condition { "if not decided by " } else { "whenever not decided by " };
        parts.push([vec![text(lead)], before].concat());
    } else if !has_condition {
        parts.push(vec![text("always")]);
    }
    joined(parts, ", ")
}

fn mentions(one: &OnTool<'_>, name: &str) -> bool {
    let uses = |text: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).any(|word| word == name)
    };
    let conditions = one.words.when.iter().chain(&one.words.unless);
    conditions.into_iter().any(|said| uses(&said.text)) || one.words.with.iter().any(|(_, value)| uses(value))
}

/// `2 of security, lead, within 4h`.
pub(super) fn terms(terms: &ApprovalTerms) -> Line {
    let mut out = format!("waits for {} of {}", terms.quorum, terms.from.join(", "));
    if let Some(ms) = terms.within_ms {
        out.push_str(&format!(", within {}", duration(ms)));
    }
    vec![text(out)]
}

/// The id, and what kind of statement it is where that matters.
pub(super) fn origin(head: &Statement) -> String {
    let marks = [
        (head.kind == StatementKind::Hide, "hidden"),
        (head.guardrail, "guardrail"),
        (head.shadow, "shadow: no effect"),
    ];
    let marks: Vec<&str> = marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect();
    if marks.is_empty() { head.id.to_string() } else { format!("{} ({})", head.id, marks.join(", ")) }
}

/// Documentation on one line.
pub(super) fn prose(docs: &str) -> String {
    docs.split_whitespace().collect::<Vec<_>>().join(" ")
}
