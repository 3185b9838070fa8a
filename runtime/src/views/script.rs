//! `script(s)`. In: any text, also what no other view reads. Out: whether it is written so that a person misreads it.

use super::screen::is_clean;
use icu_properties::props::{DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_script::{Script, UnicodeScript as _};
use unicode_security::MixedScript as _;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writing {
    /// Some word draws on several scripts (`pаypal` with a Cyrillic letter). Writing systems that mix scripts by nature
    /// (Japanese, Korean, Chinese with Bopomofo) count as one script (UTS 39 §5.1).
    pub mixed: bool,
    /// Something in it cannot be seen: invisible, format, bidirectional or tag characters, controls but tab and line ends.
    /// Joiners inside emoji and inside words of scripts that need them are no surprise and do not count.
    pub hidden: bool,
    /// All of it is ASCII.
    pub ascii: bool,
}

/// Reads any text: this view is never absent.
#[must_use]
pub fn script(text: &str) -> Writing {
    if text.is_ascii() {
        return Writing { mixed: false, hidden: text.bytes().any(|b| is_control(b.into())), ascii: true };
    }
    let mixed = text.split(|c: char| !is_part_of_word(c)).any(|word| !word.is_single_script());
    Writing { mixed, hidden: !is_clean(text) || has_hidden(text), ascii: false }
}

/// Letters, digits, and what joins them: everything but spaces, punctuation and symbols.
fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || !matches!(c.script(), Script::Common)
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn has_hidden(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        if is_invisible(c) && !is_expected(before, c, chars.peek().copied()) {
            return true;
        }
        before = Some(c);
    }
    false
}

fn is_invisible(c: char) -> bool {
    is_control(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{2800}')
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format
}

/// An invisible character where readers of its script or of emoji expect it.
fn is_expected(before: Option<char>, c: char, after: Option<char>) -> bool {
    let pictographic = |c: char| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    match (before, c, after) {
        (Some(base), '\u{FE0F}' | '\u{FE0E}', _) => pictographic(base) || "0123456789#*".contains(base),
        (Some(base), '\u{200D}', Some(next)) if pictographic(next) => {
            pictographic(base) || matches!(base, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
        }
        (Some(base), '\u{200C}' | '\u{200D}', Some(next)) => needs_joiners(base) && needs_joiners(next),
        // Number and verse signs that enclose what follows are visible, although their category is Format.
        (_, '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}', _) => true,
        _ => false,
    }
}

/// Scripts in whose words ZWJ and ZWNJ make a visible difference (the joining contexts of RFC 5892 appendix A).
fn needs_joiners(c: char) -> bool {
    let script = c.script();
    let joining = [Script::Arabic, Script::Syriac, Script::Mongolian, Script::Nko];
    let indic = [
        Script::Devanagari,
        Script::Bengali,
        Script::Gurmukhi,
        Script::Gujarati,
        Script::Oriya,
        Script::Tamil,
        Script::Telugu,
        Script::Kannada,
        Script::Malayalam,
        Script::Sinhala,
        Script::Khmer,
        Script::Myanmar,
        Script::Tibetan,
    ];
    joining.contains(&script) || indic.contains(&script)
}
