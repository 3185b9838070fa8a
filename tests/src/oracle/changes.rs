//! What an admission or an outcome changes. In: the actions of a tool, and what they read. Out: changes as data.

use super::combine::Oracle;
use super::condition::Scope;
use super::life::amount;
use super::memory::{Owner, Scalar, Under};
use super::truth::Truth;
use super::value::Value;
use policyc_compiler::typed::{Action, ActionKind, EachElement, Expr};
use policyc_runtime::program::memory::{FactKind, Lasts, Scope as Whose};

/// Longest text that a fact keeps, in bytes.
const MAX_TEXT: usize = 4_096;

/// A limit that counts a call.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) under: Under,
    pub(super) amount: i128,
    pub(super) value: Option<Scalar>,
    pub(super) keeps: bool,
}

/// A change.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Label(u32, Whose, Lasts),
    Pend(Under),
    Tally(Under, i128),
    /// Fields, or `None`: what the key holds is not known.
    Learn(Under, Option<Vec<Option<Scalar>>>),
    Join(Under, Scalar),
    Forget(Under, FactKind),
}

impl Oracle<'_> {
    /// All changes; `None` if a counter's key or amount cannot be told.
    pub(super) fn changes(&self, scope: &mut Scope<'_>, actions: &[Action]) -> Option<Vec<Change>> {
        let mut out = Vec::new();
        let mut known = true;
        for action in actions {
            self.for_each(scope, &action.each, &mut |scope| known &= self.change(scope, action, &mut out));
        }
        known.then_some(out)
    }

    fn for_each(&self, scope: &mut Scope<'_>, each: &[EachElement], run: &mut dyn FnMut(&mut Scope<'_>)) {
        let Some((first, rest)) = each.split_first() else { return run(scope) };
        let Value::List(elements) = scope.value(&first.domain) else { return };
        for element in elements.iter() {
            scope.bound(vec![(first.var, element.clone())], |scope| {
                let wanted = first.filter.as_ref().is_none_or(|filter| scope.truth(filter) == Truth::True);
                if wanted {
                    self.for_each(scope, rest, run);
                }
            });
        }
    }

    /// One change; `false` if it had to be measured and cannot be.
    fn change(&self, scope: &mut Scope<'_>, action: &Action, out: &mut Vec<Change>) -> bool {
        let when = scope.truth(&action.when);
        if when == Truth::False {
            return true;
        }
        match &action.kind {
            ActionKind::SetLabel(label, lasts) => {
                let scope =
                    self.policy.labels.get(*label as usize).map_or(Whose::Session, |label| label.scope);
                out.push(Change::Label(*label, scope, *lasts));
            }
            ActionKind::Pend(fact, keys) => out.extend(self.under(scope, *fact, keys).map(Change::Pend)),
            ActionKind::Tally(fact, keys, by) => {
                let (under, by) = (self.under(scope, *fact, keys), amount(&scope.value(by)));
                let (Some(under), Some(by)) = (under, by) else { return false };
                out.push(Change::Tally(under, by));
            }
            ActionKind::Learn(fact, keys, fields) => {
                let Some(under) = self.under(scope, *fact, keys) else { return true };
                let fields: Option<Vec<Option<Scalar>>> = fields
                    .iter()
                    .map(|field| field.as_ref().map_or(Some(None), |field| kept(scope, field)))
                    .collect();
                // What teaches no value at all leaves nothing to know.
                let fields =
                    fields.filter(|fields| when == Truth::True && fields.iter().any(Option::is_some));
                out.push(Change::Learn(under, fields));
            }
            ActionKind::Join(fact, keys, value) => {
                let (under, value) = (self.under(scope, *fact, keys), Scalar::of(&scope.value(value)));
                if let (Truth::True, Some(under), Some(value)) = (when, under, value) {
                    out.push(Change::Join(under, value));
                }
            }
            ActionKind::Forget(fact, keys) => {
                let kind = self.policy.facts.get(*fact as usize).map(|fact| fact.kind);
                let under = self.under(scope, *fact, keys);
                out.extend(under.zip(kind).map(|(under, kind)| Change::Forget(under, kind)));
            }
        }
        true
    }

    fn under(&self, scope: &mut Scope<'_>, fact: u32, keys: &[Expr]) -> Option<Under> {
        let keys = scope.scalars(keys)?;
        let owner = Owner::of(self.policy.facts.get(fact as usize)?.scope, scope.known.as_ref()?.who);
        Some(Under { index: fact, owner, keys })
    }
}

/// A field: absent, or a scalar that is not too long; `None` for what cannot be kept.
fn kept(scope: &mut Scope<'_>, field: &Expr) -> Option<Option<Scalar>> {
    match scope.value(field) {
        Value::Nothing | Value::Null => Some(None),
        value => match Scalar::of(&value)? {
            Scalar::Text(text) if text.len() > MAX_TEXT => None,
            scalar => Some(Some(scalar)),
        },
    }
}
