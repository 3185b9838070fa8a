//! What the agent sees: rules on results and replies, redactions, disclaimers. In: one item. Out: [`Checked`] with its head, and when it
//! holds: per tool, or for replies.

use super::clauses::{self, Clauses};
use super::cx::Cx;
use super::form::Form;
use super::learning::condition;
use super::no_result::or_unknown;
use super::{Checked, Head, RedactionShape, polarity};
use crate::diagnostics::Code;
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::namespace::{ScopeId, World};
use crate::resolve::tools::{self, Place};
use crate::typed::{Pattern, PatternKind};
use policyc_grammar::ast::{
    Clause, Effect, Expr, ExprKind, Item, ItemKind, Name, RedactDecl, RedactPartKind, ToolList,
};
use policyc_grammar::source::Span;
use policyc_runtime::program::{self, StatementKind};
use std::sync::Arc;

/// What stands in the place of what was taken out, if the policy does not say.
const MARKER: &str = "[redacted]";

/// Checks an item that says what the agent sees; `None` for other items.
pub(crate) fn check(world: &World, scope: ScopeId, anchor: &Anchor, item: &Item) -> Option<Checked> {
    let mut checker = Checker { world, scope, anchor, item, out: Checked::default() };
    match &item.kind {
        ItemKind::ResultRule { name, effect, effect_span, tools, clauses } => {
            checker.denies(*effect, *effect_span, "a result is denied or shown");
            checker.result_rule(name, tools, clauses, StatementKind::Result);
        }
        ItemKind::ReplyRule { name, effect, effect_span, clauses } => {
            checker.denies(*effect, *effect_span, "a reply is denied or goes out");
            checker.reply(name, clauses, StatementKind::Reply);
        }
        ItemKind::Redact(redact) => checker.redact(redact),
        ItemKind::Append { name, text, clauses } => {
            if text.value.trim().is_empty() {
                checker.report(Code::E0409, text.span, "this appends nothing", "write the disclaimer");
            }
            checker.out.disclaimer = Some(Arc::from(text.value.as_str()));
            checker.reply(name, clauses, StatementKind::Append);
        }
        _ => return None,
    }
    Some(checker.out)
}

struct Checker<'a> {
    world: &'a World,
    scope: ScopeId,
    anchor: &'a Anchor,
    item: &'a Item,
    out: Checked,
}

impl<'a> Checker<'a> {
    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        let at = Spot { anchor: self.anchor.clone(), span };
        self.out.found.push(Found::new(code, at, message).help(help));
    }

    fn denies(&mut self, effect: Effect, span: Span, message: &str) {
        if effect != Effect::Deny {
            self.report(Code::E0505, span, message, "write `deny`, and turn the condition round");
        }
    }

    fn head(&mut self, name: &Name, kind: StatementKind, clauses: &Clauses<'_>) {
        let _ = clauses.terms(Effect::Deny, None, name.span, self.anchor, &mut self.out.found);
        self.out.heads.push(Head {
            id: Arc::from(name.text.as_str()),
            effect: program::Effect::Deny,
            kind,
            shadow: self.item.shadow.is_some(),
            because: clauses.because.clone().unwrap_or_default(),
            terms: None,
            docs: Arc::from(self.item.docs.join("\n")),
            span: self.item.span,
        });
    }

    /// When it holds for the results of each tool: a restriction, so unless its condition is false.
    fn result_rule(&mut self, name: &Name, list: &ToolList, written: &[Clause], kind: StatementKind) {
        let clauses = clauses::sort(written, self.anchor, &mut self.out.found);
        self.head(name, kind, &clauses);
        let namespace = self.world.namespace(self.scope);
        let place = Place { world: self.world, namespace, file: self.scope.file, anchor: self.anchor };
        let selected = tools::select(place, list, &mut self.out.found);
        self.out.used.extend(selected.groups.iter().map(|group| format!("group:{group}")));
        for &tool in &selected.tools {
            let Some(entry) = self.world.tools.get(tool as usize) else { continue };
            let mut cx = Cx::new(self.world, self.scope, self.anchor, Some(&entry.args));
            cx.result = Some(entry.result.as_deref());
            let when = condition(&mut cx, &clauses, name.span);
            polarity::check(&mut cx, &when, false);
            self.keep(cx, Some(&entry.name));
            self.out.shown.push((tool, Arc::new(or_unknown(when))));
        }
    }

    /// What the context has found; each complaint once.
    fn keep(&mut self, mut cx: Cx<'a>, tool: Option<&Arc<str>>) {
        self.out.used.append(&mut cx.used);
        for found in cx.found {
            if !self.out.found.iter().any(|known| known.code == found.code && known.at == found.at) {
                self.out.found.push(match tool {
                    Some(tool) => found.note(format!("on {tool}")),
                    None => found,
                });
            }
        }
    }

    fn reply(&mut self, name: &Name, written: &[Clause], kind: StatementKind) {
        let clauses = clauses::sort(written, self.anchor, &mut self.out.found);
        self.head(name, kind, &clauses);
        let mut cx = Cx::new(self.world, self.scope, self.anchor, None);
        cx.no_args = "a reply is no call: it has no `args`";
        cx.reply = true;
        let when = condition(&mut cx, &clauses, name.span);
        polarity::check(&mut cx, &when, false);
        self.keep(cx, None);
        self.out.reply = Some(Arc::new(when));
    }

    fn redact(&mut self, redact: &RedactDecl) {
        let mut shape = RedactionShape { marker: Arc::from(MARKER), ..RedactionShape::default() };
        let (mut marker, mut written) = (None, Vec::new());
        for part in &redact.parts {
            let twice = match &part.kind {
                RedactPartKind::Paths(paths) => {
                    shape.paths.extend(paths.iter().map(|path| path.steps.iter().map(Into::into).collect()));
                    None
                }
                RedactPartKind::Patterns(patterns) => {
                    let patterns: Vec<Pattern> =
                        patterns.iter().filter_map(|one| self.pattern(one)).collect();
                    shape.patterns.extend(patterns);
                    None
                }
                RedactPartKind::KeepImages => {
                    std::mem::replace(&mut shape.keep_images, true).then_some("keep images")
                }
                RedactPartKind::Marker(text) => marker.replace(text).map(|_| "with"),
                RedactPartKind::Clause(clause) => {
                    written.push(clause.clone());
                    None
                }
            };
            if let Some(word) = twice {
                let message = format!("`{word}` stands twice in one redaction");
                self.report(Code::E0504, part.span, message, "keep one of them");
            }
        }
        if let Some(marker) = marker {
            shape.marker = Arc::from(marker.value.as_str());
        }
        if shape.paths.is_empty() && shape.patterns.is_empty() && self.out.found.is_empty() {
            self.report(
                Code::E0515,
                redact.name.span,
                format!("`{}` redacts nothing", redact.name.text),
                "say what: `paths result.email`, `patterns email_address` (from `std.pii`), `patterns /re/`",
            );
        }
        self.clash(&shape, marker.map_or(redact.name.span, |marker| marker.span));
        self.out.redaction = Some(shape);
        self.result_rule(&redact.name, &redact.tools, &written, StatementKind::Redact);
    }

    /// A pattern: a regex as it is written or named, or a text.
    fn pattern(&mut self, written: &Expr) -> Option<Pattern> {
        let mut cx = Cx::new(self.world, self.scope, self.anchor, None);
        cx.no_args = "a pattern is the same for every call";
        let form = cx.form(written);
        let literal = if let ExprKind::Str(text) = &written.kind { Some(text) } else { None };
        let pattern = match form {
            Form::Regex { pattern, ignore_case } => {
                Some(Pattern { kind: PatternKind::Finds, source: pattern, ignore_case })
            }
            _ => literal.map(|text| Pattern {
                kind: PatternKind::Finds,
                source: Arc::from(crate::ir::pattern::quoted(&text.value)),
                ignore_case: false,
            }),
        };
        let failed = !cx.found.is_empty();
        self.keep(cx, None);
        let Some(pattern) = pattern else {
            if !failed {
                self.report(
                    Code::E0408,
                    written.span,
                    "this is no pattern",
                    "write a regular expression `/re/`, a text, or a name for one: `import std.pii { email_address }`",
                );
            }
            return None;
        };
        match crate::ir::pattern::compile_found(&pattern) {
            Ok(_) => Some(pattern),
            Err(problem) => {
                self.report(
                    Code::E0408,
                    written.span,
                    problem.to_string(),
                    "what is redacted has at least one character",
                );
                None
            }
        }
    }

    /// A marker that one of its own patterns finds would be redacted again and again.
    fn clash(&mut self, shape: &RedactionShape, span: Span) {
        let finds = |pattern: &&Pattern| crate::ir::pattern::finds(pattern, &shape.marker);
        if let Some(pattern) = shape.patterns.iter().find(finds) {
            self.report(
                Code::E0515,
                span,
                format!("`/{}/` finds the marker {:?} itself", pattern.source, shape.marker),
                "choose a marker that no pattern matches, such as `[redacted]`",
            );
        }
    }
}
