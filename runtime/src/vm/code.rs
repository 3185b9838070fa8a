//! A program's code, laid out for running. In: a verified program, once at load. Out: [`Code`], where what one tool's code reads lies
//! together.
//!
//! A program keeps its text constants sorted, so that equal policies give equal bytes; the constants of one tool then lie far apart,
//! and a decision waits for memory once per constant. Here all text is one run of bytes in the order in which the code first
//! speaks of it, and the most frequent tests carry the range of their constant in place of its number.

use crate::program::instr::{Instr, Op};
use crate::program::pool::StrId;
use crate::program::{Effect, Program, StatementHead};
use crate::value::{Source, Text};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What the machine runs.
#[derive(Debug, Default)]
pub(crate) struct Code {
    /// As in the program, but in instructions that [`carries_range`] names, `c` is the first byte of the constant in `text` and
    /// `b` its length; and in [`Op::Match`], `b` is the statement's head ([`packed`]).
    instrs: Box<[Instr]>,
    /// Every string of the program.
    text: Box<[u8]>,
    /// Where each string lies in `text`, by its number in the program.
    places: Box<[Text]>,
    /// The members of all small sets, and which of them each set has (none if it is not small).
    members: Box<[Text]>,
    sets: Box<[(u32, u32)]>,
}

/// Most members of a set that are simply compared one by one: they lie together, and a hash table does not.
pub(crate) const SMALL_SET: usize = 8;

/// Tests of a text constant, by range instead of number: their second operand is free.
const fn carries_range(op: Op) -> bool {
    matches!(
        op,
        Op::EqString | Op::ListHasString | Op::StartsWith | Op::EndsWith | Op::Contains | Op::LoadString
    )
}

impl Code {
    /// Lays out a program. `None` if its text does not fit 32 bits, or if it refers to what it does not have, which the verifier rules out.
    pub(crate) fn new(program: &Program) -> Option<Self> {
        let mut text = Vec::new();
        let mut places: Vec<Option<Text>> = Vec::new();
        places.resize(program.strings.len(), None);
        let mut instrs = Vec::with_capacity(program.code.len());
        for instr in &program.code {
            let mut instr = *instr;
            if carries_range(instr.op) {
                let place = place(program, instr.c, &mut text, &mut places)?;
                (instr.c, instr.b) = (place.offset, place.len);
            } else if instr.op == Op::Match {
                instr.b = packed(program.statements.get(instr.c as usize)?.head());
            } else if matches!(instr.op, Op::InStrings | Op::SubsetStrings) {
                for id in small_set(program, instr.c) {
                    place(program, id.0, &mut text, &mut places)?;
                }
            }
            instrs.push(instr);
        }
        let numbers = 0..u32::try_from(places.len()).ok()?;
        let places: Option<Box<[Text]>> =
            numbers.map(|number| place(program, number, &mut text, &mut places)).collect();
        let places = places?;
        let (members, sets) = sets(program, &places)?;
        Some(Self { instrs: instrs.into(), text: text.into(), places, members, sets })
    }

    /// The instruction at `pc`.
    #[inline]
    pub(crate) fn at(&self, pc: usize) -> Option<&Instr> {
        self.instrs.get(pc)
    }

    /// What texts of [`Source::Program`] are ranges of.
    #[inline]
    pub(crate) const fn text(&self) -> &[u8] {
        &self.text
    }

    /// The program's string of that number.
    #[inline]
    pub(crate) fn string(&self, number: u32) -> Option<Text> {
        self.places.get(number as usize).copied()
    }

    /// Whether `text` is in a small set of strings; `None` if the set is not small.
    #[inline]
    pub(crate) fn in_small_set(&self, set: u32, text: &[u8]) -> Option<bool> {
        let (start, len) = *self.sets.get(set as usize)?;
        let members = self.members.get(start as usize..)?.get(..len as usize)?;
        let is = |member: &Text| {
            let start = member.offset as usize;
            let bytes = || self.text.get(start..start.saturating_add(member.len as usize));
            member.len as usize == text.len() && bytes() == Some(text)
        };
        if members.is_empty() { None } else { Some(members.iter().any(is)) }
    }
}

const GUARDRAIL: u32 = 4;
const SHADOW: u32 = 8;

/// What of a statement decides, in a number: the effect below the bits of [`GUARDRAIL`] and [`SHADOW`].
const fn packed(head: StatementHead) -> u32 {
    let effect = match head.effect {
        Effect::Deny => 0,
        Effect::Ask => 1,
        Effect::Allow => 2,
    };
    effect | if head.guardrail { GUARDRAIL } else { 0 } | if head.shadow { SHADOW } else { 0 }
}

/// What [`packed`] has packed.
pub(super) const fn unpacked(head: u32) -> StatementHead {
    let effect = match head & 3 {
        2 => Effect::Allow,
        1 => Effect::Ask,
        _ => Effect::Deny,
    };
    StatementHead { effect, guardrail: head & GUARDRAIL != 0, shadow: head & SHADOW != 0 }
}

/// A set of the program if it is small.
fn small_set(program: &Program, set: u32) -> &[StrId] {
    let ids = program.string_sets.get(set as usize).map(Vec::as_slice).unwrap_or_default();
    if ids.len() <= SMALL_SET { ids } else { &[] }
}

/// The members of all small sets, and which of them each set has.
type Sets = (Box<[Text]>, Box<[(u32, u32)]>);

fn sets(program: &Program, places: &[Text]) -> Option<Sets> {
    let (mut members, mut sets) = (Vec::new(), Vec::with_capacity(program.string_sets.len()));
    for set in 0..u32::try_from(program.string_sets.len()).ok()? {
        let own = small_set(program, set);
        sets.push((u32::try_from(members.len()).ok()?, u32::try_from(own.len()).ok()?));
        for id in own {
            members.push(*places.get(id.0 as usize)?);
        }
    }
    Some((members.into(), sets.into()))
}

/// Where string `number` lies; puts it there if it does not lie anywhere yet.
fn place(program: &Program, number: u32, text: &mut Vec<u8>, places: &mut [Option<Text>]) -> Option<Text> {
    let place = places.get_mut(number as usize)?;
    if let Some(place) = place {
        return Some(*place);
    }
    let string = program.strings.get(number as usize)?;
    let (offset, len) = (u32::try_from(text.len()).ok()?, u32::try_from(string.len()).ok()?);
    offset.checked_add(len)?;
    text.extend_from_slice(string.as_bytes());
    Some(*place.insert(Text { source: Source::Program, offset, len }))
}
