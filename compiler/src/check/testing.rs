//! Test blocks. In: a `test` item. Out: [`crate::report::Test`] with spans from the item's start, and what is wrong with it.

use super::literal;
use crate::diagnostics::Code;
use crate::report::{CallOutcome, Test, TestAnswer, TestCall, TestReply, TestShown, TestStep};
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::lost::Wanted;
use crate::resolve::namespace::{ScopeId, World};
use crate::resolve::suggest::{did_you_mean, listing};
use crate::ty::{ObjectTy, Rest};
use policyc_grammar::ast::{
    CallStep, Effect, Expr, ExprKind, Item, ItemKind, Name, Shown, Step, StepKind, StringLit, TestOutcome,
    UnaryOp,
};
use policyc_grammar::source::Span;
use policyc_runtime::BuiltIn;
use std::fmt::Write;
use std::sync::Arc;

/// Checks a test; `None` for items that are none. `ids` are the ids that may be expected.
pub(crate) fn check(
    world: &World,
    scope: ScopeId,
    anchor: &Anchor,
    item: &Item,
    ids: &[Arc<str>],
) -> Option<(Test, Vec<Found>)> {
    let ItemKind::Test { name, steps } = &item.kind else { return None };
    let refusal = steps.iter().any(|step| {
        let by = if let StepKind::Call(call) = &step.kind { call.by.as_slice() } else { &[] };
        by.iter().any(|id| id.text == BuiltIn::BadContext.code())
    });
    let mut reader = Reader { world, scope, anchor, ids, refusal, found: Vec::new() };
    let steps = steps.iter().filter_map(|step| reader.step(step)).collect();
    let test =
        Test { name: Arc::from(name.text.as_str()), file: anchor.file.clone(), span: item.span, steps };
    Some((test, reader.found))
}

struct Reader<'a> {
    world: &'a World,
    scope: ScopeId,
    anchor: &'a Anchor,
    ids: &'a [Arc<str>],
    /// It expects that what the host fills in is refused.
    refusal: bool,
    found: Vec<Found>,
}

impl Reader<'_> {
    fn spot(&self, span: Span) -> Spot {
        Spot { anchor: self.anchor.clone(), span }
    }

    fn step(&mut self, step: &Step) -> Option<TestStep> {
        match &step.kind {
            StepKind::Error => None,
            StepKind::Principal(value) => {
                self.host("principal", &self.world.principal, value);
                self.json(value).map(TestStep::Principal)
            }
            StepKind::Session(value) => {
                self.host("session", &self.world.session, value);
                self.json(value).map(TestStep::Session)
            }
            StepKind::At(time) => {
                let text = match &time.kind {
                    ExprKind::Timestamp(text) => text.as_str(),
                    ExprKind::Str(text) => text.value.as_str(),
                    _ => "",
                };
                let ms = literal::timestamp_ms(text);
                if ms.is_none() {
                    self.found.push(
                        Found::new(Code::E0409, self.spot(time.span), "`at` takes a timestamp")
                            .help("write `at 2027-01-31T09:00Z`"),
                    );
                }
                ms.map(TestStep::At)
            }
            StepKind::After(text) => {
                let ms = literal::duration_ms(text);
                if ms.is_none() {
                    let message = format!("`after {text}` has no meaning");
                    self.found.push(
                        Found::new(Code::E0409, self.spot(step.span), message)
                            .help("write a duration such as `10m` or `1h30m`"),
                    );
                }
                ms.map(TestStep::After)
            }
            StepKind::Label(name) => self.label(name),
            StepKind::Answer { approved, by, from, expect, reasons } => {
                let names = |names: &[StringLit]| names.iter().map(|n| Arc::from(n.value.as_str())).collect();
                let own = std::slice::from_ref(by);
                Some(TestStep::Answer(Box::new(TestAnswer {
                    approved: *approved,
                    by: Arc::from(by.value.as_str()),
                    roles: names(if from.is_empty() { own } else { from }),
                    expect: expect.map(|(effect, _)| effect),
                    reasons: self.ids(reasons),
                    span: step.span,
                })))
            }
            StepKind::Reply { text, expect, expect_span, by, appending } => {
                if *expect == Effect::Ask {
                    let at = self.spot(*expect_span);
                    self.found.push(
                        Found::new(Code::E0702, at, "a reply is allowed or denied")
                            .help("write `=> allow` or `=> deny by …`"),
                    );
                }
                Some(TestStep::Reply(Box::new(TestReply {
                    text: Arc::from(text.value.as_str()),
                    expect: *expect,
                    by: self.ids(by),
                    appending: self.ids(appending),
                    span: step.span,
                })))
            }
            StepKind::Call(call) => self.call(call, step.span),
        }
    }

    fn call(&mut self, call: &CallStep, span: Span) -> Option<TestStep> {
        let CallStep { server, tool, args, outcome, expect, by, shown, .. } = call;
        let given = args;
        let args = self.json(given);
        let identity = self.tool(server, tool, by);
        if let Some(identity) = &identity
            && !by.iter().any(|id| id.text == BuiltIn::BadArguments.code())
        {
            self.declared(identity, tool, given);
        }
        let by = self.ids(by);
        Some(TestStep::Call(Box::new(TestCall {
            server: identity?,
            tool: Arc::from(tool.text.as_str()),
            args: args?,
            outcome: self.outcome(outcome)?,
            expect: *expect,
            by,
            shown: shown.iter().map(TestShown::from).collect(),
            span,
        })))
    }

    /// Ids that may be expected.
    fn ids(&mut self, ids: &[Name]) -> Vec<Arc<str>> {
        for id in ids {
            self.id(id);
        }
        ids.iter().map(|id| Arc::from(id.text.as_str())).collect()
    }

    fn label(&mut self, name: &Name) -> Option<TestStep> {
        let namespace = self.world.namespace(self.scope);
        let index = namespace.labels.get(&name.text);
        let Some(label) = index.and_then(|index| self.world.labels.get(*index as usize)) else {
            let help =
                did_you_mean(&name.text, namespace.labels.keys().map(policyc_grammar::ast::Text::as_str));
            let message = format!("no label is named `{}`", name.text);
            let found = Found::new(Code::E0303, self.spot(name.span), message).maybe_help(help);
            self.found.push(found.missing(Wanted::Label, &name.text));
            return None;
        };
        Some(TestStep::Label(label.id.clone()))
    }

    fn outcome(&mut self, outcome: &TestOutcome) -> Option<CallOutcome> {
        Some(match outcome {
            TestOutcome::Silent => CallOutcome::Silent,
            TestOutcome::Fails => CallOutcome::Fails,
            TestOutcome::Lost => CallOutcome::Lost,
            TestOutcome::Returns(value) => match &value.kind {
                ExprKind::Str(text) => CallOutcome::Says(Arc::from(text.value.as_str())),
                _ => CallOutcome::Returns(self.json(value)?),
            },
        })
    }

    fn tool(&mut self, server: &Name, tool: &Name, by: &[Name]) -> Option<Arc<str>> {
        let scope = self.world.namespace(self.scope).file(self.scope.file);
        let Some(&number) = scope.aliases.get(&server.text) else {
            if !scope.broken_aliases.contains(&server.text) {
                let known: Vec<&str> = scope.aliases.keys().map(policyc_grammar::ast::Text::as_str).collect();
                let help =
                    did_you_mean(&server.text, known.iter().copied()).unwrap_or_else(|| match known.len() {
                        0 => "import its tools: `import tools ALIAS from \"FILE.lock.json\"`".to_owned(),
                        _ => format!("this file imports {}", listing(known.iter().copied(), 6)),
                    });
                let message = format!("no server is imported as `{}`", server.text);
                self.found.push(
                    Found::new(Code::E0303, self.spot(server.span), message)
                        .help(help)
                        .missing(Wanted::Server, &server.text),
                );
            }
            return None;
        };
        let names = || self.world.tools.iter().filter(|t| t.server == number).map(|t| &*t.name);
        let meant = by.iter().any(|id| id.text == BuiltIn::UnknownTool.code());
        if !meant && !names().any(|n| n == tool.text) {
            let help = did_you_mean(&tool.text, names())
                .unwrap_or_else(|| "to test an unknown tool, expect `deny by unknown_tool`".to_owned());
            let message = format!("server `{}` has no tool `{}`", server.text, tool.text);
            self.found.push(Found::new(Code::E0302, self.spot(tool.span), message).help(help));
            return None;
        }
        self.world.servers.get(usize::from(number)).map(|s| s.identity.clone())
    }

    /// Warns about arguments that the tool does not declare: such a call is refused, whatever the test is about.
    fn declared(&mut self, server: &Arc<str>, tool: &Name, args: &Expr) {
        let ExprKind::Table(entries) = &args.kind else { return };
        let number = self.world.servers.iter().position(|s| s.identity == *server);
        let entry =
            self.world.tools.iter().find(|t| Some(usize::from(t.server)) == number && *t.name == *tool.text);
        let Some(root) = entry.map(|t| &t.args.root).filter(|root| root.rest == Rest::Closed) else { return };
        for (key, _) in entries.iter().filter(|(key, _)| !root.fields.contains_key(&*key.text)) {
            let help = did_you_mean(&key.text, root.fields.keys().map(|k| &**k)).unwrap_or_else(|| {
                "to test an undeclared argument, expect `deny by bad_arguments`".to_owned()
            });
            let message = format!("tool `{}` has no argument `{}`: the call is refused", tool.text, key.text);
            self.found.push(Found::new(Code::W0703, self.spot(key.span), message).help(help));
        }
    }

    /// Warns about fields that the policy does not declare, and about those that it does and the test leaves out: every call is then
    /// refused, whatever the test is about.
    fn host(&mut self, what: &str, declared: &ObjectTy, value: &Expr) {
        let ExprKind::Table(entries) = &value.kind else { return };
        let before = self.found.len();
        for (key, _) in entries.iter().filter(|(key, _)| !declared.fields.contains_key(&*key.text)) {
            let message = format!("`{what}` declares no `{}`: no statement reads it", key.text);
            let help = did_you_mean(&key.text, declared.fields.keys().map(|k| &**k));
            self.found.push(Found::new(Code::W0703, self.spot(key.span), message).maybe_help(help));
        }
        // A field that is misspelled is not lacking as well.
        if self.refusal || self.found.len() > before {
            return;
        }
        let given = |name: &str| entries.iter().any(|(key, _)| &*key.text == name);
        let missing = declared.fields.iter().filter(|(name, field)| field.required && !given(name));
        let missing: Vec<&str> = missing.map(|(name, _)| &**name).collect();
        if !missing.is_empty() {
            let names = listing(missing, 4);
            let message = format!("the test's {what} lacks {names}: every call is refused");
            let help = "to test the refusal itself, expect `deny by bad_context`";
            self.found.push(Found::new(Code::W0703, self.spot(value.span), message).help(help));
        }
    }

    fn id(&mut self, id: &Name) {
        let known = |text: &str| {
            self.ids.iter().any(|i| &**i == text) || BuiltIn::ALL.iter().any(|b| b.code() == text)
        };
        if known(&id.text) {
            return;
        }
        let prefix = format!("{}.", id.text);
        let arms: Vec<&str> = self.ids.iter().map(|i| &**i).filter(|i| i.starts_with(&prefix)).collect();
        let help = if arms.is_empty() {
            did_you_mean(&id.text, self.ids.iter().map(|i| &**i).chain(BuiltIn::ALL.iter().map(|b| b.code())))
        } else {
            Some(format!("its arms are {}", listing(arms, 6)))
        };
        let message = format!("no statement has the id `{}`", id.text);
        self.found.push(
            Found::new(Code::E0701, self.spot(id.span), message)
                .maybe_help(help)
                .missing(Wanted::Id, &id.text),
        );
    }

    fn json(&mut self, value: &Expr) -> Option<Arc<str>> {
        let mut out = String::new();
        self.write(value, &mut out).then(|| Arc::from(out))
    }

    fn write(&mut self, value: &Expr, out: &mut String) -> bool {
        match &value.kind {
            ExprKind::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            ExprKind::Null => out.push_str("null"),
            ExprKind::Number(text) => out.push_str(text),
            ExprKind::Unary(UnaryOp::Neg, inner) if matches!(inner.kind, ExprKind::Number(_)) => {
                out.push('-');
                return self.write(inner, out);
            }
            ExprKind::Str(text) => quote(&text.value, out),
            ExprKind::Date(text) | ExprKind::Timestamp(text) | ExprKind::Duration(text) => quote(text, out),
            ExprKind::Paren(inner) => return self.write(inner, out),
            ExprKind::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    if !self.write(item, out) {
                        return false;
                    }
                }
                out.push(']');
            }
            ExprKind::Table(entries) => {
                out.push('{');
                for (index, (key, item)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    quote(&key.text, out);
                    out.push(':');
                    if !self.write(item, out) {
                        return false;
                    }
                }
                out.push('}');
            }
            ExprKind::Error => return false,
            _ => {
                self.found.push(
                    Found::new(Code::E0702, self.spot(value.span), "the values of a test are written out")
                        .help("write texts, numbers, true, false, null, [lists] and { objects }"),
                );
                return false;
            }
        }
        true
    }
}

impl From<&Shown> for TestShown {
    fn from(shown: &Shown) -> Self {
        match shown {
            Shown::Redacting(paths) => {
                Self::Redacting(paths.iter().map(|path| Arc::from(path.to_string())).collect())
            }
            Shown::Withheld(_) => Self::Withheld,
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
