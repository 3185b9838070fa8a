//! Percent-escapes (RFC 3986 §2.1). In: bytes. Out: bytes with every escape decoded once.

/// Appends `bytes` with each `%XX` decoded; a `%` that begins no escape stays. Returns whether anything was decoded.
pub(super) fn decode_once(bytes: &[u8], out: &mut alloc::vec::Vec<u8>) -> bool {
    let mut rest = bytes;
    let mut decoded = false;
    while let Some((first, tail)) = rest.split_first() {
        if let Some(byte) = escape(rest) {
            out.push(byte);
            rest = rest.get(3..).unwrap_or_default();
            decoded = true;
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    decoded
}

/// Some `%XX` is there.
pub(super) fn has_escape(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|window| escape(window).is_some())
}

/// The byte that an escape at the start stands for.
fn escape(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    Some(digit(*high)?.wrapping_shl(4) | digit(*low)?)
}
