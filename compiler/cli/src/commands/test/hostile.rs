//! What hostile variants of recorded calls came to. In: counts by kind, and the variants that the policy allows. Out: for people, these by the
//! rules that allow them, then a table; and their JSON.

use super::human::table;
use super::outcome::narrow;
use crate::output::Output;
use policyc_compiler::diagnostics::render::{counted, one_line};
use policyc_compiler::replay::hostile::{Allowed, Counts, Hostility, Kind, OfKind};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Allowed variants that are shown per rule; more are counted.
const SHOWN: usize = 3;

/// The counts as JSON.
#[derive(Debug, Serialize)]
pub(super) struct JsonHostility<'h> {
    calls: u64,
    left_out: u64,
    #[serde(flatten)]
    all: OfKind,
    by_kind: BTreeMap<&'static str, OfKind>,
    /// Allowed variants of writes by the rules that allow them.
    writes_by_rule: BTreeMap<&'h str, u64>,
    allowed: &'h [Allowed],
}

impl<'h> JsonHostility<'h> {
    pub(super) fn of(hostility: &'h Hostility) -> Self {
        let writes = hostility.by_rules.iter().filter(|(_, (writes, _))| *writes > 0);
        let writes_by_rule = writes.map(|(rules, (writes, _))| (&**rules, *writes)).collect();
        Self {
            calls: hostility.calls,
            left_out: hostility.left_out,
            all: hostility.all(),
            by_kind: hostility.kinds.iter().map(|(kind, counts)| (kind.code(), *counts)).collect(),
            writes_by_rule,
            allowed: &hostility.allowed,
        }
    }
}

/// The text.
pub(super) fn hostile(text: &mut String, hostility: &Hostility, output: &Output) {
    let mut kept: BTreeMap<(bool, String), Vec<&Allowed>> = BTreeMap::new();
    for allowed in &hostility.allowed {
        kept.entry((!allowed.writes, allowed.rules.join(", "))).or_default().push(allowed);
    }
    let of = |reads: bool| {
        let counts = hostility.by_rules.iter();
        counts.map(move |(rules, (writes, read))| (reads, rules, if reads { *read } else { *writes }))
    };
    let mut told = false;
    for (reads, rules, count) in of(false).chain(of(true)).filter(|(_, _, count)| *count > 0) {
        // What only reads is many, and seldom a finding.
        if reads && !output.verbose() {
            continue;
        }
        if !std::mem::replace(&mut told, true) {
            text.push('\n');
        }
        let what = if reads { "reads" } else { "writes" };
        let variants = counted(narrow(count), "variant");
        let _ = writeln!(text, "ALLOWED by {}: {variants} of {what}", one_line(rules));
        let all = kept.get(&(reads, rules.clone())).map(Vec::as_slice).unwrap_or_default();
        let most = if output.verbose() { all.len() } else { SHOWN };
        for one in all.iter().take(most) {
            let line = format!("{}:{} {} {}: {}", one.file, one.line, one.tool, one.kind.code(), one.change);
            let _ = writeln!(text, "  {}", one_line(&line));
        }
        let shown = all.len().min(most);
        if narrow(count) > shown {
            let more = if output.verbose() { "" } else { " (more with -v)" };
            let _ = writeln!(text, "  … and {} more{more}", narrow(count) - shown);
        }
    }
    if output.quiet() {
        return;
    }
    let _ = write!(text, "\nhostile variants of {}", counted(narrow(hostility.calls), "recorded call"));
    if hostility.left_out > 0 {
        let _ =
            write!(text, "; {} that the policy does not allow or that failed have none", hostility.left_out);
    }
    text.push('\n');
    if hostility.kinds.is_empty() {
        return;
    }
    let mut rows =
        vec![["of writes", "not allowed", "asked", "allowed", "of reads", "allowed"].map(str::to_owned)];
    for kind in Kind::ALL {
        if let Some(counts) = hostility.kinds.get(&kind) {
            rows.push(row(kind.code(), counts));
        }
    }
    rows.push(row("all", &hostility.all()));
    table(text, &rows);
    let writes = hostility.all().writes;
    if writes.total() > 0 {
        let _ = writeln!(
            text,
            "{} of {} are not allowed: {}",
            writes.stopped(),
            counted(narrow(writes.total()), "hostile write"),
            percent(writes.stopped(), writes.total())
        );
    }
    let unsure = writes.inconclusive;
    if unsure > 0 {
        let variants = counted(narrow(unsure), "variant");
        let _ = writeln!(
            text,
            "{variants} would be stopped by what rests on a result that is cut or missing, and count as allowed"
        );
    }
}

fn row(kind: &str, OfKind { writes, reads }: &OfKind) -> [String; 6] {
    let number = |counts: &Counts, n: u64| if counts.total() == 0 { "-".to_owned() } else { n.to_string() };
    [
        kind.to_owned(),
        number(writes, writes.stopped()),
        number(writes, writes.asked),
        number(writes, writes.allowed),
        number(reads, reads.total()),
        number(reads, reads.allowed),
    ]
}

/// Rounded down to hundredths: 100.00 % is all of them.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let hundredths = (u128::from(part) * 10_000).checked_div(u128::from(whole)).unwrap_or(0);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}
