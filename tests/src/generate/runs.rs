//! Runs of several steps. In: a seed. Out: calls, outcomes in any order, labels that the host sets, and time that mostly goes on.

use super::rng::Rng;
use super::stateful::TOOLS;
use std::fmt;

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// A result as JSON.
    Returns(String),
    /// A result that is text and no JSON.
    Says(String),
    /// The server answered an error.
    Fails,
    /// Nobody knows.
    Lost,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// So many milliseconds go by.
    Wait(i64),
    /// A call.
    Call {
        /// Names it for its outcome.
        number: usize,
        /// The principal and its session.
        who: (usize, usize),
        /// The tool.
        tool: &'static str,
        /// The arguments.
        args: String,
        /// It runs if it asks.
        consent: bool,
    },
    /// The outcome of the call of that number, if it runs.
    Ends(usize, Ending),
    /// The host sets a label.
    Label((usize, usize), &'static str),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait(ms) => write!(f, "wait {ms} ms"),
            Self::Call { number, who, tool, args, consent } => {
                let consent = if *consent { ", consented to" } else { "" };
                write!(f, "#{number}: principal {} in session {}: call {tool} {args}{consent}", who.0, who.1)
            }
            Self::Ends(number, Ending::Returns(json)) => write!(f, "#{number} returns {json}"),
            Self::Ends(number, Ending::Says(text)) => write!(f, "#{number} says {text:?}"),
            Self::Ends(number, Ending::Fails) => write!(f, "#{number} fails"),
            Self::Ends(number, Ending::Lost) => write!(f, "#{number} is lost"),
            Self::Label(who, label) => write!(f, "principal {} in session {}: label {label}", who.0, who.1),
        }
    }
}

/// When a run begins: two hours before London's clocks go forward, or back; or at a month's end.
pub const STARTS: [i64; 3] = [1_806_188_400_000, 1_824_938_400_000, 1_798_754_000_000];

const WAITS: [i64; 12] =
    [0, 1, 60_000, 299_999, 300_000, 300_001, 600_000, 3_600_000, 86_400_000, -1, -60_000, -3_600_000];

/// A random run.
#[must_use]
pub fn random_run(rng: &mut Rng) -> Vec<Step> {
    let mut out = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let wide = rng.chance(30);
    let steps = 4 + rng.below(14);
    let mut number = 0;
    while out.len() < steps {
        let who = if wide { (rng.below(2), rng.below(2)) } else { (0, usize::from(rng.chance(10))) };
        match rng.below(20) {
            0..=2 => out.push(Step::Wait(rng.pick(&WAITS).copied().unwrap_or_default())),
            3 => out.push(Step::Label(who, rng.word(&["tainted", "marked"]))),
            4..=8 if !open.is_empty() => {
                let call = open.swap_remove(rng.below(open.len()));
                out.push(Step::Ends(call, ending(rng)));
            }
            _ => {
                let (tool, args, consent) = (rng.word(&TOOLS), args(rng), rng.chance(60));
                out.push(Step::Call { number, who, tool, args, consent });
                if rng.chance(50) {
                    out.push(Step::Ends(number, ending(rng)));
                } else {
                    open.push(number);
                }
                number += 1;
            }
        }
    }
    out
}

fn args(rng: &mut Rng) -> String {
    let mut members = vec![format!("\"id\":{}", rng.word(&["\"a\"", "\"a\"", "\"b\"", "\"c\""]))];
    let more = [
        ("to", ["\"ann\"", "\"bob\"", "\"ann\"", "\"a\""], 92),
        ("amount", ["1", "2.5", "0", "1"], 92),
        ("flag", ["true", "false", "true", "false"], 60),
    ];
    for (name, values, percent) in more {
        if rng.chance(percent) {
            members.push(format!("\"{name}\":{}", rng.word(&values)));
        }
    }
    if rng.chance(4) {
        members.push(
            rng.word(&["\"to\":null", "\"amount\":-1", "\"amount\":0.0000000001", "\"more\":1"]).to_owned(),
        );
    }
    format!("{{{}}}", members.join(","))
}

fn ending(rng: &mut Rng) -> Ending {
    match rng.below(20) {
        0 | 1 => Ending::Fails,
        2 => Ending::Lost,
        3 => Ending::Says(rng.word(&["", "done", "held by ann"]).to_owned()),
        4 => Ending::Returns(misfit(rng).to_owned()),
        _ => Ending::Returns(result(rng)),
    }
}

fn misfit(rng: &mut Rng) -> &'static str {
    rng.word(&[
        "{}",
        "[]",
        "null",
        "{\"status\":1,\"owner\":\"ann\",\"items\":[]}",
        "{\"status\":\"open\",\"owner\":\"ann\",\"items\":[{\"id\":\"a\"}]}",
        "{\"status\":\"open\",\"status\":\"held\",\"owner\":\"ann\",\"items\":[]}",
        "{\"status\":\"open\"",
    ])
}

fn result(rng: &mut Rng) -> String {
    let status = |rng: &mut Rng| rng.word(&["\"open\"", "\"held\"", "\"open\"", "\"ann\""]);
    let mut members = vec![format!("\"status\":{}", status(rng))];
    if rng.chance(85) {
        members.push(format!("\"owner\":{}", rng.word(&["\"ann\"", "\"bob\"", "\"a\""])));
    }
    if rng.chance(70) {
        members.push(format!("\"total\":{}", rng.word(&["1", "2.5", "4", "0"])));
    }
    if rng.chance(85) {
        let count = rng.below(4);
        let items: Vec<String> = (0..count)
            .map(|_| {
                format!("{{\"id\":{},\"status\":{}}}", rng.word(&["\"a\"", "\"b\"", "\"ann\""]), status(rng))
            })
            .collect();
        members.push(format!("\"items\":[{}]", items.join(",")));
    }
    format!("{{{}}}", members.join(","))
}
