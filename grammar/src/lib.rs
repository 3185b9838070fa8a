//! The policy language from text to AST: source in, tokens, trivia and a tree with byte spans out.
pub mod ast;
pub mod source;
