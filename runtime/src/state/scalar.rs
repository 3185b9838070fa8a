//! Values that state keeps. In: scalars of a result or an argument. Out: their bytes in a cell, and scalars again.

use super::{StateError, wire, wire::Reader};
use crate::number::Decimal;
use alloc::string::String;
use alloc::vec::Vec;

/// A value without parts. Times, dates and durations are numbers, enums are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scalar<'a> {
    /// UTF-8, compared byte by byte.
    Text(&'a [u8]),
    /// Units of 10⁻⁹.
    Number(i128),
    /// A boolean.
    Bool(bool),
}

/// A value that is kept, on its own: for people and logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A boolean.
    Bool(bool),
    /// A number, in units of 10⁻⁹.
    Number(i128),
    /// A text.
    Text(String),
    /// A text of a key that is too long to be kept as it is: its BLAKE3.
    Digest([u8; 32]),
}

impl Value {
    /// The value of a scalar.
    ///
    /// # Errors
    /// `Unreadable`: a text is not UTF-8.
    pub fn of(scalar: Scalar<'_>) -> Result<Self, StateError> {
        Ok(match scalar {
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Number(units) => Self::Number(units),
            Scalar::Text(text) => {
                Self::Text(core::str::from_utf8(text).map_err(|_| StateError::Unreadable)?.into())
            }
        })
    }

    /// As a fact keeps it. `None`: only a digest is known of it.
    #[must_use]
    pub const fn scalar(&self) -> Option<Scalar<'_>> {
        match self {
            Self::Bool(value) => Some(Scalar::Bool(*value)),
            Self::Number(units) => Some(Scalar::Number(*units)),
            Self::Text(text) => Some(Scalar::Text(text.as_bytes())),
            Self::Digest(_) => None,
        }
    }
}

const ABSENT: u8 = 0;
const TEXT: u8 = 1;
const NUMBER: u8 = 2;
const FALSE: u8 = 3;
const TRUE: u8 = 4;

/// Writes the value of a fact into `out`, which loses what it held: its fields in the order of the declaration, `None` where
/// one is absent or null. A scalar fact has one field. Equal values have equal bytes.
///
/// # Errors
/// `OutOfRange`: a number is no decimal. `Capped`: there are more than 65,535 fields.
pub fn encode<'a>(
    fields: impl IntoIterator<Item = Option<Scalar<'a>>>,
    out: &mut Vec<u8>,
) -> Result<(), StateError> {
    out.clear();
    out.extend_from_slice(&[0, 0]);
    let mut count: u16 = 0;
    for field in fields {
        count = count.checked_add(1).ok_or(StateError::Capped)?;
        match field {
            None => out.push(ABSENT),
            Some(Scalar::Text(text)) => {
                out.push(TEXT);
                wire::push_text(out, text)?;
            }
            Some(Scalar::Number(units)) => {
                Decimal::from_units(units).ok_or(StateError::OutOfRange)?;
                out.push(NUMBER);
                out.extend_from_slice(&units.to_be_bytes());
            }
            Some(Scalar::Bool(value)) => out.push(if value { TRUE } else { FALSE }),
        }
    }
    if let Some(head) = out.first_chunk_mut() {
        *head = count.to_be_bytes();
    }
    Ok(())
}

/// The fields of a value.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'c> {
    count: u16,
    bytes: &'c [u8],
}

impl<'c> Fields<'c> {
    /// Reads what [`encode`] wrote, all of it.
    ///
    /// # Errors
    /// `Unreadable`: it did not write this.
    pub fn read(bytes: &'c [u8]) -> Result<Self, StateError> {
        let mut reader = Reader::part(bytes);
        let fields = Self { count: reader.u16()?, bytes: reader.rest() };
        for _ in 0..fields.count {
            next(&mut reader)?;
        }
        reader.end()?;
        Ok(fields)
    }

    /// Number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count.into()
    }

    /// There are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<Scalar<'c>>> + use<'c> {
        let mut reader = Reader::part(self.bytes);
        // All bytes were read once before, so nothing fails here.
        (0..self.count).map_while(move |_| next(&mut reader).ok())
    }

    /// A field; `None` if it is absent or there is no such field.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Scalar<'c>> {
        self.iter().nth(index).flatten()
    }
}

fn next<'c>(reader: &mut Reader<'c>) -> Result<Option<Scalar<'c>>, StateError> {
    match reader.u8()? {
        ABSENT => Ok(None),
        TEXT => {
            let text = reader.text()?;
            core::str::from_utf8(text).map_err(|_| StateError::Unreadable)?;
            Ok(Some(Scalar::Text(text)))
        }
        NUMBER => {
            let number = Decimal::from_units(reader.i128()?).ok_or(StateError::Unreadable)?;
            Ok(Some(Scalar::Number(number.units())))
        }
        FALSE => Ok(Some(Scalar::Bool(false))),
        TRUE => Ok(Some(Scalar::Bool(true))),
        _ => Err(StateError::Unreadable),
    }
}

#[cfg(test)]
mod tests;
