//! What is remembered: plain lists of everything that happened. In: events in their order. Out: what facts, labels, counters and limits
//! say, found by going through the lists, as semantics.md sections 5 and 6 define it.
//!
//! Nothing is merged, evicted or compressed, and nothing is kept but what happened: what it means is asked each time.

use super::value::Value;
use super::zone;
use policyc_compiler::typed::Window;
use policyc_runtime::program::memory::{Lasts, Scope};
use std::collections::BTreeMap;

/// A value that can be kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scalar {
    Bool(bool),
    Number(i128),
    Text(String),
}

impl Scalar {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Number(number) if number.scale == 0 => Some(Self::Number(number.value)),
            Value::Text(text) => Some(Self::Text(text.to_string())),
            _ => None,
        }
    }
}

/// Whose call it is: handles that the host gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Who {
    /// Of the principal.
    pub principal: Vec<u8>,
    /// Of the session.
    pub session: Vec<u8>,
}

/// Whose a thing remembered is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Everyone,
    Principal(Vec<u8>),
    Session(Who),
}

impl Owner {
    pub(super) fn of(scope: Scope, who: &Who) -> Self {
        match scope {
            Scope::Everyone => Self::Everyone,
            Scope::Principal => Self::Principal(who.principal.clone()),
            Scope::Session => Self::Session(who.clone()),
        }
    }
}

/// A fact or limit under its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Under {
    /// Index into the policy's facts or limits.
    pub(super) index: u32,
    pub(super) owner: Owner,
    pub(super) keys: Vec<Scalar>,
}

/// An admitted call.
#[derive(Debug, Clone)]
pub(super) struct Ongoing {
    pub(super) who: Who,
    /// Its place in the order of everything that happened.
    pub(super) admitted: u64,
    /// When, by its session's clock.
    pub(super) at: i64,
    pub(super) ended: bool,
}

/// What a call taught about one key.
#[derive(Debug, Clone)]
pub(super) struct Lesson {
    pub(super) under: Under,
    pub(super) admitted: u64,
    pub(super) ended: u64,
    pub(super) at: i64,
    /// The value's fields; `None`: nobody knows what the key holds now.
    pub(super) value: Option<Vec<Option<Scalar>>>,
}

/// A change of a set.
#[derive(Debug, Clone)]
pub(super) struct Join {
    pub(super) under: Under,
    pub(super) admitted: u64,
    pub(super) at: i64,
    /// What joined; `None`: the set was forgotten.
    pub(super) value: Option<Scalar>,
}

/// A call counted by a limit or a counter.
#[derive(Debug, Clone)]
pub(super) struct Charge {
    pub(super) under: Under,
    pub(super) call: usize,
    pub(super) admitted: u64,
    pub(super) at: i64,
    pub(super) amount: i128,
    /// The value that is counted once.
    pub(super) value: Option<Scalar>,
    /// A failure keeps it.
    pub(super) keeps: bool,
    /// It was given back, or the counter was forgotten.
    pub(super) gone: bool,
}

/// A label that was set.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub(super) label: u32,
    pub(super) owner: Owner,
    pub(super) at: i64,
    /// Calls of its owner admitted until then, the one that set it included.
    pub(super) calls: u64,
    pub(super) lasts: Lasts,
}

/// Time and number of calls of one owner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    pub(super) last: i64,
    pub(super) calls: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { last: i64::MIN, calls: 0 }
    }
}

/// Everything that happened.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// How many admissions and outcomes there were.
    pub(super) order: u64,
    pub(super) clocks: BTreeMap<Owner, Clock>,
    pub(super) calls: Vec<Ongoing>,
    /// Keys that calls without an outcome may change.
    pub(super) pending: Vec<(usize, Under)>,
    pub(super) lessons: Vec<Lesson>,
    pub(super) joins: Vec<Join>,
    /// Of counters.
    pub(super) tallies: Vec<Charge>,
    /// Of limits.
    pub(super) charges: Vec<Charge>,
    pub(super) labels: Vec<Labelled>,
}

/// Not more than so many milliseconds ago; without a number, always.
fn within(at: i64, now: i64, ms: Option<u64>) -> bool {
    ms.is_none_or(|ms| i128::from(at) > i128::from(now) - i128::from(ms))
}

impl Memory {
    /// The time of an owner where the host says `host_ms`: it never runs backwards (semantics.md 37).
    pub(super) fn now(&self, owner: &Owner, host_ms: i64) -> i64 {
        self.clocks.get(owner).map_or(host_ms, |clock| clock.last.max(host_ms))
    }

    pub(super) fn calls(&self, owner: &Owner) -> u64 {
        self.clocks.get(owner).map_or(0, |clock| clock.calls)
    }

    /// Something happens to a call: an admission counts it.
    pub(super) fn tick(&mut self, who: &Who, host_ms: i64, admits: bool) -> u64 {
        self.order += 1;
        for owner in [Owner::Session(who.clone()), Owner::Principal(who.principal.clone())] {
            let clock = self.clocks.entry(owner).or_default();
            clock.last = clock.last.max(host_ms);
            clock.calls += u64::from(admits);
        }
        self.order
    }

    /// What a fact holds, and when it was learned; `None` where that is not known (semantics.md 39).
    pub(super) fn fact(&self, under: &Under, now: i64, ms: Option<u64>) -> Option<(&[Option<Scalar>], i64)> {
        if self.pending.iter().any(|(_, pending)| pending == under) {
            return None;
        }
        let all: Vec<&Lesson> = self.lessons.iter().filter(|lesson| lesson.under == *under).collect();
        // Whether each left the key unknown: it says nothing, or it overlaps in time what says otherwise or left it unknown.
        let mut lost: Vec<bool> = Vec::new();
        for lesson in &all {
            let disputed = all.iter().zip(&lost).any(|(before, lost)| {
                lesson.admitted <= before.ended && (*lost || before.value != lesson.value)
            });
            lost.push(disputed || lesson.value.is_none());
        }
        let last = all.last().filter(|_| lost.last() == Some(&false))?;
        let value = last.value.as_deref()?;
        within(last.at, now, ms).then_some((value, last.at))
    }

    /// Whether a value is in a learned set: it joined after the set was forgotten last, in the order of admissions.
    pub(super) fn holds(&self, under: &Under, value: &Scalar, now: i64, ms: Option<u64>) -> bool {
        let own = || self.joins.iter().filter(|join| join.under == *under);
        let forgotten = own().filter(|join| join.value.is_none()).map(|join| join.admitted).max();
        own().any(|join| {
            join.value.as_ref() == Some(value) && Some(join.admitted) > forgotten && within(join.at, now, ms)
        })
    }

    /// What a counter shows.
    pub(super) fn counter(&self, under: &Under, now: i64, ms: Option<u64>) -> i128 {
        let own = self.tallies.iter().filter(|tally| tally.under == *under && !tally.gone);
        own.filter(|tally| within(tally.at, now, ms)).map(|tally| tally.amount).sum()
    }

    /// Whether a label is set: one of its settings still holds.
    pub(super) fn label(&self, label: u32, owner: &Owner, now: i64) -> bool {
        let calls = self.calls(owner);
        let own = self.labels.iter().filter(|set| set.label == label && set.owner == *owner);
        own.into_iter().any(|set| match set.lasts {
            Lasts::Forever => true,
            Lasts::Time(ms) => within(set.at, now, Some(ms)),
            Lasts::Calls(more) => calls < set.calls + u64::from(more),
        })
    }

    /// The time of a limit under a key where its owner's clock says `now`: that of its latest charge at least.
    pub(super) fn limit_now(&self, under: &Under, now: i64) -> i64 {
        let own = self.charges.iter().filter(|charge| charge.under == *under);
        own.map(|charge| charge.at).fold(now, i64::max)
    }

    /// Whether the window that ends now would hold more than `max` with this call in it.
    pub(super) fn exceeds(
        &self,
        under: &Under,
        (window, now, max): (&Window, i64, i128),
        (amount, value): (i128, Option<&Scalar>),
    ) -> bool {
        let now = self.limit_now(under, now);
        let own = self.charges.iter().filter(|charge| charge.under == *under && !charge.gone);
        let inside: Vec<&Charge> = own.filter(|charge| in_window(window, charge.at, now)).collect();
        match value {
            None => inside.iter().map(|charge| charge.amount).sum::<i128>() + amount > max,
            Some(value) => {
                let mut values: Vec<&Scalar> =
                    inside.iter().filter_map(|charge| charge.value.as_ref()).collect();
                values.push(value);
                values.sort();
                values.dedup();
                i128::try_from(values.len()).unwrap_or(i128::MAX) * 1_000_000_000 > max
            }
        }
    }
}

/// A moment counts in the window that holds `now`.
fn in_window(window: &Window, at: i64, now: i64) -> bool {
    match window {
        Window::Session => true,
        Window::Trailing(ms) => within(at, now, Some(*ms)),
        Window::Calendar(unit, zone) => zone::unit(*unit, zone, at) == zone::unit(*unit, zone, now),
    }
}
