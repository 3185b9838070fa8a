//! `policyc explain CODE`. In: a diagnostic's code or slug. Out: its page. `policyc explain POLICY --call FILE` is in `decision`.

mod decision;

use super::call::CallArgs;
use super::format::{Format, plain};
use crate::exit::{Exit, Trouble};
use crate::output::Output;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::pages::page;
use serde_json::json;
use std::fmt::Write as _;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A diagnostic's code or name, such as `E0301` or `unknown_field`; with `--call`, the root policy
    #[arg(value_name = "CODE|POLICY", required_unless_present = "list")]
    subject: Option<String>,
    #[command(flatten)]
    call: CallArgs,
    /// List all codes
    #[arg(long)]
    list: bool,
    /// `human` or `json`
    #[arg(long, value_name = "FORM", default_value = "human", value_parser = plain())]
    format: Format,
}

/// Prints the page.
pub(crate) fn run(args: &Args, output: &Output) -> Result<Exit, Trouble> {
    let Some(subject) = args.subject.as_deref().filter(|_| !args.list) else {
        return list(args.format, output);
    };
    if args.call.call.is_some() {
        return decision::run(subject, &args.call, args.format, output);
    }
    let code = Code::find(subject).ok_or_else(|| {
        let trouble = Trouble::new(format!("there is no diagnostic `{subject}`"));
        if subject.ends_with(".policy") {
            trouble.help("to explain a decision of this policy, give the call: `--call FILE`")
        } else if let Some(meant) = Code::meant(subject) {
            trouble.help(format!("did you mean `{meant}`?"))
        } else {
            trouble.help("`policyc explain --list` lists all codes")
        }
    })?;
    let page = page(code).unwrap_or_default();
    match args.format {
        Format::Json => output.json(&json!({
            "code": code.name(),
            "slug": code.slug(),
            "severity": code.level().word(),
            "title": code.title(),
            "since": code.since(),
            "page": page,
        }))?,
        _ => output.data(page.as_bytes())?,
    }
    Ok(Exit::Clean)
}

fn list(format: Format, output: &Output) -> Result<Exit, Trouble> {
    if format == Format::Json {
        let codes: Vec<_> = Code::ALL
            .iter()
            .map(|code| {
                json!({ "code": code.name(), "slug": code.slug(), "severity": code.level().word(),
                        "title": code.title(), "since": code.since() })
            })
            .collect();
        output.json(&codes)?;
    } else {
        let mut text = String::new();
        for code in Code::ALL {
            let _ = writeln!(
                text,
                "{}  {:<8} {:<22} {}",
                code.name(),
                code.level().word(),
                code.slug(),
                code.title()
            );
        }
        output.out(&text)?;
    }
    Ok(Exit::Clean)
}
