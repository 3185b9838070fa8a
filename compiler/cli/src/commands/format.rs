//! The forms of output. In: `--format` words. Out: [`Format`]; each command accepts those that make sense for it.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub Actions annotations.
    Github,
    /// JUnit XML, for test reports.
    Junit,
    /// A web page.
    Html,
    /// Markdown.
    Markdown,
}

impl Format {
    const WORDS: [(&'static str, Self); 7] = [
        ("human", Self::Human),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("junit", Self::Junit),
        ("html", Self::Html),
        ("md", Self::Markdown),
    ];
}

/// Reads one of some words.
fn one_of(words: &'static [&'static str]) -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(words).map(|word| {
        Format::WORDS.iter().find(|(name, _)| *name == word).map_or(Format::Human, |(_, format)| *format)
    })
}

/// `human`, `json`.
pub(crate) fn plain() -> impl TypedValueParser<Value = Format> {
    one_of(&["human", "json"])
}

/// `human`, `json`, `github`.
pub(crate) fn with_github() -> impl TypedValueParser<Value = Format> {
    one_of(&["human", "json", "github"])
}

/// `human`, `json`, `sarif`, `github`.
pub(crate) fn findings() -> impl TypedValueParser<Value = Format> {
    one_of(&["human", "json", "sarif", "github"])
}

/// `human`, `json`, `junit`, `github`.
pub(crate) fn results() -> impl TypedValueParser<Value = Format> {
    one_of(&["human", "json", "junit", "github"])
}

/// `html`, `md`.
pub(crate) fn pages() -> impl TypedValueParser<Value = Format> {
    one_of(&["html", "md"])
}
