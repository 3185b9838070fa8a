//! JSON Schemas to types. In: the `inputSchema` of a tool. Out: the type of its arguments, and notes on what was not kept.
//!
//! `import` is the door; `states` evaluates the document place by place (`base`: the keywords of one schema, `literal`: its
//! constants, `refs`: its references, `pattern`: its regular expressions, `algebra`: unions and intersections of types), and
//! `extract` makes one type of it. `accepts` says which values a type admits, the slow and plain way.

mod accepts;
mod algebra;
mod base;
mod extract;
mod import;
mod literal;
mod note;
pub mod pattern;
mod refs;
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
