//! The book's policies: every `policy` block of `docs/*.md` and of the reference of statements is checked, its `test` blocks are run, and
//! the `calls` block below it is decided.
//!
//! Blocks are those of the literate specification (`policyc_tests::spec`). `tools` and `policy PATH` blocks hold from there to the end of
//! the page. A block that does not begin with `edition` is a fragment: the header below is put before it.

use policyc_compiler::files::MemoryFiles;
use policyc_compiler::replay::tally::Tally;
use policyc_compiler::{Compiler, testing};
use policyc_runtime::{Pdp, Requirements};
use policyc_tests::spec::{Block, Case, files, run};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// What stands before fragments.
const HEADER: &str = r#"edition 2026
policy fragment "A part of a policy"
import tools shop from "shop.lock.json"
import tools mail from "mail.lock.json"
import tools files from "files.lock.json"
principal { id: string, roles: set<"clerk" | "lead"> }
session { customer: string }
approvers default "support-lead"
"#;

/// What a page's calls are decided for until they say otherwise.
const HOST: &str = "principal {\"id\":\"agent-7\",\"roles\":[\"clerk\"]}\nsession {\"customer\":\"cus_1\"}\nat 2027-01-04T10:00:00Z\n";

/// The fenced blocks of a page, in order.
fn blocks(text: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block { info: info.trim().to_owned(), text: String::new(), line: index + 2 });
            }
            (Some(_), Some(_)) => out.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    out
}

/// The policies of a page, each with what it needs and the calls below it.
fn cases(page: &str, text: &str) -> Vec<Case> {
    let mut shared: Vec<Block> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    for block in blocks(text) {
        let words: Vec<&str> = block.info.split_whitespace().collect();
        match words.as_slice() {
            ["tools", _] | ["policy", _] => shared.push(block),
            ["policy"] => {
                let whole = block.text.starts_with("edition");
                let text = if whole { block.text } else { format!("{HEADER}{}", block.text) };
                let root = Block { info: "policy".to_owned(), text, line: block.line };
                let mut blocks = shared.clone();
                blocks.push(root);
                cases.push(Case { title: format!("{page}:{}", block.line), line: block.line, blocks });
            }
            ["calls"] => {
                if let Some(case) = cases.last_mut() {
                    let text = format!("{HOST}{}", block.text);
                    case.blocks.push(Block { info: "calls".to_owned(), text, line: block.line });
                }
            }
            _ => {}
        }
    }
    cases
}

/// Runs the `test` blocks of a policy that has no error.
fn tested(files: MemoryFiles) -> Result<usize, String> {
    let (report, program) = Compiler::new(Arc::new(files)).build("root.policy");
    let Some(program) = program else { return Ok(0) };
    let pdp = Pdp::from_program(program.as_ref().clone(), &Requirements::default())
        .map_err(|error| error.to_string())?;
    let mut tally: Tally<'_, ()> = Tally::new(pdp.program());
    let results = testing::run(&report, &pdp, &mut tally);
    match results.iter().find(|result| !result.failures.is_empty()) {
        Some(failed) => Err(format!("{failed:#?}")),
        None => Ok(results.len()),
    }
}

#[test]
fn every_policy_of_the_book_means_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.push(folder.join("reference/statements.md"));
    paths.sort();
    let (mut passed, mut tests, mut failures) = (0, 0, String::new());
    for path in &paths {
        let page = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for case in cases(&page, &fs::read_to_string(path).unwrap()) {
            let done = run(&case).and_then(|()| tested(files(&case)?.0));
            match done {
                Ok(run) => {
                    passed += 1;
                    tests += run;
                }
                Err(problem) => failures.push_str(&format!("{}\n{problem}\n", case.title)),
            }
        }
    }
    println!("book: {passed} policies, {tests} test blocks");
    assert!(failures.is_empty(), "{failures}");
    assert!(passed >= 20 && tests >= 2, "only {passed} policies and {tests} test blocks were found");
}

#[test]
fn a_page_that_is_wrong_fails() {
    let wrong = [
        "```tools shop\nbuy()\n```\n```policy\nedition 2026\npolicy p\nimport tools shop from \"shop.lock.json\"\nrule r: allow shop.sell\n```\n",
        "```tools shop\nbuy()\n```\n```policy\nedition 2026\npolicy p\nimport tools shop from \"shop.lock.json\"\nrule r: ask shop.buy from \"x\"\n```\n```calls\ncall shop.buy {} => allow by r\n```\n",
    ];
    for text in wrong {
        let cases = cases("page", text);
        assert_eq!(cases.len(), 1);
        assert!(cases.iter().all(|case| run(case).is_err()), "{text}");
    }
}
