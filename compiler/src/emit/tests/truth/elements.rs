//! Elements: quantifiers over lists, over joined ones and over maps.

use super::check;

#[test]
fn quantifiers_follow_kleene() {
    check(
        r#"
any x in args.xs: x == "a"
  true    {"xs": ["b", "a"]}
  false   {"xs": ["b"]}
  false   {"xs": []}
  unknown {}

any r in args.rs: r.a > 5
  true    {"rs": [{}, {"a": 6}]}
  false   {"rs": [{"a": 5}]}
  unknown {"rs": [{"a": 5}, {}]}
  false   {"rs": []}
  unknown {}

any x in args.x: x == "a"
  true    {"x": [1, "a"]}
  false   {"x": ["b"]}
  false   {"x": []}
  unknown {"x": [1, "b"]}
  unknown {"x": "a"}
  unknown {"x": null}
  unknown {}

any r in args.rs: any t in r.tags: t == r.k
  true    {"rs": [{"k": "a", "tags": ["b", "a"]}]}
  false   {"rs": [{"k": "a", "tags": ["b"]}, {"k": "a", "tags": []}]}
  unknown {"rs": [{"k": "a"}]}
  unknown {"rs": [{"tags": ["b"]}]}

count(args.xs) > 0 and (all x in args.xs: x starts_with "a")
  true    {"xs": ["a", "ab"]}
  false   {"xs": ["a", "b"]}
  false   {"xs": []}
  unknown {}

count(args.rs) > 0 and (all r in args.rs: r.a > 5)
  true    {"rs": [{"a": 6}]}
  false   {"rs": [{}, {"a": 5}]}
  unknown {"rs": [{}, {"a": 6}]}
  unknown {}
"#,
    );
}

#[test]
fn joined_and_defaulted_lists() {
    check(
        r#"
any x in args.xs ++ args.ys: x == "a"
  true    {"xs": ["a"], "ys": []}
  true    {"xs": [], "ys": ["a"]}
  false   {"xs": ["b"], "ys": ["c"]}
  unknown {"xs": ["a"]}
  unknown {}

any x in args.xs ++ (args.ys ?? []): x == "a"
  true    {"xs": ["a"]}
  false   {"xs": ["b"]}
  unknown {"ys": ["b"]}

any x in (args.x ?? []): x == "a"
  true    {"x": ["a"]}
  false   {"x": []}
  false   {"x": null}
  false   {}
  unknown {"x": "a"}

count(args.xs ++ (args.ys ?? [])) > 0 and (all x in args.xs ++ (args.ys ?? []): x == "a")
  true    {"xs": ["a"]}
  true    {"xs": [], "ys": ["a"]}
  false   {"xs": ["a"], "ys": ["b"]}
  false   {"xs": []}
  unknown {}

any x in ["a", principal.id, args.s]: x == args.x
  true    {"x": "agent"}
  true    {"x": "b", "s": "b"}
  false   {"x": "b", "s": "c"}
  unknown {"x": "b"}
  unknown {}
"#,
    );
}

#[test]
fn maps() {
    check(
        r#"
args.m.a == "x"
  true    {"m": {"a": "x"}}
  false   {"m": {"a": "y"}}
  unknown {"m": {}}
  unknown {}

any k in keys(args.m): k starts_with "x"
  true    {"m": {"xa": ""}}
  false   {"m": {"a": ""}}
  false   {"m": {}}
  unknown {}

any v in values(args.m): v == "x"
  true    {"m": {"a": "b", "c": "x"}}
  false   {"m": {"a": "b"}}
  unknown {}

args.m[args.s] == "x"
  true    {"m": {"a": "x"}, "s": "a"}
  false   {"m": {"a": "y"}, "s": "a"}
  unknown {"m": {"a": "y"}, "s": "b"}
  unknown {"m": {"a": "x"}}
  unknown {"s": "a"}

"k" in keys(args.m) and args.m.k == "x"
  true    {"m": {"a": "", "k": "x"}}
  false   {"m": {"k": "y"}}
  false   {"m": {}}
  unknown {}
"#,
    );
}
