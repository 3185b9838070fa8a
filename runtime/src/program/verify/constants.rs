//! Constants: every index in range, every table in its canonical order, every pattern, zone and address block readable.

use super::{VerifyError, ascending, check, within};
use crate::pattern::PatternSet;
use crate::program::Program;
use crate::program::pool::{Const, StrId, Switch, Table, ViewCall, ZoneTable};
use crate::views::table::Takes;
use crate::views::{Dialect, TestId, ViewId, Zone, check_operand};
use crate::vm::zones::transitions;

pub(super) fn verify(program: &Program) -> Result<(), VerifyError> {
    check(ascending(&program.strings), "string", 0, "strings are not sorted")?;
    check(u32::try_from(program.strings.len()).is_ok(), "string", 0, "there are too many")?;
    for (index, set) in program.string_sets.iter().enumerate() {
        strings(program, set, "string set", index)?;
    }
    for (index, set) in program.number_sets.iter().enumerate() {
        check(ascending(set), "number set", index, "it is not sorted")?;
    }
    PatternSet::check(&program.patterns, &program.strings).map_err(|bad| VerifyError {
        place: "pattern",
        index: bad.index,
        reason: bad.what,
    })?;
    for (index, table) in program.tables.iter().enumerate() {
        constant_table(program, table, index)?;
    }
    for (index, zone) in program.zones.iter().enumerate() {
        zone_table(zone, index)?;
    }
    for (index, view) in program.views.iter().enumerate() {
        view_call(program, view, index)?;
    }
    for (index, cidr) in program.cidrs.iter().enumerate() {
        let text = text(program, *cidr);
        let block = text.is_some_and(|text| check_operand(TestId::IpInCidr, text).is_ok());
        check(block, "address block", index, "it is no address block")?;
    }
    for (index, switch) in program.switches.iter().enumerate() {
        jump_table(program, switch, index)?;
    }
    Ok(())
}

fn text(program: &Program, id: StrId) -> Option<&str> {
    usize::try_from(id.0).ok().and_then(|index| program.strings.get(index)).map(|text| &**text)
}

/// Sorted ids of strings: since strings are sorted, so are the texts.
fn strings(program: &Program, ids: &[StrId], place: &'static str, index: usize) -> Result<(), VerifyError> {
    check(ids.iter().all(|id| within(id.0, program.strings.len())), place, index, "no such string")?;
    check(ascending(ids), place, index, "it is not sorted")
}

fn constant_table(program: &Program, table: &Table, index: usize) -> Result<(), VerifyError> {
    strings(program, &table.keys, "table", index)?;
    check(table.keys.len() == table.values.len(), "table", index, "keys and values differ in number")?;
    let known = table.values.iter().all(|value| match value {
        Const::Bool(_) | Const::Number(_) => true,
        Const::Str(id) => text(program, *id).is_some(),
    });
    check(known, "table", index, "no such string")
}

fn zone_table(zone: &ZoneTable, index: usize) -> Result<(), VerifyError> {
    let readable = Zone::new(&transitions(zone), zone.horizon).is_some();
    check(readable, "zone", index, "its transitions are out of order or out of range")
}

fn view_call(program: &Program, call: &ViewCall, index: usize) -> Result<(), VerifyError> {
    let spec = ViewId::from_number(call.view).and_then(ViewId::spec);
    check(spec.is_some(), "view", index, "no such view")?;
    let Some(spec) = spec else { return Ok(()) };
    let members = call.members.is_sorted_by(|left, right| left.0 < right.0);
    check(members, "view", index, "members are not sorted")?;
    let known = call.members.iter().all(|(member, _)| usize::from(*member) < spec.members.len());
    check(known, "view", index, "no such member")?;
    let plain = call.param.is_none() && call.zone.is_none();
    check(plain || spec.takes != Takes::Nothing, "view", index, "the view takes no parameter")?;
    check(call.param.is_none_or(|id| text(program, id).is_some()), "view", index, "no such string")?;
    let dialect = call.param.and_then(|id| text(program, id)).and_then(Dialect::named);
    check(dialect.is_some() || spec.takes != Takes::Dialect, "view", index, "no such dialect")?;
    check(
        call.zone.is_none_or(|zone| within(zone.into(), program.zones.len())),
        "view",
        index,
        "no such zone",
    )
}

fn jump_table(program: &Program, switch: &Switch, index: usize) -> Result<(), VerifyError> {
    let known = switch.cases.iter().all(|(id, _)| text(program, *id).is_some());
    check(known, "switch", index, "no such string")?;
    check(switch.cases.is_sorted_by(|left, right| left.0 < right.0), "switch", index, "cases are not sorted")
}
