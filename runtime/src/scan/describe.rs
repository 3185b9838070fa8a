//! Messages for refusals. In: a refusal, and what was refused. Out: one line for people. Cold: it may allocate, and reads again.
//!
//! No message shows a value of the request, only paths and what the plan wants. Where bytes do not fit a plan, the message is
//! about the first misfit of their *canonical form*, so it does not depend on the order of members or on white space; so is
//! the one about numbers that are not accepted.

use super::bytes::byte;
use super::canonical::put_in_order;
use super::path::{Path, quoted};
use super::reject::{Reject, RejectKind, What};
use super::table::{Object, Scanner};
use super::walk::{Members, string_at, text};
use crate::program::plan::{
    KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING, Node, NodeId, NumberCheck,
    StringCheck,
};
use crate::value::{Source, Store};
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// Accepted values that a message lists.
const LISTED: usize = 8;

/// A message for what [`super::scan`] refused: `plans`, `node`, `source` and `input` are those of the scan.
///
/// For example: ``argument `amount` is a string where a number is required``.
#[must_use]
pub fn describe(plans: &Scanner, node: NodeId, source: Source, input: &[u8], reject: Reject) -> String {
    let whole = match source {
        Source::Principal => "the principal",
        Source::Session => "the session",
        Source::Result | Source::ResultText => "the result",
        Source::Args | Source::Scratch | Source::Program | Source::Static => "the arguments",
    };
    let mut ordered = Vec::new();
    let again = put_in_order(input, plans.caps(), &mut ordered)
        .and_then(|()| super::scan(plans, node, &ordered, source, &mut Store::new()));
    // The refusal of the ordered form, which is of the same kind, unless the bytes cannot be put in order.
    let (input, reject) = match again {
        Err(first) if first.kind() == reject.kind() && !ordered.is_empty() => (&*ordered, first),
        _ => (input, reject),
    };
    if reject.kind() == RejectKind::BadRequest {
        not_strict(whole, source, input, reject)
    } else {
        Misfit::new(plans, node, source, input, reject).message(whole)
    }
}

/// A message for what one of the `parse_…` functions refused.
#[must_use]
pub fn describe_message(input: &[u8], reject: Reject) -> String {
    match reject.what {
        What::Batch => "the message is an array of requests: send them one by one".to_owned(),
        What::NotAnObject => "the message is no JSON object".to_owned(),
        What::MissingMember(member) => {
            format!("the message has no `{}`: it must be {}", member.key(), member.wanted())
        }
        What::IllTypedMember(member) => {
            format!("`{}` of the message must be {}", member.key(), member.wanted())
        }
        What::UnknownMember => {
            let path = Path::to(input, reject.offset);
            format!("a call has no member `{path}`: it has `tool`, `args` and, optionally, `server`")
        }
        What::HostMember => {
            let path = Path::to(input, reject.offset);
            format!("a call cannot carry `{path}`: the host supplies it, apart from the call")
        }
        _ => not_strict("the message", Source::Scratch, input, reject),
    }
}

/// Bytes that are not strict JSON, or beyond a cap.
fn not_strict(whole: &str, source: Source, input: &[u8], reject: Reject) -> String {
    let path = Path::to(input, reject.offset);
    let place = if path.steps.is_empty() { whole.to_owned() } else { noun(source, &path) };
    let at = reject.offset;
    let syntax = match reject.what {
        What::TooLarge => return format!("{whole}: more bytes than the policy reads"),
        What::TooDeep => return format!("{whole}: nested more deeply than the policy reads"),
        What::TooMuch => return format!("{whole}: more elements than the policy reads"),
        What::DuplicateKey => return format!("{place} occurs twice"),
        What::UnsafeInteger => {
            return format!(
                "{place} is a whole number beyond 9007199254740991, which not all readers take exactly"
            );
        }
        What::InexactNumber => {
            return format!("{place} is a number with more digits than all readers keep");
        }
        What::NotDecimal => {
            return format!("{place} is a number with more than nine decimal places or out of range");
        }
        What::ByteOrderMark => "a byte order mark",
        What::UnexpectedEnd => "the text ends too early",
        What::TrailingBytes => "something follows the value",
        What::ControlCharacter => "a control character in a string",
        What::InvalidEscape => "an invalid escape in a string",
        What::UnpairedSurrogate => "half of a surrogate pair in a string",
        What::InvalidUtf8 => "bytes that are not UTF-8",
        What::InvalidNumber => "a number that is not spelled as JSON wants it",
        _ => "something that cannot stand there",
    };
    let verb = verb(whole);
    format!("{whole} {verb} not strict JSON: {syntax} at byte {at}")
}

/// A value and the path to it.
struct Misfit<'a> {
    plans: &'a Scanner,
    /// The node of the value at the end of the path, if the plan speaks about it.
    node: Option<&'a Node>,
    /// The node of what it is in.
    parent: Option<&'a Node>,
    source: Source,
    input: &'a [u8],
    path: Path,
    reject: Reject,
}

impl<'a> Misfit<'a> {
    fn new(plans: &'a Scanner, root: NodeId, source: Source, input: &'a [u8], reject: Reject) -> Self {
        let path = Path::to(input, reject.offset);
        let (parent, node) = path.nodes(plans, root);
        Self { plans, node, parent, source, input, path, reject }
    }

    fn message(&self, whole: &str) -> String {
        let (place, is) = if self.path.steps.is_empty() {
            (whole.to_owned(), verb(whole))
        } else {
            (noun(self.source, &self.path), "is")
        };
        match self.reject.what {
            What::WrongType => {
                let (found, wanted) = (self.found(), self.wanted());
                format!("{place} {is} {found} where {wanted} is required")
            }
            What::MissingKey => match self.missing() {
                Some(path) => format!("{} is missing", noun(self.source, &path)),
                None => format!("{place} lacks a required key"),
            },
            What::UnknownKey => format!("{place} is not declared"),
            What::UnknownVariant | What::NotOneOf => {
                format!("{place} is none of the accepted values{}", self.accepted())
            }
            What::ForeignKey => match self.foreign() {
                Some(path) => format!("{} does not belong to this alternative", noun(self.source, &path)),
                None => format!("{place} has a key that does not belong to its alternative"),
            },
            What::BadName => format!("{place} has a name that is not accepted"),
            What::NotUnique => format!("{place} has two equal elements"),
            other => format!("{place} {is} {}", self.bound(other)),
        }
    }

    /// The kind of the value at the offset.
    fn found(&self) -> &'static str {
        match byte(self.input, self.reject.offset as usize) {
            b'"' => "a string",
            b'{' => "an object",
            b'[' => "an array",
            b'n' => "null",
            b't' | b'f' => "a boolean",
            _ => "a number",
        }
    }

    fn wanted(&self) -> String {
        let kinds = self.node.map_or(0, |node| node.kinds);
        let names = [
            (KIND_BOOL, "a boolean"),
            (KIND_NUMBER, "a number"),
            (KIND_STRING, "a string"),
            (KIND_LIST, "an array"),
            (KIND_OBJECT, "an object"),
            (KIND_NULL, "null"),
        ];
        let wanted: Vec<&str> =
            names.iter().filter(|(kind, _)| kinds & kind != 0).map(|(_, name)| *name).collect();
        if wanted.is_empty() { "nothing".to_owned() } else { wanted.join(" or ") }
    }

    fn numbers(&self) -> Option<&'a NumberCheck> {
        self.plans.numbers.get(self.node?.number as usize)
    }

    fn strings(&self) -> Option<&'a StringCheck> {
        self.plans.strings.get(self.node?.string as usize)
    }

    fn object(&self) -> Option<&'a Object> {
        self.plans.objects.get(self.node?.object as usize)
    }

    /// `: a, b or c`, if there are few.
    fn accepted(&self) -> String {
        let texts: Vec<String> = match (self.reject.what, self.found()) {
            (What::UnknownVariant, _) => {
                let object = self.parent.and_then(|node| self.plans.objects.get(node.object as usize));
                let cases = object.map(|object| &*object.cases).unwrap_or_default();
                cases.iter().map(|case| quoted(&case.value)).collect()
            }
            (_, "a number") => self
                .numbers()
                .map(|check| check.one_of.iter().map(|value| format!("`{value}`")).collect())
                .unwrap_or_default(),
            _ => {
                let set = self.strings().and_then(|check| self.plans.sets.get(check.one_of? as usize));
                set.map(|set| set.texts().map(quoted).collect()).unwrap_or_default()
            }
        };
        if texts.is_empty() || texts.len() > LISTED {
            String::new()
        } else {
            format!(": {}", texts.join(", "))
        }
    }

    /// The first required key, in the order of text, that the object at the offset lacks.
    fn missing(&self) -> Option<Path> {
        let object = self.object()?;
        let present = self.keys();
        let case = self.case(object);
        let lacks = |index: usize| {
            let key = object.keys.get(index)?;
            let required =
                key.required || case.is_some_and(|case| case.required.iter().any(|at| *at as usize == index));
            (required && !present.iter().any(|text| **text == *key.name)).then_some(&*key.name)
        };
        (0..object.keys.len()).find_map(lacks).map(|name| self.path.with(name))
    }

    /// The first declared key that the alternative does not have.
    fn foreign(&self) -> Option<Path> {
        let object = self.object()?;
        let (present, case) = (self.keys(), self.case(object)?);
        let foreign = object.keys.iter().enumerate().find(|(index, key)| {
            *index != object.tag
                && present.iter().any(|text| **text == *key.name)
                && !case.allowed.iter().any(|at| *at as usize == *index)
        });
        foreign.map(|(_, key)| self.path.with(&key.name))
    }

    /// Keys of the object at the offset.
    fn keys(&self) -> Vec<String> {
        let members = Members::new(self.input, self.reject.offset as usize);
        members.map(|(key, _)| text(self.input, key).into_owned()).collect()
    }

    fn case<'o>(&self, object: &'o Object) -> Option<&'o super::table::Case> {
        let tag = object.keys.get(object.tag)?;
        let mut members = Members::new(self.input, self.reject.offset as usize);
        let (_, value) = members.find(|(key, _)| text(self.input, *key) == *tag.name)?;
        let value = text(self.input, string_at(self.input, value.start.wrapping_add(1)));
        object.cases.iter().find(|case| *case.value == *value)
    }

    /// What a number, a length, a count or a spelling must be.
    fn bound(&self, what: What) -> String {
        let (number, string) = (self.numbers(), self.strings());
        let list =
            self.node.and_then(|node| self.plans.lists.get(node.list as usize)).map(|list| &list.check);
        let object = self.object();
        let least = |value: Option<String>| value.unwrap_or_default();
        match what {
            What::WrongBoolean => match self.node.map(|node| node.boolean) {
                Some(1) => "`true` where only `false` is accepted".to_owned(),
                _ => "`false` where only `true` is accepted".to_owned(),
            },
            What::NotWhole => "a fraction where a whole number is required".to_owned(),
            What::BelowMinimum => {
                let bound = number.and_then(|check| check.min);
                let than = if bound.is_some_and(|(_, excluded)| excluded) { "not above" } else { "below" };
                format!("{than} {}", least(bound.map(|(value, _)| value.to_string())))
            }
            What::AboveMaximum => {
                let bound = number.and_then(|check| check.max);
                let than = if bound.is_some_and(|(_, excluded)| excluded) { "not below" } else { "above" };
                format!("{than} {}", least(bound.map(|(value, _)| value.to_string())))
            }
            What::NotMultiple => {
                let divisor = number.and_then(|check| check.multiple_of);
                format!("not a multiple of {}", least(divisor.map(|value| value.to_string())))
            }
            What::TooShort => {
                let min = string.map(|check| check.min_length).unwrap_or_default();
                format!("shorter than {} {}", min, plural(min, "character", "characters"))
            }
            What::TooLong => {
                let max = string.and_then(|check| check.max_length).unwrap_or_default();
                format!("longer than {} {}", max, plural(max, "character", "characters"))
            }
            What::PatternMismatch => "not spelled as its pattern wants it".to_owned(),
            What::NotTimestamp => "no timestamp such as `2027-01-01T09:00:00Z`".to_owned(),
            What::NotDate => "no date such as `2027-01-01`".to_owned(),
            What::NotDuration => "no duration such as `1h30m`".to_owned(),
            What::TooFewElements => {
                let min = list.map(|check| check.min).unwrap_or_default();
                format!("an array of fewer than {} {}", min, plural(min, "element", "elements"))
            }
            What::TooManyElements => {
                let max = list.and_then(|check| check.max).unwrap_or_default();
                format!("an array of more than {} {}", max, plural(max, "element", "elements"))
            }
            What::TooFewMembers => {
                let min = object.map(|object| object.min).unwrap_or_default();
                format!("an object of fewer than {} {}", min, plural(min, "member", "members"))
            }
            What::TooManyMembers => {
                let max = object.map(|object| object.max).unwrap_or_default();
                format!("an object of more than {} {}", max, plural(max, "member", "members"))
            }
            _ => "not accepted".to_owned(),
        }
    }
}

/// The value at `path`, as a message names it.
fn noun(source: Source, path: &Path) -> String {
    let kind = match source {
        Source::Principal => "principal field",
        Source::Session => "session field",
        Source::Args => "argument",
        Source::Result => "result field",
        Source::ResultText | Source::Scratch | Source::Program | Source::Static => "member",
    };
    format!("{kind} `{path}`")
}

/// The arguments are many.
fn verb(whole: &str) -> &'static str {
    if whole.ends_with('s') { "are" } else { "is" }
}

fn plural(count: u32, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}
