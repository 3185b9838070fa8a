//! Kinds of principal that a policy tells apart by fields with few values: roles, tiers, flags. In: the principal's type and the conditions
//! that read it. Out: one principal per kind, as JSON of those fields alone.

use crate::check::form::deref;
use crate::check::walk::places;
use crate::ty::{Definitions, FieldTy, ObjectTy, Ty};
use crate::typed::{Block, Expr, Policy, Root};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Columns that a table can have. Fields that would make more are left out.
const MOST: usize = 12;
/// Sets of at most so many values are taken in every combination, larger ones by none, each and all.
const EVERY_SUBSET: usize = 3;

/// Kinds of principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Classes {
    /// The fields that tell them apart.
    pub(super) fields: Vec<Arc<str>>,
    pub(super) all: Vec<Class>,
    /// Fields with few values that would make too many kinds.
    pub(super) left_out: Vec<Arc<str>>,
}

/// A kind of principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// `roles: triage, escalation`.
    pub label: String,
    /// The fields that tell the kinds apart, as a JSON object.
    pub principal: Value,
}

/// The conditions of everything that can match on some tool.
pub(super) fn conditions(policy: &Policy) -> impl Iterator<Item = &Expr> {
    policy.rules.iter().flatten().flat_map(|block| match block {
        Block::Rule(_, condition) => vec![&**condition],
        Block::Decide(arms) => arms.iter().map(|(_, condition)| &**condition).collect(),
    })
}

/// The kinds of principal of a policy.
pub(super) fn of(policy: &Policy) -> Classes {
    let read: BTreeSet<Arc<str>> = conditions(policy)
        .flat_map(places)
        .filter(|place| place.root == Root::Principal)
        .filter_map(|place| place.steps.first().cloned())
        .collect();
    let mut few: Vec<(Arc<str>, Vec<Choice>)> = policy
        .principal
        .fields
        .iter()
        .filter(|(name, _)| read.contains(*name))
        .filter_map(|(name, field)| Some((name.clone(), choices(field)?)))
        .collect();
    // Roles tell most: sets before single values, those before flags.
    few.sort_by_key(|(_, choices)| std::cmp::Reverse(choices.iter().map(Choice::weight).max()));
    let (mut fields, mut left_out, mut count) = (Vec::new(), Vec::new(), 1);
    for (name, choices) in few {
        if count * choices.len() <= MOST {
            count *= choices.len();
            fields.push((name, choices));
        } else {
            left_out.push(name);
        }
    }
    if fields.is_empty() {
        return Classes { fields: Vec::new(), all: vec![anybody()], left_out };
    }
    let mut all = vec![Class { label: String::new(), principal: Value::Object(Map::new()) }];
    for (name, choices) in &fields {
        all = all.iter().flat_map(|class| choices.iter().map(|choice| choice.added(class, name))).collect();
    }
    Classes { fields: fields.into_iter().map(|(name, _)| name).collect(), all, left_out }
}

fn anybody() -> Class {
    Class { label: "any principal".to_owned(), principal: Value::Object(Map::new()) }
}

/// A value of one field, or its absence.
struct Choice {
    label: String,
    value: Option<Value>,
}

impl Choice {
    /// How much it says of a principal.
    fn weight(&self) -> u8 {
        match &self.value {
            Some(Value::Array(_)) => 3,
            Some(Value::String(_)) => 2,
            Some(_) => 1,
            None => 0,
        }
    }

    fn added(&self, class: &Class, name: &str) -> Class {
        let mut out = class.clone();
        if !out.label.is_empty() {
            out.label.push_str("; ");
        }
        out.label.push_str(&format!("{name}: {}", self.label));
        if let (Value::Object(members), Some(value)) = (&mut out.principal, &self.value) {
            members.insert(name.to_owned(), value.clone());
        }
        out
    }
}

/// The values of a field, if they are few.
fn choices(field: &FieldTy) -> Option<Vec<Choice>> {
    let Ty::Kinds(kinds) = deref(&field.ty, &Definitions::default()) else { return None };
    let of = |value: Value| {
        let label = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Choice { label, value: Some(value) }
    };
    let texts = |ty: &Ty| match deref(ty, &Definitions::default()) {
        Ty::Kinds(kinds) => kinds.string.as_ref().and_then(|text| text.one_of.clone()),
        Ty::Dynamic | Ty::Ref(_) => None,
    };
    let mut out: Vec<Choice> = match (&kinds.string, &kinds.boolean, &kinds.list, &kinds.number) {
        (Some(text), None, None, None) => {
            text.one_of.as_ref()?.iter().map(|one| of(Value::from(&**one))).collect()
        }
        (None, Some(_), None, None) => [false, true].into_iter().map(|one| of(Value::from(one))).collect(),
        // A list may hold a value twice, so its members do not say all of it.
        (None, None, Some(list), None) if list.unique => subsets(&texts(&list.items)?),
        _ => return None,
    };
    if !field.required {
        out.insert(0, Choice { label: "absent".to_owned(), value: None });
    }
    Some(out)
}

fn subsets(members: &[Arc<str>]) -> Vec<Choice> {
    let chosen: Vec<Vec<&Arc<str>>> = if members.len() <= EVERY_SUBSET {
        let mut all: Vec<Vec<&Arc<str>>> = vec![Vec::new()];
        for member in members {
            let with: Vec<_> = all.iter().map(|set| [set.as_slice(), &[member]].concat()).collect();
            all.extend(with);
        }
        all.sort_by_key(Vec::len);
        all
    } else {
        let single = members.iter().map(|member| vec![member]);
        std::iter::once(Vec::new()).chain(single).chain([members.iter().collect()]).collect()
    };
    chosen
        .into_iter()
        .map(|set| Choice {
            label: if set.is_empty() {
                "none".to_owned()
            } else {
                set.iter().map(|member| &***member).collect::<Vec<_>>().join(", ")
            },
            value: Some(set.iter().map(|member| Value::from(&***member)).collect()),
        })
        .collect()
}

/// The type of a principal that has these fields alone.
pub(super) fn principal_of(policy: &Policy, fields: &[Arc<str>]) -> ObjectTy {
    let fields = policy.principal.fields.iter().filter(|(name, _)| fields.contains(name));
    ObjectTy {
        fields: fields.map(|(name, field)| (name.clone(), field.clone())).collect(),
        ..ObjectTy::default()
    }
}
