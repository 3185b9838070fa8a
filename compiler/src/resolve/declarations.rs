//! What one file declares, without the bodies of its rules: the firewall between files. In: a syntax tree. Out: [`Declarations`].
//!
//! An edit inside a rule's condition leaves this value equal, so nothing that depends on it alone is computed again.

use super::anchor::{Anchor, Found, Spot, keys};
use super::lost::Lost;
use crate::builtins::BUILTINS;
use crate::diagnostics::Code;
use policyc_grammar::ast::{
    Broken, Expr, FactAction, FactDecl, ForKind, Form, Item, ItemKind, LabelDecl, Name, RecordType,
    StringLit, Text, ToolList, TypeExpr, TypeKind,
};
use policyc_grammar::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything but bodies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Declarations {
    pub path: Arc<str>,
    /// It has no statement, not even a broken one.
    pub empty: bool,
    pub edition: Option<(Text, Spot)>,
    pub policy: Option<PolicyHeader>,
    pub tools: Vec<ToolImport>,
    pub guardrails: Vec<PathImport>,
    pub files: Vec<PathImport>,
    pub std: Vec<StdImport>,
    pub principal: Vec<HostRecord>,
    pub session: Vec<HostRecord>,
    pub approvers: Option<(Arc<[Arc<str>]>, Spot)>,
    pub lets: Vec<LetDecl>,
    pub groups: Vec<GroupDecl>,
    pub fns: Vec<FnDecl>,
    pub facts: Vec<Remembered<FactDecl>>,
    pub labels: Vec<Remembered<LabelDecl>>,
    pub results: Vec<ResultDecl>,
    pub accepts: Vec<AcceptDecl>,
    pub statements: Vec<StatementDecl>,
    pub tests: Vec<(Name, Anchor)>,
    pub found: Vec<Found>,
    /// What did not parse.
    pub lost: Vec<Lost>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyHeader {
    pub name: Text,
    pub title: Text,
    pub spot: Spot,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolImport {
    pub alias: Name,
    pub path: StringLit,
    pub open: Vec<Expr>,
    pub anchor: Anchor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathImport {
    pub path: StringLit,
    pub anchor: Anchor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StdImport {
    pub module: Name,
    pub names: Vec<Name>,
    pub anchor: Anchor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostRecord {
    pub record: RecordType,
    pub anchor: Anchor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LetDecl {
    pub name: Name,
    pub value: Expr,
    pub anchor: Anchor,
    pub docs: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupDecl {
    pub name: Name,
    pub tools: ToolList,
    pub anchor: Anchor,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FnDecl {
    pub name: Name,
    pub params: Vec<(Name, TypeExpr)>,
    pub result: TypeExpr,
    pub body: Expr,
    pub anchor: Anchor,
    pub docs: Text,
}

/// A fact or label, without its `after`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remembered<T> {
    pub decl: T,
    /// The tools that its `after` names, so that a reader can be told.
    pub after: Vec<ToolList>,
    /// Some `after` says `for principal`.
    pub of_principal: bool,
    /// Some `after` charges it.
    pub charged: bool,
    pub anchor: Anchor,
}

/// `accept input on TOOLS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AcceptDecl {
    pub what: Name,
    pub tools: ToolList,
    pub anchor: Anchor,
}

/// What a policy relies on of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResultDecl {
    pub tools: ToolList,
    pub shape: TypeExpr,
    pub anchor: Anchor,
}

/// A statement's name, and the names of its arms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatementDecl {
    pub name: Name,
    pub arms: Vec<Name>,
    pub anchor: Anchor,
}

/// Collects what `items` declare. Duplicate headers are reported here; duplicate names by the namespace.
pub(crate) fn collect(path: &Arc<str>, items: &[Arc<Item>]) -> Declarations {
    let plain: Vec<Item> = items.iter().map(|i| head_of(i)).collect();
    let keys = keys(&plain);
    let mut out = Declarations { path: path.clone(), empty: items.is_empty(), ..Declarations::default() };
    for (item, key) in items.iter().zip(keys) {
        out.add(item, Anchor { file: path.clone(), item: key });
    }
    out
}

/// The item without its body: all that a key needs.
fn head_of(item: &Item) -> Item {
    Item {
        start: 0,
        docs: Vec::new(),
        annotations: Vec::new(),
        shadow: None,
        kind: match &item.kind {
            ItemKind::Rule { name, effect, effect_span, tools, .. } => ItemKind::Rule {
                name: name.clone(),
                effect: *effect,
                effect_span: *effect_span,
                tools: ToolList {
                    patterns: Vec::new(),
                    except: Vec::new(),
                    hints: None,
                    having: Vec::new(),
                    span: tools.span,
                },
                clauses: Vec::new(),
            },
            other => other.clone(),
        },
        span: item.span,
    }
}

/// A fact without what its tools teach, which is read where it is checked.
fn accept_of(what: &Name, tools: &ToolList, anchor: Anchor) -> AcceptDecl {
    AcceptDecl { what: what.clone(), tools: tools.clone(), anchor }
}

fn fact_of(fact: &FactDecl, anchor: Anchor) -> Remembered<FactDecl> {
    let after = fact.after.iter().map(|after| after.tools.clone()).collect();
    let decl = FactDecl { after: Vec::new(), ..FactDecl::clone(fact) };
    let charged = fact.after.iter().any(|after| matches!(after.action, FactAction::Charge(..)));
    Remembered { decl, after, of_principal: false, charged, anchor }
}

/// A label without what sets it.
fn label_of(label: &LabelDecl, anchor: Anchor) -> Remembered<LabelDecl> {
    let after = label.after.iter().map(|after| after.tools.clone()).collect();
    let mut scopes = label.after.iter().flat_map(|after| &after.scope);
    let of_principal = scopes.any(|clause| clause.kind == ForKind::Principal);
    let decl = LabelDecl { after: Vec::new(), ..LabelDecl::clone(label) };
    Remembered { decl, after, of_principal, charged: false, anchor }
}

impl Declarations {
    fn add(&mut self, item: &Item, anchor: Anchor) {
        let spot = |span: Span| Spot { anchor: anchor.clone(), span };
        let docs = || Text::from(item.docs.join("\n"));
        match &item.kind {
            ItemKind::Error(broken) => self.lose(broken),
            ItemKind::Edition(text, span) => {
                let here = spot(*span);
                if let Some((_, first)) = &self.edition {
                    self.found.push(duplicate("edition", here, first));
                } else {
                    self.edition = Some((text.clone(), here));
                }
            }
            ItemKind::Policy(name, title) => {
                let here = spot(name.span);
                if let Some(first) = &self.policy {
                    self.found.push(duplicate("policy", here, &first.spot));
                } else {
                    let title = title.as_ref().map(|t| t.value.clone()).unwrap_or_default();
                    self.policy = Some(PolicyHeader { name: name.text.clone(), title, spot: here });
                }
            }
            ItemKind::ImportTools { alias, path, open } => self.tools.push(ToolImport {
                alias: alias.clone(),
                path: path.clone(),
                open: open.clone(),
                anchor,
            }),
            ItemKind::ImportGuardrails(path) => {
                self.guardrails.push(PathImport { path: path.clone(), anchor })
            }
            ItemKind::ImportFile(path) => self.files.push(PathImport { path: path.clone(), anchor }),
            ItemKind::ImportStd { module, names } => {
                self.std.push(StdImport { module: module.clone(), names: names.clone(), anchor });
            }
            ItemKind::Principal(record) => {
                self.lose_fields(Form::Principal, record);
                self.principal.push(HostRecord { record: record.clone(), anchor });
            }
            ItemKind::Session(record) => {
                self.lose_fields(Form::Session, record);
                self.session.push(HostRecord { record: record.clone(), anchor });
            }
            ItemKind::ApproversDefault(names) => self.add_approvers(names, spot(item.span)),
            ItemKind::Let(name, value) => {
                self.lets.push(LetDecl { name: name.clone(), value: value.clone(), docs: docs(), anchor });
            }
            ItemKind::Group(name, tools) => {
                self.groups.push(GroupDecl { name: name.clone(), tools: tools.clone(), anchor });
            }
            ItemKind::Fn { name, params, result, body } => self.fns.push(FnDecl {
                name: name.clone(),
                params: params.clone(),
                result: result.clone(),
                body: body.clone(),
                docs: docs(),
                anchor,
            }),
            ItemKind::Rule { name, .. }
            | ItemKind::Hide { name, .. }
            | ItemKind::ResultRule { name, .. }
            | ItemKind::ReplyRule { name, .. }
            | ItemKind::Append { name, .. } => self.add_statement(name, anchor),
            ItemKind::Redact(redact) => self.add_statement(&redact.name, anchor),
            ItemKind::Limit(limit) => self.add_statement(&limit.name, anchor),
            ItemKind::Fact(fact) => self.facts.push(fact_of(fact, anchor)),
            ItemKind::Label(label) => self.labels.push(label_of(label, anchor)),
            ItemKind::Result { tools, shape } => {
                self.results.push(ResultDecl { tools: tools.clone(), shape: shape.clone(), anchor });
            }
            ItemKind::Accept { what, tools } => self.accepts.push(accept_of(what, tools, anchor)),
            ItemKind::Decide { name, arms, .. } => {
                if arms.iter().any(|arm| arm.effect.is_none()) {
                    self.lost.push(Lost { form: Form::Rule, name: Some(name.text.clone()) });
                }
                let arms = arms.iter().map(|arm| arm.name.clone()).collect();
                self.statements.push(StatementDecl { name: name.clone(), arms, anchor });
            }
            ItemKind::Test { name, .. } => self.tests.push((name.clone(), anchor)),
        }
    }

    fn add_statement(&mut self, name: &Name, anchor: Anchor) {
        self.statements.push(StatementDecl { name: name.clone(), arms: Vec::new(), anchor });
    }

    fn add_approvers(&mut self, names: &[StringLit], here: Spot) {
        let names: Vec<Arc<str>> = names.iter().map(|n| Arc::from(n.value.as_str())).collect();
        match &self.approvers {
            Some((_, first)) => self.found.push(duplicate("approvers default", here, first)),
            None => self.approvers = Some((names.into(), here)),
        }
    }

    fn lose(&mut self, broken: &Broken) {
        let named = broken.names.iter().map(|name| Lost { form: broken.form, name: Some(name.text.clone()) });
        self.lost.extend(named);
        // Words that define nothing may stand anywhere.
        if broken.names.is_empty() && broken.form != Form::Unknown {
            self.lost.push(Lost { form: broken.form, name: None });
        }
    }

    fn lose_fields(&mut self, form: Form, record: &RecordType) {
        let broken = record.fields.iter().filter(|field| matches!(field.ty.kind, TypeKind::Error));
        self.lost.extend(broken.map(|field| Lost {
            form,
            name: (!field.name.text.is_empty()).then(|| field.name.text.clone()),
        }));
    }

    /// Every name that the file defines for its namespace, with what it is.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&Name, &'static str, &Anchor)> {
        let lets = self.lets.iter().map(|d| (&d.name, "let", &d.anchor));
        let groups = self.groups.iter().map(|d| (&d.name, "group", &d.anchor));
        let fns = self.fns.iter().map(|d| (&d.name, "fn", &d.anchor));
        let statements = self.statements.iter().map(|d| (&d.name, "statement", &d.anchor));
        let facts = self.facts.iter().map(|d| (&d.decl.name, "fact", &d.anchor));
        let labels = self.labels.iter().map(|d| (&d.decl.name, "label", &d.anchor));
        lets.chain(groups).chain(fns).chain(facts).chain(labels).chain(statements)
    }
}

fn duplicate(what: &str, here: Spot, first: &Spot) -> Found {
    Found::new(Code::E0304, here, format!("`{what}` stands twice in this file"))
        .label(first.clone(), "first here")
        .help("keep one of them")
}

/// Names of values and functions that the language has already.
pub(crate) fn taken<'a>(names: impl Iterator<Item = (&'a Name, &'static str, &'a Anchor)>) -> Vec<Found> {
    let roots = ["args", "principal", "session", "now", "result", "input"];
    names
        .filter(|(name, what, _)| match *what {
            "let" => roots.contains(&name.text.as_str()),
            "fact" => {
                roots.contains(&name.text.as_str())
                    || BUILTINS.iter().any(|builtin| builtin.name == name.text)
            }
            "fn" => BUILTINS.iter().any(|builtin| builtin.name == name.text),
            _ => false,
        })
        .map(|(name, _, anchor)| {
            let here = Spot { anchor: anchor.clone(), span: name.span };
            Found::new(Code::E0304, here, format!("`{}` is already a word of the language", name.text))
                .help("choose another name")
        })
        .collect()
}

/// Names defined twice within one map of names.
pub(crate) fn duplicates<'a>(
    names: impl Iterator<Item = (&'a Name, &'static str, &'a Anchor)>,
) -> Vec<Found> {
    let mut first: BTreeMap<&str, (&'static str, Spot)> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, what, anchor) in names {
        let here = Spot { anchor: anchor.clone(), span: name.span };
        if let Some((earlier, at)) = first.get(name.text.as_str()) {
            let message = format!("`{}` is already the name of a {earlier}", name.text);
            found.push(
                Found::new(Code::E0304, here, message)
                    .label(at.clone(), "first defined here")
                    .help("every name of a policy is defined once, in whichever of its files"),
            );
        } else {
            first.insert(&name.text, (what, here));
        }
    }
    found
}
