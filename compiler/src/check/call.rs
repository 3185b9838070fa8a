//! Calls: built-in functions, typed views, the author's `fn`. In: a name and arguments. Out: a [`Form`].

use super::admits::Candidates;
use super::compare::constant_of;
use super::cx::Cx;
use super::form::{Classes, Form, Value, deref, describe, expr};
use super::lists::written_with_fraction;
use crate::builtins::BUILTINS;
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::library;
use crate::resolve::lost::Wanted;
use crate::resolve::namespace::{LibraryName, ScopeId};
use crate::resolve::suggest::{did_you_mean, listing};
use crate::resolve::types;
use crate::ty::{Kinds, StringRole, StringTy, Ty};
use crate::typed::{CivilPart, Const, ExprKind, FactUse, Place, Root, TextTest};
use policyc_grammar::ast::{self, Name};
use policyc_grammar::source::Span;
use policyc_runtime::views::DIALECTS;
use policyc_runtime::views::table::{MemberType, Takes, TestId, ViewId};
use std::sync::Arc;

impl Cx<'_> {
    pub(crate) fn call(&mut self, name: &Name, args: &[ast::Expr], span: Span) -> Form {
        let text = name.text.as_str();
        if self.is_ambiguous(text) {
            for arg in args {
                self.form(arg);
            }
            return Form::Error;
        }
        if let Some((file, index)) = self.namespace().fns.get(text).copied() {
            self.used.insert(format!("fn:{text}"));
            return self.inline_fn(ScopeId { file, ..self.scope }, index, text, args, span);
        }
        if self.namespace().facts.contains_key(text) {
            return self.fact(&name.text, args, span);
        }
        match self.library(text) {
            Some(LibraryName::View(view)) => {
                self.used.insert(format!("std:{text}"));
                if text == "date" && args.len() == 2 {
                    return self.builtin(name, args, span);
                }
                return self.view(view, text, args, span);
            }
            Some(LibraryName::Definition(namespace, own)) => {
                self.used.insert(format!("std:{text}"));
                if let Some((file, index)) =
                    self.world.library.get(namespace).and_then(|n| n.fns.get(&own).copied())
                {
                    return self.inline_fn(
                        ScopeId { library: true, namespace, file },
                        index,
                        text,
                        args,
                        span,
                    );
                }
            }
            None => {}
        }
        self.builtin(name, args, span)
    }

    fn builtin(&mut self, name: &Name, args: &[ast::Expr], span: Span) -> Form {
        match (name.text.as_str(), args) {
            ("count", [list]) => self.count(list, span),
            ("subset", [a, b]) => self.subset(a, b, span),
            (which @ ("first" | "last"), [list]) => self.end_of(which == "first", list, span),
            (which @ ("keys" | "values"), [map]) => self.entries(which == "keys", map, span),
            ("zip", [a, b]) => {
                let (left, right) = (self.form(a), self.form(b));
                match (self.as_list(left, a.span), self.as_list(right, b.span)) {
                    (Some((x, _)), Some((y, _))) => {
                        if !self.has_order(&x, a.span) || !self.has_order(&y, b.span) {
                            return Form::Error;
                        }
                        Form::Zip(Box::new(x), Box::new(y))
                    }
                    _ => Form::Error,
                }
            }
            (which @ ("length" | "lower"), [text]) => self.of_text(which == "length", text, span),
            ("mentions", [text, value]) => {
                let (left, right) = (self.form(text), self.form(value));
                let (Some(x), Some(y)) = (self.text(left, text.span), self.text(right, value.span)) else {
                    return Form::Error;
                };
                if let Some(Const::Text(part)) = y.as_const() {
                    self.admits_part(&x, TextTest::Mentions, part, value.span);
                }
                let kind = ExprKind::TextTest(TextTest::Mentions, Box::new(x.expr), Box::new(y.expr));
                Form::Condition(expr(kind, self.span(span)))
            }
            ("hour", [time, zone]) => self.civil(CivilPart::Hour, time, zone, span),
            ("weekday", [time, zone]) => self.civil(CivilPart::Weekday, time, zone, span),
            ("date", [time, zone]) => self.civil(CivilPart::Date, time, zone, span),
            ("age", [fact]) => self.age(fact, span),
            ("cidr", [block]) => self.cidr(block, span),
            (text, _) => self.unknown_call(text, name.span, span),
        }
    }

    fn unknown_call(&mut self, text: &str, name: Span, span: Span) -> Form {
        if let Some(builtin) = BUILTINS.iter().find(|builtin| builtin.name == text) {
            return self.error_help(
                Code::E0310,
                span,
                format!("`{text}` is called with the wrong arguments"),
                format!("write `{}`", builtin.form),
            );
        }
        let module = library::module_of(text);
        let namespace = self.namespace();
        let scope = namespace.file(self.scope.file);
        if scope.declarations.std.iter().any(|import| import.names.iter().any(|n| n.text == text)) {
            // Its import was reported.
            return Form::Error;
        }
        let known: Vec<&str> = BUILTINS
            .iter()
            .map(|builtin| builtin.name)
            .chain(namespace.fns.keys().map(ast::Text::as_str))
            .chain(scope.library.keys().map(ast::Text::as_str))
            .collect();
        let help = module
            .map(|m| format!("import it: `import std.{m} {{ {text} }}`"))
            .or_else(|| did_you_mean(text, known.iter().copied()));
        let found = Found::new(Code::E0309, self.spot(name), format!("no function is named `{text}`"))
            .maybe_help(help)
            .missing(Wanted::Function, text);
        self.report(found);
        Form::Error
    }

    fn count(&mut self, list: &ast::Expr, span: Span) -> Form {
        let form = self.form(list);
        if let Form::Value(value) = &form
            && Classes::of(&value.ty, self.definitions()).only(Classes::TEXT)
        {
            return self.error_help(
                Code::E0412,
                list.span,
                "`count` counts the elements of a list",
                "the characters of a text are counted by `length(text)`",
            );
        }
        let Some((value, _)) = self.as_list(form, list.span) else { return Form::Error };
        let absent = value.absent;
        let ty = self.size_of(&value);
        let kind = ExprKind::Count(Box::new(value.expr));
        Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent })
    }

    /// The type of a list's number of elements.
    fn size_of(&self, list: &Value) -> Ty {
        match deref(&list.ty, self.definitions()) {
            Ty::Kinds(kinds) => {
                let bounds = kinds.list.as_ref().map(|list| (list.min_items, list.max_items));
                let (least, most) = bounds.unwrap_or_default();
                types::size(least.unwrap_or(0), most)
            }
            Ty::Dynamic | Ty::Ref(_) => types::size(0, None),
        }
    }

    /// The type of the number of some of a list's elements.
    pub(crate) fn part_of(&self, list: &Value) -> Ty {
        match deref(&list.ty, self.definitions()) {
            Ty::Kinds(kinds) => types::size(0, kinds.list.as_ref().and_then(|list| list.max_items)),
            Ty::Dynamic | Ty::Ref(_) => types::size(0, None),
        }
    }

    fn subset(&mut self, a: &ast::Expr, b: &ast::Expr, span: Span) -> Form {
        let (left, right) = (self.form(a), self.form(b));
        if let Form::Value(set) = &right
            && let Some(used) = self.learned_set(&set.expr)
        {
            let Some((list, _)) = self.as_list(left, a.span) else { return Form::Error };
            return self.all_in_set(list.expr, used, span);
        }
        let (Some((x, xt)), Some((y, yt))) = (self.as_list(left, a.span), self.as_list(right, b.span)) else {
            return Form::Error;
        };
        if !Classes::of(&xt, self.definitions()).has(Classes::of(&yt, self.definitions())) {
            let message =
                format!("a list of {} is never a subset of a list of {}", describe(&xt), describe(&yt));
            return self.error(Code::E0401, span, message);
        }
        let element = Value { expr: x.expr.clone(), ty: xt, absent: false };
        let consts = match &y.expr.kind {
            ExprKind::List(items) => {
                items.iter().map(|i| constant_of(i).cloned()).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        match consts {
            Some(consts) => {
                let fractional = written_with_fraction(&yt, &consts);
                self.admits_all(&element, &Candidates { consts: &consts, written: b, fractional });
            }
            None => self.disjoint_enums(&element, &Value { ty: yt, ..y.clone() }, span),
        }
        let kind = ExprKind::Subset(Box::new(x.expr), Box::new(y.expr));
        Form::Condition(expr(kind, self.span(span)))
    }

    /// `subset(xs, learned)`: each element is in it.
    fn all_in_set(&mut self, list: crate::typed::Expr, used: FactUse, span: Span) -> Form {
        let var = self.fresh();
        let span = self.span(span);
        let element = expr(ExprKind::Place(Place { root: Root::Var(var), steps: Vec::new() }), span);
        let body = Box::new(expr(ExprKind::InSet(Box::new(element), used), span));
        let kind = ExprKind::Quantifier { all: true, var, domain: Box::new(list), zip: None, body };
        Form::Condition(expr(kind, span))
    }

    fn end_of(&mut self, first: bool, list: &ast::Expr, span: Span) -> Form {
        let form = self.form(list);
        let Some((value, items)) = self.as_list(form, list.span) else { return Form::Error };
        if !self.has_order(&value, list.span) {
            return Form::Error;
        }
        let inner = Box::new(value.expr);
        let kind = if first { ExprKind::First(inner) } else { ExprKind::Last(inner) };
        Form::Value(Value { expr: expr(kind, self.span(span)), ty: items, absent: true })
    }

    /// Complains about a list that is made of a map's members: those mean the same in every order, so none of them is the first.
    fn has_order(&mut self, list: &Value, span: Span) -> bool {
        let ordered = ordered(&list.expr);
        if !ordered {
            self.error_help(
                Code::E0412,
                span,
                "the members of a map have no order",
                "ask for a member by its key, `m[\"key\"]`, or about all of them: `any v in values(m): …`",
            );
        }
        ordered
    }

    fn entries(&mut self, keys: bool, map: &ast::Expr, span: Span) -> Form {
        let form = self.form(map);
        let Some(value) = self.plain(form, map.span) else { return Form::Error };
        let Some(value_ty) = self.map_value(&value) else {
            let message = format!("{} is {}, not a map", self.named(&value), describe(&value.ty));
            return self.error(Code::E0401, map.span, message);
        };
        let absent = value.absent;
        let inner = Box::new(value.expr);
        let (kind, items) =
            if keys { (ExprKind::Keys(inner), types::text()) } else { (ExprKind::Values(inner), value_ty) };
        Form::Value(Value { expr: expr(kind, self.span(span)), ty: types::list(items), absent })
    }

    fn of_text(&mut self, length: bool, text: &ast::Expr, span: Span) -> Form {
        let form = self.form(text);
        if let Form::Value(value) = &form
            && Classes::of(&value.ty, self.definitions()).only(Classes::LIST)
        {
            return self.error_help(
                Code::E0401,
                text.span,
                "this is a list",
                "its elements are counted by `count(list)`",
            );
        }
        let Some(value) = self.scalar(form, text.span) else { return Form::Error };
        if !Classes::of(&value.ty, self.definitions()).has(Classes::TEXT) {
            return self.error(
                Code::E0401,
                text.span,
                format!("{} is {}, not a text", self.named(&value), describe(&value.ty)),
            );
        }
        let absent = value.absent;
        let inner = Box::new(value.expr);
        let text = self.string_type(&value.ty).unwrap_or_default();
        let (kind, ty) = if length {
            (ExprKind::Length(inner), length_of(&text))
        } else {
            (ExprKind::Lower(inner), lowered(text))
        };
        Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent })
    }

    fn civil(&mut self, part: CivilPart, time: &ast::Expr, zone: &ast::Expr, span: Span) -> Form {
        let form = self.form(time);
        let Some(value) = self.scalar(form, time.span) else { return Form::Error };
        if !Classes::of(&value.ty, self.definitions()).has(Classes::TIME) {
            return self.error_help(
                Code::E0401,
                time.span,
                format!("this is {}, not a timestamp", describe(&value.ty)),
                "for example `now`",
            );
        }
        let Some(zone) = self.zone(zone) else { return Form::Error };
        let ty = match part {
            CivilPart::Hour => types::size(0, Some(23)),
            CivilPart::Date => types::time(StringRole::Date),
            CivilPart::Weekday => {
                let mut days: Vec<Arc<str>> =
                    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].into_iter().map(Arc::from).collect();
                days.sort();
                Ty::of(Kinds {
                    string: Some(StringTy { one_of: Some(days), ..StringTy::default() }),
                    ..Kinds::default()
                })
            }
        };
        let kind = ExprKind::Civil(part, Box::new(value.expr), zone);
        Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent: value.absent })
    }

    fn zone(&mut self, zone: &ast::Expr) -> Option<Arc<str>> {
        let form = self.form(zone);
        let name = match &form {
            Form::Value(value) => match value.as_const() {
                Some(Const::Text(name)) => name.clone(),
                _ if super::definitions::is_parameter(value) => Arc::from("UTC"),
                _ => Arc::from(""),
            },
            Form::Error => return None,
            _ => Arc::from(""),
        };
        if jiff::tz::TimeZone::get(&name).is_err() {
            self.error_help(
                Code::E0409,
                zone.span,
                format!("no time zone is named `{name}`"),
                "write an IANA name such as `Europe/London` or `UTC`",
            );
            return None;
        }
        Some(name)
    }

    fn cidr(&mut self, block: &ast::Expr, span: Span) -> Form {
        let form = self.form(block);
        let Form::Value(value) = form else { return Form::Error };
        let Some(Const::Text(text)) = value.as_const() else {
            return self.error(Code::E0410, block.span, "an address block is a constant text");
        };
        if policyc_runtime::views::check_operand(TestId::IpInCidr, text).is_err() {
            return self.error_help(
                Code::E0409,
                span,
                format!("`{text}` is no address block"),
                "write a network address and a prefix length: `10.0.0.0/8`, `2001:db8::/32`",
            );
        }
        Form::Cidr(text.clone())
    }

    /// `email(s)`, `sql(s, "postgres")`.
    fn view(&mut self, view: u16, name: &str, args: &[ast::Expr], span: Span) -> Form {
        let Some(spec) = ViewId::from_number(view).and_then(ViewId::spec) else { return Form::Error };
        let (subject, extra) = match args {
            [subject] => (subject, None),
            [subject, extra] if spec.takes != Takes::Nothing => (subject, Some(extra)),
            _ => {
                let help = if spec.takes == Takes::Nothing {
                    format!("write `{name}(text)`")
                } else {
                    format!("write `{name}(text, \"…\")`")
                };
                return self.error_help(
                    Code::E0310,
                    span,
                    format!("`{name}` is called with {} arguments", args.len()),
                    help,
                );
            }
        };
        let form = self.form(subject);
        let Some(value) = self.scalar(form, subject.span) else { return Form::Error };
        if !Classes::of(&value.ty, self.definitions()).has(Classes::TEXT) {
            let message = format!("`{name}` reads a text; {} is {}", self.named(&value), describe(&value.ty));
            let list = Classes::of(&value.ty, self.definitions()).has(Classes::LIST);
            let found = Found::new(Code::E0401, self.spot(subject.span), message)
                .maybe_help(list.then(|| "read each element: `any x in list: …`".to_owned()));
            self.report(found);
            return Form::Error;
        }
        let param = match (spec.takes, extra) {
            (Takes::Dialect, None) => return self.dialect_needed(name, span),
            (_, None) => None,
            (Takes::Nothing, Some(_)) => return Form::Error,
            (Takes::Zone, Some(extra)) => match self.zone(extra) {
                Some(zone) => Some(zone),
                None => return Form::Error,
            },
            (Takes::Dialect, Some(extra)) => match self.dialect(name, extra) {
                Some(dialect) => Some(dialect),
                None => return Form::Error,
            },
        };
        Form::View { view, subject: value.expr, param }
    }

    fn dialect_needed(&mut self, name: &str, span: Span) -> Form {
        let known = listing(DIALECTS.iter().map(|d| d.name()), 12);
        self.error_help(
            Code::E0310,
            span,
            format!("`{name}` needs the dialect that the server speaks"),
            format!("write `{name}(text, \"postgres\")`; the dialects are {known}"),
        )
    }

    fn dialect(&mut self, name: &str, extra: &ast::Expr) -> Option<Arc<str>> {
        let form = self.form(extra);
        let text = match &form {
            Form::Value(value) if super::definitions::is_parameter(value) => return Some(Arc::from("ansi")),
            Form::Value(value) => value.as_const().cloned(),
            Form::Error => return None,
            _ => None,
        };
        match text {
            Some(Const::Text(text)) if DIALECTS.iter().any(|d| d.name() == &*text) => Some(text),
            Some(Const::Text(text)) => {
                let help = did_you_mean(&text, DIALECTS.iter().map(|d| d.name())).unwrap_or_else(|| {
                    format!("the dialects are {}", listing(DIALECTS.iter().map(|d| d.name()), 12))
                });
                self.error_help(Code::E0409, extra.span, format!("`{name}` has no dialect `{text}`"), help);
                None
            }
            _ => {
                self.error(Code::E0410, extra.span, "the dialect is a constant text");
                None
            }
        }
    }

    /// A view that is a value of its own: `emails(s)`, `number(s)`.
    pub(crate) fn whole(
        &mut self,
        view: u16,
        subject: crate::typed::Expr,
        param: Option<Arc<str>>,
        span: Span,
    ) -> Option<Value> {
        let spec = ViewId::from_number(view).and_then(ViewId::spec)?;
        let member = spec.members.iter().find(|m| m.name.is_empty())?;
        let kind = ExprKind::View(crate::typed::View {
            view,
            member: member_number(view, ""),
            subject: Box::new(subject),
            param,
        });
        Some(Value {
            expr: expr(kind, self.span(span)),
            ty: super::field::member_type(&member.ty),
            absent: true,
        })
    }
}

/// The type of a text's length.
fn length_of(text: &StringTy) -> Ty {
    let length = |v: &Arc<str>| u32::try_from(v.chars().count()).unwrap_or(u32::MAX);
    match &text.one_of {
        Some(all) => types::size(all.iter().map(length).min().unwrap_or(0), all.iter().map(length).max()),
        None => types::size(text.min_length.unwrap_or(0), text.max_length),
    }
}

/// The type of a text in lower case.
fn lowered(text: StringTy) -> Ty {
    let one_of = text.one_of.map(|all| {
        let mut all: Vec<Arc<str>> = all.iter().map(|v| Arc::from(v.to_ascii_lowercase())).collect();
        all.sort();
        all.dedup();
        all
    });
    // Lower case has the lengths of the text; of its characters, and of a schema's patterns, only what is said here is known.
    let string = StringTy {
        one_of,
        min_length: text.min_length,
        max_length: text.max_length,
        alphabet: super::alphabet::LOWER,
        ..StringTy::default()
    };
    Ty::of(Kinds { string: Some(string), ..Kinds::default() })
}

/// A member that is there whenever the text parses: what `has email(x)` asks for.
pub(crate) fn certain_member(view: u16) -> u8 {
    let spec = ViewId::from_number(view).and_then(ViewId::spec);
    let index = spec
        .and_then(|s| s.members.iter().position(|m| !m.optional && !matches!(m.ty, MemberType::Records(_))));
    index.and_then(|i| u8::try_from(i).ok()).unwrap_or(0)
}

/// The number of a member by name.
pub(crate) fn member_number(view: u16, name: &str) -> u8 {
    let spec = ViewId::from_number(view).and_then(ViewId::spec);
    let index = spec.and_then(|s| s.members.iter().position(|m| m.name == name));
    index.and_then(|i| u8::try_from(i).ok()).unwrap_or(u8::MAX)
}

/// The elements stand in an order that the value itself gives them.
fn ordered(list: &crate::typed::Expr) -> bool {
    match &list.kind {
        ExprKind::Keys(_) | ExprKind::Values(_) => false,
        ExprKind::Concat(parts) => parts.iter().all(ordered),
        ExprKind::Coalesce(first, second) => ordered(first) && ordered(second),
        _ => true,
    }
}
