//! Text in, text out: what each view reads from hostile and ordinary text, by way of the door that the VM uses.

mod address;
mod laws;
mod moment;
mod place;
mod prose;
mod query;
mod query_attacks;
mod registry;
mod script;
mod web;

use super::table::{MemberSpec, MemberType, view_named};
use super::{Event, Outcome, Param, Scratch, Wanted, eval};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The value of an event stream as text, and whether its type is the one that the table promises.
struct Reader<'a> {
    events: core::slice::Iter<'a, Owned>,
}

/// An event that outlives its evaluation.
#[derive(Debug, Clone, PartialEq)]
enum Owned {
    Member(u8),
    Value(String, &'static str),
    List(usize),
    Record(usize),
}

impl From<Event<'_>> for Owned {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Member(index) => Self::Member(index),
            Event::Bool(value) => Self::Value(value.to_string(), "bool"),
            Event::Int(value) => Self::Value(value.to_string(), "int"),
            Event::Decimal(value) => Self::Value(format!("{}u", value.units()), "decimal"),
            Event::Str(value) => Self::Value(value.to_owned(), "string"),
            Event::List(count) => Self::List(count),
            Event::Record(count) => Self::Record(count),
        }
    }
}

impl Reader<'_> {
    fn value(&mut self, ty: MemberType) -> String {
        match ty {
            MemberType::Strings => self.list(MemberType::String),
            MemberType::Enums(names) => self.list(MemberType::Enum(names)),
            MemberType::Records(fields) => self.records(fields),
            MemberType::Enum(names) => {
                let text = self.scalar("string");
                assert!(names.contains(&text.as_str()), "`{text}` is not one of {names:?}");
                text
            }
            MemberType::Bool => self.scalar("bool"),
            MemberType::Int | MemberType::Date | MemberType::Timestamp => self.scalar("int"),
            MemberType::Decimal => self.scalar("decimal"),
            MemberType::String => self.scalar("string"),
        }
    }

    fn scalar(&mut self, ty: &str) -> String {
        let Some(Owned::Value(text, kind)) = self.events.next() else { panic!("a {ty} is missing") };
        assert_eq!(*kind, ty);
        text.clone()
    }

    fn list(&mut self, ty: MemberType) -> String {
        let Some(Owned::List(count)) = self.events.next() else { panic!("a list is missing") };
        let items: Vec<String> = (0..*count).map(|_| self.value(ty)).collect();
        format!("[{}]", items.join("|"))
    }

    fn records(&mut self, fields: &[MemberSpec]) -> String {
        let Some(Owned::List(count)) = self.events.next() else { panic!("a list is missing") };
        let records: Vec<String> = (0..*count)
            .map(|_| {
                assert_eq!(self.events.next(), Some(&Owned::Record(fields.len())));
                let values: Vec<String> = fields.iter().map(|field| self.value(field.ty)).collect();
                format!("{{{}}}", values.join(" "))
            })
            .collect();
        records.join("")
    }
}

/// Evaluates a view; `member=value` for each member that is there, or `absent`.
fn show(view: &str, input: &str, param: Param<'_>, wanted: Wanted) -> String {
    let spec = view_named(view).expect("the view is in the table");
    let mut events = Vec::new();
    let mut sink = |event: Event<'_>| events.push(Owned::from(event));
    match eval(spec.id, input, param, wanted, &mut Scratch::new(), &mut sink) {
        Outcome::Present => {}
        Outcome::Absent => {
            assert!(events.is_empty());
            return "absent".to_owned();
        }
        Outcome::OutsideTables => return "outside tables".to_owned(),
    }
    let mut reader = Reader { events: events.iter() };
    let mut shown = Vec::new();
    let mut last = None;
    while let Some(event) = reader.events.next() {
        let Owned::Member(index) = event else { panic!("a member should begin here: {event:?}") };
        assert!(last < Some(*index) && wanted.has(*index), "members come in order, and only wanted ones");
        last = Some(*index);
        let member = &spec.members[usize::from(*index)];
        let value = reader.value(member.ty);
        shown.push(if member.name.is_empty() { value } else { format!("{}={value}", member.name) });
    }
    for (index, member) in spec.members.iter().enumerate() {
        let sent = events.contains(&Owned::Member(u8::try_from(index).unwrap()));
        assert!(sent || member.optional || wanted != Wanted::ALL, "`{}` is not optional", member.name);
    }
    shown.join(" ")
}

/// A table of cases: what a view without parameter reads from each text.
#[track_caller]
fn check(view: &str, cases: &[(&str, &str)]) {
    for (input, expected) in cases {
        assert_eq!(show(view, input, Param::None, Wanted::ALL), *expected, "{view}({input:?})");
    }
}

/// A table of texts that a view does not read.
#[track_caller]
fn check_absent(view: &str, inputs: &[&str]) {
    for input in inputs {
        assert_eq!(show(view, input, Param::None, Wanted::ALL), "absent", "{view}({input:?})");
    }
}
