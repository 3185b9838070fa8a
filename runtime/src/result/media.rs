//! Media types and encoded data. In: text of a block. Out: whether it is what it should be, and not just some text.

/// A media type without parameters: `image/svg+xml`.
pub(super) fn is_type(text: &str) -> bool {
    let is_name = |name: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        (1..=127).contains(&name.len()) && name.bytes().all(inner)
    };
    text.split_once('/').is_some_and(|(top, sub)| is_name(top) && is_name(sub))
}

/// Base64 of an image's media type. That it *is* an image nobody has looked at.
pub(super) fn is_image(data: &str, mime: &str) -> bool {
    let digits = data.trim_end_matches('=');
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    data.len().saturating_sub(digits.len()) <= 2
        && digits.bytes().all(digit)
        && mime.starts_with("image/")
        && is_type(mime)
}
