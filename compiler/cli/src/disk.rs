//! Files on disk. In: paths as the user or an import named them. Out: their bytes for the compiler, or why there are none.

use crate::exit::{Trouble, reason};
use policyc_compiler::files::{FileProblem, Files};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

/// Bytes of the largest file that is read into memory. Recordings are not: they are read line by line.
pub(crate) const LARGEST: u64 = 256 << 20;

/// The file system.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        contents(Path::new(path)).map(Arc::from).map_err(|error| match error.kind() {
            ErrorKind::NotFound => FileProblem::NotFound,
            ErrorKind::IsADirectory => FileProblem::Directory,
            _ => FileProblem::Unreadable(reason(&error)),
        })
    }
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn read(path: &str) -> Result<Vec<u8>, Trouble> {
    if path == "-" {
        return limited(io::stdin().lock()).map_err(|error| Trouble::io("read", "standard input", &error));
    }
    contents(Path::new(path)).map_err(|error| {
        let trouble = Trouble::io("read", path, &error);
        match error.kind() {
            ErrorKind::NotFound => trouble.help("check the path"),
            ErrorKind::IsADirectory => trouble.help("name a file"),
            ErrorKind::PermissionDenied => trouble.help("check the file's permissions"),
            _ => trouble,
        }
    })
}

/// The text of a file, or of standard input for `-`.
pub(crate) fn read_text(path: &str) -> Result<String, Trouble> {
    String::from_utf8(read(path)?).map_err(|error| {
        Trouble::new(format!(
            "`{path}` is not UTF-8: byte {} is the first bad one",
            error.utf8_error().valid_up_to()
        ))
    })
}

fn contents(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a directory succeeds on some systems; reading it then fails with various errors.
    if path.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "is a directory"));
    }
    limited(File::open(path)?)
}

/// Everything, unless it never ends.
fn limited(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("larger than {} MiB", LARGEST >> 20)));
    }
    Ok(bytes)
}
