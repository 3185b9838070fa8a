//! Values that no plan speaks about. In: a value's position. Out: checked as strict JSON, and the position after it.

use super::bytes::{byte, skip_space};
use super::reject::What;
use super::{After, Scan, Stop};
use crate::value::Slot;

impl Scan<'_> {
    /// Reads any value; white space may stand before it.
    #[inline(always)]
    pub(super) fn free_value(&mut self, at: usize, depth: u32) -> Result<usize, Stop> {
        if byte(self.input, at) == b'"' {
            return Ok(self.string(at.wrapping_add(1))?.end.wrapping_add(1));
        }
        self.other_free_value(at, depth)
    }

    #[inline(never)]
    fn other_free_value(&mut self, at: usize, depth: u32) -> Result<usize, Stop> {
        match byte(self.input, at) {
            b'"' => Ok(self.string(at.wrapping_add(1))?.end.wrapping_add(1)),
            b'{' => self.free_object(at, depth),
            b'[' => Ok(self.free_list(at, depth)?.0),
            b'-' | b'0'..=b'9' => Ok(self.number(at)?.0),
            b't' => self.literal(at, Slot::Bool(true)),
            b'f' => self.literal(at, Slot::Bool(false)),
            b'n' => self.literal(at, Slot::Null),
            b' ' | b'\t' | b'\n' | b'\r' => self.other_free_value(skip_space(self.input, at), depth),
            _ => Err(self.unexpected(at)),
        }
    }

    /// Reads the object whose brace is at `open`.
    pub(super) fn free_object(&mut self, open: usize, depth: u32) -> Result<usize, Stop> {
        let depth = self.deeper(open, depth)?;
        let names = self.names();
        let mut at = skip_space(self.input, open.wrapping_add(1));
        if byte(self.input, at) == b'}' {
            return Ok(at.wrapping_add(1));
        }
        loop {
            if byte(self.input, at) != b'"' {
                return Err(self.unexpected(at));
            }
            let key = self.string(at.wrapping_add(1))?;
            self.add_name(names, key)?;
            self.elements = self.elements.wrapping_add(1);
            let value = self.colon(key.end)?;
            let end = self.free_value(value, depth)?;
            match self.after(end, b'}')? {
                After::Next(next) => at = next,
                After::End(end) => {
                    self.end_names(names)?;
                    return Ok(end);
                }
            }
        }
    }

    /// Reads the array whose bracket is at `open`; also the number of its elements.
    pub(super) fn free_list(&mut self, open: usize, depth: u32) -> Result<(usize, u32), Stop> {
        let depth = self.deeper(open, depth)?;
        let mut at = skip_space(self.input, open.wrapping_add(1));
        let mut len = 0_u32;
        if byte(self.input, at) == b']' {
            return Ok((at.wrapping_add(1), len));
        }
        loop {
            let end = self.free_value(at, depth)?;
            len = len.wrapping_add(1);
            self.elements = self.elements.wrapping_add(1);
            match self.after(end, b']')? {
                After::Next(next) => at = next,
                After::End(end) => return Ok((end, len)),
            }
        }
    }

    /// One level further down from the container at `open`.
    #[inline]
    pub(super) fn deeper(&mut self, open: usize, depth: u32) -> Result<u32, Stop> {
        depth.checked_sub(1).ok_or_else(|| self.stop(What::TooDeep, open))
    }
}
