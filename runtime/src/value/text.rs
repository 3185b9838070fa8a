//! Where texts point to. In: the inputs of one decision. Out: their bytes.

use super::slot::{Source, Text};

/// The byte strings that captured texts are ranges of. They must be the ones that were scanned into the store.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inputs<'a> {
    /// The call's arguments.
    pub args: &'a [u8],
    /// The host's principal.
    pub principal: &'a [u8],
    /// The host's session.
    pub session: &'a [u8],
    /// The call's result as JSON, when one is learned from.
    pub result: &'a [u8],
    /// The plain text of the call's result.
    pub text: &'a [u8],
    /// The program's text constants, one after the other.
    pub strings: &'a [u8],
}

impl<'a> Inputs<'a> {
    /// The bytes of `text`, where `scratch` are the store's scratch bytes. Empty if it points outside of them, which only
    /// happens when it was captured from other inputs.
    #[must_use]
    pub fn bytes<'s>(&self, scratch: &'s [u8], text: Text) -> &'s [u8]
    where
        'a: 's,
    {
        let of: &'s [u8] = match text.source {
            Source::Args => self.args,
            Source::Principal => self.principal,
            Source::Session => self.session,
            Source::Result => self.result,
            Source::ResultText => self.text,
            Source::Scratch => scratch,
            Source::Static => WEEKDAYS,
            Source::Program => self.strings,
        };
        let start = text.offset as usize;
        of.get(start..start.saturating_add(text.len as usize)).unwrap_or_default()
    }
}

/// Three letters each, Monday first.
const WEEKDAYS: &[u8] = b"montuewedthufrisatsun";

/// The name of a day, 0 (`mon`) to 6 (`sun`); `None` for other numbers.
#[must_use]
pub fn weekday(day: u8) -> Option<Text> {
    let offset = u32::from(day).checked_mul(3)?;
    (day < 7).then_some(Text { source: Source::Static, offset, len: 3 })
}

/// Number of code points in UTF-8 text.
#[must_use]
pub fn code_points(text: &[u8]) -> usize {
    // Every byte but a continuation byte (0b10xxxxxx) starts a code point.
    text.iter().filter(|byte| byte.cast_signed() >= -64).count()
}
