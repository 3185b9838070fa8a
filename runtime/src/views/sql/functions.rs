//! Functions that only compute. In: a function's name. Out: whether it is on the list.
//!
//! The list holds functions that, in every dialect that has them, change nothing, read no file and no other server, run no
//! text as SQL, and do not wait. Not on it, so never read-only: `nextval`, `setval`, `set_config`, `pg_sleep`, `sleep`,
//! `benchmark`, `get_lock`, `load_file`, `last_insert_id` (which can set), `pg_read_file`, `dblink`, `query_to_xml`,
//! `lo_import`, `openrowset`, `load_extension`, … and whatever users define.

use super::Dialect;
use sqlparser::ast::{Expr, Ident, ObjectName};

/// The function only computes.
pub(super) fn is_pure(name: &ObjectName, dialect: Dialect) -> bool {
    let Some(parts) = super::names::idents(name) else { return false };
    let unqualified = match parts.as_slice() {
        [name] => Some(*name),
        [schema, name] if dialect == Dialect::Postgres && is(schema, "pg_catalog") => Some(*name),
        _ => None,
    };
    unqualified.is_some_and(|name| {
        name.quote_style.is_none() && PURE.binary_search(&name.value.to_ascii_lowercase().as_str()).is_ok()
    })
}

/// `count`, whose `*` reads no column.
pub(super) fn is_count(name: &ObjectName) -> bool {
    super::names::idents(name).is_some_and(|parts| matches!(parts.as_slice(), [name] if is(name, "count")))
}

fn is(ident: &Ident, name: &str) -> bool {
    ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case(name)
}

/// Functions that need no brackets, not even in FROM.
pub(super) fn is_row_function(name: &ObjectName) -> bool {
    let words = [
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "localtime",
        "localtimestamp",
        "session_user",
        "system_user",
        "user",
    ];
    super::names::idents(name)
        .is_some_and(|parts| matches!(parts.as_slice(), [name] if words.iter().any(|word| is(name, word))))
}

/// A table hint of SQL Server takes no lock.
pub(super) fn is_lock_free(hint: &Expr) -> bool {
    const FREE: [&str; 6] = ["nolock", "readuncommitted", "readpast", "noexpand", "forceseek", "forcescan"];
    matches!(hint, Expr::Identifier(hint) if FREE.iter().any(|name| hint.value.eq_ignore_ascii_case(name)))
}

/// Sorted, in lower case (a test holds it to that).
#[rustfmt::skip]
pub(in crate::views) const PURE: &[&str] = &[
    "abs", "acos", "adddate", "addtime", "age", "any_value", "approx_count_distinct", "approx_distinct",
    "approx_percentile", "approx_quantiles", "approx_top_count", "array", "array_agg", "array_append", "array_cat",
    "array_concat", "array_concat_agg", "array_contains", "array_dims", "array_length", "array_lower", "array_ndims",
    "array_position", "array_positions", "array_prepend", "array_remove", "array_replace", "array_reverse",
    "array_size", "array_to_json", "array_to_string", "array_upper", "ascii", "asin", "atan", "atan2", "avg",
    "bit_and", "bit_count", "bit_length", "bit_or", "bit_xor", "bool_and", "bool_or", "btrim", "cardinality", "cast",
    "cbrt", "ceil", "ceiling", "char", "char_length", "character_length", "charindex", "chr", "clock_timestamp",
    "coalesce", "collation", "concat", "concat_ws", "contains", "convert_timezone", "corr", "cos", "cot", "count", "count_if",
    "countif", "covar_pop", "covar_samp", "cume_dist", "curdate", "current_catalog", "current_database", "current_date",
    "current_datetime", "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "curtime",
    "database", "date", "date_add", "date_bin", "date_diff", "date_format", "date_from_parts", "date_part",
    "date_sub", "date_trunc", "dateadd", "datediff", "datediff_big", "datefromparts", "datename", "datepart",
    "datetime", "datetime_add", "datetime_diff", "datetime_sub", "datetime_trunc", "day", "dayname", "dayofmonth",
    "dayofweek", "dayofyear", "decode", "degrees", "dense_rank", "div", "elt", "encode", "endswith", "eomonth", "every",
    "exp", "extract", "field", "find_in_set", "first_value", "flatten", "floor", "format", "format_date", "format_datetime",
    "format_timestamp", "format_type", "from_base64", "from_days", "from_unixtime", "generate_array",
    "generate_date_array", "generate_series", "generate_timestamp_array", "getdate", "getutcdate", "glob", "greatest",
    "group_concat", "grouping", "hex", "hour", "if", "iff", "ifnull", "iif", "initcap", "instr", "isdate", "isnull",
    "isnumeric", "json_agg", "json_array", "json_array_elements", "json_array_elements_text", "json_array_length",
    "json_arrayagg", "json_build_array", "json_build_object", "json_contains", "json_contains_path", "json_depth",
    "json_each", "json_each_text", "json_extract", "json_extract_array", "json_extract_path", "json_extract_path_text",
    "json_extract_scalar", "json_group_array", "json_group_object", "json_keys", "json_length", "json_object",
    "json_object_agg", "json_object_keys", "json_objectagg", "json_query", "json_query_array", "json_quote",
    "json_search", "json_strip_nulls", "json_tree", "json_type", "json_typeof", "json_unquote", "json_valid",
    "json_value", "json_value_array", "jsonb_agg", "jsonb_array_elements", "jsonb_array_elements_text",
    "jsonb_array_length", "jsonb_build_array", "jsonb_build_object", "jsonb_each", "jsonb_each_text",
    "jsonb_extract_path", "jsonb_extract_path_text", "jsonb_object_agg", "jsonb_object_keys", "jsonb_path_exists",
    "jsonb_path_query", "jsonb_path_query_array", "jsonb_path_query_first", "jsonb_pretty", "jsonb_strip_nulls",
    "jsonb_typeof", "julianday", "justify_days", "justify_hours", "justify_interval", "lag", "last_day", "last_value",
    "lcase", "lead", "least", "left", "len", "length", "listagg", "ln", "localtime", "localtimestamp", "locate",
    "log", "log10", "log2", "logical_and", "logical_or", "lower", "lpad", "ltrim", "make_date", "make_interval",
    "make_time", "make_timestamp", "make_timestamptz", "makedate", "maketime", "max", "md5", "median", "microsecond",
    "mid", "min", "minute", "mod", "mode", "month", "monthname", "now", "nth_value", "ntile", "nullif", "num_nonnulls",
    "num_nulls", "nvl", "nvl2", "object_construct", "octet_length", "ord", "overlay", "parse_date", "parse_datetime",
    "parse_json", "parse_timestamp", "parsename", "patindex", "percent_rank", "percentile_cont", "percentile_disc",
    "period_add", "period_diff", "pi", "position", "pow", "power", "printf", "quarter", "quote_ident",
    "quote_literal", "quote_nullable", "quotename", "radians", "rand", "random", "range_agg", "rank", "ratio_to_report",
    "regexp_contains", "regexp_count", "regexp_extract", "regexp_extract_all", "regexp_instr", "regexp_like",
    "regexp_match", "regexp_matches", "regexp_replace", "regexp_split_to_array", "regexp_split_to_table",
    "regexp_substr", "regr_avgx", "regr_avgy", "regr_count", "regr_intercept", "regr_r2", "regr_slope", "repeat",
    "replace", "replicate", "reverse", "right", "round", "row", "row_number", "row_to_json", "rpad", "rtrim", "safe_cast",
    "safe_divide", "schema", "sec_to_time", "second", "session_user", "sha", "sha1", "sha2", "sha224", "sha256",
    "sha384", "sha512", "sign", "sin", "soundex", "space", "split", "split_part", "sqrt", "starts_with", "startswith",
    "statement_timestamp", "stddev", "stddev_pop", "stddev_samp", "stdev", "stdevp", "str", "str_to_date", "strcmp",
    "strftime", "string_agg", "string_split", "string_to_array", "strpos", "stuff", "subdate", "substr", "substring",
    "substring_index", "subtime", "sum", "switchoffset", "sysdatetime", "system_user", "sysutcdatetime", "tan", "time",
    "time_to_sec", "timediff", "timestamp", "timestamp_add", "timestamp_diff", "timestamp_micros", "timestamp_millis",
    "timestamp_seconds", "timestamp_sub", "timestamp_trunc", "timestampadd", "timestampdiff", "to_ascii", "to_base64",
    "to_char", "to_date", "to_days", "to_hex", "to_json", "to_json_string", "to_jsonb", "to_number", "to_seconds",
    "to_time", "to_timestamp", "to_tsquery", "to_tsvector", "to_variant", "todatetimeoffset", "total",
    "transaction_timestamp", "translate", "trim", "trim_array", "trunc", "truncate", "try_cast", "try_convert",
    "ts_headline", "ts_rank", "ts_rank_cd", "typeof", "ucase", "unhex", "unicode", "unistr", "unix_date",
    "unix_micros", "unix_millis", "unix_seconds", "unix_timestamp", "unixepoch", "unnest", "upper", "user",
    "utc_date", "utc_time", "utc_timestamp", "uuid", "values", "var_pop", "var_samp", "variance", "version",
    "websearch_to_tsquery", "week", "weekday", "weekofyear", "width_bucket", "year", "yearweek", "zeroifnull",
];
