//! Makes a disagreement small. In: a policy and a request on which evaluators disagree. Out: fewer statements, fewer clauses, fewer
//! members, on which they still do.

use super::judge::{Judge, Mismatch};
use crate::generate::{ItemKind, PolicyText, Request, build};

/// Rounds over everything that can go.
const ROUNDS: usize = 4;

/// The smallest that greedy deletion finds.
pub(super) fn shrink(
    policy: &PolicyText,
    request: &Request,
    mismatch: &Mismatch,
) -> (PolicyText, Request, Mismatch) {
    let mut best = (policy.clone(), request.clone(), mismatch.clone());
    for _ in 0..ROUNDS {
        let before = (best.0.items.clone(), best.1.clone());
        drop_items(&mut best);
        drop_lines(&mut best);
        drop_text(&mut best, |request| &mut request.args);
        drop_text(&mut best, |request| &mut request.principal);
        drop_text(&mut best, |request| &mut request.session);
        if (best.0.items.clone(), best.1.clone()) == before {
            break;
        }
    }
    best
}

type Case = (PolicyText, Request, Mismatch);

/// Takes the change if the evaluators still disagree.
fn keep(best: &mut Case, policy: PolicyText, request: Request) -> bool {
    let Some(built) = build(policy) else { return false };
    let Ok(mut judge) = Judge::new(&built) else { return false };
    let found = judge.agree(&request).err();
    let kept = found.map(|mismatch| *mismatch);
    match kept {
        Some(mismatch) => {
            *best = (built.source.clone(), request, mismatch);
            true
        }
        None => false,
    }
}

fn drop_items(best: &mut Case) {
    let mut index = best.0.items.len();
    while index > 0 {
        index -= 1;
        let mut policy = best.0.clone();
        if index < policy.items.len() {
            policy.items.remove(index);
            let request = best.1.clone();
            keep(best, policy, request);
        }
    }
}

/// Clauses of statements stand on lines of their own.
fn drop_lines(best: &mut Case) {
    for item in 0..best.0.items.len() {
        let Some(kept) = best.0.items.get(item) else { return };
        if kept.kind != ItemKind::Statement {
            continue;
        }
        let mut line = kept.text.lines().count();
        while line > 1 {
            line -= 1;
            let mut policy = best.0.clone();
            let Some(changed) = policy.items.get_mut(item) else { return };
            let lines: Vec<&str> = changed
                .text
                .lines()
                .enumerate()
                .filter(|(at, _)| *at != line)
                .map(|(_, text)| text)
                .collect();
            changed.text = lines.join("\n");
            let request = best.1.clone();
            keep(best, policy, request);
        }
    }
}

/// Members of an object, each in turn, if the bytes are plain JSON.
fn drop_text(best: &mut Case, part: fn(&mut Request) -> &mut Vec<u8>) {
    let mut request = best.1.clone();
    let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(part(&mut request)) else { return };
    let mut kept = members.clone();
    for key in members.keys() {
        let mut fewer = kept.clone();
        fewer.remove(key);
        let mut request = best.1.clone();
        *part(&mut request) = serde_json::Value::Object(fewer.clone()).to_string().into_bytes();
        let policy = best.0.clone();
        if keep(best, policy, request) {
            kept = fewer;
        }
    }
}
