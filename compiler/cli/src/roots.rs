//! Which policies a command is about. In: files and directories as the user named them. Out: root policies, in order, and what could not be
//! looked at. In a directory, every `.policy` file below that names a `policy` is a root; the others are what roots import.

use crate::disk::{STDIN, read};
use crate::exit::Trouble;
use policyc_compiler::diagnostics::Code;
use policyc_grammar::ast::ItemKind;
use policyc_grammar::parse::parse_bytes;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Files that paths stand for, and what could not be looked at. `-` stays.
#[derive(Debug, Default)]
pub(crate) struct PolicyFiles {
    /// Paths with `/`, each once, in the order named; those of a directory sorted.
    pub(crate) paths: Vec<String>,
    /// What could not be read.
    pub(crate) troubles: Vec<Trouble>,
}

/// The root policies that paths stand for. A file that is named is taken for a root, so that one without a `policy` line is reported.
pub(crate) fn roots(paths: &[String]) -> PolicyFiles {
    find(
        paths,
        &|path| read(path).map(|bytes| is_root(&bytes)),
        "a root policy is a `.policy` file with a `policy` line",
    )
}

/// The root policies to test. Guardrails that a policy of the same run imports are exercised there: they are a root of their own only if
/// they are named or have tests.
pub(crate) fn tested_roots(paths: &[String]) -> PolicyFiles {
    let mut found = roots(paths);
    let named: BTreeSet<String> = paths.iter().map(|path| slashes(path)).collect();
    let parsed = |path: &String| {
        // Standard input is read once, when it is tested.
        let bytes = if path == STDIN { Vec::new() } else { read(path).unwrap_or_default() };
        parse_bytes(&bytes).ast.items
    };
    let mut imported = BTreeSet::new();
    for path in &found.paths {
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        for item in parsed(path) {
            if let ItemKind::ImportGuardrails(file) = &item.kind
                && let Ok(file) = fs::canonicalize(folder.join(file.value.as_str()))
            {
                imported.insert(file);
            }
        }
    }
    found.paths.retain(|path| {
        named.contains(path)
            || fs::canonicalize(path).is_ok_and(|file| !imported.contains(&file))
            || parsed(path).iter().any(|item| matches!(item.kind, ItemKind::Test { .. }))
    });
    found
}

/// All policy files that paths stand for.
pub(crate) fn policy_files(paths: &[String]) -> PolicyFiles {
    find(paths, &|_| Ok(true), "policies are `.policy` files")
}

/// Whether a file below a directory is wanted.
type Wanted<'w> = &'w dyn Fn(&str) -> Result<bool, Trouble>;

fn find(paths: &[String], wanted: Wanted<'_>, help: &str) -> PolicyFiles {
    let mut found = PolicyFiles::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        if Path::new(path).is_dir() {
            let (mut inside, before) = (Vec::new(), found.troubles.len());
            below(Path::new(path), wanted, &mut inside, &mut found.troubles);
            inside.sort();
            if inside.is_empty() && found.troubles.len() == before {
                let message = format!("there is no policy below `{path}`");
                found.troubles.push(Trouble::new(message).of(Code::E0201, path).help(help));
            }
            found.paths.extend(inside.into_iter().filter(|path| seen.insert(path.clone())));
        } else if path != STDIN
            && let Err(trouble) = read(path)
        {
            found.troubles.push(trouble);
        } else if seen.insert(slashes(path)) {
            found.paths.push(slashes(path));
        }
    }
    found
}

fn below(directory: &Path, wanted: Wanted<'_>, found: &mut Vec<String>, troubles: &mut Vec<Trouble>) {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => return troubles.push(Trouble::read(directory.display(), &error)),
    };
    for entry in entries {
        let (entry, kind) = match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
            Ok(entry) => entry,
            Err(error) => {
                troubles.push(Trouble::read(directory.display(), &error));
                continue;
            }
        };
        let path = entry.path();
        // A link to a directory is not followed: it may lead back up.
        if kind.is_dir() {
            if !entry.file_name().to_string_lossy().starts_with('.') {
                below(&path, wanted, found, troubles);
            }
        } else if path.extension().is_some_and(|ending| ending == "policy") {
            let name = path.to_str().map(slashes).ok_or_else(|| Trouble::not_utf8(&path));
            match name.and_then(|name| wanted(&name).map(|wanted| wanted.then_some(name))) {
                Ok(Some(name)) => found.push(name),
                Ok(None) => {}
                Err(trouble) => troubles.push(trouble),
            }
        }
    }
}

fn is_root(bytes: &[u8]) -> bool {
    parse_bytes(bytes).ast.items.iter().any(|item| matches!(item.kind, ItemKind::Policy(..)))
}

/// The path as the compiler names it: with `/`, without leading `./`.
fn slashes(path: &str) -> String {
    let path = if std::path::MAIN_SEPARATOR == '\\' { path.replace('\\', "/") } else { path.to_owned() };
    path.strip_prefix("./").map_or(path.clone(), str::to_owned)
}
