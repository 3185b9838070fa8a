//! How a command ends. In: what it found. Out: the exit status that scripts rely on, or [`Trouble`], which is told on standard error.

use std::fmt::Display;
use std::io;
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
    /// What and where, on one line.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
}

impl Trouble {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// With what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// An I/O error of a file: `cannot VERB `PATH`: …`.
    pub(crate) fn io(verb: &str, path: impl Display, error: &io::Error) -> Self {
        Self::new(format!("cannot {verb} `{path}`: {}", reason(error)))
    }
}

/// The system's message without its number, in this program's spelling: `no such file or directory`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
