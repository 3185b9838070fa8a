//! Why a value was refused. In: found by the scanner. Out: small facts that a message can be made of, without allocating.

use core::fmt;

/// The built-in reason that a refusal stands for (language.md section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectKind {
    /// Not strict JSON, a number that not every reader reads alike, or beyond a cap: `bad_request`. It wins: bytes that are also
    /// unfit are still this, whatever comes first in them.
    BadRequest,
    /// Strict JSON that does not fit the plan: `bad_arguments` (for principal and session, `bad_context`).
    BadArguments,
    /// A call carries a member that only the host may supply (semantics.md 32).
    HostValue,
}

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reject {
    /// What is wrong.
    pub what: What,
    /// Byte at which it was seen. For a value of the wrong type or outside its bounds: its first byte; for a missing key or a
    /// wrong number of elements: the first byte of the object or array; for a key: the first byte after its quote.
    pub offset: u32,
}

impl Reject {
    /// The built-in reason it stands for.
    #[must_use]
    pub const fn kind(self) -> RejectKind {
        self.what.kind()
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// More bytes than the cap.
    TooLarge,
    /// Nested more deeply than the cap.
    TooDeep,
    /// More elements and members, or more captured places, than the cap.
    TooMuch,
    /// Begins with a byte order mark.
    ByteOrderMark,
    /// The bytes end inside the value.
    UnexpectedEnd,
    /// A byte that cannot stand here.
    UnexpectedByte,
    /// Bytes after the value.
    TrailingBytes,
    /// A control character inside a string that is not escaped.
    ControlCharacter,
    /// `\` followed by what is no escape.
    InvalidEscape,
    /// Half of a surrogate pair.
    UnpairedSurrogate,
    /// Not UTF-8.
    InvalidUtf8,
    /// Not spelled as a JSON number.
    InvalidNumber,
    /// A whole number beyond ±(2⁵³ − 1) (semantics.md 30).
    UnsafeInteger,
    /// A number that is not the shortest decimal of its nearest double (semantics.md 30).
    InexactNumber,
    /// A number that is read here, but has more than nine decimal places or is out of range (semantics.md 4).
    NotDecimal,
    /// A key that occurs twice in one object.
    DuplicateKey,
    /// A JSON-RPC batch.
    Batch,
    /// The root of a message is no object.
    NotAnObject,
    /// A message lacks a member; the offset is the object's.
    MissingMember(Member),
    /// A member of a message has the wrong type or value.
    IllTypedMember(Member),
    /// A member that a plain call does not have.
    UnknownMember,
    /// A member that only the host may supply.
    HostMember,
    /// Another JSON type than the plan accepts.
    WrongType,
    /// The other boolean than the only one accepted.
    WrongBoolean,
    /// A fraction where a whole number is required.
    NotWhole,
    /// Below the least number.
    BelowMinimum,
    /// Above the greatest number.
    AboveMaximum,
    /// Not a multiple.
    NotMultiple,
    /// None of the accepted numbers or texts.
    NotOneOf,
    /// Fewer code points than the least length.
    TooShort,
    /// More code points than the greatest length.
    TooLong,
    /// A required pattern does not match.
    PatternMismatch,
    /// No RFC 3339 timestamp.
    NotTimestamp,
    /// No date `YYYY-MM-DD`.
    NotDate,
    /// No duration such as `1h30m`.
    NotDuration,
    /// Fewer elements than the least number.
    TooFewElements,
    /// More elements than the greatest number.
    TooManyElements,
    /// Two equal elements.
    NotUnique,
    /// A key that the plan does not declare.
    UnknownKey,
    /// A required key is not there; the offset is the object's.
    MissingKey,
    /// The tag's text names no alternative.
    UnknownVariant,
    /// A key that the alternative named by the tag does not have; the offset is the object's.
    ForeignKey,
    /// Fewer members than the least number.
    TooFewMembers,
    /// More members than the greatest number.
    TooManyMembers,
    /// An undeclared key that does not satisfy the check of names.
    BadName,
}

/// Members of a call's message that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// `jsonrpc`
    Jsonrpc,
    /// `id`
    Id,
    /// `method`
    Method,
    /// `params`
    Params,
    /// `name` of the parameters
    Name,
    /// `arguments` of the parameters
    Arguments,
    /// `server` of a plain call
    Server,
    /// `tool` of a plain call
    Tool,
    /// `args` of a plain call
    Args,
}

impl Member {
    /// Its key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Jsonrpc => "jsonrpc",
            Self::Id => "id",
            Self::Method => "method",
            Self::Params => "params",
            Self::Name => "name",
            Self::Arguments => "arguments",
            Self::Server => "server",
            Self::Tool => "tool",
            Self::Args => "args",
        }
    }

    /// What it must be.
    #[must_use]
    pub const fn wanted(self) -> &'static str {
        match self {
            Self::Jsonrpc => "the text `2.0`",
            Self::Id => "text or a number",
            Self::Method => "the text `tools/call`",
            Self::Params | Self::Arguments | Self::Args => "an object",
            Self::Name | Self::Server | Self::Tool => "text that is not empty",
        }
    }
}

impl What {
    /// The built-in reason it stands for.
    #[must_use]
    pub const fn kind(self) -> RejectKind {
        match self {
            Self::TooLarge
            | Self::TooDeep
            | Self::TooMuch
            | Self::ByteOrderMark
            | Self::UnexpectedEnd
            | Self::UnexpectedByte
            | Self::TrailingBytes
            | Self::ControlCharacter
            | Self::InvalidEscape
            | Self::UnpairedSurrogate
            | Self::InvalidUtf8
            | Self::InvalidNumber
            | Self::UnsafeInteger
            | Self::InexactNumber
            | Self::NotDecimal
            | Self::DuplicateKey
            | Self::Batch
            | Self::NotAnObject
            | Self::MissingMember(_)
            | Self::IllTypedMember(_)
            | Self::UnknownMember => RejectKind::BadRequest,
            Self::HostMember => RejectKind::HostValue,
            Self::WrongType
            | Self::WrongBoolean
            | Self::NotWhole
            | Self::BelowMinimum
            | Self::AboveMaximum
            | Self::NotMultiple
            | Self::NotOneOf
            | Self::TooShort
            | Self::TooLong
            | Self::PatternMismatch
            | Self::NotTimestamp
            | Self::NotDate
            | Self::NotDuration
            | Self::TooFewElements
            | Self::TooManyElements
            | Self::NotUnique
            | Self::UnknownKey
            | Self::MissingKey
            | Self::UnknownVariant
            | Self::ForeignKey
            | Self::TooFewMembers
            | Self::TooManyMembers
            | Self::BadName => RejectKind::BadArguments,
        }
    }
}

impl fmt::Display for RejectKind {
    /// The reason's stable code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadRequest => "bad_request",
            Self::BadArguments => "bad_arguments",
            Self::HostValue => "host_value",
        })
    }
}
