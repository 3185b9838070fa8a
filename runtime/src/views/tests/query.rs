//! `sql`.

use super::show;
use crate::views::sql::KINDS;
use crate::views::{DIALECTS, Dialect, Param, Wanted, sql};
use alloc::format;
use alloc::string::{String, ToString};
use proptest::prelude::*;

pub(super) fn read(dialect: Dialect, text: &str) -> String {
    show("sql", text, Param::Dialect(dialect), Wanted::ALL)
}

/// In PostgreSQL: what a text does.
#[track_caller]
pub(super) fn check(cases: &[(&str, &str)]) {
    check_in(Dialect::Postgres, cases);
}

#[track_caller]
pub(super) fn check_in(dialect: Dialect, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let expected = expected.replace("reads ", "read_only=true kinds=[select] ");
        assert_eq!(read(dialect, text), expected, "{}: {text}", dialect.name());
    }
}

/// Texts that a dialect reads, but not as read-only.
#[track_caller]
pub(super) fn check_writes(dialect: Dialect, texts: &[&str]) {
    for text in texts {
        let found = read(dialect, text);
        assert!(found.starts_with("read_only=false"), "{}: {text}: {found}", dialect.name());
    }
}

#[track_caller]
pub(super) fn check_absent(dialect: Dialect, texts: &[&str]) {
    for text in texts {
        assert_eq!(read(dialect, text), "absent", "{}: {text}", dialect.name());
    }
}

#[test]
fn queries_name_tables_and_columns() {
    check(&[
        ("SELECT 1", "reads tables=[] columns=[] star=false"),
        ("select a, T.B from Orders t where C = 1", "reads tables=[orders] columns=[a|b|c] star=false"),
        ("SELECT * FROM public.orders", "reads tables=[public.orders] columns=[] star=true"),
        ("SELECT o.* FROM orders o", "reads tables=[orders] columns=[] star=true"),
        ("SELECT count(*) FROM orders", "reads tables=[orders] columns=[] star=false"),
        ("SELECT count(o.*) FROM orders o", "reads tables=[orders] columns=[] star=true"),
        ("SELECT a AS ssn_x FROM t;", "reads tables=[t] columns=[a] star=false"),
        ("SELECT a FROM t UNION SELECT ssn FROM users", "reads tables=[t|users] columns=[a|ssn] star=false"),
        (
            "SELECT a FROM t WHERE EXISTS (SELECT ssn FROM users)",
            "reads tables=[t|users] columns=[a|ssn] star=false",
        ),
        ("SELECT a FROM t ORDER BY ssn LIMIT 5 OFFSET 2", "reads tables=[t] columns=[a|ssn] star=false"),
        ("SELECT a FROM t GROUP BY b HAVING max(c) > 1", "reads tables=[t] columns=[a|b|c] star=false"),
        ("SELECT a FROM t JOIN u USING (ssn)", "reads tables=[t|u] columns=[a|ssn] star=false"),
        ("SELECT a FROM t NATURAL JOIN u", "reads tables=[t|u] columns=[a] star=true"),
        ("SELECT a FROM t LEFT JOIN u ON t.x = u.y", "reads tables=[t|u] columns=[a|x|y] star=false"),
        (
            "SELECT sum(a) OVER (PARTITION BY b ORDER BY c) FROM t",
            "reads tables=[t] columns=[a|b|c] star=false",
        ),
        ("SELECT CASE WHEN a THEN b ELSE c END FROM t", "reads tables=[t] columns=[a|b|c] star=false"),
        ("SELECT a::text, CAST(b AS date) FROM t", "reads tables=[t] columns=[a|b] star=false"),
        ("SELECT d->>'k' FROM t", "reads tables=[t] columns=[d] star=false"),
        ("VALUES (1, 2)", "reads tables=[] columns=[] star=false"),
        ("SELECT a /* why */ FROM t -- end", "reads tables=[t] columns=[a] star=false"),
        ("(SELECT a FROM t)", "reads tables=[t] columns=[a] star=false"),
        ("SELECT DISTINCT ON (a) b FROM t", "reads tables=[t] columns=[a|b] star=false"),
        ("SELECT x FROM generate_series(1, 9) AS g(x)", "reads tables=[] columns=[x] star=false"),
        ("SELECT EXTRACT(year FROM d) FROM t", "reads tables=[t] columns=[d] star=false"),
        ("SELECT now() - interval '1 day', current_date", "reads tables=[] columns=[] star=false"),
    ]);
}

#[test]
fn quoted_names_keep_their_case_where_servers_do() {
    check(&[
        ("SELECT \"Ssn\", \"a\" FROM \"Users\"", "reads tables=[Users] columns=[Ssn|a] star=false"),
        ("SELECT a FROM \"my table\"", "reads tables=[my table] columns=[a] star=false"),
    ]);
    check_in(
        Dialect::Snowflake,
        &[(
            "SELECT \"SSN\", \"ssn\" FROM \"USERS\"",
            "reads tables=[users] columns=[\"ssn\"|ssn] star=false",
        )],
    );
    check_in(
        Dialect::Mysql,
        &[("SELECT `SSN` FROM `Users`", "reads tables=[users] columns=[ssn] star=false")],
    );
    check_in(
        Dialect::Mssql,
        &[("SELECT [SSN] FROM [dbo].[Users]", "reads tables=[dbo.users] columns=[ssn] star=false")],
    );
    check_in(
        Dialect::Bigquery,
        &[("SELECT a FROM `p.d.Users`", "reads tables=[p.d.users] columns=[a] star=false")],
    );
    check_absent(
        Dialect::Postgres,
        &["SELECT a FROM \"a.b\"", "SELECT \"a\"\"b\" FROM t", "SELECT a FROM ÜSERS"],
    );
}

#[test]
fn whole_rows_and_renaming_count_as_star() {
    for text in [
        "SELECT users FROM users",
        "SELECT u FROM users AS u",
        "SELECT row_to_json(u) FROM users u",
        "SELECT u::text FROM users u",
        "SELECT (u).ssn FROM users u",
        "SELECT c FROM users AS u(a, b, c)",
        "SELECT ssn(u) FROM users u",
        "SELECT x FROM (SELECT * FROM users) x",
    ] {
        let found = sql(text, Dialect::Postgres).and_then(|sql| sql.names).expect(text);
        assert!(found.star, "{text}");
        assert_eq!(found.tables, ["users"], "{text}");
    }
}

#[test]
fn common_table_expressions_are_no_tables() {
    check(&[
        ("WITH x AS (SELECT a FROM t) SELECT a FROM x", "reads tables=[t] columns=[a] star=false"),
        ("WITH t AS (SELECT a FROM t) SELECT a FROM t", "reads tables=[t] columns=[a] star=false"),
        (
            "WITH x AS (SELECT a FROM y), y AS (SELECT 1) SELECT a FROM x",
            "reads tables=[y] columns=[a] star=false",
        ),
        (
            "WITH RECURSIVE x AS (SELECT a FROM t UNION SELECT a FROM x) SELECT a FROM x",
            "reads tables=[t] columns=[a] star=false",
        ),
        (
            "SELECT a FROM (WITH users AS (SELECT 1 AS a) SELECT a FROM users) q, users",
            "reads tables=[users] columns=[a] star=false",
        ),
        ("WITH x AS (SELECT 1) SELECT a FROM public.x", "reads tables=[public.x] columns=[a] star=false"),
        (
            "WITH x AS (SELECT a FROM t) INSERT INTO x (a) SELECT a FROM x",
            "read_only=false kinds=[insert] tables=[t|x] columns=[a] star=false",
        ),
    ]);
}

#[test]
fn changes_are_told_apart() {
    check(&[
        ("INSERT INTO t (a) VALUES (1)", "read_only=false kinds=[insert] tables=[t] columns=[a] star=false"),
        ("INSERT INTO t VALUES (1)", "read_only=false kinds=[insert] tables=[t] columns=[] star=true"),
        (
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (b) DO UPDATE SET c = excluded.d",
            "read_only=false kinds=[insert|update] tables=[t] columns=[a|b|c|d] star=false",
        ),
        (
            "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING RETURNING *",
            "read_only=false kinds=[insert] tables=[t] columns=[a] star=true",
        ),
        (
            "UPDATE t SET a = b WHERE c",
            "read_only=false kinds=[update] tables=[t] columns=[a|b|c] star=false",
        ),
        (
            "DELETE FROM t USING u WHERE t.x = u.y",
            "read_only=false kinds=[delete] tables=[t|u] columns=[x|y] star=false",
        ),
        ("TRUNCATE t, u", "read_only=false kinds=[truncate] tables=[t|u] columns=[] star=false"),
        (
            "MERGE INTO t USING u ON t.a = u.b WHEN MATCHED THEN DELETE",
            "read_only=false kinds=[merge] tables=[t|u] columns=[a|b] star=false",
        ),
        (
            "WITH d AS (DELETE FROM t RETURNING a) SELECT a FROM d",
            "read_only=false kinds=[select|delete] tables=[t] columns=[a] star=false",
        ),
        (
            "SELECT a FROM t; DELETE FROM t; SELECT 1",
            "read_only=false kinds=[select|delete] tables=[t] columns=[a] star=false",
        ),
        ("SELECT 1; DROP TABLE t", "read_only=false kinds=[select|drop]"),
        ("; DROP TABLE t;;", "read_only=false kinds=[drop]"),
        ("CREATE TABLE t AS SELECT a FROM u", "read_only=false kinds=[create]"),
        ("ALTER TABLE t DROP COLUMN a", "read_only=false kinds=[alter]"),
        ("GRANT ALL ON t TO u", "read_only=false kinds=[grant]"),
        ("COMMIT; DROP TABLE t", "read_only=false kinds=[transaction|drop]"),
        ("SET ROLE admin", "read_only=false kinds=[set]"),
        ("COPY t TO PROGRAM 'sh'", "read_only=false kinds=[copy]"),
        ("CALL p()", "read_only=false kinds=[call]"),
        (
            "SELECT a INTO u FROM t",
            "read_only=false kinds=[select_into] tables=[t|u] columns=[a|u] star=false",
        ),
        (
            "EXPLAIN SELECT a FROM t",
            "read_only=true kinds=[explain|select] tables=[t] columns=[a] star=false",
        ),
        (
            "EXPLAIN (FORMAT JSON) SELECT a FROM t",
            "read_only=true kinds=[explain|select] tables=[t] columns=[a] star=false",
        ),
        (
            "EXPLAIN ANALYZE SELECT a FROM t",
            "read_only=false kinds=[explain|select] tables=[t] columns=[a] star=false",
        ),
        (
            "EXPLAIN (ANALYZE) SELECT a FROM t",
            "read_only=false kinds=[explain|select] tables=[t] columns=[a] star=false",
        ),
        ("EXPLAIN DELETE FROM t", "read_only=false kinds=[explain|delete] tables=[t] columns=[] star=false"),
        ("SHOW search_path", "read_only=true kinds=[show]"),
    ]);
}

#[test]
fn changes_in_mysql() {
    check_in(
        Dialect::Mysql,
        &[
            (
                "REPLACE INTO t (a) VALUES (1)",
                "read_only=false kinds=[replace] tables=[t] columns=[a] star=false",
            ),
            (
                "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE b = 2",
                "read_only=false kinds=[insert|update] tables=[t] columns=[a|b] star=false",
            ),
            (
                "DELETE t FROM t JOIN u ON t.a = u.a",
                "read_only=false kinds=[delete] tables=[t|u] columns=[a] star=false",
            ),
            ("SHOW TABLES", "read_only=true kinds=[show]"),
            ("SHOW TABLES LIKE 'a%'", "read_only=true kinds=[show]"),
            ("SHOW TABLES WHERE sleep(9)", "read_only=false kinds=[show]"),
        ],
    );
}

#[test]
fn a_select_that_changes_something_is_not_read_only() {
    check_writes(
        Dialect::Postgres,
        &[
            "SELECT a FROM t FOR UPDATE",
            "SELECT a FROM t FOR SHARE SKIP LOCKED",
            "SELECT a FROM (SELECT a FROM t FOR UPDATE) q",
            "SELECT nextval('s')",
            "SELECT pg_sleep(100)",
            "SELECT set_config('a', 'b', false)",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT a FROM dblink('x', 'y') AS t(a int)",
            "SELECT query_to_xml('delete from t', true, true, '')",
            "SELECT lower(my_function(a)) FROM t",
            "SELECT public.lower(a) FROM t",
            "SELECT \"lower\"(a) FROM t",
            "SELECT a FROM pg_ls_dir('/')",
            "SELECT a FROM t WHERE a IN (SELECT lo_import('/etc/passwd'))",
            "SELECT a FROM t ORDER BY f(a)",
            "SELECT a FROM t LIMIT f(1)",
            "SELECT a OPERATOR(public.+) b FROM t",
            "WITH x AS (INSERT INTO t (a) VALUES (1) RETURNING a) SELECT a FROM x",
        ],
    );
    check(&[
        ("SELECT pg_catalog.lower(a) FROM t", "reads tables=[t] columns=[a] star=false"),
        ("SELECT f.a FROM t f", "reads tables=[t] columns=[a] star=false"),
    ]);
    check_writes(
        Dialect::Mysql,
        &[
            "SELECT SLEEP(5)",
            "SELECT LOAD_FILE('/etc/passwd')",
            "SELECT @a := 1",
            "SELECT a FROM t LOCK IN SHARE MODE",
            "SELECT get_lock('a', 1)",
            "SELECT last_insert_id(5)",
        ]
        .iter()
        .filter(|text| read(Dialect::Mysql, text) != "absent")
        .copied()
        .collect::<alloc::vec::Vec<_>>(),
    );
    check_writes(
        Dialect::Mssql,
        &[
            "SELECT a FROM t WITH (XLOCK)",
            "SELECT a INTO u FROM t",
            "SELECT @a = 1",
            "SELECT a FROM OPENROWSET('x', 'y', 'z')",
        ],
    );
    check_in(
        Dialect::Mssql,
        &[("SELECT TOP 5 a FROM t WHERE b = @p", "reads tables=[t] columns=[a|b] star=false")],
    );
    check_writes(Dialect::Sqlite, &["SELECT load_extension('x')", "SELECT writefile('a', 'b')"]);
}

#[test]
fn what_servers_may_read_differently_is_absent() {
    check_absent(
        Dialect::Mysql,
        &[
            "SELECT 1 /*! ; DROP TABLE t */",
            "SELECT /*!50000 1, */ 2",
            "SELECT /*M! 1 */",
            "SELECT /*+ SET_VAR(a = 1) */ 1",
            "SELECT a FROM t INTO OUTFILE '/tmp/x'",
            "SELECT a INTO DUMPFILE '/tmp/x' FROM t",
            "SELECT 'it\\'s'",
            "SELECT 1 /* a /* b */ c */",
        ],
    );
    check_absent(
        Dialect::Mssql,
        &[
            "SELECT 1 SHUTDOWN",
            "SELECT a FROM t CHECKPOINT",
            "SELECT a FROM t EXEC (@x)",
            "SELECT a FROM t DELETE FROM u",
            "SELECT a FROM t WAITFOR DELAY '1'",
            "SELECT 1 AS x DROP TABLE t",
            "EXEC xp_cmdshell 'dir'; SELECT 1 GO",
        ],
    );
    check_absent(
        Dialect::Postgres,
        &[
            "",
            " ",
            ";",
            "-- nothing",
            "SELECT",
            "SELEC a FROM t",
            "SELECT a FROM",
            "SELECT 'a",
            "SELECT $$a",
            "SELECT (1",
            "SELECT 1 SELECT 2",
            "SELECT 1 END; DROP TABLE t",
            "SELECT 1 END DROP TABLE t",
            "DELETE FROM t END",
            "SELECT text \"a\"",
            "SELECT interval c FROM t",
            "SELECT ALL INTO u FROM t",
            "SELECT a LIKE FROM users",
            "SELECT a AS from FROM t",
            "SELECT a FROM t \0",
            "SELECT a \u{202E} FROM t",
            "DO $$ BEGIN DELETE FROM t; END $$",
            "LISTEN x",
            "SELECT a FROM t /* a /* b */ c */",
            "SELECT E'\\''; DROP TABLE t; --'",
            "SELECT a FROM t WHERE b = 'x\\'",
            "VACUUM",
            "TABLE users",
            "SELECT a FROM t UNION TABLE users",
            "EXPLAIN EXPLAIN EXPLAIN",
            "not sql at all",
            "rm -rf /",
        ],
    );
}

#[test]
fn without_a_dialect_there_is_no_reading() {
    assert_eq!(show("sql", "SELECT 1", Param::None, Wanted::ALL), "absent");
    for dialect in DIALECTS {
        assert_eq!(Dialect::named(dialect.name()), Some(dialect));
        assert_eq!(
            show("sql", "SELECT 1", Param::Dialect(dialect), Wanted::only(0)),
            "read_only=true",
            "{dialect:?}"
        );
    }
    assert_eq!(Dialect::named("oracle"), None);
}

#[test]
fn lists_are_sound() {
    let reserved = crate::views::sql::RESERVED;
    assert!(reserved.is_sorted_by(|a, b| a < b), "the list of reserved words is sorted, without duplicates");
    let pure = crate::views::sql::PURE;
    assert!(pure.is_sorted_by(|a, b| a < b), "the list of functions is sorted, without duplicates");
    assert!(
        pure.iter()
            .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
    );
    let distinct: alloc::collections::BTreeSet<_> = KINDS.iter().collect();
    assert_eq!(distinct.len(), KINDS.len());
}

/// Runs on a stack of 2 MB, as a server's worker thread has it.
fn on_a_small_stack(f: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(f)
        .expect("a thread")
        .join()
        .expect("no overflow, no panic");
}

#[test]
fn hostile_nesting_ends_early() {
    on_a_small_stack(|| {
        let repeat = |open: &str, middle: &str, close: &str, n: usize| {
            format!("SELECT {}{middle}{} FROM t", open.repeat(n), close.repeat(n))
        };
        for n in [20, 31, 60, 79, 100, 159, 200, 1_000, 6_000] {
            for (open, middle, close) in [
                ("(", "1", ")"),
                ("(SELECT ", "1", ")"),
                ("NOT ", "a", ""),
                ("- ", "1", ""),
                ("a OR ", "a", ""),
                ("a || ", "a", ""),
                ("a, b OR ", "a", ""),
                ("f(a, ", "1", ")"),
                ("CASE WHEN a THEN ", "1", " END"),
                ("CASE WHEN a THEN 1 END OR ", "1", ""),
                ("a", "", " IS NULL"),
                ("a", "", "::text"),
                ("a", "", "[1]"),
                ("a", "", " IS DISTINCT FROM b"),
                ("a", "", " AT TIME ZONE 'x'"),
                ("a", "", " COLLATE x"),
                ("a", "", " BETWEEN 1 AND 2"),
                ("1 FROM t UNION SELECT a, ", "1", ""),
                ("1 FROM (SELECT ", "1", ") x"),
                ("ARRAY[", "1", "]"),
                ("CAST(", "1", " AS int)"),
                ("1 FROM ((", "t", ")) JOIN u ON 1 = 1"),
                ("1 FROM t JOIN ", "u", " ON 1 = 1"),
                ("EXISTS (SELECT 1 WHERE ", "a", ")"),
                ("a END OR (", "1", ")"),
                ("sum(a) WITHIN GROUP (ORDER BY b) + ", "1", ""),
                ("CAST(1 AS STRUCT<a INT, b ", "INT", ">)"),
                ("{", "1", "}"),
                ("a IN (", "1", ")"),
            ] {
                let text = repeat(open, middle, close, n);
                for dialect in DIALECTS {
                    let _ = sql(&text, dialect);
                }
            }
        }
    });
}

#[test]
fn ordinary_long_queries_are_read() {
    let many = |part: &str, n: usize, between: &str| alloc::vec![part; n].join(between);
    for text in [
        format!("SELECT {} FROM t", many("lower(a) || 'x' AS b", 300, ", ")),
        format!("SELECT a FROM t WHERE a IN ({})", many("1", 2_000, ", ")),
        format!("SELECT a FROM t WHERE {}", many("a = 1", 40, " AND ")),
        format!("INSERT INTO t (a, b) VALUES {}", many("(1 + 1, 'x')", 500, ", ")),
        format!("SELECT a FROM t {}", many("LEFT JOIN u ON t.a = u.a", 20, " ")),
        format!("SELECT CASE {} END FROM t", many("WHEN a = 1 THEN 'x'", 100, " ")),
    ] {
        let head: String = text.chars().take(60).collect();
        assert!(sql(&text, Dialect::Postgres).is_some(), "{head}");
    }
}

const WORDS: [&str; 84] = [
    "SELECT",
    "FROM",
    "WHERE",
    "a",
    "b",
    "t",
    "*",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ".",
    "=",
    "<",
    ">",
    "+",
    "-",
    "/",
    "||",
    "::",
    ":",
    ":=",
    "->",
    "'x'",
    "'",
    "\"q\"",
    "`q`",
    "1",
    "1.5",
    "$1",
    "@v",
    "?",
    "--",
    "/*",
    "*/",
    "\n",
    "#",
    "AND",
    "OR",
    "NOT",
    "NULL",
    "IS",
    "IN",
    "LIKE",
    "BETWEEN",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "JOIN",
    "LEFT",
    "ON",
    "USING",
    "UNION",
    "ALL",
    "WITH",
    "AS",
    "RECURSIVE",
    "INSERT",
    "INTO",
    "VALUES",
    "UPDATE",
    "SET",
    "DELETE",
    "ORDER BY",
    "GROUP BY",
    "LIMIT",
    "FOR UPDATE",
    "EXISTS",
    "CAST",
    "ARRAY",
    "INTERVAL",
    "lower",
    "count",
    "TABLE",
    "DROP",
    "EXPLAIN",
    "CREATE",
    "MERGE",
];

fn soup() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(WORDS.to_vec()).prop_map(String::from),
        1 => any::<char>().prop_map(|c| c.to_string()),
    ];
    prop::collection::vec(word, 1..40).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_soup_is_read_or_not(soup in soup(), start in prop::sample::select(alloc::vec!["", "SELECT ", "SELECT a FROM t WHERE ", "WITH x AS ("])) {
        let text = format!("{start}{soup}");
        on_a_small_stack(move || {
            for dialect in DIALECTS {
                let found = sql(&text, dialect);
                assert_eq!(found, sql(&text, dialect), "reading is deterministic");
                if let Some(found) = found {
                    assert!(!found.read_only || found.kinds.iter().all(|kind| ["select", "explain", "show"].contains(kind)), "{text}: {found:?}");
                    assert!(!found.kinds.is_empty(), "{text}");
                }
            }
        });
    }
}
