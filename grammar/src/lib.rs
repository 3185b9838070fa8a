//! The policy language from text to AST: source in, tokens, trivia and a tree with byte spans out.
pub mod ast;
pub mod error;
pub mod format;
pub mod lexer;
pub mod parse;
pub mod source;
pub mod token;
pub mod trivia;

mod actions;
mod generated;
