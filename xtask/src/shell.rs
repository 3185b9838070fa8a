//! Running programs from the repository's root. In: a program and its arguments. Out: its output, or why it failed.

use crate::Failure;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The repository.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// The folder of the binaries that were built with this one.
pub(crate) fn binaries() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().map_err(|error| format!("no path of this program: {error}"))?;
    own.parent().map(Path::to_path_buf).ok_or_else(|| "this program is in no folder".to_owned())
}

/// A program that runs in the root, without standard input.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// Cargo, of the toolchain that runs this.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, arguments)
}

/// Runs it; its output goes where ours goes.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| format!("cannot run {}: {error}", shown(&command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", shown(&command))) }
}

/// Runs it and takes its standard output.
pub(crate) fn output(mut command: Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", shown(&command)))?;
    if !output.status.success() {
        return Err(format!("{} failed: {}", shown(&command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} did not write UTF-8", shown(&command)))
}

/// The command as it would be typed.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// The files that git knows or would add, relative to the root, in order.
pub(crate) fn files() -> Result<Vec<String>, Failure> {
    let listed = output(command("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let there = |file: &&str| !file.is_empty() && root().join(file).is_file();
    let mut files: Vec<String> = listed.split('\0').filter(there).map(str::to_owned).collect();
    files.sort();
    files.dedup();
    Ok(files)
}
