//! How a view hands over what it read. In: events of one evaluation. Out: whatever the receiver makes of them.
//!
//! A value is one event, or `List(n)` followed by n values, or `Record(n)` followed by its n fields in the order of the
//! table (`views::table`). Before each member comes `Member(index)`; a member that is absent has no event at all.

use crate::number::Decimal;
use alloc::string::String;
use alloc::vec::Vec;

/// One step of a value, in pre-order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// The next value is this member's: its place in [`ViewSpec::members`](super::table::ViewSpec::members).
    Member(u8),
    /// A truth value.
    Bool(bool),
    /// A whole number, also of days (`date`) and UTC milliseconds (`time`).
    Int(i64),
    /// An exact number.
    Decimal(Decimal),
    /// Text: a part of the input wherever that is possible ([`offset_in`] tells), else gone after this call.
    Str(&'a str),
    /// This many values follow.
    List(usize),
    /// This many fields follow.
    Record(usize),
}

/// Receives the values of one evaluation.
pub trait ViewSink {
    /// Takes the next event.
    fn put(&mut self, event: Event<'_>);
}

impl<F: FnMut(Event<'_>)> ViewSink for F {
    fn put(&mut self, event: Event<'_>) {
        self(event);
    }
}

/// Which members the caller asks for: bit *n* is member *n*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted(pub u32);

impl Wanted {
    /// Every member.
    pub const ALL: Self = Self(u32::MAX);

    /// Only the member with this index.
    #[must_use]
    pub const fn only(member: u8) -> Self {
        Self(1u32.wrapping_shl(member as u32))
    }

    /// This member is asked for.
    #[must_use]
    pub const fn has(self, member: u8) -> bool {
        self.0 & Self::only(member).0 != 0
    }
}

/// Room that views write into when a result is not a part of the input. Keep one and pass it to every call: once it has
/// grown to the size of the longest text, no view but `sql` and `shell` allocates (and host names beyond ASCII).
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) text: String,
    pub(super) bytes: Vec<u8>,
    pub(super) more: Vec<u8>,
    pub(super) table: Vec<usize>,
}

impl Scratch {
    /// Empty room.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), bytes: Vec::new(), more: Vec::new(), table: Vec::new() }
    }
}

/// Where `part` begins in `whole`, in bytes, if it is a part of the same memory; `None` if it is text of its own.
#[must_use]
pub fn offset_in(whole: &str, part: &str) -> Option<usize> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    whole.get(start..end).map(|_| start)
}

/// Sends one member, if it is asked for.
pub(super) fn send(sink: &mut dyn ViewSink, wanted: Wanted, member: u8, event: Event<'_>) {
    if wanted.has(member) {
        sink.put(Event::Member(member));
        sink.put(event);
    }
}

/// Sends one member that is a list of texts, if it is asked for: the count first, so that the receiver needs no second pass.
pub(super) fn send_list<'a>(
    sink: &mut dyn ViewSink,
    wanted: Wanted,
    member: u8,
    parts: impl Iterator<Item = &'a str> + Clone,
) {
    if !wanted.has(member) {
        return;
    }
    sink.put(Event::Member(member));
    sink.put(Event::List(parts.clone().count()));
    for part in parts {
        sink.put(Event::Str(part));
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, offset_in};
    use alloc::string::ToString;

    #[test]
    fn a_part_is_told_from_a_copy() {
        let whole = "user@corp.com".to_string();
        let (_, domain) = whole.split_at(5);
        assert_eq!(offset_in(&whole, domain), Some(5));
        assert_eq!(offset_in(&whole, &whole), Some(0));
        assert_eq!(offset_in(&whole, "corp.com"), None);
        assert_eq!(offset_in(domain, &whole), None);
    }

    #[test]
    fn masks_select_members() {
        assert!(Wanted::ALL.has(31));
        assert!(Wanted::only(2).has(2));
        assert!(!Wanted::only(2).has(1));
    }
}
