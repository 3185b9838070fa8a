//! Patterns the author wrote wrong, seen before they are compiled. In: a pattern. Out: what is wrong and what to do.

use crate::typed::{Pattern, PatternKind};

/// What is wrong with a pattern, and the help; `None` if nothing can be seen without compiling it.
pub(crate) fn problem(pattern: &Pattern) -> Option<(String, String)> {
    match pattern.kind {
        PatternKind::Like if pattern.source.contains("**") => Some((
            "`**` has a meaning in paths only".to_owned(),
            "`*` already crosses `/`; for paths write `path(x) like \"src/**\"`".to_owned(),
        )),
        PatternKind::Like | PatternKind::PathLike if pattern.source.is_empty() => Some((
            "an empty pattern matches the empty text only".to_owned(),
            "compare with `== \"\"`".to_owned(),
        )),
        PatternKind::Like | PatternKind::PathLike => None,
        PatternKind::Matches | PatternKind::Finds => None,
    }
}
