//! Pulls from the scripted server what real servers once said: recorded exchanges and saved lists, where they are
//! at hand.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use policyc_pull::{Options, Pulled, Source, pull};
use serde_json::{Value, json};

/// The files of a folder beside the repository, or a line that says that they were not looked at.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        let _ = writeln!(std::io::stdout(), "SKIPPED: {} is missing", folder.display());
        return vec![];
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    files.sort();
    files
}

/// Pulls from a server that answers each of these methods with that result. Results pass through files: a command
/// line is too short for a list of two megabytes.
fn serve(results: &BTreeMap<String, Value>) -> Pulled {
    let folder = tempfile::tempdir().unwrap();
    let mut script = String::new();
    for (number, (method, result)) in results.iter().enumerate() {
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, result.to_string()).unwrap();
        let path = path.display();
        script +=
            &format!("on {method}\n  say {{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":$file({path})}}\n");
    }
    let source = Source::Stdio {
        command: env!("CARGO_BIN_EXE_scripted-mcp-server").into(),
        args: vec![script.into()],
        env: vec![],
        cwd: None,
    };
    let options = Options { settle: std::time::Duration::from_millis(50), ..Options::default() };
    pull(source, options).unwrap()
}

fn assert_same(pulled: &Pulled, tools: &Value, source: &Path) {
    let values: Vec<Value> = pulled.tools.iter().map(|tool| tool.value().unwrap()).collect();
    assert!(Value::Array(values) == *tools, "{} differs", source.display());
}

#[test]
fn recorded_servers_are_understood() {
    for path in files("mcp-exchanges", "-stdio.jsonl") {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut asked = BTreeMap::new();
        let mut results = BTreeMap::new();
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let message = &line["msg"];
            let id = message["id"].to_string();
            match (line["dir"].as_str(), message["method"].as_str()) {
                (Some("C2S"), Some(method)) => {
                    asked.insert(id, method.to_owned());
                }
                (Some("S2C"), None) if message["result"].is_object() => {
                    if let Some(method) = asked.get(&id) {
                        results.insert(method.clone(), message["result"].clone());
                    }
                }
                _ => {}
            }
        }
        results
            .retain(|method, _| ["server/discover", "initialize", "tools/list"].contains(&method.as_str()));
        if results.contains_key("initialize") {
            // These recordings do not ask it; a server that ignored it would be waited for.
            let older = json!({"supportedVersions": ["2025-11-25"], "capabilities": {}});
            results.entry("server/discover".to_owned()).or_insert(older);
        }
        let Some(list) = results.get("tools/list").cloned() else {
            continue;
        };
        let pulled = serve(&results);
        assert_same(&pulled, &list["tools"], &path);
    }
}

#[test]
fn saved_lists_pass_unharmed_whatever_their_size() {
    for path in files("schemas", ".json") {
        let text = std::fs::read_to_string(&path).unwrap();
        let saved: Value = serde_json::from_str(&text).unwrap();
        let results = BTreeMap::from([
            (
                "initialize".to_owned(),
                json!({"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}),
            ),
            ("server/discover".to_owned(), json!({"supportedVersions": ["2025-11-25"], "capabilities": {}})),
            ("tools/list".to_owned(), json!({"tools": saved["tools"]})),
        ]);
        assert_same(&serve(&results), &saved["tools"], &path);
    }
}
