//! The product on a workload. In: a policy and tool lists. Out: programs and decisions.

use crate::Failure;
use crate::limit::Outcome;
use policyc_compiler::files::MemoryFiles;
use policyc_compiler::lock::{ImportOptions, import_document};
use policyc_compiler::{Compiler, build};
use policyc_runtime::program::Program;
use policyc_runtime::{BuiltIn, Call, Decided, Host, LiveSchema, Pdp, Reason, Requirements};
use policyc_workload::{Request, Workload};
use std::sync::Arc;

/// The files of a workload: the policy as `p.policy`, and a lock per server.
///
/// # Errors
/// A tool list is none.
pub fn files(workload: &Workload) -> Result<Arc<MemoryFiles>, Failure> {
    let mut files = MemoryFiles::default().with("p.policy", &workload.policy);
    for (name, document) in &workload.servers {
        let imported = import_document(document, name, &ImportOptions::default())
            .map_err(|error| format!("tools of `{name}`: {error}"))?;
        files = files.with(&format!("{name}.lock.json"), &imported.lock.to_text());
    }
    Ok(Arc::new(files))
}

/// From text to a program: everything that `policyc build` does, save reading and writing files.
///
/// # Errors
/// The policy has errors.
pub fn compile(files: &Arc<MemoryFiles>) -> Result<Program, Failure> {
    let report = Compiler::new(files.clone()).report("p.policy");
    if report.policy.is_none() {
        let first = report.diagnostics.first().map(|one| format!("{}: {}", one.code.name(), one.message));
        return Err(format!("the policy does not check: {}", first.unwrap_or_default()));
    }
    let built = build::build(&report).map_err(|errors| format!("the policy does not build: {errors:?}"))?;
    Ok(built.program)
}

/// Compiles a workload and loads the program.
///
/// # Errors
/// See [`files`] and [`compile`].
pub fn load(workload: &Workload) -> Result<Pdp, Failure> {
    let program = compile(&files(workload)?)?;
    Pdp::load(&program.to_bytes(), &Requirements::default()).map_err(|error| error.to_string())
}

/// The two parts of a request as the product takes them.
pub const fn parts(request: &Request) -> (Call<'_>, Host<'_>) {
    let call = Call {
        server: request.server.as_str(),
        tool: request.tool.as_str(),
        args: request.args.as_bytes(),
        schema: LiveSchema::Locked,
    };
    let host =
        Host { principal: request.principal.as_bytes(), session: request.session.as_bytes(), now_ms: None };
    (call, host)
}

/// A decision in the limit's words; `number` gives each statement's.
pub fn outcome(decided: &Decided<'_>, number: impl Fn(&str) -> Option<u16>) -> Outcome {
    let mut bits = 0;
    for reason in decided.reasons() {
        match reason {
            Reason::BuiltIn(BuiltIn::DefaultDeny) => {}
            Reason::BuiltIn(_) => return Outcome::Refused,
            Reason::Statement(statement) => {
                bits |= number(&statement.id).map_or(0, |number| 1_u16 << number);
            }
        }
    }
    Outcome::Decided(decided.decision(), bits)
}
