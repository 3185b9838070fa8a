//! A program's code, laid out for running. In: a verified program, once at load. Out: [`Code`], where what one tool's code reads lies
//! together.
//!
//! A program keeps its text constants sorted, so that equal policies give equal bytes; the constants of one tool then lie far apart,
//! and a decision waits for memory once per constant. Here all text is one run of bytes in the order in which the code first
//! speaks of it, and the most frequent tests carry the range of their constant in place of its number.

use crate::program::instr::{Instr, Op};
use crate::program::{Program, StatementHead};
use crate::value::{Source, Text};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What the machine runs.
#[derive(Debug, Default)]
pub(crate) struct Code {
    /// As in the program, but in instructions that [`carries_range`] names, `c` is the first byte of the constant in `text` and
    /// `b` its length.
    instrs: Box<[Instr]>,
    /// Every string of the program.
    text: Box<[u8]>,
    /// Where each string lies in `text`, by its number in the program.
    places: Box<[Text]>,
    /// What of each statement decides, by its number.
    heads: Box<[StatementHead]>,
}

/// Tests of a text constant, by range instead of number: their second operand is free.
const fn carries_range(op: Op) -> bool {
    matches!(
        op,
        Op::EqString | Op::ListHasString | Op::StartsWith | Op::EndsWith | Op::Contains | Op::LoadString
    )
}

impl Code {
    /// Lays out a program. `None` if its text does not fit 32 bits.
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
            }
            instrs.push(instr);
        }
        let numbers = 0..u32::try_from(places.len()).ok()?;
        let places =
            numbers.map(|number| place(program, number, &mut text, &mut places)).collect::<Option<_>>()?;
        Some(Self {
            instrs: instrs.into(),
            text: text.into(),
            places,
            heads: program.statements.iter().map(crate::program::Statement::head).collect(),
        })
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

    /// What of a statement decides.
    #[inline]
    pub(crate) fn head(&self, statement: u32) -> Option<StatementHead> {
        self.heads.get(statement as usize).copied()
    }
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
