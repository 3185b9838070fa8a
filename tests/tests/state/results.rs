//! Results that are not as a policy declares them: not JSON, too large, without a field, of another type, cut in the middle. What they
//! should have taught stays unknown, the gate says why, and what a result rule covers is withheld.

use super::world::{Agent, load, succeeds};
use policyc_runtime::Pdp;
use policyc_runtime::decision::Decision;
use policyc_runtime::gate::Outcome;
use policyc_store::Memory;

const ID: &str = r#""id":{"type":"string"}"#;
const A: &str = r#"{"id":"a"}"#;

fn pdp() -> Pdp {
    load(
        &[("look", ID), ("peek", ID), ("go", ID)],
        r#"
        result s.look, s.peek: { status: "open" | "shut", owner: string, total?: decimal, at?: timestamp, tags: list<string> }
        fact status(id: string): string after s.look, s.peek: status(args.id) = result.status
        fact owner(id: string): string after s.look, s.peek: owner(args.id) = result.owner
        rule look: allow s.look, s.peek
        rule go: allow s.go when status(args.id) == "open" and owner(args.id) == "ann"
        redact notes on s.peek: paths result..note
        "#,
    )
}

const GOOD: &str = r#"{"status":"open","owner":"ann","tags":[]}"#;

/// What the gate says of a result; whatever it says, nothing of it is known.
fn unfit(result: &str, text: &str) -> String {
    let (pdp, store) = (pdp(), Memory::new());
    let mut agent = Agent::new(&pdp, &store);
    assert!(agent.run("look", A, GOOD));
    assert_eq!(agent.decide("go", A), Decision::Allow);
    let admission = agent.admit("look", A).unwrap();
    let outcome = Outcome::Success { result: result.as_bytes(), text: text.as_bytes() };
    let learned = agent.learn(&admission, &outcome);
    assert_eq!(agent.decide("go", A), Decision::Deny, "{result:.100}");
    assert_eq!(learned.changes, [], "{result:.100}");
    // The next one that fits is believed again.
    assert!(agent.run("look", A, GOOD));
    assert_eq!(agent.decide("go", A), Decision::Allow);
    learned.unfit.unwrap()
}

#[test]
fn results_that_do_not_fit_teach_nothing_and_say_why() {
    let check = |result: &str, expected: &str| assert_eq!(unfit(result, result), expected);
    check("done", "the result is not strict JSON: something that cannot stand there at byte 0");
    assert_eq!(unfit("", "done"), "the result is not JSON");
    check(r#"{"status":"open","owner":"ann"}"#, "result field `tags` is missing");
    check(
        r#"{"status":"open","owner":7,"tags":[]}"#,
        "result field `owner` is a number where a string is required",
    );
    check(
        r#"{"status":"held","owner":"ann","tags":[]}"#,
        "result field `status` is none of the accepted values: `open`, `shut`",
    );
    check(
        r#"{"status":"open","owner":null,"tags":[]}"#,
        "result field `owner` is null where a string is required",
    );
    check(
        r#"[{"status":"open","owner":"ann","tags":[]}]"#,
        "the result is an array where an object is required",
    );
    check(
        r#"{"status":"open","owner":"ann","tags":[],"total":"1"}"#,
        "result field `total` is a string where a number is required",
    );
    check(
        r#"{"status":"open","owner":"ann","tags":[],"at":"yesterday"}"#,
        "result field `at` is no timestamp such as `2027-01-01T09:00:00Z`",
    );
    check(
        r#"{"status":"open","status":"open","owner":"ann","tags":[]}"#,
        "result field `status` occurs twice",
    );
    check(
        r#"{"status":"open","owner":"ann","tags":["#,
        "the result is not strict JSON: the text ends too early at byte 39",
    );
    check(
        "{\"status\":\"open\",\"owner\":\"\u{0}\",\"tags\":[]}",
        "the result is not strict JSON: a control character in a string at byte 26",
    );
}

#[test]
fn a_result_of_ten_megabytes_teaches_nothing_and_is_withheld_where_rules_cover_it() {
    let long = format!(r#"{{"status":"open","owner":"ann","tags":[],"note":"{}"}}"#, "x".repeat(10_000_000));
    let many = format!(r#"{{"status":"open","owner":"ann","tags":[{}"x"]}}"#, r#""x","#.repeat(2_500_000));
    let deep = format!("{}{}", "[".repeat(5_000_000), "]".repeat(5_000_000));
    assert_eq!(unfit(&long, ""), "the result: more bytes than the policy reads");
    assert_eq!(unfit(&many, ""), "the result: more bytes than the policy reads");
    assert_eq!(unfit(&deep, ""), "the result: more bytes than the policy reads");
    for result in [long, many, deep] {
        let sent = format!(r#"{{"content":[],"structuredContent":{result}}}"#);
        let (pdp, store) = (pdp(), Memory::new());
        let mut agent = Agent::new(&pdp, &store);
        let (covered, open) = (agent.admit("peek", A).unwrap(), agent.admit("look", A).unwrap());
        assert!(!agent.answer(&covered, &sent), "what cannot be searched is not shown");
        assert!(agent.answer(&open, &sent), "nobody wants it searched");
        assert_eq!(agent.decide("go", A), Decision::Deny);
    }
}

#[test]
fn a_server_s_error_and_a_lost_answer_teach_nothing() {
    let (pdp, store) = (pdp(), Memory::new());
    for outcome in [Outcome::Failure, Outcome::Unknown, Outcome::Unsent] {
        let mut agent = Agent::new(&pdp, &store);
        let admission = agent.admit("look", A).unwrap();
        assert_eq!(agent.learn(&admission, &outcome).unfit, None);
        assert_eq!(agent.decide("go", A), Decision::Deny);
    }
    let mut agent = Agent::new(&pdp, &store);
    let admission = agent.admit("look", A).unwrap();
    agent.tell(&admission, &succeeds(GOOD));
    assert_eq!(agent.decide("go", A), Decision::Allow);
}
