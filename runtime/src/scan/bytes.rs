//! Bytes and words of the input. In: a position. Out: what stands there; nothing here can fail or read outside.

/// One in every byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The upper bit of every byte.
pub(super) const HIGH: u64 = 0x8080_8080_8080_8080;

/// The byte at `at`; 0, which is valid nowhere in JSON, past the end.
#[inline(always)]
pub(super) fn byte(input: &[u8], at: usize) -> u8 {
    input.get(at).copied().unwrap_or_default()
}

/// Eight bytes from `at`, the first one lowest; `None` if there are fewer.
#[inline(always)]
pub(super) fn word(input: &[u8], at: usize) -> Option<u64> {
    input.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The first eight bytes of `text`, zero beyond its end.
#[inline]
pub(super) fn first_word(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |word, byte| word.wrapping_shl(8) | u64::from(*byte)),
    }
}

/// A set upper bit for bytes that end a run of plain string bytes: `"`, `\`, control characters. The lowest one is exact;
/// those above it may be false.
#[inline(always)]
pub(super) const fn specials(word: u64) -> u64 {
    let quote = word ^ ONES.wrapping_mul(b'"' as u64);
    let backslash = word ^ ONES.wrapping_mul(b'\\' as u64);
    let control = word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word;
    ((quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash) | control) & HIGH
}

/// Bytes that [`block`] looks at.
pub(super) const BLOCK: usize = 32;

/// Whether some of the bytes end a run of plain string bytes, and the union of their words.
///
/// Written so that the compiler uses vector registers where the target has them.
#[inline(always)]
pub(super) fn block(bytes: &[u8; BLOCK]) -> (bool, u64) {
    let special = bytes.map(|byte| u8::from((byte < 0x20) | (byte == b'"') | (byte == b'\\')));
    let union = |bytes: &[u8; BLOCK]| {
        bytes.as_chunks::<8>().0.iter().fold(0, |union, chunk| union | u64::from_le_bytes(*chunk))
    };
    (union(&special) != 0, union(bytes))
}

/// Where the first sequence begins that is not UTF-8; `None` if all of it is.
///
/// An ASCII byte is a character of its own, so that only the runs between them are to be judged: in prose they are a few bytes here and
/// there, which makes this several times faster than judging all of it.
pub(super) fn not_utf8(bytes: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        at = ascii_end(bytes, at);
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return None;
        }
        let run = rest.iter().take_while(|byte| !byte.is_ascii()).count();
        if let Err(error) = core::str::from_utf8(rest.get(..run).unwrap_or_default()) {
            return Some(at.wrapping_add(error.valid_up_to()));
        }
        at = at.wrapping_add(run);
    }
}

/// The first position from `at` on that is not ASCII.
#[inline]
fn ascii_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let high = word & HIGH;
        if high != 0 {
            return at.wrapping_add((high.trailing_zeros() >> 3) as usize);
        }
        at = at.wrapping_add(8);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at.wrapping_add(rest.iter().take_while(|byte| byte.is_ascii()).count())
}

/// The first position from `at` on that is no white space.
#[inline(always)]
pub(super) fn skip_space(input: &[u8], at: usize) -> usize {
    if byte(input, at) > b' ' { at } else { skip_spaces(input, at) }
}

fn skip_spaces(input: &[u8], mut at: usize) -> usize {
    while matches!(byte(input, at), b' ' | b'\n' | b'\r' | b'\t') {
        at = at.wrapping_add(1);
    }
    at
}

#[cfg(test)]
mod tests {
    //! The word tricks against byte loops.

    use super::*;
    use alloc::string::String;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn utf8_is_judged_as_the_library_does(
            pieces in proptest::collection::vec(
                prop_oneof![
                    "[a-zé東😀]{0,12}".prop_map(String::into_bytes),
                    proptest::collection::vec(any::<u8>(), 0..4),
                ],
                0..6,
            ),
        ) {
            let bytes = pieces.concat();
            let theirs = core::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
            prop_assert_eq!(not_utf8(&bytes), theirs);
        }

        #[test]
        fn the_lowest_special_is_exact(bytes in any::<[u8; 8]>(), plain in any::<[bool; 8]>()) {
            let mut bytes = bytes;
            for (byte, plain) in bytes.iter_mut().zip(plain) {
                if plain {
                    *byte = b'a' + *byte % 26;
                }
            }
            let found = specials(u64::from_le_bytes(bytes));
            let want = bytes.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\'));
            let got = if found == 0 { None } else { Some(found.trailing_zeros() as usize / 8) };
            prop_assert_eq!(got, want);
        }

        #[test]
        fn words_are_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..20), at in 0_usize..24) {
            let want = bytes.get(at..).filter(|rest| rest.len() >= 8).map(|rest| first_word(&rest[..8]));
            prop_assert_eq!(word(&bytes, at), want);
            let mut padded = bytes.clone();
            padded.resize(bytes.len() + 8, 0);
            prop_assert_eq!(Some(first_word(&bytes)), word(&padded, 0));
        }
    }
}
