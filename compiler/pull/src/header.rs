//! A header for an HTTP server: one line of the command line in, a name and a value that is never shown out.

use std::fmt;

use crate::error::Fault;
use crate::text::clean;

/// One HTTP header. Its value may be a secret: neither `Debug` nor any message shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: String,
}

/// Headers the transport sets itself.
const RESERVED: [&str; 11] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
    "transfer-encoding",
];

impl Header {
    /// Reads `Name: value`, in which each `${VARIABLE}` stands for that environment variable, so that a secret need
    /// not be on the command line: `Authorization: Bearer ${GITHUB_TOKEN}`.
    ///
    /// # Errors
    /// [`Fault::BadHeader`]: no colon, an empty or reserved name, a variable that is not set, a line break.
    pub fn parse(line: &str) -> Result<Self, Fault> {
        Self::parse_with(line, |variable| std::env::var(variable).ok())
    }

    fn parse_with(line: &str, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let Some((name, value)) = line.split_once(':') else {
            // The line may be nothing but the secret.
            return Err(bad("…", "it has no colon; write 'Name: value'"));
        };
        let name = name.trim();
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(is_token) {
            return Err(bad(name, "its name is not one of an HTTP header"));
        }
        if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(bad(name, "the protocol sets this one itself; leave it out"));
        }
        let value = fill(value.trim(), lookup).map_err(|reason| bad(name, &reason))?;
        if value.chars().any(char::is_control) {
            return Err(bad(name, "its value has a line break or another control character"));
        }
        Ok(Self { name: name.to_owned(), value })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: …)", self.name)
    }
}

fn bad(name: &str, reason: &str) -> Fault {
    Fault::BadHeader { header: clean(name, 60), reason: reason.to_owned() }
}

/// Puts the values of variables in the places of `${VARIABLE}`.
fn fill(value: &str, lookup: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, after)) = after.split_once('}') else {
            return Err("a `${` in its value is not closed".to_owned());
        };
        let Some(found) = lookup(variable) else {
            return Err(format!("the environment variable `{}` is not set", clean(variable, 60)));
        };
        filled.push_str(before);
        filled.push_str(found.trim());
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Header, String> {
        let lookup = |name: &str| (name == "TOKEN").then(|| "s3cret\n".to_owned());
        Header::parse_with(line, lookup).map_err(|fault| fault.to_string())
    }

    #[test]
    fn variables_are_filled_in_and_never_shown() {
        let header = parse("Authorization: Bearer ${TOKEN}").unwrap();
        assert_eq!((header.name(), header.value()), ("Authorization", "Bearer s3cret"));
        assert_eq!(format!("{header:?}"), "Header(Authorization: …)");
    }

    #[test]
    fn values_may_hold_colons_and_dollars() {
        assert_eq!(parse("X-Key: a:b$c").unwrap().value(), "a:b$c");
    }

    #[test]
    fn mistakes_are_named_without_the_value() {
        for (line, reason) in [
            ("just-a-secret", "no colon"),
            (": x", "not one of an HTTP header"),
            ("Mcp-Session-Id: x", "sets this one itself"),
            ("X: ${MISSING}", "`MISSING` is not set"),
            ("X: ${TOKEN", "not closed"),
            ("X: a\u{7}b", "control character"),
        ] {
            let message = parse(line).unwrap_err();
            assert!(message.contains(reason), "{message}");
            assert!(!message.contains("just-a-secret"), "{message}");
        }
    }
}
