//! Programs as a whole: plans of host values and maps, shared code, constants, notes, time zones.

use super::super::{EmitOptions, emit, zone_table};
use super::{Both, policy, program, tool};
use crate::ty::Ty;
use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use policyc_runtime::program::verify::MAX_REFERENCED_BYTES;
use std::fmt::Write;
use std::sync::Arc;

#[test]
fn semantics_28_host_text_is_not_empty_unless_it_is_optional() {
    let text = r#"
principal { id: string nick?: string }
session { customer: string }
rule named: deny s.t when has principal.nick
rule own: allow s.t when args.customer == session.customer
"#;
    let both = Both::new(&policy(&tool("t", r#""customer":{"type":"string"}"#, &[]), text));
    let decide = |principal, session| both.decide("t", r#"{"customer": ""}"#, principal, session);
    assert_eq!(decide(r#"{"id": "a"}"#, r#"{"customer": ""}"#), "deny by bad_context");
    assert_eq!(decide(r#"{"id": ""}"#, r#"{"customer": "c"}"#), "deny by bad_context");
    assert_eq!(decide(r#"{"id": "a", "nick": ""}"#, r#"{"customer": "c"}"#), "deny by default_deny");
    assert_eq!(decide(r#"{"id": "a", "nick": "n"}"#, r#"{"customer": "c"}"#), "deny by named");
    assert_eq!(decide(r#"{"id": "a", "more": {"x": 1}}"#, r#"{"customer": "c"}"#), "deny by default_deny");
}

#[test]
fn semantics_5_undeclared_keys_are_denied() {
    let properties = r#""o":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true},
        "m":{"type":"object","additionalProperties":{"type":"number"}}"#;
    let both = Both::new(&policy(&tool("t", properties, &[]), "rule a: allow s.t when args.m.x > 1\n"));
    let decide = |args| both.decide("t", args, "{}", "{}");
    assert_eq!(decide(r#"{"m": {"x": 2, "y": 0}}"#), "allow by a");
    assert_eq!(decide(r#"{"m": {"x": 2, "y": "0"}}"#), "deny by bad_arguments");
    assert_eq!(decide(r#"{"m": {"x": 2}, "o": {"b": 1}}"#), "deny by bad_arguments");
    assert_eq!(decide(r#"{"m": {"x": 2}, "more": 1}"#), "deny by bad_arguments");
}

#[test]
fn names_of_map_members_bind_members_that_a_condition_names() {
    let properties = r#""m":{"type":"object","additionalProperties":{"type":"number"},"propertyNames":{"pattern":"^[a-z]+$"}}"#;
    let text = "rule a: allow s.t when args.m.ab > 1\nrule b: allow s.t when args.m.\"A1\" > 1\n";
    let both = Both::new(&policy(&tool("t", properties, &[]), text));
    assert_eq!(both.decide("t", r#"{"m": {"ab": 2}}"#, "{}", "{}"), "allow by a");
    assert_eq!(both.decide("t", r#"{"m": {"A1": 2}}"#, "{}", "{}"), "deny by bad_arguments");
}

#[test]
fn recursive_types_are_validated_and_read_below() {
    let schema = r##"{"name":"t","inputSchema":{"type":"object","$defs":{"node":{"type":"object","properties":{"name":{"type":"string"},"below":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name"]}},"properties":{"top":{"$ref":"#/$defs/node"}},"required":["top"]}}"##;
    let text = "rule a: deny s.t when any n in (args.top.below ?? []): n.name == \"x\"\nrule b: allow s.t\n";
    let both = Both::new(&policy(schema, text));
    let decide = |args| both.decide("t", args, "{}", "{}");
    assert_eq!(decide(r#"{"top": {"name": "x"}}"#), "allow by b");
    assert_eq!(decide(r#"{"top": {"name": "a", "below": [{"name": "x"}]}}"#), "deny by a");
    assert_eq!(
        decide(r#"{"top": {"name": "a", "below": [{"name": "b", "below": [{"name": "x"}]}]}}"#),
        "allow by b"
    );
    assert_eq!(
        decide(r#"{"top": {"name": "a", "below": [{"name": "b", "below": [{"name": 5}]}]}}"#),
        "deny by bad_arguments"
    );
}

#[test]
fn equal_code_is_shared_and_constants_stand_once() {
    let tools = ["a", "b", "c"].map(|name| tool(name, r#""s":{"type":"string"}"#, &[])).join(",");
    let text =
        "rule a: deny s.a, s.b when args.s == \"x\"\nrule b: allow s.* when args.s in [\"x\", \"y\"]\n";
    let program = program(&policy(&tools, text), true);
    let [a, b, c] = program.tools.as_slice() else { panic!("three tools") };
    assert_eq!((a.entry, a.list_entry, a.args), (b.entry, b.list_entry, b.args));
    assert_ne!(a.entry, c.entry);
    assert_eq!(a.args, c.args);
    assert_eq!(program.strings, ["s", "x", "y"]);
}

#[test]
fn schema_patterns_that_cannot_run_are_noted() {
    let properties = r#""s":{"type":"string","pattern":"x"},"k":{"type":"string","pattern":"^[a-z]+$"}"#;
    let mut policy = policy(&tool("t", properties, &[]), "rule a: allow s.t\n").as_ref().clone();
    // The importer leaves out what it knows to be too large; a type may come from elsewhere.
    let mut args = policy.tools[0].args.as_ref().clone();
    let Ty::Kinds(kinds) = &mut Arc::make_mut(&mut args.root).fields.get_mut("s").unwrap().ty else {
        panic!("a scalar type")
    };
    Arc::make_mut(kinds).string.as_mut().unwrap().patterns = vec![Arc::from("[ab]*a[ab]{60}")];
    policy.tools[0].args = Arc::new(args);
    let emitted = emit(&policy, &EmitOptions::default()).unwrap();
    assert_eq!(
        emitted.notes,
        [
            "a schema's pattern is not enforced: `[ab]*a[ab]{60}` needs more than 1048576 bytes as an automaton; \
          bound its repetitions more tightly, or test the length with `length(…)`"
        ]
    );
    let both = Both::new(&policy);
    assert_eq!(both.decide("t", r#"{"k": "A"}"#, "{}", "{}"), "deny by bad_arguments");
    assert_eq!(both.decide("t", r#"{"k": "a", "s": "c"}"#, "{}", "{}"), "allow by a");
}

#[test]
fn zone_tables_say_what_the_database_says() {
    for name in ["Europe/London", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "UTC"] {
        let table = zone_table(name).unwrap();
        let zone = TimeZoneDatabase::bundled().get(name).unwrap();
        for year in 1900..2100_i16 {
            for month in [1, 4, 7, 10] {
                let date = jiff::civil::date(year, month, 15);
                let at = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
                let after = table.transitions.partition_point(|(from, _)| *from <= at.as_millisecond());
                let offset =
                    after.checked_sub(1).map_or(table.initial_offset, |index| table.transitions[index].1);
                assert_eq!(offset, zone.to_offset(at).seconds(), "{name} at {at}");
            }
        }
        assert_eq!(table.horizon, "2100-01-01T00:00Z".parse::<Timestamp>().unwrap().as_millisecond());
    }
    assert_eq!(zone_table("Europe/Lundon"), None);
    assert_eq!(zone_table("europe/london"), None);
}

#[test]
fn a_large_policy_refers_to_little_text() {
    let rules = 1_000;
    let mut text = String::from("principal { id: string }\n");
    for n in 0..rules {
        writeln!(
            text,
            "rule r{n}: allow s.t when args.a == \"value number {n}\" and args.b in [\"team {n}\", \"all\"]"
        )
        .unwrap();
    }
    let tool = tool("t", r#""a":{"type":"string"},"b":{"type":"string"}"#, &["a", "b"]);
    let bytes = program(&policy(&tool, &text), true).referenced_bytes();
    // Ten times the rules stay far below a tenth of what loaders accept.
    assert!(bytes * 10 < MAX_REFERENCED_BYTES / 10, "{bytes} bytes for {rules} rules");
}
