//! `policyc tools import FILE -o LOCK`. In: a saved tool list. Out: a lock.

use super::super::format::{Format, plain};
use super::{Target, bad_document};
use crate::disk::{STDIN, old_text, path};
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use policyc_compiler::lock::{ImportOptions, Lock, import_document};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `tools import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The saved list, or `-` for standard input
    #[arg(value_parser = path())]
    file: String,
    /// Where to write the lock; `-` is standard output
    #[arg(short, long, value_name = "LOCK")]
    output: PathBuf,
    /// The server's identity [default: the file's name without its ending]
    #[arg(long, value_name = "SERVER")]
    name: Option<String>,
    /// Keep of descriptions only a digest
    #[arg(long)]
    no_descriptions: bool,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
}

/// Reads the list and writes the lock.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let target =
        Target { path: &args.output, input: Some(&args.file), notes: &[], format: args.format }.checked()?;
    let text = crate::disk::read_text(&args.file)?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => stem(&args.file)
            .ok_or_else(|| Trouble::new("the server has no name").help("name it: `--name SERVER`"))?,
    };
    let options = ImportOptions {
        no_descriptions: args.no_descriptions,
        rename: args.name.is_some(),
        volatile: volatile_of(&args.output),
    };
    let imported =
        import_document(&text, &name, &options).map_err(|error| bad_document(&args.file, &text, &error))?;
    target.write(&imported, output)
}

/// `shop` of `saved/shop.json`.
pub(super) fn stem(path: &str) -> Option<String> {
    if path == STDIN {
        return None;
    }
    Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned())
}

/// The volatile places that the lock being replaced names, so that they survive.
pub(super) fn volatile_of(path: &Path) -> BTreeMap<Arc<str>, Vec<Arc<str>>> {
    let lock = old_text(path).and_then(|text| Lock::load(&text).ok());
    lock.map(|lock| volatile(&lock)).unwrap_or_default()
}

/// The volatile places of a lock, by tool.
pub(super) fn volatile(lock: &Lock) -> BTreeMap<Arc<str>, Vec<Arc<str>>> {
    let tools = lock.tools.iter().filter(|tool| !tool.volatile.is_empty());
    tools.map(|tool| (tool.name.clone(), tool.volatile.clone())).collect()
}
