//! What a source file may hold. In: files. Out: complaints with file and line.

use super::File;
use crate::shell::root;
use std::collections::BTreeSet;

/// Pieces of text that no Rust file may hold, and why. Split so that this file passes its own check.
const FORBIDDEN: [(&str, &str, &str); 6] = [
    ("todo", "!(", "unfinished code"),
    ("unimplemented", "!(", "unfinished code"),
    ("#[", "ignore", "a test that is ignored tests nothing"),
    ("#![", "allow(", "an exception is `#[expect(…, reason = …)]`"),
    ("TO", "DO", "a wish belongs into the tracker"),
    ("FIX", "ME", "a wish belongs into the tracker"),
];

/// Hosts that only a machine's own configuration may name.
const REGISTRIES: [(&str, &str); 5] = [
    ("registry.", "npmjs.org"),
    ("pypi.", "org/simple"),
    ("index.", "crates.io"),
    ("static.", "crates.io"),
    ("proxy.", "golang.org"),
];

/// Complaints about single files.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let machine = machine_paths();
    let mut complaints = Vec::new();
    for file in files {
        let mut complain = |line: usize, what: &str| complaints.push(format!("{}:{line}: {what}", file.path));
        if file.is_rust() {
            if !file.text.starts_with("//!") {
                complain(1, "a Rust file begins with `//!`: what it is, what comes in, what goes out");
            }
            if !is_reached(&file.path, files, &paths) {
                complain(1, "no module names this file, so it is not compiled");
            }
        }
        if !file.is_sample() && !file.text.is_empty() && !file.text.ends_with('\n') {
            complain(file.text.lines().count(), "the last line does not end");
        }
        for (number, line) in (1..).zip(file.text.split('\n')) {
            if !file.is_sample() && line.ends_with([' ', '\t', '\r']) {
                complain(number, "white space at the end of the line");
            }
            if file.is_rust() {
                for (start, end, why) in FORBIDDEN {
                    if line.contains(&[start, end].concat()) {
                        complain(number, &format!("`{start}{end}`: {why}"));
                    }
                }
            }
            for path in machine.iter().filter(|path| line.contains(path.as_str())) {
                complain(number, &format!("`{path}` is a path of one machine"));
            }
            for (start, end) in REGISTRIES {
                if line.contains(&[start, end].concat()) {
                    complain(number, "a package registry's host; the clients know theirs");
                }
            }
        }
    }
    complaints
}

/// Paths that betray where this copy was made.
fn machine_paths() -> Vec<String> {
    let mut paths = vec![format!("{}/", root().display())];
    paths.extend(std::env::var("HOME").ok().map(|home| format!("{home}/.cargo")));
    paths
}

/// Whether some file says `mod name` or names its path, or it is the root of a crate.
fn is_reached(path: &str, files: &[File], paths: &BTreeSet<&str>) -> bool {
    let Some((folder, file)) = path.rsplit_once('/') else { return true };
    let stem = file.trim_end_matches(".rs");
    let roots = ["/examples", "/tests", "/benches", "/bin", "/fuzz_targets"];
    let is_root = roots.iter().any(|end| folder.ends_with(end)) && is_target(folder, paths);
    if is_root || ["main", "lib", "build"].contains(&stem) {
        return true;
    }
    let (folder, stem) =
        if stem == "mod" { folder.rsplit_once('/').unwrap_or((folder, stem)) } else { (folder, stem) };
    let parent = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    let by_name = format!("mod {stem};");
    let by_path = format!("/{stem}.rs\"");
    files.iter().any(|file| {
        let beside = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let near = beside == folder || file.path.trim_end_matches(".rs") == folder;
        let says = |line: &str| line.trim_start().ends_with(&by_name);
        near && file.is_rust() && file.text.lines().any(says)
            || parent.starts_with(beside) && file.path.ends_with(['s', 'l']) && file.text.contains(&by_path)
    })
}

/// Whether a folder of that name is a package's own: it stands beside a manifest, or `bin` within `src`.
fn is_target(folder: &str, paths: &BTreeSet<&str>) -> bool {
    let package = folder.rsplit_once('/').map_or("", |(package, _)| package);
    let package = package.strip_suffix("/src").unwrap_or(package);
    paths.contains(format!("{package}/Cargo.toml").as_str())
}
