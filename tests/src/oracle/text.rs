//! Functions of text that are views or tests of the runtime's registry: pure functions, tested there. In: texts. Out: members as
//! values, truth values.

use super::truth::Truth;
use super::value::{Number, Value};
use super::zone;
use policyc_runtime::views::table::Takes;
use policyc_runtime::views::{
    self, DIALECTS, Dialect, Event, Outcome, Param, Scratch, TestId, ViewId, Wanted, Zone,
};

/// A member of a view of `text`: nothing if the text does not parse or the member is not there.
pub(super) fn view_member(view: u16, member: u8, text: &str, param: Option<&str>) -> Value {
    let Some(id) = ViewId::from_number(view) else { return Value::Nothing };
    let takes = id.spec().map(|spec| spec.takes);
    let transitions = param.filter(|_| takes == Some(Takes::Zone)).and_then(zone::transitions);
    let zone = transitions.as_deref().and_then(|t| Zone::new(t, zone::HORIZON_MS)).map(Param::Zone);
    let dialect = param.filter(|_| takes == Some(Takes::Dialect)).and_then(dialect_named).map(Param::Dialect);
    let param = zone.or(dialect).unwrap_or(Param::None);
    let mut events = Vec::new();
    let mut sink = |event: Event<'_>| events.push(Owned::of(event));
    let outcome = views::eval(id, text, param, Wanted::only(member), &mut Scratch::new(), &mut sink);
    if outcome != Outcome::Present {
        return Value::Nothing;
    }
    let mut events = events.into_iter();
    match events.next() {
        Some(Owned::Member(sent)) if sent == member => build(&mut events, names(id, member)),
        _ => Value::Nothing,
    }
}

/// A test of the registry.
pub(super) fn test(id: TestId, text: &str, operand: &str) -> Truth {
    Truth::from_option(views::test(id, text, operand, &mut Scratch::new()))
}

/// An event that owns its text.
enum Owned {
    Member(u8),
    Value(Value),
    List(usize),
    Record(usize),
}

impl Owned {
    fn of(event: Event<'_>) -> Self {
        match event {
            Event::Member(member) => Self::Member(member),
            Event::Bool(value) => Self::Value(Value::Bool(value)),
            Event::Int(value) => Self::Value(Value::Number(Number::whole(i128::from(value)))),
            Event::Decimal(value) => Self::Value(Value::Number(Number::units(value.units()))),
            Event::Str(text) => Self::Value(Value::text(text)),
            Event::List(len) => Self::List(len),
            Event::Record(len) => Self::Record(len),
        }
    }
}

/// Names of the fields of a member's records.
fn names(view: ViewId, member: u8) -> Vec<&'static str> {
    use policyc_runtime::views::table::MemberType;
    let spec = view.spec().and_then(|spec| spec.members.get(usize::from(member)));
    match spec.map(|spec| spec.ty) {
        Some(MemberType::Records(fields)) => fields.iter().map(|field| field.name).collect(),
        _ => Vec::new(),
    }
}

fn build(events: &mut impl Iterator<Item = Owned>, fields: Vec<&'static str>) -> Value {
    match events.next() {
        Some(Owned::Value(value)) => value,
        Some(Owned::List(len)) => (0..len).map(|_| build(events, fields.clone())).collect(),
        Some(Owned::Record(len)) => {
            let members =
                fields.iter().take(len).map(|name| ((*name).to_owned(), build(events, Vec::new()))).collect();
            Value::Record(std::rc::Rc::new(members))
        }
        Some(Owned::Member(_)) | None => Value::Nothing,
    }
}

fn dialect_named(name: &str) -> Option<Dialect> {
    DIALECTS.into_iter().find(|dialect| dialect.name() == name)
}
