//! Files on disk. In: paths as the user or an import named them. Out: their bytes for the compiler, or why there are none.

use crate::exit::{Trouble, reason};
use clap::builder::{OsStringValueParser, TypedValueParser};
use policyc_compiler::diagnostics::Code;
use policyc_compiler::files::{FileProblem, Files};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

/// Bytes of the largest file that is read into memory. Recordings are not: they are read line by line.
pub(crate) const LARGEST: u64 = 256 << 20;

/// The path that stands for standard input.
pub(crate) const STDIN: &str = "-";

/// The file system, with a root policy that came from standard input.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    stdin: Option<Arc<[u8]>>,
}

impl Disk {
    /// The file system, in which these bytes stand at `-`.
    pub(crate) fn with_stdin(bytes: Vec<u8>) -> Self {
        Self { stdin: Some(bytes.into()) }
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        if let (STDIN, Some(bytes)) = (path, &self.stdin) {
            return Ok(bytes.clone());
        }
        contents(Path::new(path)).map(Arc::from).map_err(|error| match error.kind() {
            ErrorKind::NotFound => FileProblem::NotFound,
            ErrorKind::IsADirectory => FileProblem::Directory,
            _ => FileProblem::Unreadable(reason(&error)),
        })
    }
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn read(path: &str) -> Result<Vec<u8>, Trouble> {
    if path == STDIN {
        return limited(io::stdin().lock()).map_err(|error| Trouble::read("standard input", &error));
    }
    contents(Path::new(path)).map_err(|error| Trouble::read(path, &error))
}

/// The text of a file, or of standard input for `-`.
pub(crate) fn read_text(path: &str) -> Result<String, Trouble> {
    String::from_utf8(read(path)?).map_err(|error| {
        Trouble::new(format!(
            "`{path}` is not UTF-8: byte {} is the first bad one",
            error.utf8_error().valid_up_to()
        ))
        .of(Code::E0201, path)
    })
}

/// The text of a regular file, if there is one: what an output is about to replace. Pipes and devices are not waited for.
pub(crate) fn old_text(path: &Path) -> Option<String> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    String::from_utf8(contents(path).ok()?).ok()
}

/// A path on the command line. Diagnostics name files as text, so a name that is none is refused here.
pub(crate) fn path() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().try_map(|path| path.into_string().map_err(|_| "the name is not UTF-8"))
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
