//! Locks of real tool lists, where they are at hand: every list is pinned, read back and compared with itself.

use crate::lock::{ImportOptions, Lock, diff, import_document, lint};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn real_tool_lists_can_be_pinned() {
    let (mut servers, mut tools, mut kinds) = (0, 0, BTreeMap::<&str, usize>::new());
    for folder in ["schemas", "calls/tools"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(folder);
        let Ok(entries) = std::fs::read_dir(&root) else {
            println!("SKIPPED {}: ../shared/data/{folder} is missing", module_path!());
            continue;
        };
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.ends_with(".json") || name.contains(".results.") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let whole = import_document(&text, &name, &ImportOptions::default()).unwrap();
            assert_eq!(whole.notes, [], "{name}");
            let short = ImportOptions { no_descriptions: true, ..ImportOptions::default() };
            let short = import_document(&text, &name, &short).unwrap();
            assert_eq!(Lock::load(&whole.lock.to_text()).unwrap(), whole.lock, "{name}");
            assert_eq!(diff(&whole.lock, &short.lock), [], "{name}");
            servers += 1;
            tools += whole.lock.tools.len();
            for finding in lint(&whole.lock) {
                *kinds.entry(finding.kind.slug()).or_default() += 1;
            }
        }
    }
    println!("{servers} servers, {tools} tools; findings: {kinds:?}");
}
