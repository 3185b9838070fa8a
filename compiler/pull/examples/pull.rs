//! Pulls the tools of one server and prints them as one JSON text: `pull COMMAND ARGS…` or
//! `pull URL 'Name: value'…`; the facts about the pull go to stderr.

use std::io::Write;
use std::process::ExitCode;

use policyc_pull::{Header, Options, Source, pull};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let first = args.next().ok_or("name a command or an address")?;
    let mut err = std::io::stderr();
    let url = first.to_str().filter(|text| text.contains("://"));
    let source = match url {
        Some(url) => Source::Http {
            url: url.to_owned(),
            headers: args.map(|line| Header::parse(&line.to_string_lossy())).collect::<Result<_, _>>()?,
        },
        None => Source::Stdio { command: first, args: args.collect(), env: vec![], cwd: None },
    };
    let pulled = pull(source, Options::default()).inspect_err(|error| {
        for line in &error.stderr_tail {
            let _ = writeln!(err, "stderr: {line}");
        }
    })?;
    writeln!(
        err,
        "{} tools · {} · {} era · {}",
        pulled.tools.len(),
        pulled.protocol_version,
        pulled.era,
        pulled.server_info
    )?;
    for note in &pulled.notes {
        writeln!(err, "note: {note}")?;
    }
    writeln!(std::io::stdout(), "{}", pulled.to_list_json())?;
    Ok(())
}
