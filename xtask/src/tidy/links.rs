//! Relative links in Markdown lead to files. In: files. Out: complaints with file and line.

use super::File;
use crate::shell::root;
use std::path::Path;

/// Links that lead nowhere.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".md") && !file.is_sample()) {
        let folder = root().join(Path::new(&file.path).parent().unwrap_or_else(|| Path::new("")));
        let mut fenced = false;
        for (number, line) in (1..).zip(file.text.lines()) {
            fenced ^= line.trim_start().starts_with("```");
            if fenced {
                continue;
            }
            for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let target = target.split('#').next().unwrap_or_default();
                let local = !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
                if local && !folder.join(target).exists() {
                    complaints.push(format!("{}:{number}: `{target}` is not there", file.path));
                }
            }
        }
    }
    complaints
}
