//! Running the command in a folder of its own. In: arguments or a script. Out: what it said and how it ended.

#![expect(clippy::unwrap_used, reason = "tests of a program that is run in a folder of their own")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) const POLICYC: &str = env!("CARGO_BIN_EXE_policyc");

/// A folder with the files of the text cases, and a lock.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/test.in");
    for file in ["shop.json", "good.policy"] {
        fs::copy(cases.join(file), folder.path().join(file)).unwrap();
    }
    let made = run(folder.path(), &["tools", "import", "-q", "shop.json", "-o", "shop.lock.json"]);
    assert!(made.status.success(), "{}", text(&made));
    folder
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(POLICYC).args(args).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

pub(crate) fn shell(folder: &Path, script: &str) -> Output {
    Command::new("sh")
        .args(["-c", script, POLICYC])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The command ends with this status and says this.
pub(crate) fn check(output: &Output, status: i32, says: &str) {
    let text = text(output);
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert!(text.contains(says), "`{says}` is not in: {text}");
    assert!(!text.contains("panicked"), "{text}");
}
