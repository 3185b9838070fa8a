//! Patterns of JSON Schema (ECMA-262 regular expressions) in the spelling of regex-syntax. In: the text of `pattern`. Out: an
//! expression with the same meaning that a finite automaton decides, or why there is none.
//!
//! ECMA and regex-syntax give many texts different meanings: `\d`, `\w`, `\b` are ASCII in ECMA and Unicode here, `.` leaves out
//! four line terminators instead of one, `[[a]` is a class with a bracket, `\<` is a plain `<`, and `a{` needs no escape. So the
//! text is read by ECMA's grammar (with Annex B, as browsers and servers do) and written anew; groups become non-capturing,
//! since only "found or not" matters. The meaning stays unanchored.

use regex_automata::dfa::{StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use std::fmt::Write as _;

/// Largest automaton of one pattern, in bytes; also the bound of the work that building it may take. Half of what a program may
/// hold ([`crate::ir::pattern::MAX_AUTOMATON`]), so that whatever is imported can be compiled too.
pub const DFA_SIZE_LIMIT: usize = crate::ir::pattern::MAX_AUTOMATON / 2;

/// Deepest nesting of groups and classes.
const NESTING: u32 = 60;

/// Why a pattern is not enforced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// `(?=`, `(?!`, `(?<=`, `(?<!`.
    #[error("it looks around, which no finite automaton can do")]
    LookAround,
    /// `\1`, `\k<name>`.
    #[error("it refers back to a group, which no finite automaton can do")]
    BackReference,
    /// Not an ECMA-262 regular expression, or one that names half of a surrogate pair.
    #[error("it is not a valid regular expression")]
    Syntax,
    /// The automaton passes [`DFA_SIZE_LIMIT`].
    #[error("its automaton would be larger than {} KiB", DFA_SIZE_LIMIT / 1024)]
    TooLarge,
}

/// Rewrites an ECMA-262 pattern and makes sure that its automaton stays within [`DFA_SIZE_LIMIT`].
///
/// # Errors
/// When the pattern is not regular, not valid, or too large.
pub fn import_pattern(pattern: &str) -> Result<String, PatternError> {
    let translated = Translator { rest: pattern.chars().collect(), at: 0, out: String::new() }.run()?;
    build(&translated)?;
    Ok(translated)
}

/// An imported pattern for engines of the regex family. In the types' spelling `\b` and `\B` are ASCII, as in ECMA; there they are
/// Unicode unless told otherwise. Every other backslash of an imported pattern begins a code point, so the text can be searched.
#[must_use]
pub fn for_engines(pattern: &str) -> String {
    pattern.replace(r"\b", r"(?-u:\b)").replace(r"\B", r"(?-u:\B)")
}

/// Builds the automaton that says whether an imported pattern is found somewhere in a string.
///
/// # Errors
/// When the pattern is not valid or its automaton too large.
pub fn build(pattern: &str) -> Result<dense::DFA<Vec<u32>>, PatternError> {
    let pattern = &for_engines(pattern);
    let syntax = syntax::Config::new().nest_limit(NESTING);
    // Parsing alone first, so that a mistake in the text is not reported as a matter of size.
    syntax::parse_with(pattern, &syntax).map_err(|_| PatternError::Syntax)?;
    dense::Builder::new()
        .syntax(syntax)
        .thompson(thompson::Config::new().nfa_size_limit(Some(DFA_SIZE_LIMIT)))
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Unanchored)
                .dfa_size_limit(Some(DFA_SIZE_LIMIT))
                .determinize_size_limit(Some(DFA_SIZE_LIMIT)),
        )
        .build(pattern)
        .map_err(|_| PatternError::TooLarge)
}

/// ECMA's `\d`, as members of a class.
const DIGIT: &str = "0-9";
/// ECMA's `\w`, as members of a class.
const WORD: &str = "0-9A-Za-z_";
/// ECMA's `\s`, as members of a class: white space and line terminators, which are not only ASCII.
const SPACE: &str = r"\x09-\x0D\x20\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";
/// ECMA's `.` without the flag `s`.
const ANY: &str = r"[^\n\r\u2028\u2029]";
/// A class of all code points.
const EVERYTHING: &str = r"[\x00-\x{10FFFF}]";
/// A class without members.
const NOTHING: &str = r"[^\x00-\x{10FFFF}]";

/// What one item of a class, or one escape, stands for.
enum Atom {
    One(char),
    /// Members of a class, without brackets.
    Set(&'static str),
    /// All but these members.
    Not(&'static str),
    /// A Unicode property, spelled as regex-syntax wants it.
    Property(String),
}

struct Translator {
    rest: Vec<char>,
    at: usize,
    out: String,
}

impl Translator {
    fn run(mut self) -> Result<String, PatternError> {
        while let Some(next) = self.next() {
            match next {
                '\\' => self.escape()?,
                '(' => self.group()?,
                '[' => self.class()?,
                '.' => self.out.push_str(ANY),
                '{' => self.brace(),
                ')' | '|' | '*' | '+' | '?' | '^' | '$' => self.out.push(next),
                other => self.literal(other),
            }
        }
        Ok(self.out)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at.saturating_add(ahead)).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek(0)?;
        self.at = self.at.saturating_add(1);
        Some(next)
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek(0) == Some(expected);
        if found {
            self.at = self.at.saturating_add(1);
        }
        found
    }

    fn literal(&mut self, character: char) {
        if character.is_ascii_alphanumeric() {
            self.out.push(character);
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(self.out, r"\x{{{:X}}}", u32::from(character));
        }
    }

    fn group(&mut self) -> Result<(), PatternError> {
        if !self.eat('?') {
            self.out.push_str("(?:");
            return Ok(());
        }
        match (self.next(), self.peek(0)) {
            (Some(':'), _) => {}
            (Some('='), _) | (Some('!'), _) | (Some('<'), Some('=' | '!')) => {
                return Err(PatternError::LookAround);
            }
            (Some('<'), _) => while self.next().ok_or(PatternError::Syntax)? != '>' {},
            _ => return Err(PatternError::Syntax),
        }
        self.out.push_str("(?:");
        Ok(())
    }

    /// A quantifier, or (Annex B) a plain brace.
    fn brace(&mut self) {
        let tail = self.rest.get(self.at..).unwrap_or_default();
        let end = tail.iter().position(|character| *character == '}');
        let body: String = end.and_then(|end| tail.get(..end)).unwrap_or_default().iter().collect();
        let (least, most) = body.split_once(',').unwrap_or((&body, ""));
        let digits = |text: &str| text.chars().all(|character| character.is_ascii_digit());
        if least.is_empty() || !digits(least) || !digits(most) {
            self.literal('{');
            return;
        }
        self.out.push('{');
        self.out.push_str(&body);
        self.out.push('}');
        self.at = self.at.saturating_add(body.len()).saturating_add(1);
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        match self.peek(0) {
            Some(boundary @ ('b' | 'B')) => {
                self.out.push('\\');
                self.out.push(boundary);
            }
            Some('1'..='9') => return Err(PatternError::BackReference),
            Some('k') if self.peek(1) == Some('<') => return Err(PatternError::BackReference),
            _ => {
                match self.escaped_atom()? {
                    Atom::One(character) => self.literal(character),
                    Atom::Set(members) => drop(write!(self.out, "[{members}]")),
                    Atom::Not(members) => drop(write!(self.out, "[^{members}]")),
                    Atom::Property(property) => self.out.push_str(&property),
                }
                return Ok(());
            }
        }
        self.at = self.at.saturating_add(1);
        Ok(())
    }

    /// What follows a backslash, where it means the same inside and outside of a class.
    fn escaped_atom(&mut self) -> Result<Atom, PatternError> {
        let next = self.next().ok_or(PatternError::Syntax)?;
        Ok(match next {
            'd' => Atom::Set(DIGIT),
            'D' => Atom::Not(DIGIT),
            'w' => Atom::Set(WORD),
            'W' => Atom::Not(WORD),
            's' => Atom::Set(SPACE),
            'S' => Atom::Not(SPACE),
            't' => Atom::One('\t'),
            'n' => Atom::One('\n'),
            'v' => Atom::One('\u{b}'),
            'f' => Atom::One('\u{c}'),
            'r' => Atom::One('\r'),
            '0' if !self.peek(0).is_some_and(|digit| digit.is_ascii_digit()) => Atom::One('\0'),
            '0'..='9' => return Err(PatternError::Syntax),
            'c' => match self.next() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    Atom::One(char::from_u32(u32::from(letter) & 31).ok_or(PatternError::Syntax)?)
                }
                _ => return Err(PatternError::Syntax),
            },
            'x' => self.hex(2).and_then(char::from_u32).map_or(Atom::One('x'), Atom::One),
            'u' => Atom::One(self.unicode()?),
            'p' | 'P' if self.peek(0) == Some('{') => {
                let mut property = format!("\\{next}");
                loop {
                    let part = self.next().ok_or(PatternError::Syntax)?;
                    property.push(part);
                    if part == '}' {
                        break Atom::Property(property);
                    }
                }
            }
            other => Atom::One(other),
        })
    }

    /// `digits` hexadecimal digits; nothing is consumed if there are fewer.
    fn hex(&mut self, digits: usize) -> Option<u32> {
        let mut value: u32 = 0;
        for ahead in 0..digits {
            value = value.checked_mul(16)?.checked_add(self.peek(ahead)?.to_digit(16)?)?;
        }
        self.at = self.at.saturating_add(digits);
        Some(value)
    }

    /// What follows `\u`: four digits, a surrogate pair of two escapes, or digits in braces.
    fn unicode(&mut self) -> Result<char, PatternError> {
        if self.eat('{') {
            let mut value: u32 = 0;
            loop {
                match self.next().ok_or(PatternError::Syntax)? {
                    '}' => return char::from_u32(value).ok_or(PatternError::Syntax),
                    digit => {
                        let digit = digit.to_digit(16).ok_or(PatternError::Syntax)?;
                        value = value
                            .checked_mul(16)
                            .and_then(|v| v.checked_add(digit))
                            .ok_or(PatternError::Syntax)?;
                    }
                }
            }
        }
        let Some(unit) = self.hex(4) else { return Ok('u') };
        if let (0xD800..=0xDBFF, Some('\\'), Some('u')) = (unit, self.peek(0), self.peek(1)) {
            self.at = self.at.saturating_add(2);
            let low = self.hex(4).ok_or(PatternError::Syntax)?;
            let units = [unit, low].map(|unit| u16::try_from(unit).unwrap_or_default());
            return char::decode_utf16(units).next().and_then(Result::ok).ok_or(PatternError::Syntax);
        }
        char::from_u32(unit).ok_or(PatternError::Syntax)
    }

    fn class(&mut self) -> Result<(), PatternError> {
        let negated = self.eat('^');
        if self.eat(']') {
            self.out.push_str(if negated { EVERYTHING } else { NOTHING });
            return Ok(());
        }
        self.out.push_str(if negated { "[^" } else { "[" });
        loop {
            let first = match self.next().ok_or(PatternError::Syntax)? {
                ']' => break,
                next => self.class_atom(next)?,
            };
            let range = self.peek(0) == Some('-') && !matches!(self.peek(1), Some(']') | None);
            if !range {
                self.member(first);
                continue;
            }
            self.at = self.at.saturating_add(1);
            let next = self.next().ok_or(PatternError::Syntax)?;
            match (first, self.class_atom(next)?) {
                (Atom::One(from), Atom::One(to)) if from <= to => {
                    self.literal(from);
                    self.out.push('-');
                    self.literal(to);
                }
                (Atom::One(_), Atom::One(_)) => return Err(PatternError::Syntax),
                // Annex B: a hyphen beside `\w` and its kind is a hyphen.
                (first, last) => {
                    self.member(first);
                    self.literal('-');
                    self.member(last);
                }
            }
        }
        self.out.push(']');
        Ok(())
    }

    fn class_atom(&mut self, next: char) -> Result<Atom, PatternError> {
        match (next, self.peek(0)) {
            ('\\', Some('b')) => {
                self.at = self.at.saturating_add(1);
                Ok(Atom::One('\u{8}'))
            }
            ('\\', _) => self.escaped_atom(),
            (other, _) => Ok(Atom::One(other)),
        }
    }

    fn member(&mut self, atom: Atom) {
        match atom {
            Atom::One(character) => self.literal(character),
            Atom::Set(members) => self.out.push_str(members),
            Atom::Not(members) => drop(write!(self.out, "[^{members}]")),
            Atom::Property(property) => self.out.push_str(&property),
        }
    }
}

#[cfg(test)]
mod tests;
