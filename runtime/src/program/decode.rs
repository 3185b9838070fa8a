//! A file as a program. In: bytes from anywhere. Out: the program they hold, verified, and its digest; or why they are refused.

use super::encode::{FORMAT_VERSION, MAGIC, MAX_BYTES, PREFIX, SUFFIX, digest_of};
use super::verify::VerifyError;
use super::wire::{Reader, Wire, WireError};
use super::{Caps, Cost, Digest, Program};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Why bytes are not a program that can run here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// The bytes do not start like a program file.
    NotAProgram,
    /// Another version of the file format.
    OtherVersion {
        /// The file's version.
        found: u16,
    },
    /// The end is missing.
    Truncated,
    /// The digest at the end is not that of the bytes before it: the file was changed.
    DigestMismatch,
    /// The bytes are not the encoding of a program.
    Malformed {
        /// Offset in the file, in bytes.
        offset: usize,
        /// What was expected there.
        expected: &'static str,
    },
    /// The program could not be run safely.
    Unverified(VerifyError),
    /// The program does not contain guardrails that the host requires.
    MissingGuardrails {
        /// Digest of the guardrails file.
        digest: Digest,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAProgram => f.write_str("not a policy program: build one with `policyc build`"),
            Self::OtherVersion { found } => {
                write!(
                    f,
                    "program format {found}, but this runtime reads format {FORMAT_VERSION}: build the policy again"
                )
            }
            Self::Truncated => f.write_str("the program file is cut short: copy or build it again"),
            Self::DigestMismatch => {
                f.write_str("the program file was changed after it was built (its digest does not match)")
            }
            Self::Malformed { offset, expected } => {
                write!(f, "malformed program: expected {expected} at byte {offset}")
            }
            Self::Unverified(error) => write!(f, "the program is refused: {error}"),
            Self::MissingGuardrails { digest } => {
                write!(f, "the program lacks required guardrails `{}`", Hex(digest))
            }
        }
    }
}

impl core::error::Error for LoadError {}

impl From<WireError> for LoadError {
    fn from(error: WireError) -> Self {
        Self::Malformed { offset: error.offset, expected: error.what }
    }
}

/// A digest in lower-case hexadecimal.
#[derive(Debug, Clone, Copy)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The first fields of a program file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The root policy's name.
    pub name: String,
    /// Language edition.
    pub edition: u16,
    /// Worst-case cost of one decision, as the file says it.
    pub cost: Cost,
    /// Bounds on requests.
    pub caps: Caps,
    /// Digests of the guardrails files compiled in.
    pub guardrails: Vec<Digest>,
    /// The program's digest.
    pub digest: Digest,
}

impl Header {
    /// Reads the header alone; the digest is checked, the rest of the program is not looked at.
    ///
    /// # Errors
    /// All of [`LoadError`] but `Unverified` and `MissingGuardrails`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        let (body, digest) = open(bytes)?;
        let mut reader = Reader::new(body, PREFIX);
        Ok(Self {
            name: Wire::read(&mut reader)?,
            edition: Wire::read(&mut reader)?,
            cost: Wire::read(&mut reader)?,
            caps: Wire::read(&mut reader)?,
            guardrails: Wire::read(&mut reader)?,
            digest,
        })
    }
}

impl Program {
    /// Reads and verifies a program file; returns the program and its digest.
    ///
    /// # Errors
    /// All of [`LoadError`] but `MissingGuardrails`.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, Digest), LoadError> {
        let (program, digest) = Self::decode(bytes)?;
        program.verify().map_err(LoadError::Unverified)?;
        Ok((program, digest))
    }

    /// Reads a program file without verifying the program: enough to print it, never to run it.
    ///
    /// # Errors
    /// All of [`LoadError`] but `Unverified` and `MissingGuardrails`.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Digest), LoadError> {
        let (body, digest) = open(bytes)?;
        let mut reader = Reader::new(body, PREFIX);
        let program = Self::read(&mut reader)?;
        if reader.remaining() > 0 {
            return Err(reader.error("the end of the program").into());
        }
        // The reader accepts shortest forms alone; this keeps it so whatever is added to the layout.
        if program.to_bytes() != bytes {
            return Err(LoadError::Malformed { offset: PREFIX, expected: "the canonical encoding" });
        }
        Ok((program, digest))
    }
}

/// Checks magic, version, length and digest; returns everything before the digest, and the digest.
fn open(bytes: &[u8]) -> Result<(&[u8], Digest), LoadError> {
    let rest = bytes.strip_prefix(&MAGIC).ok_or(LoadError::NotAProgram)?;
    let (version, rest) = rest.split_first_chunk().ok_or(LoadError::Truncated)?;
    let found = u16::from_le_bytes(*version);
    if found != FORMAT_VERSION {
        return Err(LoadError::OtherVersion { found });
    }
    let (length, _) = rest.split_first_chunk().ok_or(LoadError::Truncated)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > MAX_BYTES || length < PREFIX.saturating_add(SUFFIX) {
        return Err(LoadError::Malformed { offset: 6, expected: "a length of at most 256 MiB" });
    }
    if bytes.len() < length {
        return Err(LoadError::Truncated);
    }
    if bytes.len() > length {
        return Err(LoadError::Malformed { offset: length, expected: "the end of the file" });
    }
    let (body, digest) = bytes.split_last_chunk().ok_or(LoadError::Truncated)?;
    if digest_of(body) != *digest {
        return Err(LoadError::DigestMismatch);
    }
    Ok((body, *digest))
}
