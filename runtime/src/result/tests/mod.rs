//! The result phase's tests: redactions and an answer in, what the agent sees out, all as text.
//!
//! A redaction is a line of the rules: `id: paths a, b patterns /re/, /re/ keep images with "marker"`, every part but the id optional;
//! with `org/` in the id it is a guardrail's. A line `output: PLAN` is the output schema, as the scanner's tests write plans.

mod channels;
mod clash;
mod corpus;
mod encodings;
mod hostile;
mod laws;
mod learn;
mod oracle;
mod paths;
mod rules;
mod schema;
mod structure;

use super::*;
use crate::program::Program;
use crate::program::pool::{Pattern, PatternShape, StrId};
use crate::program::redact::{self, Path, PatternId, Step};
use crate::scan::tests::build;
use regex_automata::MatchKind;
use regex_automata::dfa::{StartKind, dense};
use std::string::{String, ToString};
use std::{format, vec};

/// A program of redactions.
struct Setup {
    rows: Vec<redact::Redaction>,
    strings: Vec<String>,
    patterns: Vec<Pattern>,
    /// With node 1 as the output schema.
    output: Option<Program>,
    caps: Caps,
}

impl Setup {
    fn new(rules: &str) -> Self {
        let caps = Caps { bytes: 100_000, depth: 32, elements: 10_000, ..Caps::default() };
        let mut setup = Self { rows: vec![], strings: vec![], patterns: vec![], output: None, caps };
        for line in rules.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (id, parts) = line.split_once(':').unwrap();
            if id == "output" {
                setup.output = Some(build::program(parts));
            } else {
                setup.row(id, parts.trim());
            }
        }
        setup
    }

    fn row(&mut self, id: &str, parts: &str) {
        let (parts, marker) = match parts.split_once("with \"") {
            Some((parts, marker)) => (parts, marker.strip_suffix('"').unwrap()),
            None => (parts, "[redacted]"),
        };
        let (parts, keep_images) = match parts.trim().strip_suffix("keep images") {
            Some(parts) => (parts, true),
            None => (parts, false),
        };
        let (paths, patterns) = parts.split_once("patterns").unwrap_or((parts, ""));
        let paths = paths.trim().strip_prefix("paths").unwrap_or_default();
        let marker = self.string(marker);
        let row = redact::Redaction {
            statement: 0,
            id: id.to_string(),
            guardrail: id.contains('/'),
            paths: list(paths).into_iter().map(|path| self.path(path)).collect(),
            patterns: list(patterns).into_iter().map(|regex| self.pattern(regex)).collect(),
            marker,
            keep_images,
        };
        self.rows.push(row);
    }

    fn string(&mut self, text: &str) -> StrId {
        self.strings.push(text.to_string());
        StrId(u32::try_from(self.strings.len() - 1).unwrap())
    }

    fn path(&mut self, path: &str) -> Path {
        let mut steps = vec![];
        let mut rest = path.strip_prefix("result").unwrap();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("[*]") {
                steps.push(Step::Every);
                rest = after;
                continue;
            }
            let deep = rest.starts_with("..");
            let name = rest.trim_start_matches('.');
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            let name = self.string(name);
            steps.push(if deep { Step::Deep(name) } else { Step::Key(name) });
            rest = after;
        }
        Path(steps)
    }

    fn pattern(&mut self, regex: &str) -> PatternId {
        let source = regex.strip_prefix('/').and_then(|regex| regex.strip_suffix('/')).unwrap();
        let shape = PatternShape::Dfa(automaton(source));
        self.patterns.push(Pattern { source: source.to_string(), shape });
        PatternId(u32::try_from(self.patterns.len() - 1).unwrap())
    }

    fn redactor(&self) -> Redactor {
        Redactor::new(&self.rows, &self.strings, &self.patterns).unwrap()
    }

    /// Under these redactions.
    fn redact_by(&self, sent: Sent<'_>, active: &[u32]) -> Visible {
        let plans = self.output.as_ref().map(|program| Scanner::new(program).unwrap());
        let output = plans.as_ref().map(|plans| Output { plans, node: NodeId(1) });
        self.redactor().redact(sent, active, output, self.caps)
    }

    /// Under all redactions.
    fn redact(&self, sent: Sent<'_>) -> Visible {
        let all: Vec<u32> = (0..u32::try_from(self.rows.len()).unwrap()).collect();
        self.redact_by(sent, &all)
    }

    /// What came of it as text: the bytes, then per redaction its id, count and places.
    fn shown(&self, sent: Sent<'_>) -> String {
        let Visible { body, redacted } = self.redact(sent);
        let mut out = match body {
            Body::Result(bytes) | Body::Error(bytes) => String::from_utf8(bytes).unwrap(),
            Body::Withheld(reason) => format!("withheld: {reason}"),
        };
        for Redacted { redaction, count, places } in redacted {
            let id = &self.rows[redaction as usize].id;
            let places: Vec<String> = places.iter().map(ToString::to_string).collect();
            out += &format!("\n{id} {count}: {}", places.join(", "));
        }
        out
    }
}

/// The parts of a list.
fn list(text: &str) -> Vec<&str> {
    text.split(", ").map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// What the compiler stores for a pattern of a redaction.
fn automaton(regex: &str) -> Vec<u8> {
    let config = dense::Config::new().start_kind(StartKind::Anchored).match_kind(MatchKind::All);
    let syntax = regex_automata::util::syntax::Config::new().dot_matches_new_line(true);
    let dfa = dense::Builder::new().configure(config).syntax(syntax).build(&ascii(regex)).unwrap();
    dfa.to_sparse().unwrap().to_bytes_little_endian()
}

/// Classes and boundaries are those of ASCII.
fn ascii(regex: &str) -> String {
    regex.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]")
}

/// Asserts what the agent sees of a result.
#[track_caller]
fn check(rules: &str, result: &str, want: &str) {
    assert_text(&Setup::new(rules).shown(Sent::Result(result.as_bytes())), want);
}

/// The same for the text of one block, and the text of the block that comes of it.
#[track_caller]
fn check_text(rules: &str, text: &str, want: &str) {
    let setup = Setup::new(rules);
    let result = serde_json::json!({"content": [{"type": "text", "text": text}]}).to_string();
    let got = match setup.redact(Sent::Result(result.as_bytes())).body {
        Body::Result(bytes) => {
            let shown: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            shown["content"][0]["text"].as_str().unwrap().to_string()
        }
        other => format!("{other:?}"),
    };
    assert_text(&got, want);
}

#[track_caller]
fn assert_text(got: &str, want: &str) {
    let want: Vec<&str> = want.trim().lines().map(str::trim).collect();
    let got: Vec<&str> = got.lines().map(str::trim).collect();
    assert!(got == want, "got:\n{}\n\nwant:\n{}\n", got.join("\n"), want.join("\n"));
}

/// Patterns that many tests use.
const EMAIL: &str = "pii: patterns /[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+/";
const CARD: &str = r"cards: patterns /\b\d{4}([ -]?\d{4}){3}\b/";
