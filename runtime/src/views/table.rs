//! The table of views: the one place that says which typed views of text exist, what they take and what they give.
//!
//! In: nothing. Out: [`VIEWS`] and [`TESTS`], read by the checker (types), the emitter (ids and member indexes), hover and
//! the generated reference (doc lines). Ids and member indexes stand in program files: never change or reuse one; add new
//! members at the end of their view.

/// Names a view in program files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum ViewId {
    /// `email(s)`
    Email = 1,
    /// `emails(s)`
    Emails = 2,
    /// `url(s)`
    Url = 3,
    /// `urls(s)`
    Urls = 4,
    /// `path(s)`
    Path = 5,
    /// `ip(s)`
    Ip = 6,
    /// `iban(s)`
    Iban = 7,
    /// `card(s)`
    Card = 8,
    /// `script(s)`
    Script = 9,
    /// `lines(s)`
    Lines = 10,
    /// `words(s)`
    Words = 11,
    /// `number(s)`
    Number = 12,
    /// `date(s)`
    Date = 13,
    /// `time(s, tz)`
    Time = 14,
    /// `sql(s, dialect)`
    Sql = 15,
    /// `shell(s)`
    Shell = 16,
}

/// Names an operator on a view, or a string function of two texts, in program files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum TestId {
    /// `path(s) under "/root"`
    PathUnder = 1,
    /// `ip(s) in cidr "10.0.0.0/8"`
    IpInCidr = 2,
    /// `mentions(text, value)`
    Mentions = 3,
}

/// What a view takes besides the text; always a constant of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// Optionally the name of a time zone, whose table the program carries.
    Zone,
    /// The name of a dialect of SQL ([`DIALECTS`](super::DIALECTS)).
    Dialect,
}

/// The type of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberType {
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `decimal`
    Decimal,
    /// `string`
    String,
    /// One of these strings.
    Enum(&'static [&'static str]),
    /// `date`, as days since 1970-01-01.
    Date,
    /// `timestamp`, as UTC milliseconds.
    Timestamp,
    /// `list<string>`
    Strings,
    /// A list of strings out of these.
    Enums(&'static [&'static str]),
    /// A list of records with these fields.
    Records(&'static [MemberSpec]),
}

/// One member of a view, or one field of a record in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberSpec {
    /// Its name; empty if the view itself is the value (`number(s)`).
    pub name: &'static str,
    /// Its type.
    pub ty: MemberType,
    /// It may be absent although the text parses.
    pub optional: bool,
    /// What it is, in one line.
    pub doc: &'static str,
}

/// What an evaluation costs at most, in instructions of the VM: `fixed + per_byte × bytes of text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// However short the text.
    pub fixed: u32,
    /// For each byte of it.
    pub per_byte: u32,
}

/// One view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewSpec {
    /// Its number.
    pub id: ViewId,
    /// How a policy calls it.
    pub name: &'static str,
    /// What it takes besides the text.
    pub takes: Takes,
    /// Its members, by index.
    pub members: &'static [MemberSpec],
    /// Longest text in bytes that it reads; longer text has no reading.
    pub longest: usize,
    /// Its cost.
    pub cost: Cost,
    /// What it is, in one line.
    pub doc: &'static str,
}

/// One test: text and a second text in, a truth value or *unknown* out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestSpec {
    /// Its number.
    pub id: TestId,
    /// How a policy writes it.
    pub form: &'static str,
    /// The second text must be a constant that [`check_operand`](super::check_operand) accepts.
    pub constant: bool,
    /// Its cost, over the bytes of both texts.
    pub cost: Cost,
    /// What it is, in one line.
    pub doc: &'static str,
}

impl ViewId {
    /// The view with this number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        VIEWS.iter().map(|view| view.id).find(|id| *id as u16 == number)
    }

    /// Its row in the table.
    #[must_use]
    pub fn spec(self) -> Option<&'static ViewSpec> {
        VIEWS.iter().find(|view| view.id == self)
    }
}

impl TestId {
    /// The test with this number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        TESTS.iter().map(|test| test.id).find(|id| *id as u16 == number)
    }
}

/// The row of a view, by the name that a policy calls it.
#[must_use]
pub fn view_named(name: &str) -> Option<&'static ViewSpec> {
    VIEWS.iter().find(|view| view.name == name)
}

const fn member(name: &'static str, ty: MemberType, doc: &'static str) -> MemberSpec {
    MemberSpec { name, ty, optional: false, doc }
}

const fn optional(name: &'static str, ty: MemberType, doc: &'static str) -> MemberSpec {
    MemberSpec { name, ty, optional: true, doc }
}

const fn scan(fixed: u32, per_byte: u32) -> Cost {
    Cost { fixed, per_byte }
}

use MemberType::{Bool, Date, Decimal, Enum, Enums, Int, Records, String, Strings, Timestamp};

/// The fields of `shell(s).commands`.
const COMMAND: [MemberSpec; 3] = [
    member("name", String, "The command's name or path as written, quotes removed"),
    member("args", Strings, "Its arguments, quotes removed"),
    member(
        "redirects",
        Strings,
        "Its redirections: operator, space, target (`2>> log`); of here-documents the text",
    ),
];

/// Every view, by id.
pub const VIEWS: &[ViewSpec] = &[
    ViewSpec {
        id: ViewId::Email,
        name: "email",
        takes: Takes::Nothing,
        members: &[
            member("local", String, "What stands before the `@`, as written"),
            member("domain", String, "The host name in lower-case A-labels"),
            member("address", String, "`local@domain` with that domain: what to compare addresses by"),
        ],
        longest: usize::MAX,
        cost: scan(32, 4),
        doc: "Exactly one mail address: no display name, quotes, comments or white space",
    },
    ViewSpec {
        id: ViewId::Emails,
        name: "emails",
        takes: Takes::Nothing,
        members: &[member("", Strings, "The addresses, each readable by `email`")],
        longest: usize::MAX,
        cost: scan(32, 8),
        doc: "A comma-separated list of mail addresses, at least one",
    },
    ViewSpec {
        id: ViewId::Url,
        name: "url",
        takes: Takes::Nothing,
        members: &[
            member("scheme", String, "In lower case, without the colon"),
            optional(
                "host",
                String,
                "Lower-case A-labels, dotted IPv4, or IPv6 in brackets; absent where the scheme has none",
            ),
            optional(
                "port",
                Int,
                "The port written or the usual one of the scheme; absent if there is neither",
            ),
            optional(
                "path",
                String,
                "Percent-decoded; absent if servers may read it differently (dot segments, encoded slashes)",
            ),
            member("query", String, "What follows `?`, as written; empty if there is none"),
            optional("userinfo", String, "What stands before `@`; absent if there is none"),
        ],
        longest: usize::MAX,
        cost: scan(64, 8),
        doc: "One absolute URL that RFC 3986 and browsers read alike",
    },
    ViewSpec {
        id: ViewId::Urls,
        name: "urls",
        takes: Takes::Nothing,
        members: &[member("", Strings, "The URLs, each readable by `url`")],
        longest: usize::MAX,
        cost: scan(64, 16),
        doc: "A list of URLs separated by white space or comma and white space, at least one",
    },
    ViewSpec {
        id: ViewId::Path,
        name: "path",
        takes: Takes::Nothing,
        members: &[
            member("absolute", Bool, "It begins with `/`"),
            member(
                "clean",
                String,
                "With `.`, `..` and superfluous slashes resolved; what `path(s) like` matches",
            ),
            member("dir", String, "Everything before the last component; `/` or `.` if nothing is"),
            member("name", String, "The last component; empty for `/` and `.`"),
            member(
                "ext",
                String,
                "What follows the last dot of the name, in lower case; empty without a dot; `.env` has `env`",
            ),
        ],
        longest: usize::MAX,
        cost: scan(64, 48),
        doc: "A file's POSIX path; absent if `..` climbs above its start or percent-escapes give it two readings",
    },
    ViewSpec {
        id: ViewId::Ip,
        name: "ip",
        takes: Takes::Nothing,
        members: &[
            member("version", Int, "4 or 6; an IPv4 address inside an IPv6 one counts as 4"),
            member("address", String, "The canonical text, without brackets"),
            member("loopback", Bool, "127.0.0.0/8 or ::1"),
            member("private", Bool, "RFC 1918, RFC 6598 (carrier-grade NAT) or RFC 4193"),
            member("link_local", Bool, "169.254.0.0/16 or fe80::/10"),
            member("public", Bool, "In none of IANA's special-purpose blocks, and no multicast"),
        ],
        longest: 64,
        cost: scan(64, 1),
        doc: "An IP address in full spelling, with or without the brackets of a URL",
    },
    ViewSpec {
        id: ViewId::Iban,
        name: "iban",
        takes: Takes::Nothing,
        members: &[
            member("country", String, "ISO 3166 code in capital letters"),
            member("electronic", String, "Without spaces, in capital letters: what to compare accounts by"),
        ],
        longest: 64,
        cost: scan(256, 1),
        doc: "An IBAN of a registered country format with right check digits",
    },
    ViewSpec {
        id: ViewId::Card,
        name: "card",
        takes: Takes::Nothing,
        members: &[
            member("digits", String, "The digits alone"),
            member("last4", String, "The last four digits"),
            member("brand", Enum(&super::bank::BRANDS), "The network by the first digits"),
        ],
        longest: 64,
        cost: scan(64, 2),
        doc: "A payment card number: 12 to 19 digits that satisfy Luhn's formula",
    },
    ViewSpec {
        id: ViewId::Script,
        name: "script",
        takes: Takes::Nothing,
        members: &[
            member("mixed", Bool, "Some word draws on several scripts"),
            member(
                "hidden",
                Bool,
                "Some character cannot be seen: invisible, format, bidirectional, tag, control",
            ),
            member("ascii", Bool, "Every character is ASCII"),
        ],
        longest: usize::MAX,
        cost: scan(16, 8),
        doc: "How a text is written; never absent",
    },
    ViewSpec {
        id: ViewId::Lines,
        name: "lines",
        takes: Takes::Nothing,
        members: &[member("", Strings, "The lines without their ends")],
        longest: usize::MAX,
        cost: scan(16, 4),
        doc: "The lines of a text",
    },
    ViewSpec {
        id: ViewId::Words,
        name: "words",
        takes: Takes::Nothing,
        members: &[member("", Strings, "The words")],
        longest: usize::MAX,
        cost: scan(16, 8),
        doc: "The words of a text: longest runs of letters, digits and combining marks",
    },
    ViewSpec {
        id: ViewId::Number,
        name: "number",
        takes: Takes::Nothing,
        members: &[member("", Decimal, "The number, exactly")],
        longest: usize::MAX,
        cost: scan(16, 2),
        doc: "A number spelled as in JSON that a decimal can hold exactly",
    },
    ViewSpec {
        id: ViewId::Date,
        name: "date",
        takes: Takes::Nothing,
        members: &[member("", Date, "The day")],
        longest: 10,
        cost: scan(32, 0),
        doc: "A day of the calendar, `YYYY-MM-DD`",
    },
    ViewSpec {
        id: ViewId::Time,
        name: "time",
        takes: Takes::Zone,
        members: &[member("", Timestamp, "The moment")],
        longest: 64,
        cost: scan(128, 0),
        doc: "A moment as in RFC 3339; without an offset it is read in the zone, if that shows it exactly once",
    },
    ViewSpec {
        id: ViewId::Sql,
        name: "sql",
        takes: Takes::Dialect,
        members: &[
            member("read_only", Bool, "Nothing in it can change data, definitions, sessions, locks or files"),
            member("kinds", Enums(&super::sql::KINDS), "What its statements are, each kind once"),
            optional(
                "tables",
                Strings,
                "Every table it names; absent if a statement is neither a query nor a change of rows",
            ),
            optional(
                "columns",
                Strings,
                "Every column it mentions anywhere, without qualifiers; absent as `tables` is",
            ),
            optional(
                "star",
                Bool,
                "It may read or write columns that it does not mention (`*`); absent as `tables` is",
            ),
        ],
        longest: super::sql::LONGEST,
        cost: scan(8_192, 512),
        doc: "Statements of SQL, read by a parser of the dialect; absent if any part is not understood",
    },
    ViewSpec {
        id: ViewId::Shell,
        name: "shell",
        takes: Takes::Nothing,
        members: &[member(
            "commands",
            Records(&COMMAND),
            "Every command, in the order of the text, at least one",
        )],
        longest: super::shell::LONGEST,
        cost: scan(64, 32),
        doc: "A shell script of static words; absent if any word or command depends on the shell, its variables or files",
    },
];

/// Every test, by id.
pub const TESTS: &[TestSpec] = &[
    TestSpec {
        id: TestId::PathUnder,
        form: "path(s) under \"/root\"",
        constant: true,
        cost: scan(64, 48),
        doc: "The path is the root or inside it, however a server decodes it; unknown if it is relative",
    },
    TestSpec {
        id: TestId::IpInCidr,
        form: "ip(s) in cidr \"10.0.0.0/8\"",
        constant: true,
        cost: scan(64, 1),
        doc: "The address lies in the block; an IPv4 address inside an IPv6 one counts as IPv4",
    },
    TestSpec {
        id: TestId::Mentions,
        form: "mentions(text, value)",
        constant: false,
        cost: scan(16, 6),
        doc: "The value occurs in the text as whole words, and as a whole what `. - _ @ + : %` join to one; unknown if the value is empty",
    },
];
