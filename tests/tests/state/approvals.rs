//! Theorem T9 by every sequence of events: a call that asks is forwarded exactly if there is an approval of this very call, by two people who
//! are not its principal, in time, not rejected and not used. In: a policy that asks. Out: passes, if the gate forwards what a machine
//! written by hand forwards, and nothing else.

use super::map::Map;
use super::world::{Admission, Agent, load};
use policyc_runtime::Pdp;
use policyc_runtime::gate::{Consent, Outcome};
use policyc_runtime::state::StateError;
use policyc_runtime::state::approval::{Answer, Approver};
use policyc_store::Memory;
use std::collections::BTreeSet;
use std::sync::Barrier;

const POLICY: &str = r#"
rule small: allow s.pay when args.amount < 10
rule large: ask s.pay when args.amount >= 10 from "lead" quorum 2 within 1h
"#;
const HOUR: i64 = 3_600_000;
const CALL: &str = r#"{"amount":50}"#;
/// The same call, spelled otherwise: one approval.
const SPELLED: &str = r#"{ "amount" : 5.0e1 }"#;
const OTHER: &str = r#"{"amount":51}"#;

fn pdp() -> Pdp {
    load(&[("pay", r#""amount":{"type":"number"}"#)], POLICY)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Ask,
    Approve(&'static str),
    Reject,
    /// The call comes, with whatever approval there is.
    Admit(&'static str),
    /// The same call comes in another session.
    Elsewhere,
    /// Of the last call that was forwarded nothing was sent.
    Unsent,
    /// Half of the time that an approval can be used.
    Later,
}

const EVENTS: [Event; 10] = [
    Event::Ask,
    Event::Approve("ann"),
    Event::Approve("bob"),
    Event::Approve("agent"),
    Event::Reject,
    Event::Admit(SPELLED),
    Event::Admit(OTHER),
    Event::Elsewhere,
    Event::Unsent,
    Event::Later,
];

/// The approval of the call.
#[derive(Debug, Clone, Default)]
enum Phase {
    #[default]
    None,
    Open {
        deadline: i64,
        votes: BTreeSet<&'static str>,
    },
    Rejected {
        until: i64,
    },
    /// By the last call that was forwarded; what stands if nothing of it was sent.
    Used {
        deadline: i64,
        votes: BTreeSet<&'static str>,
    },
}

#[derive(Debug, Clone, Default)]
struct Model {
    now: i64,
    phase: Phase,
}

impl Model {
    /// What happens; whether the call is forwarded.
    fn step(&mut self, event: Event) -> bool {
        let now = self.now;
        match (event, &mut self.phase) {
            (Event::Later, _) => self.now += HOUR / 2,
            (Event::Ask, Phase::Open { deadline, .. }) if now < *deadline => {}
            (Event::Ask, Phase::Rejected { until }) if now < *until => {}
            (Event::Ask, phase) => *phase = Phase::Open { deadline: now + HOUR, votes: BTreeSet::new() },
            (Event::Approve(who), Phase::Open { deadline, votes }) if now < *deadline && who != "agent" => {
                votes.insert(who);
            }
            (Event::Reject, Phase::Open { deadline, .. }) if now < *deadline => {
                self.phase = Phase::Rejected { until: now + HOUR };
            }
            (Event::Admit(SPELLED), Phase::Open { deadline, votes })
                if now < *deadline && votes.len() == 2 =>
            {
                self.phase = Phase::Used { deadline: *deadline, votes: std::mem::take(votes) };
                return true;
            }
            (Event::Unsent, Phase::Used { deadline, votes }) => {
                self.phase = Phase::Open { deadline: *deadline, votes: std::mem::take(votes) };
            }
            _ => {}
        }
        false
    }
}

/// All sequences of events.
struct Search<'s> {
    map: &'s Map,
    agent: Agent<'s>,
    elsewhere: Agent<'s>,
    told: Vec<Event>,
    forwarded: u32,
}

impl Search<'_> {
    fn go(&mut self, depth: usize, model: &Model, last: Option<&Admission<'static>>) {
        if depth == 0 {
            return;
        }
        for event in EVENTS {
            self.one(event, depth, model, last);
        }
    }

    fn one(&mut self, event: Event, depth: usize, model: &Model, last: Option<&Admission<'static>>) {
        let saved = self.map.save();
        self.told.push(event);
        let mut model = model.clone();
        self.agent.now = model.now;
        self.elsewhere.now = model.now;
        let forwarded = self.happen(event, last);
        let expected = model.step(event);
        assert_eq!(forwarded.is_some(), expected, "{:#?} in {model:?}", self.told);
        self.forwarded += u32::from(expected);
        // What was given back once is not there to be given back again.
        let kept = last.filter(|_| event != Event::Unsent);
        self.go(depth - 1, &model, forwarded.as_ref().or(kept));
        self.told.pop();
        self.map.restore(&saved);
    }

    fn happen(&mut self, event: Event, last: Option<&Admission<'static>>) -> Option<Admission<'static>> {
        match event {
            Event::Ask => drop(self.agent.ask("pay", CALL)),
            Event::Approve(who) => self.agent.vote("pay", CALL, &approver(who), Answer::Approve),
            Event::Reject => self.agent.vote("pay", CALL, &approver("eve"), Answer::Reject),
            Event::Admit(args) => return self.agent.try_admit("pay", args, Consent::Approved).unwrap().1,
            Event::Elsewhere => return self.elsewhere.try_admit("pay", CALL, Consent::Approved).unwrap().1,
            Event::Unsent => {
                if let Some(last) = last {
                    self.agent.tell(last, &Outcome::Unsent);
                }
            }
            Event::Later => {}
        }
        None
    }
}

fn approver(id: &'static str) -> Approver<'static> {
    Approver { id: id.as_bytes(), roles: &["lead"] }
}

#[test]
fn what_is_forwarded_was_approved_and_nothing_else() {
    use Event::{Admit, Approve, Ask};
    let (pdp, map) = (pdp(), Map::default());
    let granted = [Ask, Approve("ann"), Approve("bob")];
    let used = [Ask, Approve("ann"), Approve("bob"), Admit(SPELLED)];
    for (prefix, depth) in [(&[][..], 4), (&granted[..], 4), (&used[..], 4)] {
        let mut search = Search {
            map: &map,
            agent: Agent::new(&pdp, &map),
            elsewhere: Agent::new(&pdp, &map).in_session("elsewhere"),
            told: prefix.to_vec(),
            forwarded: 0,
        };
        map.restore(&Default::default());
        let (mut model, mut last) = (Model::default(), None);
        for event in prefix {
            let forwarded = search.happen(*event, None);
            assert_eq!(forwarded.is_some(), model.step(*event));
            last = forwarded.or(last);
        }
        search.go(depth, &model, last.as_ref());
        assert!(search.forwarded > 0, "{prefix:?}");
    }
}

#[test]
fn eight_threads_use_one_approval_once() {
    let (pdp, store) = (pdp(), Memory::new());
    let mut agent = Agent::new(&pdp, &store);
    agent.ask("pay", CALL);
    agent.vote("pay", CALL, &approver("ann"), Answer::Approve);
    agent.vote("pay", CALL, &approver("bob"), Answer::Approve);
    let together = Barrier::new(8);
    let forwarded = std::thread::scope(|scope| {
        let one = || {
            let mut agent = Agent::new(&pdp, &store);
            together.wait();
            loop {
                match agent.try_admit("pay", CALL, Consent::Approved) {
                    Err(StateError::Conflicts) => {}
                    done => break done.unwrap().1.is_some(),
                }
            }
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|ran| *ran).count()
    });
    assert_eq!(forwarded, 1);
}
