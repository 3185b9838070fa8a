//! Each diagnostic code has a page, and each page a code. In: files. Out: complaints.

use super::File;
use std::collections::BTreeSet;

const REGISTRY: &str = "compiler/src/diagnostics/registry.rs";
const PAGES: &str = "compiler/docs/errors/";

/// Codes without a page, pages without a code, pages without both examples.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let Some(registry) = files.iter().find(|file| file.path == REGISTRY) else {
        return vec![format!("{REGISTRY} is missing")];
    };
    let codes: BTreeSet<&str> = registry.text.lines().filter_map(row).collect();
    let mut complaints = Vec::new();
    if codes.is_empty() {
        complaints.push(format!("{REGISTRY}: no rows of codes"));
    }
    let mut found = BTreeSet::new();
    for page in files.iter().filter(|file| file.path.starts_with(PAGES)) {
        let code = page.path.trim_start_matches(PAGES).trim_end_matches(".md");
        found.insert(code);
        if !codes.contains(code) {
            complaints.push(format!("{}: no such code", page.path));
        }
        if !page.text.contains("```") {
            complaints.push(format!("{}: a page shows an example", page.path));
        }
    }
    complaints.extend(codes.difference(&found).map(|code| format!("{PAGES}{code}.md is missing")));
    complaints
}

/// The code of a row such as `E0301 unknown_field Error "0.1" "…";`.
fn row(line: &str) -> Option<&str> {
    let (code, rest) = line.trim_start().split_once(' ')?;
    let mut letters = code.chars();
    let is_code = matches!(letters.next(), Some('E' | 'W' | 'N'))
        && code.len() == 5
        && letters.all(|c| c.is_ascii_digit());
    (is_code && rest.ends_with("\";")).then_some(code)
}
