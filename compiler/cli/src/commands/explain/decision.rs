//! `policyc explain POLICY --call FILE|-`. In: a policy's source, one call, host values. Out: the decision, every statement that was
//! considered and what its conditions came to, and the nearest call that would be permitted. Exit status 0 whatever the decision.

use super::super::call::{CallArgs, Input, Parsed};
use super::super::format::Format;
use crate::exit::{Exit, Trouble};
use crate::output::{Output, Stream};
use crate::program::{NotLoaded, load};
use policyc_compiler::explain::{Explanation, explain, render};
use policyc_compiler::record::Record;
use policyc_compiler::replay::names::Names;

/// Explains.
pub(super) fn run(policy: &str, call: &CallArgs, format: Format, output: &Output) -> Result<Exit, Trouble> {
    let input = Input::read(policy, call, output)?;
    let loaded = match load(policy, output) {
        Ok(loaded) => loaded,
        Err(NotLoaded::Trouble(trouble)) => return Err(trouble),
        Err(NotLoaded::Errors(_)) => {
            return Err(Trouble::new(format!("`{policy}` has errors, so nothing was decided")));
        }
    };
    let Some(source) = loaded.report.as_ref().and_then(|report| report.policy.clone()) else {
        return Err(Trouble::new(format!("`{policy}` is a built program, which has no source to show"))
            .help("name the policy that it was built from, or use `policyc eval`"));
    };
    let pdp = &loaded.pdp;
    let history = input.history(pdp)?;
    let parsed = input.parse(&Names::new(pdp.program()), pdp.program().caps, &history);
    let explanation = match (&parsed, parsed.call()) {
        (_, Some((call, host))) => {
            let mut explanation = explain(&source, pdp, &call, host, &history.memory());
            explanation.notes.extend(history.unfit.iter().cloned());
            explanation
        }
        (Parsed::Refused(detail), _) => Explanation::refused(Record::refused(pdp, detail.clone())),
        (Parsed::Call { .. }, None) => return Err(Trouble::new("the call cannot be decided")),
    };
    match format {
        Format::Json => output.json(&explanation)?,
        _ => output.data(render(&explanation, output.style(Stream::Out)).as_bytes())?,
    }
    Ok(Exit::Clean)
}
