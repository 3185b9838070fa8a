//! One line of a recording v1. In: the bytes of a line. Out: an [`Event`] that borrows from it, or why the line is broken.
//!
//! The line is read once and strictly: UTF-8, JSON, exactly the keys of the format, each with its type. What only the policy's VM may
//! judge (arguments, principal, context) stays text; `meta` and `label` are checked and forgotten, since no policy may see them.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// What a line says.
#[derive(Debug)]
pub enum Event<'a> {
    /// A session begins.
    Session(SessionLine<'a>),
    /// A tool was called.
    Call(CallLine<'a>),
}

/// A session begins.
#[derive(Debug)]
pub struct SessionLine<'a> {
    /// Its id.
    pub session: Cow<'a, str>,
    /// The principal: a JSON object.
    pub principal: &'a str,
    /// What fills `session`: a JSON object.
    pub context: &'a str,
}

/// A tool was called.
#[derive(Debug)]
pub struct CallLine<'a> {
    /// The session's id.
    pub session: Cow<'a, str>,
    /// Its number within the session.
    pub seq: u64,
    /// The clock, UTC milliseconds.
    pub time: Option<i64>,
    /// Server alias or identity.
    pub server: Cow<'a, str>,
    /// Tool name.
    pub tool: Cow<'a, str>,
    /// The arguments: a JSON object.
    pub args: &'a str,
}

/// The keys of both kinds of line. A key that is absent differs from one that is `null`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw<'a> {
    #[serde(rename = "v")]
    _v: Version,
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    session: Text<'a>,
    #[serde(borrow, default)]
    principal: Option<Object<'a>>,
    #[serde(borrow, default)]
    context: Option<Object<'a>>,
    #[serde(default)]
    seq: Option<u64>,
    #[serde(borrow, default, deserialize_with = "present")]
    time: Option<Option<Text<'a>>>,
    #[serde(borrow, default)]
    server: Option<Text<'a>>,
    #[serde(borrow, default)]
    tool: Option<Text<'a>>,
    #[serde(borrow, default)]
    args: Option<Object<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<Option<Outcome<'a>>>,
    #[serde(default, deserialize_with = "present")]
    label: Option<Option<Label>>,
    #[serde(rename = "meta", borrow)]
    _meta: Object<'a>,
}

/// `1`.
struct Version;

/// A string, borrowed where it has no escapes.
struct Text<'a>(Cow<'a, str>);

/// A JSON object as it is written.
struct Object<'a>(&'a str);

/// A result, of which only the form matters here: nothing is learned from it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome<'a> {
    #[serde(rename = "structured")]
    _structured: IgnoredAny,
    #[serde(rename = "text", borrow)]
    text: &'a RawValue,
    #[serde(rename = "is_error")]
    _is_error: bool,
    #[serde(rename = "truncated")]
    _truncated: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Label {
    Injected,
    Benign,
    Unknown,
}

/// Reads a line without its line end.
///
/// # Errors
/// What is wrong with it, on one line: lower-case start, no full stop.
pub fn read_line(line: &[u8]) -> Result<Event<'_>, String> {
    let text =
        std::str::from_utf8(line).map_err(|error| format!("byte {} is no UTF-8", error.valid_up_to() + 1))?;
    let raw: Raw<'_> = serde_json::from_str(text).map_err(|error| json_error(&error))?;
    if raw.session.0.is_empty() {
        return Err("`session` is empty".to_owned());
    }
    match &*raw.kind.0 {
        "session" => session(raw).map(Event::Session),
        "call" => call(raw).map(Event::Call),
        other => Err(format!("`type` is `{other}`; it must be `session` or `call`")),
    }
}

fn session(raw: Raw<'_>) -> Result<SessionLine<'_>, String> {
    let call_keys = [
        ("seq", raw.seq.is_some()),
        ("time", raw.time.is_some()),
        ("server", raw.server.is_some()),
        ("tool", raw.tool.is_some()),
        ("args", raw.args.is_some()),
        ("result", raw.result.is_some()),
        ("label", raw.label.is_some()),
    ];
    if let Some((key, _)) = call_keys.iter().find(|(_, there)| *there) {
        return Err(format!("a session line has no `{key}`"));
    }
    Ok(SessionLine {
        session: raw.session.0,
        principal: raw.principal.ok_or_else(|| missing("principal"))?.0,
        context: raw.context.ok_or_else(|| missing("context"))?.0,
    })
}

fn call(raw: Raw<'_>) -> Result<CallLine<'_>, String> {
    for (key, there) in [("principal", raw.principal.is_some()), ("context", raw.context.is_some())] {
        if there {
            return Err(format!("a call line has no `{key}`"));
        }
    }
    raw.label.ok_or_else(|| missing("label"))?;
    if let Some(outcome) = raw.result.ok_or_else(|| missing("result"))?
        && !outcome.text.get().starts_with('"')
    {
        return Err("`result.text` is no string".to_owned());
    }
    Ok(CallLine {
        session: raw.session.0,
        seq: raw.seq.ok_or_else(|| missing("seq"))?,
        time: match raw.time.ok_or_else(|| missing("time"))? {
            None => None,
            Some(text) => Some(moment(&text.0)?),
        },
        server: named(raw.server, "server")?,
        tool: named(raw.tool, "tool")?,
        args: raw.args.ok_or_else(|| missing("args"))?.0,
    })
}

fn named<'a>(text: Option<Text<'a>>, key: &str) -> Result<Cow<'a, str>, String> {
    match text {
        None => Err(missing(key)),
        Some(text) if text.0.is_empty() => Err(format!("`{key}` is empty")),
        Some(text) => Ok(text.0),
    }
}

fn moment(text: &str) -> Result<i64, String> {
    policyc_runtime::views::time(text, None).ok().flatten().ok_or_else(|| {
        format!("`time` is `{text}`; it must be RFC 3339, such as 2027-01-01T09:00:00Z, or null")
    })
}

fn missing(key: &str) -> String {
    format!("`{key}` is missing")
}

/// serde_json's message; its line number is always 1 here.
pub(super) fn json_error(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    let what = what.split(" (column ").next().unwrap_or(what);
    let what = what.replacen("EOF while parsing", "the text ends within", 1);
    if error.column() == 0 { what } else { format!("{what} at column {}", error.column()) }
}

/// A key that is there, whatever its value, `null` included.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => {
                Err(D::Error::custom(format!("recording version {other}; this program reads version 1")))
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str =
        r#"{"v":1,"type":"session","session":"s","principal":{},"context":{"a":[1]},"meta":{}}"#;
    const CALL: &str = r#"{"v":1,"type":"call","session":"s\u0041","seq":3,"time":"2027-01-01T00:00:00.5Z","server":"x","tool":"t","args":{"a":"\ud800"},"result":{"structured":null,"text":"","is_error":false,"truncated":false},"label":null,"meta":{"turn":0}}"#;

    #[test]
    fn both_kinds_are_read() {
        let Event::Session(session) = read_line(SESSION.as_bytes()).unwrap() else { panic!("no session") };
        assert_eq!((&*session.session, session.principal, session.context), ("s", "{}", r#"{"a":[1]}"#));
        let Event::Call(call) = read_line(CALL.as_bytes()).unwrap() else { panic!("no call") };
        assert_eq!((&*call.session, call.seq, call.time), ("sA", 3, Some(1_798_761_600_500)));
        assert_eq!((&*call.server, &*call.tool, call.args), ("x", "t", r#"{"a":"\ud800"}"#));
        assert!(matches!(call.session, Cow::Owned(_)) && matches!(call.tool, Cow::Borrowed(_)));
    }

    /// What is said of a line in which one piece is replaced.
    fn broken(line: &str, from: &str, to: &str) -> String {
        assert!(line.contains(from), "{from} is not in {line}");
        read_line(line.replacen(from, to, 1).as_bytes()).map(|_| ()).unwrap_err()
    }

    #[test]
    fn broken_lines_are_told_exactly() {
        let check = |line, from, to, expected: &str| assert_eq!(broken(line, from, to), expected);
        check(CALL, r#""seq":3,"#, "", "`seq` is missing");
        check(CALL, r#","label":null"#, "", "`label` is missing");
        check(CALL, r#""time":"2027-01-01T00:00:00.5Z","#, "", "`time` is missing");
        check(
            CALL,
            "2027-01-01T00",
            "noon",
            "`time` is `noon:00:00.5Z`; it must be RFC 3339, such as 2027-01-01T09:00:00Z, or null",
        );
        check(CALL, r#""server":"x""#, r#""server":"""#, "`server` is empty");
        check(CALL, r#""args":{"a":"\ud800"}"#, r#""args":[]"#, "an object is needed at column 114");
        check(CALL, r#""seq":3"#, r#""seq":-3"#, "invalid value: integer `-3`, expected u64 at column 49");
        check(CALL, r#""text":"""#, r#""text":1"#, "`result.text` is no string");
        check(CALL, r#""is_error":false,"#, "", "missing field `is_error` at column 183");
        check(CALL, r#""v":1"#, r#""v":2"#, "recording version 2; this program reads version 1 at column 6");
        check(
            CALL,
            r#""type":"call""#,
            r#""type":"cull""#,
            "`type` is `cull`; it must be `session` or `call`",
        );
        check(CALL, r#""tool":"t""#, r#""tool":"t","tool":"u""#, "duplicate field `tool` at column 111");
        check(SESSION, r#""principal":{},"#, "", "`principal` is missing");
        check(SESSION, r#""meta":{}"#, r#""meta":{},"seq":0"#, "a session line has no `seq`");
        check(CALL, r#""meta""#, r#""context":{},"meta""#, "a call line has no `context`");
        check(SESSION, r#""session":"s""#, r#""session":"""#, "`session` is empty");
        check(SESSION, "}}", "}", "the text ends within an object at column 82");
        check(SESSION, "}}", "}} x", "trailing characters at column 85");
        assert_eq!(read_line(b"").unwrap_err(), "the text ends within a value");
        assert_eq!(read_line(b"{\xff}").unwrap_err(), "byte 2 is no UTF-8");
        assert!(broken(CALL, r#""label":null"#, r#""label":"bad""#).starts_with("unknown variant `bad`"));
        assert!(broken(CALL, r#""label":null"#, r#""label":null,"x":1"#).starts_with("unknown field `x`"));
    }
}
