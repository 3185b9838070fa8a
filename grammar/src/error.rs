//! Reports about text that does not fit the grammar. In: places found by lexer and parser. Out: [`SyntaxError`], plain
//! data; rendering is another crate's work.

use crate::source::Span;

/// How bad a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used; a reader should look.
    Warning,
}

/// One report. `span` counts from the first byte of the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SyntaxError {
    /// Which kind of mistake.
    pub code: SyntaxCode,
    /// One line that stands alone; lower-case start, no full stop.
    pub message: String,
    /// Where; empty (`start == end`) where something is missing.
    pub span: Span,
    /// Another place that it is about, and what it is there: the bracket that is not closed.
    pub label: Option<(Span, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether the file can still be used.
    pub severity: Severity,
}

impl SyntaxError {
    /// A report of level error.
    pub(crate) fn new(code: SyntaxCode, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, label: None, help: None, severity: Severity::Error }
    }

    /// The same with another place.
    #[must_use]
    pub(crate) fn with_label(mut self, span: Span, what: impl Into<String>) -> Self {
        self.label = Some((span, what.into()));
        self
    }

    /// The same with advice.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same as a warning.
    #[must_use]
    pub(crate) fn into_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// A text as messages show it: cut short, free of characters that would spoil a line.
pub(crate) fn short(written: &str) -> String {
    let mut characters = written.chars();
    let shown = characters.by_ref().take(24);
    let mut short: String = shown.map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident $slug:literal;)*) => {
        /// The kinds of syntax mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SyntaxCode {
            $($(#[doc = $doc])* $code,)*
        }

        impl SyntaxCode {
            /// Every code, in the order declared.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The code's stable name, in snake case.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$code => $slug,)*
                }
            }
        }
    };
}

codes! {
    /// Bytes that are not UTF-8.
    InvalidUtf8 "invalid_utf8";
    /// A file over the size limit.
    TooLarge "too_large";
    /// A byte order mark before the first character.
    ByteOrderMark "byte_order_mark";
    /// A carriage return without a line feed.
    LoneCarriageReturn "lone_carriage_return";
    /// NUL or another control character.
    ControlCharacter "control_character";
    /// A character that changes the direction of text, outside a string.
    BidiControl "bidi_control";
    /// A character that changes the direction of text, inside a string: a warning.
    BidiInString "bidi_in_string";
    /// A character that belongs to no token.
    UnexpectedCharacter "unexpected_character";
    /// A string without its closing quote.
    UnterminatedString "unterminated_string";
    /// A string in single quotes.
    SingleQuotes "single_quotes";
    /// An escape that strings do not know.
    BadEscape "bad_escape";
    /// Digits that are no number, duration or date.
    BadNumber "bad_number";
    /// A `/` that begins no regular expression.
    BadSlash "bad_slash";
    /// `/* … */`.
    BlockComment "block_comment";
    /// `# …`, `-- …`.
    HashComment "hash_comment";
    /// `;`.
    Semicolon "semicolon";
    /// `&&`, `||`, `!` and other operators of other languages.
    ForeignOperator "foreign_operator";
    /// Brackets, operators or types nested past the limit.
    TooDeep "too_deep";
    /// Something else was expected.
    Unexpected "unexpected";
    /// A bracket that is never closed or never opened.
    Unbalanced "unbalanced";
    /// A word of the language, misspelled.
    Misspelled "misspelled";
    /// A statement, clause or word of a later edition.
    LaterEdition "later_edition";
    /// A word of the language used as an author's name.
    ReservedWord "reserved_word";
    /// A statement without the name it needs.
    MissingName "missing_name";
    /// `a and b or c` without parentheses.
    MixedAndOr "mixed_and_or";
    /// `a < b < c`.
    ChainedComparison "chained_comparison";
    /// `=` where `==` is meant.
    SingleEquals "single_equals";
    /// `amount*2`: a star without spaces is part of a pattern.
    StarNeedsSpaces "star_needs_spaces";
    /// `xs[*]` outside the paths of `open`.
    StarIndex "star_index";
    /// A tool pattern with a star and no server.
    UnqualifiedPattern "unqualified_pattern";
    /// A second `except`, `where` or `having`.
    RepeatedPart "repeated_part";
    /// A clause that the statement does not take.
    ClauseNotAllowed "clause_not_allowed";
    /// A list dash as in YAML.
    ListDash "list_dash";
}
