//! The standard library: typed views, tests of them, and what is written in the language itself. In: the table of views, the library's
//! files. Out: Markdown.

use policyc_compiler::builtins::view_modules;
use policyc_grammar::ast::ItemKind;
use policyc_runtime::views::DIALECTS;
use policyc_runtime::views::table::{MemberSpec, MemberType, TESTS, Takes, ViewSpec, view_named};
use std::collections::BTreeSet;
use std::fmt::Write;

pub(crate) fn page() -> String {
    let mut page = crate::header("Standard library", "`runtime/src/views/table.rs` and `stdlib/std`");
    page += "Import what you use: `import std.email { email }`.\n\
             A *view* reads a whole text in one way, or not at all: then every member is absent, and a test of it is unknown.\n\n";
    let files = policyc_stdlib::MODULES.iter();
    let modules: BTreeSet<&str> =
        view_modules().iter().map(|(name, _)| *name).chain(files.clone().map(|(name, _)| *name)).collect();
    for module in modules {
        let _infallible = write!(page, "## std.{module}\n\n");
        let views = view_modules().iter().filter(|(name, _)| *name == module).flat_map(|(_, views)| *views);
        for spec in views.filter_map(|name| view_named(name)) {
            view(&mut page, spec);
        }
        if let Some((_, text)) = files.clone().find(|(name, _)| *name == module) {
            definitions(&mut page, text);
        }
    }
    page += "## Tests of two texts\n\n| form | says |\n|---|---|\n";
    for test in TESTS {
        let _infallible = writeln!(page, "| `{}` | {} |", crate::cell(test.form), crate::cell(test.doc));
    }
    page
}

fn view(page: &mut String, spec: &ViewSpec) {
    let takes = match spec.takes {
        Takes::Nothing => "",
        Takes::Zone => ", zone",
        Takes::Dialect => ", dialect",
    };
    let _infallible = write!(page, "### `{}(text{takes})`\n\n{}.\n", spec.name, spec.doc);
    if spec.takes == Takes::Dialect {
        let names: Vec<String> = DIALECTS.iter().map(|name| format!("`\"{}\"`", name.name())).collect();
        let _infallible = writeln!(page, "Dialects: {}.", names.join(", "));
    }
    if spec.longest != usize::MAX {
        let _infallible = writeln!(page, "Texts of more than {} bytes have no reading.", spec.longest);
    }
    page.push_str("\n| member | type | is |\n|---|---|---|\n");
    members(page, spec.members, "");
    page.push('\n');
}

fn members(page: &mut String, members: &[MemberSpec], before: &str) {
    for member in members {
        let name = if member.name.is_empty() {
            "(itself)".to_owned()
        } else {
            format!("`{before}.{}`", member.name)
        };
        let optional = if member.optional { ", may be absent" } else { "" };
        let ty = ty(member.ty);
        let _infallible =
            writeln!(page, "| {name} | {}{optional} | {} |", crate::cell(&ty), crate::cell(member.doc));
        if let MemberType::Records(fields) = member.ty {
            self::members(page, fields, &format!("{before}.{}[]", member.name));
        }
    }
}

fn ty(ty: MemberType) -> String {
    let words =
        |words: &[&str]| words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(" | ");
    match ty {
        MemberType::Bool => "bool".to_owned(),
        MemberType::Int => "int".to_owned(),
        MemberType::Decimal => "decimal".to_owned(),
        MemberType::String => "string".to_owned(),
        MemberType::Enum(names) => words(names),
        MemberType::Date => "date".to_owned(),
        MemberType::Timestamp => "timestamp".to_owned(),
        MemberType::Strings => "list of strings".to_owned(),
        MemberType::Enums(names) => format!("list of {}", words(names)),
        MemberType::Records(_) => "list of records".to_owned(),
    }
}

/// The documented constants and functions of a library file, as they are written.
fn definitions(page: &mut String, text: &str) {
    for item in policyc_grammar::parse::parse(text).ast.items {
        let shown = matches!(item.kind, ItemKind::Let(..) | ItemKind::Fn { .. }) && !item.docs.is_empty();
        let (start, end) = (item.start as usize, item.start.saturating_add(item.span.end) as usize);
        if let Some(source) = text.get(start..end).filter(|_| shown) {
            let docs: Vec<&str> = item.docs.iter().map(|line| line.as_str()).collect();
            let _infallible = write!(page, "{}\n```policy\n{source}\n```\n\n", docs.join("\n"));
        }
    }
}
