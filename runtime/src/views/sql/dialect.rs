//! The dialects that `sql` reads. In: the name that a policy gives. Out: the parser's dialect and what names mean in it.

use sqlparser::dialect as parsers;

/// A dialect; its number stands in no file, its name does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// The SQL standard.
    Ansi,
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
    /// Microsoft SQL Server.
    Mssql,
    /// Snowflake.
    Snowflake,
    /// Google BigQuery.
    Bigquery,
}

/// Every dialect, in order.
pub const DIALECTS: [Dialect; 7] = [
    Dialect::Ansi,
    Dialect::Postgres,
    Dialect::Mysql,
    Dialect::Sqlite,
    Dialect::Mssql,
    Dialect::Snowflake,
    Dialect::Bigquery,
];

impl Dialect {
    /// How a policy names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ansi => "ansi",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
            Self::Mssql => "mssql",
            Self::Snowflake => "snowflake",
            Self::Bigquery => "bigquery",
        }
    }

    /// The dialect with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        DIALECTS.into_iter().find(|dialect| dialect.name() == name)
    }

    pub(super) fn parser(self) -> &'static dyn parsers::Dialect {
        match self {
            Self::Ansi => &parsers::AnsiDialect {},
            Self::Postgres => &parsers::PostgreSqlDialect {},
            Self::Mysql => &parsers::MySqlDialect {},
            Self::Sqlite => &parsers::SQLiteDialect {},
            Self::Mssql => &parsers::MsSqlDialect {},
            Self::Snowflake => &parsers::SnowflakeDialect,
            Self::Bigquery => &parsers::BigQueryDialect {},
        }
    }

    /// The name of a table alone may stand for its whole row.
    pub(super) const fn has_whole_rows(self) -> bool {
        matches!(self, Self::Ansi | Self::Postgres | Self::Snowflake | Self::Bigquery)
    }

    /// `SET a.b = …` may set a field of a column.
    pub(super) const fn sets_fields(self) -> bool {
        matches!(self, Self::Ansi | Self::Postgres | Self::Bigquery)
    }

    /// `x.f` may call the function f.
    pub(super) const fn calls_fields(self) -> bool {
        matches!(self, Self::Ansi | Self::Postgres)
    }

    /// `a.b.c` may be a field of a column.
    pub(super) const fn has_dotted_fields(self) -> bool {
        matches!(self, Self::Ansi | Self::Snowflake | Self::Bigquery)
    }
}
