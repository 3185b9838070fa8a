//! What is there and of which type: presence, kinds, stand-ins, and how unknowns join.

use super::check;

#[test]
fn presence_and_kinds_are_never_unknown() {
    check(
        r#"
has args.x
  true    {"x": []}
  false   {"x": null}
  false   {}

not has args.x
  false   {"x": 0}
  true    {"x": null}
  true    {}

args.x is null
  true    {"x": null}
  false   {"x": 0}
  false   {}

has args.v.a.b
  true    {"v": {"a": {"b": 1}}}
  false   {"v": {"a": {"b": null}}}
  false   {"v": {"a": 5}}
  false   {"v": "text"}
  false   {}

args.x is string
  true    {"x": ""}
  false   {"x": 1}
  false   {"x": null}
  false   {}

args.x is int
  true    {"x": 1.0}
  false   {"x": 1.5}
  false   {}
"#,
    );
}

#[test]
fn defaults_cover_absence_and_nothing_else() {
    check(
        r#"
(args.x ?? "d") == "d"
  true    {}
  true    {"x": null}
  true    {"x": "d"}
  false   {"x": "e"}
  unknown {"x": 5}

(args.v.a ?? "d") == "d"
  true    {}
  true    {"v": null}
  true    {"v": {}}
  true    {"v": {"a": null}}
  false   {"v": {"a": "e"}}
  unknown {"v": {"a": 5}}
  unknown {"v": "text"}
  unknown {"v": []}

(args.v.a.b ?? 1) < 5
  true    {"v": {"a": {}}}
  true    {"v": {"a": null}}
  unknown {"v": {"a": "text"}}
  unknown {"v": 5}
  false   {"v": {"a": {"b": 5}}}

(args.o.q ?? args.n ?? 7) > 6
  true    {}
  true    {"n": 8}
  false   {"n": 5}
  false   {"o": {"q": 5}, "n": 8}

(args.b ?? false)
  false   {}
  true    {"b": true}
"#,
    );
}

#[test]
fn connectives_follow_kleene() {
    check(
        r#"
args.s == "a" and args.n < 5
  true    {"s": "a", "n": 1}
  false   {"s": "b"}
  false   {"n": 9}
  unknown {"s": "a"}
  unknown {}

args.s == "a" or args.n < 5
  true    {"s": "a"}
  true    {"n": 1}
  false   {"s": "b", "n": 5}
  unknown {"s": "b"}
  unknown {}

not (args.s == "a" and not (args.n < 5))
  true    {"s": "b"}
  true    {"n": 1}
  false   {"s": "a", "n": 5}
  unknown {"s": "a"}
"#,
    );
}
