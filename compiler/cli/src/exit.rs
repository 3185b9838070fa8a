//! How a command ends. In: what it found. Out: the exit status that scripts rely on, or [`Trouble`], which is told on standard error.

use policyc_compiler::diagnostics::{Code, Diagnostic, Location};
use policyc_grammar::source::Span;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::ExitCode;

/// Exit statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: nothing to report.
    Clean,
    /// 1: findings, failed tests, a difference, a file that is not formatted; with `--exit-code`, Deny.
    Findings,
    /// 2: a usage or I/O error.
    Trouble,
    /// 3: with `--exit-code`, Ask.
    Asked,
}

impl Exit {
    /// `Findings` if there are any.
    pub(crate) const fn findings(any: bool) -> Self {
        if any { Self::Findings } else { Self::Clean }
    }

    /// The worse of two: trouble, findings, clean.
    pub(crate) const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Trouble, _) | (_, Self::Trouble) => Self::Trouble,
            (Self::Clean, other) => other,
            (first, _) => first,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Trouble => 2,
            Exit::Asked => 3,
        })
    }
}

/// Why a command could not do its work: exit status 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Which kind; none for a mistake on the command line itself.
    pub(crate) code: Option<Code>,
    /// The file that it is about.
    pub(crate) file: Option<String>,
    /// What and where, on one line.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
}

impl Trouble {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { code: None, file: None, message: message.into(), help: None }
    }

    /// With what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Of a kind that has a code, about a file.
    pub(crate) fn of(mut self, code: Code, file: impl Display) -> Self {
        self.code = Some(code);
        self.file = Some(file.to_string());
        self
    }

    /// A file that cannot be read.
    pub(crate) fn read(path: impl Display, error: &io::Error) -> Self {
        let path = path.to_string();
        let trouble = Self::new(format!("cannot read `{path}`: {}", reason(error))).of(Code::E0201, path);
        match error.kind() {
            ErrorKind::NotFound => trouble.help("check the path"),
            ErrorKind::IsADirectory => trouble.help("name a file"),
            ErrorKind::PermissionDenied => trouble.help("check the file's permissions"),
            _ => trouble,
        }
    }

    /// A file that cannot be written.
    pub(crate) fn write(path: impl Display, error: &io::Error) -> Self {
        let path = path.to_string();
        Self::new(format!("cannot write `{path}`: {}", reason(error))).of(Code::E0001, path)
    }

    /// A name that is no text, so that nothing could name it in a policy or a report.
    pub(crate) fn not_utf8(path: &Path) -> Self {
        let path = path.display().to_string();
        Self::new(format!("cannot read `{path}`: its name is not UTF-8"))
            .of(Code::E0201, path)
            .help("rename it")
    }

    /// As reports carry it: at the file's beginning.
    pub(crate) fn diagnostic(&self) -> Option<Diagnostic> {
        let at = Location { file: self.file.as_deref()?.into(), span: Span::default() };
        let mut diagnostic = Diagnostic::new(self.code?, at, self.message.clone());
        diagnostic.help.clone_from(&self.help);
        Some(diagnostic)
    }
}

/// The system's message without its number, in this program's spelling: `no such file or directory`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
