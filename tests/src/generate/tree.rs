//! JSON text with a spelling of its own. In: a tree. Out: bytes: with white space, escapes, number spellings and an order of members that
//! a seed chooses, all of which mean the same.

use super::rng::Rng;
use std::fmt::Write;

/// A JSON value as it is going to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number as spelled; it may be none.
    Number(String),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Tree>),
    /// An object; keys may repeat.
    Object(Vec<(String, Tree)>),
    /// Bytes that stand for themselves.
    Raw(String),
}

impl Tree {
    /// The value with few surprises: no white space, members in order.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, &mut None);
        out
    }

    /// The same value, spelled as the generator chooses.
    #[must_use]
    pub fn spelled(&self, rng: &mut Rng) -> String {
        let mut out = String::new();
        self.write(&mut out, &mut Some(rng));
        out
    }

    /// The members of an object.
    pub fn members(&mut self) -> Option<&mut Vec<(String, Tree)>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Every value in it, itself included, in order of a walk.
    pub fn each(&mut self, run: &mut dyn FnMut(&mut Tree)) {
        run(self);
        match self {
            Self::List(items) => items.iter_mut().for_each(|item| item.each(run)),
            Self::Object(members) => members.iter_mut().for_each(|(_, member)| member.each(run)),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Raw(_) => {}
        }
    }

    fn write(&self, out: &mut String, rng: &mut Option<&mut Rng>) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) => out.push_str(&number(text, rng)),
            Self::Text(text) => quote(text, out, rng),
            Self::Raw(text) => out.push_str(text),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    space(out, rng);
                    item.write(out, rng);
                    space(out, rng);
                }
                out.push(']');
            }
            Self::Object(members) => {
                let mut order: Vec<&(String, Tree)> = members.iter().collect();
                if let Some(rng) = rng {
                    rng.shuffle(&mut order);
                }
                out.push('{');
                for (index, (key, member)) in order.into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    space(out, rng);
                    quote(key, out, rng);
                    space(out, rng);
                    out.push(':');
                    space(out, rng);
                    member.write(out, rng);
                    space(out, rng);
                }
                out.push('}');
            }
        }
    }
}

fn space(out: &mut String, rng: &mut Option<&mut Rng>) {
    if let Some(rng) = rng
        && rng.chance(8)
    {
        out.push_str(rng.word(&[" ", "\n", "\t", " \r\n "]));
    }
}

fn quote(text: &str, out: &mut String, rng: &mut Option<&mut Rng>) {
    let odd = rng.as_mut().is_some_and(|rng| rng.chance(5));
    out.push('"');
    for c in text.chars() {
        let escape = odd && rng.as_mut().is_some_and(|rng| rng.chance(30));
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' if escape => out.push_str("\\/"),
            c if c < ' ' || escape => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    // A string takes any formatted text.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Another spelling of a plain number: `5` as `5.0`, `5e0`, `50e-1`; one with an exponent keeps its own.
fn number(text: &str, rng: &mut Option<&mut Rng>) -> String {
    let Some(rng) = rng else { return text.to_owned() };
    if text.contains(['e', 'E']) || !rng.chance(15) {
        return text.to_owned();
    }
    match (rng.below(4), text.contains('.')) {
        (0, false) => format!("{text}.0"),
        (0, true) => format!("{text}0"),
        (1, _) => format!("{text}e0"),
        (2, _) => format!("{text}E+00"),
        (_, false) if text.len() < 12 && !text.ends_with('0') => format!("{text}00e-2"),
        _ => text.to_owned(),
    }
}
