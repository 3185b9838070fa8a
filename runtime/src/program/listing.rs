//! Programs for people. In: a program, verified or not. Out: text, the same for the same program: header, statements, tools, code
//! with its constants and sources, plans.

use super::decode::Hex;
use super::encode::FORMAT_VERSION;
use super::flow::{Region, regions};
use super::instr::{Compare, GRANTS, Instr, KIND_INTEGER, NEGATE, Op, Reg, Role, UNKNOWN_IS_TRUE};
use super::plan::{KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING};
use super::pool::{Const, PatternShape, StrId, ViewCall};
use super::{Cost, Effect, Number, Program, Statement, StatementKind, Tool};
use crate::number::Decimal;
use crate::views::ViewId;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write};

mod memory;
mod plans;

/// Members of a set or table that are shown.
const SHOWN: usize = 8;
/// Column at which the source of an instruction is shown.
const COLUMN: usize = 72;

impl Program {
    /// The listing. Positions are `file:line:column`, counted from 1, columns in bytes.
    #[must_use]
    pub fn listing(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        self.write_listing(&mut out).map_or_else(|_| String::new(), |()| out)
    }

    fn write_listing(&self, out: &mut String) -> fmt::Result {
        self.write_header(out)?;
        self.write_statements(out)?;
        self.write_tools(out)?;
        memory::write(self, out)?;
        self.write_code(out)?;
        plans::write(self, out)
    }

    fn write_header(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "policy `{}`, edition {}, program format {FORMAT_VERSION}", self.name, self.edition)?;
        writeln!(out, "digest {}", Hex(&self.digest()))?;
        writeln!(out, "cost {} instructions for a request of n bytes", self.cost)?;
        let caps = self.caps;
        let (bytes, depth, elements, instructions) =
            (caps.bytes, caps.depth, caps.elements, caps.instructions);
        writeln!(out, "caps {bytes} bytes, depth {depth}, {elements} elements, {instructions} instructions")?;
        for digest in &self.guardrails {
            writeln!(out, "guardrails {}", Hex(digest))?;
        }
        for source in &self.sources {
            writeln!(out, "source `{}` {}", source.path, Hex(&source.digest))?;
        }
        for server in &self.servers {
            let alias = if server.alias.is_empty() { "guardrails alone" } else { &*server.alias };
            writeln!(out, "server `{}` ({alias}), lock {}", server.identity, Hex(&server.lock))?;
        }
        for zone in &self.zones {
            writeln!(
                out,
                "zone `{}`, {} transitions, up to {} ms",
                zone.name,
                zone.transitions.len(),
                zone.horizon
            )?;
        }
        Ok(())
    }

    fn write_statements(&self, out: &mut String) -> fmt::Result {
        out.write_str("\nstatements\n")?;
        for statement in &self.statements {
            let Statement { id, effect, kind, guardrail, shadow, because, span, terms } = statement;
            let effect = match (effect, kind) {
                (_, StatementKind::Hide) => "hide",
                (Effect::Ask, StatementKind::Limit) => "limit, exceeded ask",
                (_, StatementKind::Limit) => "limit",
                (_, StatementKind::Result) => "deny result",
                (_, StatementKind::Redact) => "redact",
                (_, StatementKind::Reply) => "deny reply",
                (_, StatementKind::Append) => "append",
                (Effect::Allow, _) => "allow",
                (Effect::Ask, _) => "ask",
                (Effect::Deny, _) => "deny",
            };
            write!(out, "  {id}: {effect}")?;
            out.write_str(if *guardrail { ", guardrail" } else { "" })?;
            out.write_str(if *shadow { ", shadow" } else { "" })?;
            if let Some(terms) = terms {
                write!(out, ", from {}, quorum {}", terms.from.join(" and "), terms.quorum)?;
                if let Some(within) = terms.within_ms {
                    write!(out, ", within {within} ms")?;
                }
            }
            if let Some(position) = self.position(*span) {
                write!(out, " ({position})")?;
            }
            out.write_str("\n")?;
            if !because.is_empty() {
                writeln!(out, "    because {because:?}")?;
            }
        }
        Ok(())
    }

    fn write_tools(&self, out: &mut String) -> fmt::Result {
        out.write_str("\nhost values\n")?;
        write!(out, "  principal node {}, session node {}", self.principal.0, self.session.0)?;
        write!(out, ", registers 0..{}", self.host_registers)?;
        if let Some(now) = self.now {
            write!(out, ", time r{now}")?;
        }
        out.write_str("\n\ntools\n")?;
        for tool in &self.tools {
            let Tool { args, entry, list_entry, registers, memos, .. } = tool;
            write!(
                out,
                "  {}: arguments node {}, code {entry}, listing {list_entry}",
                self.tool_name(tool),
                args.0
            )?;
            writeln!(out, ", registers {registers}, memo cells {memos}, digest {}", Hex(&tool.digest))?;
        }
        Ok(())
    }

    fn tool_name(&self, tool: &Tool) -> String {
        let server = self.servers.get(usize::from(tool.server));
        let server = server.map(|s| if s.alias.is_empty() { &*s.identity } else { &*s.alias });
        format!("{}.{}", server.unwrap_or("?"), tool.name)
    }

    fn write_code(&self, out: &mut String) -> fmt::Result {
        // Without regions the code is still listed, unindented: it is what the verifier refuses.
        let regions = regions(self).unwrap_or_default();
        let mut regions = regions.iter().peekable();
        let mut current: Option<&Region> = None;
        if regions.peek().is_none() && !self.code.is_empty() {
            out.write_str("\ncode\n")?;
        }
        for (pc, instr) in self.code.iter().enumerate() {
            if let Some(region) = regions.next_if(|region| region.range.start == pc) {
                self.write_users(out, pc)?;
                current = Some(region);
            }
            let nesting = current.map_or(0, |region| region.nesting(pc));
            self.write_instr(out, pc, instr, nesting)?;
        }
        Ok(())
    }

    /// The tools that run the code from `pc` on.
    fn write_users(&self, out: &mut String, pc: usize) -> fmt::Result {
        let users = |entry: &dyn Fn(&Tool) -> u32| {
            let tools = self.tools.iter().filter(|tool| usize::try_from(entry(tool)) == Ok(pc));
            tools.map(|tool| self.tool_name(tool)).collect::<Vec<_>>()
        };
        out.write_str("\n")?;
        let none = u32::MAX;
        for (what, tools) in [
            ("code", users(&|tool| tool.entry)),
            ("listing", users(&|tool| tool.list_entry)),
            ("admission", users(&|tool| tool.admit_entry.unwrap_or(none))),
            ("learning", users(&|tool| tool.learning.map_or(none, |learning| learning.entry))),
            ("showing", users(&|tool| tool.learning.and_then(|l| l.shown_entry).unwrap_or(none))),
        ] {
            if !tools.is_empty() {
                writeln!(out, "{what} of {}", tools.join(", "))?;
            }
        }
        if self.reply.is_some_and(|reply| usize::try_from(reply.entry) == Ok(pc)) {
            out.write_str("judging replies\n")?;
        }
        Ok(())
    }

    fn write_instr(&self, out: &mut String, pc: usize, instr: &Instr, nesting: usize) -> fmt::Result {
        let mut line = format!("{pc:>6}  {:width$}{}", "", instr.op, width = nesting.saturating_mul(2));
        let [a, b, c, target] = instr.op.roles();
        let mut separator = " ";
        for (role, value) in [(a, u32::from(instr.a)), (b, instr.b), (c, instr.c)] {
            if !matches!(role, Role::Unused | Role::Forward) {
                write!(line, "{separator}{}", self.operand(role, value))?;
                separator = ", ";
            }
        }
        if instr.op == Op::MemoTest {
            write!(line, " then {}", instr.b)?;
        }
        match (target, instr.op) {
            (Role::Unused, _) => {}
            (_, Op::Jump | Op::Next) => write!(line, " to {}", instr.target)?,
            _ => write!(line, " else {}", instr.target)?,
        }
        for (flag, name) in [(NEGATE, "not"), (UNKNOWN_IS_TRUE, "unknown holds"), (GRANTS, "grants")] {
            if instr.flags & flag != 0 {
                write!(line, ", {name}")?;
            }
        }
        self.write_source(&mut line, pc)?;
        writeln!(out, "{line}")?;
        self.write_cases(out, instr)
    }

    /// The source of the instruction, where it is another than that of the one before.
    fn write_source(&self, line: &mut String, pc: usize) -> fmt::Result {
        let entry =
            self.spans.binary_search_by(|entry| usize::try_from(entry.pc).unwrap_or(usize::MAX).cmp(&pc));
        let Some(entry) = entry.ok().and_then(|index| self.spans.get(index)) else { return Ok(()) };
        let padding = COLUMN.saturating_sub(line.chars().count());
        write!(line, "{:padding$}  ;", "")?;
        if let Some(position) = self.position(entry.span) {
            write!(line, " {position}")?;
        }
        let statement = usize::try_from(entry.statement).ok().and_then(|index| self.statements.get(index));
        statement.map_or(Ok(()), |statement| write!(line, " {}", statement.id))
    }

    fn write_cases(&self, out: &mut String, instr: &Instr) -> fmt::Result {
        let switch = usize::try_from(instr.c).ok().and_then(|index| self.switches.get(index));
        let (Op::Switch, Some(switch)) = (instr.op, switch) else { return Ok(()) };
        for (text, target) in &switch.cases {
            writeln!(out, "          {} to {target}", self.text(*text))?;
        }
        writeln!(out, "          other text to {}, no text to {}", switch.default, switch.missing)
    }

    fn operand(&self, role: Role, value: u32) -> String {
        let index = usize::try_from(value).unwrap_or(usize::MAX);
        let shown = match role {
            Role::Unused => Some(String::new()),
            Role::SecondList if value == u32::MAX => Some("alone".into()),
            Role::Read | Role::Write | Role::Update | Role::SecondList => {
                Some(u16::try_from(value).map_or_else(|_| "?".into(), register))
            }
            Role::Depth => Some(format!("depth {value}")),
            Role::Memo => Some(format!("cell {value}")),
            Role::Truth => ["false", "true", "unknown"].get(index).map(ToString::to_string),
            Role::Compare => Compare::from_code(value).map(|compare| compare.name().into()),
            Role::Kinds => Some(kinds(value)),
            Role::Bool => Some(if value == 0 { "false".into() } else { "true".into() }),
            Role::Offset => Some(format!("offset {value}")),
            Role::Statement => self.statements.get(index).map(|statement| statement.id.clone()),
            Role::Switch => Some(format!("switch {value}")),
            Role::String => Some(self.text(StrId(value))),
            Role::Number => self.numbers.get(index).map(|number| units(*number)),
            Role::StringSet => self.string_sets.get(index).map(|set| self.texts(set)),
            Role::NumberSet => {
                self.number_sets.get(index).map(|set| shorten(set.iter().map(ToString::to_string), set.len()))
            }
            Role::Pattern => {
                self.patterns.get(index).map(|pattern| self.pattern(pattern.source.as_str(), &pattern.shape))
            }
            Role::Cidr => self.cidrs.get(index).map(|id| self.text(*id)),
            Role::Table => self.tables.get(index).map(|table| {
                let rows = table.keys.iter().zip(&table.values);
                let rows = rows.map(|(key, value)| format!("{}: {}", self.text(*key), self.constant(*value)));
                shorten(rows, table.keys.len())
            }),
            Role::View => self.views.get(index).map(|call| self.view(call)),
            Role::Zone => self.zones.get(index).map(|zone| format!("`{}`", zone.name)),
            Role::Keys | Role::Fields => {
                Some(format!("from {}", u16::try_from(value).map_or_else(|_| "?".into(), register)))
            }
            Role::Places => Some(format!("{value} places")),
            Role::Fact => self.facts.get(index).map(|fact| fact.id.clone()),
            Role::FactRead => self.fact_reads.get(index).map(|read| self.fact_read(*read)),
            Role::Label => self.labels.get(index).map(|label| label.id.clone()),
            Role::LabelSet => self.label_sets.get(index).map(|set| self.label_set(*set)),
            Role::Limit => self.limits.get(index).map(|limit| {
                let statement =
                    usize::try_from(limit.statement).ok().and_then(|index| self.statements.get(index));
                statement.map_or_else(|| "?".into(), |statement| statement.id.clone())
            }),
            Role::Forward | Role::LoopEnd | Role::LoopStart => Some(value.to_string()),
        };
        shown.unwrap_or_else(|| format!("?{value}"))
    }

    /// A string of the program, as a literal.
    fn text(&self, id: StrId) -> String {
        let text = usize::try_from(id.0).ok().and_then(|index| self.strings.get(index));
        text.map_or_else(|| format!("?{}", id.0), |text| format!("{text:?}"))
    }

    fn texts(&self, ids: &[StrId]) -> String {
        shorten(ids.iter().map(|id| self.text(*id)), ids.len())
    }

    fn pattern(&self, source: &str, shape: &PatternShape) -> String {
        match shape {
            PatternShape::Exact(id) => format!("exactly {}", self.text(*id)),
            PatternShape::Prefix(id) => format!("{}…", self.text(*id)),
            PatternShape::Suffix(id) => format!("…{}", self.text(*id)),
            PatternShape::Contains(id) => format!("…{}…", self.text(*id)),
            PatternShape::PrefixSuffix(prefix, suffix) => {
                format!("{}…{}", self.text(*prefix), self.text(*suffix))
            }
            PatternShape::Dfa(bytes) => format!("{source:?} ({} bytes)", bytes.len()),
        }
    }

    fn constant(&self, value: Const) -> String {
        match value {
            Const::Bool(value) => value.to_string(),
            Const::Number(value) => units(value),
            Const::Str(id) => self.text(id),
        }
    }

    /// `email(domain to r6)`.
    fn view(&self, call: &ViewCall) -> String {
        let spec = ViewId::from_number(call.view).and_then(ViewId::spec);
        let members = call.members.iter().map(|(member, to)| {
            let spec = spec.and_then(|spec| spec.members.get(usize::from(*member)));
            let name = spec.map_or("?", |spec| if spec.name.is_empty() { "value" } else { spec.name });
            format!("{name} to {}", register(*to))
        });
        let members: Vec<String> = members.collect();
        let param = call.param.map(|id| format!("{}: ", self.text(id))).unwrap_or_default();
        format!("{}({param}{})", spec.map_or("?", |spec| spec.name), members.join(", "))
    }
}

impl fmt::Display for Cost {
    /// For example `12 + 3·n + n²`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.constant)?;
        for (factor, power) in [(self.linear, "n"), (self.quadratic, "n²"), (self.cubic, "n³")] {
            match factor {
                0 => {}
                1 => write!(f, " + {power}")?,
                _ => write!(f, " + {factor}·{power}")?,
            }
        }
        Ok(())
    }
}

/// `r3`, or `e0.1`: offset 1 of the element at depth 0.
fn register(register: u16) -> String {
    match Reg(register).as_element() {
        Some((depth, offset)) => format!("e{depth}.{offset}"),
        None => format!("r{register}"),
    }
}

/// A number as its decimal, or in units where it is none.
fn units(number: Number) -> String {
    Decimal::from_units(number).map_or_else(|| format!("{number}·10⁻⁹"), |decimal| decimal.to_string())
}

/// The kinds of a mask.
fn kinds(mask: u32) -> String {
    let names = [
        (KIND_NULL.into(), "null"),
        (KIND_BOOL.into(), "bool"),
        (KIND_NUMBER.into(), "number"),
        (KIND_INTEGER, "integer"),
        (KIND_STRING.into(), "string"),
        (KIND_LIST.into(), "list"),
        (KIND_OBJECT.into(), "object"),
    ];
    let named: Vec<&str> = names.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, name)| *name).collect();
    named.join(" | ")
}

/// The first members of a set in braces, and how many there are.
fn shorten(items: impl Iterator<Item = String>, len: usize) -> String {
    let shown: Vec<String> = items.take(SHOWN).collect();
    let rest = if len > SHOWN { format!(", … {len} in all") } else { String::new() };
    format!("{{{}{rest}}}", shown.join(", "))
}
