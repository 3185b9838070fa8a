//! Types of results. In: an `outputSchema`, or what a policy declares of a result. Out: [`ResultTy`], with open records: a server may add a
//! field at any time, and what a policy relies on is only what it names.

use crate::schema::import_schema;
use crate::ty::{DefId, Definitions, FieldTy, Kinds, ListTy, ObjectTy, Rest, ResultTy, Ty};
use serde_json::Value;
use std::sync::Arc;

/// How often a recursive type is written out; below that any value fits.
const UNROLLED: usize = 6;

/// The type of results that a server declares.
pub(crate) fn of_schema(schema: &Value) -> ResultTy {
    let imported = import_schema(schema);
    ResultTy { promised: true, ..of_type(&imported.ty, &imported.definitions) }
}

/// A type with open records, written out: whoever reads it needs no definitions.
pub(crate) fn of_type(ty: &Ty, definitions: &Definitions) -> ResultTy {
    let ty = opened(ty, definitions, &mut Vec::new());
    ResultTy { ty, definitions: Definitions::default(), promised: false }
}

fn opened(ty: &Ty, definitions: &Definitions, inside: &mut Vec<DefId>) -> Ty {
    match ty {
        Ty::Dynamic => Ty::Dynamic,
        Ty::Ref(id) => {
            let deep = inside.iter().filter(|known| *known == id).count() >= UNROLLED || inside.len() > 32;
            let Some(target) = definitions.0.get(id.0 as usize).filter(|_| !deep) else { return Ty::Dynamic };
            inside.push(*id);
            let out = opened(target, definitions, inside);
            inside.pop();
            out
        }
        Ty::Kinds(kinds) => {
            let list = kinds
                .list
                .as_ref()
                .map(|list| ListTy { items: opened(&list.items, definitions, inside), ..list.clone() });
            let object =
                kinds.object.as_ref().map(|object| Arc::new(open_record(object, definitions, inside)));
            Ty::of(Kinds { list, object, ..Kinds::clone(kinds) })
        }
    }
}

fn open_record(object: &ObjectTy, definitions: &Definitions, inside: &mut Vec<DefId>) -> ObjectTy {
    let field = |(key, field): (&Arc<str>, &FieldTy)| {
        let ty = opened(&field.ty, definitions, inside);
        (key.clone(), FieldTy { ty, ..field.clone() })
    };
    let fields = object.fields.iter().map(field).collect();
    let rest = match &object.rest {
        Rest::Map(value) => Rest::Map(opened(value, definitions, inside)),
        Rest::Closed | Rest::Open => Rest::Open,
    };
    ObjectTy { fields, rest, variants: None, max_properties: None, ..object.clone() }
}
