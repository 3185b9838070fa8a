//! What is remembered, for people: one line per fact, label and limit, where there are any.

use crate::number::Decimal;
use crate::program::Program;
use crate::program::memory::{
    CalendarUnit, Counting, FactKind, FactPart, FactRead, LabelSet, Lasts, Scope, Window,
};
use crate::program::pool::StrId;
use crate::program::redact::Step;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::{self, Write};

pub(super) fn write(program: &Program, out: &mut String) -> fmt::Result {
    redactions(program, out)?;
    if program.facts.is_empty() && program.labels.is_empty() && program.limits.is_empty() {
        return Ok(());
    }
    out.write_str("\nmemory\n")?;
    for fact in &program.facts {
        let kind = match fact.kind {
            FactKind::Value(1) => "one value".into(),
            FactKind::Value(fields) => format!("{fields} fields"),
            FactKind::Set => "a set".into(),
            FactKind::Counter => "a counter".into(),
        };
        write!(out, "  fact {}: {kind}, {} keys, of a {}", fact.id, fact.keys, scope(fact.scope))?;
        if let Some(ms) = fact.expires_ms {
            write!(out, ", for {ms} ms")?;
        }
        out.write_str("\n")?;
    }
    for label in &program.labels {
        let by = if label.sourced { "" } else { ", set by the host" };
        writeln!(out, "  label {}: of a {}{by}", label.id, scope(label.scope))?;
    }
    for limit in &program.limits {
        let id = usize::try_from(limit.statement).ok().and_then(|index| program.statements.get(index));
        let id = id.map_or("?", |statement| &*statement.id);
        let max = Decimal::from_units(limit.max).map_or_else(|| limit.max.to_string(), |max| max.to_string());
        let what = if limit.counting == Counting::Distinct { " distinct values" } else { "" };
        let window = window(program, limit.window);
        write!(out, "  limit {id}: {max}{what} {window}, {} keys, of {}", limit.keys, scope(limit.scope))?;
        out.write_str(if limit.keeps_failures { ", failures count\n" } else { "\n" })?;
    }
    Ok(())
}

/// `contact_pii: result..email, result.items[*].phone, 2 patterns, with "[redacted]"`
fn redactions(program: &Program, out: &mut String) -> fmt::Result {
    let text = |id: StrId| {
        let index = usize::try_from(id.0).ok();
        index.and_then(|index| program.strings.get(index)).map_or("?", |text| &**text)
    };
    if !program.redactions.is_empty() {
        out.write_str("\nredactions\n")?;
    }
    for redaction in &program.redactions {
        write!(out, "  {}:", redaction.id)?;
        for path in &redaction.paths {
            out.write_str(" result")?;
            for step in &path.0 {
                match step {
                    Step::Key(name) => write!(out, ".{}", text(*name))?,
                    Step::Deep(name) => write!(out, "..{}", text(*name))?,
                    Step::Every => out.write_str("[*]")?,
                }
            }
        }
        if !redaction.patterns.is_empty() {
            write!(out, " {} patterns", redaction.patterns.len())?;
        }
        out.write_str(if redaction.keep_images { ", images pass" } else { "" })?;
        writeln!(out, ", with {:?}", text(redaction.marker))?;
    }
    for disclaimer in &program.disclaimers {
        let statement = usize::try_from(disclaimer.statement).ok();
        let id = statement.and_then(|index| program.statements.get(index)).map_or("?", |s| &*s.id);
        writeln!(out, "  {id}: appends {:?}", text(disclaimer.text))?;
    }
    Ok(())
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Session => "session",
        Scope::Principal => "principal",
        Scope::Everyone => "everyone",
    }
}

fn window(program: &Program, window: Window) -> String {
    match window {
        Window::Trailing(ms) => format!("per {ms} ms"),
        Window::Session => "per session".into(),
        Window::Calendar(unit, zone) => {
            let unit = match unit {
                CalendarUnit::Hour => "hour",
                CalendarUnit::Day => "day",
                CalendarUnit::Week => "week",
                CalendarUnit::Month => "month",
            };
            let zone = program.zones.get(usize::from(zone)).map_or("?", |zone| &*zone.name);
            format!("per calendar {unit} in `{zone}`")
        }
    }
}

impl Program {
    /// `order.0`, `order at` (when it was learned).
    pub(super) fn fact_read(&self, read: FactRead) -> String {
        let fact = usize::try_from(read.fact).ok().and_then(|index| self.facts.get(index));
        let id = fact.map_or("?", |fact| &*fact.id);
        match read.part {
            FactPart::Field(field) => format!("{id}.{field}"),
            FactPart::LearnedAt => format!("{id} learned at"),
            FactPart::Known => format!("{id} known"),
        }
    }

    /// `untrusted for 5 calls`.
    pub(super) fn label_set(&self, set: LabelSet) -> String {
        let label = usize::try_from(set.label).ok().and_then(|index| self.labels.get(index));
        let id = label.map_or("?", |label| &*label.id);
        match set.lasts {
            Lasts::Forever => id.into(),
            Lasts::Time(ms) => format!("{id} for {ms} ms"),
            Lasts::Calls(calls) => format!("{id} for {calls} calls"),
        }
    }
}
