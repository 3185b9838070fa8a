//! `policyc init LOCK…`. In: tool locks. Out: a first policy that names every tool, with comments that teach.

use super::tools::load;
use crate::disk::path;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use crate::write::{is_stdout, write_output};
use policyc_compiler::diagnostics::Code;
use policyc_compiler::init::{Server, Tool, first_policy};
use policyc_compiler::lock::Lock;
use policyc_grammar::format::format;
use serde_json::Value;
use std::path::{Component, Path, PathBuf};

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The locks whose tools the policy names
    #[arg(required = true, value_name = "LOCK", value_parser = path())]
    locks: Vec<String>,
    /// Where to write the policy [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The policy's name [default: the file's name without its ending, else `agent`]
    #[arg(long)]
    name: Option<String>,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
}

/// Writes the policy.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let target = args.output.as_deref().filter(|path| !is_stdout(path));
    let directory = target.and_then(Path::parent).unwrap_or(Path::new(""));
    let mut servers = Vec::new();
    for path in &args.locks {
        let (lock, _) = load(path)?;
        servers.push(server(&lock, relative(path, directory)?));
    }
    let stem = target.and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
    let name = args.name.clone().or(stem).unwrap_or_else(|| "agent".to_owned());
    let text = format(&first_policy(&name, &servers))
        .map_err(|error| Trouble::new(format!("the policy cannot be laid out: {error}")))?;
    let Some(path) = target else {
        output.data(text.as_bytes())?;
        return Ok(Exit::Clean);
    };
    if path.exists() && !args.force {
        return Err(Trouble::new(format!("`{}` is there already", path.display()))
            .of(Code::E0001, path.display())
            .help("name another file, or replace it with `--force`"));
    }
    write_output(path, text.as_bytes(), args.locks.iter().map(String::as_str), output)?;
    output.note(&format!("wrote `{0}`; next: read it, then `policyc check {0}`", path.display()));
    Ok(Exit::Clean)
}

fn server(lock: &Lock, path: String) -> Server {
    let tools = lock
        .tools
        .iter()
        .map(|tool| Tool {
            name: tool.name.to_string(),
            read_only: tool.hints.read_only,
            destructive: tool.hints.destructive,
            no_arguments: no_arguments(&tool.input_schema),
        })
        .collect();
    Server { identity: lock.server.identity.to_string(), lock: path, tools }
}

/// Whether `{}` is a call: nothing is required, and no other keyword of the root could ask for something.
fn no_arguments(schema: &Value) -> bool {
    let Some(root) = schema.as_object() else { return false };
    root.get("required").is_none_or(|required| required.as_array().is_some_and(Vec::is_empty))
        && !["anyOf", "oneOf", "allOf", "not", "if", "$ref", "minProperties"]
            .iter()
            .any(|key| root.contains_key(*key))
}

/// A path as a policy in a directory names it, with `/`.
pub(super) fn relative(lock: &str, directory: &Path) -> Result<String, Trouble> {
    let absolute =
        |path: &Path| std::path::absolute(path).map_err(|error| Trouble::read(path.display(), &error));
    let from = absolute(if directory.as_os_str().is_empty() { Path::new(".") } else { directory })?;
    let to = absolute(Path::new(lock))?;
    let (from, to) = (plain(&from), plain(&to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let down = to.iter().skip(common).cloned();
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// The components of an absolute path, `..` resolved in the text.
fn plain(path: &Path) -> Vec<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    parts
}
