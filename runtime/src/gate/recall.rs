//! What is remembered, for people. In: a fact and its keys. Out: what it holds, or why nothing is known. No decision is made by this.

use crate::pdp::Pdp;
use crate::program::memory::FactKind;
use crate::state::fact::{self, Reading, Why};
use crate::state::{Key, Kind, Memory, Scalar, StateError, Value, counter, key, set};
use alloc::vec::Vec;

/// What a fact holds under its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recollection {
    /// Its fields; those that are absent are `None`.
    Fields(Vec<Option<Value>>),
    /// A counter, in units of 10⁻⁹.
    Count(i128),
    /// Nothing is known.
    Unknown(Why),
}

impl Memory<'_> {
    /// What the fact with this number holds under its keys, at a time. A set has no such answer: [`Memory::holds`].
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn recall(
        &self,
        pdp: &Pdp,
        number: u32,
        keys: &[Scalar<'_>],
        now_ms: i64,
    ) -> Result<Recollection, StateError> {
        let unknown = Recollection::Unknown(Why::NeverLearned);
        let Some(declared) = pdp.program().facts.get(number as usize) else { return Ok(unknown) };
        let kind = match declared.kind {
            FactKind::Value(_) => Kind::Fact,
            FactKind::Counter => Kind::Counter,
            FactKind::Set => return Ok(unknown),
        };
        let mut bytes = Vec::new();
        let mut key = Key::begin(&mut bytes, kind, &self.who.scope(declared.scope), &declared.slot);
        for value in keys {
            key = key.with(*value);
        }
        let mut found = Ok(unknown);
        self.store.read(key.finish(), &mut |cell| {
            found = match kind {
                Kind::Counter => counter::value(cell, declared.expires_ms, now_ms).map(Recollection::Count),
                _ => fact::read(cell, now_ms).and_then(recollect),
            };
        })?;
        found
    }

    /// Whether a value is in the set that the fact with this number holds under its keys.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn holds(
        &self,
        pdp: &Pdp,
        number: u32,
        keys: &[Scalar<'_>],
        value: Scalar<'_>,
        now_ms: i64,
    ) -> Result<bool, StateError> {
        let Some(declared) = pdp.program().facts.get(number as usize) else { return Ok(false) };
        let mut bytes = Vec::new();
        let scope = self.who.scope(declared.scope);
        let mut read = |kind, last: Option<Scalar<'_>>, see: &mut dyn FnMut(Option<&[u8]>)| {
            let _ = Key::begin(&mut bytes, kind, &scope, &declared.slot);
            for value in keys.iter().chain(last.as_ref()) {
                key::push_value(&mut bytes, *value);
            }
            self.store.read(&bytes, see)
        };
        let mut forgotten = Ok(0);
        read(Kind::Set, None, &mut |cell| forgotten = set::forgotten(cell))?;
        let forgotten = forgotten?;
        let mut found = Ok(false);
        read(Kind::Member, Some(value), &mut |cell| {
            let member = cell.map(set::Member::read).transpose();
            found = member.map(|member| member.is_some_and(|member| member.counts(forgotten, now_ms)));
        })?;
        found
    }
}

fn recollect(reading: Reading<'_>) -> Result<Recollection, StateError> {
    let known = match reading {
        Reading::Unknown(why) => return Ok(Recollection::Unknown(why)),
        Reading::Value(known) => known,
    };
    let fields = known.fields.iter().map(|field| field.map(Value::of).transpose());
    Ok(Recollection::Fields(fields.collect::<Result<_, _>>()?))
}
