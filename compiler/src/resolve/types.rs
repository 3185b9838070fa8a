//! Type expressions. In: `set<"triage" | "escalation">` as a tree. Out: [`Ty`].

use super::anchor::{Anchor, Found, Spot};
use super::suggest::did_you_mean;
use crate::diagnostics::Code;
use crate::ty::{BoolTy, Bound, FieldTy, Kinds, ListTy, NumberTy, ObjectTy, Rest, StringRole, StringTy, Ty};
use policyc_grammar::ast::{RecordType, TypeExpr, TypeKind};
use policyc_runtime::number::Decimal;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

const SIMPLE: [&str; 8] = ["bool", "int", "decimal", "string", "timestamp", "date", "duration", "dynamic"];

/// Any string. These few types are those of almost every expression, so each is made once.
pub(crate) fn text() -> Ty {
    static TEXT: LazyLock<Ty> =
        LazyLock::new(|| Ty::of(Kinds { string: Some(StringTy::default()), ..Kinds::default() }));
    TEXT.clone()
}

/// A string that stands for a time or date.
pub(crate) fn time(role: StringRole) -> Ty {
    Ty::of(Kinds { string: Some(StringTy { role, ..StringTy::default() }), ..Kinds::default() })
}

/// Any decimal, or any integer.
pub(crate) fn number(integer: bool) -> Ty {
    fn of(integer: bool) -> Ty {
        Ty::of(Kinds { number: Some(NumberTy { integer, ..NumberTy::default() }), ..Kinds::default() })
    }
    static INTEGER: LazyLock<Ty> = LazyLock::new(|| of(true));
    static DECIMAL: LazyLock<Ty> = LazyLock::new(|| of(false));
    if integer { INTEGER.clone() } else { DECIMAL.clone() }
}

/// A number of elements or characters.
pub(crate) fn size(least: u32, most: Option<u32>) -> Ty {
    let bound = |count: u32| Some(Bound { value: Decimal::from_int(i64::from(count))?, exclusive: false });
    let number =
        NumberTy { integer: true, min: bound(least), max: most.and_then(bound), ..NumberTy::default() };
    Ty::of(Kinds { number: Some(number), ..Kinds::default() })
}

/// Any boolean.
pub(crate) fn boolean() -> Ty {
    static BOOLEAN: LazyLock<Ty> =
        LazyLock::new(|| Ty::of(Kinds { boolean: Some(BoolTy::default()), ..Kinds::default() }));
    BOOLEAN.clone()
}

/// A list of `items`.
pub(crate) fn list(items: Ty) -> Ty {
    Ty::of(Kinds {
        list: Some(ListTy { items, min_items: None, max_items: None, unique: false }),
        ..Kinds::default()
    })
}

impl Ty {
    /// A type of these kinds.
    #[must_use]
    pub fn of(kinds: Kinds) -> Self {
        Self::Kinds(Arc::new(kinds))
    }
}

/// Reads a type expression; what does not read is `dynamic`, and reported.
pub(crate) fn read(expr: &TypeExpr, anchor: &Anchor, found: &mut Vec<Found>) -> Ty {
    match &expr.kind {
        TypeKind::Error => Ty::Dynamic,
        TypeKind::Named(name) => named(name.text.as_str()).unwrap_or_else(|| {
            let at = Spot { anchor: anchor.clone(), span: expr.span };
            let mut report = Found::new(Code::E0306, at, format!("no type is named `{}`", name.text));
            report.help = did_you_mean(&name.text, SIMPLE.into_iter().chain(["list", "set", "map"]))
                .or_else(|| Some("the types are bool, int, decimal, string, timestamp, date, duration, dynamic, \"an enum value\", list<T>, set<T>, map<string, T> and { records }".to_owned()));
            found.push(report);
            Ty::Dynamic
        }),
        TypeKind::Generic(name, args) => generic(name.text.as_str(), args, expr, anchor, found),
        TypeKind::Literal(value) => Ty::of(Kinds {
            string: Some(StringTy { one_of: Some(vec![Arc::from(value.value.as_str())]), ..StringTy::default() }),
            ..Kinds::default()
        }),
        TypeKind::Union(parts) => union(parts, expr, anchor, found),
        TypeKind::Record(fields) => Ty::of(Kinds { object: Some(Arc::new(record(fields, anchor, found))), ..Kinds::default() }),
        TypeKind::Optional(inner) => match read(inner, anchor, found) {
            Ty::Kinds(kinds) => Ty::of(Kinds { null: true, ..Kinds::clone(&kinds) }),
            other => other,
        },
    }
}

fn named(name: &str) -> Option<Ty> {
    Some(match name {
        "bool" => boolean(),
        "int" => number(true),
        "decimal" => number(false),
        "string" => text(),
        "timestamp" => time(StringRole::Timestamp),
        "date" => time(StringRole::Date),
        "duration" => time(StringRole::Duration),
        "dynamic" => Ty::Dynamic,
        "null" => Ty::of(Kinds { null: true, ..Kinds::default() }),
        _ => return None,
    })
}

fn generic(name: &str, args: &[TypeExpr], expr: &TypeExpr, anchor: &Anchor, found: &mut Vec<Found>) -> Ty {
    let at = Spot { anchor: anchor.clone(), span: expr.span };
    match (name, args) {
        ("list" | "set", [item]) => Ty::of(Kinds {
            list: Some(ListTy {
                items: read(item, anchor, found),
                min_items: None,
                max_items: None,
                unique: name == "set",
            }),
            ..Kinds::default()
        }),
        ("map", [key, value]) => {
            if !matches!(&key.kind, TypeKind::Named(n) if n.text == "string") {
                let at = Spot { anchor: anchor.clone(), span: key.span };
                found.push(
                    Found::new(Code::E0306, at, "the keys of a map are strings")
                        .help("write `map<string, T>`"),
                );
            }
            let rest = Rest::Map(read(value, anchor, found));
            Ty::of(Kinds {
                object: Some(Arc::new(ObjectTy { rest, ..ObjectTy::default() })),
                ..Kinds::default()
            })
        }
        ("list" | "set" | "map", _) => {
            found.push(
                Found::new(Code::E0306, at, format!("`{name}` with {} type arguments", args.len()))
                    .help("write `list<T>`, `set<T>` or `map<string, T>`"),
            );
            Ty::Dynamic
        }
        (other, _) => {
            found.push(
                Found::new(Code::E0306, at, format!("no type `{other}<…>`"))
                    .maybe_help(did_you_mean(other, ["list", "set", "map"])),
            );
            Ty::Dynamic
        }
    }
}

/// A union: string literals make an enum; otherwise one alternative per kind, as everywhere.
fn union(parts: &[TypeExpr], expr: &TypeExpr, anchor: &Anchor, found: &mut Vec<Found>) -> Ty {
    let mut out = Kinds::default();
    for part in parts {
        let Ty::Kinds(kinds) = read(part, anchor, found) else { return Ty::Dynamic };
        let clash = merge(&mut out, &kinds);
        if let Some(kind) = clash {
            let at = Spot { anchor: anchor.clone(), span: expr.span };
            found.push(
                Found::new(Code::E0306, at, format!("a union with two different {kind} types")).help(
                    "a union has at most one alternative of each kind; only string literals may be many",
                ),
            );
        }
    }
    Ty::of(out)
}

fn merge(into: &mut Kinds, from: &Kinds) -> Option<&'static str> {
    fn slot<T: Clone + PartialEq>(
        a: &mut Option<T>,
        b: &Option<T>,
        kind: &'static str,
    ) -> Option<&'static str> {
        match (&a, b) {
            (_, None) => None,
            (None, Some(_)) => {
                a.clone_from(b);
                None
            }
            (Some(x), Some(y)) => (x != y).then_some(kind),
        }
    }
    into.null |= from.null;
    let enums = match (&mut into.string, &from.string) {
        (Some(StringTy { one_of: Some(a), .. }), Some(StringTy { one_of: Some(b), .. })) => {
            a.extend(b.iter().cloned());
            a.sort();
            a.dedup();
            None
        }
        _ => slot(&mut into.string, &from.string, "string"),
    };
    enums
        .or(slot(&mut into.boolean, &from.boolean, "boolean"))
        .or(slot(&mut into.number, &from.number, "number"))
        .or(slot(&mut into.list, &from.list, "list"))
        .or(slot(&mut into.object, &from.object, "record"))
}

/// A record type: `principal { … }`, `{ a: T }`. Undeclared keys are denied in values of arguments, ignored in host values.
pub(crate) fn record(record: &RecordType, anchor: &Anchor, found: &mut Vec<Found>) -> ObjectTy {
    let mut fields: BTreeMap<Arc<str>, FieldTy> = BTreeMap::new();
    // A field whose type did not parse is looked up in vain, and not complained about.
    for field in record.fields.iter().filter(|field| !matches!(field.ty.kind, TypeKind::Error)) {
        let ty = read(&field.ty, anchor, found);
        let nullable = matches!(&field.ty.kind, TypeKind::Optional(_));
        let entry = FieldTy { ty, required: !field.optional && !nullable, default: None, description: None };
        if fields.insert(Arc::from(field.name.text.as_str()), entry).is_some() {
            let at = Spot { anchor: anchor.clone(), span: field.name.span };
            found.push(Found::new(Code::E0304, at, format!("field `{}` is declared twice", field.name.text)));
        }
    }
    ObjectTy { fields, ..ObjectTy::default() }
}
