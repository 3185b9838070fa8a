//! Reading recordings. In: files and directories. Out: their lines, one at a time, into a replay; no file is held in memory.

use crate::disk::LARGEST;
use crate::exit::{Trouble, reason};
use crate::output::{Output, Stream};
use policyc_compiler::replay::Replay;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Replays every recording; how many files there were.
pub(super) fn replay(paths: &[PathBuf], replay: &mut Replay<'_>, output: &Output) -> Result<usize, Trouble> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            below(path, path, &mut files)?;
            if files.len() == before {
                return Err(Trouble::new(format!("there is no recording below `{}`", path.display()))
                    .help("recordings are `.jsonl` files"));
            }
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            files.push((path.clone(), name));
        }
    }
    let progress = output.progress(Stream::Err, "replaying");
    for (path, name) in &files {
        replay.file(name);
        lines(path, replay)?;
        if replay.lines() == 0 {
            return Err(Trouble::new(format!("recording `{}` is empty", path.display())));
        }
    }
    progress.finish();
    Ok(files.len())
}

/// The recordings below a directory, by name; a name is the path from the directory, with `/`.
fn below(root: &Path, directory: &Path, files: &mut Vec<(PathBuf, String)>) -> Result<(), Trouble> {
    let trouble = |error: &std::io::Error| Trouble::io("read", directory.display(), error);
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(directory).map_err(|error| trouble(&error))? {
        entries.push(entry.map_err(|error| trouble(&error))?.path());
    }
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            below(root, &path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "jsonl") {
            let name = path.strip_prefix(root).unwrap_or(&path);
            let name: Vec<_> = name.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            let name = name.join("/");
            files.push((path, name));
        }
    }
    Ok(())
}

fn lines(path: &Path, replay: &mut Replay<'_>) -> Result<(), Trouble> {
    let trouble = |error: &std::io::Error| Trouble::io("read", path.display(), error);
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path).map_err(|error| trouble(&error))?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read =
            (&mut reader).take(LARGEST).read_until(b'\n', &mut line).map_err(|error| trouble(&error))?;
        if read == 0 {
            return Ok(());
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if read as u64 == LARGEST {
            return Err(Trouble::new(format!(
                "`{}:{}`: {}",
                path.display(),
                replay.lines() + 1,
                reason(&std::io::Error::other(format!("the line is longer than {} MiB", LARGEST >> 20)))
            )));
        }
        replay.line(&line);
    }
}
