//! What the tests of both transports share: an outcome as text.

use std::fmt::Write;

use policyc_pull::{PullError, Pulled};

/// The outcome of a pull, line by line: how it was agreed, each tool, each note; or the error and the last words.
pub(crate) fn render(outcome: &Result<Pulled, PullError>) -> String {
    let mut text = String::new();
    let (notes, stderr) = match outcome {
        Ok(pulled) => {
            let names: Vec<&str> = pulled.tools.iter().map(|tool| tool.name.as_str()).collect();
            let _ = writeln!(text, "{} {}: {}", pulled.protocol_version, pulled.era, names.join(", "));
            (&pulled.notes, &pulled.stderr_tail)
        }
        Err(error) => {
            let _ = writeln!(text, "error: {error}");
            (&error.notes, &error.stderr_tail)
        }
    };
    for note in notes {
        let _ = writeln!(text, "note: {note}");
    }
    for line in stderr {
        let _ = writeln!(text, "stderr: {line}");
    }
    text
}
