//! Statements as text. In: a policy so far, and what its file may use. Out: rules, decides, hides and the definitions they use.

use super::condition::{Definition, Maker, Position};
use super::locks::Server;
use super::policy::{ItemKind, PolicyText};
use super::pool::Sort;
use super::rng::Rng;
use super::scope::{Path, derived, paths, quoted, step};
use super::shape::{Field, Shape, ToolShape};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A tool list, and what its conditions can read of the arguments.
pub(super) struct Tools {
    pub(super) text: String,
    pub(super) fields: Vec<Field>,
    /// Their hints select them, so nothing may be granted.
    pub(super) hints: bool,
}

/// Writes statements into one file.
pub(super) struct Writer<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) out: &'a mut PolicyText,
    pub(super) file: usize,
    prefix: &'static str,
    pub(super) imports: BTreeSet<(&'static str, &'static str)>,
    pub(super) definitions: Vec<Definition>,
    pub(super) groups: Vec<(String, usize)>,
    pub(super) next: usize,
    pub(super) guardrail: bool,
    /// Fields of the host that the file declares.
    pub(super) hosts: [Vec<Field>; 2],
}

impl<'a> Writer<'a> {
    pub(super) fn new(rng: &'a mut Rng, out: &'a mut PolicyText, file: usize, prefix: &'static str) -> Self {
        let hosts = [out.principal.clone(), out.session.clone()];
        Self {
            rng,
            out,
            file,
            prefix,
            imports: BTreeSet::new(),
            definitions: Vec::new(),
            groups: Vec::new(),
            next: 0,
            guardrail: false,
            hosts,
        }
    }

    fn name(&mut self, stem: &str) -> String {
        self.next += 1;
        format!("{}{stem}{}", self.prefix, self.next)
    }

    pub(super) fn definitions(&mut self) {
        if self.rng.chance(50) {
            let name = self.name("pool");
            self.out.push(
                self.file,
                ItemKind::Frame,
                format!("let {name} = [\"main\", \"corp.example\", \"ann@corp.example\"]"),
            );
            self.definitions.push(Definition::Texts(name));
        }
        if self.rng.chance(60) {
            let name = self.name("table");
            let text = format!("let {name} = {{ gold: 3, silver: 1.5, \"x y\": -2, main: 50 }}");
            self.out.push(self.file, ItemKind::Frame, text);
            self.definitions.push(Definition::Numbers(name));
        }
        for _ in 0..self.rng.below(3) {
            let kind = self.rng.below(3);
            let name = self.name("fn_");
            let (parameter, shape, result) = match kind {
                0 => ("string", Shape::Text(Sort::Word, None), "bool"),
                1 => ("string", Shape::Text(Sort::Email, None), "string"),
                _ => ("decimal", Shape::Decimal(None, None), "bool"),
            };
            let scope = vec![Path::place("x".to_owned(), shape)];
            let body = {
                let mut maker = self.maker(scope);
                maker.time = false;
                if kind == 1 {
                    maker.text().map(|text| text.text)
                } else {
                    Some(maker.condition(1, Position::Grants))
                }
            };
            let Some(body) = body else { continue };
            let text = format!("fn {name}(x: {parameter}) -> {result} = {body}");
            self.out.push(self.file, ItemKind::Frame, text);
            self.definitions.push(match kind {
                0 => Definition::TextTest(name),
                1 => Definition::TextToText(name),
                _ => Definition::NumberTest(name),
            });
        }
    }

    pub(super) fn groups(&mut self) {
        if self.rng.chance(40) {
            let server = self.rng.below(self.out.servers.len());
            let name = self.name("group_");
            let tools = self.tools_of(server);
            self.out.push(self.file, ItemKind::Frame, format!("group {name} = {tools}"));
            self.groups.push((name, server));
        }
    }

    pub(super) fn maker(&mut self, scope: Vec<Path>) -> Maker<'_> {
        Maker {
            rng: self.rng,
            scope,
            definitions: &self.definitions,
            constants: &mut self.out.constants,
            imports: &mut self.imports,
            loops: 0,
            next: 0,
            time: true,
        }
    }

    fn spelled(&self, server: &Server, tool: &ToolShape) -> String {
        step(&server.alias, &tool.name)
    }

    /// Some tools of one server.
    fn tools_of(&mut self, server: usize) -> String {
        let Some(server) = self.out.servers.get(server).cloned() else { return "*".to_owned() };
        let all: Vec<String> = server.tools.iter().map(|tool| self.spelled(&server, tool)).collect();
        match self.rng.below(4) {
            0 => format!("{}.*", server.alias),
            1 => {
                let stem = self.rng.word(&["get_*", "delete_*", "*e*", "*"]);
                let matches = |tool: &ToolShape| match stem {
                    "get_*" => tool.name.starts_with("get_"),
                    "delete_*" => tool.name.starts_with("delete_"),
                    "*e*" => tool.name.contains('e'),
                    _ => true,
                };
                let stem = if server.tools.iter().any(matches) { stem } else { "*" };
                format!("{}.{stem}", server.alias)
            }
            2 if all.len() > 1 => {
                let out = self.rng.pick(&all).cloned().unwrap_or_default();
                format!("{}.* except {out}", server.alias)
            }
            _ => {
                let mut some = all;
                self.rng.shuffle(&mut some);
                some.truncate(2);
                some.join(", ")
            }
        }
    }

    /// A tool list for a statement.
    pub(super) fn tools(&mut self, may_hint: bool) -> Tools {
        let index = self.rng.below(self.out.servers.len());
        let Some(server) = self.out.servers.get(index).cloned() else {
            return Tools { text: "*".to_owned(), fields: Vec::new(), hints: false };
        };
        let shared = server.shared.clone();
        match self.rng.below(20) {
            0 => Tools { text: "*".to_owned(), fields: self.common(), hints: false },
            1 if may_hint => {
                let hint = self.rng.word(&["destructiveHint", "not readOnlyHint"]);
                Tools { text: format!("{}.* where {hint}", server.alias), fields: shared, hints: true }
            }
            2 if !self.guardrail => {
                let Some(tool) = self.rng.pick(&server.tools) else { return self.tools(false) };
                let Some(field) = self.rng.pick(&tool.fields).cloned() else { return self.tools(false) };
                let text = format!("{}.* having {}", server.alias, step("args", &field.name));
                let one =
                    server.tools.iter().filter(|t| t.fields.iter().any(|f| f.name == field.name)).count();
                let fields = if one == 1 { tool.fields.clone() } else { shared };
                Tools { text, fields, hints: false }
            }
            3 | 4 if !self.groups.is_empty() => {
                let Some((name, server)) = self.rng.pick(&self.groups).cloned() else {
                    return self.tools(false);
                };
                let fields = self.out.servers.get(server).map(|s| s.shared.clone()).unwrap_or_default();
                Tools { text: name, fields, hints: false }
            }
            5..=7 => Tools { text: self.tools_of(index), fields: shared, hints: false },
            _ => {
                let Some(tool) = self.rng.pick(&server.tools).cloned() else { return self.tools(false) };
                Tools { text: self.spelled(&server, &tool), fields: tool.fields, hints: false }
            }
        }
    }

    /// Fields that every tool of every server declares alike.
    fn common(&self) -> Vec<Field> {
        match self.out.servers.as_slice() {
            [only] => only.shared.clone(),
            _ => Vec::new(),
        }
    }

    /// Paths of arguments and of what the host supplies.
    pub(super) fn scope(&mut self, fields: &[Field]) -> Vec<Path> {
        let mut all = paths("args", fields, self.rng);
        // Arguments are spoken of more often than the host's values.
        all.extend(all.clone());
        let [principal, session] = self.hosts.clone();
        all.extend(paths("principal", &principal, self.rng));
        all.extend(paths("session", &session, self.rng));
        let computed = derived(&all, self.rng);
        all.extend(computed);
        all
    }

    pub(super) fn statements(&mut self, count: usize) {
        for _ in 0..count {
            let text = match self.rng.below(10) {
                0..=5 => self.rule(),
                6..=8 => self.decide(),
                _ if self.rng.chance(50) => self.rule(),
                _ => self.hide(),
            };
            let shadow = if self.rng.chance(8) { "shadow " } else { "" };
            self.out.push(self.file, ItemKind::Statement, format!("{shadow}{text}"));
        }
    }

    fn effect(&mut self) -> &'static str {
        if self.guardrail {
            return if self.rng.chance(50) { "deny" } else { "ask" };
        }
        match self.rng.below(10) {
            0..=5 => "allow",
            6..=8 => "ask",
            _ => "deny",
        }
    }

    /// The clauses of a statement; the position is that of its `when`.
    fn clauses(&mut self, effect: &str, scope: Vec<Path>, plain: usize) -> String {
        let position = if effect == "allow" { Position::Grants } else { Position::Restricts };
        let mut out = String::new();
        let mut scope = scope;
        if self.rng.chance(12)
            && let Some(list) = self.maker(scope.clone()).list()
        {
            let name = self.name("w");
            let _ = write!(out, "\n  with {name} = {}", list.text);
            let shape = Shape::List(Box::new(list.shape), 0, None, false);
            let path = Path { text: name, shape, place: false };
            scope.extend([path.clone(), path]);
        }
        if !self.rng.chance(plain) {
            let depth = self.rng.below(3);
            let when = self.maker(scope.clone()).condition(depth, position);
            let _ = write!(out, "\n  when {when}");
        }
        if self.rng.chance(12) {
            let unless = self.maker(scope).condition(1, position.flipped());
            let _ = write!(out, "\n  unless {unless}");
        }
        if self.rng.chance(25) {
            let _ = write!(out, "\n  because \"Reason {}.\"", self.rng.below(5));
        }
        if effect == "ask" {
            if self.guardrail || self.rng.chance(40) {
                let who = self.rng.word(&["\"security\"", "\"lead\", \"security\"", "\"finance\""]);
                let _ = write!(out, "\n  from {who}");
            }
            if self.rng.chance(30) {
                let _ = write!(out, "\n  quorum {}", 1 + self.rng.below(3));
            }
            if self.rng.chance(30) {
                let _ = write!(out, "\n  within {}", self.rng.word(&["15m", "2h", "1h30m"]));
            }
        }
        out
    }

    fn rule(&mut self) -> String {
        let effect = self.effect();
        let tools = self.tools(effect != "allow");
        let effect = if tools.hints && effect == "allow" { "deny" } else { effect };
        let scope = self.scope(&tools.fields);
        let plain = if effect == "allow" { 40 } else { 4 };
        let clauses = self.clauses(effect, scope, plain);
        format!("rule {}: {effect} {}{clauses}", self.name("r"), tools.text)
    }

    fn decide(&mut self) -> String {
        let tools = self.tools(self.guardrail);
        let scope = self.scope(&tools.fields);
        let mut out = format!("decide {} on {} {{", self.name("d"), tools.text);
        let count = 1 + self.rng.below(4);
        for arm in 0..count {
            let effect = self.effect();
            let last = arm + 1 == count;
            let clauses = self.clauses(effect, scope.clone(), if last { 50 } else { 3 });
            let _ = write!(out, "\n  arm{arm}: {effect}{}", clauses.replace('\n', "\n  "));
        }
        out.push_str("\n}");
        out
    }

    fn hide(&mut self) -> String {
        let tools = self.tools(true);
        let [principal, _] = self.hosts.clone();
        let scope = paths("principal", &principal, self.rng);
        let mut out = format!("hide {}: {}", self.name("h"), tools.text);
        if self.rng.chance(85) {
            let mut maker = self.maker(scope);
            maker.time = false;
            let when = maker.condition(1, Position::Restricts);
            let _ = write!(out, "\n  when {when}");
        }
        out
    }

    /// Many rules that test one text for equality, so that an index pays.
    pub(super) fn many_equal(&mut self) {
        let tools = self.tools(false);
        let scope = self.scope(&tools.fields);
        let text = |path: &&Path| matches!(path.shape, Shape::Text(_, None) | Shape::Dynamic);
        let Some(path) = scope.iter().find(text).cloned() else { return };
        let sort = path.sort().unwrap_or(Sort::Word);
        let constants = super::pool::texts(sort);
        for _ in 0..5 + self.rng.below(8) {
            let effect = self.effect();
            let constant = self.rng.word(constants);
            self.out.constants.texts.push(constant.to_owned());
            let test = match self.rng.below(4) {
                0 => format!("{} in [{}, {}]", path.text, quoted(constant), quoted(self.rng.word(constants))),
                _ => format!("{} == {}", path.text, quoted(constant)),
            };
            let position = if effect == "allow" { Position::Grants } else { Position::Restricts };
            let test = if self.rng.chance(40) {
                let more = self.maker(scope.clone()).condition(0, position);
                format!("{test} and {more}")
            } else {
                test
            };
            let name = self.name("e");
            let text = format!("rule {name}: {effect} {} when {test}", tools.text);
            self.out.push(self.file, ItemKind::Statement, text);
        }
    }
}
