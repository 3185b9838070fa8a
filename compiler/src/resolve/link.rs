//! Links files, locks and library modules into a [`World`]. In: the root's path and [`Parts`]. Out: namespaces with every name bound, and
//! what is wrong with imports and declarations.

use super::anchor::{Anchor, Found, Spot};
use super::declarations::{Declarations, PathImport, StdImport, ToolImport, duplicates, taken};
use super::lost::Wanted;
use super::namespace::{
    FileScope, LibraryName, LockedServer, Namespace, Parts, ServerEntry, ToolEntry, Unusable, World,
};
use super::suggest::{did_you_mean, listing};
use super::{library, paths};
use crate::diagnostics::Code;
use policyc_grammar::ast::Text;
use policyc_grammar::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Builds the world of the policy at `root`. `Err` only if the root file itself cannot be read.
pub(crate) fn link(root: &str, parts: &dyn Parts) -> Result<World, Unusable> {
    let mut linker = Linker {
        parts,
        world: World { root: Arc::from(root), ..World::default() },
        locks: BTreeMap::new(),
        identities: BTreeMap::new(),
        modules: BTreeMap::new(),
        guardrails: Vec::new(),
    };
    let declarations = parts.declarations(root)?;
    linker.header(&declarations);
    let namespace = linker.gather(declarations, false, Text::default());
    linker.world.namespaces.push(namespace);
    let mut next = 0;
    while let Some((path, import)) = linker.guardrails.get(next).cloned() {
        next += 1;
        linker.guardrail(&path, &import);
    }
    linker.tools();
    linker.names();
    linker.hosts();
    linker.remembered();
    Ok(linker.world)
}

pub(super) struct Linker<'a> {
    parts: &'a dyn Parts,
    pub(super) world: World,
    /// Path of a lock to what it holds.
    locks: BTreeMap<String, Option<Arc<LockedServer>>>,
    /// Identity to lock digest and the import that brought it first.
    identities: BTreeMap<Arc<str>, (Arc<LockedServer>, Spot, String)>,
    /// Library modules already gathered.
    modules: BTreeMap<String, usize>,
    /// Guardrails files still to gather, by resolved path.
    guardrails: Vec<(String, Spot)>,
}

impl Linker<'_> {
    fn header(&mut self, file: &Declarations) {
        let start =
            Spot { anchor: Anchor { file: file.path.clone(), item: Arc::from("") }, span: Span::default() };
        if file.empty {
            let empty = Found::new(Code::E0206, start, "the file is empty");
            self.world
                .found
                .push(empty.help("begin it with `edition 2026` and `policy NAME \"what it is for\"`"));
            return;
        }
        if file.edition.is_none() {
            self.world.found.push(
                Found::new(Code::E0206, start.clone(), "the file does not say its edition")
                    .help("begin the root file with `edition 2026`")
                    .missing(Wanted::Edition, ""),
            );
        }
        if file.policy.is_none() {
            let help = "write `policy NAME \"what it is for\"` below the edition; a grant names a policy";
            self.world.found.push(
                Found::new(Code::E0206, start, "the file does not name its policy")
                    .help(help)
                    .missing(Wanted::Policy, ""),
            );
        }
    }

    /// One namespace: a file and all that it imports, in breadth.
    fn gather(&mut self, first: Arc<Declarations>, guardrail: bool, prefix: Text) -> Namespace {
        let mut namespace = Namespace { guardrail, prefix, ..Namespace::default() };
        let mut seen: BTreeSet<String> = BTreeSet::from([first.path.to_string()]);
        let mut queue = vec![first];
        let mut next = 0;
        while let Some(file) = queue.get(next).cloned() {
            if !self.world.files.contains(&file.path) {
                self.world.files.push(file.path.clone());
                self.world.found.extend(file.found.iter().cloned());
            }
            self.edition(&file);
            if next > 0
                && let Some(header) = &file.policy
            {
                self.world.found.push(
                    Found::new(Code::E0207, header.spot.clone(), "`policy` stands in an imported file")
                        .help("one `policy` per root file; remove it here, or check this file on its own"),
                );
            }
            for import in &file.files {
                if let Some(imported) = self.import(import, "file") {
                    if imported.path == file.path
                        || self.imports_back(&imported, &file.path, &mut BTreeSet::new())
                    {
                        self.world.found.push(
                            Found::new(
                                Code::E0203,
                                spot(import),
                                format!("`{}` imports this file again", import.path.value),
                            )
                            .help("move what both need into a third file"),
                        );
                    }
                    if seen.insert(imported.path.to_string()) {
                        queue.push(imported);
                    }
                }
            }
            for import in &file.guardrails {
                let path = paths::join(&file.path, &import.path.value);
                if !self.guardrails.iter().any(|(known, _)| *known == path) {
                    self.guardrails.push((path, spot(import)));
                }
            }
            let scope = self.scope(&file);
            namespace.files.push(scope);
            next += 1;
        }
        namespace
    }

    /// Whether following plain imports from `file` leads back to `target`.
    fn imports_back(&self, file: &Declarations, target: &str, seen: &mut BTreeSet<String>) -> bool {
        file.files.iter().any(|import| {
            let path = paths::join(&file.path, &import.path.value);
            path == target
                || (seen.insert(path.clone())
                    && self
                        .parts
                        .declarations(&path)
                        .is_ok_and(|next| self.imports_back(&next, target, seen)))
        })
    }

    fn import(&mut self, import: &PathImport, what: &str) -> Option<Arc<Declarations>> {
        let path = paths::join(&import.anchor.file, &import.path.value);
        match self.parts.declarations(&path) {
            Ok(found) => Some(found),
            Err(problem) => {
                self.unusable(Code::E0201, spot(import), &format!("{what} `{}`", import.path.value), problem);
                None
            }
        }
    }

    fn unusable(&mut self, code: Code, at: Spot, what: &str, problem: Unusable) {
        let mut found = Found::new(code, at, format!("{what}: {}", problem.message));
        found.help = problem.help;
        self.world.found.push(found);
    }

    fn edition(&mut self, file: &Declarations) {
        if let Some((text, at)) = &file.edition
            && text != "2026"
        {
            self.world.found.push(
                Found::new(Code::E0208, at.clone(), format!("edition `{text}` is unknown"))
                    .help("this compiler knows edition 2026"),
            );
        }
    }

    fn guardrail(&mut self, path: &str, import: &Spot) {
        let declarations = match self.parts.declarations(path) {
            Ok(declarations) => declarations,
            Err(problem) => {
                self.unusable(Code::E0201, import.clone(), &format!("guardrails `{path}`"), problem);
                return;
            }
        };
        let prefix =
            declarations.policy.as_ref().map_or_else(|| Text::from(paths::stem(path)), |p| p.name.clone());
        if self.world.namespaces.iter().any(|n| n.guardrail && n.prefix == prefix) {
            self.world.found.push(
                Found::new(Code::E0304, import.clone(), format!("two guardrails files are named `{prefix}`"))
                    .help("give one of them its own name: `policy NAME` at its head"),
            );
        }
        let namespace = self.gather(declarations, true, prefix);
        self.world.namespaces.push(namespace);
    }

    fn scope(&mut self, file: &Arc<Declarations>) -> FileScope {
        let mut scope = FileScope { declarations: file.clone(), ..FileScope::default() };
        let mut seen: BTreeSet<&Text> = BTreeSet::new();
        for import in &file.tools {
            if !seen.insert(&import.alias.text) {
                let at = Spot { anchor: import.anchor.clone(), span: import.alias.span };
                self.world.found.push(Found::new(
                    Code::E0304,
                    at,
                    format!("two imports are named `{}`", import.alias.text),
                ));
                continue;
            }
            if self.lock(file, import).is_none() {
                scope.broken_aliases.insert(import.alias.text.clone());
            }
        }
        for import in &file.std {
            self.standard(import, &mut scope);
        }
        scope
    }

    fn lock(&mut self, file: &Declarations, import: &ToolImport) -> Option<Arc<LockedServer>> {
        let path = paths::join(&file.path, &import.path.value);
        let at = Spot { anchor: import.anchor.clone(), span: import.path.span };
        if let Some(known) = self.locks.get(&path) {
            return known.clone();
        }
        let server = match self.parts.lock(&path) {
            Ok(server) => server,
            Err(problem) => {
                self.unusable(Code::E0202, at, &format!("tool lock `{}`", import.path.value), problem);
                self.locks.insert(path, None);
                return None;
            }
        };
        self.world.locks.push(Arc::from(path.as_str()));
        if let Some((first, first_at, first_path)) = self.identities.get(&server.identity) {
            if first.digest != server.digest {
                let message =
                    format!("server `{}` is already pinned by another lock, `{first_path}`", server.identity);
                self.world.found.push(
                    Found::new(Code::E0205, at, message)
                        .label(first_at.clone(), "pinned here first")
                        .help("one server identity has one lock per program, guardrails included: import the same file, or give a really different server its own `--name`"),
                );
                self.locks.insert(path, None);
                return None;
            }
        } else {
            self.identities.insert(server.identity.clone(), (server.clone(), at, path.clone()));
        }
        self.locks.insert(path, Some(server.clone()));
        Some(server)
    }

    fn standard(&mut self, import: &StdImport, scope: &mut FileScope) {
        let module = import.module.text.as_str();
        let here = |span| Spot { anchor: import.anchor.clone(), span };
        let views = library::views(module);
        let definitions = self.module(module);
        if views.is_empty() && definitions.is_none() {
            let modules: BTreeSet<&str> = library::modules().collect();
            let help = did_you_mean(module, modules.iter().copied())
                .unwrap_or_else(|| format!("the modules are {}", listing(modules.iter().copied(), 30)));
            self.world.found.push(
                Found::new(
                    Code::E0204,
                    here(import.module.span),
                    format!("the standard library has no module `{module}`"),
                )
                .help(help),
            );
            return;
        }
        for name in &import.names {
            let defined = definitions.and_then(|index| {
                let namespace = self.world.library.get(index)?;
                let known = namespace.lets.contains_key(&name.text) || namespace.fns.contains_key(&name.text);
                known.then(|| LibraryName::Definition(index, name.text.clone()))
            });
            let meaning = library::view(module, &name.text).map(LibraryName::View).or(defined);
            let Some(meaning) = meaning else {
                let mut known: Vec<&str> = views.to_vec();
                if let Some(namespace) = definitions.and_then(|i| self.world.library.get(i)) {
                    known.extend(namespace.lets.keys().chain(namespace.fns.keys()).map(Text::as_str));
                }
                let help = did_you_mean(&name.text, known.iter().copied())
                    .or_else(|| {
                        library::module_of(&name.text).map(|m| format!("`{}` is in `std.{m}`", name.text))
                    })
                    .unwrap_or_else(|| format!("`std.{module}` has {}", listing(known.iter().copied(), 12)));
                self.world.found.push(
                    Found::new(
                        Code::E0204,
                        here(name.span),
                        format!("`std.{module}` has no `{}`", name.text),
                    )
                    .help(help),
                );
                continue;
            };
            if scope.library.insert(name.text.clone(), meaning).is_some() {
                self.world.found.push(Found::new(
                    Code::E0304,
                    here(name.span),
                    format!("`{}` is imported twice", name.text),
                ));
            }
        }
    }

    /// Index of a library module in [`World::library`]; gathered on first use.
    fn module(&mut self, module: &str) -> Option<usize> {
        if let Some(index) = self.modules.get(module) {
            return Some(*index);
        }
        let declarations = self.parts.library(module)?;
        let index = self.world.library.len();
        self.modules.insert(module.to_owned(), index);
        let scope = FileScope { declarations: declarations.clone(), ..FileScope::default() };
        let mut namespace = Namespace { files: vec![scope], ..Namespace::default() };
        index_names(&mut namespace);
        self.world.library.push(namespace);
        // A module may import names of its own views: its place is taken before its imports are looked at.
        let mut scope = FileScope { declarations: declarations.clone(), ..FileScope::default() };
        for import in &declarations.std {
            self.standard(import, &mut scope);
        }
        if let Some(slot) = self.world.library.get_mut(index).and_then(|n| n.files.first_mut()) {
            *slot = scope;
        }
        Some(index)
    }

    /// Numbers servers and tools, binds aliases, applies `open`.
    fn tools(&mut self) {
        let root =
            self.world.namespaces.first().and_then(|n| n.files.first()).map(|f| f.declarations.clone());
        let mut numbers: BTreeMap<Arc<str>, u16> = BTreeMap::new();
        for (number, (identity, (server, _, lock))) in (0u16..).zip(&self.identities) {
            let alias = root.as_ref().and_then(|root| {
                let of = |i: &&ToolImport| {
                    let path = paths::join(&root.path, &i.path.value);
                    self.locks.get(&path).is_some_and(|l| l.as_ref().is_some_and(|l| l.identity == *identity))
                };
                root.tools.iter().find(of).map(|i| Arc::from(i.alias.text.as_str()))
            });
            numbers.insert(identity.clone(), number);
            self.world.servers.push(ServerEntry {
                identity: identity.clone(),
                alias: alias.unwrap_or_default(),
                digest: server.digest,
                lock: Arc::from(lock.as_str()),
            });
            let mut sorted: Vec<_> = server.tools.iter().collect();
            sorted.sort_by(|a, b| a.name.cmp(&b.name));
            self.world.tools.extend(sorted.into_iter().map(|tool| ToolEntry {
                server: number,
                name: tool.name.clone(),
                digest: tool.digest,
                args: tool.args.clone(),
                result: tool.result.clone(),
                hints: tool.hints,
                summary: tool.summary.clone(),
                lock: Arc::from(lock.as_str()),
                span: tool.span,
                widened: tool.widened.clone(),
            }));
        }
        let mut opens = Vec::new();
        for namespace in &mut self.world.namespaces {
            for scope in &mut namespace.files {
                for import in &scope.declarations.tools {
                    let path = paths::join(&scope.declarations.path, &import.path.value);
                    let Some(Some(server)) = self.locks.get(&path) else { continue };
                    let Some(&number) = numbers.get(&server.identity) else { continue };
                    // Two imports of one name were reported; the first holds.
                    scope.aliases.entry(import.alias.text.clone()).or_insert(number);
                    for (index, tool) in (0u32..).zip(&self.world.tools) {
                        if tool.server == number {
                            namespace.tools.insert(index);
                        }
                    }
                    opens.extend(
                        import
                            .open
                            .iter()
                            .map(|e| (number, e.clone(), import.anchor.clone(), namespace.guardrail)),
                    );
                }
            }
        }
        for (server, path, anchor, guardrail) in opens {
            self.open(server, &path, &anchor, guardrail);
        }
    }

    /// Names of every namespace, and its groups.
    fn names(&mut self) {
        let prefixes: Vec<Text> =
            self.world.namespaces.iter().filter(|n| n.guardrail).map(|n| n.prefix.clone()).collect();
        let mut found = Vec::new();
        for namespace in &mut self.world.namespaces {
            found.extend(duplicates(namespace.files.iter().flat_map(|f| f.declarations.names())));
            found.extend(duplicates(
                namespace.files.iter().flat_map(|f| f.declarations.tests.iter().map(|(n, a)| (n, "test", a))),
            ));
            found.extend(taken(namespace.files.iter().flat_map(|f| f.declarations.names())));
            index_names(namespace);
            for scope in &namespace.files {
                found.extend(clashes(scope, namespace));
            }
            if !namespace.guardrail {
                for (name, what, anchor) in namespace.files.iter().flat_map(|f| f.declarations.names()) {
                    if what == "statement" && prefixes.contains(&name.text) {
                        let at = Spot { anchor: anchor.clone(), span: name.span };
                        found.push(
                            Found::new(
                                Code::E0304,
                                at,
                                format!("`{}` is the name of a guardrails file", name.text),
                            )
                            .help("ids of guardrails begin with that name; choose another one here"),
                        );
                    }
                }
            }
            let approvers: Vec<_> =
                namespace.files.iter().filter_map(|f| f.declarations.approvers.clone()).collect();
            for (_, again) in approvers.iter().skip(1) {
                let first = approvers.iter().map(|(_, spot)| spot.clone()).take(1);
                let message = "another file of this policy already says `approvers default`";
                let report = Found::new(Code::E0304, again.clone(), message).help("keep one of them");
                found.push(first.fold(report, |report, spot| report.label(spot, "first here")));
            }
            namespace.approvers = approvers.into_iter().next().map(|(names, _)| names);
        }
        for index in 0..self.world.namespaces.len() {
            let resolved = self.groups(index, &mut found);
            if let Some(namespace) = self.world.namespaces.get_mut(index) {
                *namespace = resolved;
            }
        }
        self.world.found.extend(found);
    }
}

/// Names that a file imports and its namespace defines as well.
fn clashes(scope: &FileScope, namespace: &Namespace) -> Vec<Found> {
    let mut found = Vec::new();
    let file = &scope.declarations;
    let imported = file
        .tools
        .iter()
        .map(|i| (&i.alias, &i.anchor))
        .chain(file.std.iter().flat_map(|i| i.names.iter().map(move |n| (n, &i.anchor))));
    let mut seen: BTreeMap<&Text, Spot> = BTreeMap::new();
    for (name, anchor) in imported {
        let here = Spot { anchor: anchor.clone(), span: name.span };
        let defined = namespace
            .files
            .iter()
            .flat_map(|f| f.declarations.names())
            .find(|(n, what, _)| n.text == name.text && *what != "statement");
        if let Some((other, what, at)) = defined {
            let at = Spot { anchor: at.clone(), span: other.span };
            found.push(
                Found::new(
                    Code::E0304,
                    here.clone(),
                    format!("`{}` is already the name of a {what}", name.text),
                )
                .label(at, "defined here"),
            );
        }
        if let Some(first) = seen.insert(&name.text, here.clone())
            && file.tools.iter().filter(|i| i.alias.text == name.text).count() < 2
        {
            found.push(
                Found::new(Code::E0304, here, format!("`{}` is imported twice", name.text))
                    .label(first, "first here"),
            );
        }
    }
    found
}

fn index_names(namespace: &mut Namespace) {
    for (file, scope) in namespace.files.iter().enumerate() {
        for (i, decl) in scope.declarations.lets.iter().enumerate() {
            namespace.lets.entry(decl.name.text.clone()).or_insert((file, i));
        }
        for (i, decl) in scope.declarations.fns.iter().enumerate() {
            namespace.fns.entry(decl.name.text.clone()).or_insert((file, i));
        }
    }
}

fn spot(import: &PathImport) -> Spot {
    Spot { anchor: import.anchor.clone(), span: import.path.span }
}
