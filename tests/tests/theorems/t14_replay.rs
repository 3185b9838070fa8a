//! T14: the same program and a complete recording give identical records; whatever bytes of results are missing, a verdict is the same or
//! inconclusive. In: runs of several steps as recordings. Out: verdicts as `--bless` writes them, compared line by line.

use crate::history::{hosts, policies, run};
use policyc_compiler::replay::{Options, Replay, Replayed};
use policyc_runtime::Pdp;
use policyc_tests::generate::{Ending, Rng, SERVER, Step};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A run as a recording v1: what waits for an outcome goes on in the same turn.
fn recording(start_ms: i64, steps: &[Step]) -> String {
    let mut out = String::new();
    for who in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let (principal, session) = hosts(who);
        let _ = writeln!(
            out,
            r#"{{"v":1,"type":"session","session":"{}/{}","principal":{principal},"context":{session},"meta":{{}}}}"#,
            who.0, who.1
        );
    }
    let (mut now, mut turn, mut seqs) = (start_ms, 0_u64, [[0_u64; 2]; 2]);
    for step in steps {
        match step {
            Step::Wait(ms) => {
                now += ms;
                turn += 1;
            }
            Step::Label(..) | Step::Ends(..) => turn += 1,
            Step::Call { number, who, tool, args, .. } => {
                let seq = &mut seqs[who.0][who.1];
                let time = jiff::Timestamp::from_millisecond(now).unwrap();
                let result = ended(*number, steps);
                let _ = writeln!(
                    out,
                    r#"{{"v":1,"type":"call","session":"{}/{}","seq":{seq},"time":"{time}","server":"{SERVER}","tool":"{tool}","args":{args},"result":{result},"label":null,"meta":{{"turn":{turn}}}}}"#,
                    who.0, who.1
                );
                *seq += 1;
            }
        }
    }
    out
}

fn ended(number: usize, steps: &[Step]) -> Value {
    let ending = steps.iter().find_map(|step| match step {
        Step::Ends(of, ending) if *of == number => Some(ending),
        _ => None,
    });
    let (structured, text, is_error) = match ending {
        None | Some(Ending::Lost) => return Value::Null,
        Some(Ending::Fails) => (Value::Null, "no", true),
        Some(Ending::Says(text)) => (Value::Null, &**text, false),
        // What is no JSON is a text, and so is one that says a thing twice.
        Some(Ending::Returns(json)) => (Value::Null, &**json, false),
    };
    json!({ "structured": structured, "text": text, "is_error": is_error, "truncated": false })
}

fn replay<'p>(pdp: &'p Pdp, text: &str, approve: bool) -> Replayed<'p> {
    let options = Options { bless: true, approve, record: true, ..Options::default() };
    let mut replay = Replay::new(pdp, options);
    replay.file("r", "r");
    text.lines().for_each(|line| replay.line(line.as_bytes()));
    replay.finish()
}

fn verdicts(replayed: &Replayed<'_>) -> Vec<String> {
    replayed.blessed.as_ref().unwrap().lines().map(str::to_owned).collect()
}

/// How many verdicts are inconclusive where another is, which is all that may differ.
fn same_or_inconclusive(whole: &[String], less: &[String], told: &dyn Fn() -> String) -> usize {
    assert_eq!(whole.len(), less.len(), "{}", told());
    let differing = whole.iter().zip(less).filter(|(whole, less)| whole != less);
    differing
        .map(|(whole, less)| {
            assert!(less.contains(r#""decision":"inconclusive""#), "{whole}\n{less}\n{}", told());
        })
        .count()
}

/// A line with another result; `None` if it stays. Everything else stays as it is written.
fn with_result(line: &str, change: impl FnOnce(Value) -> Option<Value>) -> Option<String> {
    let (before, rest) = line.split_once(r#""result":"#)?;
    let ends = [r#","label":"#, r#","unfit":"#, r#","changes":"#];
    let end = ends.iter().filter_map(|end| rest.find(end)).min()?;
    let result = change(serde_json::from_str(&rest[..end]).unwrap())?;
    Some(format!("{before}\"result\":{result}{}", &rest[end..]))
}

/// A result that is not there, or is cut.
fn without_result(line: &str, rng: &mut Rng) -> Option<String> {
    let cut = rng.chance(50);
    with_result(line, |result| {
        let is_error = result["is_error"] == true;
        let part = json!({ "structured": null, "text": "{", "is_error": is_error, "truncated": true });
        Some(if cut && !result.is_null() { part } else { Value::Null })
    })
}

/// The line without one byte of its result's text; `None` if there is none that can go.
fn without_byte(line: &str, rng: &mut Rng) -> Option<String> {
    with_result(line, |mut result| {
        let mut text = result["text"].as_str().filter(|text| !text.is_empty())?.to_owned();
        text.remove(rng.below(text.len()));
        result["text"] = text.into();
        Some(result)
    })
}

/// The text with some of its lines of a kind changed.
fn changed(
    text: &str,
    kind: &str,
    rng: &mut Rng,
    mut change: impl FnMut(&str, &mut Rng) -> Option<String>,
) -> String {
    let kind = format!(r#""type":"{kind}""#);
    let line = |line: &str| {
        let other = (line.contains(&kind) && rng.chance(30)).then(|| change(line, rng)).flatten();
        other.unwrap_or_else(|| line.to_owned()) + "\n"
    };
    text.lines().map(line).collect()
}

#[test]
fn t14_a_recording_is_replayed_as_it_was_or_the_verdict_is_inconclusive() {
    let (mut runs, mut calls, mut inconclusive, mut diverged) = (0, 0, 0, 0);
    for (built, pdp, mut rng) in policies(14, 220) {
        for _ in 0..4 {
            let (start, steps) = run(&mut rng);
            let (text, approve) = (recording(start, &steps), rng.chance(60));
            let told = || format!("{text}\n{}", built.source.text(0));
            let first = replay(&pdp, &text, approve);
            assert!(first.broken.is_empty(), "{:?}\n{}", first.broken, told());
            let (whole, logged) = (verdicts(&first), first.recorded.unwrap().unwrap());

            // Its own record, replayed by the same program, says nothing else.
            let again = replay(&pdp, &logged, false);
            assert_eq!((&again.diverged[..], &again.broken[..]), (&[][..], &[][..]), "{logged}\n{}", told());
            let inconclusive_then = whole.iter().filter(|line| line.contains("inconclusive")).count();
            if inconclusive_then == 0 {
                assert_eq!(verdicts(&again), whole, "{logged}\n{}", told());
            }
            let whole_again = verdicts(&again);
            assert_eq!(again.recorded.unwrap().unwrap(), logged, "{}", told());

            // What was learned stands beside a result that is cut, so nothing is lost with it.
            let cut = changed(&logged, "outcome", &mut rng, without_result);
            let known = replay(&pdp, &cut, false);
            assert_eq!(
                (verdicts(&known), known.diverged.len()),
                (whole_again.clone(), 0),
                "{cut}\n{}",
                told()
            );

            // Less of a result than there was is seen, and what follows is not taken for certain.
            let bytes = changed(&logged, "outcome", &mut rng, without_byte);
            let seen = replay(&pdp, &bytes, false);
            inconclusive +=
                same_or_inconclusive(&whole_again, &verdicts(&seen), &|| format!("{bytes}\n{}", told()));
            diverged += seen.diverged.len();

            // A recording v1 does not say what was learned.
            let cut = changed(&text, "call", &mut rng, without_result);
            let lost = replay(&pdp, &cut, approve);
            inconclusive += same_or_inconclusive(&whole, &verdicts(&lost), &|| format!("{cut}\n{}", told()));
            (runs, calls) = (runs + 1, calls + whole.len());
        }
    }
    println!(
        "T14: {runs} recordings of {calls} calls, {inconclusive} inconclusive verdicts, {diverged} differences seen"
    );
    assert!(runs > 700 && inconclusive > 300 && diverged > 100);
}
