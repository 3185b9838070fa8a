//! What the command says. In: text, and what standard output and error are. Out: bytes on them: colored where that is wanted, nothing
//! more once the reader of a pipe has gone. What strangers wrote (names in locks and recordings) cannot steer a terminal: text is written
//! with control and invisible characters as symbols, unless it is data or was drawn here.

use crate::exit::{Trouble, reason};
use clap::ValueEnum;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::diagnostics::render::{Style, one_line, visible};
use std::io::{self, ErrorKind, IsTerminal, Write};

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// What the command was asked for.
    Out,
    /// Everything else.
    Err,
}

/// Where a command writes.
#[derive(Debug)]
pub(crate) struct Output {
    color: ColorChoice,
    quiet: bool,
    verbose: bool,
}

impl Output {
    pub(crate) const fn new(color: ColorChoice, quiet: bool, verbose: bool) -> Self {
        Self { color, quiet, verbose }
    }

    /// `-v`.
    pub(crate) const fn verbose(&self) -> bool {
        self.verbose
    }

    /// `-q`.
    pub(crate) const fn quiet(&self) -> bool {
        self.quiet
    }

    /// How to draw on a stream.
    pub(crate) fn style(&self, stream: Stream) -> Style {
        let terminal = match stream {
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        };
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        };
        Style { color, ascii: terminal && !is_utf8() }
    }

    /// Writes text for people: what the command was asked for.
    pub(crate) fn out(&self, text: &str) -> Result<(), Trouble> {
        self.data(visible(text).as_bytes())
    }

    /// Writes data, or text that was drawn with colors, as it is. A reader that has gone (`| head`) is no trouble.
    pub(crate) fn data(&self, bytes: &[u8]) -> Result<(), Trouble> {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                let message = format!("cannot write to standard output: {}", reason(&error));
                Err(Trouble::new(message).of(Code::E0001, "standard output"))
            }
            _ => Ok(()),
        }
    }

    /// A JSON value and a line end.
    pub(crate) fn json(&self, value: &impl serde::Serialize) -> Result<(), Trouble> {
        let mut text = serde_json::to_string_pretty(value)
            .map_err(|error| Trouble::new(format!("cannot write the result as JSON: {error}")))?;
        text.push('\n');
        self.data(text.as_bytes())
    }

    /// A line beside the matter, on standard error; not with `-q`.
    pub(crate) fn note(&self, line: &str) {
        if !self.quiet {
            self.err(line);
        }
    }

    /// A line on standard error.
    pub(crate) fn err(&self, line: &str) {
        self.drawn(&one_line(line));
    }

    /// Text on standard error that was drawn with colors. If nobody can read it, nobody can be told.
    pub(crate) fn drawn(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = err.write_all(text.as_bytes());
        let _ = err.write_all(if text.ends_with('\n') { b"" } else { b"\n" });
    }

    /// Why the command could not do its work.
    pub(crate) fn trouble(&self, trouble: &Trouble) {
        let code = trouble.code.map_or_else(String::new, |code| format!("[{}]", code.name()));
        let (on, off) = if self.style(Stream::Err).color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        self.drawn(&format!("{on}error{code}{off}: {}", one_line(&trouble.message)));
        if let Some(help) = &trouble.help {
            self.err(&format!("  help: {help}"));
        }
    }
}

/// Whether the locale's text is UTF-8; where it says nothing, it is.
fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Something that takes a while, shown on a terminal only.
#[derive(Debug)]
pub(crate) struct Progress(Option<indicatif::ProgressBar>);

impl Output {
    /// Says that something takes a while.
    pub(crate) fn progress(&self, stream: Stream, what: &str) -> Progress {
        let shown = !self.quiet && stream == Stream::Err && io::stderr().is_terminal();
        Progress(shown.then(|| {
            let bar = indicatif::ProgressBar::new_spinner();
            bar.set_message(visible(what));
            bar.enable_steady_tick(std::time::Duration::from_millis(120));
            bar
        }))
    }
}

impl Progress {
    /// It is over.
    pub(crate) fn finish(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}
