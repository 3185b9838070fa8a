//! The formatter. In: the text of a file without syntax errors. Out: the same policy in the one layout, every comment
//! kept, or a refusal. The printer walks the tree and takes the file's own tokens along, so it cannot lose one; the
//! result is parsed again and compared before anyone sees it.
//!
//! The layout: two blanks of indentation, lines of at most [`WIDTH`] characters where the policy can be broken there, at
//! most one blank line in a row. A rule whose parts do not fit on a line, or of which the author broke one, has each
//! part on its own line. Lists that the author began on a new line stay broken.

mod cursor;
mod doc;
mod exprs;
mod items;
mod memory;
mod shown;
mod soundness;
mod types;

use crate::error::SyntaxError;
use crate::lexer::lex;
use crate::parse::{Parse, parse};
use cursor::Cursor;
use soundness::Original;

/// The longest line, in characters, that the formatter makes where it has a choice.
pub const WIDTH: usize = 100;

/// Why a file was not formatted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The file has syntax errors: what they hide cannot be laid out.
    #[error("the file has syntax errors ({}), the first: {}", .0.len(), first(.0))]
    Syntax(Vec<SyntaxError>),
    /// The result would not mean the same. The file is fine; the formatter is not.
    #[error("formatting would change the policy: {0}; the file stays as it is")]
    Unsound(String),
}

fn first(errors: &[SyntaxError]) -> &str {
    errors.first().map_or("none", |error| error.message.as_str())
}

/// The text in the one layout. Idempotent: formatting the result changes nothing.
///
/// # Errors
/// [`FormatError::Syntax`] if the text does not parse, [`FormatError::Unsound`] if the result would differ in meaning.
pub fn format(text: &str) -> Result<String, FormatError> {
    let parsed = parse(text);
    if parsed.has_errors() {
        return Err(FormatError::Syntax(parsed.errors));
    }
    let mut formatted = print(text, &parsed);
    let original = Original::new(text, parsed);
    for _ in 0..PASSES {
        let again = parse(&formatted);
        let next = print(&formatted, &again);
        original.check(&formatted, again).map_err(FormatError::Unsound)?;
        if next == formatted {
            return Ok(formatted);
        }
        formatted = next;
    }
    Err(FormatError::Unsound("its layout does not settle".to_owned()))
}

/// How often a layout may change before it settles. One pass does for all but comments in odd places.
const PASSES: usize = 4;

fn print(text: &str, parsed: &Parse) -> String {
    let lexed = lex(text);
    let mut cursor = Cursor::new(text, &lexed.tokens, &parsed.trivia);
    let document = cursor.file(&parsed.ast);
    doc::render(&document, WIDTH)
}
