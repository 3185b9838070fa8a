//! `lines(s)`, `words(s)`, and the string functions `length`, `lower`, `mentions`. In: text. Out: parts and answers.
//!
//! One definition of a word serves both `words` and `mentions`: code points that are letters, digits or combining marks. What people
//! copy whole is longer than a word: `mentions` takes marks that join words, as in `ann@acme.example` or `2027-03-01`, as part of it.

use super::screen::is_clean;
use super::sink::Scratch;
use alloc::string::String;
use alloc::vec::Vec;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

/// Number of code points.
#[must_use]
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// ASCII letters in lower case; the text itself if it has no capital ones.
#[must_use]
pub fn lower<'a>(text: &'a str, scratch: &'a mut Scratch) -> &'a str {
    if !text.bytes().any(|b| b.is_ascii_uppercase()) {
        return text;
    }
    let out: &mut String = &mut scratch.text;
    out.clear();
    out.push_str(text);
    out.make_ascii_lowercase();
    out
}

/// The lines, without their ends (`\n`, `\r\n`, `\r`); an end at the very end begins no further line.
#[must_use]
pub fn lines(text: &str) -> Option<impl Iterator<Item = &str> + Clone> {
    is_clean(text).then_some(Lines { rest: text })
}

/// The words: longest runs of letters, digits and combining marks.
#[must_use]
pub fn words(text: &str) -> Option<impl Iterator<Item = &str> + Clone> {
    is_clean(text).then(|| text.split(|c| !is_word(c)).filter(|word| !word.is_empty()))
}

#[derive(Clone)]
struct Lines<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest);
        Some(line)
    }
}

/// `value` occurs in `text` as whole words: no letter, digit or combining mark of the text touches it, nor does one stand behind
/// [`JOINERS`] that do. `None` (unknown) for an empty value. Time is linear in both lengths.
#[must_use]
pub fn mentions(text: &str, value: &str, scratch: &mut Scratch) -> Option<bool> {
    if value.is_empty() {
        return None;
    }
    let Some(first) = text.find(value) else { return Some(false) };
    if stands_alone(text, first, value.len()) {
        return Some(true);
    }
    Some(later_mention(text, value, &mut scratch.table))
}

/// Knuth–Morris–Pratt over all occurrences, overlapping ones included: the plain search from each start would take quadratic
/// time on text made for it.
fn later_mention(text: &str, value: &str, table: &mut Vec<usize>) -> bool {
    let value = value.as_bytes();
    fill_table(value, table);
    let mut matched = 0usize;
    for (index, byte) in text.bytes().enumerate() {
        matched = advance(value, table, matched, byte);
        if matched == value.len() {
            let start = index.saturating_add(1).saturating_sub(value.len());
            if stands_alone(text, start, value.len()) {
                return true;
            }
            matched = longest_border(table, matched);
        }
    }
    false
}

/// `table[n]` is the length of the longest proper border of the first n + 1 bytes.
fn fill_table(value: &[u8], table: &mut Vec<usize>) {
    table.clear();
    table.push(0);
    let mut matched = 0usize;
    for byte in value.iter().skip(1) {
        matched = advance(value, table, matched, *byte);
        table.push(matched);
    }
}

fn advance(value: &[u8], table: &[usize], mut matched: usize, byte: u8) -> usize {
    loop {
        if value.get(matched) == Some(&byte) {
            return matched.saturating_add(1);
        }
        if matched == 0 {
            return 0;
        }
        matched = longest_border(table, matched);
    }
}

fn longest_border(table: &[usize], matched: usize) -> usize {
    matched.checked_sub(1).and_then(|last| table.get(last)).copied().unwrap_or(0)
}

/// Marks that join words to addresses, hosts, names, numbers and times. Between other things they only separate.
const JOINERS: [char; 7] = ['.', '-', '_', '@', '+', ':', '%'];

/// No word of the text goes on at either end. The runs of joiners looked at do not overlap for two occurrences, so that all of them
/// together take linear time.
fn stands_alone(text: &str, start: usize, length: usize) -> bool {
    let (before, rest) = text.split_at_checked(start).unwrap_or(("", text));
    let (value, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
    let (first, last) = (value.chars().next(), value.chars().next_back());
    !joined(first, before.chars().rev()) && !joined(last, after.chars())
}

/// The code point at an end of a value goes on in these, which lead away from it.
fn joined(end: Option<char>, mut beyond: impl Iterator<Item = char>) -> bool {
    let next = beyond.next();
    match next {
        Some(c) if JOINERS.contains(&c) && end.is_some_and(is_word) => {
            beyond.find(|c| !JOINERS.contains(c)).is_some_and(is_word)
        }
        _ => next.is_some_and(is_word),
    }
}

/// A letter, digit or combining mark.
fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric()
        || GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c))
}
