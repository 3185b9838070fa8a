//! Paths: `args.to`, `principal.roles`, `args."$filter"`. In: a base and a field name. Out: what stands there, with its type, or the
//! complaint that it is not declared.

use super::admits::is_of_args;
use super::cx::Cx;
use super::form::{Classes, Form, Value, deref, describe, expr, spelled};
use crate::diagnostics::Code;
use crate::resolve::anchor::Found;
use crate::resolve::lost::Wanted;
use crate::resolve::suggest::{did_you_mean, listing, nearest};
use crate::ty::{Alphabet, FieldTy, Kinds, ObjectTy, Rest, StringTy, Ty};
use crate::typed::{ExprKind, Place, Root};
use policyc_grammar::ast::Name;
use policyc_grammar::source::Span;
use policyc_runtime::program::memory::FactPart;
use policyc_runtime::views::table::{MemberType, ViewId};
use std::sync::Arc;

impl Cx<'_> {
    /// The root `args`, `principal` or `session`.
    pub(crate) fn root(&mut self, name: &str, span: Span) -> Option<Form> {
        let (root, ty) = match name {
            "args" => {
                let Some(args) = self.args else {
                    let why = self.no_args;
                    return Some(self.error(Code::E0311, span, why));
                };
                (Root::Args, object(&args.root))
            }
            "principal" => {
                let declared = self.namespace().principal.clone();
                (Root::Principal, self.host("principal", declared, span)?)
            }
            "session" => {
                let declared = self.namespace().session.clone();
                (Root::Session, self.host("session", declared, span)?)
            }
            "result" => return Some(self.result_root(span)),
            "reply" => return Some(self.reply_root(span)),
            "input" if self.input => return Some(self.input_root(span)),
            "input" if !self.world.inputs.is_empty() => {
                return Some(self.error_help(
                    Code::E0311,
                    span,
                    "`input` is not known here",
                    "what an agent answers is read by rules on tools that `accept input on TOOLS` names",
                ));
            }
            _ => return None,
        };
        let place = Place { root, steps: Vec::new() };
        Some(Form::Value(Value { expr: expr(ExprKind::Place(place), self.span(span)), ty, absent: false }))
    }

    fn host(&mut self, what: &str, declared: Option<Arc<ObjectTy>>, span: Span) -> Option<Ty> {
        if let Some(record) = declared {
            return Some(object(&record));
        }
        if self.scope.library {
            return Some(Ty::Dynamic);
        }
        let wanted = if what == "principal" { Wanted::Principal } else { Wanted::Session };
        let found = Found::new(Code::E0303, self.spot(span), format!("`{what}` is not declared"))
            .help(format!("say what the host fills in: `{what} {{ id: string }}`"))
            .missing(wanted, "");
        self.report(found);
        Some(Ty::Dynamic)
    }

    /// `base.name`.
    pub(crate) fn field(&mut self, base: Form, name: &Name, span: Span) -> Form {
        match base {
            Form::Value(value) => self.step(value, name, span),
            Form::View { view, subject, param } => self.member(view, subject, param, name, span),
            Form::Error => Form::Error,
            Form::Condition(_)
            | Form::Sum(_)
            | Form::Regex { .. }
            | Form::Table(..)
            | Form::Zip(..)
            | Form::Cidr(_) => {
                self.error(Code::E0301, name.span, format!("this has no field `{}`", name.text))
            }
        }
    }

    fn step(&mut self, base: Value, name: &Name, span: Span) -> Form {
        match &base.expr.kind {
            ExprKind::Fact(used, FactPart::Field(0)) if is_record(&base.ty) => {
                let used = used.clone();
                return self.fact_field(&used, name, span);
            }
            ExprKind::Place(Place { root: Root::ResultText, .. }) => return self.result_text(name, span),
            // Beside what is declared, a result has its text, unless a field of its own is called so.
            ExprKind::Place(Place { root: Root::Result, steps })
                if steps.is_empty() && name.text == "text" && !has_field(&base.ty, "text") =>
            {
                return self.result_text(name, span);
            }
            _ => {}
        }
        let key: Arc<str> = Arc::from(name.text.as_str());
        let (ty, absent) = match deref(&base.ty, self.definitions()) {
            Ty::Dynamic | Ty::Ref(_) => (Ty::Dynamic, true),
            Ty::Kinds(kinds) => match self.field_type(&base, &kinds, &key, name.span) {
                Some(found) => found,
                None => return Form::Error,
            },
        };
        let nullable = matches!(&ty, Ty::Dynamic) || matches!(&ty, Ty::Kinds(k) if k.null);
        let absent = absent || base.absent || nullable;
        let span = self.span(span);
        let kind = match base.expr.kind {
            ExprKind::Place(mut place) => {
                place.steps.push(key);
                ExprKind::Place(place)
            }
            ExprKind::Member(inner, mut steps) => {
                steps.push(key);
                ExprKind::Member(inner, steps)
            }
            kind => ExprKind::Member(Box::new(expr(kind, base.expr.span)), vec![key]),
        };
        Form::Value(Value { expr: expr(kind, span), ty, absent })
    }

    fn field_type(&mut self, base: &Value, kinds: &Kinds, key: &str, span: Span) -> Option<(Ty, bool)> {
        let Some(object) = &kinds.object else {
            let message = format!("{} is {} and has no field `{key}`", self.named(base), describe(&base.ty));
            let mut found = Found::new(Code::E0301, self.spot(span), message);
            if kinds.list.is_some() {
                found.help = Some(format!("range over its elements: `any x in … : x.{key} == …`"));
            }
            self.report(found);
            return None;
        };
        let mixed = kinds.null
            || kinds.boolean.is_some()
            || kinds.number.is_some()
            || kinds.string.is_some()
            || kinds.list.is_some();
        if let Some(field) = object.fields.get(key) {
            return Some((field.ty.clone(), !field.required || mixed));
        }
        match &object.rest {
            Rest::Map(value) => Some((value.clone(), true)),
            Rest::Open if matches!(&base.expr.kind, ExprKind::Place(p) if p.root == Root::Args) => {
                Some((Ty::Dynamic, true))
            }
            Rest::Open | Rest::Closed => {
                self.no_field(base, object, key, span);
                None
            }
        }
    }

    fn no_field(&mut self, base: &Value, object: &ObjectTy, key: &str, span: Span) {
        let known: Vec<&str> = object.fields.keys().map(|k| &**k).collect();
        let what = self.named(base);
        let message = format!("{what} has no `{key}`");
        let near = nearest(key, known.iter().copied());
        let dashed = key
            .rsplit_once('-')
            .filter(|(head, tail)| known.contains(head) && tail.chars().all(|c| c.is_ascii_alphanumeric()));
        let help = dashed
            .map(|(head, tail)| format!("a minus sign needs spaces: `{head} - {tail}`"))
            .or_else(|| did_you_mean(key, known.iter().copied()))
            .unwrap_or_else(|| {
                if known.is_empty() {
                    "it has no fields".to_owned()
                } else {
                    format!("it has {}", listing(known.iter().copied(), 8))
                }
            });
        let mut found =
            Found::new(Code::E0301, self.spot(span), message).help(help).fix(near.map(str::to_owned));
        found.of_args = is_of_args(base);
        if let ExprKind::Place(Place { root, steps }) = &base.expr.kind
            && steps.is_empty()
        {
            found = match root {
                Root::Principal => found.missing(Wanted::PrincipalField, key),
                Root::Session => found.missing(Wanted::SessionField, key),
                _ => found,
            };
        }
        self.report(found);
    }

    /// How messages name a value.
    pub(crate) fn named(&self, value: &Value) -> String {
        match &value.expr.kind {
            // A result or reply of which only the text is known.
            ExprKind::Place(Place { root: Root::ResultText, .. }) => {
                let root = if self.reply { "reply" } else { "result" };
                if Classes::of(&value.ty, self.definitions()).has(Classes::TEXT) {
                    format!("`{root}.text`")
                } else {
                    format!("`{root}`")
                }
            }
            ExprKind::Place(place) if !matches!(place.root, Root::Var(_)) || !place.steps.is_empty() => {
                format!("`{}`", spelled(place))
            }
            ExprKind::Place(_) => "the element".to_owned(),
            _ => "this".to_owned(),
        }
    }

    fn member(
        &mut self,
        view: u16,
        subject: crate::typed::Expr,
        param: Option<Arc<str>>,
        name: &Name,
        span: Span,
    ) -> Form {
        let Some(spec) = ViewId::from_number(view).and_then(ViewId::spec) else { return Form::Error };
        let found = spec.members.iter().enumerate().find(|(_, m)| m.name == name.text && !m.name.is_empty());
        let Some((index, member)) = found else {
            let known: Vec<&str> = spec.members.iter().map(|m| m.name).filter(|n| !n.is_empty()).collect();
            let help = did_you_mean(&name.text, known.iter().copied()).unwrap_or_else(|| {
                if known.is_empty() {
                    format!("`{}(…)` is a value of its own", spec.name)
                } else {
                    format!("it has {}", listing(known.iter().copied(), 12))
                }
            });
            return self.error_help(
                Code::E0301,
                name.span,
                format!("`{}(…)` has no member `{}`", spec.name, name.text),
                help,
            );
        };
        let ty = match &member.ty {
            MemberType::String => text_of(super::alphabet::of_member(spec.id, member.name)),
            other => member_type(other),
        };
        let index = u8::try_from(index).unwrap_or(u8::MAX);
        let kind =
            ExprKind::View(crate::typed::View { view, member: index, subject: Box::new(subject), param });
        Form::Value(Value { expr: expr(kind, self.span(span)), ty, absent: true })
    }
}

/// Texts of these characters.
pub(crate) fn text_of(alphabet: Alphabet) -> Ty {
    Ty::of(Kinds { string: Some(StringTy { alphabet, ..StringTy::default() }), ..Kinds::default() })
}

/// The type of a member of a view.
pub(crate) fn member_type(ty: &MemberType) -> Ty {
    use crate::resolve::types;
    use crate::ty::StringRole;
    let one_of = |all: &[&str]| {
        let mut sorted: Vec<Arc<str>> = all.iter().map(|v| Arc::from(*v)).collect();
        sorted.sort();
        Ty::of(Kinds {
            string: Some(StringTy { one_of: Some(sorted), ..StringTy::default() }),
            ..Kinds::default()
        })
    };
    match ty {
        MemberType::Bool => types::boolean(),
        MemberType::Int => types::number(true),
        MemberType::Decimal => types::number(false),
        MemberType::String => types::text(),
        MemberType::Enum(all) => one_of(all),
        MemberType::Date => types::time(StringRole::Date),
        MemberType::Timestamp => types::time(StringRole::Timestamp),
        MemberType::Strings => types::list(types::text()),
        MemberType::Enums(all) => types::list(one_of(all)),
        MemberType::Records(fields) => {
            let fields = fields
                .iter()
                .map(|f| {
                    let entry = FieldTy {
                        ty: member_type(&f.ty),
                        required: !f.optional,
                        default: None,
                        description: None,
                    };
                    (Arc::from(f.name), entry)
                })
                .collect();
            types::list(Ty::of(Kinds {
                object: Some(Arc::new(ObjectTy { fields, ..ObjectTy::default() })),
                ..Kinds::default()
            }))
        }
    }
}

fn has_field(ty: &Ty, name: &str) -> bool {
    matches!(ty, Ty::Kinds(kinds) if kinds.object.as_ref().is_some_and(|object| object.fields.contains_key(name)))
}

fn is_record(ty: &Ty) -> bool {
    matches!(ty, Ty::Kinds(kinds) if kinds.object.is_some())
}

fn object(record: &Arc<ObjectTy>) -> Ty {
    Ty::of(Kinds { object: Some(record.clone()), ..Kinds::default() })
}
