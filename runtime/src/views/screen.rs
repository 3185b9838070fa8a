//! What no typed view reads. In: any text. Out: whether it may be parsed at all (semantics.md 27).
//!
//! Text with U+0000, a bidirectional control without its partner, or a tag character (U+E0000–E007F) shows one thing to a
//! person and another to a program, so every typed view of it is absent. `script(s).hidden` tells that it was there.

/// Deepest nesting of bidirectional controls (`max_depth` of UAX 9); what nests deeper counts as unpaired.
const MAX_DEPTH: u32 = 125;

/// The text may be parsed: no NUL, no tag character, every bidirectional control paired within its line.
#[must_use]
pub fn is_clean(text: &str) -> bool {
    if text.is_ascii() { !text.as_bytes().contains(&0) } else { is_clean_unicode(text) }
}

fn is_clean_unicode(text: &str) -> bool {
    let mut open = Open::default();
    for c in text.chars() {
        let fine = match c {
            '\0' | '\u{E0000}'..='\u{E007F}' => false,
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => open.push(false),
            '\u{2066}'..='\u{2068}' => open.push(true),
            '\u{202C}' => open.pop(false),
            '\u{2069}' => open.pop(true),
            // UAX 9 P1: an embedding ends with its paragraph, so one that is still open there never had a partner.
            '\n' | '\r' | '\u{85}' | '\u{2029}' => open.depth == 0,
            _ => true,
        };
        if !fine {
            return false;
        }
    }
    open.depth == 0
}

/// The controls that are open: bit *n* of `isolates` tells whether the one at depth *n* is an isolate.
#[derive(Default)]
struct Open {
    depth: u32,
    isolates: u128,
}

impl Open {
    fn push(&mut self, isolate: bool) -> bool {
        if self.depth >= MAX_DEPTH {
            return false;
        }
        let bit = 1u128.wrapping_shl(self.depth);
        self.isolates = if isolate { self.isolates | bit } else { self.isolates & !bit };
        self.depth = self.depth.saturating_add(1);
        true
    }

    fn pop(&mut self, isolate: bool) -> bool {
        let Some(depth) = self.depth.checked_sub(1) else { return false };
        self.depth = depth;
        (self.isolates & 1u128.wrapping_shl(depth) != 0) == isolate
    }
}

#[cfg(test)]
mod tests {
    use super::is_clean;

    fn check(text: &str, clean: bool) {
        assert_eq!(is_clean(text), clean, "{text:?}");
    }

    #[test]
    fn plain_text_is_clean() {
        for text in [
            "",
            "abc",
            "a\nb\tc",
            "naïve — 東京",
            "a\u{200B}b",
            "\u{202A}x\u{202C}",
            "\u{2067}\u{202B}x\u{202C}\u{2069}",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn what_shows_one_thing_and_means_another_is_not() {
        for text in [
            "a\0b",
            "é\0",
            "\u{202E}gpj.exe",
            "\u{202A}x",
            "x\u{202C}",
            "\u{2066}x\u{202C}",
            "\u{202B}\u{2066}x\u{202C}\u{2069}",
            "\u{2066}x\ny\u{2069}",
            "a\u{E0041}",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |n: usize| ["\u{202A}".repeat(n), "\u{202C}".repeat(n)].concat();
        check(&nested(125), true);
        check(&nested(126), false);
    }
}
