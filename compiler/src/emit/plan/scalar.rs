//! Checks of numbers and text. In: their types. Out: checks, and notes on constraints that cannot be kept.

use super::{Owner, Plans};
use crate::emit::pools::Pools;
use crate::ir::pattern;
use crate::ty::{NumberTy, StringRole, StringTy};
use policyc_runtime::number::Decimal;
use policyc_runtime::program::plan::{NO_CHECK, NumberCheck, Role, StringCheck};
use std::sync::Arc;

impl Plans {
    /// The check of a number, [`NO_CHECK`] if every number fits; `None` if none does.
    pub(super) fn number_check(&mut self, number: &NumberTy) -> Option<u32> {
        let mut one_of = number.one_of.clone().unwrap_or_default();
        one_of.sort_unstable();
        one_of.dedup();
        if number.one_of.is_some() && one_of.is_empty() {
            return None;
        }
        let divisor = number.multiple_of.map(|divisor| divisor.max(divisor.negated()));
        let check = NumberCheck {
            integer: number.integer,
            min: number.min.map(|bound| (bound.value, bound.exclusive)),
            max: number.max.map(|bound| (bound.value, bound.exclusive)),
            // Nothing is said by a divisor of zero, which JSON Schema forbids.
            multiple_of: divisor.filter(|divisor| *divisor > Decimal::ZERO),
            one_of,
        };
        Some(if check == NumberCheck::default() { NO_CHECK } else { self.numbers.number(check) })
    }

    /// A check that no number passes.
    pub(super) fn no_number(&mut self) -> u32 {
        let bound = |value| Some((value, false));
        let never =
            NumberCheck { min: bound(Decimal::ONE), max: bound(Decimal::ZERO), ..NumberCheck::default() };
        self.numbers.number(never)
    }

    /// The check of a text, [`NO_CHECK`] if every text fits.
    pub(super) fn string_check(&mut self, string: &StringTy, owner: Owner, pools: &mut Pools) -> u32 {
        let least = string.min_length.unwrap_or(0);
        let check = StringCheck {
            one_of: string.one_of.as_ref().map(|texts| {
                let mut texts = texts.clone();
                texts.sort();
                texts.dedup();
                pools.string_set(&texts)
            }),
            min_length: if owner == Owner::Agent { least } else { least.max(1) },
            max_length: string.max_length,
            patterns: self.patterns(&string.patterns, pools),
            role: match string.role {
                StringRole::Text => Role::Text,
                StringRole::Timestamp => Role::Timestamp,
                StringRole::Date => Role::Date,
                StringRole::Duration => Role::Duration,
            },
            empty_is_absent: owner == Owner::HostOptional,
        };
        if check == StringCheck::default() { NO_CHECK } else { self.strings.number(check) }
    }

    /// The patterns that can be run; of the others there is a note.
    fn patterns(&mut self, sources: &[Arc<str>], pools: &mut Pools) -> Vec<u32> {
        let mut patterns = Vec::new();
        for source in sources {
            match pattern::compile_schema(source) {
                Ok(compiled) => patterns.push(pools.pattern(&Arc::new(compiled))),
                Err(error) => {
                    self.notes.insert(format!("a schema's pattern is not enforced: {error}"));
                }
            }
        }
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }
}
