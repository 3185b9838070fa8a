//! T16: tools that a server adds later change no decision on the old ones; the program that does not know them denies them, and so does one
//! built anew unless a statement of its policy selects them by name or pattern.

use crate::common::{Loaded, policies, requests, shown};
use policyc_runtime::program::Effect;
use policyc_tests::generate::{ItemKind, PolicyText, Request, build};
use serde_json::{Value, json};

/// The same policy over locks with two more tools on each server; they declare what all tools of the server declare.
fn grown(source: &PolicyText) -> PolicyText {
    let mut out = source.clone();
    for server in &mut out.servers {
        let lock: Value = serde_json::from_str(&server.lock).unwrap();
        let mut tools: Vec<Value> = lock["tools"].as_array().unwrap().clone();
        for tool in &mut tools {
            tool.as_object_mut().unwrap().remove("digest");
        }
        let template = tools[0].clone();
        for name in ["aaa_new", "zzz_new"] {
            let mut tool = template.clone();
            tool["name"] = json!(name);
            tools.push(tool);
        }
        let document = json!({ "tools": tools }).to_string();
        let options = policyc_compiler::lock::ImportOptions::default();
        let imported =
            policyc_compiler::lock::import_document(&document, &server.identity, &options).unwrap();
        server.lock = imported.lock.to_text();
    }
    out
}

#[test]
fn t16_new_tools_change_no_decision_on_old_ones_and_are_denied() {
    let (mut compared, mut denied, mut unnamed) = (0, 0, 0);
    for (built, mut rng) in policies(8, 90) {
        let Some(after) = build(grown(&built.source)) else { continue };
        // A statement that the new tools break is reported, never skipped; such a policy says nothing here.
        if after.source.items.len() != built.source.items.len() {
            continue;
        }
        let (mut old, mut new) = (Loaded::new(&built.indexed), Loaded::new(&after.indexed));
        let patterns = built.source.items.iter().any(|item| {
            item.kind == ItemKind::Statement
                && item.text.lines().next().is_some_and(|line| line.contains('*'))
                || item.text.starts_with("group ")
        });
        for request in requests(&built.source, &mut rng, 40) {
            assert_eq!(
                old.decide(&request),
                new.decide(&request),
                "{}\n{}",
                shown(&request),
                built.source.shown()
            );
            compared += 1;
            let later = Request { tool: "aaa_new".to_owned(), ..request };
            let outcome = old.decide(&later);
            let known = built.source.servers.iter().any(|server| server.identity == later.server);
            assert_eq!((outcome.decision, outcome.reasons[0].id.as_str()), (Effect::Deny, "unknown_tool"));
            denied += usize::from(known);
            if !patterns {
                let outcome = new.decide(&later);
                assert_eq!(outcome.decision, Effect::Deny, "{}\n{}", shown(&later), after.source.shown());
                unnamed += 1;
            }
        }
    }
    println!(
        "T16: {compared} decisions unchanged, {denied} calls of new tools denied, {unnamed} after a new build"
    );
    assert!(compared > 2_000 && denied > 1_000 && unnamed > 200);
}
