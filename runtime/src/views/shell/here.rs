//! Here-documents (POSIX, Shell Command Language 2.7.4). In: text from the line after the operator. Out: the document.

use super::word::Word;
use alloc::string::String;

/// A here-document whose lines are still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pending {
    /// The line that ends it.
    pub(super) delimiter: Word,
    /// `<<-`: tabs at the start of lines are dropped.
    pub(super) strips_tabs: bool,
    /// The command and the redirection that it belongs to.
    pub(super) command: usize,
    pub(super) redirect: usize,
}

impl Pending {
    /// The document and the text after it; `None` if it does not end, or if the shell would expand something in it.
    pub(super) fn read<'a>(&self, text: &'a str) -> Option<(String, &'a str)> {
        let mut document = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let line = if self.strips_tabs { line.trim_start_matches('\t') } else { line };
            rest = after;
            if line == self.delimiter.value {
                let expands = !self.delimiter.quoted && document.contains(['$', '`', '\\']);
                return (!expands).then_some((document, rest));
            }
            document.push_str(line);
            document.push('\n');
        }
        None
    }
}
