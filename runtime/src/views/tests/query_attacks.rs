//! `sql`: texts that look like queries and are something else to some server.

use super::query::{check, check_absent, check_in, check_writes};
use crate::views::{DIALECTS, Dialect, sql};

#[test]
fn a_field_may_be_a_function() {
    let texts = [
        "SELECT ('/etc/hostname').pg_read_file FROM orders",
        "SELECT ('sq').nextval, id FROM orders",
        "SELECT ('x').lo_import",
        "SELECT (1).pg_sleep",
        "SELECT ('/etc/hostname'::text).pg_read_file",
        "SELECT x.pg_read_file FROM unnest(ARRAY['/etc/hostname']) x",
        "SELECT unnest.pg_read_file FROM unnest(ARRAY['/etc/hostname'])",
        "SELECT lower.pg_read_file FROM lower('/ETC/HOSTNAME')",
        "SELECT x.pg_read_file FROM lower('/ETC/HOSTNAME') AS x",
        "SELECT x.pg_read_file FROM lower('/ETC/HOSTNAME') AS x(a)",
        "SELECT x.pg_read_file FROM orders, LATERAL lower('/ETC/HOSTNAME') AS x",
        "SELECT x.pg_read_file FROM pg_catalog.lower('/ETC/HOSTNAME') AS x",
        "SELECT id FROM orders WHERE (SELECT x.pg_read_file FROM lower('a') x) = 'b' AND EXISTS (SELECT 1 FROM orders x)",
        "SELECT x.f FROM lower('a') x WHERE EXISTS (SELECT 1 FROM lower('b') x(f))",
        "SELECT (ARRAY['sq'])[1].nextval",
        "SELECT orders.names[1].pg_read_file FROM orders",
        "SELECT u.pg_read_file FROM current_user u",
        "SELECT (orders).boom FROM orders",
        "SELECT other.boom FROM orders",
    ];
    for text in texts {
        for dialect in [Dialect::Postgres, Dialect::Ansi] {
            let found = sql(text, dialect);
            assert!(!found.is_some_and(|found| found.read_only), "{}: {text}", dialect.name());
        }
    }
    check_writes(Dialect::Postgres, &texts);
}

#[test]
fn ordinary_fields_are_columns() {
    check(&[
        ("SELECT o.a FROM orders o", "reads tables=[orders] columns=[a] star=false"),
        ("SELECT orders.a FROM public.orders", "reads tables=[public.orders] columns=[a] star=false"),
        ("SELECT public.orders.a FROM public.orders", "reads tables=[public.orders] columns=[a] star=false"),
        ("SELECT g.x FROM generate_series(1, 9) AS g(x)", "reads tables=[] columns=[x] star=false"),
        (
            "SELECT e.key, e.value FROM t, jsonb_each(t.d) e",
            "reads tables=[t] columns=[d|key|value] star=false",
        ),
        ("SELECT x.x FROM unnest(ARRAY[1]) x", "reads tables=[] columns=[x] star=true"),
        ("WITH q AS (SELECT a FROM t) SELECT q.a FROM q", "reads tables=[t] columns=[a] star=false"),
        ("SELECT s.a FROM (SELECT a FROM t) s", "reads tables=[t] columns=[a] star=false"),
        ("SELECT t.a[1] FROM t", "reads tables=[t] columns=[a|t] star=true"),
    ]);
    check_in(Dialect::Bigquery, &[("SELECT a.b.c FROM t", "reads tables=[t] columns=[a|b|c] star=false")]);
}

#[test]
fn a_column_may_advance_a_sequence() {
    for dialect in DIALECTS {
        check_writes(
            dialect,
            &[
                "SELECT s.nextval FROM orders",
                "SELECT d.s.NEXTVAL, a FROM orders",
                "SELECT a FROM orders WHERE s.currval = 1",
            ],
        );
    }
    for text in
        ["SELECT NEXT VALUE FOR s", "SELECT NEXT VALUE FOR s FROM orders", "SELECT (NEXT VALUE FOR s)"]
    {
        for dialect in DIALECTS {
            assert!(!sql(text, dialect).is_some_and(|found| found.read_only), "{}: {text}", dialect.name());
        }
    }
}

#[test]
fn white_space_that_servers_read_as_a_name_is_absent() {
    for dialect in DIALECTS {
        for space in ['\u{A0}', '\u{3000}', '\u{2028}', '\u{85}', '\u{1680}', '\u{B}', '\u{C}'] {
            check_absent(
                dialect,
                &[
                    &alloc::format!("SELECT 1 --{space} FROM (SELECT 1 AS {space}) t; DELETE FROM orders"),
                    &alloc::format!("SELECT a{space}FROM orders"),
                    &alloc::format!("SELECT 1 /*{space}*/ FROM orders"),
                    &alloc::format!("SELECT '{space}' --{space}"),
                ],
            );
        }
        assert!(
            sql("SELECT a FROM orders WHERE b = 'x\u{A0}y\u{3000}'", dialect).is_some(),
            "{}",
            dialect.name()
        );
    }
}

#[test]
fn what_ends_a_line_for_some_servers_is_absent() {
    for dialect in DIALECTS {
        check_absent(
            dialect,
            &["SELECT 1 -- x\rDELETE FROM orders", "SELECT 1 -- x\r; DROP TABLE t", "SELECT 1\r"],
        );
        assert!(sql("SELECT 1 -- x\r\nFROM t\r\n", dialect).is_some());
    }
}

#[test]
fn strings_and_comments_that_a_server_does_not_have_are_absent() {
    let dollars = |dialect| {
        check_absent(dialect, &["SELECT $$ ; DELETE FROM orders; $$", "SELECT $a$ ; DROP TABLE t; $a$"])
    };
    [Dialect::Ansi, Dialect::Mysql, Dialect::Sqlite, Dialect::Mssql, Dialect::Bigquery]
        .into_iter()
        .for_each(dollars);
    check_absent(
        Dialect::Snowflake,
        &["SELECT $x$; DELETE FROM orders; $x$", "SELECT 1 # a\n; DROP TABLE t"],
    );
    check_absent(Dialect::Postgres, &["SELECT $é$;DROP TABLE t;$é$", "SELECT $1$;DROP TABLE t;$1$"]);
    check_absent(Dialect::Sqlite, &["SELECT a FROM t WHERE b IN $a('x)", "SELECT $a::b('c')"]);
    check(&[
        ("SELECT $$ ; DELETE $$", "reads tables=[] columns=[] star=false"),
        ("SELECT $a$ ; DELETE $a$", "reads tables=[] columns=[] star=false"),
    ]);
    check_in(Dialect::Snowflake, &[("SELECT $$ ; $$", "reads tables=[] columns=[] star=false")]);
    check_in(
        Dialect::Sqlite,
        &[("SELECT a FROM t WHERE b IN (:x, ?)", "reads tables=[t] columns=[a|b] star=false")],
    );
}

#[test]
fn text_in_double_quotes_may_be_a_column() {
    check_in(
        Dialect::Mysql,
        &[
            ("SELECT \"Ssn\" FROM users", "reads tables=[users] columns=[ssn] star=false"),
            ("SELECT a FROM users WHERE b = \"x.y\"", "reads tables=[users] columns=[a|b|x.y] star=false"),
            ("SELECT a \"x\" FROM users", "reads tables=[users] columns=[a] star=false"),
            ("SELECT a FROM users WHERE b = 'x'", "reads tables=[users] columns=[a|b] star=false"),
        ],
    );
    check_absent(
        Dialect::Mysql,
        &["SELECT \"ssn\" 'x' FROM users", "SELECT \"ssn\" \"x\" FROM users", "SELECT b\"x\" FROM users"],
    );
    check_in(Dialect::Mysql, &[("SELECT 'a' 'b' FROM t", "reads tables=[t] columns=[] star=false")]);
}

#[test]
fn names_in_other_clothes_are_not_missed() {
    check_absent(
        Dialect::Snowflake,
        &[
            "SELECT * FROM TABLE('salaries')",
            "SELECT a FROM orders, TABLE($x)",
            "SELECT a FROM orders, TABLE(?)",
        ],
    );
    check_in(
        Dialect::Snowflake,
        &[
            ("SELECT $1 FROM users", "reads tables=[users] columns=[] star=true"),
            ("SELECT t.$2 FROM users t", "reads tables=[users] columns=[t] star=true"),
            ("SELECT value FROM TABLE(flatten(x))", "reads tables=[] columns=[value|x] star=false"),
        ],
    );
    check_in(
        Dialect::Mssql,
        &[
            ("SELECT $ROWGUID FROM t", "reads tables=[t] columns=[] star=true"),
            ("SELECT $1.50 AS x FROM t", "reads tables=[t] columns=[] star=false"),
        ],
    );
    check(&[("SELECT a FROM t WHERE b = $1", "reads tables=[t] columns=[a|b] star=false")]);
}
