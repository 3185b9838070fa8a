//! Tests of one value: equality, numbers, times, texts and their views.

use super::check;

#[test]
fn equality() {
    check(
        r#"
args.x == "a"
  true    {"x": "a"}
  false   {"x": "b"}
  unknown {"x": 5}
  unknown {"x": null}
  unknown {"x": ["a"]}
  unknown {}

args.x != "a"
  false   {"x": "a"}
  true    {"x": "b"}
  unknown {"x": 5}
  unknown {"x": null}
  unknown {}

not (args.s == "a")
  false   {"s": "a"}
  true    {"s": "b"}
  unknown {}

args.x == args.y
  true    {"x": "a", "y": "a"}
  true    {"x": 1.0, "y": 1}
  true    {"x": false, "y": false}
  false   {"x": "a", "y": "b"}
  unknown {"x": "1", "y": 1}
  unknown {"x": [], "y": []}
  unknown {"x": "a"}
  unknown {}

args.b == false
  true    {"b": false}
  false   {"b": true}
  unknown {}

args.b
  true    {"b": true}
  false   {"b": false}
  unknown {}

args.s in ["a", "b"]
  true    {"s": "b"}
  false   {"s": "c"}
  unknown {}

args.x not in [1, 2.5]
  false   {"x": 2.5}
  true    {"x": 3}
  unknown {"x": "1"}
  unknown {}
"#,
    );
}

#[test]
fn arithmetic() {
    check(
        r#"
args.n < 50
  true    {"n": 49.99}
  false   {"n": 50.00}
  unknown {}

not (args.x >= 50)
  true    {"x": 49}
  false   {"x": 50}
  unknown {"x": "49"}
  unknown {"x": null}

args.n * 0.1 + session.spent <= 30.5
  true    {"n": 105}
  false   {"n": 105.00000001}
  unknown {}

args.n * 3 < 10
  true    {"n": 3.333333333}
  false   {"n": 3.333333334}
  unknown {}

args.n * -3 < 10
  true    {"n": -3.333333333}
  false   {"n": -3.333333334}
  unknown {}

args.n - session.spent > 0
  true    {"n": 20.000000001}
  false   {"n": 20}
  unknown {}

args.n < session.spent
  true    {"n": 19}
  false   {"n": 20}
  unknown {}

args.n == session.spent
  true    {"n": 20.0}
  false   {"n": 21}
  unknown {}

now - session.since < 2h
  false   {}

hour(now, "Europe/London") == 16
  true    {}

weekday(now, "Asia/Tokyo") in ["mon", "tue"]
  true    {}

fee[args.s] > 2
  true    {"s": "b"}
  false   {"s": "a"}
  unknown {"s": "c"}
  unknown {}
"#,
    );
}

#[test]
fn text() {
    check(
        r#"
args.x starts_with "ab"
  true    {"x": "abc"}
  false   {"x": "a"}
  unknown {"x": 1}
  unknown {}

args.s ends_with principal.id
  true    {"s": "the agent"}
  false   {"s": "agents"}
  unknown {}

args.s contains "b"
  true    {"s": "abc"}
  false   {"s": "ac"}
  unknown {}

args.s like "a*c?"
  true    {"s": "a/\ncé"}
  false   {"s": "ac"}
  unknown {}

args.x matches /a+/
  true    {"x": "aa"}
  false   {"x": "ab"}
  unknown {"x": 1}
  unknown {}

not (args.x finds /a[0-9]/)
  false   {"x": "ba1"}
  true    {"x": "ab"}
  unknown {"x": 1}
  unknown {}

length(args.s) <= 2
  true    {"s": "éé"}
  false   {"s": "abc"}
  unknown {}

lower(args.s) == "ab"
  true    {"s": "aB"}
  false   {"s": "b"}
  unknown {}

mentions(args.s, principal.id)
  true    {"s": "the agent, yes"}
  false   {"s": "agents"}
  unknown {}
"#,
    );
}

#[test]
fn views() {
    check(
        r#"
email(args.x).domain == "a.example"
  true    {"x": "u@a.example"}
  false   {"x": "u@b.example"}
  unknown {"x": "u@a.example, v@a.example"}
  unknown {"x": 5}
  unknown {}

has email(args.x).domain
  true    {"x": "u@a.example"}
  false   {"x": "nobody"}
  false   {"x": 5}
  false   {}

(email(args.x).domain ?? "none") == "none"
  false   {"x": "u@a.example"}
  true    {"x": "nobody"}
  true    {"x": null}
  true    {}
  unknown {"x": 5}

any a in emails(args.s): email(a).domain == "b.example"
  true    {"s": "u@a.example, u@b.example"}
  false   {"s": "u@a.example"}
  unknown {"s": "nobody"}
  unknown {}

path(args.s) under "/srv"
  true    {"s": "/srv/a"}
  false   {"s": "/etc"}
  unknown {"s": "srv"}
  unknown {}

ip(args.s) in cidr "10.0.0.0/8"
  true    {"s": "10.1.2.3"}
  false   {"s": "11.1.2.3"}
  unknown {"s": "ten"}
  unknown {}

sql(args.s, "postgres").read_only
  true    {"s": "select 1"}
  false   {"s": "delete from t"}
  unknown {"s": "selec"}
  unknown {}
"#,
    );
}
