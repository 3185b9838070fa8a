//! Outputs: where they may go, what they may not replace, and what of strangers' text may be in them.

#![cfg(unix)]

mod common;

use common::{POLICYC, check, folder, run, shell};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

/// A session with two calls.
const RECORDING: &str = r#"{"v":1,"type":"session","session":"s","principal":{"id":"a"},"context":{"customer":"c"},"meta":{}}
{"v":1,"type":"call","session":"s","seq":0,"time":null,"server":"shop","tool":"list_orders","args":{"customer":"c"},"result":null,"label":null,"meta":{}}
{"v":1,"type":"call","session":"s","seq":1,"time":null,"server":"shop","tool":"list_orders","args":{"customer":"c"},"result":null,"label":null,"meta":{}}
"#;

#[test]
fn no_output_replaces_what_was_read_for_it() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("r.jsonl"), RECORDING).unwrap();
    std::os::unix::fs::symlink("good.policy", path.join("link")).unwrap();
    for (command, file) in [
        ("build good.policy -o good.policy", "good.policy"),
        ("build good.policy -o ./link", "good.policy"),
        ("build good.policy -o shop.lock.json", "shop.lock.json"),
        ("doc good.policy -o good.policy", "good.policy"),
        ("doc good.policy -o shop.lock.json", "shop.lock.json"),
        ("tools import shop.json -o shop.json", "shop.json"),
        ("init shop.lock.json --force -o shop.lock.json", "shop.lock.json"),
        ("test good.policy --replay r.jsonl --expect r.jsonl --bless", "r.jsonl"),
        ("test good.policy --replay r.jsonl --expect good.policy --bless", "good.policy"),
    ] {
        let before = fs::read(path.join(file)).unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        check(&run(path, &words), 2, "is read here, so it is not written");
        assert_eq!(fs::read(path.join(file)).unwrap(), before, "{command}");
    }
}

#[test]
fn devices_and_pipes_are_written_to_and_never_waited_for() {
    let folder = folder();
    let path = folder.path();
    let limited = |script: &str| shell(path, &format!("ulimit -v 4000000; {script}"));
    if Path::new("/dev/full").exists() {
        let full = limited("exec \"$0\" tools import shop.json -o /dev/full");
        check(&full, 2, "error[E0001]: cannot write `/dev/full`: no space left");
        assert!(!String::from_utf8_lossy(&full.stderr).contains("unchanged"));
    }
    for target in ["-", "/dev/stdout"] {
        let import = run(path, &["tools", "import", "shop.json", "-o", target]);
        check(&import, 0, "policyc-tool-lock");
        assert_eq!(import.stdout, fs::read(path.join("shop.lock.json")).unwrap());
        check(&run(path, &["init", "shop.lock.json", "-o", target]), 0, "policy agent");
        check(&run(path, &["doc", "good.policy", "-o", target]), 0, "<html");
        check(&run(path, &["build", "good.policy", "-o", target, "--listing"]), 2, "cannot both go");
    }
    check(
        &limited(
            "\"$0\" build good.policy -o - > a.plcy && \"$0\" build good.policy -o b.plcy && cmp a.plcy b.plcy",
        ),
        0,
        "",
    );
    check(
        &limited(
            "mkfifo f && (cat f > got &) && \"$0\" tools import shop.json -o f -q && sleep 0.2 && cat got",
        ),
        0,
        "policyc-tool-lock",
    );
    assert!(!path.join("-").exists());
    check(
        &run(path, &["tools", "import", "shop.json", "-o", "typo/x.lock.json"]),
        2,
        "there is no folder `typo`",
    );
    assert!(!path.join("typo").exists());
}

#[test]
fn standard_input_is_a_policy_a_list_or_a_recording() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("r.jsonl"), RECORDING).unwrap();
    fs::write(path.join("call.json"), r#"{"tool":"list_orders","args":{"customer":"c"}}"#).unwrap();
    let check = |script: &str, status, says| check(&shell(path, script), status, says);
    check("\"$0\" check - < good.policy", 0, "1 policy checked");
    check("sed s/customer/custmer/g good.policy | \"$0\" check -", 1, "-:");
    check("\"$0\" test - < good.policy", 0, "1 test passed");
    check("\"$0\" doc - < good.policy", 0, "<html");
    check("\"$0\" build - -o p.plcy < good.policy && \"$0\" build good.policy -o q.plcy", 0, "");
    check("\"$0\" eval - --call call.json < good.policy", 0, "bad_context");
    check("\"$0\" eval - < good.policy", 2, "cannot both come from standard input");
    check("\"$0\" test good.policy --replay - < r.jsonl", 0, "replayed 2 calls of 1 recording");
}

#[test]
fn names_of_strangers_cannot_steer_the_terminal() {
    let folder = folder();
    let path = folder.path();
    let evil = r#"{"tools":[
        {"name":"a","inputSchema":{"type":"object","properties":{"p\u001b]0;t\u0007\u202e\u0000":{}}}},
        {"name":"b","inputSchema":{"type":"object","properties":{"amount \u202e\n::error::x":{"type":"number"}}}},
        {"name":"b\u001b[2J\n::error::x","inputSchema":{"type":"object"}},
        {"name":"c\u202e","parameters":{"type":"object"},"input_schema":{"type":"string"}}]}"#;
    fs::write(path.join("evil.json"), evil).unwrap();
    fs::write(path.join("plain.json"), r#"{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}"#)
        .unwrap();
    check(&run(path, &["tools", "import", "plain.json", "-o", "plain.lock.json"]), 0, "1 tool of");
    for args in [
        &["tools", "import", "evil.json", "-o", "evil.lock.json"][..],
        &["tools", "lint", "evil.lock.json"],
        &["tools", "lint", "evil.lock.json", "--format", "github"],
        &["tools", "diff", "plain.lock.json", "evil.json"],
    ] {
        let done = run(path, args);
        let text =
            format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(
            text.contains('\u{241b}') || text.contains("\\u{1b}") || text.contains('\u{fffd}'),
            "{args:?}: {text}"
        );
        assert!(
            !text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')),
            "{args:?}: {text:?}"
        );
        assert!(!text.lines().any(|line| line.starts_with("::error::")), "{args:?}: {text}");
    }
}

#[test]
fn a_tool_that_is_left_out_is_told_even_quietly() {
    let folder = folder();
    let path = folder.path();
    let import = |list: &str| {
        fs::write(path.join("l.json"), list).unwrap();
        let _ = fs::remove_file(path.join("l.lock.json"));
        run(path, &["tools", "import", "-q", "l.json", "-o", "l.lock.json"])
    };
    let twins =
        r#"{"name":"a","inputSchema":{"type":"object"}},{"name":"a","inputSchema":{"type":"object"}}"#;
    check(&import(&format!(r#"{{"tools":[{twins}]}}"#)), 2, "no tool of the list can be pinned");
    assert!(!path.join("l.lock.json").exists());
    let one = r#"{"name":"b","inputSchema":{"type":"object"}}"#;
    check(&import(&format!(r#"{{"tools":[{twins},{one}]}}"#)), 1, "warning[refused_tool]");
    assert!(path.join("l.lock.json").exists());
    check(&import(&format!(r#"{{"tools":[{one}],"nextCursor":"x"}}"#)), 1, "warning[incomplete_list]");
    check(&import(r#"{"tools":[]}"#), 0, "");
}

#[test]
fn recordings_of_one_name_are_told_apart() {
    let folder = folder();
    let path = folder.path();
    for name in ["one", "two"] {
        fs::create_dir(path.join(name)).unwrap();
        fs::write(path.join(name).join("r.jsonl"), RECORDING).unwrap();
    }
    let test = |more: &[&str]| run(path, &[&["test", "good.policy"][..], more].concat());
    let both = ["--replay", "one/r.jsonl", "--replay", "./two", "--replay", "one", "--expect", "one/ex"];
    check(&test(&[&both[..], &["--bless"]].concat()), 0, "replayed 4 calls of 2 recordings");
    let expected = fs::read_to_string(path.join("one/ex")).unwrap();
    assert!(
        expected.contains(r#""file":"r.jsonl""#) && expected.contains(r#""file":"../two/r.jsonl""#),
        "{expected}"
    );
    check(&test(&both), 0, "replayed 4 calls");
    let elsewhere =
        ["test", "../good.policy", "--replay", "r.jsonl", "--replay", "../two/r.jsonl", "--expect", "ex"];
    check(&run(&path.join("one"), &elsewhere), 0, "replayed 4 calls");
    fs::write(path.join("one/ex"), expected.replacen("allow", "deny", 1)).unwrap();
    check(&test(&[&both[..], &["--format", "github"]].concat()), 1, "::error file=one/r.jsonl,line=2,");
    fs::write(path.join("two/r.jsonl"), RECORDING.replacen("\"seq\":0", "\"seq\":", 1)).unwrap();
    check(&test(&["--replay", "two", "--format", "github"]), 2, "::error file=two/r.jsonl,line=2,");
    check(&test(&["--replay", "two"]), 2, "error[E0002]: two/r.jsonl:2: ");
    check(&test(&["--replay", "two"]), 2, "replayed 1 call of 1 recording");
}

#[test]
fn machine_forms_tell_what_could_not_be_used() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("bad.policy"), "edition 2026\npolicy p\nrule a: deny shop.x\n").unwrap();
    fs::write(
        path.join("lost.policy"),
        "edition 2026\npolicy p\nimport tools shop from \"gone.lock.json\"\n",
    )
    .unwrap();
    let out = |args: &[&str], status, says: &str| {
        let done = run(path, args);
        assert_eq!(done.status.code(), Some(status), "{args:?}");
        let text = String::from_utf8_lossy(&done.stdout);
        assert!(text.contains(says), "{args:?}: `{says}` is not in: {text}");
    };
    out(&["check", "no.policy", "--format", "json"], 2, r#""code": "E0201""#);
    out(&["check", "no.policy", "--format", "sarif"], 2, r#""ruleId": "E0201""#);
    out(&["check", "no.policy", "--format", "github"], 2, "::error file=no.policy,line=1");
    out(&["test", "no.policy", "--format", "json"], 2, r#""code": "E0201""#);
    out(&["test", "no.policy", "--format", "junit"], 2, "failures=\"1\"");
    out(&["test", "no.policy", "--format", "github"], 2, "::error file=no.policy");
    out(&["test", "bad.policy", "--format", "junit"], 1, "failures=\"1\"");
    out(&["test", "bad.policy", "--format", "github"], 1, "::error file=bad.policy,line=3");
    out(&["test", "bad.policy", "--format", "json"], 1, r#""percent": null"#);
    out(&["tools", "lint", "no.lock.json", "--format", "json"], 2, "unreadable_file");
    out(&["tools", "lint", "shop.json", "--format", "github"], 1, "::error file=shop.json");
    check(&run(path, &["check", "no.policy"]), 2, "error[E0201]: cannot read `no.policy`");
    check(&run(path, &["check", "lost.policy"]), 2, "E0202");
    check(&run(path, &["build", "lost.policy", "-o", "x"]), 2, "E0202");
    check(&run(path, &["test", "lost.policy"]), 2, "E0202");
    check(&run(path, &["doc", "lost.policy"]), 2, "E0202");
}

#[test]
fn a_name_that_is_not_utf8_is_named() {
    let folder = folder();
    let odd = std::ffi::OsStr::from_bytes(b"a\xff.policy");
    if fs::write(folder.path().join(odd), "edition 2026\npolicy p\n").is_err() {
        println!("SKIPPED: this file system takes UTF-8 names alone");
        return;
    }
    let named = Command::new(POLICYC).arg("check").arg(odd).current_dir(folder.path()).output().unwrap();
    check(&named, 2, "the name is not UTF-8");
    fs::remove_file(folder.path().join("good.policy")).unwrap();
    let found = run(folder.path(), &["check", "."]);
    check(&found, 2, "its name is not UTF-8");
    assert!(!String::from_utf8_lossy(&found.stderr).contains("there is no policy"));
}

#[test]
fn another_server_is_a_difference() {
    let folder = folder();
    let path = folder.path();
    check(
        &run(path, &["tools", "import", "shop.json", "-o", "o.lock.json", "--name", "other"]),
        0,
        "`other`",
    );
    check(
        &run(path, &["tools", "diff", "shop.lock.json", "o.lock.json"]),
        1,
        "changed server: `shop` is now `other`",
    );
    check(&run(path, &["tools", "diff", "shop.lock.json", "shop.json"]), 0, "no difference");
}
