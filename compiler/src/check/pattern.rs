//! Patterns the author wrote wrong, seen before they are compiled. In: a glob. Out: what is wrong and what to do.

use crate::typed::{Pattern, PatternKind};

/// What is wrong with a glob, and the help; `None` if nothing can be seen without knowing the text.
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
        PatternKind::PathLike => unclean(&pattern.source).map(|segment| {
            (
                format!("no path matches `{}`: {segment}", pattern.source),
                "the path is compared with `.`, `..` and superfluous slashes resolved".to_owned(),
            )
        }),
        PatternKind::Like | PatternKind::Matches | PatternKind::Finds => None,
    }
}

/// A segment that no clean path has.
fn unclean(glob: &str) -> Option<&'static str> {
    if glob == "/" || glob == "." {
        return None;
    }
    let segments: Vec<&str> = glob.split('/').collect();
    let last = segments.len().saturating_sub(1);
    segments.iter().enumerate().find_map(|(index, segment)| match *segment {
        "." => Some("`.` is resolved"),
        ".." => Some("`..` is resolved"),
        "" if index == 0 => None,
        // The root is the one clean path that ends with a slash.
        "" if index == last => {
            segments.iter().take(last).any(|s| *s != "**" && !s.is_empty()).then_some("it ends with a slash")
        }
        "" => Some("it has two slashes in a row"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::unclean;

    #[test]
    fn clean_paths_have_no_dots_and_no_empty_segments() {
        for never in ["/etc//passwd", "/etc/../secret/*", "/etc/", "//x", "./x", "..", "a/**/", "**/a/"] {
            assert!(unclean(never).is_some(), "{never}");
        }
        for ever in ["/", ".", "/etc/*", "**", "**/", "/**/", "src/**/x", ".env", "..*", "/a/.?", "*"] {
            assert!(unclean(ever).is_none(), "{ever}");
        }
    }
}
