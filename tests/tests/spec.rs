//! Runs the literate specification: every Markdown file in `tests/spec`, every test in it.

use policyc_tests::spec;
use std::fs;
use std::path::Path;

#[test]
fn specification() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec");
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "md"));
    paths.sort();
    let (mut passed, mut failures) = (0, String::new());
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for case in spec::read(&fs::read_to_string(path).unwrap()) {
            match spec::run(&case) {
                Ok(()) => passed += 1,
                Err(problem) => {
                    failures.push_str(&format!("{name}:{}: {}\n{problem}\n", case.line, case.title))
                }
            }
        }
    }
    println!("specification: {passed} tests passed in {} files", paths.len());
    assert!(passed > 0, "no test was found in {}", folder.display());
    assert!(failures.is_empty(), "{failures}");
}
