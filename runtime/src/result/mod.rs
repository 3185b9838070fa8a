//! The result phase: what of a tool's answer the agent may see. In: the answer as the server sent it, the redactions that hold for it,
//! what the output schema admits. Out: the bytes to hand on and what was redacted by which redaction, or that all is withheld.
//!
//! What passes is a closed list (semantics.md 46): every text, key and number of the content and of `structuredContent` is searched;
//! what cannot be searched (images, sound, blobs, links, `_meta`, members that this list does not know) is replaced or left out.
//! Text that is JSON is searched as JSON, also where it stands as a text in other JSON.
//!
//! **Patterns are best effort.** They find a text in a few disguises (percent- and HTML-escapes, `\u`, characters that nobody sees,
//! text that goes on in the next block), never in all of them: base64, full-width letters or a rephrasing get through. What must not
//! reach the agent is named by `paths`, or withheld by `deny result`.
//!
//! **Paths are exact.** They are followed through `structuredContent`, or through the JSON of each text where there is none. Beside a
//! path no text passes that was not made from redacted structure: one that repeats the structure is written anew, any other withheld.
//! One exception: what went wrong is told. The message of an error, and the text of a result with `isError` that has no structure,
//! is searched by patterns alone.
//!
//! **Whatever comes out has been redacted again**, and nothing was found and nothing changed ([`Redactor::redact`] does that itself).
//! So redacting is idempotent and no pattern matches what is shown, or nothing is shown; this is checked for each result and need not
//! be believed. All redactions read the original, so that their order is nothing.
//!
//! Time is linear in the result: texts are read once per form and pattern, a tree is walked once, and `STEPS_PER_BYTE` bounds what
//! is left (how many matches of a pattern are under way at once). Memory is bounded by the program's cap on bytes.

mod blocks;
mod clash;
mod envelope;
mod escapes;
mod fit;
mod forms;
mod keys;
mod marks;
mod media;
mod notice;
mod paths;
mod read;
mod report;
mod rules;
mod structure;
mod text;
mod texts;
mod write;

pub use clash::Clash;
pub use notice::{Notice, notice};
pub use read::{is_error, plain_text, structured_of};
pub use report::{Place, PlaceStep, Redacted};
pub use rules::{BadRedaction, Redactor};

use crate::pattern::{Exhausted, Work};
use crate::program::Caps;
use crate::program::plan::NodeId;
use crate::scan::{Reject, Scanner, What};
use alloc::vec::Vec;
use core::fmt;
use report::Report;
use rules::Active;
use text::Pass;

/// What the agent is told in the place of a result that is withheld: the call ran (semantics.md 49).
pub const WITHHELD: &str = "executed, result withheld";

/// Steps of patterns that one result may take, per byte of [`Caps::bytes`].
const STEPS_PER_BYTE: u64 = 128;
/// Passes over a result and what comes of it.
const MOST_PASSES: u32 = 4;
/// Bytes of new text that are made on the way, per byte of [`Caps::bytes`].
const ROOM_PER_BYTE: usize = 4;

/// An answer as the server sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent<'a> {
    /// The `result` of a `tools/call`.
    Result(&'a [u8]),
    /// The `error` of the response.
    Error(&'a [u8]),
}

/// What the output schema admits: a node of a program's plans.
#[derive(Debug, Clone, Copy)]
pub struct Output<'s> {
    /// The plans.
    pub plans: &'s Scanner,
    /// The node of `structuredContent`.
    pub node: NodeId,
}

/// What the agent gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A `result` object.
    Result(Vec<u8>),
    /// An `error` object.
    Error(Vec<u8>),
    /// Nothing but [`Withheld::to_bytes`].
    Withheld(Withheld),
}

/// The answer of the result phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible {
    /// What the agent gets.
    pub body: Body,
    /// What was redacted, by index of the redaction; empty if all is withheld.
    pub redacted: Vec<Redacted>,
}

/// Why a result is withheld as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Withheld {
    /// More bytes, nesting or elements than the program's caps, as sent or as redacted.
    TooLarge,
    /// Not strict JSON.
    NotStrict,
    /// JSON, but no result or error of `tools/call`.
    Malformed,
    /// The patterns would take too long.
    Exhausted,
    /// A pattern still matches what is left: a marker that matches it, or text around one.
    Unsettled,
    /// A redaction that the program does not have.
    Unknown,
    /// A rule of the policy says so.
    Denied,
    /// The rules on results could not be decided.
    Undecided,
}

/// Why a pass over a result ends early.
use Withheld as Failure;

impl Withheld {
    /// The `result` object that says so; the same for every reason.
    #[must_use]
    pub fn to_bytes() -> Vec<u8> {
        let mut out = envelope::Object::default();
        out.key("content");
        out.bytes.extend_from_slice(br#"[{"type":"text","text":"#);
        crate::scan::tree::write_text(WITHHELD, &mut out.bytes);
        out.bytes.extend_from_slice(b"}]");
        out.raw("isError", b"true");
        out.finish()
    }
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the result exceeds the program's caps",
            Self::NotStrict => "the result is no strict JSON",
            Self::Malformed => "the answer is no result of a tool",
            Self::Exhausted => "the patterns would take too long on the result",
            Self::Unsettled => "a pattern still matches what redaction leaves",
            Self::Unknown => "the program has no such redaction",
            Self::Denied => "a rule withholds the result",
            Self::Undecided => "what the rules on results say could not be decided",
        })
    }
}

impl From<Exhausted> for Withheld {
    fn from(_: Exhausted) -> Self {
        Self::Exhausted
    }
}

impl From<Reject> for Withheld {
    fn from(reject: Reject) -> Self {
        match reject.what {
            What::TooLarge | What::TooDeep | What::TooMuch => Self::TooLarge,
            _ => Self::NotStrict,
        }
    }
}

impl Redactor {
    /// What of an answer the agent may see under the redactions with the indexes `active`, in any order.
    ///
    /// Without redactions the bytes pass as they are, unread. Otherwise the answer is written anew, and whatever cannot be shown safely
    /// is withheld. Members of structures keep their order, so that what was not redacted reads as it did.
    ///
    /// Where `output` is given and redaction leaves no value that it admits, the result has no `structuredContent`, begins with
    /// [`WITHHELD`] and is marked as an error, since clients hold a result without the promised structure to be broken.
    #[must_use]
    pub fn redact(&self, sent: Sent<'_>, active: &[u32], output: Option<Output<'_>>, caps: Caps) -> Visible {
        if active.is_empty() {
            let body = match sent {
                Sent::Result(bytes) => Body::Result(bytes.to_vec()),
                Sent::Error(bytes) => Body::Error(bytes.to_vec()),
            };
            return Visible { body, redacted: Vec::new() };
        }
        let redacted = match self.active(active) {
            Some(active) => settled(&active, sent, output, caps),
            None => Err(Withheld::Unknown),
        };
        redacted.unwrap_or_else(|reason| Visible { body: Body::Withheld(reason), redacted: Vec::new() })
    }
}

/// A pass over the answer, and further ones over what came of it until one changes nothing and finds nothing: the second, unless a
/// marker and what stands beside it are found together.
fn settled(
    active: &Active<'_>,
    sent: Sent<'_>,
    output: Option<Output<'_>>,
    caps: Caps,
) -> Result<Visible, Withheld> {
    let mut work = Work::new(u64::from(caps.bytes).saturating_mul(STEPS_PER_BYTE));
    let (mut bytes, report) = pass(active, &mut work, sent, output, caps)?;
    for _ in 1..MOST_PASSES {
        let again = match sent {
            Sent::Result(_) => Sent::Result(&bytes),
            Sent::Error(_) => Sent::Error(&bytes),
        };
        let (same, again) = pass(active, &mut work, again, output, caps)?;
        if same == bytes && again.found == 0 {
            let body = match sent {
                Sent::Result(_) => Body::Result(bytes),
                Sent::Error(_) => Body::Error(bytes),
            };
            return Ok(Visible { body, redacted: report.finish(active) });
        }
        bytes = same;
    }
    Err(Withheld::Unsettled)
}

fn pass(
    active: &Active<'_>,
    work: &mut Work,
    sent: Sent<'_>,
    output: Option<Output<'_>>,
    caps: Caps,
) -> Result<(Vec<u8>, Report), Withheld> {
    let room = usize::try_from(caps.bytes).unwrap_or(usize::MAX).saturating_mul(ROOM_PER_BYTE);
    let mut pass = Pass { active, work, report: Report::default(), room, caps };
    let bytes = match sent {
        Sent::Result(bytes) => envelope::result(&mut pass, bytes, output)?,
        Sent::Error(bytes) => envelope::error(&mut pass, bytes)?,
    };
    Ok((bytes, pass.report))
}

#[cfg(test)]
mod tests;
