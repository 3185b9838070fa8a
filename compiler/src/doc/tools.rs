//! The tables of tools. In: a policy, and what its locks say of the tools. Out: per server one row per tool that some statement is about,
//! and the names of the others.

use super::blocks::{Document, Line, Piece, code, codes, joined, stacked, text};
use super::may::Chances;
use super::statements::{OnTool, on_tool, sentence};
use crate::author::Author;
use crate::check::findings;
use crate::diagnostics::Code;
use crate::lock::{Hints, Lock};
use crate::report::Report;
use crate::typed::Policy;
use policyc_runtime::program::{Effect, StatementKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the locks say of each tool, by server identity and name.
pub(super) type LockedHints = BTreeMap<(Arc<str>, Arc<str>), Hints>;

/// The hints of the locks among a report's files.
pub(crate) fn hints(report: &Report) -> LockedHints {
    let locks = report.files.iter().filter_map(|file| Lock::load(&file.text).ok());
    locks
        .flat_map(|lock| {
            let identity = lock.server.identity.clone();
            lock.tools.into_iter().map(move |tool| ((identity.clone(), tool.name), tool.hints))
        })
        .collect()
}

/// A section per server.
pub(super) fn sections(policy: &Policy, author: &Author, hints: &LockedHints, out: &mut Document) {
    for (server, info) in (0_u16..).zip(&policy.servers) {
        let tools: Vec<usize> = (0..policy.tools.len())
            .filter(|index| policy.tools.get(*index).is_some_and(|t| t.server == server))
            .collect();
        let name = if info.alias.is_empty() { &info.identity } else { &info.alias };
        out.heading(2, vec![text("Tools of "), code(&**name)]);
        let (mut rows, mut untouched) = (Vec::new(), Vec::new());
        for index in tools {
            let Some(tool) = policy.tools.get(index) else { continue };
            let statements = on_tool(policy, author, index);
            if statements.is_empty() {
                untouched.push(&*tool.name);
                continue;
            }
            let hints = hints.get(&(info.identity.clone(), tool.name.clone())).copied().unwrap_or_default();
            let mut head = vec![vec![code(&*tool.name)]];
            head.extend(tool.summary.as_ref().map(|line| vec![Piece::Small(super::statements::prose(line))]));
            head.extend(hint_words(hints).map(|words| vec![Piece::Small(words)]));
            rows.push(vec![
                stacked(head),
                cell(&statements, Effect::Allow),
                cell(&statements, Effect::Ask),
                cell(&statements, Effect::Deny),
            ]);
        }
        if !rows.is_empty() {
            let caption = format!("What is allowed, what waits for a person, and what is denied on {name}");
            out.table(&caption, &["Tool", "Allowed", "Waits for approval", "Denied"], rows);
        }
        if !untouched.is_empty() {
            let lead = "No statement is about these tools, so every call of them is denied: ";
            out.paragraph([vec![text(lead)], codes(untouched)].concat());
        }
    }
}

fn cell(statements: &[OnTool<'_>], effect: Effect) -> Line {
    let all: Vec<Line> = statements.iter().filter(|one| one.head.effect == effect).map(sentence).collect();
    if all.is_empty() { vec![text("–")] } else { joined_cells(all) }
}

/// Statements below each other, an empty line between.
fn joined_cells(all: Vec<Line>) -> Line {
    let mut out = Line::new();
    for one in all {
        if !out.is_empty() {
            out.extend([Piece::Break, Piece::Break]);
        }
        out.extend(one);
    }
    out
}

/// What the server says of the tool.
fn hint_words(hints: Hints) -> Option<String> {
    let words = [
        (hints.read_only, "reads only", "writes"),
        (hints.destructive, "destroys", "does not destroy"),
        (hints.idempotent, "repeatable", "not repeatable"),
        (hints.open_world, "reaches the outside", "stays inside"),
    ];
    let said: Vec<&str> = words
        .into_iter()
        .filter_map(|(hint, yes, no)| hint.map(|hint| if hint { yes } else { no }))
        .collect();
    (!said.is_empty()).then(|| format!("server's word: {}", said.join(", ")))
}

/// Tools that some statement hides, and from whom.
pub(super) fn hidden(policy: &Policy, author: &Author, out: &mut Document) {
    let mut rows = Vec::new();
    for head in policy.statements.iter().filter(|head| head.kind == StatementKind::Hide) {
        let one = OnTool { head, words: author.words(head), after: Vec::new() };
        rows.push(vec![
            vec![code(&*head.id)],
            vec![code(&one.words.tools)],
            super::statements::condition(&one),
            vec![text(&*head.because)],
        ]);
    }
    if !rows.is_empty() {
        out.section("Hidden tools");
        out.paragraph(vec![text(
            "A hidden tool is in no list of tools, and a call of it is answered as if there were no such tool.",
        )]);
        out.table("Tools that are hidden", &["Statement", "Tools", "Hidden", "Reason"], rows);
    }
}

/// Tools that no kind of principal may call although some statement is about them, and those that nothing names.
pub(super) fn nobody(policy: &Policy, chances: &[Vec<Chances>], out: &mut Document) {
    let mut names: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for (index, tool) in policy.tools.iter().enumerate() {
        let permits = |class: &Vec<Chances>| class.get(index).is_some_and(|one| one.allow || one.ask);
        if !chances.iter().any(permits) {
            names.entry(tool.server).or_default().push(&tool.name);
        }
    }
    if names.is_empty() {
        return;
    }
    out.section("Tools that nobody may call");
    out.paragraph(vec![text(
        "Nothing permits a call of these tools, whoever asks and whatever the arguments.",
    )]);
    let items = names.into_iter().filter_map(|(server, tools)| {
        let info = policy.servers.get(usize::from(server))?;
        let name = if info.alias.is_empty() { &info.identity } else { &info.alias };
        Some([vec![code(&**name), text(": ")], codes(tools)].concat())
    });
    out.list(items.collect());
}

/// What leaving out an optional argument does, per statement.
pub(super) fn omissions(policy: &Policy, out: &mut Document) {
    // What one statement says on several tools is told once, with the tools.
    let mut found: BTreeMap<(u32, String), Vec<String>> = BTreeMap::new();
    for (index, (tool, blocks)) in policy.tools.iter().zip(&policy.rules).enumerate() {
        let name = crate::explain::tool_name(policy, index).unwrap_or_default();
        for finding in findings::on_tool(&tool.args, &policy.statements, blocks) {
            if finding.code == Code::N0901 {
                found.entry((finding.statement, finding.message)).or_default().push(name.clone());
            }
        }
    }
    if found.is_empty() {
        return;
    }
    out.section("What leaving out an argument does");
    out.paragraph(quoted(
        "A comparison that reads an argument that is left out, or `null`, is unknown, unless the condition says what that means (`has`, \
         `??`). What is unknown never permits: it does not grant, and it does not lift a restriction.",
    ));
    let rows = found.into_iter().filter_map(|((statement, message), mut tools)| {
        let head = policy.statements.get(statement as usize)?;
        tools.dedup();
        Some(vec![vec![code(&*head.id)], codes(tools), quoted(&message)])
    });
    out.table("Omitted arguments, by statement", &["Statement", "Tools", "Effect"], rows.collect());
}

/// A message with its backticked parts as code.
pub(super) fn quoted(message: &str) -> Line {
    let parts = message.split('`').enumerate();
    parts
        .filter(|(_, part)| !part.is_empty())
        .map(|(n, part)| if n % 2 == 1 { code(part) } else { text(part) })
        .collect()
}

/// The matrix of tools and kinds of principal.
pub(super) fn matrix(policy: &Policy, labels: &[String], chances: &[Vec<Chances>], out: &mut Document) {
    let mut rows = Vec::new();
    for index in 0..policy.tools.len() {
        let row: Vec<Chances> = chances.iter().filter_map(|class| class.get(index).copied()).collect();
        if row.iter().any(|one| one.allow || one.ask) {
            let name = crate::explain::tool_name(policy, index).unwrap_or_default();
            rows.push(std::iter::once(vec![code(name)]).chain(row.into_iter().map(outcome)).collect());
        }
    }
    let head: Vec<&str> = std::iter::once("Tool").chain(labels.iter().map(String::as_str)).collect();
    out.table("What can come of a call, by kind of principal", &head, rows);
}

/// `allow`, `ask`, `deny`, and `if` where it depends.
fn outcome(chances: Chances) -> Line {
    let suffix = if chances.deny { ", if" } else { "" };
    let one = |effect: &'static str, suffix: &str| vec![Piece::Effect(effect, format!("{effect}{suffix}"))];
    match (chances.allow, chances.ask) {
        (false, false) => one("deny", ""),
        (true, false) => one("allow", suffix),
        (false, true) => one("ask", suffix),
        (true, true) => joined([one("allow", ""), one("ask", suffix)], " or "),
    }
}
