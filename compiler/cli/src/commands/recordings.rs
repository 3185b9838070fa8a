//! Reading recordings. In: files and directories. Out: their lines, one at a time, into a replay; or whole files, for commands that replay
//! them many times; and what is expected of them.

use super::init::relative;
use crate::disk::{LARGEST, STDIN, read, read_text};
use crate::exit::Trouble;
use crate::output::{Output, Stream};
use policyc_compiler::diagnostics::Code;
use policyc_compiler::mutate::trial::Recorded;
use policyc_compiler::replay::Replay;
use policyc_compiler::replay::expect::Expectations;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};

/// A recording.
#[derive(Debug)]
pub(crate) struct Recording {
    /// Its path as it was named, with `/`.
    pub(crate) name: String,
    /// The same from the folder of the expectations, so that their file can be used from any directory.
    key: String,
}

/// The recordings that paths stand for, each once however often it is named, and what could not be looked at.
pub(crate) fn find(paths: &[String], expect: Option<&str>) -> (Vec<Recording>, Vec<Trouble>) {
    let (mut names, mut troubles) = (Vec::new(), Vec::new());
    for path in paths {
        if path != STDIN && Path::new(path).is_dir() {
            let before = (names.len(), troubles.len());
            below(Path::new(path), &mut names, &mut troubles);
            if before == (names.len(), troubles.len()) {
                let trouble = Trouble::new(format!("there is no recording below `{path}`"));
                troubles.push(trouble.of(Code::E0201, path).help("recordings are `.jsonl` files"));
            }
        } else {
            names.extend(plain(Path::new(path)));
        }
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(fs::canonicalize(name).unwrap_or_else(|_| PathBuf::from(name))));
    let folder = expect.map(|expect| Path::new(expect).parent().unwrap_or(Path::new("")));
    let mut recordings = Vec::new();
    for name in names {
        let key = match folder {
            Some(folder) if name != STDIN => relative(&name, folder),
            _ => Ok(name.clone()),
        };
        match key {
            Ok(key) => recordings.push(Recording { name, key }),
            Err(trouble) => troubles.push(trouble),
        }
    }
    (recordings, troubles)
}

/// Replays every recording; how many were read to their end, and what is the matter with the others.
pub(crate) fn replay(
    recordings: &[Recording],
    replay: &mut Replay<'_>,
    output: &Output,
) -> (usize, Vec<Trouble>) {
    let progress = output.progress(Stream::Err, "replaying");
    let (mut whole, mut troubles) = (0, Vec::new());
    for recording in recordings {
        replay.file(&recording.name, &recording.key);
        let read = if recording.name == STDIN {
            lines(&recording.name, io::stdin().lock(), replay)
        } else {
            File::open(&recording.name)
                .map_err(|error| Trouble::read(&recording.name, &error))
                .and_then(|file| lines(&recording.name, file, replay))
        };
        match read {
            Ok(()) => whole += 1,
            Err(trouble) => troubles.push(trouble),
        }
    }
    progress.finish();
    (whole, troubles)
}

/// Recordings in memory, and what is the matter with those that cannot be read.
pub(crate) fn whole(recordings: &[Recording]) -> (Vec<Recorded>, Vec<Trouble>) {
    let (mut found, mut troubles) = (Vec::new(), Vec::new());
    for recording in recordings {
        match read(&recording.name) {
            Ok(bytes) if bytes.is_empty() => troubles.push(empty(&recording.name)),
            Ok(bytes) => found.push(Recorded {
                name: recording.name.clone(),
                key: recording.key.clone(),
                bytes: bytes.into(),
            }),
            Err(trouble) => troubles.push(trouble),
        }
    }
    (found, troubles)
}

/// Replays recordings that are in memory; how many there are.
pub(crate) fn replay_whole(recordings: &[Recorded], replay: &mut Replay<'_>, output: &Output) -> usize {
    let progress = output.progress(Stream::Err, "replaying");
    for recorded in recordings {
        replay.file(&recorded.name, &recorded.key);
        let lines = recorded.bytes.strip_suffix(b"\n").unwrap_or(&recorded.bytes);
        lines.split(|byte| *byte == b'\n').for_each(|line| replay.line(line));
    }
    progress.finish();
    recordings.len()
}

fn empty(name: &str) -> Trouble {
    Trouble::new(format!("recording `{name}` is empty")).of(Code::E0002, name)
}

/// The file of expectations.
pub(crate) fn expectations(file: &str) -> Result<Expectations, Trouble> {
    let text = read_text(file).map_err(|trouble| match trouble.help {
        Some(_) => trouble.help("write the file with `policyc test --bless` first"),
        None => trouble,
    })?;
    Expectations::parse(&text).map_err(|(line, why)| {
        Trouble::new(format!("`{file}:{line}` is no expectation: {why}"))
            .of(Code::E0002, file)
            .help("write the file anew with `policyc test --bless`")
    })
}

/// A path with `/` and without `.`; none if it is not UTF-8.
fn plain(path: &Path) -> Option<String> {
    let parts: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    let text = parts.to_str()?;
    Some(if std::path::MAIN_SEPARATOR == '\\' { text.replace('\\', "/") } else { text.to_owned() })
}

/// The recordings below a directory, in order.
fn below(directory: &Path, names: &mut Vec<String>, troubles: &mut Vec<Trouble>) {
    let entries = fs::read_dir(directory).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut entries: Vec<PathBuf> = match entries {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
        Err(error) => return troubles.push(Trouble::read(directory.display(), &error)),
    };
    entries.sort();
    for path in entries {
        if path.is_dir() {
            // A link to a directory is not followed: it may lead back up.
            if !path.is_symlink() {
                below(&path, names, troubles);
            }
        } else if path.extension().is_some_and(|ending| ending == "jsonl") {
            match plain(&path) {
                Some(name) => names.push(name),
                None => troubles.push(Trouble::not_utf8(&path)),
            }
        }
    }
}

fn lines(name: &str, file: impl Read, replay: &mut Replay<'_>) -> Result<(), Trouble> {
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader)
            .take(LARGEST)
            .read_until(b'\n', &mut line)
            .map_err(|error| Trouble::read(name, &error))?;
        if read == 0 {
            break;
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if read as u64 == LARGEST {
            let message =
                format!("`{name}:{}`: the line is longer than {} MiB", replay.lines() + 1, LARGEST >> 20);
            return Err(Trouble::new(message).of(Code::E0002, name));
        }
        replay.line(&line);
    }
    if replay.lines() == 0 {
        return Err(empty(name));
    }
    Ok(())
}
