//! Arrays that a plan speaks about. In: the bracket's position and the check. Out: elements checked and captured in frames.

use super::bytes::{byte, skip_space};
use super::canonical::Writer;
use super::reject::What;
use super::table::List;
use super::{After, NOWHERE, Scan, Stop};
use crate::program::plan::{NO_REGISTER, Node};
use crate::value::{self, Slot};

impl Scan<'_> {
    /// Reads the array whose bracket is at `open`.
    #[inline(never)]
    pub(super) fn list(
        &mut self,
        open: usize,
        (node, list): (&Node, &List),
        base: usize,
        depth: u32,
    ) -> Result<usize, Stop> {
        let depth = self.deeper(open, depth)?;
        let check = &list.check;
        let stride = if node.capture == NO_REGISTER { 0 } else { check.stride };
        let (frames, ranges) = (self.store.registers.len(), self.store.work.ranges.len());
        let mut at = skip_space(self.input, open.wrapping_add(1));
        let mut len = 0_u32;
        if byte(self.input, at) == b']' {
            at = at.wrapping_add(1);
        } else {
            loop {
                let frame = if stride == 0 { NOWHERE } else { self.frame(stride, at)? };
                let end = self.value(at, &list.items, frame, depth)?;
                if check.unique {
                    self.note_range(at, end);
                }
                len = len.wrapping_add(1);
                match self.after(end, b']')? {
                    After::Next(next) => at = next,
                    After::End(end) => {
                        at = end;
                        break;
                    }
                }
            }
            self.elements = self.elements.wrapping_add(len as usize);
        }
        if len < check.min {
            self.misfit(What::TooFewElements, open);
        } else if check.max.is_some_and(|max| len > max) {
            self.misfit(What::TooManyElements, open);
        }
        if check.unique && self.repeats(ranges) {
            self.misfit(What::NotUnique, open);
        }
        if stride != 0 {
            let captured = self.finish_frames(frames, len, stride);
            self.put(base, node.capture, captured);
        } else if node.capture != NO_REGISTER {
            self.put(base, node.capture, Slot::List(value::List { start: 0, len, stride: 0 }));
        }
        Ok(at)
    }

    /// Keeps where an element lies.
    fn note_range(&mut self, start: usize, end: usize) {
        if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) {
            self.store.work.ranges.push((start, end));
        }
    }

    /// Two of the elements noted since `from` are equal as values. Their canonical texts are sorted, so that the time is nearly
    /// linear in their bytes.
    fn repeats(&mut self, from: usize) -> bool {
        let work = &mut self.store.work;
        let mut writer = Writer::new(&mut work.canonical);
        for (start, end) in work.ranges.drain(from..) {
            writer.element(self.input.get(start as usize..end as usize).unwrap_or_default());
        }
        writer.has_equal_elements()
    }
}
