//! What stands in for pieces that did not parse. In: their tokens. Out: nodes that keep what is known: the name that a
//! statement would have defined, the place of a condition.

use super::{first_name, span_of};
use crate::ast::{
    Broken, Clause, ClauseKind, Expr, ExprKind, FieldDecl, Form, Name, StringLit, Text, TypeExpr, TypeKind,
};
use crate::parse::cut::Tokens;
use crate::source::Span;
use crate::token::Token;

/// The most names that one broken statement is taken to define.
const MAX_NAMES: usize = 64;

/// What a statement whose word is at `word` would have defined.
pub(super) fn statement(tokens: Tokens<'_>, word: usize) -> Broken {
    let (form, names) = match tokens.kind(word) {
        Token::Edition => (Form::Edition, Vec::new()),
        Token::Policy => (Form::Policy, Vec::new()),
        Token::Import => return import(tokens, word),
        Token::Principal => (Form::Principal, Vec::new()),
        Token::Session => (Form::Session, Vec::new()),
        Token::Approvers => (Form::Approvers, Vec::new()),
        Token::Let => (Form::Let, name(tokens, word + 1)),
        Token::Group => (Form::Group, name(tokens, word + 1)),
        // `fn ours a: string)`: where the name ends cannot be told.
        Token::Fn if tokens.is_key(word + 1) => (Form::Fn, Vec::new()),
        Token::Fn => (Form::Fn, name(tokens, word + 1)),
        Token::Rule | Token::Decide | Token::Hide | Token::Limit | Token::Redact | Token::Append => {
            (Form::Rule, name(tokens, word + 1))
        }
        Token::Fact => (Form::Fact, name(tokens, word + 1)),
        Token::Label => (Form::Label, name(tokens, word + 1)),
        Token::Result | Token::Accept => (Form::Result, Vec::new()),
        Token::Test => (Form::Test, name(tokens, word + 1)),
        _ => return foreign(tokens, word),
    };
    Broken { form, names }
}

fn import(tokens: Tokens<'_>, word: usize) -> Broken {
    match tokens.kind(word + 1) {
        Token::Tools => Broken { form: Form::ImportTools, names: name(tokens, word + 2) },
        Token::Guardrails | Token::Str => Broken { form: Form::ImportFile, names: Vec::new() },
        Token::Std => Broken { form: Form::ImportStd, names: names(tokens, word + 2) },
        _ => Broken { form: Form::Unknown, names: names(tokens, word + 1) },
    }
}

/// A statement without its word: what follows may tell which.
fn foreign(tokens: Tokens<'_>, word: usize) -> Broken {
    let form = match (tokens.kind(word), tokens.kind(word + 1)) {
        (Token::Guardrails, Token::Str) => Form::ImportFile,
        (Token::Tools, _) => return Broken { form: Form::ImportTools, names: name(tokens, word + 1) },
        (Token::Default, Token::Str) => Form::Approvers,
        (Token::Name, Token::Str) => Form::Policy,
        (Token::Name, Token::Int) => Form::Edition,
        _ => Form::Unknown,
    };
    Broken { form, names: if form == Form::Unknown { names(tokens, word) } else { Vec::new() } }
}

/// The name at `at`. A reserved word in its place is not the name that others use.
fn name(tokens: Tokens<'_>, at: usize) -> Vec<Name> {
    if tokens.kind(at).is_ident() { vec![first_name(tokens.get(at..at + 1))] } else { Vec::new() }
}

/// Every name from `from` on.
fn names(tokens: Tokens<'_>, from: usize) -> Vec<Name> {
    (from..tokens.all.len())
        .filter(|at| tokens.kind(*at) == Token::Name)
        .take(MAX_NAMES)
        .map(|at| first_name(tokens.get(at..at + 1)))
        .collect()
}

/// What stands in for a clause: a condition keeps its place, so that it is known to exist; a `with` whose name cannot be
/// read may be any name of its statement.
pub(super) fn clause(tokens: Tokens<'_>) -> Option<Clause> {
    let span = span_of(tokens);
    let condition = Expr { kind: ExprKind::Error, span, depth: 1 };
    let kind = match tokens.kind(0) {
        Token::When => ClauseKind::When(condition),
        Token::Unless => ClauseKind::Unless(condition),
        Token::With => {
            let mut names = name(tokens, 1).into_iter();
            let name = names.next().unwrap_or(Name { text: Text::default(), span });
            ClauseKind::With(crate::ast::With { name, value: condition, span })
        }
        // Who may approve, and why, is known to be said.
        Token::From => ClauseKind::From(Vec::new()),
        Token::Because => ClauseKind::Because(StringLit { value: Text::default(), span }),
        _ => return None,
    };
    Some(Clause { kind, span })
}

/// What stands in for fields: each name that a colon follows, and the first word, is a field of a type unknown. A field
/// whose name cannot be read has none.
pub(super) fn fields(tokens: Tokens<'_>) -> Vec<FieldDecl> {
    let is_field = |at: &usize| {
        let token = tokens.kind(*at);
        (token.is_word() || token == Token::Str) && (*at == 0 || tokens.is_key(*at))
    };
    let mut found: Vec<FieldDecl> = (0..tokens.all.len())
        .filter(is_field)
        .take(MAX_NAMES)
        .map(|at| field(tokens.get(at..at + 1)))
        .collect();
    if !is_field(&0) {
        found
            .push(FieldDecl { name: Name { text: Text::default(), span: span_of(tokens) }, ..field(tokens) });
    }
    found
}

fn field(tokens: Tokens<'_>) -> FieldDecl {
    let name = first_name(tokens);
    let text = if tokens.kind(0) == Token::Str { crate::lexer::unquote(&name.text) } else { name.text };
    let span: Span = name.span;
    FieldDecl { name: Name { text, span }, optional: true, ty: TypeExpr { kind: TypeKind::Error, span } }
}
