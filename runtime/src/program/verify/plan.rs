//! Plans: every index in range, every check satisfiable by construction, and captures that stay where they belong: those of
//! arguments in the tool's own registers, those of host values in the host's, those of list elements in their frame.
//!
//! Nodes refer to nodes through lists and objects alone, so each step of a cycle consumes input; depth is capped by the header.

use super::{VerifyError, ascending, check, within};
use crate::number::Decimal;
use crate::program::Program;
use crate::program::instr::MAX_STRIDE;
use crate::program::plan::{
    KIND_ANY, KIND_OBJECT, KIND_STRING, NO_CHECK, NO_REGISTER, Node, NodeId, NumberCheck, ObjectCheck, Rest,
    StringCheck, Variants,
};
use alloc::vec;
use alloc::vec::Vec;

pub(super) fn verify(program: &Program) -> Result<(), VerifyError> {
    let plan = &program.plan;
    let any = Node {
        kinds: KIND_ANY,
        boolean: 0,
        capture: NO_REGISTER,
        number: NO_CHECK,
        string: NO_CHECK,
        list: NO_CHECK,
        object: NO_CHECK,
    };
    check(plan.nodes.first() == Some(&any), "node", 0, "it does not accept any value")?;
    for (index, node) in plan.nodes.iter().enumerate() {
        verify_node(program, node, index)?;
    }
    for (index, number) in plan.numbers.iter().enumerate() {
        verify_number(number, index)?;
    }
    for (index, string) in plan.strings.iter().enumerate() {
        verify_string(program, string, index)?;
    }
    for (index, list) in plan.lists.iter().enumerate() {
        check(known(program, list.items), "list check", index, "no such node")?;
        check(list.stride <= MAX_STRIDE, "list check", index, "its frame is too large")?;
    }
    for (index, object) in plan.objects.iter().enumerate() {
        verify_object(program, object, index)?;
    }
    for (index, tool) in program.tools.iter().enumerate() {
        let node = node(program, tool.args).map(|node| node.kinds);
        check(node == Some(KIND_OBJECT), "tool", index, "its arguments are not planned as an object")?;
    }
    check(known(program, program.principal), "header", 0, "no such node for the principal")?;
    check(known(program, program.session), "header", 0, "no such node for the session")?;
    verify_captures(program)
}

fn node(program: &Program, id: NodeId) -> Option<&Node> {
    usize::try_from(id.0).ok().and_then(|index| program.plan.nodes.get(index))
}

fn known(program: &Program, id: NodeId) -> bool {
    node(program, id).is_some()
}

fn verify_node(program: &Program, node: &Node, index: usize) -> Result<(), VerifyError> {
    let plan = &program.plan;
    check(node.kinds != 0 && node.kinds <= KIND_ANY, "node", index, "it accepts no kind of value")?;
    check(node.boolean <= 2, "node", index, "its boolean is out of range")?;
    let checks = [
        (node.number, plan.numbers.len()),
        (node.string, plan.strings.len()),
        (node.list, plan.lists.len()),
        (node.object, plan.objects.len()),
    ];
    let known = checks.into_iter().all(|(check, length)| check == NO_CHECK || within(check, length));
    check(known, "node", index, "no such check")
}

fn verify_number(number: &NumberCheck, index: usize) -> Result<(), VerifyError> {
    let divisor = number.multiple_of.is_none_or(|divisor| divisor > Decimal::ZERO);
    check(divisor, "number check", index, "its divisor is not above zero")?;
    check(ascending(&number.one_of), "number check", index, "its values are not sorted")
}

fn verify_string(program: &Program, string: &StringCheck, index: usize) -> Result<(), VerifyError> {
    let wrong = |holds, reason| check(holds, "string check", index, reason);
    wrong(string.one_of.is_none_or(|set| within(set, program.string_sets.len())), "no such string set")?;
    wrong(string.patterns.iter().all(|pattern| within(*pattern, program.patterns.len())), "no such pattern")
}

fn verify_object(program: &Program, object: &ObjectCheck, index: usize) -> Result<(), VerifyError> {
    let wrong = |holds, reason| check(holds, "object check", index, reason);
    let keys = &object.keys;
    wrong(keys.iter().all(|key| within(key.name.0, program.strings.len())), "no such string")?;
    // Strings are sorted, so their ids are as well.
    wrong(keys.is_sorted_by(|left, right| left.name < right.name), "its keys are not sorted")?;
    wrong(keys.iter().all(|key| known(program, key.node)), "no such node")?;
    wrong(
        object.names.is_none_or(|names| within(names, program.plan.strings.len())),
        "no such string check",
    )?;
    match object.rest {
        Rest::Map(rest) => wrong(known(program, rest), "no such node")?,
        Rest::Closed | Rest::Open => {
            wrong(object.entries.is_none(), "entries are captured where members are not planned")?;
        }
    }
    if let Some((_, stride)) = object.entries {
        wrong((1..=MAX_STRIDE).contains(&stride), "the frame of its entries is out of range")?;
    }
    object.variants.as_ref().map_or(Ok(()), |variants| verify_variants(program, object, variants, index))
}

fn verify_variants(
    program: &Program,
    object: &ObjectCheck,
    variants: &Variants,
    index: usize,
) -> Result<(), VerifyError> {
    let wrong = |holds, reason| check(holds, "object check", index, reason);
    let tag = usize::try_from(variants.tag).ok().and_then(|tag| object.keys.get(tag));
    let kinds = tag.filter(|tag| tag.required).and_then(|tag| node(program, tag.node)).map(|node| node.kinds);
    wrong(kinds == Some(KIND_STRING), "its tag is not a required text")?;
    let cases = &variants.cases;
    wrong(cases.iter().all(|case| within(case.value.0, program.strings.len())), "no such string")?;
    wrong(cases.is_sorted_by(|left, right| left.value < right.value), "its cases are not sorted")?;
    for case in cases {
        wrong(ascending(&case.required) && ascending(&case.allowed), "keys of a case are not sorted")?;
        wrong(case.allowed.iter().all(|key| within(*key, object.keys.len())), "no such key")?;
        let subset = case.required.iter().all(|key| case.allowed.binary_search(key).is_ok());
        wrong(subset, "a case requires a key that it does not allow")?;
    }
    Ok(())
}

/// Where captures of a node may go: `low <= capture < high`.
#[derive(Debug, Clone, Copy)]
struct Room {
    low: u16,
    high: u16,
}

/// Every way to reach a node, with the room of the registers or of the frame there.
fn entrances(program: &Program) -> Vec<(NodeId, Room)> {
    let host = Room { low: 0, high: program.host_registers };
    let mut entrances = vec![(program.principal, host), (program.session, host)];
    let args =
        |tool: &crate::program::Tool| (tool.args, Room { low: program.host_registers, high: tool.registers });
    entrances.extend(program.tools.iter().map(args));
    let items = |list: &crate::program::plan::ListCheck| (list.items, Room { low: 0, high: list.stride });
    entrances.extend(program.plan.lists.iter().map(items));
    for object in &program.plan.objects {
        if let (Some((_, stride)), Rest::Map(rest)) = (object.entries, object.rest) {
            // Offset 0 of an entry is its key.
            entrances.push((rest, Room { low: 1, high: stride }));
        }
    }
    entrances
}

/// Each node gets the least `high` and the greatest `low` of all ways to reach it; captures keep within both.
fn verify_captures(program: &Program) -> Result<(), VerifyError> {
    let mut entrances = entrances(program);
    entrances.sort_by_key(|(_, room)| room.high);
    let high = flood(program, entrances.iter().map(|(node, room)| (*node, room.high)));
    entrances.sort_by_key(|(_, room)| core::cmp::Reverse(room.low));
    let low = flood(program, entrances.iter().map(|(node, room)| (*node, room.low)));
    for (index, node) in program.plan.nodes.iter().enumerate() {
        let room = low.get(index).copied().flatten().zip(high.get(index).copied().flatten());
        let Some((low, high)) = room else { continue };
        let inside = |register: u16| register >= low && register < high;
        check(
            node.capture == NO_REGISTER || inside(node.capture),
            "node",
            index,
            "it captures outside of its registers",
        )?;
        let entries = usize::try_from(node.object)
            .ok()
            .and_then(|object| program.plan.objects.get(object))
            .and_then(|object| object.entries);
        check(
            entries.is_none_or(|(register, _)| inside(register)),
            "node",
            index,
            "it captures entries outside of its registers",
        )?;
    }
    Ok(())
}

/// The value of the first entrance from which a node is reached without entering another frame. With entrances in order, that is
/// the least (or greatest) of all; each node and each object is visited once.
fn flood(program: &Program, entrances: impl Iterator<Item = (NodeId, u16)>) -> Vec<Option<u16>> {
    let mut reached = vec![None; program.plan.nodes.len()];
    let mut entered = vec![false; program.plan.objects.len()];
    let mut open = Vec::new();
    for (entrance, value) in entrances {
        open.push(entrance);
        while let Some(id) = open.pop() {
            let place = usize::try_from(id.0).ok().and_then(|index| reached.get_mut(index));
            let Some(place @ None) = place else { continue };
            *place = Some(value);
            let index = node(program, id).and_then(|node| usize::try_from(node.object).ok());
            let Some((object, entered @ false)) =
                index.and_then(|index| program.plan.objects.get(index).zip(entered.get_mut(index)))
            else {
                continue;
            };
            *entered = true;
            open.extend(object.keys.iter().map(|key| key.node));
            if let (Rest::Map(rest), None) = (object.rest, object.entries) {
                open.push(rest);
            }
        }
    }
    reached
}
