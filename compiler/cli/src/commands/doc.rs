//! `policyc doc POLICY`. In: a policy's source. Out: a page for people who do not write policies, as HTML or Markdown.

use super::format::{Format, pages};
use crate::disk::path;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use crate::program::{NotLoaded, load};
use crate::write::write_output;
use policyc_compiler::doc::document;
use std::path::{Path, PathBuf};

/// Arguments of `doc`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The root policy, or `-` for standard input
    #[arg(value_parser = path())]
    policy: String,
    /// `html` or `md` [default: md if the output file ends in `.md`, else html]
    #[arg(long, value_name = "FORM", value_parser = pages())]
    format: Option<Format>,
    /// Where to write the page [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the page.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let loaded = match load(&args.policy, output) {
        Ok(loaded) => loaded,
        Err(NotLoaded::Trouble(trouble)) => return Err(trouble),
        Err(NotLoaded::Errors(unusable)) => return Ok(unusable.exit),
    };
    let page = loaded.report.as_ref().and_then(|report| document(report, loaded.pdp.digest()));
    let page = page.ok_or_else(|| {
        Trouble::new(format!("`{}` is a built program, which has no words to show", args.policy))
            .help("name the policy that it was built from")
    })?;
    let markdown = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let text = match args.format {
        Some(Format::Markdown) => page.markdown(),
        None if args.output.as_ref().is_some_and(markdown) => page.markdown(),
        _ => page.html(),
    };
    let target = args.output.as_deref().unwrap_or(Path::new("-"));
    write_output(target, text.as_bytes(), loaded.files(), output)?;
    Ok(Exit::Clean)
}
