//! Writing files whole or not at all. In: a path and bytes. Out: the file with the new bytes, or an error and the old file untouched:
//! a temporary file in the same directory is written, synced, and renamed over the old one.

use crate::exit::Trouble;
use crate::output::Output;
use policyc_compiler::diagnostics::Code;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Links that are followed before a chain of them counts as endless, as on Linux.
const LINKS: usize = 40;

/// Whether an output is standard output: `-`, or the name that the system has for it.
pub(crate) fn is_stdout(path: &Path) -> bool {
    path == Path::new("-") || path == Path::new("/dev/stdout")
}

/// Writes an output: to standard output, or to a file that is none of those that were read for it.
pub(crate) fn write_output<'i>(
    path: &Path,
    bytes: &[u8],
    inputs: impl IntoIterator<Item = &'i str>,
    output: &Output,
) -> Result<(), Trouble> {
    if is_stdout(path) {
        return output.data(bytes);
    }
    if let Ok(target) = fs::canonicalize(path)
        && inputs.into_iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == target))
    {
        return Err(Trouble::new(format!("`{}` is read here, so it is not written", path.display()))
            .of(Code::E0001, path.display())
            .help("name another file for the output"));
    }
    write(path, bytes)
}

/// Replaces or creates a file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    write_through(path, bytes, &mut |file, bytes| file.write_all(bytes)).map_err(|error| {
        let trouble = Trouble::write(path.display(), &error);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        match folder {
            Some(folder) => trouble.help(format!("there is no folder `{}`", folder.display())),
            None if path.is_file() => trouble.help("the old file is unchanged"),
            None => trouble,
        }
    })
}

/// How bytes get into the temporary file; a test makes it fail.
type Put<'p> = &'p mut dyn FnMut(&mut File, &[u8]) -> io::Result<()>;

fn write_through(path: &Path, bytes: &[u8], put: Put<'_>) -> io::Result<()> {
    let path = behind_links(path)?;
    let old = fs::metadata(&path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
        // A device or a pipe (`-o /dev/stdout`) is written to, never replaced.
        return put(&mut File::options().write(true).open(&path)?, bytes);
    }
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
    }
    if path.file_name().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidFilename, "it names no file"));
    }
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".policyc-");
    if let Some(old) = &old {
        builder.permissions(old.permissions());
    } else {
        new_file_mode(&mut builder);
    }
    let mut temporary = builder.tempfile_in(&directory)?;
    put(temporary.as_file_mut(), bytes)?;
    if let Some(old) = old {
        // The mode asked for at creation is cut by the umask; an existing file keeps its own.
        temporary.as_file().set_permissions(old.permissions())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&path).map_err(|error| error.error)?;
    sync_directory(&directory);
    Ok(())
}

/// The file that a link leads to, even if there is none yet: a link keeps being a link.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    if let Ok(path) = fs::canonicalize(path) {
        return Ok(path);
    }
    let mut path = path.to_path_buf();
    if path.exists() {
        // A pipe among the open files has no path of its own.
        return Ok(path);
    }
    for _ in 0..LINKS {
        let Ok(next) = fs::read_link(&path) else { return Ok(path) };
        // A relative link counts from its own folder.
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(io::Error::other("there are too many links"))
}

/// New files get the mode that the umask leaves of `rw-rw-rw-`.
#[cfg(unix)]
fn new_file_mode(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn new_file_mode(_: &mut tempfile::Builder<'_, '_>) {}

/// Makes the rename durable where directories can be synced; the contents already are.
fn sync_directory(directory: &Path) {
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_full_disk_leaves_the_old_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.policy");
        fs::write(&path, "old").unwrap();
        let error = write_through(&path, b"new text", &mut |file, bytes| {
            file.write_all(bytes.get(..3).unwrap())?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(files(directory.path()), ["a.policy"]);
    }

    #[test]
    fn new_and_old_files_are_written_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.policy");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(files(directory.path()), ["a.policy"]);
    }

    #[cfg(unix)]
    #[test]
    fn modes_and_links_stay() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        let link = directory.path().join("link");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        let (dangling, behind) = (directory.path().join("dangling"), directory.path().join("behind"));
        std::os::unix::fs::symlink("behind", &dangling).unwrap();
        write(&dangling, b"new").unwrap();
        assert!(fs::symlink_metadata(&dangling).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&behind).unwrap(), "new");
        let circle = directory.path().join("circle");
        std::os::unix::fs::symlink("circle", &circle).unwrap();
        assert!(write(&circle, b"new").is_err());
        assert!(fs::symlink_metadata(&circle).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_directory_or_a_missing_one_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        assert!(write(directory.path(), b"x").unwrap_err().message.ends_with("is a directory"));
        let missing = directory.path().join("no/a");
        assert!(write(&missing, b"x").unwrap_err().message.contains("no such file or directory"));
    }
}
