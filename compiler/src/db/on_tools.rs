//! What is said of statements tool by tool, put together. In: the linked policy. Out: each finding once per statement, with the
//! tools it is about where they are not all of them.

use super::assemble::Placed;
use crate::check::findings::{self, Finding};
use crate::diagnostics::{Code, Level};
use crate::resolve::anchor::{Found, Spot};
use crate::resolve::namespace::World;
use crate::resolve::suggest::listing;
use crate::typed::{Block, Policy};
use std::collections::BTreeSet;

/// Findings on each tool, merged: one statement says the same thing once, however many tools it is about. `owners` are the indices
/// among `placed` of the statements of the policy.
pub(super) fn findings(
    world: &World,
    policy: &Policy,
    owners: &[usize],
    placed: &[Placed<'_>],
) -> Vec<Found> {
    let mut all: Vec<(Finding, usize)> = Vec::new();
    let mut reach: Vec<usize> = vec![0; policy.statements.len()];
    for (index, (tool, blocks)) in world.tools.iter().zip(&policy.rules).enumerate() {
        for number in blocks.iter().flat_map(Block::statements) {
            if let Some(count) = reach.get_mut(number as usize) {
                *count += 1;
            }
        }
        let on_tool = findings::on_tool(&tool.args, &policy.statements, blocks);
        all.extend(on_tool.into_iter().map(|finding| (finding, index)));
    }
    all.sort_unstable();
    all.chunk_by(|(a, _), (b, _)| alike(a, b))
        .filter_map(|same| {
            let (finding, _) = same.first()?;
            let owner = placed.get(*owners.get(finding.statement as usize)?)?;
            let at = Spot { anchor: owner.anchor.clone(), span: finding.span };
            let mut found = Found::new(finding.code, at, finding.message.clone());
            found.help.clone_from(&finding.help);
            let tools: BTreeSet<usize> = same.iter().map(|(_, tool)| *tool).collect();
            if reach.get(finding.statement as usize).is_some_and(|reached| *reached > tools.len()) {
                let names: Vec<String> = tools.iter().filter_map(|tool| full_name(policy, *tool)).collect();
                let about = listing(names.iter().map(String::as_str), 4);
                found.notes.push(format!("of the statement's tools, this is about {about}"));
            }
            if same.iter().any(|(other, _)| other.message != finding.message) {
                found.notes.push("other tools of the statement have other defaults".to_owned());
            }
            if world.is_guardrail(owner.namespace) && found.level == Level::Warning {
                found.level = Level::Error;
            }
            Some(found)
        })
        .collect()
}

/// The same complaint of a statement: equal, or of one argument's default, which differs from tool to tool.
fn alike(a: &Finding, b: &Finding) -> bool {
    let of_default = |one: &Finding| one.code == Code::W0802;
    let same_default = of_default(a) && of_default(b) && a.about == b.about;
    a == b || same_default && (a.statement, a.span) == (b.statement, b.span)
}

/// A tool as the root policy names it.
fn full_name(policy: &Policy, tool: usize) -> Option<String> {
    let tool = policy.tools.get(tool)?;
    let alias = policy.servers.get(usize::from(tool.server)).map_or("", |server| &*server.alias);
    Some(format!("{alias}.{}", tool.name))
}

#[cfg(test)]
mod tests {
    use crate::Compiler;
    use crate::diagnostics::Diagnostic;
    use crate::files::MemoryFiles;
    use crate::lock::{ImportOptions, import_document};
    use std::sync::Arc;

    fn reported(code: &str, list: &str, rule: &str) -> Vec<Diagnostic> {
        let lock = import_document(list, "jobs", &ImportOptions::default()).unwrap().lock.to_text();
        let policy = format!(
            "edition 2026\npolicy p \"x\"\nimport tools jobs from \"jobs.lock.json\"\nrule a: {rule}\n"
        );
        let files = MemoryFiles::default().with("p.policy", &policy).with("jobs.lock.json", &lock);
        let report = Compiler::new(Arc::new(files)).report("p.policy");
        report.diagnostics.iter().filter(|one| one.code.name() == code).cloned().collect()
    }

    #[test]
    fn what_stands_in_for_a_record_is_written_at_its_fields() {
        let list = r#"[{"name":"run","inputSchema":{"type":"object","properties":{
            "who":{"type":"object","properties":{"mail":{"type":"string"}},"required":["mail"]}}}}]"#;
        let rule = "deny jobs.run when has args.who and args.who.mail != \"a@b.c\"\nrule b: allow jobs.run";
        let found = reported("W0801", list, rule);
        let [warning] = found.as_slice() else { panic!("{found:?}") };
        let help = warning.help.as_deref().unwrap_or_default();
        assert!(help.ends_with("or say what omission means: `(args.who.FIELD ?? …)`"), "{help}");
    }

    #[test]
    fn two_arguments_of_one_tool_are_two_warnings() {
        let list = r#"[{"name":"run","inputSchema":{"type":"object","properties":{
            "m":{"type":"string","default":"a"},"n":{"type":"string","default":"b"}}}}]"#;
        let found = reported("W0802", list, r#"deny jobs.run when ((args.m ?? args.n) ?? "q") == "hard""#);
        let messages: Vec<_> = found.iter().map(|one| (&*one.message, one.notes.len())).collect();
        assert_eq!(
            messages,
            [
                ("the schema's default of `args.m` is \"a\", not what `??` says", 0),
                ("the schema's default of `args.n` is \"b\", not what `??` says", 0)
            ]
        );
    }

    #[test]
    fn defaults_that_differ_from_tool_to_tool_are_one_warning() {
        let tool = |name: &str, default: &str| {
            format!(
                r#"{{"name":"{name}","inputSchema":{{"type":"object","properties":{{"mode":{{"type":"string","default":"{default}"}}}}}}}}"#
            )
        };
        let list = format!("[{},{},{}]", tool("halt", "soft"), tool("run", "fast"), tool("stop", "slow"));
        let warnings = reported("W0802", &list, r#"deny jobs.* when (args.mode ?? "soft") == "hard""#);
        let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
        assert_eq!(warning.message, "the schema's default of `args.mode` is \"fast\", not what `??` says");
        assert_eq!(
            warning.notes,
            [
                "of the statement's tools, this is about `jobs.run`, `jobs.stop`",
                "other tools of the statement have other defaults"
            ]
        );
    }
}
