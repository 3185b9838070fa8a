//! What is settled before the parser runs. In: text. Out: its tokens, or nothing if they nest too deep for a small stack, or
//! if servers differ on where comments, strings and statements end.

use super::{Dialect, lexis};
use alloc::vec::Vec;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace, Word};

/// How deep the parser may recurse: about 14 nested expressions or 7 nested queries. That takes 0.5 MB of stack, 1.6 MB in
/// builds without any optimization.
pub(super) const MAX_NESTING: usize = 18;
/// Most operators and clauses that may enclose one place of the text: bounds the height of the syntax tree, which is walked
/// and freed recursively (tested on a stack of 2 MB).
const MAX_HEIGHT: usize = 256;

/// The tokens of a text that is safe to parse.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Option<Vec<TokenWithSpan>> {
    // Hints and executable comments; escapes whose meaning depends on a server's settings.
    let doubtful = ["/*!", "/*M!", "/*m!", "/*+", "--+", "\\'", "\\\"", "\\`"];
    if doubtful.iter().any(|mark| text.contains(mark)) || !lexis::has_plain_controls(text) {
        return None;
    }
    let tokens = Tokenizer::new(dialect.parser(), text).tokenize_with_location().ok()?;
    let shallow = height(&tokens) <= MAX_HEIGHT;
    let agreed = |token: &Token| lexis::exists_in(token, dialect) && !is_doubtful_comment(token);
    let plain =
        tokens.iter().all(|token| agreed(&token.token)) && lexis::odd_spaces_are_quoted(text, &tokens);
    let apart = match dialect {
        Dialect::Mssql => statements_are_apart(&tokens),
        Dialect::Mysql => lexis::texts_are_apart(&tokens),
        Dialect::Sqlite => lexis::variables_are_plain(&tokens),
        _ => true,
    };
    (shallow && plain && apart).then_some(tokens)
}

/// Comments that nest in some servers and not in others.
fn is_doubtful_comment(token: &Token) -> bool {
    match token {
        Token::Whitespace(Whitespace::MultiLineComment(comment)) => {
            comment.contains("/*") || comment.contains("*/")
        }
        _ => false,
    }
}

/// An upper bound of the tree's height: at each place, the operators and keywords before it that may enclose it. A comma, or
/// a keyword that begins a sibling, ends what an operator encloses; a closing bracket what was opened; set operators and
/// joins enclose beyond commas.
fn height(tokens: &[TokenWithSpan]) -> usize {
    let mut open: Vec<Level> = Vec::new();
    let (mut level, mut outside, mut highest) = (Level::default(), 0usize, 0usize);
    for token in tokens {
        match role(&token.token) {
            Role::Leaf => {}
            Role::Operator => level.segment = level.segment.saturating_add(1),
            Role::Set => level.sets = level.sets.saturating_add(1),
            Role::Separator => level.segment = 0,
            Role::Open { case } => {
                outside = outside.saturating_add(level.total()).saturating_add(1);
                open.push(level);
                level = Level { case, ..Level::default() };
            }
            // A stray END closes nothing; a bracket closes an unfinished CASE inside it too.
            Role::Close { case } if case && !level.case => {}
            Role::Close { case } => {
                while let Some(before) = open.pop() {
                    let closed = level.case == case;
                    level = before;
                    outside = outside.saturating_sub(level.total()).saturating_sub(1);
                    if closed {
                        break;
                    }
                }
                level.segment = level.segment.saturating_add(1);
            }
        }
        highest = highest.max(outside.saturating_add(level.total()));
    }
    highest
}

/// What was opened and not yet closed.
#[derive(Default)]
struct Level {
    /// By `CASE`, not by a bracket.
    case: bool,
    sets: usize,
    segment: usize,
}

impl Level {
    fn total(&self) -> usize {
        self.sets.saturating_add(self.segment)
    }
}

enum Role {
    Leaf,
    Operator,
    Set,
    Separator,
    Open { case: bool },
    Close { case: bool },
}

fn role(token: &Token) -> Role {
    match token {
        Token::Whitespace(_) | Token::Period | Token::EOF => Role::Leaf,
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::Placeholder(_) => Role::Leaf,
        Token::LParen | Token::LBracket | Token::LBrace => Role::Open { case: false },
        Token::RParen | Token::RBracket | Token::RBrace => Role::Close { case: false },
        Token::Comma | Token::SemiColon => Role::Separator,
        Token::Word(Word { keyword, .. }) => match keyword {
            Keyword::NoKeyword => Role::Leaf,
            Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::MINUS | Keyword::JOIN => {
                Role::Set
            }
            Keyword::WHERE | Keyword::HAVING | Keyword::WHEN | Keyword::THEN | Keyword::ELSE => {
                Role::Separator
            }
            Keyword::CASE => Role::Open { case: true },
            Keyword::END => Role::Close { case: true },
            _ => Role::Operator,
        },
        _ => Role::Operator,
    }
}

/// SQL Server needs no semicolon between statements, so a word that begins one may not stand where the parser would take
/// it for an alias (`SELECT 1 SHUTDOWN`).
fn statements_are_apart(tokens: &[TokenWithSpan]) -> bool {
    let mut before: Option<&Token> = None;
    for token in tokens {
        if matches!(token.token, Token::Whitespace(_)) {
            continue;
        }
        if let Token::Word(word) = &token.token {
            let first = matches!(before, None | Some(Token::SemiColon));
            let begins = word.quote_style.is_none() && begins_a_statement(&word.value);
            if begins && !first && !may_follow(before, &word.value) {
                return false;
            }
        }
        before = Some(&token.token);
    }
    true
}

/// Places inside a statement where such a word belongs to it: `(SELECT`, `) DELETE` after a common table expression,
/// `UNION ALL SELECT`, `THEN UPDATE`, `EXPLAIN SELECT`, `INSERT … SELECT`, `FOR UPDATE`, `UPDATE … SET`, `OFFSET … FETCH`.
fn may_follow(before: Option<&Token>, word: &str) -> bool {
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    if is("SELECT") || is("SET") || is("FETCH") {
        return true;
    }
    let data = ["INSERT", "UPDATE", "DELETE", "MERGE"].into_iter().any(is);
    match before {
        Some(Token::LParen | Token::RParen) => data,
        Some(Token::Word(word)) => {
            data && matches!(word.keyword, Keyword::THEN | Keyword::FOR | Keyword::ON | Keyword::EXPLAIN)
        }
        _ => false,
    }
}

/// Words that begin a Transact-SQL statement.
fn begins_a_statement(word: &str) -> bool {
    const WORDS: [&str; 53] = [
        "ALTER",
        "BACKUP",
        "BEGIN",
        "BREAK",
        "BULK",
        "CHECKPOINT",
        "CLOSE",
        "COMMIT",
        "CONTINUE",
        "CREATE",
        "DBCC",
        "DEALLOCATE",
        "DECLARE",
        "DELETE",
        "DENY",
        "DISABLE",
        "DROP",
        "DUMP",
        "ENABLE",
        "EXEC",
        "EXECUTE",
        "FETCH",
        "GO",
        "GOTO",
        "GRANT",
        "IF",
        "INSERT",
        "KILL",
        "LOAD",
        "MERGE",
        "OPEN",
        "PRINT",
        "RAISERROR",
        "READTEXT",
        "RECEIVE",
        "RECONFIGURE",
        "RESTORE",
        "RETURN",
        "REVERT",
        "REVOKE",
        "ROLLBACK",
        "SAVE",
        "SELECT",
        "SEND",
        "SET",
        "SETUSER",
        "SHUTDOWN",
        "THROW",
        "TRUNCATE",
        "UPDATE",
        "USE",
        "WAITFOR",
        "WHILE",
    ];
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}
