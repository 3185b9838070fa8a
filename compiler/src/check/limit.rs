//! Limits. In: one item. Out: [`Checked`] with the limit's head and shape, and per tool what a call counts.

use super::clauses::{self, Clauses};
use super::cx::{Cx, Local};
use super::form::{Form, describe, expr, not, truth};
use super::{Checked, Head, LimitShape};
use crate::diagnostics::Code;
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::namespace::{ScopeId, World};
use crate::resolve::tools::{self, Place};
use crate::typed::{Const, Expr, ExprKind, Window};
use policyc_grammar::ast::{
    self, Clause, Counting, Effect, Item, ItemKind, LimitDecl, LimitOn, LimitPartKind, LimitWindow, Name,
    StringLit,
};
use policyc_grammar::source::Span;
use policyc_runtime::number::SCALE;
use policyc_runtime::program::memory::{self, CalendarUnit, MAX_KEYS, Scope};
use policyc_runtime::program::{self, StatementKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a limit says besides its number, sorted out.
#[derive(Default)]
struct Parts<'a> {
    windows: Vec<(&'a LimitWindow, Span)>,
    keys: Option<(&'a [ast::Expr], Span)>,
    everyone: bool,
    on: Option<&'a [LimitOn]>,
    exceeded: Option<(Effect, Span)>,
    keeps_failures: bool,
    clauses: Vec<Clause>,
}

/// Checks a limit; `None` for other items.
pub(crate) fn check(world: &World, scope: ScopeId, anchor: &Anchor, item: &Item) -> Option<Checked> {
    let ItemKind::Limit(limit) = &item.kind else { return None };
    let mut checker = Checker { world, scope, anchor, out: Checked::default() };
    checker.limit(item, limit);
    Some(checker.out)
}

struct Checker<'a> {
    world: &'a World,
    scope: ScopeId,
    anchor: &'a Anchor,
    out: Checked,
}

impl Checker<'_> {
    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        let at = Spot { anchor: self.anchor.clone(), span };
        self.out.found.push(Found::new(code, at, message).help(help));
    }

    fn limit(&mut self, item: &Item, limit: &LimitDecl) {
        let parts = self.parts(limit);
        let written = parts.clauses.clone();
        let clauses = clauses::sort(&written, self.anchor, &mut self.out.found);
        let effect = parts.exceeded.map_or(Effect::Deny, |(effect, _)| effect);
        if let Some((Effect::Allow, span)) = parts.exceeded {
            self.report(
                Code::E0505,
                span,
                "an exceeded limit does not allow",
                "write `exceeded ask`, or nothing: it denies",
            );
        }
        let default = self.world.namespace(self.scope).approvers.as_ref();
        let at = parts.exceeded.map_or(limit.name.span, |(_, span)| span);
        let asks = if effect == Effect::Allow { Effect::Deny } else { effect };
        let terms = clauses.terms(asks, default, at, self.anchor, &mut self.out.found);
        self.out.heads.push(Head {
            id: Arc::from(limit.name.text.as_str()),
            effect: if asks == Effect::Ask { program::Effect::Ask } else { program::Effect::Deny },
            kind: StatementKind::Limit,
            shadow: item.shadow.is_some(),
            because: clauses.because.clone().unwrap_or_default(),
            terms,
            docs: Arc::from(item.docs.join("\n")),
            span: item.span,
        });
        let max = self.quantity(limit);
        let (window, scope) = self.window(limit, &parts);
        let Some(on) = parts.on else {
            self.report(
                Code::E0514,
                limit.name.span,
                format!("the limit `{}` counts no calls", limit.name.text),
                "say which: `on crm.delete_contact, crm.update_contact`",
            );
            return;
        };
        let distinct =
            on.iter().filter_map(|on| on.counting.as_ref()).any(|counting| counting.distinct.is_some());
        let all_distinct = on.iter().all(|on| on.counting.as_ref().is_some_and(|c| c.distinct.is_some()));
        if distinct && !all_distinct {
            let span = on.first().map_or(limit.name.span, |on| on.tools.span);
            self.report(
                Code::E0514,
                span,
                "one limit counts distinct values and something else",
                "write two limits",
            );
        }
        let keys = parts.keys.map_or(&[][..], |(keys, _)| keys);
        self.out.limit = Some(LimitShape {
            scope,
            keys: u8::try_from(keys.len()).unwrap_or(MAX_KEYS),
            max,
            window,
            counting: if distinct { memory::Counting::Distinct } else { memory::Counting::Sum },
            keeps_failures: parts.keeps_failures,
            at: limit.name.span,
        });
        let mut counted: BTreeMap<u32, Span> = BTreeMap::new();
        for on in on {
            self.on(on, keys, &clauses, limit.name.span, &mut counted);
        }
    }

    fn parts<'l>(&mut self, limit: &'l LimitDecl) -> Parts<'l> {
        let mut out = Parts::default();
        for part in &limit.parts {
            let twice = match &part.kind {
                LimitPartKind::Per(window) => {
                    out.windows.push((window, part.span));
                    None
                }
                LimitPartKind::ForEach(keys) => out.keys.replace((keys, part.span)).map(|_| "for each"),
                LimitPartKind::ForEveryone => {
                    std::mem::replace(&mut out.everyone, true).then_some("for everyone")
                }
                LimitPartKind::On(on) => out.on.replace(on).map(|_| "on"),
                LimitPartKind::Exceeded(effect, span) => {
                    out.exceeded.replace((*effect, *span)).map(|_| "exceeded")
                }
                LimitPartKind::FailuresCount => {
                    std::mem::replace(&mut out.keeps_failures, true).then_some("failures count")
                }
                LimitPartKind::Clause(clause) => {
                    out.clauses.push(clause.clone());
                    None
                }
            };
            if let Some(word) = twice {
                self.report(
                    Code::E0504,
                    part.span,
                    format!("`{word}` stands twice in one limit"),
                    "keep one of them",
                );
            }
        }
        out
    }

    /// The number: a constant that is not negative.
    fn quantity(&mut self, limit: &LimitDecl) -> i128 {
        let mut cx = Cx::new(self.world, self.scope, self.anchor, None);
        cx.no_args = "how much a limit allows is a constant";
        let form = cx.form(&limit.quantity);
        let sum = cx.sum_of(form, limit.quantity.span);
        self.out.used.append(&mut cx.used);
        self.out.found.append(&mut cx.found);
        let constant = sum.filter(|sum| sum.terms.is_empty()).map(|sum| sum.constant);
        match constant {
            Some(units) if units >= 0 => units,
            Some(_) => {
                self.report(
                    Code::E0409,
                    limit.quantity.span,
                    "a limit is not negative",
                    "write `0` to allow nothing",
                );
                0
            }
            None => {
                if self.out.found.is_empty() {
                    self.report(
                        Code::E0410,
                        limit.quantity.span,
                        "how much a limit allows is a constant",
                        "write a number, or a `let` of one",
                    );
                }
                0
            }
        }
    }

    fn window(&mut self, limit: &LimitDecl, parts: &Parts<'_>) -> (Window, Scope) {
        let per_session = parts.windows.iter().any(|(window, _)| **window == LimitWindow::Session);
        let mut windows = parts.windows.iter().filter(|(window, _)| **window != LimitWindow::Session);
        let window = windows.next().copied();
        if let Some((_, again)) = windows.next() {
            self.report(Code::E0504, *again, "a limit counts over two different times", "write two limits");
        }
        let whose =
            [per_session, parts.keys.is_some(), parts.everyone].into_iter().filter(|said| *said).count();
        if window.is_some() && whose == 0 {
            self.report(
                Code::E0514,
                limit.name.span,
                format!("whose calls does the limit `{}` count?", limit.name.text),
                "write `for each principal.id`, `per session`, or `for everyone`",
            );
        }
        if parts.everyone && parts.keys.is_some() {
            let span = parts.keys.map_or(limit.name.span, |(_, span)| span);
            self.report(
                Code::E0514,
                span,
                "`for everyone` and `for each` exclude each other",
                "keep one of them",
            );
        }
        let scope = if per_session { Scope::Session } else { Scope::Everyone };
        let read = match window {
            None if per_session => Window::Session,
            None => {
                self.report(
                    Code::E0514,
                    limit.name.span,
                    format!("the limit `{}` does not say over which time it counts", limit.name.text),
                    "write `per 1d`, `per session`, or `per calendar day in \"Europe/London\"`",
                );
                Window::Session
            }
            Some((LimitWindow::Duration(text), span)) => {
                let ms = super::duration_ms(text).and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0);
                if ms.is_none() {
                    self.report(
                        Code::E0409,
                        span,
                        format!("`per {text}` has no meaning"),
                        "write a duration such as `1h` or `1d`",
                    );
                }
                Window::Trailing(ms.unwrap_or(1))
            }
            Some((LimitWindow::Calendar(unit, zone), span)) => self.calendar(unit, zone.as_ref(), span),
            Some((LimitWindow::Session, _)) => Window::Session,
        };
        // Nothing is kept for a session that is not its own.
        let scope = if read == Window::Session { Scope::Session } else { scope };
        (read, scope)
    }

    fn calendar(&mut self, unit: &Name, zone: Option<&StringLit>, span: Span) -> Window {
        let read = match unit.text.as_str() {
            "hour" => Some(CalendarUnit::Hour),
            "day" => Some(CalendarUnit::Day),
            "week" => Some(CalendarUnit::Week),
            "month" => Some(CalendarUnit::Month),
            _ => None,
        };
        if read.is_none() {
            let message = format!("`calendar {}` has no meaning", unit.text);
            self.report(Code::E0409, unit.span, message, "the units are hour, day, week and month");
        }
        let Some(zone) = zone else {
            self.report(
                Code::E0514,
                span,
                "in which time zone does this calendar count?",
                "write `per calendar day in \"Europe/London\"`",
            );
            return Window::Session;
        };
        if jiff::tz::TimeZone::get(&zone.value).is_err() {
            let message = format!("no time zone is named `{}`", zone.value);
            self.report(
                Code::E0409,
                zone.span,
                message,
                "write an IANA name such as `Europe/London` or `UTC`",
            );
            return Window::Session;
        }
        Window::Calendar(read.unwrap_or(CalendarUnit::Day), Arc::from(zone.value.as_str()))
    }

    fn on(
        &mut self,
        on: &LimitOn,
        keys: &[ast::Expr],
        clauses: &Clauses<'_>,
        at: Span,
        counted: &mut BTreeMap<u32, Span>,
    ) {
        let namespace = self.world.namespace(self.scope);
        let place = Place { world: self.world, namespace, file: self.scope.file, anchor: self.anchor };
        let selected = tools::select(place, &on.tools, &mut self.out.found);
        self.out.used.extend(selected.groups.iter().map(|group| format!("group:{group}")));
        for &tool in &selected.tools {
            if let Some(first) = counted.insert(tool, on.tools.span) {
                let name = self.world.tools.get(tool as usize).map_or("?", |tool| &*tool.name);
                let message = format!("one limit counts `{name}` in two ways");
                let spot = Spot { anchor: self.anchor.clone(), span: on.tools.span };
                let first = Spot { anchor: self.anchor.clone(), span: first };
                self.out.found.push(Found::new(Code::E0514, spot, message).label(first, "here first"));
                continue;
            }
            let Some(entry) = self.world.tools.get(tool as usize) else { continue };
            let mut cx = Cx::new(self.world, self.scope, self.anchor, Some(&entry.args));
            let used = count(&mut cx, keys, on.counting.as_ref(), clauses, at);
            self.out.used.append(&mut cx.used);
            for found in cx.found {
                if !self.out.found.iter().any(|known| known.code == found.code && known.at == found.at) {
                    let several = selected.tools.len() > 1;
                    self.out.found.push(if several {
                        found.note(format!("on {}", entry.name))
                    } else {
                        found
                    });
                }
            }
            if let Some((when, keys, amount)) = used {
                self.out.counts.push((tool, Arc::new(when), keys, amount));
            }
        }
    }
}

/// The condition, the keys and the amount of one tool's calls.
fn count(
    cx: &mut Cx<'_>,
    keys: &[ast::Expr],
    counting: Option<&Counting>,
    clauses: &Clauses<'_>,
    at: Span,
) -> Option<(Expr, Vec<Expr>, Expr)> {
    for with in &clauses.with {
        let form = cx.form(&with.value);
        cx.bind(&with.name, Local::Form(Box::new(form)));
    }
    let when = clauses.when.map(|when| cx.condition(when));
    let unless = clauses.unless.map(|unless| not(cx.condition(unless)));
    let when = match (when, unless) {
        (Some(a), Some(b)) => {
            let span = a.span.to(b.span);
            expr(ExprKind::And(vec![a, b]), span)
        }
        (Some(a), None) | (None, Some(a)) => a,
        (None, None) => truth(true, at),
    };
    super::polarity::check(cx, &when, false);
    let mut out = Vec::new();
    for key in keys {
        let form = cx.form(key);
        out.push(cx.scalar(form, key.span)?.expr);
    }
    let amount = match counting {
        None => expr(ExprKind::Const(Const::Number(SCALE)), at),
        Some(Counting { distinct: Some(_), value }) => {
            let form = cx.form(value);
            cx.scalar(form, value.span)?.expr
        }
        Some(Counting { distinct: None, value }) => {
            let form = cx.form(value);
            if !matches!(form, Form::Sum(_))
                && let Form::Value(given) = &form
                && super::form::Classes::of(&given.ty, cx.definitions()).unit()
                    != Some(super::form::Unit::Plain)
            {
                let message = format!("{} is {}, not an amount", cx.named(given), describe(&given.ty));
                cx.error_help(
                    Code::E0401,
                    value.span,
                    message,
                    "count a number, or `counting distinct` for other values",
                );
                return None;
            }
            cx.plain(form, value.span)?.expr
        }
    };
    Some((when, out, amount))
}
