//! Commands and how they are joined (POSIX, Shell Command Language 2.9 and 2.10). In: a script. Out: its commands.
//!
//! Groups are kept on a list, so that nesting costs no stack.

use super::Command;
use super::builtins::settles;
use super::here::Pending;
use super::word::{Cursor, Word};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Reserved words of POSIX shells and of bash, ksh and zsh: where a command may begin they begin something else.
#[rustfmt::skip]
const RESERVED: [&str; 28] = [
    "-", "[[", "]]", "always", "case", "coproc", "do", "done", "elif", "else", "end", "esac", "fi",
    "for", "foreach", "function", "if", "in", "namespace", "nocorrect", "noglob", "repeat",
    "select", "then", "time", "until", "while", "{}",
];

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A command must begin: after `&&`, `|`, `(`, `{`, `!`.
    Wanted,
    /// A command may begin: at the start, after `;`, `&` or a newline.
    Free,
    /// A command was read: only an operator may follow.
    Done,
    /// The same after a group, which may have no redirections.
    Closed,
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    state: State,
    /// Open groups: true for `(`, false for `{`.
    groups: Vec<bool>,
    commands: Vec<Command>,
    pending: Vec<Pending>,
}

/// The commands of a script.
pub(super) fn read(text: &str) -> Option<Vec<Command>> {
    let mut reader = Reader {
        cursor: Cursor { rest: text },
        state: State::Free,
        groups: Vec::new(),
        commands: Vec::new(),
        pending: Vec::new(),
    };
    loop {
        reader.cursor.skip_blanks();
        if reader.cursor.rest.is_empty() {
            break;
        }
        reader.step()?;
    }
    let whole = reader.state != State::Wanted && reader.groups.is_empty() && reader.pending.is_empty();
    (whole && !reader.commands.is_empty()).then_some(reader.commands)
}

impl Reader<'_> {
    /// Takes one operator, or a whole command.
    fn step(&mut self) -> Option<()> {
        if self.cursor.take("\n") {
            if self.state != State::Wanted {
                self.state = State::Free;
            }
            return self.documents();
        }
        match self.state {
            State::Free | State::Wanted => self.begin(),
            State::Done | State::Closed => self.join(),
        }
    }

    /// An operator after a command.
    fn join(&mut self) -> Option<()> {
        let follows = |rest: &str, odd: &[char]| rest.starts_with(odd);
        if self.cursor.take("&&") || self.cursor.take("||") {
            self.state = State::Wanted;
        } else if self.cursor.take("|") {
            self.state = State::Wanted;
            // `|&` is a pipe for two streams in bash, an error in others.
            return (!follows(self.cursor.rest, &['&', '|'])).then_some(());
        } else if self.cursor.take("&") || self.cursor.take(";") {
            self.state = State::Free;
            // `&>` redirects in bash and runs in the background in others; `;;` belongs to `case`.
            return (!follows(self.cursor.rest, &['>', ';', '&', '|'])).then_some(());
        } else if self.cursor.take(")") {
            return self.close(true);
        } else {
            return None;
        }
        Some(())
    }

    fn close(&mut self, round: bool) -> Option<()> {
        let fits = self.groups.pop() == Some(round) && self.pending.is_empty();
        self.state = State::Closed;
        fits.then_some(())
    }

    /// A group, or a simple command.
    fn begin(&mut self) -> Option<()> {
        if self.cursor.take("(") {
            // `((` is arithmetic in bash.
            self.groups.push(true);
            self.state = State::Wanted;
            return (!self.cursor.rest.starts_with('(')).then_some(());
        }
        if self.cursor.take(")") {
            return if self.state == State::Free { self.close(true) } else { None };
        }
        let before = self.cursor;
        let word = self.cursor.word()?;
        match (word.value.as_str(), word.quoted) {
            ("{", false) => {
                self.groups.push(false);
                self.state = State::Wanted;
                Some(())
            }
            ("}", false) if self.state == State::Free => self.close(false),
            ("!", false) => {
                self.state = State::Wanted;
                Some(())
            }
            ("{" | "}" | "!", _) => None,
            _ => {
                self.cursor = before;
                self.simple()
            }
        }
    }

    /// A name, arguments and redirections, in any order that starts with the name.
    fn simple(&mut self) -> Option<()> {
        let name = self.cursor.word()?;
        if self.is_descriptor(&name)
            || name.value.is_empty()
            || name.value.contains('=')
            || RESERVED.contains(&name.value.as_str())
        {
            return None;
        }
        let index = self.commands.len();
        let mut command = Command { name: name.value, ..Command::default() };
        loop {
            self.cursor.skip_blanks();
            match self.cursor.peek() {
                None | Some('\n' | ';' | '&' | '|' | ')') => break,
                // A function's definition.
                Some('(') => return None,
                Some('<' | '>') => self.redirect("", index, &mut command)?,
                Some(_) => {
                    let word = self.cursor.word()?;
                    if self.is_descriptor(&word) {
                        // More digits are an argument to some shells.
                        if word.value.len() > 1 {
                            return None;
                        }
                        self.redirect(&word.value, index, &mut command)?;
                    } else {
                        command.args.push(word.value);
                    }
                }
            }
        }
        if !settles(&command) {
            return None;
        }
        self.commands.push(command);
        self.state = State::Done;
        Some(())
    }

    /// Digits directly before a redirection are its file descriptor.
    fn is_descriptor(&self, word: &Word) -> bool {
        !word.quoted
            && word.value.bytes().all(|b| b.is_ascii_digit())
            && self.cursor.rest.starts_with(['<', '>'])
    }

    fn redirect(&mut self, descriptor: &str, index: usize, command: &mut Command) -> Option<()> {
        const OPERATORS: [&str; 9] = ["<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"];
        let operator = OPERATORS.into_iter().find(|operator| self.cursor.take(operator))?;
        // `<(` and `>(` run commands, `<<<` is not POSIX, `>>&` and `>&>` are no operators.
        if self.cursor.rest.starts_with(['<', '>', '&', '(', '|']) {
            return None;
        }
        self.cursor.skip_blanks();
        let target = self.cursor.word()?;
        // Without a descriptor bash redirects two streams; it reads `>&-x` as `>&-` and an argument.
        let digit = target.value.len() == 1 && target.value.bytes().all(|b| b.is_ascii_digit());
        if operator.ends_with('&') && (target.quoted || !(digit || target.value == "-")) {
            return None;
        }
        if operator.starts_with("<<") {
            let redirect = command.redirects.len();
            let strips_tabs = operator == "<<-";
            command.redirects.push(format!("{descriptor}{operator} "));
            self.pending.push(Pending { delimiter: target, strips_tabs, command: index, redirect });
            return Some(());
        }
        command.redirects.push(format!("{descriptor}{operator} {}", target.value));
        Some(())
    }

    /// After a newline come the here-documents of the line.
    fn documents(&mut self) -> Option<()> {
        for pending in core::mem::take(&mut self.pending) {
            let (document, rest) = pending.read(self.cursor.rest)?;
            self.cursor.rest = rest;
            let redirects = &mut self.commands.get_mut(pending.command)?.redirects;
            let redirect: &mut String = redirects.get_mut(pending.redirect)?;
            redirect.push_str(&document);
        }
        Some(())
    }
}
