//! The standard library's names. In: `import std.MODULE { NAME }`. Out: a typed view of the runtime, or a definition in a
//! library file.

use policyc_runtime::views::table::VIEWS;

/// Which module a typed view belongs to.
pub(crate) const VIEW_MODULES: &[(&str, &[&str])] = &[
    ("email", &["email", "emails"]),
    ("url", &["url", "urls"]),
    ("path", &["path"]),
    ("ip", &["ip"]),
    ("iban", &["iban"]),
    ("card", &["card"]),
    ("text", &["script", "lines", "words"]),
    ("sql", &["sql"]),
    ("shell", &["shell"]),
    ("time", &["time", "date"]),
    ("number", &["number"]),
];

/// Number of the view `name` in `module`.
pub(crate) fn view(module: &str, name: &str) -> Option<u16> {
    let (_, names) = VIEW_MODULES.iter().find(|(m, _)| *m == module)?;
    if names.contains(&name) { view_number(name) } else { None }
}

/// Number of the view `name`, wherever it belongs.
pub(crate) fn view_number(name: &str) -> Option<u16> {
    VIEWS.iter().find(|spec| spec.name == name).map(|spec| spec.id as u16)
}

/// The module that has a view, for help texts.
pub(crate) fn module_of(name: &str) -> Option<&'static str> {
    VIEW_MODULES.iter().find(|(_, names)| names.contains(&name)).map(|(module, _)| *module)
}

/// Text of a library file, if the module has one.
pub(crate) fn text(module: &str) -> Option<&'static str> {
    policyc_stdlib::MODULES.iter().find(|(name, _)| *name == module).map(|(_, text)| *text)
}

/// Path under which a library file appears in reports.
pub(crate) fn path(module: &str) -> String {
    format!("std/{module}.policy")
}

/// Every module.
pub(crate) fn modules() -> impl Iterator<Item = &'static str> {
    VIEW_MODULES.iter().map(|(m, _)| *m).chain(policyc_stdlib::MODULES.iter().map(|(m, _)| *m))
}

/// The views of a module.
pub(crate) fn views(module: &str) -> &'static [&'static str] {
    VIEW_MODULES.iter().find(|(m, _)| *m == module).map_or(&[], |(_, names)| names)
}
