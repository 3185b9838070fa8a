//! Canonical JSON: the text that digests cover. In: a value. Out: one spelling per value.
//!
//! RFC 8785, with one difference: a whole number beyond ±2⁵³ keeps all its digits, where RFC 8785 would print the nearest
//! double. Two schemas that differ in such a bound must not share a digest.

use serde_json::{Number, Value};
use std::cmp::Ordering;

/// Whole numbers up to here have the same digits as a double.
const EXACT: u64 = 1 << 53;

/// The canonical text of `value`: no white space, keys in [`compare_keys`] order, one spelling per number and string.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// The canonical text of an object with these members, each key once.
pub(crate) fn canonical_object<'a, K: AsRef<str>>(
    members: impl IntoIterator<Item = (K, &'a Value)>,
) -> String {
    let mut out = String::new();
    object(members.into_iter().collect(), &mut out);
    out
}

/// The order of keys in canonical JSON: by UTF-16 code units (RFC 8785 section 3.2.3).
#[must_use]
pub fn compare_keys(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => object(members.iter().collect(), out),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(value, out),
    }
}

fn object<K: AsRef<str>>(mut members: Vec<(K, &Value)>, out: &mut String) {
    members.sort_by(|(a, _), (b, _)| compare_keys(a.as_ref(), b.as_ref()));
    out.push('{');
    for (index, (key, member)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(key.as_ref(), out);
        out.push(':');
        write(member, out);
    }
    out.push('}');
}

/// One scalar in its canonical spelling.
pub(super) fn scalar(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) if beyond_doubles(number) => out.push_str(&number.to_string()),
        Value::String(text) => string(text, out),
        // The only error is a number that is not finite, which JSON text cannot hold.
        _ => out.push_str(&serde_json_canonicalizer::to_string(value).unwrap_or_default()),
    }
}

/// A string in its canonical spelling (RFC 8785 section 3.2.2.2): as it stands, where nothing is escaped.
fn string(text: &str, out: &mut String) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json_canonicalizer::to_string(&text).unwrap_or_default());
    }
}

fn beyond_doubles(number: &Number) -> bool {
    let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    magnitude.is_some_and(|magnitude| magnitude > EXACT)
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use serde_json::{Value, json};

    fn check(text: &str, expected: &str) {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(canonical(&value), expected, "{text}");
    }

    #[test]
    fn numbers_have_one_spelling() {
        check("[1.0, 1e0, 1, -0, -0.0, 1e21, 1e-7, 4.50]", "[1,1,1,0,0,1e+21,1e-7,4.5]");
    }

    #[test]
    fn whole_numbers_keep_their_digits() {
        check(
            "[9007199254740992,9007199254740993,-9007199254740993]",
            "[9007199254740992,9007199254740993,-9007199254740993]",
        );
        check("18446744073709551615", "18446744073709551615");
    }

    #[test]
    fn keys_are_ordered_by_utf16() {
        // U+FB33 is one unit above the surrogates of U+1F600, although it comes before it by scalar value.
        check(
            r#"{"\ufb33":1,"\ud83d\ude00":2,"a":3,"B":4}"#,
            "{\"B\":4,\"a\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}",
        );
    }

    #[test]
    fn agrees_with_rfc_8785_below_the_surface() {
        let value = json!({"b": [true, null, {"é\u{8}\"\\/": "\u{1f}€\n"}], "a": [3.25, -17, 0.1, 1e300]});
        assert_eq!(canonical(&value), serde_json_canonicalizer::to_string(&value).unwrap());
    }
}
