//! Conditions and the dispatch over expression forms. In: syntax. Out: typed conditions and [`Form`]s.

use super::cx::{Cx, Local, MAX_INLINE};
use super::form::{Classes, Form, Value, expr, not, truth};
use super::{literal, scope_rule};
use crate::diagnostics::Code;
use crate::resolve::lost::Wanted;
use crate::resolve::namespace::{LibraryName, ScopeId};
use crate::resolve::suggest::did_you_mean;
use crate::resolve::types;
use crate::ty::StringRole;
use crate::typed::{Const, Expr, ExprKind, Pattern, PatternKind};
use policyc_grammar::ast::{self, BinaryOp, ExprKind as Ast, UnaryOp};
use policyc_grammar::source::Span;
use std::sync::Arc;

impl Cx<'_> {
    /// An expression that must be a condition.
    pub(crate) fn condition(&mut self, ast: &ast::Expr) -> Expr {
        let span = self.span(ast.span);
        match self.form(ast) {
            Form::Condition(condition) => condition,
            Form::Error => truth(false, span),
            Form::Value(value) => self.as_condition(value, ast.span),
            Form::View { .. } => {
                self.error_help(
                    Code::E0407,
                    ast.span,
                    "a view of a text is no condition",
                    "compare one of its members, or ask `has …`",
                );
                truth(false, span)
            }
            Form::Sum(_) | Form::Regex { .. } | Form::Table(..) | Form::Zip(..) | Form::Cidr(_) => {
                self.error(Code::E0407, ast.span, "this is no condition");
                truth(false, span)
            }
        }
    }

    fn as_condition(&mut self, value: Value, span: Span) -> Expr {
        let classes = Classes::of(&value.ty, self.definitions());
        if let Some(Const::Bool(known)) = value.as_const() {
            return truth(*known, self.span(span));
        }
        if !classes.has(Classes::BOOL) {
            let message =
                format!("{} is {}, not a condition", self.named(&value), super::form::describe(&value.ty));
            self.error_help(Code::E0407, span, message, "compare it with something, or ask `has …`");
            return truth(false, self.span(span));
        }
        expr(ExprKind::IsTrue(Box::new(value.expr)), self.span(span))
    }

    /// Any expression.
    pub(crate) fn form(&mut self, ast: &ast::Expr) -> Form {
        self.deeper(ast.span, |cx| cx.shape(ast))
    }

    fn shape(&mut self, ast: &ast::Expr) -> Form {
        let span = ast.span;
        let negated = std::mem::take(&mut self.negated);
        match &ast.kind {
            Ast::Error
            | Ast::Bool(_)
            | Ast::Null
            | Ast::Number(_)
            | Ast::Str(_)
            | Ast::Regex { .. }
            | Ast::Duration(_)
            | Ast::Date(_)
            | Ast::Timestamp(_) => self.literal(ast, span),
            Ast::Name(name) => self.name(name, span),
            Ast::Field(base, name) => {
                let base = self.form(base);
                self.field(base, name, span)
            }
            Ast::Index(base, index) => self.index(base, index, span),
            Ast::Call(name, args) => self.call(name, args, span),
            Ast::List(items) => self.list_literal(items, span),
            Ast::Table(entries) => self.table_literal(entries, span),
            Ast::Unary(UnaryOp::Not, inner) => {
                self.negated = !negated;
                let inner = self.condition(inner);
                Form::Condition(Expr { span: self.span(span), ..not(inner) })
            }
            Ast::Unary(UnaryOp::Neg, inner) => self.negated(inner, span),
            Ast::And(all) => {
                let all = all.iter().map(|e| self.condition(e)).collect();
                Form::Condition(expr(ExprKind::And(all), self.span(span)))
            }
            Ast::Or(all) => {
                let all = all.iter().map(|e| self.condition(e)).collect();
                Form::Condition(expr(ExprKind::Or(all), self.span(span)))
            }
            Ast::Binary(op, _, a, b) => self.binary(*op, negated, a, b, span),
            Ast::Has(inner) => self.has(inner, span),
            Ast::Known(inner) => self.known(inner, span),
            Ast::HasLabel(base, name) => self.has_label(base, name, span),
            Ast::Is(inner, ty) => self.is(inner, ty, span),
            Ast::Quantifier { kind, vars, domain, body } => {
                scope_rule::check(self, vars, body);
                self.quantifier(*kind, vars, domain, body, span)
            }
            Ast::Aggregate { kind, var, domain, body } => self.aggregate(*kind, var, domain, body, span),
            Ast::Paren(inner) => {
                self.negated = negated;
                self.form(inner)
            }
        }
    }

    fn literal(&mut self, ast: &ast::Expr, span: Span) -> Form {
        match &ast.kind {
            Ast::Error => Form::Error,
            Ast::Bool(value) => self.constant(Const::Bool(*value), span),
            Ast::Null => self.error_help(
                Code::E0401,
                span,
                "`null` is compared with `is`",
                "write `x is null`, or `has x`",
            ),
            Ast::Number(text) => match literal::number(text) {
                Some(units) => {
                    // What is written with a fraction counts as one: `50.00` against an integer is a question of units.
                    let ty = types::number(!text.contains('.'));
                    Form::Value(Value { ty, ..Value::constant(Const::Number(units), self.span(span)) })
                }
                None => self.error_help(
                    Code::E0409,
                    span,
                    format!("`{text}` is out of the exact range"),
                    "numbers have at most nine decimal places and stay below 10^18",
                ),
            },
            Ast::Str(text) => self.constant(Const::Text(Arc::from(text.value.as_str())), span),
            Ast::Regex { pattern, flags } => {
                if !flags.is_empty() && flags != "i" {
                    return self.error_help(
                        Code::E0408,
                        span,
                        format!("unknown regex flags `{flags}`"),
                        "the only flag is `i`",
                    );
                }
                self.regex(pattern, flags == "i", span)
            }
            Ast::Duration(text) => {
                let ms = literal::duration_ms(text);
                self.time_literal(
                    ms,
                    StringRole::Duration,
                    text,
                    span,
                    "units go from large to small: `1h30m`",
                )
            }
            Ast::Date(text) => {
                let days = literal::date_days(text);
                self.time_literal(days, StringRole::Date, text, span, "a date is `2027-01-31`")
            }
            Ast::Timestamp(text) => {
                let ms = literal::timestamp_ms(text);
                self.time_literal(
                    ms,
                    StringRole::Timestamp,
                    text,
                    span,
                    "a timestamp is `2027-01-31T09:00Z`, with `Z` or an offset",
                )
            }
            _ => Form::Error,
        }
    }

    pub(crate) fn constant(&self, value: Const, span: Span) -> Form {
        Form::Value(Value::constant(value, self.span(span)))
    }

    fn time_literal(
        &mut self,
        value: Option<i64>,
        role: StringRole,
        text: &str,
        span: Span,
        help: &str,
    ) -> Form {
        let Some(value) = value else {
            return self.error_help(Code::E0409, span, format!("`{text}` has no value"), help);
        };
        let constant = ExprKind::Const(Const::Number(literal::units(value)));
        Form::Value(Value { expr: expr(constant, self.span(span)), ty: types::time(role), absent: false })
    }

    fn name(&mut self, name: &str, span: Span) -> Form {
        if let Some(local) = self.local(name) {
            let (parts, depth) = super::walk::size(&local);
            if !self.affords(parts, depth, span) {
                return Form::Error;
            }
            return match local {
                Local::Value(mut value) => {
                    value.expr.span = self.span(span);
                    Form::Value(value)
                }
                Local::Form(form) => *form,
            };
        }
        if self.is_ambiguous(name) {
            return Form::Error;
        }
        if let Some(root) = self.root(name, span) {
            return root;
        }
        if name == "now" {
            let ty = types::time(StringRole::Timestamp);
            return Form::Value(Value { expr: expr(ExprKind::Now, self.span(span)), ty, absent: false });
        }
        if self.namespace().facts.contains_key(name) {
            return self.fact(&ast::Text::from(name), &[], span);
        }
        if let Some((file, index)) = self.namespace().lets.get(name).copied() {
            self.used.insert(format!("let:{name}"));
            return self.inline_let(ScopeId { file, ..self.scope }, index, name, span);
        }
        if let Some(LibraryName::Definition(namespace, own)) = self.library(name) {
            self.used.insert(format!("std:{name}"));
            if let Some((file, index)) =
                self.world.library.get(namespace).and_then(|n| n.lets.get(&own).copied())
            {
                return self.inline_let(ScopeId { library: true, namespace, file }, index, name, span);
            }
        }
        self.unknown_name(name, span)
    }

    pub(crate) fn library(&self, name: &str) -> Option<LibraryName> {
        self.namespace().file(self.scope.file).library.get(name).cloned()
    }

    fn unknown_name(&mut self, name: &str, span: Span) -> Form {
        if self.local("").is_some() {
            // A `with` whose name did not parse may be the one.
            return Form::Error;
        }
        let namespace = self.namespace();
        let scope = namespace.file(self.scope.file);
        let is_fn = namespace.fns.contains_key(name) || scope.library.contains_key(name);
        if is_fn {
            return self.error_help(
                Code::E0303,
                span,
                format!("`{name}` is a function"),
                format!("call it: `{name}(…)`"),
            );
        }
        if scope.aliases.contains_key(name) || namespace.groups.contains_key(name) {
            return self.error_help(
                Code::E0303,
                span,
                format!("`{name}` names tools, not a value"),
                "tools stand after `allow`, `ask`, `deny` or `on`",
            );
        }
        let locals = self.locals.get(self.floor..).unwrap_or_default().iter().map(|(n, _)| n.as_str());
        let known: Vec<&str> = ["args", "principal", "session", "now"]
            .into_iter()
            .chain(locals)
            .chain(namespace.lets.keys().map(ast::Text::as_str))
            .collect();
        let in_args = self.args.is_some_and(|a| a.root.fields.contains_key(name));
        let help = if in_args {
            Some(format!("an argument is written `args.{name}`"))
        } else if name == "input" {
            Some("what an agent answers is read where `accept input on TOOLS` lets it in".to_owned())
        } else {
            did_you_mean(name, known.iter().copied())
        };
        let found = crate::resolve::anchor::Found::new(
            Code::E0303,
            self.spot(span),
            format!("no value is named `{name}`"),
        )
        .maybe_help(help)
        .missing(Wanted::Value, name);
        self.report(found);
        Form::Error
    }

    fn inline_let(&mut self, scope: ScopeId, index: usize, name: &str, span: Span) -> Form {
        let Some(decl) = self.world.namespace(scope).file(scope.file).declarations.lets.get(index) else {
            return Form::Error;
        };
        let key = format!("let {name} {scope:?}");
        if self.inlining.contains(&key) {
            return self.error(Code::E0308, span, format!("`{name}` is defined by itself"));
        }
        if self.inlining.len() >= MAX_INLINE && !self.affords(0, usize::MAX, span) {
            return Form::Error;
        }
        let value = decl.value.clone();
        let before = self.found.len();
        let out = self.within(scope, key, span, |cx| cx.form(&value));
        if !scope.library {
            // What is wrong with a `let` is reported where it stands; a way back to itself, wherever a definition goes it.
            let definition = !self.inlining.is_empty();
            let inner = self.found.split_off(before);
            self.found.extend(
                inner.into_iter().filter(|f| f.code == Code::E0413 || (definition && f.code == Code::E0308)),
            );
        }
        out
    }

    /// Checks a definition's body at a use: its own names, the use's spans.
    pub(crate) fn within<T>(
        &mut self,
        scope: ScopeId,
        key: String,
        span: Span,
        run: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let saved = (self.scope, self.at, self.floor, self.args);
        self.scope = scope;
        self.at = Some(self.span(span));
        self.floor = self.locals.len();
        self.args = None;
        let why =
            std::mem::replace(&mut self.no_args, "a definition cannot read `args`: give it a parameter");
        self.inlining.push(key);
        let out = run(self);
        self.inlining.pop();
        self.no_args = why;
        (self.scope, self.at, self.floor, self.args) = saved;
        out
    }

    fn negated(&mut self, inner: &ast::Expr, span: Span) -> Form {
        match self.form(inner) {
            Form::Value(value) => {
                if let Some(Const::Number(units)) = value.as_const() {
                    let kind = ExprKind::Const(Const::Number(-*units));
                    return Form::Value(Value { expr: expr(kind, self.span(span)), ..value });
                }
                match self.sum_of(Form::Value(value), inner.span) {
                    Some(sum) => self.scaled(sum, -policyc_runtime::number::SCALE, span),
                    None => Form::Error,
                }
            }
            Form::Sum(sum) => self.scaled(sum, -policyc_runtime::number::SCALE, span),
            Form::Error => Form::Error,
            _ => self.error(Code::E0401, span, "only numbers and durations have a sign"),
        }
    }

    /// A regex, read where it stands, so that every one that does not read is reported, wherever it is used.
    fn regex(&mut self, source: &str, ignore_case: bool, span: Span) -> Form {
        let pattern = Pattern { kind: PatternKind::Finds, source: Arc::from(source), ignore_case };
        match crate::ir::pattern::read(&pattern) {
            Ok(_) => Form::Regex { pattern: pattern.source, ignore_case },
            Err(problem) => self.error(Code::E0408, span, problem.to_string()),
        }
    }

    fn has(&mut self, inner: &ast::Expr, span: Span) -> Form {
        let operand = match self.form(inner) {
            Form::Value(value) => value.expr,
            Form::View { view, subject, param } => {
                let member = super::call::certain_member(view);
                let kind =
                    ExprKind::View(crate::typed::View { view, member, subject: Box::new(subject), param });
                expr(kind, self.span(inner.span))
            }
            Form::Error => return Form::Error,
            _ => {
                return self.error(
                    Code::E0401,
                    span,
                    "`has` asks whether a path or a view's reading is there",
                );
            }
        };
        Form::Condition(expr(ExprKind::Has(Box::new(operand)), self.span(span)))
    }

    fn index(&mut self, base: &ast::Expr, index: &ast::Expr, span: Span) -> Form {
        let (base_span, base) = (base.span, self.form(base));
        match (base, &index.kind) {
            (Form::Error, _) => Form::Error,
            (Form::Value(value), Ast::Str(key)) => {
                let name = ast::Name { text: key.value.clone(), span: index.span };
                self.field(Form::Value(value), &name, span)
            }
            (Form::Table(entries, ty), _) => self.table_lookup(&entries, ty, index, span),
            (Form::Value(value), _) => self.map_lookup(value, index, span),
            _ => self.error(Code::E0401, base_span, "only maps and tables are indexed"),
        }
    }

    fn binary(&mut self, op: BinaryOp, negated: bool, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        match op {
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                let (left, right) = (self.form(a), self.form(b));
                self.negated = negated;
                let out = self.compare(op, [left, right], a, b, span);
                self.negated = false;
                out
            }
            BinaryOp::In => self.membership(a, b, span),
            BinaryOp::NotIn => match self.membership(a, b, span) {
                Form::Condition(inner) => Form::Condition(Expr { span: self.span(span), ..not(inner) }),
                other => other,
            },
            BinaryOp::Like | BinaryOp::Matches | BinaryOp::Finds => self.pattern(op, a, b, span),
            BinaryOp::StartsWith | BinaryOp::EndsWith | BinaryOp::Contains => self.text_test(op, a, b, span),
            BinaryOp::Under => self.under(a, b, span),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => self.arithmetic(op, a, b, span),
            BinaryOp::Concat => self.concat(a, b, span),
            BinaryOp::Coalesce => self.coalesce(a, b, span),
        }
    }
}
