//! What an admission or an outcome changes, by names and values: for logs, and for telling an outcome again from a log. In: changes as the
//! code asked for them. Out: the same as data that does not depend on how a store keeps it, and back.

use crate::pdp::Pdp;
use crate::program::instr::Op;
use crate::program::memory::{Counting, Fact, FactKind, LabelSet, Lasts};
use crate::state::key::{self, push_kept};
use crate::state::{Kind, Memory, StateError, Value, scalar};
use crate::vm::Vm;
use crate::vm::remembered::{Bytes, Change, Charge, Remembered};
use alloc::string::String;
use alloc::vec::Vec;

/// Bytes of the slot before the values of a key.
const SLOT: usize = 16;

/// A change of what is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The qualified id of the fact, label or limit.
    pub id: String,
    /// Under which key.
    pub key: Vec<Value>,
    /// What happens to it.
    pub what: What,
}

/// What happens to what is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A limit counts so much, in units of 10⁻⁹.
    Charged(i128),
    /// A limit counts this value, once.
    ChargedValue(Value),
    /// A counter grows by so much, in units of 10⁻⁹.
    Counted(i128),
    /// A fact is this: its fields in the order of the declaration.
    Learned(Vec<Option<Value>>),
    /// A set has this member.
    Added(Value),
    /// Nothing is known of a fact any more: results say different things, or what they say is no value.
    Unknown,
    /// A fact, a set or a counter is forgotten.
    Forgotten,
    /// A label is set.
    Labelled(Lasts),
}

impl Vm {
    /// What the admission before this changes: for logs. Ask right after [`crate::gate::Gate::admit`] has admitted a call. Keys whose
    /// facts are unknown until the outcome is told are left out: the arguments say which.
    ///
    /// # Errors
    /// A text of a key is not UTF-8, which no program does.
    pub fn noted(&self, pdp: &Pdp) -> Result<Vec<Noted>, StateError> {
        let remembered = self.remembered();
        let charges = remembered.charges.iter().map(|charge| charged(pdp, charge, remembered));
        let changes = remembered.changes.iter().map(|change| changed(pdp, change, remembered));
        charges.chain(changes).filter_map(Result::transpose).collect()
    }
}

/// The changes of an outcome.
pub(super) fn noted<'c>(
    pdp: &Pdp,
    changes: impl Iterator<Item = &'c Change>,
    remembered: &Remembered,
) -> Result<Vec<Noted>, StateError> {
    changes.map(|change| changed(pdp, change, remembered)).filter_map(Result::transpose).collect()
}

fn charged(pdp: &Pdp, charge: &Charge, remembered: &Remembered) -> Result<Option<Noted>, StateError> {
    let program = pdp.program();
    let Some(limit) = program.limits.get(charge.limit as usize) else { return Ok(None) };
    let statement = program.statements.get(limit.statement as usize).filter(|statement| !statement.shadow);
    let Some(statement) = statement else { return Ok(None) };
    let what = match limit.counting {
        Counting::Sum => What::Charged(charge.amount),
        Counting::Distinct => {
            let value = key::values(remembered.slice(&charge.value))?.pop();
            What::ChargedValue(value.ok_or(StateError::Unreadable)?)
        }
    };
    Ok(Some(Noted { id: statement.id.clone(), key: values(remembered.slice(&charge.key))?, what }))
}

fn changed(pdp: &Pdp, change: &Change, remembered: &Remembered) -> Result<Option<Noted>, StateError> {
    let program = pdp.program();
    if change.op == Op::SetLabel {
        let set = program.label_sets.get(change.index as usize);
        let label = set.and_then(|set| program.labels.get(set.label as usize));
        return Ok(set.zip(label).map(|(set, label)| Noted {
            id: label.id.clone(),
            key: Vec::new(),
            what: What::Labelled(set.lasts),
        }));
    }
    let Some(declared) = program.facts.get(change.index as usize) else { return Ok(None) };
    let mut key = values(remembered.slice(&change.key))?;
    let what = match change.op {
        Op::Tally => What::Counted(change.amount),
        Op::Join => What::Added(key.pop().ok_or(StateError::Unreadable)?),
        Op::Learn => {
            let fields = scalar::Fields::read(remembered.slice(&change.value))?;
            let fields = fields.iter().map(|field| field.map(Value::of).transpose());
            What::Learned(fields.collect::<Result<_, _>>()?)
        }
        Op::Unlearn => What::Unknown,
        Op::Forget => What::Forgotten,
        _ => return Ok(None),
    };
    Ok(Some(Noted { id: declared.id.clone(), key, what }))
}

/// The values of a whole key.
fn values(key: &[u8]) -> Result<Vec<Value>, StateError> {
    key::values(key::parts(key)?.rest.get(SLOT..).ok_or(StateError::Unreadable)?)
}

impl Remembered {
    /// The changes that an outcome made, as it was noted, in place of running the code on the result. `false`: the program declares
    /// something else.
    pub(super) fn retold(&mut self, pdp: &Pdp, memory: &Memory<'_>, noted: &[Noted]) -> bool {
        self.clear();
        noted.iter().all(|noted| self.retold_one(pdp, memory, noted).is_some())
    }

    fn retold_one(&mut self, pdp: &Pdp, memory: &Memory<'_>, noted: &Noted) -> Option<()> {
        let program = pdp.program();
        if let What::Labelled(lasts) = noted.what {
            let index = program.label_sets.iter().position(|set| {
                set.lasts == lasts && program.labels.get(set.label as usize).is_some_and(|l| l.id == noted.id)
            })?;
            return self.retold_label(pdp, memory, index);
        }
        let index = program.facts.iter().position(|fact| fact.id == noted.id)?;
        let declared = program.facts.get(index).filter(|fact| usize::from(fact.keys) == noted.key.len())?;
        let mut value = 0..0;
        let (op, kind) = match (&noted.what, declared.kind) {
            (What::Added(_), FactKind::Set) => (Op::Join, Kind::Member),
            (What::Learned(fields), FactKind::Value(count)) if fields.len() == usize::from(count) => {
                let mut bytes = Vec::new();
                let known =
                    |field: &Option<Value>| field.as_ref().is_none_or(|value| value.scalar().is_some());
                fields.iter().all(known).then_some(())?;
                let scalars = fields.iter().map(|field| field.as_ref().and_then(Value::scalar));
                scalar::encode(scalars, &mut bytes).ok()?;
                value = self.keep(&bytes);
                (Op::Learn, Kind::Fact)
            }
            (What::Unknown, FactKind::Value(_)) => (Op::Unlearn, Kind::Fact),
            (What::Forgotten, kind) => (Op::Forget, kind_of(kind)),
            _ => return None,
        };
        if op == Op::Join {
            value = self.retold_key(memory, declared, Kind::Set, noted);
        }
        let key = self.retold_key(memory, declared, kind, noted);
        self.changes.push(Change { op, index: u32::try_from(index).ok()?, key, value, amount: 0 });
        Some(())
    }

    fn retold_label(&mut self, pdp: &Pdp, memory: &Memory<'_>, index: usize) -> Option<()> {
        let LabelSet { label, .. } = *pdp.program().label_sets.get(index)?;
        let declared = pdp.program().labels.get(label as usize)?;
        self.begin(Kind::Label, memory, declared.scope, &declared.slot);
        let (key, index) = (self.keep_key(), u32::try_from(index).ok()?);
        self.changes.push(Change { op: Op::SetLabel, index, key, value: 0..0, amount: 0 });
        Some(())
    }

    /// The key of a cell of a fact; of a member with the member.
    fn retold_key(&mut self, memory: &Memory<'_>, declared: &Fact, kind: Kind, noted: &Noted) -> Bytes {
        self.begin(kind, memory, declared.scope, &declared.slot);
        let member = match &noted.what {
            What::Added(member) if kind == Kind::Member => Some(member),
            _ => None,
        };
        for value in noted.key.iter().chain(member) {
            push_kept(self.key_in_making(), value);
        }
        self.keep_key()
    }
}

const fn kind_of(kind: FactKind) -> Kind {
    match kind {
        FactKind::Value(_) => Kind::Fact,
        FactKind::Set => Kind::Set,
        FactKind::Counter => Kind::Counter,
    }
}
