//! `policyc eval POLICY --call FILE|-`. In: a policy (source or program), one call, host values. Out: the decision and why.
//!
//! The call is a plain call, the parameters of `tools/call`, a whole JSON-RPC request, or a call line of a recording. Bytes that are none of
//! these are a decision: Deny, `bad_request`.

use super::call::{CallArgs, Input, Parsed};
use super::format::{Format, plain};
use crate::disk::path;
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use crate::program::{NotLoaded, load};
use policyc_compiler::record::Record;
use policyc_compiler::replay::names::Names;
use policyc_runtime::trace::NoTrace;
use policyc_runtime::{Decision, Vm};

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The root policy, or a built program; `-` is standard input
    #[arg(value_parser = path())]
    policy: String,
    #[command(flatten)]
    call: CallArgs,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
    /// End with 0 for Allow, 1 for Deny, 3 for Ask
    #[arg(long)]
    exit_code: bool,
}

/// Decides.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let input = Input::read(&args.policy, &args.call, output)?;
    let loaded = match load(&args.policy, output) {
        Ok(loaded) => loaded,
        Err(NotLoaded::Trouble(trouble)) => return Err(trouble),
        Err(NotLoaded::Errors(_)) => {
            return Err(Trouble::new(format!("`{}` has errors, so nothing was decided", args.policy)));
        }
    };
    let pdp = &loaded.pdp;
    let history = input.history(pdp)?;
    let parsed = input.parse(&Names::new(pdp.program()), pdp.program().caps, &history);
    let record = match (&parsed, parsed.call()) {
        (_, Some((call, host))) => {
            let memory = history.memory();
            Record::of(&Vm::new(pdp).decide_by(pdp, &call, host, &memory, &mut NoTrace), pdp)
        }
        (Parsed::Refused(detail), _) => Record::refused(pdp, detail.clone()),
        (Parsed::Call { .. }, None) => return Err(Trouble::new("the call cannot be decided")),
    };
    match args.format {
        Format::Json => output.json(&record)?,
        _ => output.out(&record.to_string())?,
    }
    Ok(match (args.exit_code, record.decision) {
        (false, _) | (true, Decision::Allow) => Exit::Clean,
        (true, Decision::Deny) => Exit::Findings,
        (true, Decision::Ask) => Exit::Asked,
    })
}
