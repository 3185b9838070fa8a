//! Every instruction: what it comes to on values of every kind, and where each flag then sends it.

use super::judge::{HOST, call, load, text};
use policyc_runtime::program::instr::{Class, Op};
use policyc_runtime::trace::{Event, Truth};
use policyc_runtime::{Host, Vm};

/// Constants, and a tool whose arguments `a` and `b` (anything, in registers 0 and 1) the code reads.
const HEAD: &str = r#"
now r0
tool s.t {
  a?: null | bool | number | string | [null | bool | number | string | {..} -> r0] | {..} -> r1,
  b?: null | bool | number | string | [null | bool | number | string | {..} -> r0] | {..} -> r2,
  t?: timestamp -> r3, m?: { * r4: number | string -> r1 }, p?: [{ x: number -> r0, y: string -> r1 } -> r2] -> r5 } registers 12 memos 2
allow yes
set colors "red" "green"
numbers round 10 20.5
pattern home prefix "https://"
pattern mid between "ab" "ba"
table prices "gold" 3 "open" true "name" "silver"
zone Z 3600 1000 7200 2000 3600 horizon 100000000
members mail 1 1 r6 2 r7
members words 11 0 r6
members query 15 0 r6 2 r7 "postgres"
"#;

/// The tool's source: `HEAD`'s lines that belong to one declaration are joined.
fn source(code: &str) -> String {
    let head = HEAD.replace(",\n", ", ");
    let head = head.replace("{\n", "{ ");
    format!("{head}\ncode s.t\n{code}\nmatch yes\nno:\nend\nlist s.t\nend")
}

fn host() -> Host<'static> {
    Host { now_ms: Some(1500), ..HOST }
}

/// What the last test of `code` comes to.
fn truth(code: &str, args: &str) -> Truth {
    let pdp = load(&source(code));
    let mut last = None;
    let mut listen = |event| {
        if let Event::Test { value, .. } = event {
            last = Some(value);
        }
    };
    let mut vm = Vm::new(&pdp);
    let decided = vm.decide_traced(&pdp, &call("s.t", args), &host(), &mut listen);
    assert_ne!(text(&decided), "deny by bad_arguments", "{args}: {:?}", decided.detail());
    assert_ne!(text(&decided), "deny by bad_request", "{args}: {:?}", decided.detail());
    last.unwrap_or_else(|| panic!("no test in {code}"))
}

/// `code` ends with a test without flags that goes to `no`: checks its value, and the way each combination of flags takes.
fn check(code: &str, args: &str, value: Truth) {
    assert_eq!(truth(code, args), value, "{code} on {args}");
    for (flags, on) in [
        ("", value == Truth::True),
        (" not", value == Truth::False),
        (" unknown", value != Truth::False),
        (" not unknown", value != Truth::True),
    ] {
        let pdp = load(&source(&format!("{code}{flags}")));
        let expected = if on { "allow by yes" } else { "deny by default_deny" };
        let mut vm = Vm::new(&pdp);
        assert_eq!(text(&vm.decide(&pdp, &call("s.t", args), &host())), expected, "{code}{flags} on {args}");
    }
}

use Truth::{False, True, Unknown};

/// One value of each kind, as the argument `a`.
const KINDS: [&str; 9] = [
    "{}",
    r#"{"a":null}"#,
    r#"{"a":true}"#,
    r#"{"a":7}"#,
    r#"{"a":7.5}"#,
    r#"{"a":"red"}"#,
    r#"{"a":["red"]}"#,
    r#"{"a":[]}"#,
    r#"{"a":{"k":1}}"#,
];

/// A test on each kind of value.
fn kinds(code: &str, values: [Truth; 9]) {
    for (args, value) in KINDS.iter().zip(values) {
        check(code, args, value);
    }
}

#[test]
fn tests_that_are_never_unknown() {
    kinds("present r1 no", [False, False, True, True, True, True, True, True, True]);
    kinds("is_null r1 no", [False, True, False, False, False, False, False, False, False]);
    kinds("is_kind r1 1 no", [False, True, False, False, False, False, False, False, False]);
    kinds("is_kind r1 2 no", [False, False, True, False, False, False, False, False, False]);
    kinds("is_kind r1 4 no", [False, False, False, True, True, False, False, False, False]);
    kinds("is_kind r1 64 no", [False, False, False, True, False, False, False, False, False]);
    kinds("is_kind r1 8 no", [False, False, False, False, False, True, False, False, False]);
    kinds("is_kind r1 16 no", [False, False, False, False, False, False, True, True, False]);
    kinds("is_kind r1 32 no", [False, False, False, False, False, False, False, False, True]);
    kinds("is_kind r1 127 no", [False, True, True, True, True, True, True, True, True]);
}

#[test]
fn tests_of_one_kind_are_unknown_on_others() {
    let u = Unknown;
    kinds("is_true r1 no", [u, u, True, u, u, u, u, u, u]);
    kinds("eq_string r1 \"red\" no", [u, u, u, u, u, True, u, u, u]);
    kinds("compare_number r1 == 7 no", [u, u, u, True, False, u, u, u, u]);
    kinds("in_strings r1 colors no", [u, u, u, u, u, True, u, u, u]);
    kinds("in_numbers r1 round no", [u, u, u, False, False, u, u, u, u]);
    kinds("starts_with r1 \"re\" no", [u, u, u, u, u, True, u, u, u]);
    kinds("ends_with r1 \"ed\" no", [u, u, u, u, u, True, u, u, u]);
    kinds("contains r1 \"e\" no", [u, u, u, u, u, True, u, u, u]);
    kinds("matches r1 home no", [u, u, u, u, u, False, u, u, u]);
    kinds("under r1 \"/srv\" no", [u; 9]);
    kinds("in_cidr r1 \"10.0.0.0/8\" no", [u; 9]);
    kinds("list_has_string r1 \"red\" no", [u, u, u, u, u, u, True, False, u]);
    kinds("list_has_number r1 7 no", [u, u, u, u, u, u, u, False, u]);
    kinds("subset_strings r1 colors no", [u, u, u, u, u, u, True, True, u]);
    kinds("eq_regs r1 r1 no", [u, u, True, True, True, True, u, u, u]);
    kinds("compare_regs r1 r1 <= no", [u, u, u, True, True, u, u, u, u]);
    kinds("list_has_reg r1 r1 no", [u, u, u, u, u, u, u, False, u]);
    kinds("starts_with_reg r1 r1 no", [u, u, u, u, u, True, u, u, u]);
    kinds("ends_with_reg r1 r1 no", [u, u, u, u, u, True, u, u, u]);
    kinds("contains_reg r1 r1 no", [u, u, u, u, u, True, u, u, u]);
    kinds("mentions r1 r1 no", [u, u, u, u, u, True, u, u, u]);
    kinds("subset_regs r1 r1 no", [u, u, u, u, u, u, True, True, u]);
    kinds("same_length r1 r1 no", [u, u, u, u, u, u, True, True, u]);
}

#[test]
fn comparisons() {
    for (code, below, equal, above) in [
        ("==", False, True, False),
        ("!=", True, False, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
    ] {
        for (a, value) in [("9.999999999", below), ("1e1", equal), ("10.000000001", above)] {
            check(&format!("compare_number r1 {code} 10 no"), &format!(r#"{{"a":{a}}}"#), value);
            check(&format!("compare_regs r1 r2 {code} no"), &format!(r#"{{"a":{a},"b":10}}"#), value);
        }
    }
    check("compare_number r1 == -0.5 no", r#"{"a":-0.5}"#, True);
    check("in_numbers r1 round no", r#"{"a":20.50}"#, True);
}

#[test]
fn two_registers() {
    for (code, args, value) in [
        ("eq_regs r1 r2 no", r#"{"a":"x","b":"x"}"#, True),
        ("eq_regs r1 r2 no", r#"{"a":"x","b":"\u0078"}"#, True),
        ("eq_regs r1 r2 no", r#"{"a":"x","b":"y"}"#, False),
        ("eq_regs r1 r2 no", r#"{"a":1,"b":1.0}"#, True),
        ("eq_regs r1 r2 no", r#"{"a":1,"b":"1"}"#, Unknown),
        ("eq_regs r1 r2 no", r#"{"a":true,"b":false}"#, False),
        ("eq_regs r1 r2 no", r#"{"a":null,"b":null}"#, Unknown),
        ("compare_regs r1 r2 < no", r#"{"a":1,"b":"2"}"#, Unknown),
        ("list_has_reg r1 r2 no", r#"{"a":[1,"x"],"b":"x"}"#, True),
        ("list_has_reg r1 r2 no", r#"{"a":[1,"x"],"b":"y"}"#, Unknown),
        ("list_has_reg r1 r2 no", r#"{"a":["x"],"b":"y"}"#, False),
        ("list_has_reg r1 r2 no", r#"{"a":["x"]}"#, Unknown),
        ("starts_with_reg r1 r2 no", r#"{"a":"abc","b":"ab"}"#, True),
        ("starts_with_reg r1 r2 no", r#"{"a":"abc","b":"bc"}"#, False),
        ("ends_with_reg r1 r2 no", r#"{"a":"abc","b":"bc"}"#, True),
        ("ends_with_reg r1 r2 no", r#"{"a":"c","b":"bc"}"#, False),
        ("contains_reg r1 r2 no", r#"{"a":"abc","b":"b"}"#, True),
        ("contains_reg r1 r2 no", r#"{"a":"abc","b":""}"#, True),
        ("contains_reg r1 r2 no", r#"{"a":"abc","b":"x"}"#, False),
        ("contains_reg r1 r2 no", r#"{"a":"abc","b":1}"#, Unknown),
        ("mentions r1 r2 no", r#"{"a":"pay order 12 now","b":"12"}"#, True),
        ("mentions r1 r2 no", r#"{"a":"pay order 123 now","b":"12"}"#, False),
        ("mentions r1 r2 no", r#"{"a":"x","b":"longer"}"#, False),
        ("mentions r1 r2 no", r#"{"a":"x","b":""}"#, Unknown),
        ("subset_regs r1 r2 no", r#"{"a":["x"],"b":["y","x"]}"#, True),
        ("subset_regs r1 r2 no", r#"{"a":["x","z"],"b":["y","x"]}"#, False),
        ("subset_regs r1 r2 no", r#"{"a":[1],"b":["y"]}"#, Unknown),
        ("subset_regs r1 r2 no", r#"{"a":[1,"z"],"b":["y"]}"#, False),
        ("subset_regs r1 r2 no", r#"{"a":[],"b":["y"]}"#, True),
        ("subset_regs r1 r2 no", r#"{"a":[]}"#, Unknown),
        ("same_length r1 r2 no", r#"{"a":[1],"b":["y"]}"#, True),
        ("same_length r1 r2 no", r#"{"a":[1],"b":[]}"#, False),
    ] {
        check(code, args, value);
    }
}

#[test]
fn texts_and_lists() {
    for (code, args, value) in [
        ("eq_string r1 \"red\" no", r#"{"a":"Red"}"#, False),
        ("eq_string r1 \"red\" no", r#"{"a":"r\u0065d"}"#, True),
        ("in_strings r1 colors no", r#"{"a":"blue"}"#, False),
        ("contains r1 \"b\" no", r#"{"a":"abc"}"#, True),
        ("contains r1 \"bd\" no", r#"{"a":"abc"}"#, False),
        ("matches r1 home no", r#"{"a":"https://a"}"#, True),
        ("matches r1 mid no", r#"{"a":"aba"}"#, False),
        ("matches r1 mid no", r#"{"a":"abba"}"#, True),
        ("under r1 \"/srv\" no", r#"{"a":"/srv/x"}"#, True),
        ("under r1 \"/srv\" no", r#"{"a":"/srv/../etc"}"#, False),
        ("in_cidr r1 \"10.0.0.0/8\" no", r#"{"a":"10.1.2.3"}"#, True),
        ("in_cidr r1 \"10.0.0.0/8\" no", r#"{"a":"::ffff:10.1.2.3"}"#, True),
        ("in_cidr r1 \"10.0.0.0/8\" no", r#"{"a":"11.1.2.3"}"#, False),
        ("list_has_string r1 \"red\" no", r#"{"a":["blue"]}"#, False),
        ("list_has_string r1 \"red\" no", r#"{"a":["blue",null]}"#, Unknown),
        ("list_has_string r1 \"red\" no", r#"{"a":[1,"red"]}"#, True),
        ("list_has_number r1 2 no", r#"{"a":[1,2.0]}"#, True),
        ("list_has_number r1 2 no", r#"{"a":[1,3]}"#, False),
        ("list_has_number r1 2 no", r#"{"a":["2"]}"#, Unknown),
        ("subset_strings r1 colors no", r#"{"a":["red","green"]}"#, True),
        ("subset_strings r1 colors no", r#"{"a":["red",1]}"#, Unknown),
        ("subset_strings r1 colors no", r#"{"a":["blue",1]}"#, False),
    ] {
        check(code, args, value);
    }
}

/// What register 8 holds after `code`, tested for equality with a constant; missing is unknown.
fn computes(code: &str, args: &str, constant: &str) {
    let test = match constant {
        "missing" => return check(&format!("{code}\nis_kind r8 127 no"), args, False),
        "null" => return check(&format!("{code}\nis_null r8 no"), args, True),
        "true" => return check(&format!("{code}\nis_true r8 no"), args, True),
        "false" => return check(&format!("{code}\nis_true r8 no"), args, False),
        text if text.starts_with('"') => format!("eq_string r8 {text} no"),
        number => format!("compare_number r8 == {number} no"),
    };
    check(&format!("{code}\n{test}"), args, True);
}

#[test]
fn loads_and_moves() {
    computes("load_bool r8 true", "{}", "true");
    computes("load_bool r8 false", "{}", "false");
    computes("load_number r8 -1.5", "{}", "-1.5");
    computes("load_string r8 \"x\"", "{}", "\"x\"");
    computes("load_bool r8 true\nclear r8", "{}", "missing");
    computes("move r8 r1", r#"{"a":"x"}"#, "\"x\"");
    computes("load_number r8 1\nmove r8 r1", "{}", "missing");
    computes("move r8 r1\ncoalesce r8 r2", r#"{"a":null,"b":"y"}"#, "\"y\"");
    computes("move r8 r1\ncoalesce r8 r2", r#"{"b":"y"}"#, "\"y\"");
    computes("move r8 r1\ncoalesce r8 r2", r#"{"a":"x","b":"y"}"#, "\"x\"");
    computes("move r8 r1\ncoalesce r8 r2", r#"{"a":false,"b":true}"#, "false");
}

#[test]
fn arithmetic() {
    let sum = "move r8 r1\nadd_scaled r8 r2 2.5";
    computes(sum, r#"{"a":1,"b":2}"#, "6");
    computes(sum, r#"{"a":1}"#, "missing");
    computes(sum, r#"{"b":1}"#, "missing");
    computes(sum, r#"{"a":"1","b":2}"#, "missing");
    computes("load_number r8 0\nadd_scaled r8 r2 0.5", r#"{"b":0.000000001}"#, "missing");
    computes("move r8 r1\nadd_number r8 -0.1", r#"{"a":0.3}"#, "0.2");
    computes("move r8 r1\nadd_number r8 1", r#"{"a":true}"#, "missing");
    computes("negate r8 r1", r#"{"a":0.25}"#, "-0.25");
    computes("negate r8 r1", r#"{"a":"x"}"#, "missing");
}

#[test]
fn sizes_and_places() {
    computes("length r8 r1", r#"{"a":"h\u00e9llo😀"}"#, "6");
    computes("length r8 r1", r#"{"a":["x"]}"#, "missing");
    computes("count r8 r1", r#"{"a":["x",1,null]}"#, "3");
    computes("count r8 r1", r#"{"a":[]}"#, "0");
    computes("count r8 r1", r#"{"a":"x"}"#, "missing");
    computes("count r8 r4", r#"{"m":{"k":1,"l":2}}"#, "2");
    computes("first r8 r1 0", r#"{"a":["x",1]}"#, "\"x\"");
    computes("last r8 r1 0", r#"{"a":["x",1]}"#, "1");
    computes("first r8 r1 0", r#"{"a":[]}"#, "missing");
    computes("last r8 r1 0", r#"{"a":[]}"#, "missing");
    computes("first r8 r1 9", r#"{"a":["x"]}"#, "missing");
    computes("last r8 r5 1", r#"{"p":[{"x":1,"y":"p"},{"x":2,"y":"q"}]}"#, "\"q\"");
    computes("lower r8 r1", r#"{"a":"ÄBc"}"#, "\"Äbc\"");
    computes("lower r8 r1", r#"{"a":1}"#, "missing");
}

#[test]
fn tables_and_maps() {
    computes("table_get r8 r1 prices", r#"{"a":"gold"}"#, "3");
    computes("table_get r8 r1 prices", r#"{"a":"open"}"#, "true");
    computes("table_get r8 r1 prices", r#"{"a":"name"}"#, "\"silver\"");
    computes("table_get r8 r1 prices", r#"{"a":"tin"}"#, "missing");
    computes("table_get r8 r1 prices", "{}", "missing");
    let get = "load_string r8 \"k\"\nmap_get r8 r4 1";
    computes(get, r#"{"m":{"j":1,"k":2}}"#, "2");
    computes(get, r#"{"m":{"j":1,"\u006b":"v"}}"#, "\"v\"");
    computes(get, r#"{"m":{"j":1}}"#, "missing");
    computes(get, "{}", "missing");
}

#[test]
fn times() {
    computes("hour r8 r3 Z", r#"{"t":"1970-01-01T00:00:00Z"}"#, "1");
    computes("hour r8 r0 Z", "{}", "2");
    computes("weekday r8 r3 Z", r#"{"t":"1970-01-01T22:59:59Z"}"#, "\"thu\"");
    computes("weekday r8 r3 Z", r#"{"t":"1970-01-01T23:00:00Z"}"#, "\"fri\"");
    computes("civil_date r8 r3 Z", r#"{"t":"1970-01-01T23:00:00Z"}"#, "1");
    computes("hour r8 r1 Z", r#"{"a":"x"}"#, "missing");
    // Past the table's horizon nothing is known, and the whole decision says so.
    let pdp = load(&source("hour r8 r3 Z"));
    let mut vm = Vm::new(&pdp);
    let late = r#"{"t":"1970-01-03T00:00:00Z"}"#;
    assert_eq!(text(&vm.decide(&pdp, &call("s.t", late), &host())), "deny by state_unavailable");
}

#[test]
fn views() {
    computes("view r1 mail\nmove r8 r6", r#"{"a":"x@Corp.example"}"#, "\"corp.example\"");
    computes("view r1 mail\nmove r8 r7", r#"{"a":"x@Corp.example"}"#, "\"x@corp.example\"");
    // The text has an escape, so both it and what is read from it are made of new bytes.
    computes("view r1 mail\nmove r8 r6", r#"{"a":"\u0078@corp.example"}"#, "\"corp.example\"");
    computes("load_number r6 1\nview r1 mail\nmove r8 r6", r#"{"a":"no address"}"#, "missing");
    computes("load_number r6 1\nview r1 mail\nmove r8 r6", r#"{"a":1}"#, "missing");
    computes("view r1 query\nmove r8 r6", r#"{"a":"SELECT 1"}"#, "true");
    computes("view r1 query\nmove r8 r6", r#"{"a":"SELECT nextval('s')"}"#, "false");
    computes("view r1 query\nfirst r8 r7 0", r#"{"a":"DELETE FROM Users"}"#, "\"users\"");
    computes("load_number r6 1\nview r1 query\nmove r8 r6", r#"{"a":"SELEC 1"}"#, "missing");
    computes("view r1 words\ncount r8 r6", r#"{"a":"one two"}"#, "2");
    computes("view r1 words\nlast r8 r6 0", r#"{"a":"one tw\u006f"}"#, "\"two\"");
    check("view r1 words\nlist_has_string r6 \"two\" no", r#"{"a":"one two"}"#, True);
    computes("load_string r9 \"of constants too\"\nview r9 words\nfirst r8 r6 0", "{}", "\"of\"");
}

#[test]
fn control() {
    computes("jump on\nload_bool r8 true\non:\nload_number r8 1", "{}", "1");
    let switch = "switch r1 \"x\" one \"y\" two default other missing none\none:\nload_number r8 1\njump out\ntwo:\nload_number r8 2\njump out\nother:\nload_number r8 3\njump out\nnone:\nload_number r8 4\nout:";
    for (args, constant) in [
        (r#"{"a":"x"}"#, "1"),
        (r#"{"a":"\u0079"}"#, "2"),
        (r#"{"a":"z"}"#, "3"),
        (r#"{"a":1}"#, "4"),
        (r#"{"a":null}"#, "4"),
        ("{}", "4"),
    ] {
        computes(switch, args, constant);
    }
    for (value, truth) in [("true", True), ("false", False), ("unknown", Unknown)] {
        let code =
            |flags: &str| format!("memo_set {value} m1\nmemo_test on m1 no{flags}\nload_bool r8 true\non:");
        assert_eq!(self::truth(&code(""), "{}"), truth);
        for (flags, on) in [
            ("", truth == True),
            (" not", truth == False),
            (" unknown", truth != False),
            (" not unknown", truth != True),
        ] {
            let pdp = load(&source(&code(flags)));
            let expected = if on { "allow by yes" } else { "deny by default_deny" };
            assert_eq!(text(&Vm::new(&pdp).decide(&pdp, &call("s.t", "{}"), &host())), expected);
        }
    }
    // A cell that was not computed falls through.
    computes("memo_test no m0 no\nload_number r8 1", "{}", "1");
}

#[test]
fn loops() {
    // The sum of a list: numbers alone.
    let sum = "load_number r8 0\nloop r1 d0 - out\nin:\nadd_scaled r8 e0.0 1\nnext d0 in\nout:";
    computes(sum, r#"{"a":[1,2.5,3]}"#, "6.5");
    computes(sum, r#"{"a":[]}"#, "0");
    computes(sum, "{}", "0");
    computes(sum, r#"{"a":[1,"x"]}"#, "missing");
    // Pairs of two lists.
    let zip = "load_number r8 0\nloop r1 d0 r2 out\nin:\ncompare_regs e0.0 e1.0 < skip\nadd_number r8 1\nskip:\nnext d0 in\nout:";
    computes(zip, r#"{"a":[1,2,3],"b":[2,1,4]}"#, "2");
    computes(zip, r#"{"a":[1,2,3],"b":[2,1]}"#, "0");
    computes(zip, r#"{"a":[1,2,3]}"#, "0");
    // Loops in loops: pairs of equal elements; a jump out of both.
    let pairs = "load_number r8 0\nloop r1 d0 - out\nin:\nloop r2 d1 - out2\nin2:\neq_regs e0.0 e1.0 skip\nadd_number r8 1\nskip:\nnext d1 in2\nout2:\nnext d0 in\nout:";
    computes(pairs, r#"{"a":["x","y"],"b":["y","x","y"]}"#, "3");
    let jump = "load_number r8 0\nloop r1 d0 - out\nin:\nloop r2 d1 - out2\nin2:\nadd_number r8 1\ncompare_number e1.0 == 2 on\njump out\non:\nnext d1 in2\nout2:\nnext d0 in\nout:";
    computes(jump, r#"{"a":[1,1],"b":[1,2,3]}"#, "2");
    // Lists within records, and places in them.
    let nested = "load_number r8 0\nloop r5 d2 - out\nin:\nadd_scaled r8 e2.0 1\nnext d2 in\nout:";
    computes(nested, r#"{"p":[{"x":1,"y":"p"},{"x":2,"y":"q"}]}"#, "3");
}

#[test]
fn every_operation_is_tested_here() {
    let text = concat!(include_str!("ops.rs"), include_str!("memory.rs"));
    for op in Op::ALL {
        // `end_denies` and what matches are tested with decisions.
        let covered =
            matches!(op.class(), Class::Statement) || *op == Op::EndDenies || text.contains(op.name());
        assert!(covered, "no test of {op}");
    }
}
