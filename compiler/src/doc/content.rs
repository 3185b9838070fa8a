//! The sections of the page, in order. In: a policy. Out: a [`Document`].

use super::blocks::{Document, Line, Piece, code, codes, joined, stacked, text};
use super::classes::{self, Classes};
use super::statements::{OnTool, condition, prose};
use super::{may, memory, tools};
use crate::author::{Author, Definition};
use crate::check::form::describe;
use crate::report::Report;
use crate::ty::ObjectTy;
use crate::typed::Policy;
use policyc_runtime::program::decode::Hex;
use policyc_runtime::program::{Digest, StatementKind};
use policyc_runtime::request::INPUT_KEY;

/// The whole page.
pub(super) fn write(report: &Report, policy: &Policy, digest: &Digest) -> Document {
    let author = Author::of(policy);
    let hints = tools::hints(report);
    let title = if policy.title.is_empty() { &policy.name } else { &policy.title };
    let mut out = Document::new(title.to_string());
    head(policy, &author, digest, &mut out);
    let classes = classes::of(policy);
    let chances = may::chances(policy, &classes);
    out.section("What each principal may do");
    match &chances {
        Some(chances) => {
            explain_matrix(&classes, &mut out);
            let labels: Vec<String> = classes.all.iter().map(|class| class.label.clone()).collect();
            tools::matrix(policy, &labels, chances, &mut out);
        }
        None => out.paragraph(vec![text("The policy has too many conditions for a table by principal.")]),
    }
    if let Some(chances) = &chances {
        tools::nobody(policy, chances, &mut out);
    }
    servers(policy, &author, &mut out);
    host(policy, &mut out);
    tools::sections(policy, &author, &hints, &mut out);
    memory::limits(policy, &author, &mut out);
    memory::remembered(policy, &author, &mut out);
    memory::shown(policy, &author, &mut out);
    guardrails(policy, &author, &mut out);
    tools::hidden(policy, &author, &mut out);
    shadows(policy, &author, &mut out);
    tools::omissions(policy, &mut out);
    annotations(policy, &author, &mut out);
    definitions(&author, &mut out);
    out
}

fn head(policy: &Policy, author: &Author, digest: &Digest, out: &mut Document) {
    let docs = prose(&author.policy_docs());
    if !docs.is_empty() {
        out.paragraph(tools::quoted(&docs));
    }
    out.list(vec![
        vec![text("Policy "), code(&*policy.name), text(format!(", edition {}", policy.edition))],
        vec![text("Program "), code(Hex(digest).to_string())],
        [vec![text("Sources ")], codes(policy.sources.iter().map(|source| &*source.path))].concat(),
    ]);
    out.paragraph(vec![
        text("A call is "),
        Piece::Effect("deny", "denied".to_owned()),
        text(" if anything that denies it matches; else it "),
        Piece::Effect("ask", "waits for approval".to_owned()),
        text(" if anything that asks matches; else it is "),
        Piece::Effect("allow", "allowed".to_owned()),
        text(
            " if anything that allows it matches. What nothing permits is denied. A condition that reads something absent or \
             unreadable is unknown: what is unknown permits nothing and restricts all the same.",
        ),
    ]);
}

fn explain_matrix(classes: &Classes, out: &mut Document) {
    let mut line = vec![text(
        "For every tool that somebody may call: what can come of a call. “if” marks what depends on the arguments, the session, the time \
         or the principal’s other fields, and is denied otherwise; the tables of tools below say on what.",
    )];
    if !classes.left_out.is_empty() {
        line.push(text(" To keep the table readable, these count among the other fields: "));
        line.extend(codes(classes.left_out.iter().map(|name| format!("principal.{name}"))));
        line.push(text("."));
    }
    out.paragraph(line);
}

fn servers(policy: &Policy, author: &Author, out: &mut Document) {
    out.section("Servers");
    let open = author.open_paths();
    let rows = policy.servers.iter().zip(0_u16..).map(|(server, index)| {
        let count = policy.tools.iter().filter(|tool| tool.server == index).count();
        let paths: Vec<&str> = open
            .iter()
            .filter(|(alias, _)| **alias == *server.alias)
            .map(|(_, path)| path.as_str())
            .collect();
        let alias =
            if server.alias.is_empty() { vec![text("guardrails only")] } else { vec![code(&*server.alias)] };
        vec![
            alias,
            vec![code(&*server.identity)],
            vec![text(count.to_string())],
            vec![code(Hex(&server.lock).to_string())],
            if paths.is_empty() { vec![text("none")] } else { codes(paths) },
        ]
    });
    out.paragraph(vec![text(
        "Tools are those that the locks pin. One that a server adds or changes later is denied. Arguments that a tool’s schema does not \
         declare are denied, except below the paths that are marked open.",
    )]);
    let head = ["Name here", "Identity", "Tools", "Lock", "Open paths"];
    out.table("Servers and their locks", &head, rows.collect());
}

fn host(policy: &Policy, out: &mut Document) {
    out.section("What the host must supply");
    let mut rows = Vec::new();
    for (root, ty) in [("principal", &policy.principal), ("session", &policy.session)] {
        rows.extend(fields(root, ty));
    }
    if rows.is_empty() {
        out.paragraph(vec![text("Nothing: the policy reads neither who asks nor in which conversation.")]);
        return;
    }
    out.paragraph(vec![text(
        "These come from the host that enforces the policy, never from the agent. A call without what is required is denied.",
    )]);
    out.table("Fields of principal and session", &["Field", "Type", "Required"], rows);
}

fn fields(root: &str, ty: &ObjectTy) -> Vec<Vec<Line>> {
    let row = |(name, field): (&std::sync::Arc<str>, &crate::ty::FieldTy)| {
        vec![
            vec![code(format!("{root}.{name}"))],
            vec![code(describe(&field.ty))],
            vec![text(if field.required { "yes" } else { "no" })],
        ]
    };
    let named = ty.fields.iter().filter(|(name, _)| ***name != *INPUT_KEY);
    named.map(row).collect()
}

fn guardrails(policy: &Policy, author: &Author, out: &mut Document) {
    let rows: Vec<Vec<Line>> = policy
        .statements
        .iter()
        .filter(|head| head.guardrail && is_decisive(head.kind))
        .map(|head| {
            let one = OnTool { head, words: author.words(head), after: Vec::new() };
            let effect = crate::explain::effect_word(head.effect);
            vec![
                vec![code(&*head.id)],
                vec![Piece::Effect(effect, effect.to_owned())],
                vec![code(&one.words.tools)],
                stacked([
                    condition(&one),
                    vec![text(&*head.because)].into_iter().filter(not_empty).collect(),
                ]),
            ]
        })
        .collect();
    if policy.guardrails.is_empty() {
        return;
    }
    out.section("Guardrails");
    let digests = policy.guardrails.iter().map(|digest| Hex(digest).to_string());
    out.paragraph(
        [
            vec![text(
                "Guardrails only restrict, and nothing in the policy can lift them. Digests of their files: ",
            )],
            codes(digests),
        ]
        .concat(),
    );
    if !rows.is_empty() {
        out.table("Statements of guardrails", &["Statement", "Effect", "Tools", "Condition"], rows);
    }
}

/// It decides calls itself; what else there is has tables of its own.
const fn is_decisive(kind: StatementKind) -> bool {
    matches!(kind, StatementKind::Rule | StatementKind::Arm | StatementKind::Hide)
}

fn not_empty(piece: &Piece) -> bool {
    !matches!(piece, Piece::Text(text) if text.is_empty())
}

fn shadows(policy: &Policy, author: &Author, out: &mut Document) {
    let items: Vec<Line> = policy
        .statements
        .iter()
        .filter(|head| head.shadow)
        .map(|head| {
            let one = OnTool { head, words: author.words(head), after: Vec::new() };
            let effect = crate::explain::effect_word(head.effect);
            joined(
                [
                    vec![code(&*head.id), text(": "), Piece::Effect(effect, effect.to_owned())],
                    vec![code(&one.words.tools)],
                    condition(&one),
                ],
                " ",
            )
        })
        .collect();
    if !items.is_empty() {
        out.section("Statements in shadow");
        out.paragraph(vec![text("These are evaluated and reported, and have no effect.")]);
        out.list(items);
    }
}

fn annotations(policy: &Policy, author: &Author, out: &mut Document) {
    let mut rows: Vec<Vec<Line>> = Vec::new();
    let mut last = None;
    for head in &policy.statements {
        let words = author.words(head);
        // The arms of a `decide` have the annotations of the whole.
        let key = (head.origin.source, head.origin.start);
        if last.replace(key) == Some(key) {
            continue;
        }
        rows.extend(words.annotations.iter().map(|one| vec![vec![code(&*head.id)], vec![code(one)]]));
    }
    if !rows.is_empty() {
        out.section("Annotations");
        out.table("Findings that the author silenced, and remarks", &["Statement", "Annotation"], rows);
    }
}

/// What names in conditions stand for.
fn definitions(author: &Author, out: &mut Document) {
    let all = author.definitions();
    if all.is_empty() {
        return;
    }
    out.section("Names used in conditions");
    let rows = all.into_iter().map(|Definition { name, what, text: said, docs, source }| {
        vec![
            vec![code(name)],
            vec![text(what)],
            stacked([vec![code(said)], tools::quoted(&prose(&docs))]),
            vec![code(author.path(source))],
        ]
    });
    out.table("Definitions, as written", &["Name", "Kind", "Definition", "File"], rows.collect());
}
