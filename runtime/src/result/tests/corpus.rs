//! Results of real servers, where they are at hand: `../shared/data/mcp-exchanges` beside the repository. None is withheld, none shows
//! what a pattern matches, and one in which nothing is found says what it said.

use super::oracle::{Oracle, violations};
use super::*;
use serde_json::Value;
use std::path::Path as File;
use std::{fs, println};

/// All objects in which a server answered a call of a tool.
fn answers() -> Vec<(String, Value)> {
    let folder = File::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/mcp-exchanges");
    let Ok(files) = fs::read_dir(&folder) else {
        println!("SKIPPED {}: ../shared/data/mcp-exchanges is missing", module_path!());
        return vec![];
    };
    let mut found = vec![];
    for file in files
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|ext| ext == "jsonl"))
    {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            if line["dir"] != "S2C" {
                continue;
            }
            for member in ["result", "error"] {
                found.extend(line["msg"].get(member).map(|answer| (member.to_string(), answer.clone())));
                // Of a stream the text of the events.
                let body = line["body"].as_str().unwrap_or_default();
                let events = body
                    .lines()
                    .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
                found.extend(
                    events.filter_map(|event| Some((member.to_string(), event.get(member)?.clone()))),
                );
            }
        }
    }
    found.retain(|(member, answer)| member == "error" || answer.get("content").is_some());
    assert!(found.len() > 60, "{}", found.len());
    found
}

fn shown(setup: &Setup, member: &str, answer: &str) -> Value {
    let sent =
        if member == "error" { Sent::Error(answer.as_bytes()) } else { Sent::Result(answer.as_bytes()) };
    match setup.redact(sent).body {
        Body::Result(bytes) | Body::Error(bytes) => serde_json::from_slice(&bytes).unwrap(),
        Body::Withheld(reason) => panic!("withheld: {reason}: {answer}"),
    }
}

#[test]
fn recorded_results_are_shown_without_what_is_found() {
    for rules in [
        EMAIL,
        CARD,
        "a: patterns /[Tt]he/, /temperature/, /\\d+/ keep images with \"#\"",
        "a: paths result..temperature, result..content",
        "a: paths result.entries[*] patterns /a/ with \"-\"\norg/b: patterns /[e-s]+/ with \"_\"",
    ] {
        let setup = Setup::new(rules);
        assert_eq!(setup.redactor().clashes(), [], "{rules}");
        let oracle = Oracle::new(&setup);
        for (member, answer) in answers() {
            let shown = shown(&setup, &member, &answer.to_string());
            if member == "result" {
                let known = |text: &String| !["resultType", "ttlMs", "cacheScope"].contains(&&**text);
                let found: Vec<String> = violations(&oracle, &shown).into_iter().filter(known).collect();
                assert_eq!(found, Vec::<String>::new(), "{rules}: {shown}");
            }
        }
    }
}

#[test]
fn what_is_not_found_changes_nothing_that_is_searched() {
    let setup = Setup::new("a: patterns /never in any of them/ keep images");
    for (member, answer) in answers() {
        let shown = shown(&setup, &member, &answer.to_string());
        for same in ["structuredContent", "isError", "code", "message"] {
            assert_eq!(shown.get(same), answer.get(same), "{answer}");
        }
        let blocks = |answer: &Value| answer["content"].as_array().cloned().unwrap_or_default();
        for (ours, theirs) in blocks(&shown).iter().zip(blocks(&answer)) {
            if ["text", "image", "resource"].iter().any(|kind| theirs["type"] == **kind)
                && theirs["resource"]["blob"].is_null()
            {
                for same in ["type", "text", "data", "mimeType", "resource"] {
                    assert_eq!(ours.get(same), theirs.get(same), "{answer}");
                }
            }
        }
    }
}
