//! Diagnostics as SARIF 2.1.0 (OASIS), for code scanning. In: a report and some of its diagnostics. Out: one log with one run: every
//! code that occurs is a rule with its page; results carry places, related places and fixes. Columns are code points.

use super::pages::page;
use super::sources::{Sources, in_order};
use super::{Code, Diagnostic, Level, Location};
use crate::report::Report;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The log as JSON text that ends with a newline.
#[must_use]
pub fn sarif<'a>(report: &'a Report, diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let sources = Sources::new(report);
    let sorted = in_order(diagnostics);
    let codes: BTreeSet<Code> = sorted.iter().map(|diagnostic| diagnostic.code).collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(*code)).collect();
    let results: Vec<Value> = sorted
        .iter()
        .map(|diagnostic| {
            let index = codes.range(..diagnostic.code).count();
            result(&sources, diagnostic, index)
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "policyc", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

const fn level(level: Level) -> &'static str {
    // The three words are SARIF's too.
    level.word()
}

fn rule(code: Code) -> Value {
    let mut rule = json!({
        "id": code.name(),
        "name": code.slug(),
        "shortDescription": { "text": code.title() },
        "defaultConfiguration": { "level": level(code.level()) },
    });
    if let (Some(page), Some(object)) = (page(code), rule.as_object_mut()) {
        object.insert("help".to_owned(), json!({ "text": page, "markdown": page }));
    }
    rule
}

fn result(sources: &Sources<'_>, diagnostic: &Diagnostic, rule: usize) -> Value {
    let mut text = diagnostic.message.clone();
    for line in diagnostic.notes.iter().chain(&diagnostic.help) {
        text.push('\n');
        text.push_str(line);
    }
    let mut result = json!({
        "ruleId": diagnostic.code.name(),
        "ruleIndex": rule,
        "level": level(diagnostic.level),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical(sources, &diagnostic.at) }],
    });
    if let Some(object) = result.as_object_mut() {
        if !diagnostic.labels.is_empty() {
            let related: Vec<Value> = diagnostic
                .labels
                .iter()
                .enumerate()
                .map(|(id, label)| {
                    json!({
                        "id": id,
                        "physicalLocation": physical(sources, &label.at),
                        "message": { "text": label.message },
                    })
                })
                .collect();
            object.insert("relatedLocations".to_owned(), Value::Array(related));
        }
        if let Some(fix) = &diagnostic.fix {
            object.insert("fixes".to_owned(), json!([mend(sources, diagnostic, fix)]));
        }
    }
    result
}

fn mend(sources: &Sources<'_>, diagnostic: &Diagnostic, text: &str) -> Value {
    json!({
        "description": { "text": diagnostic.help.as_deref().unwrap_or("replace the text") },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&diagnostic.at.file) },
            "replacements": [{
                "deletedRegion": region(sources, &diagnostic.at),
                "insertedContent": { "text": text },
            }],
        }],
    })
}

fn physical(sources: &Sources<'_>, at: &Location) -> Value {
    json!({ "artifactLocation": { "uri": uri(&at.file) }, "region": region(sources, at) })
}

fn region(sources: &Sources<'_>, at: &Location) -> Value {
    let place = sources.place(at);
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
        "byteOffset": at.span.start,
        "byteLength": at.span.end.saturating_sub(at.span.start),
    })
}

/// A path as a relative URI reference (RFC 3986): everything but unreserved characters and `/` is escaped; a first segment with a colon
/// cannot be taken for a scheme, since the colon is escaped too.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
