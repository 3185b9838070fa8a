//! One run of the generated parser. In: a start sign and tokens. Out: the fragment, or where it stopped and what was
//! expected there. LALRPOP's types end here.

use crate::actions::{Builder, Fragment};
use crate::error::SyntaxError;
use crate::generated::policy::StartParser;
use crate::lexer::Lexeme;
use crate::token::Token;
use lalrpop_util::ParseError;

/// Where and why a run stopped.
#[derive(Debug)]
pub(super) struct Failure {
    /// Index of the token that does not fit; the number of tokens if more were expected.
    pub(super) at: usize,
    /// The terminals that would fit, as the grammar names them.
    pub(super) expected: Vec<String>,
}

/// Parses `tokens` as the fragment that `start` stands for. The reports are those of the actions.
pub(super) fn run(
    text: &str,
    start: Token,
    tokens: &[Lexeme],
) -> Result<(Fragment, Vec<SyntaxError>), Failure> {
    let mut builder = Builder::new(text);
    let first = tokens.first().map_or(0, |lexeme| lexeme.start);
    let input = std::iter::once((first, start, first))
        .chain(tokens.iter().map(|lexeme| (lexeme.start, lexeme.token, lexeme.end)));
    match StartParser::new().parse(&mut builder, input) {
        Ok(fragment) => Ok((fragment, builder.errors)),
        Err(ParseError::UnrecognizedToken { token: (place, _, _), expected }) => {
            let at = tokens.partition_point(|lexeme| lexeme.start < place);
            Err(Failure { at, expected })
        }
        Err(ParseError::UnrecognizedEof { location: _, expected }) => {
            Err(Failure { at: tokens.len(), expected })
        }
        Err(ParseError::ExtraToken { token: (place, _, _) }) => {
            let at = tokens.partition_point(|lexeme| lexeme.start < place);
            Err(Failure { at, expected: Vec::new() })
        }
        Err(ParseError::InvalidToken { location: _ } | ParseError::User { error: () }) => {
            Err(Failure { at: tokens.len(), expected: Vec::new() })
        }
    }
}
