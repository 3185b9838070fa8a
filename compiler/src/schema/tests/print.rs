//! Types as text, for tests. In: a type. Out: one line; `!` marks required fields, `…` what undeclared keys may be.

use crate::ty::{ArgsTy, Bound, Kinds, ListTy, NumberTy, ObjectTy, Rest, StringTy, Ty};
use std::fmt::Display;

pub(super) fn args(args: &ArgsTy) -> String {
    with_definitions(object(&args.root), &args.definitions.0)
}

pub(super) fn with_definitions(root: String, definitions: &[Ty]) -> String {
    let definitions = definitions
        .iter()
        .enumerate()
        .map(|(index, definition)| format!(" where ${index} = {}", ty(definition)));
    root + &definitions.collect::<String>()
}

pub(super) fn ty(ty: &Ty) -> String {
    match ty {
        Ty::Dynamic => "dynamic".to_owned(),
        Ty::Ref(id) => format!("${}", id.0),
        Ty::Kinds(kinds) => self::kinds(kinds),
    }
}

fn kinds(kinds: &Kinds) -> String {
    let mut parts = Vec::new();
    parts.extend(kinds.null.then(|| "null".to_owned()));
    parts.extend(kinds.boolean.as_ref().map(|b| b.only.map_or("bool".to_owned(), |only| only.to_string())));
    parts.extend(kinds.number.as_ref().map(number));
    parts.extend(kinds.string.as_ref().map(string));
    parts.extend(kinds.list.as_ref().map(list));
    parts.extend(kinds.object.as_deref().map(object));
    if parts.is_empty() { "never".to_owned() } else { parts.join(" | ") }
}

fn number(ty: &NumberTy) -> String {
    if let Some(values) = &ty.one_of {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    }
    let mut out = if ty.integer { "int" } else { "number" }.to_owned();
    let bound = |bound: Bound, sign: &str| {
        format!(" {sign}{} {}", if bound.exclusive { "" } else { "=" }, bound.value)
    };
    out.extend(ty.min.map(|min| bound(min, ">")));
    out.extend(ty.max.map(|max| bound(max, "<")));
    out.extend(ty.multiple_of.map(|divisor| format!(" % {divisor}")));
    out
}

fn string(ty: &StringTy) -> String {
    let mut out = match &ty.one_of {
        Some(values) if values.is_empty() => "no string".to_owned(),
        Some(values) => values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" | "),
        None => "string".to_owned(),
    };
    out.push_str(&range(ty.min_length, ty.max_length));
    out.extend(ty.patterns.iter().map(|pattern| format!(" /{pattern}/")));
    out.extend(ty.format.iter().map(|format| format!(" {format}")));
    out
}

fn list(ty: &ListTy) -> String {
    let kind = if ty.unique { "set" } else { "list" };
    format!("{kind}<{}>{}", self::ty(&ty.items), range(ty.min_items, ty.max_items))
}

fn object(ty: &ObjectTy) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (key, field) in &ty.fields {
        let default = field.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
        parts.push(format!(
            "{key}{}: {}{default}",
            if field.required { "!" } else { "" },
            self::ty(&field.ty)
        ));
    }
    match &ty.rest {
        Rest::Closed => {}
        Rest::Open => parts.push("…".to_owned()),
        Rest::Map(values) => {
            let names = ty.names.as_ref().map(|names| format!("[{}]", string(names))).unwrap_or_default();
            parts.push(format!("…{names}: {}", self::ty(values)));
        }
    }
    let mut out = format!("{{{}}}{}", parts.join(", "), range(ty.min_properties, ty.max_properties));
    if let Some(variants) = &ty.variants {
        let cases = variants.cases.iter().map(|case| {
            let keys = case
                .allowed
                .iter()
                .map(|key| if case.required.contains(key) { format!("{key}!") } else { key.to_string() });
            format!("{:?}: {}", case.value, keys.collect::<Vec<_>>().join(" "))
        });
        out = format!("{out} by {} ({})", variants.tag, cases.collect::<Vec<_>>().join("; "));
    }
    out
}

fn range(least: Option<u32>, most: Option<u32>) -> String {
    let show = |end: Option<u32>| end.map(|end| end.to_string()).unwrap_or_default();
    let (least, most) = (show(least), show(most));
    if least.is_empty() && most.is_empty() { String::new() } else { bracketed(&least, &most) }
}

fn bracketed(least: impl Display, most: impl Display) -> String {
    format!("[{least}..{most}]")
}
