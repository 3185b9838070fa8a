//! What cannot be emitted: the message, the statement and the text that it is about.

use super::super::{EmitOptions, emit};
use super::{policy, tool};

/// The message of the error, and the text it points to.
fn check(properties: &str, rules: &str, expected: &str) {
    let policy = policy(&tool("t", properties, &[]), rules);
    let error = emit(&policy, &EmitOptions::default()).unwrap_err();
    let statement = &policy.statements[error.statement.unwrap() as usize];
    let origin = statement.origin;
    let text = &policy.sources[usize::from(origin.source)].text;
    let (start, end) = (origin.start + error.span.start, origin.start + error.span.end);
    let at = text.get(start as usize..end as usize).unwrap();
    assert_eq!(format!("{} at `{at}`: {error}", statement.id), expected);
}

#[test]
fn quantifiers_nest_three_deep() {
    let records = |inner: &str| {
        format!(r#"{{"type":"array","items":{{"type":"object","properties":{{"xs":{inner}}}}}}}"#)
    };
    let map = r#"{"type":"object","additionalProperties":{"type":"string"}}"#;
    let properties = format!("\"xs\":{},\"s\":{{\"type\":\"string\"}}", records(&records(&records(map))));
    let rule = |body: &str| {
        format!("rule a: deny s.t when any a in args.xs: any b in a.xs: any c in b.xs: {body}\n")
    };
    // The keys stand where one test finds them; the values take a loop.
    let keys = policy(&tool("t", &properties, &[]), &rule("args.s in keys(c.xs)"));
    assert!(emit(&keys, &EmitOptions::default()).is_ok());
    check(
        &properties,
        &rule("args.s in values(c.xs)"),
        "a at `args.s in values(c.xs)`: quantifiers over lists are nested more than 3 deep, lists searched by `in` and `subset` included",
    );
}

#[test]
fn zip_wants_lists_as_they_stand() {
    let lists =
        r#""xs":{"type":"array","items":{"type":"string"}},"ys":{"type":"array","items":{"type":"string"}}"#;
    check(
        lists,
        "rule a: deny s.t when any x, y in zip(args.xs ++ args.ys, args.ys): x == y\n",
        "a at `any x, y in zip(args.xs ++ args.ys, args.ys): x == y`: `zip` takes lists as they stand in the call; a list joined by `++` has no pairs",
    );
}

#[test]
fn unrolled_lists_are_bounded() {
    let texts: Vec<String> = (0..110).map(|index| format!("\"{index}\"")).collect();
    let texts = texts.join(", ");
    let rules = format!(
        "let texts = [{texts}]\nrule a: deny s.t when any a in texts: any b in texts: any c in texts: \
         (args.s starts_with a and args.s ends_with b and args.s contains c)\n"
    );
    let policy = policy(&tool("t", r#""s":{"type":"string"}"#, &[]), &rules);
    let error = emit(&policy, &EmitOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the conditions on one tool compile to more than 1048576 steps; quantify over fewer joined or literal lists"
    );
}

#[test]
fn stand_ins_of_stand_ins_are_bounded() {
    let nested = |depth: usize| {
        let value = (0..depth).fold("args.a".to_owned(), |value, _| format!("({value} ?? args.b)"));
        policy(
            &tool("t", r#""a":{"type":"string"},"b":{"type":"string"}"#, &[]),
            &format!("rule a: deny s.t when {value} == \"x\"\n"),
        )
    };
    assert!(emit(&nested(8), &EmitOptions::default()).is_ok());
    let error = emit(&nested(40), &EmitOptions::default()).unwrap_err();
    assert!(error.to_string().contains("more than 1048576 steps"), "{error}");
}
