//! Maps from text that are fixed when a program is loaded: tools by name, cases of a jump table, sets, tables. In: texts, once.
//! Out: the value of a text, in bounded time and without a seeded hasher.
//!
//! A power-of-two table with linear probing. The hash's seed is the first of a fixed sequence that keeps every probe within
//! [`PROBES`]; texts for which none does (nobody writes them by accident) are found by binary search.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// Most places looked at for one text.
const PROBES: usize = 8;
/// Seeds tried.
const SEEDS: u64 = 16;
/// An odd number without pattern: the fraction of the golden ratio.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// A map from text.
#[derive(Debug, Default)]
pub(crate) struct TextMap {
    /// The table: a power of two of places. Empty where binary search is used.
    table: Box<[Entry]>,
    /// Sorted by text, without duplicates; empty where the table is used.
    sorted: Box<[Entry]>,
    /// All texts, one after the other.
    text: Box<[u8]>,
    seed: u64,
    /// Bytes of the longest text: a longer one is not even hashed.
    longest: usize,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Half of the hash.
    hash: u32,
    /// Range of the text; [`Entry::NONE`] is beyond every other.
    start: u32,
    len: u32,
    value: u32,
}

impl Entry {
    /// An empty place of the table.
    const NONE: Self = Self { hash: 0, start: u32::MAX, len: u32::MAX, value: 0 };

    #[inline]
    const fn is_none(&self) -> bool {
        self.start == u32::MAX
    }

    #[inline]
    fn text<'t>(&self, all: &'t [u8]) -> Option<&'t [u8]> {
        let start = self.start as usize;
        all.get(start..start.checked_add(self.len as usize)?)
    }
}

impl TextMap {
    /// A map with these entries; of equal texts one counts.
    pub(crate) fn new<'t>(entries: impl Iterator<Item = (&'t str, u32)>) -> Self {
        let mut map = Self::sorted(entries);
        if map.sorted.len() > 1 && (1..=SEEDS).any(|seed| map.try_seed(seed.wrapping_mul(FACTOR))) {
            map.sorted = Box::default();
        }
        map
    }

    /// The map without its table.
    fn sorted<'t>(entries: impl Iterator<Item = (&'t str, u32)>) -> Self {
        let mut entries: Vec<(&str, u32)> = entries.collect();
        entries.sort_by_key(|(text, _)| *text);
        entries.dedup_by_key(|(text, _)| *text);
        let longest = entries.iter().map(|(text, _)| text.len()).max().unwrap_or_default();
        let mut text = Vec::new();
        let mut sorted = Vec::with_capacity(entries.len());
        for (own, value) in entries {
            // A program's texts fit 32 bits, since its bytes do.
            let (start, len) = (u32::try_from(text.len()), u32::try_from(own.len()));
            let (start, len) = (start.unwrap_or(u32::MAX), len.unwrap_or(u32::MAX));
            sorted.push(Entry { hash: 0, start, len, value });
            text.extend_from_slice(own.as_bytes());
        }
        Self { sorted: sorted.into(), text: text.into(), longest, ..Self::default() }
    }

    /// Lays out the table for this seed; `false` if some text would lie too far from its place.
    fn try_seed(&mut self, seed: u64) -> bool {
        let places = self.sorted.len().saturating_mul(2).checked_next_power_of_two();
        let Some(places) = places.filter(|places| u32::try_from(*places).is_ok()) else { return false };
        let mut table = vec![Entry::NONE; places];
        for entry in &self.sorted {
            let hash = hash(seed, entry.text(&self.text).unwrap_or_default());
            let mut free = probes(hash, places).filter(|at| table.get(*at).is_some_and(Entry::is_none));
            let Some(place) = free.next().and_then(|at| table.get_mut(at)) else { return false };
            *place = Entry { hash: low(hash), ..*entry };
        }
        (self.table, self.seed) = (table.into(), seed);
        true
    }

    /// The value of `text`.
    #[inline]
    pub(crate) fn get(&self, text: &[u8]) -> Option<u32> {
        if text.len() > self.longest {
            return None;
        }
        if self.table.is_empty() {
            let order = |entry: &Entry| entry.text(&self.text).unwrap_or_default().cmp(text);
            let found = self.sorted.binary_search_by(order).ok()?;
            return self.sorted.get(found).map(|entry| entry.value);
        }
        let hash = hash(self.seed, text);
        for at in probes(hash, self.table.len()) {
            let entry = self.table.get(at).filter(|entry| !entry.is_none())?;
            if entry.hash == low(hash) && entry.text(&self.text) == Some(text) {
                return Some(entry.value);
            }
        }
        None
    }
}

/// The places of a hash in a table of a power of two places.
#[inline]
fn probes(hash: u64, places: usize) -> impl Iterator<Item = usize> {
    let mask = places.wrapping_sub(1);
    // The upper half is the better mixed one; a table has fewer than 2³² places.
    let start = (hash >> 32) as usize;
    (0..PROBES).map(move |step| start.wrapping_add(step) & mask)
}

/// The half of a hash that says nothing about the place.
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
#[inline]
const fn low(hash: u64) -> u32 {
    hash as u32
}

/// Eight bytes at a time; the length is part of it.
#[inline]
fn hash(seed: u64, text: &[u8]) -> u64 {
    let mut hash = seed ^ u64::try_from(text.len()).unwrap_or_default().wrapping_mul(FACTOR);
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let tail = rest.iter().rev().fold(0_u64, |tail, byte| (tail << 8) | u64::from(*byte));
    mix(hash, tail)
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    let mixed = (hash ^ word).wrapping_mul(FACTOR);
    mixed ^ (mixed >> 29)
}

#[cfg(test)]
mod tests {
    use super::TextMap;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn ten_thousand_names_are_found_and_others_are_not() {
        let names: Vec<String> = (0..10_000_u32).map(|n| format!("tool_{n}.run")).collect();
        let map = TextMap::new(names.iter().map(String::as_str).zip(0..));
        assert!(!map.table.is_empty());
        for (name, number) in names.iter().zip(0..) {
            assert_eq!(map.get(name.as_bytes()), Some(number));
        }
        for other in ["", "tool_10000.run", "tool_1.ru", "tool_1.run ", "TOOL_1.run"] {
            assert_eq!(map.get(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn without_a_table_search_finds_the_same() {
        let map = TextMap::sorted([("b", 1), ("a", 2), ("", 3)].into_iter());
        assert_eq!(
            [map.get(b"b"), map.get(b"a"), map.get(b""), map.get(b"c")],
            [Some(1), Some(2), Some(3), None]
        );
    }

    proptest! {
        #[test]
        fn it_is_a_map(entries in prop::collection::btree_map("[ab]{0,12}", any::<u32>(), 0..40), other in "[ab]{0,12}") {
            let map = TextMap::new(entries.iter().map(|(text, value)| (text.as_str(), *value)));
            let reference: BTreeMap<String, u32> = entries;
            for (text, value) in &reference {
                prop_assert_eq!(map.get(text.as_bytes()), Some(*value));
            }
            prop_assert_eq!(map.get(other.as_bytes()), reference.get(&other).copied());
        }
    }
}
