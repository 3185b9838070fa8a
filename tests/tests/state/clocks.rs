//! Limits under clocks that stand, jump and run backwards (semantics.md 37, theorem T7): whatever the host's clock says, no interval of the
//! window's length ever holds more than the limit of what was committed or is reserved. Held to a list of charges.

use super::world::{Agent, load};
use policyc_runtime::gate::Outcome;
use policyc_store::Memory;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// One window of each kind of counting, over two keys. Windows in milliseconds.
const POLICY: &str = r#"
rule pay: allow s.pay
limit calls: 3 per 1s for everyone on s.pay
limit spend: 10 per 2s for each args.to on s.pay counting args.amount
limit spread: 2 per 3s for everyone on s.pay counting distinct args.to
"#;
const TOOLS: [(&str, &str); 1] = [("pay", r#""amount":{"type":"number"},"to":{"type":"string"}"#)];

/// What happens.
#[derive(Debug, Clone)]
enum Event {
    /// The host's clock is set.
    Clock(i64),
    /// It moves, in either direction.
    Move(i64),
    /// A session's call.
    Call { session: u8, to: u8, amount: u8 },
    /// An outcome of one of the calls in flight.
    End { which: prop::sample::Index, how: u8 },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        1 => prop_oneof![Just(i64::MIN), Just(0), Just(-5_000), Just(1_000_000), Just(i64::MAX - 1)].prop_map(Event::Clock),
        4 => prop_oneof![-4_000_i64..4_000, 0_i64..1_200, Just(1_000), Just(999)].prop_map(Event::Move),
        8 => (0_u8..2, 0_u8..3, 0_u8..8).prop_map(|(session, to, amount)| Event::Call { session, to, amount }),
        3 => (any::<prop::sample::Index>(), 0_u8..3).prop_map(|(which, how)| Event::End { which, how }),
    ];
    prop::collection::vec(event, 1..60)
}

/// A charge that stands, and when: a limit's time never runs back, so it is the latest that its key has seen.
struct Charge {
    /// For the limits of everyone.
    at: i64,
    /// For the limit of the recipient.
    own: i64,
    to: u8,
    amount: u32,
    id: Vec<u8>,
}

/// The most that any interval (t − length, t] holds.
fn most(times: &[(i64, usize)], length: i64) -> usize {
    let inside = |end: i64| {
        let within = move |at: i64| at <= end && i128::from(at) > i128::from(end) - i128::from(length);
        times.iter().filter(move |(at, _)| within(*at)).map(|(_, amount)| amount).sum()
    };
    times.iter().map(|(end, _)| inside(*end)).max().unwrap_or_default()
}

/// The most recipients in any interval of three seconds.
fn widest(charges: &[Charge]) -> usize {
    let inside = |end: i64| {
        let recent =
            move |charge: &&Charge| charge.at <= end && i128::from(charge.at) > i128::from(end) - 3_000;
        charges.iter().filter(recent).map(|charge| charge.to).collect::<BTreeSet<_>>().len()
    };
    charges.iter().map(|charge| inside(charge.at)).max().unwrap_or_default()
}

fn check(charges: &[Charge], events: &[Event]) {
    let calls = most(&charges.iter().map(|charge| (charge.at, 1)).collect::<Vec<_>>(), 1_000);
    let spend = (0..3).map(|to| {
        let own = charges.iter().filter(|charge| charge.to == to);
        most(&own.map(|charge| (charge.own, charge.amount as usize)).collect::<Vec<_>>(), 2_000)
    });
    let (spend, spread) = (spend.max().unwrap_or_default(), widest(charges));
    assert!(
        calls <= 3 && spend <= 10 && spread <= 2,
        "{calls} calls, {spend} spent, {spread} recipients: {events:#?}"
    );
}

/// The time where the host says `now`.
fn raise(last: &mut i64, now: i64) -> i64 {
    *last = now.max(*last);
    *last
}

fn run(events: &[Event], pdp: &policyc_runtime::Pdp) -> usize {
    let store = Memory::new();
    let mut agents = [Agent::new(pdp, &store).in_session("a"), Agent::new(pdp, &store).in_session("b")];
    let mut texts = Vec::new();
    for to in 0..3_u8 {
        for amount in 0..8_u8 {
            texts.push(format!(r#"{{"to":"{to}","amount":{amount}}}"#));
        }
    }
    let (mut now, mut charges, mut flying) = (0_i64, Vec::<Charge>::new(), Vec::new());
    // The latest time that each has seen: sessions, everyone's limits, recipients.
    let (mut seen, mut all, mut own) = ([i64::MIN; 2], i64::MIN, [i64::MIN; 3]);
    for event in events {
        match event {
            Event::Clock(ms) => now = *ms,
            Event::Move(ms) => now = now.saturating_add(*ms),
            Event::Call { session, to, amount } => {
                let agent = &mut agents[usize::from(*session)];
                agent.now = now;
                let args = &texts[usize::from(*to) * 8 + usize::from(*amount)];
                let Some(admission) = agent.admit("pay", args) else { continue };
                let session_now = raise(&mut seen[usize::from(*session)], now);
                let (at, own) =
                    (raise(&mut all, session_now), raise(&mut own[usize::from(*to)], session_now));
                let id = admission.admitted.id().unwrap().bytes().to_vec();
                charges.push(Charge { at, own, to: *to, amount: u32::from(*amount), id });
                flying.push((*session, admission));
                check(&charges, events);
            }
            Event::End { which, how } => {
                if flying.is_empty() {
                    continue;
                }
                let (session, admission) = flying.swap_remove(which.index(flying.len()));
                let agent = &mut agents[usize::from(session)];
                agent.now = now;
                let outcome =
                    [Outcome::Failure, Outcome::Unknown, Outcome::Success { result: b"{}", text: b"" }]
                        [usize::from(*how)];
                if outcome == Outcome::Failure {
                    let id = admission.admitted.id().unwrap().bytes().to_vec();
                    charges.retain(|charge| charge.id != id);
                }
                agent.tell(&admission, &outcome);
                raise(&mut seen[usize::from(session)], now);
            }
        }
    }
    charges.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_interval_holds_more_than_the_limit(events in events()) {
        thread_local! {
            static PDP: policyc_runtime::Pdp = load(&TOOLS, POLICY);
        }
        PDP.with(|pdp| run(&events, pdp));
    }
}
