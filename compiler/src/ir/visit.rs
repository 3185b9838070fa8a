//! Walking the IR. In: a condition or value. Out: its direct parts, in the order in which they are evaluated.

use super::{ActionIr, Cond, FoldPart, Step, TestKind, Value};

/// A direct part.
#[derive(Debug, Clone, Copy)]
pub enum Part<'i> {
    /// A condition.
    Cond(&'i Cond),
    /// A value.
    Value(&'i Value),
    /// A condition that is evaluated for each element of a list; its frames begin at the depth.
    LoopCond(u8, &'i Cond),
    /// A value that is computed for each element of a list; its frames begin at the depth.
    LoopValue(u8, &'i Value),
}

impl Cond {
    /// Calls `each` with every direct part.
    pub fn parts<'i>(&'i self, each: &mut dyn FnMut(Part<'i>)) {
        match self {
            Self::Const(_) => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| each(Part::Cond(part))),
            Self::Test(test) => test.kind.operands(&mut |value| each(Part::Value(value))),
            Self::Loop(inner) => {
                each(Part::Value(&inner.list));
                inner.zip.iter().for_each(|list| each(Part::Value(list)));
                each(Part::LoopCond(inner.depth, &inner.body));
            }
            Self::Let(_, value, body) => {
                each(Part::Value(value));
                each(Part::Cond(body));
            }
        }
    }
}

impl TestKind {
    /// Calls `each` with every operand.
    pub fn operands<'i>(&'i self, each: &mut dyn FnMut(&'i Value)) {
        match self {
            Self::Present(a)
            | Self::IsNull(a)
            | Self::IsKind(a, _)
            | Self::IsTrue(a)
            | Self::EqText(a, _)
            | Self::CompareNumber(a, _, _)
            | Self::InTexts(a, _)
            | Self::InNumbers(a, _)
            | Self::ListHasText(a, _)
            | Self::ListHasNumber(a, _)
            | Self::Matches(a, _)
            | Self::Under(a, _)
            | Self::InCidr(a, _)
            | Self::SubsetTexts(a, _) => each(a),
            Self::HasLabel(_) => {}
            Self::InSet(a, _, keys) => {
                each(a);
                keys.iter().for_each(each);
            }
            Self::Equal(a, b)
            | Self::CompareValues(a, _, b)
            | Self::ListHas(a, b)
            | Self::StartsWith(a, b)
            | Self::EndsWith(a, b)
            | Self::Contains(a, b)
            | Self::Mentions(a, b)
            | Self::Subset(a, b)
            | Self::SameLength(a, b) => {
                each(a);
                each(b);
            }
        }
    }
}

impl Value {
    /// Calls `each` with every direct part.
    pub fn parts<'i>(&'i self, each: &mut dyn FnMut(Part<'i>)) {
        match self {
            Self::Missing
            | Self::Const(_)
            | Self::Now
            | Self::Plain(_)
            | Self::Element(..)
            | Self::Local(_)
            | Self::ResultText => {}
            Self::Coalesce(first, second) => {
                each(Part::Value(first));
                each(Part::Value(second));
            }
            Self::Choose(condition, yes, no) => {
                each(Part::Cond(condition));
                each(Part::Value(yes));
                each(Part::Value(no));
            }
            Self::Linear(terms, _) => terms.iter().for_each(|(_, term)| each(Part::Value(term))),
            Self::Length(inner)
            | Self::Lower(inner)
            | Self::Count(inner)
            | Self::First(inner, _)
            | Self::Last(inner, _)
            | Self::Table(_, inner)
            | Self::Civil(_, inner, _) => each(Part::Value(inner)),
            Self::Fold(fold) => {
                each(Part::Cond(&fold.present));
                fold.parts.iter().for_each(|part| fold_part(part, None, each));
            }
            Self::MapGet { entries, key, .. } => {
                each(Part::Value(key));
                each(Part::Value(entries));
            }
            Self::View(member) => each(Part::Value(&member.call.subject)),
            Self::Fact(fact) => fact.keys.iter().for_each(|key| each(Part::Value(key))),
        }
    }
}

/// Calls `each` with every direct part of a part of a fold; `depth`: of the loop around it.
pub(super) fn fold_part<'i>(part: &'i FoldPart, depth: Option<u8>, each: &mut dyn FnMut(Part<'i>)) {
    let cond = |condition| match depth {
        Some(depth) => Part::LoopCond(depth, condition),
        None => Part::Cond(condition),
    };
    let value = |value| match depth {
        Some(depth) => Part::LoopValue(depth, value),
        None => Part::Value(value),
    };
    match part {
        FoldPart::Loop { depth: inner, list, body } => {
            each(value(list));
            body.iter().for_each(|part| fold_part(part, Some(depth.unwrap_or(*inner)), each));
        }
        FoldPart::When(condition, parts) => {
            each(cond(condition));
            parts.iter().for_each(|part| fold_part(part, depth, each));
        }
        FoldPart::Once(Step::Count(counted)) => {
            each(cond(&counted.yes));
            each(cond(&counted.maybe));
        }
        FoldPart::Once(Step::Add(terms, _)) => terms.iter().for_each(|(_, term)| each(value(term))),
    }
}

impl ActionIr {
    /// Calls `each` with every direct part; conditions and values within a loop are those of its elements.
    pub fn parts<'i>(&'i self, depth: Option<u8>, each: &mut dyn FnMut(Part<'i>)) {
        let mut value = |value| match depth {
            Some(depth) => each(Part::LoopValue(depth, value)),
            None => each(Part::Value(value)),
        };
        match self {
            Self::When(condition, body) => {
                match depth {
                    Some(depth) => each(Part::LoopCond(depth, condition)),
                    None => each(Part::Cond(condition)),
                }
                body.iter().for_each(|action| action.parts(depth, each));
            }
            Self::Loop { depth: inner, list, body } => {
                value(list);
                body.iter().for_each(|action| action.parts(Some(depth.unwrap_or(*inner)), each));
            }
            Self::SetLabel(..) | Self::Match(_) => {}
            Self::Pend(_, keys) | Self::Unlearn(_, keys) | Self::Forget(_, keys) => {
                keys.iter().for_each(value);
            }
            Self::Tally(_, keys, (last, _)) | Self::Join(_, keys, last) => {
                keys.iter().chain([last]).for_each(value);
            }
            Self::Learn(_, keys, fields) => keys.iter().chain(fields).for_each(value),
        }
    }
}
