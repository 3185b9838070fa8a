//! The keys of a line, before it is known what kind of line it is. In: JSON. Out: each key with its type, or why one is broken.

use super::super::change::ChangeLine;
use super::OutcomeKind;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The keys of both kinds of line. A key that is absent differs from one that is `null`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw<'a> {
    pub(super) v: Version,
    #[serde(rename = "type", borrow)]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) session: Text<'a>,
    #[serde(borrow, default)]
    pub(super) principal: Option<Object<'a>>,
    #[serde(borrow, default)]
    pub(super) context: Option<Object<'a>>,
    #[serde(default)]
    pub(super) seq: Option<u64>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) time: Option<Option<Text<'a>>>,
    #[serde(borrow, default)]
    pub(super) server: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) tool: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) args: Option<Object<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) result: Option<Option<Outcome<'a>>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) label: Option<Option<Label>>,
    #[serde(borrow, default)]
    pub(super) meta: Option<Object<'a>>,
    #[serde(borrow, default)]
    pub(super) program: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) decision: Option<Text<'a>>,
    #[serde(default)]
    pub(super) reasons: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) admission: Option<Option<u64>>,
    #[serde(default)]
    pub(super) outcome: Option<OutcomeKind>,
    #[serde(borrow, default)]
    pub(super) unfit: Option<Text<'a>>,
    #[serde(default)]
    pub(super) changes: Option<Vec<ChangeLine>>,
}

/// What a replay itself reads of `meta`; the rest is truth about the session, which no policy may see.
#[derive(Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) turn: Option<u64>,
}

/// The version of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

/// A string, borrowed where it has no escapes.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

/// A JSON object as it is written.
pub(super) struct Object<'a>(pub(super) &'a str);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome<'a> {
    #[serde(borrow)]
    pub(super) structured: &'a RawValue,
    #[serde(borrow)]
    pub(super) text: &'a RawValue,
    pub(super) is_error: bool,
    pub(super) truncated: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Label {
    Injected,
    Benign,
    Unknown,
}

impl Label {
    pub(super) const fn json(self) -> &'static str {
        match self {
            Self::Injected => "\"injected\"",
            Self::Benign => "\"benign\"",
            Self::Unknown => "\"unknown\"",
        }
    }
}

impl Raw<'_> {
    /// No key but those of its kind of line is there.
    pub(super) fn only(&self, what: &str, keys: &[&str]) -> Result<(), String> {
        let there = [
            ("principal", self.principal.is_some()),
            ("context", self.context.is_some()),
            ("seq", self.seq.is_some()),
            ("time", self.time.is_some()),
            ("server", self.server.is_some()),
            ("tool", self.tool.is_some()),
            ("args", self.args.is_some()),
            ("result", self.result.is_some()),
            ("label", self.label.is_some()),
            ("meta", self.meta.is_some()),
            ("program", self.program.is_some()),
            ("decision", self.decision.is_some()),
            ("reasons", self.reasons.is_some()),
            ("admission", self.admission.is_some()),
            ("outcome", self.outcome.is_some()),
            ("unfit", self.unfit.is_some()),
            ("changes", self.changes.is_some()),
        ];
        match there.iter().find(|(key, there)| *there && !keys.contains(key)) {
            Some((key, _)) => Err(format!("{what} has no `{key}`")),
            None => Ok(()),
        }
    }
}

/// A key that is there, whatever its value, `null` included.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            other => Err(D::Error::custom(format!(
                "recording version {other}; this program reads versions 1 and 2"
            ))),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Reader)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        if raw.starts_with('{') { Ok(Self(raw)) } else { Err(D::Error::custom("an object is needed")) }
    }
}
