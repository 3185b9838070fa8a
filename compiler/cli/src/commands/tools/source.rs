//! Where a tool list comes from. In: `--url URL` or `-- COMMAND…`, and how to reach it. Out: the list as the server wrote it.

use crate::exit::Trouble;
use crate::output::{Output, Stream};
use policyc_compiler::diagnostics::Code;
use policyc_compiler::lock::{ImportOptions, ImportedLock, Lock, LockError, import_document};
use policyc_pull::{Header, Options, PullError, Pulled, Source, pull};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How to reach a live server.
#[derive(Debug, clap::Args)]
pub(super) struct Server {
    /// Ask a Streamable HTTP server at this address
    #[arg(long, value_name = "URL", conflicts_with = "command")]
    url: Option<String>,
    /// Send this header, `Name: value`; `${NAME}` in it stands for an environment variable
    #[arg(long = "header", value_name = "HEADER", requires = "url")]
    headers: Vec<String>,
    /// Set an environment variable of the server, `NAME=VALUE`
    #[arg(long = "env", value_name = "NAME=VALUE", conflicts_with = "url")]
    env: Vec<String>,
    /// Start the server in this directory
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    cwd: Option<PathBuf>,
    /// Seconds that the server may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// The command that starts a stdio server, after `--`
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Server {
    /// Whether a server is named at all.
    pub(super) const fn is_given(&self) -> bool {
        self.url.is_some() || !self.command.is_empty()
    }

    /// Asks it.
    pub(super) fn ask(&self, output: &Output) -> Result<Pulled, Trouble> {
        let source = self.source()?;
        let options = Options { timeout: Duration::from_secs(self.timeout), ..Options::default() };
        let progress = output.progress(Stream::Err, &format!("asking {}", self.name()));
        let pulled = pull(source, options);
        progress.finish();
        pulled.map_err(|error| failed(&error, output).of(Code::E0004, self.name()))
    }

    /// How the list was obtained, without what may be secret or differs between machines: the address, or the program's name.
    pub(super) fn name(&self) -> String {
        match (&self.url, self.command.first()) {
            (Some(url), _) => url.split(['?', '#']).next().unwrap_or_default().to_owned(),
            (None, Some(command)) => program(command),
            (None, None) => String::new(),
        }
    }

    fn source(&self) -> Result<Source, Trouble> {
        if let Some(url) = &self.url {
            let headers = self.headers.iter().map(|line| Header::parse(line));
            let headers: Result<Vec<Header>, _> = headers.collect();
            let headers = headers.map_err(|fault| Trouble::new(fault.to_string()))?;
            return Ok(Source::Http { url: url.clone(), headers });
        }
        let Some((command, args)) = self.command.split_first() else {
            return Err(
                Trouble::new("no server is named").help("add `--url URL`, or `-- COMMAND` that starts one")
            );
        };
        let mut env = Vec::new();
        for pair in &self.env {
            let (name, value) =
                pair.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(|| {
                    Trouble::new("the value of `--env` has no `=`").help("write `--env NAME=VALUE`")
                })?;
            env.push((name.into(), value.into()));
        }
        Ok(Source::Stdio { command: command.clone(), args: args.to_vec(), env, cwd: self.cwd.clone() })
    }
}

/// A program without the folder that it lies in on this machine.
fn program(command: &OsStr) -> String {
    Path::new(command).file_name().unwrap_or(command).to_string_lossy().into_owned()
}

/// Why a server gave no list; its last words are told before.
fn failed(error: &PullError, output: &Output) -> Trouble {
    for note in &error.notes {
        output.note(&format!("note: {note}"));
    }
    if !error.stderr_tail.is_empty() {
        output.err("the server's last words:");
        for line in &error.stderr_tail {
            output.err(&format!("  {line}"));
        }
    }
    Trouble::new(error.to_string())
}

/// A lock of what a live server said.
pub(super) fn lock(
    pulled: &Pulled,
    identity: &str,
    source: String,
    options: &ImportOptions,
) -> Result<ImportedLock, LockError> {
    let mut imported = import_document(&pulled.to_list_json(), identity, options)?;
    let server = &mut imported.lock.server;
    let said = |key: &str| pulled.server_info.get(key).and_then(|value| value.as_str()).map(Into::into);
    server.name = said("name");
    server.version = said("version");
    server.protocol = Some(pulled.protocol_version.as_str().into());
    server.source = Some(source.into());
    server.capabilities = pulled
        .client_capabilities
        .as_object()
        .map(|all| all.keys().map(|key| key.as_str().into()).collect())
        .unwrap_or_default();
    // The spans of the tools are those in the text.
    imported.lock = Lock::load(&imported.lock.to_text())?;
    Ok(imported)
}

#[cfg(test)]
mod tests {
    use super::program;
    use std::ffi::OsStr;

    #[test]
    fn a_lock_names_the_program_and_not_where_it_lies() {
        let check = |command: &str, expected| assert_eq!(program(OsStr::new(command)), expected);
        check("mcp-server-git", "mcp-server-git");
        check("/home/ann/.venv/bin/mcp-server-git", "mcp-server-git");
        check("./node_modules/.bin/mcp", "mcp");
        check("..", "..");
        check("", "");
    }
}
