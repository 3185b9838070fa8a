//! Changes of one argument. In: wishes and the arguments. Out: edits, each a place and what should stand there.

use super::units;
use super::wishes::{Site, Step, Want, Wishes};
use crate::check::form::deref;
use crate::explain::seen::{ELEMENTS, of_units};
use crate::ty::{ArgsTy, Kinds, Rest, Ty};
use policyc_runtime::number::SCALE;
use policyc_runtime::views::{Scratch, email, url};
use serde_json::Value;
use std::sync::Arc;

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Name(Arc<str>),
    Index(usize),
}

/// What to do at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Op {
    Set(Value),
    Remove,
}

/// A change at one place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    pub(super) path: Vec<Key>,
    pub(super) op: Op,
}

impl Edit {
    /// The arguments after it; `None` if the place is not there to be changed.
    pub(super) fn apply(&self, args: &Value) -> Option<Value> {
        let mut out = args.clone();
        let (last, above) = self.path.split_last()?;
        let mut at = &mut out;
        for key in above {
            at = match (key, at) {
                (Key::Name(name), Value::Object(members)) => members.get_mut(&**name)?,
                (Key::Index(index), Value::Array(items)) => items.get_mut(*index)?,
                _ => return None,
            };
        }
        match (last, at, &self.op) {
            (Key::Name(name), Value::Object(members), Op::Set(value)) => {
                members.insert(name.to_string(), value.clone());
            }
            (Key::Name(name), Value::Object(members), Op::Remove) => {
                members.remove(&**name)?;
            }
            (Key::Index(index), Value::Array(items), Op::Set(value)) => {
                *items.get_mut(*index)? = value.clone();
            }
            _ => return None,
        }
        Some(out)
    }
}

/// What stands at a place.
pub(super) fn at<'v>(args: &'v Value, path: &[Key]) -> Option<&'v Value> {
    path.iter().try_fold(args, |at, key| match key {
        Key::Name(name) => at.get(&**name),
        Key::Index(index) => at.get(*index),
    })
}

/// The edits that fulfill wishes.
pub(super) fn from_wishes(wishes: &Wishes, args: &Value, ty: &ArgsTy) -> Vec<Edit> {
    let mut out = Vec::new();
    for (site, want) in &wishes.all {
        for path in paths(site, args) {
            let old = at(args, &path);
            let kinds = kinds_at(ty, &path);
            let values = fulfill(want, old, kinds.as_deref());
            out.extend(values.into_iter().map(|value| Edit { path: path.clone(), op: Op::Set(value) }));
        }
    }
    out
}

/// Lists that conditions go through and that stand in the arguments.
pub(super) fn lists(args: &Value, wishes: &Wishes) -> Vec<(Vec<Key>, Vec<Value>)> {
    let mut out = Vec::new();
    for site in &wishes.lists {
        for path in paths(site, args) {
            if let Some(Value::Array(list)) = at(args, &path)
                && !wishes.is_secret(&path)
            {
                out.push((path, list.clone()));
            }
        }
    }
    out
}

/// The places that a site stands for in these arguments. All but the last step must be there.
fn paths(site: &Site, args: &Value) -> Vec<Vec<Key>> {
    let mut out: Vec<Vec<Key>> = vec![Vec::new()];
    for (index, step) in site.iter().enumerate() {
        let last = index + 1 == site.len();
        let mut next = Vec::new();
        for path in out {
            match (step, at(args, &path)) {
                (Step::Key(key), Some(Value::Object(members))) if last || members.contains_key(&**key) => {
                    next.push([path.as_slice(), &[Key::Name(key.clone())]].concat());
                }
                (Step::Each, Some(Value::Array(items))) => {
                    let elements = (0..items.len().min(ELEMENTS)).map(Key::Index);
                    next.extend(elements.map(|element| [path.as_slice(), &[element]].concat()));
                }
                _ => {}
            }
        }
        out = next;
    }
    out
}

/// The type of what stands at a place, if the schema has one.
pub(super) fn kinds_at(ty: &ArgsTy, path: &[Key]) -> Option<Arc<Kinds>> {
    let (first, rest) = path.split_first()?;
    let Key::Name(name) = first else { return None };
    let mut at = member(&ty.root, name)?;
    for key in rest {
        let Ty::Kinds(kinds) = deref(&at, &ty.definitions) else { return None };
        at = match key {
            Key::Name(name) => member(kinds.object.as_ref()?, name)?,
            Key::Index(_) => kinds.list.as_ref()?.items.clone(),
        };
    }
    match deref(&at, &ty.definitions) {
        Ty::Kinds(kinds) => Some(kinds),
        Ty::Dynamic | Ty::Ref(_) => None,
    }
}

fn member(object: &crate::ty::ObjectTy, name: &str) -> Option<Ty> {
    match (object.fields.get(name), &object.rest) {
        (Some(field), _) => Some(field.ty.clone()),
        (None, Rest::Map(value)) => Some(value.clone()),
        (None, Rest::Closed | Rest::Open) => None,
    }
}

/// Values that a test would like better than the old one.
fn fulfill(want: &Want, old: Option<&Value>, kinds: Option<&Kinds>) -> Vec<Value> {
    let text = || old.and_then(Value::as_str);
    let list = || old.and_then(Value::as_array).cloned();
    let near = |found: Option<String>| found.map(Value::from).into_iter().collect();
    match want {
        Want::Value(value) => vec![value.clone()],
        Want::Near(bound) => numbers(*bound, kinds),
        Want::Prefix(prefix) => near(Some(format!("{prefix}{}", text().unwrap_or_default()))),
        Want::Suffix(suffix) => near(Some(format!("{}{suffix}", text().unwrap_or_default()))),
        Want::Like(form) => {
            if form.contains('?') || form.matches('*').count() > 1 {
                return Vec::new();
            }
            near(Some(form.replace('*', text().unwrap_or_default())))
        }
        Want::Domain(domain) => {
            let mut scratch = Scratch::new();
            near(
                text()
                    .and_then(|text| email(text, &mut scratch).map(|one| format!("{}@{domain}", one.local))),
            )
        }
        Want::Host(host) => {
            let mut scratch = Scratch::new();
            let replaced = text().and_then(|text| {
                let old = url(text, &mut scratch)?.host?;
                text.contains(old).then(|| text.replacen(old, host, 1))
            });
            near(replaced)
        }
        Want::Under(root) => {
            let name = text().map(|text| text.rsplit('/').next().unwrap_or(text));
            near(
                name.filter(|name| !name.is_empty())
                    .map(|name| format!("{}/{name}", root.trim_end_matches('/'))),
            )
        }
        Want::Length(length) => {
            let cut = |by: i128| {
                let keep = usize::try_from(length.checked_sub(by)?).ok()?;
                Some(Value::from(text()?.chars().take(keep).collect::<String>()))
            };
            [0, 1].into_iter().filter_map(cut).collect()
        }
        Want::Count(count) => {
            let cut = |by: i128| {
                let keep = usize::try_from(count.checked_sub(by)?).ok()?;
                Some(Value::Array(list()?.into_iter().take(keep).collect()))
            };
            [0, 1].into_iter().filter_map(cut).collect()
        }
        Want::With(value) => {
            let mut list = list().unwrap_or_default();
            list.push(value.clone());
            vec![Value::Array(list)]
        }
        Want::Within(values) => list()
            .map(|list| Value::Array(list.into_iter().filter(|value| values.contains(value)).collect()))
            .into_iter()
            .collect(),
    }
}

/// Numbers at a bound and right beside it: whole ones, and hundredths where the type has fractions.
pub(super) fn numbers(bound: i128, kinds: Option<&Kinds>) -> Vec<Value> {
    let whole = kinds.and_then(|kinds| kinds.number.as_ref()).is_some_and(|number| number.integer);
    let floor = bound.div_euclid(SCALE) * SCALE;
    let mut all = vec![floor - SCALE, floor, floor + SCALE, floor + 2 * SCALE];
    if !whole {
        let cent = SCALE / 100;
        all.extend([bound, bound - cent, bound + cent]);
    }
    all.into_iter().map(of_units).filter(|value| units(value).is_some()).collect()
}
