//! What a register holds. In: a captured or computed value. Out: 16 bytes that can be copied freely.

/// A value, or its absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slot {
    /// Nothing there: not captured, or not computable.
    #[default]
    Missing,
    /// JSON `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number (a timestamp, date or duration included): `high × 2⁶⁴ + low` units of 10⁻⁹. Every [`crate::number::Decimal`]
    /// fits. Made by [`super::Store::number`], read by [`super::Store::units`].
    Number {
        /// Signed upper part.
        high: i32,
        /// Lower part.
        low: u64,
    },
    /// A computed number that does not fit [`Slot::Number`]: an index into the store.
    Wide(u32),
    /// Text.
    Text(Text),
    /// A list, or the members of an object captured as a list.
    List(List),
    /// An object: present, but its members are captured apart.
    Object,
}

/// Where the bytes of a text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Source {
    /// The bytes of the call's arguments.
    Args,
    /// The bytes of the host's principal.
    Principal,
    /// The bytes of the host's session.
    Session,
    /// The bytes of the call's result, as JSON.
    Result,
    /// The plain text of the call's result.
    ResultText,
    /// The store's scratch bytes: decoded escapes, text made by the VM.
    Scratch,
    /// The program's string of that number; `len` is its whole length.
    Program,
    /// The static table of weekdays.
    Static,
}

/// A range of bytes, valid UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// What the range is of.
    pub source: Source,
    /// First byte.
    pub offset: u32,
    /// Bytes.
    pub len: u32,
}

impl Text {
    /// The part of this text from byte `from`, `len` bytes long; `None` if it does not lie inside.
    /// The caller keeps to character boundaries.
    #[must_use]
    pub fn part(self, from: usize, len: usize) -> Option<Self> {
        let (from, len) = (u32::try_from(from).ok()?, u32::try_from(len).ok()?);
        if from.checked_add(len)? > self.len {
            return None;
        }
        Some(Self { source: self.source, offset: self.offset.checked_add(from)?, len })
    }
}

/// A run of frames in the store's elements: frame i is `start + i·stride .. start + (i+1)·stride`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    /// First slot of the first frame.
    pub start: u32,
    /// Number of elements.
    pub len: u32,
    /// Slots per element; 0: only the count is known.
    pub stride: u16,
}

impl List {
    /// A list without elements.
    pub const EMPTY: Self = Self { start: 0, len: 0, stride: 0 };

    /// Index into the store's elements of `offset` in the frame of element `index`; `None` outside the list.
    #[must_use]
    pub fn place(self, index: u32, offset: u16) -> Option<usize> {
        if index >= self.len || offset >= self.stride {
            return None;
        }
        let frame = (index as usize).checked_mul(usize::from(self.stride))?;
        (self.start as usize).checked_add(frame)?.checked_add(usize::from(offset))
    }
}
