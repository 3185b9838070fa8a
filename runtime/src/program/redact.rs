//! What a program says about results: places and patterns that the agent may not see. In: the emitter. Out: read by
//! [`crate::result::Redactor`].
//!
//! Which redactions hold for a result (its tool, a `when`) is decided elsewhere; here is what each of them takes out.

use super::pool::StrId;
use super::wire::{wire_enum, wire_struct};
use alloc::string::String;
use alloc::vec::Vec;

/// Index into [`super::Program::patterns`].
///
/// The pattern is an automaton of the expression *alone*, anchored at its start and with all of its matches (`MatchKind::All`), so
/// that it can be run from any place of a text; or `Contains`. Of another shape, the whole text counts as found where it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(pub u32);

/// `redact NAME on …: paths … patterns … keep images with "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redaction {
    /// Its statement.
    pub statement: u32,
    /// Qualified id: `contact_pii`; of a guardrails file: `org_security/cards`.
    pub id: String,
    /// Comes from a guardrails file: where spans touch, its marker wins.
    pub guardrail: bool,
    /// Places below the result's root, each redacted as a whole.
    pub paths: Vec<Path>,
    /// What is redacted wherever it is found.
    pub patterns: Vec<PatternId>,
    /// What stands in the place of what was taken out.
    pub marker: StrId,
    /// Images pass.
    pub keep_images: bool,
}

/// A place below the result's root; without steps: the root itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step down. Keys are compared exactly, case included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// `.name`: the member of an object.
    Key(StrId),
    /// `..name`: members of that name at any depth from here on, through lists too.
    Deep(StrId),
    /// `[*]`: each element of a list.
    Every,
}

wire_struct!(PatternId(u32));
wire_struct!(Path(Vec<Step>));
wire_struct!(Redaction {
    statement: u32,
    id: String,
    guardrail: bool,
    paths: Vec<Path>,
    patterns: Vec<PatternId>,
    marker: StrId,
    keep_images: bool,
});
wire_enum!(Step { 0 => Key(name: StrId), 1 => Deep(name: StrId), 2 => Every });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::wire::{Reader, Wire};
    use alloc::vec;
    use std::string::ToString;

    fn sample() -> Redaction {
        Redaction {
            statement: 0,
            id: "org_security/cards".to_string(),
            guardrail: true,
            paths: vec![Path(vec![]), Path(vec![Step::Deep(StrId(7)), Step::Every, Step::Key(StrId(300))])],
            patterns: vec![PatternId(0), PatternId(u32::MAX)],
            marker: StrId(1),
            keep_images: true,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut bytes = Vec::new();
        sample().write(&mut bytes);
        let mut reader = Reader::new(&bytes, 0);
        assert_eq!(Redaction::read(&mut reader).unwrap(), sample());
        assert_eq!(reader.remaining(), 0);
        for cut in 0..bytes.len() {
            assert!(Redaction::read(&mut Reader::new(&bytes[..cut], 0)).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn an_unknown_step_is_refused() {
        assert!(Step::read(&mut Reader::new(&[3], 0)).is_err());
    }
}
