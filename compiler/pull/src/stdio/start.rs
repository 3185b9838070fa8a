//! Starting a server: a command in, a [`Process`] out, or why it could not be started.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::process::Command;

use super::Process;
use crate::error::Fault;
use crate::text::clean;

/// Starts `command` in a process group of its own (on Windows, a job object), so that all it starts can be ended
/// with it. No shell is involved.
pub(crate) fn start(
    command: &OsStr,
    args: &[OsString],
    env: &[(OsString, OsString)],
    cwd: Option<&Path>,
    max_line: usize,
    server: String,
) -> Result<Process, Fault> {
    let mut program = Command::new(command);
    program
        .args(args)
        .envs(env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(directory) = cwd {
        program.current_dir(directory);
    }
    let mut wrapped = CommandWrap::from(program);
    wrapped.wrap(KillOnDrop);
    #[cfg(unix)]
    wrapped.wrap(process_wrap::tokio::ProcessGroup::leader());
    #[cfg(windows)]
    wrapped.wrap(process_wrap::tokio::JobObject);
    let child: Box<dyn ChildWrapper> = wrapped.spawn().map_err(|error| not_started(command, cwd, &error))?;
    Process::new(server, child, max_line).ok_or_else(|| Fault::NotStarted {
        command: shown(command),
        reason: "its standard streams could not be connected".to_owned(),
    })
}

fn shown(command: &OsStr) -> String {
    clean(&command.to_string_lossy(), 200)
}

fn not_started(command: &OsStr, cwd: Option<&Path>, error: &std::io::Error) -> Fault {
    let missing_cwd = cwd.filter(|directory| !directory.is_dir());
    let path = Path::new(command);
    let reason = if let Some(directory) = missing_cwd {
        format!("its working directory `{}` does not exist", clean(&directory.to_string_lossy(), 200))
    } else if path.is_dir() {
        "it is a directory; name a program".to_owned()
    } else {
        match error.kind() {
            // A script whose `#!` line names a missing interpreter is "not found" too.
            ErrorKind::NotFound if path.components().count() > 1 && path.exists() => {
                "the interpreter that its first line names was not found".to_owned()
            }
            ErrorKind::NotFound => return Fault::CommandNotFound { command: shown(command) },
            ErrorKind::PermissionDenied => return Fault::NotExecutable { command: shown(command) },
            _ => clean(&error.to_string(), 200),
        }
    };
    Fault::NotStarted { command: shown(command), reason }
}
