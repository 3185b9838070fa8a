//! The door of the importer. In: one JSON Schema. Out: a type, and notes on every difference between the two.

use super::extract::extract;
use super::note::{CLOSED_ROOT, Note, NoteKind};
use super::states::{Evaluated, States};
use crate::ty::{ArgsTy, Definitions, ObjectTy, Rest, Ty};
use serde_json::Value;
use std::sync::Arc;

/// Arguments as a tool's `inputSchema` describes them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Imported {
    /// The type of the arguments.
    pub args: ArgsTy,
    /// What was not kept, sorted by pointer.
    pub notes: Vec<Note>,
}

/// A value as any schema describes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImportedTy {
    /// The type; [`Ty::Ref`] only if the root is recursive.
    pub ty: Ty,
    /// Its recursive types.
    pub definitions: Definitions,
    /// What was not kept, sorted by pointer.
    pub notes: Vec<Note>,
}

/// Imports the `inputSchema` of a tool.
///
/// Arguments are always an object, so other kinds that the root admits are left out. Undeclared keys are denied at the root
/// and in every object whose schema names properties, whatever `additionalProperties` says, unless that is a schema
/// (semantics.md 5). A `default` is kept as canonical JSON and never assumed.
///
/// Never fails: what is not understood widens, with a note. A schema that is no schema at all admits nothing.
#[must_use]
pub fn import_args(schema: &Value) -> Imported {
    let evaluated = States::new(schema).run(true);
    let keyed_root = evaluated.keyed_root;
    let ImportedTy { ty, definitions, mut notes } = extracted(evaluated);
    let root_note = |kind, message: &str| Note { pointer: "".into(), kind, message: message.to_owned() };
    let head = match &ty {
        Ty::Ref(id) => {
            usize::try_from(id.0).ok().and_then(|index| definitions.0.get(index)).unwrap_or(&Ty::Dynamic)
        }
        other => other,
    };
    let object = match head {
        Ty::Kinds(kinds) => kinds.object.clone(),
        // The loop of references that this stands for was noted where it is.
        Ty::Ref(_) => Some(Arc::new(free_form())),
        Ty::Dynamic if schema.is_object() || *schema == Value::Bool(true) => Some(Arc::new(free_form())),
        Ty::Dynamic => None,
    };
    let root = match object {
        Some(mut object) => {
            // At the root a free form is closed too: it is opened path by path, in sight of the policy's reader.
            if object.rest == Rest::Map(Ty::Dynamic) && !keyed_root {
                let object = Arc::make_mut(&mut object);
                object.rest = Rest::Closed;
                object.names = None;
                notes.push(root_note(NoteKind::ClosedRoot, CLOSED_ROOT));
            }
            object
        }
        None => {
            notes.push(root_note(
                NoteKind::Nothing,
                "the root admits no object, so the tool can never be called",
            ));
            // At least one key, none of which is declared: no object fits.
            Arc::new(ObjectTy { min_properties: Some(1), ..ObjectTy::default() })
        }
    };
    notes.sort();
    notes.dedup();
    Imported { args: ArgsTy { root, definitions }, notes }
}

/// An object of which nothing is said.
fn free_form() -> ObjectTy {
    ObjectTy { rest: Rest::Map(Ty::Dynamic), ..ObjectTy::default() }
}

/// Imports any schema, for example the `outputSchema` of a tool.
#[must_use]
pub fn import_schema(schema: &Value) -> ImportedTy {
    extracted(States::new(schema).run(false))
}

fn extracted(evaluated: Evaluated) -> ImportedTy {
    let (ty, definitions) = extract(&evaluated.root, &evaluated.heads);
    ImportedTy { ty, definitions, notes: evaluated.notes.into_iter().collect() }
}
