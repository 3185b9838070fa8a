//! Brackets while a broken file is cut up. In: tokens one by one. Out: how many are open. A bracket that closes nothing
//! does not close another kind; a brace closes what is still open within it.

use crate::token::Token;

/// Brackets open so far.
#[derive(Debug, Clone, Default)]
pub(in crate::parse) struct Brackets {
    /// Parentheses and square brackets open outside of all braces, then within each brace.
    outside: [usize; 2],
    within: Vec<[usize; 2]>,
    open: usize,
}

impl Brackets {
    /// How many are open.
    pub(in crate::parse) fn open(&self) -> usize {
        self.open
    }

    /// Reads one token. `false`: it closes nothing.
    pub(in crate::parse) fn read(&mut self, token: Token) -> bool {
        match token {
            Token::BraceOpen => {
                self.within.push([0, 0]);
                self.open += 1;
            }
            Token::BraceClose => {
                let Some([round, square]) = self.within.pop() else { return false };
                self.open -= round + square + 1;
            }
            Token::ParenOpen | Token::BracketOpen => {
                *self.count(token) += 1;
                self.open += 1;
            }
            Token::ParenClose | Token::BracketClose => {
                let count = self.count(token);
                if *count == 0 {
                    return false;
                }
                *count -= 1;
                self.open -= 1;
            }
            _ => {}
        }
        true
    }

    fn count(&mut self, token: Token) -> &mut usize {
        let [round, square] = self.within.last_mut().unwrap_or(&mut self.outside);
        if matches!(token, Token::ParenOpen | Token::ParenClose) { round } else { square }
    }
}
