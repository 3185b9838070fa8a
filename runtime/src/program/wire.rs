//! Bytes of the program file, both ways. In: values and a growing buffer, or bytes. Out: the one encoding of each value, or why
//! the bytes are none.
//!
//! Integers wider than a byte are LEB128 in their shortest form (signed ones zigzag), sequences and text carry their length first, an option or an
//! enum starts with one byte. Reading accepts exactly what writing produces. Each type's fields are listed once, by
//! [`wire_struct`] or [`wire_enum`], so that writing and reading cannot drift.

use alloc::string::String;
use alloc::vec::Vec;

/// Why bytes are no value, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WireError {
    /// Offset of the first byte that does not fit.
    pub(crate) offset: usize,
    /// What was expected there.
    pub(crate) what: &'static str,
}

/// Bytes being read.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    /// Offset of the next byte.
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8], offset: usize) -> Self {
        Self { bytes, offset }
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.offset)
    }

    /// An error at the next byte.
    pub(crate) const fn error(&self, what: &'static str) -> WireError {
        WireError { offset: self.offset, what }
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let end = self.offset.saturating_add(length);
        let taken = self.bytes.get(self.offset..end).ok_or_else(|| self.error("more bytes"))?;
        self.offset = end;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let at = self.error("more bytes");
        self.take(N)?.try_into().map_err(|_| at)
    }

    /// A shortest-form LEB128 number below 2^`bits`.
    fn unsigned(&mut self, bits: u32) -> Result<u128, WireError> {
        let start = self.error("a number in its shortest form");
        let mut value: u128 = 0;
        let mut shift: u32 = 0;
        loop {
            let [byte] = self.array()?;
            let digit = u128::from(byte & 0x7F);
            let placed = digit
                .checked_shl(shift)
                .filter(|placed| placed.checked_shr(shift) == Some(digit))
                .ok_or(start)?;
            value |= placed;
            if byte & 0x80 == 0 {
                let shortest = byte != 0 || shift == 0;
                let fits = value.checked_shr(bits).is_none_or(|above| above == 0);
                return if shortest && fits { Ok(value) } else { Err(start) };
            }
            shift = shift.saturating_add(7);
        }
    }
}

/// Appends the shortest LEB128 form.
fn write_unsigned(out: &mut Vec<u8>, mut value: u128) {
    loop {
        let low = value.to_le_bytes().first().copied().unwrap_or_default() & 0x7F;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// A value with one encoding.
pub(crate) trait Wire: Sized {
    /// Fewest bytes that a value takes: bounds a sequence's length before anything is allocated.
    const MIN: usize;
    fn write(&self, out: &mut Vec<u8>);
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError>;
}

macro_rules! wire_unsigned {
    ($($ty:ident),*) => {$(
        impl Wire for $ty {
            const MIN: usize = 1;
            fn write(&self, out: &mut Vec<u8>) {
                write_unsigned(out, u128::from(*self));
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
                let start = reader.error("a number in its shortest form");
                reader.unsigned($ty::BITS).and_then(|value| Self::try_from(value).map_err(|_| start))
            }
        }
    )*};
}
wire_unsigned!(u16, u32, u64);

impl Wire for u8 {
    const MIN: usize = 1;
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        reader.array().map(|[byte]| byte)
    }
}

macro_rules! wire_signed {
    ($($ty:ident),*) => {$(
        impl Wire for $ty {
            const MIN: usize = 1;
            fn write(&self, out: &mut Vec<u8>) {
                let value = i128::from(*self);
                // Zigzag: 0, -1, 1, -2 … become 0, 1, 2, 3 ….
                write_unsigned(out, ((value << 1) ^ (value >> 127)).cast_unsigned());
            }
            fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
                let start = reader.error("a number in its shortest form");
                let zigzag = reader.unsigned(u128::BITS)?;
                let sign = (zigzag & 1).cast_signed().checked_neg().unwrap_or_default();
                Self::try_from((zigzag >> 1).cast_signed() ^ sign).map_err(|_| start)
            }
        }
    )*};
}
wire_signed!(i32, i64, i128);

impl Wire for bool {
    const MIN: usize = 1;
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let start = reader.error("0 or 1");
        match reader.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [_] => Err(start),
        }
    }
}

impl<const N: usize> Wire for [u8; N] {
    const MIN: usize = N;
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        reader.array()
    }
}

impl Wire for String {
    const MIN: usize = 1;
    fn write(&self, out: &mut Vec<u8>) {
        write_length(out, self.len());
        out.extend_from_slice(self.as_bytes());
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let length = read_length(reader, 1)?;
        let start = reader.error("text in UTF-8");
        core::str::from_utf8(reader.take(length)?).map(Into::into).map_err(|_| start)
    }
}

impl<T: Wire> Wire for Option<T> {
    const MIN: usize = 1;
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(if bool::read(reader)? { Some(T::read(reader)?) } else { None })
    }
}

impl<T: Wire> Wire for Vec<T> {
    const MIN: usize = 1;
    fn write(&self, out: &mut Vec<u8>) {
        write_length(out, self.len());
        for item in self {
            item.write(out);
        }
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let length = read_length(reader, T::MIN)?;
        let mut items = Self::with_capacity(length);
        for _ in 0..length {
            items.push(T::read(reader)?);
        }
        Ok(items)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    const MIN: usize = A::MIN.saturating_add(B::MIN);
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok((A::read(reader)?, B::read(reader)?))
    }
}

fn write_length(out: &mut Vec<u8>, length: usize) {
    // No target has a wider usize, so the conversion cannot fail.
    write_unsigned(out, u128::try_from(length).unwrap_or(u128::MAX));
}

/// A length whose items, at `least` bytes each, can still be in what remains.
fn read_length(reader: &mut Reader<'_>, least: usize) -> Result<usize, WireError> {
    let start = reader.error("a length that the remaining bytes can hold");
    let length = u64::read(reader).ok().and_then(|length| usize::try_from(length).ok()).ok_or(start)?;
    match length.checked_mul(least) {
        Some(bytes) if bytes <= reader.remaining() => Ok(length),
        _ => Err(start),
    }
}

/// Fields in file order: `wire_struct!(Key { name, node, required })`; one unnamed field: `wire_struct!(StrId(u32))`.
macro_rules! wire_struct {
    ($name:ident { $($field:ident: $ty:ty),* $(,)? }) => {
        impl $crate::program::wire::Wire for $name {
            const MIN: usize = 0usize$(.saturating_add(<$ty as $crate::program::wire::Wire>::MIN))*;
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::program::wire::Wire::write($field, out);)*
            }
            fn read(
                reader: &mut $crate::program::wire::Reader<'_>,
            ) -> Result<Self, $crate::program::wire::WireError> {
                $(let $field = <$ty as $crate::program::wire::Wire>::read(reader)?;)*
                Ok(Self { $($field),* })
            }
        }
    };
    ($name:ident($ty:ty)) => {
        impl $crate::program::wire::Wire for $name {
            const MIN: usize = <$ty as $crate::program::wire::Wire>::MIN;
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                self.0.write(out);
            }
            fn read(
                reader: &mut $crate::program::wire::Reader<'_>,
            ) -> Result<Self, $crate::program::wire::WireError> {
                <$ty as $crate::program::wire::Wire>::read(reader).map(Self)
            }
        }
    };
}
pub(crate) use wire_struct;

/// One number per variant, then its fields: `wire_enum!(Rest { 0 => Closed, 1 => Open, 2 => Map(node: NodeId) })`.
macro_rules! wire_enum {
    ($name:ident { $($tag:literal => $variant:ident $(($($field:ident: $ty:ty),*))?),* $(,)? }) => {
        impl $crate::program::wire::Wire for $name {
            const MIN: usize = 1;
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                match self {
                    $(Self::$variant $(($($field),*))? => {
                        out.push($tag);
                        $($($crate::program::wire::Wire::write($field, out);)*)?
                    })*
                }
            }
            fn read(
                reader: &mut $crate::program::wire::Reader<'_>,
            ) -> Result<Self, $crate::program::wire::WireError> {
                let start = reader.error(concat!("a ", stringify!($name)));
                match reader.array()? {
                    $([$tag] => {
                        $($(let $field = <$ty as $crate::program::wire::Wire>::read(reader)?;)*)?
                        Ok(Self::$variant $(($($field),*))?)
                    })*
                    [_] => Err(start),
                }
            }
        }
    };
}
pub(crate) use wire_enum;
