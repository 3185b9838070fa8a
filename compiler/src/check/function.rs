//! The author's functions. In: a `fn` and the arguments of a call. Out: its body with the arguments in it, of the type that it declares.

use super::coalesce::narrowed;
use super::cx::{Cx, Local, MAX_INLINE};
use super::form::{Classes, Form, Value, describe};
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::namespace::ScopeId;
use crate::resolve::types;
use crate::ty::Ty;
use policyc_grammar::ast;
use policyc_grammar::source::Span;

impl Cx<'_> {
    pub(crate) fn inline_fn(
        &mut self,
        scope: ScopeId,
        index: usize,
        name: &str,
        args: &[ast::Expr],
        span: Span,
    ) -> Form {
        let Some(decl) = self.world.namespace(scope).file(scope.file).declarations.fns.get(index) else {
            return Form::Error;
        };
        if decl.params.len() != args.len() {
            let params = decl.params.iter().map(|(n, _)| n.text.as_str()).collect::<Vec<_>>().join(", ");
            return self.error_help(
                Code::E0310,
                span,
                format!("`{name}` takes {} arguments, not {}", decl.params.len(), args.len()),
                format!("write `{name}({params})`"),
            );
        }
        let key = format!("fn {name} {scope:?}");
        if self.inlining.contains(&key) {
            return self.error(Code::E0308, span, format!("`{name}` calls itself"));
        }
        if self.inlining.len() >= MAX_INLINE && !self.affords(0, usize::MAX, span) {
            return Form::Error;
        }
        let mut bound = Vec::new();
        for (arg, (param, ty)) in args.iter().zip(&decl.params) {
            let form = self.form(arg);
            let Some(value) = self.plain(form, arg.span) else { return Form::Error };
            let declared = types::read(ty, &decl.anchor, &mut Vec::new());
            if !self.fits(&value.ty, &declared) {
                let message = format!(
                    "{} is {}; parameter `{}` of `{name}` is {}",
                    self.named(&value),
                    describe(&value.ty),
                    param.text,
                    describe(&declared)
                );
                return self.error(Code::E0401, arg.span, message);
            }
            bound.push((param.text.clone(), Local::Value(value)));
        }
        let body = decl.body.clone();
        let result = types::read(&decl.result, &decl.anchor, &mut Vec::new());
        let before = self.found.len();
        let is_bool = matches!(&result, Ty::Kinds(k) if k.boolean.is_some());
        let out = self.within(scope, key, span, |cx| {
            let depth = cx.locals.len();
            cx.locals.extend(bound);
            let out = if is_bool {
                Form::Condition(cx.condition(&body))
            } else {
                let form = cx.form(&body);
                cx.given(form, &result, body.span)
            };
            cx.locals.truncate(depth);
            out
        });
        self.explain_inlined(scope, index, name, before);
        out
    }

    /// What a function gives, within the type that it declares; a body of another type is reported, and has no value.
    pub(crate) fn given(&mut self, form: Form, result: &Ty, span: Span) -> Form {
        if matches!(form, Form::Condition(_)) {
            let message = format!("the body is a condition, the function gives {}", describe(result));
            return self.error_help(Code::E0401, span, message, "write `-> bool`");
        }
        let sum = match &form {
            Form::Sum(sum) => Some(sum.clone()),
            _ => None,
        };
        let Some(value) = self.plain(form, span) else { return Form::Error };
        if !self.fits(&value.ty, result) || beyond(&narrowed(&value), result) {
            let message =
                format!("the body is {}, the function gives {}", describe(&value.ty), describe(result));
            return self.error(Code::E0401, span, message);
        }
        // A sum stays one: its terms join those of the place where it is used.
        if let Some(sum) = sum {
            return Form::Sum(sum);
        }
        let ty = if matches!(value.ty, Ty::Dynamic) { result.clone() } else { value.ty };
        Form::Value(Value { ty, ..value })
    }

    /// Complaints about a body at a use: those that the definition's own check makes are dropped, the others say where they come from.
    fn explain_inlined(&mut self, scope: ScopeId, index: usize, name: &str, before: usize) {
        if self.found.len() == before {
            return;
        }
        let mut inner = self.found.split_off(before);
        // A definition that leads back to itself says so wherever it is checked on its own: no other complaint would.
        let always = |f: &Found| !self.visiting.is_empty() && matches!(f.code, Code::E0308 | Code::E0413);
        if inner.iter().any(|f| !always(f)) && self.is_broken(scope, index) {
            // The definition itself is reported; the use only has no value.
            let definition = !self.visiting.is_empty();
            inner.retain(|f| definition && matches!(f.code, Code::E0308 | Code::E0413));
        }
        for mut found in inner {
            if !found.message.starts_with("in `") {
                found.message = format!("in `{name}`: {}", found.message);
            }
            self.report(found);
        }
    }

    /// Whether a function has errors of its own, whatever is passed.
    fn is_broken(&mut self, scope: ScopeId, index: usize) -> bool {
        if self.visiting.contains(&(scope, index)) {
            return true;
        }
        if let Some(known) = self.broken.get(&(scope, index)) {
            return *known;
        }
        let broken = super::definitions::check_fn_within(self.world, scope, index, self.visiting.clone())
            .iter()
            .any(|f| f.level == crate::diagnostics::Level::Error);
        self.broken.insert((scope, index), broken);
        broken
    }

    /// Whether a value may be passed where `declared` is wanted: of one of its classes.
    fn fits(&self, actual: &Ty, declared: &Ty) -> bool {
        let (a, d) = (Classes::of(actual, self.definitions()), Classes::of(declared, self.definitions()));
        a.has(d)
    }
}

/// Some texts, numbers or elements of `actual` are certainly of no value that `declared` has: any text for an enum, a decimal for an int.
fn beyond(actual: &Ty, declared: &Ty) -> bool {
    let (Ty::Kinds(a), Ty::Kinds(d)) = (actual, declared) else { return false };
    let texts = match (&a.string, &d.string) {
        (Some(a), Some(d)) => d.one_of.as_ref().is_some_and(|all| {
            a.one_of.as_ref().is_none_or(|given| given.iter().any(|text| !all.contains(text)))
        }),
        _ => false,
    };
    let numbers = matches!((&a.number, &d.number), (Some(a), Some(d)) if d.integer && !a.integer);
    let elements = matches!((&a.list, &d.list), (Some(a), Some(d)) if beyond(&a.items, &d.items));
    texts || numbers || elements
}
