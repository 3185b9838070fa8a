//! Namespaces: what a name means where. In: declarations of files, locks, the standard library. Out: [`World`], all that the checking
//! of one statement needs besides the statement itself.
//!
//! The root file and the files it imports form one namespace; aliases and library names belong to the file that imports them. Each
//! guardrails file is a closed namespace of its own (semantics.md 13): nothing outside can define what it reads.

use super::anchor::{Found, Spot};
use super::declarations::Declarations;
use crate::ty::{ArgsTy, FieldTy, ObjectTy, ResultTy, Ty};
use policyc_grammar::ast::Text;
use policyc_grammar::source::Span;
use policyc_runtime::program::Digest;
use policyc_runtime::program::memory::{FactKind, Scope};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that statements are checked against.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct World {
    /// Path of the root policy.
    pub root: Arc<str>,
    /// The root's namespace first, then guardrails in the order met.
    pub namespaces: Vec<Namespace>,
    /// Library modules in use.
    pub library: Vec<Namespace>,
    /// Sorted by identity.
    pub servers: Vec<ServerEntry>,
    /// Sorted by (server, name).
    pub tools: Vec<ToolEntry>,
    /// Union over root and guardrails.
    pub principal: ObjectTy,
    /// Union over root and guardrails.
    pub session: ObjectTy,
    /// Facts, sorted by qualified id.
    pub facts: Vec<FactEntry>,
    /// Labels, sorted by qualified id.
    pub labels: Vec<LabelEntry>,
    /// Objects of tools where undeclared keys are let in, in the order met.
    pub opened: Vec<Opened>,
    /// Tools whose calls may have rounds with input.
    pub inputs: BTreeSet<u32>,
    /// Policy files in the order met.
    pub files: Vec<Arc<str>>,
    /// Lock files in the order met.
    pub locks: Vec<Arc<str>>,
    /// What is wrong with declarations.
    pub found: Vec<Found>,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FactEntry {
    pub namespace: usize,
    /// Qualified id.
    pub id: Arc<str>,
    pub name: Text,
    /// Types of its keys.
    pub keys: Vec<(Text, Ty)>,
    pub kind: FactKind,
    /// Names and types of its fields; of a scalar, a set's elements and a counter one without a name.
    pub fields: Vec<(Arc<str>, FieldTy)>,
    pub scope: Scope,
    pub expires_ms: Option<u64>,
    /// Tools whose results teach it.
    pub taught_by: BTreeSet<u32>,
    pub at: Spot,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelEntry {
    pub namespace: usize,
    /// Qualified id.
    pub id: Arc<str>,
    pub name: Text,
    pub scope: Scope,
    /// Tools whose calls set it; none: the host does.
    pub set_by: BTreeSet<u32>,
    pub at: Spot,
}

/// An `open T.args.path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    pub tool: u32,
    /// Keys below `args`; below a list, up to that list.
    pub steps: Vec<Arc<str>>,
    pub at: Spot,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerEntry {
    pub identity: Arc<str>,
    pub alias: Arc<str>,
    pub digest: Digest,
    pub lock: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolEntry {
    pub server: u16,
    pub name: Arc<str>,
    pub digest: Digest,
    pub args: Arc<ArgsTy>,
    /// Type of its results: as the policy declares it, else as the server does.
    pub result: Option<Arc<ResultTy>>,
    pub hints: Hints,
    pub summary: Option<Arc<str>>,
    /// Its place in the lock file.
    pub lock: Arc<str>,
    pub span: Span,
    /// What was widened: place and reason.
    pub widened: Vec<String>,
}

/// Hints as locked; absent ones are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Hints {
    pub read_only: Option<bool>,
    pub destructive: Option<bool>,
    pub idempotent: Option<bool>,
    pub open_world: Option<bool>,
}

impl Hints {
    pub(crate) const NAMES: [&'static str; 4] =
        ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];

    pub(crate) fn get(self, name: &str) -> Option<bool> {
        match name {
            "readOnlyHint" => self.read_only,
            "destructiveHint" => self.destructive,
            "idempotentHint" => self.idempotent,
            "openWorldHint" => self.open_world,
            _ => None,
        }
    }
}

/// One namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Namespace {
    /// May only restrict.
    pub guardrail: bool,
    /// Before the ids of its statements, with a dot; empty for the root.
    pub prefix: Text,
    /// Its files.
    pub files: Vec<FileScope>,
    /// Where each `let` is: file, index.
    pub lets: BTreeMap<Text, (usize, usize)>,
    /// Where each `fn` is.
    pub fns: BTreeMap<Text, (usize, usize)>,
    /// Facts: indexes into [`World::facts`].
    pub facts: BTreeMap<Text, u32>,
    /// Labels: indexes into [`World::labels`].
    pub labels: BTreeMap<Text, u32>,
    /// Groups, resolved.
    pub groups: BTreeMap<Text, Arc<[u32]>>,
    /// Groups whose own list is wrong (already reported).
    pub broken_groups: BTreeSet<Text>,
    /// Tools of its imports.
    pub tools: BTreeSet<u32>,
    /// Its own view of the principal; nothing declared: none.
    pub principal: Option<Arc<ObjectTy>>,
    /// Its own view of the session.
    pub session: Option<Arc<ObjectTy>>,
    /// `approvers default`.
    pub approvers: Option<Arc<[Arc<str>]>>,
}

impl Namespace {
    pub(crate) fn file(&self, index: usize) -> &FileScope {
        static EMPTY: std::sync::LazyLock<FileScope> = std::sync::LazyLock::new(FileScope::default);
        self.files.get(index).unwrap_or(&EMPTY)
    }
}

/// What one file of a namespace sees besides the namespace's names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FileScope {
    pub declarations: Arc<Declarations>,
    /// Alias to server.
    pub aliases: BTreeMap<Text, u16>,
    /// Aliases whose lock could not be read (already reported).
    pub broken_aliases: BTreeSet<Text>,
    /// Names from `import std.…`.
    pub library: BTreeMap<Text, LibraryName>,
}

/// What a library name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LibraryName {
    /// A typed view, by number.
    View(u16),
    /// A `let` or `fn` of a library module: index into [`World::library`], and its own name there.
    Definition(usize, Text),
}

/// A lock as the checker sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockedServer {
    pub identity: Arc<str>,
    pub digest: Digest,
    pub tools: Vec<LockedTool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockedTool {
    pub name: Arc<str>,
    pub digest: Digest,
    pub args: Arc<ArgsTy>,
    /// Type of its results, if the server declares one.
    pub result: Option<Arc<ResultTy>>,
    pub hints: Hints,
    pub summary: Option<Arc<str>>,
    pub span: Span,
    /// What was widened: place and reason.
    pub widened: Vec<String>,
}

/// Why a file or lock cannot be used: message, place in that file if known, help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unusable {
    pub message: String,
    pub span: Option<Span>,
    pub help: Option<String>,
}

/// Where namespaces get their parts from: queries of the database.
pub(crate) trait Parts {
    /// Declarations of a policy file.
    fn declarations(&self, path: &str) -> Result<Arc<Declarations>, Unusable>;
    /// Declarations of a library module.
    fn library(&self, module: &str) -> Option<Arc<Declarations>>;
    /// A tool lock.
    fn lock(&self, path: &str) -> Result<Arc<LockedServer>, Unusable>;
}

/// A place of definition: namespace (of [`World::library`] or [`World::namespaces`]) and file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ScopeId {
    pub library: bool,
    pub namespace: usize,
    pub file: usize,
}

impl World {
    /// Whether the namespace of that number is one of guardrails.
    pub(crate) fn is_guardrail(&self, namespace: usize) -> bool {
        self.namespaces.get(namespace).is_some_and(|n| n.guardrail)
    }

    pub(crate) fn namespace(&self, scope: ScopeId) -> &Namespace {
        static EMPTY: std::sync::LazyLock<Namespace> = std::sync::LazyLock::new(Namespace::default);
        let all = if scope.library { &self.library } else { &self.namespaces };
        all.get(scope.namespace).unwrap_or(&EMPTY)
    }
}
