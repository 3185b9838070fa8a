//! Keys of cells. In: what kind of cell, whose, of which declaration, for which values. Out: bytes in a buffer that is reused.
//!
//! `kind | len scope | slot | values`. The slot is made by the compiler from the qualified id and the signature of a
//! declaration, so that a changed declaration starts anew (semantics.md 38). Values are spelled canonically: one number has one
//! key however it was written, and text is compared byte by byte. Nothing is the beginning of something else.

use super::scalar::{Scalar, Value};
use super::{StateError, wire::Reader};
use alloc::vec::Vec;

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// [`super::clock`]: time and order of a scope. Without slot and values.
    Clock = 1,
    /// [`super::window`]: a limit for one key.
    Limit = 2,
    /// [`super::fact`]: a scalar or record fact for one key.
    Fact = 3,
    /// [`super::set`]: when a learned set was forgotten last.
    Set = 4,
    /// [`super::set`]: one element of a learned set; the values are the fact's key, then the element.
    Member = 5,
    /// [`super::counter`]: a counter for one key.
    Counter = 6,
    /// [`super::label`].
    Label = 7,
    /// [`super::approval`]; made by [`approval`].
    Approval = 8,
    /// [`super::pending`]: the open asks of a session. Without slot and values.
    Pending = 9,
    /// [`super::open`]: an admitted call without outcome; the slot is its [`super::AdmissionId`].
    Open = 10,
    /// [`super::entries`]: how many cells a declaration has in a scope.
    Entries = 11,
}

impl Kind {
    /// All of them, by their byte.
    pub const ALL: [Self; 11] = [
        Self::Clock,
        Self::Limit,
        Self::Fact,
        Self::Set,
        Self::Member,
        Self::Counter,
        Self::Label,
        Self::Approval,
        Self::Pending,
        Self::Open,
        Self::Entries,
    ];
}

/// Whose state it is. Handles are the host's; it binds sessions to principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope<'a> {
    /// One for all (`for everyone`, `for each`).
    Everyone,
    /// All sessions of a principal.
    Principal(&'a [u8]),
    /// One session of a principal.
    Session {
        /// The principal's handle.
        principal: &'a [u8],
        /// The session's handle.
        session: &'a [u8],
    },
}

impl<'a> Scope<'a> {
    /// Calls `see` with the handles, outermost first.
    pub(super) fn each_part(&self, mut see: impl FnMut(&'a [u8])) {
        match *self {
            Self::Everyone => {}
            Self::Principal(principal) => see(principal),
            Self::Session { principal, session } => {
                see(principal);
                see(session);
            }
        }
    }

    fn len(&self) -> usize {
        let mut len: usize = 0;
        self.each_part(|part| len = len.saturating_add(LEN).saturating_add(part.len()));
        len
    }
}

/// Names a declaration in keys: the first 16 bytes of a digest of its qualified id and signature.
pub type Slot = [u8; 16];

/// The slot of cells that belong to no declaration.
pub const NO_SLOT: Slot = [0; 16];

/// Bytes of a length.
const LEN: usize = 4;
/// Longer texts are named by their digest, so that keys stay short whatever an agent sends.
const LONG: usize = 128;

const TEXT: u8 = 1;
const LONG_TEXT: u8 = 2;
const NUMBER: u8 = 3;
const BOOL: u8 = 4;

/// A key in the making.
#[derive(Debug)]
pub struct Key<'b> {
    bytes: &'b mut Vec<u8>,
}

impl<'b> Key<'b> {
    /// Begins a key in `bytes`, which loses what it held.
    #[must_use]
    pub fn begin(bytes: &'b mut Vec<u8>, kind: Kind, scope: &Scope<'_>, slot: &Slot) -> Self {
        prefix(bytes, kind, scope);
        bytes.extend_from_slice(slot);
        Self { bytes }
    }

    /// The key with one more value.
    #[must_use]
    pub fn with(self, value: Scalar<'_>) -> Self {
        push_value(self.bytes, value);
        self
    }

    /// The finished key.
    #[must_use]
    pub fn finish(self) -> &'b [u8] {
        self.bytes
    }
}

/// The beginning of all keys of a kind and scope, for [`super::StateStore::scan`]. With a slot appended: of one declaration.
pub fn prefix(bytes: &mut Vec<u8>, kind: Kind, scope: &Scope<'_>) {
    bytes.clear();
    bytes.push(kind as u8);
    push_len(bytes, scope.len());
    scope.each_part(|part| {
        push_len(bytes, part.len());
        bytes.extend_from_slice(part);
    });
}

/// The key of the approval of a call in a session.
pub fn approval(bytes: &mut Vec<u8>, session: &Scope<'_>, fingerprint: &super::approval::Fingerprint) {
    prefix(bytes, Kind::Approval, session);
    bytes.extend_from_slice(fingerprint);
}

/// The canonical spelling of a value, appended; also what [`super::window::Charge::Value`] takes.
pub fn push_value(bytes: &mut Vec<u8>, value: Scalar<'_>) {
    match value {
        Scalar::Text(text) if text.len() <= LONG => {
            bytes.push(TEXT);
            push_len(bytes, text.len());
            bytes.extend_from_slice(text);
        }
        Scalar::Text(text) => {
            bytes.push(LONG_TEXT);
            bytes.extend_from_slice(blake3::hash(text).as_bytes());
        }
        Scalar::Number(units) => {
            bytes.push(NUMBER);
            // With the sign bit flipped the order of bytes is the order of numbers.
            bytes.extend_from_slice(&(units ^ i128::MIN).to_be_bytes());
        }
        Scalar::Bool(value) => bytes.extend_from_slice(&[BOOL, u8::from(value)]),
    }
}

/// As [`push_value`], of a value that may be known by its digest alone.
pub fn push_kept(bytes: &mut Vec<u8>, value: &Value) {
    match (value.scalar(), value) {
        (Some(scalar), _) => push_value(bytes, scalar),
        (None, Value::Digest(digest)) => {
            bytes.push(LONG_TEXT);
            bytes.extend_from_slice(digest);
        }
        (None, _) => {}
    }
}

/// The values of a key, behind its slot.
///
/// # Errors
/// `Unreadable`: these are no values.
pub fn values(bytes: &[u8]) -> Result<Vec<Value>, StateError> {
    let (mut reader, mut values) = (Reader::part(bytes), Vec::new());
    while reader.end().is_err() {
        values.push(match reader.u8()? {
            TEXT => Value::of(Scalar::Text(reader.text()?))?,
            LONG_TEXT => Value::Digest(reader.array()?),
            NUMBER => Value::Number(reader.i128()? ^ i128::MIN),
            BOOL => Value::Bool(reader.bool()?),
            _ => return Err(StateError::Unreadable),
        });
    }
    Ok(values)
}

/// Lengths of more than 4 GiB do not meet a key: caps of requests are `u32`.
fn push_len(bytes: &mut Vec<u8>, len: usize) {
    bytes.extend_from_slice(&u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes());
}

/// A key taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'k> {
    /// What the cell is.
    pub kind: Kind,
    /// Whose it is.
    pub scope: Scope<'k>,
    /// Slot and values.
    pub rest: &'k [u8],
}

/// Takes a key apart.
///
/// # Errors
/// `Unreadable`: it is no key.
pub fn parts(key: &[u8]) -> Result<Parts<'_>, StateError> {
    let mut reader = Reader::part(key);
    let tag = reader.u8()?;
    let kind = Kind::ALL.into_iter().find(|kind| *kind as u8 == tag).ok_or(StateError::Unreadable)?;
    let mut handles = Reader::part(reader.text()?);
    let scope = if handles.end().is_ok() {
        Scope::Everyone
    } else {
        let principal = handles.text()?;
        if handles.end().is_ok() {
            Scope::Principal(principal)
        } else {
            Scope::Session { principal, session: handles.text()? }
        }
    };
    handles.end()?;
    Ok(Parts { kind, scope, rest: reader.rest() })
}

#[cfg(test)]
mod tests;
