//! `policyc build POLICY -o OUT`. In: a policy. Out: its program, or the program's listing.

use super::check::tell;
use super::format::{Format, plain};
use super::init::relative;
use crate::disk::{Disk, path, read};
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use crate::program::unread;
use crate::write::{is_stdout, write_output};
use policyc_compiler::build::build;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::files::FileProblem;
use policyc_compiler::init::literal;
use policyc_compiler::report::FileText;
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
    /// The root policy, or `-` for standard input; with `--listing` also a built program
    #[arg(value_parser = path())]
    policy: String,
    /// Where to write the program; `-` is standard output
    #[arg(short, long, value_name = "OUT", required_unless_present = "listing")]
    output: Option<PathBuf>,
    /// Print what the program consists of
    #[arg(long)]
    listing: bool,
    /// Compile guardrails in that the policy does not import itself
    #[arg(long, value_name = "FILE", value_parser = path())]
    guardrails: Vec<String>,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
}

/// A program, and the files that it was made of: none where it was built before.
struct Made {
    program: Program,
    files: Vec<FileText>,
}

/// Builds.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let to_stdout = args.output.as_deref().is_some_and(is_stdout);
    if to_stdout && (args.listing || args.format == Format::Json) {
        return Err(Trouble::new("the program and what is said of it cannot both go to standard output")
            .help("name a file: `-o OUT`"));
    }
    let bytes = read(&args.policy)?;
    let made = if bytes.starts_with(&MAGIC) && args.listing && args.output.is_none() {
        // A program that would be refused can still be looked at.
        let (program, _) = Program::decode(&bytes).map_err(|error| {
            Trouble::new(format!("`{}`: {error}", args.policy)).of(Code::E0003, &args.policy)
        })?;
        Made { program, files: Vec::new() }
    } else {
        match compile(args, bytes, output)? {
            Ok(made) => made,
            Err(exit) => return Ok(exit),
        }
    };
    if args.listing {
        output.out(&made.program.listing())?;
    }
    if let Some(path) = &args.output {
        let bytes = made.program.to_bytes();
        let read = made.files.iter().map(|file| &*file.path).chain([&*args.policy]);
        write_output(path, &bytes, read.chain(args.guardrails.iter().map(String::as_str)), output)?;
        if !to_stdout {
            tell_program(path, &made.program, bytes.len(), args, output)?;
        }
    }
    Ok(Exit::Clean)
}

/// Says what was written.
fn tell_program(
    path: &Path,
    program: &Program,
    bytes: usize,
    args: &Args,
    output: &Output,
) -> Result<(), Trouble> {
    let digest = Hex(&program.digest()).to_string();
    if args.format == Format::Json {
        output.json(&json!({
            "program": path.display().to_string(),
            "digest": digest,
            "bytes": bytes,
            "policy": program.name,
            "tools": program.tools.len(),
            "statements": program.statements.len(),
            "guardrails": program.guardrails.iter().map(|digest| Hex(digest).to_string()).collect::<Vec<_>>(),
        }))?;
    } else if !output.quiet() && !args.listing {
        output.out(&format!("{}: {bytes} bytes, digest {digest}\n", path.display()))?;
    }
    Ok(())
}

/// The program, or how the command ends if the policy has errors, which are told.
fn compile(args: &Args, policy: Vec<u8>, output: &Output) -> Result<Result<Made, Exit>, Trouble> {
    let (mut report, unread) = report(args, policy)?;
    let built = match build(&report) {
        Ok(built) => Some(built),
        Err(found) => {
            report.diagnostics.extend(found);
            None
        }
    };
    report.diagnostics.retain(|diagnostic| diagnostic.code.is_shown_unasked() || output.verbose());
    tell(&report, Format::Human, false, Stream::Err, output)?;
    for note in built.iter().flat_map(|built| &built.notes) {
        output.note(&format!("note: {note}"));
    }
    Ok(built
        .map(|built| Made { program: built.program, files: report.files })
        .ok_or(Exit::Findings.and(unread)))
}

/// The check of the policy, with the guardrails of the command line imported; trouble if a file could not be read.
fn report(args: &Args, policy: Vec<u8>) -> Result<(Report, Exit), Trouble> {
    let directory = Path::new(&args.policy).parent().unwrap_or(Path::new(""));
    let mut imports = String::new();
    for file in &args.guardrails {
        read(file)?;
        // Relative, so that the program has the same bytes wherever the tree of files lies.
        let _ = writeln!(imports, "\nimport guardrails {}", literal(&relative(file, directory)?));
    }
    let original: Arc<str> = String::from_utf8_lossy(&policy).into();
    let files = WithImports { root: args.policy.clone(), policy: policy.into(), imports };
    let compiler = Compiler::new(Arc::new(files));
    let mut report = Report::clone(&compiler.report(&args.policy));
    if let Some(policy) = &mut report.policy {
        // The program names its sources by digest: that of the file, not of the file with the imports added.
        let policy = Arc::make_mut(policy);
        let name = args.policy.rsplit('/').next().unwrap_or(&args.policy);
        if let Some(source) = policy.sources.iter_mut().find(|source| &*source.path == name) {
            source.text = original;
        }
    }
    Ok((report, unread(&compiler)))
}

/// The disk, with the root policy as it was read, and lines added to it.
struct WithImports {
    root: String,
    policy: Arc<[u8]>,
    imports: String,
}

impl Files for WithImports {
    fn read(&self, path: &str) -> Result<Arc<[u8]>, FileProblem> {
        if path != self.root {
            return Disk::default().read(path);
        }
        Ok([&*self.policy, self.imports.as_bytes()].concat().into())
    }
}
