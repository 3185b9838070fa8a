//! Globs (semantics.md 29). In: a glob and a text. Out: whether it stands for the whole text.

/// `like`: `*` is any text, `?` one code point, newlines and slashes included.
pub(super) fn like(glob: &str, text: &str) -> bool {
    matches(&chars(glob), &chars(text), |_| true)
}

/// `path(…) like`: `*` and `?` stay within a segment, a segment `**` stands for any number of them; as the last of several it
/// stands for at least one.
pub(super) fn path_like(glob: &str, text: &str) -> bool {
    let globs: Vec<&str> = glob.split('/').collect();
    let parts: Vec<&str> = text.split('/').collect();
    segments(&globs, &parts)
}

fn segments(globs: &[&str], parts: &[&str]) -> bool {
    match globs {
        [] => parts.is_empty(),
        ["**"] => !parts.is_empty(),
        ["**", rest @ ..] => (0..=parts.len()).any(|n| segments(rest, parts.get(n..).unwrap_or_default())),
        [glob, rest @ ..] => match parts {
            [part, others @ ..] => {
                matches(&chars(glob), &chars(part), |c| c != '/') && segments(rest, others)
            }
            [] => false,
        },
    }
}

fn matches(glob: &[char], text: &[char], may: fn(char) -> bool) -> bool {
    match (glob, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            matches(rest, text, may)
                || matches!(text, [c, others @ ..] if may(*c) && matches(glob, others, may))
        }
        (['?', rest @ ..], [c, others @ ..]) => may(*c) && matches(rest, others, may),
        ([g, rest @ ..], [c, others @ ..]) => g == c && matches(rest, others, may),
        (_, []) | ([], _) => false,
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}
