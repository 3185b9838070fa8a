//! What conditions read of what is remembered: facts under keys, labels, results. In: names and operands. Out: typed expressions, or the
//! complaint that there is no such thing.

use super::cx::Cx;
use super::form::{Classes, Form, Sum, Unit, Value, describe, expr};
use super::range::Range;
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::lost::Wanted;
use crate::resolve::namespace::FactEntry;
use crate::resolve::suggest::{did_you_mean, listing};
use crate::resolve::types;
use crate::ty::{Kinds, ListTy, ObjectTy, Ty};
use crate::typed::{Expr, ExprKind, FactUse, Place, Root};
use policyc_grammar::ast::{self, Name, Text};
use policyc_grammar::source::Span;
use policyc_runtime::number::SCALE;
use policyc_runtime::program::memory::{FactKind, FactPart};
use policyc_runtime::request::INPUT_KEY;
use std::sync::Arc;

impl<'a> Cx<'a> {
    /// The fact of that name, and its number.
    pub(crate) fn fact_named(&self, name: &str) -> Option<(u32, &'a FactEntry)> {
        let index = *self.namespace().facts.get(name)?;
        Some((index, self.world.facts.get(index as usize)?))
    }

    /// `owner(args.id)`, or a fact without keys by its name.
    pub(crate) fn fact(&mut self, name: &Text, args: &[ast::Expr], span: Span) -> Form {
        let Some((index, fact)) = self.fact_named(name) else { return Form::Error };
        self.used.insert(format!("fact:{name}"));
        let Some(keys) = self.fact_keys(fact, args, span) else { return Form::Error };
        let used = FactUse { fact: index, keys };
        let (ty, absent) = match fact.kind {
            FactKind::Set => {
                let items = fact.fields.first().map_or(Ty::Dynamic, |(_, field)| field.ty.clone());
                let list = ListTy { items, min_items: None, max_items: None, unique: true };
                (Ty::of(Kinds { list: Some(list), ..Kinds::default() }), false)
            }
            FactKind::Counter => (types::number(false), true),
            FactKind::Value(_) => (of_fields(fact), true),
        };
        let kind = ExprKind::Fact(used, FactPart::Field(0));
        Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent })
    }

    /// The keys of a fact, each of its declared type.
    pub(crate) fn fact_keys(
        &mut self,
        fact: &FactEntry,
        args: &[ast::Expr],
        span: Span,
    ) -> Option<Vec<Expr>> {
        if args.len() != fact.keys.len() {
            let names: Vec<&str> = fact.keys.iter().map(|(name, _)| name.as_str()).collect();
            let help = if names.is_empty() {
                format!("write `{}`: it has no key", fact.name)
            } else {
                format!("write `{}({})`", fact.name, names.join(", "))
            };
            self.error_help(
                Code::E0310,
                span,
                format!("`{}` is read with {} keys", fact.name, args.len()),
                help,
            );
            return None;
        }
        let mut keys = Vec::new();
        for (arg, (name, ty)) in args.iter().zip(&fact.keys) {
            let form = self.form(arg);
            let value = self.scalar(form, arg.span)?;
            let (given, wanted) =
                (Classes::of(&value.ty, self.definitions()), Classes::of(ty, self.definitions()));
            if !given.has(wanted) {
                let message = format!(
                    "the key `{name}` of `{}` is {}, this is {}",
                    fact.name,
                    describe(ty),
                    describe(&value.ty)
                );
                self.error(Code::E0401, arg.span, message);
                return None;
            }
            keys.push(value.expr);
        }
        Some(keys)
    }

    /// A field of a fact's record.
    pub(crate) fn fact_field(&mut self, used: &FactUse, name: &Name, span: Span) -> Form {
        let Some(fact) = self.world.facts.get(used.fact as usize) else { return Form::Error };
        let place = fact.fields.iter().position(|(field, _)| **field == *name.text && !field.is_empty());
        let Some((index, (_, field))) = place.and_then(|index| Some((index, fact.fields.get(index)?))) else {
            let known: Vec<&str> = fact.fields.iter().map(|(field, _)| &**field).collect();
            let help = did_you_mean(&name.text, known.iter().copied())
                .unwrap_or_else(|| format!("it has {}", listing(known.iter().copied(), 12)));
            let message = format!("the fact `{}` has no field `{}`", fact.name, name.text);
            return self.error_help(Code::E0301, name.span, message, help);
        };
        let part = FactPart::Field(u8::try_from(index).unwrap_or(u8::MAX));
        let kind = ExprKind::Fact(used.clone(), part);
        Form::Value(Value { expr: expr(kind, self.span(span)), ty: field.ty.clone(), absent: true })
    }

    /// A learned set, if the expression is one.
    pub(crate) fn learned_set(&self, value: &Expr) -> Option<FactUse> {
        let ExprKind::Fact(used, _) = &value.kind else { return None };
        let fact = self.world.facts.get(used.fact as usize)?;
        (fact.kind == FactKind::Set).then(|| used.clone())
    }

    /// `known owner(args.id)`.
    pub(crate) fn known(&mut self, inner: &ast::Expr, span: Span) -> Form {
        let value = match self.form(inner) {
            Form::Value(value) => value,
            Form::Error => return Form::Error,
            _ => return self.not_a_fact(inner.span),
        };
        let ExprKind::Fact(used, _) = value.expr.kind else { return self.not_a_fact(inner.span) };
        let kind = self.world.facts.get(used.fact as usize).map(|fact| fact.kind);
        match kind {
            // Whichever fields it has: it was learned.
            Some(FactKind::Value(_)) | None => {}
            Some(FactKind::Set) => {
                return self.error_help(
                    Code::E0401,
                    span,
                    "a learned set is always known: it starts empty",
                    "ask for a member: `x in seen(k)`",
                );
            }
            Some(FactKind::Counter) => {
                return self.error_help(
                    Code::E0401,
                    span,
                    "a counter is always known: it starts at 0",
                    "compare it: `n(k) >= 1`",
                );
            }
        }
        let fact = expr(ExprKind::Fact(used, FactPart::Known), self.span(inner.span));
        Form::Condition(expr(ExprKind::Has(Box::new(fact)), self.span(span)))
    }

    fn not_a_fact(&mut self, span: Span) -> Form {
        self.error_help(
            Code::E0401,
            span,
            "`known` asks whether a fact was learned",
            "write `known owner(args.id)`; whether an argument is there asks `has args.id`",
        )
    }

    /// `age(owner(args.id))`: how long ago it was learned.
    pub(crate) fn age(&mut self, inner: &ast::Expr, span: Span) -> Form {
        let value = match self.form(inner) {
            Form::Value(value) => value,
            Form::Error => return Form::Error,
            _ => return self.not_aged(inner.span),
        };
        let ExprKind::Fact(used, _) = value.expr.kind else { return self.not_aged(inner.span) };
        let kind = self.world.facts.get(used.fact as usize).map(|fact| fact.kind);
        if !matches!(kind, Some(FactKind::Value(_))) {
            return self.not_aged(inner.span);
        }
        let at = self.span(span);
        let learned = expr(ExprKind::Fact(used, FactPart::LearnedAt), at);
        Form::Sum(Sum {
            terms: vec![(SCALE, expr(ExprKind::Now, at)), (-SCALE, learned)],
            constant: 0,
            unit: Unit::Duration,
            span: at,
            grain: super::form::Grain { whole: true, ..super::form::Grain::default() },
            range: Range::default(),
        })
    }

    fn not_aged(&mut self, span: Span) -> Form {
        self.error_help(
            Code::E0401,
            span,
            "`age` is of a fact that holds a value",
            "write `age(status(args.id)) <= 10m`",
        )
    }

    /// `session has label untrusted`.
    pub(crate) fn has_label(&mut self, base: &ast::Expr, name: &Name, span: Span) -> Form {
        let of_session = matches!(&base.kind, ast::ExprKind::Name(root) if root == "session");
        if !of_session {
            return self.error_help(
                Code::E0401,
                base.span,
                "labels are asked of the session, whoever they belong to",
                format!("write `session has label {}`", name.text),
            );
        }
        let namespace = self.namespace();
        let Some(index) = namespace.labels.get(&name.text).copied() else {
            let help = did_you_mean(&name.text, namespace.labels.keys().map(Text::as_str))
                .unwrap_or_else(|| format!("declare it: `label {} after …`", name.text));
            let found =
                Found::new(Code::E0303, self.spot(name.span), format!("no label is named `{}`", name.text));
            self.report(found.help(help).missing(Wanted::Label, &name.text));
            return Form::Error;
        };
        self.used.insert(format!("label:{}", name.text));
        Form::Condition(expr(ExprKind::HasLabel(index), self.span(span)))
    }

    /// The root `result`.
    pub(crate) fn result_root(&mut self, span: Span) -> Form {
        let (ty, root) = match self.result {
            None => {
                return self.error_help(
                    Code::E0311,
                    span,
                    "`result` is not known here",
                    "results are read by what stands behind `after TOOLS` of a fact or label",
                );
            }
            Some(Some(result)) => (result.ty.clone(), Root::Result),
            // Nothing is declared of it: its text alone can be read.
            Some(None) => (only_text(), Root::ResultText),
        };
        let place = Place { root, steps: Vec::new() };
        let absent = root == Root::ResultText;
        Form::Value(Value { expr: expr(ExprKind::Place(place), self.span(span)), ty, absent })
    }

    /// The root `input`: what the agent answers in a later round of a call. Of its type nothing is known.
    pub(crate) fn input_root(&mut self, span: Span) -> Form {
        let place = Place { root: Root::Session, steps: vec![INPUT_KEY.into()] };
        let kind = ExprKind::Place(place);
        Form::Value(Value { expr: expr(kind, self.span(span)), ty: Ty::Dynamic, absent: true })
    }

    /// The root `reply`: its text is all that there is.
    pub(crate) fn reply_root(&mut self, span: Span) -> Form {
        if !self.reply {
            return self.error_help(
                Code::E0311,
                span,
                "`reply` is not known here",
                "replies are judged by `rule NAME: deny reply when …` and `append NAME on reply: …`",
            );
        }
        let place = Place { root: Root::ResultText, steps: Vec::new() };
        Form::Value(Value {
            expr: expr(ExprKind::Place(place), self.span(span)),
            ty: only_text(),
            absent: true,
        })
    }

    /// `result.text` where nothing else is declared.
    pub(crate) fn result_text(&mut self, name: &Name, span: Span) -> Form {
        if name.text == "text" {
            let place = Place { root: Root::ResultText, steps: Vec::new() };
            let kind = ExprKind::Place(place);
            return Form::Value(Value { expr: expr(kind, self.span(span)), ty: types::text(), absent: true });
        }
        if self.reply {
            let message = format!("a reply has no `{}`", name.text);
            return self.error_help(Code::E0301, name.span, message, "write `reply.text`");
        }
        self.error_help(
            Code::E0301,
            name.span,
            format!("nothing is declared of this result but `text`, so it has no `{}`", name.text),
            format!("declare its shape: `result TOOL: {{ {}: string }}`", name.text),
        )
    }
}

/// The type of what a fact holds under a key.
fn of_fields(fact: &FactEntry) -> Ty {
    match fact.fields.as_slice() {
        [(name, field)] if name.is_empty() => field.ty.clone(),
        fields => {
            let fields = fields.iter().map(|(name, field)| (name.clone(), field.clone())).collect();
            let object = Some(Arc::new(ObjectTy { fields, ..ObjectTy::default() }));
            Ty::of(Kinds { object, ..Kinds::default() })
        }
    }
}

/// A record whose only field is `text`.
fn only_text() -> Ty {
    let field = crate::ty::FieldTy { ty: types::text(), required: false, default: None, description: None };
    let fields = [(Arc::from("text"), field)].into_iter().collect();
    Ty::of(Kinds { object: Some(Arc::new(ObjectTy { fields, ..ObjectTy::default() })), ..Kinds::default() })
}
