//! The list of built-in functions. In: the checker's table. Out: Markdown.

use policyc_compiler::builtins::BUILTINS;
use std::fmt::Write;

pub(crate) fn page() -> String {
    let mut page = crate::header("Functions", "`compiler/src/builtins.rs`");
    page += "Functions that every policy may call. What reads something absent or unreadable is *unknown*: a grant needs true, a restriction needs only not-false.\n\
             Readers of text (`email`, `url`, `sql` …) are in the [library](library.md).\n\n\
             | form | gives |\n|---|---|\n";
    for builtin in BUILTINS {
        let _infallible =
            writeln!(page, "| `{}` | {} |", crate::cell(builtin.form), crate::cell(builtin.doc));
    }
    page
}
