//! Definitions that could not be read. In: the declarations of every file. Out: complaints without those that only say that
//! such a definition is missing. The mistake itself was reported, and no program comes of a policy with an error.

use super::anchor::Found;
use super::declarations::Declarations;
use super::namespace::{FileScope, Namespace, World};
use super::paths;
use policyc_grammar::ast::{Form, Text};

/// A name that was looked up in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    pub what: Wanted,
    pub name: Text,
}

/// What was looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Value,
    Function,
    Group,
    Server,
    /// Any tool at all.
    Tools,
    Principal,
    Session,
    PrincipalField,
    SessionField,
    Approvers,
    Label,
    /// What a test's `by` names.
    Id,
    Edition,
    Policy,
}

/// A definition that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    pub form: Form,
    /// Of a `principal` or `session`, a field. `None`: any name.
    pub name: Option<Text>,
}

/// Leaves out complaints about names that something lost would have defined.
pub(crate) fn quiet(world: &World, found: &mut Vec<Found>) {
    if !world.namespaces.iter().any(loses) {
        return;
    }
    found.retain(|one| match &one.missing {
        Some(missing) => !is_lost(world, missing, &one.at.anchor.file),
        None => true,
    });
}

fn loses(namespace: &Namespace) -> bool {
    namespace
        .files
        .iter()
        .any(|scope| !scope.declarations.lost.is_empty() || !scope.declarations.files.is_empty())
}

fn is_lost(world: &World, missing: &Missing, file: &str) -> bool {
    let own =
        world.namespaces.iter().filter(|n| n.files.iter().any(|scope| *scope.declarations.path == *file));
    let here = own.flat_map(|n| &n.files).any(|scope| {
        let same_file = *scope.declarations.path == *file;
        lost_in(world, scope).any(|lost| {
            (same_file || missing.what == Wanted::Tools || !is_of_file(lost.form)) && lost.covers(missing)
        })
    });
    here || (missing.what == Wanted::Id
        && world.namespaces.iter().any(|n| guardrail_loses(world, n, &missing.name)))
}

/// What a file's declarations lost, and what the files lost that could not be opened.
fn lost_in<'a>(world: &'a World, scope: &'a FileScope) -> impl Iterator<Item = Lost> + 'a {
    let file: &Declarations = &scope.declarations;
    let unopened = file.files.iter().filter(|import| {
        let path = paths::join(&file.path, &import.path.value);
        !world.files.iter().any(|known| **known == *path)
    });
    file.lost.iter().cloned().chain(unopened.map(|_| Lost { form: Form::ImportFile, name: None }))
}

/// What belongs to one file and not to its namespace.
fn is_of_file(form: Form) -> bool {
    matches!(form, Form::ImportTools | Form::ImportStd | Form::Edition | Form::Policy)
}

/// Whether an id may be that of a statement that a guardrails file lost.
fn guardrail_loses(world: &World, namespace: &Namespace, id: &str) -> bool {
    let rest = id.strip_prefix(namespace.prefix.as_str()).and_then(|rest| rest.strip_prefix('.'));
    let missing = Missing { what: Wanted::Id, name: Text::from(rest.unwrap_or_default()) };
    let mut lost =
        namespace.files.iter().filter(|_| namespace.guardrail).flat_map(|scope| lost_in(world, scope));
    lost.any(|lost| lost.form == Form::Policy || (rest.is_some() && lost.covers(&missing)))
}

impl Lost {
    fn brings_tools(&self) -> bool {
        matches!(self.form, Form::File | Form::Unknown | Form::ImportFile | Form::ImportTools | Form::Group)
    }

    fn covers(&self, missing: &Missing) -> bool {
        let what = missing.what;
        if what == Wanted::Tools {
            return self.brings_tools();
        }
        let kind = match self.form {
            Form::File => return true,
            Form::ImportFile => !matches!(what, Wanted::Server | Wanted::Edition | Wanted::Policy),
            Form::Unknown => !matches!(what, Wanted::Approvers | Wanted::Edition | Wanted::Policy),
            Form::ImportStd => matches!(what, Wanted::Value | Wanted::Function),
            Form::Let | Form::Fn => matches!(what, Wanted::Value | Wanted::Function),
            Form::ImportTools => what == Wanted::Server,
            Form::Group => what == Wanted::Group,
            Form::Rule => what == Wanted::Id,
            Form::Principal => matches!(what, Wanted::Principal | Wanted::PrincipalField),
            Form::Session => matches!(what, Wanted::Session | Wanted::SessionField),
            Form::Approvers => what == Wanted::Approvers,
            Form::Edition => what == Wanted::Edition,
            Form::Policy => what == Wanted::Policy,
            Form::Fact => matches!(what, Wanted::Value | Wanted::Function),
            Form::Label => what == Wanted::Label,
            Form::Result | Form::Test => false,
        };
        let named = |name: &Text| {
            let arm = missing.name.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.'));
            missing.name == *name || (what == Wanted::Id && arm)
        };
        kind && self.name.as_ref().is_none_or(named)
    }
}
