//! Approvals against the list of all that happened (T9): a call is forwarded only on votes that were given for it, in time, once.

use super::*;
use crate::decision::BuiltIn;
use crate::state::{AdmissionId, StateError};
use alloc::vec::Vec;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::string::{String, ToString};

const PROGRAM: Digest = [1; 32];

fn terms(from: &[&str], quorum: u32, within_ms: Option<u64>) -> ApprovalTerms {
    ApprovalTerms { from: from.iter().map(ToString::to_string).collect(), quorum, within_ms }
}

/// The asks that may match.
fn asks() -> [(&'static str, ApprovalTerms); 3] {
    [
        ("p.large", terms(&["lead"], 1, None)),
        ("p.outside", terms(&["lead", "security"], 2, Some(50))),
        ("p.spend", terms(&["money"], 1, Some(30))),
    ]
}

/// People: name and roles. The first is the principal, the second acts for it.
const PEOPLE: [(&str, &[&str]); 6] = [
    ("agent", &["lead", "security", "money"]),
    ("agents-friend", &["lead", "security", "money"]),
    ("ann", &["lead"]),
    ("bob", &["security", "money"]),
    ("cid", &["money", "lead"]),
    ("dan", &["cook"]),
];

const DELEGATES: [&[u8]; 1] = [b"agents-friend"];

#[derive(Debug, Clone)]
enum Event {
    Wait(i64),
    /// The call is decided, with these asks.
    Ask([bool; 3]),
    Vote(usize, bool),
    /// The call is decided again, with these asks, to be forwarded.
    Take([bool; 3]),
    /// The last call that used it was not sent.
    GiveBack,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let some = || any::<[bool; 3]>().prop_filter("an Ask has an ask", |asks| asks.contains(&true));
    let event = prop_oneof![
        3 => (-5_i64..20).prop_map(Event::Wait),
        3 => some().prop_map(Event::Ask),
        6 => (0..PEOPLE.len(), prop::bool::weighted(0.95)).prop_map(|(who, yes)| Event::Vote(who, yes)),
        4 => some().prop_map(Event::Take),
        1 => Just(Event::GiveBack),
    ];
    prop::collection::vec(event, 1..60)
}

/// What was seen to happen to one approval since it was opened.
#[derive(Debug, Default, Clone)]
struct Seen {
    /// When each ask was first made.
    asked: [Option<i64>; 3],
    /// Who approved after which asks were made.
    votes: Vec<(usize, [bool; 3])>,
    rejected: bool,
    used: bool,
}

impl Seen {
    fn deadline(&self) -> i64 {
        let ends = self.asked.iter().zip(asks()).filter_map(|(at, (_, terms))| {
            at.map(|at| at.saturating_add_unsigned(terms.within_ms.unwrap_or(USABLE_MS)))
        });
        ends.min().unwrap_or(i64::MIN)
    }

    /// Distinct people whose vote counts for an ask, by the words of the rule.
    fn count(&self, ask: usize) -> usize {
        let (_, terms) = &asks()[ask];
        let counts = |who: usize| {
            who >= 2 && PEOPLE[who].1.iter().any(|role| terms.from.iter().any(|from| from == role))
        };
        let voters: BTreeSet<_> = self
            .votes
            .iter()
            .filter(|(who, shown)| shown[ask] && counts(*who))
            .map(|(who, _)| *who)
            .collect();
        voters.len()
    }

    fn check_forward(&self, now: i64, matching: [bool; 3]) {
        assert!(!self.rejected && !self.used && now < self.deadline(), "{self:?}");
        for (index, (_, terms)) in asks().iter().enumerate() {
            assert!(!matching[index] || self.asked[index].is_some(), "it was asked");
            let quorum = usize::try_from(terms.quorum).unwrap();
            assert!(self.asked[index].is_none() || self.count(index) >= quorum, "{self:?} {index}");
        }
    }
}

#[derive(Debug, Default)]
struct Run {
    cell: Option<Vec<u8>>,
    host: i64,
    now: i64,
    next: u8,
    last_used: Option<AdmissionId>,
    seen: Seen,
    forwarded: usize,
}

impl Run {
    fn step(&mut self, event: &Event) {
        let all = asks();
        let matching = |of: [bool; 3]| {
            all.iter().zip(of).filter(|(_, wanted)| *wanted).map(|((id, terms), _)| Ask { id, terms })
        };
        let mut out = Vec::new();
        match event {
            Event::Wait(ms) => {
                self.host += ms;
                self.now = self.now.max(self.host);
            }
            Event::Ask(of) => {
                let asked =
                    request(self.cell.as_deref(), &PROGRAM, b"agent", matching(*of), self.now, &mut out)
                        .unwrap();
                self.cell = Some(out);
                self.asked(*of, asked);
            }
            Event::Vote(who, yes) => self.vote(*who, *yes),
            Event::Take(of) => {
                self.next += 1;
                let id = AdmissionId::from_bytes([self.next; 16]);
                let used =
                    take(self.cell.as_deref(), &PROGRAM, matching(*of), self.now, id, &mut out).unwrap();
                if used == Use::Forward {
                    self.seen.check_forward(self.now, *of);
                    self.seen.used = true;
                    self.last_used = Some(id);
                    self.forwarded += 1;
                }
                self.cell = (!out.is_empty()).then_some(out);
            }
            Event::GiveBack => {
                let (Some(cell), Some(id)) = (&self.cell, self.last_used) else { return };
                if give_back(cell, id, &mut out).unwrap() {
                    self.seen.used = false;
                }
                self.cell = Some(out);
            }
        }
    }

    fn asked(&mut self, of: [bool; 3], asked: Requested) {
        match asked {
            Requested::Opened { .. } => self.seen = Seen::default(),
            Requested::Joined { .. } => {}
            Requested::Rejected { until_ms } => {
                assert!(self.seen.rejected && self.now < until_ms);
                return;
            }
        }
        for (at, wanted) in self.seen.asked.iter_mut().zip(of) {
            if wanted {
                at.get_or_insert(self.now);
            }
        }
        if let Requested::Opened { deadline_ms } | Requested::Joined { deadline_ms, .. } = asked {
            assert_eq!(deadline_ms, self.seen.deadline());
        }
    }

    fn vote(&mut self, who: usize, yes: bool) {
        let Some(cell) = &self.cell else { return };
        let (name, roles) = PEOPLE[who];
        let approver = Approver { id: name.as_bytes(), roles };
        let answer = if yes { Answer::Approve } else { Answer::Reject };
        let mut out = Vec::new();
        match vote(cell, approver, answer, &DELEGATES, self.now, &mut out).unwrap() {
            Voted::Counted { granted } => {
                self.seen.votes.push((who, self.seen.asked.map(|at| at.is_some())));
                let status = status(&out, &PROGRAM, self.now).unwrap();
                assert_eq!(granted, matches!(status, Status::Granted { .. }));
            }
            Voted::Rejected { .. } => self.seen.rejected = true,
            Voted::Refused(_) => assert_eq!(Some(&out), self.cell.as_ref()),
        }
        self.cell = Some(out);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn one_grant_one_forward(events in events()) {
        let mut run = Run::default();
        for event in &events {
            run.step(event);
        }
        if let Some(cell) = &run.cell {
            for len in 0..cell.len() {
                prop_assert!(Approval::read(&cell[..len]).is_err());
            }
        }
    }

    #[test]
    fn other_bytes_never_panic(
        events in events(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut run = Run::default();
        events.iter().for_each(|event| run.step(event));
        let Some(mut cell) = run.cell else { return Ok(()) };
        for (index, byte) in changes {
            let index = index.index(cell.len());
            cell[index] = byte;
        }
        let (all, mut out) = (asks(), Vec::new());
        let asks = all.iter().map(|(id, terms)| Ask { id, terms });
        let readable = Approval::read(&cell).is_ok();
        let id = AdmissionId::from_bytes([9; 16]);
        prop_assert_eq!(take(Some(&cell), &PROGRAM, asks.clone(), 0, id, &mut out).is_ok(), readable);
        prop_assert_eq!(request(Some(&cell), &PROGRAM, b"agent", asks, 0, &mut out).is_ok(), readable);
        prop_assert_eq!(give_back(&cell, id, &mut out).is_ok(), readable);
    }
}

/// The generator does reach what the law is about.
#[test]
fn events_forward_calls() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut forwarded = 0;
    for _ in 0..200 {
        let events = events().new_tree(&mut runner).unwrap().current();
        let mut run = Run::default();
        events.iter().for_each(|event| run.step(event));
        forwarded += run.forwarded;
    }
    assert!(forwarded > 50, "{forwarded}");
}

use proptest::strategy::ValueTree;

fn open(terms: &ApprovalTerms, now: i64) -> Vec<u8> {
    let mut out = Vec::new();
    let asks = [Ask { id: "p.ask", terms }];
    request(None, &PROGRAM, b"agent", asks.into_iter(), now, &mut out).unwrap();
    out
}

fn answer(cell: &[u8], who: &str, answer: Answer, now: i64) -> (Vec<u8>, Voted) {
    let mut out = Vec::new();
    let approver = Approver { id: who.as_bytes(), roles: &["lead"] };
    let voted = vote(cell, approver, answer, &DELEGATES, now, &mut out).unwrap();
    (out, voted)
}

fn using(cell: &[u8], program: &Digest, terms: &ApprovalTerms, now: i64) -> Use {
    let asks = [Ask { id: "p.ask", terms }];
    take(Some(cell), program, asks.into_iter(), now, AdmissionId::from_bytes([5; 16]), &mut Vec::new())
        .unwrap()
}

#[test]
fn a_rejection_holds_for_its_time() {
    for (within, holds) in [(Some(100), 100), (None, 3_600_000)] {
        let terms = terms(&["lead"], 1, within);
        let (cell, voted) = answer(&open(&terms, 0), "ann", Answer::Reject, 7);
        assert_eq!(voted, Voted::Rejected { until_ms: 7 + holds });
        assert_eq!(using(&cell, &PROGRAM, &terms, 6 + holds), Use::Denied(BuiltIn::ApprovalRejected));
        assert_eq!(using(&cell, &PROGRAM, &terms, 7 + holds), Use::AskAgain);
        assert_eq!(answer(&cell, "cid", Answer::Approve, 8).1, Voted::Refused(Refusal::Ended));
        let mut out = Vec::new();
        let again = |now, out: &mut Vec<u8>| {
            request(
                Some(&cell),
                &PROGRAM,
                b"agent",
                [Ask { id: "p.ask", terms: &terms }].into_iter(),
                now,
                out,
            )
            .unwrap()
        };
        assert_eq!(again(6 + holds, &mut out), Requested::Rejected { until_ms: 7 + holds });
        assert!(matches!(again(7 + holds, &mut out), Requested::Opened { .. }));
    }
}

#[test]
fn votes_that_do_not_count_say_why() {
    let cell = open(&terms(&["lead"], 2, Some(100)), 0);
    for (who, why) in
        [("agent", Refusal::OwnCall), ("agents-friend", Refusal::OwnCall), ("", Refusal::NotAsked)]
    {
        for say in [Answer::Approve, Answer::Reject] {
            assert_eq!(answer(&cell, who, say, 1).1, Voted::Refused(why), "{who}");
        }
    }
    assert_eq!(answer(&cell, "ann", Answer::Approve, 100).1, Voted::Refused(Refusal::Expired));
    let (cell, _) = answer(&cell, "ann", Answer::Approve, 1);
    let (cell, voted) = answer(&cell, "ann", Answer::Approve, 2);
    assert_eq!(voted, Voted::Counted { granted: false }, "one person is one vote");
    assert_eq!(Approval::read(&cell).unwrap().approvers().collect::<Vec<_>>(), [b"ann"]);
    assert_eq!(answer(&cell, "cid", Answer::Approve, 3).1, Voted::Counted { granted: true });
}

#[test]
fn another_program_and_a_late_use_are_denied() {
    let terms = terms(&["lead"], 1, Some(100));
    let (cell, voted) = answer(&open(&terms, 0), "ann", Answer::Approve, 1);
    assert_eq!(voted, Voted::Counted { granted: true });
    assert_eq!(using(&cell, &[2; 32], &terms, 2), Use::Denied(BuiltIn::ApprovalStale));
    assert_eq!(using(&cell, &PROGRAM, &terms, 100), Use::Denied(BuiltIn::ApprovalExpired));
    assert_eq!(using(&cell, &PROGRAM, &terms, 99), Use::Forward);
}

#[test]
fn other_terms_are_another_ask_and_nobody_grants_a_quorum_of_none() {
    let granted = terms(&["lead"], 1, Some(100));
    let (cell, _) = answer(&open(&granted, 0), "ann", Answer::Approve, 1);
    assert_eq!(using(&cell, &PROGRAM, &terms(&["lead"], 2, Some(100)), 2), Use::AskAgain);
    assert_eq!(using(&cell, &PROGRAM, &terms(&["security"], 1, Some(100)), 2), Use::AskAgain);
    let none = terms(&["lead"], 0, None);
    assert_eq!(using(&open(&none, 0), &PROGRAM, &none, 1), Use::AskAgain);
    let mut empty = Vec::new();
    request(None, &PROGRAM, b"agent", core::iter::empty(), 0, &mut empty).unwrap();
    assert_eq!(using(&empty, &PROGRAM, &none, 1), Use::AskAgain);
}

#[test]
fn a_cell_in_which_one_person_votes_twice_is_refused() {
    let cell = open(&terms(&["lead"], 2, None), 0);
    let (cell, _) = answer(&cell, "ann", Answer::Approve, 1);
    let (cell, _) = answer(&cell, "bob", Answer::Approve, 2);
    let at = cell.windows(3).position(|part| part == b"bob").unwrap();
    let forged = [&cell[..at], b"ann", &cell[at + 3..]].concat();
    assert!(Approval::read(&cell).is_ok());
    assert_eq!(Approval::read(&forged).err(), Some(StateError::Unreadable));
}

#[test]
fn too_many_asks_are_refused() {
    let terms = terms(&["lead"], 1, None);
    let ids: Vec<String> = (0..65).map(|n| n.to_string()).collect();
    let ask = |count: usize| {
        let asks = ids.iter().take(count).map(|id| Ask { id, terms: &terms });
        request(None, &PROGRAM, b"agent", asks, 0, &mut Vec::new())
    };
    assert!(ask(64).is_ok());
    assert_eq!(ask(65), Err(StateError::Capped));
}

#[test]
fn a_fingerprint_binds_every_part() {
    let bound = Bound {
        program: &PROGRAM,
        server: "shop",
        tool: "refund",
        args: b"{}",
        input: None,
        principal: b"p",
        session: b"s",
    };
    let others = [
        Bound { program: &[2; 32], ..bound },
        Bound { server: "shopr", tool: "efund", ..bound },
        Bound { tool: "refund{}", args: b"", ..bound },
        Bound { args: b"{\"a\":1}", ..bound },
        Bound { input: Some(b""), ..bound },
        Bound { principal: b"ps", session: b"", ..bound },
        Bound { session: b"t", ..bound },
    ];
    let prints: BTreeSet<_> = others.iter().chain([&bound]).map(Bound::fingerprint).collect();
    assert_eq!(prints.len(), 8);
}
