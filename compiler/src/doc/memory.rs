//! What a policy remembers, and what the agent sees. In: a policy. Out: the sections on facts with the result fields that they trust, labels,
//! limits, and the rules about results and replies.

use super::blocks::{Document, Line, Piece, code, codes, joined, stacked, text};
use super::statements::{origin, prose, terms};
use super::tools::quoted;
use crate::author::{Author, Declared};
use crate::check::walk::each;
use crate::typed::{ActionKind, EachElement, Expr, ExprKind, Place, Policy, Root, Statement};
use policyc_runtime::program::{Effect, StatementKind};
use std::collections::{BTreeMap, BTreeSet};

/// Tools of a limit that are named.
const NAMED: usize = 8;

/// Facts and labels.
pub(super) fn remembered(policy: &Policy, author: &Author, out: &mut Document) {
    if policy.facts.is_empty() && policy.labels.is_empty() {
        return;
    }
    out.section("What is remembered");
    if !policy.facts.is_empty() {
        out.paragraph(vec![text(
            "Facts are learned from results of allowed calls that succeeded. What was not learned is unknown, and permits nothing.",
        )]);
        let rows = policy.facts.iter().map(|fact| declared(&fact.id, author.declared(fact.origin)));
        out.table("Facts, as written", &["Fact", "Declaration"], rows.collect());
        trusted(policy, author, out);
    }
    if !policy.labels.is_empty() {
        out.paragraph(vec![text("Labels say that something has happened in a session. They only restrict.")]);
        let rows = policy.labels.iter().zip(0_u32..).map(|(label, index)| {
            let mut row = declared(&label.id, author.declared(label.origin));
            let readers: BTreeSet<&str> = readers(policy, index);
            row.push(if readers.is_empty() { vec![text("nothing")] } else { codes(readers) });
            row
        });
        out.table("Labels, as written", &["Label", "Declaration", "Read by"], rows.collect());
    }
}

fn declared(id: &str, declared: Option<Declared>) -> Vec<Line> {
    let said = declared.unwrap_or_default();
    let mut lines = vec![vec![code(said.text)], quoted(&prose(&said.docs))];
    lines.extend(said.annotations.into_iter().map(|one| vec![code(one)]));
    vec![vec![code(id)], stacked(lines)]
}

/// Which fields of which tool's results a policy relies on.
fn trusted(policy: &Policy, author: &Author, out: &mut Document) {
    let mut rows = Vec::new();
    for (index, fact) in (0_u32..).zip(&policy.facts) {
        let declared = author.declared(fact.origin).unwrap_or_default();
        let said = declared.annotations.iter().filter(|one| one.starts_with("@trusted"));
        let said: Vec<Line> = said.map(|one| vec![code(one)]).collect();
        for (tool, memory) in policy.memory.iter().enumerate() {
            let mut fields = BTreeSet::new();
            for action in &memory.learn {
                let (own, parts): (u32, Vec<&Expr>) = match &action.kind {
                    ActionKind::Learn(own, keys, values) => {
                        (*own, keys.iter().chain(values.iter().flatten()).collect())
                    }
                    ActionKind::Join(own, keys, value) => {
                        (*own, keys.iter().chain(std::iter::once(value)).collect())
                    }
                    ActionKind::Forget(own, keys) => (*own, keys.iter().collect()),
                    _ => continue,
                };
                if own == index {
                    let filters = action.each.iter().filter_map(|each| each.filter.as_ref());
                    for part in parts.into_iter().chain(filters).chain(std::iter::once(&action.when)) {
                        paths(part, &action.each, &mut fields);
                    }
                }
            }
            if !fields.is_empty() {
                let name = crate::explain::tool_name(policy, tool).unwrap_or_default();
                let said = if said.is_empty() { vec![text("–")] } else { joined(said.clone(), " ") };
                rows.push(vec![vec![code(name)], codes(fields), vec![code(&*fact.id)], said]);
            }
        }
    }
    if !rows.is_empty() {
        out.paragraph(vec![text(
            "These fields of results are trusted: what they say becomes a fact, whoever wrote it. The author’s word that outsiders cannot set \
             them stands beside.",
        )]);
        out.table("Trusted fields of results", &["Tool", "Fields", "Fact", "Outsiders cannot set"], rows);
    }
}

/// The places in a result that an expression reads, elements as `result.hits[].id`.
fn paths(expr: &Expr, elements: &[EachElement], out: &mut BTreeSet<String>) {
    each(expr, &mut |part| {
        if let ExprKind::Place(place) = &part.kind {
            out.extend(path(place, elements));
        }
    });
}

fn path(place: &Place, elements: &[EachElement]) -> Option<String> {
    let mut path = match place.root {
        Root::Result => "result".to_owned(),
        Root::ResultText => return Some("result.text".to_owned()),
        Root::Var(var) => {
            let element = elements.iter().find(|element| element.var == var)?;
            let mut found = BTreeSet::new();
            paths(&element.domain, elements, &mut found);
            let domain = found.into_iter().collect::<Vec<_>>().join(" and ");
            // Words and lines of a text are no fields of it.
            if domain == "result.text" { domain } else { format!("{domain}[]") }
        }
        Root::Args | Root::Principal | Root::Session => return None,
    };
    for step in &place.steps {
        path.push('.');
        path.push_str(step);
    }
    Some(path)
}

/// The statements that read a label.
fn readers(policy: &Policy, label: u32) -> BTreeSet<&str> {
    let mut numbers: BTreeSet<u32> = BTreeSet::new();
    let mut note = |number: u32, condition: &Expr| {
        each(condition, &mut |part| {
            if part.kind == ExprKind::HasLabel(label) {
                numbers.insert(number);
            }
        });
    };
    for block in policy.rules.iter().flatten() {
        match block {
            crate::typed::Block::Rule(number, condition) => note(*number, condition),
            crate::typed::Block::Decide(arms) => {
                arms.iter().for_each(|(number, condition)| note(*number, condition))
            }
        }
    }
    policy
        .memory
        .iter()
        .flat_map(|memory| &memory.shows)
        .chain(&policy.reply)
        .for_each(|(number, when)| note(*number, when));
    for used in policy.memory.iter().flat_map(|memory| &memory.limits) {
        if let Some(limit) = policy.limits.get(used.limit as usize) {
            note(limit.statement, &used.when);
        }
    }
    numbers
        .into_iter()
        .filter_map(|number| policy.statements.get(number as usize))
        .map(|head| &*head.id)
        .collect()
}

/// Limits.
pub(super) fn limits(policy: &Policy, author: &Author, out: &mut Document) {
    let mut tools: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (tool, memory) in policy.memory.iter().enumerate() {
        for used in &memory.limits {
            if let Some(limit) = policy.limits.get(used.limit as usize) {
                let name = crate::explain::tool_name(policy, tool).unwrap_or_default();
                tools.entry(limit.statement).or_default().push(name);
            }
        }
    }
    let limits = of_kinds(policy, &[StatementKind::Limit]);
    let rows: Vec<Vec<Line>> = limits
        .into_iter()
        .map(|(number, head)| {
            let effect = crate::explain::effect_word(head.effect);
            let mut exceeded = vec![vec![Piece::Effect(effect, effect.to_owned())]];
            exceeded.extend(head.terms.as_ref().filter(|_| head.effect == Effect::Ask).map(terms));
            exceeded.extend(because(head));
            let said = author.declared(head.origin).unwrap_or_default();
            vec![
                vec![text(origin(head))],
                stacked([vec![code(said.text)], quoted(&prose(&said.docs))]),
                tools.get(&number).map_or_else(|| vec![text("–")], |names| some(names)),
                stacked(exceeded),
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    out.section("Limits");
    out.paragraph(vec![text(
        "Limits permit nothing. A call that would exceed one is denied, or waits where it says so; of several all are charged or none. A \
         failed call gives back what it was charged, unless failures count; a call whose outcome nobody knows does not.",
    )]);
    out.table("Limits, as written", &["Limit", "Declaration", "Tools", "Exceeded"], rows);
}

/// Rules about results and replies, redactions and disclaimers.
pub(super) fn shown(policy: &Policy, author: &Author, out: &mut Document) {
    let kinds = [StatementKind::Result, StatementKind::Redact, StatementKind::Reply, StatementKind::Append];
    let rows: Vec<Vec<Line>> = of_kinds(policy, &kinds)
        .into_iter()
        .map(|(_, head)| {
            let what = match head.kind {
                StatementKind::Result => "withholds the result",
                StatementKind::Redact => "takes out of the result",
                StatementKind::Reply => "denies the reply",
                _ => "appends to the reply",
            };
            let said = author.declared(head.origin).unwrap_or_default();
            let mut lines = vec![vec![code(said.text)], quoted(&prose(&said.docs))];
            lines.extend(because(head));
            vec![vec![text(origin(head))], vec![text(what)], stacked(lines)]
        })
        .collect();
    let accepted: Vec<String> = (0..)
        .zip(&policy.tools)
        .filter(|(_, tool)| tool.input)
        .filter_map(|(index, _)| crate::explain::tool_name(policy, index))
        .collect();
    if !accepted.is_empty() {
        out.section("What agents answer");
        let lead =
            "A server that asks back is answered in later rounds of these tools’ calls, and of no others: ";
        out.paragraph([vec![text(lead)], codes(accepted)].concat());
    }
    if !rows.is_empty() {
        out.section("What the agent sees, and what it says");
        out.paragraph(vec![text(
            "A rule on a result undoes nothing: the call ran, was charged, and has taught. Patterns are searched for as far as they can be \
             found; paths and withheld results are exact.",
        )]);
        out.table("Rules on results and replies", &["Statement", "Effect", "Declaration"], rows);
    }
}

/// The first names, and how many more there are.
fn some(names: &[String]) -> Line {
    let mut out = codes(names.iter().take(NAMED));
    if names.len() > NAMED {
        out.push(text(format!(" and {} more", names.len() - NAMED)));
    }
    out
}

/// Statements of these kinds with their numbers.
fn of_kinds<'p>(policy: &'p Policy, kinds: &[StatementKind]) -> Vec<(u32, &'p Statement)> {
    (0..).zip(&policy.statements).filter(|(_, head)| kinds.contains(&head.kind)).collect()
}

fn because(head: &Statement) -> Option<Line> {
    (!head.because.is_empty()).then(|| vec![text(format!("“{}”", head.because))])
}
