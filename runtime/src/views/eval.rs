//! The VM's doors to the views. In: a stable number, a text, the members that are wanted. Out: events, or nothing.

use super::shell::{self, Command};
use super::sink::{Event, Scratch, ViewSink, Wanted, send, send_list};
use super::sql::{self, Dialect};
use super::table::{TestId, ViewId};
use super::time::Zone;
use super::{bank, email, ip, number, path, script, text, time, url};
use alloc::string::String;

/// What a view takes besides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param<'a> {
    /// Nothing.
    None,
    /// The zone in which a local time is read.
    Zone(Zone<'a>),
    /// The dialect of `sql`.
    Dialect(Dialect),
}

/// What became of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The text parsed; every wanted member that is there was sent, in the order of the table.
    Present,
    /// The text has no single reading, or the parameter is not the view's: every member is absent, nothing was sent.
    Absent,
    /// The moment is outside the zone's table: the decision is Deny, `state_unavailable`. Nothing was sent.
    OutsideTables,
}

/// Why a constant operand is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperandError {
    /// The root of `under`.
    Root(path::RootError),
    /// The block of `in cidr`.
    Cidr(ip::CidrError),
}

/// Reads `input` by a view and sends the wanted members to `sink`.
pub fn eval(
    view: ViewId,
    input: &str,
    param: Param<'_>,
    wanted: Wanted,
    scratch: &mut Scratch,
    sink: &mut dyn ViewSink,
) -> Outcome {
    if view.spec().is_none_or(|spec| input.len() > spec.longest) {
        return Outcome::Absent;
    }
    let present = match view {
        ViewId::Email => eval_email(input, wanted, scratch, sink),
        ViewId::Emails => email::emails(input, scratch).map(|all| send_list(sink, wanted, 0, all)),
        ViewId::Url => eval_url(input, wanted, scratch, sink),
        ViewId::Urls => url::urls(input, scratch).map(|all| send_list(sink, wanted, 0, all)),
        ViewId::Path => eval_path(input, wanted, scratch, sink),
        ViewId::Ip => eval_ip(input, wanted, scratch, sink),
        ViewId::Iban => bank::iban(input, scratch).map(|iban| {
            send(sink, wanted, 0, Event::Str(iban.country));
            send(sink, wanted, 1, Event::Str(iban.electronic));
        }),
        ViewId::Card => bank::card(input, scratch).map(|card| {
            send(sink, wanted, 0, Event::Str(card.digits));
            send(sink, wanted, 1, Event::Str(card.last4));
            send(sink, wanted, 2, Event::Str(card.brand));
        }),
        ViewId::Script => {
            let writing = script::script(input);
            send(sink, wanted, 0, Event::Bool(writing.mixed));
            send(sink, wanted, 1, Event::Bool(writing.hidden));
            send(sink, wanted, 2, Event::Bool(writing.ascii));
            Some(())
        }
        ViewId::Lines => text::lines(input).map(|all| send_list(sink, wanted, 0, all)),
        ViewId::Words => text::words(input).map(|all| send_list(sink, wanted, 0, all)),
        ViewId::Number => number::number(input).map(|value| send(sink, wanted, 0, Event::Decimal(value))),
        ViewId::Date => time::date(input).map(|days| send(sink, wanted, 0, Event::Int(days))),
        ViewId::Shell => shell::shell(input).map(|commands| send_commands(&commands, wanted, sink)),
        ViewId::Time => return eval_time(input, param, wanted, sink),
        ViewId::Sql => eval_sql(input, param, wanted, sink),
    };
    if present.is_some() { Outcome::Present } else { Outcome::Absent }
}

/// Decides a test; `None` is *unknown*.
#[must_use]
pub fn test(test: TestId, input: &str, operand: &str, scratch: &mut Scratch) -> Option<bool> {
    match test {
        TestId::PathUnder => path::under(input, operand, scratch),
        TestId::IpInCidr => ip::in_cidr(input, operand),
        TestId::Mentions => text::mentions(input, operand, scratch),
    }
}

/// Checks the constant operand of a test, at compile time and when a program is loaded.
///
/// # Errors
/// What is wrong with it.
pub fn check_operand(test: TestId, operand: &str) -> Result<(), OperandError> {
    match test {
        TestId::PathUnder => path::check_root(operand).map_err(OperandError::Root),
        TestId::IpInCidr => ip::check_cidr(operand).map_err(OperandError::Cidr),
        TestId::Mentions => Ok(()),
    }
}

fn eval_email(input: &str, wanted: Wanted, scratch: &mut Scratch, sink: &mut dyn ViewSink) -> Option<()> {
    let email = email::email(input, scratch)?;
    send(sink, wanted, 0, Event::Str(email.local));
    send(sink, wanted, 1, Event::Str(email.domain));
    send(sink, wanted, 2, Event::Str(email.address));
    Some(())
}

fn eval_url(input: &str, wanted: Wanted, scratch: &mut Scratch, sink: &mut dyn ViewSink) -> Option<()> {
    let url = url::url(input, scratch)?;
    send(sink, wanted, 0, Event::Str(url.scheme));
    if let Some(host) = url.host {
        send(sink, wanted, 1, Event::Str(host));
    }
    if let Some(port) = url.port {
        send(sink, wanted, 2, Event::Int(port.into()));
    }
    if let Some(path) = url.path {
        send(sink, wanted, 3, Event::Str(path));
    }
    send(sink, wanted, 4, Event::Str(url.query));
    if let Some(userinfo) = url.userinfo {
        send(sink, wanted, 5, Event::Str(userinfo));
    }
    Some(())
}

fn eval_path(input: &str, wanted: Wanted, scratch: &mut Scratch, sink: &mut dyn ViewSink) -> Option<()> {
    let path = path::path(input, scratch)?;
    send(sink, wanted, 0, Event::Bool(path.absolute));
    send(sink, wanted, 1, Event::Str(path.clean));
    send(sink, wanted, 2, Event::Str(path.dir));
    send(sink, wanted, 3, Event::Str(path.name));
    send(sink, wanted, 4, Event::Str(path.ext));
    Some(())
}

fn eval_ip(input: &str, wanted: Wanted, scratch: &mut Scratch, sink: &mut dyn ViewSink) -> Option<()> {
    let ip = ip::ip(input)?;
    send(sink, wanted, 0, Event::Int(ip.version()));
    if wanted.has(1) {
        send(sink, wanted, 1, Event::Str(ip.canonical(&mut scratch.text)));
    }
    send(sink, wanted, 2, Event::Bool(ip.loopback()));
    send(sink, wanted, 3, Event::Bool(ip.private()));
    send(sink, wanted, 4, Event::Bool(ip.link_local()));
    send(sink, wanted, 5, Event::Bool(ip.public()));
    Some(())
}

fn eval_sql(input: &str, param: Param<'_>, wanted: Wanted, sink: &mut dyn ViewSink) -> Option<()> {
    let Param::Dialect(dialect) = param else { return None };
    let sql = sql::sql(input, dialect)?;
    send(sink, wanted, 0, Event::Bool(sql.read_only));
    send_list(sink, wanted, 1, sql.kinds.iter().copied());
    if let Some(names) = &sql.names {
        send_list(sink, wanted, 2, names.tables.iter().map(String::as_str));
        send_list(sink, wanted, 3, names.columns.iter().map(String::as_str));
        send(sink, wanted, 4, Event::Bool(names.star));
    }
    Some(())
}

fn send_commands(commands: &[Command], wanted: Wanted, sink: &mut dyn ViewSink) {
    if !wanted.has(0) {
        return;
    }
    sink.put(Event::Member(0));
    sink.put(Event::List(commands.len()));
    for command in commands {
        sink.put(Event::Record(3));
        sink.put(Event::Str(&command.name));
        for list in [&command.args, &command.redirects] {
            sink.put(Event::List(list.len()));
            list.iter().for_each(|text| sink.put(Event::Str(text)));
        }
    }
}

fn eval_time(input: &str, param: Param<'_>, wanted: Wanted, sink: &mut dyn ViewSink) -> Outcome {
    let zone = match &param {
        Param::Zone(zone) => Some(zone),
        Param::None | Param::Dialect(_) => None,
    };
    match time::time(input, zone) {
        Ok(Some(ms)) => {
            send(sink, wanted, 0, Event::Int(ms));
            Outcome::Present
        }
        Ok(None) => Outcome::Absent,
        Err(time::OutsideTables) => Outcome::OutsideTables,
    }
}
