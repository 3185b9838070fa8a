//! Constants of `const` and `enum` as types. In: JSON values. Out: the type whose members they are.

use super::algebra::{Below, from_kinds, union_heads};
use super::note::NoteKind;
use crate::ty::{BoolTy, FieldTy, Kinds, ListTy, NumberTy, ObjectTy, StringTy, Ty};
use policyc_runtime::number::Decimal;
use serde_json::{Number, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The exact value of a number in a schema; `None` if it has none (language.md section 3).
///
/// Numbers with a fraction reach us as doubles; their shortest text is what the schema's author wrote, up to 15 digits.
pub(super) fn decimal(number: &Number) -> Option<Decimal> {
    Decimal::parse_json(&number.to_string())
}

/// The type of one of `values`.
pub(super) fn literals(values: &[Value], below: &mut impl Below) -> Ty {
    let mut null = false;
    let mut booleans = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    let mut any_number = false;
    let mut strings: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut containers = Vec::new();
    for value in values {
        match value {
            Value::Null => null = true,
            Value::Bool(value) => drop(booleans.insert(*value)),
            Value::String(text) => drop(strings.insert(text.as_str().into())),
            Value::Number(number) => match decimal(number) {
                Some(value) => drop(numbers.insert(value)),
                None => any_number = true,
            },
            Value::Array(items) => containers.push(list(items, below)),
            Value::Object(members) => {
                let fields = members.iter().map(|(key, member)| {
                    let ty = literals(std::slice::from_ref(member), below);
                    (key.as_str().into(), FieldTy { ty, required: true, default: None, description: None })
                });
                let object = ObjectTy { fields: fields.collect(), ..ObjectTy::default() };
                containers
                    .push(Ty::Kinds(Arc::new(Kinds { object: Some(Arc::new(object)), ..Kinds::default() })));
            }
        }
    }
    if any_number {
        below.lose(
            NoteKind::Widened,
            "an enumerated number is out of the range or precision of numbers; any number fits",
        );
    }
    let number = NumberTy {
        integer: numbers.iter().all(|number| number.is_integer()),
        one_of: Some(numbers.iter().copied().collect()),
        ..NumberTy::default()
    };
    containers.push(from_kinds(Kinds {
        null,
        boolean: (!booleans.is_empty())
            .then(|| BoolTy { only: if booleans.len() == 1 { booleans.first().copied() } else { None } }),
        number: match (any_number, numbers.is_empty()) {
            (true, _) => Some(NumberTy::default()),
            (false, true) => None,
            (false, false) => Some(number),
        },
        string: (!strings.is_empty())
            .then(|| StringTy { one_of: Some(strings.into_iter().collect()), ..StringTy::default() }),
        ..Kinds::default()
    }));
    union_heads(&containers, below)
}

fn list(items: &[Value], below: &mut impl Below) -> Ty {
    if items.len() > 1 {
        below.lose(NoteKind::Merged, "a constant list is read as a list of its elements in any order");
    }
    let length = u32::try_from(items.len()).ok();
    let list = ListTy { items: literals(items, below), min_items: length, max_items: length, unique: false };
    Ty::Kinds(Arc::new(Kinds { list: Some(list), ..Kinds::default() }))
}
