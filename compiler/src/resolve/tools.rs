//! Tool lists. In: `crm.*, writes except crm.get_* where destructiveHint`. Out: the tools they select, sorted, and what is wrong
//! with the list. Globs are resolved against the locks; a tool that appears later is denied.

use super::anchor::{Anchor, Found, Spot};
use super::lost::Wanted;
use super::namespace::{Hints, Namespace, World};
use super::suggest::{did_you_mean, listing, nearest};
use crate::diagnostics::Code;
use policyc_grammar::ast::{BinaryOp, Expr, ExprKind, Name, ToolList, ToolPattern, ToolPatternKind, UnaryOp};
use std::collections::BTreeSet;

/// Where a list is read: its namespace and file.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub world: &'a World,
    pub namespace: &'a Namespace,
    pub file: usize,
    pub anchor: &'a Anchor,
}

/// What a list selects.
#[derive(Debug, Default)]
pub(crate) struct Selected {
    pub tools: BTreeSet<u32>,
    /// Some `where` over hints took part.
    pub by_hints: bool,
    /// Of the tools, those whose lock does not say whether the `where` holds.
    pub uncertain: BTreeSet<u32>,
    /// Something in the list was reported, here or where it is defined: what is left says nothing about the author's list.
    pub broken: bool,
    /// Groups that were named, for the finding `unused`.
    pub groups: BTreeSet<String>,
}

/// Resolves a list except its `having`, which needs the statement's checker.
pub(crate) fn select(place: Place<'_>, list: &ToolList, found: &mut Vec<Found>) -> Selected {
    // A server whose lock could not be read was reported where it is imported, a group where it stands.
    let broken = !place.scope().broken_aliases.is_empty() || place.names_broken_group(list);
    let mut out = Selected { broken, ..Selected::default() };
    let before = found.len();
    for pattern in &list.patterns {
        let hit = one(place, pattern, &mut out.groups, found);
        out.tools.extend(hit);
    }
    for pattern in &list.except {
        let selected = out.tools.len();
        let mut quiet = Vec::new();
        for tool in one(place, pattern, &mut out.groups, &mut quiet) {
            out.tools.remove(&tool);
        }
        if quiet.is_empty() && out.tools.len() == selected && !broken {
            found.push(
                Found::new(Code::E0305, place.spot(pattern.span), "this `except` takes out nothing")
                    .help("none of the tools it names is selected before it")
                    .missing(Wanted::Tools, ""),
            );
        }
        found.extend(quiet);
    }
    if let Some(hints) = &list.hints {
        let before = found.len();
        // A hint that is not known selects as well: a restriction applies unless the lock says that it does not.
        for tool in std::mem::take(&mut out.tools) {
            match place.hint_value(place.hints(tool), hints, found) {
                Some(false) => continue,
                Some(true) => {}
                None => _ = out.uncertain.insert(tool),
            }
            out.tools.insert(tool);
        }
        // What asks for something else than hints is reported for that alone.
        out.by_hints = found.len() == before;
        out.broken |= !out.by_hints;
    }
    if out.tools.is_empty() && found.len() == before && !broken {
        let none = Found::new(Code::E0305, place.spot(list.span), "no tool is left in this list");
        found.push(none.missing(Wanted::Tools, ""));
    }
    out
}

fn one(
    place: Place<'_>,
    pattern: &ToolPattern,
    groups: &mut BTreeSet<String>,
    found: &mut Vec<Found>,
) -> Vec<u32> {
    match &pattern.kind {
        ToolPatternKind::Every => place.every(),
        ToolPatternKind::Group(name) => group(place, pattern, name, groups, found),
        ToolPatternKind::Exact(alias, tool) => exact(place, pattern, alias, tool, found),
        ToolPatternKind::Glob(alias, glob) => {
            let universe = match alias.text.as_str() {
                "*" => place.every(),
                _ => match place.server(alias, found) {
                    Some(server) => place.of_server(server),
                    None => return Vec::new(),
                },
            };
            let hits: Vec<u32> =
                universe.iter().copied().filter(|&t| glob_matches(glob, place.name(t))).collect();
            if hits.is_empty() {
                let message = format!("`{}.{glob}` matches no tool", alias.text);
                let bare = glob.replace('*', "");
                let near = nearest(&bare, universe.iter().map(|&t| place.name(t)));
                let help = near.map(|n| format!("the nearest tool is `{n}`")).unwrap_or_else(|| {
                    format!("the lock has {}", listing(universe.iter().map(|&t| place.name(t)), 6))
                });
                let none = Found::new(Code::E0305, place.spot(pattern.span), message).help(help);
                found.push(if alias.text == "*" { none.missing(Wanted::Tools, "") } else { none });
            }
            hits
        }
    }
}

fn group(
    place: Place<'_>,
    pattern: &ToolPattern,
    name: &Name,
    groups: &mut BTreeSet<String>,
    found: &mut Vec<Found>,
) -> Vec<u32> {
    if let Some(tools) = place.namespace.groups.get(&name.text) {
        groups.insert(name.text.to_string());
        return tools.to_vec();
    }
    let known = place.namespace.groups.keys().map(policyc_grammar::ast::Text::as_str);
    let aliases = place.scope().aliases.keys().map(policyc_grammar::ast::Text::as_str);
    let qualified = place.every().into_iter().find(|&t| place.name(t) == name.text).and_then(|t| {
        let server = place.world.tools.get(t as usize)?.server;
        let alias = place.scope().aliases.iter().find(|(_, s)| **s == server)?.0;
        Some(format!("a tool is written with its server: `{alias}.{}`", name.text))
    });
    let help = qualified.or_else(|| did_you_mean(&name.text, known.chain(aliases)));
    let message = format!("no group is named `{}`", name.text);
    found.push(
        Found::new(Code::E0303, place.spot(pattern.span), message)
            .maybe_help(
                help.or_else(|| {
                    Some("write `alias.tool`, `alias.*`, `*`, or the name of a `group`".to_owned())
                }),
            )
            .missing(Wanted::Group, &name.text),
    );
    Vec::new()
}

fn exact(
    place: Place<'_>,
    pattern: &ToolPattern,
    alias: &Name,
    tool: &Name,
    found: &mut Vec<Found>,
) -> Vec<u32> {
    let Some(server) = place.server(alias, found) else { return Vec::new() };
    if let Some(hit) = place.tool(server, &tool.text) {
        return vec![hit];
    }
    let tools = place.of_server(server);
    let near = nearest(&tool.text, tools.iter().map(|&t| place.name(t)));
    let help = near
        .map(|n| format!("did you mean `{}.{n}`?", alias.text))
        .unwrap_or_else(|| format!("the lock has {}", listing(tools.iter().map(|&t| place.name(t)), 6)));
    let spot = place.spot(pattern.span);
    let message = format!("server `{}` has no tool `{}`", alias.text, tool.text);
    found.push(
        Found::new(Code::E0302, spot, message).help(help).fix(near.map(|n| format!("{}.{n}", alias.text))),
    );
    Vec::new()
}

/// `*` stands for any characters; everything else for itself.
pub(crate) fn glob_matches(glob: &str, name: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl<'a> Place<'a> {
    pub(crate) fn spot(self, span: policyc_grammar::source::Span) -> Spot {
        Spot { anchor: self.anchor.clone(), span }
    }

    fn scope(self) -> &'a super::namespace::FileScope {
        self.namespace.file(self.file)
    }

    /// `*`: in guardrails every tool of the final program (semantics.md 14), elsewhere of the namespace's imports.
    fn every(self) -> Vec<u32> {
        if self.namespace.guardrail {
            (0..u32::try_from(self.world.tools.len()).unwrap_or(u32::MAX)).collect()
        } else {
            self.namespace.tools.iter().copied().collect()
        }
    }

    /// Tools are sorted by server.
    fn of_server(self, server: u16) -> Vec<u32> {
        let first = self.world.tools.partition_point(|t| t.server < server);
        let own = (0u32..).zip(&self.world.tools).skip(first).take_while(|(_, t)| t.server == server);
        own.map(|(number, _)| number).collect()
    }

    /// The tool of that exact name; those of a server are sorted by name.
    fn tool(self, server: u16, name: &str) -> Option<u32> {
        let found = self.world.tools.binary_search_by(|t| (t.server, &*t.name).cmp(&(server, name))).ok()?;
        u32::try_from(found).ok()
    }

    fn name(self, tool: u32) -> &'a str {
        self.world.tools.get(tool as usize).map_or("", |t| &t.name)
    }

    fn server(self, alias: &Name, found: &mut Vec<Found>) -> Option<u16> {
        let scope = self.scope();
        if let Some(server) = scope.aliases.get(&alias.text) {
            return Some(*server);
        }
        if scope.broken_aliases.contains(&alias.text) {
            return None;
        }
        let known = scope.aliases.keys().map(policyc_grammar::ast::Text::as_str);
        let help = did_you_mean(&alias.text, known.clone()).unwrap_or_else(|| {
            let all = listing(known, 6);
            if all.is_empty() {
                "import its tools: `import tools ALIAS from \"FILE.lock.json\"`".to_owned()
            } else {
                format!("this file imports {all}")
            }
        });
        let message = format!("no server is imported as `{}`", alias.text);
        found.push(
            Found::new(Code::E0303, self.spot(alias.span), message)
                .help(help)
                .missing(Wanted::Server, &alias.text),
        );
        None
    }

    fn hints(self, tool: u32) -> Hints {
        self.world.tools.get(tool as usize).map(|t| t.hints).unwrap_or_default()
    }

    /// Whether the list names a group whose own list is wrong.
    fn names_broken_group(self, list: &ToolList) -> bool {
        list.patterns.iter().chain(&list.except).any(|pattern| {
            matches!(&pattern.kind, ToolPatternKind::Group(name) if self.namespace.broken_groups.contains(&name.text))
        })
    }

    fn hint_value(self, hints: Hints, expr: &Expr, found: &mut Vec<Found>) -> Option<bool> {
        match &expr.kind {
            ExprKind::Bool(value) => Some(*value),
            ExprKind::Paren(inner) => self.hint_value(hints, inner, found),
            ExprKind::Unary(UnaryOp::Not, inner) => self.hint_value(hints, inner, found).map(|v| !v),
            ExprKind::And(all) => {
                let values: Vec<_> = all.iter().map(|e| self.hint_value(hints, e, found)).collect();
                if values.contains(&Some(false)) {
                    Some(false)
                } else {
                    values.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
                }
            }
            ExprKind::Or(all) => {
                let values: Vec<_> = all.iter().map(|e| self.hint_value(hints, e, found)).collect();
                if values.contains(&Some(true)) {
                    Some(true)
                } else {
                    values.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            ExprKind::Binary(op @ (BinaryOp::Eq | BinaryOp::Ne), _, a, b) => {
                let (a, b) = (self.hint_value(hints, a, found)?, self.hint_value(hints, b, found)?);
                Some((a == b) == (*op == BinaryOp::Eq))
            }
            ExprKind::Name(name) if Hints::NAMES.contains(&name.as_str()) => hints.get(name),
            _ => {
                let message = "`where` reads locked hints only";
                let help = match &expr.kind {
                    ExprKind::Name(_) => format!("the hints are {}", listing(Hints::NAMES, 4)),
                    _ => "conditions on a call stand behind `when`".to_owned(),
                };
                let known = Found::new(Code::E0303, self.spot(expr.span), message).help(help);
                if !found.contains(&known) {
                    found.push(known);
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::glob_matches;

    #[test]
    fn globs_match_whole_names() {
        for (glob, name, expected) in [
            ("*", "anything", true),
            ("search_*", "search_objects", true),
            ("search_*", "research_x", false),
            ("*_objects", "search_objects", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "acb", false),
            ("delete", "delete", true),
            ("delete", "deleted", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(glob_matches(glob, name), expected, "{glob} on {name}");
        }
    }
}
