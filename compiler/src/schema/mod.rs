//! JSON Schemas to types. In: the `inputSchema` of a tool. Out: the type of its arguments, and notes on what was not kept.
//!
//! `import` is the door. `states` evaluates the document place by place: `place` takes a schema with all its combinations, `base`,
//! `keys` and `key_patterns` the keywords of its own surface, `below` what lies under it, `settle` what could only be said in the end; `literal` reads constants, `refs` references, `pattern`
//! regular expressions, `supported` lists the keywords, `algebra` has unions and intersections of types. `extract` makes one type
//! of it all. `accepts` says which values a type admits, the slow and plain way; `walk` finds the schemas in a schema.

mod accepts;
mod algebra;
mod base;
mod below;
mod extract;
mod import;
mod key_patterns;
mod keys;
mod literal;
mod note;
pub mod pattern;
mod place;
mod refs;
mod settle;
mod states;
mod supported;
#[cfg(test)]
mod tests;
pub(crate) mod walk;

pub use accepts::{Validator, accepts};
pub use algebra::{intersect, union};
pub use import::{Imported, ImportedTy, import_args, import_schema};
pub use note::{Note, NoteKind};
pub(crate) use states::is_anything;
pub use walk::external_reference;
