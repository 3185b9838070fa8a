//! Lists as a whole: membership, subsets, counts, sums, ends.

use super::check;

#[test]
fn membership_and_subsets() {
    check(
        r#"
"lead" in principal.roles
  true    {}

args.s in principal.roles
  true    {"s": "x"}
  false   {"s": "y"}
  unknown {}

args.x in args.xs
  true    {"x": "a", "xs": ["a"]}
  false   {"x": "a", "xs": ["b"]}
  false   {"x": "a", "xs": []}
  unknown {"xs": []}
  unknown {"x": null, "xs": []}
  unknown {"x": {}, "xs": []}
  unknown {"x": "a"}

args.s in args.xs ++ (args.ys ?? [])
  true    {"s": "a", "xs": ["a"]}
  false   {"s": "a", "xs": []}
  unknown {"xs": [], "ys": []}

count(args.xs) > 0 and subset(args.xs, ["a", "b"])
  true    {"xs": ["b"]}
  false   {"xs": ["b", "c"]}
  false   {"xs": []}
  unknown {}

count(args.xs) > 0 and subset(args.xs, args.ys)
  true    {"xs": ["b"], "ys": ["a", "b"]}
  false   {"xs": ["b"], "ys": ["a"]}
  false   {"xs": []}
  unknown {"xs": ["b"]}
  unknown {}
"#,
    );
}

#[test]
fn counts_sums_and_elements() {
    check(
        r#"
count(args.xs) > 1
  true    {"xs": ["a", "b"]}
  false   {"xs": ["a"]}
  unknown {}

count(args.xs ++ (args.ys ?? [])) == 2
  true    {"xs": ["a", "b"]}
  true    {"xs": ["a"], "ys": ["b"]}
  false   {"xs": []}
  unknown {"ys": ["b", "c"]}

count(r in args.rs: r.a > 5) >= 1
  true    {"rs": [{"a": 6}, {"a": 1}]}
  false   {"rs": [{"a": 1}]}
  unknown {"rs": [{"a": 6}, {}]}
  unknown {}

sum(r in args.rs: r.a) < 10
  true    {"rs": [{"a": 6}, {"a": 3.9}]}
  false   {"rs": [{"a": 6}, {"a": 4}]}
  true    {"rs": []}
  unknown {"rs": [{"a": 6}, {}]}
  unknown {}

sum(r in args.rs: r.a * 0.1) + args.n <= 1.5
  true    {"rs": [{"a": 6}, {"a": 4}], "n": 0.5}
  false   {"rs": [{"a": 6}, {"a": 4}], "n": 0.50000001}
  unknown {"rs": []}

sum(r in args.rs: r.a * 0.5) == args.n
  true    {"rs": [{"a": 6}, {"a": 3}], "n": 4.5}
  false   {"rs": [{"a": 6}], "n": 4.5}
  unknown {"rs": [{}], "n": 4.5}

(sum(r in args.rs: r.a * 0.5) ?? 1.5) + args.n * 0.1 <= 2
  true    {"n": 5}
  false   {"n": 5.1}
  true    {"rs": [{"a": 2}], "n": 10}
  false   {"rs": [{"a": 2.01}], "n": 10}
  unknown {"rs": [{}], "n": 0}
  unknown {"rs": []}

first(args.xs) == "a"
  true    {"xs": ["a", "b"]}
  false   {"xs": ["b", "a"]}
  unknown {"xs": []}
  unknown {}

last(args.rs).a > 5
  true    {"rs": [{"a": 1}, {"a": 6}]}
  false   {"rs": [{"a": 6}, {"a": 1}]}
  unknown {"rs": [{"a": 6}, {}]}
  unknown {"rs": []}

(first(args.xs) ?? "none") == "none"
  true    {"xs": []}
  true    {}
  false   {"xs": ["a"]}

count(args.xs) > 0 and (all x, y in zip(args.xs, args.ys): x == y)
  true    {"xs": ["a"], "ys": ["a"]}
  false   {"xs": ["a"], "ys": ["b"]}
  unknown {"xs": ["a"], "ys": ["a", "b"]}
  unknown {"xs": ["a"]}
"#,
    );
}
