//! The scanner's own memory, kept in the store so that a decision allocates nothing. In and out: only the scanner.

use alloc::vec::Vec;

/// Buffers that are stacks: what an object or array pushes it also pops.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Keys of the objects being read that no plan declares.
    pub(super) names: Vec<Name>,
    /// Decoded text of those keys that contain escapes.
    pub(super) decoded: Vec<u8>,
    /// Which declared keys were seen, from the 65th on.
    pub(super) seen: Vec<u64>,
    /// Byte ranges of the elements of lists that must be unique.
    pub(super) ranges: Vec<(u32, u32)>,
    /// Canonical text of those elements.
    pub(super) canonical: Canonical,
}

/// A key, for comparison with the others of its object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    /// Its first eight bytes, little-endian, zero beyond its end.
    pub(super) word: u64,
    /// Its first byte in the input, or in the decoded text.
    pub(super) start: u32,
    /// Its bytes.
    pub(super) len: u32,
    /// It lies in the decoded text.
    pub(super) decoded: bool,
    /// Its first byte in the input.
    pub(super) at: u32,
}

/// Buffers of the canonical writer.
#[derive(Debug, Default)]
pub(super) struct Canonical {
    /// Text written.
    pub(super) out: Vec<u8>,
    /// Ranges of `out`: the members of the objects being written.
    pub(super) members: Vec<Span>,
    /// Text of an object while its members are put in order.
    pub(super) swap: Vec<u8>,
    /// Ranges of `out`: elements written.
    pub(super) spans: Vec<Span>,
}

/// A member, or an element, in the text written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte of a member's key.
    pub(super) key_end: usize,
    /// One past the last byte.
    pub(super) end: usize,
}

impl Work {
    /// Forgets what an interrupted scan has left.
    pub(super) fn clear(&mut self) {
        self.names.clear();
        self.decoded.clear();
        self.seen.clear();
        self.ranges.clear();
    }
}
