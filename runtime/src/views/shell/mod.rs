//! `shell(s)`. In: text. Out: every command that a POSIX shell would run, or nothing (semantics.md 26).
//!
//! Only what is settled before the shell runs has a reading: simple commands of static words, joined by `;`, `&`, `&&`, `||`,
//! `|` and newlines, grouped by `( )` and `{ }`, with redirections and here-documents. Everything that depends on the shell's
//! state, on files, or on which shell it is makes the view absent: expansions (`$x`, `$(…)`, backquotes, `*`, `~`,
//! `{a,b}`), assignments, `eval` and its like, functions, loops and conditions, comments, arithmetic, `[[ ]]`, `&>`, `|&`.
//!
//! What a program makes of its arguments is not looked at: `sudo`, `env`, `xargs`, `find -exec`, `nice`, `timeout`, `ssh`, `sh -c`,
//! `awk`, `git -c` and many others run what they are given, and are commands of their own name. So rules name the commands that
//! are allowed, with their arguments, not those that are denied. A redirection may reach more than a file (`/dev/tcp/…`).

mod builtins;
mod command;
mod here;
mod word;

use super::screen::is_clean;
use alloc::string::String;
use alloc::vec::Vec;

/// Longest text in bytes that is read.
pub(super) const LONGEST: usize = 65_536;

/// One command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// Its name as written, quotes removed: a path if it is written as one.
    pub name: String,
    /// Its arguments, quotes removed.
    pub args: Vec<String>,
    /// Its redirections: the operator with its file descriptor, a space, and the target (`2>> log`, `>& 1`); of a
    /// here-document, `<<` and its text.
    pub redirects: Vec<String>,
}

/// Reads every command of a script, at least one, in the order of the text.
#[must_use]
pub fn shell(text: &str) -> Option<Vec<Command>> {
    if text.len() > LONGEST || !is_clean(text) || text.chars().any(is_odd) {
        return None;
    }
    command::read(text)
}

/// Controls and white space that shells or locales treat differently.
fn is_odd(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || (!c.is_ascii() && c.is_whitespace())
}
