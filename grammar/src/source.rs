//! Places in source text: byte spans. In: nothing. Out: the one span type every later stage uses.

/// A half-open range of bytes `start..end` in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span `start..end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same span moved by `delta` bytes, saturating at the ends of `u32`.
    #[must_use]
    pub fn shifted(self, delta: i64) -> Self {
        let shift = |at: u32| u32::try_from((i64::from(at) + delta).max(0)).unwrap_or(u32::MAX);
        Self { start: shift(self.start), end: shift(self.end) }
    }
}
