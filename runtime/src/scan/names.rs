//! Undeclared keys. In: the keys of one object as they are read. Out: `DuplicateKey` if two of them are equal after decoding.
//!
//! The first few are compared one by one, which is what nearly all objects need; an object with more is sorted once at its end.

use super::bytes::first_word;
use super::reject::What;
use super::strings::{Str, decode};
use super::work::Name;
use super::{Scan, Stop};

/// Keys compared one by one.
const FEW: usize = 16;

/// Where the keys of an object begin in the scanner's memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    names: usize,
    decoded: usize,
}

impl Scan<'_> {
    /// Begins an object.
    #[inline]
    pub(super) fn names(&self) -> Names {
        Names { names: self.store.work.names.len(), decoded: self.store.work.decoded.len() }
    }

    /// Adds a key of the object.
    pub(super) fn add_name(&mut self, names: Names, key: Str) -> Result<(), Stop> {
        let raw = self.input.get(key.start..key.end).unwrap_or_default();
        // Positions in the input, and decoded text (which is no longer than its escapes), fit 32 bits.
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let at = narrow(key.start);
        let name = if key.escaped {
            let decoded = &mut self.store.work.decoded;
            let start = decoded.len();
            decode(raw, decoded);
            let text = decoded.get(start..).unwrap_or_default();
            Name { word: first_word(text), start: narrow(start), len: narrow(text.len()), decoded: true, at }
        } else {
            Name { word: first_word(raw), start: at, len: narrow(raw.len()), decoded: false, at }
        };
        let before = self.store.work.names.get(names.names..).unwrap_or_default();
        if before.len() < FEW && before.iter().any(|other| self.same_name(other, &name)) {
            return Err(self.stop(What::DuplicateKey, key.start));
        }
        self.store.work.names.push(name);
        Ok(())
    }

    /// Ends an object.
    #[inline]
    pub(super) fn end_names(&mut self, names: Names) -> Result<(), Stop> {
        if self.store.work.names.len() > names.names {
            self.drop_names(names)?;
        }
        Ok(())
    }

    fn drop_names(&mut self, names: Names) -> Result<(), Stop> {
        if self.store.work.names.len().wrapping_sub(names.names) > FEW
            && let Some(at) = self.duplicate(names)
        {
            return Err(self.stop(What::DuplicateKey, at));
        }
        self.store.work.names.truncate(names.names);
        self.store.work.decoded.truncate(names.decoded);
        Ok(())
    }

    /// The first key in the input that repeats an earlier one.
    #[cold]
    fn duplicate(&mut self, names: Names) -> Option<usize> {
        // Taken out while it is sorted, since comparing reads the decoded text beside it.
        let mut all = core::mem::take(&mut self.store.work.names);
        let own = all.get_mut(names.names..).unwrap_or_default();
        own.sort_unstable_by(|left, right| {
            (left.word, self.name(left)).cmp(&(right.word, self.name(right))).then(left.at.cmp(&right.at))
        });
        let repeated = own.iter().zip(own.iter().skip(1)).filter(|(left, right)| self.same_name(left, right));
        let first = repeated.map(|(_, right)| right.at as usize).min();
        self.store.work.names = all;
        first
    }

    fn same_name(&self, left: &Name, right: &Name) -> bool {
        left.word == right.word
            && left.len == right.len
            && (left.len <= 8 || self.name(left) == self.name(right))
    }

    fn name(&self, name: &Name) -> &[u8] {
        let of = if name.decoded { &self.store.work.decoded } else { self.input };
        let start = name.start as usize;
        of.get(start..start.wrapping_add(name.len as usize)).unwrap_or_default()
    }
}
