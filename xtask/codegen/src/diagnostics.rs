//! The list of diagnostics. In: the registry. Out: Markdown.

use policyc_compiler::diagnostics::Code;
use std::fmt::Write;

pub(crate) fn page() -> String {
    let mut page = crate::header("Diagnostics", "`compiler/src/diagnostics/registry.rs`");
    page += "Codes are stable. Each has a page with an example that is reported and one that is not; `policyc explain CODE` prints it.\n\
             An *error* builds nothing, a *warning* is a finding, a *note* is shown with `--verbose`.\n\n\
             | code | name | level | says | since |\n|---|---|---|---|---|\n";
    for code in Code::ALL {
        let (name, slug, level) = (code.name(), code.slug(), code.level().word());
        let link = format!("[{name}](../../compiler/docs/errors/{name}.md)");
        let _infallible = writeln!(
            page,
            "| {link} | `{slug}` | {level} | {} | {} |",
            crate::cell(code.title()),
            code.since()
        );
    }
    page
}
