//! Arguments that nobody reads (semantics.md 21). In: all that can match on one tool. Out: W0804 where an argument is read by no
//! statement while its sibling is: `bcc` beside `to`.
//!
//! Siblings are arguments of one shape whose names are names of recipients, and other lists of one type, whatever they are called:
//! without the names every text would be a sibling of every other.

use super::findings::{Finding, OnTool};
use super::form::deref;
use super::reach::{Reach, Step};
use super::walk::each;
use crate::diagnostics::Code;
use crate::init::words::words;
use crate::ty::{ArgsTy, Definitions, FieldTy, Kinds, Ty};
use crate::typed::ExprKind;
use policyc_grammar::source::Span;
use policyc_runtime::program::Effect;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What recipients are called, in the singular.
const RECIPIENTS: [&str; 8] = ["attendee", "bcc", "cc", "guest", "invitee", "participant", "recipient", "to"];
/// Words beside such a name that say nothing more: `to_emails`, `ccRecipients`.
const KINDS: [&str; 8] = ["address", "addresse", "email", "id", "list", "mail", "name", "user"];

/// Unread arguments of one tool; none if nothing permits a call.
pub(super) fn unread(args: &ArgsTy, blocks: &[Vec<OnTool<'_>>]) -> Vec<Finding> {
    let statements = || blocks.iter().flatten().filter(|s| !s.shadow);
    if !statements().any(|s| s.effect != Effect::Deny) {
        return Vec::new();
    }
    let mut read: BTreeMap<Arc<str>, (u32, Span)> = BTreeMap::new();
    for one in statements() {
        let Some(names) = read_by(one) else { return Vec::new() };
        for name in names {
            read.entry(name).or_insert((one.statement, one.condition.span));
        }
    }
    let fields = &args.root.fields;
    let unread = fields.iter().filter(|(name, _)| !read.contains_key(*name));
    unread
        .filter_map(|(name, field)| {
            let sibling = |(other, of): &(&Arc<str>, &FieldTy)| {
                read.contains_key(*other) && siblings(&args.definitions, (name, field), (other, of))
            };
            let (sibling, other) = fields.iter().find(sibling)?;
            let (statement, span) = *read.get(sibling)?;
            Some(finding(statement, span, (name, field), (sibling, other)))
        })
        .collect()
}

/// The arguments that a statement reads; `None`: it reads them as a whole.
fn read_by(one: &OnTool<'_>) -> Option<Vec<Arc<str>>> {
    let reach = Reach::new(one.condition);
    let mut names = Some(Vec::new());
    each(one.condition, &mut |e| {
        if let ExprKind::Place(place) = &e.kind {
            for path in reach.of_place(place) {
                match path.first() {
                    Some(Step::Key(key)) => names.iter_mut().for_each(|names| names.push(key.clone())),
                    Some(Step::Element) | None => names = None,
                }
            }
        }
    });
    names
}

fn siblings(
    definitions: &Definitions,
    (name, field): (&str, &FieldTy),
    (other, of): (&str, &FieldTy),
) -> bool {
    let (Ty::Kinds(mine), Ty::Kinds(theirs)) = (deref(&field.ty, definitions), deref(&of.ty, definitions))
    else {
        return false;
    };
    let list_of_one_type = mine == theirs && mine.list.is_some();
    match (shape(&mine, definitions), shape(&theirs, definitions)) {
        (Some(a), Some(b)) => {
            let related = match (is_recipient(name), is_recipient(other)) {
                (true, true) => true,
                (false, false) => list_of_one_type,
                // Attachments are no recipients.
                (true, false) | (false, true) => false,
            };
            a == b && related
        }
        _ => false,
    }
}

/// What values are made of, bounds, formats and null left out. `None` for what names nobody: enumerations, numbers, mixed kinds.
#[derive(PartialEq, Eq)]
enum Shape {
    Text,
    List(Box<Shape>),
    Record(Vec<Arc<str>>),
}

fn shape(kinds: &Kinds, definitions: &Definitions) -> Option<Shape> {
    match kinds {
        Kinds { string: Some(text), list: None, object: None, number: None, boolean: None, .. } => {
            text.one_of.is_none().then_some(Shape::Text)
        }
        Kinds { list: Some(list), string: None, object: None, number: None, boolean: None, .. } => {
            let Ty::Kinds(items) = deref(&list.items, definitions) else { return None };
            // A list of lists names nobody that is judged one by one.
            let inner = shape(&items, definitions).filter(|s| !matches!(s, Shape::List(_)))?;
            Some(Shape::List(Box::new(inner)))
        }
        Kinds { object: Some(object), string: None, list: None, number: None, boolean: None, .. } => {
            let named = !object.fields.is_empty();
            named.then(|| Shape::Record(object.fields.keys().cloned().collect()))
        }
        _ => None,
    }
}

fn is_recipient(name: &str) -> bool {
    let words = words(name);
    let singular = |word: &String| word.strip_suffix('s').unwrap_or(word).to_owned();
    let mut rest = words.iter().map(singular).filter(|word| !KINDS.contains(&word.as_str()));
    rest.next().is_some_and(|word| RECIPIENTS.contains(&word.as_str()))
        && rest.all(|word| word == "recipient")
}

fn finding(
    statement: u32,
    span: Span,
    (name, field): (&str, &FieldTy),
    (sibling, other): (&str, &FieldTy),
) -> Finding {
    let is_list = |field: &FieldTy| matches!(&field.ty, Ty::Kinds(kinds) if kinds.list.is_some());
    let part = |name: &str, field: &FieldTy| {
        if field.required { format!("args.{name}") } else { format!("(args.{name} ?? [])") }
    };
    let help = if is_list(field) && is_list(other) {
        format!("join them: `{} ++ {}`", part(sibling, other), part(name, field))
    } else {
        format!("say what `args.{name}` may be as well, or deny what has one: `deny … when has args.{name}`")
    };
    Finding {
        statement,
        span,
        code: Code::W0804,
        about: String::new(),
        message: format!(
            "`args.{sibling}` is constrained, `args.{name}` of the same type is read by no statement"
        ),
        help: Some(help),
    }
}
