//! `cargo xtask tidy`: what neither compiler nor clippy looks at. In: the files that git knows. Out: one line per complaint.

mod edges;
mod links;
mod pages;
mod sizes;
mod source;

use crate::Failure;
use crate::shell::{files, root};

/// A text file of the repository.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path from the root.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Input or expected output of a test, whose every byte is meant.
    fn is_sample(&self) -> bool {
        let folders = ["/tests/cmd/", "/samples/", "/cases/", "/snapshots/", "/corpus/", "/fixtures/"];
        self.path.ends_with(".snap") || folders.iter().any(|folder| self.path.contains(folder))
    }
}

/// Runs every check.
pub(crate) fn run() -> Result<(), Failure> {
    let mut all = Vec::new();
    for path in files()? {
        let bytes = std::fs::read(root().join(&path)).map_err(|error| format!("{path}: {error}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            all.push(File { path, text });
        }
    }
    let mut complaints = Vec::new();
    complaints.extend(source::check(&all));
    complaints.extend(sizes::check(&all));
    complaints.extend(pages::check(&all));
    complaints.extend(links::check(&all));
    complaints.extend(edges::check()?);
    for complaint in &complaints {
        println!("tidy: {complaint}");
    }
    match complaints.len() {
        0 => Ok(()),
        1 => Err("1 complaint".to_owned()),
        many => Err(format!("{many} complaints")),
    }
}
