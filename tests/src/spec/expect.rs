//! What the comments of a policy expect. In: a report and the policies' texts. Out: agreement, or both lists.

use super::{Block, listing};
use policyc_compiler::Report;
use policyc_compiler::diagnostics::Level;
use std::collections::BTreeSet;

/// File, line from 1, level, code.
type Mark = (String, usize, &'static str, String);

/// Compares what was reported with what the comments say.
pub(crate) fn compare(report: &Report, policies: &[(String, &Block)]) -> Result<(), String> {
    let mut expected: BTreeSet<Mark> = BTreeSet::new();
    for (path, block) in policies {
        for (index, line) in block.text.lines().enumerate() {
            for mark in marks(line) {
                expected.insert((path.clone(), index + 1, mark.0, mark.1));
            }
        }
    }
    let found: BTreeSet<Mark> = report
        .diagnostics
        .iter()
        .map(|d| {
            let line = line_of(report, &d.at.file, d.at.span.start);
            (d.at.file.to_string(), line, d.level.word(), d.code.name().to_owned())
        })
        .collect();
    let missing: Vec<&Mark> = expected.difference(&found).collect();
    let surplus: Vec<&Mark> = found.difference(&expected).filter(|m| m.2 != Level::Note.word()).collect();
    if missing.is_empty() && surplus.is_empty() {
        return Ok(());
    }
    let show = |marks: &[&Mark]| {
        marks.iter().map(|(f, l, level, code)| format!("  {f}:{l}: {level}: {code}\n")).collect::<String>()
    };
    Err(format!(
        "expected, but not reported:\n{}reported, but not expected:\n{}all that was reported:\n{}",
        show(&missing),
        show(&surplus),
        listing(report)
    ))
}

fn marks(line: &str) -> Vec<(&'static str, String)> {
    let Some((_, comment)) = line.split_once("//") else { return Vec::new() };
    let mut out = Vec::new();
    for part in comment.split(';') {
        for level in [Level::Error, Level::Warning, Level::Note] {
            if let Some(codes) = part.trim().strip_prefix(level.word()).and_then(|r| r.strip_prefix(':')) {
                out.extend(
                    codes
                        .split_whitespace()
                        .take_while(|w| w.len() == 5)
                        .map(|c| (level.word(), c.to_owned())),
                );
            }
        }
    }
    out
}

/// Line of an offset in a file of the report, from 1.
pub(crate) fn line_of(report: &Report, file: &str, offset: u32) -> usize {
    let text = report.files.iter().find(|f| &*f.path == file).map(|f| &*f.text).unwrap_or_default();
    text.get(..offset as usize).map_or(1, |before| before.matches('\n').count() + 1)
}
