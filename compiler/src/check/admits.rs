//! Constants that a value never is, and texts that are never part of it. In: a value with its type, a constant. Out: a complaint that names
//! what would have been right.

use super::compare::asks_for_nothing;
use super::cx::Cx;
use super::form::{Classes, Value, deref};
use super::range::Range;
use crate::diagnostics::Code;
use crate::ir::pattern::{self, Read};
use crate::resolve::anchor::Found;
use crate::resolve::suggest::{did_you_mean, listing, nearest};
use crate::ty::{NumberTy, StringTy, Ty};
use crate::typed::{Const, ExprKind, Place, Root, TextTest};
use policyc_grammar::ast;
use policyc_grammar::source::Span;
use policyc_runtime::number::{Decimal, SCALE};
use policyc_runtime::program::instr::Compare;
use std::sync::Arc;

/// Why a constant is impossible.
struct Refusal {
    code: Code,
    message: String,
    help: Option<String>,
    /// What to write instead.
    instead: Option<String>,
}

impl Refusal {
    fn new(code: Code, message: String) -> Self {
        Self { code, message, help: None, instead: None }
    }
}

/// The constants of a list or the keys of a table, and how they are written.
pub(crate) struct Candidates<'a> {
    pub consts: &'a [Const],
    /// The operand that holds them.
    pub written: &'a ast::Expr,
    /// One of the numbers is written with a fraction.
    pub fractional: bool,
}

/// Whether a value stands in the arguments, so that the lock says what it can be.
pub(super) fn is_of_args(value: &Value) -> bool {
    matches!(&value.expr.kind, ExprKind::Place(Place { root: Root::Args, .. }))
}

impl Cx<'_> {
    /// Complains about a text that the type of `value` does not admit.
    pub(crate) fn admits_text(&mut self, value: &Value, text: &str, span: Span) {
        if let Some(refusal) = self.refused_text(value, text) {
            self.refuse(value, refusal, span);
        }
    }

    /// Complains about a number that the type of `value` does not admit.
    pub(crate) fn admits_number(&mut self, value: &Value, units: i128, fractional: bool, span: Span) {
        if let Some(refusal) = self.refused_number(value, units, fractional) {
            self.refuse(value, refusal, span);
        }
    }

    fn refuse(&mut self, value: &Value, refusal: Refusal, span: Span) {
        let instead = refusal.instead.filter(|_| self.at.is_none());
        let mut found = Found::new(refusal.code, self.spot(span), refusal.message);
        found.of_args = is_of_args(value);
        self.report(found.maybe_help(refusal.help).fix(instead));
    }

    fn refused(&self, value: &Value, constant: &Const, fractional: bool) -> Option<Refusal> {
        match constant {
            Const::Text(text) => self.refused_text(value, text),
            Const::Number(units) => self.refused_number(value, *units, fractional),
            Const::Bool(_) => None,
        }
    }

    fn refused_text(&self, value: &Value, text: &str) -> Option<Refusal> {
        let ty = self.string_type(&value.ty)?;
        let name = self.named(value);
        if let Some(all) = &ty.one_of {
            return (!all.iter().any(|v| &**v == text)).then(|| not_one_of(&name, text, all));
        }
        if text.is_empty() {
            // The usual guard against the empty text, right also where the schema has ruled it out.
            return None;
        }
        out_of_length(&ty, &name, text)
            .or_else(|| stranger(&ty, &format!("{name} is never"), text))
            .or_else(|| unmatched(&ty, &name, text))
    }

    fn refused_number(&self, value: &Value, units: i128, fractional: bool) -> Option<Refusal> {
        let Ty::Kinds(kinds) = deref(&value.ty, self.definitions()) else { return None };
        let ty = kinds.number.as_ref()?;
        let name = self.named(value);
        if ty.integer && (fractional || units % SCALE != 0) {
            return Some(not_whole(&name, units));
        }
        if let Some(all) = &ty.one_of
            && !all.iter().any(|v| v.units() == units)
        {
            let shown: Vec<String> = all.iter().map(Decimal::to_string).collect();
            let help = format!("it is one of {}", listing(shown.iter().map(String::as_str), 8));
            let message = format!("{name} is never `{}`", spelled(units));
            return Some(Refusal { help: Some(help), ..Refusal::new(Code::E0402, message) });
        }
        if asks_for_nothing([&value.expr], units) {
            return None;
        }
        let range = Range::of(ty);
        range.never(Compare::Eq, units).then(|| {
            let message = format!("this is never true: the schema says that {name} is {}", range.words());
            Refusal::new(Code::E0403, message)
        })
    }

    /// A type's texts, if it admits texts at all.
    pub(crate) fn string_type(&self, ty: &Ty) -> Option<StringTy> {
        match deref(ty, self.definitions()) {
            Ty::Kinds(kinds) => kinds.string.clone(),
            Ty::Dynamic | Ty::Ref(_) => None,
        }
    }

    /// Each constant of a written list must be possible; of a named one at least one.
    pub(crate) fn admits_all(&mut self, value: &Value, of: &Candidates<'_>) {
        if let ast::ExprKind::List(items) = &of.written.kind {
            for (constant, item) in of.consts.iter().zip(items) {
                if let Some(refusal) = self.refused(value, constant, is_fraction(item)) {
                    self.refuse(value, refusal, item.span);
                }
            }
            return;
        }
        self.some_of(value, of.consts, of.fractional, of.written.span);
    }

    /// Complains if none of the texts is possible.
    pub(crate) fn admits_any(&mut self, value: &Value, consts: &[Const], span: Span) {
        self.some_of(value, consts, false, span);
    }

    fn some_of(&mut self, value: &Value, consts: &[Const], fractional: bool, span: Span) {
        let mut first = None;
        for constant in consts {
            let Some(refusal) = self.refused(value, constant, fractional) else { return };
            first.get_or_insert(refusal);
        }
        if let Some(first) = first {
            let message = match consts {
                [_] => first.message,
                _ => format!("{} is none of these values", self.named(value)),
            };
            self.refuse(value, Refusal { message, instead: None, ..first }, span);
        }
    }

    /// Two enums without a common value.
    pub(crate) fn disjoint_enums(&mut self, x: &Value, y: &Value, span: Span) {
        let members = |ty: &Ty| self.string_type(ty).and_then(|s| s.one_of);
        if let (Some(a), Some(b)) = (members(&x.ty), members(&y.ty))
            && Classes::of(&x.ty, self.definitions()).only(Classes::TEXT)
            && !a.iter().any(|v| b.contains(v))
        {
            let message = format!("{} and {} have no value in common", self.named(x), self.named(y));
            self.error(Code::E0402, span, message);
        }
    }

    /// Complains about a text that never stands at the beginning, at the end or within `value`.
    pub(crate) fn admits_part(&mut self, value: &Value, test: TextTest, part: &str, span: Span) {
        let Some(ty) = self.string_type(&value.ty) else { return };
        let name = self.named(value);
        let (verb, holds): (&str, fn(&str, &str) -> bool) = match test {
            TextTest::StartsWith => ("starts with", |text, part| text.starts_with(part)),
            TextTest::EndsWith => ("ends with", |text, part| text.ends_with(part)),
            TextTest::Contains => ("contains", |text, part| text.contains(part)),
            TextTest::Mentions => ("mentions", |text, part| text.contains(part)),
        };
        let refusal = match &ty.one_of {
            Some(all) if all.iter().any(|v| holds(v, part)) => None,
            Some(all) => {
                let message = format!("no value of {name} {verb} `{part}`");
                Some(Refusal { help: Some(one_of(all)), ..Refusal::new(Code::E0402, message) })
            }
            None => too_long(&ty, &name, part)
                .or_else(|| stranger(&ty, &format!("{name} never {verb}"), part))
                .or_else(|| wrong_end(&ty, test, &name, part)),
        };
        if let Some(refusal) = refusal {
            self.refuse(value, refusal, span);
        }
    }

    /// Complains about a pattern that no text of this type matches.
    pub(crate) fn admits_pattern(&mut self, value: &Value, read: &Read, source: &str, span: Span) {
        let ty = self.string_type(&value.ty).unwrap_or_default();
        let name = self.named(value);
        let none_of =
            |all: &[Arc<str>]| read.matcher().is_some_and(|is_match| !all.iter().any(|v| is_match(v)));
        let refusal = match &ty.one_of {
            Some(all) if none_of(all) => {
                Some((format!("no value of {name} matches `{source}`"), one_of(all)))
            }
            None if !read.can_match(ty.alphabet) => Some((
                format!("{name} never matches `{source}`"),
                "it has characters that never stand there: mind the case of letters".to_owned(),
            )),
            _ => None,
        };
        if let Some((message, help)) = refusal {
            self.error_help(Code::E0402, span, message, help);
        }
    }
}

/// A number written with a fraction.
pub(crate) fn is_fraction(item: &ast::Expr) -> bool {
    match &item.kind {
        ast::ExprKind::Number(text) => text.contains('.'),
        ast::ExprKind::Unary(ast::UnaryOp::Neg, inner) | ast::ExprKind::Paren(inner) => is_fraction(inner),
        _ => false,
    }
}

fn one_of(all: &[Arc<str>]) -> String {
    format!("it is one of {}", listing(all.iter().map(|v| &**v), 8))
}

fn not_one_of(name: &str, text: &str, all: &[Arc<str>]) -> Refusal {
    let values = || all.iter().map(|v| &**v);
    Refusal {
        help: Some(did_you_mean(text, values()).unwrap_or_else(|| one_of(all))),
        instead: nearest(text, values()).map(|near| format!("\"{near}\"")),
        ..Refusal::new(Code::E0402, format!("{name} is never `{text}`"))
    }
}

/// An integer against a fraction: mostly a question of cents.
fn not_whole(name: &str, units: i128) -> Refusal {
    Refusal {
        help: Some(hundredfold(units)),
        ..Refusal::new(Code::E0404, format!("{name} is an integer, compared with a fraction"))
    }
}

/// What to write instead of a fraction.
pub(crate) fn hundredfold(units: i128) -> String {
    units
        .checked_mul(100)
        .filter(|c| c % SCALE == 0)
        .map(|c| format!("is it in cents? write `{}`; otherwise compare with a whole number", c / SCALE))
        .unwrap_or_else(|| "compare with a whole number".to_owned())
}

fn spelled(units: i128) -> String {
    Decimal::from_units(units).map(|d| d.to_string()).unwrap_or_default()
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

fn too_long(ty: &StringTy, name: &str, text: &str) -> Option<Refusal> {
    let (max, length) = (ty.max_length?, length(text));
    (length > max).then(|| {
        let message = format!("{name} has at most {max} characters, `{text}` has {length}");
        Refusal::new(Code::E0402, message)
    })
}

fn out_of_length(ty: &StringTy, name: &str, text: &str) -> Option<Refusal> {
    let (min, length) = (ty.min_length.unwrap_or(0), length(text));
    if length < min {
        let message = format!("{name} has at least {min} characters, `{text}` has {length}");
        return Some(Refusal::new(Code::E0402, message));
    }
    too_long(ty, name, text)
}

/// A character that never stands in texts of this type.
fn stranger(ty: &StringTy, claim: &str, text: &str) -> Option<Refusal> {
    let stranger = ty.alphabet.stranger(text)?;
    let recased = [text.to_ascii_lowercase(), text.to_ascii_uppercase()];
    let instead = recased.into_iter().find(|other| ty.alphabet.stranger(other).is_none());
    let help = match &instead {
        Some(other) => format!("write it as it stands there: `{other}`"),
        None => format!("`{stranger}` never stands there"),
    };
    Some(Refusal {
        help: Some(help),
        instead: instead.map(|other| format!("\"{other}\"")),
        ..Refusal::new(Code::E0402, format!("{claim} `{text}`"))
    })
}

/// A schema's pattern that the text does not match.
fn unmatched(ty: &StringTy, name: &str, text: &str) -> Option<Refusal> {
    let pattern = ty.patterns.iter().find(|pattern| {
        let matcher = pattern::read_schema(pattern).and_then(|read| read.matcher());
        matcher.is_some_and(|is_match| !is_match(text))
    })?;
    Some(Refusal {
        help: Some(matches_words(pattern)),
        ..Refusal::new(Code::E0402, format!("{name} is never `{text}`"))
    })
}

/// A beginning or end other than that of a schema's pattern.
fn wrong_end(ty: &StringTy, test: TextTest, name: &str, part: &str) -> Option<Refusal> {
    let (pattern, verb) = ty.patterns.iter().find_map(|pattern| {
        let read = pattern::read_schema(pattern)?;
        let clash = match test {
            TextTest::StartsWith => {
                let begins = read.beginning()?;
                !begins.starts_with(part) && !part.starts_with(begins)
            }
            TextTest::EndsWith => {
                let ends = read.ending()?;
                !ends.ends_with(part) && !part.ends_with(ends)
            }
            TextTest::Contains | TextTest::Mentions => false,
        };
        let verb = if test == TextTest::StartsWith { "starts with" } else { "ends with" };
        clash.then_some((pattern, verb))
    })?;
    Some(Refusal {
        help: Some(matches_words(pattern)),
        ..Refusal::new(Code::E0402, format!("{name} never {verb} `{part}`"))
    })
}

/// A schema's pattern in words, with plain characters as they were before the pattern was put into one spelling.
fn matches_words(pattern: &str) -> String {
    let mut shown = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("\\x{") {
        shown.push_str(before);
        let plain = after.split_once('}').and_then(|(code, rest)| {
            let c = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
            (c.is_alphanumeric() || "_-@/ :,;=".contains(c)).then_some((c, rest))
        });
        match plain {
            Some((c, after)) => {
                shown.push(c);
                rest = after;
            }
            None => {
                shown.push_str("\\x{");
                rest = after;
            }
        }
    }
    shown.push_str(rest);
    format!("the schema says that it matches `{shown}`")
}

/// The type of a number within a range.
pub(crate) fn number_within(integer: bool, range: Range) -> NumberTy {
    let (min, max) = range.bounds();
    NumberTy { integer, min, max, ..NumberTy::default() }
}
