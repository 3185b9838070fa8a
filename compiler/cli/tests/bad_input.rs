//! Input and surroundings that the text cases cannot set up: files without permission, full disks, closed pipes, servers that fail.

#![cfg(unix)]

mod common;

use common::{POLICYC, check, folder, run, shell};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn unreadable_files_are_named() {
    let folder = folder();
    let closed = folder.path().join("closed.policy");
    fs::copy(folder.path().join("good.policy"), &closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&closed).is_ok() {
        println!("SKIPPED: this user may read every file");
    } else {
        for command in
            [&["check", "closed.policy"][..], &["fmt", "closed.policy"], &["test", "closed.policy"]]
        {
            check(&run(folder.path(), command), 2, "cannot read `closed.policy`: permission denied");
        }
    }
    // A file whose reading fails for everybody.
    if Path::new("/proc/self/mem").exists() {
        check(&run(folder.path(), &["check", "/proc/self/mem"]), 2, "cannot read `/proc/self/mem`");
    }
}

#[test]
fn a_lock_edited_by_hand_is_an_error_of_the_policy() {
    let folder = folder();
    let path = folder.path().join("shop.lock.json");
    let lock = fs::read_to_string(&path).unwrap();
    assert!(lock.contains("\"minimum\": 0"), "{lock}");
    fs::write(&path, lock.replace("\"minimum\": 0", "\"minimum\": -5")).unwrap();
    check(&run(folder.path(), &["check", "good.policy"]), 1, "E0202");
    check(&run(folder.path(), &["tools", "lint", "shop.lock.json"]), 1, "error[E0202]");
    check(&run(folder.path(), &["tools", "diff", "shop.lock.json", "shop.json"]), 2, "edited");
    fs::write(&path, lock.replace("\"version\": 1", "\"version\": 9")).unwrap();
    check(&run(folder.path(), &["check", "good.policy"]), 1, "E0202");
    fs::write(&path, "").unwrap();
    check(&run(folder.path(), &["check", "good.policy"]), 1, "E0202");
}

/// Writing past the limit fails with "file too large", as it would on a full disk.
const LIMITED: &str = "ulimit -f 1; trap '' XFSZ; exec \"$0\" ";

#[test]
fn a_full_disk_leaves_old_files() {
    let folder = folder();
    // 512 or 1,024 bytes fit; these do not.
    let mut long = fs::read_to_string(folder.path().join("good.policy")).unwrap();
    for n in 0..200 {
        long.push_str(&format!("rule r{n}:deny shop.create_refund when args.note ==   \"{n}\"\n"));
    }
    fs::write(folder.path().join("good.policy"), &long).unwrap();
    fs::write(folder.path().join("good.plcy"), "old").unwrap();
    fs::write(folder.path().join("old.lock.json"), "old").unwrap();
    for (command, file) in [
        ("build good.policy -o good.plcy", "good.plcy"),
        ("fmt good.policy", "good.policy"),
        ("tools import shop.json -o old.lock.json", "old.lock.json"),
    ] {
        let before = fs::read(folder.path().join(file)).unwrap();
        let output = shell(folder.path(), &format!("{LIMITED}{command}"));
        check(&output, 2, &format!("cannot write `{file}`"));
        check(&output, 2, "the old file is unchanged");
        assert_eq!(fs::read(folder.path().join(file)).unwrap(), before, "{command}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".policyc-")), "{left:?}");
}

#[test]
fn a_full_standard_output_is_an_error_and_a_closed_pipe_is_none() {
    let folder = folder();
    if Path::new("/dev/full").exists() {
        check(
            &shell(folder.path(), "exec \"$0\" explain --list > /dev/full"),
            2,
            "cannot write to standard output: no space left",
        );
    }
    let output = shell(folder.path(), "{ \"$0\" explain --list; echo \"status $?\" >&2; } | true");
    check(&output, 0, "status 0");
    let mut child = Command::new(POLICYC)
        .args(["build", "good.policy", "--listing"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    check(&child.wait_with_output().unwrap(), 0, "");
}

#[test]
fn servers_that_fail_are_told_with_their_last_words() {
    let folder = folder();
    let old = fs::read(folder.path().join("shop.lock.json")).unwrap();
    let pull = |server: &str| {
        run(
            folder.path(),
            &["tools", "pull", "shop", "-o", "shop.lock.json", "--timeout", "1", "--", "sh", "-c", server],
        )
    };
    let died = pull("echo no license >&2; exit 3");
    check(&died, 2, "no license");
    check(&died, 2, "ended");
    check(&pull("sleep 30"), 2, "did not answer");
    check(&pull("echo hello; echo world; sleep 30"), 2, "hello");
    check(
        &run(folder.path(), &["tools", "pull", "shop", "--", "no-such-program-anywhere"]),
        2,
        "no program `no-such-program-anywhere`",
    );
    check(
        &run(folder.path(), &["tools", "pull", "shop", "--url", "http://127.0.0.1:9/mcp"]),
        2,
        "cannot be reached",
    );
    assert_eq!(fs::read(folder.path().join("shop.lock.json")).unwrap(), old);
}

#[test]
fn a_live_server_is_pulled_and_compared() {
    let folder = folder();
    let server = r#"while read -r line; do case $line in
*server/discover*) echo '{"jsonrpc":"2.0","id":'$(echo "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')',"error":{"code":-32601,"message":"Method not found"}}';;
*'"initialize"'*) echo '{"jsonrpc":"2.0","id":'$(echo "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"toy","version":"1"}}}';;
*tools/list*) echo '{"jsonrpc":"2.0","id":'$(echo "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')',"result":{"tools":[{"name":"ping","inputSchema":{"type":"object"}}]}}';;
esac; done"#;
    fs::write(folder.path().join("server.sh"), server).unwrap();
    let pulled = run(folder.path(), &["tools", "pull", "toy", "--", "sh", "server.sh"]);
    check(&pulled, 0, "toy.lock.json: 1 tool of `toy`");
    let same = run(folder.path(), &["tools", "diff", "toy.lock.json", "--", "sh", "server.sh"]);
    check(&same, 0, "no difference");
    fs::write(folder.path().join("server.sh"), server.replace("\"ping\"", "\"pong\"")).unwrap();
    let changed = run(folder.path(), &["tools", "diff", "toy.lock.json", "--", "sh", "server.sh"]);
    check(&changed, 1, "removed: `ping`");
    check(&changed, 1, "added: `pong`");
}

#[test]
fn colors_are_given_when_asked_for() {
    let folder = folder();
    fs::write(folder.path().join("bad.policy"), "edition 2026\npolicy p\nrule a: deny shop.x\n").unwrap();
    let colored = |args: &[&str]| run(folder.path(), args).stdout.contains(&0x1b);
    assert!(colored(&["check", "bad.policy", "--color", "always"]));
    assert!(!colored(&["check", "bad.policy"]));
    assert!(!colored(&["check", "bad.policy", "--color", "never"]));
}

#[test]
fn a_call_comes_from_standard_input() {
    let folder = folder();
    let mut child = Command::new(POLICYC)
        .args([
            "eval",
            "good.policy",
            "--call",
            "-",
            "--principal",
            r#"{"id":"a"}"#,
            "--session",
            r#"{"customer":"cus_1"}"#,
        ])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(br#"{"tool":"list_orders","args":{"customer":"cus_1"}}"#).unwrap();
    check(&child.wait_with_output().unwrap(), 0, "allow\n  by orders");
}
