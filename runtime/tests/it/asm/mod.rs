//! A text assembler for tests. In: a program as text. Out: a [`Program`] with its cost filled in, not yet verified.
//!
//! ```text
//! principal { id: string -> r0 }            host values and their registers; `session` alike
//! now r1                                    register of the time
//! tool shop.refund { amount: number -> r2 } registers 8 memos 1
//! allow small                               a statement: effect, id, then `guardrail`, `shadow`, `hide`, `because "…"`, `from "…"`
//! set colors "red" "green"                  constants with a name: set, numbers, pattern, table, zone, members (of a view)
//! code shop.refund                          code of tools that share it; `list shop.refund` alike
//!   compare_number r2 < 50 next not unknown operands by their roles, then flags
//!   match small
//! next:
//!   end
//! fact order session keys 1 fields 2        or `set`, `counter`; then perhaps `expires 60000`; scopes: session, principal
//! part status order 0                       a part of a fact with a name: field, `learned`, `known`
//! label mail session                        then perhaps `sourced`
//! set_for brief mail calls 3                a label as it is set, with a name: `forever`, `time 60000`, `calls 3`
//! limit deny spend session keys 0 max 100 trailing 60000 sum   or `whole`, `calendar day ZONE`; `distinct`; then perhaps `keeps`
//! admission shop.refund                     code that runs when a call of the tool is decided; ends with `end`
//! learning shop.refund { total: number -> r3 } the result, and code that a success runs; `text r4`, before the result, is its text
//! ```
//! Types: `any null bool true false number integer string timestamp date duration [T] {k: T, k?: T, ..} {*: T}`, joined by `|`,
//! then `-> rN`. The frame of a list or map is as large as what is captured in it.

mod memory;

use policyc_runtime::number::Decimal;
use policyc_runtime::program::instr::{Compare, GRANTS, Instr, NEGATE, Op, Reg, Role, UNKNOWN_IS_TRUE};
use policyc_runtime::program::plan::*;
use policyc_runtime::program::pool::*;
use policyc_runtime::program::*;
use std::collections::BTreeMap;

/// Assembles, or panics with the line that is wrong.
pub(crate) fn assemble(text: &str) -> Program {
    Assembler::default().run(text)
}

/// Splits a line into words, texts in double quotes (kept with their first quote), and punctuation.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => {
                let mut end = 1;
                while !rest[end..].starts_with('"') {
                    end += if rest[end..].starts_with('\\') {
                        2
                    } else {
                        rest[end..].chars().next().unwrap().len_utf8()
                    };
                }
                end + 1
            }
            ':' | ',' | '{' | '}' | '[' | ']' | '|' | '?' | '*' => 1,
            _ => rest.find(|c: char| c.is_whitespace() || ":,{}[]|?*".contains(c)).unwrap_or(rest.len()),
        };
        let (word, tail) = rest.split_at(length);
        words.push(match word.strip_prefix('"') {
            Some(text) => {
                let text = text.strip_suffix('"').unwrap();
                format!("\"{}", text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"))
            }
            None => word.to_owned(),
        });
        rest = tail.trim_start();
    }
    words
}

#[derive(Default)]
struct Assembler {
    program: Program,
    /// Every text of the source, sorted: string n is the n-th.
    texts: Vec<String>,
    constants: BTreeMap<String, u32>,
    labels: BTreeMap<String, u32>,
}

impl Assembler {
    fn run(mut self, source: &str) -> Program {
        let lines: Vec<Vec<String>> = source
            .lines()
            .map(|line| words(line.split(" #").next().unwrap()))
            .filter(|words| !words.is_empty())
            .collect();
        self.collect(&lines);
        self.program.name = "test".into();
        self.program.edition = 2026;
        self.program.sources =
            vec![Source { path: "test.policy".into(), digest: [7; 32], lines: vec![0, 10] }];
        self.program.plan.nodes.push(NODE);
        self.program.strings = self.texts.clone();
        for line in &lines {
            self.declare(line);
        }
        self.program.statements.sort_by_key(|s| (!s.guardrail, s.id.clone()));
        for line in lines.iter().filter(|line| line[0] == "limit") {
            self.declare_limit(line);
        }
        let tools: Vec<String> = self.program.tools.iter().map(|t| t.name.clone()).collect();
        let servers: Vec<String> = tools.iter().map(|t| t.split('.').next().unwrap().to_owned()).collect();
        let mut unique = servers.clone();
        unique.sort();
        unique.dedup();
        self.program.servers =
            unique.iter().map(|s| Server { identity: s.clone(), alias: s.clone(), lock: [1; 32] }).collect();
        for line in &lines {
            self.emit(line);
        }
        for (tool, server) in self.program.tools.iter_mut().zip(&servers) {
            tool.server = u16::try_from(unique.binary_search(server).unwrap()).unwrap();
            tool.name = tool.name.split_once('.').unwrap().1.to_owned();
        }
        self.program.tools.sort_by(|a, b| (a.server, &a.name).cmp(&(b.server, &b.name)));
        self.program.cost = cost::of(&self.program).unwrap_or_default();
        self.program
    }

    /// First pass: texts, labels with their instruction, and the number of each.
    fn collect(&mut self, lines: &[Vec<String>]) {
        let mut pc = 0;
        for line in lines {
            self.texts.extend(line.iter().filter_map(|word| word.strip_prefix('"')).map(str::to_owned));
            for (at, word) in line.iter().enumerate() {
                let key = line.get(at + 1).is_some_and(|next| next == ":" || next == "?");
                if key && !word.starts_with('"') && line.len() > 2 {
                    self.texts.push(word.clone());
                }
            }
            if line.len() == 2 && line[1] == ":" {
                assert!(
                    self.labels.insert(line[0].clone(), pc).is_none(),
                    "label {} is there twice",
                    line[0]
                );
            } else if operation(&line[0]).is_some() {
                pc += 1;
            }
        }
        self.texts.sort();
        self.texts.dedup();
    }

    fn text(&self, text: &str) -> StrId {
        let index = self
            .texts
            .binary_search_by(|t| t.as_str().cmp(text))
            .unwrap_or_else(|_| panic!("no text {text}"));
        StrId(u32::try_from(index).unwrap())
    }

    fn quoted(&self, word: &str) -> StrId {
        self.text(word.strip_prefix('"').unwrap_or_else(|| panic!("`{word}` is no text")))
    }

    fn declare(&mut self, line: &[String]) {
        let name = line.get(1).cloned().unwrap_or_default();
        let rest = line.get(2..).unwrap_or_default();
        match line[0].as_str() {
            "host_registers" => self.program.host_registers = name.parse().unwrap(),
            "principal" | "session" => {
                let mut frame = 0;
                let (node, _) = self.plan(&line[1..], &mut frame);
                self.program.host_registers = self.program.host_registers.max(frame);
                if line[0] == "principal" {
                    self.program.principal = node
                } else {
                    self.program.session = node
                }
            }
            "now" => {
                let register = reg(&name);
                self.program.host_registers = self.program.host_registers.max(register + 1);
                self.program.now = Some(register);
            }
            "tool" => self.declare_tool(name, rest),
            "allow" | "ask" | "deny" => self.declare_statement(line),
            "set" => {
                let mut set: Vec<StrId> = rest.iter().map(|word| self.quoted(word)).collect();
                set.sort();
                self.constant(name, |p| p.string_sets.len());
                self.program.string_sets.push(set);
            }
            "numbers" => {
                let mut set: Vec<Decimal> = rest.iter().map(|n| Decimal::parse_json(n).unwrap()).collect();
                set.sort();
                self.constant(name, |p| p.number_sets.len());
                self.program.number_sets.push(set);
            }
            "pattern" => {
                let shape = match rest[0].as_str() {
                    "exact" => PatternShape::Exact(self.quoted(&rest[1])),
                    "prefix" => PatternShape::Prefix(self.quoted(&rest[1])),
                    "suffix" => PatternShape::Suffix(self.quoted(&rest[1])),
                    "contains" => PatternShape::Contains(self.quoted(&rest[1])),
                    "between" => PatternShape::PrefixSuffix(self.quoted(&rest[1]), self.quoted(&rest[2])),
                    other => panic!("no pattern `{other}`"),
                };
                self.constant(name, |p| p.patterns.len());
                self.program.patterns.push(Pattern { source: rest[1][1..].to_owned(), shape });
            }
            "table" => {
                let mut rows: Vec<(StrId, Const)> =
                    rest.chunks(2).map(|row| (self.quoted(&row[0]), self.value(&row[1]))).collect();
                rows.sort_by_key(|row| row.0);
                self.constant(name, |p| p.tables.len());
                let (keys, values) = rows.into_iter().unzip();
                self.program.tables.push(Table { keys, values });
            }
            "zone" => {
                // zone berlin 3600 1000 7200 … horizon 9000
                let numbers: Vec<i64> = rest.iter().filter_map(|n| n.parse().ok()).collect();
                let (offset, rest) = numbers.split_first().unwrap();
                let (horizon, rest) = rest.split_last().unwrap();
                self.constant(name.clone(), |p| p.zones.len());
                self.program.zones.push(ZoneTable {
                    name,
                    initial_offset: i32::try_from(*offset).unwrap(),
                    transitions: rest.chunks(2).map(|row| (row[0], i32::try_from(row[1]).unwrap())).collect(),
                    horizon: *horizon,
                });
            }
            "members" => self.members(name, rest),
            _ => self.declare_memory(name, rest, line),
        }
    }

    /// `members domain 3 1 r4 2 r5`: view number, then members with their registers, then perhaps a constant.
    fn members(&mut self, name: String, rest: &[String]) {
        let (pairs, param) = match rest {
            [pairs @ .., constant] if constant.starts_with('"') => (pairs, Some(self.quoted(constant))),
            pairs => (pairs, None),
        };
        let members = pairs[1..].chunks(2).map(|row| (row[0].parse().unwrap(), reg(&row[1]))).collect();
        self.constant(name, |p| p.views.len());
        self.program.views.push(ViewCall { view: rest[0].parse().unwrap(), param, zone: None, members });
    }

    fn value(&self, word: &str) -> Const {
        match word {
            "true" => Const::Bool(true),
            "false" => Const::Bool(false),
            text if text.starts_with('"') => Const::Str(self.quoted(text)),
            number => Const::Number(Decimal::parse_json(number).unwrap().units()),
        }
    }

    fn constant(&mut self, name: String, index: impl FnOnce(&Program) -> usize) {
        let index = u32::try_from(index(&self.program)).unwrap();
        assert!(self.constants.insert(name.clone(), index).is_none(), "constant {name} is there twice");
    }

    fn declare_tool(&mut self, name: String, rest: &[String]) {
        let mut frame = self.program.host_registers;
        let end = rest.iter().rposition(|word| word == "}").map_or(0, |at| at + 1);
        let (args, _) = self.plan(&rest[..end], &mut frame);
        let option = |key: &str| {
            rest.iter().position(|word| word == key).map(|at| rest[at + 1].parse::<u16>().unwrap())
        };
        let digest = [u8::try_from(self.program.tools.len() + 1).unwrap_or(0); 32];
        self.program.tools.push(Tool {
            admit_entry: None,
            input: false,
            learning: None,
            server: 0,
            name,
            digest,
            args,
            entry: u32::MAX,
            list_entry: u32::MAX,
            registers: option("registers").unwrap_or(frame),
            memos: option("memos").unwrap_or(0),
        });
    }

    fn declare_statement(&mut self, line: &[String]) {
        let has = |word: &str| line[2..].iter().any(|other| other == word);
        let after = |word: &str| line.iter().position(|w| w == word).map(|at| line[at + 1][1..].to_owned());
        let effect = match line[0].as_str() {
            "allow" => Effect::Allow,
            "ask" => Effect::Ask,
            _ => Effect::Deny,
        };
        let quorum = line.iter().position(|w| w == "quorum").map_or(1, |at| line[at + 1].parse().unwrap());
        let within_ms = line.iter().position(|w| w == "within").map(|at| line[at + 1].parse().unwrap());
        let from = vec![after("from").unwrap_or_else(|| "lead".into())];
        self.program.statements.push(Statement {
            id: line[1].clone(),
            effect,
            kind: if has("hide") { StatementKind::Hide } else { StatementKind::Rule },
            guardrail: has("guardrail"),
            shadow: has("shadow"),
            because: after("because").unwrap_or_default(),
            span: SourceSpan { source: 0, start: 0, end: 5 },
            terms: (effect == Effect::Ask).then_some(ApprovalTerms { from, quorum, within_ms }),
        });
    }

    /// Reads a type; returns its node and what follows. `frame` grows to hold the captures.
    fn plan<'w>(&mut self, mut words: &'w [String], frame: &mut u16) -> (NodeId, &'w [String]) {
        let mut node = Node { kinds: 0, ..NODE };
        loop {
            let (word, rest) = words.split_first().expect("a type");
            words = self.alternative(word, rest, &mut node, frame);
            match words.split_first() {
                Some((bar, rest)) if bar == "|" => words = rest,
                _ => break,
            }
        }
        if words.first().is_some_and(|word| word == "->") {
            node.capture = reg(&words[1]);
            *frame = (*frame).max(node.capture + 1);
            words = &words[2..];
        }
        self.program.plan.nodes.push(node);
        (NodeId(index(self.program.plan.nodes.len())), words)
    }

    fn alternative<'w>(
        &mut self,
        word: &str,
        rest: &'w [String],
        node: &mut Node,
        frame: &mut u16,
    ) -> &'w [String] {
        let role = match word {
            "timestamp" => plan::Role::Timestamp,
            "date" => plan::Role::Date,
            "duration" => plan::Role::Duration,
            _ => plan::Role::Text,
        };
        match word {
            "any" => node.kinds = KIND_ANY,
            "null" => node.kinds |= KIND_NULL,
            "bool" => node.kinds |= KIND_BOOL,
            "true" | "false" => {
                (node.kinds, node.boolean) = (node.kinds | KIND_BOOL, if word == "true" { 2 } else { 1 })
            }
            "number" => node.kinds |= KIND_NUMBER,
            "integer" => {
                node.kinds |= KIND_NUMBER;
                self.program.plan.numbers.push(NumberCheck { integer: true, ..NumberCheck::default() });
                node.number = index(self.program.plan.numbers.len());
            }
            "string" | "timestamp" | "date" | "duration" => {
                node.kinds |= KIND_STRING;
                if role != plan::Role::Text {
                    self.program.plan.strings.push(StringCheck { role, ..StringCheck::default() });
                    node.string = index(self.program.plan.strings.len());
                }
            }
            "[" => {
                node.kinds |= KIND_LIST;
                let mut stride = 0;
                let (items, after) = self.plan(rest, &mut stride);
                assert_eq!(after[0], "]");
                self.program.plan.lists.push(ListCheck { items, stride, min: 0, max: None, unique: false });
                node.list = index(self.program.plan.lists.len());
                return &after[1..];
            }
            "{" => {
                node.kinds |= KIND_OBJECT;
                return self.object(rest, node, frame);
            }
            other => panic!("no type `{other}`"),
        }
        rest
    }

    /// `k: T, k?: T, .. }` or `* rN: T }`, whose entries are captured in register N.
    fn object<'w>(&mut self, mut words: &'w [String], node: &mut Node, frame: &mut u16) -> &'w [String] {
        let mut object = ObjectCheck {
            keys: vec![],
            rest: plan::Rest::Closed,
            min: 0,
            max: None,
            names: None,
            variants: None,
            entries: None,
        };
        while words[0] != "}" {
            if words[0] == "," {
                words = &words[1..];
            } else if words[0] == ".." {
                object.rest = Rest::Open;
                words = &words[1..];
            } else if words[0] == "*" {
                let register = reg(&words[1]);
                *frame = (*frame).max(register + 1);
                let mut stride = 1;
                let (rest, after) = self.plan(&words[3..], &mut stride);
                object.rest = Rest::Map(rest);
                object.entries = Some((register, stride));
                words = after;
            } else {
                let required = words[1] == ":";
                let name = self.text(words[0].trim_start_matches('"'));
                let (node, after) = self.plan(&words[if required { 2 } else { 3 }..], frame);
                object.keys.push(Key { name, node, required });
                words = after;
            }
        }
        object.keys.sort_by_key(|key| key.name);
        self.program.plan.objects.push(object);
        node.object = index(self.program.plan.objects.len());
        &words[1..]
    }

    fn emit(&mut self, line: &[String]) {
        if line[0] == "admission" {
            let here = u32::try_from(self.program.code.len()).unwrap();
            self.tool(&line[1]).admit_entry = Some(here);
        } else if line[0] == "learning" {
            let entry = u32::try_from(self.program.code.len()).unwrap();
            let (text, result) = match &line[2..] {
                [word, text, result @ ..] if word == "text" => (Some(reg(text)), result),
                result => (None, result),
            };
            let mut frame = 0;
            let (result, _) = self.plan(result, &mut frame);
            let learning = Learning { result, text, entry, shown_entry: None, promised: false };
            self.tool(&line[1]).learning = Some(learning);
        } else if line[0] == "code" || line[0] == "list" {
            for name in &line[1..] {
                let here = u32::try_from(self.program.code.len()).unwrap();
                let tool = self.tool(name);
                if line[0] == "code" {
                    tool.entry = here;
                } else {
                    tool.list_entry = here;
                }
            }
        } else if let Some(op) = operation(&line[0]).filter(|_| line.get(1).is_none_or(|word| word != ":")) {
            let instr = self.instr(op, &line[1..]);
            let pc = u32::try_from(self.program.code.len()).unwrap();
            let statement = if op == Op::Match { instr.c } else { u32::MAX };
            let span = SourceSpan { source: 0, start: pc, end: pc + 1 };
            self.program.spans.push(PcSpan { pc, statement, span });
            self.program.code.push(instr);
        }
    }

    fn tool(&mut self, name: &str) -> &mut Tool {
        let tool = self.program.tools.iter_mut().find(|tool| tool.name == name);
        tool.unwrap_or_else(|| panic!("no tool {name}"))
    }

    fn instr(&mut self, op: Op, words: &[String]) -> Instr {
        let mut words = words.iter();
        let mut fields = [0_u32; 4];
        for (field, role) in fields.iter_mut().zip(op.roles()) {
            if role != Role::Unused {
                *field = self.operand(role, &mut words);
            }
        }
        let mut flags = 0;
        for flag in words {
            flags |= match flag.as_str() {
                "not" => NEGATE,
                "unknown" => UNKNOWN_IS_TRUE,
                "grants" => GRANTS,
                other => panic!("no flag `{other}` of {op}"),
            };
        }
        let [a, b, c, target] = fields;
        Instr { op, flags, a: u16::try_from(a).unwrap(), b, c, target }
    }

    fn operand<'w>(&mut self, role: Role, words: &mut impl Iterator<Item = &'w String>) -> u32 {
        let word = words.next().expect("an operand");
        match role {
            Role::Unused => 0,
            Role::Read | Role::Write | Role::Update => reg(word).into(),
            Role::SecondList if word == "-" => u32::MAX,
            Role::SecondList => reg(word).into(),
            Role::Depth => word.strip_prefix('d').unwrap().parse().unwrap(),
            Role::Memo => word.strip_prefix('m').unwrap().parse().unwrap(),
            Role::Truth => ["false", "true", "unknown"].iter().position(|t| t == word).unwrap() as u32,
            Role::Compare => {
                (0..6).find(|c| Compare::from_code(*c).unwrap().name() == word).expect("a comparison")
            }
            Role::Keys | Role::Fields => reg(word).into(),
            Role::Kinds | Role::Offset | Role::Places => word.parse().unwrap(),
            Role::Bool => u32::from(word == "true"),
            Role::Statement => index(
                1 + self
                    .program
                    .statements
                    .iter()
                    .position(|s| s.id == *word)
                    .unwrap_or_else(|| panic!("no statement {word}")),
            ),
            Role::String => self.quoted(word).0,
            Role::Number => {
                self.program
                    .numbers
                    .push(Decimal::parse_json(word).unwrap_or_else(|| panic!("no number {word}")).units());
                index(self.program.numbers.len())
            }
            Role::Cidr => {
                self.program.cidrs.push(self.quoted(word));
                index(self.program.cidrs.len())
            }
            Role::Switch => {
                // switch r0 "a" L1 "b" L2 default L3 missing L4
                let rest: Vec<&String> = std::iter::once(word).chain(words).collect();
                let target = |key: &str| {
                    rest.chunks(2).find(|row| row[0] == key).map(|row| self.labels[row[1]]).unwrap()
                };
                let mut cases: Vec<(StrId, u32)> = rest
                    .chunks(2)
                    .filter(|row| row[0].starts_with('"'))
                    .map(|row| (self.quoted(row[0]), self.labels[row[1]]))
                    .collect();
                cases.sort_by_key(|case| case.0);
                let switch = Switch { cases, default: target("default"), missing: target("missing") };
                self.program.switches.push(switch);
                index(self.program.switches.len())
            }
            Role::StringSet
            | Role::NumberSet
            | Role::Pattern
            | Role::Table
            | Role::View
            | Role::Zone
            | Role::Fact
            | Role::FactRead
            | Role::Label
            | Role::LabelSet
            | Role::Limit => *self.constants.get(word).unwrap_or_else(|| panic!("no constant {word}")),
            Role::Forward | Role::LoopEnd | Role::LoopStart => {
                *self.labels.get(word).unwrap_or_else(|| panic!("no label {word}"))
            }
        }
    }
}

/// A node that accepts anything and captures nothing.
const NODE: Node = Node {
    kinds: KIND_ANY,
    boolean: 0,
    capture: NO_REGISTER,
    number: NO_CHECK,
    string: NO_CHECK,
    list: NO_CHECK,
    object: NO_CHECK,
};

fn operation(name: &str) -> Option<Op> {
    Op::ALL.iter().copied().find(|op| op.name() == name)
}

/// The index of the last of `length` items.
fn index(length: usize) -> u32 {
    u32::try_from(length - 1).unwrap()
}

/// `r3`, or `e1.0`: offset 0 of the element at depth 1.
fn reg(word: &str) -> u16 {
    if let Some(element) = word.strip_prefix('e') {
        let (depth, offset) = element.split_once('.').unwrap();
        return Reg::element(depth.parse().unwrap(), offset.parse().unwrap()).0;
    }
    word.strip_prefix('r').and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("no register `{word}`"))
}
