//! Places that survive edits elsewhere. In: items of a file. Out: [`Anchor`]s, and [`Found`]: diagnostics whose spans count from an
//! item, so that text which only moves leaves query results equal. They become absolute when a report is assembled.

use super::lost::{Missing, Wanted};
use crate::diagnostics::{Code, Level};
use policyc_grammar::ast::{Item, ItemKind, Text};
use policyc_grammar::source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// An item of a file, by what it declares and not by where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Anchor {
    /// The file's path.
    pub file: Arc<str>,
    /// Form, name and, from the second of a kind on, its number: `rule:list_own`, `import:3`.
    pub item: Arc<str>,
}

/// A place within an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Spot {
    /// Which item.
    pub anchor: Anchor,
    /// Bytes from the item's start.
    pub span: Span,
}

/// A diagnostic before its places are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub code: Code,
    pub level: Level,
    pub at: Spot,
    pub message: String,
    pub hint: Option<String>,
    pub labels: Vec<(Spot, String)>,
    pub notes: Vec<String>,
    pub help: Option<String>,
    pub fix: Option<String>,
    /// It rests on what the lock says of the tools' arguments.
    pub of_args: bool,
    /// The name that was looked up in vain.
    pub missing: Option<Missing>,
}

impl Found {
    pub(crate) fn new(code: Code, at: Spot, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.level(),
            at,
            message: message.into(),
            hint: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
            of_args: false,
            missing: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    pub(crate) fn label(mut self, at: Spot, message: impl Into<String>) -> Self {
        self.labels.push((at, message.into()));
        self
    }

    /// Says that nothing has this name.
    pub(crate) fn missing(mut self, what: Wanted, name: &str) -> Self {
        self.missing = Some(Missing { what, name: Text::from(name) });
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn fix(mut self, fix: Option<String>) -> Self {
        self.fix = fix;
        self
    }
}

/// The key of each item, in order.
pub(crate) fn keys(items: &[Item]) -> Vec<Arc<str>> {
    let mut seen: FxHashMap<Arc<str>, u32> = FxHashMap::default();
    items
        .iter()
        .map(|item| {
            let base: Arc<str> = Arc::from(key(&item.kind));
            let count = seen.entry(base.clone()).or_default();
            *count += 1;
            if *count == 1 { base } else { Arc::from(format!("{base}#{count}")) }
        })
        .collect()
}

fn key(kind: &ItemKind) -> String {
    let (form, name) = match kind {
        ItemKind::Error(_) => ("error", ""),
        ItemKind::Edition(..) => ("edition", ""),
        ItemKind::Policy(name, _) => ("policy", name.text.as_str()),
        ItemKind::ImportTools { alias, .. } => ("tools", alias.text.as_str()),
        ItemKind::ImportGuardrails(path) => ("guardrails", path.value.as_str()),
        ItemKind::ImportFile(path) => ("import", path.value.as_str()),
        ItemKind::ImportStd { module, .. } => ("std", module.text.as_str()),
        ItemKind::Principal(_) => ("principal", ""),
        ItemKind::Session(_) => ("session", ""),
        ItemKind::ApproversDefault(_) => ("approvers", ""),
        ItemKind::Let(name, _) => ("let", name.text.as_str()),
        ItemKind::Group(name, _) => ("group", name.text.as_str()),
        ItemKind::Fn { name, .. } => ("fn", name.text.as_str()),
        ItemKind::Rule { name, .. } => ("rule", name.text.as_str()),
        ItemKind::Decide { name, .. } => ("decide", name.text.as_str()),
        ItemKind::Hide { name, .. } => ("hide", name.text.as_str()),
        ItemKind::ResultRule { name, .. } | ItemKind::ReplyRule { name, .. } => ("rule", name.text.as_str()),
        ItemKind::Redact(redact) => ("redact", redact.name.text.as_str()),
        ItemKind::Append { name, .. } => ("append", name.text.as_str()),
        ItemKind::Result { .. } => ("result", ""),
        ItemKind::Fact(fact) => ("fact", fact.name.text.as_str()),
        ItemKind::Label(label) => ("label", label.name.text.as_str()),
        ItemKind::Limit(limit) => ("limit", limit.name.text.as_str()),
        ItemKind::Accept { what, .. } => ("accept", what.text.as_str()),
        ItemKind::Test { name, .. } => ("test", name.text.as_str()),
    };
    format!("{form}:{name}")
}
