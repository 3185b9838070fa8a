//! `policyc build POLICY -o OUT`. In: a policy. Out: its program, or the program's listing.

use super::check::tell;
use super::format::{Format, plain};
use super::init::relative;
use crate::disk::{Disk, read};
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use policyc_compiler::build::build;
use policyc_compiler::diagnostics::Level;
use policyc_compiler::files::FileProblem;
use policyc_compiler::init::literal;
use policyc_compiler::{Compiler, Files, Report};
use policyc_runtime::Program;
use policyc_runtime::program::decode::Hex;
use policyc_runtime::program::encode::MAGIC;
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `build`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The root policy; with `--listing` also a built program
    policy: String,
    /// Where to write the program
    #[arg(short, long, value_name = "OUT", required_unless_present = "listing")]
    output: Option<PathBuf>,
    /// Print what the program consists of
    #[arg(long)]
    listing: bool,
    /// Compile guardrails in that the policy does not import itself
    #[arg(long, value_name = "FILE")]
    guardrails: Vec<String>,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
}

/// Builds.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let bytes = read(&args.policy)?;
    let program = if bytes.starts_with(&MAGIC) && args.listing && args.output.is_none() {
        // A program that would be refused can still be looked at.
        let (program, _) =
            Program::decode(&bytes).map_err(|error| Trouble::new(format!("`{}`: {error}", args.policy)))?;
        program
    } else {
        match compile(args, output)? {
            Some(program) => program,
            None => return Ok(Exit::Findings),
        }
    };
    if args.listing {
        output.out(&program.listing())?;
    }
    if let Some(path) = &args.output {
        let bytes = program.to_bytes();
        crate::write::write(path, &bytes)?;
        let digest = Hex(&program.digest()).to_string();
        if args.format == Format::Json {
            output.json(&json!({
                "program": path.display().to_string(),
                "digest": digest,
                "bytes": bytes.len(),
                "policy": program.name,
                "tools": program.tools.len(),
                "statements": program.statements.len(),
                "guardrails": program.guardrails.iter().map(|digest| Hex(digest).to_string()).collect::<Vec<_>>(),
            }))?;
        } else if !output.quiet() && !args.listing {
            output.out(&format!("{}: {} bytes, digest {digest}\n", path.display(), bytes.len()))?;
        }
    }
    Ok(Exit::Clean)
}

/// The program; none if the policy has errors, which are told.
fn compile(args: &Args, output: &Output) -> Result<Option<Program>, Trouble> {
    let mut report = report(args)?;
    let built = match build(&report) {
        Ok(built) => Some(built),
        Err(found) => {
            report.diagnostics.extend(found);
            None
        }
    };
    report.diagnostics.retain(|diagnostic| diagnostic.level != Level::Note || output.verbose());
    tell(&report, Format::Human, false, Stream::Err, output)?;
    for note in built.iter().flat_map(|built| &built.notes) {
        output.note(&format!("note: {note}"));
    }
    Ok(built.map(|built| built.program))
}

/// The check of the policy, with the guardrails of the command line imported.
fn report(args: &Args) -> Result<Report, Trouble> {
    let directory = Path::new(&args.policy).parent().unwrap_or(Path::new(""));
    let mut imports = String::new();
    for file in &args.guardrails {
        read(file)?;
        // Relative, so that the program has the same bytes wherever the tree of files lies.
        let _ = writeln!(imports, "\nimport guardrails {}", literal(&relative(file, directory)?));
    }
    let files = WithImports { root: args.policy.clone(), imports };
    let mut report = Report::clone(&Compiler::new(Arc::new(files)).report(&args.policy));
    if let (Ok(original), Some(policy)) = (Disk.read(&args.policy), &mut report.policy) {
        // The program names its sources by digest: that of the file, not of the file with the imports added.
        let policy = Arc::make_mut(policy);
        let name = args.policy.rsplit('/').next().unwrap_or(&args.policy);
        if let Some(source) = policy.sources.iter_mut().find(|source| &*source.path == name) {
            source.text = String::from_utf8_lossy(&original).into();
        }
    }
    Ok(report)
}

/// The disk, with lines added to the root policy.
struct WithImports {
    root: String,
    imports: String,
}

impl Files for WithImports {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        let bytes = Disk.read(path)?;
        if path != self.root || self.imports.is_empty() {
            return Ok(bytes);
        }
        Ok([&*bytes, self.imports.as_bytes()].concat().into())
    }
}
