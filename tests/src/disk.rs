//! Files of the repository, for tests. In: paths from its root. Out: contents.

use policyc_compiler::files::{FileProblem, Files};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file system below a folder.
#[derive(Debug, Clone)]
pub struct Disk(pub PathBuf);

impl Disk {
    /// The repository's root.
    #[must_use]
    pub fn repository() -> Self {
        Self(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        let full = self.0.join(path);
        if full.is_dir() {
            return Err(FileProblem::Directory);
        }
        std::fs::read(full).map(Arc::from).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => FileProblem::NotFound,
            _ => FileProblem::Unreadable(e.to_string()),
        })
    }
}
