//! Words of a shell script (POSIX, Shell Command Language 2.2 and 2.6). In: text from a word's start. Out: its value if the
//! shell would neither expand nor split it.

use alloc::string::String;

/// Where the reader is in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
}

/// A word whose value is known before the shell runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Quotes removed.
    pub(super) value: String,
    /// Some part of it was quoted.
    pub(super) quoted: bool,
}

impl Cursor<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes the text if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    /// Skips spaces, tabs and continued lines.
    pub(super) fn skip_blanks(&mut self) {
        while self.take(" ") || self.take("\t") || self.take("\\\n") {}
    }

    /// Reads one word; `None` if none begins here, or if its value is not static.
    pub(super) fn word(&mut self) -> Option<Word> {
        let mut word = Word { value: String::new(), quoted: false };
        let mut plain = String::new();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    self.next();
                    let (inside, rest) = self.rest.split_once('\'')?;
                    self.rest = rest;
                    word.value.push_str(inside);
                    word.quoted = true;
                }
                '"' => {
                    self.next();
                    self.double_quoted(&mut word.value)?;
                    word.quoted = true;
                }
                '\\' => {
                    self.next();
                    match self.next()? {
                        '\n' => continue,
                        escaped => word.value.push(escaped),
                    }
                    word.quoted = true;
                }
                _ => {
                    self.next();
                    word.value.push(c);
                    plain.push(c);
                    continue;
                }
            }
            // What was quoted stands between unquoted characters without being one.
            plain.push('"');
        }
        let some = word.quoted || !word.value.is_empty();
        (some && is_static(&plain)).then_some(word)
    }

    /// The inside of double quotes: only `\` before one of a few characters is special when nothing is expanded.
    fn double_quoted(&mut self, value: &mut String) -> Option<()> {
        loop {
            match self.next()? {
                '"' => return Some(()),
                '$' | '`' => return None,
                '\\' => match self.next()? {
                    '\n' => {}
                    escaped @ ('$' | '`' | '"' | '\\') => value.push(escaped),
                    other => value.extend(['\\', other]),
                },
                c => value.push(c),
            }
        }
    }
}

/// The unquoted characters of a word, with `"` for each quoted part, contain nothing that some shell expands.
fn is_static(plain: &str) -> bool {
    if matches!(plain, "[" | "{}" | "{" | "}" | "!") {
        return true;
    }
    let expands = |c: char| matches!(c, '$' | '`' | '*' | '?' | '[' | '{' | '}' | '!' | '^');
    let tilde = plain.starts_with('~') || plain.contains("=~") || plain.contains(":~");
    !plain.contains(expands) && !tilde && !plain.starts_with(['#', '=', '%'])
}
