//! The examples of the pages in `docs/errors`: each reported example is reported with its page's code and nothing else, each mended one
//! with nothing at all (notes aside).
//!
//! A page's fenced blocks: `json tools=NAME` is a tool list that becomes the lock NAME (`server=ID` names its server), `json file=NAME` and
//! `policy file=NAME` are files as they stand, `policy reported` and `policy mended` are the root. In a block marked `expand`, `{U+202E}`
//! stands for that character and `{(×300}` for 300 of them.

#![expect(clippy::unwrap_used, reason = "a test of pages that are part of the crate")]

use policyc_compiler::Compiler;
use policyc_compiler::diagnostics::pages::page;
use policyc_compiler::diagnostics::render::{Style, render};
use policyc_compiler::diagnostics::{Code, Level};
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use std::fmt::Write as _;
use std::sync::Arc;

struct Block {
    info: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block { info: info.to_owned(), text: body.join("\n") + "\n" });
        }
    }
    blocks
}

fn word<'b>(block: &'b Block, key: &str) -> Option<&'b str> {
    block.info.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
}

/// `{U+202E}` and `{(×300}`.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let expanded = after.split_once('}').and_then(|(inside, after)| {
            let piece = match (inside.strip_prefix("U+"), inside.split_once('×')) {
                (Some(hex), _) => char::from_u32(u32::from_str_radix(hex, 16).ok()?)?.to_string(),
                (None, Some((piece, times))) => piece.repeat(times.parse().ok()?),
                (None, None) => return None,
            };
            Some((piece, after))
        });
        rest = if let Some((piece, after)) = expanded {
            out.push_str(&piece);
            after
        } else {
            out.push('{');
            after
        };
    }
    out + rest
}

fn lock(name: &str, block: &Block) -> String {
    let stem = name.split('.').next().unwrap();
    let identity = word(block, "server").unwrap_or(stem);
    import_document(&block.text, identity, &ImportOptions::default()).unwrap().lock.to_text()
}

/// The codes reported for a page's example, notes only if the page is about one; and the rendering, for the failure message.
fn reported(page: &str, which: &str, notes: bool) -> (Vec<&'static str>, String) {
    let mut files = MemoryFiles::default();
    let mut root = None;
    for block in blocks(page) {
        if let Some(name) = word(&block, "tools") {
            files = files.with(name, &lock(name, &block));
        } else if let Some(name) = word(&block, "file") {
            files = files.with(name, &block.text);
        } else if block.info.starts_with(&format!("policy {which}")) {
            root = Some(if block.info.ends_with("expand") { expand(&block.text) } else { block.text });
            // What follows belongs to the next section.
            break;
        }
    }
    let files = files.with("support.policy", &root.unwrap());
    let report = Compiler::new(Arc::new(files)).build("support.policy").0;
    let shown = || report.diagnostics.iter().filter(|d| notes || d.level != Level::Note);
    let mut codes: Vec<&str> = shown().map(|d| d.code.name()).collect();
    codes.dedup();
    (codes, render(&report, shown(), Style::default()))
}

#[test]
fn every_example_is_reported_and_mended() {
    let mut wrong = String::new();
    // What the command itself reports (E00) no policy can show; the cases of the command do.
    for code in Code::ALL.iter().copied().filter(|code| !code.name().starts_with("E00")) {
        let page = page(code).unwrap();
        let notes = code.level() == Level::Note;
        let (codes, text) = reported(page, "reported", notes);
        if codes.is_empty() || codes.iter().any(|other| *other != code.name()) {
            let _ = writeln!(wrong, "=== {} reported: {codes:?}\n{text}", code.name());
        }
        let (codes, text) = reported(page, "mended", false);
        if !codes.is_empty() {
            let _ = writeln!(wrong, "=== {} mended: {codes:?}\n{text}", code.name());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
