//! Members of typed views, for people. In: a text. Out: the member as JSON, or why there is none.

use crate::typed;
use jiff::Timestamp;
use policyc_runtime::views::sql::Dialect;
use policyc_runtime::views::table::MemberType;
use policyc_runtime::views::{Event, Outcome, Param, Scratch, ViewId, Wanted, eval};
use serde_json::Value;

/// A member of a view of `text`, which is called `name`.
pub(super) fn view(view: &typed::View, text: &str, name: &str) -> Result<Value, String> {
    let unknown = || format!("`{name}` cannot be read");
    let id = ViewId::from_number(view.view).ok_or_else(unknown)?;
    let param = match (id, &view.param) {
        (ViewId::Sql, Some(dialect)) => Dialect::named(dialect).map_or(Param::None, Param::Dialect),
        // A local time needs the zone's table, which only the program has.
        (ViewId::Time, Some(zone)) => return local_time(text, zone).ok_or_else(|| misread(id, name)),
        _ => Param::None,
    };
    let mut events = Vec::new();
    let mut sink = |event: Event<'_>| {
        if !matches!(event, Event::Member(_)) {
            events.push(Step::of(event));
        }
    };
    let outcome = eval(id, text, param, Wanted::only(view.member), &mut Scratch::new(), &mut sink);
    if outcome != Outcome::Present {
        return Err(misread(id, name));
    }
    let ty = id.spec().and_then(|spec| spec.members.get(usize::from(view.member))).map(|member| member.ty);
    let mut steps = events.into_iter();
    build(&mut steps, ty).ok_or_else(|| match id.spec() {
        Some(spec) => {
            let member = spec.members.get(usize::from(view.member)).map_or("", |member| member.name);
            format!("`{}({name}).{member}` is absent", spec.name)
        }
        None => unknown(),
    })
}

/// One event, owned.
enum Step {
    Value(Value),
    List(usize),
    Record(usize),
}

impl Step {
    fn of(event: Event<'_>) -> Self {
        match event {
            Event::Member(_) => Self::Value(Value::Null),
            Event::Bool(value) => Self::Value(Value::from(value)),
            Event::Int(value) => Self::Value(Value::from(value)),
            Event::Decimal(value) => Self::Value(super::seen::of_units(value.units())),
            Event::Str(text) => Self::Value(Value::from(text)),
            Event::List(n) => Self::List(n),
            Event::Record(n) => Self::Record(n),
        }
    }
}

/// The next value.
fn build(steps: &mut impl Iterator<Item = Step>, ty: Option<MemberType>) -> Option<Value> {
    match steps.next()? {
        Step::Value(value) => Some(value),
        Step::List(n) => {
            let items = match ty {
                Some(MemberType::Records(fields)) => Some(MemberType::Records(fields)),
                _ => None,
            };
            (0..n).map(|_| build(steps, items)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        Step::Record(n) => {
            let Some(MemberType::Records(fields)) = ty else { return None };
            let mut out = serde_json::Map::new();
            for field in fields.iter().take(n) {
                out.insert(field.name.to_owned(), build(steps, Some(field.ty))?);
            }
            Some(Value::Object(out))
        }
    }
}

fn local_time(text: &str, zone: &str) -> Option<Value> {
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(zone).ok()?;
    let read: Timestamp = match text.parse::<Timestamp>() {
        Ok(absolute) => absolute,
        Err(_) => text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(zone).ok()?.timestamp(),
    };
    Some(Value::from(read.as_millisecond()))
}

/// A text that a view cannot read.
fn misread(id: ViewId, name: &str) -> String {
    let what = match id {
        ViewId::Email => "is not exactly one mail address",
        ViewId::Emails => "is no list of mail addresses",
        ViewId::Url => "is no URL that has one reading",
        ViewId::Urls => "is no list of URLs that have one reading",
        ViewId::Path => "is no path that has one reading",
        ViewId::Ip => "is no IP address",
        ViewId::Iban => "is no IBAN",
        ViewId::Card => "is no card number",
        ViewId::Script => "cannot be read as writing",
        ViewId::Lines => "cannot be read as lines",
        ViewId::Words => "cannot be read as words",
        ViewId::Number => "is not written as a number",
        ViewId::Date => "is no date",
        ViewId::Time => "is no time",
        ViewId::Shell => "is no shell script of static words",
        ViewId::Sql => "is no SQL that the dialect's parser reads as a whole",
    };
    format!("`{name}` {what}")
}

/// A moment in UTC milliseconds as the language writes it.
pub(super) fn moment(ms: i64) -> Option<String> {
    Timestamp::from_millisecond(ms).ok().map(|time| time.to_string())
}
