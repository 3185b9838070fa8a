//! The `calls` blocks. In: lines, and a report whose policy is compiled and run by the VM. Out: agreement, or what was decided.

use super::{Block, listing};
use policyc_compiler::Report;
use policyc_compiler::emit::{EmitOptions, emit};
use policyc_runtime::{Call, Decision, Host, LiveSchema, Pdp, Requirements, Vm};

/// Runs the block's lines in order.
pub(crate) fn run(report: &Report, block: &Block) -> Result<(), String> {
    let policy =
        report.policy.as_ref().ok_or_else(|| format!("calls, but no policy:\n{}", listing(report)))?;
    let mut failures = String::new();
    for index in [true, false] {
        let options = EmitOptions { index };
        let program =
            emit(policy, &options).map_err(|e| format!("the policy does not compile: {e:?}"))?.program;
        let bytes = program.to_bytes();
        let pdp = Pdp::load(&bytes, &Requirements::default())
            .map_err(|e| format!("the program is refused: {e}"))?;
        let mut runner = Runner {
            vm: Vm::new(&pdp),
            pdp: &pdp,
            principal: "{}".to_owned(),
            session: "{}".to_owned(),
            now: None,
        };
        for (offset, line) in block.text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            if let Err(problem) = runner.line(report, line) {
                failures.push_str(&format!("line {}: {line}\n    {problem}\n", block.line + offset));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

struct Runner<'a> {
    vm: Vm,
    pdp: &'a Pdp,
    principal: String,
    session: String,
    now: Option<i64>,
}

impl Runner<'_> {
    fn line(&mut self, report: &Report, line: &str) -> Result<(), String> {
        let (word, rest) = line
            .split_once(' ')
            .ok_or("a line is `call …`, `principal …`, `session …`, `at …` or `list …`")?;
        match word {
            "principal" => self.principal = rest.trim().to_owned(),
            "session" => self.session = rest.trim().to_owned(),
            "at" => {
                let time: jiff::Timestamp = rest.trim().parse().map_err(|e| format!("{e}"))?;
                self.now = Some(time.as_millisecond());
            }
            "call" => return self.call(report, rest, LiveSchema::Locked),
            "changed" => return self.call(report, rest, LiveSchema::Digest([0; 32])),
            "unseen" => return self.call(report, rest, LiveSchema::Unverified),
            "list" => return self.list(rest),
            other => return Err(format!("no line begins with `{other}`")),
        }
        Ok(())
    }

    fn call(&mut self, report: &Report, rest: &str, schema: LiveSchema) -> Result<(), String> {
        let (what, expected) = rest.rsplit_once(" => ").ok_or("a call ends in `=> EFFECT by ID, …`")?;
        let (tool, args) = what.trim().split_once(' ').unwrap_or((what.trim(), ""));
        let (alias, tool) = tool.split_once('.').ok_or("a tool is `SERVER.TOOL`")?;
        let server = report
            .policy
            .iter()
            .flat_map(|p| &p.servers)
            .find(|s| &*s.alias == alias)
            .map_or(alias, |s| &*s.identity);
        let call = Call { server, tool, args: args.trim().as_bytes(), schema };
        let host =
            Host { principal: self.principal.as_bytes(), session: self.session.as_bytes(), now_ms: self.now };
        let decided = self.vm.decide(self.pdp, &call, &host);
        let effect = match decided.decision() {
            Decision::Allow => "allow",
            Decision::Ask => "ask",
            Decision::Deny => "deny",
        };
        let ids: Vec<&str> = decided.reasons().map(|r| r.id()).collect();
        let (expected, terms) =
            expected.split_once(" terms ").map_or((expected, None), |(e, t)| (e, Some(t.trim())));
        let (wanted, by) = expected.split_once(" by ").unwrap_or((expected, ""));
        let open = by.trim_end().ends_with('…');
        let named: Vec<&str> =
            by.split(',').map(str::trim).filter(|id| !id.is_empty() && *id != "…").collect();
        let required: Vec<String> = decided
            .approvals()
            .map(|a| format!("{}({}, {})", a.statement.id, a.terms.from.join("|"), a.terms.quorum))
            .collect();
        if let Some(terms) = terms
            && terms != required.join(" ")
        {
            return Err(format!("requires {}", required.join(" ")));
        }
        let agrees =
            effect == wanted.trim() && (by.is_empty() || named == ids || (open && ids.starts_with(&named)));
        if agrees {
            return Ok(());
        }
        let detail = decided.detail().map(|d| format!(" ({d})")).unwrap_or_default();
        Err(format!("decided {effect} by {}{detail}", ids.join(", ")))
    }

    fn list(&mut self, rest: &str) -> Result<(), String> {
        let expected: Vec<&str> = rest
            .trim()
            .trim_start_matches("=>")
            .split(',')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .collect();
        let listed = self.vm.list(self.pdp, self.principal.as_bytes()).map_err(|e| e.message.clone())?;
        let mut names: Vec<String> = Vec::new();
        for tool in listed {
            let server = self
                .pdp
                .server_of(tool)
                .map_or("", |s| if s.alias.is_empty() { &s.identity } else { &s.alias });
            names.push(format!("{server}.{}", tool.name));
        }
        names.sort();
        if names == expected { Ok(()) } else { Err(format!("lists {}", names.join(", "))) }
    }
}
