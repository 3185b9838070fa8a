//! Changes that the tool's schema suggests. In: the arguments and their type. Out: edits: every member of an enumeration, numbers at
//! bounds, optional arguments left out or given, values of a wrong kind put right, undeclared arguments left out.

use super::edit::{Edit, Key, Op, numbers};
use super::wishes::{Step, Want, Wishes};
use crate::check::form::deref;
use crate::ty::{ArgsTy, Definitions, Kinds, ObjectTy, Rest, Ty};
use policyc_runtime::number::Decimal;
use serde_json::Value;
use std::sync::Arc;

/// Objects in objects that are looked into.
const DEPTH: usize = 4;
/// Members of an enumeration that are tried.
const MEMBERS: usize = 256;

/// All of them.
pub(super) fn edits(args: &Value, ty: &ArgsTy, wishes: &Wishes) -> Vec<Edit> {
    let mut out = Vec::new();
    object(args, &ty.root, &ty.definitions, &mut Vec::new(), &mut out);
    add_lists(args, ty, wishes, &mut out);
    out
}

fn object(value: &Value, ty: &ObjectTy, definitions: &Definitions, path: &mut Vec<Key>, out: &mut Vec<Edit>) {
    let Value::Object(members) = value else { return };
    if path.len() > DEPTH {
        return;
    }
    for name in members.keys() {
        if !ty.fields.contains_key(name.as_str()) && ty.rest == Rest::Closed {
            out.push(edit(path, Key::Name(Arc::from(name.as_str())), Op::Remove));
        }
    }
    for (name, field) in &ty.fields {
        let key = Key::Name(name.clone());
        let present = members.get(&**name);
        if present.is_some() && !field.required {
            out.push(edit(path, key.clone(), Op::Remove));
        }
        let Ty::Kinds(kinds) = deref(&field.ty, definitions) else { continue };
        let set = |value: Value| edit(path, key.clone(), Op::Set(value));
        out.extend(members_of(&kinds).into_iter().map(set));
        if let Some(present) = present {
            out.extend(repaired(present, &kinds).into_iter().map(set));
            if let Some(inner) = &kinds.object {
                path.push(key.clone());
                object(present, inner, definitions, path, out);
                path.pop();
            }
        }
    }
}

fn edit(path: &[Key], last: Key, op: Op) -> Edit {
    Edit { path: [path, &[last]].concat(), op }
}

/// The values that the type names: members of enumerations, booleans, numbers at bounds.
fn members_of(kinds: &Kinds) -> Vec<Value> {
    let mut out = Vec::new();
    if let Some(boolean) = &kinds.boolean {
        let both = [true, false].into_iter().filter(|value| boolean.only.is_none_or(|only| only == *value));
        out.extend(both.map(Value::from));
    }
    if let Some(texts) = kinds.string.as_ref().and_then(|text| text.one_of.as_ref()) {
        out.extend(texts.iter().take(MEMBERS).map(|text| Value::from(&**text)));
    }
    if let Some(number) = &kinds.number {
        let named = number.one_of.iter().flatten().take(MEMBERS);
        out.extend(named.map(|one| crate::explain::seen::of_units(one.units())));
        for bound in [number.min, number.max].into_iter().flatten() {
            out.extend(numbers(bound.value.units(), Some(kinds)));
        }
    }
    out
}

/// A value of a kind that the type does not have, as one that it has.
fn repaired(value: &Value, kinds: &Kinds) -> Vec<Value> {
    let mut out = Vec::new();
    match value {
        Value::String(text) if kinds.string.is_none() => {
            if kinds.number.is_some() && Decimal::parse_json(text).is_some() {
                out.extend(serde_json::from_str(text).ok());
            }
            if kinds.boolean.is_some() && matches!(text.as_str(), "true" | "false") {
                out.push(Value::from(text == "true"));
            }
        }
        Value::Number(_) | Value::Bool(_) if kinds.string.is_some() => {
            out.push(Value::from(value.to_string()))
        }
        Value::Array(items) if kinds.list.is_none() => {
            if let [only] = items.as_slice() {
                out.push(only.clone());
            }
        }
        _ => {}
    }
    if kinds.list.is_some() && !value.is_array() {
        out.push(Value::Array(vec![value.clone()]));
    }
    out
}

/// Lists that conditions read and that are not given: with what is wished for in them, or empty.
fn add_lists(args: &Value, ty: &ArgsTy, wishes: &Wishes, out: &mut Vec<Edit>) {
    for site in &wishes.lists {
        let [Step::Key(name)] = site.as_slice() else { continue };
        if args.get(&**name).is_some() || !ty.root.fields.contains_key(name) {
            continue;
        }
        let wanted = wishes.all.iter().filter_map(|(place, want)| match (place.as_slice(), want) {
            ([Step::Key(list), Step::Each], Want::Value(value)) if list == name => Some(value.clone()),
            _ => None,
        });
        let lists = wanted.map(|value| Value::Array(vec![value])).chain([Value::Array(Vec::new())]);
        out.extend(lists.map(|list| edit(&[], Key::Name(name.clone()), Op::Set(list))));
    }
}
