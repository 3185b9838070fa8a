//! Theorems T7 and T8 by every schedule of up to four calls: admissions and outcomes in all orders, each call with each outcome. In: a
//! policy with facts, a set, a counter, a label and a limit. Out: passes, if whatever runs would have run, too, had the admitted calls been
//! made one after the other in the order of their admissions; and what is known in the end is what would have been known, or less.
//!
//! A usual run tries calls that have to do with each other; `POLICYC_TEST_SCHEDULES=all` tries every three calls, and every four about one
//! fact (minutes).

use super::map::Map;
use super::model::{Kind, Model, Result};
use super::world::{Admission, Agent, load, succeeds};
use policyc_runtime::Pdp;
use policyc_runtime::decision::Decision;
use policyc_runtime::gate::Outcome;

const POLICY: &str = r#"
result s.get: { status: string }
result s.list: { name: string }
fact status(id: string): string
  after s.get: status(args.id) = result.status
  after s.set: status(args.id) = "cancelled"
  after s.close: forget status(args.id)
fact n(id: string): int
  after s.bump: n(args.id) += 1
  after s.reset: forget n(args.id)
fact seen: set<string>
  after s.list: add result.name
label dirty after s.look
limit spend: 2 per session on s.pay
rule free: allow s.get, s.close, s.reset, s.list, s.look, s.pay, s.send
rule set: allow s.set when status(args.id) == "pending"
rule reopen: allow s.open when status(args.id) == "open"
rule cancelled: allow s.cancelled when status(args.id) == "cancelled"
rule bump: allow s.bump when n(args.id) < 2
rule found: allow s.has when args.id in seen
rule clean: deny s.send when session has label dirty
"#;
const TOOLS: [&str; 12] =
    ["get", "set", "close", "bump", "reset", "list", "look", "pay", "send", "open", "cancelled", "has"];
const ARGS: &str = r#"{"id":"a"}"#;

fn pdp() -> Pdp {
    load(&TOOLS.map(|tool| (tool, r#""id":{"type":"string"}"#)), POLICY)
}

fn outcome(kind: Kind, result: Result) -> Outcome<'static> {
    match result {
        Result::Success => succeeds(kind.answer()),
        Result::Failure => Outcome::Failure,
        Result::Lost => Outcome::Unknown,
    }
}

/// A call on its way.
enum Stage {
    Planned,
    Refused,
    Flying(Admission<'static>),
    Ended(Admission<'static>, Result),
}

/// All schedules of some calls.
struct Search<'s> {
    map: &'s Map,
    agent: Agent<'s>,
    calls: Vec<Kind>,
    stages: Vec<Stage>,
    /// Calls in the order of their admissions or refusals.
    order: Vec<usize>,
    /// What happened, for people.
    told: Vec<String>,
    leaves: u64,
}

impl Search<'_> {
    fn go(&mut self) {
        let mut is_leaf = true;
        for call in 0..self.calls.len() {
            let results: &[Result] = match &self.stages[call] {
                Stage::Planned => {
                    is_leaf = false;
                    // Of equal calls the first is admitted first.
                    if !(0..call).any(|other| self.calls[other] == self.calls[call] && self.is_planned(other))
                    {
                        self.admit(call);
                    }
                    continue;
                }
                Stage::Flying(_) => &Result::ALL,
                Stage::Refused | Stage::Ended(..) => continue,
            };
            is_leaf = false;
            for result in results {
                self.end(call, *result);
            }
        }
        if is_leaf {
            self.leaves += 1;
            self.check();
        }
    }

    fn is_planned(&self, call: usize) -> bool {
        matches!(self.stages[call], Stage::Planned)
    }

    fn admit(&mut self, call: usize) {
        let saved = self.map.save();
        let admission = self.agent.admit(self.calls[call].tool(), ARGS);
        self.told.push(format!(
            "{:?}: {}",
            self.calls[call],
            if admission.is_some() { "runs" } else { "denied" }
        ));
        self.stages[call] = admission.map_or(Stage::Refused, Stage::Flying);
        self.order.push(call);
        self.check_limits();
        self.go();
        self.order.pop();
        self.told.pop();
        self.stages[call] = Stage::Planned;
        self.map.restore(&saved);
    }

    /// What runs and what has run without failing is never more than two.
    fn check_limits(&self) {
        for limited in [Kind::Pay, Kind::Bump] {
            let stands = |stage: &&Stage| {
                matches!(stage, Stage::Flying(_) | Stage::Ended(_, Result::Success | Result::Lost))
            };
            let all = self.calls.iter().zip(&self.stages).filter(|(kind, _)| **kind == limited);
            let resets = self.calls.contains(&Kind::Reset);
            assert!(
                all.filter(|(_, stage)| stands(stage)).count() <= 2 || resets,
                "{limited:?}: {:#?}",
                self.told
            );
        }
    }

    fn end(&mut self, call: usize, result: Result) {
        let saved = self.map.save();
        let Stage::Flying(admission) = std::mem::replace(&mut self.stages[call], Stage::Planned) else {
            return;
        };
        self.agent.tell(&admission, &outcome(self.calls[call], result));
        self.told.push(format!("{:?}: {result:?}", self.calls[call]));
        self.stages[call] = Stage::Ended(admission, result);
        self.go();
        self.told.pop();
        if let Stage::Ended(admission, _) = std::mem::replace(&mut self.stages[call], Stage::Planned) {
            self.stages[call] = Stage::Flying(admission);
        }
        self.map.restore(&saved);
    }

    /// Against the calls that ran, one after the other.
    fn check(&mut self) {
        let mut model = Model::default();
        for call in &self.order {
            let kind = self.calls[*call];
            match &self.stages[*call] {
                Stage::Ended(_, result) => {
                    assert!(model.allows(kind), "{kind:?} would not have run: {:#?}", self.told);
                    model.run(kind, *result);
                }
                Stage::Planned | Stage::Refused | Stage::Flying(_) => {}
            }
        }
        let saved = self.map.save();
        self.compare(&model, "in the end");
        if !self.stages.iter().any(|stage| matches!(stage, Stage::Ended(_, Result::Lost))) {
            return;
        }
        // An answer that comes after its call was given up changes nothing.
        for call in 0..self.calls.len() {
            if let Stage::Ended(admission, Result::Lost) = &self.stages[call] {
                self.agent.tell(admission, &succeeds(self.calls[call].answer()));
            }
        }
        self.compare(&model, "after late answers");
        self.map.restore(&saved);
    }

    /// Whatever would be allowed now would be allowed by the model.
    fn compare(&mut self, model: &Model, when: &str) {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.depends()) {
            let allowed = self.agent.decide(kind.tool(), ARGS) == Decision::Allow;
            assert!(!allowed || model.allows(kind), "{when} {kind:?} is allowed: {:#?}", self.told);
        }
    }
}

/// Every schedule of these calls; how many there are.
fn search(pdp: &Pdp, calls: &[Kind]) -> u64 {
    let map = Map::default();
    let stages = calls.iter().map(|_| Stage::Planned).collect();
    let mut search = Search {
        map: &map,
        agent: Agent::new(pdp, &map),
        calls: calls.to_vec(),
        stages,
        order: Vec::new(),
        told: Vec::new(),
        leaves: 0,
    };
    search.go();
    search.leaves
}

/// Every choice of `count` of these kinds, in ascending order; how many schedules they have.
fn choices(pdp: &Pdp, count: usize, of: &[Kind], chosen: &mut Vec<Kind>) -> u64 {
    if count == 0 {
        return search(pdp, chosen);
    }
    let mut schedules = 0;
    for (index, kind) in of.iter().enumerate() {
        chosen.push(*kind);
        schedules += choices(pdp, count - 1, &of[index..], chosen);
        chosen.pop();
    }
    schedules
}

/// Calls that have to do with each other.
const FAMILIES: [&[Kind]; 5] = [
    &[Kind::GetPending, Kind::GetOpen, Kind::Set, Kind::Close],
    &[Kind::Bump, Kind::Reset],
    &[Kind::List, Kind::Has],
    &[Kind::Pay],
    &[Kind::Look, Kind::Send],
];

#[test]
fn every_schedule_is_one_after_the_other_or_stricter() {
    let pdp = pdp();
    if std::env::var("POLICYC_TEST_SCHEDULES").is_ok_and(|which| which == "all") {
        println!("{} schedules of three calls of any kind", choices(&pdp, 3, &Kind::ALL, &mut Vec::new()));
        println!("{} of four about a fact", choices(&pdp, 4, FAMILIES[0], &mut Vec::new()));
    }
    let mut schedules = choices(&pdp, 3, FAMILIES[0], &mut Vec::new());
    schedules += search(&pdp, &[Kind::GetPending, Kind::Set, Kind::Set, Kind::Set]);
    for family in &FAMILIES[1..] {
        // Nothing that an outcome says matters to labels, and little to sets.
        let count = if family.contains(&Kind::Bump) || family.contains(&Kind::Pay) { 4 } else { 3 };
        schedules += choices(&pdp, count, family, &mut Vec::new());
    }
    assert!(schedules > 10_000, "{schedules}");
}
