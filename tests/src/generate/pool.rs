//! Constants to draw from. In: nothing. Out: texts of every sort that views read, near misses among them, and numbers around the edges.

/// What a text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Words.
    Word,
    /// Mail addresses.
    Email,
    /// Comma-separated mail addresses.
    Emails,
    /// URLs.
    Url,
    /// Paths of files.
    Path,
    /// IP addresses.
    Address,
    /// Sentences.
    Prose,
    /// Moments.
    Moment,
    /// Days.
    Day,
    /// Numbers in text.
    Digits,
    /// SQL.
    Sql,
    /// Account and card numbers.
    Account,
}

/// Every sort.
pub(super) const SORTS: &[Sort] = &[
    Sort::Word,
    Sort::Email,
    Sort::Emails,
    Sort::Url,
    Sort::Path,
    Sort::Address,
    Sort::Prose,
    Sort::Moment,
    Sort::Day,
    Sort::Digits,
    Sort::Sql,
    Sort::Account,
];

/// Texts of a sort, near misses included.
#[must_use]
pub(super) fn texts(sort: Sort) -> &'static [&'static str] {
    TEXTS.iter().find(|(known, _)| *known == sort).map_or(&[], |(_, texts)| texts)
}

const TEXTS: &[(Sort, &[&str])] = &[
    (
        Sort::Word,
        &[
            "main",
            "Main",
            "feat/x",
            "feat/y/z",
            "",
            "open",
            "closed",
            "ticket-7",
            "größe",
            "naïve café",
            "a",
            "b",
            "ab",
            "aab",
            "b-a",
            "release-1.2",
            "drop",
            "DROP",
            "x y",
            "日本語",
            "İstanbul",
            "K",
            "\u{212a}",
            "line\nbreak",
        ],
    ),
    (
        Sort::Email,
        &[
            "ann@corp.example",
            "bob@Corp.Example",
            "eve@evil.example",
            "eve@corp.example.evil.example",
            "ann@corp.example,eve@evil.example",
            "Ann <ann@corp.example>",
            "ann@",
            "@corp.example",
            "",
            "ann@sub.corp.example",
            "a\u{200b}nn@corp.example",
        ],
    ),
    (
        Sort::Emails,
        &[
            "ann@corp.example",
            "ann@corp.example, bob@corp.example",
            "ann@corp.example,eve@evil.example",
            "ann@corp.example,",
            "",
            "Ann <ann@corp.example>, bob@corp.example",
        ],
    ),
    (
        Sort::Url,
        &[
            "https://corp.example/a/b?q=1",
            "http://corp.example:8080/",
            "https://evil.example/",
            "ftp://corp.example/x",
            "https://corp.example\\@evil.example/",
            "https://user@corp.example/",
            "corp.example",
            "",
            "https://CORP.example/../x",
            "mailto:ann@corp.example",
            "https://[::1]/",
        ],
    ),
    (
        Sort::Path,
        &[
            "/srv/app/main.rs",
            "/srv/app",
            "/srv/apple",
            "/srv/app/../etc/passwd",
            "src/lib.rs",
            "src/a/b.rs",
            "../x",
            "/etc/passwd",
            "/srv/app/%2e%2e/x",
            "",
            ".env",
            "/srv/app/.env",
            "src",
            "a//b/./c.TXT",
        ],
    ),
    (
        Sort::Address,
        &[
            "10.0.0.1",
            "10.255.0.1",
            "192.168.1.1",
            "8.8.8.8",
            "::1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "2001:db8::1",
            "010.0.0.1",
            "10.1",
            "",
            "169.254.1.1",
            "127.0.0.1",
        ],
    ),
    (
        Sort::Prose,
        &[
            "please drop the table",
            "Order cus_1 is late",
            "cus_1",
            "cus_12",
            "no match here",
            "one\ntwo\r\nthree",
            "CUS_1!",
            "x cus_1",
            "",
            "ｆｕｌｌ width",
            "пример",
            "a\u{202e}b",
            "word",
        ],
    ),
    (
        Sort::Moment,
        &[
            "2027-01-01T09:00:00Z",
            "2027-03-28T01:30:00",
            "2027-06-01T12:00:00+02:00",
            "2027-06-01 12:00:00Z",
            "2027-06-01T12:00",
            "yesterday",
            "",
            "2027-10-31T01:30:00",
            "2027-06-01T23:59:60Z",
        ],
    ),
    (
        Sort::Day,
        &["2027-01-01", "2027-02-28", "2027-02-29", "2028-02-29", "2027-1-1", "", "1970-01-01", "2026-12-31"],
    ),
    (Sort::Digits, &["0", "1", "10", "49.99", "50", "-5", "1e3", "007", "", "1,000", "0.000000001", "5.0"]),
    (
        Sort::Sql,
        &[
            "select a from t",
            "SELECT * FROM users",
            "drop table t",
            "select 1; delete from t",
            "",
            "selec",
            "update t set a = 1",
        ],
    ),
    (
        Sort::Account,
        &[
            "4111111111111111",
            "4111 1111 1111 1111",
            "5500005555555559",
            "1234",
            "DE89370400440532013000",
            "GB82 WEST 1234 5698 7654 32",
            "",
            "DE00370400440532013000",
        ],
    ),
];

/// Numbers around the edges, spelled as JSON.
pub(super) const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "49",
    "49.99",
    "50",
    "50.01",
    "99",
    "100",
    "101",
    "0.1",
    "0.5",
    "0.000000001",
    "1e3",
    "12.5",
    "-3.75",
    "1000000",
    "9007199254740991",
    "0.30000000000000004",
    "1.5e-3",
];

/// Numbers that no program may take, or only where nobody reads them.
pub(super) const ODD_NUMBERS: &[&str] = &[
    "9007199254740992",
    "-9007199254740993",
    "1e18",
    "1e400",
    "1e-400",
    "0.1234567890123456789",
    "1e-10",
    "0.12345678901",
    "49.9999999999999999999",
    "1E+2",
    "100000000000000000000",
    "5e-324",
    "3.0000000001",
];

/// Names of arguments, also words of the language and such as need quotes.
pub(super) const NAMES: &[&str] = &[
    "id",
    "to",
    "cc",
    "body",
    "amount",
    "limit",
    "when",
    "status",
    "tags",
    "path",
    "url",
    "query",
    "note",
    "kind",
    "resource-group",
    "$filter",
    "items",
    "meta",
    "owner",
    "force",
    "from",
    "size",
    "due",
    "_id",
    "If-Match",
];

/// Names of keys in maps and dynamic values.
pub(super) const KEYS: &[&str] = &["a", "b", "team", "status", "id", "amount", "when", "größe", "x y", ""];

/// Patterns of `like`.
pub(super) const GLOBS: &[&str] =
    &["feat/*", "*", "a?", "*b", "a*b", "*evil*", "*@corp.example", "?", "ticket-?", "*\n*", "re*-*.?"];

/// Patterns of `path(…) like`.
pub(super) const PATH_GLOBS: &[&str] = &[
    "src/**",
    "src/*",
    "**/*.rs",
    "/srv/app/**",
    "*.rs",
    "src/**/b.rs",
    "**",
    "/**/.env",
    "?rc/*",
    "/srv/*/main.rs",
];

/// Regular expressions, without slashes.
pub(super) const REGEXES: &[&str] = &[
    "a+b",
    "[a-z]+",
    "feat/.*",
    "^feat/[a-z/]+$",
    "\\d+",
    "[^@]+@corp\\.example",
    "cus_\\d{1,2}",
    "(drop|delete)",
    "\\bcus_1\\b",
    ".",
    ".*",
    "[A-Z]\\w*",
    "\\s",
    "a{2,3}b?",
    "(?:ab|a)*b",
    "main|open",
    "k",
    "[^a-c]+",
    "\\S+@\\S+",
    "ö|ß",
    "x y",
    "^$",
    ".{3,5}",
    "-?\\d+(\\.\\d+)?",
];
