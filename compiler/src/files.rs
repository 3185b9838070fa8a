//! Where the compiler gets text from. In: a path. Out: bytes. The compiler itself touches no file system; its caller does.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a file has no contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileProblem {
    /// There is none.
    NotFound,
    /// It is a directory.
    Directory,
    /// The operating system refused; its message.
    Unreadable(String),
}

/// A source of files. Paths use `/`; the compiler joins an import's path to the importing file's directory and resolves `.` and
/// `..` in the text of the path.
pub trait Files {
    /// The contents of a file.
    ///
    /// # Errors
    /// Why there are none.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem>;
}

/// Files held in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles(pub BTreeMap<String, Arc<[u8]>>);

impl MemoryFiles {
    /// With one more file.
    #[must_use]
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), Arc::from(text.as_bytes()));
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        self.0.get(path).cloned().ok_or(FileProblem::NotFound)
    }
}
