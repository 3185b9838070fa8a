//! The words and signs of the language. In: nothing. Out: [`Token`], and the one keyword table ([`KEYWORDS`]) that the
//! lexer, the parser's messages and the editors' grammars share.

/// What a word of the language may be besides its own meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordClass {
    /// Begins a statement; reserved.
    Statement,
    /// Begins a statement of a later edition or is a word inside one; reserved.
    Later,
    /// `allow`, `ask`, `deny`; reserved.
    Effect,
    /// Begins a clause; reserved.
    Clause,
    /// Operator or binder of an expression; reserved.
    Operator,
    /// `true`, `false`, `null`; reserved.
    Constant,
    /// A root of an expression that may begin a statement as well; reserved.
    Root,
    /// Means something in one place only and may be an author's name everywhere else.
    Soft,
}

impl WordClass {
    /// Whether authors may not use the word as a name of their own.
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        !matches!(self, Self::Soft)
    }
}

/// One word of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// How it is written.
    pub spelling: &'static str,
    /// The token it becomes.
    pub token: Token,
    /// What else it may be.
    pub class: WordClass,
}

macro_rules! tokens {
    (
        keywords { $($word:ident $spelling:literal $class:ident;)* }
        signs { $($sign:ident $text:literal;)* }
        others { $($(#[$doc:meta])* $other:ident $described:literal;)* }
    ) => {
        /// A token's kind; its text is found by its span.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Token {
            $(#[doc = concat!("`", $spelling, "`")] $word,)*
            $(#[doc = concat!("`", $text, "`")] $sign,)*
            $($(#[$doc])* $other,)*
        }

        /// Every word of the language, sorted by spelling.
        pub const KEYWORDS: &[Keyword] = &[
            $(Keyword { spelling: $spelling, token: Token::$word, class: WordClass::$class },)*
        ];

        /// Every sign with its spelling.
        pub const SIGNS: &[(&str, Token)] = &[$(($text, Token::$sign),)*];

        impl Token {
            /// How a word or sign is written; what the others are, in a reader's words.
            #[must_use]
            pub const fn describe(self) -> &'static str {
                match self {
                    $(Self::$word => $spelling,)*
                    $(Self::$sign => $text,)*
                    $(Self::$other => $described,)*
                }
            }

            /// The class of a word; `None` for every other token.
            #[must_use]
            pub const fn word_class(self) -> Option<WordClass> {
                match self {
                    $(Self::$word => Some(WordClass::$class),)*
                    $(Self::$sign => None,)*
                    $(Self::$other => None,)*
                }
            }
        }
    };
}

tokens! {
    keywords {
        Accept "accept" Statement;
        Add "add" Operator;
        After "after" Clause;
        All "all" Operator;
        Allow "allow" Effect;
        And "and" Operator;
        Any "any" Operator;
        Append "append" Statement;
        Appending "appending" Soft;
        Approved "approved" Soft;
        Approvers "approvers" Statement;
        Ask "ask" Effect;
        Assume "assume" Later;
        At "at" Soft;
        Because "because" Clause;
        By "by" Soft;
        Calendar "calendar" Soft;
        Call "call" Soft;
        Calls "calls" Soft;
        Cidr "cidr" Soft;
        Contains "contains" Operator;
        Count "count" Operator;
        Counting "counting" Soft;
        Decide "decide" Statement;
        Default "default" Soft;
        Deny "deny" Effect;
        Distinct "distinct" Operator;
        Each "each" Soft;
        Edition "edition" Statement;
        EndsWith "ends_with" Operator;
        Everyone "everyone" Soft;
        Exceeded "exceeded" Soft;
        Except "except" Soft;
        Fact "fact" Statement;
        Fails "fails" Soft;
        Failures "failures" Soft;
        False "false" Constant;
        Finds "finds" Operator;
        Fn "fn" Statement;
        For "for" Clause;
        Forget "forget" Soft;
        From "from" Clause;
        Group "group" Statement;
        Guardrails "guardrails" Soft;
        Has "has" Operator;
        Having "having" Soft;
        Hide "hide" Statement;
        Images "images" Soft;
        Import "import" Statement;
        In "in" Operator;
        Is "is" Operator;
        Keep "keep" Soft;
        Known "known" Operator;
        Label "label" Statement;
        Let "let" Statement;
        Like "like" Operator;
        Limit "limit" Statement;
        Lost "lost" Soft;
        Matches "matches" Operator;
        Not "not" Operator;
        Null "null" Constant;
        Of "of" Soft;
        On "on" Clause;
        Open "open" Soft;
        Or "or" Operator;
        Paths "paths" Soft;
        Patterns "patterns" Soft;
        Per "per" Soft;
        Policy "policy" Statement;
        Principal "principal" Root;
        Prove "prove" Later;
        Quorum "quorum" Clause;
        Redact "redact" Statement;
        Redacting "redacting" Soft;
        Rejected "rejected" Soft;
        Remove "remove" Later;
        Reply "reply" Root;
        Result "result" Root;
        Returns "returns" Soft;
        Rule "rule" Statement;
        Session "session" Root;
        Shadow "shadow" Statement;
        StartsWith "starts_with" Operator;
        Std "std" Soft;
        Sum "sum" Operator;
        Test "test" Statement;
        Tools "tools" Soft;
        True "true" Constant;
        Under "under" Operator;
        Unless "unless" Clause;
        When "when" Clause;
        Where "where" Soft;
        With "with" Clause;
        Withheld "withheld" Soft;
        Within "within" Clause;
    }
    signs {
        ParenOpen "("; ParenClose ")"; BracketOpen "["; BracketClose "]"; BraceOpen "{"; BraceClose "}";
        Comma ","; Colon ":"; Dot "."; DotDot ".."; Question "?"; Coalesce "??"; Pipe "|"; AtSign "@";
        Equals "="; EqEq "=="; NotEq "!="; Less "<"; LessEq "<="; Greater ">"; GreaterEq ">=";
        Plus "+"; PlusPlus "++"; PlusEq "+="; Minus "-"; Star "*"; Arrow "->"; FatArrow "=>";
    }
    others {
        /// A name: `crm`, `hubspot-list-objects`; after a dot every word is one.
        Name "a name";
        /// A word with a star: `search_*`.
        Glob "a pattern";
        /// `"text"`, quotes included.
        Str "a string";
        /// `/re/i`.
        Regex "a regular expression";
        /// `42`, `4_000`.
        Int "a number";
        /// `0.01`.
        Decimal "a decimal number";
        /// `15m`, `1h30m`.
        Duration "a duration";
        /// `2027-01-01`.
        Date "a date";
        /// `2027-01-01T09:00Z`.
        Timestamp "a time";
        /// A character that belongs to no token; an error was reported.
        Bad "an unexpected character";
        /// Start sign: the parser reads statements.
        StartItems "the start";
        /// Start sign: the parser reads one arm of a `decide`.
        StartArm "the start";
        /// Start sign: the parser reads one clause.
        StartClause "the start";
        /// Start sign: the parser reads one step of a `test`.
        StartStep "the start";
    }
}

/// First and last + 1 row of [`KEYWORDS`] per initial letter, so that a look-up compares only a few words.
const BUCKETS: [(u8, u8); 26] = buckets();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler: an index out of range would not build"
)]
const fn buckets() -> [(u8, u8); 26] {
    let mut found = [(0, 0); 26];
    let mut row = 0;
    while row < KEYWORDS.len() {
        let letter = (KEYWORDS[row].spelling.as_bytes()[0] - b'a') as usize;
        if found[letter].1 == 0 {
            found[letter].0 = row as u8;
        }
        found[letter].1 = row as u8 + 1;
        row += 1;
    }
    found
}

impl Token {
    /// The token of a word: its own if the word is one of the language's, else [`Token::Name`].
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        let initial = word.bytes().next().unwrap_or(b'_').wrapping_sub(b'a');
        let Some(&(first, end)) = BUCKETS.get(usize::from(initial)) else { return Self::Name };
        KEYWORDS
            .get(usize::from(first)..usize::from(end))
            .unwrap_or_default()
            .iter()
            .find(|keyword| keyword.spelling == word)
            .map_or(Self::Name, |keyword| keyword.token)
    }

    /// The token of a sign; [`Token::Bad`] if the text is none.
    pub(crate) fn of_sign(sign: &str) -> Self {
        SIGNS.iter().find(|(text, _)| *text == sign).map_or(Self::Bad, |(_, token)| *token)
    }

    /// Whether authors may use the token as a name of their own.
    #[must_use]
    pub fn is_ident(self) -> bool {
        self == Self::Name || self.word_class() == Some(WordClass::Soft)
    }

    /// Whether the token is a name or any word of the language.
    #[must_use]
    pub fn is_word(self) -> bool {
        self == Self::Name || self.word_class().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_and_found() {
        assert!(KEYWORDS.windows(2).all(|pair| pair[0].spelling < pair[1].spelling));
        for keyword in KEYWORDS {
            assert_eq!(Token::of_word(keyword.spelling), keyword.token);
            assert_eq!(keyword.token.describe(), keyword.spelling);
            assert_eq!(keyword.token.word_class(), Some(keyword.class));
        }
    }

    #[test]
    fn other_words_are_names() {
        for word in ["rules", "Rule", "r", "_", "", "rule-x", "zzz", "é"] {
            assert_eq!(Token::of_word(word), Token::Name, "{word}");
        }
    }
}
