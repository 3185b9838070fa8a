//! The tracked functions. In: inputs. Out: remembered results; complaints are part of them.

use super::Db;
use super::{assemble, convert, lock};
use crate::check::{self, Checked};
use crate::files::FileProblem;
use crate::report::Report;
use crate::resolve::anchor::{Anchor, keys};
use crate::resolve::declarations::{self, Declarations};
use crate::resolve::library;
use crate::resolve::link;
use crate::resolve::namespace::{LockedServer, Parts, ScopeId, Unusable, World};
use policyc_grammar::ast::Item;
use policyc_grammar::error::SyntaxError;
use policyc_grammar::parse::parse_bytes;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A file: its path and what stands in it, or why nothing does.
#[salsa::input(debug)]
pub(crate) struct SourceFile {
    #[returns(ref)]
    pub path: Arc<str>,
    #[returns(ref)]
    pub contents: Result<Arc<[u8]>, FileProblem>,
}

/// A parsed file.
#[derive(Debug, Clone)]
pub(crate) struct Parsed {
    /// Each with `start` 0: equal wherever it stands.
    pub items: Vec<Arc<Item>>,
    /// What each item declares ([`keys`]).
    pub keys: Vec<Arc<str>>,
    /// Where each item starts.
    pub starts: Vec<u32>,
    pub errors: Vec<SyntaxError>,
    pub text: Arc<str>,
}

/// One item, by what it declares.
#[salsa::tracked(debug)]
pub(crate) struct ItemNode<'db> {
    #[returns(ref)]
    pub key: Arc<str>,
    #[tracked]
    #[returns(ref)]
    pub item: Arc<Item>,
}

/// Whether the file can be read at all: its contents may change without anything but its tree being computed again.
#[salsa::tracked(returns(ref))]
pub(crate) fn readable(db: &dyn Db, file: SourceFile) -> Result<(), Unusable> {
    file.contents(db).as_ref().map(|_| ()).map_err(convert::file_problem)
}

/// The tree of a file.
#[salsa::tracked(returns(ref), no_eq)]
pub(crate) fn parsed(db: &dyn Db, file: SourceFile) -> Arc<Parsed> {
    let bytes: &[u8] = match file.contents(db) {
        Ok(bytes) => bytes,
        Err(_) => &[],
    };
    let parse = parse_bytes(bytes);
    let text = Arc::from(String::from_utf8_lossy(bytes));
    let keys = keys(&parse.ast.items);
    let starts = parse.ast.items.iter().map(|item| item.start).collect();
    let items = shared(parse.ast.items);
    Arc::new(Parsed { items, keys, starts, errors: parse.errors, text })
}

/// Items, each with `start` 0.
fn shared(items: Vec<Item>) -> Vec<Arc<Item>> {
    // Collecting would keep the memory of the items for the pointers to them.
    let mut out = Vec::with_capacity(items.len());
    out.extend(items.into_iter().map(|item| Arc::new(Item { start: 0, ..item })));
    out
}

/// The items of a file.
#[salsa::tracked(returns(ref))]
pub(crate) fn items<'db>(db: &'db dyn Db, file: SourceFile) -> Vec<ItemNode<'db>> {
    let parsed = parsed(db, file);
    parsed
        .keys
        .iter()
        .zip(&parsed.items)
        .map(|(key, item)| ItemNode::new(db, key.clone(), item.clone()))
        .collect()
}

/// Where each item starts.
#[salsa::tracked(returns(ref))]
pub(crate) fn starts(db: &dyn Db, file: SourceFile) -> Arc<FxHashMap<Arc<str>, u32>> {
    let parsed = parsed(db, file);
    Arc::new(parsed.keys.iter().cloned().zip(parsed.starts.iter().copied()).collect())
}

/// What a file declares.
#[salsa::tracked(returns(ref))]
pub(crate) fn declared(db: &dyn Db, file: SourceFile) -> Arc<Declarations> {
    let items: Vec<Arc<Item>> = items(db, file).iter().map(|node| node.item(db).clone()).collect();
    Arc::new(declarations::collect(file.path(db), &items))
}

/// A tool lock.
#[salsa::tracked(returns(ref))]
pub(crate) fn locked(db: &dyn Db, file: SourceFile) -> Result<Arc<LockedServer>, Unusable> {
    let bytes = file.contents(db).as_ref().map_err(convert::file_problem)?;
    lock::read(bytes).map(Arc::new)
}

/// Everything that statements are checked against.
#[salsa::tracked(returns(ref))]
pub(crate) fn world(db: &dyn Db, root: SourceFile) -> Result<Arc<World>, Unusable> {
    link::link(root.path(db), &Queries { db }).map(Arc::new)
}

/// Library files come with the compiler: they are inputs of their own path.
struct Queries<'db> {
    db: &'db dyn Db,
}

impl Parts for Queries<'_> {
    fn declarations(&self, path: &str) -> Result<Arc<Declarations>, Unusable> {
        let file = self.db.source(path);
        readable(self.db, file).clone()?;
        Ok(declared(self.db, file).clone())
    }

    fn library(&self, module: &str) -> Option<Arc<Declarations>> {
        library_declarations(&library::path(module), library::text(module)?)
    }

    fn lock(&self, path: &str) -> Result<Arc<LockedServer>, Unusable> {
        locked(self.db, self.db.source(path)).clone()
    }
}

/// Declarations of a library file; its text never changes while the compiler runs.
fn library_declarations(path: &str, text: &str) -> Option<Arc<Declarations>> {
    let parse = policyc_grammar::parse::parse(text);
    Some(Arc::new(declarations::collect(&Arc::from(path), &shared(parse.ast.items))))
}

/// One statement, checked.
#[salsa::tracked(returns(ref))]
pub(crate) fn checked<'db>(
    db: &'db dyn Db,
    root: SourceFile,
    file: SourceFile,
    node: ItemNode<'db>,
    namespace: usize,
    index: usize,
) -> Option<Arc<Checked>> {
    let world = world(db, root).as_ref().ok()?;
    let scope = ScopeId { library: false, namespace, file: index };
    let anchor = Anchor { file: file.path(db).clone(), item: node.key(db).clone() };
    let item = node.item(db);
    let statement = check::statement::check(world, scope, &anchor, item);
    let statement = statement.or_else(|| check::limit::check(world, scope, &anchor, item));
    let statement = statement.or_else(|| check::shown::check(world, scope, &anchor, item));
    statement.or_else(|| check::learning::check(world, scope, &anchor, item)).map(Arc::new)
}

/// Everything about one root policy.
#[salsa::tracked(returns(ref))]
pub(crate) fn report(db: &dyn Db, root: SourceFile) -> Arc<Report> {
    Arc::new(assemble::assemble(db, root))
}
